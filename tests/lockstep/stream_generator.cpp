// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/stream_generator.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/lockstep/bus_map.h"
#include "tests/lockstep/command_drawer.h"
#include "tests/lockstep/stream_fault.h"

namespace systolite::lockstep {
namespace {

using isa::Engine;

constexpr int kMaxTokens = 255;
constexpr std::int64_t kHoldSteps = 250;  // work that lasts longer than a full queue of short commands
constexpr std::uint32_t kStreamBytes = kDataFrom - kStreamFrom;

// Kinds by the number of a stream, in turn.
constexpr std::array<StreamKind, 16> kSchedule = {
    StreamKind::kTokens, StreamKind::kMixed, StreamKind::kFlood,    StreamKind::kMixed,
    StreamKind::kMode,   StreamKind::kMixed, StreamKind::kTransfer, StreamKind::kMixed,
    StreamKind::kFlood,  StreamKind::kMixed, StreamKind::kShort,    StreamKind::kMixed,
    StreamKind::kMixed,  StreamKind::kFault, StreamKind::kTransfer, StreamKind::kMixed};

struct EnginePair {
  Engine producer;
  Engine consumer;
};

EnginePair pair_of(std::uint64_t index) {
  const auto producer = static_cast<unsigned>(index / (isa::kNumEngines - 1) % isa::kNumEngines);
  const auto other = static_cast<unsigned>(index % (isa::kNumEngines - 1));
  return {static_cast<Engine>(producer), static_cast<Engine>(other < producer ? other : other + 1)};
}

class StreamWriter {
 public:
  StreamWriter(const HwConfig& hw, Random& random)
      : random_(random), writer_(hw, random), drawer_(hw, random, writer_) {}

  std::vector<isa::Command> mixed() {
    begin();
    // Commands a stream has many of, and few of.
    std::array<int, kChoices> weights{};
    for (int& weight : weights) weight = random_.one_of({0, 1, 1, 3, 8});
    weights[static_cast<std::size_t>(random_.number(0, kChoices - 1))] += 2;
    const int scale = random_.one_of({4, 12, 30, 80});
    const std::int64_t count = random_.number(4, std::clamp(2500 / scale, 15, 70));
    for (std::int64_t i = 0; i < count; ++i) any(weights, scale);
    return writer_.finish();
  }

  std::vector<isa::Command> transfers() {
    begin();
    const int scale = random_.one_of({1, 2, 8, 40});
    const std::int64_t count = random_.number(5, 60);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t steps = random_.number(1, scale);
      switch (random_.number(0, 5)) {
        case 0:
          drawer_.load_weights(steps);
          break;
        case 1:
          drawer_.load_table(steps);
          break;
        case 2:
        case 3:
          drawer_.load_scratchpad(steps);
          break;
        default:
          drawer_.store(steps);
      }
    }
    return writer_.finish();
  }

  std::vector<isa::Command> modes() {
    begin();
    bool depthwise = random_.chance(50);
    const std::int64_t count = random_.number(4, 16);
    for (std::int64_t i = 0; i < count; ++i) {
      drawer_.multiply_in_mode(depthwise, random_.number(4, 60));
      if (random_.chance(30)) drawer_.requantise(40);
      depthwise = random_.chance(80) ? !depthwise : depthwise;
    }
    return writer_.finish();
  }

  std::vector<isa::Command> flood(EnginePair pair) {
    begin();
    const int rounds = random_.number(1, 3);
    for (int round = 0; round < rounds; ++round) {
      hold(pair.producer);
      const ExtraWaits first{.latest = isa::mask(pair.producer)};
      const int count = random_.number(3, 30);
      if (pair.consumer == Engine::kWl) {
        drawer_.single_row_tiles(count, first, {});
      } else {
        for (int i = 0; i < count; ++i) {
          const ExtraWaits extra = i == 0 ? first : ExtraWaits{};
          i > 0 && random_.chance(20) ? work(pair.consumer, 8) : drawer_.configure(pair.consumer, extra);
        }
      }
      pair = pair_of(static_cast<std::uint64_t>(random_.number(0, 19)));
    }
    return writer_.finish();
  }

  // The producer gives `count` tokens before the consumer takes the first, because that waits for a third engine too.
  std::vector<isa::Command> tokens(EnginePair pair, int count) {
    drawer_.configure_all();  // without waits: every token counts
    Engine third = Engine::kLd;
    do {
      third = std::array{Engine::kLd, Engine::kVec, Engine::kSt}[static_cast<std::size_t>(random_.number(0, 2))];
    } while (third == pair.producer || third == pair.consumer);
    if (pair.producer == Engine::kWl) {
      drawer_.single_row_tiles(count, {}, {});
    } else {
      for (int i = 0; i < count; ++i) drawer_.configure(pair.producer);
    }
    hold(third);
    const ExtraWaits first{.latest = isa::mask(third)};
    const ExtraWaits each{.next = isa::mask(pair.producer)};
    if (pair.consumer == Engine::kWl) {
      drawer_.single_row_tiles(count, first, each);
    } else {
      for (int i = 0; i < count; ++i) {
        ExtraWaits extra = each;
        if (i == 0) extra.latest = first.latest;
        drawer_.configure(pair.consumer, extra);
      }
    }
    return writer_.finish();
  }

