// SPDX-License-Identifier: Apache-2.0
// Command queue of one engine: QUEUE_DEPTH commands, the token check at the head, the signal masks of the commands in flight,
// and the state of the engine as the outside sees it.
//   Timing: a command pushed in cycle t can be popped from t+1 on. A place freed by a pop in t can be filled from t+1 on.
//   State: that of the engine if it has a command; else idle (queue empty), wait_<lowest engine whose token is missing>, or
//   busy in the cycle of the pop.
`include "slt_assert.svh"

module slt_queue
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
#(
    parameter bit WithIndex = 1'b0  // keeps the position of each command in the stream
) (
    input  logic clk_i,
    input  logic rst_ni,
    input  logic clear_i,
    // From the front end.
    input  logic   push_i,
    input  cmd_t   cmd_i,
    input  index_t index_i,
    output logic   full_o,
    // Tokens.
    input  logic [NUM_ENGINES-1:0] avail_i,
    output logic [NUM_ENGINES-1:0] take_o,
    output logic [NUM_ENGINES-1:0] give_o,
    // Engine.
    output logic   cmd_valid_o,
    output cmd_t   cmd_o,
    output index_t cmd_index_o,
    input  logic   cmd_ready_i,
    input  logic   done_i,
    input  state_t engine_state_i,
    // Observation.
    output logic   pop_o,
    output state_t state_o,
    output logic   idle_o  // no command here or in flight
);

  logic                   empty;
  logic                   flying_empty;
  logic                   flying_full;
  hdr_cmd_t               head;
  logic [NUM_ENGINES-1:0] missing;
  logic [NUM_ENGINES-1:0] signal_mask;

  slt_fifo #(
      .Width($bits(cmd_t)),
      .Depth(QUEUE_DEPTH)
  ) u_commands (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(clear_i),
      .push_i (push_i),
      .data_i (cmd_i),
      .full_o (full_o),
      .pop_i  (pop_o),
      .data_o (cmd_o),
      .empty_o(empty)
  );

  if (WithIndex) begin : gen_index
    logic index_full;
    logic index_empty;
    slt_fifo #(
        .Width(INDEX_BITS),
        .Depth(QUEUE_DEPTH)
    ) u_indices (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .clear_i(clear_i),
        .push_i (push_i),
        .data_i (index_i),
        .full_o (index_full),
        .pop_i  (pop_o),
        .data_o (cmd_index_o),
        .empty_o(index_empty)
    );
    `SLT_ASSERT(IndicesFollowCommands, index_full == full_o && index_empty == empty)
  end else begin : gen_no_index
    assign cmd_index_o = '0;
  end

  assign head        = hdr_cmd_t'(cmd_o);
  assign missing     = head.wait_mask & ~avail_i;
  assign cmd_valid_o = !empty && missing == '0;
  assign pop_o       = cmd_valid_o && cmd_ready_i;
  assign take_o      = pop_o ? head.wait_mask : '0;

  slt_fifo #(
      .Width(NUM_ENGINES),
      .Depth(MAX_IN_FLIGHT)
  ) u_flying (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(clear_i),
      .push_i (pop_o),
      .data_i (head.signal_mask),
      .full_o (flying_full),
      .pop_i  (done_i),
      .data_o (signal_mask),
      .empty_o(flying_empty)
  );

  assign give_o = done_i ? signal_mask : '0;
  assign idle_o = empty && flying_empty;

  always_comb begin
    state_o = engine_state_i;
    if (engine_state_i == ST_IDLE && !empty) begin
      state_o = ST_BUSY;
      if (missing[ENGINE_ST]) state_o = ST_WAIT_ST;
      if (missing[ENGINE_VEC]) state_o = ST_WAIT_VEC;
      if (missing[ENGINE_MM]) state_o = ST_WAIT_MM;
      if (missing[ENGINE_WL]) state_o = ST_WAIT_WL;
      if (missing[ENGINE_LD]) state_o = ST_WAIT_LD;
    end
  end

  `SLT_ASSERT(AtMostFourInFlight, pop_o && !clear_i |-> !flying_full)
  `SLT_ASSERT(DoneWasPopped, done_i && !clear_i |-> !flying_empty)

endmodule
