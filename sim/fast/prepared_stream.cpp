// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/prepared_stream.h"

#include <algorithm>

namespace systolite::fast {
namespace {

constexpr std::uint32_t kPageBytes = 4096;  // no burst crosses a multiple of it
constexpr std::size_t kMaxTokens = 255;

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

class Preparation {
 public:
  Preparation(const HwConfig& hw, const Latencies& latencies, std::span<const isa::Command> stream)
      : hw_(hw), latencies_(latencies), stream_(stream) {}

  PreparedStream run() {
    out_.commands = static_cast<std::uint32_t>(stream_.size());
    out_.dispatch.reserve(stream_.size());
    for (const isa::Command& command : stream_) {
      const Dispatch dispatch = isa::legal(command) ? add(command) : Dispatch::kIllegal;
      out_.dispatch.push_back(dispatch);
      if (dispatch >= Dispatch::kEnd) break;
    }
    const std::array<std::size_t, kEngineCount> counts = {out_.loads.size(), out_.weights.size(),
                                                          out_.matrices.size(), out_.vectors.size(),
                                                          out_.stores.size()};
    for (std::size_t e = 0; e < kEngineCount; ++e) out_.first[e + 1] = out_.first[e] + static_cast<Slot>(counts[e]);
    match_tokens();
    return std::move(out_);
  }

 private:
  struct Masks {
    std::uint32_t wait;
    std::uint32_t signal;
  };

  CommandHeader header(const isa::Command& command, isa::Engine engine, bool is_cfg) {
    auto& masks = masks_[static_cast<std::size_t>(engine)];
    masks.push_back({isa::wait_of(command), isa::signal_of(command)});
    CommandHeader result;
    result.signal = static_cast<std::uint8_t>(masks.back().signal);
    result.is_cfg = is_cfg;
    return result;
  }

  Dispatch add(const isa::Command& command) {
    const isa::Opcode opcode = *isa::opcode_of(command);
    if (opcode == isa::Opcode::kEnd) return Dispatch::kEnd;
    const isa::Engine engine = isa::engine_of(opcode);
    const CommandHeader head = header(command, engine, isa::is_cfg(opcode));
    switch (opcode) {
      case isa::Opcode::kLd: {
        const isa::Ld ld = isa::decode_ld(command);
        out_.loads.push_back(transfer(head, ld.mem_addr, ld.row_bytes, ld.rows, load_stride_));
        break;
      }
      case isa::Opcode::kLdCfg:
        load_stride_ = static_cast<std::uint32_t>(isa::decode_ld_cfg(command).mem_stride);
        out_.loads.push_back({.header = head});
        break;
      case isa::Opcode::kSt: {
        const isa::St st = isa::decode_st(command);
        out_.stores.push_back(transfer(head, st.mem_addr, st.row_bytes, st.rows, store_stride_));
        break;
      }
      case isa::Opcode::kStCfg:
        store_stride_ = static_cast<std::uint32_t>(isa::decode_st_cfg(command).mem_stride);
        out_.stores.push_back({.header = head});
        break;
      case isa::Opcode::kWl:
        out_.weights.push_back(weight_load(head, isa::decode_wl(command)));
        break;
      case isa::Opcode::kMm:
        out_.matrices.push_back(matrix(head, isa::decode_mm(command)));
        break;
      case isa::Opcode::kMmCfgIn:
        matrix_in_ = isa::decode_mm_cfg_in(command);
        out_.matrices.push_back({.header = head});
        break;
      case isa::Opcode::kMmCfgKernel:
        matrix_kernel_ = isa::decode_mm_cfg_kernel(command);
        out_.matrices.push_back({.header = head});
        break;
      case isa::Opcode::kVecCfgIn:
        vector_in_ = isa::decode_vec_cfg_in(command);
        out_.vectors.push_back({.header = head});
        break;
      case isa::Opcode::kVecCfgOut:
      case isa::Opcode::kVecCfgScale:
        out_.vectors.push_back({.header = head});
        break;
      case isa::Opcode::kRequant: {
        const isa::Requant requant = isa::decode_requant(command);
        out_.vectors.push_back(
            {.header = head,
             .cycles = latencies_.setup_requant + groups(requant.nch) * cycles(requant.nrows * requant.ncols)});
        break;
      }
      case isa::Opcode::kAdd:
        out_.vectors.push_back(
            {.header = head,
             .cycles = latencies_.setup_add + latencies_.add_steps * (groups(isa::decode_add(command).len) + 1)});
        break;
      case isa::Opcode::kPool: {
        const isa::Pool pool = isa::decode_pool(command);
        const std::int64_t window = vector_in_.kh * vector_in_.kw;
        out_.vectors.push_back(
            {.header = head,
             .cycles = latencies_.setup_pool + groups(pool.nch) * cycles(pool.nrows * pool.ncols * window)});
        break;
      }
      case isa::Opcode::kEnd:
        break;
    }
    return static_cast<Dispatch>(engine);
  }

  static Cycles cycles(std::int64_t count) { return static_cast<Cycles>(count); }

  [[nodiscard]] Cycles groups(std::int64_t channels) const {
    return cycles((channels + hw_.requant_lanes - 1) / hw_.requant_lanes);
  }

