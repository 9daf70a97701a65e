// SPDX-License-Identifier: Apache-2.0
// Matrix engine, weight load, array and accumulator with their ports to the rest of the accelerator. The timing rules are
// in slt_matrix, slt_weight_load and slt_accumulator; the path tile_valid -> tile_take between the two engines is inside.
//
// Timing: memories answer in the next cycle. The vector engine may read an entry from the cycle of the mm command's done on.
module slt_compute
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic                            clk_i,
  input  logic                            rst_ni,
  input  logic                            clear_i,
  // Matrix engine
  input  logic                            mm_cmd_valid_i,
  input  cmd_t                            mm_cmd_i,
  output logic                            mm_cmd_ready_o,
  output logic                            mm_done_o,
  output logic                            mm_busy_o,
  output state_t                          mm_state_o,
  output logic                            mm_idle_o,
  // Weight load
  input  logic                            wl_cmd_valid_i,
  input  cmd_t                            wl_cmd_i,
  output logic                            wl_cmd_ready_o,
  output logic                            wl_done_o,
  output logic                            wl_busy_o,
  output state_t                          wl_state_o,
  output logic                            wl_idle_o,
  // Scratchpad, byte 0 of the data is the addressed one
  output logic [2:0]                      spm_rd_en_o,
  output logic [2:0][19:0]                spm_rd_addr_o,
  input  logic [2:0][SPM_WORD-1:0][7:0]   spm_rd_data_i,
  // Weight buffer
  output logic                            wbuf_rd_en_o,
  output logic [19:0]                     wbuf_rd_addr_o,
  input  logic [COLS-1:0][7:0]            wbuf_rd_data_i,
  // Accumulator entries for the vector engine
  input  logic                            acc_rd_en_i,
  input  logic [11:0]                     acc_rd_addr_i,
  output logic [COLS-1:0][31:0]           acc_rd_data_o
);

  // A sum of one K step, or of all of them.
  localparam int unsigned SUM_WIDTH = OUTPUT_STATIONARY ? 32 : 16 + $clog2(ROWS);

  logic                           tile_valid, tile_output, tile_take, swap, w_first, w_row;
  logic                           output_mode, step, first, drain;
  lanes_t                         tile_rows;
  logic [COLS-1:0][7:0]           w_data;
  logic [ROWS-1:0][7:0]           x;
  logic [BUSES-1:0][COLS-1:0][7:0] bus;
  logic                           depthwise;
  logic [BUSES-1:0][ROWS-1:0]     row_bus;
  logic                           acc_valid, acc_overwrite;
  logic [11:0]                    acc_entry;
  logic [COLS-1:0][SUM_WIDTH-1:0] sum;

  slt_weight_feed u_weight_feed (
    .clk_i,
    .rst_ni,
    .clear_i,
    .cmd_valid_i  (wl_cmd_valid_i),
    .cmd_i        (wl_cmd_i),
    .cmd_ready_o  (wl_cmd_ready_o),
    .done_o       (wl_done_o),
    .busy_o       (wl_busy_o),
    .state_o      (wl_state_o),
    .idle_o       (wl_idle_o),
    .rd_en_o      (wbuf_rd_en_o),
    .rd_addr_o    (wbuf_rd_addr_o),
    .rd_data_i    (wbuf_rd_data_i),
    .w_first_o    (w_first),
    .w_row_o      (w_row),
    .w_data_o     (w_data),
    .tile_valid_o (tile_valid),
    .tile_output_o(tile_output),
    .tile_rows_o  (tile_rows),
    .tile_take_i  (tile_take)
  );

  slt_matrix u_matrix (
    .clk_i,
    .rst_ni,
    .clear_i,
    .cmd_valid_i    (mm_cmd_valid_i),
    .cmd_i          (mm_cmd_i),
    .cmd_ready_o    (mm_cmd_ready_o),
    .done_o         (mm_done_o),
    .busy_o         (mm_busy_o),
    .state_o        (mm_state_o),
    .idle_o         (mm_idle_o),
    .tile_valid_i   (tile_valid),
    .tile_output_i  (tile_output),
    .tile_rows_i    (tile_rows),
    .tile_take_o    (tile_take),
    .rd_en_o        (spm_rd_en_o),
    .rd_addr_o      (spm_rd_addr_o),
    .rd_data_i      (spm_rd_data_i),
    .x_o            (x),
    .bus_o          (bus),
    .depthwise_o    (depthwise),
    .row_bus_o      (row_bus),
    .swap_o         (swap),
    .output_o       (output_mode),
    .step_o         (step),
    .group_start_o  (first),
    .drain_o        (drain),
    .acc_valid_o    (acc_valid),
    .acc_entry_o    (acc_entry),
    .acc_overwrite_o(acc_overwrite)
  );

  if (OUTPUT_STATIONARY) begin : gen_output
    slt_os_array u_os_array (
      .clk_i,
      .rst_ni,
      .clear_i,
      .output_i   (output_mode),
      .x_i        (x),
      .step_i     (step),
      .first_i    (first),
      .drain_i    (drain),
      .bus_i      (bus),
      .depthwise_i(depthwise),
      .row_bus_i  (row_bus),
      .swap_i     (swap),
      .w_first_i  (w_first),
      .w_row_i    (w_row),
      .w_data_i   (w_data),
      .sum_o      (sum)
    );
  end else begin : gen_weight
    slt_array #(
      .SumWidth(SUM_WIDTH)
    ) u_array (
      .clk_i,
      .rst_ni,
      .clear_i,
      .x_i        (x),
      .bus_i      (bus),
      .depthwise_i(depthwise),
      .row_bus_i  (row_bus),
      .swap_i     (swap),
      .w_first_i  (w_first),
      .w_data_i   (w_data),
      .sum_o      (sum)
    );
    logic unused;
    assign unused = ^{output_mode, step, first, drain, w_row};
  end

  slt_accumulator #(
    .SumWidth(SUM_WIDTH)
  ) u_accumulator (
    .clk_i,
    .rst_ni,
    .clear_i,
    .valid_i    (acc_valid),
    .entry_i    (acc_entry),
    .overwrite_i(acc_overwrite),
    .sum_i      (sum),
    .rd_en_i    (acc_rd_en_i),
    .rd_addr_i  (acc_rd_addr_i),
    .rd_data_o  (acc_rd_data_o)
  );

endmodule
