// SPDX-License-Identifier: Apache-2.0
// The area model against configurations that were synthesised and not fitted (scripts/area_fit.sh records them), and
// its tables.
#include "sim/area/area_model.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "sim/core/error.h"
#include "sim/core/file_io.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SYSTOLITE_SOURCE_DIR;

AreaTable shipped() { return AreaTable::load(kSource / "configs/area/osu018.yaml"); }

struct Synthesised {
  double area_um2;  // of a memory: bits
  double flip_flops;
  double period_ns;
};

// By configuration and block.
std::map<std::string, std::map<std::string, Synthesised>> recorded() {
  std::ifstream file(kSource / "tests/area/synthesised.csv");
  std::map<std::string, std::map<std::string, Synthesised>> result;
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, "config,block,area_um2,flip_flops,period_ns");
  while (std::getline(file, line)) {
    const std::size_t first = line.find(',');
    const std::size_t quote = line.find('"');
    const std::size_t last = line.rfind(',');
    const std::size_t middle = line.rfind(',', last - 1);
    const std::size_t before = line.rfind(',', middle - 1);
    std::string block = quote == std::string::npos ? line.substr(first + 1, before - first - 1)
                                                   : line.substr(quote + 1, before - quote - 2);
    result[line.substr(0, first)][block] = {std::stod(line.substr(before + 1, middle - before - 1)),
                                            std::stod(line.substr(middle + 1, last - middle - 1)),
                                            std::stod(line.substr(last + 1))};
  }
  return result;
}

HwConfig held_out(const std::string& name) {
  return load_hw_config(kSource / "tests/area/held_out" / (name + ".yaml"));
}

void expect_within(const Figure& figure, double measured, const std::string& what) {
  constexpr double kRounding = 1e-3;  // of the measured value: the table has six digits
  EXPECT_GE(measured, figure.low - kRounding * measured) << what;
  EXPECT_LE(measured, figure.high + kRounding * measured) << what;
}

TEST(AreaModelTest, HeldOutConfigurationsAreWithinTheStatedErrors) {
  const AreaTable table = shipped();
  const auto measured = recorded();
  ASSERT_GE(measured.size(), 3U);
  for (const auto& [name, blocks] : measured) {
    const AreaEstimate estimate = estimate_area(held_out(name), table);
    const Synthesised& whole = blocks.at("total");
    EXPECT_LE(std::abs(whole.area_um2 / (estimate.logic_kge.value * 1e3 * table.nand2_um2) - 1),
              table.held_out_area_error)
        << name;
    EXPECT_LE(std::abs(whole.flip_flops / estimate.flip_flops.value - 1), table.held_out_flip_flops_error) << name;
    EXPECT_LE(std::abs(1e3 / (estimate.fmax_mhz.value * whole.period_ns) - 1), table.held_out_fmax_error) << name;
    EXPECT_LE(table.held_out_area_error, 0.05);
    EXPECT_LE(table.held_out_flip_flops_error, 0.01);
    EXPECT_LE(table.held_out_fmax_error, 0.05);
    for (const BlockArea& block : estimate.blocks) {
      const Synthesised& expected = blocks.at(block.block);
      expect_within(block.mm2, expected.area_um2 * 1e-6, name + ": area of " + block.block);
      expect_within(block.flip_flops, expected.flip_flops, name + ": flip-flops of " + block.block);
      if (expected.period_ns > 0)
        expect_within(block.period_ns, expected.period_ns, name + ": period of " + block.block);
    }
    EXPECT_EQ(blocks.size(), estimate.blocks.size() + estimate.memories.size() + 1) << name;
  }
}

TEST(AreaModelTest, MemoriesAreThoseOfTheNetlist) {
  for (const auto& [name, blocks] : recorded()) {
    for (const MemoryArea& memory : memories_of(held_out(name)))
      EXPECT_EQ(static_cast<double>(memory.bits()), blocks.at("memory " + memory.memory).area_um2) << name;
  }
}

