// SPDX-License-Identifier: Apache-2.0
// One requantisation table of PARAM_CHANNELS slots. The memory word is the wider of a group of slots, which is written, and LANES
// slots, which are read; the narrower side addresses a part of it.
//   Timing: as slt_sram.
module slt_table_ram
  import slt_params_pkg::*;
  import slt_table_pkg::*;
#(
    parameter  int unsigned SlotBytes = 4,
    localparam int unsigned READ_BYTES = LANES * SlotBytes,
    localparam int unsigned WRITE_BYTES = BUS_BYTES * SlotBytes
) (
    input  logic                     clk_i,
    input  logic                     rd_en_i,
    input  logic [11:0]              rd_word_i,
    output logic [8*READ_BYTES-1:0]  rd_data_o,
    input  logic                     wr_en_i,
    input  group_t                   wr_group_i,
    input  logic [8*WRITE_BYTES-1:0] wr_data_i,
    input  logic [WRITE_BYTES-1:0]   wr_strb_i
);

  localparam int unsigned WORD = READ_BYTES > WRITE_BYTES ? READ_BYTES : WRITE_BYTES;
  localparam int unsigned WORDS = PARAM_CHANNELS * SlotBytes / WORD;
  localparam int unsigned ADDR_BITS = WORDS > 1 ? $clog2(WORDS) : 1;
  localparam int unsigned WORD_BITS = $clog2(WORD);
  localparam int unsigned WORD_GROUPS = WORD / WRITE_BYTES;
  typedef logic [ADDR_BITS-1:0] addr_t;

  // Byte address of a table word; 12 bits of word number times at most 256 bytes.
  logic [19:0]       rd_addr;
  logic [8*WORD-1:0] rd_word;
  logic [WORD-1:0]   wr_strb;

  assign rd_addr = 20'(rd_word_i) << $clog2(READ_BYTES);

  if (READ_BYTES == WORD) begin : gen_whole
    assign rd_data_o = rd_word;
  end else begin : gen_part
    logic [WORD_BITS-1:0] part_q;
    always_ff @(posedge clk_i) begin
      if (rd_en_i) part_q <= rd_addr[WORD_BITS-1:0];
    end
    assign rd_data_o = (8 * READ_BYTES)'(rd_word >> {part_q, 3'b000});
  end

  // Data goes to every group of the word, strobes to one.
  for (genvar g = 0; g < WORD_GROUPS; g++) begin : gen_group
    assign wr_strb[WRITE_BYTES*g+:WRITE_BYTES] = 32'(wr_group_i) % WORD_GROUPS == g ? wr_strb_i : '0;
  end

  slt_sram #(
      .Words(WORDS),
      .Bytes(WORD)
  ) u_sram (
      .clk_i    (clk_i),
      .rd_en_i  (rd_en_i),
      .rd_addr_i(addr_t'(rd_addr >> WORD_BITS)),
      .rd_data_o(rd_word),
      .wr_en_i  (wr_en_i),
      .wr_addr_i(addr_t'(32'(wr_group_i) / WORD_GROUPS)),
      .wr_data_i({WORD_GROUPS{wr_data_i}}),
      .wr_strb_i(wr_strb)
  );

endmodule
