// SPDX-License-Identifier: Apache-2.0
// Accumulator: ACC_BANKS banks, each half of ACC_ENTRIES entries of COLS int32. The matrix side adds to (or overwrites) one entry a
// cycle, the vector side reads one entry a cycle of another bank.
//
// Timing: request (valid_i, entry_i, overwrite_i) in cycle t, its sums on sum_i in t + 1; the entry is read in t and written in
// t + 1. Vector read: address in t, rd_data_o in t + 1.
// Range: int32, wraps.
// Limits: the two sides never use the same bank in the same cycle, counting the read and the write of the matrix side. Two
// requests for one entry in successive cycles would lose the first sum, unless the second overwrites. Both are asserted.
`include "slt_assert.svh"
module slt_accumulator
  import slt_params_pkg::*;
  import slt_compute_pkg::*;
#(
  parameter int unsigned SumWidth = 16 + $clog2(ROWS)
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  input  logic                          clear_i,
  input  logic                          valid_i,
  input  logic [11:0]                   entry_i,
  input  logic                          overwrite_i,
  input  logic [COLS-1:0][SumWidth-1:0] sum_i,
  input  logic                          rd_en_i,
  input  logic [11:0]                   rd_addr_i,
  output logic [COLS-1:0][31:0]         rd_data_o
);

  localparam int unsigned ADDR_WIDTH = $clog2(ACC_ENTRIES);
  localparam int unsigned BANK_ENTRIES = 2 * ACC_ENTRIES / ACC_BANKS;
  localparam int unsigned BANK_WIDTH = $clog2(ACC_BANKS);
  localparam int unsigned ROW_WIDTH = $clog2(BANK_ENTRIES);

  `SLT_ASSERT_INIT(EntriesPowerOfTwo, ACC_ENTRIES == (1 << ADDR_WIDTH) && ACC_ENTRIES >= 8 && ACC_ENTRIES <= 2048)

  typedef logic [BANK_WIDTH-1:0] bank_t;

  logic                                 wr_valid_q, wr_overwrite_q;
  logic [11:0]                          wr_entry_q;
  bank_t                                bank, wr_bank, rd_bank, rd_bank_q;
  logic [ACC_BANKS-1:0][COLS-1:0][31:0] data;
  logic [COLS-1:0][31:0]                old, sum;

  assign bank = entry_i[ROW_WIDTH+:BANK_WIDTH];
  assign wr_bank = wr_entry_q[ROW_WIDTH+:BANK_WIDTH];
  assign rd_bank = rd_addr_i[ROW_WIDTH+:BANK_WIDTH];
  assign old = data[wr_bank];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) wr_valid_q <= 1'b0;
    else wr_valid_q <= valid_i && !clear_i;
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      wr_entry_q <= entry_i;
      wr_overwrite_q <= overwrite_i;
    end
    if (rd_en_i) rd_bank_q <= rd_bank;
  end

  for (genvar c = 0; c < int'(COLS); c++) begin : gen_sum
    logic signed [SumWidth-1:0] addend;
    assign addend = $signed(sum_i[c]);
    assign sum[c] = unsigned'(32'(addend)) + (wr_overwrite_q ? 32'd0 : old[c]);
  end

  for (genvar b = 0; b < int'(ACC_BANKS); b++) begin : gen_bank
    logic matrix_read, vector_read;
    assign matrix_read = valid_i && bank == bank_t'(b) && !overwrite_i;
    assign vector_read = rd_en_i && rd_bank == bank_t'(b);
    slt_accumulator_bank #(
      .Entries(BANK_ENTRIES),
      .Columns(COLS)
    ) u_bank (
      .clk_i,
      .rd_en_i  (matrix_read || vector_read),
      .rd_addr_i(matrix_read ? entry_i[ROW_WIDTH-1:0] : rd_addr_i[ROW_WIDTH-1:0]),
      .rd_data_o(data[b]),
      .wr_en_i  (wr_valid_q && wr_bank == bank_t'(b)),
      .wr_addr_i(wr_entry_q[ROW_WIDTH-1:0]),
      .wr_data_i(sum)
    );
  end

  assign rd_data_o = data[rd_bank_q];

  if (ADDR_WIDTH < 11) begin : gen_short
    logic unused;
    assign unused = ^{entry_i[11:ADDR_WIDTH+1], rd_addr_i[11:ADDR_WIDTH+1], wr_entry_q[11:ADDR_WIDTH+1]};
  end

  `SLT_ASSERT(BanksApartOnRead, rd_en_i && valid_i |-> rd_bank != bank)
  `SLT_ASSERT(BanksApartOnWrite, rd_en_i && wr_valid_q |-> rd_bank != wr_bank)
  `SLT_ASSERT(EntryNotOvertaken, valid_i && !overwrite_i && wr_valid_q |-> entry_i[ADDR_WIDTH:0] != wr_entry_q[ADDR_WIDTH:0])

endmodule
