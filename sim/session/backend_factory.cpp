// SPDX-License-Identifier: Apache-2.0
#include "sim/session/backend_factory.h"

#include <utility>

#include "sim/rtl/rtl_device.h"
#include "sim/session/fast_device.h"
#include "sim/soc/fast_accelerator.h"
#include "sim/soc/rtl_accelerator.h"
#include "sim/soc/soc_device.h"
#include "sim/soc/systemc_accelerator.h"

namespace systolite {
namespace {

// The compiled RTL, with waveforms if they are asked for.
std::filesystem::path rtl_library(const HwConfig& config, const SessionOptions& options) {
  RtlBuildOptions build = options.rtl;
  build.waveforms = build.waveforms || options.waveforms.has_value();
  return build_rtl_library(config, build);
}

void record_waveforms(RtlModel& model, const SessionOptions& options) {
  if (options.waveforms) model.trace_waveforms(options.waveforms->file, options.waveforms->from, options.waveforms->to);
}

std::unique_ptr<Accelerator> make_accelerator(const sc_core::sc_module_name& name, const ClockDomain& clock,
                                              const HwConfig& config, BusMemory& memory,
                                              const SessionOptions& options) {
  switch (options.backend) {
    case Backend::kRtl: {
      auto accelerator = std::make_unique<RtlAccelerator>(name, clock, config, rtl_library(config, options));
      record_waveforms(accelerator->model(), options);
      return accelerator;
    }
    case Backend::kSystemc:
      return std::make_unique<SystemcAccelerator>(name, clock, config);
    case Backend::kFast:
    case Backend::kFunctional:
      break;
  }
  return std::make_unique<FastAccelerator>(name, clock, config, memory);
}

template <typename DeviceType, typename... Arguments>
std::unique_ptr<DeviceType> make_stalled(const SessionOptions& options, Arguments&&... arguments) {
  auto device = std::make_unique<DeviceType>(std::forward<Arguments>(arguments)...);
  device->memory().set_stalls(options.stalls);
  return device;
}

}  // namespace

AcceleratorFactory accelerator_factory(const HwConfig& config, BusMemory& memory, const SessionOptions& options) {
  return [&](const sc_core::sc_module_name& name, const ClockDomain& clock) {
    return make_accelerator(name, clock, config, memory, options);
  };
}

std::unique_ptr<Device> make_device(const HwConfig& config, BusMemory& memory, const SessionOptions& options) {
  if (options.soc || options.backend == Backend::kSystemc) {
    return make_stalled<SocDevice>(options, config, memory, accelerator_factory(config, memory, options));
  }
  if (options.backend != Backend::kRtl) return make_stalled<FastDevice>(options, config, memory);
  auto device = make_stalled<RtlDevice>(options, config, memory, rtl_library(config, options));
  record_waveforms(device->model(), options);
  return device;
}

}  // namespace systolite
