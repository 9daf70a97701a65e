// SPDX-License-Identifier: Apache-2.0
// Jobs of real networks that are disturbed: every kind of error, soft resets, register accesses while a job runs,
// random stalls of the bus. SystemC model and RTL have to agree in every register value, interrupt, trace and byte.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <tuple>

#include "driver/host/network_image.h"
#include "mapper/lower/map.h"
#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "slt_regs.h"
#include "tests/systemc/device_pair.h"
#include "tests/systemc/network_run.h"

namespace systolite {
namespace {

enum class Disturbance {
  kNone,
  kBusErrorInFlash,
  kBusErrorInSram,
  kBusErrorOnWrite,
  kSmallReadWindow,
  kSmallWriteWindow,
  kBadCommand,
  kShortStream,
  kBadStream,
  kBadLocalAddress,
  kBusyWrite,
  kSoftReset,
  kReadsWhileBusy,
  kNoInterrupt,
  kCount
};

// SYSTOLITE_RANDOM_CASES and SYSTOLITE_RANDOM_SEED override number of jobs and first seed.
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class DisturbedJob {
 public:
  DisturbedJob(test::DevicePair& devices, const HwConfig& hw, const Program& program, const JobStep& job,
               std::uint64_t seed)
      : devices_(devices), hw_(hw), program_(program), job_(job), random_(seed) {}

  // Runs the job undisturbed; its length serves to place disturbances.
  void measure() {
    prepare();
    devices_.write(SLT_REG_DOORBELL_OFFSET, 1);
    finish();
    length_ = length_of_last_;
  }

  void run(Disturbance disturbance, Cycles length) {
    length_ = length;
    if (draw(2) == 0) devices_.set_stalls(RandomStalls{.seed = random_(), .probability = draw(2) == 0 ? 0.1 : 0.6});
    prepare();
    before(disturbance);
    devices_.write(SLT_REG_DOORBELL_OFFSET, 1);
    during(disturbance);
    finish();
    devices_.clear_errors();
    devices_.set_stalls(std::nullopt);
  }

  [[nodiscard]] Cycles length() const { return length_; }
  [[nodiscard]] std::uint32_t cause() const { return cause_; }

 private:
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }

  void prepare() {
    devices_.write_memory(program_.flash_base, program_.flash);
    std::vector<std::uint8_t> arena(program_.sram_bytes);
    for (std::uint8_t& byte : arena) byte = static_cast<std::uint8_t>(random_());
    devices_.write_memory(program_.sram_base, arena);
    devices_.write(SLT_REG_IRQ_ENABLE_OFFSET, 3);
    devices_.write(SLT_REG_WIN0_BASE_OFFSET, hw_.flash.base);
    devices_.write(SLT_REG_WIN0_LAST_OFFSET, hw_.flash.base + hw_.flash.bytes - 1);
    devices_.write(SLT_REG_WIN1_BASE_OFFSET, hw_.sram.base);
    devices_.write(SLT_REG_WIN1_LAST_OFFSET, hw_.sram.base + hw_.sram.bytes - 1);
    devices_.write(SLT_REG_STREAM_ADDR_OFFSET, job_.stream_address);
    devices_.write(SLT_REG_STREAM_BYTES_OFFSET, stream_bytes());
  }

  [[nodiscard]] std::uint32_t stream_bytes() const {
    return static_cast<std::uint32_t>(job_.commands.size() * isa::kCommandBytes);
  }

  // A byte that some st moves, or some ld or st.
  std::uint32_t address_in_sram(bool st_only) {
    std::vector<std::uint32_t> addresses;
    for (const isa::Command& command : job_.commands) {
      const isa::AnyCommand decoded = isa::decode(command);
      const auto add = [&](const auto& transfer) {
        if (transfer.mem_addr >= program_.sram_base)
          addresses.push_back(static_cast<std::uint32_t>(transfer.mem_addr + transfer.row_bytes - 1));
      };
      if (const auto* ld = std::get_if<isa::Ld>(&decoded); ld != nullptr && !st_only) add(*ld);
      if (const auto* st = std::get_if<isa::St>(&decoded)) add(*st);
    }
    return addresses.at(draw(addresses.size()));
  }

  AxiResponse response() { return draw(2) == 0 ? AxiResponse::kSlaveError : AxiResponse::kDecodeError; }

