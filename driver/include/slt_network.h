// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * The network image: what a compiled network consists of, as one block of bytes in flash.
 *
 *     slt_network_header_t
 *     slt_network_tensor_t[input_count]    at inputs_offset
 *     slt_network_tensor_t[output_count]   at outputs_offset
 *     slt_network_step_t[step_count]       at steps_offset, in the order of execution
 *     one record a step                    at the step's record_offset: slt_job_record_t or slt_*_record_t
 *
 * All integers are little-endian; all offsets count from the first byte of the image and are multiples of 4; the image
 * itself lies at a multiple of 4. The parts may come in any order and must lie within total_bytes.
 *
 * Everything else is referred to by bus address, in one of two regions:
 * - the flash region [flash_base, flash_base + flash_bytes): command streams, weights, biases, tables; read only;
 * - the arena [arena_base, arena_base + arena_bytes): inputs, outputs, intermediate tensors.
 * One part of the arena, apart from all operands of the steps that need it, is the kernels' working memory.
 * The sizes of the operands of a processor step follow from its parameters (slt_*_bytes() of the kernel). A bias,
 * multiplier or shift table is an array of int32 in the flash region, at a multiple of 4.
 */
#ifndef SLT_NETWORK_H_
#define SLT_NETWORK_H_

#include <stdint.h>

#include "slt_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SLT_NETWORK_MAGIC UINT32_C(0x4E544C53) /**< "SLTN" */
#define SLT_NETWORK_VERSION UINT32_C(2)        /**< Changes whenever a struct below or a kernel's parameters change. */

/** Bus address of an operand that is absent (only a bias may be). */
#define SLT_NO_ADDRESS UINT32_C(0xFFFFFFFF)

typedef struct {
  uint32_t magic;       /**< SLT_NETWORK_MAGIC */
  uint32_t version;     /**< SLT_NETWORK_VERSION */
  uint32_t total_bytes; /**< Of the image, this header included; a multiple of 4. */
  uint32_t config_id;   /**< Hardware configuration the command streams are made for. */
  uint32_t flash_base;
  uint32_t flash_bytes;
  uint32_t arena_base;
  uint32_t arena_bytes;
  uint32_t step_count; /**< 0 if an input is the output as it is. */
  uint32_t steps_offset;
  uint32_t input_count; /**< At least 1. */
  uint32_t inputs_offset;
  uint32_t output_count; /**< At least 1. */
  uint32_t outputs_offset;
  uint32_t scratch_address; /**< Working memory of processor steps: in the arena, a multiple of 4. */
  uint32_t scratch_bytes;   /**< At least slt_*_scratch_bytes() of every processor step. */
} slt_network_header_t;

/** An input or output: dense int8 in the arena; real value = scale * (q - zero_point). */
typedef struct {
  uint32_t address;
  uint32_t bytes; /**< At least 1. */
  uint32_t scale; /**< Bits of an IEEE 754 single. */
  int32_t zero_point;
} slt_network_tensor_t;

/** What a step does; also the kind of its record. */
typedef enum {
  kSltStepJob = 0, /**< slt_job_record_t: runs on the device. */
  kSltStepConv2d = 1,
  kSltStepDepthwiseConv2d = 2,
  kSltStepFullyConnected = 3,
  kSltStepAdd = 4,
  kSltStepAveragePool2d = 5,
  kSltStepMaxPool2d = 6,
  kSltStepSoftmax = 7,
  kSltStepCopy = 8,
} slt_step_kind_t;

enum { kSltStepKinds = 9 };

/** slt_network_step_t::op_index of a job that covers several operators. */
#define SLT_MANY_OPS UINT32_C(0xFFFFFFFF)

typedef struct {
  uint32_t kind; /**< slt_step_kind_t */
  uint32_t record_offset;
  uint32_t record_bytes; /**< sizeof of the record of this kind. */
  uint32_t op_index;     /**< Operator of the model, or SLT_MANY_OPS; for reports only. */
} slt_network_step_t;

/** kSltStepJob: one command stream, in the flash region. */
typedef struct {
  uint32_t stream_address; /**< A multiple of 16. */
  uint32_t stream_bytes;   /**< A multiple of 16, at least 16. */
} slt_job_record_t;

/*
 * Processor steps. Operands first (bus addresses), then the parameters of the kernel. `output` lies in the arena and
 * does not overlap an operand, except where the kernel allows it.
 */

typedef struct {
  uint32_t input;
  uint32_t weights;
  uint32_t bias; /**< Or SLT_NO_ADDRESS. */
  uint32_t multipliers;
  uint32_t shifts;
  uint32_t output;
  slt_conv2d_params_t params;
} slt_conv2d_record_t;

typedef struct {
  uint32_t input;
  uint32_t weights;
  uint32_t bias; /**< Or SLT_NO_ADDRESS. */
  uint32_t multipliers;
  uint32_t shifts;
  uint32_t output;
  slt_depthwise_conv2d_params_t params;
} slt_depthwise_conv2d_record_t;

typedef struct {
  uint32_t input;
  uint32_t weights;
  uint32_t bias; /**< Or SLT_NO_ADDRESS. */
  uint32_t multipliers;
  uint32_t shifts;
  uint32_t output;
  slt_fully_connected_params_t params;
} slt_fully_connected_record_t;

typedef struct {
  uint32_t input1;
  uint32_t input2;
  uint32_t output;
  slt_add_params_t params;
} slt_add_record_t;

/** kSltStepAveragePool2d and kSltStepMaxPool2d. */
typedef struct {
  uint32_t input;
  uint32_t output;
  slt_pool2d_params_t params;
} slt_pool2d_record_t;

typedef struct {
  uint32_t input;
  uint32_t output;
  slt_softmax_params_t params;
} slt_softmax_record_t;

typedef struct {
  uint32_t input;
  uint32_t output;
  slt_copy_params_t params;
} slt_copy_record_t;

#ifdef __cplusplus
#define SLT_STATIC_ASSERT static_assert
#else
#define SLT_STATIC_ASSERT _Static_assert
#endif

SLT_STATIC_ASSERT(sizeof(slt_network_header_t) == 64, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_network_tensor_t) == 16, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_network_step_t) == 16, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_job_record_t) == 8, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_conv2d_record_t) == 24 + 80, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_depthwise_conv2d_record_t) == 24 + 76, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_fully_connected_record_t) == 24 + 40, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_add_record_t) == 12 + 80, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_pool2d_record_t) == 8 + 52, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_softmax_record_t) == 8 + 24, "layout of the network image");
SLT_STATIC_ASSERT(sizeof(slt_copy_record_t) == 8 + 4, "layout of the network image");

#ifdef __cplusplus
}
#endif

#endif  // SLT_NETWORK_H_
