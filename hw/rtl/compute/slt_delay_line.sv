// SPDX-License-Identifier: Apache-2.0
// Delay of a run-time number of cycles for a valid bit with a payload.
//
// Timing: {valid_o, data_o} in cycle t is {valid_i, data_i} of cycle t - delay_i. Combinational from delay_i.
// Limits: 1 <= delay_i <= Depth, Depth a power of two. delay_i changes only while no valid item is inside. clear_i drops what
// is inside; only the valid bits are reset.
module slt_delay_line #(
  parameter int unsigned Depth = 8,
  parameter int unsigned Width = 8,
  localparam int unsigned IndexWidth = $clog2(Depth)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic [IndexWidth:0]   delay_i,
  input  logic                  valid_i,
  input  logic [Width-1:0]      data_i,
  output logic                  valid_o,
  output logic [Width-1:0]      data_o
);

  logic [Depth-1:0]      valid_q;
  logic [IndexWidth-1:0] write_q;
  logic [IndexWidth-1:0] read;
  logic [IndexWidth-1:0] age;
  logic [Width-1:0]      data_q [Depth];

  assign read = write_q - delay_i[IndexWidth-1:0];
  assign age = delay_i[IndexWidth-1:0] - 1'b1;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      write_q <= '0;
    end else begin
      valid_q <= clear_i ? '0 : {valid_q[Depth-2:0], valid_i};
      write_q <= write_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) data_q[write_q] <= data_i;
  end

  assign valid_o = valid_q[age];
  assign data_o = data_q[read];

  logic unused;
  assign unused = delay_i[IndexWidth];

endmodule
