// SPDX-License-Identifier: Apache-2.0
/**
 * @file
 * Driver of the Systolite accelerator: one job at a time, polled or by interrupt.
 *
 * C11, freestanding: no allocation, no static state, no library. The caller owns the handle, and every register access
 * goes through the port in it, so the same source runs on a microcontroller, against a simulator and in unit tests.
 *
 * Conventions
 * - Arguments are checked before the first register access; kSltBadArg means that no register was touched.
 * - A function that needs an idle device reads the status register first; kSltBusy means that nothing was written.
 * - Time is in device cycles, as counted by slt_port_t::cycles. Every wait has a limit; SLT_WAIT_FOREVER removes it.
 * - One thread of control uses a handle; only slt_irq_handler() may interrupt it.
 *
 * A job, from the start:
 *
 *     slt_t dev;
 *     slt_init(&dev, &port);
 *     slt_set_windows(&dev, &windows);
 *     slt_submit(&dev, stream_address, stream_bytes);
 *     slt_wait(&dev, timeout_cycles);
 *
 * Registers are described in driver/REGISTERS.md.
 */
#ifndef SLT_DRIVER_H_
#define SLT_DRIVER_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slt_regs.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SLT_WARN_UNUSED __attribute__((warn_unused_result))
#else
#define SLT_WARN_UNUSED
#endif

/** Interface version this driver is written for: same major, at least this minor. */
#define SLT_DRIVER_INTERFACE_VERSION SLT_REG_VERSION_RESET

/** No time limit. */
#define SLT_WAIT_FOREVER UINT32_C(0xFFFFFFFF)

/** slt_error_t::command_index when no command caused the error. */
#define SLT_NO_COMMAND UINT32_C(0xFFFFFFFF)

/** What a call did. */
typedef enum {
  kSltOk = 0,         /**< Done. */
  kSltBadArg,         /**< An argument is out of its range. No register was touched, no memory written. */
  kSltBusy,           /**< A job is running. Nothing was written; retry later. */
  kSltIdle,           /**< No job has been started since reset. */
  kSltTimeout,        /**< The time limit passed first. The device is as it was: wait on, or slt_soft_reset(). */
  kSltDeviceError,    /**< The device stopped the job; slt_last_error() tells why. The next job starts clean. */
  kSltWrongDevice,    /**< The identification register does not hold 'SLT1'. */
  kSltWrongVersion,   /**< The device's interface version is not one this driver knows. */
  kSltConfigMismatch, /**< The image was made for another hardware configuration. */
  kSltBadImage,       /**< A network image is damaged or refers to memory it does not own. */
  kSltNoMemory,       /**< A region given is smaller than the network needs. */
} slt_result_t;

/** Access to one device. All functions get `ctx`. */
typedef struct {
  void* ctx;
  /** Reads the register at byte `offset` (a multiple of 4). On a microcontroller: one volatile 32-bit load. */
  uint32_t (*read32)(void* ctx, uint32_t offset);
  /**
   * Writes it. On a microcontroller: a data barrier, then one volatile 32-bit store. Earlier writes to memory must be
   * visible on the bus before the store (barrier, and a cache clean where there is a data cache).
   */
  void (*write32)(void* ctx, uint32_t offset, uint32_t value);
  /**
   * Optional: free-running counter of device cycles; may wrap. Needed by every call with a time limit other than
   * SLT_WAIT_FOREVER.
   */
  uint32_t (*cycles)(void* ctx);
  /**
   * Optional: sleeps until the interrupt line is high or anything else wakes the processor; needed by slt_wait_irq().
   * It must not miss an interrupt that came between the driver's last look at the device and the call: on a Cortex-M
   * either WFI with PRIMASK set around slt_wait_irq(), or WFE with the interrupt served by slt_irq_handler(). A time
   * limit is only noticed on a wake-up, so it needs a second source, such as a timer.
   */
  void (*wait_for_interrupt)(void* ctx);
} slt_port_t;

