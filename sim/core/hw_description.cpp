// SPDX-License-Identifier: Apache-2.0
#include "sim/core/hw_description.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "slt_parameters.hpp"

namespace systolite {
namespace {

using parameters::Type;

// The mapping, or the entry of a list, under a path with dots; nothing where the description has none.
std::optional<YAML::Node> find(const YAML::Node& root, std::string_view path) {
  YAML::Node node;
  node.reset(root);
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    std::string_view name = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    std::optional<std::size_t> index;
    if (const std::size_t bracket = name.find('['); bracket != std::string_view::npos && name.ends_with(']')) {
      std::size_t number = 0;
      const char* end = name.data() + name.size() - 1;
      const auto parsed = std::from_chars(name.data() + bracket + 1, end, number);
      if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
      index = number;
      name = name.substr(0, bracket);
    }
    // Const access does not add what it does not find.
    const YAML::Node& known = node;
    if (!known.IsMap()) return std::nullopt;
    YAML::Node next = known[std::string(name)];
    if (!next) return std::nullopt;
    if (index) {
      if (!next.IsSequence() || *index >= next.size()) return std::nullopt;
      const YAML::Node entry = next[*index];
      next.reset(entry);
    }
    node.reset(next);
  }
  return node;
}

std::string preset_text(const parameters::Parameter& parameter) {
  return parameter.type == Type::kChoice ? std::string(parameter.names[static_cast<std::size_t>(*parameter.preset)])
                                         : std::to_string(*parameter.preset);
}

void add_presets(const YAML::Node& root) {
  for (const parameters::Parameter& parameter : parameters::kAll) {
    if (!parameter.preset || parameter.key.find('[') != std::string_view::npos) continue;
    const std::size_t dot = parameter.key.rfind('.');
    const std::string_view parent = dot == std::string_view::npos ? "" : parameter.key.substr(0, dot);
    std::optional<YAML::Node> map = find(root, parent);
    const std::string name(parameter.key.substr(dot == std::string_view::npos ? 0 : dot + 1));
    if (map && !std::as_const(*map)[name]) (*map)[name] = preset_text(parameter);
  }
}

void collect(const YAML::Node& node, const std::string& path, std::vector<std::pair<std::string, std::string>>& out) {
  if (node.IsScalar()) out.emplace_back(path, node.Scalar());
  if (node.IsMap()) {
    for (const auto& entry : node) collect(entry.second, (path.empty() ? "" : path + '.') + entry.first.Scalar(), out);
  }
  if (node.IsSequence()) {
    for (std::size_t i = 0; i < node.size(); ++i) collect(node[i], path + '[' + std::to_string(i) + ']', out);
  }
}

}  // namespace

HwDescription HwDescription::parse(const std::string& yaml, const std::string& name) {
  static_cast<void>(parse_hw_config(yaml, name));
  HwDescription description(YAML::Load(yaml));
  add_presets(description.root_);
  return description;
}

HwDescription HwDescription::load(const std::filesystem::path& file) {
  return parse(read_text(file, ExitCode::kConfig), file.string());
}

HwDescription::Parameter HwDescription::parameter(std::string_view key) {
  const std::optional<YAML::Node> value = find(root_, key);
  if (value && value->IsScalar() && key != "name") return Parameter(*value);
  std::string keys;
  for (const auto& [known, text] : values()) {
    if (known != "name") keys += (keys.empty() ? "" : ", ") + known;
  }
  throw Error(ExitCode::kConfig, "the hardware description " + root_["name"].Scalar() + " has no parameter '" +
                                     std::string(key) + "': it has " + keys);
}

std::vector<std::pair<std::string, std::string>> HwDescription::values() const {
  std::vector<std::pair<std::string, std::string>> values;
  collect(root_, "", values);
  return values;
}

HwConfig HwDescription::config(const std::string& label) const { return read_hw_config(root_, label); }

}  // namespace systolite
