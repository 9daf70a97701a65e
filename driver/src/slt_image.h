// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Private to the runtime: reading the parts of a network image, and what memory a step touches.
 */
#ifndef SLT_IMAGE_H_
#define SLT_IMAGE_H_

#include "slt_runtime.h"

/** A record of any kind. */
typedef union {
  slt_job_record_t job;
  slt_conv2d_record_t conv2d;
  slt_depthwise_conv2d_record_t depthwise_conv2d;
  slt_fully_connected_record_t fully_connected;
  slt_add_record_t add;
  slt_pool2d_record_t pool2d;
  slt_softmax_record_t softmax;
  slt_copy_record_t copy;
} slt_record_t;

typedef enum {
  kOperandInput,      /**< int8, in either region. */
  kOperandInPlace,    /**< The same, and the output may be exactly this operand. */
  kOperandBias,       /**< int32, in flash, or absent. */
  kOperandMultiplier, /**< int32, in flash; followed by its shifts. */
  kOperandShift,      /**< int32, in flash; same length. */
  kOperandStream,     /**< Command stream, in flash. */
  kOperandOutput,     /**< int8, in the arena; the last one. */
} slt_operand_role_t;

typedef struct {
  slt_operand_role_t role;
  uint32_t address;
  uint64_t bytes; /**< 64 bits: a table of int32 can be larger than the address space. */
} slt_operand_t;

enum { kMaxOperands = 6 };

typedef struct {
  uint32_t count;
  slt_operand_t operand[kMaxOperands];
  uint32_t scratch_bytes; /**< Working memory the step needs. */
} slt_operands_t;

/** Copies `bytes` bytes at `offset` of an image; the caller has checked the bounds. */
void slt_image_read(const uint8_t* image, uint32_t offset, void* to, uint32_t bytes);

void slt_image_step(const uint8_t* image, const slt_network_header_t* header, uint32_t index, slt_network_step_t* step);

/** sizeof of the record of a kind; 0 for an unknown kind. */
uint32_t slt_record_bytes(uint32_t kind);

/** Checks the parameters of a record and lists its operands. Returns false if the parameters are out of range. */
bool slt_record_operands(uint32_t kind, const slt_record_t* record, slt_operands_t* operands);

/** Whether [address, address + bytes) lies in [base, base + size). */
static inline bool slt_inside(uint32_t base, uint32_t size, uint32_t address, uint64_t bytes) {
  return address >= base && address - base <= size && bytes <= size - (address - base);
}

#endif  // SLT_IMAGE_H_
