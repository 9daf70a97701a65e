// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl_vector/random_commands.h"

#include <algorithm>
#include <array>
#include <limits>

namespace systolite::vector_test {
namespace {

constexpr std::uint32_t kMaxSteps = 400;  // pool steps, so that tests stay short

std::uint32_t dimension(Random& random) { return random.one_in(3) ? 1 : random.u(1, random.one_in(6) ? 40 : 7); }

}  // namespace

std::uint32_t random_multiplier(Random& random) {
  switch (random.in(0, 9)) {
    case 0:
      return 0;
    case 1:
      return 0x7fffffff;
    case 2:
      return 1U << 30;
    case 3:
      return random.u(0, 0x7fffffff);
    case 4:
      return 1U << random.in(0, 30);
    default:
      return random.u(1 << 30, 0x7fffffff);
  }
}

std::int32_t random_shift(Random& random) {
  switch (random.in(0, 9)) {
    case 0:
      return -31;
    case 1:
      return 30;
    case 2:
      return random.i(-31, 30);
    case 3:
      return random.i(-1, 3);
    default:
      return random.i(-14, -2);
  }
}

std::int32_t random_value(Random& random) {
  switch (random.in(0, 11)) {
    case 0:
      return std::numeric_limits<std::int32_t>::min() + random.i(0, 1);
    case 1:
      return std::numeric_limits<std::int32_t>::max() - random.i(0, 1);
    case 2:
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(random.bits()));
    case 3:
      return random.i(-3, 3);
    case 4:
      return static_cast<std::int32_t>((std::uint32_t{1} << random.in(0, 31)) * (random.one_in(2) ? 1U : 0xffffffffU));
    case 5:
      return random.i(-255, 255) * (1 << random.in(0, 20));
    default:
      return random.i(-(1 << random.in(6, 20)), 1 << random.in(6, 20));
  }
}

void randomize(Memories& memories, Random& random) {
  for (auto& byte : memories.spm)
    byte = static_cast<std::int8_t>(random.one_in(16) ? (random.one_in(2) ? -128 : 127) : random.i(-128, 127));
  for (auto& value : memories.acc) value = random_value(random);
  for (auto& value : memories.bias) value = random.one_in(4) ? random_value(random) : random.i(-20000, 20000);
  for (auto& value : memories.mult) value = random_multiplier(random);
  for (auto& value : memories.shift) value = static_cast<std::int8_t>(random_shift(random));
}

std::vector<Command> CommandGenerator::full_configuration() {
  std::vector<Command> commands{config_out(), config_in()};
  for (std::uint32_t slot = 0; slot < 4; ++slot) commands.emplace_back(config_scale(slot));
  for (std::size_t i = commands.size(); i > 1; --i)
    std::swap(commands[i - 1], commands[random_.u(0, static_cast<std::int64_t>(i) - 1)]);
  return commands;
}

CfgOut CommandGenerator::config_out() {
  CfgOut c{};
  const bool wild = random_.one_in(8);
  c.base = random_.u(0, wild ? 0xfffff : kSpmBytes - 1);
  c.pitch = random_.u(0, wild ? 0xfffff : 2000);
  c.interleave = random_.u(0, 2);
  c.pix_bytes = random_.u(1, wild ? 0xffff : 70);
  c.zero_point = random_.i(-128, 127);
  const std::array<std::int32_t, 2> bounds{random_.i(-128, 127), random_.i(-128, 127)};
  const bool open = !random_.one_in(3);
  c.act_min = open ? -128 : std::min(bounds[0], bounds[1]);
  c.act_max = open ? 127 : std::max(bounds[0], bounds[1]);
  c.single_rounding = random_.u(0, 1);
  c.per_tensor = random_.u(0, 1);
  return c;
}

CfgIn CommandGenerator::config_in() {
  CfgIn c{};
  c.base = random_.u(0, random_.one_in(8) ? 0xfffff : kSpmBytes - 1);
  c.pitch = random_.u(0, random_.one_in(8) ? 0xfffff : 2000);
  c.interleave = random_.u(0, 2);
  c.pix_bytes = random_.u(1, random_.one_in(8) ? 0xffff : 70);
  c.y_off = random_.one_in(4) ? random_.i(-256, 255) : random_.i(-3, 3);
  c.x_off = random_.one_in(4) ? random_.i(-256, 255) : random_.i(-3, 3);
  c.kh = random_.one_in(16) ? random_.u(1, 255) : random_.u(1, 6);
  c.kw = c.kh > 6 ? 1 : (random_.one_in(16) ? random_.u(1, 255 / c.kh) : random_.u(1, 6));
  c.stride_y = random_.one_in(8) ? random_.u(1, 255) : random_.u(1, 6);
  c.stride_x = random_.one_in(8) ? random_.u(1, 255) : random_.u(1, 6);
  window_ = c.kh * c.kw;
  return c;
}

