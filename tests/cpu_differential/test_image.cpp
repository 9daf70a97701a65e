// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/test_image.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "tests/cpu_differential/field_draw.h"
#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {
namespace {

static_assert(std::endian::native == std::endian::little, "records and programs are little-endian");

constexpr std::uint32_t kParametersOffset = 0x100;
constexpr int kInstructionsPerBlock = 120;
constexpr std::uint64_t kAreaSeed = 7;

void append(std::vector<std::uint8_t>& bytes, std::uint32_t word) {
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
}

void put(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint32_t word) {
  std::memcpy(bytes.data() + at, &word, 4);
}

void append_state(std::vector<std::uint8_t>& bytes, const Block& block) {
  const InitialState& state = block.initial;
  for (int r = 0; r < 8; ++r) append(bytes, state.r[static_cast<std::size_t>(r)]);
  append(bytes, block.address | 1U);
  for (int r = 8; r < 13; ++r) append(bytes, state.r[static_cast<std::size_t>(r)]);
  append(bytes, state.r[kLr]);
  append(bytes, state.r[kSp]);
  append(bytes, state.apsr);
  append(bytes, state.fpscr);
  for (const std::uint32_t s : state.s) append(bytes, s);
}

}  // namespace

std::vector<std::uint8_t> load_harness(const Core& core) {
  return read_file(std::filesystem::path(SYSTOLITE_CPU_PROGRAMS) / ("harness_" + std::string(core.name) + ".bin"));
}

TestArea test_area(const Core& core) { return {core.ram_base + kAreaOffset}; }

BlockGenerator make_generator(const Core& core, std::uint64_t seed, Mix mix) {
  return {core, test_area(core), core.code_base + kDumpOffset, seed, mix};
}

std::vector<Block> make_blocks(BlockGenerator& generator, const Core& core, int instructions) {
  std::vector<Block> blocks;
  std::uint32_t address = core.code_base + kBlocksOffset;
  for (int done = 0; done < instructions; done += blocks.back().instructions) {
    blocks.push_back(generator.generate(address, kInstructionsPerBlock));
    address += static_cast<std::uint32_t>((blocks.back().code.size() + 3) & ~std::size_t{3});
  }
  return blocks;
}

Segment make_program(const Core& core, std::span<const std::uint8_t> harness, std::span<const Block> blocks,
                     std::uint32_t fpccr) {
  Segment program{.address = core.code_base, .bytes = {harness.begin(), harness.end()}};
  std::vector<std::uint8_t>& bytes = program.bytes;
  if (bytes.size() > kBlocksOffset) throw std::logic_error("the harness has grown into the blocks");
  for (const Block& block : blocks) {
    bytes.resize(block.address - core.code_base);
    bytes.insert(bytes.end(), block.code.begin(), block.code.end());
  }
  bytes.resize((bytes.size() + 3) & ~std::size_t{3});

  const std::size_t area = bytes.size();
  Random random(kAreaSeed);
  for (std::uint32_t i = 0; i < TestArea::kBytes / 4; ++i)
    append(bytes, random.one_in(2) ? draw_word(random) : draw_float(random));
  const std::size_t table = bytes.size();
  bytes.resize(table + blocks.size() * 4);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    put(bytes, table + i * 4, core.code_base + static_cast<std::uint32_t>(bytes.size()));
    append_state(bytes, blocks[i]);
  }
  put(bytes, kParametersOffset, static_cast<std::uint32_t>(blocks.size()));
  put(bytes, kParametersOffset + 4, core.code_base + static_cast<std::uint32_t>(table));
  put(bytes, kParametersOffset + 8, core.code_base + static_cast<std::uint32_t>(area));
  put(bytes, kParametersOffset + 12, fpccr);
  if (bytes.size() > kMemoryBytes || kTraceOffset + blocks.size() * sizeof(Record) > kMemoryBytes)
    throw std::logic_error("too many blocks for the memory");
  return program;
}

Block first_units(const Block& block, std::size_t count) {
  Block shorter = block;
  for (std::size_t u = count; u < block.units.size(); ++u) {
    for (std::uint32_t i = 0; i < block.units[u].bytes; i += 2) {
      shorter.code[block.units[u].offset + i] = 0x00;
      shorter.code[block.units[u].offset + i + 1] = 0xBF;
    }
  }
  return shorter;
}

std::vector<Record> read_trace(const Core& core, std::span<const std::uint8_t> ram) {
  std::uint32_t end = 0;
  if (ram.size() < kTraceOffset) throw std::runtime_error("the trace is cut off");
  std::memcpy(&end, ram.data() + 4, 4);
  const std::size_t bytes = end - core.ram_base - kTraceOffset;
  if (bytes % sizeof(Record) != 0 || kTraceOffset + bytes > ram.size())
    throw std::runtime_error("the trace is damaged");
  std::vector<Record> records(bytes / sizeof(Record));
  std::memcpy(records.data(), ram.data() + kTraceOffset, bytes);
  return records;
}

}  // namespace systolite::cpu_test
