// SPDX-License-Identifier: Apache-2.0
// Shares the AXI read channel between command fetch (id 0) and load DMA (id 1).
//
//   Timing: a request is granted in the cycle it is made if the address register is free or being taken, fewer than MAX_READS
//   bursts are granted and not completely received, and, for the load, the fetch does not request. Granted in t, the address
//   is on the bus from t+1. A burst whose last beat arrives in cycle t frees its place from t+1 on. Beats are routed by id in the cycle they
//   arrive and are always accepted.
//   Limits: while clear_i is high nothing is granted; what is outstanding arrives and is for the owners to drop.
`include "slt_assert.svh"

module slt_axi_read_mux
  import slt_params_pkg::*;
  import slt_system_pkg::*;
(
    input  logic clk_i,
    input  logic rst_ni,
    input  logic clear_i,
    // Requests.
    input  logic        fetch_valid_i,
    input  logic [31:0] fetch_addr_i,
    input  logic [3:0]  fetch_len_i,
    output logic        fetch_ready_o,
    input  logic        load_valid_i,
    input  logic [31:0] load_addr_i,
    input  logic [3:0]  load_len_i,
    output logic        load_ready_o,
    // Beats.
    output logic fetch_beat_o,
    output logic load_beat_o,
    // Bus.
    output logic        axi_arid_o,
    output logic [31:0] axi_araddr_o,
    output logic [3:0]  axi_arlen_o,
    output logic        axi_arvalid_o,
    input  logic        axi_arready_i,
    input  logic        axi_rid_i,
    input  logic        axi_rlast_i,
    input  logic        axi_rvalid_i,
    output logic        idle_o  // no burst granted and not completely received
);

  localparam int unsigned COUNT_BITS = $clog2(MAX_READS + 1);
  typedef logic [COUNT_BITS-1:0] count_t;

  count_t      outstanding_q;
  logic        ar_valid_q;
  logic        ar_id_q;
  logic [31:0] ar_addr_q;
  logic [3:0]  ar_len_q;
  logic        open;
  logic        grant;
  logic        received;

  assign open          = (!ar_valid_q || axi_arready_i) && outstanding_q != count_t'(MAX_READS) && !clear_i;
  assign fetch_ready_o = open;
  assign load_ready_o  = open && !fetch_valid_i;
  assign grant         = open && (fetch_valid_i || load_valid_i);
  assign received      = axi_rvalid_i && axi_rlast_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      outstanding_q <= '0;
      ar_valid_q    <= 1'b0;
    end else begin
      outstanding_q <= outstanding_q + count_t'(grant) - count_t'(received);
      if (grant) ar_valid_q <= 1'b1;
      else if (axi_arready_i) ar_valid_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (grant) begin
      ar_id_q   <= !fetch_valid_i;
      ar_addr_q <= fetch_valid_i ? fetch_addr_i : load_addr_i;
      ar_len_q  <= fetch_valid_i ? fetch_len_i : load_len_i;
    end
  end

  assign axi_arvalid_o = ar_valid_q;
  assign axi_arid_o    = ar_id_q;
  assign axi_araddr_o  = ar_addr_q;
  assign axi_arlen_o   = ar_len_q;
  assign fetch_beat_o  = axi_rvalid_i && !axi_rid_i;
  assign load_beat_o   = axi_rvalid_i && axi_rid_i;
  assign idle_o        = outstanding_q == '0;

  `SLT_ASSERT(AddressStable, ar_valid_q && !axi_arready_i |=> ar_valid_q && $stable({ar_id_q, ar_addr_q, ar_len_q}))
  `SLT_ASSERT(BeatWasRequested, axi_rvalid_i |-> outstanding_q != '0)

endmodule
