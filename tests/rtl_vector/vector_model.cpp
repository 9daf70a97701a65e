// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl_vector/vector_model.h"

#include <algorithm>

namespace systolite::vector_test {
namespace {

constexpr std::uint64_t kSetupRequant = 2;
constexpr std::uint64_t kSetupAdd = 7;
constexpr std::uint64_t kSetupPool = 8;
constexpr std::uint64_t kAddSteps = 3;
constexpr std::uint64_t kStepToWrite = 7;
constexpr std::uint64_t kAddStepToSum = 5;  // from the step that reads operand 1 to the step of the sum

constexpr std::uint32_t kAddressMask = (1U << 20) - 1;

std::int32_t wrap_add(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

std::int32_t wrap_shift_left(std::int32_t a, int bits) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) << bits);
}

}  // namespace

CommandTiming VectorModel::timing(const Command& command) const {
  if (const auto* c = std::get_if<Requant>(&command))
    return {kSetupRequant, std::uint64_t{requant_groups(c->nch)} * c->nrows * c->ncols};
  if (const auto* c = std::get_if<Add>(&command)) return {kSetupAdd, kAddSteps * (std::uint64_t{groups(c->len)} + 1)};
  if (const auto* c = std::get_if<Pool>(&command)) {
    return {kSetupPool, std::uint64_t{groups(c->nch)} * c->nrows * c->ncols * in_.kh * in_.kw};
  }
  return {0, 0};
}

std::uint32_t VectorModel::group_bytes(std::uint32_t bytes, std::uint32_t group) const {
  return std::min(geometry_.lanes, bytes - group * geometry_.lanes);
}

// Of all column tiles.
std::uint32_t VectorModel::requant_groups(std::uint32_t channels) const {
  std::uint32_t count = 0;
  for (std::uint32_t first = 0; first < channels; first += geometry_.cols)
    count += groups(std::min(geometry_.cols, channels - first));
  return count;
}

std::uint32_t VectorModel::out_address(std::uint32_t y, std::uint32_t x, std::uint32_t c) const {
  const std::uint32_t n = 1U << out_.interleave;
  return (out_.base + (y % n) * kBankBytes + (y / n) * out_.pitch + x * out_.pix_bytes + c) & kAddressMask;
}

std::uint32_t VectorModel::in_address(std::int64_t y, std::int64_t x, std::uint32_t c) const {
  const std::int64_t n = std::int64_t{1} << in_.interleave;
  const std::int64_t address = in_.base + (y % n) * kBankBytes + (y / n) * in_.pitch + x * in_.pix_bytes + c;
  return static_cast<std::uint32_t>(address) & kAddressMask;
}

std::int32_t VectorModel::rescale(std::int32_t v, std::uint32_t mult, std::int32_t shift) const {
  const auto q = static_cast<std::int64_t>(mult);
  if (out_.single_rounding != 0) {
    const int t = 31 - shift;
    return static_cast<std::int32_t>((v * q + (std::int64_t{1} << (t - 1))) >> t);
  }
  const std::int32_t scaled = wrap_shift_left(v, std::max(shift, 0));
  const std::int64_t h = (scaled * q + (std::int64_t{1} << 30)) >> 31;
  const int e = std::max(-shift, 0);
  const std::int64_t mask = (std::int64_t{1} << e) - 1;
  return static_cast<std::int32_t>((h >> e) + ((h & mask) > (mask >> 1) + (h < 0 ? 1 : 0) ? 1 : 0));
}

std::int8_t VectorModel::finish(std::int64_t value) const {
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(value, out_.act_min, out_.act_max));
}

std::int8_t VectorModel::add_byte(const Add& add, std::uint32_t i) const {
  const auto operand = [&](std::uint32_t base, const Scale& scale) {
    const std::int32_t value = memories_.spm[(base + i) % kSpmBytes];
    return rescale(wrap_shift_left(value - scale.zero_point, 20), scale.mult, scale.shift);
  };
  const std::int32_t sum = wrap_add(operand(add.in1, scales_[0]), operand(add.in2, scales_[1]));
  return finish(std::int64_t{rescale(sum, scales_[2].mult, scales_[2].shift)} + out_.zero_point);
}

