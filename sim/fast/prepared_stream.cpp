// SPDX-License-Identifier: Apache-2.0
#include "sim/fast/prepared_stream.h"

#include <algorithm>
#include <limits>

#include "sim/core/ceil_div.h"
#include "sim/device/command_rules.h"
#include "sim/functional/column_tiles.h"
#include "sim/functional/table_load.h"

namespace systolite::fast {
namespace {

constexpr std::uint32_t kPageBytes = 4096;  // no burst crosses a multiple of it

class Preparation {
 public:
  Preparation(const HwConfig& hw, const Latencies& latencies, std::span<const isa::Command> stream)
      : hw_(hw), latencies_(latencies), stream_(stream) {}

  PreparedStream run() {
    out_.commands = static_cast<std::uint32_t>(stream_.size());
    out_.dispatch.reserve(stream_.size());
    for (const isa::Command& command : stream_) {
      const Dispatch dispatch = accepts(hw_, command) ? add(command) : Dispatch::kIllegal;
      out_.dispatch.push_back(dispatch);
      if (dispatch >= Dispatch::kEnd) break;
    }
    const std::array<std::size_t, kEngineCount> counts = {out_.loads.size(), out_.weights.size(), out_.matrices.size(),
                                                          out_.vectors.size(), out_.stores.size()};
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
    result.wait = static_cast<std::uint8_t>(masks.back().wait);
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
        const auto space = static_cast<isa::Space>(ld.space);
        const bool is_spm = space == isa::Space::kSpm;
        out_.loads.push_back(
            transfer(head, {.address = ld.mem_addr,
                            .stride = load_.mem_stride,
                            .local = ld.dst,
                            .pitch = load_.pitch,
                            .interleave = is_spm ? load_.interleave : 0,
                            .row_bytes = ld.row_bytes,
                            .rows = ld.rows,
                            .first_row = is_spm ? ld.y0 : 0,
                            .space_bytes = space_bytes(space),
                            .bad_table = space == isa::Space::kTable && !functional::table_fits(ld, hw_)}));
        break;
      }
      case isa::Opcode::kLdCfg:
        load_ = isa::decode_ld_cfg(command);
        out_.loads.push_back({.header = head});
        break;
      case isa::Opcode::kSt: {
        const isa::St st = isa::decode_st(command);
        out_.stores.push_back(transfer(head, {.address = st.mem_addr,
                                              .stride = store_.mem_stride,
                                              .local = st.src,
                                              .pitch = store_.pitch,
                                              .interleave = store_.interleave,
                                              .row_bytes = st.row_bytes,
                                              .rows = st.rows,
                                              .first_row = st.y0,
                                              .space_bytes = space_bytes(isa::Space::kSpm),
                                              .bad_table = false}));
        break;
      }
      case isa::Opcode::kStCfg:
        store_ = isa::decode_st_cfg(command);
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
        out_.vectors.push_back({.header = head,
                                .cycles = latencies_.setup_requant +
                                          cycles(functional::groups_of(requant, hw_) * requant.nrows * requant.ncols)});
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

  // An ld or st with the registers it sees.
  struct Transfer {
    std::int64_t address, stride;
    std::int64_t local, pitch, interleave;
    std::int64_t row_bytes, rows, first_row;
    std::int64_t space_bytes;
    bool bad_table;
  };

  [[nodiscard]] std::int64_t space_bytes(isa::Space space) const {
    switch (space) {
      case isa::Space::kSpm:
        return hw_.scratchpad_bytes;
      case isa::Space::kWbuf:
        return hw_.weight_buffer_bytes;
      case isa::Space::kTable:  // counts slots, not bytes
        return std::numeric_limits<std::int64_t>::max();
    }
    return 0;
  }

  // Rows rotate through 1 << interleave banks, so the highest byte belongs to one of the last rows.
  [[nodiscard]] bool leaves_space(const Transfer& t) const {
    const std::int64_t banks = std::int64_t{1} << t.interleave;
    const std::int64_t last = t.first_row + t.rows - 1;
    for (std::int64_t row = std::max(t.first_row, last - banks + 1); row <= last; ++row) {
      const std::int64_t start = t.local + row % banks * hw_.bank_bytes() + row / banks * t.pitch;
      if (start + t.row_bytes > t.space_bytes) return true;
    }
    return t.bad_table;
  }

