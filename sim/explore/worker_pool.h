// SPDX-License-Identifier: Apache-2.0
// Worker processes that turn points into records. A worker that dies costs nothing but the time of its point, which
// another one takes up.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/design_space.h"

namespace systolite::explore {

class WorkerPool {
 public:
  // Called in a worker: its own copy of everything that was there when it was started.
  using Work = std::function<std::string(PointId point)>;

  // Workers are started when there is work for them; they end with the pool, or when this process does.
  WorkerPool(int workers, Work work);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  struct Handlers {
    std::function<std::optional<PointId>()> next;                        // nothing: no more points
    std::function<void(PointId point, const std::string& record)> done;  // in any order
    std::function<void()> pause;  // now and then, at least ten times a second, when all that is known was passed on
  };
  // Returns when every point is done, but for those that killed three workers one after the other: these are returned.
  // Throws what a handler throws, and Error(kTool) when no worker can be started.
  std::vector<PointId> run(const Handlers& handlers);

 private:
  class Worker;
  void start(std::size_t slot);
  void give(Worker& worker, const Handlers& handlers);
  void bury(std::size_t slot);

  Work work_;
  std::vector<std::unique_ptr<Worker>> workers_;  // by slot; null: none is running
  std::deque<PointId> again_;                     // of workers that died
  std::map<PointId, int> deaths_;
  std::vector<PointId> abandoned_;
  bool exhausted_ = false;
  std::size_t batch_ = 1;
};

}  // namespace systolite::explore
