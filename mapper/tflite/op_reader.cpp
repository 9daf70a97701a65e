// SPDX-License-Identifier: Apache-2.0
#include "mapper/tflite/op_reader.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "mapper/tflite/op_names.h"
#include "mapper/tflite/window.h"

namespace systolite {
namespace {

constexpr std::int64_t kMaxWindowOption = 65535;  // stride, dilation, window side, border: all fit 16 bits with room
// Left shifts stay below the 31 bits of the rescaling formula.
constexpr double kMaxRescale = 536870912.0;  // 2^29
constexpr std::size_t kMaxBroadcastRank = 4;
constexpr double kSoftmaxScale = 1.0 / 256.0;
constexpr std::int64_t kSoftmaxZeroPoint = -128;

struct WindowOptions {
  tflite_file::PaddingKind padding;
  int kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
};

struct WindowShape {
  Padding pad;
  int height, width;
};

// One operator while it is being read.
class OpReader {
 public:
  OpReader(const ModelFile& file, const tflite_file::Operator& source, std::string where, TensorReader& tensors, Op& op)
      : file_(file), source_(source), where_(std::move(where)), tensors_(tensors), op_(op) {}

  void conv2d();
  void depthwise_conv2d();
  void fully_connected();
  void add();
  void pool2d(bool average);
  void reshape();
  void softmax();

 private:
  template <class... Args>
  void require(bool condition, fmt::format_string<Args...> sentence, Args&&... args) const {
    if (!condition) file_.fail("{} {}", where_, fmt::format(sentence, std::forward<Args>(args)...));
  }
  // The typed options; null unless the file has options of that type.
  template <class Options>
  [[nodiscard]] const Options* options() const {
    return source_.builtin_options_as<Options>();
  }
  template <class Options>
  [[nodiscard]] const Options& required_options() const {
    const Options* result = options<Options>();
    require(result != nullptr, "has no options of its kind");
    return *result;
  }

  void read_operands(std::size_t min_inputs, std::size_t max_inputs);
  const Tensor& input() { return tensors_.activation(op_.inputs[0], where_); }
  const Tensor& output() { return tensors_.activation(op_.outputs[0], where_); }
  const Tensor& image_input();
  void check_bias(int channels);
  void check_output_shape(const std::vector<int>& expected);
  void check_same_quantization(const Tensor& in, const Tensor& out) const;
  void check_rescale(const Tensor& in, const Tensor& weights, const Tensor& out) const;
  [[nodiscard]] Activation activation(tflite_file::FusedActivation fused) const;
  [[nodiscard]] WindowShape window(const Tensor& in, const WindowOptions& o) const;