  DmaCommand transfer(const CommandHeader& head, const Transfer& t) {
    const auto bus_bytes = static_cast<std::uint32_t>(hw_.dma.bus_bytes());
    const auto max_beats = static_cast<std::uint32_t>(hw_.dma.burst_beats);
    const auto bytes = static_cast<std::uint32_t>(t.row_bytes);
    DmaCommand result{.header = head,
                      .first_burst = static_cast<std::uint32_t>(out_.bursts.size()),
                      .end_burst = static_cast<std::uint32_t>(out_.bursts.size()),
                      .index = static_cast<std::uint32_t>(out_.dispatch.size()),
                      .address = static_cast<std::uint32_t>(t.address),
                      .span = static_cast<std::uint64_t>((t.rows - 1) * t.stride + t.row_bytes),
                      .bad_local = leaves_space(t)};
    if (result.bad_local) return result;
    std::uint32_t row = result.address;
    for (std::int64_t i = 0; i < t.rows; ++i, row += static_cast<std::uint32_t>(t.stride)) {
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
    const auto outer = static_cast<std::uint32_t>(wl.outer * (wl.dataflow != 0 ? wl.again + 1 : 1));
    return {.header = head,
            .string_rows = len,
            .tile_rows = tile_rows,
            .tiles = outer * ceil_div(len, tile_rows),
            .rows = outer * len,
            .output = wl.dataflow != 0};
  }

  [[nodiscard]] MatrixCommand matrix(const CommandHeader& head, const isa::Mm& mm) const {
    return matrix_in_.dataflow != 0 ? output_stationary(head, mm) : weight_stationary(head, mm);
  }

  [[nodiscard]] std::uint32_t dense_steps(const isa::Mm& mm) const {
    return static_cast<std::uint32_t>(mm.nky * matrix_kernel_.nkx) *
           ceil_div(static_cast<std::uint32_t>(mm.len), static_cast<std::uint32_t>(hw_.array.rows));
  }

  [[nodiscard]] MatrixCommand output_stationary(const CommandHeader& head, const isa::Mm& mm) const {
    const auto rows = static_cast<std::uint32_t>(hw_.array.rows);
    const auto pixels = static_cast<std::uint32_t>(mm.nrows * mm.ncols);
    const std::uint32_t groups = ceil_div(pixels, rows);
    MatrixCommand result{.header = head};
    result.output = true;
    result.steps = groups * dense_steps(mm);
    result.step_cycles = result.last_step_cycles = rows;
    result.last_step_to_finish = latencies_.take_to_step + pixels - (groups - 1) * rows - 1 +
                                 latencies_.output_array_to_finish + cycles(hw_.array.rows + hw_.array.cols);
    return result;
  }

  [[nodiscard]] MatrixCommand weight_stationary(const CommandHeader& head, const isa::Mm& mm) const {
    MatrixCommand result{.header = head};
    Cycles positions = 0;
    Cycles behind = 0;  // positions behind the one in which the last partial sum starts
    Cycles shared = 0;  // positions that all column tiles but the last leave to the next one
    if (matrix_in_.depthwise != 0) {
      const auto taps = static_cast<std::uint32_t>(matrix_kernel_.taps);
      const auto buses = static_cast<std::uint32_t>(matrix_kernel_.buses);
      const std::int64_t overlap = matrix_kernel_.overlap;
      positions = cycles(mm.nrows * ((mm.ncols - 1) * matrix_in_.stride_x + matrix_kernel_.taps - overlap) + overlap);
      behind = taps - 1;
      if (mm.tiles > 1 && mm.nky <= matrix_kernel_.buses) shared = cycles(overlap);
      result.column_mode = taps << 2U | buses;
      result.steps = ceil_div(static_cast<std::uint32_t>(mm.nky), buses);
    } else {
      positions = cycles(mm.nrows * mm.ncols);
      result.steps = dense_steps(mm);
    }
    result.steps *= static_cast<std::uint32_t>(mm.tiles);
    result.step_cycles = std::max(positions - shared, latencies_.min_step);
    result.last_step_cycles = std::max(positions, latencies_.min_step);
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
        for (std::size_t n = PreparedStream::kMaxTokens; n < gives[p][c].size(); ++n) {
          const std::size_t taker = n - PreparedStream::kMaxTokens;
          out_.token_limits.push_back(
              {.giver = gives[p][c][n],
               .taker = taker < takes[p][c].size() ? takes[p][c][taker] : PreparedStream::kNoSlot,
               .consumer = static_cast<std::uint8_t>(c)});
        }
      }
    }
  }

  const HwConfig& hw_;
  const Latencies& latencies_;
  std::span<const isa::Command> stream_;
  PreparedStream out_;
  std::array<std::vector<Masks>, kEngineCount> masks_;
  isa::LdCfg load_;
  isa::StCfg store_;
  isa::MmCfgIn matrix_in_;
  isa::MmCfgKernel matrix_kernel_;
  isa::VecCfgIn vector_in_;
};

}  // namespace

PreparedStream prepare_stream(const HwConfig& hw, const Latencies& latencies, std::span<const isa::Command> stream) {
  return Preparation(hw, latencies, stream).run();
}

}  // namespace systolite::fast
