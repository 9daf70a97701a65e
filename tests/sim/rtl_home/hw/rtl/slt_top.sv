// SPDX-License-Identifier: Apache-2.0
// Same ports as the accelerator, almost no function: a job reads one burst of four beats at the stream address, writes their sum to
// 4 KiB behind it and raises the interrupt. Writing register 0x0FC fails an assertion; register 0x0F8 never answers.
module slt_top
  import slt_isa_pkg::*;
  import slt_params_pkg::*;
(
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   apb_psel_i,
  input  logic                   apb_penable_i,
  input  logic                   apb_pwrite_i,
  input  logic [11:0]            apb_paddr_i,
  input  logic [31:0]            apb_pwdata_i,
  output logic [31:0]            apb_prdata_o,
  output logic                   apb_pready_o,
  output logic                   apb_pslverr_o,
  output logic                   axi_arvalid_o,
  input  logic                   axi_arready_i,
  output logic [0:0]             axi_arid_o,
  output logic [31:0]            axi_araddr_o,
  output logic [7:0]             axi_arlen_o,
  output logic [2:0]             axi_arsize_o,
  output logic [1:0]             axi_arburst_o,
  input  logic                   axi_rvalid_i,
  output logic                   axi_rready_o,
  input  logic [0:0]             axi_rid_i,
  input  logic [BUS_BYTES*8-1:0] axi_rdata_i,
  input  logic [1:0]             axi_rresp_i,
  input  logic                   axi_rlast_i,
  output logic                   axi_awvalid_o,
  input  logic                   axi_awready_i,
  output logic [0:0]             axi_awid_o,
  output logic [31:0]            axi_awaddr_o,
  output logic [7:0]             axi_awlen_o,
  output logic [2:0]             axi_awsize_o,
  output logic [1:0]             axi_awburst_o,
  output logic                   axi_wvalid_o,
  input  logic                   axi_wready_i,
  output logic [BUS_BYTES*8-1:0] axi_wdata_o,
  output logic [BUS_BYTES-1:0]   axi_wstrb_o,
  output logic                   axi_wlast_o,
  input  logic                   axi_bvalid_i,
  output logic                   axi_bready_o,
  input  logic [0:0]             axi_bid_i,
  input  logic [1:0]             axi_bresp_i,
  output logic                   irq_o,
  output probe_t                 probe_o
);
  typedef enum logic [2:0] {IDLE, READ_ADDRESS, READ_DATA, WRITE_ADDRESS, WRITE_DATA, RESPONSE} phase_e;
  phase_e      phase_q;
  logic [31:0] address_q;
  logic [31:0] sum_q;
  logic        irq_q;
  logic        moved_q;
  logic        access;
  logic        start;

  assign access = apb_psel_i && apb_penable_i;
  assign start  = access && apb_pwrite_i && apb_paddr_i == REG_DOORBELL;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      phase_q   <= IDLE;
      address_q <= '0;
      sum_q     <= '0;
      irq_q     <= 1'b0;
      moved_q   <= 1'b0;
    end else begin
      moved_q <= axi_rvalid_i;
      if (access && apb_pwrite_i && apb_paddr_i == REG_STREAM_ADDR) address_q <= apb_pwdata_i;
      if (access && apb_pwrite_i && apb_paddr_i == REG_IRQ_STATUS) irq_q <= 1'b0;
      case (phase_q)
        IDLE:          if (start) phase_q <= READ_ADDRESS;
        READ_ADDRESS:  if (axi_arready_i) phase_q <= READ_DATA;
        READ_DATA: begin
          if (axi_rvalid_i) sum_q <= sum_q + axi_rdata_i[31:0];
          if (axi_rvalid_i && axi_rlast_i) phase_q <= WRITE_ADDRESS;
        end
        WRITE_ADDRESS: if (axi_awready_i) phase_q <= WRITE_DATA;
        WRITE_DATA:    if (axi_wready_i) phase_q <= RESPONSE;
        default: begin
          if (axi_bvalid_i) begin
            phase_q <= IDLE;
            irq_q   <= 1'b1;
          end
        end
      endcase
    end
  end

  assign apb_prdata_o  = apb_paddr_i == REG_ID ? REG_ID_RESET : apb_paddr_i == REG_CONFIG_ID ? 32'(CONFIG_ID) : '0;
  assign apb_pready_o  = apb_paddr_i != 12'h0F8;
  assign apb_pslverr_o = 1'b0;
  assign axi_arvalid_o = phase_q == READ_ADDRESS;
  assign axi_arid_o    = 1'b1;
  assign axi_araddr_o  = address_q;
  assign axi_arlen_o   = 8'd3;
  assign axi_arsize_o  = 3'($clog2(BUS_BYTES));
  assign axi_arburst_o = 2'b01;
  assign axi_rready_o  = 1'b1;
  assign axi_awvalid_o = phase_q == WRITE_ADDRESS;
  assign axi_awid_o    = '0;
  assign axi_awaddr_o  = address_q + 32'h1000;
  assign axi_awlen_o   = '0;
  assign axi_awsize_o  = 3'($clog2(BUS_BYTES));
  assign axi_awburst_o = 2'b01;
  assign axi_wvalid_o  = phase_q == WRITE_DATA;
  assign axi_wdata_o   = {{(BUS_BYTES*8-32){1'b0}}, sum_q};
  assign axi_wstrb_o   = BUS_BYTES'(15);
  assign axi_wlast_o   = 1'b1;
  assign axi_bready_o  = 1'b1;
  assign irq_o         = irq_q;

  always_comb begin
    probe_o          = '0;
    probe_o.state_fe = phase_q == IDLE ? ST_IDLE : ST_BUSY;
    probe_o.state_ld = moved_q ? ST_BUSY : phase_q == READ_DATA ? ST_WAIT_MEMORY : ST_IDLE;
    probe_o.state_st = phase_q == RESPONSE ? ST_BUSY : ST_IDLE;
    probe_o.pop[0]   = phase_q == READ_ADDRESS;
    probe_o.done[0]  = phase_q == WRITE_ADDRESS;
  end

  NoForbiddenWrite : assert property (@(posedge clk_i) disable iff (!rst_ni) !(access && apb_pwrite_i && apb_paddr_i == 12'h0FC))
    else $error("register 0x0FC was written with %h", apb_pwdata_i);
endmodule
