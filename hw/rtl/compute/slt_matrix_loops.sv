// SPDX-License-Identifier: Apache-2.0
// Second stage of the matrix engine: the loops of a block over column tiles, K steps and positions. Every cycle it visits one output
// pixel (dense) or one stream position (depthwise) of the current K step; a K step begins with the take of its weight tile.
//
// Timing
//   The block in setup is accepted (block_take_o) in the first cycle in which it is offered and no block is here, or in the last
//   cycle of the last K step of the block here.
//   tile_take_o: in the first cycle in which tile_valid_i is high and a next K step is known: the cycle of block_take_o or any later
//   one for the first K step of a block, the last cycle of the K step before or any later one for the others.
//   A K step occupies max(positions, MIN_STEP) consecutive cycles, the first directly after its tile_take_o; the positions
//   come first, one a cycle, then idle cycles. positions = (rows - 1) * (row_end + 1) + last_row_end + 1; column tiles that share
//   positions with the next one have rows * (row_end + 1).
//   pad_o: the first shared positions of such a next tile, and every cycle in a block that shares any and visits no position.
// Limits: outputs other than run_o, wait_o and stream_o count only with stream_o.
`include "slt_assert.svh"
module slt_matrix_loops
  import slt_params_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             clear_i,
  input  logic             block_valid_i,
  input  block_t           block_i,
  output logic             block_take_o,
  input  logic             tile_valid_i,
  input  lanes_t           tile_rows_i,
  output logic             tile_take_o,
  // What the stage does in this cycle
  output logic             run_o,       // inside a K step
  output logic             wait_o,      // has a block, waits for a tile
  output block_t           block_o,
  output logic             stream_o,    // a pixel or stream position is visited
  output logic             pad_o,       // depthwise: the buses carry the zero point
  output row_t             iy_o,
  output pos_t             pos_o,
  output lanes_t           lanes_o,     // dense: rows of the tile
  output logic [BUSES-1:0] bus_on_o,    // depthwise: bus carries a kernel row
  output logic             start_o,     // a partial sum starts
  output logic             first_o,     // it is the first of the K step
  output logic             tile_o,      // it is the first of a column tile behind another
  output logic             overwrite_o, // the K step overwrites the accumulator
  output logic             last_o       // it is the last of the block
);

  localparam logic [1:0] LAST_AGE = 2'(MIN_STEP - 1);

  block_t block_q;

  // Progress in the block
  logic        valid_d, valid_q;
  logic        run_d, run_q;
  logic        first_step_q, first_tile_q;
  logic [3:0]  tiles_left_q;
  logic [7:0]  kernel_rows_left_q, kernel_cols_left_q;
  logic [15:0] len_left_q;
  row_t        step_iy_q;
  pos_t        string_pos_q, step_pos_q;

  // Progress in the K step
  logic        hold_d, hold_q;
  logic [1:0]  age_q;
  logic [11:0] rows_left_q;
  logic [15:0] col_q;
  logic [3:0]  phase_q;
  logic [5:0]  shared_left_q;  // positions shared with the tile before
  row_t        iy_q;
  pos_t        pos_q;

  logic   stream, last_row, row_end, positions_end, step_end;
  logic   last_piece, last_kernel_col, last_kernel_row, last_of_tile, last_step;
  logic   next_wanted, whole_tile;
  lanes_t lanes, rows_needed;

  assign stream = run_q && !hold_q;
  assign last_row = rows_left_q == 12'd1;
  assign whole_tile = block_q.shared == '0 || tiles_left_q == 4'd1;
  assign row_end = col_q == (last_row && whole_tile ? block_q.last_row_end : block_q.row_end);
  assign positions_end = stream && row_end && last_row;
  assign step_end = (positions_end || hold_q) && age_q == LAST_AGE;

  assign last_piece = len_left_q <= 16'(ROWS);
  assign last_kernel_col = kernel_cols_left_q == 8'd1;
  assign last_kernel_row = kernel_rows_left_q <= 8'(block_q.kernel_rows_per_step);
  assign last_of_tile = last_piece && last_kernel_col && last_kernel_row;
  assign last_step = last_of_tile && tiles_left_q == 4'd1;

  assign block_take_o = block_valid_i && (!valid_q || (step_end && last_step));
  assign next_wanted = block_take_o || (valid_q && !run_q) || (step_end && !last_step);
  assign tile_take_o = next_wanted && tile_valid_i;

  always_comb begin
    valid_d = valid_q;
    run_d = run_q;
    hold_d = hold_q;
    if (positions_end) hold_d = 1'b1;
    if (step_end) begin
      hold_d = 1'b0;
      run_d = 1'b0;
      if (last_step) valid_d = 1'b0;
    end
    if (block_take_o) valid_d = 1'b1;
    if (tile_take_o) run_d = 1'b1;
    if (clear_i) begin
      valid_d = 1'b0;
      run_d = 1'b0;
      hold_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
      run_q <= 1'b0;
      hold_q <= 1'b0;
    end else begin
      valid_q <= valid_d;
      run_q <= run_d;
      hold_q <= hold_d;
    end
  end

  // Start of the next K step of the block
  row_t next_iy;
  pos_t next_string_pos, next_pos;

  always_comb begin
    next_iy = step_iy_q;
    next_string_pos = string_pos_q;
    next_pos = step_pos_q + pos_t'(ROWS);
    if (last_piece) begin
      if (last_kernel_col) begin
        next_iy = last_kernel_row ? block_q.iy : step_iy_q + $signed({14'b0, block_q.iy_per_step});
        next_string_pos = block_q.pos;
      end else begin
        next_string_pos = string_pos_q + $signed({14'b0, block_q.pos_per_kernel_col});
      end
      next_pos = next_string_pos;
    end
  end

  always_ff @(posedge clk_i) begin
    if (block_take_o) begin
      block_q <= block_i;
      first_step_q <= 1'b1;
      first_tile_q <= 1'b1;
      tiles_left_q <= block_i.tiles;
      kernel_rows_left_q <= block_i.kernel_rows;
      kernel_cols_left_q <= block_i.kernel_cols;
      len_left_q <= block_i.len;
      step_iy_q <= block_i.iy;
      string_pos_q <= block_i.pos;
      step_pos_q <= block_i.pos;
    end else if (step_end) begin
      first_step_q <= last_of_tile;
      if (last_of_tile) begin
        first_tile_q <= 1'b0;
        tiles_left_q <= tiles_left_q - 4'd1;
        block_q.base <= block_q.base + block_q.base_per_tile;
      end
      step_iy_q <= next_iy;
      string_pos_q <= next_string_pos;
      step_pos_q <= next_pos;
      len_left_q <= last_piece ? block_q.len : len_left_q - 16'(ROWS);
      if (last_piece) kernel_cols_left_q <= last_kernel_col ? block_q.kernel_cols : kernel_cols_left_q - 8'd1;
      if (last_of_tile) kernel_rows_left_q <= block_q.kernel_rows;
      else if (last_piece && last_kernel_col) kernel_rows_left_q <= kernel_rows_left_q - 8'(block_q.kernel_rows_per_step);
    end
  end

  always_ff @(posedge clk_i) begin
    if (block_take_o || step_end) begin
      age_q <= '0;
      shared_left_q <= block_take_o ? '0 : block_q.shared;
      rows_left_q <= block_take_o ? block_i.rows : block_q.rows;
      col_q <= '0;
      phase_q <= '0;
      iy_q <= block_take_o ? block_i.iy : next_iy;
      pos_q <= block_take_o ? block_i.pos : next_pos;
    end else if (run_q) begin
      if (age_q != LAST_AGE) age_q <= age_q + 2'd1;
      if (stream && shared_left_q != '0) shared_left_q <= shared_left_q - 6'd1;
      if (row_end) begin
        rows_left_q <= rows_left_q - 12'd1;
        col_q <= '0;
        phase_q <= '0;
        iy_q <= iy_q + $signed({16'b0, block_q.iy_per_row});
        pos_q <= step_pos_q;
      end else begin
        col_q <= col_q + 16'd1;
        phase_q <= phase_q == block_q.start_every - 4'd1 ? '0 : phase_q + 4'd1;
        pos_q <= pos_q + $signed({14'b0, block_q.pos_per_cycle});
      end
    end
  end

  assign lanes = last_piece ? lanes_t'(len_left_q) : lanes_t'(ROWS);

  always_comb begin
    for (int unsigned j = 0; j < BUSES; j++) begin
      bus_on_o[j] = j < 32'(block_q.buses) && j < 32'(kernel_rows_left_q);
    end
  end

  assign run_o = run_q;
  assign wait_o = valid_q && !run_q;
  assign block_o = block_q;
  assign stream_o = stream;
  assign pad_o = stream ? shared_left_q != '0 : valid_q && block_q.shared != '0;
  assign iy_o = iy_q;
  assign pos_o = pos_q;
  assign lanes_o = lanes;
  assign start_o = stream && phase_q == '0 && col_q <= block_q.last_start;
  assign first_o = col_q == '0 && rows_left_q == block_q.rows;
  assign tile_o = first_o && first_step_q && !first_tile_q;
  assign overwrite_o = first_step_q && !block_q.accumulate;
  assign last_o = last_step && last_row && col_q == block_q.last_start;

  // In the first cycle of a K step the tile's rows are known to both sides.
  lanes_t kernel_rows_here;
  lanes_t taken_rows_q;
  logic   taken_q;
  assign kernel_rows_here = 7'(bus_on_o[0]) + 7'(bus_on_o[1]) + 7'(bus_on_o[2]);
  assign rows_needed = block_q.depthwise ? 7'(block_q.taps * kernel_rows_here) : lanes;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      taken_q <= 1'b0;
      taken_rows_q <= '0;
    end else begin
      taken_q <= tile_take_o && !clear_i;
      taken_rows_q <= tile_rows_i;
    end
  end
  `SLT_ASSERT(TileCoversRows, taken_q |-> taken_rows_q >= rows_needed)

endmodule
