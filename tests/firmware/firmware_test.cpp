// SPDX-License-Identifier: Apache-2.0
// Networks run by firmware in the SoC, against the same networks run by the driver on the host.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "driver/include/slt_driver.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/cli/options.h"
#include "sim/cli/resolve.h"
#include "sim/core/error.h"
#include "sim/firmware/firmware_board.h"
#include "sim/firmware/firmware_image.h"
#include "sim/session/backend_factory.h"
#include "sim/session/compiled_network.h"
#include "sim/session/session.h"
#include "slt_regs.h"

namespace systolite {
namespace {

struct Setting {
  Backend backend = Backend::kFast;
  FirmwareWait wait = FirmwareWait::kInterrupt;
  RunAhead run_ahead = RunAhead::kNextEvent;
  std::string core = "cortex-m4";
  std::string profile = "ideal";

  [[nodiscard]] std::string text() const {
    return std::string(name(backend)) + ", " + name(wait) + ", " + core + ", " + profile +
           (run_ahead == RunAhead::kEveryInstruction ? ", instruction by instruction" : "");
  }
};

SessionOptions options_of(const Setting& setting) {
  SessionOptions options;
  options.backend = setting.backend;
  options.rtl = {.home = find_rtl_home(), .cache = default_rtl_cache()};
  cli::FirmwareArguments arguments;
  arguments.core = setting.core;
  arguments.profile = setting.profile;
  arguments.wait = setting.wait;
  options.firmware = cli::firmware_options(arguments);
  options.firmware->run_ahead = setting.run_ahead;
  return options;
}

SessionOptions native_options(Backend backend) {
  SessionOptions options = options_of({.backend = backend});
  options.firmware.reset();
  return options;
}

void expect_equal_figures(const FirmwareReport& a, const FirmwareReport& b, const std::string& what) {
  EXPECT_EQ(a.ready_cycles, b.ready_cycles) << what;
  EXPECT_EQ(a.cycles, b.cycles) << what;
  EXPECT_EQ(a.waiting_cycles, b.waiting_cycles) << what;
  EXPECT_EQ(a.fallback_cycles, b.fallback_cycles) << what;
  EXPECT_EQ(a.accelerator_cycles, b.accelerator_cycles) << what;
  EXPECT_EQ(a.instructions, b.instructions) << what;
  EXPECT_EQ(a.sleep_cycles, b.sleep_cycles) << what;
}

// One network on one hardware description, in sessions that are all made before the first one runs.
class Bench {
 public:
  Bench(const std::string& model, HwConfig config)
      : graph_(import_tflite(find_model(model))),
        config_(std::move(config)),
        inputs_(random_inputs(graph_, kDefaultSeed).tensors) {}

  Session& make(const SessionOptions& options) {
    return *sessions_.emplace_back(std::make_unique<Session>(graph_, config_, options));
  }
  [[nodiscard]] RunResult run(Session& session) const { return session.run(inputs_); }
  [[nodiscard]] Report report(Session& session) const { return session.report(run(session), "test"); }
  [[nodiscard]] std::vector<std::int8_t> output(const RunResult& run) const {
    return run.tensors.at(graph_.outputs.front());
  }