std::int8_t VectorModel::pool_byte(const Pool& pool, std::uint32_t oy, std::uint32_t ox, std::uint32_t c) const {
  std::int64_t sum = 0;
  std::int64_t maximum = -128;
  for (std::uint32_t ky = 0; ky < in_.kh; ++ky) {
    for (std::uint32_t kx = 0; kx < in_.kw; ++kx) {
      const std::int64_t y = std::int64_t{oy} * in_.stride_y + in_.y_off + ky;
      const std::int64_t x = std::int64_t{ox} * in_.stride_x + in_.x_off + kx;
      const std::int64_t value = memories_.spm[in_address(y, x, c) % kSpmBytes];
      sum += value;
      maximum = std::max(maximum, value);
    }
  }
  if (pool.average == 0) return finish(maximum);
  const auto n = static_cast<std::uint64_t>((sum < 0 ? -sum : sum) + pool.half);
  const auto q = static_cast<std::int64_t>((n * scales_[3].mult) >> scales_[3].shift);
  return finish(sum < 0 ? -q : q);
}

void VectorModel::emit(Access access, std::uint32_t bytes, Accesses& accesses) {
  for (std::uint32_t l = 0; l < bytes; ++l) {
    access.strobe |= std::uint64_t{1} << l;
    memories_.spm[(access.address + l) % kSpmBytes] = access.data[l];
  }
  accesses.write.push_back(access);
}

void VectorModel::run(const Requant& c, std::uint64_t first, Accesses& accesses) {
  std::uint64_t step = first;
  Requant tile = c;
  for (std::uint32_t channel = 0; channel < c.nch; channel += geometry_.cols) {
    tile.c0 = c.c0 + channel;
    tile.nch = std::min(geometry_.cols, c.nch - channel);
    step = run_tile(tile, step, accesses);
    tile.acc += c.nrows * c.ncols;
    tile.bias_word += groups(geometry_.cols);
    if (out_.per_tensor == 0) tile.scale_word += groups(geometry_.cols);
  }
}

std::uint64_t VectorModel::run_tile(const Requant& c, std::uint64_t first, Accesses& accesses) {
  std::uint64_t step = first;
  for (std::uint32_t g = 0; g < groups(c.nch); ++g) {
    const std::uint32_t bias_word = c.bias_word + g;
    const std::uint32_t scale_word = c.scale_word + (out_.per_tensor != 0 ? 0 : g);
    accesses.table.push_back({.cycle = step, .address = bias_word, .address2 = scale_word});
    for (std::uint32_t m = 0; m < c.nrows * c.ncols; ++m, ++step) {
      accesses.acc.push_back({.cycle = step, .address = c.acc + m});
      Access write{
          .cycle = step + kStepToWrite,
          .address = out_address(c.oy0 + m / c.ncols, c.ox0 + m % c.ncols, c.c0 + g * geometry_.lanes) & kAddressMask};
      const std::uint32_t bytes = group_bytes(c.nch, g);
      for (std::uint32_t l = 0; l < bytes; ++l) {
        const std::uint32_t scale_slot = scale_word * geometry_.lanes + (out_.per_tensor != 0 ? 0 : l);
        const std::int32_t v = wrap_add(memories_.acc[(c.acc + m) * geometry_.cols + g * geometry_.lanes + l],
                                        memories_.bias[bias_word * geometry_.lanes + l]);
        write.data[l] =
            finish(std::int64_t{rescale(v, memories_.mult[scale_slot], memories_.shift[scale_slot])} + out_.zero_point);
      }
      emit(write, bytes, accesses);
    }
  }
  return step;
}

