// SPDX-License-Identifier: Apache-2.0
// Configuration registers of the vector engine: output view and quantisation, input view and window, four scale slots.
//   Timing: written in the cycle of write_i, valid from the next cycle until overwritten; clear does not touch them.
module slt_vector_cfg
  import slt_isa_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             write_i,
  input  cmd_t             cmd_i,
  output vec_cfg_out_cmd_t out_o,
  output vec_cfg_in_cmd_t  in_o,
  output vec_scale_t [3:0] scale_o
);

  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  hdr_cmd_t           header;
  vec_cfg_scale_cmd_t scale;
  // verilator lint_on UNUSEDSIGNAL
  vec_cfg_out_cmd_t   out_q;
  vec_cfg_in_cmd_t    in_q;
  vec_scale_t [3:0]   scale_q;

  assign header = cmd_i;
  assign scale = cmd_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      out_q   <= '0;
      in_q    <= '0;
      scale_q <= '0;
    end else if (write_i) begin
      if (header.opcode == OP_VEC_CFG_OUT) out_q <= cmd_i;
      if (header.opcode == OP_VEC_CFG_IN) in_q <= cmd_i;
      if (header.opcode == OP_VEC_CFG_SCALE)
        scale_q[scale.slot] <= '{mult: scale.mult, shift: scale.shift, zero_point: scale.zero_point};
    end
  end

  assign out_o = out_q;
  assign in_o = in_q;
  assign scale_o = scale_q;

endmodule
