// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.h"
#include "sim/cli/resolve.h"

namespace systolite::cli {

FirmwareOptions firmware_options(const FirmwareArguments& arguments) {
  FirmwareOptions options;
  options.core = cpu::load_core_config(find_core(arguments.core));
  options.profile = cpu::load_profile(find_profile(arguments.profile));
  options.wait = arguments.wait;
  return options;
}

}  // namespace systolite::cli
