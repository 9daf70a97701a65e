// SPDX-License-Identifier: Apache-2.0
// Where the RTL and everything else that goes into a simulation library comes from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace systolite {

// Folders of an installation: `home` holds hw/rtl, sim/rtl and configs; `generated` the generated packages.
struct RtlHome {
  std::filesystem::path home;
  std::filesystem::path generated;
};

// $SYSTOLITE_HOME (with the generated packages in $SYSTOLITE_HOME/generated, if that folder exists), else those of an
// installation (sim/core/installation.h), else the source and build folders this program was compiled from.
[[nodiscard]] RtlHome find_rtl_home();

struct SourceFile {
  std::string name;  // file name without folders
  std::string text;
};

// Everything that is compiled for one configuration, besides its parameters.
struct RtlSources {
  std::vector<SourceFile> verilog;   // in compilation order, generated packages first
  std::vector<SourceFile> controls;  // Verilator control files (.vlt)
  std::vector<SourceFile> headers;   // .svh, included by the Verilog
  std::vector<SourceFile> wrapper;   // C and C++ files around the Verilated model
};

// Reads hw/rtl/files.f (one path a line, relative to its folder; '#' and '//' start comments; +incdir+ and options are
// ignored), every .svh below hw/rtl, the generated package and the wrapper. Throws Error(kTool) naming the file that is
// missing.
[[nodiscard]] RtlSources read_rtl_sources(const RtlHome& home);

}  // namespace systolite
