// SPDX-License-Identifier: Apache-2.0
// The products that the address generators start from, one a cycle from one multiplier, in this order of the set-up count:
//   7 oy0*stride_y   6 ox0*stride_x   5 (iy0 div n)*pitch   4 ix0*pix_bytes   3 (stride_y div n)*pitch   2 stride_x*pix_bytes
//   1 (oy0 div n)*pitch   0 ox0*pix_bytes        7 to 2: pool, input view; 1 and 0: requant and pool, output view
// iy0 = oy0*stride_y + y_off and ix0 = ox0*stride_x + x_off: first pixel of the first window.
//   Timing: the product of count c is on product_o in the following cycle (count c-1, or the first step). phase_o
//           (iy0 mod n) is valid at count 4.
//   Range:  modulo 2^20; iy0 and ix0 are not negative (windows lie inside the tensor).
module slt_vector_setup
  import slt_isa_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic             clk_i,
  input  vec_setup_t       setup_i,
  input  cmd_t             cmd_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_cfg_in_cmd_t  cfg_in_i,
  input  vec_cfg_out_cmd_t cfg_out_i,
  // verilator lint_on UNUSEDSIGNAL
  output spm_addr_t        product_o,
  output logic [1:0]       phase_o
);

  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  pool_cmd_t  pool;  // requant has oy0 and ox0 at the same place
  // verilator lint_on UNUSEDSIGNAL
  spm_addr_t  a, b, product_q;
  spm_addr_t  origin_q;  // iy0, then ix0
  logic [1:0] phase_q;

  assign pool = cmd_i;

  always_comb begin
    case (setup_i.count)
      3'd7:    a = SPM_ADDR_BITS'(pool.oy0);
      3'd6:    a = SPM_ADDR_BITS'(pool.ox0);
      3'd5:    a = origin_q >> cfg_in_i.interleave;
      3'd4:    a = origin_q;
      3'd3:    a = SPM_ADDR_BITS'(cfg_in_i.stride_y) >> cfg_in_i.interleave;
      3'd2:    a = SPM_ADDR_BITS'(cfg_in_i.stride_x);
      3'd1:    a = SPM_ADDR_BITS'(pool.oy0) >> cfg_out_i.interleave;
      default: a = SPM_ADDR_BITS'(pool.ox0);
    endcase
    case (setup_i.count)
      3'd7:       b = SPM_ADDR_BITS'(cfg_in_i.stride_y);
      3'd6:       b = SPM_ADDR_BITS'(cfg_in_i.stride_x);
      3'd5, 3'd3: b = cfg_in_i.pitch;
      3'd4, 3'd2: b = SPM_ADDR_BITS'(cfg_in_i.pix_bytes);
      3'd1:       b = cfg_out_i.pitch;
      default:    b = SPM_ADDR_BITS'(cfg_out_i.pix_bytes);
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (setup_i.valid) begin
      product_q <= a * b;
      if (setup_i.count == 3'd6) origin_q <= product_q + SPM_ADDR_BITS'(cfg_in_i.y_off);
      if (setup_i.count == 3'd5) begin
        origin_q <= product_q + SPM_ADDR_BITS'(cfg_in_i.x_off);
        phase_q <= origin_q[1:0] & ((2'd1 << cfg_in_i.interleave) - 2'd1);
      end
    end
  end

  assign product_o = product_q;
  assign phase_o = phase_q;

endmodule
