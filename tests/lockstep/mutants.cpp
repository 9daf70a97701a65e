// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/mutants.h"

#include <fmt/format.h>

namespace systolite::lockstep {
namespace {

struct Parameter {
  const char* name;
  int& (*of)(HwConfig&);
};

// Of the two memories and of the accelerator.
constexpr Parameter kParameters[] = {
    {"flash read latency", [](HwConfig& hw) -> int& { return hw.flash.read_latency_cycles; }},
    {"flash cycles per beat", [](HwConfig& hw) -> int& { return hw.flash.cycles_per_beat; }},
    {"SRAM read latency", [](HwConfig& hw) -> int& { return hw.sram.read_latency_cycles; }},
    {"SRAM write latency", [](HwConfig& hw) -> int& { return hw.sram.write_latency_cycles; }},
    {"SRAM cycles per beat", [](HwConfig& hw) -> int& { return hw.sram.cycles_per_beat; }},
    {"queue depth", [](HwConfig& hw) -> int& { return hw.queue_depth; }},
    {"outstanding reads", [](HwConfig& hw) -> int& { return hw.dma.outstanding_reads; }},
    {"burst beats", [](HwConfig& hw) -> int& { return hw.dma.burst_beats; }},
};

// Another rule holds the event back just as long.
struct NoEffect {
  const char* mutant;
  const char* reason;
};
constexpr NoEffect kNoEffect[] = {
    {"beat_to_beat -1", "the memory takes one beat a cycle at most"},
    {"burst_to_burst -1", "the address channel takes one burst a cycle at most"},
    {"grant_to_request -1", "the address channel takes one burst a cycle at most"},
};

std::string no_effect(const std::string& name) {
  for (const NoEffect& mutant : kNoEffect) {
    if (name == mutant.mutant) return mutant.reason;
  }
  return "";
}

}  // namespace

std::vector<Mutant> all_mutants() {
  std::vector<Mutant> mutants;
  for (const fast::LatencyName& latency : fast::kLatencyNames) {
    Mutant mutant;
    mutant.name = fmt::format("{} +1", latency.name);
    ++(mutant.latencies.*latency.member);
    mutant.no_effect = no_effect(mutant.name);
    mutants.push_back(mutant);
    if (fast::Latencies{}.*latency.member == 0) continue;
    mutant = {};
    mutant.name = fmt::format("{} -1", latency.name);
    --(mutant.latencies.*latency.member);
    mutant.no_effect = no_effect(mutant.name);
    mutants.push_back(mutant);
  }
  for (const Parameter& parameter : kParameters) {
    for (const int by : {1, -1}) {
      mutants.push_back({.name = fmt::format("{} {:+}", parameter.name, by),
                         .latencies = {},
                         .no_effect = {},
                         .change_stream = [of = parameter.of, by](LockstepStream& stream) {
                           int& value = of(stream.hw);
                           if (value + by >= 1) value += by;
                         }});
    }
  }
  return mutants;
}

}  // namespace systolite::lockstep
