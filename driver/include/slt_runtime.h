// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Runs a network image (slt_network.h): jobs on the device, the remaining operators with the kernels on the processor.
 *
 * C11, freestanding, no allocation, no static state. The caller owns the handle and the memory. An image is checked
 * completely before its first use; a damaged one is refused and never makes the runtime read or write elsewhere.
 *
 *     slt_network_t net;
 *     slt_network_load(&net, image, image_bytes, &memory, &dev);
 *     slt_network_input(&net, 0, &input);   // write the input to input.data
 *     slt_network_run(&net, &dev, &options, &report);
 *     slt_network_output(&net, 0, &output); // read the output from output.data
 */
#ifndef SLT_RUNTIME_H_
#define SLT_RUNTIME_H_

#include "slt_driver.h"
#include "slt_network.h"

#ifdef __cplusplus
extern "C" {
#endif

/** slt_network_check(): the fault is not in a step. */
#define SLT_NO_STEP UINT32_C(0xFFFFFFFF)

/**
 * How bus addresses become pointers. On a microcontroller the pointers are the addresses; a simulator gives host
 * memory. Both pointers are multiples of 4, and so are both bases.
 */
typedef struct {
  const uint8_t* flash;
  uint32_t flash_base;
  uint32_t flash_bytes;
  uint8_t* sram;
  uint32_t sram_base;
  uint32_t sram_bytes;
} slt_memory_t;

/** A loaded network. Filled by slt_network_load(); the image and the memory must stay as they are. Treat as opaque. */
typedef struct {
  const uint8_t* image;
  slt_network_header_t header;
  slt_memory_t memory;
  bool has_jobs;
} slt_network_t;

/** An input or output in memory. */
typedef struct {
  int8_t* data;
  uint32_t bytes;
  uint32_t scale; /**< Bits of an IEEE 754 single. */
  int32_t zero_point;
} slt_tensor_t;

typedef struct {
  bool sleep;              /**< Wait for the interrupt (slt_wait_irq()) instead of polling. */
  uint32_t timeout_cycles; /**< Per job; SLT_WAIT_FOREVER: none. */
} slt_run_options_t;

/** One step of a run. */
typedef struct {
  uint32_t kind;           /**< slt_step_kind_t */
  uint32_t op_index;       /**< As in the image. */
  uint32_t device_cycles;  /**< Of a job, from the device's counter; 0 for a processor step. */
  uint32_t elapsed_cycles; /**< Since the end of the step before, on the port's clock; 0 if it has none. */
  uint32_t wait_cycles;    /**< Of them in slt_wait() or slt_wait_irq(), from the doorbell to the end of the job. */
} slt_step_report_t;

/** One run. `steps` and `step_capacity` are set by the caller. */
typedef struct {
  slt_step_report_t* steps; /**< Or NULL with a capacity of 0: no report by step. */
  uint32_t step_capacity;   /**< At least slt_network_step_count() if `steps` is given. */
  uint32_t steps_done;      /**< Completed steps; after a failure the index of the step that failed. */
  uint64_t device_cycles;   /**< Sum over the completed jobs. */
  slt_error_t error;        /**< Valid after kSltDeviceError. */
} slt_run_report_t;

/**
 * Checks an image without its memory: header, bounds, kinds, parameters, and that every address lies in the flash
 * region or the arena. The contents of tables in flash are checked by slt_network_load().
 *
 * @param image        The first byte, at a multiple of 4.
 * @param image_bytes  Bytes that may be read; at least total_bytes.
 * @param bad_step     If not NULL: index of the faulty step, or SLT_NO_STEP.
 * @return kSltOk; kSltBadArg; kSltBadImage.
 */
SLT_WARN_UNUSED slt_result_t slt_network_check(const void* image, uint32_t image_bytes, uint32_t* bad_step);

/**
 * Memory a network needs, read from a checked header.
 *
 * @param arena_bytes  SRAM from its arena_base upwards.
 * @param flash_bytes  Flash from its flash_base upwards.
 * @return kSltOk; kSltBadArg; kSltBadImage (the whole image is checked).
 */
SLT_WARN_UNUSED slt_result_t slt_network_memory_bytes(const void* image, uint32_t image_bytes, uint32_t* arena_bytes,
                                                      uint32_t* flash_bytes);

/**
 * Working memory that the kernels in this program need for the network; the image may have reserved more.
 *
 * @return kSltOk; kSltBadArg; kSltBadImage (the whole image is checked; also if it has reserved less).
 */
SLT_WARN_UNUSED slt_result_t slt_network_scratch_bytes(const void* image, uint32_t image_bytes,
                                                       uint32_t* scratch_bytes);

/** The arena alone; as slt_network_memory_bytes(). */
SLT_WARN_UNUSED slt_result_t slt_network_arena_bytes(const void* image, uint32_t image_bytes, uint32_t* arena_bytes);

/**
 * Checks an image with its memory, and prepares to run it. Touches no register.
 *
 * @param dev  Device the jobs are for; may be NULL if the image has none.
 * @return kSltOk; kSltBadArg; kSltBadImage; kSltNoMemory (flash or SRAM does not cover the network's regions);
 *         kSltConfigMismatch (the image has jobs for another configuration than `dev`).
 */
SLT_WARN_UNUSED slt_result_t slt_network_load(slt_network_t* net, const void* image, uint32_t image_bytes,
                                              const slt_memory_t* memory, const slt_t* dev);

/**
 * Does beforehand what slt_network_run() would do before its first job: the windows, and for `sleep` the interrupt
 * enable. Not needed, but the first run is as quick as all others then. Another network's run undoes it.
 *
 * @return kSltOk; kSltBadArg; kSltBusy; kSltConfigMismatch.
 */
SLT_WARN_UNUSED slt_result_t slt_network_prepare(const slt_network_t* net, slt_t* dev, bool sleep);

uint32_t slt_network_step_count(const slt_network_t* net);
uint32_t slt_network_input_count(const slt_network_t* net);
uint32_t slt_network_output_count(const slt_network_t* net);

/** Input `index`; valid to write until the next run. @return kSltOk; kSltBadArg. */
SLT_WARN_UNUSED slt_result_t slt_network_input(const slt_network_t* net, uint32_t index, slt_tensor_t* tensor);

/** Output `index`; valid after a run. @return kSltOk; kSltBadArg. */
SLT_WARN_UNUSED slt_result_t slt_network_output(const slt_network_t* net, uint32_t index, slt_tensor_t* tensor);

/**
 * Runs all steps in order. Inputs may be overwritten by intermediate tensors. The device's windows are set to the
 * network's flash region and arena.
 *
 * @param dev      Needed if the image has jobs, else may be NULL.
 * @param options  NULL: poll, without time limit.
 * @param report   Or NULL: nothing is measured, which saves the looks at clock and counter. Filled also after a
 * failure.
 * @return kSltOk; kSltBadArg (nothing was done; also: `steps` too short, no hook for `sleep` or the time limit);
 * kSltBusy (another job runs; nothing was done); kSltTimeout (the job goes on: slt_soft_reset()); kSltDeviceError;
 *         kSltConfigMismatch (`dev` is not the configuration of the image).
 */
SLT_WARN_UNUSED slt_result_t slt_network_run(const slt_network_t* net, slt_t* dev, const slt_run_options_t* options,
                                             slt_run_report_t* report);

#ifdef __cplusplus
}
#endif

#endif  // SLT_RUNTIME_H_
