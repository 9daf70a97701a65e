// SPDX-License-Identifier: Apache-2.0
#include "sim/explore/result_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/error.h"
#include "sim/explore/figure_list.h"

namespace systolite::explore {
namespace {

using json = nlohmann::ordered_json;

// A file that grows beside its target and takes its place when it is complete.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path target) : target_(std::move(target)), partial_(target_.string() + ".partial") {
    descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor_ < 0) refuse();
  }
  ~NewFile() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(partial_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void add(std::string_view text) {
    pending_ += text;
    if (pending_.size() >= kBlockBytes) write();
  }

  void finish() {
    write();
    if (::fsync(descriptor_) != 0 && errno != EINVAL) refuse();
    if (::close(std::exchange(descriptor_, -1)) != 0 || ::rename(partial_.c_str(), target_.c_str()) != 0) {
      const int reason = errno;
      ::unlink(partial_.c_str());
      errno = reason;
      refuse();
    }
  }

 private:
  static constexpr std::size_t kBlockBytes = 1U << 20U;

  void write() {
    std::string_view left = pending_;
    while (!left.empty()) {
      const ssize_t count = ::write(descriptor_, left.data(), left.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) refuse();
      left.remove_prefix(static_cast<std::size_t>(count));
    }
    pending_.clear();
  }

  [[noreturn]] void refuse() const {
    throw Error(ExitCode::kData, fmt::format("{} cannot be written: {}; no point is lost, the same command writes it "
                                             "from the journal",
                                             target_.string(), std::strerror(errno)));
  }

  std::filesystem::path target_;
  std::filesystem::path partial_;
  int descriptor_ = -1;
  std::string pending_;
};

// Which rows (position, model) are on a front, and which were confirmed.
class Marks {
 public:
  explicit Marks(const SweepResult& result) : result_(result) {
    for (std::size_t v = 0; v < result.views.size(); ++v) {
      for (const std::size_t position : result.views[v].front) front_.emplace(position, v);
    }
    for (const Confirmation& each : result.confirmed) confirmed_.emplace(each.position, each.model);
  }
  [[nodiscard]] bool feasible(std::size_t position, std::size_t model) const {
    return result_.views[view(model)].feasible[position];
  }
  [[nodiscard]] bool on_front(std::size_t position, std::size_t model) const {
    return front_.contains({position, view(model)});
  }
  [[nodiscard]] bool confirmed(std::size_t position, std::size_t model) const {
    return confirmed_.contains({position, model});
  }

 private:
  [[nodiscard]] std::size_t view(std::size_t model) const { return result_.views.size() == 1 ? 0 : model; }

  const SweepResult& result_;
  std::set<std::pair<std::size_t, std::size_t>> front_;
  std::set<std::pair<std::size_t, std::size_t>> confirmed_;
};

bool is_whole(double value) { return std::abs(value) < 9007199254740992.0 && value == std::floor(value); }

std::string csv_number(double value) {
  return is_whole(value) ? fmt::format("{}", static_cast<std::int64_t>(value)) : fmt::format("{}", value);
}

json json_number(double value) { return is_whole(value) ? json(static_cast<std::int64_t>(value)) : json(value); }

