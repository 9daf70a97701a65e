// SPDX-License-Identifier: Apache-2.0
#include "slt_runtime.h"

#include "slt_image.h"

/* Pointer to a bus address that the check of the image has placed in one of the two regions. */
static uint8_t* arena_pointer(const slt_network_t* net, uint32_t address) {
  return net->memory.sram + (address - net->memory.sram_base);
}

static const uint8_t* pointer_to(const slt_network_t* net, uint32_t address) {
  const slt_network_header_t* h = &net->header;
  if (slt_inside(h->arena_base, h->arena_bytes, address, 1U)) return arena_pointer(net, address);
  return net->memory.flash + (address - net->memory.flash_base);
}

static const int8_t* input_at(const slt_network_t* net, uint32_t address) {
  return (const int8_t*)pointer_to(net, address);
}

static int8_t* output_at(const slt_network_t* net, uint32_t address) { return (int8_t*)arena_pointer(net, address); }

/* Aligned: region bases, their pointers and the address are multiples of 4. */
static const int32_t* table_at(const slt_network_t* net, uint32_t address) {
  if (address == SLT_NO_ADDRESS) return NULL;
  return (const int32_t*)(const void*)pointer_to(net, address);
}

/* Multipliers and shifts must be legal before a kernel shifts by them; they are in memory, so the image cannot tell. */
static bool scales_ok(const slt_network_t* net, const slt_operands_t* operands) {
  for (uint32_t i = 0; i + 1U < operands->count; ++i) {
    const slt_operand_t* multipliers = &operands->operand[i];
    if (multipliers->role != kOperandMultiplier) continue;
    const slt_operand_t* shifts = &operands->operand[i + 1U];
    if (!slt_scale_table_ok(table_at(net, multipliers->address), table_at(net, shifts->address),
                            (int32_t)(multipliers->bytes / 4U))) {
      return false;
    }
  }
  return true;
}

static void read_record(const slt_network_t* net, uint32_t index, slt_network_step_t* step, slt_record_t* record) {
  slt_image_step(net->image, &net->header, index, step);
  slt_image_read(net->image, step->record_offset, record, step->record_bytes);
}

/* The records of a checked image where they are: multiples of 4 bytes from its beginning, which is one. */
static const slt_network_step_t* step_at(const slt_network_t* net, uint32_t index) {
  const uint8_t* steps = net->image + net->header.steps_offset;
  return (const slt_network_step_t*)(const void*)(steps + index * (uint32_t)sizeof(slt_network_step_t));
}

static const slt_record_t* record_of(const slt_network_t* net, const slt_network_step_t* step) {
  return (const slt_record_t*)(const void*)(net->image + step->record_offset);
}

static bool tables_ok(slt_network_t* net) {
  net->has_jobs = false;
  for (uint32_t i = 0; i < net->header.step_count; ++i) {
    slt_network_step_t step;
    slt_record_t record;
    slt_operands_t operands;
    read_record(net, i, &step, &record);
    if (!slt_record_operands(step.kind, &record, &operands) || !scales_ok(net, &operands)) return false;
    if (step.kind == kSltStepJob) net->has_jobs = true;
  }
  return true;
}

static bool memory_usable(const slt_memory_t* m) {
  return m->sram != NULL && (m->flash != NULL || m->flash_bytes == 0U) && (uintptr_t)m->sram % 4U == 0U &&
         (uintptr_t)m->flash % 4U == 0U && m->sram_base % 4U == 0U && m->flash_base % 4U == 0U;
}

static bool memory_covers(const slt_memory_t* m, const slt_network_header_t* h) {
  return slt_inside(m->sram_base, m->sram_bytes, h->arena_base, h->arena_bytes) &&
         (h->flash_bytes == 0U || slt_inside(m->flash_base, m->flash_bytes, h->flash_base, h->flash_bytes));
}

slt_result_t slt_network_load(slt_network_t* net, const void* image, uint32_t image_bytes, const slt_memory_t* memory,
                              const slt_t* dev) {
  if (net == NULL || memory == NULL || !memory_usable(memory)) return kSltBadArg;
  const slt_result_t checked = slt_network_check(image, image_bytes, NULL);
  if (checked != kSltOk) return checked;
  net->image = (const uint8_t*)image;
  net->memory = *memory;
  slt_image_read(net->image, 0U, &net->header, (uint32_t)sizeof(net->header));
  if (!memory_covers(memory, &net->header)) return kSltNoMemory;
  if (!tables_ok(net)) return kSltBadImage;
  if (net->has_jobs && dev == NULL) return kSltBadArg;
  if (net->has_jobs && dev->caps.config_id != net->header.config_id) return kSltConfigMismatch;
  return kSltOk;
}

uint32_t slt_network_step_count(const slt_network_t* net) { return net->header.step_count; }

