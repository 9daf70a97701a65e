// SPDX-License-Identifier: Apache-2.0
#include "tests/lockstep/stream_fault.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sim/functional/table_load.h"
#include "tests/lockstep/bus_map.h"

namespace systolite::lockstep {
namespace {

enum class Fault : std::uint8_t {
  kOpcode,      // a word that is no command
  kReserved,    // a reserved bit
  kField,       // a field below its range
  kOwnToken,    // a command that waits for its own engine
  kDataflow,    // a dataflow that the array is not built for, if there is one
  kLocalRange,  // beyond the end of a local memory
  kTable,       // a table that is not one row of whole beats for slots that exist
  kReadRange,   // a load beyond the windows
  kWriteRange,  // a store beyond the window
  kNoEnd,
  kStreamAddress,  // not a multiple of a command
  kStreamLength,   // the same
  kStreamRange,    // a stream beyond the windows
  kBusLoad,        // the bus refuses
  kBusStore,
  kBusFetch,
};
constexpr std::uint64_t kFaults = 15;
constexpr unsigned kWaitBit = 5;  // configs/isa.yaml: opcode, wait, signal, 5 bits each
constexpr unsigned kSignalBit = 10;

void insert(LockstepStream& stream, const isa::Command& command, Random& random) {
  const std::int64_t at = random.integer(0, static_cast<std::int64_t>(stream.end));
  stream.commands.insert(stream.commands.begin() + at, command);
  ++stream.end;
  stream.bytes = static_cast<std::uint32_t>(stream.commands.size() * isa::kCommandBytes);
}

// The command with 0 in a field that cannot be 0.
isa::Command without_field(isa::Command command, std::string_view name) {
  const auto& fields = isa::info(*isa::opcode_of(command)).fields;
  const auto field = std::ranges::find(fields, name, &isa::FieldInfo::name);
  for (int bit = field->lsb; bit < field->lsb + field->bits; ++bit)
    command.w[static_cast<std::size_t>(bit / 32)] &= ~(1U << static_cast<unsigned>(bit % 32));
  return command;
}

isa::Ld load(const HwConfig& hw, isa::Space space) {
  return {.mem_addr = hw.flash.base + kDataFrom, .space = static_cast<std::int64_t>(space)};
}

// A table for the last group of slots, with one thing wrong.
isa::Ld bad_table(const HwConfig& hw, Random& random) {
  const std::int64_t bus = hw.dma.bus_bytes();
  isa::Ld ld = load(hw, isa::Space::kTable);
  ld.scale = random.integer(1, 3);
  ld.bias = random.integer(0, 3);
  ld.dst = hw.param_channels - bus;
  const functional::TableRow row = functional::table_row(ld);
  const std::int64_t beats = functional::group_beats(row) + (row.scale == isa::ScaleForm::kTensor ? 1 : 0);
  ld.row_bytes = beats * bus;
  switch (random.number(0, 5)) {
    case 0:
      ld.mem_addr += random.integer(1, bus - 1);
      break;
    case 1:
      ld.dst -= random.integer(1, bus - 1);
      break;
    case 2:
      ld.dst += bus;
      break;
    case 3:
      ld.row_bytes -= random.integer(1, bus - 1);
      break;
    case 4:
      ld.row_bytes += bus;
      break;
    default:
      ld.rows = random.integer(2, 4);
      break;
  }
  return ld;
}

// The address of a row that the stream loads or stores.
template <typename Dma>
std::uint32_t used_address(const LockstepStream& stream, std::uint32_t otherwise, Random& random) {
  std::vector<std::uint32_t> addresses;
  for (std::size_t i = 0; i < stream.end; ++i) {
    const isa::AnyCommand command = isa::decode(stream.commands[i]);
    if (const auto* dma = std::get_if<Dma>(&command))
      addresses.push_back(static_cast<std::uint32_t>(dma->mem_addr + random.integer(0, dma->row_bytes - 1)));
  }
  if (addresses.empty()) return otherwise;
  return addresses[static_cast<std::size_t>(random.integer(0, static_cast<std::int64_t>(addresses.size()) - 1))];
}

void add_command_fault(LockstepStream& stream, Fault fault, Random& random) {
  const HwConfig& hw = stream.hw;
  isa::Command command{};
  switch (fault) {
    case Fault::kOpcode:
      command.w[0] = static_cast<std::uint32_t>(random.chance(50) ? 0 : random.integer(16, 31));
      break;
    case Fault::kReserved:
      command = isa::encode(isa::StCfg{});
      command.w[3] |= 1U << 31U;
      break;
    case Fault::kField:
      command = random.chance(50) ? without_field(isa::encode(isa::Mm{.len = 1}), "tiles")
                                  : without_field(isa::encode(isa::Requant{}), "nch");
      break;
    case Fault::kOwnToken:
      command = isa::encode(isa::LdCfg{});
      command.w[0] |= isa::mask(isa::Engine::kLd) << (random.chance(50) ? kWaitBit : kSignalBit);
      break;
    case Fault::kDataflow: {
      if (hw.array.weight_stationary && hw.array.output_stationary) break;  // an opcode that there is not
      const std::int64_t missing = hw.array.weight_stationary ? 1 : 0;
      command = random.chance(50) ? isa::encode(isa::Wl{.dataflow = missing})
                                  : isa::encode(isa::MmCfgIn{.dataflow = missing});
      break;
    }
    case Fault::kLocalRange:
      if (random.chance(50)) {
        command =
            isa::encode(isa::St{.mem_addr = hw.sram.base + kStoreFrom, .src = hw.scratchpad_bytes - 1, .row_bytes = 2});
      } else {
        isa::Ld ld = load(hw, random.chance(50) ? isa::Space::kSpm : isa::Space::kWbuf);
        ld.row_bytes = random.integer(1, 40);
        ld.dst = static_cast<isa::Space>(ld.space) == isa::Space::kSpm ? hw.scratchpad_bytes : hw.weight_buffer_bytes;
        ld.dst -= ld.row_bytes - 1;
        command = isa::encode(ld);
      }
      break;
    case Fault::kTable:
      command = isa::encode(bad_table(hw, random));
      break;
    case Fault::kReadRange: {
      isa::Ld ld = load(hw, isa::Space::kSpm);
      ld.row_bytes = random.integer(1, 40);
      const MemoryRegion& region = random.chance(50) ? hw.flash : hw.sram;
      ld.mem_addr = static_cast<std::int64_t>(region.base) + region.bytes - random.integer(0, ld.row_bytes - 1);
      command = isa::encode(ld);
      break;
    }
    default: {
      isa::St st{.row_bytes = random.integer(1, 40)};
      st.mem_addr = random.chance(50)
                        ? static_cast<std::int64_t>(hw.flash.base) + random.integer(0, 1000)
                        : static_cast<std::int64_t>(hw.sram.base) + hw.sram.bytes - random.integer(0, st.row_bytes - 1);
      command = isa::encode(st);
      break;
    }
  }
  insert(stream, command, random);
}

}  // namespace

void add_fault(LockstepStream& stream, std::uint64_t turn, Random& random) {
  const HwConfig& hw = stream.hw;
  switch (const auto fault = static_cast<Fault>(turn % kFaults)) {
    case Fault::kNoEnd:
      stream.commands.resize(stream.end);
      if (random.chance(50))
        stream.commands.resize(static_cast<std::size_t>(random.integer(1, static_cast<std::int64_t>(stream.end))));
      stream.end = stream.commands.size();
      stream.bytes = static_cast<std::uint32_t>(stream.commands.size() * isa::kCommandBytes);
      return;
    case Fault::kStreamAddress:
      stream.refused = true;
      stream.address += static_cast<std::uint32_t>(random.number(1, 15));
      return;
    case Fault::kStreamLength:
      stream.refused = true;
      stream.bytes = random.chance(30) ? 0 : stream.bytes - static_cast<std::uint32_t>(random.number(1, 15));
      return;
    case Fault::kStreamRange:
      stream.refused = true;
      stream.address = random.chance(50) ? 0x1000 : hw.flash.base + hw.flash.bytes - isa::kCommandBytes;
      if (stream.bytes == isa::kCommandBytes) stream.address = 0x1000;
      return;
    case Fault::kBusLoad:
      stream.bus_error = used_address<isa::Ld>(stream, stream.address, random);
      return;
    case Fault::kBusStore:
      stream.bus_error = used_address<isa::St>(stream, stream.address, random);
      return;
    case Fault::kBusFetch:
      stream.bus_error =
          stream.address +
          static_cast<std::uint32_t>(random.integer(0, static_cast<std::int64_t>(stream.end))) * isa::kCommandBytes;
      return;
    default:
      return add_command_fault(stream, fault, random);
  }
}

}  // namespace systolite::lockstep
