// SPDX-License-Identifier: Apache-2.0
// Events in the Trace Event Format that ui.perfetto.dev and chrome://tracing read.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/device/trace.h"

namespace systolite {

// Where an event is shown: a group ("process") and a row of it ("thread").
struct TraceTrack {
  int group;
  int row;
};

// Collects events of the cycles [from, to) of a run; what lies outside is cut off or left out. The slices of one track
// must be disjoint or nested. Times in the text are microseconds of simulated time in whole nanoseconds, so that slices
// that touch in cycles touch in the viewer, whatever the clock.
class TraceEvents {
 public:
  using Json = nlohmann::ordered_json;

  TraceEvents(double clock_mhz, Cycles from, Cycles to) : clock_mhz_(clock_mhz), from_(from), to_(to) {}

  // Names and order of what is shown; groups and rows are sorted by their numbers.
  void name_group(int group, const std::string& name);
  void name_track(TraceTrack track, const std::string& name);

  // The arguments `cycle` and `cycles` (of the part that is shown) are added to those given.
  void slice(TraceTrack track, Cycles from, Cycles to, const std::string& name, const char* category, Json arguments);
  void instant(TraceTrack track, Cycles at, const std::string& name, const char* category, Json arguments);
  // `values` hold in the cycles [from, to), and until the counter's next event.
  void counter(int group, Cycles from, Cycles to, const std::string& name, Json values);

  [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }
  // A JSON object with one event a line, in order of time, an outer slice before the ones inside it.
  [[nodiscard]] std::string text(const Json& other_data) const;

 private:
  struct Event {
    Cycles at;
    Cycles length;
    std::string text;
  };

  [[nodiscard]] double microseconds(Cycles cycle) const;
  void add(Cycles at, Cycles length, const Json& json);

  double clock_mhz_;
  Cycles from_;
  Cycles to_;
  std::vector<std::string> names_;
  std::vector<Event> events_;
};

}  // namespace systolite