/** What the device is, read once by slt_init(). */
typedef struct {
  uint32_t version;   /**< Interface version, major << 16 | minor. */
  uint32_t config_id; /**< Hash of the hardware configuration; a command stream is valid for one value. */
  uint32_t scratchpad_bytes;
  uint32_t weight_buffer_bytes;
  uint32_t acc_entries;    /**< Accumulator entries per half. */
  uint32_t param_channels; /**< Channel slots in the requantisation tables. */
  uint16_t rows;
  uint16_t cols;
  uint16_t requant_lanes;
  uint16_t scratchpad_banks;
  uint16_t bus_bytes;
  uint16_t queue_depth;
  bool depthwise_unit;
  bool weight_stationary; /* dataflows of the array, at least one */
  bool output_stationary;
} slt_caps_t;

/** Memory the device may touch. A window of 0 bytes is closed. */
typedef struct {
  uint32_t read_only_base;
  uint32_t read_only_bytes;
  uint32_t read_write_base;
  uint32_t read_write_bytes;
} slt_windows_t;

/**
 * Handle of one device; filled by slt_init(). Treat as opaque except for `caps`. It remembers what the device's
 * registers hold, to save accesses, so nobody else may write them, and a device that has lost its registers (reset of
 * the chip, power switched off) needs slt_init() again.
 */
typedef struct {
  slt_port_t port;
  slt_caps_t caps;
  slt_windows_t windows;      /**< As the device has them, if `windows_known`. */
  uint32_t irq_enable;        /**< As the device has it, or a value that it cannot have. */
  volatile uint32_t irq_seen; /**< Interrupts served by slt_irq_handler() since the last submit. */
  bool windows_known;
  bool maybe_busy;    /**< false: the last job has been seen to end. */
  bool maybe_pending; /**< false: the interrupts of the last job have been cleared. */
} slt_t;

/** Counters of the last or the running job. */
typedef struct {
  uint32_t cycles;                       /**< Doorbell write to interrupt. */
  uint32_t commands;                     /**< Commands dispatched. */
  uint32_t busy_cycles[SLT_NUM_ENGINES]; /**< Indexed by SLT_ENGINE_*. */
  uint32_t read_beats;                   /**< Bus beats received. */
  uint32_t write_beats;                  /**< Bus beats sent. */
} slt_counters_t;

/** Why the last job was stopped. */
typedef struct {
  uint32_t cause;         /**< SLT_ERROR_*; SLT_ERROR_NONE if it was not. */
  uint32_t command_index; /**< Index in the stream, or SLT_NO_COMMAND. */
  uint32_t address;       /**< Bus or register address, 0 if none. */
} slt_error_t;

/**
 * Identifies the device and reads its capabilities. Only reads registers: a job left running by earlier software goes
 * on until slt_soft_reset().
 *
 * @param dev   Handle to fill; undefined unless the result is kSltOk.
 * @param port  Copied; read32 and write32 are required.
 * @return kSltOk; kSltBadArg; kSltWrongDevice (only the identification was read); kSltWrongVersion.
 */
SLT_WARN_UNUSED slt_result_t slt_init(slt_t* dev, const slt_port_t* port);

/**
 * Sets the two memory windows. They hold until set again; the same ones again cost no register access.
 *
 * @return kSltOk; kSltBadArg (a window passes the end of the address space); kSltBusy.
 */
SLT_WARN_UNUSED slt_result_t slt_set_windows(slt_t* dev, const slt_windows_t* windows);

/**
 * Enables or disables the interrupt line (done and error). May be called at any time; touches no register when it is
 * so already.
 *
 * @return kSltOk; kSltBadArg.
 */
SLT_WARN_UNUSED slt_result_t slt_enable_irq(slt_t* dev, bool enable);