uint32_t slt_network_input_count(const slt_network_t* net) { return net->header.input_count; }

uint32_t slt_network_output_count(const slt_network_t* net) { return net->header.output_count; }

static void read_tensor(const slt_network_t* net, uint32_t table_offset, uint32_t index, slt_tensor_t* tensor) {
  slt_network_tensor_t entry;
  slt_image_read(net->image, table_offset + index * (uint32_t)sizeof(entry), &entry, (uint32_t)sizeof(entry));
  tensor->data = output_at(net, entry.address);
  tensor->bytes = entry.bytes;
  tensor->scale = entry.scale;
  tensor->zero_point = entry.zero_point;
}

slt_result_t slt_network_input(const slt_network_t* net, uint32_t index, slt_tensor_t* tensor) {
  if (net == NULL || tensor == NULL || index >= net->header.input_count) return kSltBadArg;
  read_tensor(net, net->header.inputs_offset, index, tensor);
  return kSltOk;
}

slt_result_t slt_network_output(const slt_network_t* net, uint32_t index, slt_tensor_t* tensor) {
  if (net == NULL || tensor == NULL || index >= net->header.output_count) return kSltBadArg;
  read_tensor(net, net->header.outputs_offset, index, tensor);
  return kSltOk;
}

/* NULL if no step needs any. */
static void* scratch_of(const slt_network_t* net) {
  return net->header.scratch_bytes != 0U ? arena_pointer(net, net->header.scratch_address) : NULL;
}

static void run_kernel(const slt_network_t* net, uint32_t kind, const slt_record_t* record) {
  switch (kind) {
    case kSltStepConv2d: {
      const slt_conv2d_record_t* r = &record->conv2d;
      slt_conv2d(&r->params, input_at(net, r->input), input_at(net, r->weights), table_at(net, r->bias),
                 table_at(net, r->multipliers), table_at(net, r->shifts), output_at(net, r->output), scratch_of(net));
      break;
    }
    case kSltStepDepthwiseConv2d: {
      const slt_depthwise_conv2d_record_t* r = &record->depthwise_conv2d;
      slt_depthwise_conv2d(&r->params, input_at(net, r->input), input_at(net, r->weights), table_at(net, r->bias),
                           table_at(net, r->multipliers), table_at(net, r->shifts), output_at(net, r->output),
                           scratch_of(net));
      break;
    }
    case kSltStepFullyConnected: {
      const slt_fully_connected_record_t* r = &record->fully_connected;
      slt_fully_connected(&r->params, input_at(net, r->input), input_at(net, r->weights), table_at(net, r->bias),
                          table_at(net, r->multipliers), table_at(net, r->shifts), output_at(net, r->output),
                          scratch_of(net));
      break;
    }
    case kSltStepAdd: {
      const slt_add_record_t* r = &record->add;
      slt_add(&r->params, input_at(net, r->input1), input_at(net, r->input2), output_at(net, r->output));
      break;
    }
    case kSltStepAveragePool2d: {
      const slt_pool2d_record_t* r = &record->pool2d;
      slt_average_pool_2d(&r->params, input_at(net, r->input), output_at(net, r->output));
      break;
    }
    case kSltStepMaxPool2d: {
      const slt_pool2d_record_t* r = &record->pool2d;
      slt_max_pool_2d(&r->params, input_at(net, r->input), output_at(net, r->output));
      break;
    }
    case kSltStepSoftmax: {
      const slt_softmax_record_t* r = &record->softmax;
      slt_softmax(&r->params, input_at(net, r->input), output_at(net, r->output));
      break;
    }
    default: {
      const slt_copy_record_t* r = &record->copy;
      slt_copy(&r->params, input_at(net, r->input), output_at(net, r->output));
      break;
    }
  }
}

/* The clock of a run, resolved once: steps are timed without asking whether there is one. */
typedef struct {
  uint32_t (*read)(void* ctx);
  void* ctx;
} step_clock_t;

static uint32_t no_clock(void* ctx) {
  (void)ctx;
  return 0U;
}

static step_clock_t clock_of(const slt_t* dev) {
  const bool none = dev == NULL || dev->port.cycles == NULL;
  const step_clock_t clock = {none ? no_clock : dev->port.cycles, none ? NULL : dev->port.ctx};
  return clock;
}

static uint32_t now(const step_clock_t* clock) { return clock->read(clock->ctx); }

static slt_result_t wait_for_job(slt_t* dev, const slt_run_options_t* options) {
  return options->sleep ? slt_wait_irq(dev, options->timeout_cycles) : slt_wait(dev, options->timeout_cycles);
}

static slt_result_t run_job(slt_t* dev, const slt_job_record_t* job, const slt_run_options_t* options) {
  const slt_result_t result = slt_submit(dev, job->stream_address, job->stream_bytes);
  return result == kSltOk ? wait_for_job(dev, options) : result;
}

