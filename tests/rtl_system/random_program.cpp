// SPDX-License-Identifier: Apache-2.0
#include "random_program.h"

#include <algorithm>

namespace systolite::test {
namespace {

constexpr std::uint32_t kLdMask = 1U << static_cast<unsigned>(isa::Engine::kLd);
constexpr std::uint32_t kStMask = 1U << static_cast<unsigned>(isa::Engine::kSt);

}  // namespace

RandomProgram::View RandomProgram::spm_view(std::int64_t mem_first, std::int64_t mem_bytes) {
  View view{};
  view.interleave = pick(0, kSpmBanks >= 4 ? 2 : 1);
  const std::int64_t banks = std::int64_t{1} << view.interleave;
  // A row and its lap stay short enough for some rows to fit.
  const std::int64_t kind = pick(0, 3);
  view.row_bytes = kind == 0   ? pick(1, 2 * kBusBytes)
                   : kind == 1 ? pick(1, 100)
                   : kind == 2 ? pick(1, 40) * kBusBytes
                               : pick(1, kBankBytes / 3);
  view.y0 = pick(0, 6);
  view.pitch = pick(0, 3) == 0 ? view.row_bytes : view.row_bytes + pick(0, 40);
  const std::int64_t base_bank = pick(0, kSpmBanks - banks);
  view.rows = pick(1, kind == 3 ? 3 : 14);
  // Shrinks until the last lap ends inside the bank, so that laps do not overlap.
  for (;;) {
    const std::int64_t laps = (view.y0 + view.rows - 1) / banks;
    const std::int64_t room = kBankBytes - laps * view.pitch - view.row_bytes;
    if (room >= 0) {
      view.local = base_bank * kBankBytes + pick(0, room);
      break;
    }
    if (view.rows > 1) {
      --view.rows;
    } else {
      view.y0 = 0;
      view.row_bytes = std::min<std::int64_t>(view.row_bytes, kBankBytes);
    }
  }
  view.mem_stride = pick(0, 2) == 0 ? view.row_bytes : view.row_bytes + pick(0, 300);
  const std::int64_t span = (view.rows - 1) * view.mem_stride + view.row_bytes;
  view.mem_addr = mem_first + pick(0, mem_bytes - span);
  return view;
}

// Any form, of which the row may bring a part.
isa::Ld RandomProgram::table_load() {
  isa::Ld ld{.space = static_cast<std::int64_t>(isa::Space::kTable), .rows = 1, .y0 = pick(0, 5)};
  do {
    ld.scale = pick(0, 3);
    ld.bias = pick(0, 3);
  } while (ld.scale == 0 && ld.bias == 0);
  ld.shift = pick(-31, 27);
  ld.dst = pick(0, kParamChannels / kBusBytes - 1) * kBusBytes;
  const auto scale = static_cast<isa::ScaleForm>(ld.scale);
  const std::int64_t slot_bytes = (scale == isa::ScaleForm::kPacked ? 4
                                   : scale == isa::ScaleForm::kFull ? 5
                                                                    : 0) +
                                  (ld.bias > 0 ? 1 + ld.bias : 0);
  const std::int64_t beats =
      (kParamChannels - ld.dst) / kBusBytes * slot_bytes + (scale == isa::ScaleForm::kTensor ? 1 : 0);
  ld.row_bytes = (pick(0, 3) == 0 ? beats : pick(1, std::min<std::int64_t>(beats, 60))) * kBusBytes;
  ld.mem_addr = kMemoryBase + kSourceFrom + pick(0, 1000) * kBusBytes;
  return ld;
}

RandomProgram::View RandomProgram::linear_view(std::int64_t space_bytes) {
  View view{};
  view.row_bytes = pick(1, std::min<std::int64_t>(space_bytes / 2, 200));
  view.rows = pick(1, 6);
  view.pitch = view.row_bytes + pick(0, 3);
  while ((view.rows - 1) * view.pitch + view.row_bytes > space_bytes) --view.rows;
  view.local = pick(0, space_bytes - (view.rows - 1) * view.pitch - view.row_bytes);
  view.mem_stride = view.row_bytes + pick(0, 20);
  view.mem_addr = kMemoryBase + kSourceFrom + pick(0, 10000);
  view.y0 = pick(0, 5);
  view.interleave = pick(0, 2);
  return view;
}

std::vector<isa::Command> RandomProgram::commands(int phases) {
  std::vector<isa::Command> program;
  const auto ld = [&](const View& v, isa::Space space, std::uint32_t wait, std::uint32_t signal) {
    program.push_back(isa::encode(
        isa::LdCfg{.mem_stride = v.mem_stride, .pitch = v.pitch, .interleave = v.interleave, .wait = wait}));
    program.push_back(isa::encode(isa::Ld{.mem_addr = v.mem_addr,
                                          .space = static_cast<std::int64_t>(space),
                                          .dst = v.local,
                                          .row_bytes = v.row_bytes,
                                          .rows = v.rows,
                                          .y0 = v.y0,
                                          .signal = signal}));
  };
  const std::int64_t half = kMemoryBytes / 2;
  for (int phase = 0; phase < phases; ++phase) {
    const std::int64_t loads = pick(1, 5);
    for (std::int64_t i = 0; i < loads; ++i) {
      ld(spm_view(kMemoryBase + kSourceFrom, half - kSourceFrom), isa::Space::kSpm, phase > 0 && i == 0 ? kStMask : 0,
         i == loads - 1 ? kStMask : 0);
    }
    const std::int64_t stores = pick(1, 5);
    for (std::int64_t i = 0; i < stores; ++i) {
      const View v = spm_view(kMemoryBase + half, half);
      const isa::Command cfg = isa::encode(isa::StCfg{
          .mem_stride = v.mem_stride, .pitch = v.pitch, .interleave = v.interleave, .wait = i == 0 ? kLdMask : 0});
      const isa::Command st = isa::encode(isa::St{.mem_addr = v.mem_addr,
                                                  .src = v.local,
                                                  .row_bytes = v.row_bytes,
                                                  .rows = v.rows,
                                                  .y0 = v.y0,
                                                  .signal = i == stores - 1 ? kLdMask : 0});
      program.push_back(cfg);
      program.push_back(st);
      if (pick(0, 1) == 0) {
        if (pick(0, 3) == 0) {
          ld(linear_view(kWbufBytes), isa::Space::kWbuf, 0, 0);
        } else {
          program.push_back(isa::encode(table_load()));
        }
      }
    }
  }
  program.push_back(isa::encode(isa::End{}));
  return program;
}

}  // namespace systolite::test
