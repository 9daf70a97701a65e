// SPDX-License-Identifier: Apache-2.0
// Types shared by the modules of the matrix engine.
package slt_compute_pkg;

  localparam int unsigned BUSES = 3;        // depthwise vector buses
  localparam int unsigned MAX_BUS_TAPS = 5;  // taps at most with more than one bus: depth of the delay between buses
  localparam int unsigned MAX_IN_FLIGHT = 4; // commands popped and not done
  localparam int unsigned ACC_BANKS = 4;    // of the accumulator, two for each half
  localparam int unsigned MIN_STEP = 4;     // cycles of a K step at least: keeps two accesses to one entry apart

  // Lane counts 0 to 64.
  typedef logic [6:0] lanes_t;
  // Row of the input tensor, before the check against its height.
  typedef logic signed [19:0] row_t;
  // Byte position in a row of the input tensor, before the check against its length.
  typedef logic signed [33:0] pos_t;

  // One mm command with the configuration that applies to it, in the terms of the loops: a column tile takes all K steps,
  // `tiles` of them one after the other, each with the base `base_per_tile` further. A K step visits `rows` output
  // rows, each in positions 0 to `row_end`, the last one to `last_row_end`, if tiles share no positions; a partial sum starts at the multiples of
  // `start_every` up to `last_start`.
  typedef struct packed {
    // Loops
    logic        output_stationary;
    logic        depthwise;
    logic [3:0]  tiles;
    lanes_t      taps;
    logic [1:0]  buses;
    logic [11:0] rows;
    logic [15:0] row_end;
    logic [15:0] last_row_end;
    logic [15:0] last_start;
    logic [5:0]  shared;          // positions that a column tile shares with the next, whose last row ends at `row_end`, too
    logic [3:0]  start_every;
    logic [7:0]  kernel_rows;
    logic [1:0]  kernel_rows_per_step;
    logic [7:0]  kernel_cols;
    logic [15:0] len;
    // Walk over the input tensor
    row_t        iy;              // first output row, first kernel row
    logic [3:0]  iy_per_row;
    logic [5:0]  iy_per_step;
    logic [3:0]  iy_per_bus;
    pos_t        pos;             // first position, first kernel column
    logic [19:0] pos_per_cycle;
    logic [19:0] pos_per_kernel_col;
    // View of the input tensor
    logic [19:0] base;
    logic [19:0] base_per_tile;
    logic [19:0] pitch;
    logic [1:0]  interleave;
    logic [15:0] row_bytes;
    logic [11:0] height;
    logic [7:0]  zero_point;
    // Destination
    logic [11:0] acc;
    logic        accumulate;
  } block_t;

endpackage
