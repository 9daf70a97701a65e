// SPDX-License-Identifier: Apache-2.0
#include "sim/diff/difference.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

namespace systolite::diff {
namespace {

std::vector<Change> changes(const Figures& a, const Figures& b) {
  std::set<std::string> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  std::vector<Change> result;
  for (const std::string& key : keys) {
    const Change change{key, figure(a, key).value_or(0), figure(b, key).value_or(0)};
    if (change.a != change.b) result.push_back(change);
  }
  std::ranges::stable_sort(result, std::ranges::greater{},
                           [](const Change& change) { return std::abs(change.change()); });
  return result;
}

std::vector<TextChange> text_changes(const Texts& a, const Texts& b) {
  std::vector<TextChange> result;
  for (const auto& [key, value] : a) {
    if (value != b.at(key)) result.push_back({key, value, b.at(key)});
  }
  return result;
}

std::vector<TextChange> configuration_changes(const std::vector<Setting>& a, const std::vector<Setting>& b) {
  const auto value = [](const std::vector<Setting>& all, const std::string& key) {
    const auto found = std::ranges::find(all, key, &Setting::key);
    return found == all.end() ? std::string("-") : found->value;
  };
  std::vector<TextChange> result;
  for (const Setting& setting : a) {
    if (const std::string other = value(b, setting.key); other != setting.value)
      result.push_back({setting.key, setting.value, other});
  }
  for (const Setting& setting : b) {
    if (std::ranges::find(a, setting.key, &Setting::key) == a.end())
      result.push_back({setting.key, "-", setting.value});
  }
  return result;
}

std::vector<TextChange> fact_changes(const RunRecord& a, const RunRecord& b) {
  const auto dropped = [](const RunRecord& run) { return run.drop_constant_channels ? "true" : "false"; };
  std::vector<TextChange> result = {{"model", a.model, b.model},
                                    {"config", a.config, b.config},
                                    {"backend", a.backend, b.backend},
                                    {"input", a.input, b.input},
                                    {"drop_constant_channels", dropped(a), dropped(b)}};
  std::erase_if(result, [](const TextChange& change) { return change.a == change.b; });
  return result;
}

// Operators by what they are and what they make; the n-th of those that have that in common.
using LayerKey = std::tuple<std::string, std::string, int>;

std::map<LayerKey, const LayerRecord*> by_key(const std::vector<LayerRecord>& layers) {
  std::map<LayerKey, const LayerRecord*> result;
  for (const LayerRecord& layer : layers) {
    int count = 0;
    while (!result.emplace(LayerKey{layer.op, layer.name, count}, &layer).second) ++count;
  }
  return result;
}

LayerDifference& add(std::vector<LayerDifference>& layers, const LayerRecord& layer) {
  LayerDifference& difference = layers.emplace_back();
  difference.index = layer.index;
  difference.op = layer.op;
  difference.name = layer.name;
  return difference;
}

std::vector<LayerDifference> match(const Difference& difference) {
  const auto a = by_key(difference.a.layers);
  const auto b = by_key(difference.b.layers);
  std::vector<LayerDifference> result;
  for (const auto& [key, layer] : a) {
    const auto other = b.find(key);
    LayerDifference& pair = add(result, *layer);
    pair.a = layer;
    if (other == b.end()) continue;
    pair.b = other->second;
    pair.figures = changes(layer->figures, other->second->figures);
    pair.texts = text_changes(layer->texts, other->second->texts);
  }
  for (const auto& [key, layer] : b) {
    if (!a.contains(key)) add(result, *layer).b = layer;
  }
  return result;
}

}  // namespace

std::optional<double> figure(const Figures& figures, const std::string& key) {
  const auto found = figures.find(key);
  if (found == figures.end()) return std::nullopt;
  return found->second;
}

double LayerDifference::cycles() const {
  const auto of = [](const LayerRecord* layer) { return layer == nullptr ? 0.0 : layer->figures.at("cycles"); };
  return of(b) - of(a);
}

Difference compare(RunRecord a, RunRecord b) {
  Difference result;
  result.a = std::move(a);
  result.b = std::move(b);
  result.facts = fact_changes(result.a, result.b);
  result.knows_configuration = !result.a.configuration.empty() && !result.b.configuration.empty();
  if (result.knows_configuration)
    result.configuration = configuration_changes(result.a.configuration, result.b.configuration);
  result.figures = changes(result.a.figures, result.b.figures);
  result.layers = match(result);
  result.same_network = std::ranges::all_of(
      result.layers, [](const LayerDifference& layer) { return layer.a != nullptr && layer.b != nullptr; });
  const std::size_t all = result.layers.size();
  std::erase_if(result.layers, [](const LayerDifference& layer) {
    return layer.a != nullptr && layer.b != nullptr && layer.figures.empty() && layer.texts.empty();
  });
  result.equal_layers = all - result.layers.size();
  std::ranges::sort(result.layers, {}, [](const LayerDifference& layer) {
    return std::tuple(-std::abs(layer.cycles()), layer.index, layer.a == nullptr);
  });
  return result;
}

}  // namespace systolite::diff