void VectorModel::run(const Add& c, std::uint64_t first, Accesses& accesses) {
  for (std::uint32_t g = 0; g < groups(c.len); ++g) {
    const std::uint32_t offset = g * geometry_.lanes;
    const std::uint32_t bytes = group_bytes(c.len, g);
    const std::uint64_t step = first + g * kAddSteps;
    accesses.read.push_back({.cycle = step, .address = (c.in1 + offset) & kAddressMask, .address2 = bytes - 1});
    accesses.read.push_back({.cycle = step + 1, .address = (c.in2 + offset) & kAddressMask, .address2 = bytes - 1});
    Access write{.cycle = step + kAddStepToSum + kStepToWrite, .address = (c.out + offset) & kAddressMask};
    for (std::uint32_t l = 0; l < bytes; ++l) write.data[l] = add_byte(c, offset + l);
    emit(write, bytes, accesses);
  }
}

void VectorModel::run(const Pool& c, std::uint64_t first, Accesses& accesses) {
  std::uint64_t step = first;
  for (std::uint32_t g = 0; g < groups(c.nch); ++g) {
    const std::uint32_t channel = c.c0 + g * geometry_.lanes;
    const std::uint32_t bytes = group_bytes(c.nch, g);
    for (std::uint32_t oy = c.oy0; oy < c.oy0 + c.nrows; ++oy) {
      for (std::uint32_t ox = c.ox0; ox < c.ox0 + c.ncols; ++ox) {
        for (std::uint32_t k = 0; k < in_.kh * in_.kw; ++k, ++step) {
          const std::int64_t y = std::int64_t{oy} * in_.stride_y + in_.y_off + k / in_.kw;
          const std::int64_t x = std::int64_t{ox} * in_.stride_x + in_.x_off + k % in_.kw;
          accesses.read.push_back({.cycle = step, .address = in_address(y, x, channel), .address2 = bytes - 1});
        }
        Access write{.cycle = step - 1 + kStepToWrite, .address = out_address(oy, ox, channel)};
        for (std::uint32_t l = 0; l < bytes; ++l) write.data[l] = pool_byte(c, oy, ox, channel + l);
        emit(write, bytes, accesses);
      }
    }
  }
}

Accesses VectorModel::execute(const Command& command, std::uint64_t pop) {
  Accesses accesses;
  const std::uint64_t first = pop + timing(command).setup + 1;
  if (const auto* requant = std::get_if<Requant>(&command)) run(*requant, first, accesses);
  if (const auto* add = std::get_if<Add>(&command)) run(*add, first, accesses);
  if (const auto* pool = std::get_if<Pool>(&command)) run(*pool, first, accesses);
  if (const auto* out = std::get_if<CfgOut>(&command)) out_ = *out;
  if (const auto* in = std::get_if<CfgIn>(&command)) in_ = *in;
  if (const auto* scale = std::get_if<CfgScale>(&command))
    scales_[scale->slot] = {scale->mult, scale->shift, scale->zero_point};
  return accesses;
}

void VectorModel::footprint(const Command& command, std::vector<bool>& reads, std::vector<bool>& writes) const {
  reads.assign(kSpmBytes, false);
  writes.assign(kSpmBytes, false);
  if (const auto* add = std::get_if<Add>(&command)) {
    for (std::uint32_t i = 0; i < add->len; ++i) {
      reads[(add->in1 + i) % kSpmBytes] = true;
      reads[(add->in2 + i) % kSpmBytes] = true;
      writes[(add->out + i) % kSpmBytes] = true;
    }
  }
  const auto* pool = std::get_if<Pool>(&command);
  if (pool == nullptr) return;
  for (std::uint32_t oy = pool->oy0; oy < pool->oy0 + pool->nrows; ++oy) {
    for (std::uint32_t ox = pool->ox0; ox < pool->ox0 + pool->ncols; ++ox) {
      for (std::uint32_t c = pool->c0; c < pool->c0 + pool->nch; ++c) {
        writes[out_address(oy, ox, c) % kSpmBytes] = true;
        for (std::uint32_t k = 0; k < in_.kh * in_.kw; ++k) {
          reads[in_address(std::int64_t{oy} * in_.stride_y + in_.y_off + k / in_.kw,
                           std::int64_t{ox} * in_.stride_x + in_.x_off + k % in_.kw, c) %
                kSpmBytes] = true;
        }
      }
    }
  }
}

}  // namespace systolite::vector_test