  void before(Disturbance disturbance) {
    switch (disturbance) {
      case Disturbance::kBusErrorInFlash:
        for (std::uint64_t i = 0; i <= draw(3); ++i)
          devices_.inject_error(program_.flash_base + static_cast<std::uint32_t>(draw(program_.flash.size())),
                                response());
        break;
      case Disturbance::kBusErrorInSram:
        for (std::uint64_t i = 0; i <= draw(3); ++i) devices_.inject_error(address_in_sram(false), response());
        break;
      case Disturbance::kBusErrorOnWrite:
        devices_.inject_error(address_in_sram(true), response());
        break;
      case Disturbance::kSmallReadWindow:
        devices_.write(SLT_REG_WIN0_LAST_OFFSET,
                       program_.flash_base + static_cast<std::uint32_t>(draw(program_.flash.size())));
        break;
      case Disturbance::kSmallWriteWindow:
        devices_.write(SLT_REG_WIN1_LAST_OFFSET, address_in_sram(true) - 1);
        break;
      case Disturbance::kBadCommand:
        spoil_command();
        break;
      case Disturbance::kShortStream:
        devices_.write(SLT_REG_STREAM_BYTES_OFFSET,
                       static_cast<std::uint32_t>((1 + draw(job_.commands.size() - 1)) * isa::kCommandBytes));
        break;
      case Disturbance::kBadStream:
        if (draw(2) == 0) {
          devices_.write(SLT_REG_STREAM_ADDR_OFFSET, job_.stream_address + 4);
        } else {
          devices_.write(SLT_REG_STREAM_BYTES_OFFSET, draw(2) == 0 ? 0 : stream_bytes() + 4);
        }
        break;
      case Disturbance::kBadLocalAddress:
        spoil_local_address();
        break;
      case Disturbance::kNoInterrupt:
        devices_.write(SLT_REG_IRQ_ENABLE_OFFSET, static_cast<std::uint32_t>(2 * draw(2)));
        break;
      default:
        break;
    }
  }

  void put_command(std::size_t index, const isa::Command& command) {
    std::vector<std::uint8_t> bytes;
    for (const std::uint32_t word : command.w)
      for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    devices_.write_memory(job_.stream_address + static_cast<std::uint32_t>(index * isa::kCommandBytes), bytes);
  }

  void spoil_command() {
    const std::size_t index = draw(job_.commands.size());
    isa::Command command = job_.commands[index];
    switch (draw(3)) {
      case 0:
        command.w[0] = (command.w[0] & ~0x1FU) | (draw(2) == 0 ? 0U : 16U + static_cast<std::uint32_t>(draw(16)));
        break;
      case 1:
        command.w[3] |= 0x80000000U;
        if (isa::legal(command)) command.w[0] &= ~0x1FU;
        break;
      default:
        command.w[0] |= 0x3FFU << 5;  // waits for everybody, itself included
    }
    put_command(index, command);
  }

  void spoil_local_address() {
    for (int attempt = 0; attempt < 1000; ++attempt) {
      const std::size_t index = draw(job_.commands.size());
      isa::AnyCommand command = isa::decode(job_.commands[index]);
      if (auto* ld = std::get_if<isa::Ld>(&command)) {
        ld->dst = (1 << 20) - 16;
      } else if (auto* st = std::get_if<isa::St>(&command)) {
        st->src = hw_.scratchpad_bytes - 1;
        st->row_bytes = 2;
      } else {
        continue;
      }
      put_command(index, isa::encode(command));
      return;
    }
  }

  // A moment in the job, often one of its first or last cycles.
  Cycles moment() {
    switch (draw(4)) {
      case 0:
        return draw(40);
      case 1:
        return length_ - std::min(length_, Cycles{draw(40)});
      default:
        return draw(length_);
    }
  }

  void during(Disturbance disturbance) {
    switch (disturbance) {
      case Disturbance::kBusyWrite: {
        // Not the doorbell: RtlDevice takes it for the start of a job.
        constexpr std::uint32_t kOffsets[] = {SLT_REG_STREAM_ADDR_OFFSET, SLT_REG_STREAM_BYTES_OFFSET,
                                              SLT_REG_WIN0_BASE_OFFSET,   SLT_REG_WIN0_LAST_OFFSET,
                                              SLT_REG_WIN1_BASE_OFFSET,   SLT_REG_WIN1_LAST_OFFSET};
        devices_.advance(moment());
        devices_.write(kOffsets[draw(std::size(kOffsets))], static_cast<std::uint32_t>(random_()));
        break;
      }
      case Disturbance::kSoftReset:
        devices_.advance(moment());
        devices_.write(SLT_REG_CTRL_OFFSET, 1);
        if (draw(3) == 0) devices_.write(SLT_REG_CTRL_OFFSET, 1);
        if (draw(3) == 0) devices_.write(SLT_REG_WIN1_LAST_OFFSET, hw_.sram.base + hw_.sram.bytes - 1);
        break;
      case Disturbance::kReadsWhileBusy:
        devices_.advance(moment());
        for (std::uint64_t i = 0; i <= draw(3); ++i) {
          devices_.compare_registers();
          devices_.write(SLT_REG_IRQ_STATUS_OFFSET, 3);
          devices_.write(SLT_REG_STATUS_OFFSET, 7);  // read-only
          devices_.advance(draw(length_ / 4 + 1));
        }
        break;
      default:
        break;
    }
  }

