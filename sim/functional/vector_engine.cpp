// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/vector_engine.h"

#include <algorithm>
#include <array>

#include "sim/core/quantize.h"
#include "sim/functional/column_tiles.h"
#include "sim/functional/wrapping.h"

namespace systolite::functional {
namespace {

std::int8_t clamp(std::int64_t value, const isa::VecCfgOut& out) {
  return static_cast<std::int8_t>(std::min(std::max(value, out.act_min), out.act_max));
}

RowView output_view(const EngineConfig& config, const HwConfig& hw) {
  return {config.vec_out.base, config.vec_out.pitch, config.vec_out.interleave, hw.bank_bytes()};
}

QuantizedMultiplier slot_scale(const isa::VecCfgScale& slot) {
  return {static_cast<std::int32_t>(slot.mult), static_cast<int>(slot.shift)};
}

Rounding rounding_of(const isa::VecCfgOut& out) {
  return out.single_rounding != 0 ? Rounding::kSingle : Rounding::kDouble;
}

std::int64_t pool_window(const isa::Pool& pool, const isa::VecCfgIn& in, const RowView& view, std::int64_t oy,
                         std::int64_t ox, std::int64_t channel, const Scratchpad& spm) {
  const std::int64_t y0 = oy * in.stride_y + in.y_off;
  const std::int64_t offset = (ox * in.stride_x + in.x_off) * in.pix_bytes + channel;
  std::int64_t result = pool.average != 0 ? 0 : INT8_MIN;
  for (std::int64_t ky = 0; ky < in.kh; ++ky) {
    const std::int64_t row = view.address(y0 + ky) + offset;
    for (std::int64_t kx = 0; kx < in.kw; ++kx) {
      const std::int64_t value = spm.at(row + kx * in.pix_bytes);
      result = pool.average != 0 ? result + value : std::max(result, value);
    }
  }
  return result;
}

std::int64_t divide(std::int64_t sum, const isa::Pool& pool, const isa::VecCfgScale& reciprocal) {
  const auto numerator = static_cast<std::uint64_t>((sum < 0 ? -sum : sum) + pool.half);
  const auto quotient =
      static_cast<std::int64_t>((numerator * static_cast<std::uint64_t>(reciprocal.mult)) >> reciprocal.shift);
  return sum < 0 ? -quotient : quotient;
}

// One column tile.
void requantise(const isa::Requant& requant, const EngineConfig& config, const HwConfig& hw, LocalMemories& memories) {
  constexpr std::size_t kMaxCols = 64;
  const isa::VecCfgOut& out = config.vec_out;
  const RowView view = output_view(config, hw);
  const auto channels = static_cast<std::size_t>(requant.nch);
  const auto bias_slot = static_cast<std::size_t>(requant.bias_word * hw.requant_lanes);
  const auto scale_slot = static_cast<std::size_t>(requant.scale_word * hw.requant_lanes);
  const Rounding rounding = rounding_of(out);
  std::array<QuantizedMultiplier, kMaxCols> scales{};
  for (std::size_t c = 0; c < channels; ++c) {
    const std::size_t slot = scale_slot + (out.per_tensor != 0 ? 0 : c);
    scales[c] = {memories.mult[slot] & 0x7FFFFFFF, std::clamp<int>(memories.shift[slot], -31, 30)};
  }
  for (std::int64_t m = 0; m < requant.nrows * requant.ncols; ++m) {
    const std::int32_t* entry = memories.acc.data() + (requant.acc + m) * hw.array.cols;
    const std::int64_t address =
        view.address(requant.oy0 + m / requant.ncols) + (requant.ox0 + m % requant.ncols) * out.pix_bytes + requant.c0;
    for (std::size_t c = 0; c < channels; ++c) {
      const std::int32_t value = add_wrapping(entry[c], memories.bias[bias_slot + c]);
      const std::int64_t result = multiply_by_quantized_multiplier(value, scales[c], rounding) + out.zero_point;
      memories.spm.at(address + static_cast<std::int64_t>(c)) = clamp(result, out);
    }
  }
}

}  // namespace

void execute(const isa::Requant& requant, const EngineConfig& config, const HwConfig& hw, LocalMemories& memories) {
  for (std::int64_t tile = 0; tile < tiles_of(requant, hw); ++tile)
    requantise(tile_at(requant, tile, config.vec_out, hw), config, hw, memories);
}

void execute(const isa::Add& add, const EngineConfig& config, const HwConfig&, LocalMemories& memories) {
  const isa::VecCfgOut& out = config.vec_out;
  const Rounding rounding = rounding_of(out);
  constexpr int kHeadroom = 20;  // bits the operands are raised by before they are rescaled
  // All results of an operand follow from its 256 values.
  std::array<std::array<std::int32_t, 256>, 2> rescaled{};
  for (std::size_t operand = 0; operand < 2; ++operand) {
    const isa::VecCfgScale& slot = config.vec_scale[operand];
    for (int value = -128; value < 128; ++value) {
      const auto raised = static_cast<std::int32_t>((value - slot.zero_point) * (std::int64_t{1} << kHeadroom));
      rescaled[operand][static_cast<std::uint8_t>(value)] =
          multiply_by_quantized_multiplier(raised, slot_scale(slot), rounding);
    }
  }
  const QuantizedMultiplier scale = slot_scale(config.vec_scale[2]);
  for (std::int64_t i = 0; i < add.len; ++i) {
    const std::int32_t a = rescaled[0][static_cast<std::uint8_t>(memories.spm.at(add.in1 + i))];
    const std::int32_t b = rescaled[1][static_cast<std::uint8_t>(memories.spm.at(add.in2 + i))];
    memories.spm.at(add.out + i) =
        clamp(multiply_by_quantized_multiplier(add_wrapping(a, b), scale, rounding) + out.zero_point, out);
  }
}

void execute(const isa::Pool& pool, const EngineConfig& config, const HwConfig& hw, LocalMemories& memories) {
  const isa::VecCfgIn& in = config.vec_in;
  const RowView source{in.base, in.pitch, in.interleave, hw.bank_bytes()};
  const RowView view = output_view(config, hw);
  for (std::int64_t oy = pool.oy0; oy < pool.oy0 + pool.nrows; ++oy) {
    for (std::int64_t ox = pool.ox0; ox < pool.ox0 + pool.ncols; ++ox) {
      const std::int64_t address = view.address(oy) + ox * config.vec_out.pix_bytes;
      for (std::int64_t c = pool.c0; c < pool.c0 + pool.nch; ++c) {
        std::int64_t result = pool_window(pool, in, source, oy, ox, c, memories.spm);
        if (pool.average != 0) result = divide(result, pool, config.vec_scale[3]);
        memories.spm.at(address + c) = clamp(result, config.vec_out);
      }
    }
  }
}

}  // namespace systolite::functional
