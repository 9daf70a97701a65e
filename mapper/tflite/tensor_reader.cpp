// SPDX-License-Identifier: Apache-2.0
#include "mapper/tflite/tensor_reader.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

namespace systolite {
namespace {

constexpr std::size_t kMaxRank = 6;
constexpr std::int64_t kMaxTensorBytes = std::numeric_limits<std::int32_t>::max();
// Tensors may share a buffer, so a small file could ask for any amount of memory; no microcontroller has this much
// flash.
constexpr std::int64_t kMaxConstantBytes = std::int64_t{256} << 20;
constexpr std::size_t kMaxNameInMessage = 60;

std::string short_name(const Tensor& tensor) {
  if (tensor.name.size() <= kMaxNameInMessage) return tensor.name;
  return tensor.name.substr(0, kMaxNameInMessage) + "...";
}

// The verifier aligns a vector's length, not its 8-byte elements, so they are copied out rather than read in place.
std::vector<std::int64_t> int64_values(const flatbuffers::Vector<std::int64_t>& vector) {
  std::vector<std::int64_t> values(vector.size());
  if (!values.empty()) std::memcpy(values.data(), vector.Data(), values.size() * sizeof(std::int64_t));
  for (std::int64_t& value : values) value = flatbuffers::EndianScalar(value);
  return values;
}

}  // namespace

std::string shape_text(const std::vector<int>& shape) {
  return shape.empty() ? "(scalar)" : fmt::format("{}", fmt::join(shape, "x"));
}

TensorReader::TensorReader(const ModelFile& file) : file_(file) {
  const auto* tensors = file.subgraph().tensors();
  const std::size_t count = tensors == nullptr ? 0 : tensors->size();
  tensors_.resize(count);
  loaded_.resize(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    tensors_[i].name = printable(tensors->Get(static_cast<flatbuffers::uoffset_t>(i))->name());
    if (tensors_[i].name.empty()) tensors_[i].name = fmt::format("tensor_{}", i);
  }
}

std::string TensorReader::describe(const Tensor& tensor, const std::string& where) const {
  return fmt::format("tensor '{}' ({})", short_name(tensor), where);
}

const Tensor& TensorReader::any(int index, const std::string& where) {
  file_.require(index >= 0 && static_cast<std::size_t>(index) < tensors_.size(),
                "{} refers to tensor {}, the model has {}", where, index, tensors_.size());
  const auto i = static_cast<std::size_t>(index);
  if (!loaded_[i]) {
    tensors_[i] = read(index, where);
    loaded_[i] = true;
  }
  return tensors_[i];
}

Tensor TensorReader::read(int index, const std::string& where) {
  const tflite_file::Tensor& source = *file_.subgraph().tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
  Tensor tensor = tensors_[static_cast<std::size_t>(index)];
  const std::string what = describe(tensor, where);
  file_.require(!source.is_variable(), "{} is a variable; stateful models are not supported", what);
  file_.require(source.sparsity() == nullptr, "{} is stored sparse; only dense tensors are supported", what);
  tensor.dtype = read_type(source, what);
  tensor.shape = read_shape(source, what);
  file_.require(tensor.bytes() <= kMaxTensorBytes, "{} has shape {}, which is more than {} bytes", what,
                shape_text(tensor.shape), kMaxTensorBytes);
  tensor.data = read_data(source, tensor, what);
  tensor.quant = read_quantization(source, what);
  return tensor;
}

DType TensorReader::read_type(const tflite_file::Tensor& source, const std::string& what) const {
  if (source.type() == tflite_file::TensorType::INT8) return DType::kInt8;
  if (source.type() == tflite_file::TensorType::INT32) return DType::kInt32;
  std::string name = tflite_file::EnumNameTensorType(source.type());
  if (name.empty()) name = std::to_string(static_cast<int>(source.type()));
  file_.fail("{} has type {}; Systolite runs int8 models, quantise it first", what, name);
}

std::vector<int> TensorReader::read_shape(const tflite_file::Tensor& source, const std::string& what) const {
  std::vector<int> shape;
  if (source.shape() != nullptr) shape.assign(source.shape()->begin(), source.shape()->end());
  file_.require(shape.size() <= kMaxRank, "{} has {} dimensions; at most {} are supported", what, shape.size(),
                kMaxRank);
  std::int64_t elements = 1;
  for (const int d : shape) {
    file_.require(d > 0, "{} has shape {}; every dimension must be at least 1", what, shape_text(shape));
    elements *= d;
    file_.require(elements <= kMaxTensorBytes, "{} has shape {}, which is more than {} bytes", what, shape_text(shape),
                  kMaxTensorBytes);
  }
  const auto* signature = source.shape_signature();
  if (signature == nullptr || signature->size() == 0) return shape;
  file_.require(signature->size() == shape.size(), "{} has {} dimensions in its shape but {} in its shape signature",
                what, shape.size(), signature->size());
  for (flatbuffers::uoffset_t i = 0; i < signature->size(); ++i) {
    if (signature->Get(i) == -1) {
      file_.require(i == 0 && shape[i] == 1, "{} has the dynamic dimension {}; only a batch of 1 may be left open",
                    what, i);
    } else {
      file_.require(signature->Get(i) == shape[i],
                    "{} has {} in dimension {} of its shape but {} in its shape signature", what, shape[i], i,
                    signature->Get(i));
    }
  }
  return shape;
}

std::vector<std::uint8_t> TensorReader::read_data(const tflite_file::Tensor& source, const Tensor& tensor,
                                                  const std::string& what) {
  const auto* buffers = file_.model().buffers();
  const std::size_t buffer_count = buffers == nullptr ? 0 : buffers->size();
  file_.require(source.buffer() < buffer_count, "{} refers to buffer {}, the file has {}", what, source.buffer(),
                buffer_count);
  const tflite_file::Buffer& buffer = *buffers->Get(source.buffer());
  file_.require(buffer.offset() <= 1, "{} keeps its data outside the FlatBuffer, which is not supported", what);
  const auto* data = buffer.data();
  if (data == nullptr || data->size() == 0) return {};
  file_.require(static_cast<std::int64_t>(data->size()) == tensor.bytes(),
                "{} has {} bytes of data, its shape {} needs {}", what, data->size(), shape_text(tensor.shape),
                tensor.bytes());
  constant_bytes_ += tensor.bytes();
  file_.require(constant_bytes_ <= kMaxConstantBytes, "the constants of the model need more than {} bytes",
                kMaxConstantBytes);
  return {data->begin(), data->end()};
}

Quantization TensorReader::read_quantization(const tflite_file::Tensor& source, const std::string& what) const {
  Quantization result;
  const auto* q = source.quantization();
  if (q == nullptr) return result;
  file_.require(q->details_type() == 0, "{} has a custom quantisation scheme; only affine ones are supported", what);
  if (q->scale() != nullptr) result.scales.assign(q->scale()->begin(), q->scale()->end());
  if (q->zero_point() != nullptr) result.zero_points = int64_values(*q->zero_point());
  result.dim = q->quantized_dimension();
  file_.require(result.scales.size() == result.zero_points.size(), "{} has {} scales but {} zero points", what,
                result.scales.size(), result.zero_points.size());
  for (const float scale : result.scales) {
    file_.require(std::isfinite(scale) && scale > 0.0F, "{} has the scale {}; scales must be finite and above 0", what,
                  scale);
  }
  return result;
}

void TensorReader::check_int8(const Tensor& tensor, const std::string& where) const {
  file_.require(tensor.dtype == DType::kInt8, "{} has type INT32 where INT8 is needed; Systolite runs int8 models",
                describe(tensor, where));
  file_.require(!tensor.quant.scales.empty(), "{} has no quantisation (scale and zero point)", describe(tensor, where));
}

const Tensor& TensorReader::operand(int index, const std::string& where) {
  const Tensor& tensor = any(index, where);
  check_int8(tensor, where);
  file_.require(tensor.quant.scales.size() == 1, "{} has {} scales where one is needed", describe(tensor, where),
                tensor.quant.scales.size());
  const std::int64_t zero = tensor.quant.zero_points[0];
  file_.require(zero >= -128 && zero <= 127, "{} has the zero point {}; the range is -128 to 127",
                describe(tensor, where), zero);
  return tensor;
}

const Tensor& TensorReader::activation(int index, const std::string& where) {
  const Tensor& tensor = operand(index, where);
  file_.require(!tensor.is_constant(), "{} is a constant where an activation is needed", describe(tensor, where));
  file_.require(!tensor.shape.empty() && tensor.shape[0] == 1,
                "{} has shape {}; Systolite runs one inference at a time, so the first dimension must be 1",
                describe(tensor, where), shape_text(tensor.shape));
  return tensor;
}

const Tensor& TensorReader::weights(int index, std::size_t rank, int channel_dim, const std::string& where) {
  const Tensor& tensor = any(index, where);
  const std::string what = describe(tensor, where);
  check_int8(tensor, where);
  file_.require(tensor.is_constant(), "{} is not constant; weights must be stored in the model", what);
  file_.require(tensor.shape.size() == rank, "{} has shape {}; weights of this operator have {} dimensions", what,
                shape_text(tensor.shape), rank);
  const std::size_t channels = static_cast<std::size_t>(tensor.shape[static_cast<std::size_t>(channel_dim)]);
  const std::size_t scales = tensor.quant.scales.size();
  file_.require(scales == 1 || scales == channels, "{} has {} scales; 1 or {} (one per output channel) are needed",
                what, scales, channels);
  file_.require(scales == 1 || tensor.quant.dim == channel_dim,
                "{} is quantised along dimension {}; the output channels are dimension {}", what, tensor.quant.dim,
                channel_dim);
  file_.require(std::ranges::all_of(tensor.quant.zero_points, [](std::int64_t z) { return z == 0; }),
                "{} has a zero point other than 0; int8 weights must be symmetric", what);
  return tensor;
}

const Tensor& TensorReader::bias(int index, int channels, const std::string& where) {
  const Tensor& tensor = any(index, where);
  const std::string what = describe(tensor, where);
  file_.require(tensor.dtype == DType::kInt32, "{} has type INT8; a bias must be INT32", what);
  file_.require(tensor.is_constant(), "{} is not constant; a bias must be stored in the model", what);
  file_.require(tensor.elements() == channels, "{} has {} values; {} (one per output channel) are needed", what,
                tensor.elements(), channels);
  file_.require(std::ranges::all_of(tensor.quant.zero_points, [](std::int64_t z) { return z == 0; }),
                "{} has a zero point other than 0; a bias must be symmetric", what);
  return tensor;
}

std::vector<std::int32_t> TensorReader::shape_constant(int index, const std::string& where) {
  const Tensor& tensor = any(index, where);
  const std::string what = describe(tensor, where);
  file_.require(tensor.dtype == DType::kInt32, "{} has type INT8; a target shape must be INT32", what);
  file_.require(tensor.is_constant(), "{} is not constant; a target shape must be stored in the model", what);
  file_.require(tensor.shape.size() == 1, "{} has shape {}; a target shape has one dimension", what,
                shape_text(tensor.shape));
  std::vector<std::int32_t> values(static_cast<std::size_t>(tensor.shape[0]));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = flatbuffers::ReadScalar<std::int32_t>(tensor.data.data() + 4 * i);
  }
  return values;
}

}  // namespace systolite
