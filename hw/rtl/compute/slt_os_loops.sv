// SPDX-License-Identifier: Apache-2.0
// The loops of an output-stationary block, in the place of slt_matrix_loops: groups of ROWS pixels outermost, then the K steps,
// then the pixels of the group, one a cycle. A K step begins with the take of its weight tile.
//
// Timing
//   block_take_o, tile_take_o: as slt_matrix_loops.
//   A K step occupies ROWS consecutive cycles, the first directly after its tile_take_o; its pixels come first.
//   step_o: first cycle of a K step. group_start_o: with step_o, it is the first of its group. drain_o: the cycle after the last
//   one of the last K step of a group.
// Limits: outputs other than run_o, wait_o, stream_o, step_o and drain_o count only with stream_o. Dense blocks only.
`include "slt_assert.svh"
module slt_os_loops
  import slt_params_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic   clk_i,
  input  logic   rst_ni,
  input  logic   clear_i,
  input  logic   block_valid_i,
  input  block_t block_i,
  output logic   block_take_o,
  input  logic   tile_valid_i,
  input  lanes_t tile_rows_i,
  output logic   tile_take_o,
  // What the stage does in this cycle
  output logic   run_o,          // inside a K step
  output logic   wait_o,         // has a block, waits for a tile
  output block_t block_o,
  output logic   stream_o,       // a pixel is read
  output row_t   iy_o,
  output pos_t   pos_o,
  output lanes_t lanes_o,        // rows of the tile
  output logic   step_o,
  output logic   group_start_o,
  output logic   drain_o,
  output logic   start_o,        // the sums of the pixel are complete with this K step
  output logic   first_o,        // it is the first pixel of the block
  output logic   overwrite_o,    // its sums overwrite the accumulator
  output logic   last_o          // it is the last pixel of the block
);

  localparam int unsigned COUNT_WIDTH = $clog2(ROWS);
  localparam logic [COUNT_WIDTH-1:0] LAST_CYCLE = COUNT_WIDTH'(ROWS - 1);

  // A pixel: where it is in the block, and what that adds to the position of the block's first one.
  typedef struct packed {
    logic [11:0] rows_left;
    logic [15:0] col;
    row_t        iy;
    pos_t        pos;
  } pixel_t;

  block_t block_q;

  // Progress in the block
  logic   valid_d, valid_q;
  logic   run_d, run_q;
  pixel_t group_q;          // first pixel of the group
  logic   group_first_q;    // the group is the first of the block

  // Progress in the group
  logic        first_step_q;
  logic [7:0]  kernel_rows_left_q, kernel_cols_left_q;
  logic [15:0] len_left_q;
  row_t        step_iy_q;
  pos_t        string_pos_q, step_pos_q;

  // Progress in the K step
  logic [COUNT_WIDTH-1:0] count_q;
  logic                   ended_d, ended_q;  // behind the last pixel of the block
  pixel_t                 pixel_d, pixel_q;
  logic                   drain_q;

  logic   stream, row_end, block_end, step_end;
  logic   last_piece, last_kernel_col, last_kernel_row, last_step, last_group, last;
  logic   next_wanted;
  lanes_t lanes;

  assign stream = run_q && !ended_q;
  assign row_end = pixel_q.col == block_q.row_end;
  assign block_end = row_end && pixel_q.rows_left == 12'd1;
  assign step_end = run_q && count_q == LAST_CYCLE;

  assign last_piece = len_left_q <= 16'(ROWS);
  assign last_kernel_col = kernel_cols_left_q == 8'd1;
  assign last_kernel_row = kernel_rows_left_q == 8'd1;
  assign last_step = last_piece && last_kernel_col && last_kernel_row;
  assign last_group = ended_q || block_end;
  assign last = last_step && last_group;

  assign block_take_o = block_valid_i && (!valid_q || (step_end && last));
  assign next_wanted = block_take_o || (valid_q && !run_q) || (step_end && !last);
  assign tile_take_o = next_wanted && tile_valid_i;

  always_comb begin
    valid_d = valid_q;
    run_d = run_q;
    if (step_end) begin
      run_d = 1'b0;
      if (last) valid_d = 1'b0;
    end
    if (block_take_o) valid_d = 1'b1;
    if (tile_take_o) run_d = 1'b1;
    if (clear_i) begin
      valid_d = 1'b0;
      run_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      run_q <= 1'b0;
      drain_q <= 1'b0;
    end else begin
      valid_q <= valid_d;
      run_q <= run_d;
      drain_q <= step_end && last_step && !clear_i;
    end
  end

  // The pixel behind this one.
  always_comb begin
    pixel_d = pixel_q;
    if (row_end) begin
      pixel_d.rows_left = pixel_q.rows_left - 12'd1;
      pixel_d.col = '0;
      pixel_d.iy = pixel_q.iy + $signed({16'b0, block_q.iy_per_row});
      pixel_d.pos = '0;
    end else begin
      pixel_d.col = pixel_q.col + 16'd1;
      pixel_d.pos = pixel_q.pos + $signed({14'b0, block_q.pos_per_cycle});
    end
    ended_d = ended_q || (stream && block_end);
  end

  pixel_t block_first;
  always_comb begin
    block_first = '0;
    block_first.rows_left = block_i.rows;
  end

  always_ff @(posedge clk_i) begin
    if (block_take_o) begin
      block_q <= block_i;
      group_q <= block_first;
      pixel_q <= block_first;
      group_first_q <= 1'b1;
    end else if (step_end) begin
      pixel_q <= last_step ? pixel_d : group_q;
      if (last_step) begin
        group_q <= pixel_d;
        group_first_q <= 1'b0;
      end
    end else if (stream) begin
      pixel_q <= pixel_d;
    end
    if (block_take_o || step_end) begin
      count_q <= '0;
      ended_q <= 1'b0;
    end else if (run_q) begin
      count_q <= count_q + 1'b1;
      ended_q <= ended_d;
    end
  end

  // K steps of the group
  always_ff @(posedge clk_i) begin
    if (block_take_o) begin
      first_step_q <= 1'b1;
      kernel_rows_left_q <= block_i.kernel_rows;
      kernel_cols_left_q <= block_i.kernel_cols;
      len_left_q <= block_i.len;
      step_iy_q <= block_i.iy;
      string_pos_q <= block_i.pos;
      step_pos_q <= block_i.pos;
    end else if (step_end) begin
      first_step_q <= last_step;
      len_left_q <= last_piece ? block_q.len : len_left_q - 16'(ROWS);
      step_pos_q <= step_pos_q + pos_t'(ROWS);
      if (last_piece) begin
        kernel_cols_left_q <= last_kernel_col ? block_q.kernel_cols : kernel_cols_left_q - 8'd1;
        if (last_kernel_col) begin
          kernel_rows_left_q <= last_kernel_row ? block_q.kernel_rows : kernel_rows_left_q - 8'd1;
          step_iy_q <= last_kernel_row ? block_q.iy : step_iy_q + $signed({14'b0, block_q.iy_per_step});
          string_pos_q <= block_q.pos;
          step_pos_q <= block_q.pos;
        end else begin
          string_pos_q <= string_pos_q + $signed({14'b0, block_q.pos_per_kernel_col});
          step_pos_q <= string_pos_q + $signed({14'b0, block_q.pos_per_kernel_col});
        end
      end
    end
  end

  assign lanes = last_piece ? lanes_t'(len_left_q) : lanes_t'(ROWS);

  assign run_o = run_q;
  assign wait_o = valid_q && !run_q;
  assign block_o = block_q;
  assign stream_o = stream;
  assign iy_o = step_iy_q + pixel_q.iy;
  assign pos_o = step_pos_q + pixel_q.pos;
  assign lanes_o = lanes;
  assign step_o = run_q && count_q == '0;
  assign group_start_o = step_o && first_step_q;
  assign drain_o = drain_q;
  assign start_o = stream && last_step;
  assign first_o = group_first_q && count_q == '0;
  assign overwrite_o = !block_q.accumulate;
  assign last_o = block_end;

  // In the first cycle of a K step the tile's rows are known to both sides.
  lanes_t taken_rows_q;
  logic   taken_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      taken_q <= 1'b0;
      taken_rows_q <= '0;
    end else begin
      taken_q <= tile_take_o && !clear_i;
      taken_rows_q <= tile_rows_i;
    end
  end
  `SLT_ASSERT(TileCoversRows, taken_q |-> taken_rows_q >= lanes)
  `SLT_ASSERT(DenseBlock, block_take_o |-> !block_i.depthwise)
  `SLT_ASSERT(OneColumnTile, block_take_o |-> block_i.tiles == 4'd1)

endmodule
