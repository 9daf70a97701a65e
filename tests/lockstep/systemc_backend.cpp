// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/backends.h"
#include "tests/lockstep/device_jobs.h"
#include "tests/systemc/systemc_device.h"

namespace systolite::lockstep {
namespace {

// One model for all streams: SystemC elaborates once.
class SystemcBackend final : public Backend {
 public:
  explicit SystemcBackend(const HwConfig& hardware)
      : hardware_(hardware), contents_(hardware_), device_(hardware_, contents_) {}
  [[nodiscard]] std::string_view name() const override { return "systemc"; }

  Observation run(const LockstepStream& stream) override {
    const Jobs jobs = jobs_of(stream);
    BusMemory contents(stream.hw);
    prepare_memory(stream, jobs, contents);
    MemorySystem memory(contents, stream.hw);
    device_.use_memory(memory);
    Observation observation;
    run_jobs(device_, memory, stream, jobs, observation);
    observation.sram = contents.read(stream.hw.sram.base, stream.hw.sram.bytes);
    return observation;
  }

 private:
  HwConfig hardware_;
  BusMemory contents_;  // before the first stream
  test::SystemcDevice device_;
};

}  // namespace

std::unique_ptr<Backend> make_systemc_backend(const HwConfig& hardware) {
  return std::make_unique<SystemcBackend>(hardware);
}

}  // namespace systolite::lockstep
