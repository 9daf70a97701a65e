// SPDX-License-Identifier: Apache-2.0
// Loop counters of the vector engine. One step a cycle:
//   requant  column tile, channel group, output row, output column
//   pool     channel group, output row, output column, window row, window column
//   add      group, then ADD_STEPS steps; one more group of steps at the end, because the sum lags behind its operands
//   Timing: load_i in the last set-up cycle; step_o is valid while run_i, a decode of registers.
module slt_vector_loops
  import slt_isa_pkg::*;
  import slt_params_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic            clk_i,
  input  logic            load_i,
  input  logic            run_i,
  input  vec_op_e         op_i,
  input  cmd_t            cmd_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_cfg_in_cmd_t cfg_in_i,
  // verilator lint_on UNUSEDSIGNAL
  output vec_step_t       step_o
);

  localparam int unsigned REST_BITS = 20;
  localparam int unsigned GROUPS = (COLS + LANES - 1) / LANES;             // of a column tile
  localparam int unsigned LAST_GROUP = COLS - (GROUPS - 1) * LANES;        // channels of the last one

  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  requant_cmd_t requant;
  pool_cmd_t    pool;
  add_cmd_t     add;
  // verilator lint_on UNUSEDSIGNAL
  logic [7:0]   kx_first, ky_first, kx_q, ky_q;
  logic [11:0]  ox_first, oy_first, ox_q, oy_q;
  logic [REST_BITS-1:0] rest_first, rest_q;  // channels or bytes from this group on
  logic [5:0]   group_q;
  logic         tile_last;
  logic [6:0]   group_bytes;
  logic         head_q;    // requant: first pixel of a group; add: first group
  logic         window_q;  // first pixel of a window
  logic         flush_q;   // add: every operand has been read
  logic         kx_last, ky_last, ox_last, oy_last, rest_short, group_last;
  vec_step_t    step;

  assign requant = cmd_i;
  assign pool = cmd_i;
  assign add = cmd_i;

  // First counter values; every counter runs down to 0.
  always_comb begin
    kx_first = 8'd0;
    ky_first = 8'd0;
    ox_first = requant.ncols - 12'd1;
    oy_first = requant.nrows - 12'd1;
    rest_first = REST_BITS'(requant.nch);
    case (op_i)
      VEC_ADD: begin
        kx_first = 8'(ADD_STEPS - 1);
        ox_first = 12'd0;
        oy_first = 12'd0;
        rest_first = add.len;
      end
      VEC_POOL: begin
        kx_first = cfg_in_i.kw - 8'd1;
        ky_first = cfg_in_i.kh - 8'd1;
        ox_first = pool.ncols - 12'd1;
        oy_first = pool.nrows - 12'd1;
        rest_first = REST_BITS'(pool.nch);
      end
      default: ;
    endcase
  end

  assign kx_last = kx_q == '0;
  assign ky_last = ky_q == '0;
  assign ox_last = ox_q == '0;
  assign oy_last = oy_q == '0;
  assign tile_last = op_i == VEC_REQUANT && group_q == 6'(GROUPS - 1);
  assign group_bytes = tile_last ? 7'(LAST_GROUP) : 7'(LANES);
  assign rest_short = rest_q <= REST_BITS'(group_bytes);
  assign group_last = op_i == VEC_ADD ? flush_q : rest_short;

  always_comb begin
    step = '0;
    if (!kx_last) step.wrap = WRAP_KX;
    else if (!ky_last) step.wrap = WRAP_KY;
    else if (!ox_last) step.wrap = WRAP_OX;
    else if (!oy_last) step.wrap = WRAP_OY;
    else step.wrap = WRAP_GROUP;

    case (op_i)
      VEC_ADD: begin
        case (kx_q[1:0])
          2'd2:    step.kind = STEP_IN1;
          2'd1:    step.kind = STEP_IN2;
          default: step.kind = STEP_SUM;
        endcase
        step.emit = kx_last;
        step.valid = run_i && (kx_last ? !head_q : !flush_q);
      end
      VEC_POOL: begin
        step.kind = pool.average[0] ? STEP_AVERAGE : STEP_MAX;
        step.emit = kx_last && ky_last;
        step.valid = run_i;
      end
      default: begin
        step.kind = STEP_REQUANT;
        step.emit = 1'b1;
        step.valid = run_i;
      end
    endcase

    step.group_first = head_q;
    step.window_first = window_q;
    step.last = run_i && step.wrap == WRAP_GROUP && group_last;
    step.bytes = rest_short && (op_i != VEC_ADD || flush_q) ? rest_q[6:0] : group_bytes;
    step.read_last = rest_short ? 6'(rest_q[6:0] - 7'd1) : 6'(LANES - 1);
    step.tile_last = tile_last;
    step.group = group_q;
  end

  assign step_o = step;

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      kx_q     <= kx_first;
      ky_q     <= ky_first;
      ox_q     <= ox_first;
      oy_q     <= oy_first;
      rest_q   <= rest_first;
      group_q  <= '0;
      head_q   <= 1'b1;
      window_q <= 1'b1;
      flush_q  <= 1'b0;
    end else if (run_i) begin
      kx_q <= kx_last ? kx_first : kx_q - 8'd1;
      if (step.wrap >= WRAP_KY) ky_q <= ky_last ? ky_first : ky_q - 8'd1;
      if (step.wrap >= WRAP_OX) ox_q <= ox_last ? ox_first : ox_q - 12'd1;
      if (step.wrap >= WRAP_OY) oy_q <= oy_last ? oy_first : oy_q - 12'd1;
      if (step.wrap == WRAP_GROUP) begin
        group_q <= tile_last ? '0 : group_q + 6'd1;
        if (!rest_short) rest_q <= rest_q - REST_BITS'(group_bytes);
        flush_q <= rest_short;
      end
      window_q <= step.wrap >= WRAP_OX;
      head_q <= op_i == VEC_ADD ? head_q && !kx_last : step.wrap == WRAP_GROUP;
    end
  end

endmodule
