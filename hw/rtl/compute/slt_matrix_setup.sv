// SPDX-License-Identifier: Apache-2.0
// First stage of the matrix engine: keeps the configuration, holds one mm command and turns it into a block_t.
//
// Timing: a configuration command accepted in cycle t applies from t + 1. An mm command accepted in t is held from t + 1
// (block_valid_o) until block_take_i; block_o is combinational from registers.
// Range: all arithmetic is exact for every legal field value (row_t, pos_t).
// Limits: pop_i only while block_valid_o is low, so the configuration is stable while a command is held.
`include "slt_assert.svh"
module slt_matrix_setup
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic   clk_i,
  input  logic   rst_ni,
  input  logic   clear_i,
  input  logic   pop_i,
  input  cmd_t   cmd_i,
  output logic   block_valid_o,
  output block_t block_o,
  input  logic   block_take_i
);

  mm_cmd_t            mm;
  mm_cfg_in_cmd_t     cfg_in;
  mm_cfg_kernel_cmd_t cfg_kernel;
  logic               pop_mm, pop_in, pop_kernel;

  assign mm = mm_cmd_t'(cmd_i);
  assign cfg_in = mm_cfg_in_cmd_t'(cmd_i);
  assign cfg_kernel = mm_cfg_kernel_cmd_t'(cmd_i);
  assign pop_mm = pop_i && mm.opcode == OP_MM;
  assign pop_in = pop_i && mm.opcode == OP_MM_CFG_IN;
  assign pop_kernel = pop_i && mm.opcode == OP_MM_CFG_KERNEL;

  // Configuration
  logic [19:0]        base_q, pitch_q;
  logic [1:0]         interleave_q, buses_q;
  logic [15:0]        row_bytes_q, pix_bytes_q;
  logic [11:0]        height_q;
  logic [7:0]         zero_point_q, nkx_q;
  logic               depthwise_q, depthwise, dataflow_q;
  logic [3:0]         stride_y_q, stride_x_q, dil_y_q, dil_x_q;
  logic signed [11:0] pad_top_q, pad_left_q;
  lanes_t             taps_q;
  logic [5:0]         overlap_q;

  // Held command
  logic               valid_q;
  logic [11:0]        oy0_q, nrows_q, ncols_q, acc_q;
  logic               accumulate_q;
  logic [7:0]         ky0_q, nky_q;
  logic [3:0]         tiles_q;
  logic [15:0]        c0_q, len_q;
  logic signed [17:0] first_x_q;
  logic [15:0]        first_x;

  assign first_x = 16'(mm.ox0) * 16'(stride_x_q);
  assign depthwise = DEPTHWISE && depthwise_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
    end else begin
      valid_q <= !clear_i && (pop_mm || (valid_q && !block_take_i));
    end
  end

  always_ff @(posedge clk_i) begin
    if (pop_in) begin
      base_q <= cfg_in.base;
      pitch_q <= cfg_in.pitch;
      interleave_q <= cfg_in.interleave;
      row_bytes_q <= cfg_in.row_bytes;
      height_q <= cfg_in.height;
      pix_bytes_q <= cfg_in.pix_bytes;
      zero_point_q <= unsigned'(cfg_in.zero_point);
      depthwise_q <= cfg_in.depthwise;
      stride_y_q <= cfg_in.stride_y;
      stride_x_q <= cfg_in.stride_x;
      dataflow_q <= cfg_in.dataflow;
    end
    if (pop_kernel) begin
      pad_top_q <= cfg_kernel.pad_top;
      pad_left_q <= cfg_kernel.pad_left;
      dil_y_q <= cfg_kernel.dil_y;
      dil_x_q <= cfg_kernel.dil_x;
      nkx_q <= cfg_kernel.nkx;
      taps_q <= cfg_kernel.taps;
      buses_q <= cfg_kernel.buses;
      overlap_q <= cfg_kernel.overlap;
    end
    if (pop_mm) begin
      oy0_q <= mm.oy0;
      nrows_q <= mm.nrows;
      ncols_q <= mm.ncols;
      acc_q <= mm.acc;
      accumulate_q <= mm.accumulate;
      ky0_q <= mm.ky0;
      nky_q <= mm.nky;
      tiles_q <= mm.tiles;
      c0_q <= mm.c0;
      len_q <= mm.len;
      first_x_q <= $signed({2'b0, first_x}) - 18'(pad_left_q);
    end
  end

  logic [15:0]        first_row;
  logic [11:0]        kernel_row;
  logic [15:0]        columns_after_first;
  logic signed [33:0] first_pos;

  assign first_row = 16'(oy0_q) * 16'(stride_y_q);
  assign kernel_row = 12'(ky0_q) * 12'(dil_y_q);
  assign columns_after_first = 16'(ncols_q) - 16'd1;
  assign first_pos = 34'(first_x_q) * $signed({18'b0, pix_bytes_q});

  always_comb begin
    block_o = '0;
    block_o.output_stationary = OUTPUT_STATIONARY && (!WEIGHT_STATIONARY || dataflow_q);
    block_o.depthwise = depthwise;
    block_o.tiles = tiles_q;
    block_o.taps = taps_q;
    block_o.buses = buses_q;
    block_o.rows = nrows_q;
    block_o.kernel_rows = nky_q;
    block_o.iy = $signed({4'b0, first_row}) + $signed({8'b0, kernel_row}) - 20'(pad_top_q);
    block_o.iy_per_row = stride_y_q;
    block_o.iy_per_bus = dil_y_q;
    block_o.pitch = pitch_q;
    block_o.interleave = interleave_q;
    block_o.row_bytes = row_bytes_q;
    block_o.height = height_q;
    block_o.zero_point = zero_point_q;
    block_o.acc = acc_q;
    block_o.accumulate = accumulate_q;
    if (depthwise) begin
      block_o.last_start = columns_after_first * 16'(stride_x_q);
      block_o.last_row_end = block_o.last_start + 16'(taps_q) - 16'd1;
      block_o.row_end = block_o.last_row_end - 16'(overlap_q);
      block_o.shared = tiles_q != 4'd1 && nky_q <= 8'(buses_q) ? overlap_q : '0;
      block_o.start_every = stride_x_q;
      block_o.kernel_rows_per_step = buses_q;
      block_o.kernel_cols = 8'd1;
      block_o.len = 16'd1;
      block_o.iy_per_step = 6'(dil_y_q) * 6'(buses_q);
      block_o.pos = first_pos;
      block_o.pos_per_cycle = 20'(pix_bytes_q);
      // The first channel moves the address but takes no part in the check against the tensor.
      block_o.base = base_q + 20'(c0_q);
      block_o.base_per_tile = 20'(COLS);
    end else begin
      block_o.last_start = columns_after_first;
      block_o.last_row_end = columns_after_first;
      block_o.row_end = columns_after_first;
      block_o.start_every = 4'd1;
      block_o.kernel_rows_per_step = 2'd1;
      block_o.kernel_cols = nkx_q;
      block_o.len = len_q;
      block_o.iy_per_step = 6'(dil_y_q);
      block_o.pos = first_pos + $signed({18'b0, c0_q});
      block_o.pos_per_cycle = 20'(stride_x_q) * 20'(pix_bytes_q);
      block_o.pos_per_kernel_col = 20'(dil_x_q) * 20'(pix_bytes_q);
      block_o.base = base_q;
    end
  end

  assign block_valid_o = valid_q;

  logic unused;
  assign unused = ^{mm, cfg_in, cfg_kernel, depthwise_q, dataflow_q};

  `SLT_ASSERT(PopOnlyWhenEmpty, pop_i |-> !valid_q)
  `SLT_ASSERT(OnlyMatrixCommands, pop_i |-> pop_mm || pop_in || pop_kernel)
  `SLT_ASSERT(DepthwiseUnitPresent, DEPTHWISE || !(valid_q && depthwise_q))
  `SLT_ASSERT(DataflowBuilt, valid_q |-> dataflow_q ? OUTPUT_STATIONARY : WEIGHT_STATIONARY)
  `SLT_ASSERT(DepthwiseIsWeightStationary, valid_q && depthwise_q |-> !dataflow_q)
  `SLT_ASSERT(TapsFitArray, valid_q && depthwise |-> int'(taps_q) * int'(buses_q) <= int'(ROWS) && taps_q != 0 && buses_q != 0)
  `SLT_ASSERT(TapsFitBusDelay, valid_q && depthwise && buses_q > 2'd1 |-> taps_q <= lanes_t'(MAX_BUS_TAPS))
  `SLT_ASSERT(OverlapFitsTaps, valid_q && depthwise |-> lanes_t'(overlap_q) < taps_q)
  `SLT_ASSERT(StringNotEmpty, valid_q && !depthwise |-> len_q != 0)

endmodule
