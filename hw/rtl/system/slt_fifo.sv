// SPDX-License-Identifier: Apache-2.0
// First-in first-out buffer in registers.
//   Timing: an entry pushed in cycle t is at the head from t+1 if it is the only one. full_o and empty_o depend on registers
//   only, so a place freed in cycle t can be filled from t+1.
//   Limits: no push while full_o, no pop while empty_o.
`include "slt_assert.svh"

module slt_fifo #(
    parameter int unsigned Width = 8,
    parameter int unsigned Depth = 2
) (
    input  logic             clk_i,
    input  logic             rst_ni,
    input  logic             clear_i,
    input  logic             push_i,
    input  logic [Width-1:0] data_i,
    output logic             full_o,
    input  logic             pop_i,
    output logic [Width-1:0] data_o,
    output logic             empty_o
);

  localparam int unsigned PTR_BITS = Depth > 1 ? $clog2(Depth) : 1;
  localparam int unsigned COUNT_BITS = $clog2(Depth + 1);
  typedef logic [PTR_BITS-1:0] ptr_t;
  typedef logic [COUNT_BITS-1:0] count_t;

  logic [Width-1:0] entries_q [Depth];
  ptr_t             head_q;
  ptr_t             tail_q;
  count_t           count_q;

  function automatic ptr_t next(ptr_t ptr);
    return ptr == ptr_t'(Depth - 1) ? '0 : ptr + ptr_t'(1);
  endfunction

  assign full_o  = count_q == count_t'(Depth);
  assign empty_o = count_q == '0;
  assign data_o  = entries_q[head_q];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else if (clear_i) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else begin
      if (push_i) tail_q <= next(tail_q);
      if (pop_i) head_q <= next(head_q);
      if (push_i && !pop_i) count_q <= count_q + count_t'(1);
      if (!push_i && pop_i) count_q <= count_q - count_t'(1);
    end
  end

  // Contents need no reset: count_q says what is valid.
  always_ff @(posedge clk_i) begin
    if (push_i) entries_q[tail_q] <= data_i;
  end

  `SLT_ASSERT(NoOverflow, push_i && !clear_i |-> !full_o)
  `SLT_ASSERT(NoUnderflow, pop_i && !clear_i |-> !empty_o)

endmodule
