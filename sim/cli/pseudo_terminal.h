// SPDX-License-Identifier: Apache-2.0
// A serial port that other programs open like that of a board: the master side of a pseudo-terminal.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace systolite::cli {

class PseudoTerminal {
 public:
  // Characters pass unchanged: no echo, no translation of line ends. `link`: if not empty, a symbolic link to the port
  // is made there; an old link is replaced, any other file is not. Throws Error(kTool) without a pseudo-terminal,
  // Error(kData) for the link.
  explicit PseudoTerminal(std::filesystem::path link);
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;
  ~PseudoTerminal();  // removes the link

  // What clients open, such as "/dev/pts/3".
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  // Whether a client has the port open.
  [[nodiscard]] bool connected() const;
  // Returns when a client has the port open.
  void wait_for_client() const;
  // The next characters, at least one; waits for them, and for clients to come and go.
  [[nodiscard]] std::string read();
  // To the client; waits while it is slow. Without a client the characters are lost, as on a wire.
  void write(std::string_view text);

 private:
  int master_;
  std::string path_;
  std::filesystem::path link_;
};

}  // namespace systolite::cli
