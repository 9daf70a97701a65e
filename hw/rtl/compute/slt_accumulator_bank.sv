// SPDX-License-Identifier: Apache-2.0
// Memory of one accumulator bank: one read and one write port.
//
// Timing: address in cycle t, data in t + 1, held until the next read. A read and a write of one entry in the same cycle give the
// old data.
module slt_accumulator_bank #(
  parameter int unsigned Entries = 256,
  parameter int unsigned Columns = 16,
  localparam int unsigned AddrWidth = $clog2(Entries)
) (
  input  logic                     clk_i,
  input  logic                     rd_en_i,
  input  logic [AddrWidth-1:0]     rd_addr_i,
  output logic [Columns-1:0][31:0] rd_data_o,
  input  logic                     wr_en_i,
  input  logic [AddrWidth-1:0]     wr_addr_i,
  input  logic [Columns-1:0][31:0] wr_data_i
);

  logic [Columns-1:0][31:0] mem [Entries];
  logic [Columns-1:0][31:0] data_q;

  always_ff @(posedge clk_i) begin
    if (rd_en_i) data_q <= mem[rd_addr_i];
    if (wr_en_i) mem[wr_addr_i] <= wr_data_i;
  end

  assign rd_data_o = data_q;

endmodule
