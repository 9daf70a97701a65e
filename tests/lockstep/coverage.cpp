// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "sim/core/error.h"
#include "sim/functional/table_load.h"
#include "tests/lockstep/mutants.h"

namespace systolite::lockstep {
namespace {

constexpr std::size_t kFrontEnd = kEngineCount;
constexpr int kMaxTokens = 255;
constexpr int kMaxInFlight = 4;
constexpr std::int64_t kPageBytes = 4096;

std::string name_of(std::size_t unit) { return std::string(isa::name(static_cast<isa::Engine>(unit))); }

std::string blocked(std::size_t consumer, std::size_t producer) {
  return fmt::format("blocked/{} by {}", name_of(consumer), name_of(producer));
}
std::string token(std::string_view group, std::size_t producer, std::size_t consumer) {
  return fmt::format("{}/{} to {}", group, name_of(producer), name_of(consumer));
}
std::string unit_state(std::size_t unit, isa::State state) {
  return fmt::format("state/{} {}", name_of(unit), isa::name(state));
}

// Stalls other than those for tokens.
constexpr std::pair<isa::Engine, isa::State> kStalls[] = {
    {isa::Engine::kLd, isa::State::kWaitMemory},     {isa::Engine::kSt, isa::State::kWaitMemory},
    {isa::Engine::kWl, isa::State::kWaitShadow},     {isa::Engine::kMm, isa::State::kWaitWeights},
    {isa::Engine::kMm, isa::State::kDrain},          {isa::Engine::kFe, isa::State::kWaitMemory},
    {isa::Engine::kFe, isa::State::kQueueFull},      {isa::Engine::kFe, isa::State::kWaitEngines},
    {isa::Engine::kLd, isa::State::kWaitContention}, {isa::Engine::kSt, isa::State::kWaitContention},
    {isa::Engine::kFe, isa::State::kWaitContention},
};

const std::vector<std::string> kMore = {"run/streams",
                                        "run/configurations",
                                        "hardware/bus 32",
                                        "hardware/bus 64",
                                        "hardware/bus 128",
                                        "hardware/lanes 1",
                                        "hardware/lanes 2",
                                        "hardware/lanes 4",
                                        "hardware/lanes 8",
                                        "hardware/lanes 16",
                                        "hardware/rows above columns",
                                        "hardware/columns above rows",
                                        "hardware/square",
                                        "hardware/weight stationary only",
                                        "hardware/output stationary only",
                                        "hardware/both dataflows",
                                        "hardware/depthwise unit",
                                        "hardware/no depthwise unit",
                                        "hardware/one read outstanding",
                                        "hardware/several reads outstanding",
                                        "hardware/bursts of one beat",
                                        "hardware/bursts of 16 beats",
                                        "hardware/queue depth 1",
                                        "hardware/queue depth 16",
                                        "hardware/2 banks",
                                        "hardware/4 banks",
                                        "hardware/8 banks",
                                        "hardware/16 banks",
                                        "memory/stalls",
                                        "memory/no stalls",
                                        "memory/as fast as possible",
                                        "memory/slow beats",
                                        "memory/long latency",
                                        "memory/stream in flash",
                                        "memory/stream in SRAM",
                                        "stream/only END",
                                        "stream/commands behind END",
                                        "stream/crosses a page",
                                        "flight/ld 4",
                                        "flight/mm 4",
                                        "flight/vec 4",
                                        "flight/st 4",
                                        "transfer/longest burst read",
                                        "transfer/longest burst written",
                                        "transfer/page split read",
                                        "transfer/page split written",
                                        "transfer/unaligned read",
                                        "transfer/unaligned write",
                                        "transfer/one byte read",
                                        "transfer/one byte written",
                                        "transfer/several rows read",
                                        "transfer/several rows written",
                                        "transfer/interleave 0",
                                        "transfer/interleave 1",
                                        "transfer/interleave 2",
                                        "transfer/fetch between load beats",
                                        "mm/dense",
                                        "mm/dense ragged",
                                        "mm/dense several tiles",
                                        "mm/dense kernel columns",
                                        "mm/one pixel",
                                        "mm/accumulate",
                                        "mm/overwrite",
                                        "mm/outside the tensor",
                                        "mm/interleave 0",
                                        "mm/interleave 1",
                                        "mm/interleave 2",
                                        "mm/depthwise 1 bus",
                                        "mm/depthwise 2 buses",
                                        "mm/depthwise 3 buses",
                                        "mm/depthwise stride",
                                        "mm/depthwise last pass short",
                                        "mm/depthwise rows overlap",
                                        "mm/depthwise rows overlap in all taps but one",
                                        "mm/short step",
                                        "mm/output",
                                        "mm/output accumulate",
                                        "mm/output one pixel",
                                        "mm/output several groups",
                                        "mm/output whole groups",
                                        "mm/output last group short",
                                        "mm/output group across rows",
                                        "mm/output ragged tile",
                                        "mm/output several tiles",
                                        "mm/output several tiles and groups",
                                        "mm/output kernel columns",
                                        "mm/output stride",
                                        "wl/output",
                                        "wl/output again",
                                        "table/several groups",
                                        "table/broken off",
                                        "mm/several column tiles",
                                        "mm/most column tiles",
                                        "mm/several column tiles added",
                                        "mm/depthwise several column tiles",
                                        "mm/depthwise column tiles share positions",
                                        "mm/depthwise column tiles too short for what they share",
                                        "mm/vector engine in the other bank of the half",
                                        "wl/several strings",
                                        "wl/ragged tile",
                                        "vector/double rounding",
                                        "vector/single rounding",
                                        "vector/per tensor",
                                        "vector/per channel",
                                        "vector/ragged group",
                                        "vector/several groups",
                                        "vector/several column tiles",
                                        "vector/last column tile narrower",
                                        "vector/one pixel",
                                        "vector/max pool",
                                        "vector/average pool",
                                        "vector/add in place",
                                        "vector/interleave 0",
                                        "vector/interleave 1",
                                        "vector/interleave 2"};

constexpr std::int64_t kScaleForms = 4;
constexpr std::int64_t kBiasForms = 4;

std::string table_form(std::int64_t scale, std::int64_t bias) {
  return fmt::format("table/scale {} bias {}", isa::name(static_cast<isa::ScaleForm>(scale)),
                     isa::name(static_cast<isa::BiasForm>(bias)));
}

// A command in a half of the accumulator.
struct BankUse {
  std::int64_t half;
  Cycles from, to;
};

class CommandBins {
 public:
  CommandBins(Coverage& coverage, const HwConfig& hw, const functional::EngineConfig& config, std::int64_t tiles)
      : coverage_(coverage), hw_(hw), config_(config), tiles_(tiles) {}

