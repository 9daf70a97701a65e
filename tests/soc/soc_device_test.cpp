// SPDX-License-Identifier: Apache-2.0
// Whole networks in the SoC against the RTL alone, and the driver on every accelerator of the SoC.
#include "sim/soc/soc_device.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "driver/include/slt_driver.h"
#include "mapper/lower/map.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/cli/resolve.h"
#include "sim/core/error.h"
#include "sim/device/trace_diff.h"
#include "sim/rtl/rtl_device.h"
#include "sim/session/driver_port.h"
#include "sim/session/session.h"
#include "sim/soc/fast_accelerator.h"
#include "sim/soc/rtl_accelerator.h"
#include "sim/soc/systemc_accelerator.h"
#include "slt_soc.h"

namespace systolite {
namespace {

HwConfig base_config() { return load_hw_config(std::string(SYSTOLITE_SOURCE_DIR) + "/configs/hw/base_16x16.yaml"); }

RtlBuildOptions rtl_options() { return {.home = find_rtl_home(), .cache = default_rtl_cache()}; }

SessionOptions session_options(Backend backend, bool soc) {
  SessionOptions options;
  options.backend = backend;
  options.soc = soc;
  options.rtl = rtl_options();
  return options;
}

void expect_equal(const RunResult& expected, const RunResult& result, const Program& program, const std::string& what) {
  EXPECT_EQ(result.tensors, expected.tensors) << what;
  ASSERT_EQ(result.traces.size(), expected.traces.size()) << what;
  std::size_t job = 0;
  for (const Step& step : program.steps) {
    const auto* commands = std::get_if<JobStep>(&step);
    if (commands == nullptr) continue;
    const auto difference = first_difference(expected.traces[job], result.traces[job], commands->commands);
    EXPECT_FALSE(difference) << what << ", job " << job << ", cycle " << difference->cycle;
    ++job;
  }
  EXPECT_EQ(job, expected.traces.size());
}

// A network on the RTL alone and on every accelerator in the SoC, all in one process, each twice.
void compare_network(const std::string& model, const HwConfig& config, const std::optional<RandomStalls>& stalls,
                     bool keep_all_tensors = false) {
  const Graph graph = import_tflite(find_model(model));
  const std::vector<std::vector<std::int8_t>> inputs = random_inputs(graph, kDefaultSeed).tensors;
  const auto make_session = [&](Backend backend, bool soc) {
    SessionOptions options = session_options(backend, soc);
    options.stalls = stalls;
    options.keep_all_tensors = keep_all_tensors;
    return std::make_unique<Session>(graph, config, options);
  };
  const auto alone = make_session(Backend::kRtl, false);
  std::map<std::string, std::unique_ptr<Session>> in_soc;
  for (const Backend backend : {Backend::kRtl, Backend::kSystemc, Backend::kFast})
    in_soc[name(backend)] = make_session(backend, true);
  for (int run = 0; run < 2; ++run) {
    const RunResult expected = alone->run(inputs);
    ASSERT_FALSE(expected.traces.empty());
    for (const auto& [backend, session] : in_soc)
      expect_equal(expected, session->run(inputs), alone->program(), backend);
  }
}

TEST(SocNetworkTest, EveryAcceleratorRunsKwsAsTheRtlAlone) {
  compare_network("kws_embedded", base_config(), std::nullopt);
}

TEST(SocNetworkTest, EveryAcceleratorSeesTheSameStalls) {
  compare_network("kws_embedded", base_config(), RandomStalls{.seed = 11, .probability = 0.2});
}

TEST(SocNetworkTest, ManyJobsAreTheSame) { compare_network("ad_embedded", base_config(), std::nullopt, true); }

TEST(SocNetworkTest, TrafficOfTheProcessorIsTheSame) {
  HwConfig config = base_config();
  config.sram.banks = 4;
  config.cpu_traffic = {
      {.region = RegionId::kSram, .bank = 0, .offset_cycles = 1, .period_cycles = 3, .busy_cycles = 2}};
  compare_network("kws_embedded", config, std::nullopt);
}

TEST(SocNetworkTest, AJobStartsInTheCycleInWhichItStartsOnTheRtlAlone) {
  const Graph graph = import_tflite(find_model("kws_embedded"));
  const HwConfig config = base_config();
  const auto inputs = random_inputs(graph, kDefaultSeed).tensors;
  Session alone(graph, config, session_options(Backend::kRtl, false));
  Session in_soc(graph, config, session_options(Backend::kRtl, true));
  for (int run = 0; run < 2; ++run) {
    const RunResult expected = alone.run(inputs);
    const RunResult result = in_soc.run(inputs);
    expect_equal(expected, result, alone.program(), "rtl");
    EXPECT_GT(result.traces.front().start, 0U);
    EXPECT_EQ(result.traces.front().start, expected.traces.front().start);
  }
}

// Every register of a running job, read again and again. Looking at it changes nothing in the job.
TEST(SocRegistersTest, AJobIsSeenTheSameFromTheRegisters) {
  const HwConfig config = base_config();
  const Program program = map_network(import_tflite(find_model("kws_embedded")), config);
  const auto& job = std::get<JobStep>(program.steps.front());
  struct Board {
    explicit Board(const HwConfig& hw) : memory(hw) {}
    BusMemory memory;
    std::unique_ptr<SocDevice> device;
  };
  const std::vector<Backend> backends = {Backend::kRtl, Backend::kSystemc, Backend::kFast};
  std::vector<std::unique_ptr<Board>> boards;
  for (const Backend backend : backends) {
    Board& board = *boards.emplace_back(std::make_unique<Board>(config));
    board.memory.write(program.flash_base, program.flash);
    board.device = std::make_unique<SocDevice>(
        config, board.memory,
        [&](const sc_core::sc_module_name& name, const ClockDomain& clock) -> std::unique_ptr<Accelerator> {
          if (backend == Backend::kSystemc) return std::make_unique<SystemcAccelerator>(name, clock, config);
          if (backend == Backend::kFast) return std::make_unique<FastAccelerator>(name, clock, config, board.memory);
          return std::make_unique<RtlAccelerator>(name, clock, config, build_rtl_library(config, rtl_options()));
        });
  }
  std::vector<std::vector<std::uint32_t>> seen;
  for (const auto& board : boards) {
    SocDevice& device = *board->device;
    device.write_register(SLT_REG_WIN0_BASE_OFFSET, config.flash.base);
    device.write_register(SLT_REG_WIN0_LAST_OFFSET, config.flash.base + config.flash.bytes - 1);
    device.write_register(SLT_REG_WIN1_BASE_OFFSET, config.sram.base);
    device.write_register(SLT_REG_WIN1_LAST_OFFSET, config.sram.base + config.sram.bytes - 1);
    device.write_register(SLT_REG_STREAM_ADDR_OFFSET, job.stream_address);
    device.write_register(SLT_REG_STREAM_BYTES_OFFSET,
                          static_cast<std::uint32_t>(job.commands.size() * SLT_COMMAND_BYTES));
    device.write_register(SLT_REG_DOORBELL_OFFSET, 1);
    std::vector<std::uint32_t>& values = seen.emplace_back();
    std::uint32_t status = SLT_REG_STATUS_BUSY_MASK;
    for (Cycles pause = 0; (status & SLT_REG_STATUS_BUSY_MASK) != 0; pause = (pause + 1) % 5) {
      status = device.read_register(SLT_REG_STATUS_OFFSET);
      values.push_back(status);
      for (std::uint32_t at = SLT_REG_CNT_CYCLES_OFFSET; at <= SLT_REG_CNT_WRITE_BEATS_OFFSET; at += 4) {
        values.push_back(device.read_register(at));
        if (pause != 0) device.advance(pause);
      }
      ASSERT_LT(values.size(), 100'000U);
    }
  }
  EXPECT_GT(seen[0].size(), 1000U);
  for (std::size_t board = 1; board < seen.size(); ++board) {
    const auto [ours, rtl] = std::ranges::mismatch(seen[board], seen[0]);
    EXPECT_EQ(seen[board].size(), seen[0].size()) << name(backends[board]);
    if (ours == seen[board].end() || rtl == seen[0].end()) continue;
    const auto at = rtl - seen[0].begin();
    ADD_FAILURE() << name(backends[board]) << ": value " << at % 10 << " of look " << at / 10 << " is " << *ours
                  << ", on the RTL " << *rtl;
  }
}

// The driver on one accelerator.
class SocDriverTest : public ::testing::TestWithParam<Backend> {
 protected:
  SocDriverTest() {
    const auto make = [this](const sc_core::sc_module_name& name,
                             const ClockDomain& clock) -> std::unique_ptr<Accelerator> {
      if (GetParam() == Backend::kSystemc) return std::make_unique<SystemcAccelerator>(name, clock, config);
      if (GetParam() == Backend::kFast) return std::make_unique<FastAccelerator>(name, clock, config, memory);
      return std::make_unique<RtlAccelerator>(name, clock, config, build_rtl_library(config, rtl_options()));
    };
    device = std::make_unique<SocDevice>(config, memory, make);
    port = std::make_unique<DriverPort>(*device);
    const slt_port_t c_port = port->port();
    EXPECT_EQ(slt_init(&driver, &c_port), kSltOk);
    const slt_windows_t windows = {config.flash.base, config.flash.bytes, config.sram.base, config.sram.bytes};
    EXPECT_EQ(slt_set_windows(&driver, &windows), kSltOk);
  }

  // A stream of nothing but END.
  void write_stream() {
    const isa::Command end = isa::encode(isa::End{});
    std::vector<std::uint8_t> bytes;
    for (const std::uint32_t word : end.w) {
      for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
    memory.write(config.flash.base, bytes);
  }

  bool accelerator_irq() { return device->soc().interrupts[SLT_SOC_ACCELERATOR_INTERRUPT].read(); }

  HwConfig config = base_config();
  BusMemory memory{config};
  std::unique_ptr<SocDevice> device;
  std::unique_ptr<DriverPort> port;
  slt_t driver{};
};

TEST_P(SocDriverTest, APolledJobEnds) {
  write_stream();
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);
  ASSERT_EQ(slt_wait(&driver, 10'000), kSltOk);
  slt_counters_t counters;
  ASSERT_EQ(slt_read_counters(&driver, &counters), kSltOk);
  EXPECT_EQ(counters.commands, 1U);
  EXPECT_EQ(counters.read_beats, 2U);
  EXPECT_FALSE(accelerator_irq());
}

TEST_P(SocDriverTest, AJobIsAwaitedAsleepAndItsInterruptCleared) {
  write_stream();
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);
  ASSERT_EQ(slt_wait_irq(&driver, 10'000), kSltOk);
  const Trace trace = device->take_trace();
  slt_counters_t counters;
  ASSERT_EQ(slt_read_counters(&driver, &counters), kSltOk);
  EXPECT_EQ(counters.cycles, trace.cycles);
  EXPECT_GT(trace.cycles, static_cast<Cycles>(config.flash.read_latency_cycles));
  EXPECT_FALSE(accelerator_irq());
}

TEST_P(SocDriverTest, TheInterruptReachesTheProcessor) {
  write_stream();
  ASSERT_EQ(slt_enable_irq(&driver, true), kSltOk);
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);
  EXPECT_TRUE(device->advance_until_irq(10'000));
  EXPECT_FALSE(device->soc().cpu_irq.read());  // the controller masks it
  EXPECT_NE(slt_irq_handler(&driver), 0U);
  EXPECT_FALSE(device->irq());
}

TEST_P(SocDriverTest, AnErrorIsReportedAndTheNextJobRuns) {
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);  // zeros: no command
  ASSERT_EQ(slt_wait_irq(&driver, 10'000), kSltDeviceError);
  slt_error_t error;
  ASSERT_EQ(slt_last_error(&driver, &error), kSltOk);
  EXPECT_EQ(error.cause, SLT_ERROR_BAD_COMMAND);
  EXPECT_EQ(error.command_index, 0U);
  write_stream();
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);
  EXPECT_EQ(slt_wait_irq(&driver, 10'000), kSltOk);
}

TEST_P(SocDriverTest, ADoorbellStartsATraceOnlyIfItStartsAJob) {
  write_stream();
  ASSERT_EQ(slt_enable_irq(&driver, true), kSltOk);
  int refused = 0;
  int started = 0;
  for (Cycles later = 0; later < 24; ++later) {
    ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);
    const Cycles start = device->now() - 1;  // an access ends with the cycle after the write
    device->advance(later);
    device->write_register(SLT_REG_DOORBELL_OFFSET, 1);
    const Cycles second = device->now() - 1;
    ASSERT_TRUE(device->advance_until_irq(1000));
    device->advance(100);  // a second job ends without an edge if the first interrupt is still pending
    const bool busy = slt_poll(&driver) == kSltDeviceError;
    EXPECT_EQ(device->take_trace().start, busy ? start : second) << "doorbell " << later << " cycles later";
    EXPECT_NE(slt_irq_handler(&driver), 0U);
    ++(busy ? refused : started);
  }
  EXPECT_GT(refused, 5);
  EXPECT_GT(started, 5);
}

TEST_P(SocDriverTest, ASoftResetAbandonsAJob) {
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 65536), kSltOk);
  ASSERT_EQ(slt_soft_reset(&driver, 10'000), kSltOk);
  EXPECT_EQ(slt_poll(&driver), kSltIdle);
  device->advance(1000);
  EXPECT_FALSE(accelerator_irq());
}

TEST_P(SocDriverTest, AnIdleAcceleratorHasNoEvents) {
  write_stream();
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);
  ASSERT_EQ(slt_wait_irq(&driver, 10'000), kSltOk);
  device->advance(100);
  EXPECT_FALSE(sc_core::sc_pending_activity());
  const Cycles before = device->now();
  device->advance(1'000'000'000);
  EXPECT_EQ(device->now(), before + 1'000'000'000);
  ASSERT_EQ(slt_submit(&driver, config.flash.base, 16), kSltOk);
  EXPECT_EQ(slt_wait_irq(&driver, 10'000), kSltOk);
}

TEST_P(SocDriverTest, TheLimitEndsTheWait) {
  const Cycles before = device->now();
  EXPECT_FALSE(device->advance_until_irq(77));
  EXPECT_EQ(device->now(), before + 77);
}

INSTANTIATE_TEST_SUITE_P(Accelerators, SocDriverTest,
                         ::testing::Values(Backend::kRtl, Backend::kSystemc, Backend::kFast),
                         [](const auto& tested) { return std::string(name(tested.param)); });

TEST(SocDeviceTest, DestroyedDevicesLeaveTheOthersAlone) {
  const HwConfig config = base_config();
  BusMemory kept_memory(config);
  const auto make = [&](BusMemory& memory) {
    return std::make_unique<SocDevice>(config, memory,
                                       [&](const sc_core::sc_module_name& name, const ClockDomain& clock) {
                                         return std::make_unique<SystemcAccelerator>(name, clock, config);
                                       });
  };
  auto kept = make(kept_memory);
  auto memory = std::make_unique<BusMemory>(config);
  auto before_start = make(*memory);
  auto running = make(*memory);
  before_start.reset();
  running->write_register(SLT_REG_IRQ_ENABLE_OFFSET, 3);
  running->write_register(SLT_REG_STREAM_ADDR_OFFSET, config.flash.base);
  running->write_register(SLT_REG_STREAM_BYTES_OFFSET, 4096);
  running->write_register(SLT_REG_WIN0_BASE_OFFSET, config.flash.base);
  running->write_register(SLT_REG_WIN0_LAST_OFFSET, config.flash.base + 0xFFFF);
  running->write_register(SLT_REG_DOORBELL_OFFSET, 1);
  running.reset();  // in the middle of a job
  memory.reset();
  EXPECT_FALSE(kept->advance_until_irq(10'000));
  EXPECT_EQ(kept->read_register(SLT_REG_ID_OFFSET), SLT_REG_ID_RESET);
}

}  // namespace
}  // namespace systolite
