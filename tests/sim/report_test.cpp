// SPDX-License-Identifier: Apache-2.0
// Report arithmetic on traces written by hand.
#include "sim/report/report.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/memory/contention.h"
#include "sim/report/bus_bytes.h"
#include "sim/report/layer_windows.h"
#include "sim/report/report_json.h"
#include "sim/report/report_table.h"
#include "sim/report/weight_transfers.h"
#include "tests/sim/small_config.h"

namespace systolite {
namespace {

using isa::State;

// Cycles from the last position of an mm command to its completion: rows + cols + 4 of an 8 x 8 array.
constexpr Cycles kMatrixDoneDelay = 20;

// Two operators on the array and one on the CPU. Operator 1 loads its weights while operator 0 computes.
//   stream: ld(0) mm(0) ld(1) vec(0) mm(1) end
JobStep two_layers() {
  JobStep job;
  job.stream_address = 0x08000000;
  job.commands = {isa::encode(isa::Ld{.mem_addr = 0x08001004, .row_bytes = 16}),
                  isa::encode(isa::Mm{}),
                  isa::encode(isa::Ld{.mem_addr = 0x08002000, .row_bytes = 16}),
                  isa::encode(isa::Requant{}),
                  isa::encode(isa::Mm{}),
                  isa::encode(isa::End{})};
  job.op_of_command = {0, 0, 1, 0, 1, -1};
  return job;
}

Trace two_layer_trace() {
  Trace trace;
  trace.cycles = 130;
  const auto all = [](State state) { return std::vector<StateSpan>{{state, 0, 130}}; };
  trace.states = {all(State::kIdle), all(State::kIdle), {}, all(State::kIdle), all(State::kIdle), all(State::kIdle)};
  trace.states[2] = {{State::kWaitLd, 0, 10},
                     {State::kBusy, 10, 30},
                     {State::kWaitVec, 30, 45},
                     {State::kBusy, 45, 90},
                     {State::kIdle, 90, 130}};
  trace.pop_cycles[0] = {1, 2};
  trace.pop_cycles[2] = {9, 44};
  trace.pop_cycles[3] = {30};
  trace.done_cycles[0] = {9, 52};
  trace.done_cycles[2] = {29 + kMatrixDoneDelay, 89 + kMatrixDoneDelay};
  trace.done_cycles[3] = {40};
  trace.traffic = {.fetch_beats = 12, .load_beats = 5, .write_beats = 0};
  trace.read_beats = {{0, 15}, {50, 52}};
  return trace;
}

Graph three_ops() {
  Graph graph;
  graph.name = "net";
  graph.tensors.resize(5);
  for (Tensor& tensor : graph.tensors) tensor.shape = {1, 64};
  graph.tensors[4].shape = {64, 64};
  graph.tensors[4].data.resize(64 * 64);
  for (int i = 0; i < 3; ++i) {
    graph.ops.push_back({.index = i,
                         .type = "FULLY_CONNECTED",
                         .name = "t" + std::to_string(i + 1),
                         .inputs = {i, 4, -1},
                         .outputs = {i + 1},
                         .params = FullyConnected{}});
  }
  graph.ops[2] = {.index = 2, .type = "SOFTMAX", .name = "t3", .inputs = {2}, .outputs = {3}, .params = Softmax{}};
  graph.inputs = {0};
  graph.outputs = {3};
  return graph;
}

Program program_of(JobStep job) {
  Program program{};
  program.steps = {std::move(job), CpuStep{2, "it needs exponentials"}};
  program.layers = {
      {.where = Where::kArray}, {.where = Where::kArray}, {.where = Where::kCpu, .reason = "it needs exponentials"}};
  return program;
}

TEST(LayerWindowsTest, AnArrayLayerEndsWithItsMatrixWorkAndTheLastOneWithTheJob) {
  EXPECT_EQ(layer_windows(two_layers(), two_layer_trace(), small_config()),
            (std::vector<LayerWindow>{{0, 0, 30}, {1, 30, 130}}));
}

TEST(LayerWindowsTest, ALayerThatEndsBeforeItsPredecessorHasAnEmptyWindow) {
  JobStep job = two_layers();
  job.op_of_command = {1, 1, 0, 0, 0, -1};  // operator 1 ends in cycle 30, operator 0 in cycle 90
  EXPECT_EQ(layer_windows(job, two_layer_trace(), small_config()),
            (std::vector<LayerWindow>{{0, 0, 90}, {1, 90, 130}}));
}

TEST(LayerWindowsTest, AVectorLayerEndsWhenTheMatrixEngineTakesUpTheNextLayer) {
  JobStep job = two_layers();
  job.op_of_command = {0, 0, 2, 1, 2, -1};  // mm(0), vector operator 1 completes in cycle 40, mm(2) popped in cycle 44
  Trace trace = two_layer_trace();
  EXPECT_EQ(layer_windows(job, trace, small_config()),
            (std::vector<LayerWindow>{{0, 0, 30}, {1, 30, 41}, {2, 41, 130}}));
  trace.done_cycles[3] = {60};
  EXPECT_EQ(layer_windows(job, trace, small_config()),
            (std::vector<LayerWindow>{{0, 0, 30}, {1, 30, 44}, {2, 44, 130}}));
}

TEST(LayerWindowsTest, AMissingCompletionIsAnError) {
  Trace trace = two_layer_trace();
  trace.done_cycles[2].pop_back();
  EXPECT_THROW(static_cast<void>(layer_windows(two_layers(), trace, small_config())), Error);
}

TEST(StateCyclesTest, CountsOnlyTheOverlap) {
  const std::vector<StateSpan> spans = {{State::kBusy, 0, 10}, {State::kDrain, 10, 12}, {State::kBusy, 12, 20}};
  const StateCycles states = state_cycles(spans, 5, 14);
  EXPECT_EQ(states[State::kBusy], 7);
  EXPECT_EQ(states[State::kDrain], 2);
  EXPECT_EQ(states.total(), 9);
}

TEST(BoundTest, NamesWhereMostCyclesWent) {
  struct Case {
    isa::Engine engine;
    State state;
    Bound bound;
  };
  for (const auto& [engine, state, bound] :
       {Case{isa::Engine::kMm, State::kBusy, Bound::kCompute},
        Case{isa::Engine::kMm, State::kWaitWeights, Bound::kWeights},
        Case{isa::Engine::kMm, State::kWaitLd, Bound::kActivations},
        Case{isa::Engine::kMm, State::kWaitVec, Bound::kVector}, Case{isa::Engine::kMm, State::kIdle, Bound::kControl},
        Case{isa::Engine::kMm, State::kDrain, Bound::kControl}, Case{isa::Engine::kVec, State::kBusy, Bound::kVector},
        Case{isa::Engine::kVec, State::kWaitMm, Bound::kCompute},
        Case{isa::Engine::kVec, State::kWaitLd, Bound::kActivations},
        Case{isa::Engine::kVec, State::kWaitSt, Bound::kActivations}}) {
    StateCycles states;
    states[State::kBusy] = 5;
    states[state] = 10;
    EXPECT_EQ(bound_of(engine, states), bound) << isa::name(engine) << " " << isa::name(state);
  }
}

TEST(BoundTest, AddsUpWhatBelongsTogetherAndTakesTheFirstOfEquals) {
  StateCycles states;
  states[State::kBusy] = 9;
  states[State::kIdle] = 5;
  states[State::kDrain] = 4;
  EXPECT_EQ(bound_of(isa::Engine::kMm, states), Bound::kCompute);
  states[State::kDrain] = 5;
  EXPECT_EQ(bound_of(isa::Engine::kMm, states), Bound::kControl);
  EXPECT_EQ(bound_of(isa::Engine::kMm, StateCycles{}), std::nullopt);
}

TEST(BusBytesTest, UnalignedRowsCountTheWordsTheyTouch) {
  JobStep job;
  job.commands = {isa::encode(isa::LdCfg{.mem_stride = 20}),
                  isa::encode(isa::Ld{.mem_addr = 6, .row_bytes = 4, .rows = 3})};
  job.op_of_command = {0, 0};
  // Rows 6..9, 26..29, 46..49 touch 2, 1 and 2 words of 8 bytes.
  EXPECT_EQ(command_bytes(job, 8)[1].read, 5 * 8);
  EXPECT_EQ(command_bytes(job, 8)[0].read, 0);
}

TEST(BusBytesTest, StoresCountAsWritten) {
  JobStep job;
  job.commands = {isa::encode(isa::St{.mem_addr = 0x20000000, .row_bytes = 9})};
  job.op_of_command = {0};
  EXPECT_EQ(command_bytes(job, 8)[0].written, 16);
  EXPECT_EQ(command_bytes(job, 8)[0].read, 0);
}

class ReportTest : public ::testing::Test {
 protected:
  Report report = make_report(three_ops(), program_of(two_layers()), small_config(), {two_layer_trace()},
                              {.backend = "rtl", .input = "zeros", .has_timing = true});
};

TEST_F(ReportTest, LayerCyclesSumToTheTotal) {
  EXPECT_EQ(report.cycles, 130);
  EXPECT_EQ(report.layers[0].cycles + report.layers[1].cycles, 130);
  EXPECT_EQ(report.layers[2].cycles, 0);
}

TEST_F(ReportTest, BusyAndStallsSumToTheCyclesOfTheLayer) {
  EXPECT_EQ(report.layers[0].states[State::kWaitLd], 10);
  EXPECT_EQ(report.layers[0].states[State::kBusy], 20);
  EXPECT_EQ(report.layers[1].states[State::kWaitVec], 15);
  for (const LayerReport& layer : report.layers) EXPECT_EQ(layer.states.total(), layer.cycles);
  for (const StateCycles& engine : report.engines) EXPECT_EQ(engine.total(), report.cycles);
}

TEST_F(ReportTest, UtilizationIsMacsPerPeAndCycle) {
  EXPECT_EQ(report.macs, 2 * 4096);
  EXPECT_DOUBLE_EQ(report.layers[0].utilization, 4096.0 / (30 * 64));
  EXPECT_DOUBLE_EQ(report.utilization, 8192.0 / (130 * 64));
  EXPECT_DOUBLE_EQ(report.latency_us, 1.3);
}

TEST_F(ReportTest, RemovedWorkCountsAsTheFilesButNotAsExecuted) {
  ReducedGraph reduced{.graph = three_ops(), .channels = {}, .removed = {{}, {}, {}}};
  reduced.removed[0] = {.constant_channels = 3, .unread_channels = 1, .macs = 1000, .weights = 20};
  const Report less = make_report(reduced.graph, program_of(two_layers()), small_config(), {two_layer_trace()},
                                  {.backend = "rtl", .input = "", .has_timing = true, .reduced = &reduced});
  EXPECT_EQ(less.macs, 2 * 4096 + 1000);
  EXPECT_EQ(less.macs_executed, 2 * 4096);
  EXPECT_EQ(less.layers[0].macs, 4096 + 1000);
  EXPECT_EQ(less.layers[0].removed_channels, 4);
  EXPECT_EQ(less.layers[0].bound.cycles(), report.layers[0].bound.cycles());
  EXPECT_DOUBLE_EQ(less.utilization, report.utilization);
  EXPECT_NE(to_table(less).find("Removed: 3 constant and 1 unread channels, 1,000 of 9,192 MACs, 20 weights\n"),
            std::string::npos)
      << to_table(less);
  const auto json = nlohmann::json::parse(to_json(less));
  EXPECT_EQ(json["drop_constant_channels"], true);
  EXPECT_EQ(json["removed"],
            (nlohmann::json{{"constant_channels", 3}, {"unread_channels", 1}, {"macs", 1000}, {"weights", 20}}));
  EXPECT_EQ(json["macs_executed"], 2 * 4096);
  const auto whole = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(whole["drop_constant_channels"], false);
  EXPECT_TRUE(whole["removed"].is_null());
  EXPECT_EQ(whole["macs_executed"], whole["macs"]);
}

TEST_F(ReportTest, TheLowerBoundIsOfTheLayerAlone) {
  // 64 x 64 weights: 8 x 8 tiles of one pixel; 4096 bytes of them and 64 of input. The second input stays on the chip.
  EXPECT_EQ(report.layers[0].bound.array_cycles, 64);
  EXPECT_EQ(report.layers[0].bound.read_bytes, 4096 + 64);
  EXPECT_EQ(report.layers[0].bound.transfer_cycles, 520);
  EXPECT_EQ(report.layers[1].bound.read_bytes, 4096);
  EXPECT_EQ(report.layers[1].bound.written_bytes, 64);  // the CPU reads it
  EXPECT_EQ(report.layers[1].bound.cycles(), 512);
  EXPECT_EQ(report.layers[2].bound.cycles(), 0);
  EXPECT_EQ(report.bound_cycles, 520 + 512);
  EXPECT_EQ(report.overlapped_bound_cycles, (4160 + 4096) / 8);
}

TEST_F(ReportTest, TheGapSumsToTheCyclesAboveTheBound) {
  std::int64_t total = 0;
  for (const LayerReport& layer : report.layers) {
    EXPECT_EQ(layer.gap.total(), static_cast<std::int64_t>(layer.cycles) - layer.bound.cycles());
    total += layer.gap.total();
  }
  EXPECT_EQ(report.gap.total(), total);
  EXPECT_EQ(report.gap.total(), 130 - (520 + 512));
}

TEST_F(ReportTest, LoadsOfWeightsAreHiddenWhileTheMatrixEngineWorks) {
  JobStep job = two_layers();
  job.commands[0] = isa::encode(isa::Ld{.mem_addr = 0x08001004, .space = 1, .row_bytes = 16});
  job.commands[2] = isa::encode(isa::Ld{.mem_addr = 0x08002000, .space = 2, .row_bytes = 16});
  const auto transfers = weight_transfers(job, two_layer_trace(), small_config());
  // At the first load in the cycles 1 to 9, at the second one, of a table, from 10 to 52; the matrix engine works in 10
  // to 29 and from 45 on.
  EXPECT_EQ(transfers, (std::map<int, WeightTransfer>{{0, {.hidden = 0, .exposed = 9}}, {1, {28, 15}}}));
  EXPECT_TRUE(weight_transfers(two_layers(), two_layer_trace(), small_config()).empty());  // activations
}

TEST_F(ReportTest, BytesBelongToTheLayerInWhoseWindowTheyMove) {
  EXPECT_EQ(report.layers[0].bytes_read, 8 * 15);
  EXPECT_EQ(report.layers[1].bytes_read, 8 * 2);
  EXPECT_EQ(report.bytes_fetched, 96);
  EXPECT_EQ(report.bytes_read, 96 + 40);
}

TEST_F(ReportTest, BeatsThatTheStreamDidNotAskForAreAnError) {
  Trace trace = two_layer_trace();
  ++trace.traffic.load_beats;
  EXPECT_THROW(static_cast<void>(make_report(three_ops(), program_of(two_layers()), small_config(), {trace},
                                             {.backend = "rtl", .input = "", .has_timing = true})),
               Error);
}

TEST_F(ReportTest, TheTableBeginsWithWhatRunsOnTheCpu) {
  const std::string table = to_table(report);
  EXPECT_NE(table.find("net on small (8 x 8 array, 100 MHz), backend rtl\n"
                       "On the CPU (no CPU model is selected: their cycles are not counted in device cycles):\n"
                       "  operator 2 SOFTMAX: it needs exponentials\n"),
            std::string::npos)
      << table;
}

TEST_F(ReportTest, JsonHasTheDocumentedKeys) {
  const auto json = nlohmann::json::parse(to_json(report));
  for (const char* key : {"schema",
                          "model",
                          "config",
                          "backend",
                          "input",
                          "clock_mhz",
                          "cycles",
                          "latency_us",
                          "macs",
                          "utilization",
                          "bytes_read",
                          "bytes_written",
                          "bytes_fetched",
                          "lower_bound_cycles",
                          "overlapped_bound_cycles",
                          "gap",
                          "weight_load_cycles",
                          "cycles_without_prefetch",
                          "cpu_operators",
                          "layers",
                          "engines"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json["layers"][0]["stalls"], (nlohmann::json{{"wait_ld", 10}}));
  EXPECT_EQ(json["layers"][0]["busy"], 20);
  EXPECT_EQ(
      json["layers"][0]["bound"],
      (nlohmann::json{{"array_cycles", 64}, {"transfer_cycles", 520}, {"read_bytes", 4160}, {"written_bytes", 0}}));
  EXPECT_EQ(json["layers"][2]["where"], "cpu");
  EXPECT_EQ(json["cpu_operators"][0]["reason"], "it needs exponentials");
  EXPECT_EQ(json["engines"]["mm"]["busy"], 65);
}

TEST_F(ReportTest, TheDataflowOfALayerIsNamedWhereItCanBeAnotherOne) {
  Program program = program_of(two_layers());
  program.layers[0].dataflow = Dataflow::kWeight;
  program.layers[1].dataflow = Dataflow::kOutput;
  const auto report_for = [&](bool output_stationary) {
    HwConfig hw = small_config();
    hw.array.output_stationary = output_stationary;
    return make_report(three_ops(), program, hw, {two_layer_trace()},
                       {.backend = "rtl", .input = "", .has_timing = true});
  };
  const std::string both = to_table(report_for(true));
  EXPECT_NE(both.find("  0 FULLY_CONNECTED    array weight "), std::string::npos) << both;
  EXPECT_NE(both.find("  1 FULLY_CONNECTED    array output "), std::string::npos) << both;
  EXPECT_EQ(to_table(report_for(false)).find("array weight"), std::string::npos);
  const auto json = nlohmann::json::parse(to_json(report_for(true)));
  EXPECT_EQ(json["layers"][0]["dataflow"], "weight");
  EXPECT_EQ(json["layers"][1]["dataflow"], "output");
  EXPECT_TRUE(json["layers"][2]["dataflow"].is_null());
}

TEST_F(ReportTest, TheScratchpadIsThatOfTheProgram) {
  Program program = program_of(two_layers());
  program.scratchpad = {{.tensor = 0, .first_op = 0, .last_op = 0, .ranges = {{0, 32}, {1024, 1056}}},
                        {.tensor = 1, .first_op = 0, .last_op = 1, .ranges = {{64, 128}}},
                        {.tensor = 2, .first_op = 1, .last_op = 1, .ranges = {{128, 200}}}};
  const Report run = make_report(three_ops(), program, small_config(), {two_layer_trace()},
                                 {.backend = "rtl", .input = "", .has_timing = true});
  const auto json = nlohmann::json::parse(to_json(run));
  const auto& pad = json["scratchpad"];
  EXPECT_EQ(pad["bytes"], small_config().scratchpad_bytes);
  EXPECT_EQ(pad["banks"], small_config().scratchpad_banks);
  EXPECT_EQ(pad["peak_bytes"], 64 + 72);
  EXPECT_TRUE(pad["tensors"][0]["made_by"].is_null());
  EXPECT_EQ(pad["tensors"][0]["ranges"], (nlohmann::json{{0, 32}, {1024, 1056}}));
  EXPECT_EQ(pad["tensors"][1]["made_by"], 0);
  EXPECT_EQ(pad["tensors"][1]["last_layer"], 1);
  EXPECT_EQ(json["bus_bytes"], small_config().dma.bus_bytes());
  EXPECT_EQ(json["configuration"]["array.rows"], small_config().array.rows);
}

TEST_F(ReportTest, ContentionIsAStallOfItsOwn) {
  Trace trace = two_layer_trace();
  trace.states[0] = {{State::kWaitMemory, 0, 20}, {State::kBusy, 20, 30}, {State::kIdle, 30, 130}};
  mark_contention(trace, {.load = {{4, 17}}});
  const Report shared = make_report(three_ops(), program_of(two_layers()), small_config(), {trace},
                                    {.backend = "rtl", .input = "", .has_timing = true});
  const auto json = nlohmann::json::parse(to_json(shared));
  EXPECT_EQ(json["engines"]["ld"],
            (nlohmann::json{{"idle", 100}, {"busy", 10}, {"wait_memory", 7}, {"wait_contention", 13}}));
  EXPECT_NE(to_table(shared).find("wait_contention 10 %"), std::string::npos);
}

TEST_F(ReportTest, WithoutAClockFiguresOfTimeAreNull) {
  const Report functional = make_report(three_ops(), program_of(two_layers()), small_config(), {},
                                        {.backend = "functional", .input = "", .has_timing = false});
  const auto json = nlohmann::json::parse(to_json(functional));
  EXPECT_TRUE(json["cycles"].is_null());
  EXPECT_TRUE(json["layers"][0]["stalls"].is_null());
  EXPECT_EQ(json["macs"], 8192);
}

}  // namespace
}  // namespace systolite
