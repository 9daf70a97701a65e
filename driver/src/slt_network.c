// SPDX-License-Identifier: Apache-2.0
/* Checks a network image. Nothing in it is believed before it has been compared with a bound. */
#include "slt_image.h"

static bool aligned4(uint32_t value) { return value % 4U == 0U; }

/* `count` entries of `entry_bytes` at `offset` lie in the image. */
static bool table_ok(const slt_network_header_t* h, uint32_t offset, uint32_t count, uint32_t entry_bytes) {
  return aligned4(offset) && slt_inside(0U, h->total_bytes, offset, (uint64_t)count * entry_bytes);
}

static bool region_ok(uint32_t base, uint32_t bytes) {
  return aligned4(base) && (bytes == 0U || bytes - 1U <= UINT32_MAX - base);
}

static bool disjoint(uint32_t a, uint64_t a_bytes, uint32_t b, uint64_t b_bytes) {
  return a + a_bytes <= b || b + b_bytes <= a;
}

static bool scratch_ok(const slt_network_header_t* h) {
  return aligned4(h->scratch_address) &&
         (h->scratch_bytes == 0U || slt_inside(h->arena_base, h->arena_bytes, h->scratch_address, h->scratch_bytes));
}

static bool header_ok(const slt_network_header_t* h, uint32_t image_bytes) {
  return h->magic == SLT_NETWORK_MAGIC && h->version == SLT_NETWORK_VERSION && h->total_bytes <= image_bytes &&
         h->total_bytes >= sizeof(*h) && aligned4(h->total_bytes) && region_ok(h->flash_base, h->flash_bytes) &&
         region_ok(h->arena_base, h->arena_bytes) &&
         disjoint(h->flash_base, h->flash_bytes, h->arena_base, h->arena_bytes) && scratch_ok(h) &&
         table_ok(h, h->steps_offset, h->step_count, (uint32_t)sizeof(slt_network_step_t)) && h->input_count != 0U &&
         table_ok(h, h->inputs_offset, h->input_count, (uint32_t)sizeof(slt_network_tensor_t)) &&
         h->output_count != 0U &&
         table_ok(h, h->outputs_offset, h->output_count, (uint32_t)sizeof(slt_network_tensor_t));
}

static bool in_arena(const slt_network_header_t* h, uint32_t address, uint64_t bytes) {
  return slt_inside(h->arena_base, h->arena_bytes, address, bytes);
}

static bool in_flash(const slt_network_header_t* h, uint32_t address, uint64_t bytes) {
  return slt_inside(h->flash_base, h->flash_bytes, address, bytes);
}

static bool tensors_ok(const uint8_t* image, const slt_network_header_t* h, uint32_t offset, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    slt_network_tensor_t tensor;
    slt_image_read(image, offset + i * (uint32_t)sizeof(tensor), &tensor, (uint32_t)sizeof(tensor));
    if (tensor.bytes == 0U || !in_arena(h, tensor.address, tensor.bytes)) return false;
  }
  return true;
}

static bool operand_ok(const slt_network_header_t* h, const slt_operand_t* operand) {
  switch (operand->role) {
    case kOperandOutput:
      return in_arena(h, operand->address, operand->bytes);
    case kOperandStream:
      return in_flash(h, operand->address, operand->bytes);
    case kOperandBias:
      if (operand->address == SLT_NO_ADDRESS) return true;
      return aligned4(operand->address) && in_flash(h, operand->address, operand->bytes);
    case kOperandMultiplier:
    case kOperandShift:
      return aligned4(operand->address) && in_flash(h, operand->address, operand->bytes);
    default:
      return in_arena(h, operand->address, operand->bytes) || in_flash(h, operand->address, operand->bytes);
  }
}

static bool overlap_ok(const slt_operand_t* operand, const slt_operand_t* output) {
  if (operand->role == kOperandBias && operand->address == SLT_NO_ADDRESS) return true;
  if (operand->role == kOperandInPlace && operand->address == output->address && operand->bytes == output->bytes) {
    return true;
  }
  return disjoint(operand->address, operand->bytes, output->address, output->bytes);
}

