// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/worker_pool.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "sim/core/error.h"

namespace systolite::explore {
namespace {

constexpr int kMostDeaths = 3;  // of workers at one point
constexpr int kPauseMilliseconds = 100;
constexpr std::size_t kMostInABatch = 64;
constexpr std::chrono::milliseconds kBatchTime{20};  // so long that messages do not count, so short that nobody waits

// Both return false when the other side is gone.
bool send_all(int socket, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t sent = ::send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(int socket, void* data, std::size_t size) {
  auto* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t received = ::recv(socket, bytes, size, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return false;
    bytes += received;
    size -= static_cast<std::size_t>(received);
  }
  return true;
}

// A message to a worker: a point. A message from a worker: the length of a record (32 bits), the record.
[[noreturn]] void serve(int socket, const WorkerPool::Work& work) {
  PointId point = 0;
  while (receive_all(socket, &point, sizeof(point))) {
    std::string record;
    try {
      record = work(point);
    } catch (...) {
      // Nothing of this copy of the process may run on; the pool sees a worker that died.
      ::_exit(1);
    }
    const auto length = static_cast<std::uint32_t>(record.size());
    std::string message(sizeof(length), '\0');
    std::memcpy(message.data(), &length, sizeof(length));
    message += record;
    if (!send_all(socket, message.data(), message.size())) break;
  }
  ::_exit(0);
}

}  // namespace

class WorkerPool::Worker {
 public:
  Worker(pid_t process, int socket) : process_(process), socket_(socket) {}
  // The worker leaves when its socket closes, or is made to.
  ~Worker() {
    ::close(socket_);
    ::kill(process_, SIGKILL);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] bool idle() const { return points_.empty(); }
  [[nodiscard]] std::deque<PointId> take_points() { return std::exchange(points_, {}); }
  [[nodiscard]] std::chrono::steady_clock::duration batch_time() const {
    return std::chrono::steady_clock::now() - started_;
  }

  // False: it is gone. The points are its own in any case.
  bool give(std::deque<PointId> points) {
    const std::vector<PointId> message(points.begin(), points.end());
    points_ = std::move(points);
    started_ = std::chrono::steady_clock::now();
    return send_all(socket_, message.data(), message.size() * sizeof(PointId));
  }

  // Takes what there is to read and passes on whole records. False: the worker is gone.
  bool receive(const std::function<void(PointId, const std::string&)>& done) {
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (count <= 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(count));
    std::size_t at = 0;
    std::uint32_t length = 0;
    while (received_.size() - at >= sizeof(length)) {
      std::memcpy(&length, received_.data() + at, sizeof(length));
      if (received_.size() - at - sizeof(length) < length || points_.empty()) break;
      const PointId point = points_.front();
      points_.pop_front();
      done(point, received_.substr(at + sizeof(length), length));
      at += sizeof(length) + length;
    }
    received_.erase(0, at);
    return true;
  }

 private:
  pid_t process_;
  int socket_;
  std::deque<PointId> points_;  // given and not answered, the one at work first
  std::string received_;
  std::chrono::steady_clock::time_point started_;
};

WorkerPool::WorkerPool(int workers, Work work) : work_(std::move(work)), workers_(static_cast<std::size_t>(workers)) {}

WorkerPool::~WorkerPool() = default;

void WorkerPool::start(std::size_t slot) {
  std::array<int, 2> sockets{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0)
    throw Error(ExitCode::kTool, std::string("no worker process can be connected: ") + std::strerror(errno));
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) {
    const int reason = errno;
    ::close(sockets[0]);
    ::close(sockets[1]);
    throw Error(ExitCode::kTool, std::string("no worker process can be started: ") + std::strerror(reason));
  }
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);
    // Ctrl-C reaches all processes of a terminal: what becomes of it is the pool's affair.
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_DFL);
    ::close(sockets[0]);
    // Of the other workers: they leave when the last copy closes.
    for (const auto& other : workers_) {
      if (other) ::close(other->socket());
    }
    serve(sockets[1], work_);
  }
  ::close(sockets[1]);
  workers_[slot] = std::make_unique<Worker>(process, sockets[0]);
}

// A batch for an idle worker, if there are points left.
void WorkerPool::give(Worker& worker, const Handlers& handlers) {
  std::deque<PointId> points;
  // A point that killed a worker comes alone: what else dies with it would be suspected, too.
  if (!again_.empty()) {
    points.push_back(again_.front());
    again_.pop_front();
  }
  while (points.size() < batch_ && !exhausted_ && (points.empty() || !deaths_.contains(points.front()))) {
    const std::optional<PointId> point = handlers.next();
    exhausted_ = !point;
    if (point) points.push_back(*point);
  }
  if (!points.empty()) static_cast<void>(worker.give(std::move(points)));
}

void WorkerPool::bury(std::size_t slot) {
  std::deque<PointId> left = workers_[slot]->take_points();
  workers_[slot].reset();
  if (left.empty()) return;
  if (++deaths_[left.front()] >= kMostDeaths) {
    abandoned_.push_back(left.front());
    left.pop_front();
  }
  again_.insert(again_.begin(), left.begin(), left.end());
}

std::vector<PointId> WorkerPool::run(const Handlers& handlers) {
  exhausted_ = false;
  abandoned_.clear();
  auto paused = std::chrono::steady_clock::now();
  for (;;) {
    std::vector<pollfd> waiting;
    std::vector<std::size_t> slots;
    for (std::size_t slot = 0; slot < workers_.size(); ++slot) {
      if ((!workers_[slot] || workers_[slot]->idle()) && exhausted_ && again_.empty()) continue;
      if (!workers_[slot]) start(slot);
      if (workers_[slot]->idle()) give(*workers_[slot], handlers);
      if (workers_[slot]->idle()) continue;
      waiting.push_back({.fd = workers_[slot]->socket(), .events = POLLIN, .revents = 0});
      slots.push_back(slot);
    }
    if (waiting.empty()) break;
    static_cast<void>(::poll(waiting.data(), waiting.size(), kPauseMilliseconds));
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      Worker& worker = *workers_[slots[i]];
      if (!worker.receive(handlers.done)) {
        bury(slots[i]);
      } else if (worker.idle()) {
        batch_ = worker.batch_time() < kBatchTime ? std::min(2 * batch_, kMostInABatch)
                                                  : std::max<std::size_t>(batch_ / 2, 1);
      }
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - paused < std::chrono::milliseconds(kPauseMilliseconds)) continue;
    paused = now;
    handlers.pause();
  }
  handlers.pause();
  return abandoned_;
}

}  // namespace systolite::explore