std::string csv_text(std::string_view text) {
  if (text.find_first_of(",\"\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c;
    if (c == '"') quoted += c;
  }
  return quoted + '"';
}

// The value of a parameter as a reader of YAML sees it.
json json_value(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (text.starts_with("0x")) return std::stoll(text, nullptr, 16);
  const json number = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return number.is_number() ? number : json(text);
}

// The hardware description of a point: JSON that is also YAML, and as such a legal description.
json config_of(const std::vector<std::pair<std::string, std::string>>& values, PointId point) {
  json root = json::object();
  for (const auto& [key, text] : values) {
    json* node = &root;
    std::size_t at = 0;
    while (at < key.size()) {
      const std::size_t end = std::min(key.find_first_of(".[", at), key.size());
      if (end > at) node = &(*node)[key.substr(at, end - at)];
      at = end;
      if (at < key.size() && key[at] == '[') {
        const std::size_t close = key.find(']', at);
        node = &(*node)[std::stoul(key.substr(at + 1, close - at - 1))];
        at = close + 1;
      }
      if (at < key.size() && key[at] == '.') ++at;
    }
    *node = key == "name" ? json(fmt::format("{}_point_{}", text, point)) : json_value(text);
  }
  return root;
}

json describe(const SweepResult& result) {
  const Sweep& sweep = result.sweep;
  json text = {{"schema", kResultSchema}, {"sweep", sweep.name}};
  text["method"] = sweep.method == Method::kExhaustive ? "exhaustive" : "evolutionary";
  if (sweep.method == Method::kEvolutionary) {
    text["evolution"] = {{"population", sweep.evolution.population},
                         {"generations", sweep.evolution.generations},
                         {"seed", sweep.evolution.seed}};
  }
  text["space_points"] = sweep.space.size();
  text["evaluated_points"] = result.points.size();
  text["models"] = sweep.models;
  if (sweep.product) {
    text["product"] = {{"scenario", sweep.product->scenario.name},
                       {"mcu", sweep.product->mcu.name},
                       {"battery", sweep.product->cell.name},
                       {"standby", sweep.product->standby.name}};
  }
  text["figures"] = json::array();
  for (const FigureInfo& figure : sweep.figures())
    text["figures"].push_back({{"name", figure.name}, {"unit", figure.unit}, {"definition", figure.definition}});
  text["parameters"] = json::array();
  for (const Dimension& dimension : sweep.space.dimensions()) {
    json entry = {{"key", dimension.key}, {"values", json::array()}};
    for (const std::string& value : dimension.values) entry["values"].push_back(json_value(value));
    if (!dimension.followers.empty()) entry["same"] = dimension.followers;
    text["parameters"].push_back(std::move(entry));
  }
  text["constraints"] = json::array();
  for (const Constraint& constraint : sweep.constraints) {
    json entry = {{"figure", figures()[constraint.figure].name}};
    if (constraint.at_least) entry["at_least"] = json_number(*constraint.at_least);
    if (constraint.at_most) entry["at_most"] = json_number(*constraint.at_most);
    if (constraint.model) entry["model"] = sweep.models[*constraint.model];
    text["constraints"].push_back(std::move(entry));
  }
  text["objectives"] = json::array();
  for (const Objective& objective : sweep.objectives) {
    text["objectives"].push_back(
        {{"figure", figures()[objective.figure].name}, {"goal", objective.maximize ? "maximize" : "minimize"}});
  }
  text["fronts"] = json::object();
  for (std::size_t v = 0; v < result.views.size(); ++v) {
    json& front = text["fronts"][view_name(sweep, v)] = json::array();
    for (const std::size_t position : result.views[v].front) front.push_back(result.points[position].point);
  }
  return text;
}

json describe_point(const SweepResult& result, const Marks& marks, std::size_t position, Evaluator& evaluator) {
  const Sweep& sweep = result.sweep;
  const PointResult& point = result.points[position];
  const std::vector<std::size_t> choices = sweep.space.choices(point.point);
  json entry = {{"point", point.point}, {"parameters", json::object()}};
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const Dimension& dimension = sweep.space.dimensions()[i];
    entry["parameters"][dimension.key] = json_value(dimension.values[choices[i]]);
  }
  const Mapping mapping = evaluator.mapping(point.point);
  entry["mapping"] = {{"drop_constant_channels", mapping.drop_constant_channels}, {"search", mapping.search}};
  entry["config"] = config_of(evaluator.values(point.point), point.point);
  entry["results"] = json::array();
  for (std::size_t model = 0; model < point.models.size(); ++model) {
    const ModelResult& each = point.models[model];
    json row = {{"model", sweep.models[model]}, {"status", name(each.status)}};
    if (each.status != Status::kOk) {
      row["reason"] = each.reason;
    } else {
      row["feasible"] = marks.feasible(position, model);
      row["front"] = marks.on_front(position, model);
      row["confirmed"] = marks.confirmed(position, model) ? json("rtl") : json(nullptr);
      for (std::size_t f = 0; f < sweep.figures().size(); ++f)
        row["figures"][std::string(figures()[f].name)] = json_number(each.figures[f]);
    }
    entry["results"].push_back(std::move(row));
  }
  return entry;
}

}  // namespace

void write_csv(const std::filesystem::path& file, const SweepResult& result, Evaluator& evaluator) {
  NewFile out(file);
  const Marks marks(result);
  out.add("point,model,status,reason,feasible,front,confirmed");
  for (const FigureInfo& figure : result.sweep.figures()) out.add(fmt::format(",{}", figure.name));
  out.add(fmt::format(",{},{}", kDropConstantChannels, kSearchCuts));
  if (!result.points.empty()) {
    for (const auto& [key, text] : evaluator.values(result.points.front().point)) {
      if (key != "name") out.add(',' + csv_text(key));
    }
  }
  out.add("\n");
  for (std::size_t position = 0; position < result.points.size(); ++position) {
    const PointResult& point = result.points[position];
    const Mapping mapping = evaluator.mapping(point.point);
    std::string config = fmt::format(",{},{}", mapping.drop_constant_channels, mapping.search);
    for (const auto& [key, text] : evaluator.values(point.point)) {
      if (key != "name") config += ',' + csv_text(text);
    }
    for (std::size_t model = 0; model < point.models.size(); ++model) {
      const ModelResult& each = point.models[model];
      const bool ok = each.status == Status::kOk;
      std::string row = fmt::format("{},{},{},{}", point.point, csv_text(result.sweep.models[model]), name(each.status),
                                    csv_text(each.reason));
      row += fmt::format(",{},{},{}", ok && marks.feasible(position, model), ok && marks.on_front(position, model),
                         marks.confirmed(position, model) ? "rtl" : "");
      for (std::size_t f = 0; f < result.sweep.figures().size(); ++f)
        row += ok ? ',' + csv_number(each.figures[f]) : ",";
      out.add(row);
      out.add(config);
      out.add("\n");
    }
  }
  out.finish();
}

void write_json(const std::filesystem::path& file, const SweepResult& result, Evaluator& evaluator) {
  NewFile out(file);
  const Marks marks(result);
  std::string head = describe(result).dump(1);
  head.resize(head.rfind('\n'));
  out.add(head + ",\n \"points\": [");
  for (std::size_t position = 0; position < result.points.size(); ++position) {
    out.add(position == 0 ? "\n  " : ",\n  ");
    out.add(describe_point(result, marks, position, evaluator).dump(-1, ' ', false, json::error_handler_t::replace));
  }
  out.add("\n ]\n}\n");
  out.finish();
}

}  // namespace systolite::explore
