// SPDX-License-Identifier: Apache-2.0
// Names of the built-in operators of the file format, for messages and for Op::type.
#pragma once

#include <cstdint>
#include <string>

namespace systolite {

namespace op_code {
inline constexpr std::int32_t kAdd = 0;
inline constexpr std::int32_t kAveragePool2d = 1;
inline constexpr std::int32_t kConv2d = 3;
inline constexpr std::int32_t kDepthwiseConv2d = 4;
inline constexpr std::int32_t kFullyConnected = 9;
inline constexpr std::int32_t kMaxPool2d = 17;
inline constexpr std::int32_t kReshape = 22;
inline constexpr std::int32_t kSoftmax = 25;
inline constexpr std::int32_t kCustom = 32;
}  // namespace op_code

// "CONV_2D"; "operator code 999" for a code this list does not know.
[[nodiscard]] std::string builtin_op_name(std::int32_t code);

}  // namespace systolite