  void operator()(const isa::Ld& ld) const {
    coverage_.count(fmt::format("space/{}", isa::name(static_cast<isa::Space>(ld.space))));
    transfer(ld, config_.ld.mem_stride, "read", "read");
    if (static_cast<isa::Space>(ld.space) == isa::Space::kSpm) interleave("transfer", config_.ld.interleave);
    if (static_cast<isa::Space>(ld.space) == isa::Space::kTable) table(ld);
  }
  void operator()(const isa::St& st) const {
    transfer(st, config_.st.mem_stride, "written", "write");
    interleave("transfer", config_.st.interleave);
  }
  void operator()(const isa::Wl& wl) const {
    bin(wl.outer > 1, "wl/several strings");
    bin(wl.len % wl.tile_rows != 0, "wl/ragged tile");
    if (wl.dataflow == 0) return;
    bin(true, "wl/output");
    bin(wl.again > 0, "wl/output again");
  }
  void operator()(const isa::Mm& mm) const {
    const isa::MmCfgIn& in = config_.mm_in;
    const isa::MmCfgKernel& kernel = config_.mm_kernel;
    bin(mm.nrows * mm.ncols == 1, "mm/one pixel");
    bin(true, mm.accumulate != 0 ? "mm/accumulate" : "mm/overwrite");
    interleave("mm", in.interleave);
    const std::int64_t first = mm.oy0 * in.stride_y - kernel.pad_top + mm.ky0 * kernel.dil_y;
    bin(first < 0 || first >= in.height, "mm/outside the tensor");
    if (in.dataflow != 0) return output(mm);
    std::int64_t positions = mm.nrows * mm.ncols;
    if (in.depthwise == 0) {
      bin(true, "mm/dense");
      bin(mm.len % hw_.array.rows != 0, "mm/dense ragged");
      bin(mm.len > hw_.array.rows, "mm/dense several tiles");
      bin(kernel.nkx > 1, "mm/dense kernel columns");
    } else {
      bin(true, fmt::format("mm/depthwise {} bus{}", kernel.buses, kernel.buses == 1 ? "" : "es"));
      bin(in.stride_x > 1 && mm.ncols > 1, "mm/depthwise stride");
      bin(mm.nky % kernel.buses != 0, "mm/depthwise last pass short");
      const bool overlaps = kernel.overlap > 0 && mm.nrows > 1;
      bin(overlaps, "mm/depthwise rows overlap");
      bin(overlaps && kernel.overlap == kernel.taps - 1, "mm/depthwise rows overlap in all taps but one");
      const std::int64_t rows = mm.nrows * ((mm.ncols - 1) * in.stride_x + kernel.taps - kernel.overlap);
      positions = rows + kernel.overlap;
      const bool shares = mm.tiles > 1 && mm.nky <= kernel.buses && kernel.overlap > 0;
      bin(shares, "mm/depthwise column tiles share positions");
      bin(shares && rows < kernel.overlap, "mm/depthwise column tiles too short for what they share");
    }
    bin(positions < 4, "mm/short step");
    bin(mm.tiles > 1, "mm/several column tiles");
    bin(mm.tiles == 15, "mm/most column tiles");
    bin(mm.tiles > 1 && mm.accumulate != 0, "mm/several column tiles added");
    bin(mm.tiles > 1 && in.depthwise != 0, "mm/depthwise several column tiles");
  }
  void operator()(const isa::Requant& requant) const {
    result();
    groups(requant.nch);
    bin(requant.nch > hw_.array.cols, "vector/several column tiles");
    bin(requant.nch > hw_.array.cols && requant.nch % hw_.array.cols != 0, "vector/last column tile narrower");
    bin(requant.nrows * requant.ncols == 1, "vector/one pixel");
    bin(true, config_.vec_out.per_tensor != 0 ? "vector/per tensor" : "vector/per channel");
    interleave("vector", config_.vec_out.interleave);
  }
  void operator()(const isa::Add& add) const {
    result();
    groups(add.len);
    bin(add.out == add.in1 || add.out == add.in2, "vector/add in place");
  }
  void operator()(const isa::Pool& pool) const {
    bin(true, pool.average != 0 ? "vector/average pool" : "vector/max pool");
    groups(pool.nch);
    bin(pool.nrows * pool.ncols == 1, "vector/one pixel");
    interleave("vector", config_.vec_in.interleave);
  }
  template <typename Configuration>
  void operator()(const Configuration&) const {}

