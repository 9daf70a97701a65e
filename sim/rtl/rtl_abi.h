/* SPDX-License-Identifier: Apache-2.0
 * The C interface of a compiled RTL library (libslt_rtl.so). The host and the wrapper that is built with each
 * configuration include this file; SLT_RTL_ABI changes whenever a structure or a function does. */
#pragma once

#include <stdint.h>

#define SLT_RTL_ABI 1U
#define SLT_RTL_BUS_BYTES 16

#ifdef __cplusplus
extern "C" {
#endif

/* Pins the host drives. */
typedef struct slt_rtl_inputs {
  uint32_t apb_paddr;
  uint32_t apb_pwdata;
  uint8_t apb_psel;
  uint8_t apb_penable;
  uint8_t apb_pwrite;
  uint8_t axi_arready;
  uint8_t axi_rvalid;
  uint8_t axi_rid;
  uint8_t axi_rresp;
  uint8_t axi_rlast;
  uint8_t axi_awready;
  uint8_t axi_wready;
  uint8_t axi_bvalid;
  uint8_t axi_bid;
  uint8_t axi_bresp;
  uint8_t axi_rdata[SLT_RTL_BUS_BYTES];
} slt_rtl_inputs;

/* Pins the RTL drives. */
typedef struct slt_rtl_outputs {
  uint64_t probe;
  uint32_t apb_prdata;
  uint32_t axi_araddr;
  uint32_t axi_awaddr;
  uint16_t axi_wstrb;
  uint8_t apb_pready;
  uint8_t apb_pslverr;
  uint8_t axi_arvalid;
  uint8_t axi_arid;
  uint8_t axi_arlen;
  uint8_t axi_rready;
  uint8_t axi_awvalid;
  uint8_t axi_awid;
  uint8_t axi_awlen;
  uint8_t axi_wvalid;
  uint8_t axi_wlast;
  uint8_t axi_bready;
  uint8_t irq;
  uint8_t axi_wdata[SLT_RTL_BUS_BYTES];
} slt_rtl_outputs;

typedef struct slt_rtl_model slt_rtl_model;

/* Called once a cycle, when the outputs have settled and before the clock edge that ends the cycle. `inputs` holds what
 * was driven in this cycle and receives what the host drives in the next one. Returns non-zero to stop after this
 * cycle. */
typedef int (*slt_rtl_cycle_fn)(void* context, const slt_rtl_outputs* outputs, slt_rtl_inputs* inputs);

enum slt_rtl_result { SLT_RTL_OK = 0, SLT_RTL_FAILED = 1 };

uint32_t slt_rtl_abi(void);
/* A model out of reset. All inputs are 0 in the first cycle. */
slt_rtl_model* slt_rtl_create(void);
void slt_rtl_destroy(slt_rtl_model* model);
/* Runs until the callback asks to stop or for `cycles` cycles. SLT_RTL_FAILED: an assertion of the RTL fired or it
 * called $stop, $finish or $fatal; the model must not be run again. */
int slt_rtl_run(slt_rtl_model* model, uint64_t cycles, slt_rtl_cycle_fn on_cycle, void* context);
/* What failed; empty when nothing did. Valid until the model is destroyed. */
const char* slt_rtl_message(const slt_rtl_model* model);
/* Writes the waveforms of cycles from (inclusive) to `to` (exclusive), counted from reset, to an FST file. Returns 0,
 * or -1 when the library was built without tracing. */
int slt_rtl_trace(slt_rtl_model* model, const char* file, uint64_t from, uint64_t to);

typedef uint32_t (*slt_rtl_abi_fn)(void);
typedef slt_rtl_model* (*slt_rtl_create_fn)(void);
typedef void (*slt_rtl_destroy_fn)(slt_rtl_model*);
typedef int (*slt_rtl_run_fn)(slt_rtl_model*, uint64_t, slt_rtl_cycle_fn, void*);
typedef const char* (*slt_rtl_message_fn)(const slt_rtl_model*);
typedef int (*slt_rtl_trace_fn)(slt_rtl_model*, const char*, uint64_t, uint64_t);

#ifdef __cplusplus
}
#endif
