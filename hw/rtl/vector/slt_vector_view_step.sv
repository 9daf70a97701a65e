// SPDX-License-Identifier: Apache-2.0
// Distance in bytes between row y and row y + rows of a view, given y mod n (phase) and rows as rows mod n and the address
// distance of rows div n (n = 1 << interleave).
//   Timing: combinational.
//   Range:  interleave 0 to 2; arithmetic modulo 2^20.
module slt_vector_view_step
  import slt_params_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic [1:0] interleave_i,
  input  spm_addr_t  pitch_i,
  input  logic [1:0] phase_i,
  input  logic [1:0] rows_mod_i,
  input  spm_addr_t  rows_div_i,
  output logic [1:0] phase_o,
  output spm_addr_t  delta_o
);

  localparam spm_addr_t BANK = SPM_ADDR_BITS'(BANK_BYTES);

  logic [2:0] mask, sum;

  assign mask = (3'd1 << interleave_i) - 3'd1;
  assign sum = {1'b0, phase_i} + {1'b0, rows_mod_i};
  assign phase_o = sum[1:0] & mask[1:0];
  assign delta_o = rows_div_i + ((sum & ~mask) != '0 ? pitch_i : '0)
                 + SPM_ADDR_BITS'(phase_o) * BANK - SPM_ADDR_BITS'(phase_i) * BANK;

endmodule
