// SPDX-License-Identifier: Apache-2.0
// Scratchpad reads of pool and add. The address of each loop level is kept, so that a wrap is one addition: kx adds a pixel,
// ky a view row, ox stride_x pixels, oy stride_y view rows, a channel group LANES bytes. Add swaps between its two operands.
//   Timing: set up from the products of slt_vector_setup (pool: counts 4 to 1; add: count 0); rd_en_o and rd_addr_o are
//           decodes of registers, valid in the cycle of the step.
module slt_vector_spm_read
  import slt_isa_pkg::*;
  import slt_params_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic            clk_i,
  input  vec_setup_t      setup_i,
  input  vec_op_e         op_i,
  input  cmd_t            cmd_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_cfg_in_cmd_t cfg_i,
  // verilator lint_on UNUSEDSIGNAL
  input  spm_addr_t       product_i,
  input  logic [1:0]      phase_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_step_t       step_i,
  // verilator lint_on UNUSEDSIGNAL
  output logic            rd_en_o,
  output spm_addr_t       rd_addr_o,
  output logic [5:0]      rd_last_o
);

  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  add_cmd_t   add;
  pool_cmd_t  pool;
  // verilator lint_on UNUSEDSIGNAL
  spm_addr_t  pixel_q;                  // pixel (ky, kx) of the window; add: this operand
  spm_addr_t  line_q;                   // pixel (ky, 0); add: the other operand
  spm_addr_t  window_q, row_q, group_q; // pixel (0, 0) of this window, of the first window in the row, in the group
  logic [1:0] line_phase_q, row_phase_q, group_phase_q;
  spm_addr_t  stride_y_q, stride_x_q;   // bytes
  spm_addr_t  from, distance, next, start, line_distance, row_distance;
  logic [1:0] one_row_mod, next_line_phase, next_row_phase;
  logic       moves;

  assign add = cmd_i;
  assign pool = cmd_i;
  assign rd_en_o = step_i.valid && step_i.kind inside {STEP_IN1, STEP_IN2, STEP_MAX, STEP_AVERAGE};
  assign rd_addr_o = pixel_q;
  assign rd_last_o = step_i.read_last;
  assign moves = rd_en_o && op_i == VEC_POOL;

  assign one_row_mod = cfg_i.interleave == '0 ? 2'd0 : 2'd1;

  // Both distances are ready before the loops have decided which one is used.
  slt_vector_view_step u_line_step (
    .interleave_i(cfg_i.interleave),
    .pitch_i     (cfg_i.pitch),
    .phase_i     (line_phase_q),
    .rows_mod_i  (one_row_mod),
    .rows_div_i  (cfg_i.interleave == '0 ? cfg_i.pitch : '0),
    .phase_o     (next_line_phase),
    .delta_o     (line_distance)
  );

  slt_vector_view_step u_row_step (
    .interleave_i(cfg_i.interleave),
    .pitch_i     (cfg_i.pitch),
    .phase_i     (row_phase_q),
    .rows_mod_i  (cfg_i.stride_y[1:0] & ((2'd1 << cfg_i.interleave) - 2'd1)),
    .rows_div_i  (stride_y_q),
    .phase_o     (next_row_phase),
    .delta_o     (row_distance)
  );

  always_comb begin
    from = pixel_q;
    distance = SPM_ADDR_BITS'(cfg_i.pix_bytes);
    case (step_i.wrap)
      WRAP_KY: begin
        from = line_q;
        distance = line_distance;
      end
      WRAP_OX: begin
        from = window_q;
        distance = stride_x_q;
      end
      WRAP_OY: begin
        from = row_q;
        distance = row_distance;
      end
      WRAP_GROUP: begin
        from = group_q;
        distance = SPM_ADDR_BITS'(LANES);
      end
      default: ;
    endcase
    if (op_i == VEC_ADD) begin
      from = pixel_q;
      distance = SPM_ADDR_BITS'(LANES);
    end
  end

  assign next = from + distance;
  assign start = row_q + product_i + SPM_ADDR_BITS'(pool.c0);

  always_ff @(posedge clk_i) begin
    if (setup_i.valid && op_i == VEC_ADD) begin
      pixel_q <= add.in1;
      line_q <= add.in2;
    end else if (setup_i.valid && op_i == VEC_POOL) begin
      if (setup_i.count == 3'd4) begin
        row_q <= cfg_i.base + SPM_ADDR_BITS'(phase_i) * SPM_ADDR_BITS'(BANK_BYTES) + product_i;
        line_phase_q <= phase_i;
        row_phase_q <= phase_i;
        group_phase_q <= phase_i;
      end
      if (setup_i.count == 3'd3) begin
        pixel_q <= start;
        line_q <= start;
        window_q <= start;
        row_q <= start;
        group_q <= start;
      end
      if (setup_i.count == 3'd2) stride_y_q <= product_i;
      if (setup_i.count == 3'd1) stride_x_q <= product_i;
    end else if (rd_en_o && op_i == VEC_ADD) begin
      pixel_q <= line_q;
      line_q <= next;
    end else if (moves) begin
      pixel_q <= next;
      if (step_i.wrap >= WRAP_KY) line_q <= next;
      if (step_i.wrap >= WRAP_OX) window_q <= next;
      if (step_i.wrap >= WRAP_OY) row_q <= next;
      if (step_i.wrap == WRAP_GROUP) group_q <= next;
      case (step_i.wrap)
        WRAP_KY: line_phase_q <= next_line_phase;
        WRAP_OX: line_phase_q <= row_phase_q;
        WRAP_OY: begin
          line_phase_q <= next_row_phase;
          row_phase_q <= next_row_phase;
        end
        WRAP_GROUP: begin
          line_phase_q <= group_phase_q;
          row_phase_q <= group_phase_q;
        end
        default: ;
      endcase
    end
  end

endmodule
