// SPDX-License-Identifier: Apache-2.0
#include "mapper/tflite/import.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "mapper/tflite/model_file.h"
#include "mapper/tflite/op_reader.h"
#include "mapper/tflite/tensor_reader.h"
#include "sim/core/error.h"

namespace systolite {
namespace {

// Offsets inside a FlatBuffer have 31 usable bits.
constexpr std::uintmax_t kMaxFileBytes = 0x7fffffff;

// Tensors are written once, before they are read: the operators are already in execution order.
class WrittenTensors {
 public:
  explicit WrittenTensors(const ModelFile& file, std::size_t tensor_count)
      : file_(file), written_(tensor_count, false) {}

  void write(int index, const Tensor& tensor, const std::string& where) {
    file_.require(!tensor.is_constant(), "{} writes the constant tensor '{}'", where, tensor.name);
    file_.require(!written_[at(index)], "{} writes tensor '{}', which already has a value", where, tensor.name);
    written_[at(index)] = true;
  }
  void read(int index, const Tensor& tensor, const std::string& where) const {
    file_.require(tensor.is_constant() || written_[at(index)],
                  "{} reads tensor '{}' before any operator has written it", where, tensor.name);
  }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }

  const ModelFile& file_;
  std::vector<bool> written_;
};

std::vector<int> indices(const flatbuffers::Vector<std::int32_t>* vector) {
  return vector == nullptr ? std::vector<int>() : std::vector<int>(vector->begin(), vector->end());
}

Graph read_graph(const ModelFile& file, const std::string& name) {
  TensorReader tensors(file);
  const auto* operators = file.subgraph().operators();
  const int op_count = operators == nullptr ? 0 : static_cast<int>(operators->size());
  Graph graph{.name = name,
              .tensors = {},
              .ops = {},
              .inputs = indices(file.subgraph().inputs()),
              .outputs = indices(file.subgraph().outputs())};
  file.require(op_count > 0, "the model has no operators");
  file.require(!graph.inputs.empty(), "the model has no inputs");
  file.require(!graph.outputs.empty(), "the model has no outputs");

  std::vector<Op> ops;
  for (int i = 0; i < op_count; ++i) ops.push_back(read_op(file, i, tensors));

  WrittenTensors written(file, file.subgraph().tensors() == nullptr ? 0 : file.subgraph().tensors()->size());
  for (const int i : graph.inputs) written.write(i, tensors.activation(i, "model input"), "the model's input list");
  for (const Op& op : ops) {
    const std::string where = fmt::format("operator #{} {}", op.index, op.type);
    for (const int i : op.inputs) {
      if (i != -1) written.read(i, tensors.any(i, where), where);
    }
    for (const int i : op.outputs) written.write(i, tensors.any(i, where), where);
  }
  for (const int i : graph.outputs) written.read(i, tensors.activation(i, "model output"), "the model's output list");

  graph.ops = std::move(ops);
  graph.tensors = tensors.take();
  return graph;
}

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  const auto fail = [&](const std::string& why) { throw Error(ExitCode::kModel, path.string() + ": " + why); };
  std::error_code error;
  if (!std::filesystem::exists(path, error)) fail("no such file");
  if (!std::filesystem::is_regular_file(path, error)) fail("not a regular file");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) fail("cannot be read: " + error.message());
  if (size > kMaxFileBytes) fail(fmt::format("{} bytes are too many for a .tflite file", size));
  std::ifstream stream(path, std::ios::binary);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream || static_cast<std::uintmax_t>(stream.gcount()) != size) fail("cannot be read");
  return bytes;
}

}  // namespace

Graph import_tflite(const std::filesystem::path& file) {
  return read_graph(ModelFile(read_file(file), file.string()), file.stem().string());
}

Graph import_tflite(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
  if (size > kMaxFileBytes)
    throw Error(ExitCode::kModel, fmt::format("{}: {} bytes are too many for a .tflite file", name, size));
  return read_graph(ModelFile(std::vector<std::uint8_t>(bytes, bytes + size), name), name);
}

}  // namespace systolite
