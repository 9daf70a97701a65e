// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu_differential/qemu.h"

#include "tests/cpu_differential/tools.h"

namespace systolite::cpu_test {

bool has_qemu() { return has_tool("qemu-system-arm"); }

std::string run_on_qemu(const Core& core, const std::filesystem::path& elf, const std::vector<RawFile>& raw) {
  std::string command =
      "cd '" + elf.parent_path().string() + "' && timeout 300 qemu-system-arm -M " + std::string(core.machine);
  for (const std::string_view option : core.machine_options) command += " " + std::string(option);
  command += " -display none -monitor none -serial none -chardev stdio,id=out";
  command += " -semihosting-config enable=on,target=native,chardev=out -kernel '" + elf.filename().string() + "'";
  for (const RawFile& file : raw)
    command += " -device loader,force-raw=on,file='" + file.name + "',addr=" + std::to_string(file.address);
  command += " </dev/null";
  return run_tool(command);
}

}  // namespace systolite::cpu_test
