// SPDX-License-Identifier: Apache-2.0
// slt_top with a window into the memories that no command can read back.
module slt_system_tb
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
(
    input  logic                 clk_i,
    input  logic                 rst_ni,
    input  logic                 apb_psel_i,
    input  logic                 apb_penable_i,
    input  logic                 apb_pwrite_i,
    input  logic [11:0]          apb_paddr_i,
    input  logic [31:0]          apb_pwdata_i,
    output logic [31:0]          apb_prdata_o,
    output logic                 apb_pready_o,
    output logic                 apb_pslverr_o,
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
    output probe_t               probe_o,
    // Byte at an address of a memory: 0 weight buffer, 1 biases, 2 multipliers, 3 shifts.
    input  logic [1:0]           peek_memory_i,
    input  logic [19:0]          peek_addr_i,
    output logic [7:0]           peek_o
);

  slt_top u_top (.*);

  localparam int unsigned SHIFT_WORD = LANES > BUS_BYTES ? LANES : BUS_BYTES;
  localparam int unsigned BIAS_WORD = 4 * SHIFT_WORD;
  int unsigned addr;
  assign addr = 32'(peek_addr_i);

  always_comb begin
    case (peek_memory_i)
      2'd0: begin
        if ((addr / WBUF_WORD) % 2 == 0) begin
          peek_o = u_top.u_wbuf.gen_half[0].u_sram.words_q[addr/(2*WBUF_WORD)][8*(addr%WBUF_WORD)+:8];
        end else begin
          peek_o = u_top.u_wbuf.gen_half[1].u_sram.words_q[addr/(2*WBUF_WORD)][8*(addr%WBUF_WORD)+:8];
        end
      end
      2'd1:    peek_o = u_top.u_table.u_bias.u_sram.words_q[addr/BIAS_WORD][8*(addr%BIAS_WORD)+:8];
      2'd2:    peek_o = u_top.u_table.u_mult.u_sram.words_q[addr/BIAS_WORD][8*(addr%BIAS_WORD)+:8];
      default: peek_o = u_top.u_table.u_shift.u_sram.words_q[addr/SHIFT_WORD][8*(addr%SHIFT_WORD)+:8];
    endcase
  end

endmodule
