// SPDX-License-Identifier: Apache-2.0
// Tensors of the file, each checked when an operator (or the model's input list) first refers to it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/tflite/model_file.h"

namespace systolite {

class TensorReader {
 public:
  explicit TensorReader(const ModelFile& file);

  // Shape, type, data and quantisation are consistent in themselves. `where` ("operator #3 CONV_2D") is for messages.
  // The references stay valid as long as the reader.
  const Tensor& any(int index, const std::string& where);
  // int8, batch 1, one scale, not constant.
  const Tensor& activation(int index, const std::string& where);
  // The same, but it may be constant, with any shape.
  const Tensor& operand(int index, const std::string& where);
  // int8 constant of `rank` dimensions, zero points 0, one scale or one for each slice of dimension `channel_dim`.
  const Tensor& weights(int index, std::size_t rank, int channel_dim, const std::string& where);
  // int32 constant with one value per channel.
  const Tensor& bias(int index, int channels, const std::string& where);
  // One-dimensional int32 constant.
  std::vector<std::int32_t> shape_constant(int index, const std::string& where);

  // Every tensor of the file at its index; those never asked for keep only their name.
  [[nodiscard]] std::vector<Tensor> take() { return std::move(tensors_); }

 private:
  [[nodiscard]] Tensor read(int index, const std::string& where);
  [[nodiscard]] DType read_type(const tflite_file::Tensor& source, const std::string& what) const;
  [[nodiscard]] std::vector<int> read_shape(const tflite_file::Tensor& source, const std::string& what) const;
  [[nodiscard]] std::vector<std::uint8_t> read_data(const tflite_file::Tensor& source, const Tensor& tensor,
                                                    const std::string& what);
  [[nodiscard]] Quantization read_quantization(const tflite_file::Tensor& source, const std::string& what) const;
  [[nodiscard]] std::string describe(const Tensor& tensor, const std::string& where) const;
  void check_int8(const Tensor& tensor, const std::string& where) const;

  const ModelFile& file_;
  std::vector<Tensor> tensors_;
  std::vector<bool> loaded_;
  std::int64_t constant_bytes_ = 0;
};

// "1x32x32x3".
[[nodiscard]] std::string shape_text(const std::vector<int>& shape);

}  // namespace systolite
