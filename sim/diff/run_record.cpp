// SPDX-License-Identifier: Apache-2.0
#include "sim/diff/run_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/report/report.h"

namespace systolite::diff {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHow = "diff compares what 'systolite run MODEL --json FILE' writes";

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file) {}

  RunRecord read() {
    const Json json = Json::parse(read_text(file_), nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded()) refuse(fmt::format("this is not JSON; {}", kHow));
    check_kind(json);
    RunRecord run;
    run.file = file_;
    run.model = text(json, "", "model");
    run.config = text(json, "", "config");
    run.backend = text(json, "", "backend");
    run.input = text(json, "", "input");
    if (at(json, "", "cycles").is_null()) {
      refuse(fmt::format("the backend '{}' has no clock, so there are no cycles to compare: take fast, systemc or rtl",
                         run.backend));
    }
    run.drop_constant_channels = at(json, "", "drop_constant_channels") == true;
    if (json.contains("configuration")) run.configuration = configuration(at(json, "", "configuration"));
    for (const auto& [key, value] : json.items()) {
      // What is compared on its own, or identifies the run.
      if (key != "layers" && key != "configuration" && key != "schema" && key != "scratchpad" && key != "cpu_operators")
        add_figures(key, value, run.figures);
    }
    if (json.contains("scratchpad")) {
      const Json& pad = json["scratchpad"];
      if (pad.contains("peak_bytes")) add_figures("scratchpad.peak_bytes", pad["peak_bytes"], run.figures);
    }
    require(run.figures, "", {"cycles", "lower_bound_cycles", "bytes_read", "bytes_written"});
    const Json& layers = at(json, "", "layers");
    if (!layers.is_array()) refuse("key 'layers' is not a list");
    for (const Json& each : layers) run.layers.push_back(layer(each, fmt::format("layers[{}].", run.layers.size())));
    return run;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitCode::kData, fmt::format("{}: {}", file_.string(), what));
  }

  // Says which other file of this program it is.
  void check_kind(const Json& json) const {
    if (!json.is_object()) refuse(fmt::format("this is not a report; {}", kHow));
    if (json.contains("accelerator") && json.contains("cores"))
      refuse(fmt::format("this is a comparison with processors; {}", kHow));
    if (json.contains("traceEvents")) refuse(fmt::format("this is a timeline; {}", kHow));
    if (json.contains("sweep") && json.contains("points"))
      refuse(fmt::format("this is the result of a sweep; {}", kHow));
    if (!json.contains("schema") || !json.contains("layers")) refuse(fmt::format("this is not a report; {}", kHow));
    const Json& schema = json["schema"];
    if (!schema.is_number_integer()) refuse("key 'schema' is not a whole number");
    const auto number = schema.get<std::int64_t>();
    if (number == kReportSchema) return;
    refuse(fmt::format(
        "the report has schema {}, this program reads {}: {}", number, kReportSchema,
        number < kReportSchema ? "run the model again for a new one" : "it was made by a newer version of Systolite"));
  }

  const Json& at(const Json& json, const std::string& path, const char* key) const {
    if (!json.is_object() || !json.contains(key)) refuse(fmt::format("key '{}{}' is missing", path, key));
    return json[key];
  }

  std::string text(const Json& json, const std::string& path, const char* key) const {
    const Json& value = at(json, path, key);
    if (!value.is_string()) refuse(fmt::format("key '{}{}' is not a text", path, key));
    return value.get<std::string>();
  }

  // A number, or all numbers below.
  void add_figures(const std::string& path, const Json& json, Figures& figures) const {
    if (json.is_number()) {
      figures[path] = json.get<double>();
    } else if (json.is_object()) {
      for (const auto& [key, value] : json.items()) add_figures(fmt::format("{}.{}", path, key), value, figures);
    }
  }

  void require(const Figures& figures, const std::string& path, std::initializer_list<const char*> keys) const {
    for (const char* key : keys) {
      if (!figures.contains(key)) refuse(fmt::format("key '{}{}' is missing or not a number", path, key));
    }
  }

  std::vector<Setting> configuration(const Json& json) const {
    if (!json.is_object()) refuse("key 'configuration' is not a mapping");
    std::vector<Setting> settings;
    for (const auto& [key, value] : json.items()) {
      settings.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
    }
    return settings;
  }

  LayerRecord layer(const Json& json, const std::string& path) const {
    LayerRecord layer;
    const Json& index = at(json, path, "index");
    if (!index.is_number_integer()) refuse(fmt::format("key '{}index' is not a whole number", path));
    layer.index = index.get<int>();
    layer.op = text(json, path, "op");
    layer.name = text(json, path, "name");
    for (const char* key : {"where", "dataflow", "bound_by"}) {
      layer.texts[key] = at(json, path, key).is_null() ? "-" : text(json, path, key);
    }
    for (const auto& [key, value] : json.items()) {
      if (key != "index") add_figures(key, value, layer.figures);
    }
    require(layer.figures, path, {"cycles", "lower_bound_cycles", "busy", "bytes_read", "bytes_written"});
    return layer;
  }

  const std::filesystem::path& file_;
};

}  // namespace

RunRecord read_run(const std::filesystem::path& file) { return Reader(file).read(); }

}  // namespace systolite::diff
