// SPDX-License-Identifier: Apache-2.0
// systolite_params FILE.yaml: prints slt_params_pkg.sv of a hardware description, for lint and other tools.
#include <cstdio>
#include <exception>

#include "sim/core/error.h"
#include "sim/core/hw_config.h"

int main(int argc, char** argv) {
  using systolite::ExitCode;
  if (argc != 2) {
    std::fprintf(stderr, "usage: systolite_params FILE.yaml\n");
    return static_cast<int>(ExitCode::kUsage);
  }
  try {
    std::fputs(systolite::load_hw_config(argv[1]).params_package().c_str(), stdout);
    return 0;
  } catch (const systolite::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "internal error: %s\n", error.what());
    return static_cast<int>(ExitCode::kInternal);
  }
}
