// SPDX-License-Identifier: Apache-2.0
// Requantisation tables: bias, multiplier and shift per channel slot. The load DMA writes aligned beats, the vector engine
// reads words of LANES slots.
//   Timing: read data in cycle t+1 belongs to the words of cycle t and stays until the next read. A write in cycle t is seen
//   by reads from t+1 on.
module slt_table
  import slt_params_pkg::*;
(
    input  logic                      clk_i,
    // Load DMA; at most one of the enables, addresses are multiples of BUS_BYTES.
    input  logic                      bias_wr_en_i,
    input  logic                      mult_wr_en_i,
    input  logic                      shift_wr_en_i,
    input  logic [19:0]               wr_addr_i,
    input  logic [BUS_BYTES-1:0][7:0] wr_data_i,
    input  logic [BUS_BYTES-1:0]      wr_strb_i,
    // Vector engine.
    input  logic                      rd_en_i,
    input  logic [11:0]               bias_word_i,
    input  logic [11:0]               scale_word_i,
    output logic [LANES-1:0][31:0]    bias_o,
    output logic [LANES-1:0][30:0]    mult_o,
    output logic [LANES-1:0][7:0]     shift_o
);

  logic [LANES-1:0][31:0] mult;  // bit 31 of a multiplier is not used

  slt_table_ram #(
      .SlotBytes(4)
  ) u_bias (
      .clk_i    (clk_i),
      .rd_en_i  (rd_en_i),
      .rd_word_i(bias_word_i),
      .rd_data_o(bias_o),
      .wr_en_i  (bias_wr_en_i),
      .wr_addr_i(wr_addr_i),
      .wr_data_i(wr_data_i),
      .wr_strb_i(wr_strb_i)
  );

  slt_table_ram #(
      .SlotBytes(4)
  ) u_mult (
      .clk_i    (clk_i),
      .rd_en_i  (rd_en_i),
      .rd_word_i(scale_word_i),
      .rd_data_o(mult),
      .wr_en_i  (mult_wr_en_i),
      .wr_addr_i(wr_addr_i),
      .wr_data_i(wr_data_i),
      .wr_strb_i(wr_strb_i)
  );

  slt_table_ram #(
      .SlotBytes(1)
  ) u_shift (
      .clk_i    (clk_i),
      .rd_en_i  (rd_en_i),
      .rd_word_i(scale_word_i),
      .rd_data_o(shift_o),
      .wr_en_i  (shift_wr_en_i),
      .wr_addr_i(wr_addr_i),
      .wr_data_i(wr_data_i),
      .wr_strb_i(wr_strb_i)
  );

  for (genvar l = 0; l < LANES; l++) begin : gen_mult
    assign mult_o[l] = mult[l][30:0];
  end

endmodule
