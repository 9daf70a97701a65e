// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sim/diff/difference.h"

namespace systolite::diff {
namespace {

using Json = nlohmann::ordered_json;

// Whole numbers as such.
Json number(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? Json(whole) : Json(value);
}

Json figures_json(const std::vector<Change>& changes) {
  Json result = Json::object();
  for (const Change& change : changes)
    result[change.key] = {{"a", number(change.a)}, {"b", number(change.b)}, {"change", number(change.change())}};
  return result;
}

Json texts_json(const std::vector<TextChange>& changes) {
  Json result = Json::object();
  for (const TextChange& change : changes) result[change.key] = {{"a", change.a}, {"b", change.b}};
  return result;
}

Json run_json(const RunRecord& run) {
  return {{"file", run.file.string()},
          {"model", run.model},
          {"config", run.config},
          {"backend", run.backend},
          {"input", run.input},
          {"drop_constant_channels", run.drop_constant_channels},
          {"cycles", number(run.figures.at("cycles"))}};
}

Json index_json(const LayerRecord* layer) { return layer == nullptr ? Json(nullptr) : Json(layer->index); }

Json cycles_json(const LayerRecord* layer) {
  return layer == nullptr ? Json(nullptr) : number(layer->figures.at("cycles"));
}

}  // namespace

std::string to_json(const Difference& difference) {
  Json layers = Json::array();
  for (const LayerDifference& layer : difference.layers) {
    layers.push_back(
        {{"op", layer.op},
         {"name", layer.name},
         {"index", {{"a", index_json(layer.a)}, {"b", index_json(layer.b)}}},
         {"cycles", {{"a", cycles_json(layer.a)}, {"b", cycles_json(layer.b)}, {"change", number(layer.cycles())}}},
         {"figures", figures_json(layer.figures)},
         {"texts", texts_json(layer.texts)}});
  }
  const Json json = {
      {"schema", kDifferenceSchema},
      {"a", run_json(difference.a)},
      {"b", run_json(difference.b)},
      {"same_network", difference.same_network},
      {"facts", texts_json(difference.facts)},
      {"configuration", difference.knows_configuration ? texts_json(difference.configuration) : Json(nullptr)},
      {"figures", figures_json(difference.figures)},
      {"layers", layers},
      {"equal_layers", difference.equal_layers}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace systolite::diff
