// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/golden.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <regex>

#include "mapper/models/catalogue.h"
#include "mapper/models/npz.h"
#include "sim/core/error.h"
#include "sim/core/npy.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

// Where the parts of a set are.
struct Layout {
  fs::path folder;
  fs::path inputs;
  std::string input_prefix;  // of input files
  fs::path outputs;
  std::string activation_prefix;  // an input PREFIXname.npy has its activations in ACTIVATION_PREFIXname.npz
};

// The benchmark's short name if the file is one of the official models.
std::string benchmark_of(const std::string& model, const fs::path& file) {
  for (const OfficialModel& official : official_models()) {
    if (official.name == model || official.file == file.filename().string()) return official.name;
  }
  return file.stem().string();
}

std::optional<Layout> layout_in(const fs::path& folder, const std::string& benchmark, const fs::path& file) {
  const fs::path archive = folder / "golden" / benchmark;
  if (fs::is_regular_file(archive / "outputs_tflm.npy")) {
    return Layout{archive, folder / "inputs" / benchmark, "", archive / "outputs_tflm.npy", "intermediates_tflm_"};
  }
  for (const fs::path& candidate : {folder / file.stem(), folder}) {
    if (fs::is_regular_file(candidate / "outputs.npy")) {
      return Layout{candidate, candidate, "input_", candidate / "outputs.npy", "intermediates_"};
    }
  }
  return std::nullopt;
}

std::optional<Layout> find_layout(const std::string& model, const fs::path& file, const fs::path& golden,
                                  std::string& searched) {
  const std::string benchmark = benchmark_of(model, file);
  std::vector<fs::path> folders;
  if (!golden.empty()) {
    folders = {golden};
  } else {
    const char* variable = std::getenv("SYSTOLITE_GOLDEN");
    if (variable != nullptr && *variable != '\0') folders.emplace_back(variable);
    const fs::path beside = fs::absolute(file).parent_path();
    folders.push_back(beside / "golden");
    folders.push_back(beside.parent_path() / "golden");
  }
  for (const fs::path& folder : folders) {
    if (const auto layout = layout_in(folder, benchmark, file)) return *layout;
    searched += (searched.empty() ? "" : ", ") + folder.string();
  }
  return std::nullopt;
}

std::vector<fs::path> input_files(const Layout& layout) {
  std::vector<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(layout.inputs, missing)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".npy" && name.starts_with(layout.input_prefix) &&
        name != layout.outputs.filename().string()) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

GoldenSearch find_golden(const std::string& model, const fs::path& file, const fs::path& golden) {
  GoldenSearch search;
  const std::optional<Layout> found = find_layout(model, file, golden, search.searched);
  if (!found) return search;
  const Layout& layout = *found;
  const std::vector<fs::path> inputs = input_files(layout);
  const NpyArray outputs = read_npy(layout.outputs);
  if (inputs.empty() || outputs.shape.empty() || outputs.shape[0] != static_cast<std::int64_t>(inputs.size())) {
    throw Error(ExitCode::kData,
                fmt::format("{}: {} rows of outputs for {} inputs in {}", layout.outputs.string(),
                            outputs.shape.empty() ? 0 : outputs.shape[0], inputs.size(), layout.inputs.string()));
  }
  const std::vector<std::int8_t> rows = outputs.int8();
  const std::size_t row = rows.size() / inputs.size();
  GoldenSet set{layout.folder, {}};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(i * row);
    GoldenCase golden_case{
        inputs[i].stem().string(), inputs[i], std::nullopt, {begin, begin + static_cast<std::ptrdiff_t>(row)}};
    const fs::path activations =
        layout.folder / (layout.activation_prefix + golden_case.name.substr(layout.input_prefix.size()) + ".npz");
    if (fs::is_regular_file(activations)) golden_case.activations = activations;
    set.cases.push_back(std::move(golden_case));
  }
  std::stable_partition(set.cases.begin(), set.cases.end(),
                        [](const GoldenCase& c) { return c.activations.has_value(); });
  search.set = std::move(set);
  return search;
}

std::vector<GoldenTensor> read_activations(const Graph& graph, const fs::path& archive) {
  static const std::regex pattern("t([0-9]{1,6})_op([0-9]{1,6})_.*");
  std::vector<GoldenTensor> result;
  for (const auto& [key, array] : read_npz(archive)) {
    std::smatch match;
    if (!std::regex_match(key, match, pattern)) continue;  // the network input
    const int tensor = std::stoi(match[1]);
    const int op = std::stoi(match[2]);
    if (tensor >= static_cast<int>(graph.tensors.size()) || op >= static_cast<int>(graph.ops.size()) ||
        array.elements() != graph.tensors[static_cast<std::size_t>(tensor)].elements()) {
      throw Error(ExitCode::kData, fmt::format("{}: {} is not a tensor of {}", archive.string(), key, graph.name));
    }
    result.push_back({tensor, op, key, array.int8()});
  }
  std::ranges::stable_sort(result, {}, &GoldenTensor::op);
  return result;
}

}  // namespace systolite::cli
