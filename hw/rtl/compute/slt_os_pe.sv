// SPDX-License-Identifier: Apache-2.0
// Processing element that keeps its own sum: activation and weight pass through, the sum stays until it is drained. With
// WeightStationary it can also do what slt_pe does, with the same multiplier, adder and sum register; the register through which
// weights move down is then the shadow weight.
//
// Timing: act_o, weight_o and sum_o follow their inputs by one cycle. Output stationary: first_i in cycle t starts the sum anew
// with the product of t; a cycle with activation 0 leaves it as it is. Weight stationary: as slt_pe.
// Range: the sum wraps at 32 bits.
// Limits: output_i changes only while no valid wave passes. At most one of row_i, load_i and of left_i, use_bus_i is set. Data
// registers have no reset: their values count only where a valid wave passes.
module slt_os_pe #(
  parameter bit WeightStationary = 1'b1,
  parameter bit Depthwise = 1'b1
) (
  input  logic               clk_i,
  input  logic               output_i,
  input  logic               first_i,
  input  logic               row_i,
  input  logic               load_i,
  input  logic               swap_i,
  input  logic signed [7:0]  weight_i,        // from above
  input  logic signed [7:0]  weight_column_i, // for the shadow weight
  input  logic               left_i,
  input  logic [2:0]         use_bus_i,
  input  logic signed [7:0]  act_i,
  input  logic [2:0][7:0]    bus_i,
  input  logic signed [31:0] sum_i,
  output logic signed [7:0]  act_o,
  output logic signed [7:0]  weight_o,
  output logic signed [31:0] sum_o
);

  logic signed [7:0]  pass_q;
  logic signed [7:0]  act_q;
  logic signed [31:0] sum_q;
  logic signed [7:0]  act, weight;
  logic signed [15:0] product;
  logic signed [31:0] addend;

  if (Depthwise) begin : gen_depthwise
    logic [7:0] bus;
    assign bus = (bus_i[0] & {8{use_bus_i[0]}}) | (bus_i[1] & {8{use_bus_i[1]}}) | (bus_i[2] & {8{use_bus_i[2]}});
    assign act = left_i ? act_i : $signed(bus);
  end else begin : gen_dense
    assign act = act_i;
    logic unused;
    assign unused = ^{left_i, use_bus_i, bus_i};
  end

  if (WeightStationary) begin : gen_both
    logic signed [7:0] weight_q;
    always_ff @(posedge clk_i) begin
      if (row_i) pass_q <= weight_i;
      else if (load_i) pass_q <= weight_column_i;
      if (swap_i) weight_q <= pass_q;
    end
    assign weight = output_i ? weight_i : weight_q;
    assign addend = output_i ? sum_q & {32{!first_i}} : sum_i;
  end else begin : gen_output
    always_ff @(posedge clk_i) pass_q <= weight_i;
    assign weight = weight_i;
    assign addend = sum_q & {32{!first_i}};
    logic unused;
    assign unused = ^{output_i, row_i, load_i, swap_i, weight_column_i, sum_i};
  end

  assign product = act * weight;

  always_ff @(posedge clk_i) begin
    act_q <= act_i;
    sum_q <= addend + 32'(product);
  end

  assign act_o = act_q;
  assign weight_o = pass_q;
  assign sum_o = sum_q;

endmodule
