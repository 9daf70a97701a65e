// SPDX-License-Identifier: Apache-2.0
// The one error type of the libraries and the exit codes of the command line.
#pragma once

#include <stdexcept>
#include <string>

namespace systolite {

// Process exit codes; 0 is success.
enum class ExitCode : int {
  kInternal = 1,  // a defect of Systolite itself
  kUsage = 2,     // command line
  kModel = 3,     // model file: damaged, unsupported, or too large for the device
  kConfig = 4,    // hardware description
  kMismatch = 5,  // a comparison found a difference
  kData = 6,      // input, golden or output file
  kDevice = 7,    // the simulated device reported an error or did not finish
  kTool = 8,      // a needed tool (Verilator, compiler) is missing or failed
  kProgram = 9,   // a program on the simulated processor failed: fault, lock-up, no end, exit code other than 0
};

// A refused request. The text is one sentence that names the file, key or operator, the value, and what would be right.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

}  // namespace systolite