CfgScale CommandGenerator::config_scale(std::uint32_t slot) {
  if (slot < 3) return {slot, random_multiplier(random_), random_shift(random_), random_.i(-128, 127)};
  if (random_.one_in(4)) return {slot, random_multiplier(random_), random_.i(0, 62), random_.i(-128, 127)};
  // A reciprocal of the window, as the mapper makes it.
  const int shift = 30 + static_cast<int>(31 - static_cast<unsigned>(__builtin_clz(window_)));
  const auto mult = static_cast<std::uint32_t>(((std::uint64_t{1} << shift) + window_ - 1) / window_);
  return {slot, mult, shift, random_.i(-128, 127)};
}

Command CommandGenerator::config() {
  switch (random_.in(0, 3)) {
    case 0:
      return config_out();
    case 1:
      return config_in();
    default:
      return config_scale(random_.u(0, 3));
  }
}

Requant CommandGenerator::requant() {
  Requant c{};
  c.oy0 = random_.one_in(4) ? random_.u(0, 4095) : random_.u(0, 20);
  c.ox0 = random_.one_in(4) ? random_.u(0, 4095) : random_.u(0, 20);
  // Column tiles, the last one whole or not.
  const std::uint32_t tiles = random_.one_in(2) ? 1 : random_.u(1, random_.one_in(8) ? 30 : 4);
  const std::uint32_t last = random_.one_in(2) ? geometry_.cols : random_.u(1, geometry_.cols);
  c.nch = (tiles - 1) * geometry_.cols + last;
  c.nrows = std::min(dimension(random_), kAccEntries / tiles);
  c.ncols = std::min(dimension(random_), kAccEntries / tiles / c.nrows);
  c.acc = random_.u(0, kAccEntries - tiles * c.nrows * c.ncols);
  c.c0 = random_.one_in(8) ? random_.u(0, 0xffff) : random_.u(0, 64);
  const std::uint32_t words = kTableSlots / geometry_.lanes;
  const auto words_of = [&](std::uint32_t channels) { return (channels + geometry_.lanes - 1) / geometry_.lanes; };
  const std::uint32_t used = (tiles - 1) * words_of(geometry_.cols) + words_of(last);
  c.bias_word = random_.u(0, words - used);
  c.scale_word = random_.u(0, words - used);
  return c;
}

// The result overwrites no operand that is still to be read: in place, or apart from both.
Command CommandGenerator::add(const VectorModel& model) {
  for (;;) {
    Add c{};
    c.len = random_.one_in(3) ? random_.u(1, 4) : random_.u(1, 20 * std::min(geometry_.lanes, 8U));
    c.in1 = random_.u(0, random_.one_in(8) ? 0xfffff : kSpmBytes - 1);
    c.in2 = random_.u(0, kSpmBytes - 1);
    c.out = random_.u(0, kSpmBytes - 1);
    const std::int64_t place = random_.in(0, 3);
    if (place == 0) c.in2 = c.in1;
    std::vector<bool> reads, writes;
    model.footprint(c, reads, writes);
    bool overlap = false;
    for (std::uint32_t i = 0; i < kSpmBytes; ++i) overlap = overlap || (reads[i] && writes[i]);
    if (overlap) continue;
    if (place == 1 || place == 2) {
      const std::uint32_t distance = (c.in1 > c.in2 ? c.in1 - c.in2 : c.in2 - c.in1) % kSpmBytes;
      if (std::min(distance, kSpmBytes - distance) < c.len) continue;
      c.out = place == 1 ? c.in1 : c.in2;
    }
    return c;
  }
}

Command CommandGenerator::pool(const VectorModel& model) {
  const CfgIn& in = model.in();
  for (int attempt = 0; attempt < 20; ++attempt) {
    Pool c{};
    // The first window starts at a pixel that exists.
    const auto least = [](std::int32_t offset, std::uint32_t stride) {
      return offset >= 0 ? 0U : (static_cast<std::uint32_t>(-offset) + stride - 1) / stride;
    };
    c.oy0 = least(in.y_off, in.stride_y) + random_.u(0, random_.one_in(4) ? 3000 : 8);
    c.ox0 = least(in.x_off, in.stride_x) + random_.u(0, random_.one_in(4) ? 3000 : 8);
    c.nrows = random_.u(1, 5);
    c.ncols = random_.u(1, 5);
    c.c0 = random_.one_in(8) ? random_.u(0, 0xffff) : random_.u(0, 64);
    c.nch = random_.one_in(6) ? random_.u(1, 300) : random_.u(1, 3 * geometry_.lanes);
    c.average = random_.u(0, 1);
    c.half = random_.one_in(8) ? random_.u(0, 0xffff) : in.kh * in.kw / 2;
    if (model.timing(c).steps > kMaxSteps) continue;
    std::vector<bool> reads, writes;
    model.footprint(c, reads, writes);
    bool overlap = false;
    for (std::uint32_t i = 0; i < kSpmBytes; ++i) overlap = overlap || (reads[i] && writes[i]);
    if (!overlap) return c;
  }
  return config();  // this configuration leaves no room; change it
}

Command CommandGenerator::next(const VectorModel& model) {
  const std::int64_t choice = random_.in(0, 99);
  if (choice < 35) return requant();
  if (choice < 55) return add(model);
  if (choice < 80) return pool(model);
  return config();
}

}  // namespace systolite::vector_test
