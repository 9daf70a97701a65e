// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sim/fit/fit_report.h"

namespace systolite::fit {
namespace {

using Json = nlohmann::ordered_json;

Json timeline_json(const std::optional<Timeline>& timeline) {
  if (!timeline) return nullptr;
  Json tensors = Json::array();
  for (const LiveTensor& tensor : timeline->tensors) {
    tensors.push_back({{"tensor", tensor.tensor},
                       {"name", tensor.name},
                       {"bytes", tensor.bytes},
                       {"begin", tensor.begin},
                       {"end", tensor.end},
                       {"first_op", tensor.first_op},
                       {"last_op", tensor.last_op}});
  }
  Json alive = Json::array();
  for (int op = 0; op < timeline->operators; ++op) alive.push_back(timeline->alive_bytes(op));
  return {{"memory", timeline->memory},
          {"memory_bytes", timeline->memory_bytes == 0 ? Json(nullptr) : Json(timeline->memory_bytes)},
          {"used_bytes", timeline->used_bytes()},
          {"peak_bytes", timeline->peak().bytes},
          {"peak_op", timeline->peak().op},
          {"alive_bytes", alive},
          {"tensors", tensors}};
}

Json parts_json(const std::vector<Part>& parts) {
  Json list = Json::array();
  for (const Part& part : parts) list.push_back({{"what", part.what}, {"bytes", part.bytes}});
  return list;
}

Json row_json(const FitRow& row) {
  Json json = {{"fits", row.fits()}, {"verdict", sentence(row)}};
  if (!row.need) return json;
  json["ram_bytes"] = row.need->ram_bytes();
  json["flash_bytes"] = row.need->flash_bytes();
  json["ram_spare_bytes"] = row.verdict.ram_bytes;
  json["flash_spare_bytes"] = row.verdict.flash_bytes;
  json["arena"] = parts_json(row.need->arena);
  json["variables"] = parts_json(row.need->variables);
  json["flash"] = parts_json(row.need->flash);
  json["external"] = parts_json(row.need->external);
  return json;
}

}  // namespace

std::string to_json(const FitReport& report) {
  Json targets = Json::array();
  for (const FitTarget& target : report.targets) {
    targets.push_back({{"mcu", target.mcu.name},
                       {"part", target.mcu.part},
                       {"core", target.mcu.core},
                       {"ram_bytes", target.mcu.ram_bytes()},
                       {"flash_bytes", target.mcu.flash_bytes},
                       {"accelerator", row_json(target.accelerator)},
                       {"processor", row_json(target.processor)}});
  }
  const Json json = {{"schema", kFitSchema},
                     {"model", report.model},
                     {"config", report.config},
                     {"constant_channels_removed", report.removed},
                     {"scratchpad", timeline_json(report.scratchpad)},
                     {"accelerator_memory", timeline_json(report.accelerator_memory)},
                     {"processor_memory", timeline_json(report.processor_memory)},
                     {"mcus", targets}};
  return json.dump(2) + "\n";
}

}  // namespace systolite::fit
