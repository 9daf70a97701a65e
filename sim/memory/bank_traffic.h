// SPDX-License-Identifier: Apache-2.0
// When somebody other than the accelerator holds a bank of a memory. That somebody has priority.
#pragma once

#include <vector>

#include "sim/core/hw_config.h"
#include "sim/device/trace.h"

namespace systolite {

struct MemoryBank {
  RegionId region;
  int bank;
  bool operator==(const MemoryBank&) const = default;
};

// Knows of a cycle, also a future one, whether a bank is held in it; the answer never changes during a job. Cycles
// count from the start of the job.
class BankTraffic {
 public:
  BankTraffic() = default;
  BankTraffic(const BankTraffic&) = delete;
  BankTraffic& operator=(const BankTraffic&) = delete;
  virtual ~BankTraffic() = default;

  // The first cycle at or after `from` in which nobody holds the bank. There is one.
  [[nodiscard]] virtual Cycles first_free(MemoryBank bank, Cycles from) const = 0;
};

// The CPU never holds a bank longer without a gap.
[[nodiscard]] double longest_hold_cycles(const std::vector<CpuTraffic>& entries);

// The accesses of a CPU as the configuration describes them (cpu_traffic).
class PeriodicTraffic final : public BankTraffic {
 public:
  // Of all entries for one bank, busy_cycles / period_cycles sum to less than one (parse_hw_config() sees to it).
  explicit PeriodicTraffic(const std::vector<CpuTraffic>& entries);

  [[nodiscard]] Cycles first_free(MemoryBank bank, Cycles from) const override;

 private:
  struct Pattern {
    MemoryBank bank;
    Cycles offset;
    Cycles period;
    Cycles busy;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace systolite
