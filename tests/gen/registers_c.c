/* SPDX-License-Identifier: Apache-2.0 */
/* The register headers as a freestanding C11 program sees it. */
#include <stdint.h>

#include "slt_regs.h"
#include "slt_soc.h"

_Static_assert(SLT_REG_STATUS_ERROR_MASK == 1u << SLT_REG_STATUS_ERROR_LSB, "mask in place");
_Static_assert(SLT_STREAM_ALIGN_BYTES == SLT_COMMAND_BYTES, "a stream is whole commands");

_Static_assert(SLT_SOC_ACCELERATOR_BYTES == SLT_REG_SPACE_BYTES, "the register space of the accelerator");
_Static_assert(SLT_SOC_NUM_INTERRUPTS == 3u && SLT_SOC_UART_INTERRUPT == 2u, "one line a device");
_Static_assert(SLT_TIMER_CTRL_IRQ_ENABLE_MASK == 1u << SLT_TIMER_CTRL_IRQ_ENABLE_LSB, "mask in place");

uint32_t rows_from_c(uint32_t cap_array);
uint32_t rows_from_c(uint32_t cap_array) {
  return (cap_array & SLT_REG_CAP_ARRAY_ROWS_MASK) >> SLT_REG_CAP_ARRAY_ROWS_LSB;
}
