// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>

#include "tests/core/temporary_folder.h"

namespace systolite::explore {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string square(PointId point) { return std::to_string(point * point) + std::string(point % 3000, '.'); }

struct Outcome {
  std::map<PointId, std::string> records;
  std::vector<PointId> abandoned;
};

Outcome run(WorkerPool& pool, PointId points) {
  Outcome outcome;
  PointId next = 0;
  outcome.abandoned = pool.run({
      .next = [&]() -> std::optional<PointId> { return next < points ? std::optional(next++) : std::nullopt; },
      .done =
          [&](PointId point, const std::string& record) {
            EXPECT_TRUE(outcome.records.emplace(point, record).second) << point << " twice";
          },
      .pause = [] {},
  });
  return outcome;
}

void expect_all(const Outcome& outcome, PointId points) {
  EXPECT_THAT(outcome.abandoned, IsEmpty());
  ASSERT_EQ(outcome.records.size(), points);
  for (const auto& [point, record] : outcome.records) EXPECT_EQ(record, square(point));
}

TEST(WorkerPoolTest, DoesEveryPointOnce) {
  for (const int workers : {1, 2, 5}) {
    WorkerPool pool(workers, square);
    expect_all(run(pool, 5000), 5000);
    expect_all(run(pool, 3), 3);
    expect_all(run(pool, 0), 0);
  }
}

// Workers die at some points, the first time only, and from outside while they wait.
TEST(WorkerPoolTest, LosesNothingToWorkersThatDie) {
  const TemporaryFolder folder;
  WorkerPool pool(3, [&](PointId point) {
    const std::filesystem::path mark = folder / ("died_" + std::to_string(point)).c_str();
    if (point % 97 == 5 && !std::filesystem::exists(mark)) {
      std::ofstream(mark) << 'x';
      ::kill(::getpid(), point % 2 == 0 ? SIGKILL : SIGSEGV);
    }
    return square(point);
  });
  expect_all(run(pool, 1000), 1000);
}

TEST(WorkerPoolTest, GivesUpOnPointsThatKillEveryWorker) {
  WorkerPool pool(2, [](PointId point) {
    if (point == 40 || point == 77) ::kill(::getpid(), SIGKILL);
    if (point == 90) throw std::runtime_error("unexpected");
    return square(point);
  });
  Outcome outcome = run(pool, 200);
  std::ranges::sort(outcome.abandoned);
  EXPECT_THAT(outcome.abandoned, ElementsAre(40, 77, 90));
  EXPECT_EQ(outcome.records.size(), 197U);
}

TEST(WorkerPoolTest, PassesOnWhatAHandlerThrows) {
  WorkerPool pool(2, square);
  EXPECT_THROW(
      static_cast<void>(pool.run({.next = [] { return std::optional<PointId>(1); },
                                  .done = [](PointId, const std::string&) { throw std::runtime_error("full"); },
                                  .pause = [] {}})),
      std::runtime_error);
}

}  // namespace
}  // namespace systolite::explore
