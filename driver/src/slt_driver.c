// SPDX-License-Identifier: Apache-2.0
#include "slt_driver.h"

#define ALL_IRQS (SLT_REG_IRQ_STATUS_DONE_MASK | SLT_REG_IRQ_STATUS_ERROR_MASK)
#define IRQ_ENABLE_UNKNOWN UINT32_C(0xFFFFFFFF)
#define FIELD(value, name) (((value)&SLT_REG_##name##_MASK) >> SLT_REG_##name##_LSB)

static uint32_t read_reg(const slt_t* dev, uint32_t offset) { return dev->port.read32(dev->port.ctx, offset); }

static void write_reg(const slt_t* dev, uint32_t offset, uint32_t value) {
  dev->port.write32(dev->port.ctx, offset, value);
}

/* Once a job has been seen to end, the device is idle until the next doorbell: no need to ask. */
static bool is_busy(slt_t* dev) {
  if (dev->maybe_busy) {
    dev->maybe_busy = (read_reg(dev, SLT_REG_STATUS_OFFSET) & SLT_REG_STATUS_BUSY_MASK) != 0U;
  }
  return dev->maybe_busy;
}

static void clear_irqs(slt_t* dev) {
  write_reg(dev, SLT_REG_IRQ_STATUS_OFFSET, ALL_IRQS);
  dev->maybe_pending = false;
}

static bool version_ok(uint32_t version) {
  const uint32_t known = SLT_DRIVER_INTERFACE_VERSION;
  return version >> 16 == known >> 16 && (version & 0xFFFFU) >= (known & 0xFFFFU);
}

static void read_caps(const slt_t* dev, slt_caps_t* caps) {
  const uint32_t array = read_reg(dev, SLT_REG_CAP_ARRAY_OFFSET);
  const uint32_t system = read_reg(dev, SLT_REG_CAP_SYSTEM_OFFSET);
  caps->rows = (uint16_t)FIELD(array, CAP_ARRAY_ROWS);
  caps->cols = (uint16_t)FIELD(array, CAP_ARRAY_COLS);
  caps->requant_lanes = (uint16_t)FIELD(array, CAP_ARRAY_LANES);
  caps->depthwise_unit = FIELD(array, CAP_ARRAY_DEPTHWISE) != 0U;
  caps->weight_stationary = FIELD(array, CAP_ARRAY_WEIGHT_STATIONARY) != 0U;
  caps->output_stationary = FIELD(array, CAP_ARRAY_OUTPUT_STATIONARY) != 0U;
  caps->bus_bytes = (uint16_t)FIELD(system, CAP_SYSTEM_BUS_BYTES);
  caps->scratchpad_banks = (uint16_t)FIELD(system, CAP_SYSTEM_BANKS);
  caps->queue_depth = (uint16_t)FIELD(system, CAP_SYSTEM_QUEUE_DEPTH);
  caps->scratchpad_bytes = read_reg(dev, SLT_REG_SPM_BYTES_OFFSET);
  caps->weight_buffer_bytes = read_reg(dev, SLT_REG_WBUF_BYTES_OFFSET);
  caps->acc_entries = read_reg(dev, SLT_REG_ACC_ENTRIES_OFFSET);
  caps->param_channels = read_reg(dev, SLT_REG_PARAM_CHANNELS_OFFSET);
  caps->config_id = read_reg(dev, SLT_REG_CONFIG_ID_OFFSET);
}

slt_result_t slt_init(slt_t* dev, const slt_port_t* port) {
  if (dev == NULL || port == NULL || port->read32 == NULL || port->write32 == NULL) return kSltBadArg;
  dev->port = *port;
  dev->irq_seen = 0;
  dev->maybe_busy = true;
  dev->maybe_pending = true;
  dev->windows_known = false;
  dev->irq_enable = IRQ_ENABLE_UNKNOWN;
  if (read_reg(dev, SLT_REG_ID_OFFSET) != SLT_REG_ID_RESET) return kSltWrongDevice;
  dev->caps.version = read_reg(dev, SLT_REG_VERSION_OFFSET);
  if (!version_ok(dev->caps.version)) return kSltWrongVersion;
  read_caps(dev, &dev->caps);
  return kSltOk;
}

static bool window_ok(uint32_t base, uint32_t bytes) { return bytes == 0U || bytes - 1U <= UINT32_MAX - base; }

/* A window whose last byte is before its first is closed. */
static void write_window(const slt_t* dev, uint32_t base_offset, uint32_t last_offset, uint32_t base, uint32_t bytes) {
  write_reg(dev, base_offset, bytes == 0U ? 1U : base);
  write_reg(dev, last_offset, bytes == 0U ? 0U : base + (bytes - 1U));
}