 private:
  void table(const isa::Ld& ld) const {
    coverage_.count(table_form(ld.scale, ld.bias));
    const std::int64_t group = functional::group_beats(functional::table_row(ld)) * hw_.dma.bus_bytes();
    bin(group > 0 && ld.row_bytes > 2 * group, "table/several groups");
    bin(group > 0 && ld.row_bytes % group != 0, "table/broken off");
  }
  void output(const isa::Mm& mm) const {
    const std::int64_t rows = hw_.array.rows;
    const std::int64_t pixels = mm.nrows * mm.ncols;
    bin(true, "mm/output");
    bin(mm.accumulate != 0, "mm/output accumulate");
    bin(pixels == 1, "mm/output one pixel");
    bin(pixels > rows, "mm/output several groups");
    bin(true, pixels % rows == 0 ? "mm/output whole groups" : "mm/output last group short");
    bin(mm.nrows > 1 && mm.ncols % rows != 0, "mm/output group across rows");
    bin(mm.len % rows != 0, "mm/output ragged tile");
    bin(mm.len > rows, "mm/output several tiles");
    bin(mm.len > rows && pixels > rows, "mm/output several tiles and groups");
    bin(config_.mm_kernel.nkx > 1, "mm/output kernel columns");
    bin(config_.mm_in.stride_x > 1 && mm.ncols > 1, "mm/output stride");
  }
  void bin(bool met, const std::string& name) const {
    if (met) coverage_.count(name);
  }
  void interleave(std::string_view group, std::int64_t interleave) const {
    coverage_.count(fmt::format("{}/interleave {}", group, interleave));
  }
  void result() const {
    bin(true, config_.vec_out.single_rounding != 0 ? "vector/single rounding" : "vector/double rounding");
  }
  void groups(std::int64_t bytes) const {
    bin(bytes % hw_.requant_lanes != 0, "vector/ragged group");
    bin(bytes > hw_.requant_lanes, "vector/several groups");
  }
  template <typename Dma>
  void transfer(const Dma& dma, std::int64_t stride, std::string_view past, std::string_view verb) const {
    const std::int64_t bus = hw_.dma.bus_bytes();
    bin(dma.rows > 1, fmt::format("transfer/several rows {}", past));
    bin(dma.row_bytes == 1, fmt::format("transfer/one byte {}", past));
    bin(dma.mem_addr % bus != 0, fmt::format("transfer/unaligned {}", verb));
    for (std::int64_t row = 0; row < dma.rows; ++row) {
      const std::int64_t first = dma.mem_addr + row * stride;
      const std::int64_t last = first + dma.row_bytes - 1;
      bin(first / kPageBytes != last / kPageBytes, fmt::format("transfer/page split {}", past));
      bin(last / bus - first / bus + 1 >= hw_.dma.burst_beats && hw_.dma.burst_beats > 1,
          fmt::format("transfer/longest burst {}", past));
    }
  }

