// SPDX-License-Identifier: Apache-2.0
// Runs the program as a user does.
#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace systolite::test {

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// `environment`: assignments in front of the command. `arguments`: as typed in a shell.
inline Outcome systolite(const std::filesystem::path& folder, const std::string& arguments,
                         const std::string& environment = "") {
  const std::filesystem::path out = folder / "stdout.txt";
  const std::filesystem::path err = folder / "stderr.txt";
  const std::string command = "cd '" + folder.string() + "' && " + environment + " '" SYSTOLITE_PROGRAM "' " +
                              arguments + " >'" + out.string() + "' 2>'" + err.string() + "' </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out), text_of(err)};
}

}  // namespace systolite::test
