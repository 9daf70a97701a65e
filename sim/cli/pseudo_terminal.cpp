// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/pseudo_terminal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "sim/core/error.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kLookAgainMs = 20;  // for a client, of whose arrival nothing tells

[[noreturn]] void refuse(const char* what) {
  throw Error(ExitCode::kTool, fmt::format("Cannot {} a pseudo-terminal: {}.", what, std::strerror(errno)));
}

// The settings stay as long as the master side is open.
void make_raw(const std::string& path) {
  const int slave = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) refuse("open the other side of");
  termios settings{};
  const bool done = ::tcgetattr(slave, &settings) == 0;
  ::cfmakeraw(&settings);
  const bool set = done && ::tcsetattr(slave, TCSANOW, &settings) == 0;
  ::close(slave);
  if (!set) refuse("set up");
}

void make_link(const fs::path& link, const std::string& path) {
  std::error_code failed;
  if (fs::is_symlink(fs::symlink_status(link, failed))) fs::remove(link, failed);
  fs::create_symlink(path, link, failed);
  if (failed)
    throw Error(ExitCode::kData, fmt::format("Cannot make the link {}: {}.", link.string(), failed.message()));
}

short events(int master, short wanted, int timeout_ms) {
  pollfd port{.fd = master, .events = wanted, .revents = 0};
  if (::poll(&port, 1, timeout_ms) < 0 && errno != EINTR) refuse("wait for");
  return port.revents;
}

// For the handler of a signal that ends the process; a copy, because it may come at any time.
std::array<char, 4096> link_to_remove{};

void end_by_signal(int signal_number) {
  if (link_to_remove[0] != '\0') ::unlink(link_to_remove.data());
  ::_exit(128 + signal_number);
}

void remove_link_at_end(const fs::path& link) {
  const std::string text = link.string();
  if (text.size() >= link_to_remove.size())
    throw Error(ExitCode::kData, fmt::format("The name of the link {} is too long.", text));
  std::memcpy(link_to_remove.data(), text.c_str(), text.size() + 1);
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal_number, end_by_signal);
}

}  // namespace

PseudoTerminal::PseudoTerminal(fs::path link) : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  if (master_ < 0) refuse("open");
  try {
    std::array<char, 128> slave{};
    if (::grantpt(master_) != 0 || ::unlockpt(master_) != 0 || ::ptsname_r(master_, slave.data(), slave.size()) != 0)
      refuse("open");
    path_ = slave.data();
    make_raw(path_);
    if (::fcntl(master_, F_SETFL, O_NONBLOCK) != 0) refuse("set up");
    if (!link.empty()) {
      remove_link_at_end(fs::absolute(link));
      make_link(link, path_);
    }
    link_ = std::move(link);
  } catch (...) {
    ::close(master_);
    throw;
  }
}

PseudoTerminal::~PseudoTerminal() {
  ::close(master_);
  if (link_.empty()) return;
  std::error_code ignored;
  fs::remove(link_, ignored);
  link_to_remove[0] = '\0';
}

bool PseudoTerminal::connected() const { return (events(master_, 0, 0) & POLLHUP) == 0; }

void PseudoTerminal::wait_for_client() const {
  while (!connected()) ::usleep(kLookAgainMs * 1000);
}

std::string PseudoTerminal::read() {
  for (;;) {
    const short ready = events(master_, POLLIN, -1);
    std::array<char, 256> characters;
    const ssize_t count = ::read(master_, characters.data(), characters.size());
    if (count > 0) return {characters.data(), static_cast<std::size_t>(count)};
    if ((ready & POLLHUP) != 0) wait_for_client();  // the last one is gone, and so is what it had not read
  }
}

void PseudoTerminal::write(std::string_view text) {
  while (!text.empty()) {
    if (!connected()) return;
    const ssize_t count = ::write(master_, text.data(), text.size());
    if (count > 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else {
      static_cast<void>(events(master_, POLLOUT, kLookAgainMs));
    }
  }
}

}  // namespace systolite::cli
