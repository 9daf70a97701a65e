// SPDX-License-Identifier: Apache-2.0
// The local memories, all ports outside.
module slt_memory_tb
  import slt_isa_pkg::*;
  import slt_params_pkg::*;
  import slt_table_pkg::*;
(
    input  logic                                      clk_i,
    input  logic                                      rst_ni,
    input  logic [1:0]                                spm_rd_en_i,
    input  logic [1:0][19:0]                          spm_rd_addr_i,
    input  logic [1:0][$clog2(SPM_WORD)-1:0]          spm_rd_first_i,
    input  logic [1:0][$clog2(SPM_WORD)-1:0]          spm_rd_last_i,
    output logic [1:0][SPM_WORD-1:0][7:0]             spm_rd_data_o,
    input  logic                                      vec_wr_en_i,
    input  logic [19:0]                               vec_wr_addr_i,
    input  logic [LANES-1:0][7:0]                     vec_wr_data_i,
    input  logic [LANES-1:0]                          vec_wr_strb_i,
    input  logic                                      spm_wr_en_i,
    input  logic                                      wbuf_wr_en_i,
    // A beat of a table load: with its form and first group, as the load DMA knows them.
    input  logic                                      table_wr_en_i,
    input  logic                                      table_last_i,
    input  logic [1:0]                                table_scale_i,
    input  logic [1:0]                                table_bias_i,
    input  logic [5:0]                                table_shift_i,
    input  group_t                                    table_group_i,
    input  logic [19:0]                               wr_addr_i,
    input  logic [BUS_BYTES-1:0][7:0]                 wr_data_i,
    input  logic [BUS_BYTES-1:0]                      wr_strb_i,
    input  logic                                      wbuf_rd_en_i,
    input  logic [19:0]                               wbuf_rd_addr_i,
    output logic [COLS-1:0][7:0]                      wbuf_rd_data_o,
    input  logic                                      tab_rd_en_i,
    input  logic [11:0]                               bias_word_i,
    input  logic [11:0]                               scale_word_i,
    output logic [LANES-1:0][31:0]                    bias_o,
    output logic [LANES-1:0][31:0]                    mult_o,
    output logic [LANES-1:0][7:0]                     shift_o
);

  slt_scratchpad #(
      .Readers(2)
  ) u_scratchpad (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .rd_en_i      (spm_rd_en_i),
      .rd_addr_i    (spm_rd_addr_i),
      .rd_first_i   (spm_rd_first_i),
      .rd_last_i    (spm_rd_last_i),
      .rd_data_o    (spm_rd_data_o),
      .vec_wr_en_i  (vec_wr_en_i),
      .vec_wr_addr_i(vec_wr_addr_i),
      .vec_wr_data_i(vec_wr_data_i),
      .vec_wr_strb_i(vec_wr_strb_i),
      .ld_wr_en_i   (spm_wr_en_i),
      .ld_wr_addr_i (wr_addr_i),
      .ld_wr_data_i (wr_data_i),
      .ld_wr_strb_i (wr_strb_i)
  );

  slt_wbuf u_wbuf (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .rd_en_i  (wbuf_rd_en_i),
      .rd_addr_i(wbuf_rd_addr_i),
      .rd_data_o(wbuf_rd_data_o),
      .wr_en_i  (wbuf_wr_en_i),
      .wr_addr_i(wr_addr_i),
      .wr_data_i(wr_data_i),
      .wr_strb_i(wr_strb_i)
  );

  logic [LANES-1:0][30:0] mult;
  for (genvar l = 0; l < LANES; l++) begin : gen_mult
    assign mult_o[l] = {1'b0, mult[l]};
  end

  table_form_t form;
  table_beat_t beat;
  assign form = '{scale_form_e'(table_scale_i), bias_form_e'(table_bias_i), table_shift_i};

  slt_table_walk u_table_walk (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(1'b0),
      .valid_i(table_wr_en_i),
      .last_i (table_last_i),
      .form_i (form),
      .group_i(table_group_i),
      .beat_o (beat)
  );

  slt_table u_table (
      .clk_i        (clk_i),
      .wr_en_i      (table_wr_en_i),
      .wr_beat_i    (beat),
      .wr_data_i    (wr_data_i),
      .rd_en_i      (tab_rd_en_i),
      .bias_word_i  (bias_word_i),
      .scale_word_i (scale_word_i),
      .bias_o       (bias_o),
      .mult_o       (mult),
      .shift_o      (shift_o)
  );

endmodule
