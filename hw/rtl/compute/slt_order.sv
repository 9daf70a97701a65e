// SPDX-License-Identifier: Apache-2.0
// Completion in order: remembers the kind of every command popped and not yet done, and reports each one's completion when
// all before it have completed.
//
// Timing: a command pushed in cycle t counts from t + 1, one command is done a cycle. done_o is a decode of registers and
// finish_i: an instant command (configuration) is done in the first cycle from t + 1 in which it is the oldest, any other in
// its cycle of finish_i or the first one after that in which it is the oldest.
// Limits: at most Depth commands inside; finish_i comes once for each that is not instant, in order. clear_i forgets all.
`include "slt_assert.svh"
module slt_order #(
  parameter int unsigned Depth = 4,
  localparam int unsigned CountWidth = $clog2(Depth + 1)
) (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic clear_i,
  input  logic push_i,
  input  logic instant_i,
  input  logic finish_i,
  output logic done_o,
  output logic full_o,
  output logic empty_o
);

  logic [Depth-1:0]      instant_d, instant_q;
  logic [CountWidth-1:0] count_d, count_q, kept;
  logic [CountWidth-1:0] finished_d, finished_q;  // commands finished behind instant ones
  logic                  finished;

  assign empty_o = count_q == '0;
  assign full_o = count_q == CountWidth'(Depth);
  assign finished = finish_i || finished_q != '0;
  assign done_o = !empty_o && (instant_q[0] || finished);
  assign kept = count_q - CountWidth'(done_o);

  always_comb begin
    count_d = kept + CountWidth'(push_i);
    instant_d = done_o ? instant_q >> 1 : instant_q;
    for (int unsigned i = 0; i < Depth; i++) begin
      if (push_i && kept == CountWidth'(i)) instant_d[i] = instant_i;
    end
    finished_d = finished_q + CountWidth'(finish_i) - CountWidth'(done_o && !instant_q[0]);
    if (clear_i) begin
      count_d = '0;
      finished_d = '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      instant_q <= '0;
      count_q <= '0;
      finished_q <= '0;
    end else begin
      instant_q <= instant_d;
      count_q <= count_d;
      finished_q <= finished_d;
    end
  end

  `SLT_ASSERT(NoOverflow, push_i |-> !full_o)
  `SLT_ASSERT(FinishOfCommandInside, finished_q + CountWidth'(finish_i) <= count_q)

endmodule