static bool same_windows(const slt_windows_t* a, const slt_windows_t* b) {
  return a->read_only_base == b->read_only_base && a->read_only_bytes == b->read_only_bytes &&
         a->read_write_base == b->read_write_base && a->read_write_bytes == b->read_write_bytes;
}

slt_result_t slt_set_windows(slt_t* dev, const slt_windows_t* windows) {
  if (dev == NULL || windows == NULL || !window_ok(windows->read_only_base, windows->read_only_bytes) ||
      !window_ok(windows->read_write_base, windows->read_write_bytes)) {
    return kSltBadArg;
  }
  if (is_busy(dev)) return kSltBusy;
  if (dev->windows_known && same_windows(&dev->windows, windows)) return kSltOk;
  write_window(dev, SLT_REG_WIN0_BASE_OFFSET, SLT_REG_WIN0_LAST_OFFSET, windows->read_only_base,
               windows->read_only_bytes);
  write_window(dev, SLT_REG_WIN1_BASE_OFFSET, SLT_REG_WIN1_LAST_OFFSET, windows->read_write_base,
               windows->read_write_bytes);
  dev->windows = *windows;
  dev->windows_known = true;
  return kSltOk;
}

slt_result_t slt_enable_irq(slt_t* dev, bool enable) {
  if (dev == NULL) return kSltBadArg;
  const uint32_t wanted = enable ? SLT_REG_IRQ_ENABLE_DONE_MASK | SLT_REG_IRQ_ENABLE_ERROR_MASK : 0U;
  if (dev->irq_enable == wanted) return kSltOk;
  write_reg(dev, SLT_REG_IRQ_ENABLE_OFFSET, wanted);
  dev->irq_enable = wanted;
  return kSltOk;
}

slt_result_t slt_submit(slt_t* dev, uint32_t stream_address, uint32_t stream_bytes) {
  if (dev == NULL || (stream_address & SLT_STREAM_ALIGN_MASK) != 0U || stream_bytes == 0U ||
      stream_bytes % SLT_COMMAND_BYTES != 0U || stream_bytes - 1U > UINT32_MAX - stream_address) {
    return kSltBadArg;
  }
  if (is_busy(dev)) return kSltBusy;
  if (dev->maybe_pending) clear_irqs(dev);
  dev->irq_seen = 0;
  dev->maybe_pending = true;
  dev->maybe_busy = true;
  write_reg(dev, SLT_REG_STREAM_ADDR_OFFSET, stream_address);
  write_reg(dev, SLT_REG_STREAM_BYTES_OFFSET, stream_bytes);
  write_reg(dev, SLT_REG_DOORBELL_OFFSET, 1U);
  return kSltOk;
}

slt_result_t slt_poll(slt_t* dev) {
  if (dev == NULL) return kSltBadArg;
  const uint32_t status = read_reg(dev, SLT_REG_STATUS_OFFSET);
  dev->maybe_busy = (status & SLT_REG_STATUS_BUSY_MASK) != 0U;
  if (dev->maybe_busy) return kSltBusy;
  if ((status & SLT_REG_STATUS_ERROR_MASK) != 0U) return kSltDeviceError;
  return (status & SLT_REG_STATUS_DONE_MASK) != 0U ? kSltOk : kSltIdle;
}

/* A running time limit. Differences of a wrapping counter are right as long as one look takes less than its period. */
typedef struct {
  const slt_port_t* port;
  uint32_t start;
  uint32_t limit;
} deadline_t;

static bool can_time(const slt_t* dev, uint32_t timeout_cycles) {
  return timeout_cycles == SLT_WAIT_FOREVER || dev->port.cycles != NULL;
}

static deadline_t deadline_from_now(const slt_t* dev, uint32_t timeout_cycles) {
  const bool timed = timeout_cycles != SLT_WAIT_FOREVER;
  const deadline_t deadline = {&dev->port, timed ? dev->port.cycles(dev->port.ctx) : 0U, timeout_cycles};
  return deadline;
}

static bool has_passed(const deadline_t* deadline) {
  if (deadline->limit == SLT_WAIT_FOREVER) return false;
  return deadline->port->cycles(deadline->port->ctx) - deadline->start >= deadline->limit;
}

slt_result_t slt_wait(slt_t* dev, uint32_t timeout_cycles) {
  if (dev == NULL || !can_time(dev, timeout_cycles)) return kSltBadArg;
  const deadline_t deadline = deadline_from_now(dev, timeout_cycles);
  for (;;) {
    const bool last_look = has_passed(&deadline);  // before the look: a job that finished in time is never a timeout
    const slt_result_t result = slt_poll(dev);
    if (result != kSltBusy) return result;
    if (last_look) return kSltTimeout;
  }
}

