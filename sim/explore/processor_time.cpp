// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/processor_time.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <functional>
#include <string>

#include "sim/core/error.h"
#include "sim/core/stop_request.h"
#include "sim/cpu/core_config.h"
#include "sim/cpu/profile.h"
#include "sim/session/inputs.h"
#include "sim/session/session.h"

namespace systolite::explore {
namespace {

// What the other process answers.
struct Answer {
  std::uint64_t cycles = 0;
  int code = 0;  // ExitCode of an error, 0: none
  std::array<char, 2000> sentence{};
};

std::uint64_t measure(const Graph& graph, const HwConfig& config, const Product& product, bool drop_constant_channels) {
  SessionOptions options;
  options.backend = Backend::kFast;
  options.drop_constant_channels = drop_constant_channels;
  options.firmware = FirmwareOptions{.core = cpu::load_core_config(product.core),
                                     .profile = cpu::load_profile(product.profile),
                                     .wait = FirmwareWait::kInterrupt};
  Session session(graph, config, options);
  const RunResult result = session.run(random_inputs(graph, kDefaultSeed).tensors);
  Cycles jobs = 0;
  for (const Trace& trace : result.traces) jobs += trace.cycles;
  return result.firmware->run_cycles - jobs;
}

void fail(Answer& answer, ExitCode code, const char* sentence) {
  answer.code = static_cast<int>(code);
  std::strncpy(answer.sentence.data(), sentence, answer.sentence.size() - 1);
}

Answer answer_of(const std::function<std::uint64_t()>& work) {
  Answer answer;
  try {
    answer.cycles = work();
  } catch (const Error& error) {
    fail(answer, error.code(), error.what());
  } catch (const std::exception& error) {
    fail(answer, ExitCode::kInternal, error.what());
  }
  return answer;
}

Answer in_another_process(const std::function<std::uint64_t()>& work) {
  std::array<int, 2> pipe{};
  const auto refuse = [] {
    throw Error(ExitCode::kTool, std::string("no process can be started for the firmware: ") + std::strerror(errno));
  };
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) refuse();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(pipe[0]);
    ::close(pipe[1]);
    refuse();
  }
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    const Answer answer = answer_of(work);
    // Smaller than what a pipe takes at once.
    ::_exit(::write(pipe[1], &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
  }
  ::close(pipe[1]);
  Answer answer;
  ssize_t count = 0;
  do count = ::read(pipe[0], &answer, sizeof(answer));
  while (count < 0 && errno == EINTR && !stop_requested());
  ::close(pipe[0]);
  if (stop_requested()) ::kill(child, SIGKILL);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
  check_stop();
  if (count != sizeof(answer)) fail(answer, ExitCode::kInternal, "the process that runs the firmware died");
  return answer;
}

}  // namespace

std::uint64_t awake_cycles(const Graph& graph, const HwConfig& config, const Product& product,
                           bool drop_constant_channels) {
  const Answer answer = in_another_process([&] { return measure(graph, config, product, drop_constant_channels); });
  if (answer.code != 0) throw Error(static_cast<ExitCode>(answer.code), answer.sentence.data());
  return answer.cycles;
}

}  // namespace systolite::explore
