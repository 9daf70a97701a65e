// SPDX-License-Identifier: Apache-2.0
#include "mapper/tflite/window.h"

#include <gtest/gtest.h>

namespace systolite {
namespace {

void expect_span(const WindowSpan& span, std::int64_t outputs, std::int64_t before, std::int64_t after) {
  EXPECT_EQ(span.outputs, outputs);
  EXPECT_EQ(span.before, before);
  EXPECT_EQ(span.after, after);
}

TEST(WindowSpanTest, SameKeepsTheSizeAtStrideOne) {
  expect_span(window_span(PaddingRule::kSame, 10, 3, 1, 1), 10, 1, 1);
}

TEST(WindowSpanTest, SamePutsTheOddBorderAfter) {
  expect_span(window_span(PaddingRule::kSame, 32, 3, 2, 1), 16, 0, 1);
  expect_span(window_span(PaddingRule::kSame, 49, 10, 2, 1), 25, 4, 5);
}

TEST(WindowSpanTest, SameNeedsNoBorderWhenTheStrideExceedsTheKernel) {
  expect_span(window_span(PaddingRule::kSame, 10, 1, 3, 1), 4, 0, 0);
}

TEST(WindowSpanTest, DilationWidensTheWindow) {
  expect_span(window_span(PaddingRule::kSame, 13, 3, 1, 2), 13, 2, 2);
  expect_span(window_span(PaddingRule::kValid, 14, 3, 1, 3), 8, 0, 0);
}

TEST(WindowSpanTest, ValidDropsWhatDoesNotFillAWindow) {
  expect_span(window_span(PaddingRule::kValid, 30, 3, 1, 1), 28, 0, 0);
  expect_span(window_span(PaddingRule::kValid, 11, 2, 2, 1), 5, 0, 0);
}

TEST(WindowSpanTest, ValidHasNoOutputWhenTheWindowIsLargerThanTheInput) {
  for (std::int64_t stride = 1; stride < 5; ++stride) {
    EXPECT_LE(window_span(PaddingRule::kValid, 4, 5, stride, 1).outputs, 0) << stride;
  }
  EXPECT_EQ(window_span(PaddingRule::kValid, 5, 5, 7, 1).outputs, 1);
}

}  // namespace
}  // namespace systolite
