// SPDX-License-Identifier: Apache-2.0
// Systolic array whose PEs keep their sums (output stationary); with WEIGHT_STATIONARY it also is the array of slt_array, with the
// same ports and timing, while output_i is low.
//
// Timing, output stationary: step_i in cycle t says that x_i is the vector of row 0 of a K step, those of the other rows follow in
// successive cycles; the weights of the step, row j in w_data_i with w_row_i, are there in t + j. PE(r, c) multiplies byte j of its
// vector with weight (j, c) in cycle t + j + r + c. first_i with step_i: the sums start anew. drain_i in cycle t: the sums that PE(r, c)
// holds in t + r + c are those of a group; row r of them is at sum_o in t + r + COLS. The next step may be in the same cycle.
// Timing, weight stationary: as slt_array.
// Range: int32, wraps.
// Limits: steps and drains are at least ROWS cycles apart. output_i changes only while no valid vector is inside, row_bus_i while no
// valid depthwise vector is. depthwise_i is low with output_i. clear_i removes all waves but that of depthwise_i.
`include "slt_assert.svh"
module slt_os_array
  import slt_params_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic                              clk_i,
  input  logic                              rst_ni,
  input  logic                              clear_i,
  input  logic                              output_i,
  input  logic [ROWS-1:0][7:0]              x_i,
  input  logic                              step_i,
  input  logic                              first_i,
  input  logic                              drain_i,
  input  logic [BUSES-1:0][COLS-1:0][7:0]   bus_i,
  input  logic                              depthwise_i,
  input  logic [BUSES-1:0][ROWS-1:0]        row_bus_i,
  input  logic                              swap_i,
  input  logic                              w_first_i,
  input  logic                              w_row_i,
  input  logic [COLS-1:0][7:0]              w_data_i,
  output logic [COLS-1:0][31:0]             sum_o
);

  `SLT_ASSERT_INIT(ArraySizeInRange, ROWS >= 4 && ROWS <= 64 && COLS >= 4 && COLS <= 64)

  localparam int unsigned DIAGONALS = ROWS + COLS - 1;

  logic                            output_mode;
  logic [ROWS-1:0][7:0]            x_wave;
  logic [BUSES-1:0][COLS-1:0][7:0] bus_wave;
  logic [COLS-1:0][7:0]            w_wave;
  logic [COLS-1:0][31:0]           drained, drained_q, column;

  // A wave reaches all PEs of an anti-diagonal in the same cycle, so one register a diagonal serves them.
  logic [DIAGONALS-1:0] swap_wave, load_wave, row_wave, first_wave, drain_wave, depthwise_wave;
  logic [ROWS-1:0]      step_wave;
  logic [DIAGONALS-2:0] first_q, drain_q;
  logic [ROWS-2:0]      step_q;

  assign output_mode = !WEIGHT_STATIONARY || output_i;
  assign first_wave = {first_q, first_i};
  assign drain_wave = {drain_q, drain_i};
  assign step_wave = {step_q, step_i};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_q <= '0;
      drain_q <= '0;
      step_q <= '0;
    end else begin
      first_q <= clear_i ? '0 : first_wave[DIAGONALS-2:0];
      drain_q <= clear_i ? '0 : drain_wave[DIAGONALS-2:0];
      step_q <= clear_i ? '0 : step_wave[ROWS-2:0];
    end
  end

  slt_os_rows #(
    .Rows            (ROWS),
    .WeightStationary(WEIGHT_STATIONARY)
  ) u_rows (
    .clk_i,
    .output_i(output_mode),
    .load_i  (step_wave),
    .x_i,
    .row_o   (x_wave)
  );

  slt_skew #(
    .Lanes(COLS),
    .Width(8)
  ) u_skew_w (
    .clk_i,
    .data_i(w_data_i),
    .data_o(w_wave)
  );

  if (WEIGHT_STATIONARY) begin : gen_weight_waves
    logic [DIAGONALS-2:0] swap_q, load_q, row_q;
    assign swap_wave = {swap_q, swap_i};
    assign load_wave = {load_q, w_first_i};
    assign row_wave = {row_q, w_row_i};
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        swap_q <= '0;
        load_q <= '0;
        row_q <= '0;
      end else begin
        swap_q <= clear_i ? '0 : swap_wave[DIAGONALS-2:0];
        load_q <= clear_i ? '0 : load_wave[DIAGONALS-2:0];
        row_q <= clear_i ? '0 : row_wave[DIAGONALS-2:0];
      end
    end
  end else begin : gen_no_weight_waves
    assign swap_wave = '0;
    assign load_wave = '0;
    assign row_wave = '0;
    logic unused;
    assign unused = ^{swap_i, w_first_i, w_row_i, output_i};
  end

  if (DEPTHWISE) begin : gen_buses
    for (genvar j = 0; j < int'(BUSES); j++) begin : gen_bus
      slt_skew #(
        .Lanes(COLS),
        .Width(8)
      ) u_skew_bus (
        .clk_i,
        .data_i(bus_i[j]),
        .data_o(bus_wave[j])
      );
    end
    logic [DIAGONALS-2:0] depthwise_q;
    assign depthwise_wave = {depthwise_q, depthwise_i};
    always_ff @(posedge clk_i) depthwise_q <= depthwise_wave[DIAGONALS-2:0];
  end else begin : gen_no_buses
    assign bus_wave = '0;
    assign depthwise_wave = '0;
    logic unused;
    assign unused = ^{bus_i, depthwise_i};
  end

  for (genvar r = 0; r < int'(ROWS); r++) begin : gen_row
    for (genvar c = 0; c < int'(COLS); c++) begin : gen_col
      logic signed [7:0]  act_in, act_out, weight_in, weight_out;
      logic signed [31:0] sum_in, sum_out;

      if (c == 0) begin : gen_west
        assign act_in = $signed(x_wave[r]);
      end else begin : gen_inner
        assign act_in = gen_row[r].gen_col[c-1].act_out;
      end

      if (r == 0) begin : gen_north
        assign weight_in = $signed(w_wave[c]);
        assign sum_in = '0;
      end else begin : gen_below
        assign weight_in = gen_row[r-1].gen_col[c].weight_out;
        assign sum_in = gen_row[r-1].gen_col[c].sum_out;
      end

      slt_os_pe #(
        .WeightStationary(WEIGHT_STATIONARY),
        .Depthwise       (DEPTHWISE)
      ) u_pe (
        .clk_i,
        .output_i       (output_mode),
        .first_i        (first_wave[r+c]),
        .row_i          (row_wave[r+c]),
        .load_i         (load_wave[r+c]),
        .swap_i         (swap_wave[r+c]),
        .weight_i       (weight_in),
        .weight_column_i($signed(w_wave[c])),
        .left_i         (!depthwise_wave[r+c]),
        .use_bus_i      ({row_bus_i[2][r], row_bus_i[1][r], row_bus_i[0][r]}),
        .act_i          (act_in),
        .bus_i          ({bus_wave[2][c], bus_wave[1][c], bus_wave[0][c]}),
        .sum_i          (sum_in),
        .act_o          (act_out),
        .weight_o       (weight_out),
        .sum_o          (sum_out)
      );

      if (c == int'(COLS) - 1) begin : gen_east
        logic unused;
        assign unused = ^act_out;
      end
      if (r == int'(ROWS) - 1) begin : gen_south
        logic unused;
        assign unused = ^weight_out;
      end
    end
  end

  // One row of a column at most has its turn.
  for (genvar c = 0; c < int'(COLS); c++) begin : gen_drain
    logic [ROWS-1:0][31:0] turn;
    for (genvar r = 0; r < int'(ROWS); r++) begin : gen_turn
      assign turn[r] = unsigned'(gen_row[r].gen_col[c].sum_out) & {32{drain_wave[r+c]}};
    end
    always_comb begin
      drained[c] = '0;
      for (int unsigned r = 0; r < ROWS; r++) drained[c] |= turn[r];
    end
    if (WEIGHT_STATIONARY) begin : gen_either
      assign column[c] = output_mode ? drained_q[c] : unsigned'(gen_row[ROWS-1].gen_col[c].sum_out);
    end else begin : gen_output
      assign column[c] = drained_q[c];
    end
  end

  always_ff @(posedge clk_i) drained_q <= drained;

  slt_skew #(
    .Lanes  (COLS),
    .Width  (32),
    .Reverse(1'b1)
  ) u_deskew (
    .clk_i,
    .data_i(column),
    .data_o(sum_o)
  );

  `SLT_ASSERT(StepsApart, step_i |-> step_q == '0)
  `SLT_ASSERT(DrainsApart, drain_i |-> drain_q[ROWS-2:0] == '0)
  `SLT_ASSERT(FirstWithStep, first_i |-> step_i)

endmodule