static slt_result_t run_measured_job(slt_t* dev, const slt_job_record_t* job, const slt_run_options_t* options,
                                     const step_clock_t* clock, slt_step_report_t* entry) {
  slt_result_t result = slt_submit(dev, job->stream_address, job->stream_bytes);
  if (result != kSltOk) return result;
  const uint32_t start = now(clock); /* the job is running: this look costs nothing */
  result = wait_for_job(dev, options);
  if (result != kSltOk) return result;
  entry->wait_cycles = now(clock) - start;
  return slt_read_cycles(dev, &entry->device_cycles);
}

static bool options_usable(const slt_t* dev, const slt_run_options_t* options) {
  const bool can_time = options->timeout_cycles == SLT_WAIT_FOREVER || dev->port.cycles != NULL;
  return can_time && (!options->sleep || dev->port.wait_for_interrupt != NULL);
}

/* Gives the device its windows; before the first job, so that a busy device is noticed before anything is done. */
static slt_result_t prepare_device(const slt_network_t* net, slt_t* dev, bool sleep) {
  if (dev->caps.config_id != net->header.config_id) return kSltConfigMismatch;
  const slt_windows_t windows = {net->header.flash_base, net->header.flash_bytes, net->header.arena_base,
                                 net->header.arena_bytes};
  const slt_result_t result = slt_set_windows(dev, &windows);
  if (result != kSltOk) return result;
  return sleep ? slt_enable_irq(dev, true) : kSltOk;
}

slt_result_t slt_network_prepare(const slt_network_t* net, slt_t* dev, bool sleep) {
  if (net == NULL || (net->has_jobs && dev == NULL)) return kSltBadArg;
  return net->has_jobs ? prepare_device(net, dev, sleep) : kSltOk;
}

static slt_result_t run_steps(const slt_network_t* net, slt_t* dev, const slt_run_options_t* options) {
  const uint32_t count = net->header.step_count;
  for (uint32_t i = 0; i < count; ++i) {
    const slt_network_step_t* step = step_at(net, i);
    const slt_record_t* record = record_of(net, step);
    if (step->kind == kSltStepJob) {
      const slt_result_t result = run_job(dev, &record->job, options);
      if (result != kSltOk) return result;
    } else {
      run_kernel(net, step->kind, record);
    }
  }
  return kSltOk;
}

static slt_result_t run_measured_steps(const slt_network_t* net, slt_t* dev, const slt_run_options_t* options,
                                       slt_run_report_t* report) {
  const uint32_t count = net->header.step_count;
  const step_clock_t clock = clock_of(dev);
  slt_step_report_t unlisted;
  uint32_t start = now(&clock);
  for (uint32_t i = 0; i < count; ++i) {
    const slt_network_step_t* step = step_at(net, i);
    const slt_record_t* record = record_of(net, step);
    slt_step_report_t* entry = report->steps != NULL ? &report->steps[i] : &unlisted;
    entry->kind = step->kind;
    entry->op_index = step->op_index;
    entry->device_cycles = 0;
    entry->wait_cycles = 0;
    if (step->kind == kSltStepJob) {
      const slt_result_t result = run_measured_job(dev, &record->job, options, &clock, entry);
      if (result != kSltOk) return result;
    } else {
      run_kernel(net, step->kind, record);
    }
    const uint32_t end = now(&clock);
    entry->elapsed_cycles = end - start;
    start = end;
    report->device_cycles += entry->device_cycles;
    ++report->steps_done;
  }
  return kSltOk;
}

slt_result_t slt_network_run(const slt_network_t* net, slt_t* dev, const slt_run_options_t* options,
                             slt_run_report_t* report) {
  if (net == NULL || (net->has_jobs && dev == NULL)) return kSltBadArg;
  if (report != NULL && report->steps != NULL && report->step_capacity < net->header.step_count) return kSltBadArg;
  const slt_run_options_t patient = {false, SLT_WAIT_FOREVER};
  if (options == NULL) options = &patient;
  if (report != NULL) {
    report->steps_done = 0;
    report->device_cycles = 0;
    report->error.cause = SLT_ERROR_NONE;
    report->error.command_index = SLT_NO_COMMAND;
    report->error.address = 0;
  }
  if (net->has_jobs) {
    if (!options_usable(dev, options)) return kSltBadArg;
    const slt_result_t prepared = prepare_device(net, dev, options->sleep);
    if (prepared != kSltOk) return prepared;
  }
  if (report == NULL) return run_steps(net, dev, options);
  const slt_result_t result = run_measured_steps(net, dev, options, report);
  if (result == kSltDeviceError) {
    const slt_result_t read = slt_last_error(dev, &report->error);
    if (read != kSltOk) return read;
  }
  return result;
}
