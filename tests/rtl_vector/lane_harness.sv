// SPDX-License-Identifier: Apache-2.0
// One lane in requantisation mode, every operand with new parameters: the stage controls follow the operand.
//   Timing: result of the operand of cycle t on out_o in cycle t + 6.
module lane_harness
  import slt_vector_pkg::*;
(
  input  logic        clk_i,
  input  logic        valid_i,
  input  logic [31:0] acc_i,
  input  logic [31:0] bias_i,
  input  logic [30:0] mult_i,
  input  logic [7:0]  shift_i,
  input  logic        single_i,
  input  logic [7:0]  zero_point_i,
  input  logic [7:0]  act_min_i,
  input  logic [7:0]  act_max_i,
  output logic [7:0]  out_o
);

  localparam int unsigned STAGES = 5;  // behind stage load

  typedef struct packed {
    logic       valid;
    round_e     mode;
    out_quant_t quant;
  } control_t;

  lane_load_t load;
  control_t   control_q [STAGES];

  always_comb begin
    load = '0;
    load.op = valid_i ? LOAD_ACC : LOAD_NONE;
    load.take_table = valid_i;
    load.single = single_i;
  end

  always_ff @(posedge clk_i) begin
    control_q[0] <= '{valid: valid_i, mode: single_i ? ROUND_SINGLE : ROUND_DOUBLE,
                      quant: '{zero_point: zero_point_i, act_min: act_min_i, act_max: act_max_i}};
    for (int unsigned s = 1; s < STAGES; s++) control_q[s] <= control_q[s-1];
  end

  slt_requant_lane u_lane (
    .clk_i      (clk_i),
    .load_i     (load),
    .acc_i      (acc_i),
    .spm_i      (8'sd0),
    .tab_bias_i (bias_i),
    .tab_mult_i (mult_i),
    .tab_shift_i(shift_i),
    .bias_i     ('{en: control_q[0].valid, sum: 1'b0, use_bias: 1'b1, magnitude: 1'b0}),
    .mult_en_i  (control_q[1].valid),
    .sum_i      ('{en: control_q[2].valid, mode: control_q[2].mode}),
    .round_i    ('{en: control_q[3].valid, mode: control_q[3].mode, saturate: 1'b0}),
    .clamp_i    ('{en: control_q[4].valid, keep: 1'b0, quant: control_q[4].quant}),
    .out_o      (out_o)
  );

endmodule
