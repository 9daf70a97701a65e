// SPDX-License-Identifier: Apache-2.0
// Issue port of the vector engine: takes commands, runs set-up and steps one command after the other, reports completion in
// order. A configuration command writes its register in the cycle of its pop and is never in set-up or steps.
//   Timing: see slt_vector.sv. steps_last_i comes with the last step; the next command may be popped in that cycle.
//           completed_i: the last write of the oldest command that writes is on the port.
//   Limits: MAX_IN_FLIGHT commands popped and not done.
`include "slt_assert.svh"

module slt_vector_issue
  import slt_isa_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       clear_i,
  input  logic       cmd_valid_i,
  input  cmd_t       cmd_i,
  output logic       cmd_ready_o,
  output logic       done_o,
  output logic       busy_o,
  output state_t     state_o,
  output logic       idle_o,
  output logic       cfg_write_o,
  output cmd_t       cmd_o,
  output vec_op_e    op_o,
  output vec_setup_t setup_o,
  output logic       run_o,
  output logic       run_first_o,
  input  logic       steps_last_i,
  input  logic       completed_i
);

  typedef enum logic [1:0] {
    IDLE,
    SETUP,
    RUN
  } phase_e;

  phase_e                   phase_d, phase_q;
  opcode_e                  opcode;
  vec_op_e                  op_d, op_q;
  logic [2:0]               count_d, count_q;
  logic                     first_q;
  cmd_t                     cmd_q;
  logic                     pop, pop_cfg;
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  hdr_cmd_t                 header;
  // verilator lint_on UNUSEDSIGNAL
  logic [MAX_IN_FLIGHT-1:0] flight_cfg_d, flight_cfg_q;  // bit 0: the oldest command in flight is a configuration command
  logic [2:0]               flight_d, flight_q;

  assign header = cmd_i;
  assign opcode = opcode_e'(header.opcode);
  assign cmd_ready_o = (phase_q == IDLE || (phase_q == RUN && steps_last_i)) && flight_q != 3'(MAX_IN_FLIGHT);
  assign pop = cmd_valid_i && cmd_ready_o && !clear_i;
  assign pop_cfg = opcode inside {OP_VEC_CFG_OUT, OP_VEC_CFG_IN, OP_VEC_CFG_SCALE};

  always_comb begin
    phase_d = phase_q;
    op_d = op_q;
    count_d = count_q;
    if (phase_q == SETUP) begin
      count_d = count_q - 3'd1;
      if (count_q == '0) phase_d = RUN;
    end
    if (phase_q == RUN && steps_last_i) phase_d = IDLE;
    if (pop && !pop_cfg) begin
      phase_d = SETUP;
      case (opcode)
        OP_REQUANT: begin
          op_d = VEC_REQUANT;
          count_d = 3'(SETUP_REQUANT - 1);
        end
        OP_ADD: begin
          op_d = VEC_ADD;
          count_d = 3'(SETUP_ADD - 1);
        end
        default: begin
          op_d = VEC_POOL;
          count_d = 3'(SETUP_POOL - 1);
        end
      endcase
    end
    if (clear_i) phase_d = IDLE;
  end

  assign done_o = flight_q != '0 && (flight_cfg_q[0] || completed_i);

  always_comb begin
    flight_d = flight_q - {2'd0, done_o};
    flight_cfg_d = done_o ? flight_cfg_q >> 1 : flight_cfg_q;
    if (pop) begin
      flight_cfg_d[flight_d[1:0]] = pop_cfg;
      flight_d = flight_d + 3'd1;
    end
    if (clear_i) flight_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      phase_q      <= IDLE;
      op_q         <= VEC_REQUANT;
      count_q      <= '0;
      first_q      <= 1'b0;
      flight_q     <= '0;
      flight_cfg_q <= '0;
    end else begin
      phase_q      <= phase_d;
      op_q         <= op_d;
      count_q      <= count_d;
      first_q      <= phase_q == SETUP;
      flight_q     <= flight_d;
      flight_cfg_q <= flight_cfg_d;
    end
  end

  always_ff @(posedge clk_i) begin
    if (pop && !pop_cfg) cmd_q <= cmd_i;
  end

  assign cfg_write_o = pop && pop_cfg;
  assign cmd_o = cmd_q;
  assign op_o = op_q;
  assign setup_o = '{valid: phase_q == SETUP, count: count_q};
  assign run_o = phase_q == RUN;
  assign run_first_o = run_o && first_q;
  assign busy_o = flight_q != '0;
  assign idle_o = flight_q == '0;
  assign state_o = busy_o ? ST_BUSY : ST_IDLE;

  `SLT_ASSERT(KnownCommand, pop && !pop_cfg |-> opcode inside {OP_REQUANT, OP_ADD, OP_POOL})
  `SLT_ASSERT(CompletesOldest, completed_i && !clear_i |-> flight_q != '0 && !flight_cfg_q[0])
  `SLT_ASSERT(ActiveIsInFlight, phase_q != IDLE |-> flight_q != '0)

endmodule
