// SPDX-License-Identifier: Apache-2.0
#include "sim/device/trace_recorder.h"

#include <utility>

namespace systolite {

void TraceRecorder::start(Cycles device_cycle) {
  trace_ = Trace{};
  trace_.start = device_cycle;
  running_ = true;
}

void TraceRecorder::record(const isa::Probe& probe) {
  if (!running_) return;
  const Cycles now = trace_.cycles;
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    if (now == 0) {
      state_[unit] = probe.state[unit];
      since_[unit] = 0;
    } else if (state_[unit] != probe.state[unit]) {
      trace_.states[unit].push_back({state_[unit], since_[unit], now});
      state_[unit] = probe.state[unit];
      since_[unit] = now;
    }
  }
  if ((probe.pop | probe.done) != 0) {
    for (std::size_t engine = 0; engine < kEngineCount; ++engine) {
      if ((probe.pop >> engine & 1U) != 0) trace_.pop_cycles[engine].push_back(now);
      if ((probe.done >> engine & 1U) != 0) trace_.done_cycles[engine].push_back(now);
    }
  }
  ++trace_.cycles;
}

void TraceRecorder::extend(std::vector<BeatSpan>& spans) const {
  const Cycles now = trace_.cycles - 1;
  if (!spans.empty() && spans.back().to == now) {
    ++spans.back().to;
  } else {
    spans.push_back({now, now + 1});
  }
}

void TraceRecorder::count_read_beat(unsigned id) {
  if (!running_ || trace_.cycles == 0) return;
  ++(id == 0 ? trace_.traffic.fetch_beats : trace_.traffic.load_beats);
  extend(trace_.read_beats);
  if (id == 0) extend(trace_.fetch_beats);
}

void TraceRecorder::count_write_beat() {
  if (!running_ || trace_.cycles == 0) return;
  ++trace_.traffic.write_beats;
  extend(trace_.write_beats);
}

void TraceRecorder::stop() {
  if (!running_) return;
  running_ = false;
  if (trace_.cycles == 0) return;
  for (std::size_t unit = 0; unit < kUnitCount; ++unit) {
    trace_.states[unit].push_back({state_[unit], since_[unit], trace_.cycles});
  }
}

Trace TraceRecorder::take() {
  stop();
  return std::exchange(trace_, Trace{});
}

}  // namespace systolite