  Coverage& coverage_;
  const HwConfig& hw_;
  const functional::EngineConfig& config_;
  std::int64_t tiles_;
};

}  // namespace

Coverage::Coverage() {
  for (std::size_t a = 0; a < kEngineCount; ++a) {
    bins_[fmt::format("queue full/{}", name_of(a))];
    bins_[fmt::format("queue empty/{}", name_of(a))];
    for (std::size_t b = 0; b < kEngineCount; ++b) {
      if (a == b) continue;
      bins_[blocked(a, b)];
      bins_[token("token kept", a, b)];
      bins_[token("token limit", a, b)];
    }
  }
  for (const auto& [unit, state] : kStalls) bins_[unit_state(static_cast<std::size_t>(unit), state)];
  for (const isa::CommandInfo& info : isa::commands()) bins_[fmt::format("command/{}", isa::name(info.opcode))];
  for (int space = 0; space <= static_cast<int>(isa::Space::kTable); ++space)
    bins_[fmt::format("space/{}", isa::name(static_cast<isa::Space>(space)))];
  for (std::int64_t scale = 0; scale < kScaleForms; ++scale) {
    for (std::int64_t bias = 0; bias < kBiasForms; ++bias) {
      if (scale != 0 || bias != 0) bins_[table_form(scale, bias)];
    }
  }
  for (int kind = 0; kind < kStreamKinds; ++kind) bins_[fmt::format("kind/{}", name(static_cast<StreamKind>(kind)))];
  // Not reg_busy: the host does not interfere.
  for (const auto cause : {isa::ErrorCause::kBadCommand, isa::ErrorCause::kBadStream, isa::ErrorCause::kBadLocal,
                           isa::ErrorCause::kReadWindow, isa::ErrorCause::kWriteWindow, isa::ErrorCause::kBusRead,
                           isa::ErrorCause::kBusWrite}) {
    bins_[fmt::format("fault/{}", isa::name(cause))];
  }
  for (const Mutant& mutant : all_mutants()) {
    if (mutant.no_effect.empty()) bins_[fmt::format("mutant/{}", mutant.name)];
  }
  for (const std::string& bin : kMore) bins_[bin];
}

void Coverage::count(const std::string& bin, std::uint64_t times) {
  const auto found = bins_.find(bin);
  if (found == bins_.end()) throw std::logic_error("There is no bin " + bin + ".");
  found->second += times;
}

void Coverage::add(const LockstepStream& stream, const Trace& trace, const JobFacts& facts) {
  count(fmt::format("kind/{}", name(stream.kind)));
  add_hardware(stream.hw);
  add_states(trace);
  add_levels(stream.hw, facts);
  add_commands(stream, facts);
  add_beats(trace);
}

void Coverage::add_fault(isa::ErrorCause cause) {
  count(fmt::format("kind/{}", name(StreamKind::kFault)));
  count(fmt::format("fault/{}", isa::name(cause)));
}

void Coverage::add_hardware(const HwConfig& hw) {
  count(fmt::format("hardware/bus {}", hw.dma.bus_bits));
  count(fmt::format("hardware/lanes {}", hw.requant_lanes));
  count(fmt::format("hardware/{} banks", hw.scratchpad_banks));
  count(hw.array.rows > hw.array.cols   ? "hardware/rows above columns"
        : hw.array.rows < hw.array.cols ? "hardware/columns above rows"
                                        : "hardware/square");
  count(!hw.array.output_stationary   ? "hardware/weight stationary only"
        : !hw.array.weight_stationary ? "hardware/output stationary only"
                                      : "hardware/both dataflows");
  count(hw.array.depthwise_unit ? "hardware/depthwise unit" : "hardware/no depthwise unit");
  count(hw.dma.outstanding_reads == 1 ? "hardware/one read outstanding" : "hardware/several reads outstanding");
  if (hw.dma.burst_beats == 1) count("hardware/bursts of one beat");
  if (hw.dma.burst_beats == 16) count("hardware/bursts of 16 beats");
  if (hw.queue_depth == 1) count("hardware/queue depth 1");
  if (hw.queue_depth == 16) count("hardware/queue depth 16");
  const int latency = std::max(hw.flash.read_latency_cycles, hw.sram.read_latency_cycles);
  const int per_beat = std::max(hw.flash.cycles_per_beat, hw.sram.cycles_per_beat);
  if (latency == 1 && per_beat == 1) count("memory/as fast as possible");
  if (latency > 60) count("memory/long latency");
  if (per_beat > 1) count("memory/slow beats");
}

void Coverage::add_states(const Trace& trace) {
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    for (const StateSpan& span : trace.states[unit]) {
      const auto state = static_cast<unsigned>(span.state);
      const auto first = static_cast<unsigned>(isa::State::kWaitLd);
      const auto last = static_cast<unsigned>(isa::State::kWaitSt);
      if (state >= first && state <= last) count(blocked(unit, state - first));
      if (span.state == isa::State::kIdle && unit != kFrontEnd) count(fmt::format("queue empty/{}", name_of(unit)));
      for (const auto& stall : kStalls) {
        if (stall == std::pair(static_cast<isa::Engine>(unit), span.state)) count(unit_state(unit, span.state));
      }
    }
  }
}

