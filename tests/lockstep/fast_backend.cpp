// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/fast_core.h"
#include "sim/memory/contention.h"
#include "tests/lockstep/backends.h"
#include "tests/lockstep/device_jobs.h"

namespace systolite::lockstep {
namespace {

// Accesses take the cycles they take on the RTL: one before, setup, access, one behind.
class FastDevice final : public Device {
 public:
  FastDevice(const HwConfig& config, BusMemory& contents)
      : memory_(contents, config), core_(config, contents, memory_) {}

  std::uint32_t read_register(std::uint32_t offset) override {
    const std::uint32_t value = core_.read(offset, now_ + 1);
    now_ += kAccessCycles;
    return value;
  }
  void write_register(std::uint32_t offset, std::uint32_t value) override {
    core_.write(offset, value, now_ + 2);
    now_ += kAccessCycles;
  }
  [[nodiscard]] bool irq() const override { return core_.irq(now_ == 0 ? 0 : now_ - 1); }
  bool advance_until_irq(Cycles limit) override {
    if (irq()) return true;
    const std::optional<Cycles> rise = core_.next_irq(now_);
    const Cycles end = now_ + limit;
    now_ = rise && *rise < end ? *rise + 1 : end;
    return irq();
  }
  void advance(Cycles cycles) override { now_ += cycles; }
  [[nodiscard]] Cycles now() const override { return now_; }
  Trace take_trace() override {
    Trace trace = core_.take_trace(now_);
    mark_contention(trace, memory_.contention());
    return trace;
  }
  [[nodiscard]] MemorySystem& memory() noexcept { return memory_; }

 private:
  static constexpr Cycles kAccessCycles = 4;

  MemorySystem memory_;
  mutable FastCore core_;  // asking for a cycle settles what happened before
  Cycles now_ = 0;
};

class FastBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "fast"; }

  Observation run(const LockstepStream& stream) override {
    const Jobs jobs = jobs_of(stream);
    BusMemory contents(stream.hw);
    prepare_memory(stream, jobs, contents);
    FastDevice device(stream.hw, contents);
    Observation observation;
    run_jobs(device, device.memory(), stream, jobs, observation);
    observation.sram = contents.read(stream.hw.sram.base, stream.hw.sram.bytes);
    return observation;
  }
};

}  // namespace

std::unique_ptr<Backend> make_fast_backend() { return std::make_unique<FastBackend>(); }

}  // namespace systolite::lockstep
