// SPDX-License-Identifier: Apache-2.0
// Weight buffer: two halves (even and odd words of WBUF_WORD bytes), so that COLS bytes are read and BUS_BYTES bytes written
// at any byte address in one cycle. Addresses wrap at WBUF_BYTES.
//   Timing: read data in cycle t+1 belongs to the address of cycle t, byte 0 is the addressed byte; data is 0 in a cycle that
//   follows one without a read. A write in cycle t is seen by reads from t+1 on.
`include "slt_assert.svh"

module slt_wbuf
  import slt_params_pkg::*;
(
    input  logic                      clk_i,
    input  logic                      rst_ni,
    input  logic                      rd_en_i,
    input  logic [19:0]               rd_addr_i,
    output logic [COLS-1:0][7:0]      rd_data_o,
    input  logic                      wr_en_i,
    input  logic [19:0]               wr_addr_i,
    input  logic [BUS_BYTES-1:0][7:0] wr_data_i,
    input  logic [BUS_BYTES-1:0]      wr_strb_i
);

  localparam int unsigned WORD_BITS = $clog2(WBUF_WORD);
  localparam int unsigned ADDR_BITS = $clog2(WBUF_BYTES);
  localparam int unsigned HALF_ROWS = WBUF_BYTES / (2 * WBUF_WORD);
  localparam int unsigned ROW_BITS = HALF_ROWS > 1 ? $clog2(HALF_ROWS) : 1;
  localparam int unsigned INDEX_BITS = ADDR_BITS - WORD_BITS;

  typedef logic [INDEX_BITS-1:0] index_t;
  typedef logic [ROW_BITS-1:0] row_t;
  typedef logic [8*WBUF_WORD-1:0] word_t;
  typedef logic [WBUF_WORD-1:0] strb_t;

  index_t rd_low;
  index_t wr_low;
  assign rd_low = index_t'(rd_addr_i >> WORD_BITS);
  assign wr_low = index_t'(wr_addr_i >> WORD_BITS);

  // Row of a half for a span that starts in word `low`: an odd start takes its even word from the next row.
  function automatic row_t row_of(index_t low, logic odd_half);
    return row_t'((low + index_t'(low[0] && !odd_half)) >> 1);
  endfunction

  word_t                even;
  word_t                odd;
  logic                 en_q;
  logic                 swap_q;  // the span starts in an odd word
  logic [WORD_BITS-1:0] offset_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) en_q <= 1'b0;
    else en_q <= rd_en_i;
  end
  always_ff @(posedge clk_i) begin
    if (rd_en_i) begin
      swap_q   <= rd_low[0];
      offset_q <= rd_addr_i[WORD_BITS-1:0];
    end
  end
  always_comb begin
    rd_data_o = '0;
    if (en_q) rd_data_o = (8 * COLS)'((swap_q ? {even, odd} : {odd, even}) >> {offset_q, 3'b000});
  end

  logic [2*WBUF_WORD-1:0][7:0] span;
  logic [2*WBUF_WORD-1:0]      strb;

  always_comb begin
    span = '0;
    strb = '0;
    if (wr_en_i) begin
      span = (16 * WBUF_WORD)'(wr_data_i) << {wr_addr_i[WORD_BITS-1:0], 3'b000};
      strb = (2 * WBUF_WORD)'(wr_strb_i) << wr_addr_i[WORD_BITS-1:0];
    end
  end

  for (genvar h = 0; h < 2; h++) begin : gen_half
    word_t rd_word;
    word_t wr_word;
    strb_t wr_strb;
    if (h == 0) begin : gen_even
      assign even = rd_word;
    end else begin : gen_odd
      assign odd = rd_word;
    end
    assign wr_word = wr_low[0] == h[0] ? span[WBUF_WORD-1:0] : span[2*WBUF_WORD-1:WBUF_WORD];
    assign wr_strb = wr_low[0] == h[0] ? strb[WBUF_WORD-1:0] : strb[2*WBUF_WORD-1:WBUF_WORD];
    slt_sram #(
        .Words(HALF_ROWS),
        .Bytes(WBUF_WORD)
    ) u_sram (
        .clk_i    (clk_i),
        .rd_en_i  (rd_en_i),
        .rd_addr_i(row_of(rd_low, h[0])),
        .rd_data_o(rd_word),
        .wr_en_i  (wr_strb != '0),
        .wr_addr_i(row_of(wr_low, h[0])),
        .wr_data_i(wr_word),
        .wr_strb_i(wr_strb)
    );
  end

  `SLT_ASSERT_INIT(TwoWordsAtLeast, WBUF_BYTES >= 2 * WBUF_WORD && WBUF_BYTES == 1 << ADDR_BITS)

endmodule
