// SPDX-License-Identifier: Apache-2.0
#include "tests/energy/rtl_probe.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace systolite::energy {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  if (text.str().empty()) throw std::runtime_error("cannot read " + file.string());
  return text.str();
}

void replace(std::string& text, const std::string& name, const std::string& value) {
  const auto at = text.find(name);
  if (at == std::string::npos) throw std::runtime_error("the probe has no " + name);
  text.replace(at, name.size(), value);
}

}  // namespace

RtlProbe::RtlProbe(const HwConfig& hw, const fs::path& folder) : counts_(folder / (hw.name + ".counts")) {
  const RtlHome home = find_rtl_home();
  const fs::path copy = folder / hw.name;
  fs::remove_all(copy);
  for (const char* part : {"hw/rtl", "sim/rtl"}) {
    fs::create_directories(copy / part);
    fs::copy(home.home / part, copy / part, fs::copy_options::recursive);
  }
  std::string probe = text_of(fs::path(SYSTOLITE_SOURCE_DIR) / "tests" / "energy" / "activity_probe.sv.in");
  replace(probe, "@FILE@", counts_.string());
  replace(probe, "@FLASH_BASE@", fmt::format("{:08x}", hw.flash.base));
  replace(probe, "@FLASH_END@", fmt::format("{:09x}", std::uint64_t{hw.flash.base} + hw.flash.bytes));
  std::ofstream(copy / "hw" / "rtl" / "slt_activity_probe.sv") << probe;
  std::ofstream(copy / "hw" / "rtl" / "files.f", std::ios::app) << "slt_activity_probe.sv\n";
  build_.home = {copy, home.generated};
  build_.cache = default_rtl_cache();
  build_.progress = [](const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
  };
}

std::vector<RtlProbe::Counts> RtlProbe::jobs() const {
  std::ifstream file(counts_);
  std::vector<Counts> jobs;
  Counts so_far;
  Counts before;
  std::string name;
  for (std::uint64_t count = 0; file >> name >> count;) {
    if (name != "end") {
      so_far[name] = count;
      continue;
    }
    Counts job;
    for (const auto& [event, total] : so_far) job[event] = total - before[event];
    jobs.push_back(job);
    before = so_far;
  }
  return jobs;
}

std::string difference(const RtlProbe::Counts& counted, const Activity& derived) {
  std::string text;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < kEvents; ++i) {
    const auto event = static_cast<Event>(i);
    const auto found = counted.find(name(event));
    if (found == counted.end()) continue;
    ++compared;
    // END goes to no engine's queue.
    const std::uint64_t expected = found->second + (event == Event::kCommand ? 1 : 0);
    if (derived[event] != expected)
      text += fmt::format("{}: the RTL counts {}, derived {}\n", name(event), expected, derived[event]);
  }
  if (compared != counted.size()) text += "the probe counts events under unknown names\n";
  return text;
}

}  // namespace systolite::energy
