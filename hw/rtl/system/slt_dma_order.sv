// SPDX-License-Identifier: Apache-2.0
// Completion order of a DMA engine: transfers finish in order among themselves, a configuration command is finished when it is
// popped, and completion is reported in the order of the queue, one command a cycle.
//   Timing: done(i) = max(finish(i) + 1, done(i-1) + 1), where finish(i) is the cycle of finished_i for a transfer and the
//   cycle of the pop for a configuration command.
//   Limits: at most MAX_IN_FLIGHT commands popped and not done; room_o is low at that number (a place is free again in the
//   cycle after done_o).
`include "slt_assert.svh"

module slt_dma_order
  import slt_system_pkg::*;
(
    input  logic   clk_i,
    input  logic   rst_ni,
    input  logic   clear_i,
    input  logic   pop_i,
    input  logic   is_cfg_i,
    input  index_t index_i,
    output logic   room_o,
    input  logic   finished_i,  // the oldest unfinished transfer has finished
    output index_t index_o,     // its position in the stream
    output logic   done_o,
    output logic   idle_o       // nothing popped and not done
);

  typedef logic [$clog2(MAX_IN_FLIGHT + 1)-1:0] count_t;

  count_t finished_q;  // transfers finished and not reported
  logic   oldest_is_cfg;
  logic   none_open;
  logic   all_open;
  logic   indices_full;
  logic   indices_empty;

  slt_fifo #(
      .Width(1),
      .Depth(MAX_IN_FLIGHT)
  ) u_kinds (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(clear_i),
      .push_i (pop_i),
      .data_i (is_cfg_i),
      .full_o (all_open),
      .pop_i  (done_o),
      .data_o (oldest_is_cfg),
      .empty_o(none_open)
  );

  slt_fifo #(
      .Width(INDEX_BITS),
      .Depth(MAX_IN_FLIGHT)
  ) u_indices (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(clear_i),
      .push_i (pop_i && !is_cfg_i),
      .data_i (index_i),
      .full_o (indices_full),
      .pop_i  (finished_i),
      .data_o (index_o),
      .empty_o(indices_empty)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) finished_q <= '0;
    else if (clear_i) finished_q <= '0;
    else finished_q <= finished_q + count_t'(finished_i) - count_t'(done_o && !oldest_is_cfg);
  end

  assign done_o = !none_open && (oldest_is_cfg || finished_q != '0);
  assign room_o = !all_open;
  assign idle_o = none_open;

  `SLT_ASSERT(PopOnlyWithRoom, pop_i && !clear_i |-> room_o && !indices_full)
  `SLT_ASSERT(FinishedWasPopped, finished_i && !clear_i |-> !indices_empty)

endmodule
