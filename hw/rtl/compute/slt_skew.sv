// SPDX-License-Identifier: Apache-2.0
// Triangle of delays: turns a vector of lanes into a wave, or a wave back into a vector.
//
// Timing: lane i appears i cycles later; with Reverse, Lanes-1-i cycles later. The lane of delay 0 is a wire.
// Limits: no reset; what a lane holds counts only where a valid wave passes.
module slt_skew #(
  parameter int unsigned Lanes = 16,
  parameter int unsigned Width = 8,
  parameter bit          Reverse = 1'b0
) (
  input  logic                        clk_i,
  input  logic [Lanes-1:0][Width-1:0] data_i,
  output logic [Lanes-1:0][Width-1:0] data_o
);

  for (genvar i = 0; i < int'(Lanes); i++) begin : gen_lane
    localparam int unsigned DELAY = Reverse ? Lanes - 1 - unsigned'(i) : unsigned'(i);
    if (DELAY == 0) begin : gen_wire
      assign data_o[i] = data_i[i];
    end else if (DELAY == 1) begin : gen_register
      logic [Width-1:0] data_q;
      always_ff @(posedge clk_i) data_q <= data_i[i];
      assign data_o[i] = data_q;
    end else begin : gen_shift
      logic [DELAY*Width-1:0] data_q;
      always_ff @(posedge clk_i) data_q <= {data_q[(DELAY-1)*Width-1:0], data_i[i]};
      assign data_o[i] = data_q[DELAY*Width-1-:Width];
    end
  end

endmodule
