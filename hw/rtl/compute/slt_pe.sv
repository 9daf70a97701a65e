// SPDX-License-Identifier: Apache-2.0
// Processing element: active and shadow weight, one multiply-accumulate a cycle. The activation comes from the left neighbour
// or, in depthwise mode, from one of three column buses; it leaves to the right, the partial sum leaves downwards.
//
// Timing: act_o and sum_o follow their inputs by one cycle. swap_i in cycle t makes the shadow weight of cycle t the active one
// of cycle t+1; load_i in the same cycle may already overwrite the shadow weight.
// Limits: sum_i + activation * weight fits SumWidth (the array asserts it). At most one of left_i, use_bus_i is set; with none
// the activation is 0. Data registers have no reset: their values count only where a valid wave passes.
module slt_pe #(
  parameter int unsigned SumWidth = 20,
  parameter bit          Depthwise = 1'b1
) (
  input  logic                       clk_i,
  input  logic                       load_i,
  input  logic                       swap_i,
  input  logic signed [7:0]          weight_i,
  input  logic                       left_i,
  input  logic [2:0]                 use_bus_i,
  input  logic signed [7:0]          act_i,
  input  logic [2:0][7:0]            bus_i,
  input  logic signed [SumWidth-1:0] sum_i,
  output logic signed [7:0]          act_o,
  output logic signed [SumWidth-1:0] sum_o
);

  logic signed [7:0]          shadow_q;
  logic signed [7:0]          weight_q;
  logic signed [7:0]          act_q;
  logic signed [SumWidth-1:0] sum_q;
  logic signed [7:0]          act;
  logic signed [15:0]         product;

  if (Depthwise) begin : gen_depthwise
    logic [7:0] bus;
    assign bus = (bus_i[0] & {8{use_bus_i[0]}}) | (bus_i[1] & {8{use_bus_i[1]}}) | (bus_i[2] & {8{use_bus_i[2]}});
    assign act = left_i ? act_i : $signed(bus);
  end else begin : gen_dense
    assign act = act_i;
    logic unused;
    assign unused = ^{left_i, use_bus_i, bus_i};
  end

  assign product = act * weight_q;

  always_ff @(posedge clk_i) begin
    if (load_i) shadow_q <= weight_i;
    if (swap_i) weight_q <= shadow_q;
    act_q <= act_i;
    sum_q <= sum_i + SumWidth'(product);
  end

  assign act_o = act_q;
  assign sum_o = sum_q;

endmodule
