// SPDX-License-Identifier: Apache-2.0
#include "sim/report/layer_windows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "sim/core/error.h"

namespace systolite {
namespace {

// From the last position that the matrix engine visits for a dense command to its completion
// (hw/rtl/compute/slt_matrix.sv, DONE_DELAY).
Cycles matrix_done_delay(const HwConfig& hw) { return static_cast<Cycles>(hw.array.rows + hw.array.cols + 4); }

struct LayerEvents {
  Cycles done = 0;                   // first cycle after its last completion
  Cycles matrix_end = 0;             // first cycle after its last matrix work
  std::optional<Cycles> matrix_pop;  // its first mm command leaves the queue
};

class EventReader {
 public:
  EventReader(const JobStep& job, const Trace& trace, const HwConfig& hw)
      : job_(job), trace_(trace), delay_(matrix_done_delay(hw)) {}

  std::map<int, LayerEvents> read() {
    for (std::size_t i = 0; i < job_.commands.size(); ++i) {
      const isa::AnyCommand command = isa::decode(job_.commands[i]);
      if (std::holds_alternative<isa::End>(command)) continue;
      const auto engine =
          std::visit([](const auto& c) { return static_cast<std::size_t>(isa::engine_of(c.kOpcode)); }, command);
      const std::size_t nth = seen_[engine]++;
      const Cycles pop = at(trace_.pop_cycles[engine], nth, engine);
      const Cycles done = at(trace_.done_cycles[engine], nth, engine);
      if (const auto* in = std::get_if<isa::MmCfgIn>(&command)) depthwise_ = in->depthwise != 0;
      if (const auto* kernel = std::get_if<isa::MmCfgKernel>(&command)) taps_ = static_cast<Cycles>(kernel->taps);
      if (job_.op_of_command[i] < 0) continue;
      LayerEvents& layer = layers_[job_.op_of_command[i]];
      layer.done = std::max(layer.done, done + 1);
      if (std::holds_alternative<isa::Mm>(command)) {
        if (!layer.matrix_pop) layer.matrix_pop = pop;
        // In depthwise mode taps - 1 positions follow the one in which the last sum starts.
        layer.matrix_end = std::max(layer.matrix_end, done + 1 - delay_ + (depthwise_ ? taps_ - 1 : 0));
      }
    }
    return std::move(layers_);
  }

 private:
  static Cycles at(const std::vector<Cycles>& events, std::size_t nth, std::size_t engine) {
    if (nth < events.size()) return events[nth];
    throw Error(ExitCode::kDevice, fmt::format("The trace shows {} commands of engine {}, the stream has more.",
                                               events.size(), isa::name(static_cast<isa::Engine>(engine))));
  }

  const JobStep& job_;
  const Trace& trace_;
  Cycles delay_;
  std::array<std::size_t, kEngineCount> seen_{};
  bool depthwise_ = false;
  Cycles taps_ = 1;
  std::map<int, LayerEvents> layers_;
};

}  // namespace

std::vector<LayerWindow> layer_windows(const JobStep& job, const Trace& trace, const HwConfig& hw) {
  const std::map<int, LayerEvents> layers = EventReader(job, trace, hw).read();
  std::vector<LayerWindow> windows;
  Cycles from = 0;
  for (auto layer = layers.begin(); layer != layers.end(); ++layer) {
    Cycles to = layer->second.done;
    if (layer->second.matrix_pop) {
      to = layer->second.matrix_end;
    } else {
      const auto next =
          std::find_if(layer, layers.end(), [](const auto& entry) { return entry.second.matrix_pop.has_value(); });
      if (next != layers.end()) to = std::min(to, *next->second.matrix_pop);
    }
    to = std::max(from, to);
    windows.push_back({layer->first, from, to});
    from = to;
  }
  if (!windows.empty()) windows.back().to = trace.cycles;
  return windows;
}

}  // namespace systolite
