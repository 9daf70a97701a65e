// SPDX-License-Identifier: Apache-2.0
// Every way in which the importer refuses a file: a sound model with one thing changed, and the sentence that must
// come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <ostream>

#include "mapper/tflite/import.h"
#include "sim/core/error.h"
#include "tests/import/test_files.h"
#include "tflite_subset_generated.h"

namespace systolite {
namespace {

using namespace tflite_file;  // NOLINT: the tables of the file, as objects

constexpr int kAdd = 0;
constexpr int kLstm = 16;
constexpr int kCustom = 32;
constexpr int kFirstCodeBeyondOldFiles = 127;

std::string message_of(const std::vector<std::uint8_t>& bytes) {
  try {
    (void)import_tflite(bytes.data(), bytes.size(), "m");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kModel);
    return error.what();
  }
  return "no error";
}

std::vector<std::uint8_t> pack(const ModelT& model) {
  flatbuffers::FlatBufferBuilder builder;
  FinishModelBuffer(builder, Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

// A model of the repository, taken apart.
class Parts {
 public:
  explicit Parts(const std::string& file) {
    const std::vector<std::uint8_t> bytes = test::read_bytes(test::models_dir() / file);
    GetModel(bytes.data())->UnPackTo(&model);
  }
  [[nodiscard]] SubGraphT& graph() { return *model.subgraphs.at(0); }
  [[nodiscard]] OperatorT& op(std::size_t i) { return *graph().operators.at(i); }
  [[nodiscard]] TensorT& tensor(int i) { return *graph().tensors.at(static_cast<std::size_t>(i)); }
  [[nodiscard]] TensorT& input(std::size_t op_index, std::size_t i = 0) { return tensor(op(op_index).inputs.at(i)); }
  [[nodiscard]] TensorT& output(std::size_t op_index) { return tensor(op(op_index).outputs.at(0)); }
  [[nodiscard]] BufferT& data(const TensorT& t) { return *model.buffers.at(t.buffer); }
  [[nodiscard]] Conv2DOptionsT& conv(std::size_t i) { return *op(i).builtin_options.AsConv2DOptions(); }
  [[nodiscard]] DepthwiseConv2DOptionsT& depthwise(std::size_t i) {
    return *op(i).builtin_options.AsDepthwiseConv2DOptions();
  }
  [[nodiscard]] Pool2DOptionsT& pool(std::size_t i) { return *op(i).builtin_options.AsPool2DOptions(); }
  void set_code(std::size_t op_index, int code) {
    auto entry = std::make_unique<OperatorCodeT>();
    entry->deprecated_builtin_code = static_cast<std::int8_t>(std::min(code, kFirstCodeBeyondOldFiles));
    entry->builtin_code = code;
    op(op_index).opcode_index = static_cast<std::uint32_t>(model.operator_codes.size());
    model.operator_codes.push_back(std::move(entry));
  }
  // Gives a tensor data of its own.
  void set_data(TensorT& t, std::vector<std::uint8_t> bytes) {
    t.buffer = static_cast<std::uint32_t>(model.buffers.size());
    model.buffers.push_back(std::make_unique<BufferT>());
    model.buffers.back()->data = std::move(bytes);
  }

  ModelT model;
};

struct Case {
  std::string name;
  std::string file;
  std::function<void(Parts&)> change;
  std::string sentence;  // a part of the message
};

void PrintTo(const Case& c, std::ostream* stream) { *stream << c.file; }

class ImportErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ImportErrorTest, SaysWhatIsWrong) {
  Parts parts(GetParam().file);
  ASSERT_EQ(message_of(pack(parts.model)), "no error");
  GetParam().change(parts);
  EXPECT_THAT(message_of(pack(parts.model)),
              testing::AllOf(testing::StartsWith("m: "), testing::HasSubstr(GetParam().sentence)));
}

// kws: 0 CONV_2D, 1 DEPTHWISE_CONV_2D, .., 9 AVERAGE_POOL_2D, 10 RESHAPE, 11 FULLY_CONNECTED, 12 SOFTMAX
const std::string kKws = "kws_embedded.tflite";
const std::string kReshape = "corners/reshape_options.tflite";
const std::string kAddCorner = "corners/add_broadcast_relu6.tflite";
const std::string kAddConstant = "corners/add_constant.tflite";
const std::string kRows = "corners/fully_connected_rows.tflite";

std::vector<Case> model_cases() {
  return {
      {"Version", kKws, [](Parts& p) { p.model.version = 2; }, "schema version 2 is not supported, 3 is"},
      {"NoSubgraph", kKws, [](Parts& p) { p.model.subgraphs.clear(); },
       "the model has 0 subgraphs; exactly one is supported"},
      {"TwoSubgraphs", kKws, [](Parts& p) { p.model.subgraphs.push_back(std::make_unique<SubGraphT>()); },
       "the model has 2 subgraphs; exactly one is supported"},
      {"NoOperators", kKws, [](Parts& p) { p.graph().operators.clear(); }, "the model has no operators"},
      {"NoInputs", kKws, [](Parts& p) { p.graph().inputs.clear(); }, "the model has no inputs"},
      {"NoOutputs", kKws, [](Parts& p) { p.graph().outputs.clear(); }, "the model has no outputs"},
      {"NoTensors", kKws, [](Parts& p) { p.graph().tensors.clear(); },
       "operator #0 CONV_2D refers to tensor 0, the model has 0"},
      {"NoBuffers", kKws, [](Parts& p) { p.model.buffers.clear(); }, "refers to buffer 1, the file has 0"},
      {"InputIndex", kKws, [](Parts& p) { p.graph().inputs = {999}; },
       "model input refers to tensor 999, the model has 35"},
      {"OutputIndex", kKws, [](Parts& p) { p.graph().outputs = {-1}; },
       "model output refers to tensor -1, the model has 35"},
      {"InputTwice", kKws,
       [](Parts& p) {
         p.graph().inputs = {0, 0};
       },
       "the model's input list writes tensor 'input', which already has a value"},
      {"InputIsConstant", kKws, [](Parts& p) { p.graph().inputs = {p.op(11).inputs[1]}; },
       "(model input) is a constant where an activation is needed"},
      {"ReadBeforeWrite", kKws, [](Parts& p) { std::swap(p.op(2).inputs[0], p.op(4).inputs[0]); },
       "operator #2 CONV_2D reads tensor 'block1/depthwise' before any operator has written it"},
      {"WrittenTwice", kKws, [](Parts& p) { p.op(4).outputs = p.op(2).outputs; },
       "operator #4 CONV_2D writes tensor 'block0/pointwise', which already has a value"},
      {"OutputNeverWritten", kKws, [](Parts& p) { p.graph().operators.pop_back(); },
       "the model's output list reads tensor 'probabilities' before any operator has written it"},
      {"CodeIndex", kKws, [](Parts& p) { p.op(3).opcode_index = 77; },
       "operator #3 refers to operator code 77, the file has"},
      {"UnsupportedOperator", kKws, [](Parts& p) { p.set_code(12, kLstm); },
       "operator #12 (LSTM) is not supported; supported are: ADD, AVERAGE_POOL_2D, CONV_2D, DEPTHWISE_CONV_2D, "
       "FULLY_CONNECTED, MAX_POOL_2D, RESHAPE, SOFTMAX"},
      {"NewOperator", kKws, [](Parts& p) { p.set_code(12, 150); }, "operator #12 (GELU) is not supported"},
      {"UnknownOperator", kKws, [](Parts& p) { p.set_code(12, 9999); },
       "operator #12 (operator code 9999) is not supported"},
      {"NegativeOperator", kKws, [](Parts& p) { p.set_code(12, -5); },
       "operator #12 (operator code -5) is not supported"},
      {"CustomOperator", kKws,
       [](Parts& p) {
         p.set_code(12, kCustom);
         p.model.operator_codes.back()->custom_code = "Detect\x01";
       },
       "operator #12 (CUSTOM Detect?) is not supported"},
  };
}

std::vector<Case> tensor_cases() {
  const float infinity = std::numeric_limits<float>::infinity();
  return {
      {"FloatModel", kKws, [](Parts& p) { p.tensor(0).type = TensorType::FLOAT32; },
       "tensor 'input' (operator #0 CONV_2D) has type FLOAT32; Systolite runs int8 models, quantise it first"},
      {"Uint8Model", kKws, [](Parts& p) { p.tensor(0).type = TensorType::UINT8; },
       "has type UINT8; Systolite runs int8 models"},
      {"Int16Output", kKws, [](Parts& p) { p.output(0).type = TensorType::INT16; },
       "(operator #0 CONV_2D) has type INT16"},
      {"UnknownType", kKws, [](Parts& p) { p.tensor(0).type = static_cast<TensorType>(99); }, "has type 99;"},
      {"Int64Bias", kKws, [](Parts& p) { p.input(0, 2).type = TensorType::INT64; },
       "tensor 'stem/bias' (operator #0 CONV_2D) has type INT64"},
      {"Int32Activation", kKws, [](Parts& p) { p.tensor(0).type = TensorType::INT32; },
       "tensor 'input' (operator #0 CONV_2D) has type INT32 where INT8 is needed; Systolite runs int8 models"},
      {"NameMadePrintable", kKws,
       [](Parts& p) {
         p.tensor(0).name = "a\nb\xff";
         p.tensor(0).type = TensorType::BOOL;
       },
       "tensor 'a?b?' (operator #0 CONV_2D) has type BOOL"},
      {"LongNameCut", kKws,
       [](Parts& p) {
         p.tensor(0).name = std::string(100, 'x');
         p.tensor(0).type = TensorType::BOOL;
       },
       "tensor '" + std::string(60, 'x') + "...' (operator"},
      {"NoName", kKws,
       [](Parts& p) {
         p.tensor(0).name.clear();
         p.tensor(0).type = TensorType::BOOL;
       },
       "tensor 'tensor_0' (operator"},
      {"Variable", kKws, [](Parts& p) { p.tensor(0).is_variable = true; },
       "is a variable; stateful models are not supported"},
      {"Sparse", kKws, [](Parts& p) { p.input(0, 1).sparsity = std::make_unique<SparsityParametersT>(); },
       "is stored sparse; only dense tensors are supported"},
      {"TooManyDimensions", kKws, [](Parts& p) { p.tensor(0).shape.assign(7, 1); },
       "has 7 dimensions; at most 6 are supported"},
      {"ZeroDimension", kKws, [](Parts& p) { p.tensor(0).shape[1] = 0; },
       "has shape 1x0x10x1; every dimension must be at least 1"},
      {"NegativeDimension", kKws, [](Parts& p) { p.tensor(0).shape[1] = -49; },
       "has shape 1x-49x10x1; every dimension"},
      {"HugeShape", kKws,
       [](Parts& p) {
         p.tensor(0).shape = {1, 65536, 65536, 65536};
       },
       "has shape 1x65536x65536x65536, which is more than 2147483647 bytes"},
      {"HugeInt32", kKws, [](Parts& p) { p.input(0, 2).shape = {1 << 30}; }, "which is more than 2147483647 bytes"},
      {"DynamicDimension", kKws,
       [](Parts& p) {
         p.tensor(0).shape_signature = {-1, -1, 10, 1};
       },
       "tensor 'input' (operator #0 CONV_2D) has the dynamic dimension 1; only a batch of 1 may be left open"},
      {"DynamicBatchOfTwo", kKws,
       [](Parts& p) {
         p.tensor(0).shape[0] = 2;
         p.tensor(0).shape_signature = {-1, 49, 10, 1};
       },
       "has the dynamic dimension 0; only a batch of 1 may be left open"},
      {"SignatureRank", kKws,
       [](Parts& p) {
         p.tensor(0).shape_signature = {-1, 49};
       },
       "has 4 dimensions in its shape but 2 in its shape signature"},
      {"SignatureValue", kKws,
       [](Parts& p) {
         p.tensor(0).shape_signature = {1, 48, 10, 1};
       },
       "has 49 in dimension 1 of its shape but 48 in its shape signature"},
      {"Batch", kKws,
       [](Parts& p) {
         p.tensor(0).shape[0] = 4;
         p.tensor(0).shape_signature.clear();
       },
       "has shape 4x49x10x1; Systolite runs one inference at a time, so the first dimension must be 1"},
      {"ScalarActivation", kKws,
       [](Parts& p) {
         p.tensor(0).shape.clear();
         p.tensor(0).shape_signature.clear();
       },
       "has shape (scalar); Systolite runs one inference at a time"},
      {"BufferIndex", kKws, [](Parts& p) { p.tensor(0).buffer = 5000; }, "refers to buffer 5000, the file has"},
      {"ExternalBuffer", kKws, [](Parts& p) { p.data(p.input(0, 1)).offset = 4096; },
       "keeps its data outside the FlatBuffer, which is not supported"},
      {"ShortData", kKws, [](Parts& p) { p.data(p.input(0, 1)).data.pop_back(); },
       "tensor 'stem/weights' (operator #0 CONV_2D) has 2559 bytes of data, its shape 64x10x4x1 needs 2560"},
      {"CustomQuantisation", kKws, [](Parts& p) { p.tensor(0).quantization->details_type = 1; },
       "has a custom quantisation scheme"},
      {"NoQuantisation", kKws, [](Parts& p) { p.tensor(0).quantization.reset(); },
       "tensor 'input' (operator #0 CONV_2D) has no quantisation (scale and zero point)"},
      {"EmptyQuantisation", kKws, [](Parts& p) { *p.tensor(0).quantization = {}; },
       "has no quantisation (scale and zero point)"},
      {"ZeroPointCount", kKws, [](Parts& p) { p.tensor(0).quantization->zero_point.clear(); },
       "has 1 scales but 0 zero points"},
      {"ZeroScale", kKws, [](Parts& p) { p.tensor(0).quantization->scale[0] = 0.0F; },
       "has the scale 0; scales must be finite and above 0"},
      {"NegativeScale", kKws, [](Parts& p) { p.tensor(0).quantization->scale[0] = -0.5F; }, "has the scale -0.5;"},
      {"InfiniteScale", kKws, [infinity](Parts& p) { p.tensor(0).quantization->scale[0] = infinity; },
       "has the scale inf;"},
      {"NanScale", kKws, [](Parts& p) { p.input(0, 1).quantization->scale[5] = std::nanf(""); }, "has the scale nan;"},
      {"ActivationPerChannel", kKws,
       [](Parts& p) {
         p.tensor(0).quantization->scale.assign(10, 0.1F);
         p.tensor(0).quantization->zero_point.assign(10, 0);
       },
       "has 10 scales where one is needed"},
      {"ZeroPointRange", kKws, [](Parts& p) { p.tensor(0).quantization->zero_point[0] = 128; },
       "has the zero point 128; the range is -128 to 127"},
      {"WeightZeroPoint", kKws, [](Parts& p) { p.input(0, 1).quantization->zero_point[3] = 1; },
       "tensor 'stem/weights' (operator #0 CONV_2D) has a zero point other than 0; int8 weights must be symmetric"},
      {"WeightScaleCount", kKws,
       [](Parts& p) {
         p.input(0, 1).quantization->scale.resize(63);
         p.input(0, 1).quantization->zero_point.resize(63);
       },
       "has 63 scales; 1 or 64 (one per output channel) are needed"},
      {"WeightDimension", kKws, [](Parts& p) { p.input(0, 1).quantization->quantized_dimension = 3; },
       "is quantised along dimension 3; the output channels are dimension 0"},
      {"WeightRank", kKws,
       [](Parts& p) {
         p.input(0, 1).shape = {64, 40};
       },
       "has shape 64x40; weights of this operator have 4 dimensions"},
      {"WeightsNotConstant", kKws, [](Parts& p) { p.data(p.input(0, 1)).data.clear(); },
       "is not constant; weights must be stored in the model"},
      {"BiasType", kKws, [](Parts& p) { p.op(0).inputs[2] = p.op(0).inputs[1]; },
       "has type INT8; a bias must be INT32"},
      {"BiasNotConstant", kKws, [](Parts& p) { p.data(p.input(0, 2)).data.clear(); },
       "is not constant; a bias must be stored in the model"},
      {"BiasLength", kKws, [](Parts& p) { p.op(0).inputs[2] = p.op(11).inputs[2]; },
       "tensor 'logits/bias' (operator #0 CONV_2D) has 12 values; 64 (one per output channel) are needed"},
      {"BiasZeroPoint", kKws, [](Parts& p) { p.input(0, 2).quantization->zero_point[0] = 9; },
       "has a zero point other than 0; a bias must be symmetric"},
      {"BiasIndex", kKws, [](Parts& p) { p.op(0).inputs[2] = -2; }, "operator #0 CONV_2D refers to tensor -2"},
  };
}

std::vector<Case> window_cases() {
  return {
      {"InputCount", kKws, [](Parts& p) { p.op(0).inputs.resize(1); },
       "operator #0 CONV_2D has 1 inputs; 2 or 3 are needed"},
      {"NoInputs", kKws, [](Parts& p) { p.op(9).inputs.clear(); },
       "operator #9 AVERAGE_POOL_2D has 0 inputs; 1 are needed"},
      {"OutputCount", kKws, [](Parts& p) { p.op(0).outputs.clear(); },
       "operator #0 CONV_2D has 0 outputs; 1 is needed"},
      {"NoOptions", kKws, [](Parts& p) { p.op(0).builtin_options.Reset(); },
       "operator #0 CONV_2D has no options of its kind"},
      {"OtherOptions", kKws, [](Parts& p) { p.op(0).builtin_options.Set(SoftmaxOptionsT{}); },
       "operator #0 CONV_2D has no options of its kind"},
      {"ImageRank", kKws,
       [](Parts& p) {
         p.tensor(0).shape = {1, 490};
         p.tensor(0).shape_signature.clear();
       },
       "operator #0 CONV_2D has an input of shape 1x490; four dimensions (1 x height x width x channels) are needed"},
      {"Grouped", kKws,
       [](Parts& p) {
         p.tensor(0).shape = {1, 49, 5, 2};
         p.tensor(0).shape_signature.clear();
       },
       "operator #0 CONV_2D has 2 input channels but weights for 1; grouped convolution is not supported"},
      {"OutputShape", kKws,
       [](Parts& p) {
         p.output(0).shape = {1, 24, 5, 64};
         p.output(0).shape_signature.clear();
       },
       "operator #0 CONV_2D has an output of shape 1x24x5x64; its operands give 1x25x5x64"},
      {"Stride", kKws, [](Parts& p) { p.conv(0).stride_h = 0; },
       "operator #0 CONV_2D has the stride 0x2; the range is 1 to 65535"},
      {"NegativeStride", kKws, [](Parts& p) { p.conv(0).stride_w = -1; },
       "has the stride 2x-1; the range is 1 to 65535"},
      {"Dilation", kKws, [](Parts& p) { p.conv(0).dilation_w = 70000; },
       "has the dilation 1x70000; the range is 1 to 65535"},
      {"Border", kKws, [](Parts& p) { p.conv(0).dilation_h = 65535; }, "needs a border of"},
      {"Padding", kKws, [](Parts& p) { p.conv(0).padding = static_cast<PaddingKind>(2); },
       "has the padding 2; supported are: SAME, VALID"},
      {"WindowTooLarge", kKws,
       [](Parts& p) {
         p.conv(0).padding = PaddingKind::VALID;
         p.conv(0).dilation_h = 6;
       },
       "operator #0 CONV_2D has a 10x4 window (dilation 6x1) that is larger than its input 1x49x10x1"},
      {"Activation", kKws, [](Parts& p) { p.conv(0).fused_activation = FusedActivation::TANH; },
       "operator #0 CONV_2D has the fused activation TANH; supported are: NONE, RELU, RELU_N1_TO_1, RELU6"},
      {"UnknownActivation", kKws, [](Parts& p) { p.conv(0).fused_activation = static_cast<FusedActivation>(9); },
       "has the fused activation 9;"},
      {"Rescale", kKws, [](Parts& p) { p.input(0, 1).quantization->scale[0] = 1e20F; },
       "operator #0 CONV_2D has the rescaling factor"},
      {"Multiplier", kKws, [](Parts& p) { p.depthwise(1).depth_multiplier = 2; },
       "operator #1 DEPTHWISE_CONV_2D has 64 input channels, depth multiplier 2 and weights for 64 output channels, "
       "which do "
       "not agree"},
      {"MultiplierZero", kKws, [](Parts& p) { p.depthwise(1).depth_multiplier = 0; }, "depth multiplier 0 and weights"},
      {"DepthwiseWeights", kKws,
       [](Parts& p) {
         p.input(1, 1).shape = {3, 1, 3, 64};
       },
       "operator #1 DEPTHWISE_CONV_2D has weights of shape 3x1x3x64; the first dimension must be 1"},
      {"PoolWindow", kKws, [](Parts& p) { p.pool(9).filter_height = 0; },
       "operator #9 AVERAGE_POOL_2D has the window 0x5; the range is 1 to 65535"},
      {"PoolLarger", kKws, [](Parts& p) { p.pool(9).filter_height = 26; }, "that is larger than its input 1x25x5x64"},
      {"PoolRescales", kKws, [](Parts& p) { p.output(9).quantization->zero_point[0] = 3; },
       "operator #9 AVERAGE_POOL_2D has scale"},
  };
}

std::vector<Case> other_operator_cases() {
  return {
      {"FullyConnectedFormat", kKws,
       [](Parts& p) { p.op(11).builtin_options.AsFullyConnectedOptions()->weights_format = 1; },
       "operator #11 FULLY_CONNECTED has shuffled weights (format 1); only the plain format 0 is supported"},
      {"FullyConnectedRows", kKws,
       [](Parts& p) {
         p.input(11, 1).shape = {12, 48};
         p.set_data(p.input(11, 1), std::vector<std::uint8_t>(12 * 48));
       },
       "operator #11 FULLY_CONNECTED has an input of shape 1x64, which does not divide into rows of 48 (its weights "
       "are 12x48)"},
      {"FullyConnectedOutput", kKws,
       [](Parts& p) {
         p.output(11).shape = {1, 13};
         p.output(11).shape_signature.clear();
       },
       "operator #11 FULLY_CONNECTED has an output of shape 1x13; its operands give 1x12"},
      {"FullyConnectedLastDimension", kRows,
       [](Parts& p) {
         p.tensor(0).shape = {1, 32, 6};
         p.tensor(0).shape_signature.clear();
       },
       "operator #0 FULLY_CONNECTED keeps dimensions, so the last one of its input 1x32x6 must be 32"},
      {"FullyConnectedRowsNotKept", kRows,
       [](Parts& p) { p.op(0).builtin_options.AsFullyConnectedOptions()->keep_num_dims = false; },
       "operator #0 FULLY_CONNECTED has an output of shape 1x6x20; its operands give 6x20"},
      {"SoftmaxBeta", kKws, [](Parts& p) { p.op(12).builtin_options.AsSoftmaxOptions()->beta = 0.0F; },
       "operator #12 SOFTMAX has beta 0; it must be finite and above 0"},
      {"SoftmaxScale", kKws, [](Parts& p) { p.output(12).quantization->scale[0] = 0.01F; },
       "operator #12 SOFTMAX has scale 0.01 and zero point -128 at its output; int8 SOFTMAX has 0.00390625 and -128"},
      {"SoftmaxShape", kKws,
       [](Parts& p) {
         p.output(12).shape = {1, 6};
         p.output(12).shape_signature.clear();
       },
       "operator #12 SOFTMAX has an output of shape 1x6; its operands give 1x12"},
      {"ReshapeWithoutTarget", kReshape, [](Parts& p) { p.op(0).builtin_options.Reset(); },
       "operator #0 RESHAPE has no target shape, neither as an operand nor in its options"},
      {"ReshapeTwoOpen", kReshape,
       [](Parts& p) {
         p.op(0).builtin_options.AsReshapeOptions()->new_shape = {1, -1, -1};
       },
       "operator #0 RESHAPE has the target shape 1x-1x-1; only one dimension may be -1"},
      {"ReshapeZero", kReshape,
       [](Parts& p) {
         p.op(0).builtin_options.AsReshapeOptions()->new_shape = {1, 0, 12};
       },
       "operator #0 RESHAPE has the target shape 1x0x12; dimensions are at least 1, or -1 for the one to be computed"},
      {"ReshapeElements", kReshape,
       [](Parts& p) {
         p.op(0).builtin_options.AsReshapeOptions()->new_shape = {1, 12, 14};
       },
       "operator #0 RESHAPE has the target shape 1x12x14 for an input of shape 1x4x5x9"},
      {"ReshapeOverflow", kReshape,
       [](Parts& p) { p.op(0).builtin_options.AsReshapeOptions()->new_shape.assign(9, 0x7fffffff); },
       "for an input of shape 1x4x5x9"},
      {"ReshapeIndivisible", kReshape,
       [](Parts& p) {
         p.op(0).builtin_options.AsReshapeOptions()->new_shape = {1, 7, -1};
       },
       "operator #0 RESHAPE has the target shape 1x7x-1 for an input of shape 1x4x5x9"},
      {"ReshapeOutput", kReshape,
       [](Parts& p) {
         p.op(0).builtin_options.AsReshapeOptions()->new_shape = {1, 15, 12};
       },
       "operator #0 RESHAPE has an output of shape 1x12x15; its operands give 1x15x12"},
      {"ReshapeTargetType", kKws,
       [](Parts& p) {
         p.input(10, 1).type = TensorType::INT8;
         p.set_data(p.input(10, 1), {1, 64});
       },
       "has type INT8; a target shape must be INT32"},
      {"ReshapeTargetNotConstant", kKws, [](Parts& p) { p.set_data(p.input(10, 1), {}); },
       "is not constant; a target shape must be stored in the model"},
      {"ReshapeTargetRank", kKws,
       [](Parts& p) {
         p.input(10, 1).shape = {1, 2};
       },
       "has shape 1x2; a target shape has one dimension"},
      {"ReshapeRescales", kKws, [](Parts& p) { p.output(10).quantization->scale[0] = 1.0F; },
       "it does not rescale, so they must be equal"},
      {"AddConstants", kAddConstant, [](Parts& p) { p.op(0).inputs[1] = p.op(0).inputs[0]; },
       "operator #0 ADD adds two constants; at least one operand must be an activation"},
      {"AddShapes", kAddConstant,
       [](Parts& p) {
         p.input(0, 0).shape = {1, 1, 2, 1};
         p.set_data(p.input(0, 0), {1, 2});
       },
       "operator #0 ADD has operands of shapes 1x1x2x1 and 1x5x7x19, which do not broadcast"},
      {"AddRank", kAddConstant,
       [](Parts& p) {
         p.input(0, 0).shape = {1, 1, 1, 1, 19};
       },
       "operator #0 ADD broadcasts over 5 dimensions; at most 4 are supported"},
      {"AddScale", kAddConstant, [](Parts& p) { p.output(0).quantization->scale[0] = 1e-9F; },
       "operator #0 ADD has the output scale"},
      {"AddActivation", kAddCorner,
       [](Parts& p) { p.op(1).builtin_options.AsAddOptions()->fused_activation = FusedActivation::SIGN_BIT; },
       "operator #1 ADD has the fused activation SIGN_BIT"},
      {"ConstantInput", kKws, [](Parts& p) { p.set_data(p.tensor(0), std::vector<std::uint8_t>(490)); },
       "tensor 'input' (operator #0 CONV_2D) is a constant where an activation is needed"},
  };
}

std::string case_name(const testing::TestParamInfo<Case>& param) { return param.param.name; }

INSTANTIATE_TEST_SUITE_P(Model, ImportErrorTest, testing::ValuesIn(model_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Tensor, ImportErrorTest, testing::ValuesIn(tensor_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Window, ImportErrorTest, testing::ValuesIn(window_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Other, ImportErrorTest, testing::ValuesIn(other_operator_cases()), case_name);

TEST(ImportFileTest, AMissingFileIsNamed) {
  EXPECT_THAT([] { (void)import_tflite("/nonexistent/a.tflite"); },
              testing::ThrowsMessage<Error>("/nonexistent/a.tflite: no such file"));
}

TEST(ImportFileTest, ADirectoryIsRefused) {
  EXPECT_THAT([] { (void)import_tflite("/"); }, testing::ThrowsMessage<Error>("/: not a regular file"));
}

TEST(ImportFileTest, AShortFileIsRefused) {
  EXPECT_EQ(message_of({1, 2, 3}), "m: 3 bytes are too few for a .tflite file");
}

TEST(ImportFileTest, AnEmptyBufferIsRefused) {
  EXPECT_THAT([] { (void)import_tflite(nullptr, 0, "m"); },
              testing::ThrowsMessage<Error>("m: 0 bytes are too few for a .tflite file"));
}

TEST(ImportFileTest, AnotherKindOfFileIsRefused) {
  EXPECT_EQ(message_of(std::vector<std::uint8_t>(100, 'x')),
            "m: not a .tflite file: the identifier TFL3 is missing at byte 4");
}

TEST(ImportFileTest, ATruncatedFileIsRefused) {
  std::vector<std::uint8_t> bytes = test::read_bytes(test::models_dir() / kKws);
  bytes.resize(bytes.size() / 2);
  EXPECT_EQ(message_of(bytes), "m: the file is damaged or truncated (FlatBuffers verification failed)");
}

TEST(ImportAcceptsTest, OperatorCodesOfOldAndNewFiles) {
  Parts parts(kKws);
  const auto expected = pack(parts.model);
  for (auto& code : parts.model.operator_codes) code->builtin_code = kAdd;  // an old file: the field does not exist
  const auto old_file = pack(parts.model);
  EXPECT_EQ(import_tflite(old_file.data(), old_file.size(), "m"), import_tflite(expected.data(), expected.size(), "m"));
}

TEST(ImportAcceptsTest, UnusedOperatorCodesAndTensors) {
  Parts parts(kKws);
  auto code = std::make_unique<OperatorCodeT>();
  code->builtin_code = kLstm;
  parts.model.operator_codes.push_back(std::move(code));
  auto unused = std::make_unique<TensorT>();
  unused->type = TensorType::FLOAT32;
  unused->name = "unused";
  parts.graph().tensors.push_back(std::move(unused));
  const auto bytes = pack(parts.model);
  EXPECT_EQ(import_tflite(bytes.data(), bytes.size(), "m").tensors.back().name, "unused");
}

TEST(ImportAcceptsTest, ABiasThatIsLeftOut) {
  Parts parts(kKws);
  parts.op(0).inputs.resize(2);
  const auto bytes = pack(parts.model);
  EXPECT_EQ(import_tflite(bytes.data(), bytes.size(), "m").ops[0].inputs[2], -1);
}

TEST(ImportAcceptsTest, AdditionWithoutOptions) {
  Parts parts(kAddConstant);
  parts.op(0).builtin_options.Reset();
  const auto bytes = pack(parts.model);
  EXPECT_EQ(std::get<Add>(import_tflite(bytes.data(), bytes.size(), "m").ops[0].params).activation, Activation::kNone);
}

TEST(ImportRefusesTest, SharedBuffersThatWouldFillTheMemory) {
  Parts parts(kRows);
  // One buffer of 1 MiB, asked for by 300 operators.
  const std::size_t k = static_cast<std::size_t>(parts.input(0, 1).shape[1]);
  const int n = static_cast<int>((std::size_t{1} << 20) / k);
  parts.set_data(parts.input(0, 1), std::vector<std::uint8_t>(static_cast<std::size_t>(n) * k));
  TensorT weights = {};
  weights.shape = {n, static_cast<int>(k)};
  weights.type = TensorType::INT8;
  weights.buffer = parts.input(0, 1).buffer;
  const float scale = 0.01F;
  auto add_tensor = [&](const TensorT& like, std::vector<int> shape) {
    auto t = std::make_unique<TensorT>();
    t->shape = std::move(shape);
    t->type = TensorType::INT8;
    t->buffer = like.buffer;
    t->quantization = std::make_unique<QuantizationParametersT>();
    t->quantization->scale = {scale};
    t->quantization->zero_point = {0};
    parts.graph().tensors.push_back(std::move(t));
    return static_cast<int>(parts.graph().tensors.size()) - 1;
  };
  const TensorT input_like = {};
  parts.graph().operators.resize(1);
  const auto code = parts.op(0).opcode_index;
  parts.graph().operators.clear();
  for (int i = 0; i < 300; ++i) {
    auto op = std::make_unique<OperatorT>();
    op->opcode_index = code;
    FullyConnectedOptionsT options;
    options.keep_num_dims = true;
    op->builtin_options.Set(options);
    op->inputs = {0, add_tensor(weights, weights.shape)};
    op->outputs = {add_tensor(input_like, {1, 6, n})};
    parts.graph().operators.push_back(std::move(op));
  }
  EXPECT_EQ(message_of(pack(parts.model)), "m: the constants of the model need more than 268435456 bytes");
}

}  // namespace
}  // namespace systolite
