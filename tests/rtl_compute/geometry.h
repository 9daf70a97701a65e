// SPDX-License-Identifier: Apache-2.0
// The hardware parameters this test was built for (macros from CMake) and the two command sequences under test.
#pragma once

#include <vector>

#include "slt_isa.hpp"

namespace systolite::rtl_compute {

inline constexpr int kRows = SLT_ROWS;
inline constexpr int kCols = SLT_COLS;
inline constexpr bool kDepthwise = SLT_DEPTHWISE != 0;
inline constexpr bool kWeightStationary = SLT_WEIGHT_STATIONARY != 0;
inline constexpr bool kOutputStationary = SLT_OUTPUT_STATIONARY != 0;
inline constexpr int kAccEntries = SLT_ACC_ENTRIES;  // per half
inline constexpr int kSpmWord = SLT_SPM_WORD;
inline constexpr int kSpmBytes = SLT_SPM_BYTES;
inline constexpr int kBankBytes = SLT_BANK_BYTES;
inline constexpr int kWbufBytes = SLT_WBUF_BYTES;
inline constexpr int kBuses = 3;

// A command and the cycle, counted from the start of the program, from which on it may be popped.
struct TimedCommand {
  isa::Command command;
  long arrival;
};

struct ComputeProgram {
  std::vector<TimedCommand> mm;
  std::vector<TimedCommand> wl;
};

}  // namespace systolite::rtl_compute
