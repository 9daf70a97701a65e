// SPDX-License-Identifier: Apache-2.0
#include "slt_image.h"

#if defined(__GNUC__)
typedef uint32_t __attribute__((may_alias)) slt_word_t; /* of whatever type */
#else
typedef uint32_t slt_word_t;
#endif

void slt_image_read(const uint8_t* image, uint32_t offset, void* to, uint32_t bytes) {
  slt_word_t* out = (slt_word_t*)to;
  const slt_word_t* words = (const slt_word_t*)(const void*)(image + offset);
  for (uint32_t i = 0; i < bytes / 4U; ++i) out[i] = words[i];
}

void slt_image_step(const uint8_t* image, const slt_network_header_t* header, uint32_t index,
                    slt_network_step_t* step) {
  slt_image_read(image, header->steps_offset + index * (uint32_t)sizeof(*step), step, (uint32_t)sizeof(*step));
}

uint32_t slt_record_bytes(uint32_t kind) {
  switch (kind) {
    case kSltStepJob:
      return (uint32_t)sizeof(slt_job_record_t);
    case kSltStepConv2d:
      return (uint32_t)sizeof(slt_conv2d_record_t);
    case kSltStepDepthwiseConv2d:
      return (uint32_t)sizeof(slt_depthwise_conv2d_record_t);
    case kSltStepFullyConnected:
      return (uint32_t)sizeof(slt_fully_connected_record_t);
    case kSltStepAdd:
      return (uint32_t)sizeof(slt_add_record_t);
    case kSltStepAveragePool2d:
    case kSltStepMaxPool2d:
      return (uint32_t)sizeof(slt_pool2d_record_t);
    case kSltStepSoftmax:
      return (uint32_t)sizeof(slt_softmax_record_t);
    case kSltStepCopy:
      return (uint32_t)sizeof(slt_copy_record_t);
    default:
      return 0U;
  }
}

static void add_operand(slt_operands_t* operands, slt_operand_role_t role, uint32_t address, uint64_t bytes) {
  slt_operand_t* operand = &operands->operand[operands->count++];
  operand->role = role;
  operand->address = address;
  operand->bytes = bytes;
}

static void add_tables(slt_operands_t* operands, uint32_t bias, int32_t biases, uint32_t multipliers, uint32_t shifts,
                       int32_t scales) {
  add_operand(operands, kOperandBias, bias, (uint64_t)biases * 4U);
  add_operand(operands, kOperandMultiplier, multipliers, (uint64_t)scales * 4U);
  add_operand(operands, kOperandShift, shifts, (uint64_t)scales * 4U);
}

static bool job_operands(const slt_job_record_t* r, slt_operands_t* operands) {
  if ((r->stream_address & SLT_STREAM_ALIGN_MASK) != 0U || r->stream_bytes == 0U ||
      r->stream_bytes % SLT_COMMAND_BYTES != 0U) {
    return false;
  }
  add_operand(operands, kOperandStream, r->stream_address, r->stream_bytes);
  return true;
}

static bool conv2d_operands(const slt_conv2d_record_t* r, slt_operands_t* operands) {
  if (!slt_conv2d_params_ok(&r->params)) return false;
  add_operand(operands, kOperandInput, r->input, slt_conv2d_input_bytes(&r->params));
  add_operand(operands, kOperandInput, r->weights, slt_conv2d_weight_bytes(&r->params));
  const int32_t channels = r->params.output_channels;
  add_tables(operands, r->bias, channels, r->multipliers, r->shifts, channels);
  add_operand(operands, kOperandOutput, r->output, slt_conv2d_output_bytes(&r->params));
  operands->scratch_bytes = slt_conv2d_scratch_bytes(&r->params);
  return true;
}