 private:
  Graph graph_;
  HwConfig config_;
  std::vector<std::vector<std::int8_t>> inputs_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

// All backends, both ways to wait, far ahead and instruction by instruction: bytes of the native driver, its
// accelerator cycles, and per way to wait one set of figures.
void compare_everything(const std::string& model) {
  Bench bench(model, cli::read_config("base_16x16"));
  Session& native = bench.make(native_options(Backend::kRtl));
  struct Tried {
    Setting setting;
    Session* session;
  };
  std::vector<Tried> tried;
  for (const FirmwareWait wait : {FirmwareWait::kPoll, FirmwareWait::kInterrupt}) {
    for (const Backend backend : {Backend::kFast, Backend::kSystemc, Backend::kRtl}) {
      for (const RunAhead run_ahead : {RunAhead::kNextEvent, RunAhead::kEveryInstruction}) {
        const Setting setting = {.backend = backend, .wait = wait, .run_ahead = run_ahead};
        tried.push_back({setting, &bench.make(options_of(setting))});
      }
    }
  }
  const RunResult expected = bench.run(native);
  const Report expected_report = native.report(expected, "test");
  std::optional<FirmwareReport> first;
  for (const Tried& one : tried) {
    const std::string what = one.setting.text();
    const RunResult run = bench.run(*one.session);
    EXPECT_EQ(bench.output(run), bench.output(expected)) << what;
    const Report report = one.session->report(run, "test");
    EXPECT_EQ(report.cycles, expected_report.cycles) << what;
    ASSERT_TRUE(report.firmware) << what;
    if (!first || first->wait != report.firmware->wait) first = report.firmware;
    expect_equal_figures(*report.firmware, *first, what);
  }
}

TEST(FirmwareTest, KwsIsTheSameOnEveryBackendHoweverFarTheProcessorRunsAhead) { compare_everything("kws_embedded"); }

TEST(FirmwareTest, AdIsTheSameOnEveryBackendHoweverFarTheProcessorRunsAhead) { compare_everything("ad_embedded"); }

TEST(FirmwareTest, ThePartsOfAnInferenceAreTold) {
  Bench bench("kws_embedded", cli::read_config("base_16x16"));
  Session& interrupt = bench.make(options_of({}));
  Session& poll = bench.make(options_of({.wait = FirmwareWait::kPoll}));
  const Report asleep = bench.report(interrupt);
  const Report awake = bench.report(poll);
  for (const Report* report : {&asleep, &awake}) {
    ASSERT_TRUE(report->firmware);
    const FirmwareReport& firmware = *report->firmware;
    EXPECT_GT(firmware.driver_cycles(), 0U);
    EXPECT_GT(firmware.ready_cycles, 0U);
    EXPECT_GE(firmware.waiting_cycles + 100, firmware.accelerator_cycles);
    EXPECT_LT(firmware.overhead_cycles(), firmware.cycles / 4);
    // SOFTMAX is the only operator on the processor.
    Cycles on_cpu = 0;
    for (const LayerReport& layer : report->layers) {
      EXPECT_EQ(layer.cpu_cycles.has_value(), layer.where == Where::kCpu) << layer.op;
      on_cpu += layer.cpu_cycles.value_or(0);
    }
    EXPECT_GT(on_cpu, 0U);
    EXPECT_EQ(on_cpu, firmware.fallback_cycles);
  }
  EXPECT_GT(asleep.firmware->sleep_cycles, asleep.cycles / 2);
  EXPECT_EQ(awake.firmware->sleep_cycles, 0U);
  EXPECT_GT(awake.firmware->instructions, asleep.firmware->instructions);
}

TEST(FirmwareTest, EveryCoreComputesTheSame) {
  Bench bench("kws_embedded", cli::read_config("base_16x16"));
  Session& native = bench.make(native_options(Backend::kFast));
  std::vector<Session*> sessions;
  for (const char* core : {"cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"})
    sessions.push_back(&bench.make(options_of({.core = core})));
  const std::vector<std::int8_t> expected = bench.output(bench.run(native));
  for (Session* session : sessions) {
    const RunResult run = bench.run(*session);
    EXPECT_EQ(bench.output(run), expected);
    EXPECT_GT(run.firmware->run_cycles, 0U);
  }
}

TEST(FirmwareTest, ASecondInferenceTakesAsLongAsTheFirst) {
  Bench bench("kws_embedded", cli::read_config("base_16x16"));
  Session& session = bench.make(options_of({}));
  const RunResult first = bench.run(session);
  const RunResult second = bench.run(session);
  EXPECT_EQ(bench.output(first), bench.output(second));
  EXPECT_EQ(first.firmware->run_cycles, second.firmware->run_cycles);
  EXPECT_EQ(first.firmware->ready_cycle, second.firmware->ready_cycle);
}

// The official models, where they are.
class OfficialModelTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    try {
      static_cast<void>(find_model(GetParam()));
    } catch (const Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

TEST_P(OfficialModelTest, FirmwareGivesTheBytesAndTheAcceleratorCyclesOfTheNativeDriver) {
  compare_everything(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Models, OfficialModelTest, ::testing::Values("ic", "kws", "vww", "ad", "sww"),
                         [](const auto& model) { return std::string(model.param); });

// What the driver costs, asleep, on every core and every profile that goes with it.
TEST(FirmwareTest, TheDriverTakesLessThanTwoPercentOfAnInferenceOfIc) {
  try {
    static_cast<void>(find_model("ic"));
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  Bench bench("ic", cli::read_config("base_16x16"));
  std::vector<std::pair<Setting, Session*>> sessions;
  for (const auto& [core, profile] : {std::pair{"cortex-m0plus", "ideal"},
                                      {"cortex-m4", "ideal"},
                                      {"cortex-m4", "l4r5"},
                                      {"cortex-m33", "ideal"},
                                      {"cortex-m33", "nrf5340"},
                                      {"cortex-m33", "u575"},
                                      {"cortex-m7", "ideal"},
                                      {"cortex-m7", "h7a3"}}) {
    const Setting setting = {.core = core, .profile = profile};
    sessions.emplace_back(setting, &bench.make(options_of(setting)));
  }
  for (const auto& [setting, session] : sessions) {
    const FirmwareReport firmware = bench.report(*session).firmware.value();
    EXPECT_LT(firmware.overhead_cycles() * 100, firmware.cycles * 2) << setting.text();
  }
}

// A board without a session around it.
struct Board {
  explicit Board(const HwConfig& hw = cli::read_config("base_16x16"))
      : config(hw),
        options(options_of({})),
        network(graph, config, options),
        memory(config),
        board(config, memory, network.program(), network.image(), 100'000, *options.firmware,
              accelerator_factory(config, memory, options)) {}

  Graph graph = import_tflite(find_model("kws_embedded"));
  HwConfig config;
  SessionOptions options;
  CompiledNetwork network;
  BusMemory memory;
  FirmwareBoard board;
};

TEST(FirmwareBoardTest, AnErrorOfTheDeviceIsInTheReport) {
  Board board;
  const std::uint32_t stream = std::get<JobStep>(board.network.program().steps.front()).stream_address;
  board.board.memory().inject_error(stream, AxiResponse::kSlaveError);
  const FirmwareRun run = board.board.run(10'000'000);
  EXPECT_EQ(run.result, static_cast<std::uint32_t>(kSltDeviceError));
  EXPECT_EQ(run.steps_done, 0U);
  EXPECT_EQ(run.error_cause, SLT_ERROR_BUS_READ);
  EXPECT_TRUE(run.steps.empty());
}

TEST(FirmwareBoardTest, AProgramThatDoesNotEndIsStopped) {
  Board board;
  try {
    static_cast<void>(board.board.run(1000));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kDevice);
    EXPECT_EQ(std::string(error.what()).find("The firmware did not end within 1000 cycles; it is at firmware_reset+"),
              0U)
        << error.what();
  }
}

TEST(FirmwareBoardTest, AFaultOfTheFirmwareIsTold) {
  Board board;
  // The reset vector points to where nothing is.
  board.memory.write(board.board.vector_table() + 4, std::vector<std::uint8_t>{0x01, 0x00, 0x00, 0x60});
  try {
    static_cast<void>(board.board.run(1'000'000));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kDevice);
    EXPECT_NE(std::string(error.what()).find("0x60000000"), std::string::npos) << error.what();
  }
}

TEST(FirmwareBoardTest, AStackThatIsTooSmallIsNoticed) {
  Board board;
  // The initial stack pointer, some 100 bytes above the end of the stack instead of 4096.
  std::uint32_t top = 0;
  board.memory.read(board.board.vector_table(), {reinterpret_cast<std::uint8_t*>(&top), sizeof top});
  top -= kFirmwareStackBytes - 104;
  board.memory.write(board.board.vector_table(), {reinterpret_cast<const std::uint8_t*>(&top), sizeof top});
  try {
    static_cast<void>(board.board.run(10'000'000));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kDevice);
    const std::string sentence = error.what();
    EXPECT_NE(sentence.find(": stack overflow at board_start+0x"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("below the end of the stack at 0x20"), std::string::npos) << sentence;
  }
}

std::string refusal(const std::string& model, const HwConfig& config, ExitCode code) {
  Bench bench(model, config);
  try {
    bench.make(options_of({}));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.what();
  }
  return "not refused";
}

TEST(FirmwareTest, MemoryThatTheFirmwareLacksIsNamed) {
  HwConfig config = cli::read_config("base_16x16");
  config.sram.bytes = 4096;
  EXPECT_EQ(refusal("kws_embedded", config, ExitCode::kModel).find("The firmware soc_infer does not fit into the "),
            0U);
  config = cli::read_config("base_16x16");
  config.flash.bytes = 49152;
  EXPECT_NE(refusal("kws_embedded", config, ExitCode::kModel).find("bytes are missing"), std::string::npos);
}

TEST(FirmwareTest, AnUnknownCoreOrProfileIsRefusedWithTheNamesThereAre) {
  cli::FirmwareArguments arguments;
  arguments.core = "cortex-m5";
  try {
    static_cast<void>(cli::firmware_options(arguments));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kConfig);
    EXPECT_NE(std::string(error.what()).find("cortex-m4"), std::string::npos);
  }
}

}  // namespace
}  // namespace systolite
