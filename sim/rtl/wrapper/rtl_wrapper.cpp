// SPDX-License-Identifier: Apache-2.0
// The C interface around Verilated slt_top, compiled once per hardware configuration into libslt_rtl.so.
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "Vslt_top.h"
#include "rtl_abi.h"
#include "verilated.h"
#if VM_TRACE
#include "verilated_fst_c.h"
#endif

namespace {

// What the model that is running on this thread printed, and whether it asked to stop. $error and a failed assertion
// print one line and then stop.
thread_local std::string printed;
thread_local bool stopped = false;

constexpr std::size_t kMaxMessage = 4096;

// Port types depend on the width of the bus (32, 64 or 128 bits): integers or arrays of words, little-endian either
// way.
template <typename Port>
void set_bytes(Port& port, const uint8_t* bytes) {
  static_assert(sizeof(Port) <= SLT_RTL_BUS_BYTES);
  std::memcpy(&port, bytes, sizeof(Port));
}
template <typename Port>
void get_bytes(uint8_t* bytes, const Port& port) {
  static_assert(sizeof(Port) <= SLT_RTL_BUS_BYTES);
  std::memcpy(bytes, &port, sizeof(Port));
}

}  // namespace

extern "C" void slt_rtl_print(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length > 0 && printed.size() < kMaxMessage) printed += line;
}

void vl_stop(const char* /*file*/, int /*line*/, const char* /*hierarchy*/) VL_MT_UNSAFE { stopped = true; }

void vl_finish(const char* file, int line, const char* /*hierarchy*/) VL_MT_UNSAFE {
  slt_rtl_print("$finish at %s:%d\n", file, line);
  stopped = true;
}

void vl_fatal(const char* file, int line, const char* /*hierarchy*/, const char* message) VL_MT_UNSAFE {
  slt_rtl_print("%s:%d: %s\n", file, line, message);
  stopped = true;
}

struct slt_rtl_model {
  VerilatedContext context;
  std::unique_ptr<Vslt_top> top;
  slt_rtl_inputs inputs{};
  slt_rtl_outputs outputs{};
  uint64_t cycle = 0;
  std::string message;
#if VM_TRACE
  std::unique_ptr<VerilatedFstC> trace;
  uint64_t trace_from = 0;
  uint64_t trace_to = 0;
#endif

  // Verilator reaches for the context of the thread, which is that of the model created last, alive or not.
  void enter() { Verilated::threadContextp(&context); }

  void eval(bool clock) {
    top->clk_i = clock;
    top->eval();
#if VM_TRACE
    if (trace && cycle >= trace_from && cycle < trace_to) trace->dump(2 * cycle + (clock ? 1 : 0));
#endif
  }

  void drive() {
    top->apb_psel_i = inputs.apb_psel;
    top->apb_penable_i = inputs.apb_penable;
    top->apb_pwrite_i = inputs.apb_pwrite;
    top->apb_paddr_i = inputs.apb_paddr & 0xFFFU;
    top->apb_pwdata_i = inputs.apb_pwdata;
    top->axi_arready_i = inputs.axi_arready;
    top->axi_rvalid_i = inputs.axi_rvalid;
    top->axi_rid_i = inputs.axi_rid;
    top->axi_rresp_i = inputs.axi_rresp;
    top->axi_rlast_i = inputs.axi_rlast;
    if (inputs.axi_rvalid != 0) set_bytes(top->axi_rdata_i, inputs.axi_rdata);
    top->axi_awready_i = inputs.axi_awready;
    top->axi_wready_i = inputs.axi_wready;
    top->axi_bvalid_i = inputs.axi_bvalid;
    top->axi_bid_i = inputs.axi_bid;
    top->axi_bresp_i = inputs.axi_bresp;
  }

  void sample() {
    outputs.probe = top->probe_o;
    outputs.apb_prdata = top->apb_prdata_o;
    outputs.apb_pready = top->apb_pready_o;
    outputs.apb_pslverr = top->apb_pslverr_o;
    outputs.axi_arvalid = top->axi_arvalid_o;
    outputs.axi_arid = top->axi_arid_o;
    outputs.axi_araddr = top->axi_araddr_o;
    outputs.axi_arlen = top->axi_arlen_o;
    outputs.axi_rready = top->axi_rready_o;
    outputs.axi_awvalid = top->axi_awvalid_o;
    outputs.axi_awid = top->axi_awid_o;
    outputs.axi_awaddr = top->axi_awaddr_o;
    outputs.axi_awlen = top->axi_awlen_o;
    outputs.axi_wvalid = top->axi_wvalid_o;
    outputs.axi_wlast = top->axi_wlast_o;
    outputs.axi_wstrb = top->axi_wstrb_o;
    if (outputs.axi_wvalid != 0) get_bytes(outputs.axi_wdata, top->axi_wdata_o);
    outputs.axi_bready = top->axi_bready_o;
    outputs.irq = top->irq_o;
  }
};

#define SLT_EXPORT extern "C" __attribute__((visibility("default")))

SLT_EXPORT uint32_t slt_rtl_abi(void) { return SLT_RTL_ABI; }

SLT_EXPORT slt_rtl_model* slt_rtl_create(void) {
  printed.clear();
  stopped = false;
  auto model = std::make_unique<slt_rtl_model>();
#if VM_TRACE
  model->context.traceEverOn(true);
#endif
  model->top = std::make_unique<Vslt_top>(&model->context);
  // The falling edge triggers the asynchronous reset, the clock edges reset what is clocked only.
  model->top->rst_ni = 1;
  model->drive();
  model->eval(false);
  model->top->rst_ni = 0;
  for (int i = 0; i < 4; ++i) {
    model->eval(false);
    model->eval(true);
  }
  model->eval(false);
  model->top->rst_ni = 1;
  return model.release();
}

SLT_EXPORT void slt_rtl_destroy(slt_rtl_model* model) {
  model->enter();
#if VM_TRACE
  if (model->trace) model->trace->close();
#endif
  model->top->final();
  delete model;
}

SLT_EXPORT int slt_rtl_run(slt_rtl_model* model, uint64_t cycles, slt_rtl_cycle_fn on_cycle, void* context) {
  printed.clear();
  stopped = false;
  model->enter();
  for (uint64_t i = 0; i < cycles; ++i) {
    model->context.time(model->cycle);  // messages of the RTL carry the cycle
    model->drive();
    model->eval(false);
    model->sample();
    const int stop = on_cycle(context, &model->outputs, &model->inputs);
    model->eval(true);
    ++model->cycle;
    if (stopped) {
      model->message = printed.empty() ? "the RTL stopped the simulation" : printed;
      return SLT_RTL_FAILED;
    }
    if (stop != 0) break;
  }
  return SLT_RTL_OK;
}

SLT_EXPORT const char* slt_rtl_message(const slt_rtl_model* model) { return model->message.c_str(); }

#if VM_TRACE
SLT_EXPORT int slt_rtl_trace(slt_rtl_model* model, const char* file, uint64_t from, uint64_t to) {
  constexpr int kAllLevels = 99;
  model->trace = std::make_unique<VerilatedFstC>();
  model->top->trace(model->trace.get(), kAllLevels);
  model->trace->open(file);
  model->trace_from = from;
  model->trace_to = to;
  return 0;
}
#else
SLT_EXPORT int slt_rtl_trace(slt_rtl_model* /*model*/, const char* /*file*/, uint64_t /*from*/, uint64_t /*to*/) {
  return -1;
}
#endif
