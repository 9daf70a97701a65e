// SPDX-License-Identifier: Apache-2.0
#include "sim/firmware/firmware_image.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <system_error>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/core/installation.h"
#include "sim/rtl/rtl_sources.h"
#include "sim/rtl/subprocess.h"

namespace systolite {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLinker = "arm-none-eabi-ld";
constexpr const char* kCopier = "arm-none-eabi-objcopy";

// A folder of its own, gone with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "systolite-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw Error(ExitCode::kTool, fmt::format("Cannot make a temporary folder {}.", pattern));
    path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

std::string symbol(const char* name, std::uint32_t value) { return fmt::format("--defsym={}=0x{:x}", name, value); }

[[noreturn]] void refuse(const std::string& application, const FirmwarePlacement& placement, const std::string& log) {
  std::smatch found;
  static const std::regex overflow("region `(FLASH|RAM)' overflowed by (\\d+) bytes");
  if (std::regex_search(log, found, overflow)) {
    const bool flash = found[1] == "FLASH";
    throw Error(ExitCode::kModel,
                fmt::format("The firmware {} does not fit into the {} bytes of {} that the network leaves: "
                            "{} bytes are missing.",
                            application, flash ? placement.flash_bytes : placement.ram_bytes,
                            flash ? "memory.flash" : "memory.sram", found[2].str()));
  }
  throw Error(ExitCode::kTool, fmt::format("GNU binutils failed to place the firmware {}: {}", application, log));
}

fs::path firmware_folder() {
  const auto installed = installed_home();
  return installed ? *installed / "firmware" : fs::path(SYSTOLITE_FIRMWARE_DIR);
}

// The full name of a program of GNU binutils.
std::string tool(const char* name) {
  const auto found = find_executable(name);
  if (found) return found->string();
  throw Error(ExitCode::kTool,
              fmt::format("{} is not in PATH; it places the firmware (Debian: binutils-arm-none-eabi).", name));
}

}  // namespace

PlacedFirmware place_firmware(const std::string& application, const std::string& core,
                              const FirmwarePlacement& placement) {
  const fs::path image = firmware_folder() / fmt::format("{}-{}.o", application, core);
  if (!fs::exists(image)) {
    throw Error(ExitCode::kTool, fmt::format("There is no firmware {}: Systolite was built without it. Install "
                                             "gcc-arm-none-eabi and build again.",
                                             image.string()));
  }
  const std::string linker = tool(kLinker);
  const std::string copier = tool(kCopier);
  const fs::path script = find_rtl_home().home / "driver/firmware/common/firmware.ld";
  const ScratchFolder folder;
  const fs::path placed = folder.path() / "firmware.elf";
  const fs::path result = folder.path() / "firmware.bin";
  const fs::path log = folder.path() / "log";
  const bool done =
      run_logged(
          {linker, "--gc-sections", symbol("firmware_flash", placement.flash),
           symbol("firmware_flash_bytes", placement.flash_bytes), symbol("firmware_ram", placement.ram),
           symbol("firmware_ram_bytes", placement.ram_bytes), symbol("firmware_stack_bytes", kFirmwareStackBytes),
           symbol("slt_board", placement.board), "-T", script.string(), image.string(), "-o", placed.string()},
          folder.path(), log) == 0 &&
      run_logged({copier, "-O", "binary", placed.string(), result.string()}, folder.path(), log) == 0;
  if (!done) refuse(application, placement, read_text(log, ExitCode::kTool));
  return {read_file(result, ExitCode::kTool), cpu::load_elf(placed)};
}

}  // namespace systolite