// A PE has an activation, one weight or two, and a sum.
TEST(AreaModelTest, FlipFlopsOfAPeAreItsRegisters) {
  struct Case {
    const char* config;
    double bits;
  };
  for (const Case& pe : {Case{"base_16x16", 3 * 8 + 20}, Case{"small_8x8", 3 * 8 + 19}, Case{"rect_8x16", 3 * 8 + 19},
                         Case{"output_16x16", 2 * 8 + 32}, Case{"both_16x16", 3 * 8 + 32}}) {
    const HwConfig config = load_hw_config(kSource / "configs/hw" / (std::string(pe.config) + ".yaml"));
    const AreaEstimate estimate = estimate_area(config, shipped());
    const LogicSize size = logic_size(config, estimate);
    EXPECT_NEAR(size.pe_flip_flops.value, pe.bits, 1e-3 * pe.bits) << pe.config;
    const double pes = static_cast<double>(config.array.rows) * config.array.cols;
    EXPECT_NEAR(size.other_flip_flops.value + pes * size.pe_flip_flops.value, estimate.flip_flops.value,
                1e-9 * estimate.flip_flops.value);
    EXPECT_EQ(size.kge, estimate.logic_kge);
  }
}

TEST(AreaModelTest, TotalsAreTheSumsOfTheParts) {
  const AreaEstimate estimate = estimate_area(load_hw_config(kSource / "configs/hw/base_16x16.yaml"), shipped());
  Figure kge;
  Figure mm2;
  double longest = 0;
  for (const BlockArea& block : estimate.blocks) {
    kge += block.kge;
    mm2 += block.mm2;
    longest = std::max(longest, block.period_ns.value);
    EXPECT_LE(block.mm2.low, block.mm2.value);
    EXPECT_LE(block.mm2.value, block.mm2.high);
  }
  EXPECT_DOUBLE_EQ(kge.value, estimate.logic_kge.value);
  EXPECT_DOUBLE_EQ(mm2.low, estimate.logic_mm2.low);
  EXPECT_DOUBLE_EQ(estimate.total_mm2.high, estimate.logic_mm2.high + estimate.memory_mm2.high);
  EXPECT_NEAR(estimate.fmax_mhz.value, 1e3 / longest, 1e-9);
  EXPECT_LE(estimate.fmax_mhz.low, estimate.fmax_mhz.value);
  EXPECT_LE(estimate.fmax_mhz.value, estimate.fmax_mhz.high);
}

TEST(AreaModelTest, MoreHardwareTakesMoreArea) {
  const AreaTable table = shipped();
  const auto kge = [&](const char* name) {
    return estimate_area(load_hw_config(kSource / "configs/hw" / (std::string(name) + ".yaml")), table).logic_kge.value;
  };
  EXPECT_LT(kge("tiny_4x4"), kge("small_8x8"));
  EXPECT_LT(kge("small_8x8"), kge("base_16x16"));
  EXPECT_LT(kge("base_16x16"), kge("both_16x16"));
  EXPECT_LT(kge("both_16x16"), kge("large_32x32"));
}

// Blocks of a made-up table, by hand: 3 * rows * cols + 5; 7 * rows * cols; 2 * log2(cols).
constexpr const char* kSmallTable = R"(library: made_up
process: none
node_nm: 100
nand2_um2: 2
source: "by hand for this test"
held_out_area_error: 0.01
held_out_flip_flops_error: 0.03
held_out_fmax_error: 0.02
memory:
  um2_per_bit: {value: 2, low: 1, high: 3, unit: um2, source: "by hand"}
  um2_per_bit_and_word: {value: 0, low: 0, high: 0, unit: um2, source: "by hand"}
  ports: {value: 1, low: 1, high: 1, unit: "1", source: "by hand"}
blocks:
  - block: array PEs
    area_error: 0.1
    area_um2: [{factor: 3, of: rows*cols}, {factor: 5, of: "1"}]
    flip_flops_error: 0.2
    flip_flops: [{factor: 7, of: rows*cols}]
    period_error: 0.5
    period_ns: [{factor: 2, of: log2_cols}]
  - block: two
    flip_flops_error: 0
    flip_flops: [{factor: 11, of: rows}]
    area_error: 0
    area_um2: [{factor: 1000, of: "1"}]
)";

