// SPDX-License-Identifier: Apache-2.0
// Accumulator and table reads of requant: an entry a step, the table words at the first step of a channel group.
//   Timing: outputs are decodes of registers, valid in the cycle of the step.
module slt_vector_acc_read
  import slt_isa_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic        clk_i,
  input  logic        load_i,
  input  cmd_t        cmd_i,
  input  logic        per_tensor_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_step_t   step_i,
  // verilator lint_on UNUSEDSIGNAL
  output logic        acc_en_o,
  output logic [11:0] acc_addr_o,
  output logic        tab_en_o,
  output logic [11:0] tab_bias_word_o,
  output logic [11:0] tab_scale_word_o
);

  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  requant_cmd_t requant;
  // verilator lint_on UNUSEDSIGNAL
  logic [11:0]  tile_acc_q, acc_q, bias_word_q, scale_word_q;  // tile_acc_q: first entry of the column tile

  assign requant = cmd_i;
  assign acc_en_o = step_i.valid && step_i.kind == STEP_REQUANT;
  assign acc_addr_o = acc_q;
  assign tab_en_o = acc_en_o && step_i.group_first;
  assign tab_bias_word_o = bias_word_q;
  assign tab_scale_word_o = scale_word_q;

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      tile_acc_q   <= requant.acc;
      acc_q        <= requant.acc;
      bias_word_q  <= requant.bias_word;
      scale_word_q <= requant.scale_word;
    end else if (acc_en_o) begin
      acc_q <= step_i.wrap == WRAP_GROUP && !step_i.tile_last ? tile_acc_q : acc_q + 12'd1;
      if (step_i.wrap == WRAP_GROUP) begin
        if (step_i.tile_last) tile_acc_q <= acc_q + 12'd1;
        bias_word_q <= bias_word_q + 12'd1;
        if (!per_tensor_i) scale_word_q <= scale_word_q + 12'd1;
      end
    end
  end

endmodule
