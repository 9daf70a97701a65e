// SPDX-License-Identifier: Apache-2.0
// Damaged network images: refused, or harmless when run. With the address sanitizer every stray access is a failure;
// without it, guard bytes around flash and arena find stray writes.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "driver/host/network_image.h"
#include "driver/include/slt_runtime.h"
#include "tests/driver/tiny_network.h"

namespace systolite::test {
namespace {

class NetworkFuzzTest : public testing::Test {
 protected:
  void SetUp() override {
    graph_ = tiny_graph();
    built_ = build_network_image(graph_, processor_program(graph_, false));
  }

  // Loads and, if accepted, runs `image` in memory of the size it asks for, at most 1 MiB. Returns whether it was
  // accepted.
  bool survive(const std::vector<std::uint8_t>& image) {
    const auto bytes = static_cast<std::uint32_t>(image.size());
    if (slt_network_check(image.data(), bytes, nullptr) != kSltOk) return false;
    const slt_network_header_t header = header_of(image);
    constexpr std::uint32_t kMost = 1U << 20;
    if (header.arena_bytes > kMost || header.flash_bytes > kMost) return false;
    GuardedMemory flash(header.flash_bytes, built_.flash);
    GuardedMemory arena(header.arena_bytes);
    const slt_memory_t memory = {flash.data(), header.flash_base, header.flash_bytes,
                                 arena.data(), header.arena_base, header.arena_bytes};
    slt_network_t net;
    if (slt_network_load(&net, image.data(), bytes, &memory, nullptr) != kSltOk) return false;
    EXPECT_EQ(slt_network_run(&net, nullptr, nullptr, nullptr), kSltOk);
    EXPECT_TRUE(flash.guards_intact());
    EXPECT_TRUE(arena.guards_intact());
    return true;
  }