static bool depthwise_conv2d_operands(const slt_depthwise_conv2d_record_t* r, slt_operands_t* operands) {
  if (!slt_depthwise_conv2d_params_ok(&r->params)) return false;
  add_operand(operands, kOperandInput, r->input, slt_depthwise_conv2d_input_bytes(&r->params));
  add_operand(operands, kOperandInput, r->weights, slt_depthwise_conv2d_weight_bytes(&r->params));
  const int32_t channels = slt_depthwise_conv2d_output_channels(&r->params);
  add_tables(operands, r->bias, channels, r->multipliers, r->shifts, channels);
  add_operand(operands, kOperandOutput, r->output, slt_depthwise_conv2d_output_bytes(&r->params));
  operands->scratch_bytes = slt_depthwise_conv2d_scratch_bytes(&r->params);
  return true;
}

static bool fully_connected_operands(const slt_fully_connected_record_t* r, slt_operands_t* operands) {
  if (!slt_fully_connected_params_ok(&r->params)) return false;
  add_operand(operands, kOperandInput, r->input, slt_fully_connected_input_bytes(&r->params));
  add_operand(operands, kOperandInput, r->weights, slt_fully_connected_weight_bytes(&r->params));
  add_tables(operands, r->bias, r->params.units, r->multipliers, r->shifts, slt_fully_connected_scales(&r->params));
  add_operand(operands, kOperandOutput, r->output, slt_fully_connected_output_bytes(&r->params));
  operands->scratch_bytes = slt_fully_connected_scratch_bytes(&r->params);
  return true;
}

static bool add_operands(const slt_add_record_t* r, slt_operands_t* operands) {
  if (!slt_add_params_ok(&r->params)) return false;
  add_operand(operands, kOperandInPlace, r->input1, slt_add_input1_bytes(&r->params));
  add_operand(operands, kOperandInPlace, r->input2, slt_add_input2_bytes(&r->params));
  add_operand(operands, kOperandOutput, r->output, slt_add_output_bytes(&r->params));
  return true;
}

static bool pool2d_operands(const slt_pool2d_record_t* r, slt_operands_t* operands) {
  if (!slt_pool2d_params_ok(&r->params)) return false;
  add_operand(operands, kOperandInput, r->input, slt_pool2d_input_bytes(&r->params));
  add_operand(operands, kOperandOutput, r->output, slt_pool2d_output_bytes(&r->params));
  return true;
}

static bool softmax_operands(const slt_softmax_record_t* r, slt_operands_t* operands) {
  if (!slt_softmax_params_ok(&r->params)) return false;
  add_operand(operands, kOperandInPlace, r->input, slt_softmax_bytes(&r->params));
  add_operand(operands, kOperandOutput, r->output, slt_softmax_bytes(&r->params));
  return true;
}

static bool copy_operands(const slt_copy_record_t* r, slt_operands_t* operands) {
  if (!slt_copy_params_ok(&r->params)) return false;
  add_operand(operands, kOperandInPlace, r->input, (uint32_t)r->params.bytes);
  add_operand(operands, kOperandOutput, r->output, (uint32_t)r->params.bytes);
  return true;
}

bool slt_record_operands(uint32_t kind, const slt_record_t* record, slt_operands_t* operands) {
  operands->count = 0;
  operands->scratch_bytes = 0;
  switch (kind) {
    case kSltStepJob:
      return job_operands(&record->job, operands);
    case kSltStepConv2d:
      return conv2d_operands(&record->conv2d, operands);
    case kSltStepDepthwiseConv2d:
      return depthwise_conv2d_operands(&record->depthwise_conv2d, operands);
    case kSltStepFullyConnected:
      return fully_connected_operands(&record->fully_connected, operands);
    case kSltStepAdd:
      return add_operands(&record->add, operands);
    case kSltStepAveragePool2d:
    case kSltStepMaxPool2d:
      return pool2d_operands(&record->pool2d, operands);
    case kSltStepSoftmax:
      return softmax_operands(&record->softmax, operands);
    case kSltStepCopy:
      return copy_operands(&record->copy, operands);
    default:
      return false;
  }
}