  std::vector<isa::Command> few() {
    const int count = random_.one_of({0, 0, 1, 2, 3});
    for (int i = 0; i < count; ++i) {
      const auto engine = static_cast<Engine>(random_.number(0, isa::kNumEngines - 1));
      if (engine == Engine::kWl) {
        drawer_.single_row_tiles(1, {}, {});
      } else {
        drawer_.configure(engine);
      }
    }
    return writer_.finish();
  }

 private:
  static constexpr int kChoices = 8;

  void begin() {
    writer_.set_random_waits(random_.one_of({0, 0, 5, 20, 50}));
    drawer_.configure_all();
  }

  void any(const std::array<int, kChoices>& weights, int scale) {
    int total = 0;
    for (const int weight : weights) total += weight;
    int point = random_.number(0, total - 1);
    int choice = 0;
    while (point >= weights[static_cast<std::size_t>(choice)]) point -= weights[static_cast<std::size_t>(choice++)];
    const std::int64_t steps = random_.chance(90) ? random_.number(1, scale) : random_.number(1, 4 * scale);
    switch (choice) {
      case 0:
        return drawer_.load_scratchpad(steps);
      case 1:
        return random_.chance(50) ? drawer_.load_weights(steps) : drawer_.load_table(steps);
      case 2:
        return drawer_.multiply(steps);
      case 3:
        return drawer_.requantise(steps);
      case 4:
        return drawer_.add_bytes(steps);
      case 5:
        return drawer_.pool(steps);
      case 6:
        return drawer_.store(steps);
      default: {
        constexpr std::array kConfigurable = {Engine::kLd, Engine::kMm, Engine::kVec, Engine::kSt};
        return drawer_.configure(kConfigurable[static_cast<std::size_t>(random_.number(0, 3))]);
      }
    }
  }

  void work(Engine engine, std::int64_t steps) {
    switch (engine) {
      case Engine::kLd:
        return drawer_.load_scratchpad(steps);
      case Engine::kWl:
      case Engine::kMm:
        return drawer_.multiply(steps);
      case Engine::kVec:
        return random_.chance(50) ? drawer_.requantise(steps) : drawer_.add_bytes(steps);
      default:
        return drawer_.store(steps);
    }
  }

  // The engine's latest command takes long.
  void hold(Engine engine) { work(engine, kHoldSteps); }

  Random& random_;
  ProgramWriter writer_;
  CommandDrawer drawer_;
};

std::vector<isa::Command> draw_commands(StreamKind kind, std::uint64_t turn, const HwConfig& hw, Random& random) {
  StreamWriter writer(hw, random);
  switch (kind) {
    case StreamKind::kMixed:
      return writer.mixed();
    case StreamKind::kTransfer:
      return writer.transfers();
    case StreamKind::kMode:
      return writer.modes();
    case StreamKind::kFlood:
      return writer.flood(pair_of(turn));
    case StreamKind::kTokens: {
      const int count = random.chance(80) ? kMaxTokens : random.number(kMaxTokens / 2, kMaxTokens);
      return writer.tokens(pair_of(turn), count);
    }
    case StreamKind::kShort:
      return writer.few();
    case StreamKind::kFault:
      return random.chance(70) ? writer.mixed() : writer.transfers();
  }
  return {};
}

// What follows END never runs, but it is fetched.
void add_tail(std::vector<isa::Command>& commands, Random& random) {
  const int count = random.number(1, 24);
  for (int i = 0; i < count; ++i) {
    isa::Command command;
    for (std::uint32_t& word : command.w) word = static_cast<std::uint32_t>(random.integer(0, 0xFFFFFFFF));
    if (random.chance(30))
      command = commands[static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(commands.size()) - 1))];
    commands.push_back(command);
  }
}

std::uint32_t draw_address(std::size_t bytes, const HwConfig& hw, Random& random) {
  const MemoryRegion& region = random.chance(70) ? hw.flash : hw.sram;
  const auto room = static_cast<std::int64_t>(kStreamBytes - bytes);
  std::int64_t offset = kStreamFrom + random.integer(0, room / isa::kCommandBytes) * isa::kCommandBytes;
  if (random.chance(30)) offset = std::min<std::int64_t>(4096 - isa::kCommandBytes * random.number(0, 20), room);
  return region.base +
         static_cast<std::uint32_t>(std::max<std::int64_t>(offset, 0)) / isa::kCommandBytes * isa::kCommandBytes;
}

}  // namespace