  Graph graph_;
  NetworkImage built_;
};

TEST_F(NetworkFuzzTest, TheUndamagedImageRuns) { EXPECT_TRUE(survive(built_.image)); }

TEST_F(NetworkFuzzTest, EveryTruncationIsRefused) {
  for (std::size_t bytes = 0; bytes < built_.image.size(); ++bytes) {
    // An allocation of exactly this size, so that the sanitizer sees a read past it.
    std::vector<std::uint32_t> part((bytes + 3) / 4 + 1);
    std::memcpy(part.data(), built_.image.data(), bytes);
    std::uint32_t bad_step = 7;
    EXPECT_EQ(slt_network_check(part.data(), static_cast<std::uint32_t>(bytes), &bad_step), kSltBadImage) << bytes;
    EXPECT_EQ(bad_step, SLT_NO_STEP);
  }
}

TEST_F(NetworkFuzzTest, TrailingBytesAreIgnored) {
  auto image = built_.image;
  image.resize(image.size() + 8);
  EXPECT_TRUE(survive(image));
}

TEST_F(NetworkFuzzTest, EveryWordTakesEveryInterestingValue) {
  int accepted = 0;
  int refused = 0;
  for (std::size_t at = 0; at < built_.image.size(); at += 4) {
    std::uint32_t original;
    std::memcpy(&original, built_.image.data() + at, 4);
    for (const std::uint32_t value : {0U,
                                      1U,
                                      2U,
                                      3U,
                                      4U,
                                      255U,
                                      32767U,
                                      32768U,
                                      65536U,
                                      0x7FFFFFFFU,
                                      0x80000000U,
                                      0x80000001U,
                                      0xFFFFFF80U,
                                      0xFFFFFFFCU,
                                      0xFFFFFFFFU,
                                      original - 16,
                                      original - 4,
                                      original - 1,
                                      original + 1,
                                      original + 4,
                                      original + 16,
                                      original * 2,
                                      ~original,
                                      kSramBase,
                                      kFlashBase,
                                      kSramBase - 4,
                                      kFlashBase - 4}) {
      auto image = built_.image;
      std::memcpy(image.data() + at, &value, 4);
      survive(image) ? ++accepted : ++refused;
    }
  }
  EXPECT_GT(accepted, 100);
  EXPECT_GT(refused, 1000);
}

TEST_F(NetworkFuzzTest, SeveralRandomBytesAtOnce) {
  std::mt19937 random(20240);
  std::uniform_int_distribution<std::size_t> where(0, built_.image.size() - 1);
  std::uniform_int_distribution<int> byte(0, 255);
  std::uniform_int_distribution<int> count(1, 4);
  for (int i = 0; i < 20000; ++i) {
    auto image = built_.image;
    for (int n = count(random); n > 0; --n) image[where(random)] = static_cast<std::uint8_t>(byte(random));
    survive(image);
  }
}

TEST_F(NetworkFuzzTest, TheFaultyStepIsNamed) {
  auto image = built_.image;
  const slt_network_header_t header = header_of(image);
  const std::uint32_t kind = kSltStepKinds;
  std::memcpy(image.data() + header.steps_offset + 5 * sizeof(slt_network_step_t), &kind, 4);
  std::uint32_t bad_step = 0;
  EXPECT_EQ(slt_network_check(image.data(), static_cast<std::uint32_t>(image.size()), &bad_step), kSltBadImage);
  EXPECT_EQ(bad_step, 5U);
}

// Changes fields of the record of one step.
template <class Record, class Change>
std::vector<std::uint8_t> with_record(std::vector<std::uint8_t> image, std::uint32_t step_index, Change change) {
  slt_network_step_t step;
  std::memcpy(&step, image.data() + header_of(image).steps_offset + step_index * sizeof(step), sizeof(step));
  Record record;
  std::memcpy(&record, image.data() + step.record_offset, sizeof(record));
  change(record);
  std::memcpy(image.data() + step.record_offset, &record, sizeof(record));
  return image;
}

TEST_F(NetworkFuzzTest, AnOutputThatOverlapsItsInputIsRefused) {
  EXPECT_FALSE(survive(with_record<slt_conv2d_record_t>(built_.image, 0, [](auto& r) { r.output = r.input; })));
  EXPECT_FALSE(survive(with_record<slt_add_record_t>(built_.image, 2, [](auto& r) { r.output = r.input1 + 1; })));
  EXPECT_FALSE(survive(with_record<slt_softmax_record_t>(built_.image, 7, [](auto& r) { r.output = r.input - 1; })));
}

TEST_F(NetworkFuzzTest, InPlaceIsAllowedWhereTheKernelAllowsIt) {
  EXPECT_TRUE(survive(with_record<slt_add_record_t>(built_.image, 2, [](auto& r) { r.output = r.input1; })));
  EXPECT_TRUE(survive(with_record<slt_copy_record_t>(built_.image, 5, [](auto& r) { r.output = r.input; })));
  EXPECT_TRUE(survive(with_record<slt_softmax_record_t>(built_.image, 7, [](auto& r) { r.output = r.input; })));
}

TEST_F(NetworkFuzzTest, TablesMustLieInFlash) {
  EXPECT_FALSE(survive(with_record<slt_conv2d_record_t>(built_.image, 0, [](auto& r) { r.shifts = kSramBase; })));
  EXPECT_FALSE(survive(with_record<slt_conv2d_record_t>(built_.image, 0, [](auto& r) { r.multipliers += 1; })));
  EXPECT_FALSE(survive(with_record<slt_conv2d_record_t>(built_.image, 0, [](auto& r) { r.bias = kSramBase; })));
  EXPECT_TRUE(survive(with_record<slt_conv2d_record_t>(built_.image, 0, [](auto& r) { r.bias = SLT_NO_ADDRESS; })));
  EXPECT_FALSE(survive(with_record<slt_conv2d_record_t>(built_.image, 0, [](auto& r) { r.weights = SLT_NO_ADDRESS; })));
}

TEST_F(NetworkFuzzTest, OutputsMustLieInTheArena) {
  EXPECT_FALSE(survive(with_record<slt_copy_record_t>(built_.image, 5, [](auto& r) { r.output = kFlashBase; })));
}

TEST(NetworkJobTest, StreamsAreAlignedAndInFlash) {
  const Graph graph = tiny_graph();
  const auto image = build_network_image(graph, processor_program(graph, true)).image;
  const auto check = [&](auto change) {
    const auto changed = with_record<slt_job_record_t>(image, 0, change);
    return slt_network_check(changed.data(), static_cast<std::uint32_t>(changed.size()), nullptr);
  };
  EXPECT_EQ(check([](auto&) {}), kSltOk);
  EXPECT_EQ(check([](auto& r) { r.stream_address += 8; }), kSltBadImage);
  EXPECT_EQ(check([](auto& r) { r.stream_address -= 16; }), kSltBadImage);
  EXPECT_EQ(check([](auto& r) { r.stream_address = kSramBase; }), kSltBadImage);
  EXPECT_EQ(check([](auto& r) { r.stream_bytes = 0; }), kSltBadImage);
  EXPECT_EQ(check([](auto& r) { r.stream_bytes = 24; }), kSltBadImage);
  EXPECT_EQ(check([](auto& r) { r.stream_bytes = 1U << 20; }), kSltBadImage);
}

}  // namespace
}  // namespace systolite::test
