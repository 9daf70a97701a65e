// SPDX-License-Identifier: Apache-2.0
#include "sim/core/hw_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "tests/core/temporary_folder.h"

namespace systolite {
namespace {

constexpr const char* kGood =
    "name: good\n"                                                  // 1
    "clock_mhz: 200\n"                                              // 2
    "array:\n"                                                      // 3
    "  rows: 12\n"                                                  // 4
    "  cols: 10\n"                                                  // 5
    "  dataflow: weight\n"                                          // 6
    "  depthwise_unit: true\n"                                      // 7
    "requant_lanes: 8\n"                                            // 8
    "scratchpad:\n"                                                 // 9
    "  bytes: 65536\n"                                              // 10
    "  banks: 4\n"                                                  // 11
    "weight_buffer: {bytes: 16384}\n"                               // 12
    "accumulator: {bytes: 10240}\n"                                 // 13: 128 entries a half
    "param_channels: 256\n"                                         // 14
    "queue_depth: 2\n"                                              // 15
    "dma: {bus_bits: 64, burst_beats: 16, outstanding_reads: 4}\n"  // 16
    "memory:\n"                                                     // 17
    "  flash: {base: 0x08000000, bytes: 2097152, read_latency_cycles: 8, cycles_per_beat: 1}\n"  // 18
    "  sram: {base: 0x20000000, bytes: 1048576, read_latency_cycles: 2, write_latency_cycles: 3, cycles_per_beat: 4}\n";

// The good text with SRAM of four banks and one more line, 20.
std::string with_traffic(const std::string& entries) {
  std::string text = kGood;
  text.insert(text.rfind('}'), ", banks: 4");
  return text + "cpu_traffic: " + entries + "\n";
}

// The good text with one piece replaced. The piece must occur once.
std::string with(const std::string& piece, const std::string& replacement) {
  std::string text = kGood;
  const std::size_t at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  EXPECT_EQ(text.find(piece, at + 1), std::string::npos) << piece << " is ambiguous";
  return text.replace(at, piece.size(), replacement);
}

std::string refusal(const std::string& yaml) {
  try {
    (void)parse_hw_config(yaml, "hw.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    return error.what();
  }
  return "no error";
}

TEST(HwConfigTest, ReadsEveryKey) {
  const HwConfig config = parse_hw_config(kGood, "hw.yaml");
  EXPECT_EQ(config.name, "good");
  EXPECT_EQ(config.file, "hw.yaml");
  EXPECT_DOUBLE_EQ(config.clock_mhz, 200);
  EXPECT_EQ(config.array.rows, 12);
  EXPECT_EQ(config.array.cols, 10);
  EXPECT_TRUE(config.array.depthwise_unit);
  EXPECT_EQ(config.requant_lanes, 8);
  EXPECT_EQ(config.scratchpad_bytes, 65536);
  EXPECT_EQ(config.scratchpad_banks, 4);
  EXPECT_EQ(config.weight_buffer_bytes, 16384);
  EXPECT_EQ(config.accumulator_bytes, 10240);
  EXPECT_EQ(config.param_channels, 256);
  EXPECT_EQ(config.queue_depth, 2);
  EXPECT_EQ(config.dma.bus_bits, 64);
  EXPECT_EQ(config.dma.burst_beats, 16);
  EXPECT_EQ(config.dma.outstanding_reads, 4);
  EXPECT_EQ(config.flash.base, 0x08000000U);
  EXPECT_EQ(config.flash.bytes, 2097152U);
  EXPECT_EQ(config.flash.read_latency_cycles, 8);
  EXPECT_EQ(config.flash.cycles_per_beat, 1);
  EXPECT_EQ(config.sram.base, 0x20000000U);
  EXPECT_EQ(config.sram.bytes, 1048576U);
  EXPECT_EQ(config.sram.read_latency_cycles, 2);
  EXPECT_EQ(config.sram.write_latency_cycles, 3);
  EXPECT_EQ(config.sram.cycles_per_beat, 4);
}

TEST(HwConfigTest, DerivesSizes) {
  const HwConfig config = parse_hw_config(kGood, "hw.yaml");
  EXPECT_EQ(config.dma.bus_bytes(), 8);
  EXPECT_EQ(config.bank_bytes(), 16384);
  EXPECT_EQ(config.acc_entries(), 128);
  EXPECT_EQ(config.spm_word_bytes(), 16);  // 12 rows
  EXPECT_EQ(config.wbuf_word_bytes(), 16);
}

struct Refusal {
  const char* name;
  std::string yaml;
  std::string message;
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

class HwConfigRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(HwConfigRefusalTest, SaysWhereWhatAndWhatWouldBeRight) {
  EXPECT_EQ(refusal(GetParam().yaml), "hw.yaml:" + GetParam().message);
}

constexpr const char* kFlash = "{base: 0x08000000, bytes: 2097152, read_latency_cycles: 8, cycles_per_beat: 1}";

const Refusal kShape[] = {
    {"NotYaml", "name: good\narray: ]\n", "2: is not valid YAML: illegal flow end"},
    {"Empty", "", "1: holds 0 YAML documents: must hold one"},
    {"TwoDocuments", std::string(kGood) + "---\na: 1\n", "1: holds 2 YAML documents: must hold one"},
    {"NotAMapping", "- 1\n",
     "1: the file is a list: must be a mapping with the keys name, clock_mhz, array, requant_lanes, scratchpad, "
     "weight_buffer, accumulator, param_channels, queue_depth, dma, memory, cpu_traffic"},
    {"UnknownKey", with("queue_depth: 2", "queue_deep: 2"),
     "15: key 'queue_deep' is unknown: allowed are name, clock_mhz, array, requant_lanes, scratchpad, weight_buffer, "
     "accumulator, param_channels, queue_depth, dma, memory, cpu_traffic"},
    {"UnknownNestedKey", with("banks: 4", "banks: 4\n  ports: 2"),
     "12: key 'scratchpad.ports' is unknown: allowed are bytes, banks"},
    {"FlashHasNoWriteLatency", with(kFlash, "{write_latency_cycles: 2}"),
     "18: key 'memory.flash.write_latency_cycles' is unknown: allowed are base, bytes, read_latency_cycles, "
     "cycles_per_beat, line"},
    {"DuplicateKey", std::string(kGood) + "queue_depth: 2\n", "20: key 'queue_depth' appears twice"},
    {"DuplicateNestedKey", with("banks: 4", "banks: 4\n  banks: 8"), "12: key 'scratchpad.banks' appears twice"},
    {"MissingKey", with("queue_depth: 2\n", ""), "1: key 'queue_depth' is missing: must be 1 to 16"},
    {"MissingNestedKey", with("  banks: 4\n", ""), "10: key 'scratchpad.banks' is missing: must be 2, 4, 8 or 16"},
    {"MissingMapping", with("weight_buffer: {bytes: 16384}\n", ""),
     "1: key 'weight_buffer' is missing: must be a mapping with the keys bytes"},
    {"ScalarForMapping", with("weight_buffer: {bytes: 16384}", "weight_buffer: 16384"),
     "12: key 'weight_buffer' is 16384: must be a mapping with the keys bytes"},
    {"EmptyMapping", with("weight_buffer: {bytes: 16384}", "weight_buffer:"),
     "12: key 'weight_buffer' is empty: must be a mapping with the keys bytes"},
    {"EmptyValue", with("rows: 12", "rows:"), "4: key 'array.rows' is empty: must be 4 to 64"},
    {"ListForNumber", with("rows: 12", "rows: [12]"), "4: key 'array.rows' is a list: must be 4 to 64"},
    {"MappingForNumber", with("rows: 12", "rows: {a: 12}"), "4: key 'array.rows' is a mapping: must be 4 to 64"},
    {"WordForNumber", with("rows: 12", "rows: twelve"), "4: key 'array.rows' is twelve: must be 4 to 64"},
    {"QuotedNumber", with("rows: 12", "rows: '12'"), "4: key 'array.rows' is \"12\": must be 4 to 64"},
    {"FractionForInteger", with("rows: 12", "rows: 12.0"), "4: key 'array.rows' is 12.0: must be 4 to 64"},
    {"Octal", with("rows: 12", "rows: 012"), "4: key 'array.rows' is 012: must be 4 to 64"},
    {"HugeNumber", with("rows: 12", "rows: 99999999999999999999"),
     "4: key 'array.rows' is 99999999999999999999: must be 4 to 64"},
};

const Refusal kValues[] = {
    {"NameWithSlash", with("name: good", "name: a/b"),
     "1: key 'name' is a/b: must be a name of letters, digits, '_', '-' and '.'"},
    {"NameEmpty", with("name: good", "name: ''"),
     "1: key 'name' is \"\": must be a name of letters, digits, '_', '-' and '.'"},
    {"ClockZero", with("clock_mhz: 200", "clock_mhz: 0"), "2: key 'clock_mhz' is 0: must be 1 to 2000"},
    {"ClockNotANumber", with("clock_mhz: 200", "clock_mhz: .nan"), "2: key 'clock_mhz' is .nan: must be 1 to 2000"},
    {"ClockWithUnit", with("clock_mhz: 200", "clock_mhz: 200 MHz"), "2: key 'clock_mhz' is 200 MHz: must be 1 to 2000"},
    {"RowsLow", with("rows: 12", "rows: 3"), "4: key 'array.rows' is 3: must be 4 to 64"},
    {"RowsHigh", with("rows: 12", "rows: 65"), "4: key 'array.rows' is 65: must be 4 to 64"},
    {"RowsNegative", with("rows: 12", "rows: -8"), "4: key 'array.rows' is -8: must be 4 to 64"},
    {"ColsLow", with("cols: 10", "cols: 3"), "5: key 'array.cols' is 3: must be 4 to 64"},
    {"ColsHigh", with("cols: 10", "cols: 65"), "5: key 'array.cols' is 65: must be 4 to 64"},
    {"Dataflow", with("dataflow: weight", "dataflow: row"),
     "6: key 'array.dataflow' is row: must be weight, output or both"},
    {"DepthwiseUnitWithoutWeightStationary", with("dataflow: weight", "dataflow: output"),
     "7: key 'array.depthwise_unit' is true: must be false, since array.dataflow is output and the column mode is "
     "weight stationary"},
    {"DepthwiseNumber", with("depthwise_unit: true", "depthwise_unit: 1"),
     "7: key 'array.depthwise_unit' is 1: must be true or false"},
    {"DepthwiseYes", with("depthwise_unit: true", "depthwise_unit: yes"),
     "7: key 'array.depthwise_unit' is yes: must be true or false"},
    {"LanesNoPower", with("requant_lanes: 8", "requant_lanes: 6"),
     "8: key 'requant_lanes' is 6: must be a power of two from 1 to 8, at most array.cols"},
    {"LanesMoreThanCols", with("requant_lanes: 8", "requant_lanes: 16"),
     "8: key 'requant_lanes' is 16: must be a power of two from 1 to 8, at most array.cols"},
    {"LanesZero", with("requant_lanes: 8", "requant_lanes: 0"),
     "8: key 'requant_lanes' is 0: must be a power of two from 1 to 8, at most array.cols"},
    {"ScratchpadNoPower", with("bytes: 65536", "bytes: 65540"),
     "10: key 'scratchpad.bytes' is 65540: must be a power of two from 128 to 1048576 (two words of 16 bytes in each "
     "of "
     "4 banks)"},
    {"ScratchpadSmall", with("bytes: 65536", "bytes: 64"),
     "10: key 'scratchpad.bytes' is 64: must be a power of two from 128 to 1048576 (two words of 16 bytes in each of 4 "
     "banks)"},
    {"ScratchpadLarge", with("bytes: 65536", "bytes: 2097152"),
     "10: key 'scratchpad.bytes' is 2097152: must be a power of two from 128 to 1048576 (two words of 16 bytes in each "
     "of 4 banks)"},
    {"Banks", with("banks: 4", "banks: 3"), "11: key 'scratchpad.banks' is 3: must be 2, 4, 8 or 16"},
    {"WeightBufferNoPower", with("bytes: 16384", "bytes: 16385"),
     "12: key 'weight_buffer.bytes' is 16385: must be a power of two from 128 to 1048576 (room for one weight tile)"},
    {"WeightBufferSmall", with("bytes: 16384", "bytes: 64"),
     "12: key 'weight_buffer.bytes' is 64: must be a power of two from 128 to 1048576 (room for one weight tile)"},
    {"AccumulatorRagged", with("bytes: 10240", "bytes: 10241"),
     "13: key 'accumulator.bytes' is 10241: must be 80 (two halves of array.cols int32) times a power of two from 8 to "
     "2048, so 640 to 163840"},
    {"AccumulatorNoPower", with("bytes: 10240", "bytes: 800"),
     "13: key 'accumulator.bytes' is 800: must be 80 (two halves of array.cols int32) times a power of two from 8 to "
     "2048, so 640 to 163840"},
    {"AccumulatorSmall", with("bytes: 10240", "bytes: 320"),
     "13: key 'accumulator.bytes' is 320: must be 80 (two halves of array.cols int32) times a power of two from 8 to "
     "2048, so 640 to 163840"},
    {"AccumulatorLarge", with("bytes: 10240", "bytes: 327680"),
     "13: key 'accumulator.bytes' is 327680: must be 80 (two halves of array.cols int32) times a power of two from 8 "
     "to "
     "2048, so 640 to 163840"},
    {"ParamChannelsSmall", with("param_channels: 256", "param_channels: 32"),
     "14: key 'param_channels' is 32: must be a power of two from 64 to 32768"},
    {"ParamChannelsNoPower", with("param_channels: 256", "param_channels: 100"),
     "14: key 'param_channels' is 100: must be a power of two from 64 to 32768"},
    {"ParamChannelsLarge", with("param_channels: 256", "param_channels: 65536"),
     "14: key 'param_channels' is 65536: must be a power of two from 64 to 32768"},
    {"QueueDepthLow", with("queue_depth: 2", "queue_depth: 0"), "15: key 'queue_depth' is 0: must be 1 to 16"},
    {"QueueDepthHigh", with("queue_depth: 2", "queue_depth: 17"), "15: key 'queue_depth' is 17: must be 1 to 16"},
    {"BusBits", with("bus_bits: 64", "bus_bits: 48"), "16: key 'dma.bus_bits' is 48: must be 32, 64 or 128"},
    {"BurstBeatsLow", with("burst_beats: 16", "burst_beats: 0"), "16: key 'dma.burst_beats' is 0: must be 1 to 16"},
    {"BurstBeatsHigh", with("burst_beats: 16", "burst_beats: 17"), "16: key 'dma.burst_beats' is 17: must be 1 to 16"},
    {"ReadsHigh", with("outstanding_reads: 4", "outstanding_reads: 9"),
     "16: key 'dma.outstanding_reads' is 9: must be 1 to 8"},
    {"ReadsLow", with("outstanding_reads: 4", "outstanding_reads: 0"),
     "16: key 'dma.outstanding_reads' is 0: must be 1 to 8"},
};

const Refusal kMemory[] = {
    {"BaseUnaligned", with("0x08000000", "0x08000800"),
     "18: key 'memory.flash.base' is 0x08000800: must be a multiple of 4096 from 0 to 0xfffff000"},
    {"BaseTooHigh", with("0x08000000", "0x100000000"),
     "18: key 'memory.flash.base' is 0x100000000: must be a multiple of 4096 from 0 to 0xfffff000"},
    {"BytesUnaligned", with("bytes: 2097152", "bytes: 5000"),
     "18: key 'memory.flash.bytes' is 5000: must be a multiple of 4096 from 4096 to 4160749568, the room above the "
     "base"},
    {"BytesZero", with("bytes: 2097152", "bytes: 0"),
     "18: key 'memory.flash.bytes' is 0: must be a multiple of 4096 from 4096 to 4160749568, the room above the base"},
    {"BeyondTheAddressSpace", with("0x20000000", "0xfff80000"),
     "19: key 'memory.sram.bytes' is 1048576: must be a multiple of 4096 from 4096 to 524288, the room above the base"},
    {"SramInsideFlash", with("0x20000000", "0x08001000"),
     "19: key 'memory.sram.base' is 0x08001000: must be outside memory.flash, which overlaps it"},
    {"FlashInsideSram", with("0x20000000", "0x07f80000"),
     "19: key 'memory.sram.base' is 0x07f80000: must be outside memory.flash, which overlaps it"},
    {"FlashLatencyLow", with("read_latency_cycles: 8", "read_latency_cycles: 0"),
     "18: key 'memory.flash.read_latency_cycles' is 0: must be 1 to 1000"},
    {"SramReadLatencyHigh", with("read_latency_cycles: 2", "read_latency_cycles: 1001"),
     "19: key 'memory.sram.read_latency_cycles' is 1001: must be 1 to 1000"},
    {"SramWriteLatencyLow", with("write_latency_cycles: 3", "write_latency_cycles: 0"),
     "19: key 'memory.sram.write_latency_cycles' is 0: must be 1 to 1000"},
    {"SramWriteLatencyMissing", with("write_latency_cycles: 3, ", ""),
     "19: key 'memory.sram.write_latency_cycles' is missing: must be 1 to 1000"},
    {"CyclesPerBeatHigh", with("cycles_per_beat: 4", "cycles_per_beat: 65"),
     "19: key 'memory.sram.cycles_per_beat' is 65: must be 1 to 64"},
};

const Refusal kTraffic[] = {
    {"SramBanksNoPower", with("cycles_per_beat: 4", "cycles_per_beat: 4, banks: 3"),
     "19: key 'memory.sram.banks' is 3: must be a power of two from 1 to 64 that divides the region into blocks of a "
     "multiple of 4096 bytes"},
    {"SramBanksHigh", with("cycles_per_beat: 4", "cycles_per_beat: 4, banks: 128"),
     "19: key 'memory.sram.banks' is 128: must be a power of two from 1 to 64 that divides the region into blocks of a "
     "multiple of 4096 bytes"},
    {"SramBanksSmallerThanAPage", with("bytes: 1048576", "banks: 64, bytes: 131072"),
     "19: key 'memory.sram.banks' is 64: must be a power of two from 1 to 64 that divides the region into blocks of a "
     "multiple of 4096 bytes"},
    {"FlashHasNoBanks", with("cycles_per_beat: 1", "cycles_per_beat: 1, banks: 2"),
     "18: key 'memory.flash.banks' is unknown: allowed are base, bytes, read_latency_cycles, cycles_per_beat, line"},
    {"TrafficIsNoList", with_traffic("{region: sram}"),
     "20: key 'cpu_traffic' is a mapping: must be a list of mappings with the keys region, bank, offset_cycles, "
     "period_cycles, busy_cycles"},
    {"TrafficOfNumbers", with_traffic("[1, 2]"),
     "20: key 'cpu_traffic' is a list: must be a list of mappings with the keys region, bank, offset_cycles, "
     "period_cycles, busy_cycles"},
    {"TrafficUnknownKey", with_traffic("[{area: sram}]"),
     "20: key 'cpu_traffic[0].area' is unknown: allowed are region, bank, offset_cycles, period_cycles, busy_cycles"},
    {"TrafficRegion", with_traffic("[{region: rom, bank: 0, offset_cycles: 0, period_cycles: 4, busy_cycles: 1}]"),
     "20: key 'cpu_traffic[0].region' is rom: must be flash or sram"},
    {"TrafficBank", with_traffic("[{region: sram, bank: 4, offset_cycles: 0, period_cycles: 4, busy_cycles: 1}]"),
     "20: key 'cpu_traffic[0].bank' is 4: must be 0 to 3"},
    {"TrafficPeriod", with_traffic("[{region: sram, bank: 3, offset_cycles: 0, period_cycles: 1, busy_cycles: 1}]"),
     "20: key 'cpu_traffic[0].period_cycles' is 1: must be 2 to 1000000"},
    {"TrafficWithoutAGap",
     with_traffic("[{region: sram, bank: 3, offset_cycles: 0, period_cycles: 4, busy_cycles: 4}]"),
     "20: key 'cpu_traffic[0].busy_cycles' is 4: must be 1 to 3"},
    {"TrafficOffsetMissing", with_traffic("[{region: sram, bank: 3, period_cycles: 4, busy_cycles: 1}]"),
     "20: key 'cpu_traffic[0].offset_cycles' is missing: must be 0 to 1000000"},
    {"TrafficsWithoutAGap",
     with_traffic("[{region: sram, bank: 3, offset_cycles: 0, period_cycles: 3, busy_cycles: 1}, {region: sram, bank: "
                  "3, offset_cycles: 1, period_cycles: 3, busy_cycles: 2}]"),
     "20: key 'cpu_traffic[1].busy_cycles' is 2: must be so small that all entries for the bank leave it free in some "
     "cycles (busy_cycles / period_cycles sum to less than 1)"},
};

constexpr const char* kExternal =
    "  external: {base: 0x60000000, bytes: 8388608, read_latency_cycles: 20, write_latency_cycles: 10, "
    "cycles_per_beat: 2}\n";

// The good text with a line in flash; with more regions, from line 20 on.
std::string with_line(const std::string& line) {
  return with("cycles_per_beat: 1}", "cycles_per_beat: 1, line: " + line + "}");
}
std::string with_more(const std::string& more) { return kGood + more; }

const Refusal kOptions[] = {
    {"LineNoPower", with_line("{bytes: 24, access_cycles: 9, prefetch_lines: 1}"),
     "18: key 'memory.flash.line.bytes' is 24: must be a power of two from 8 to 4096 (at least the width of the bus)"},
    {"LineNarrowerThanTheBus", with_line("{bytes: 4, access_cycles: 9, prefetch_lines: 1}"),
     "18: key 'memory.flash.line.bytes' is 4: must be a power of two from 8 to 4096 (at least the width of the bus)"},
    {"LineLargerThanAPage", with_line("{bytes: 8192, access_cycles: 9, prefetch_lines: 1}"),
     "18: key 'memory.flash.line.bytes' is 8192: must be a power of two from 8 to 4096 (at least the width of the "
     "bus)"},
    {"LineAccess", with_line("{bytes: 16, access_cycles: 0, prefetch_lines: 1}"),
     "18: key 'memory.flash.line.access_cycles' is 0: must be 1 to 1000"},
    {"LinePrefetch", with_line("{bytes: 16, access_cycles: 9, prefetch_lines: 17}"),
     "18: key 'memory.flash.line.prefetch_lines' is 17: must be 0 to 16"},
    {"LineIncomplete", with_line("{bytes: 16, access_cycles: 9}"),
     "18: key 'memory.flash.line.prefetch_lines' is missing: must be 0 to 16"},
    {"LineUnknownKey", with_line("{bytes: 16, access_cycles: 9, prefetch: 1}"),
     "18: key 'memory.flash.line.prefetch' is unknown: allowed are bytes, access_cycles, prefetch_lines"},
    {"SramHasNoLines", with("cycles_per_beat: 4", "cycles_per_beat: 4, line: {}"),
     "19: key 'memory.sram.line' is unknown: allowed are base, bytes, read_latency_cycles, write_latency_cycles, "
     "cycles_per_beat, banks"},
    {"ExternalIncomplete", with_more("  external: {base: 0x60000000, bytes: 4096, read_latency_cycles: 5}\n"),
     "20: key 'memory.external.write_latency_cycles' is missing: must be 1 to 1000"},
    {"ExternalOverFlash",
     with_more("  external: {base: 0x08100000, bytes: 4096, read_latency_cycles: 5, write_latency_cycles: 5, "
               "cycles_per_beat: 1}\n"),
     "20: key 'memory.external.base' is 0x08100000: must be outside memory.flash, which overlaps it"},
    {"ExternalOverSram",
     with_more("  external: {base: 0x1ffff000, bytes: 8192, read_latency_cycles: 5, write_latency_cycles: 5, "
               "cycles_per_beat: 1}\n"),
     "20: key 'memory.external.base' is 0x1ffff000: must be outside memory.sram, which overlaps it"},
    {"WeightsInSram", with_more("  weights: sram\n"), "20: key 'memory.weights' is sram: must be flash or external"},
    {"WeightsNowhere", with_more("  weights: external\n"),
     "20: key 'memory.weights' is external: must be flash, since there is no memory.external"},
    {"TrafficOnNothing",
     with_more("cpu_traffic: [{region: external, bank: 0, offset_cycles: 0, period_cycles: 4, busy_cycles: 1}]\n"),
     "20: key 'cpu_traffic[0].region' is external: must be flash or sram"},
};

const auto kRefusalName = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Shape, HwConfigRefusalTest, testing::ValuesIn(kShape), kRefusalName);
INSTANTIATE_TEST_SUITE_P(Values, HwConfigRefusalTest, testing::ValuesIn(kValues), kRefusalName);
INSTANTIATE_TEST_SUITE_P(Memory, HwConfigRefusalTest, testing::ValuesIn(kMemory), kRefusalName);

INSTANTIATE_TEST_SUITE_P(Traffic, HwConfigRefusalTest, testing::ValuesIn(kTraffic), kRefusalName);

INSTANTIATE_TEST_SUITE_P(Options, HwConfigRefusalTest, testing::ValuesIn(kOptions), kRefusalName);

TEST(HwConfigTest, WithoutTheOptionalKeysFlashHoldsTheWeightsAndHasNoLines) {
  const HwConfig config = parse_hw_config(kGood, "hw.yaml");
  EXPECT_FALSE(config.flash.line);
  EXPECT_FALSE(config.external);
  EXPECT_EQ(config.weights, RegionId::kFlash);
  EXPECT_EQ(config.weights_region().base, 0x08000000U);
  EXPECT_EQ(config.regions(), (std::vector<RegionId>{RegionId::kFlash, RegionId::kSram}));
}

TEST(HwConfigTest, ReadsFlashLines) {
  const HwConfig config = parse_hw_config(with_line("{bytes: 32, access_cycles: 9, prefetch_lines: 2}"), "hw.yaml");
  ASSERT_TRUE(config.flash.line);
  EXPECT_EQ(config.flash.line->bytes, 32);
  EXPECT_EQ(config.flash.line->access_cycles, 9);
  EXPECT_EQ(config.flash.line->prefetch_lines, 2);
}

TEST(HwConfigTest, ReadsTheExternalMemory) {
  const HwConfig config = parse_hw_config(
      with_more(std::string(kExternal) +
                "  weights: external\n"
                "cpu_traffic: [{region: external, bank: 0, offset_cycles: 0, period_cycles: 4, busy_cycles: 1}]\n"),
      "hw.yaml");
  ASSERT_TRUE(config.external);
  EXPECT_EQ(config.external->base, 0x60000000U);
  EXPECT_EQ(config.external->bytes, 8388608U);
  EXPECT_EQ(config.external->read_latency_cycles, 20);
  EXPECT_EQ(config.external->write_latency_cycles, 10);
  EXPECT_EQ(config.external->cycles_per_beat, 2);
  EXPECT_EQ(config.weights, RegionId::kExternal);
  EXPECT_EQ(config.weights_region().base, 0x60000000U);
  EXPECT_EQ(config.regions(), (std::vector<RegionId>{RegionId::kFlash, RegionId::kSram, RegionId::kExternal}));
  EXPECT_EQ(config.cpu_traffic[0].region, RegionId::kExternal);
  EXPECT_EQ(config.config_id(), parse_hw_config(kGood, "hw.yaml").config_id());
}

TEST(HwConfigTest, ReadsBanksAndTheTrafficOfTheCpu) {
  const HwConfig config = parse_hw_config(
      with_traffic("[{region: sram, bank: 3, offset_cycles: 7, period_cycles: 10, busy_cycles: 9}, {region: flash, "
                   "bank: 0, offset_cycles: 0, period_cycles: 1000000, busy_cycles: 999999}]"),
      "hw.yaml");
  EXPECT_EQ(config.sram.banks, 4);
  EXPECT_EQ(config.flash.banks, 1);
  ASSERT_EQ(config.cpu_traffic.size(), 2);
  EXPECT_EQ(config.cpu_traffic[0].region, RegionId::kSram);
  EXPECT_EQ(config.cpu_traffic[0].bank, 3);
  EXPECT_EQ(config.cpu_traffic[0].offset_cycles, 7);
  EXPECT_EQ(config.cpu_traffic[0].period_cycles, 10);
  EXPECT_EQ(config.cpu_traffic[0].busy_cycles, 9);
  EXPECT_EQ(config.cpu_traffic[1].region, RegionId::kFlash);
  EXPECT_EQ(parse_hw_config(kGood, "hw.yaml").sram.banks, 1);
  EXPECT_TRUE(parse_hw_config(kGood, "hw.yaml").cpu_traffic.empty());
}

TEST(HwConfigTest, AcceptsTheLimits) {
  EXPECT_EQ(refusal(with("rows: 12", "rows: 4")), "no error");
  EXPECT_EQ(refusal(with("rows: 12", "rows: 64")), "no error");
  EXPECT_EQ(refusal(with("requant_lanes: 8", "requant_lanes: 1")), "no error");
  EXPECT_EQ(refusal(with("bytes: 65536", "bytes: 128")), "no error");
  EXPECT_EQ(refusal(with("bytes: 65536", "bytes: 1048576")), "no error");
  EXPECT_EQ(refusal(with("bytes: 16384", "bytes: 128")), "no error");
  EXPECT_EQ(refusal(with("bytes: 10240", "bytes: 640")), "no error");
  EXPECT_EQ(refusal(with("bytes: 10240", "bytes: 163840")), "no error");
  EXPECT_EQ(refusal(with("0x20000000", "0xfff00000")), "no error");
  EXPECT_EQ(refusal(with("0x20000000", "0x08200000")), "no error");
  EXPECT_EQ(refusal(with("0x20000000", "0x07f00000")), "no error");
  EXPECT_EQ(refusal(with("clock_mhz: 200", "clock_mhz: 32.768")), "no error");
}

TEST(HwConfigTest, LoadingNamesTheFile) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "bad.yaml";
  write_file_atomically(file, std::string_view("name: good\n"));
  try {
    (void)load_hw_config(file);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), file.string() + ":1: key 'clock_mhz' is missing: must be 1 to 2000");
  }
  try {
    (void)load_hw_config(folder / "none.yaml");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
  }
}

