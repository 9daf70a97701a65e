// SPDX-License-Identifier: Apache-2.0
// Systolic array of ROWS x COLS processing elements with the triangles of delay registers around it: vectors in, vectors out.
//
// Timing: PE(r, c) works on the vector of cycle t (x_i, bus_i) in cycle t + r + c; sum_o in cycle t + ROWS + COLS - 1 is the
// vector's result. swap_i one cycle before a vector makes it the first one that meets the new weights. The row of weights in
// w_data_i r cycles after w_first_i is row r of a tile and is in the shadow registers of PE(r, c) from r + c + 1 cycles after
// w_first_i; w_first_i may be as early as the swap_i of the tile before. After the last row of a tile the wave of
// writes goes on with whatever follows; those rows receive activation 0. depthwise_i belongs to the vector of its cycle: its PEs
// take the bus of their row (row_bus_i) and not what comes from the left.
// Range: SUM_WIDTH holds the sum of ROWS products of int8 numbers; nothing saturates or wraps.
// Limits: row_bus_i changes only while no valid depthwise vector is inside. clear_i removes the swap and write waves.
`include "slt_assert.svh"
module slt_array
  import slt_params_pkg::*;
  import slt_compute_pkg::*;
#(
  parameter int unsigned SumWidth = 16 + $clog2(ROWS)
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  input  logic                              clear_i,
  input  logic [ROWS-1:0][7:0]              x_i,
  input  logic [BUSES-1:0][COLS-1:0][7:0]   bus_i,
  input  logic                              depthwise_i,
  input  logic [BUSES-1:0][ROWS-1:0]        row_bus_i,
  input  logic                              swap_i,
  input  logic                              w_first_i,
  input  logic [COLS-1:0][7:0]              w_data_i,
  output logic [COLS-1:0][SumWidth-1:0]     sum_o
);

  // Largest sum: ROWS * (-128 * -128), which needs one bit for the sign.
  `SLT_ASSERT_INIT(SumFits, ROWS * 16384 <= (1 << (SumWidth - 1)) - 1)
  `SLT_ASSERT_INIT(ArraySizeInRange, ROWS >= 4 && ROWS <= 64 && COLS >= 4 && COLS <= 64)

  localparam int unsigned DIAGONALS = ROWS + COLS - 1;

  logic [ROWS-1:0][7:0]            x_wave;
  logic [BUSES-1:0][COLS-1:0][7:0] bus_wave;
  logic [COLS-1:0][7:0]            w_wave;
  logic [COLS-1:0][SumWidth-1:0]   sum_wave;
  logic [DIAGONALS-1:0]            swap_wave;
  logic [DIAGONALS-1:0]            load_wave;
  logic [DIAGONALS-1:0]            depthwise_wave;
  logic [DIAGONALS-2:0]            swap_q;
  logic [DIAGONALS-2:0]            load_q;

  // A wave reaches all PEs of an anti-diagonal in the same cycle, so one register a diagonal serves them.
  assign swap_wave = {swap_q, swap_i};
  assign load_wave = {load_q, w_first_i};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      swap_q <= '0;
      load_q <= '0;
    end else begin
      swap_q <= clear_i ? '0 : swap_wave[DIAGONALS-2:0];
      load_q <= clear_i ? '0 : load_wave[DIAGONALS-2:0];
    end
  end

  slt_skew #(
    .Lanes(ROWS),
    .Width(8)
  ) u_skew_x (
    .clk_i,
    .data_i(x_i),
    .data_o(x_wave)
  );

  slt_skew #(
    .Lanes(COLS),
    .Width(8)
  ) u_skew_w (
    .clk_i,
    .data_i(w_data_i),
    .data_o(w_wave)
  );

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
      logic signed [7:0]          act_in;
      logic signed [7:0]          act_out;
      logic signed [SumWidth-1:0] sum_in;
      logic signed [SumWidth-1:0] sum_out;

      if (c == 0) begin : gen_west
        assign act_in = $signed(x_wave[r]);
      end else begin : gen_inner
        assign act_in = gen_row[r].gen_col[c-1].act_out;
      end

      if (r == 0) begin : gen_north
        assign sum_in = '0;
      end else begin : gen_below
        assign sum_in = gen_row[r-1].gen_col[c].sum_out;
      end

      slt_pe #(
        .SumWidth (SumWidth),
        .Depthwise(DEPTHWISE)
      ) u_pe (
        .clk_i,
        .load_i   (load_wave[r+c]),
        .swap_i   (swap_wave[r+c]),
        .weight_i ($signed(w_wave[c])),
        .left_i   (!depthwise_wave[r+c]),
        .use_bus_i({row_bus_i[2][r], row_bus_i[1][r], row_bus_i[0][r]}),
        .act_i    (act_in),
        .bus_i    ({bus_wave[2][c], bus_wave[1][c], bus_wave[0][c]}),
        .sum_i    (sum_in),
        .act_o    (act_out),
        .sum_o    (sum_out)
      );

      if (c == int'(COLS) - 1) begin : gen_east
        logic unused;
        assign unused = ^act_out;
      end
    end
  end

  for (genvar c = 0; c < int'(COLS); c++) begin : gen_sum
    assign sum_wave[c] = unsigned'(gen_row[ROWS-1].gen_col[c].sum_out);
  end

  slt_skew #(
    .Lanes  (COLS),
    .Width  (SumWidth),
    .Reverse(1'b1)
  ) u_deskew (
    .clk_i,
    .data_i(sum_wave),
    .data_o(sum_o)
  );

endmodule