void Coverage::add_levels(const HwConfig&, const JobFacts& facts) {
  for (const FullQueue& full : facts.full_queues)
    count(fmt::format("queue full/{}", name_of(static_cast<std::size_t>(full.engine))));
  for (std::size_t p = 0; p < kEngineCount; ++p) {
    for (std::size_t c = 0; c < kEngineCount; ++c) {
      // One token there when another comes: nobody waited for it.
      if (facts.most_tokens[p][c] > 1) count(token("token kept", p, c));
      if (facts.most_tokens[p][c] == kMaxTokens) count(token("token limit", p, c));
    }
    // Tiles pass too slowly for more than two wl commands to be in flight.
    if (facts.most_in_flight[p] == kMaxInFlight) count(fmt::format("flight/{} {}", name_of(p), kMaxInFlight));
  }
}

void Coverage::add_commands(const LockstepStream& stream, const JobFacts& facts) {
  functional::EngineConfig config;
  std::vector<BankUse> products;
  std::vector<BankUse> requantisations;
  for (std::size_t i = 0; i < facts.program.commands.size(); ++i) {
    const functional::ProgramCommand& command = facts.program.commands[i];
    config.apply(command.command);
    if (const auto* mm = std::get_if<isa::Mm>(&command.command))
      products.push_back({mm->acc / stream.hw.acc_entries(), facts.commands[i].popped, facts.commands[i].done});
    if (const auto* requant = std::get_if<isa::Requant>(&command.command))
      requantisations.push_back(
          {requant->acc / stream.hw.acc_entries(), facts.commands[i].popped, facts.commands[i].done});
    const auto opcode = std::visit([](const auto& each) { return each.kOpcode; }, command.command);
    count(fmt::format("command/{}", isa::name(opcode)));
    std::visit(CommandBins(*this, stream.hw, config, command.tiles), command.command);
  }
  // In one bank they never are at the same time.
  for (const BankUse& mm : products) {
    for (const BankUse& requant : requantisations) {
      if (mm.half == requant.half && mm.from < requant.to && requant.from < mm.to)
        count("mm/vector engine in the other bank of the half");
    }
  }
  count("command/end");
  count(stream.stalls ? "memory/stalls" : "memory/no stalls");
  const bool flash =
      stream.address >= stream.hw.flash.base && stream.address - stream.hw.flash.base < stream.hw.flash.bytes;
  count(flash ? "memory/stream in flash" : "memory/stream in SRAM");
  if (facts.program.commands.empty()) count("stream/only END");
  if (stream.end + 1 < stream.commands.size()) count("stream/commands behind END");
  const std::int64_t first = stream.address;
  const std::int64_t last = first + static_cast<std::int64_t>(stream.end) * isa::kCommandBytes;
  if (first / kPageBytes != last / kPageBytes) count("stream/crosses a page");
}

