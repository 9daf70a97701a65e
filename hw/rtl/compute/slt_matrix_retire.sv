// SPDX-License-Identifier: Apache-2.0
// Last stage of the matrix engine: follows every partial sum through the array and tells the accumulator which entry it belongs to.
//
// Timing: a partial sum started in cycle t is requested (acc_*_o) in t + ROWS + COLS + 2, one cycle before its sum leaves the array,
// and finish_o is high in t + ROWS + COLS + 4 if it is the last of its block, the cycle after its write.
// Limits: at most MAX_IN_FLIGHT blocks inside. push_i comes at least one cycle before the block's first partial sum starts.
module slt_matrix_retire
  import slt_params_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        push_i,
  input  logic [11:0] acc_i,
  input  logic        start_i,
  input  logic        first_i,
  input  logic        tile_i,
  input  logic        overwrite_i,
  input  logic        last_i,
  output logic        acc_valid_o,
  output logic [11:0] acc_entry_o,
  output logic        acc_overwrite_o,
  output logic        finish_o
);

  localparam int unsigned FLAG_DELAY = ROWS + COLS + 1;

  logic [FLAG_DELAY-1:0] start_q, first_q, tile_q, overwrite_q, last_q;
  logic                  start, first, tile, overwrite, last;

  // A sum needs no address on its way: entries of a K step are consecutive, and those of a column tile are behind those of
  // the one before.
  logic [MAX_IN_FLIGHT-1:0][11:0] acc_q;
  logic [1:0]                     write_q, read_q;
  logic                           valid_q, req_overwrite_q;
  logic [11:0]                    entry_q, next_entry;
  logic [2:0]                     finish_q;

  assign start = start_q[FLAG_DELAY-1];
  assign first = first_q[FLAG_DELAY-1];
  assign tile = tile_q[FLAG_DELAY-1];
  assign next_entry = entry_q + 12'd1;
  assign overwrite = overwrite_q[FLAG_DELAY-1];
  assign last = last_q[FLAG_DELAY-1];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      start_q <= '0;
      write_q <= '0;
      read_q <= '0;
      valid_q <= 1'b0;
      finish_q <= '0;
    end else if (clear_i) begin
      start_q <= '0;
      write_q <= '0;
      read_q <= '0;
      valid_q <= 1'b0;
      finish_q <= '0;
    end else begin
      start_q <= {start_q[FLAG_DELAY-2:0], start_i};
      if (push_i) write_q <= write_q + 2'd1;
      if (start && last) read_q <= read_q + 2'd1;
      valid_q <= start;
      finish_q <= {finish_q[1:0], start && last};
    end
  end

  always_ff @(posedge clk_i) begin
    first_q <= {first_q[FLAG_DELAY-2:0], first_i};
    tile_q <= {tile_q[FLAG_DELAY-2:0], tile_i};
    overwrite_q <= {overwrite_q[FLAG_DELAY-2:0], overwrite_i};
    last_q <= {last_q[FLAG_DELAY-2:0], last_i};
    if (push_i) acc_q[write_q] <= acc_i;
    if (start) begin
      if (tile) acc_q[read_q] <= next_entry;
      entry_q <= first && !tile ? acc_q[read_q] : next_entry;
      req_overwrite_q <= overwrite;
    end
  end

  assign acc_valid_o = valid_q;
  assign acc_entry_o = entry_q;
  assign acc_overwrite_o = req_overwrite_q;
  assign finish_o = finish_q[2];

endmodule
