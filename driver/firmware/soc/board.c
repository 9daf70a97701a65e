// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <stddef.h>

#include "mcu.h"
#include "slt_soc.h"

static struct {
  slt_t* device;       /* whose interrupt is served */
  volatile bool alarm; /* the time limit has passed */
  bool alarm_set;
  uint32_t last;   /* timer when the time was last asked for */
  uint32_t passed; /* times it has wrapped */
} board;

uint32_t board_cycles(void) { return mcu_read32(SLT_SOC_TIMER_BASE + SLT_TIMER_COUNT_OFFSET); }

static uint32_t accelerator_read(void* ctx, uint32_t offset) {
  (void)ctx;
  return mcu_read32(SLT_SOC_ACCELERATOR_BASE + offset);
}

static void accelerator_write(void* ctx, uint32_t offset, uint32_t value) {
  (void)ctx;
  mcu_dsb(); /* memory is written before the doorbell is rung */
  mcu_write32(SLT_SOC_ACCELERATOR_BASE + offset, value);
}

static uint32_t port_cycles(void* ctx) {
  (void)ctx;
  return board_cycles();
}

static void start_timer(void) { mcu_write32(SLT_SOC_TIMER_BASE + SLT_TIMER_CTRL_OFFSET, SLT_TIMER_CTRL_ENABLE_MASK); }

static void set_alarm(uint32_t in_cycles) {
  board.alarm = false;
  board.alarm_set = true;
  mcu_write32(SLT_SOC_TIMER_BASE + SLT_TIMER_COMPARE_OFFSET, board_cycles() + in_cycles);
  mcu_write32(SLT_SOC_TIMER_BASE + SLT_TIMER_STATUS_OFFSET, SLT_TIMER_STATUS_MATCH_MASK);
  mcu_write32(SLT_SOC_TIMER_BASE + SLT_TIMER_CTRL_OFFSET, SLT_TIMER_CTRL_ENABLE_MASK | SLT_TIMER_CTRL_IRQ_ENABLE_MASK);
}

static void stop_alarm(void) {
  board.alarm_set = false;
  start_timer(); /* without its interrupt */
}

/* The alarm is set while the job already runs, when it costs no time.
   Called after a look at the device; an interrupt served since then has left its mark, a later one ends the sleep. */
static void port_sleep(void* ctx) {
  (void)ctx;
  if (!board.alarm_set) set_alarm(slt_board.timeout_cycles);
  mcu_disable_interrupts();
  if (slt_irq_seen(board.device) == 0U && !board.alarm) mcu_sleep();
  mcu_enable_interrupts();
}

uint64_t board_cycles64(void) {
  const uint32_t now = board_cycles();
  if (now < board.last) ++board.passed;
  board.last = now;
  return (uint64_t)board.passed << 32 | now;
}

void mcu_irq0_handler(void) { (void)slt_irq_handler(board.device); }

void mcu_irq1_handler(void) {
  board.alarm = true;
  mcu_write32(SLT_SOC_TIMER_BASE + SLT_TIMER_STATUS_OFFSET, SLT_TIMER_STATUS_MATCH_MASK);
}

slt_result_t board_start(slt_t* device, slt_network_t* network) {
  const slt_board_t* board_data = &slt_board;
  mcu_write32(SLT_SOC_TIMER_BASE + SLT_TIMER_CTRL_OFFSET, 0U);
  mcu_write32(SLT_SOC_TIMER_BASE + SLT_TIMER_COUNT_OFFSET, 0U);
  start_timer();
  if (board_data->magic != SLT_BOARD_MAGIC || board_data->version != SLT_BOARD_VERSION) return kSltBadImage;
  const slt_port_t port = {NULL, accelerator_read, accelerator_write, port_cycles, port_sleep};
  const slt_result_t found = slt_init(device, &port);
  if (found != kSltOk) return found;
  board.device = device;
  /* The line rises at the end of every job; who polls leaves it masked. */
  const slt_result_t enabled = slt_enable_irq(device, true);
  if (enabled != kSltOk) return enabled;
  if (board_data->wait == kSltBoardInterrupt) mcu_enable_irq(SLT_SOC_ACCELERATOR_INTERRUPT);
  mcu_enable_irq(SLT_SOC_TIMER_INTERRUPT);
  /* Bus addresses are pointers here. */
  const slt_memory_t memory = {
      (const uint8_t*)board_data->weights_base, board_data->weights_base, board_data->weights_bytes,
      (uint8_t*)board_data->sram_base,          board_data->sram_base,    board_data->sram_bytes};
  const slt_result_t loaded =
      slt_network_load(network, (const void*)board_data->image_address, board_data->image_bytes, &memory, device);
  if (loaded != kSltOk) return loaded;
  return slt_network_prepare(network, device, board_data->wait == kSltBoardInterrupt);
}

slt_result_t board_infer(slt_network_t* network, slt_t* device, slt_run_report_t* report) {
  const slt_board_t* board_data = &slt_board;
  const slt_run_options_t options = {board_data->wait == kSltBoardInterrupt, board_data->timeout_cycles};
  const slt_result_t result = slt_network_run(network, device, &options, report);
  if (board.alarm_set) stop_alarm();
  return result;
}