TEST(AreaModelTest, ATableIsEvaluatedAsItsFormatSays) {
  const AreaEstimate estimate = estimate_area(load_hw_config(kSource / "configs/hw/base_16x16.yaml"),
                                              AreaTable::parse(kSmallTable, "small.yaml"));
  ASSERT_EQ(estimate.blocks.size(), 2U);
  EXPECT_NEAR(estimate.blocks[0].mm2.value, (3 * 256 + 5) * 1e-6, 1e-12);
  EXPECT_NEAR(estimate.blocks[0].mm2.high, 1.1 * (3 * 256 + 5) * 1e-6, 1e-12);
  EXPECT_NEAR(estimate.blocks[0].flip_flops.low, 0.8 * 7 * 256, 1e-9);
  EXPECT_NEAR(estimate.flip_flops.value, 7 * 256 + 11 * 16, 1e-9);
  const LogicSize size = logic_size(load_hw_config(kSource / "configs/hw/base_16x16.yaml"), estimate);
  EXPECT_NEAR(size.pe_flip_flops.high, 1.2 * 7, 1e-9);
  EXPECT_NEAR(size.other_flip_flops.value, 11 * 16, 1e-9);
  EXPECT_NEAR(estimate.logic_kge.value, (3 * 256 + 5 + 1000) / 2e3, 1e-12);
  EXPECT_NEAR(estimate.fmax_mhz.value, 1e3 / 8, 1e-9);
  EXPECT_NEAR(estimate.fmax_mhz.low, 1e3 / 12, 1e-9);
  EXPECT_EQ(estimate.slowest_block, "array PEs");
  EXPECT_EQ(estimate.memory_bits, 1'646'592);
  EXPECT_NEAR(estimate.memory_mm2.high, 3 * 1'646'592 * 1e-6, 1e-6);
}

TEST(AreaModelTest, IsQuickEnoughForExploration) {
  const AreaTable table = shipped();
  const HwConfig config = load_hw_config(kSource / "configs/hw/base_16x16.yaml");
  constexpr int kRuns = 2000;
  const auto started = std::chrono::steady_clock::now();
  double sum = 0;
  for (int i = 0; i < kRuns; ++i) sum += estimate_area(config, table).logic_kge.value;
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - started;
  EXPECT_GT(sum, 0);
  EXPECT_LT(spent.count() / kRuns, 200);  // some 5 us on a free machine without sanitizers
}

struct BadTable {
  const char* from;
  const char* to;
  const char* says;
};

TEST(AreaTableTest, RefusesWhatIsWrongWithASentence) {
  const BadTable table[] = {
      {"library: made_up", "librarian: made_up", "librarian"},
      {"nand2_um2: 2", "nand2_um2: 0", "nand2_um2"},
      {"node_nm: 100\n", "", "node_nm"},
      {"of: rows*cols", "of: rows*columns", "a product of one to three quantities"},
      {"of: rows*cols", "of: rows*cols*cols*cols", "a product of one to three quantities"},
      {"of: rows*cols", "of: \"*\"", "a product of one to three quantities"},
      {"factor: 3,", "factor: -3,", "factor"},
      {"factor: 3,", "factor: many,", "factor"},
      {"area_um2: [{factor: 1000, of: \"1\"}]", "area_um2: []", "area_um2"},
      {"area_error: 0.1", "area_error: 20", "area_error"},
      {"    period_error: 0.5\n", "", "period_error"},
      {"    flip_flops_error: 0.2\n", "", "flip_flops_error"},
      {"block: array PEs", "block: array", "a list of blocks, one of them 'array PEs'"},
      {"source: \"by hand\"}\n  ports", "source: \"\"}\n  ports", "source"},
      {"unit: um2, source: \"by hand\"}\n  um2", "unit: mm2, source: \"by hand\"}\n  um2", "unit"},
  };
  for (const BadTable& bad : table) {
    std::string text = kSmallTable;
    const std::size_t place = text.find(bad.from);
    ASSERT_NE(place, std::string::npos) << bad.from;
    text.replace(place, std::string(bad.from).size(), bad.to);
    try {
      (void)AreaTable::parse(text, "small.yaml");
      ADD_FAILURE() << bad.to << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kConfig) << bad.to;
      EXPECT_NE(std::string(error.what()).find(bad.says), std::string::npos) << error.what();
      EXPECT_EQ(std::string(error.what()).rfind("small.yaml", 0), 0U) << error.what();
    }
  }
}

TEST(AreaTableTest, AMissingFileIsNamed) {
  try {
    (void)AreaTable::load("no_such_library.yaml");
    ADD_FAILURE() << "was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    EXPECT_NE(std::string(error.what()).find("no_such_library.yaml"), std::string::npos);
  }
}

}  // namespace
}  // namespace systolite
