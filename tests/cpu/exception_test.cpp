// SPDX-License-Identifier: Apache-2.0
// Exceptions, as the scenarios of firmware/exceptions.c tell them, against DDI 0403, B1.5 and B3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/cpu/snippet.h"

namespace systolite::cpu::test {
namespace {

using testing::ElementsAre;

class Scenarios {
 public:
  explicit Scenarios(const std::string& core_name) : Scenarios(core_named(core_name)) {}
  explicit Scenarios(const CoreConfig& core)
      : image_(load_elf(program("exceptions", core.name))), board_(core, profile_named("ideal"), bus_) {
    cpu().on_mark([this](const Mark& mark) { (mark.port == 1 ? steps : values).push_back(mark); });
    board_.load(image_);
    EXPECT_EQ(cpu().run(100000).reason, StopReason::kBreakpoint);
  }

  Cpu& cpu() { return board_.cpu(); }

  // Starts a scenario and runs it until it returns, sleeps, or takes 100,000 cycles.
  Stop run(const std::string& name) {
    Registers registers = cpu().registers();
    registers.r[15] = find_symbol(image_, name).address;
    registers.r[14] = find_symbol(image_, "finished").address | 1U;
    cpu().set_registers(registers);
    steps.clear();
    values.clear();
    return cpu().run(cpu().cycle() + 100000);
  }
  [[nodiscard]] std::vector<std::uint32_t> step_numbers() const { return numbers(steps); }
  [[nodiscard]] std::vector<std::uint32_t> value_numbers() const { return numbers(values); }

  std::vector<Mark> steps;
  std::vector<Mark> values;

 private:
  static std::vector<std::uint32_t> numbers(const std::vector<Mark>& marks) {
    std::vector<std::uint32_t> result;
    for (const Mark& mark : marks) result.push_back(mark.value);
    return result;
  }

  EmptyBus bus_;
  ElfImage image_;
  Board board_;
};

class ExceptionTest : public testing::TestWithParam<const char*> {
 protected:
  Scenarios scenarios_{GetParam()};
};
class FaultTest : public ExceptionTest {};

INSTANTIATE_TEST_SUITE_P(Cores, ExceptionTest,
                         testing::Values("cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"),
                         core_test_name);
INSTANTIATE_TEST_SUITE_P(Cores, FaultTest, testing::Values("cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"),
                         core_test_name);

TEST_P(ExceptionTest, SupervisorCallChangesOnlyWhatItsHandlerStacks) {
  EXPECT_EQ(scenarios_.run("supervisor_call").reason, StopReason::kBreakpoint);
  EXPECT_THAT(scenarios_.value_numbers(), ElementsAre(42, 7));
}

TEST_P(ExceptionTest, HigherPriorityPreemptsAHandler) {
  scenarios_.run("preemption");
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(1, 10, 20, 21, 11, 2));
}

TEST_P(ExceptionTest, SamePriorityWaitsForTheHandlerToEnd) {
  scenarios_.run("no_preemption");
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(1, 10, 11, 20, 21, 2));
}

TEST_P(ExceptionTest, MaskHoldsBackUntilItIsLifted) {
  scenarios_.run("masked");
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(1, 20, 21, 10, 11, 2));
}

TEST_P(ExceptionTest, PendedServiceComesAfterInterruptsOfHigherPriority) {
  scenarios_.run("pend_service");
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(10, 11, 30, 2));
}

TEST_P(ExceptionTest, TimerWakesFromSleepEveryThousandCycles) {
  EXPECT_EQ(scenarios_.run("timer_ticks").reason, StopReason::kBreakpoint);
  ASSERT_EQ(scenarios_.steps.size(), 4U);
  for (std::size_t k = 2; k < 4; ++k) EXPECT_EQ(scenarios_.steps[k].cycle - scenarios_.steps[k - 1].cycle, 1000U);
  EXPECT_GT(scenarios_.cpu().counters().sleep_cycles, 3000U);
}

TEST_P(ExceptionTest, LineWakesFromSleepAndIsServed) {
  const Stop stop = scenarios_.run("sleep_for_interrupt");
  ASSERT_EQ(stop.reason, StopReason::kSleep);
  EXPECT_TRUE(scenarios_.cpu().sleeping());
  const std::uint64_t wake = stop.cycle + 12345;
  scenarios_.cpu().advance_to(wake);
  scenarios_.cpu().set_irq(2, true);
  while (scenarios_.steps.size() < 2) scenarios_.cpu().run(scenarios_.cpu().cycle() + 1);
  scenarios_.cpu().set_irq(2, false);
  EXPECT_EQ(scenarios_.cpu().run(kForever).reason, StopReason::kBreakpoint);
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(1, 50, 2));
  EXPECT_EQ(scenarios_.cpu().counters().sleep_cycles, 12345U);
}

TEST_P(ExceptionTest, LineWakesAlsoWhenMaskedButIsServedLater) {
  ASSERT_EQ(scenarios_.run("wake_masked").reason, StopReason::kSleep);
  scenarios_.cpu().set_irq(2, true);
  const std::uint64_t start = scenarios_.cpu().cycle();
  scenarios_.cpu().run(start + 8);
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(1, 2));
  while (scenarios_.steps.size() < 3) scenarios_.cpu().run(scenarios_.cpu().cycle() + 1);
  scenarios_.cpu().set_irq(2, false);
  scenarios_.cpu().run(kForever);
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(1, 2, 50, 3));
}

