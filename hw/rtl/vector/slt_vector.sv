// SPDX-License-Identifier: Apache-2.0
// Vector engine: requantisation of accumulator blocks, element-wise ADD, average and max pooling; writes the scratchpad.
// Each command runs a set-up (address products) and then steps, one a cycle; results follow in a pipeline of constant length.
//
//   Timing. p = cycle of the pop (cmd_valid_i && cmd_ready_o), S = set-up cycles, N = steps, G = groups of LANES:
//             command   S                   N                               G
//             requant   SETUP_REQUANT (2)   G * nrows * ncols               of every column tile ceil(channels / LANES)
//             add       SETUP_ADD (7)       ADD_STEPS (3) * (G + 1)         ceil(len / LANES)
//             pool      SETUP_POOL (8)      G * nrows * ncols * kh * kw     ceil(nch / LANES)
//             vec_cfg_* none                none: the new value applies to all commands popped later
//           pop     cmd_ready_o does not depend on cmd_valid_i. The next pop is possible from p + S + N on (vec_cfg_*: p + 1),
//                   and not before the cycle after the done of the command four pops earlier (MAX_IN_FLIGHT).
//           steps   step i (from 0) in cycle p + S + 1 + i, the last one in p + S + N. Memory addresses are on the ports in
//                   the cycle of the step: requant reads an accumulator entry in every step and the tables in the first step
//                   of each group; pool reads the scratchpad in every step; add, group g: operand 1 in step 3g, operand 2 in
//                   step 3g + 1.
//           writes  STEP_TO_WRITE (7) cycles after the step that completes the group: requant every step, pool the last step
//                   of the window, add, group g: step 3g + 5.
//           done    done_o = cycle of the last write: p + S + N + 7. vec_cfg_*: max(p + 1, done of the command before + 1).
//           busy    busy_o, state_o = ST_BUSY and not idle_o: from the cycle after a pop to its done_o, including both.
//           order   The first scratchpad read of add and pool comes after the last write of every command before: results of
//                   earlier vector commands may be used without tokens.
//   Limits: within one command outputs may overwrite inputs only where these have been read before: add in place
//           (out = in1 or in2) is legal. LANES is at most COLS and SPM_WORD; it need not divide COLS or nch, bytes of a last
//           partial group are not strobed. rd_last_o is the last byte of a read that is used.
`include "slt_assert.svh"

module slt_vector
  import slt_isa_pkg::*;
  import slt_params_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     clear_i,
  // Issue port.
  input  logic                     cmd_valid_i,
  input  cmd_t                     cmd_i,
  output logic                     cmd_ready_o,
  output logic                     done_o,
  output logic                     busy_o,
  output state_t                   state_o,
  output logic                     idle_o,
  // Accumulator.
  output logic                     acc_en_o,
  output logic [11:0]              acc_addr_o,
  input  logic [COLS-1:0][31:0]    acc_data_i,
  // Scratchpad.
  output logic                     rd_en_o,
  output logic [19:0]              rd_addr_o,
  output logic [5:0]               rd_last_o,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  logic [SPM_WORD-1:0][7:0] rd_data_i,
  // verilator lint_on UNUSEDSIGNAL
  output logic                     wr_en_o,
  output logic [19:0]              wr_addr_o,
  output logic [LANES-1:0][7:0]    wr_data_o,
  output logic [LANES-1:0]         wr_strb_o,
  // Requantisation tables.
  output logic                     tab_en_o,
  output logic [11:0]              tab_bias_word_o,
  output logic [11:0]              tab_scale_word_o,
  input  logic [LANES-1:0][31:0]   tab_bias_i,
  input  logic [LANES-1:0][30:0]   tab_mult_i,
  input  logic [LANES-1:0][7:0]    tab_shift_i
);

  localparam int unsigned GROUPS = (COLS + LANES - 1) / LANES;  // channel groups of an accumulator entry

  cmd_t             cmd;
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  pool_cmd_t        pool;
  // verilator lint_on UNUSEDSIGNAL
  vec_op_e          op;
  vec_setup_t       setup;
  logic             cfg_write, run, run_first, setup_last, completed, per_tensor, mult_en;
  vec_cfg_out_cmd_t cfg_out;
  vec_cfg_in_cmd_t  cfg_in;
  vec_scale_t [3:0] scale;
  spm_addr_t        product, dest;
  logic [1:0]       phase;
  vec_step_t        step, load_step;
  lane_load_t       lane_load;
  lane_bias_t       lane_bias;
  lane_sum_t        lane_sum;
  lane_round_t      lane_round;
  lane_clamp_t      lane_clamp;
  logic [LANES-1:0][31:0] acc;

  assign pool = cmd;
  assign setup_last = setup.valid && setup.count == '0;

  slt_vector_issue u_issue (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .clear_i     (clear_i),
    .cmd_valid_i (cmd_valid_i),
    .cmd_i       (cmd_i),
    .cmd_ready_o (cmd_ready_o),
    .done_o      (done_o),
    .busy_o      (busy_o),
    .state_o     (state_o),
    .idle_o      (idle_o),
    .cfg_write_o (cfg_write),
    .cmd_o       (cmd),
    .op_o        (op),
    .setup_o     (setup),
    .run_o       (run),
    .run_first_o (run_first),
    .steps_last_i(step.last),
    .completed_i (completed)
  );

  slt_vector_cfg u_cfg (
    .clk_i  (clk_i),
    .rst_ni (rst_ni),
    .write_i(cfg_write),
    .cmd_i  (cmd_i),
    .out_o  (cfg_out),
    .in_o   (cfg_in),
    .scale_o(scale)
  );

  slt_vector_setup u_setup (
    .clk_i    (clk_i),
    .setup_i  (setup),
    .cmd_i    (cmd),
    .cfg_in_i (cfg_in),
    .cfg_out_i(cfg_out),
    .product_o(product),
    .phase_o  (phase)
  );

  slt_vector_loops u_loops (
    .clk_i   (clk_i),
    .load_i  (setup_last),
    .run_i   (run),
    .op_i    (op),
    .cmd_i   (cmd),
    .cfg_in_i(cfg_in),
    .step_o  (step)
  );

  slt_vector_acc_read u_acc_read (
    .clk_i           (clk_i),
    .load_i          (setup_last),
    .cmd_i           (cmd),
    .per_tensor_i    (cfg_out.per_tensor[0]),
    .step_i          (step),
    .acc_en_o        (acc_en_o),
    .acc_addr_o      (acc_addr_o),
    .tab_en_o        (tab_en_o),
    .tab_bias_word_o (tab_bias_word_o),
    .tab_scale_word_o(tab_scale_word_o)
  );

  slt_vector_spm_read u_spm_read (
    .clk_i    (clk_i),
    .setup_i  (setup),
    .op_i     (op),
    .cmd_i    (cmd),
    .cfg_i    (cfg_in),
    .product_i(product),
    .phase_i  (phase),
    .step_i   (step),
    .rd_en_o  (rd_en_o),
    .rd_addr_o(rd_addr_o),
    .rd_last_o(rd_last_o)
  );

  slt_vector_spm_write u_spm_write (
    .clk_i     (clk_i),
    .load_row_i(setup_last),
    .load_i    (run_first),
    .op_i      (op),
    .cmd_i     (cmd),
    .cfg_i     (cfg_out),
    .product_i (product),
    .step_i    (load_step),
    .addr_o    (dest)
  );

  slt_vector_pipe u_pipe (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .clear_i     (clear_i),
    .step_i      (step),
    .dest_i      (dest),
    .half_i      (pool.half),
    .cfg_out_i   (cfg_out),
    .scale_i     (scale),
    .load_step_o (load_step),
    .per_tensor_o(per_tensor),
    .load_o      (lane_load),
    .bias_o      (lane_bias),
    .mult_en_o   (mult_en),
    .sum_o       (lane_sum),
    .round_o     (lane_round),
    .clamp_o     (lane_clamp),
    .wr_en_o     (wr_en_o),
    .wr_addr_o   (wr_addr_o),
    .wr_strb_o   (wr_strb_o),
    .completed_o (completed)
  );

  if (GROUPS == 1) begin : gen_one_group
    assign acc = acc_data_i;
  end else begin : gen_groups
    logic [GROUPS-1:0][LANES-1:0][31:0] by_group;  // channels beyond COLS are 0
    assign by_group = (32 * GROUPS * LANES)'(acc_data_i);
    assign acc = by_group[load_step.group[$clog2(GROUPS)-1:0]];
  end

  for (genvar l = 0; l < LANES; l++) begin : gen_lanes
    slt_requant_lane u_lane (
      .clk_i      (clk_i),
      .load_i     (lane_load),
      .acc_i      (acc[l]),
      .spm_i      (rd_data_i[l]),
      .tab_bias_i (tab_bias_i[l]),
      .tab_mult_i (per_tensor ? tab_mult_i[0] : tab_mult_i[l]),
      .tab_shift_i(per_tensor ? tab_shift_i[0] : tab_shift_i[l]),
      .bias_i     (lane_bias),
      .mult_en_i  (mult_en),
      .sum_i      (lane_sum),
      .round_i    (lane_round),
      .clamp_i    (lane_clamp),
      .out_o      (wr_data_o[l])
    );
  end

  `SLT_ASSERT_INIT(LanesFitColumns, LANES >= 1 && LANES <= COLS)
  `SLT_ASSERT_INIT(LanesFitWord, LANES <= SPM_WORD)
  `SLT_ASSERT(ClampOrdered, wr_en_o |-> u_pipe.clamp_q.quant.act_min <= u_pipe.clamp_q.quant.act_max)
  `SLT_ASSERT(InterleaveLegal, run |-> cfg_out.interleave != 2'd3 && cfg_in.interleave != 2'd3)
  `SLT_ASSERT(RequantFitsEntry, run && op == VEC_REQUANT |-> 32'(step.bytes) + LANES * 32'(step.group) <= COLS)

endmodule
