// SPDX-License-Identifier: Apache-2.0
#include "sim/report/bus_bytes.h"

namespace systolite {
namespace {

std::uint64_t bytes_of_rows(std::int64_t address, std::int64_t stride, std::int64_t row_bytes, std::int64_t rows,
                            std::int64_t bus_bytes) {
  std::uint64_t words = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t first = address + row * stride;
    words += static_cast<std::uint64_t>((first + row_bytes - 1) / bus_bytes - first / bus_bytes + 1);
  }
  return words * static_cast<std::uint64_t>(bus_bytes);
}

}  // namespace

std::vector<CommandBytes> command_bytes(const JobStep& job, int bus_bytes) {
  std::vector<CommandBytes> result(job.commands.size());
  std::int64_t load_stride = 0;
  std::int64_t store_stride = 0;
  for (std::size_t i = 0; i < job.commands.size(); ++i) {
    const isa::AnyCommand any = isa::decode(job.commands[i]);
    if (const auto* cfg = std::get_if<isa::LdCfg>(&any)) load_stride = cfg->mem_stride;
    if (const auto* cfg = std::get_if<isa::StCfg>(&any)) store_stride = cfg->mem_stride;
    if (const auto* ld = std::get_if<isa::Ld>(&any)) {
      result[i].read = bytes_of_rows(ld->mem_addr, load_stride, ld->row_bytes, ld->rows, bus_bytes);
    }
    if (const auto* st = std::get_if<isa::St>(&any)) {
      result[i].written = bytes_of_rows(st->mem_addr, store_stride, st->row_bytes, st->rows, bus_bytes);
    }
  }
  return result;
}

}  // namespace systolite