TEST(HwConfigTest, ConfigIdChangesExactlyWithTheRtl) {
  const std::uint32_t id = parse_hw_config(kGood, "a").config_id();
  for (const auto& [piece, replacement] : {std::pair{"rows: 12", "rows: 13"},
                                           {"cols: 10", "cols: 20"},
                                           {"depthwise_unit: true", "depthwise_unit: false"},
                                           {"requant_lanes: 8", "requant_lanes: 4"},
                                           {"bytes: 65536", "bytes: 32768"},
                                           {"banks: 4", "banks: 8"},
                                           {"bytes: 16384", "bytes: 32768"},
                                           {"bytes: 10240", "bytes: 20480"},
                                           {"param_channels: 256", "param_channels: 512"},
                                           {"queue_depth: 2", "queue_depth: 3"},
                                           {"bus_bits: 64", "bus_bits: 32"},
                                           {"burst_beats: 16", "burst_beats: 15"},
                                           {"outstanding_reads: 4", "outstanding_reads: 5"}}) {
    EXPECT_NE(parse_hw_config(with(piece, replacement), "a").config_id(), id) << replacement;
  }
  for (const auto& [piece, replacement] : {std::pair{"name: good", "name: other"},
                                           {"clock_mhz: 200", "clock_mhz: 100"},
                                           {"read_latency_cycles: 8", "read_latency_cycles: 9"},
                                           {"0x20000000", "0x30000000"}}) {
    EXPECT_EQ(parse_hw_config(with(piece, replacement), "b").config_id(), id) << replacement;
  }
}