  DmaCommand transfer(const CommandHeader& head, std::int64_t address, std::int64_t row_bytes, std::int64_t rows,
                      std::uint32_t stride) {
    const auto bus_bytes = static_cast<std::uint32_t>(hw_.dma.bus_bytes());
    const auto max_beats = static_cast<std::uint32_t>(hw_.dma.burst_beats);
    const auto bytes = static_cast<std::uint32_t>(row_bytes);
    DmaCommand result{.header = head, .first_burst = static_cast<std::uint32_t>(out_.bursts.size())};
    auto row = static_cast<std::uint32_t>(address);
    for (std::int64_t i = 0; i < rows; ++i, row += stride) {
      std::uint32_t at = row & ~(bus_bytes - 1);
      std::uint32_t left = ceil_div((row - at) + bytes, bus_bytes);
      while (left > 0) {
        const std::uint32_t beats = std::min({left, max_beats, (kPageBytes - at % kPageBytes) / bus_bytes});
        out_.bursts.push_back({at, static_cast<std::uint16_t>(beats), false});
        at += beats * bus_bytes;
        left -= beats;
      }
    }
    out_.bursts.back().last = true;
    result.end_burst = static_cast<std::uint32_t>(out_.bursts.size());
    return result;
  }

  static WeightCommand weight_load(const CommandHeader& head, const isa::Wl& wl) {
    const auto len = static_cast<std::uint32_t>(wl.len);
    const auto tile_rows = static_cast<std::uint32_t>(wl.tile_rows);
    const auto outer = static_cast<std::uint32_t>(wl.outer);
    return {.header = head,
            .string_rows = len,
            .tile_rows = tile_rows,
            .tiles = outer * ceil_div(len, tile_rows),
            .rows = outer * len};
  }

  [[nodiscard]] MatrixCommand matrix(const CommandHeader& head, const isa::Mm& mm) const {
    MatrixCommand result{.header = head};
    Cycles positions = 0;
    Cycles behind = 0;  // positions behind the one in which the last partial sum starts
    if (matrix_in_.depthwise != 0) {
      const auto taps = static_cast<std::uint32_t>(matrix_kernel_.taps);
      const auto buses = static_cast<std::uint32_t>(matrix_kernel_.buses);
      positions = cycles(mm.nrows * ((mm.ncols - 1) * matrix_in_.stride_x + matrix_kernel_.taps));
      behind = taps - 1;
      result.mode = 1U | taps << 1U | buses << 8U;
      result.steps = ceil_div(static_cast<std::uint32_t>(mm.nky), buses);
    } else {
      positions = cycles(mm.nrows * mm.ncols);
      result.steps = static_cast<std::uint32_t>(mm.nky * matrix_kernel_.nkx) *
                     ceil_div(static_cast<std::uint32_t>(mm.len), static_cast<std::uint32_t>(hw_.array.rows));
    }
    result.step_cycles = std::max(positions, latencies_.min_step);
    result.last_step_to_finish = latencies_.take_to_step + positions - 1 - behind + latencies_.array_to_finish +
                                 cycles(hw_.array.rows + hw_.array.cols);
    return result;
  }

  CommandHeader& header_of(std::size_t engine, std::size_t position) {
    switch (engine) {
      case 0:
        return out_.loads[position].header;
      case 1:
        return out_.weights[position].header;
      case 2:
        return out_.matrices[position].header;
      case 3:
        return out_.vectors[position].header;
      default:
        return out_.stores[position].header;
    }
  }

  // The n-th token from one engine to another goes to the n-th wait. A wait without a token gets the slot behind the
  // last one, whose command never completes.
  void match_tokens() {
    std::array<std::array<std::vector<Slot>, kEngineCount>, kEngineCount> gives;  // [producer][consumer]
    std::array<std::array<std::vector<Slot>, kEngineCount>, kEngineCount> takes;
    for (std::size_t e = 0; e < kEngineCount; ++e) {
      for (std::size_t i = 0; i < masks_[e].size(); ++i) {
        for (std::size_t other = 0; other < kEngineCount; ++other) {
          if ((masks_[e][i].signal >> other & 1U) != 0) gives[e][other].push_back(out_.first[e] + static_cast<Slot>(i));
        }
      }
    }
    for (std::size_t e = 0; e < kEngineCount; ++e) {
      for (std::size_t i = 0; i < masks_[e].size(); ++i) {
        CommandHeader& head = header_of(e, i);
        head.first_giver = static_cast<std::uint32_t>(out_.givers.size());
        for (std::size_t producer = 0; producer < kEngineCount; ++producer) {
          if ((masks_[e][i].wait >> producer & 1U) == 0) continue;
          const std::vector<Slot>& given = gives[producer][e];
          std::vector<Slot>& taken = takes[producer][e];
          out_.givers.push_back(taken.size() < given.size() ? given[taken.size()] : out_.slots());
          taken.push_back(out_.first[e] + static_cast<Slot>(i));
          ++head.waits;
        }
      }
    }
    for (std::size_t p = 0; p < kEngineCount; ++p) {
      for (std::size_t c = 0; c < kEngineCount; ++c) {
        for (std::size_t n = kMaxTokens; n < gives[p][c].size(); ++n) {
          const std::size_t taker = n - kMaxTokens;
          out_.token_limits.push_back(
              {gives[p][c][n], taker < takes[p][c].size() ? takes[p][c][taker] : PreparedStream::kNoSlot});
        }
      }
    }
  }

  const HwConfig& hw_;
  const Latencies& latencies_;
  std::span<const isa::Command> stream_;
  PreparedStream out_;
  std::array<std::vector<Masks>, kEngineCount> masks_;
  std::uint32_t load_stride_ = 0;
  std::uint32_t store_stride_ = 0;
  isa::MmCfgIn matrix_in_;
  isa::MmCfgKernel matrix_kernel_;
  isa::VecCfgIn vector_in_;
};

}  // namespace

PreparedStream prepare_stream(const HwConfig& hw, const Latencies& latencies, std::span<const isa::Command> stream) {
  return Preparation(hw, latencies, stream).run();
}

}  // namespace systolite::fast
