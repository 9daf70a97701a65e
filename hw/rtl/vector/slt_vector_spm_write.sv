// SPDX-License-Identifier: Apache-2.0
// Output addresses: requant and pool walk the output view (channel group, row, column), add a byte string.
//   Timing: one cycle behind the steps, so that the products of the set-up are ready: step_i is the step of the cycle before,
//           addr_o its address. load_row_i at set-up count 0, load_i in the cycle of the first step. An advance happens at
//           the latest in the cycle of the last step, before the configuration can change.
module slt_vector_spm_write
  import slt_isa_pkg::*;
  import slt_params_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic             clk_i,
  input  logic             load_row_i,
  input  logic             load_i,
  input  vec_op_e          op_i,
  input  cmd_t             cmd_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_cfg_out_cmd_t cfg_i,
  // verilator lint_on UNUSEDSIGNAL
  input  spm_addr_t        product_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_step_t        step_i,
  // verilator lint_on UNUSEDSIGNAL
  output spm_addr_t        addr_o
);

  localparam int unsigned LAST_GROUP = COLS - ((COLS + LANES - 1) / LANES - 1) * LANES;  // channels of a column tile's last group

  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  requant_cmd_t requant;
  add_cmd_t     add;
  pool_cmd_t    pool;
  // verilator lint_on UNUSEDSIGNAL
  spm_addr_t    pixel_q, row_q, group_q;
  logic [1:0]   row_phase_q, group_phase_q, view_phase, first_phase;
  spm_addr_t    start, next, view_distance;

  assign requant = cmd_i;
  assign add = cmd_i;
  assign pool = cmd_i;
  assign addr_o = pixel_q;
  assign first_phase = requant.oy0[1:0] & ((2'd1 << cfg_i.interleave) - 2'd1);

  slt_vector_view_step u_view_step (
    .interleave_i(cfg_i.interleave),
    .pitch_i     (cfg_i.pitch),
    .phase_i     (row_phase_q),
    .rows_mod_i  (cfg_i.interleave == '0 ? 2'd0 : 2'd1),
    .rows_div_i  (cfg_i.interleave == '0 ? cfg_i.pitch : '0),
    .phase_o     (view_phase),
    .delta_o     (view_distance)
  );

  always_comb begin
    case (op_i)
      VEC_ADD:  start = add.out;
      VEC_POOL: start = row_q + product_i + SPM_ADDR_BITS'(pool.c0);
      default:  start = row_q + product_i + SPM_ADDR_BITS'(requant.c0);
    endcase
    case (step_i.wrap)
      WRAP_OX: next = pixel_q + SPM_ADDR_BITS'(cfg_i.pix_bytes);
      WRAP_OY: next = row_q + view_distance;
      // A group has fewer channels than lanes at the end of a column tile, and at the end of the command, where none follows.
      default: next = group_q + (step_i.tile_last ? SPM_ADDR_BITS'(LAST_GROUP) : SPM_ADDR_BITS'(LANES));
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (load_row_i) begin
      row_q <= cfg_i.base + SPM_ADDR_BITS'(first_phase) * SPM_ADDR_BITS'(BANK_BYTES) + product_i;
      row_phase_q <= first_phase;
      group_phase_q <= first_phase;
    end else if (load_i) begin
      pixel_q <= start;
      row_q <= start;
      group_q <= start;
    end else if (step_i.valid && step_i.emit) begin
      pixel_q <= next;
      if (step_i.wrap >= WRAP_OY) row_q <= next;
      if (step_i.wrap == WRAP_GROUP) group_q <= next;
      if (step_i.wrap == WRAP_OY) row_phase_q <= view_phase;
      if (step_i.wrap == WRAP_GROUP) row_phase_q <= group_phase_q;
    end
  end

endmodule