  const ModelFile& file_;
  const tflite_file::Operator& source_;
  const std::string where_;
  TensorReader& tensors_;
  Op& op_;
};

void OpReader::read_operands(std::size_t min_inputs, std::size_t max_inputs) {
  const auto* inputs = source_.inputs();
  const auto* outputs = source_.outputs();
  const std::size_t input_count = inputs == nullptr ? 0 : inputs->size();
  const std::size_t output_count = outputs == nullptr ? 0 : outputs->size();
  if (min_inputs == max_inputs) {
    require(input_count == min_inputs, "has {} inputs; {} are needed", input_count, min_inputs);
  } else {
    require(input_count >= min_inputs && input_count <= max_inputs, "has {} inputs; {} or {} are needed", input_count,
            min_inputs, max_inputs);
  }
  require(output_count == 1, "has {} outputs; 1 is needed", output_count);
  op_.inputs.assign(inputs->begin(), inputs->end());
  op_.inputs.resize(max_inputs, -1);
  op_.outputs.assign(outputs->begin(), outputs->end());
}

const Tensor& OpReader::image_input() {
  const Tensor& in = input();
  require(in.shape.size() == 4, "has an input of shape {}; four dimensions (1 x height x width x channels) are needed",
          shape_text(in.shape));
  return in;
}

void OpReader::check_bias(int channels) {
  if (op_.inputs[2] != -1) tensors_.bias(op_.inputs[2], channels, where_);
}

void OpReader::check_output_shape(const std::vector<int>& expected) {
  const Tensor& out = output();
  require(out.shape == expected, "has an output of shape {}; its operands give {}", shape_text(out.shape),
          shape_text(expected));
}

void OpReader::check_same_quantization(const Tensor& in, const Tensor& out) const {
  require(
      in.quant.scales == out.quant.scales && in.quant.zero_points == out.quant.zero_points,
      "has scale {} zero point {} at its input but {} and {} at its output; it does not rescale, so they must be equal",
      in.quant.scales[0], in.quant.zero_points[0], out.quant.scales[0], out.quant.zero_points[0]);
}

void OpReader::check_rescale(const Tensor& in, const Tensor& weights, const Tensor& out) const {
  const float largest = *std::ranges::max_element(weights.quant.scales);
  const double rescale = static_cast<double>(in.quant.scales[0]) * largest / out.quant.scales[0];
  require(rescale <= kMaxRescale,
          "has the rescaling factor {} (input x weight / output scale); at most {} is supported", rescale, kMaxRescale);
}

Activation OpReader::activation(tflite_file::FusedActivation fused) const {
  switch (fused) {
    case tflite_file::FusedActivation::NONE:
      return Activation::kNone;
    case tflite_file::FusedActivation::RELU:
      return Activation::kRelu;
    case tflite_file::FusedActivation::RELU_N1_TO_1:
      return Activation::kReluN1To1;
    case tflite_file::FusedActivation::RELU6:
      return Activation::kRelu6;
    default:
      break;
  }
  std::string name = tflite_file::EnumNameFusedActivation(fused);
  if (name.empty()) name = std::to_string(static_cast<int>(fused));
  require(false, "has the fused activation {}; supported are: NONE, RELU, RELU_N1_TO_1, RELU6", name);
  return Activation::kNone;
}

WindowShape OpReader::window(const Tensor& in, const WindowOptions& o) const {
  const auto check = [this](const char* what, int h, int w) {
    require(h >= 1 && w >= 1 && h <= kMaxWindowOption && w <= kMaxWindowOption,
            "has the {} {}x{}; the range is 1 to {}", what, h, w, kMaxWindowOption);
  };
  check("stride", o.stride_h, o.stride_w);
  check("dilation", o.dilation_h, o.dilation_w);
  check("window", o.kernel_h, o.kernel_w);
  require(o.padding == tflite_file::PaddingKind::SAME || o.padding == tflite_file::PaddingKind::VALID,
          "has the padding {}; supported are: SAME, VALID", static_cast<int>(o.padding));
  const PaddingRule rule = o.padding == tflite_file::PaddingKind::SAME ? PaddingRule::kSame : PaddingRule::kValid;
  const WindowSpan y = window_span(rule, in.shape[1], o.kernel_h, o.stride_h, o.dilation_h);
  const WindowSpan x = window_span(rule, in.shape[2], o.kernel_w, o.stride_w, o.dilation_w);
  require(y.outputs >= 1 && x.outputs >= 1, "has a {}x{} window (dilation {}x{}) that is larger than its input {}",
          o.kernel_h, o.kernel_w, o.dilation_h, o.dilation_w, shape_text(in.shape));
  require(y.after <= kMaxWindowOption && x.after <= kMaxWindowOption,
          "needs a border of {}x{}; at most {} is supported", y.after, x.after, kMaxWindowOption);
  return {.pad = {.top = static_cast<int>(y.before),
                  .bottom = static_cast<int>(y.after),
                  .left = static_cast<int>(x.before),
                  .right = static_cast<int>(x.after)},
          .height = static_cast<int>(y.outputs),
          .width = static_cast<int>(x.outputs)};
}

void OpReader::conv2d() {
  read_operands(2, 3);
  const auto& o = required_options<tflite_file::Conv2DOptions>();
  const Tensor& in = image_input();
  const Tensor& weights = tensors_.weights(op_.inputs[1], 4, 0, where_);
  require(weights.shape[3] == in.shape[3],
          "has {} input channels but weights for {}; grouped convolution is not supported", in.shape[3],
          weights.shape[3]);
  check_bias(weights.shape[0]);
  const WindowShape w = window(in, {.padding = o.padding(),
                                    .kernel_h = weights.shape[1],
                                    .kernel_w = weights.shape[2],
                                    .stride_h = o.stride_h(),
                                    .stride_w = o.stride_w(),
                                    .dilation_h = o.dilation_h(),
                                    .dilation_w = o.dilation_w()});
  check_output_shape({1, w.height, w.width, weights.shape[0]});
  check_rescale(in, weights, output());
  op_.params = Conv2d{.stride_h = o.stride_h(),
                      .stride_w = o.stride_w(),
                      .dilation_h = o.dilation_h(),
                      .dilation_w = o.dilation_w(),
                      .pad = w.pad,
                      .activation = activation(o.fused_activation())};
}

void OpReader::depthwise_conv2d() {
  read_operands(2, 3);
  const auto& o = required_options<tflite_file::DepthwiseConv2DOptions>();
  const Tensor& in = image_input();
  const Tensor& weights = tensors_.weights(op_.inputs[1], 4, 3, where_);
  require(weights.shape[0] == 1, "has weights of shape {}; the first dimension must be 1", shape_text(weights.shape));
  require(
      o.depth_multiplier() >= 1 && static_cast<std::int64_t>(in.shape[3]) * o.depth_multiplier() == weights.shape[3],
      "has {} input channels, depth multiplier {} and weights for {} output channels, which do not agree", in.shape[3],
      o.depth_multiplier(), weights.shape[3]);
  check_bias(weights.shape[3]);
  const WindowShape w = window(in, {.padding = o.padding(),
                                    .kernel_h = weights.shape[1],
                                    .kernel_w = weights.shape[2],
                                    .stride_h = o.stride_h(),
                                    .stride_w = o.stride_w(),
                                    .dilation_h = o.dilation_h(),
                                    .dilation_w = o.dilation_w()});
  check_output_shape({1, w.height, w.width, weights.shape[3]});
  check_rescale(in, weights, output());
  op_.params = DepthwiseConv2d{.stride_h = o.stride_h(),
                               .stride_w = o.stride_w(),
                               .dilation_h = o.dilation_h(),
                               .dilation_w = o.dilation_w(),
                               .depth_multiplier = o.depth_multiplier(),
                               .pad = w.pad,
                               .activation = activation(o.fused_activation())};
}

void OpReader::fully_connected() {
  read_operands(2, 3);
  const auto& o = required_options<tflite_file::FullyConnectedOptions>();
  require(o.weights_format() == 0, "has shuffled weights (format {}); only the plain format 0 is supported",
          static_cast<int>(o.weights_format()));
  const Tensor& in = input();
  const Tensor& weights = tensors_.weights(op_.inputs[1], 2, 0, where_);
  const int n = weights.shape[0];
  const int k = weights.shape[1];
  check_bias(n);
  require(in.elements() % k == 0,
          "has an input of shape {}, which does not divide into rows of {} (its weights are {})", shape_text(in.shape),
          k, shape_text(weights.shape));
  const std::int64_t rows = in.elements() / k;
  if (o.keep_num_dims()) {
    require(in.shape.back() == k, "keeps dimensions, so the last one of its input {} must be {}", shape_text(in.shape),
            k);
    std::vector<int> expected = in.shape;
    expected.back() = n;
    check_output_shape(expected);
  } else {
    check_output_shape({static_cast<int>(rows), n});
  }
  check_rescale(in, weights, output());
  op_.params = FullyConnected{.activation = activation(o.fused_activation())};
}

void OpReader::add() {
  read_operands(2, 2);
  const Tensor& a = tensors_.operand(op_.inputs[0], where_);
  const Tensor& b = tensors_.operand(op_.inputs[1], where_);
  require(!a.is_constant() || !b.is_constant(), "adds two constants; at least one operand must be an activation");
  if (!a.is_constant()) tensors_.activation(op_.inputs[0], where_);
  if (!b.is_constant()) tensors_.activation(op_.inputs[1], where_);

  const std::size_t rank = std::max(a.shape.size(), b.shape.size());
  require(a.shape == b.shape || rank <= kMaxBroadcastRank, "broadcasts over {} dimensions; at most {} are supported",
          rank, kMaxBroadcastRank);
  std::vector<int> expected(rank);
  for (std::size_t i = 0; i < rank; ++i) {  // dimensions are aligned at the last one
    const int da = i < a.shape.size() ? a.shape[a.shape.size() - 1 - i] : 1;
    const int db = i < b.shape.size() ? b.shape[b.shape.size() - 1 - i] : 1;
    require(da == db || da == 1 || db == 1, "has operands of shapes {} and {}, which do not broadcast",
            shape_text(a.shape), shape_text(b.shape));
    expected[rank - 1 - i] = std::max(da, db);
  }
  check_output_shape(expected);
  // Both operands are brought to twice the larger scale with 20 more bits; from there the format allows only right
  // shifts.
  const double twice_max = 2.0 * std::max(a.quant.scales[0], b.quant.scales[0]);
  require(twice_max < 1048576.0 * output().quant.scales[0],
          "has the output scale {}, too small for its operand scales {} and {}", output().quant.scales[0],
          a.quant.scales[0], b.quant.scales[0]);
  const auto* o = options<tflite_file::AddOptions>();
  op_.params = Add{.activation = o == nullptr ? Activation::kNone : activation(o->fused_activation())};
}

void OpReader::pool2d(bool average) {
  read_operands(1, 1);
  const auto& o = required_options<tflite_file::Pool2DOptions>();
  const Tensor& in = image_input();
  const WindowShape w = window(in, {.padding = o.padding(),
                                    .kernel_h = o.filter_height(),
                                    .kernel_w = o.filter_width(),
                                    .stride_h = o.stride_h(),
                                    .stride_w = o.stride_w(),
                                    .dilation_h = 1,
                                    .dilation_w = 1});
  check_output_shape({1, w.height, w.width, in.shape[3]});
  check_same_quantization(in, output());
  op_.params = Pool2d{.average = average,
                      .filter_h = o.filter_height(),
                      .filter_w = o.filter_width(),
                      .stride_h = o.stride_h(),
                      .stride_w = o.stride_w(),
                      .pad = w.pad,
                      .activation = activation(o.fused_activation())};
}

void OpReader::reshape() {
  read_operands(1, 2);
  const Tensor& in = input();
  const auto* o = options<tflite_file::ReshapeOptions>();
  std::vector<std::int32_t> target;
  if (op_.inputs[1] != -1) {
    target = tensors_.shape_constant(op_.inputs[1], where_);
  } else {
    require(o != nullptr && o->new_shape() != nullptr, "has no target shape, neither as an operand nor in its options");
    target.assign(o->new_shape()->begin(), o->new_shape()->end());
  }
  const std::string text = shape_text(target);
  std::int64_t known = 1;
  for (const std::int32_t d : target) {
    require(d == -1 || d > 0, "has the target shape {}; dimensions are at least 1, or -1 for the one to be computed",
            text);
    if (d > 0) known *= d;
    require(known <= in.elements(), "has the target shape {} for an input of shape {}", text, shape_text(in.shape));
  }
  const auto open = std::ranges::count(target, -1);
  require(open <= 1, "has the target shape {}; only one dimension may be -1", text);
  require(open == 1 ? in.elements() % known == 0 : in.elements() == known,
          "has the target shape {} for an input of shape {}", text, shape_text(in.shape));
  std::ranges::replace(target, -1, static_cast<std::int32_t>(in.elements() / known));
  check_output_shape({target.begin(), target.end()});
  check_same_quantization(in, output());
  op_.inputs.resize(1);  // the target shape lives on in the shape of the output
  op_.params = Reshape{};
}

void OpReader::softmax() {
  read_operands(1, 1);
  const auto& o = required_options<tflite_file::SoftmaxOptions>();
  const Tensor& in = input();
  require(std::isfinite(o.beta()) && o.beta() > 0.0F, "has beta {}; it must be finite and above 0", o.beta());
  check_output_shape(in.shape);
  const Quantization& q = output().quant;
  require(q.scales[0] == kSoftmaxScale && q.zero_points[0] == kSoftmaxZeroPoint,
          "has scale {} and zero point {} at its output; int8 SOFTMAX has {} and {}", q.scales[0], q.zero_points[0],
          kSoftmaxScale, kSoftmaxZeroPoint);
  op_.params = Softmax{.beta = o.beta()};
}

// The code of an operator in old files (up to 127 operators) and new ones.
std::int32_t effective_code(const tflite_file::OperatorCode& code) {
  return std::max(code.builtin_code(), static_cast<std::int32_t>(code.deprecated_builtin_code()));
}

}  // namespace

Op read_op(const ModelFile& file, int index, TensorReader& tensors) {
  const tflite_file::Operator& source = *file.subgraph().operators()->Get(static_cast<flatbuffers::uoffset_t>(index));
  const auto* codes = file.model().operator_codes();
  const std::size_t code_count = codes == nullptr ? 0 : codes->size();
  file.require(source.opcode_index() < code_count, "operator #{} refers to operator code {}, the file has {}", index,
               source.opcode_index(), code_count);
  const tflite_file::OperatorCode& code = *codes->Get(source.opcode_index());

  Op op;
  op.index = index;
  op.type = builtin_op_name(effective_code(code));
  OpReader reader(file, source, fmt::format("operator #{} {}", index, op.type), tensors, op);
  switch (effective_code(code)) {
    case op_code::kConv2d:
      reader.conv2d();
      break;
    case op_code::kDepthwiseConv2d:
      reader.depthwise_conv2d();
      break;
    case op_code::kFullyConnected:
      reader.fully_connected();
      break;
    case op_code::kAdd:
      reader.add();
      break;
    case op_code::kAveragePool2d:
      reader.pool2d(true);
      break;
    case op_code::kMaxPool2d:
      reader.pool2d(false);
      break;
    case op_code::kReshape:
      reader.reshape();
      break;
    case op_code::kSoftmax:
      reader.softmax();
      break;
    default: {
      const bool custom = effective_code(code) == op_code::kCustom;
      file.fail(
          "operator #{} ({}{}) is not supported; supported are: ADD, AVERAGE_POOL_2D, CONV_2D, DEPTHWISE_CONV_2D, "
          "FULLY_CONNECTED, MAX_POOL_2D, RESHAPE, SOFTMAX",
          index, op.type, custom ? " " + printable(code.custom_code()) : "");
    }
  }
  op.name = tensors.any(op.outputs[0], op.type).name;
  return op;
}

}  // namespace systolite