std::string_view name(StreamKind kind) noexcept {
  switch (kind) {
    case StreamKind::kMixed:
      return "mixed";
    case StreamKind::kTransfer:
      return "transfer";
    case StreamKind::kMode:
      return "mode";
    case StreamKind::kFlood:
      return "flood";
    case StreamKind::kTokens:
      return "tokens";
    case StreamKind::kShort:
      return "short";
    case StreamKind::kFault:
      return "fault";
  }
  return "unknown";
}

LockstepStream draw_stream(const HwConfig& hardware, std::uint64_t hardware_seed, std::uint64_t number) {
  Random random((hardware_seed << 32) ^ number);
  LockstepStream stream;
  stream.hardware_seed = hardware_seed;
  stream.number = number;
  stream.kind = kSchedule[number % kSchedule.size()];
  stream.hw = hardware;
  draw_memory_timing(stream.hw, random);
  if (random.chance(50)) {
    const double probability = 0.01 * random.number(3, 70);
    stream.stalls =
        RandomStalls{.seed = static_cast<std::uint64_t>(random.integer(0, 0xFFFFFFFF)), .probability = probability};
  }
  stream.commands = draw_commands(stream.kind, hardware_seed + number / kSchedule.size(), stream.hw, random);
  stream.end = stream.commands.size() - 1;
  if (random.chance(25)) add_tail(stream.commands, random);
  stream.bytes = static_cast<std::uint32_t>(stream.commands.size() * isa::kCommandBytes);
  stream.address = draw_address(stream.bytes, stream.hw, random);
  if (stream.kind == StreamKind::kFault) add_fault(stream, hardware_seed + number / kSchedule.size(), random);
  return stream;
}

std::vector<isa::Command> fill_local_memories(const HwConfig& hw) {
  const auto ld = [&](isa::Space space, std::uint32_t from, std::int64_t bytes, std::uint32_t signal) {
    return isa::encode(isa::Ld{.mem_addr = hw.flash.base + from,
                               .space = static_cast<std::int64_t>(space),
                               .row_bytes = bytes,
                               .signal = signal});
  };
  // One tile of all rows and columns for each accumulator half, one array row of input for every entry.
  const std::int64_t rows = hw.array.rows;
  const std::int64_t entries = hw.acc_entries();
  const std::int64_t dataflow = hw.array.weight_stationary ? 0 : 1;
  const isa::MmCfgIn input{
      .row_bytes = rows * entries, .pix_bytes = rows, .stride_y = 1, .stride_x = 1, .dataflow = dataflow};
  const isa::MmCfgKernel kernel{.dil_y = 1, .dil_x = 1, .nkx = 1, .taps = 1, .buses = 1};
  const isa::Mm mm{.ncols = entries, .len = rows};
  isa::Mm second = mm;
  second.acc = entries;
  isa::Mm first = mm;
  first.wait = isa::mask(Engine::kLd);
  // Of two tiles in the weight buffer each half gets one; output stationary, every group of pixels takes it.
  isa::Wl wl{.len = rows, .tile_rows = rows, .nt = hw.array.cols, .dataflow = dataflow};
  wl.again = (entries + rows - 1) / rows - 1;
  isa::Wl second_wl = wl;
  second_wl.addr = rows * wl.nt;
  wl.wait = isa::mask(Engine::kLd);
  constexpr auto kBiasForm = static_cast<std::uint32_t>(isa::BiasForm::kBits32);
  return {isa::encode(isa::Ld{.mem_addr = hw.flash.base + kTableFrom + kBiasForm * kTableBytes,
                              .space = static_cast<std::int64_t>(isa::Space::kTable),
                              .row_bytes = full_group_bytes(hw, kBiasForm) *
                                           static_cast<std::int64_t>(hw.param_channels / hw.dma.bus_bytes()),
                              .scale = static_cast<std::int64_t>(isa::ScaleForm::kFull),
                              .bias = kBiasForm}),
          ld(isa::Space::kSpm, kDataFrom + 64, hw.scratchpad_bytes, 0),
          ld(isa::Space::kWbuf, kStoreFrom, hw.weight_buffer_bytes, isa::mask(Engine::kMm) | isa::mask(Engine::kWl)),
          isa::encode(input),
          isa::encode(kernel),
          isa::encode(wl),
          isa::encode(first),
          isa::encode(second_wl),
          isa::encode(second),
          isa::encode(isa::End{})};
}

std::vector<isa::Command> store_scratchpad(const HwConfig& hw, std::uint32_t address) {
  return {isa::encode(isa::St{.mem_addr = address, .row_bytes = hw.scratchpad_bytes}), isa::encode(isa::End{})};
}

}  // namespace systolite::lockstep
