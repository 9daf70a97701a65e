// SPDX-License-Identifier: Apache-2.0
// hw/rtl/mem/slt_sram.sv for FPGAs: the same ports and behaviour, written so that Yosys finds block RAM with byte enables.
module slt_sram #(
    parameter  int unsigned Words = 64,
    parameter  int unsigned Bytes = 4,
    localparam int unsigned ADDR_BITS = Words > 1 ? $clog2(Words) : 1
) (
    input  logic                 clk_i,
    input  logic                 rd_en_i,
    input  logic [ADDR_BITS-1:0] rd_addr_i,
    output logic [8*Bytes-1:0]   rd_data_o,
    input  logic                 wr_en_i,
    input  logic [ADDR_BITS-1:0] wr_addr_i,
    input  logic [8*Bytes-1:0]   wr_data_i,
    input  logic [Bytes-1:0]     wr_strb_i
);

  logic [8*Bytes-1:0] words_q [Words];

  always_ff @(posedge clk_i) begin
    if (rd_en_i) rd_data_o <= words_q[rd_addr_i];
    for (int unsigned i = 0; i < Bytes; i++) begin
      if (wr_en_i && wr_strb_i[i]) words_q[wr_addr_i][8*i+:8] <= wr_data_i[8*i+:8];
    end
  end

endmodule