  void finish() {
    for (int i = 0; i < 100; ++i) {
      if (devices_.advance_until_irq(length_)) break;
      if ((devices_.read(SLT_REG_STATUS_OFFSET) & SLT_REG_STATUS_BUSY_MASK) == 0) break;
    }
    // Without an interrupt the trace goes on until it is taken.
    devices_.advance(draw(30));
    devices_.compare_registers();
    const Trace trace = devices_.compare_traces(job_.commands);
    length_of_last_ = trace.cycles;
    devices_.compare_registers();
    devices_.compare_memories();
    cause_ = devices_.read(SLT_REG_ERROR_CAUSE_OFFSET);
    EXPECT_EQ(devices_.read(SLT_REG_STATUS_OFFSET) & SLT_REG_STATUS_BUSY_MASK, 0U);
    if (draw(2) == 0) devices_.write(SLT_REG_CTRL_OFFSET, 1);
    devices_.write(SLT_REG_IRQ_STATUS_OFFSET, 3);
  }

  test::DevicePair& devices_;
  const HwConfig& hw_;
  const Program& program_;
  const JobStep& job_;
  std::mt19937_64 random_;
  Cycles length_ = 20'000;
  Cycles length_of_last_ = 0;
  std::uint32_t cause_ = 0;
};

class FaultLockstepTest : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(FaultLockstepTest, DisturbedJobsAreEqual) {
  const auto& [model, config_name] = GetParam();
  const HwConfig hw = test::test_config(config_name);
  const Graph graph = import_tflite(find_model(std::string(model) + "_embedded"));
  Program program = map_network(graph, hw, {.keep_all_tensors = true});
  program.flash = build_network_image(graph, program, Rounding::kDouble).flash;
  const auto* job = std::get_if<JobStep>(&program.steps.front());
  ASSERT_NE(job, nullptr);

  test::DevicePair devices(hw);
  DisturbedJob undisturbed(devices, hw, program, *job, 1);
  undisturbed.measure();
  ASSERT_EQ(undisturbed.cause(), 0U);

  const std::uint64_t first_seed = setting("SYSTOLITE_RANDOM_SEED", 1);
  const std::uint64_t cases = setting("SYSTOLITE_RANDOM_CASES", 42);
  std::map<std::uint32_t, int> causes;
  for (std::uint64_t seed = first_seed; seed < first_seed + cases; ++seed) {
    const auto disturbance = static_cast<Disturbance>(seed % static_cast<std::uint64_t>(Disturbance::kCount));
    SCOPED_TRACE("SYSTOLITE_RANDOM_SEED=" + std::to_string(seed) + ", disturbance " +
                 std::to_string(static_cast<int>(disturbance)));
    try {
      DisturbedJob disturbed(devices, hw, program, *job, seed);
      disturbed.run(disturbance, undisturbed.length());
      ++causes[disturbed.cause()];
      if (seed % 4 == 0) {  // the device works as before
        DisturbedJob again(devices, hw, program, *job, seed);
        again.measure();
        ASSERT_EQ(again.cause(), 0U);
        ASSERT_EQ(again.length(), undisturbed.length());
      }
    } catch (const std::exception& error) {
      FAIL() << error.what();
    }
  }
  for (const auto& [cause, count] : causes)
    std::printf("%s: %d\n", std::string(isa::name(static_cast<isa::ErrorCause>(cause))).c_str(), count);
  if (cases >= 42) {
    EXPECT_EQ(causes.size(), 9U) << "an error cause never occurred";
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, FaultLockstepTest,
                         testing::Combine(testing::Values("kws", "sww"),
                                          testing::Values("base_16x16", "tiny_4x4", "rect_8x16")),
                         [](const auto& param_info) {
                           return std::string(std::get<0>(param_info.param)) + "_" + std::get<1>(param_info.param);
                         });

}  // namespace
}  // namespace systolite