slt_result_t slt_wait_irq(slt_t* dev, uint32_t timeout_cycles) {
  if (dev == NULL || dev->port.wait_for_interrupt == NULL || !can_time(dev, timeout_cycles)) return kSltBadArg;
  const deadline_t deadline = deadline_from_now(dev, timeout_cycles);
  const slt_result_t enabled = slt_enable_irq(dev, true);
  if (enabled != kSltOk) return enabled;
  for (;;) {
    if (dev->irq_seen == SLT_REG_IRQ_STATUS_DONE_MASK) {
      /* The service routine has read all there is to know, and cleared it. */
      dev->maybe_busy = false;
      dev->maybe_pending = false;
      return kSltOk;
    }
    const bool last_look = has_passed(&deadline);
    const slt_result_t result = slt_poll(dev);
    if (result != kSltBusy) {
      clear_irqs(dev);
      return result;
    }
    if (last_look) return kSltTimeout;
    dev->port.wait_for_interrupt(dev->port.ctx);
  }
}

uint32_t slt_irq_handler(slt_t* dev) {
  if (dev == NULL) return 0U;
  const uint32_t pending = read_reg(dev, SLT_REG_IRQ_STATUS_OFFSET) & ALL_IRQS;
  if (pending == 0U) return 0U;
  write_reg(dev, SLT_REG_IRQ_STATUS_OFFSET, pending);
  dev->irq_seen |= pending;
  return pending;
}

uint32_t slt_irq_seen(const slt_t* dev) { return dev == NULL ? 0U : dev->irq_seen; }

slt_result_t slt_soft_reset(slt_t* dev, uint32_t timeout_cycles) {
  if (dev == NULL || !can_time(dev, timeout_cycles)) return kSltBadArg;
  const deadline_t deadline = deadline_from_now(dev, timeout_cycles);
  write_reg(dev, SLT_REG_CTRL_OFFSET, SLT_REG_CTRL_SOFT_RESET_MASK);
  dev->maybe_busy = true;
  for (;;) {
    const bool last_look = has_passed(&deadline);
    if (!is_busy(dev)) break;
    if (last_look) return kSltTimeout;
  }
  clear_irqs(dev);
  dev->irq_seen = 0;
  return kSltOk;
}

slt_result_t slt_read_counters(const slt_t* dev, slt_counters_t* counters) {
  if (dev == NULL || counters == NULL) return kSltBadArg;
  counters->cycles = read_reg(dev, SLT_REG_CNT_CYCLES_OFFSET);
  counters->commands = read_reg(dev, SLT_REG_CNT_COMMANDS_OFFSET);
  counters->busy_cycles[SLT_ENGINE_LD] = read_reg(dev, SLT_REG_CNT_LD_BUSY_OFFSET);
  counters->busy_cycles[SLT_ENGINE_WL] = read_reg(dev, SLT_REG_CNT_WL_BUSY_OFFSET);
  counters->busy_cycles[SLT_ENGINE_MM] = read_reg(dev, SLT_REG_CNT_MM_BUSY_OFFSET);
  counters->busy_cycles[SLT_ENGINE_VEC] = read_reg(dev, SLT_REG_CNT_VEC_BUSY_OFFSET);
  counters->busy_cycles[SLT_ENGINE_ST] = read_reg(dev, SLT_REG_CNT_ST_BUSY_OFFSET);
  counters->read_beats = read_reg(dev, SLT_REG_CNT_READ_BEATS_OFFSET);
  counters->write_beats = read_reg(dev, SLT_REG_CNT_WRITE_BEATS_OFFSET);
  return kSltOk;
}

slt_result_t slt_read_cycles(const slt_t* dev, uint32_t* cycles) {
  if (dev == NULL || cycles == NULL) return kSltBadArg;
  *cycles = read_reg(dev, SLT_REG_CNT_CYCLES_OFFSET);
  return kSltOk;
}

slt_result_t slt_last_error(const slt_t* dev, slt_error_t* error) {
  if (dev == NULL || error == NULL) return kSltBadArg;
  error->cause = read_reg(dev, SLT_REG_ERROR_CAUSE_OFFSET);
  error->command_index = read_reg(dev, SLT_REG_ERROR_COMMAND_OFFSET);
  error->address = read_reg(dev, SLT_REG_ERROR_ADDRESS_OFFSET);
  return kSltOk;
}
