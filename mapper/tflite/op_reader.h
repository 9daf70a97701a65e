// SPDX-License-Identifier: Apache-2.0
// Operators of the file: options, operands and the shapes between them.
#pragma once

#include "mapper/ir/graph.h"
#include "mapper/tflite/model_file.h"
#include "mapper/tflite/tensor_reader.h"

namespace systolite {

// Operator `index` with all its tensors checked against each other. Throws Error(kModel).
[[nodiscard]] Op read_op(const ModelFile& file, int index, TensorReader& tensors);

}  // namespace systolite
