// SPDX-License-Identifier: Apache-2.0
#include "byte_model.h"

#include <utility>

namespace systolite::test {

ByteModel::ByteModel(std::vector<std::uint8_t> contents) : memory(std::move(contents)) {
  local[0].resize(kSpmBytes);
  local[1].resize(kWbufBytes);
  local[2].resize(4 * kParamChannels);
  local[3].resize(4 * kParamChannels);
  local[4].resize(kParamChannels);
}

std::uint32_t ByteModel::row_offset(const Strides& strides, std::uint32_t row) {
  const std::uint32_t banks = 1U << strides.interleave;
  return row % banks * kBankBytes + row / banks * strides.pitch;
}

// Slot by slot: where each of its fields lies in the row, if the row is that long.
void ByteModel::load_table(const isa::Ld& ld) {
  const auto scale = static_cast<isa::ScaleForm>(ld.scale);
  const auto bias = static_cast<isa::BiasForm>(ld.bias);
  const auto at = [&](std::int64_t offset, int bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value |= static_cast<std::uint32_t>(memory.at(static_cast<std::size_t>(ld.mem_addr - kMemoryBase + offset + i)))
               << (8 * i);
    return value;
  };
  const auto put = [&](LocalMemory table, std::int64_t slot, int bytes, std::uint32_t value) {
    for (int i = 0; i < bytes; ++i)
      local[static_cast<std::size_t>(table)].at(static_cast<std::size_t>(slot * bytes + i)) =
          static_cast<std::uint8_t>(value >> (8 * i));
  };
  const auto put_packed = [&](std::int64_t slot, std::uint32_t word) {
    put(LocalMemory::kMult, slot, 4, (word & 0x3FFFFFFFU) + 0x40000000U);
    put(LocalMemory::kShift, slot, 1, static_cast<std::uint32_t>(ld.shift) + (word >> 30U));
  };
  const std::int64_t scale_bytes = scale == isa::ScaleForm::kPacked ? 4 : scale == isa::ScaleForm::kFull ? 5 : 0;
  const std::int64_t bias_bytes = bias == isa::BiasForm::kNone ? 0 : 1 + static_cast<std::int64_t>(bias);
  const std::int64_t start = scale == isa::ScaleForm::kTensor ? kBusBytes : 0;
  if (start > 0) put_packed(ld.dst, at(0, 4));
  for (std::int64_t slot = ld.dst; slot < kParamChannels; ++slot) {
    const std::int64_t in_group = (slot - ld.dst) % kBusBytes;
    const std::int64_t group = start + (slot - ld.dst - in_group) * (scale_bytes + bias_bytes);
    const std::int64_t biases = group + scale_bytes * kBusBytes;
    const auto there = [&](std::int64_t offset) { return offset < ld.row_bytes; };
    const std::int64_t words = group + 4 * in_group;
    if (scale == isa::ScaleForm::kPacked && there(words)) put_packed(slot, at(words, 4));
    if (scale == isa::ScaleForm::kFull && there(words)) put(LocalMemory::kMult, slot, 4, at(words, 4));
    const std::int64_t shifts = group + 4 * kBusBytes + in_group;
    if (scale == isa::ScaleForm::kFull && there(shifts)) put(LocalMemory::kShift, slot, 1, at(shifts, 1));
    if (bias == isa::BiasForm::kBits32 && there(biases + 4 * in_group))
      put(LocalMemory::kBias, slot, 4, at(biases + 4 * in_group, 4));
    const std::int64_t low = biases + 2 * in_group;
    const std::int64_t high = biases + 2 * kBusBytes + in_group;
    if ((bias == isa::BiasForm::kBits16 || bias == isa::BiasForm::kBits24) && there(low)) {
      const std::uint32_t value = at(low, 2);
      put(LocalMemory::kBias, slot, 4, value >= 0x8000U ? value - 0x10000U : value);
    }
    if (bias == isa::BiasForm::kBits24 && there(high)) {
      const std::uint32_t value = at(low, 2) | at(high, 1) << 16U;
      put(LocalMemory::kBias, slot, 4, value >= 0x800000U ? value - 0x1000000U : value);
    }
  }
}

void ByteModel::run(const isa::Command& command) {
  const auto opcode = isa::opcode_of(command);
  if (opcode == isa::Opcode::kLdCfg) {
    const isa::LdCfg cfg = isa::decode_ld_cfg(command);
    ld_ = {static_cast<std::uint32_t>(cfg.mem_stride), static_cast<std::uint32_t>(cfg.pitch),
           static_cast<std::uint32_t>(cfg.interleave)};
  } else if (opcode == isa::Opcode::kStCfg) {
    const isa::StCfg cfg = isa::decode_st_cfg(command);
    st_ = {static_cast<std::uint32_t>(cfg.mem_stride), static_cast<std::uint32_t>(cfg.pitch),
           static_cast<std::uint32_t>(cfg.interleave)};
  } else if (opcode == isa::Opcode::kLd) {
    const isa::Ld ld = isa::decode_ld(command);
    if (static_cast<isa::Space>(ld.space) == isa::Space::kTable) return load_table(ld);
    for (std::uint32_t i = 0; i < ld.rows; ++i) {
      const std::uint32_t from = static_cast<std::uint32_t>(ld.mem_addr) - kMemoryBase + i * ld_.mem_stride;
      const std::uint32_t to = static_cast<std::uint32_t>(ld.dst) +
                               (ld.space == 0 ? row_offset(ld_, static_cast<std::uint32_t>(ld.y0) + i) : i * ld_.pitch);
      for (std::uint32_t b = 0; b < ld.row_bytes; ++b)
        local[static_cast<std::size_t>(ld.space)].at(to + b) = memory.at(from + b);
    }
  } else if (opcode == isa::Opcode::kSt) {
    const isa::St st = isa::decode_st(command);
    for (std::uint32_t i = 0; i < st.rows; ++i) {
      const std::uint32_t to = static_cast<std::uint32_t>(st.mem_addr) - kMemoryBase + i * st_.mem_stride;
      const std::uint32_t from =
          static_cast<std::uint32_t>(st.src) + row_offset(st_, static_cast<std::uint32_t>(st.y0) + i);
      for (std::uint32_t b = 0; b < st.row_bytes; ++b) memory.at(to + b) = local[0].at(from + b);
    }
  }
}

}  // namespace systolite::test