static bool step_ok(const uint8_t* image, const slt_network_header_t* h, uint32_t index) {
  slt_network_step_t step;
  slt_image_step(image, h, index, &step);
  const uint32_t record_bytes = slt_record_bytes(step.kind);
  if (record_bytes == 0U || step.record_bytes != record_bytes || !table_ok(h, step.record_offset, 1U, record_bytes)) {
    return false;
  }
  slt_record_t record;
  slt_image_read(image, step.record_offset, &record, record_bytes);
  slt_operands_t operands;
  if (!slt_record_operands(step.kind, &record, &operands)) return false;
  if (operands.scratch_bytes > h->scratch_bytes) return false;
  const slt_operand_t* last = &operands.operand[operands.count - 1U];
  for (uint32_t i = 0; i < operands.count; ++i) {
    const slt_operand_t* operand = &operands.operand[i];
    if (!operand_ok(h, operand)) return false;
    if (operand != last && !overlap_ok(operand, last)) return false;
    if (operands.scratch_bytes != 0U &&
        !disjoint(operand->address, operand->bytes, h->scratch_address, operands.scratch_bytes)) {
      return false;
    }
  }
  return true;
}

slt_result_t slt_network_check(const void* image, uint32_t image_bytes, uint32_t* bad_step) {
  if (image == NULL || (uintptr_t)image % 4U != 0U) return kSltBadArg;
  if (bad_step != NULL) *bad_step = SLT_NO_STEP;
  slt_network_header_t header;
  if (image_bytes < sizeof(header)) return kSltBadImage;
  const uint8_t* bytes = (const uint8_t*)image;
  slt_image_read(bytes, 0U, &header, (uint32_t)sizeof(header));
  if (!header_ok(&header, image_bytes) || !tensors_ok(bytes, &header, header.inputs_offset, header.input_count) ||
      !tensors_ok(bytes, &header, header.outputs_offset, header.output_count)) {
    return kSltBadImage;
  }
  for (uint32_t i = 0; i < header.step_count; ++i) {
    if (!step_ok(bytes, &header, i)) {
      if (bad_step != NULL) *bad_step = i;
      return kSltBadImage;
    }
  }
  return kSltOk;
}

slt_result_t slt_network_memory_bytes(const void* image, uint32_t image_bytes, uint32_t* arena_bytes,
                                      uint32_t* flash_bytes) {
  if (arena_bytes == NULL || flash_bytes == NULL) return kSltBadArg;
  const slt_result_t checked = slt_network_check(image, image_bytes, NULL);
  if (checked != kSltOk) return checked;
  slt_network_header_t header;
  slt_image_read((const uint8_t*)image, 0U, &header, (uint32_t)sizeof(header));
  *arena_bytes = header.arena_bytes;
  *flash_bytes = header.flash_bytes;
  return kSltOk;
}

slt_result_t slt_network_arena_bytes(const void* image, uint32_t image_bytes, uint32_t* arena_bytes) {
  uint32_t flash_bytes;
  return slt_network_memory_bytes(image, image_bytes, arena_bytes, &flash_bytes);
}

slt_result_t slt_network_scratch_bytes(const void* image, uint32_t image_bytes, uint32_t* scratch_bytes) {
  if (scratch_bytes == NULL) return kSltBadArg;
  const slt_result_t checked = slt_network_check(image, image_bytes, NULL);
  if (checked != kSltOk) return checked;
  const uint8_t* bytes = (const uint8_t*)image;
  slt_network_header_t header;
  slt_image_read(bytes, 0U, &header, (uint32_t)sizeof(header));
  *scratch_bytes = 0;
  for (uint32_t i = 0; i < header.step_count; ++i) {
    slt_network_step_t step;
    slt_record_t record;
    slt_operands_t operands;
    slt_image_step(bytes, &header, i, &step);
    slt_image_read(bytes, step.record_offset, &record, step.record_bytes);
    if (!slt_record_operands(step.kind, &record, &operands)) return kSltBadImage;
    if (operands.scratch_bytes > *scratch_bytes) *scratch_bytes = operands.scratch_bytes;
  }
  return kSltOk;
}
