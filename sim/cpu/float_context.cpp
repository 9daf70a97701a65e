// SPDX-License-Identifier: Apache-2.0
// Whose the floating-point registers are: saved with a frame, later, or not at all (DDI 0403, B1.5.6).
#include "sim/cpu/machine.h"

namespace systolite::cpu {
namespace {

constexpr std::uint32_t kFpca = 4;
constexpr std::uint32_t kAutomaticFp = 1U << 31;  // FPCCR
constexpr std::uint32_t kLazyActive = 1;          // FPCCR

}  // namespace

bool Machine::push_float(std::uint32_t address) {
  for (std::uint32_t k = 0; k < 16; ++k) {
    if (!store<std::uint32_t>(address + 4 * k, s[k])) return false;
  }
  return store<std::uint32_t>(address + 64, fpscr);
}

bool Machine::pop_float(std::uint32_t address) {
  for (std::uint32_t k = 0; k < 16; ++k) {
    if (!load<std::uint32_t>(address + 4 * k, s[k])) return false;
  }
  return load<std::uint32_t>(address + 64, fpscr);
}

void Machine::update_fp_ready() noexcept {
  const std::uint32_t access = cpacr >> 20 & 3U;
  const bool enabled = core.fpu && (access == 3 || (access == 1 && privileged()));
  fp_ready = enabled && (fpccr & kLazyActive) == 0 && ((control & kFpca) != 0 || (fpccr & kAutomaticFp) == 0);
}

bool Machine::prepare_fp() {
  const std::uint32_t access = cpacr >> 20 & 3U;
  if (!core.fpu || !(access == 3 || (access == 1 && privileged()))) {
    raise(FaultKind::kNoCoprocessor);
    return false;
  }
  if ((fpccr & kLazyActive) != 0) {
    const std::uint64_t start = cycle;
    if (!push_float(fpcar)) return false;
    fpccr &= ~kLazyActive;
    cycle += 17;  // one word a cycle
    counters.exception_cycles += cycle - start;
  }
  if ((fpccr & kAutomaticFp) != 0 && (control & kFpca) == 0) {
    control |= kFpca;
    fpscr = fpdscr & (7U << 24 | 3U << 22);
  }
  update_fp_ready();
  return true;
}

}  // namespace systolite::cpu
