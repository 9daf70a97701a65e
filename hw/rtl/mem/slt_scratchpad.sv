// SPDX-License-Identifier: Apache-2.0
// Activation scratchpad: SPM_BANKS banks of two sub-banks (even and odd words of SPM_WORD bytes), each with one read and one
// write port, so that a span of up to SPM_WORD bytes at any byte address moves in one cycle. Addresses wrap at SPM_BYTES.
//   Timing: read data in cycle t+1 belongs to the address of cycle t; byte 0 is the addressed byte; data is 0 in a cycle that
//   follows one without a read on the port. A write in cycle t is seen by reads from t+1 on.
//   Limits: two readers, or two writers, never use the same sub-bank in the same cycle; nothing arbitrates. A read uses the
//   words that hold its bytes rd_first_i .. rd_last_i, a write the words that hold its strobed bytes.
`include "slt_assert.svh"

module slt_scratchpad
  import slt_params_pkg::*;
#(
    parameter  int unsigned Readers = 5,
    localparam int unsigned WORD_BITS = $clog2(SPM_WORD)
) (
    input  logic                                  clk_i,
    input  logic                                  rst_ni,
    input  logic [Readers-1:0]                    rd_en_i,
    input  logic [Readers-1:0][19:0]              rd_addr_i,
    input  logic [Readers-1:0][WORD_BITS-1:0]     rd_first_i,
    input  logic [Readers-1:0][WORD_BITS-1:0]     rd_last_i,
    output logic [Readers-1:0][SPM_WORD-1:0][7:0] rd_data_o,
    // Vector engine.
    input  logic                                  vec_wr_en_i,
    input  logic [19:0]                           vec_wr_addr_i,
    input  logic [LANES-1:0][7:0]                 vec_wr_data_i,
    input  logic [LANES-1:0]                      vec_wr_strb_i,
    // Load DMA.
    input  logic                                  ld_wr_en_i,
    input  logic [19:0]                           ld_wr_addr_i,
    input  logic [BUS_BYTES-1:0][7:0]             ld_wr_data_i,
    input  logic [BUS_BYTES-1:0]                  ld_wr_strb_i
);

  localparam int unsigned WRITERS = 2;
  localparam int unsigned ADDR_BITS = $clog2(SPM_BYTES);
  localparam int unsigned BANK_BITS = $clog2(SPM_BANKS);
  localparam int unsigned ROWS_PER_SUB = BANK_BYTES / (2 * SPM_WORD);
  localparam int unsigned ROW_BITS = ROWS_PER_SUB > 1 ? $clog2(ROWS_PER_SUB) : 1;
  localparam int unsigned INDEX_BITS = ADDR_BITS - WORD_BITS;  // of a word

  typedef logic [INDEX_BITS-1:0] index_t;
  typedef logic [BANK_BITS-1:0] bank_t;
  typedef logic [ROW_BITS-1:0] row_t;
  typedef logic [8*SPM_WORD-1:0] word_t;
  typedef logic [BANK_BITS:0] sub_t;

  function automatic bank_t bank_of(index_t index);
    return bank_t'(index >> (INDEX_BITS - BANK_BITS));
  endfunction
  function automatic row_t row_of(index_t index);
    return row_t'((index >> 1) & index_t'(ROWS_PER_SUB - 1));
  endfunction
  function automatic index_t index_of(logic [19:0] addr);
    return index_t'(addr >> WORD_BITS);
  endfunction

  // Sub-bank 2b is the even half of bank b, 2b+1 the odd one.
  function automatic sub_t sub_of(index_t index);
    return {bank_of(index), index[0]};
  endfunction

  // Reads.
  index_t                 rd_low      [Readers];  // first word of the span
  index_t                 rd_high     [Readers];
  logic [Readers-1:0]     rd_use_low;
  logic [Readers-1:0]     rd_use_high;
  logic [2*SPM_BANKS-1:0] rd_en;
  row_t                   rd_row      [2*SPM_BANKS];
  word_t                  rd_word     [2*SPM_BANKS];
  logic                   rd_conflict;

  always_comb begin
    rd_en       = '0;
    rd_conflict = 1'b0;
    for (int unsigned s = 0; s < 2 * SPM_BANKS; s++) rd_row[s] = '0;
    for (int unsigned p = 0; p < Readers; p++) begin
      if (rd_use_low[p]) begin
        rd_conflict = rd_conflict | rd_en[sub_of(rd_low[p])];
        rd_en[sub_of(rd_low[p])]  = 1'b1;
        rd_row[sub_of(rd_low[p])] = row_of(rd_low[p]);
      end
      if (rd_use_high[p]) begin
        rd_conflict = rd_conflict | rd_en[sub_of(rd_high[p])];
        rd_en[sub_of(rd_high[p])]  = 1'b1;
        rd_row[sub_of(rd_high[p])] = row_of(rd_high[p]);
      end
    end
  end

  for (genvar p = 0; p < Readers; p++) begin : gen_reader
    logic [WORD_BITS-1:0] offset;
    logic                 en_q;
    logic [WORD_BITS-1:0] offset_q;
    sub_t                 low_q;
    sub_t                 high_q;

    assign offset         = rd_addr_i[p][WORD_BITS-1:0];
    assign rd_low[p]      = index_of(rd_addr_i[p]);
    assign rd_high[p]     = rd_low[p] + index_t'(1);
    assign rd_use_low[p]  = rd_en_i[p] && 32'(offset) + 32'(rd_first_i[p]) < SPM_WORD;
    assign rd_use_high[p] = rd_en_i[p] && 32'(offset) + 32'(rd_last_i[p]) >= SPM_WORD;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) en_q <= 1'b0;
      else en_q <= rd_en_i[p];
    end
    always_ff @(posedge clk_i) begin
      if (rd_en_i[p]) begin
        offset_q <= offset;
        low_q    <= sub_of(rd_low[p]);
        high_q   <= sub_of(rd_high[p]);
      end
    end
    always_comb begin
      rd_data_o[p] = '0;
      if (en_q) rd_data_o[p] = word_t'({rd_word[high_q], rd_word[low_q]} >> {offset_q, 3'b000});
    end
  end

  // Writes: port 0 vector engine, port 1 load DMA, widened to two words.
  logic [2*SPM_WORD-1:0][7:0] wr_span [WRITERS];
  logic [2*SPM_WORD-1:0]      wr_strb [WRITERS];
  index_t                     wr_low [WRITERS];  // first word of the span
  index_t                     wr_high[WRITERS];

  assign wr_low[0]  = index_of(vec_wr_addr_i);
  assign wr_low[1]  = index_of(ld_wr_addr_i);
  assign wr_high[0] = wr_low[0] + index_t'(1);
  assign wr_high[1] = wr_low[1] + index_t'(1);

  always_comb begin
    wr_span[0] = '0;
    wr_strb[0] = '0;
    if (vec_wr_en_i) begin
      wr_span[0] = (16 * SPM_WORD)'(vec_wr_data_i) << {vec_wr_addr_i[WORD_BITS-1:0], 3'b000};
      wr_strb[0] = (2 * SPM_WORD)'(vec_wr_strb_i) << vec_wr_addr_i[WORD_BITS-1:0];
    end
    wr_span[1] = '0;
    wr_strb[1] = '0;
    if (ld_wr_en_i) begin
      wr_span[1] = (16 * SPM_WORD)'(ld_wr_data_i) << {ld_wr_addr_i[WORD_BITS-1:0], 3'b000};
      wr_strb[1] = (2 * SPM_WORD)'(ld_wr_strb_i) << ld_wr_addr_i[WORD_BITS-1:0];
    end
  end

  logic [2*SPM_BANKS-1:0] wr_en;
  logic [2*SPM_BANKS-1:0] wr_port;    // writer of the sub-bank
  logic [2*SPM_BANKS-1:0] wr_second;  // it takes the second word of the span
  logic                   wr_conflict;

  always_comb begin
    wr_en       = '0;
    wr_port     = '0;
    wr_second   = '0;
    wr_conflict = 1'b0;
    for (int unsigned p = 0; p < WRITERS; p++) begin
      if (wr_strb[p][SPM_WORD-1:0] != '0) begin
        wr_conflict = wr_conflict | wr_en[sub_of(wr_low[p])];
        wr_en[sub_of(wr_low[p])]   = 1'b1;
        wr_port[sub_of(wr_low[p])] = p[0];
      end
      if (wr_strb[p][2*SPM_WORD-1:SPM_WORD] != '0) begin
        wr_conflict = wr_conflict | wr_en[sub_of(wr_high[p])];
        wr_en[sub_of(wr_high[p])]    = 1'b1;
        wr_port[sub_of(wr_high[p])]  = p[0];
        wr_second[sub_of(wr_high[p])] = 1'b1;
      end
    end
  end

  for (genvar s = 0; s < 2 * SPM_BANKS; s++) begin : gen_sub_bank
    slt_sram #(
        .Words(ROWS_PER_SUB),
        .Bytes(SPM_WORD)
    ) u_sram (
        .clk_i    (clk_i),
        .rd_en_i  (rd_en[s]),
        .rd_addr_i(rd_row[s]),
        .rd_data_o(rd_word[s]),
        .wr_en_i  (wr_en[s]),
        .wr_addr_i(row_of(wr_second[s] ? wr_high[wr_port[s]] : wr_low[wr_port[s]])),
        .wr_data_i(wr_second[s] ? wr_span[wr_port[s]][2*SPM_WORD-1:SPM_WORD] : wr_span[wr_port[s]][SPM_WORD-1:0]),
        .wr_strb_i(wr_second[s] ? wr_strb[wr_port[s]][2*SPM_WORD-1:SPM_WORD] : wr_strb[wr_port[s]][SPM_WORD-1:0])
    );
  end

  `SLT_ASSERT_INIT(BankHoldsWholeRows, BANK_BYTES % (2 * SPM_WORD) == 0)
  `SLT_ASSERT_INIT(SizesArePowersOfTwo, SPM_BYTES == 1 << ADDR_BITS && SPM_BANKS == 1 << BANK_BITS)
  `SLT_ASSERT_INIT(SpansFitTwoWords, LANES <= SPM_WORD && BUS_BYTES <= SPM_WORD)
  `SLT_ASSERT(NoReadConflict, !rd_conflict)
  `SLT_ASSERT(NoWriteConflict, !wr_conflict)

endmodule
