// SPDX-License-Identifier: Apache-2.0
// Token counters between engines. A token given in a cycle counts from the next one on; so does one taken, for its
// engine starts one command a cycle.
#pragma once

#include <array>

#include "hw/systemc/block_interfaces.h"

namespace systolite::sc {

class TokenBoard final : public sc_core::sc_module, public TokenIf, public JobMemberIf {
 public:
  sc_core::sc_vector<sc_core::sc_port<TokenListenerIf>> listeners;  // by engine

  explicit TokenBoard(const sc_core::sc_module_name& name);

  [[nodiscard]] std::uint32_t missing(int consumer, std::uint32_t wanted, Cycles now) const override;
  void take(int consumer, std::uint32_t producers) override;
  // Throws Error(kDevice) when a counter overflows.
  void give(int producer, std::uint32_t consumers, Cycles now) override;

  void start_job() override { counters_ = {}; }
  void clear(Cycles) override { counters_ = {}; }

 private:
  struct Counter {
    unsigned count = 0;
    Cycles last_given = kNever;
  };
  std::array<std::array<Counter, isa::kNumEngines>, isa::kNumEngines> counters_;  // [consumer][producer]
};

}  // namespace systolite::sc
