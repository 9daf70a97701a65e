// SPDX-License-Identifier: Apache-2.0
#include "baseline.h"
#include "cycle_clock.h"
#include "mcu.h"
#include "semihosting.h"

/* Where the image is linked: firmware.ld. */
extern const uint8_t firmware_flash[];
extern uint8_t firmware_ram[];

static uint32_t read_clock(void* ctx) {
  (void)ctx;
  return (uint32_t)cycle_clock();
}

static slt_result_t run(slt_baseline_mailbox_t* mailbox) {
  const uint8_t* image = firmware_flash + SLT_BASELINE_IMAGE;
  slt_network_header_t header;
  __builtin_memcpy(&header, image, sizeof(header));
  const slt_memory_t memory = {(const uint8_t*)(uintptr_t)header.flash_base,
                               header.flash_base,
                               header.flash_bytes,
                               firmware_ram + SLT_BASELINE_ARENA,
                               (uint32_t)(uintptr_t)firmware_ram + SLT_BASELINE_ARENA,
                               header.arena_bytes};
  slt_network_t network;
  slt_result_t result = slt_network_load(&network, image, header.total_bytes, &memory, NULL);
  if (result != kSltOk) return result;
  result = slt_network_scratch_bytes(image, header.total_bytes, &mailbox->scratch_bytes);
  if (result != kSltOk) return result;
  slt_t clock_only;  // no step is for a device; the runtime takes its clock from the port of one
  __builtin_memset(&clock_only, 0, sizeof(clock_only));
  clock_only.port.cycles = read_clock;
  slt_run_report_t report;
  report.steps = mailbox->steps;
  report.step_capacity = kSltBaselineMaxSteps;
  const uint64_t start = cycle_clock();
  result = slt_network_run(&network, &clock_only, NULL, &report);
  const uint64_t cycles = cycle_clock() - start;
  mailbox->cycles_low = (uint32_t)cycles;
  mailbox->cycles_high = (uint32_t)(cycles >> 32);
  mailbox->steps_done = report.steps_done;
  return result;
}

int main(void) {
  slt_baseline_mailbox_t* mailbox = (slt_baseline_mailbox_t*)(void*)(firmware_ram + SLT_BASELINE_MAILBOX);
  if (mailbox->magic != SLT_BASELINE_MAGIC || mailbox->request == 0U || mailbox->request > kSltBaselineDump) {
    return kSltBaselineNoRequest;
  }
  cycle_clock_start();
  mailbox->result = (uint32_t)run(mailbox);
  if (mailbox->request == kSltBaselineDump) {
    slt_network_header_t header;
    __builtin_memcpy(&header, firmware_flash + SLT_BASELINE_IMAGE, sizeof(header));
    const uint32_t bytes = SLT_BASELINE_ARENA - SLT_BASELINE_MAILBOX + header.arena_bytes;
    if (!semihosting_write_file("baseline.ram", mailbox, bytes)) return kSltBaselineNoDump;
  }
  return (int)mailbox->result;
}
