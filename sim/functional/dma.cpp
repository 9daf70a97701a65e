// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/dma.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "sim/functional/device_error.h"
#include "sim/functional/table_load.h"

namespace systolite::functional {
namespace {

std::span<std::uint8_t> space_bytes(isa::Space space, LocalMemories& local) {
  switch (space) {
    case isa::Space::kSpm:
      return {reinterpret_cast<std::uint8_t*>(local.spm.bytes().data()), local.spm.bytes().size()};
    case isa::Space::kWbuf:
      return {reinterpret_cast<std::uint8_t*>(local.wbuf.data()), local.wbuf.size()};
    case isa::Space::kTable:  // not bytes
      break;
  }
  return {};
}

[[noreturn]] void refuse(isa::ErrorCause cause, std::size_t index, const isa::AnyCommand& command,
                         std::uint32_t address, const std::string& why) {
  throw DeviceError(cause, static_cast<std::uint32_t>(index), address,
                    fmt::format("Command {}: {}.", command_label(index, command), why));
}

std::uint32_t row_address(std::int64_t base, std::int64_t row, std::int64_t stride) {
  return static_cast<std::uint32_t>(base + row * stride);
}

// First to last byte in memory.
template <typename Dma>
std::uint64_t span_bytes(const Dma& dma, std::int64_t stride) {
  return static_cast<std::uint64_t>((dma.rows - 1) * stride + dma.row_bytes);
}

void check_table(const isa::Ld& ld, std::size_t index, const HwConfig& hw) {
  if (table_fits(ld, hw)) return;
  refuse(isa::ErrorCause::kBadLocal, index, ld, 0,
         fmt::format("a table is one row of whole beats of {} bytes for whole groups of {} slots, within the {} slots "
                     "that exist",
                     hw.dma.bus_bytes(), hw.dma.bus_bytes(), hw.param_channels));
}

void write_table(const TableRow& row, std::span<const std::uint8_t> bytes, std::size_t bus_bytes,
                 LocalMemories& local) {
  for (std::size_t beat = 0; beat < bytes.size() / bus_bytes; ++beat)
    write_table_beat(row, static_cast<std::int64_t>(beat), bytes.subspan(beat * bus_bytes, bus_bytes), local);
}

template <typename Dma, typename LocalAddress>
void check_local(const Dma& dma, std::size_t index, std::size_t local_bytes, const LocalAddress& local_address) {
  for (std::int64_t row = 0; row < dma.rows; ++row) {
    const std::int64_t end = local_address(row) + dma.row_bytes;
    if (end <= static_cast<std::int64_t>(local_bytes)) continue;
    refuse(isa::ErrorCause::kBadLocal, index, dma, 0,
           fmt::format("row {} ends at local byte {}: the memory has {}", row, end, local_bytes));
  }
}

}  // namespace

std::uint8_t* bus_bytes(BusMemory& memory, std::uint32_t address, std::uint64_t bytes) {
  const std::span<std::uint8_t> storage = memory.storage(address);
  return bytes <= storage.size() ? storage.data() : nullptr;
}

void execute(const isa::Ld& ld, std::size_t index, const EngineConfig& config, const HwConfig& hw,
             const Windows& windows, BusMemory& memory, LocalMemories& local) {
  const auto space = static_cast<isa::Space>(ld.space);
  const std::span<std::uint8_t> target = space_bytes(space, local);
  const RowView view{ld.dst, config.ld.pitch, config.ld.interleave, hw.bank_bytes()};
  const auto local_address = [&](std::int64_t row) {
    return space == isa::Space::kSpm ? view.address(ld.y0 + row) : ld.dst + row * config.ld.pitch;
  };
  if (space == isa::Space::kTable) {
    check_table(ld, index, hw);
  } else {
    check_local(ld, index, target.size(), local_address);
  }
  const auto bytes = static_cast<std::uint64_t>(ld.row_bytes);
  const auto first = static_cast<std::uint32_t>(ld.mem_addr);
  if (!windows.readable(first, span_bytes(ld, config.ld.mem_stride))) {
    refuse(isa::ErrorCause::kReadWindow, index, ld, first,
           fmt::format("{} bytes at 0x{:08X} are not in one window", span_bytes(ld, config.ld.mem_stride), first));
  }
  for (std::int64_t row = 0; row < ld.rows; ++row) {
    const std::uint32_t address = row_address(ld.mem_addr, row, config.ld.mem_stride);
    const std::uint8_t* source = bus_bytes(memory, address, bytes);
    if (source == nullptr)
      refuse(isa::ErrorCause::kBusRead, index, ld, address, fmt::format("no memory answers at 0x{:08X}", address));
    if (space == isa::Space::kTable) {
      write_table(table_row(ld), {source, bytes}, static_cast<std::size_t>(hw.dma.bus_bytes()), local);
    } else {
      std::copy_n(source, bytes, target.begin() + local_address(row));
    }
  }
}

void execute(const isa::St& st, std::size_t index, const EngineConfig& config, const HwConfig& hw,
             const Windows& windows, BusMemory& memory, LocalMemories& local) {
  const std::span<std::uint8_t> source = space_bytes(isa::Space::kSpm, local);
  const RowView view{st.src, config.st.pitch, config.st.interleave, hw.bank_bytes()};
  const auto local_address = [&](std::int64_t row) { return view.address(st.y0 + row); };
  check_local(st, index, source.size(), local_address);
  const auto bytes = static_cast<std::uint64_t>(st.row_bytes);
  const auto first = static_cast<std::uint32_t>(st.mem_addr);
  if (!windows.read_write.holds(first, span_bytes(st, config.st.mem_stride))) {
    refuse(isa::ErrorCause::kWriteWindow, index, st, first,
           fmt::format("{} bytes at 0x{:08X} are not in the writable window", span_bytes(st, config.st.mem_stride),
                       first));
  }
  for (std::int64_t row = 0; row < st.rows; ++row) {
    const std::uint32_t address = row_address(st.mem_addr, row, config.st.mem_stride);
    std::uint8_t* target = memory.is_flash(address) ? nullptr : bus_bytes(memory, address, bytes);
    if (target == nullptr)
      refuse(isa::ErrorCause::kBusWrite, index, st, address,
             fmt::format("no memory takes a write at 0x{:08X}", address));
    std::copy_n(source.begin() + local_address(row), bytes, target);
  }
}

}  // namespace systolite::functional
