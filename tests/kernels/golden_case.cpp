// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/golden_case.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace systolite::test {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

std::vector<int> integers(const std::string& text) {
  std::vector<int> values;
  for (const std::string& part : split(text, ',')) values.push_back(std::stoi(part));
  return values;
}

// KEY=VALUE pairs of an op line.
class Attributes {
 public:
  explicit Attributes(std::istringstream& line) {
    for (std::string pair; line >> pair;) {
      const std::size_t at = pair.find('=');
      values_[pair.substr(0, at)] = pair.substr(at + 1);
    }
  }
  [[nodiscard]] const std::string& text(const std::string& key) const { return values_.at(key); }
  [[nodiscard]] int integer(const std::string& key) const { return std::stoi(text(key)); }
  [[nodiscard]] float real(const std::string& key) const { return std::strtof(text(key).c_str(), nullptr); }
  [[nodiscard]] Padding pad() const {
    const std::vector<int> p = integers(text("pad"));
    return {.top = p.at(0), .bottom = p.at(1), .left = p.at(2), .right = p.at(3)};
  }
  [[nodiscard]] Activation activation() const {
    static const std::map<std::string, Activation> kNames = {{"NONE", Activation::kNone},
                                                             {"RELU", Activation::kRelu},
                                                             {"RELU_N1_TO_1", Activation::kReluN1To1},
                                                             {"RELU6", Activation::kRelu6}};
    return kNames.at(text("activation"));
  }

 private:
  std::map<std::string, std::string> values_;
};

OpParams params_of(const std::string& type, const Attributes& a) {
  if (type == "CONV_2D") {
    return Conv2d{
        a.integer("stride_h"), a.integer("stride_w"), a.integer("dilation_h"), a.integer("dilation_w"), a.pad(),
        a.activation()};
  }
  if (type == "DEPTHWISE_CONV_2D") {
    return DepthwiseConv2d{a.integer("stride_h"),   a.integer("stride_w"),         a.integer("dilation_h"),
                           a.integer("dilation_w"), a.integer("depth_multiplier"), a.pad(),
                           a.activation()};
  }
  if (type == "FULLY_CONNECTED") return FullyConnected{a.activation()};
  if (type == "ADD") return Add{a.activation()};
  if (type == "SOFTMAX") return Softmax{a.real("beta")};
  if (type == "AVERAGE_POOL_2D" || type == "MAX_POOL_2D") {
    return Pool2d{type == "AVERAGE_POOL_2D",
                  a.integer("filter_h"),
                  a.integer("filter_w"),
                  a.integer("stride_h"),
                  a.integer("stride_w"),
                  a.pad(),
                  a.activation()};
  }
  throw std::runtime_error("unknown operator " + type);
}

Tensor read_tensor(std::istringstream& line) {
  std::string dtype, shape, scales;
  std::int64_t zero_point = 0;
  Tensor tensor;
  line >> dtype >> shape >> scales >> zero_point >> tensor.quant.dim;
  tensor.dtype = dtype == "int32" ? DType::kInt32 : DType::kInt8;
  tensor.shape = integers(shape);
  if (scales != "-") {
    for (const std::string& scale : split(scales, ',')) {
      tensor.quant.scales.push_back(std::strtof(scale.c_str(), nullptr));
      tensor.quant.zero_points.push_back(zero_point);
    }
  }
  return tensor;
}

std::vector<std::int8_t> read_int8(std::istringstream& line) {
  std::vector<std::int8_t> values;
  for (int value = 0; line >> value;) values.push_back(static_cast<std::int8_t>(value));
  return values;
}

std::vector<std::uint8_t> read_constant(std::istringstream& line, DType dtype) {
  std::vector<std::uint8_t> bytes;
  for (std::int32_t value = 0; line >> value;) {
    if (dtype == DType::kInt8) {
      bytes.push_back(static_cast<std::uint8_t>(value));
    } else {
      const std::size_t at = bytes.size();
      bytes.resize(at + sizeof(value));
      std::memcpy(bytes.data() + at, &value, sizeof(value));
    }
  }
  return bytes;
}

void read_op(std::istringstream& line, Graph& graph) {
  Op op;
  line >> op.type;
  const Attributes attributes(line);
  op.params = params_of(op.type, attributes);
  op.inputs = integers(attributes.text("inputs"));
  op.outputs = {attributes.integer("output")};
  graph.outputs = op.outputs;
  graph.ops.push_back(op);
}

void read_line(const std::string& text, std::vector<GoldenCase>& cases) {
  std::istringstream line(text);
  std::string keyword;
  line >> keyword;
  if (keyword == "case") {
    line >> cases.emplace_back().name;
    cases.back().graph.name = cases.back().name;
    return;
  }
  GoldenCase& current = cases.back();
  if (keyword == "op") {
    read_op(line, current.graph);
    return;
  }
  int index = 0;
  line >> index;
  if (keyword == "tensor") {
    current.graph.tensors.push_back(read_tensor(line));
  } else if (keyword == "const") {
    Tensor& tensor = current.graph.tensors.at(static_cast<std::size_t>(index));
    tensor.data = read_constant(line, tensor.dtype);
  } else if (keyword == "input") {
    current.graph.inputs.push_back(index);
    current.inputs.push_back(read_int8(line));
  } else if (keyword == "expect") {
    current.expected = read_int8(line);
  } else {
    throw std::runtime_error("unknown keyword " + keyword);
  }
}

}  // namespace

std::vector<GoldenCase> read_golden_cases(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot open " + file.string());
  std::vector<GoldenCase> cases;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) read_line(line, cases);
  }
  return cases;
}

}  // namespace systolite::test