TEST(HwConfigTest, ParamsPackageHoldsEveryParameter) {
  const HwConfig config = parse_hw_config(kGood, "a");
  const std::string package = config.params_package();
  for (const char* line :
       {"package slt_params_pkg;", "ROWS = 12;", "COLS = 10;", "bit DEPTHWISE = 1'b1;", "LANES = 8;",
        "SPM_BYTES = 65536;", "SPM_BANKS = 4;", "WBUF_BYTES = 16384;", "ACC_ENTRIES = 128;", "PARAM_CHANNELS = 256;",
        "BUS_BYTES = 8;", "MAX_READS = 4;", "MAX_BURST = 16;", "QUEUE_DEPTH = 2;", "SPM_WORD = 16;", "WBUF_WORD = 16;",
        "BANK_BYTES = 16384;", "endpackage"}) {
    EXPECT_THAT(package, testing::HasSubstr(line));
  }
  EXPECT_THAT(package, testing::HasSubstr("CONFIG_ID = 32'd" + std::to_string(config.config_id()) + ";"));
}

TEST(HwConfigTest, EveryNamedConfigurationIsLegal) {
  std::set<std::uint32_t> ids;
  std::set<std::string> packages;
  for (const auto& entry : std::filesystem::directory_iterator(SYSTOLITE_SOURCE_DIR "/configs/hw")) {
    const HwConfig config = load_hw_config(entry.path());
    EXPECT_EQ(config.name, entry.path().stem().string());
    ids.insert(config.config_id());
    packages.insert(config.params_package());
  }
  // Some differ in their memories only and share an RTL.
  EXPECT_GE(ids.size(), 5U);
  EXPECT_EQ(ids.size(), packages.size());
}

}  // namespace
}  // namespace systolite
