// SPDX-License-Identifier: Apache-2.0
#include "sim/report/trace_events.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace systolite {

double TraceEvents::microseconds(Cycles cycle) const {
  return std::round(static_cast<double>(cycle) * 1000.0 / clock_mhz_) / 1000.0;
}

void TraceEvents::add(Cycles at, Cycles length, const Json& json) { events_.push_back({at, length, json.dump()}); }

void TraceEvents::name_group(int group, const std::string& name) {
  names_.push_back(Json{{"ph", "M"}, {"name", "process_name"}, {"pid", group}, {"args", {{"name", name}}}}.dump());
  names_.push_back(
      Json{{"ph", "M"}, {"name", "process_sort_index"}, {"pid", group}, {"args", {{"sort_index", group}}}}.dump());
}

void TraceEvents::name_track(TraceTrack track, const std::string& name) {
  const Json where = {{"ph", "M"}, {"pid", track.group}, {"tid", track.row}};
  Json names = where;
  names["name"] = "thread_name";
  names["args"] = {{"name", name}};
  Json order = where;
  order["name"] = "thread_sort_index";
  order["args"] = {{"sort_index", track.row}};
  names_.push_back(names.dump());
  names_.push_back(order.dump());
}

void TraceEvents::slice(TraceTrack track, Cycles from, Cycles to, const std::string& name, const char* category,
                        Json arguments) {
  from = std::max(from, from_);
  to = std::min(to, to_);
  if (from >= to) return;
  arguments["cycle"] = from;
  arguments["cycles"] = to - from;
  // The end is rounded, not the duration: neighbours share it.
  const double start = microseconds(from);
  const double duration = std::round((microseconds(to) - start) * 1000.0) / 1000.0;
  add(from, to - from,
      {{"ph", "X"},
       {"name", name},
       {"cat", category},
       {"pid", track.group},
       {"tid", track.row},
       {"ts", start},
       {"dur", duration},
       {"args", std::move(arguments)}});
}

void TraceEvents::instant(TraceTrack track, Cycles at, const std::string& name, const char* category, Json arguments) {
  if (at < from_ || at > to_) return;
  arguments["cycle"] = at;
  add(at, 0,
      {{"ph", "i"},
       {"s", "t"},
       {"name", name},
       {"cat", category},
       {"pid", track.group},
       {"tid", track.row},
       {"ts", microseconds(at)},
       {"args", std::move(arguments)}});
}

void TraceEvents::counter(int group, Cycles from, Cycles to, const std::string& name, Json values) {
  if (to < from_ || from > to_) return;
  from = std::max(from, from_);
  add(from, 0, {{"ph", "C"}, {"name", name}, {"pid", group}, {"ts", microseconds(from)}, {"args", std::move(values)}});
}

std::string TraceEvents::text(const Json& other_data) const {
  std::vector<const Event*> order;
  order.reserve(events_.size());
  for (const Event& event : events_) order.push_back(&event);
  std::ranges::stable_sort(order, [](const Event* a, const Event* b) {
    return std::tuple(a->at, b->length) < std::tuple(b->at, a->length);
  });
  std::string text = "{\"otherData\": " + other_data.dump() + ",\n\"displayTimeUnit\": \"ns\",\n\"traceEvents\": [";
  const char* separator = "\n";
  const auto line = [&](const std::string& event) {
    text += separator;
    text += event;
    separator = ",\n";
  };
  for (const std::string& name : names_) line(name);
  for (const Event* event : order) line(event->text);
  return text + "\n]}\n";
}

}  // namespace systolite
