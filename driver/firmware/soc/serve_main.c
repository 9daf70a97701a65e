// SPDX-License-Identifier: Apache-2.0
/* Serving firmware: answers the MLPerf Tiny protocol (driver/serve) on the serial port. */
#include <stddef.h>

#include "board.h"
#include "slt_serve.h"
#include "slt_serve_tensor.h"
#include "uart.h"

static slt_t device;
static slt_network_t network;
static slt_tensor_t input;
static slt_tensor_t output;

static float float_of(uint32_t bits) {
  union {
    uint32_t bits;
    float value;
  } number = {bits};
  return number.value;
}

static slt_quantisation_t quantisation(const slt_tensor_t* tensor) {
  const slt_quantisation_t q = {float_of(tensor->scale), tensor->zero_point};
  return q;
}

static const uint8_t* loaded(void) { return (const uint8_t*)slt_board.buffer_address; }

static void make_input(void) {
  slt_serve_load((slt_input_format_t)slt_board.input_format, loaded(), input.bytes, quantisation(&input), input.data);
}

static void serve_write(void* ctx, const char* text, uint32_t bytes) {
  (void)ctx;
  uart_write(text, bytes);
}

static void serve_flush(void* ctx) {
  (void)ctx;
  uart_flush();
}

static uint64_t serve_now_us(void* ctx) {
  (void)ctx;
  return board_cycles64() * 1000000U / slt_board.clock_hz;
}

static void serve_load(void* ctx, const uint8_t* bytes) {
  (void)ctx;
  (void)bytes; /* the buffer of the board */
  make_input();
}

static const char* serve_infer(void* ctx) {
  (void)ctx;
  if (slt_board.reload_input != 0U) make_input();
  const slt_result_t result = board_infer(&network, &device, NULL);
  (void)board_cycles64(); /* so that a long series of inferences does not miss that the timer wraps */
  return result == kSltOk ? NULL : slt_result_name(result);
}

static void serve_results(void* ctx, const slt_text_t* out) {
  (void)ctx;
  slt_serve_results((slt_results_format_t)slt_board.results_format, output.data, output.bytes, quantisation(&output),
                    loaded(), out);
}

int main(void) {
  static slt_serve_t serve;
  const slt_board_t* board = &slt_board;
  if (board_start(&device, &network) != kSltOk) return 1;
  if (slt_network_input(&network, 0U, &input) != kSltOk || slt_network_output(&network, 0U, &output) != kSltOk) {
    return 1;
  }
  const slt_serve_port_t port = {NULL, serve_write, serve_flush, serve_now_us, serve_load, serve_infer, serve_results};
  const slt_serve_identity_t identity = {board->vendor, board->model,
                                         slt_serve_input_bytes((slt_input_format_t)board->input_format, input.bytes)};
  if (!slt_serve_init(&serve, &port, &identity, (uint8_t*)board->buffer_address, board->buffer_bytes)) return 1;
  uart_start(board->uart_bit_cycles);
  slt_serve_start(&serve);
  for (;;) {
    const char c = uart_read();
    if (uart_overrun()) slt_serve_overrun(&serve);
    slt_serve_receive(&serve, c);
  }
}
