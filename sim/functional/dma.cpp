// SPDX-License-Identifier: Apache-2.0
#include "sim/functional/dma.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <span>

#include "sim/functional/device_error.h"

namespace systolite::functional {
namespace {

// Tables are copied as memory images of their elements.
static_assert(std::endian::native == std::endian::little);

template <typename T>
std::span<std::uint8_t> as_bytes(std::vector<T>& values) {
  return {reinterpret_cast<std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

std::span<std::uint8_t> space_bytes(isa::Space space, LocalMemories& local) {
  switch (space) {
    case isa::Space::kSpm:
      return {reinterpret_cast<std::uint8_t*>(local.spm.bytes().data()), local.spm.bytes().size()};
    case isa::Space::kWbuf:
      return as_bytes(local.wbuf);
    case isa::Space::kBias:
      return as_bytes(local.bias);
    case isa::Space::kMult:
      return as_bytes(local.mult);
    case isa::Space::kShift:
      return as_bytes(local.shift);
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

// Rows of a table start on bus words on both sides.
void check_table_alignment(const isa::Ld& ld, std::size_t index, const isa::LdCfg& config, std::int64_t bus_bytes) {
  const bool start = ld.mem_addr % bus_bytes == 0 && ld.dst % bus_bytes == 0;
  const bool rows = ld.rows == 1 || (config.mem_stride % bus_bytes == 0 && config.pitch % bus_bytes == 0);
  if (start && rows) return;
  refuse(isa::ErrorCause::kBadLocal, index, ld, 0,
         fmt::format("rows of a table must start at multiples of {} bytes", bus_bytes));
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
  check_local(ld, index, target.size(), local_address);
  if (space != isa::Space::kSpm && space != isa::Space::kWbuf)
    check_table_alignment(ld, index, config.ld, hw.dma.bus_bytes());
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
    std::copy_n(source, bytes, target.begin() + local_address(row));
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