/**
 * Starts the job at `stream_address` and returns at once. Pending interrupts of an earlier job are cleared first.
 * Completion is seen by slt_poll(), slt_wait(), slt_wait_irq() or the interrupt.
 *
 * @param stream_address  Bus address of the first command, a multiple of SLT_STREAM_ALIGN_BYTES.
 * @param stream_bytes    Length, a multiple of SLT_COMMAND_BYTES, at least one command.
 * @return kSltOk; kSltBadArg; kSltBusy.
 */
SLT_WARN_UNUSED slt_result_t slt_submit(slt_t* dev, uint32_t stream_address, uint32_t stream_bytes);

/**
 * Looks at the job once.
 *
 * @return kSltOk (it is done); kSltBusy; kSltDeviceError; kSltIdle; kSltBadArg.
 */
SLT_WARN_UNUSED slt_result_t slt_poll(slt_t* dev);

/**
 * Waits for the job by reading the status register.
 *
 * @param timeout_cycles  Device cycles from this call; SLT_WAIT_FOREVER: none.
 * @return kSltOk; kSltTimeout; kSltDeviceError; kSltIdle; kSltBadArg (also: a limit, but no `cycles` in the port).
 */
SLT_WARN_UNUSED slt_result_t slt_wait(slt_t* dev, uint32_t timeout_cycles);

/**
 * Waits for the job asleep. Enables the interrupt, sleeps while the job runs, and clears the interrupt afterwards;
 * leaves it enabled. Enable it before slt_submit() if the line itself is observed. A job whose end slt_irq_handler()
 * has served takes no further register access.
 *
 * @param timeout_cycles  As in slt_wait(); checked at each wake-up.
 * @return As slt_wait(); kSltBadArg also without `wait_for_interrupt` in the port.
 */
SLT_WARN_UNUSED slt_result_t slt_wait_irq(slt_t* dev, uint32_t timeout_cycles);

/**
 * To be called from the interrupt service routine: clears what is pending, which lowers the line, and notes it.
 *
 * @return The interrupts served, SLT_REG_IRQ_STATUS_*_MASK; 0 if the device had none pending or `dev` is NULL.
 */
uint32_t slt_irq_handler(slt_t* dev);

/** Interrupts served since the last submit, SLT_REG_IRQ_STATUS_*_MASK. Touches no register. */
uint32_t slt_irq_seen(const slt_t* dev);

/**
 * Abandons any job and clears status, error, counters and pending interrupts. Windows and interrupt enable are kept.
 *
 * @param timeout_cycles  For the outstanding bus transfers to finish.
 * @return kSltOk; kSltTimeout (the reset is still going on); kSltBadArg.
 */
SLT_WARN_UNUSED slt_result_t slt_soft_reset(slt_t* dev, uint32_t timeout_cycles);

/**
 * Reads all counters. While a job runs they move, and the set is not of one moment.
 *
 * @return kSltOk; kSltBadArg.
 */
SLT_WARN_UNUSED slt_result_t slt_read_counters(const slt_t* dev, slt_counters_t* counters);

/**
 * Reads the first of them, the cycles of the job; as slt_read_counters().
 *
 * @return kSltOk; kSltBadArg.
 */
SLT_WARN_UNUSED slt_result_t slt_read_cycles(const slt_t* dev, uint32_t* cycles);

/**
 * Reads why the last job was stopped. Holds until the next slt_submit() or slt_soft_reset().
 *
 * @return kSltOk; kSltBadArg.
 */
SLT_WARN_UNUSED slt_result_t slt_last_error(const slt_t* dev, slt_error_t* error);

/** Name of a result, such as "timeout"; "unknown result" for other values. */
const char* slt_result_name(slt_result_t result);

/** Sentence for an error cause (SLT_ERROR_*); "unknown cause" for other values. */
const char* slt_cause_name(uint32_t cause);

#ifdef __cplusplus
}
#endif

#endif  // SLT_DRIVER_H_