TEST_P(ExceptionTest, LineThatStaysHighIsServedAgain) {
  ASSERT_EQ(scenarios_.run("sleep_for_interrupt").reason, StopReason::kSleep);
  scenarios_.cpu().set_irq(2, true);
  while (scenarios_.steps.size() < 4) scenarios_.cpu().run(scenarios_.cpu().cycle() + 1);
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(1, 50, 50, 50));
}

TEST_P(ExceptionTest, EntryReturnAndTailChainTakeWhatTheTableSays) {
  const auto cycles_with = [](int CoreTiming::*member, int more) {
    CoreConfig core = core_named(GetParam());
    core.timing.*member += more;
    Scenarios scenarios(core);
    const std::uint64_t start = scenarios.cpu().cycle();
    scenarios.run("masked");  // one entry, one tail-chain, one return
    return scenarios.cpu().cycle() - start;
  };
  for (int CoreTiming::*member : {&CoreTiming::exception_entry, &CoreTiming::exception_return, &CoreTiming::tail_chain})
    EXPECT_EQ(cycles_with(member, 7), cycles_with(member, 0) + 7);
}

TEST_P(ExceptionTest, UndefinedInstructionWithoutItsOwnHandlerIsAHardFault) {
  scenarios_.run("undefined_instruction");
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(63));
  ASSERT_TRUE(scenarios_.cpu().last_fault().has_value());
  EXPECT_EQ(scenarios_.cpu().last_fault()->cause, "undefined instruction 0x0000de00");
}

TEST_P(ExceptionTest, FaultWithoutAStackLocksUpWithASentence) {
  const Stop stop = scenarios_.run("fault_in_fault");
  EXPECT_EQ(stop.reason, StopReason::kLockup);
  EXPECT_THAT(stop.message, testing::HasSubstr("stack overflow, an exception's frame does not fit at 0x5fffffe0"));
  EXPECT_EQ(scenarios_.cpu().run(kForever).reason, StopReason::kLockup) << "it stays so";
}

TEST_P(ExceptionTest, StopOnFaultsLeavesTheInstructionToBeMetAgain) {
  scenarios_.cpu().stop_on_faults(true);
  const Stop stop = scenarios_.run("load_from_nowhere");
  EXPECT_EQ(stop.reason, StopReason::kFault);
  EXPECT_THAT(stop.message, testing::HasSubstr("load from 0x60000000, where nothing is"));
  scenarios_.cpu().stop_on_faults(false);
  EXPECT_EQ(scenarios_.cpu().run(kForever).reason, StopReason::kBreakpoint);
  EXPECT_EQ(scenarios_.steps.size(), 1U);
}

TEST_P(FaultTest, PriorityMaskHoldsBackWhatIsNotAboveIt) {
  scenarios_.run("priority_mask");
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(20, 21, 1, 10, 11, 2));
}

TEST_P(FaultTest, EachFaultHasItsHandlerAndStatus) {
  const struct {
    const char* scenario;
    std::uint32_t handler, status;
  } kCases[] = {{"undefined_instruction", 66, 1U << 16}, {"load_from_nowhere", 65, 1U << 9 | 1U << 15},
                {"divide_by_zero", 66, 1U << 25},        {"unaligned_trap", 66, 1U << 24},
                {"unaligned_pair", 66, 1U << 24},        {"execute_device", 64, 1U << 0},
                {"branch_to_arm", 66, 1U << 17}};
  scenarios_.run("enable_faults");
  for (const auto& [scenario, handler, status] : kCases) {
    EXPECT_EQ(scenarios_.run(scenario).reason, StopReason::kBreakpoint) << scenario;
    EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(handler)) << scenario;
    ASSERT_EQ(scenarios_.values.size(), 3U) << scenario;
    EXPECT_EQ(scenarios_.values[0].value, status) << scenario;
    EXPECT_EQ(scenarios_.values[1].value, 0U) << scenario << ": not escalated";
  }
  scenarios_.run("load_from_nowhere");
  EXPECT_EQ(scenarios_.values[2].value, 0x60000000U);
}

TEST_P(FaultTest, DisabledFaultsEscalateAndSaySo) {
  scenarios_.run("load_from_nowhere");
  EXPECT_THAT(scenarios_.step_numbers(), ElementsAre(63));
  EXPECT_EQ(scenarios_.values[0].value, 1U << 9 | 1U << 15);
  EXPECT_EQ(scenarios_.values[1].value, 1U << 30);
}

TEST_P(FaultTest, CycleCounterCountsCycles) {
  scenarios_.run("count_cycles");
  ASSERT_EQ(scenarios_.values.size(), 1U);
  // Two loads of the counter and four instructions between them, of which M7 starts two a cycle.
  EXPECT_GE(scenarios_.values[0].value, 3U);
  EXPECT_LE(scenarios_.values[0].value, 8U);
}

}  // namespace
}  // namespace systolite::cpu::test