// A fetch beat directly before or behind one of the load: both wait for the same channel.
void Coverage::add_beats(const Trace& trace) {
  for (const BeatSpan& fetch : trace.fetch_beats) {
    const bool touches = std::any_of(trace.read_beats.begin(), trace.read_beats.end(), [&](const BeatSpan& read) {
      return read.from < fetch.from && fetch.to < read.to;
    });
    if (touches) count("transfer/fetch between load beats");
  }
}

void Coverage::save(const std::filesystem::path& file) const {
  std::ofstream stream(file);
  for (const auto& [bin, times] : bins_) stream << times << ' ' << bin << '\n';
  if (!stream.flush()) throw Error(ExitCode::kTool, fmt::format("Cannot write {}.", file.string()));
}

void Coverage::merge(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw Error(ExitCode::kTool, fmt::format("Cannot read {}.", file.string()));
  std::uint64_t times = 0;
  std::string bin;
  while (stream >> times && std::getline(stream >> std::ws, bin)) count(bin, times);
}

std::vector<std::string> Coverage::empty_bins() const {
  std::vector<std::string> empty;
  for (const auto& [bin, times] : bins_) {
    if (times == 0) empty.push_back(bin);
  }
  return empty;
}

std::string Coverage::table() const {
  std::map<std::string, std::string> groups;
  for (const auto& [bin, times] : bins_) {
    const std::size_t slash = bin.find('/');
    std::string& line = groups[bin.substr(0, slash)];
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", bin.substr(slash + 1), times);
  }
  std::string text;
  for (const auto& [group, line] : groups) text += fmt::format("{}: {}\n", group, line);
  return text;
}

}  // namespace systolite::lockstep
