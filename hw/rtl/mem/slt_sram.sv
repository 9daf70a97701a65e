// SPDX-License-Identifier: Apache-2.0
// Memory with one read port, one write port and byte strobes. Every memory of the accelerator is made of it, so it is what a
// technology mapping replaces.
//   Timing: rd_data_o in cycle t+1 belongs to the address of cycle t and stays until the next read. A read and a write of the
//   same word in the same cycle return the old data.
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

  function automatic logic [8*Bytes-1:0] bit_mask(logic [Bytes-1:0] strb);
    for (int unsigned i = 0; i < Bytes; i++) bit_mask[8*i+:8] = {8{strb[i]}};
  endfunction

  always_ff @(posedge clk_i) begin
    if (rd_en_i) rd_data_o <= words_q[rd_addr_i];
    if (wr_en_i) begin
      words_q[wr_addr_i] <= (words_q[wr_addr_i] & ~bit_mask(wr_strb_i)) | (wr_data_i & bit_mask(wr_strb_i));
    end
  end

endmodule
