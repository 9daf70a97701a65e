// SPDX-License-Identifier: Apache-2.0
#include "sim/report/command_work.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"
#include "sim/device/command_index.h"

namespace systolite {
namespace {

// From the last position that the matrix engine visits for a dense command to its completion
// (hw/rtl/compute/slt_matrix.sv, DONE_DELAY).
Cycles matrix_done_delay(const HwConfig& hw) {
  return static_cast<Cycles>(hw.array.rows) + static_cast<Cycles>(hw.array.cols) + 4;
}

class EngineWork {
 public:
  EngineWork(isa::Engine engine, const JobStep& job, const Trace& trace, const HwConfig& hw)
      : engine_(engine),
        job_(job),
        pops_(trace.pop_cycles[static_cast<std::size_t>(engine)]),
        dones_(trace.done_cycles[static_cast<std::size_t>(engine)]),
        matrix_delay_(matrix_done_delay(hw)),
        rows_(hw.array.rows) {}

  std::vector<CommandWork> read(const std::vector<std::uint32_t>& commands) {
    if (pops_.size() < commands.size() || dones_.size() < commands.size()) {
      throw Error(ExitCode::kDevice,
                  fmt::format("The trace shows {} commands of engine {}, the stream has {}.",
                              std::min(pops_.size(), dones_.size()), isa::name(engine_), commands.size()));
    }
    std::vector<CommandWork> result;
    result.reserve(commands.size());
    Cycles end = 0;
    for (std::size_t nth = 0; nth < commands.size(); ++nth) {
      const Cycles from = std::max(pops_[nth], end);
      end = std::max(end, end_of(nth, commands[nth]));
      result.push_back({commands[nth], pops_[nth], dones_[nth], from, std::max(from, end)});
    }
    return result;
  }

 private:
  Cycles end_of(std::size_t nth, std::uint32_t command) {
    const Cycles done = dones_[nth] + 1;
    const Cycles next_pop = nth + 1 < pops_.size() ? pops_[nth + 1] : done;
    switch (engine_) {
      case isa::Engine::kMm: {
        const isa::AnyCommand any = isa::decode(job_.commands[command]);
        if (const auto* in = std::get_if<isa::MmCfgIn>(&any)) depthwise_ = in->depthwise != 0;
        if (const auto* kernel = std::get_if<isa::MmCfgKernel>(&any)) taps_ = static_cast<Cycles>(kernel->taps);
        if (const auto* in = std::get_if<isa::MmCfgIn>(&any)) output_ = in->dataflow != 0;
        const auto* mm = std::get_if<isa::Mm>(&any);
        if (mm == nullptr) return std::min(done, next_pop);
        // An output-stationary K step goes on behind the read of its last pixel, whose sums take a cycle longer.
        if (output_)
          return done - matrix_delay_ - 1 + static_cast<Cycles>(rows_ - 1 - (mm->nrows * mm->ncols - 1) % rows_);
        // In depthwise mode taps - 1 positions follow the one in which the last sum starts.
        return done - matrix_delay_ + (depthwise_ ? taps_ - 1 : 0);
      }
      case isa::Engine::kWl: {
        constexpr Cycles kRowToDone = 2;
        if (isa::decode_wl(job_.commands[command]).dataflow != 0) return done - kRowToDone;
        return std::min(done, next_pop + 1);  // the next one is popped in the cycle of the last row
      }
      case isa::Engine::kVec:
        return std::min(done, next_pop);
      default:
        return done;
    }
  }

  isa::Engine engine_;
  const JobStep& job_;
  const std::vector<Cycles>& pops_;
  const std::vector<Cycles>& dones_;
  Cycles matrix_delay_;
  std::int64_t rows_;
  bool depthwise_ = false;
  bool output_ = false;
  Cycles taps_ = 1;
};

}  // namespace

std::array<std::vector<CommandWork>, kEngineCount> command_work(const JobStep& job, const Trace& trace,
                                                                const HwConfig& hw) {
  const EngineCommands commands = commands_by_engine(job.commands);
  std::array<std::vector<CommandWork>, kEngineCount> result;
  for (std::size_t e = 0; e < kEngineCount; ++e)
    result[e] = EngineWork(static_cast<isa::Engine>(e), job, trace, hw).read(commands[e]);
  return result;
}

}  // namespace systolite
