// SPDX-License-Identifier: Apache-2.0
// Shows what the generated package says of a command, for comparison with the C++ codec.
module package_probe
  import slt_isa_pkg::*;
(
  input  cmd_t              cmd_i,
  input  logic       [11:0] addr_i,
  output logic              legal_o,
  output logic        [2:0] engine_o,
  output logic              is_cfg_o,
  output logic              reg_is_job_o,
  output logic        [4:0] wait_o,
  output logic        [4:0] signal_o,
  output logic       [31:0] ld_mem_addr_o,
  output logic        [2:0] ld_space_o,
  output logic       [15:0] mm_len_o,
  output logic signed [31:0] in_zero_point_o,
  output logic signed [31:0] kernel_pad_left_o,
  output logic signed [31:0] scale_shift_o,
  output probe_t            probe_o
);
  hdr_cmd_t           header;
  ld_cmd_t            ld;
  mm_cmd_t            mm;
  mm_cfg_in_cmd_t     in;
  mm_cfg_kernel_cmd_t kernel;
  vec_cfg_scale_cmd_t scale;

  assign header = hdr_cmd_t'(cmd_i);
  assign ld     = ld_cmd_t'(cmd_i);
  assign mm     = mm_cmd_t'(cmd_i);
  assign in     = mm_cfg_in_cmd_t'(cmd_i);
  assign kernel = mm_cfg_kernel_cmd_t'(cmd_i);
  assign scale  = vec_cfg_scale_cmd_t'(cmd_i);

  assign legal_o           = cmd_legal(cmd_i);
  assign engine_o          = cmd_engine(cmd_i);
  assign is_cfg_o          = cmd_is_cfg(cmd_i);
  assign reg_is_job_o      = reg_is_job(addr_i);
  assign wait_o            = header.wait_mask;
  assign signal_o          = header.signal_mask;
  assign ld_mem_addr_o     = ld.mem_addr;
  assign ld_space_o        = ld.space;
  assign mm_len_o          = mm.len;
  // Assignments to a wider target extend the sign of signed members.
  assign in_zero_point_o   = 32'(in.zero_point);
  assign kernel_pad_left_o = 32'(kernel.pad_left);
  assign scale_shift_o     = 32'(scale.shift);

  always_comb begin
    probe_o          = '0;
    probe_o.state_ld = ST_WAIT_MEMORY;
    probe_o.state_mm = ST_WAIT_WEIGHTS;
    probe_o.state_fe = ST_WAIT_ENGINES;
    probe_o.pop      = 5'b10000;
    probe_o.done     = 5'b00001;
  end
endmodule
