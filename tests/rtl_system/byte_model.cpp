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
