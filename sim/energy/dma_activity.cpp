// SPDX-License-Identifier: Apache-2.0
#include "sim/energy/dma_activity.h"

#include <algorithm>

#include "sim/energy/word_count.h"
#include "sim/functional/local_memories.h"

namespace systolite::energy {
namespace {

using functional::RowView;

struct Rows {
  std::int64_t memory;  // address of the first row
  std::int64_t memory_stride;
  std::int64_t bytes;
  std::int64_t count;
};

struct Words {
  std::int64_t bus = 0;
  std::int64_t local = 0;
};

// `local(i)`: local address of row i. `alike`: they are all equally aligned in their words.
template <typename LocalAddress>
Words words_of(const Rows& rows, std::int64_t bus, std::int64_t word, bool alike, LocalAddress local) {
  Words words;
  const std::int64_t distinct = alike && rows.memory_stride % bus == 0 ? 1 : rows.count;
  for (std::int64_t i = 0; i < distinct; ++i) {
    const std::int64_t memory = rows.memory + i * rows.memory_stride;
    words.bus += words_touched(memory, rows.bytes, bus);
    words.local += beat_words(memory, local(i), rows.bytes, bus, word);
  }
  if (distinct == rows.count) return words;
  return {.bus = words.bus * rows.count, .local = words.local * rows.count};
}

// Which tables the beats of a row change.
void add_table_writes(const isa::Ld& ld, std::int64_t beats, Activity& activity) {
  const auto scale = static_cast<isa::ScaleForm>(ld.scale);
  const auto bias = static_cast<isa::BiasForm>(ld.bias);
  constexpr std::int64_t kWordBeats = 4;  // of a group, for 32 bits a slot
  const auto add = [&](Event event, std::int64_t count) { activity[event] += static_cast<std::uint64_t>(count); };
  if (scale == isa::ScaleForm::kTensor && beats > 0) {
    add(Event::kMultWrite, 1);
    add(Event::kShiftWrite, 1);
    --beats;
  }
  const std::int64_t mult = scale == isa::ScaleForm::kPacked || scale == isa::ScaleForm::kFull ? kWordBeats : 0;
  const std::int64_t shift = scale == isa::ScaleForm::kFull ? 1 : 0;
  const std::int64_t biases = bias == isa::BiasForm::kNone     ? 0
                              : bias == isa::BiasForm::kBits16 ? 2
                              : bias == isa::BiasForm::kBits24 ? 3
                                                               : kWordBeats;
  const std::int64_t group = mult + shift + biases;
  if (group == 0) return;
  const auto of_field = [&](std::int64_t before, std::int64_t field) {
    return beats / group * field + std::clamp<std::int64_t>(beats % group - before, 0, field);
  };
  add(Event::kMultWrite, of_field(0, mult));
  // A packed word brings its shift along.
  add(Event::kShiftWrite, scale == isa::ScaleForm::kPacked ? of_field(0, mult) : of_field(mult, shift));
  add(Event::kBiasWrite, of_field(mult + shift, biases));
}

}  // namespace

void add_bus_bytes(std::int64_t address, std::uint64_t bytes, bool write, const HwConfig& hw, Activity& activity) {
  const auto inside = [&](const MemoryRegion& region) {
    return address >= region.base && address - region.base < region.bytes;
  };
  activity[write ? Event::kBusWrite : Event::kBusRead] += bytes;
  if (inside(hw.flash)) {
    activity[Event::kFlashRead] += bytes;
  } else if (hw.external && inside(*hw.external)) {
    activity[write ? Event::kExternalWrite : Event::kExternalRead] += bytes;
  } else {
    activity[write ? Event::kSramWrite : Event::kSramRead] += bytes;
  }
}

void DmaActivity::load(const isa::Ld& ld, Activity& activity) const {
  const std::int64_t bus = hw_.dma.bus_bytes();
  const Rows rows{.memory = ld.mem_addr, .memory_stride = load_.mem_stride, .bytes = ld.row_bytes, .count = ld.rows};
  Words words;
  switch (static_cast<isa::Space>(ld.space)) {
    case isa::Space::kSpm: {
      const RowView view{ld.dst, load_.pitch, load_.interleave, hw_.bank_bytes()};
      const std::int64_t word = hw_.spm_word_bytes();
      words = words_of(rows, bus, word, load_.pitch % word == 0, [&](auto i) { return view.address(ld.y0 + i); });
      activity[Event::kSpmWriteLoad] += static_cast<std::uint64_t>(words.local);
      break;
    }
    case isa::Space::kWbuf: {
      const std::int64_t word = hw_.wbuf_word_bytes();
      words = words_of(rows, bus, word, load_.pitch % word == 0, [&](auto i) { return ld.dst + i * load_.pitch; });
      activity[Event::kWbufWrite] += static_cast<std::uint64_t>(words.local);
      break;
    }
    case isa::Space::kTable:
      words.bus = ld.row_bytes / bus;
      add_table_writes(ld, words.bus, activity);
      break;
  }
  add_bus_bytes(ld.mem_addr, static_cast<std::uint64_t>(words.bus * bus), false, hw_, activity);
}

void DmaActivity::store(const isa::St& st, Activity& activity) const {
  const std::int64_t bus = hw_.dma.bus_bytes();
  const std::int64_t word = hw_.spm_word_bytes();
  const RowView view{st.src, store_.pitch, store_.interleave, hw_.bank_bytes()};
  const Rows rows{.memory = st.mem_addr, .memory_stride = store_.mem_stride, .bytes = st.row_bytes, .count = st.rows};
  const Words words =
      words_of(rows, bus, word, store_.pitch % word == 0, [&](auto i) { return view.address(st.y0 + i); });
  activity[Event::kSpmReadStore] += static_cast<std::uint64_t>(words.local);
  add_bus_bytes(st.mem_addr, static_cast<std::uint64_t>(words.bus * bus), true, hw_, activity);
}

}  // namespace systolite::energy
