// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "sim/rtl/rtl_builder.h"
#include "sim/rtl/rtl_device.h"
#include "tests/lockstep/backends.h"
#include "tests/lockstep/device_jobs.h"

namespace systolite::lockstep {
namespace {

class RtlBackend final : public Backend {
 public:
  explicit RtlBackend(std::filesystem::path library) : library_(std::move(library)) {}
  [[nodiscard]] std::string_view name() const override { return "rtl"; }

  Observation run(const LockstepStream& stream) override {
    const Jobs jobs = jobs_of(stream);
    BusMemory memory(stream.hw);
    prepare_memory(stream, jobs, memory);
    RtlDevice device(stream.hw, memory, library_);
    Observation observation;
    run_jobs(device, device.memory(), stream, jobs, observation);
    observation.sram = memory.read(stream.hw.sram.base, stream.hw.sram.bytes);
    return observation;
  }

 private:
  std::filesystem::path library_;
};

}  // namespace

std::unique_ptr<Backend> make_rtl_backend(const HwConfig& hardware) {
  RtlBuildOptions options;
  options.home = find_rtl_home();
  options.cache = default_rtl_cache();
  options.progress = [](const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
  };
  return std::make_unique<RtlBackend>(build_rtl_library(hardware, options));
}

}  // namespace systolite::lockstep
