// SPDX-License-Identifier: Apache-2.0
// Shift registers in front of the rows of the array. Output stationary: a vector is loaded into one row and leaves it byte by
// byte, zeros behind it. Weight stationary: a vector is spread over the rows, byte r of it into row r, r cycles later; the same
// registers are the triangle of delays for that.
//
// Timing: load_i[r] in cycle t puts byte j of x_i on row_o[r] in t + j (byte 0: combinational). Without output_i byte r of x_i in
// cycle t is on row_o[r] in t + r.
// Limits: output_i changes only while no valid byte is inside; without it load_i is 0. No reset: what a row holds counts only
// where a valid wave passes. A row is loaded again after Rows cycles at the earliest.
module slt_os_rows #(
  parameter int unsigned Rows = 16,
  parameter bit          WeightStationary = 1'b1
) (
  input  logic                 clk_i,
  input  logic                 output_i,
  input  logic [Rows-1:0]      load_i,
  input  logic [Rows-1:0][7:0] x_i,
  output logic [Rows-1:0][7:0] row_o
);

  logic spread;
  assign spread = WeightStationary && !output_i;

  for (genvar r = 0; r < int'(Rows); r++) begin : gen_row
    logic [Rows-2:0][7:0] byte_d, byte_q;
    for (genvar j = 0; j < int'(Rows) - 1; j++) begin : gen_byte
      logic take;
      if (j == r - 1) begin : gen_enter
        assign take = load_i[r] || spread;
      end else begin : gen_load
        assign take = load_i[r];
      end
      if (j == int'(Rows) - 2) begin : gen_last
        assign byte_d[j] = take ? x_i[j+1] : '0;
      end else begin : gen_inner
        assign byte_d[j] = take ? x_i[j+1] : byte_q[j+1];
      end
    end
    always_ff @(posedge clk_i) byte_q <= byte_d;
    if (r == 0) begin : gen_first
      assign row_o[r] = load_i[r] || spread ? x_i[0] : byte_q[0];
    end else begin : gen_delayed
      assign row_o[r] = load_i[r] ? x_i[0] : byte_q[0];
    end
  end

endmodule
