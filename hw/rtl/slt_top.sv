// SPDX-License-Identifier: Apache-2.0
// The accelerator: APB3 slave for registers, AXI4 master for commands and data, level interrupt.
// Connections only; the rules are in the blocks and in hw/MICROARCHITECTURE.md.
//   Limits: read ids are 0 (command fetch) and 1 (load DMA), write id is 0. probe_o is for observation.
`include "slt_assert.svh"

module slt_top
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
  import slt_table_pkg::*;
(
    input  logic                 clk_i,
    input  logic                 rst_ni,
    // APB3 slave.
    input  logic                 apb_psel_i,
    input  logic                 apb_penable_i,
    input  logic                 apb_pwrite_i,
    input  logic [11:0]          apb_paddr_i,
    input  logic [31:0]          apb_pwdata_i,
    output logic [31:0]          apb_prdata_o,
    output logic                 apb_pready_o,
    output logic                 apb_pslverr_o,
    // AXI4 master.
    output logic                 axi_arid_o,
    output logic [31:0]          axi_araddr_o,
    output logic [7:0]           axi_arlen_o,
    output logic [2:0]           axi_arsize_o,
    output logic [1:0]           axi_arburst_o,
    output logic                 axi_arvalid_o,
    input  logic                 axi_arready_i,
    input  logic                 axi_rid_i,
    input  logic [BUS_BITS-1:0]  axi_rdata_i,
    input  logic [1:0]           axi_rresp_i,
    input  logic                 axi_rlast_i,
    input  logic                 axi_rvalid_i,
    output logic                 axi_rready_o,
    output logic                 axi_awid_o,
    output logic [31:0]          axi_awaddr_o,
    output logic [7:0]           axi_awlen_o,
    output logic [2:0]           axi_awsize_o,
    output logic [1:0]           axi_awburst_o,
    output logic                 axi_awvalid_o,
    input  logic                 axi_awready_i,
    output logic [BUS_BITS-1:0]  axi_wdata_o,
    output logic [BUS_BYTES-1:0] axi_wstrb_o,
    output logic                 axi_wlast_o,
    output logic                 axi_wvalid_o,
    input  logic                 axi_wready_i,
    input  logic                 axi_bid_i,
    input  logic [1:0]           axi_bresp_i,
    input  logic                 axi_bvalid_i,
    output logic                 axi_bready_o,
    output logic                 irq_o,
    output probe_t               probe_o
);

  typedef logic [NUM_ENGINES-1:0] engines_t;
  localparam int unsigned SPM_OFFSET_BITS = $clog2(SPM_WORD);
  typedef logic [SPM_OFFSET_BITS-1:0] spm_offset_t;

  localparam logic [1:0] BURST_INCR = 2'b01;

  // ------------------------------------------------------------------------------------------------------ registers, job
  logic        clear;
  logic        start;
  logic        busy;
  logic        job_end;
  logic        job_stop;
  logic        job_reset;
  logic        doorbell;
  logic        soft_reset;
  logic        busy_write;
  fault_t      job_fault;
  fault_t      frontend_fault;
  fault_t      load_fault;
  fault_t      store_fault;
  logic        frontend_done;
  logic        dispatched;
  logic        read_idle;
  logic        write_idle;
  logic [31:0] stream_addr;
  logic [31:0] stream_bytes;
  window_t     window0;
  window_t     window1;
  state_t      state     [NUM_ENGINES];
  state_t      frontend_state;
  engines_t    engine_busy;

  for (genvar e = 0; e < NUM_ENGINES; e++) begin : gen_busy
    assign engine_busy[e] = state[e] == ST_BUSY;
  end

  slt_regs u_regs (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .apb_psel_i    (apb_psel_i),
      .apb_penable_i (apb_penable_i),
      .apb_pwrite_i  (apb_pwrite_i),
      .apb_paddr_i   (apb_paddr_i),
      .apb_pwdata_i  (apb_pwdata_i),
      .apb_prdata_o  (apb_prdata_o),
      .apb_pready_o  (apb_pready_o),
      .apb_pslverr_o (apb_pslverr_o),
      .irq_o         (irq_o),
      .doorbell_o    (doorbell),
      .soft_reset_o  (soft_reset),
      .busy_write_o  (busy_write),
      .busy_i        (busy),
      .end_i         (job_end),
      .stop_i        (job_stop),
      .reset_i       (job_reset),
      .fault_i       (job_fault),
      .stream_addr_o (stream_addr),
      .stream_bytes_o(stream_bytes),
      .window0_o     (window0),
      .window1_o     (window1),
      .dispatched_i  (dispatched),
      .engine_busy_i (engine_busy),
      .read_beat_i   (axi_rvalid_i),
      .write_beat_i  (axi_wvalid_o && axi_wready_i)
  );

  slt_job u_job (
      .clk_i           (clk_i),
      .rst_ni          (rst_ni),
      .doorbell_i      (doorbell),
      .soft_reset_i    (soft_reset),
      .busy_write_i    (busy_write),
      .write_addr_i    (apb_paddr_i),
      .frontend_done_i (frontend_done),
      .frontend_fault_i(frontend_fault),
      .load_fault_i    (load_fault),
      .store_fault_i   (store_fault),
      .bus_idle_i      (read_idle && write_idle),
      .clear_o         (clear),
      .start_o         (start),
      .busy_o          (busy),
      .end_o           (job_end),
      .stop_o          (job_stop),
      .reset_o         (job_reset),
      .fault_o         (job_fault)
  );

  // ----------------------------------------------------------------------------------------------------------- front end
  logic        fetch_req;
  logic [31:0] fetch_addr;
  logic [3:0]  fetch_len;
  logic        fetch_ready;
  logic        fetch_beat;
  engines_t    push;
  engines_t    full;
  engines_t    queue_idle;
  engines_t    engine_idle;
  cmd_t        push_cmd;
  index_t      push_index;

  slt_frontend u_frontend (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .clear_i       (clear),
      .start_i       (start),
      .stream_addr_i (stream_addr),
      .stream_bytes_i(stream_bytes),
      .window0_i     (window0),
      .window1_i     (window1),
      .req_valid_o   (fetch_req),
      .req_addr_o    (fetch_addr),
      .req_len_o     (fetch_len),
      .req_ready_i   (fetch_ready),
      .beat_valid_i  (fetch_beat),
      .beat_data_i   (axi_rdata_i),
      .beat_error_i  (axi_rresp_i[1]),
      .beat_last_i   (axi_rlast_i),
      .push_o        (push),
      .cmd_o         (push_cmd),
      .index_o       (push_index),
      .full_i        (full),
      .engines_idle_i((&queue_idle) && (&engine_idle)),
      .done_o        (frontend_done),
      .dispatched_o  (dispatched),
      .fault_o       (frontend_fault),
      .state_o       (frontend_state)
  );

  // ------------------------------------------------------------------------------------------------------ queues, tokens
  logic [NUM_ENGINES-1:0][NUM_ENGINES-1:0] give;
  logic [NUM_ENGINES-1:0][NUM_ENGINES-1:0] take;
  logic [NUM_ENGINES-1:0][NUM_ENGINES-1:0] avail;
  engines_t cmd_valid;
  engines_t cmd_ready;
  engines_t done;
  engines_t pop;
  cmd_t     cmd         [NUM_ENGINES];
  index_t   cmd_index   [NUM_ENGINES];
  state_t   engine_state[NUM_ENGINES];

  for (genvar e = 0; e < NUM_ENGINES; e++) begin : gen_queue
    slt_queue #(
        .WithIndex(e == 32'(ENGINE_LD) || e == 32'(ENGINE_ST))
    ) u_queue (
        .clk_i         (clk_i),
        .rst_ni        (rst_ni),
        .clear_i       (clear),
        .push_i        (push[e]),
        .cmd_i         (push_cmd),
        .index_i       (push_index),
        .full_o        (full[e]),
        .avail_i       (avail[e]),
        .take_o        (take[e]),
        .give_o        (give[e]),
        .cmd_valid_o   (cmd_valid[e]),
        .cmd_o         (cmd[e]),
        .cmd_index_o   (cmd_index[e]),
        .cmd_ready_i   (cmd_ready[e]),
        .done_i        (done[e]),
        .engine_state_i(engine_state[e]),
        .pop_o         (pop[e]),
        .state_o       (state[e]),
        .idle_o        (queue_idle[e])
    );
  end

  slt_tokens u_tokens (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(clear),
      .give_i (give),
      .take_i (take),
      .avail_o(avail)
  );

  // -------------------------------------------------------------------------------------------------------- load, read bus
  logic                      load_req;
  logic [31:0]               load_addr;
  logic [3:0]                load_len;
  logic                      load_ready;
  logic                      load_beat;
  logic                      ld_spm_en;
  logic                      ld_wbuf_en;
  logic                      ld_table_en;
  table_beat_t               ld_table_beat;
  logic [19:0]               ld_addr;
  logic [BUS_BYTES-1:0][7:0] ld_data;
  logic [BUS_BYTES-1:0]      ld_strb;

  slt_load u_load (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (clear),
      .window0_i    (window0),
      .window1_i    (window1),
      .cmd_valid_i  (cmd_valid[ENGINE_LD]),
      .cmd_i        (cmd[ENGINE_LD]),
      .cmd_index_i  (cmd_index[ENGINE_LD]),
      .cmd_ready_o  (cmd_ready[ENGINE_LD]),
      .done_o       (done[ENGINE_LD]),
      .state_o      (engine_state[ENGINE_LD]),
      .idle_o       (engine_idle[ENGINE_LD]),
      .req_valid_o  (load_req),
      .req_addr_o   (load_addr),
      .req_len_o    (load_len),
      .req_ready_i  (load_ready),
      .beat_valid_i (load_beat),
      .beat_data_i  (axi_rdata_i),
      .beat_error_i (axi_rresp_i[1]),
      .beat_last_i  (axi_rlast_i),
      .spm_wr_en_o  (ld_spm_en),
      .wbuf_wr_en_o (ld_wbuf_en),
      .table_wr_en_o(ld_table_en),
      .table_beat_o (ld_table_beat),
      .wr_addr_o    (ld_addr),
      .wr_data_o    (ld_data),
      .wr_strb_o    (ld_strb),
      .fault_o      (load_fault)
  );

  logic [3:0] ar_len;

  slt_axi_read_mux u_read_mux (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (clear),
      .fetch_valid_i(fetch_req),
      .fetch_addr_i (fetch_addr),
      .fetch_len_i  (fetch_len),
      .fetch_ready_o(fetch_ready),
      .load_valid_i (load_req),
      .load_addr_i  (load_addr),
      .load_len_i   (load_len),
      .load_ready_o (load_ready),
      .fetch_beat_o (fetch_beat),
      .load_beat_o  (load_beat),
      .axi_arid_o   (axi_arid_o),
      .axi_araddr_o (axi_araddr_o),
      .axi_arlen_o  (ar_len),
      .axi_arvalid_o(axi_arvalid_o),
      .axi_arready_i(axi_arready_i),
      .axi_rid_i    (axi_rid_i),
      .axi_rlast_i  (axi_rlast_i),
      .axi_rvalid_i (axi_rvalid_i),
      .idle_o       (read_idle)
  );
  assign axi_arlen_o   = {4'd0, ar_len};
  assign axi_arsize_o  = 3'(LANE_BITS);
  assign axi_arburst_o = BURST_INCR;
  assign axi_rready_o  = 1'b1;

  // ------------------------------------------------------------------------------------------------------- store, write bus
  logic                           st_rd_en;
  logic [19:0]                    st_rd_addr;
  logic [LANE_BITS-1:0]           st_rd_first;
  logic [LANE_BITS-1:0]           st_rd_last;
  logic [SPM_WORD-1:0][7:0]       st_rd_data;
  logic [3:0]                     aw_len;

  slt_store u_store (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (clear),
      .window1_i    (window1),
      .cmd_valid_i  (cmd_valid[ENGINE_ST]),
      .cmd_i        (cmd[ENGINE_ST]),
      .cmd_index_i  (cmd_index[ENGINE_ST]),
      .cmd_ready_o  (cmd_ready[ENGINE_ST]),
      .done_o       (done[ENGINE_ST]),
      .state_o      (engine_state[ENGINE_ST]),
      .idle_o       (engine_idle[ENGINE_ST]),
      .rd_en_o      (st_rd_en),
      .rd_addr_o    (st_rd_addr),
      .rd_first_o   (st_rd_first),
      .rd_last_o    (st_rd_last),
      .rd_data_i    (st_rd_data[BUS_BYTES-1:0]),
      .axi_awaddr_o (axi_awaddr_o),
      .axi_awlen_o  (aw_len),
      .axi_awvalid_o(axi_awvalid_o),
      .axi_awready_i(axi_awready_i),
      .axi_wdata_o  (axi_wdata_o),
      .axi_wstrb_o  (axi_wstrb_o),
      .axi_wlast_o  (axi_wlast_o),
      .axi_wvalid_o (axi_wvalid_o),
      .axi_wready_i (axi_wready_i),
      .axi_bvalid_i (axi_bvalid_i),
      .axi_berror_i (axi_bresp_i[1]),
      .fault_o      (store_fault),
      .bus_idle_o   (write_idle)
  );
  assign axi_awid_o    = 1'b0;
  assign axi_awlen_o   = {4'd0, aw_len};
  assign axi_awsize_o  = 3'(LANE_BITS);
  assign axi_awburst_o = BURST_INCR;
  assign axi_bready_o  = 1'b1;

  // --------------------------------------------------------------------------------------------- matrix, weight load, vector
  logic [2:0]                     mm_rd_en;
  logic [2:0][19:0]               mm_rd_addr;
  logic [2:0][SPM_WORD-1:0][7:0]  mm_rd_data;
  logic                           wb_rd_en;
  logic [19:0]                    wb_rd_addr;
  logic [COLS-1:0][7:0]           wb_rd_data;
  logic                           acc_en;
  logic [11:0]                    acc_addr;
  logic [COLS-1:0][31:0]          acc_data;

  slt_compute u_compute (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .clear_i       (clear),
      .mm_cmd_valid_i(cmd_valid[ENGINE_MM]),
      .mm_cmd_i      (cmd[ENGINE_MM]),
      .mm_cmd_ready_o(cmd_ready[ENGINE_MM]),
      .mm_done_o     (done[ENGINE_MM]),
      .mm_busy_o     (),
      .mm_state_o    (engine_state[ENGINE_MM]),
      .mm_idle_o     (engine_idle[ENGINE_MM]),
      .wl_cmd_valid_i(cmd_valid[ENGINE_WL]),
      .wl_cmd_i      (cmd[ENGINE_WL]),
      .wl_cmd_ready_o(cmd_ready[ENGINE_WL]),
      .wl_done_o     (done[ENGINE_WL]),
      .wl_busy_o     (),
      .wl_state_o    (engine_state[ENGINE_WL]),
      .wl_idle_o     (engine_idle[ENGINE_WL]),
      .spm_rd_en_o   (mm_rd_en),
      .spm_rd_addr_o (mm_rd_addr),
      .spm_rd_data_i (mm_rd_data),
      .wbuf_rd_en_o  (wb_rd_en),
      .wbuf_rd_addr_o(wb_rd_addr),
      .wbuf_rd_data_i(wb_rd_data),
      .acc_rd_en_i   (acc_en),
      .acc_rd_addr_i (acc_addr),
      .acc_rd_data_o (acc_data)
  );

  logic                     vec_rd_en;
  logic [19:0]              vec_rd_addr;
  logic [5:0]               vec_rd_last;
  logic [SPM_WORD-1:0][7:0] vec_rd_data;
  logic                     vec_wr_en;
  logic [19:0]              vec_wr_addr;
  logic [LANES-1:0][7:0]    vec_wr_data;
  logic [LANES-1:0]         vec_wr_strb;
  logic                     tab_en;
  logic [11:0]              tab_bias_word;
  logic [11:0]              tab_scale_word;
  logic [LANES-1:0][31:0]   tab_bias;
  logic [LANES-1:0][30:0]   tab_mult;
  logic [LANES-1:0][7:0]    tab_shift;

  slt_vector u_vector (
      .clk_i           (clk_i),
      .rst_ni          (rst_ni),
      .clear_i         (clear),
      .cmd_valid_i     (cmd_valid[ENGINE_VEC]),
      .cmd_i           (cmd[ENGINE_VEC]),
      .cmd_ready_o     (cmd_ready[ENGINE_VEC]),
      .done_o          (done[ENGINE_VEC]),
      .busy_o          (),
      .state_o         (engine_state[ENGINE_VEC]),
      .idle_o          (engine_idle[ENGINE_VEC]),
      .acc_en_o        (acc_en),
      .acc_addr_o      (acc_addr),
      .acc_data_i      (acc_data),
      .rd_en_o         (vec_rd_en),
      .rd_addr_o       (vec_rd_addr),
      .rd_last_o       (vec_rd_last),
      .rd_data_i       (vec_rd_data),
      .wr_en_o         (vec_wr_en),
      .wr_addr_o       (vec_wr_addr),
      .wr_data_o       (vec_wr_data),
      .wr_strb_o       (vec_wr_strb),
      .tab_en_o        (tab_en),
      .tab_bias_word_o (tab_bias_word),
      .tab_scale_word_o(tab_scale_word),
      .tab_bias_i      (tab_bias),
      .tab_mult_i      (tab_mult),
      .tab_shift_i     (tab_shift)
  );

  // ----------------------------------------------------------------------------------------------------------- memories
  localparam spm_offset_t MM_LAST = spm_offset_t'((ROWS > COLS ? ROWS : COLS) - 1);

  slt_scratchpad #(
      .Readers(5)
  ) u_scratchpad (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .rd_en_i      ({st_rd_en, vec_rd_en, mm_rd_en}),
      .rd_addr_i    ({st_rd_addr, vec_rd_addr, mm_rd_addr}),
      .rd_first_i   ({spm_offset_t'(st_rd_first), {4{spm_offset_t'(0)}}}),
      .rd_last_i    ({spm_offset_t'(st_rd_last), spm_offset_t'(vec_rd_last), {3{MM_LAST}}}),
      .rd_data_o    ({st_rd_data, vec_rd_data, mm_rd_data}),
      .vec_wr_en_i  (vec_wr_en),
      .vec_wr_addr_i(vec_wr_addr),
      .vec_wr_data_i(vec_wr_data),
      .vec_wr_strb_i(vec_wr_strb),
      .ld_wr_en_i   (ld_spm_en),
      .ld_wr_addr_i (ld_addr),
      .ld_wr_data_i (ld_data),
      .ld_wr_strb_i (ld_strb)
  );

  slt_wbuf u_wbuf (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .rd_en_i  (wb_rd_en),
      .rd_addr_i(wb_rd_addr),
      .rd_data_o(wb_rd_data),
      .wr_en_i  (ld_wbuf_en),
      .wr_addr_i(ld_addr),
      .wr_data_i(ld_data),
      .wr_strb_i(ld_strb)
  );

  slt_table u_table (
      .clk_i       (clk_i),
      .wr_en_i     (ld_table_en),
      .wr_beat_i   (ld_table_beat),
      .wr_data_i   (ld_data),
      .rd_en_i     (tab_en),
      .bias_word_i (tab_bias_word),
      .scale_word_i(tab_scale_word),
      .bias_o      (tab_bias),
      .mult_o      (tab_mult),
      .shift_o     (tab_shift)
  );

  // --------------------------------------------------------------------------------------------------------- observation
  always_comb begin
    probe_o           = '0;
    probe_o.state_ld  = state[ENGINE_LD];
    probe_o.state_wl  = state[ENGINE_WL];
    probe_o.state_mm  = state[ENGINE_MM];
    probe_o.state_vec = state[ENGINE_VEC];
    probe_o.state_st  = state[ENGINE_ST];
    probe_o.state_fe  = frontend_state;
    probe_o.pop       = pop;
    probe_o.done      = done;
  end

  `SLT_ASSERT_INIT(BusWidthIsLegal, BUS_BYTES == 4 || BUS_BYTES == 8 || BUS_BYTES == 16)
  `SLT_ASSERT_INIT(BurstsAreLegal, MAX_BURST >= 1 && MAX_BURST <= 16 && MAX_READS >= 1 && MAX_READS <= 8)
  `SLT_ASSERT(WriteIdIsOurs, axi_bvalid_i |-> !axi_bid_i)

endmodule
