// SPDX-License-Identifier: Apache-2.0
// Store DMA: scratchpad to memory.
//
//   Timing: a command popped in cycle t offers its first burst in t+2 (slt_dma_walk). A burst is issued when it is offered,
//   fewer than MAX_WRITES bursts are issued and not acknowledged, and the address register is free or being taken; issued in
//   t, its address is on the bus from t+1. Data: beats are read from the scratchpad in order, one a cycle, from t+1 on and
//   directly after the beats of the burst before, while fewer than DATA_DEPTH beats are read and not taken by the bus; a beat
//   read in cycle u is on the bus from u+2. A transfer finishes with the response of its last burst, slt_dma_order tells when
//   done_o follows: in the next cycle if nothing older is open. A configuration command takes effect when it is popped and
//   does not wait for the walk.
//   State: busy in the cycle after a data beat was taken, wait_memory in the other cycles with a command in flight.
//   Limits: responses are always accepted. clear_i drops commands; bursts whose address was issued are finished with their data.
`include "slt_assert.svh"

module slt_store
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
(
    input  logic    clk_i,
    input  logic    rst_ni,
    input  logic    clear_i,
    input  window_t window1_i,
    // Issue port.
    input  logic    cmd_valid_i,
    input  cmd_t    cmd_i,
    input  index_t  cmd_index_i,
    output logic    cmd_ready_o,
    output logic    done_o,
    output state_t  state_o,
    output logic    idle_o,
    // Scratchpad read port; the used bytes are rd_first_o .. rd_last_o of the span.
    output logic                      rd_en_o,
    output logic [19:0]               rd_addr_o,
    output logic [LANE_BITS-1:0]      rd_first_o,
    output logic [LANE_BITS-1:0]      rd_last_o,
    input  logic [BUS_BYTES-1:0][7:0] rd_data_i,
    // Write channels.
    output logic [31:0]          axi_awaddr_o,
    output logic [3:0]           axi_awlen_o,
    output logic                 axi_awvalid_o,
    input  logic                 axi_awready_i,
    output logic [BUS_BITS-1:0]  axi_wdata_o,
    output logic [BUS_BYTES-1:0] axi_wstrb_o,
    output logic                 axi_wlast_o,
    output logic                 axi_wvalid_o,
    input  logic                 axi_wready_i,
    input  logic                 axi_bvalid_i,
    input  logic                 axi_berror_i,
    output fault_t fault_o,
    output logic   bus_idle_o  // nothing outstanding on the bus
);

  // Beats between scratchpad and bus: three keep one beat a cycle going.
  localparam int unsigned DATA_DEPTH = 4;

  // ----------------------------------------------------------------------------------------- commands, configuration
  st_cmd_t     st;
  st_cfg_cmd_t st_cfg;
  logic        is_cfg;
  assign st     = st_cmd_t'(cmd_i);
  assign st_cfg = st_cfg_cmd_t'(cmd_i);
  assign is_cfg = st.opcode == OP_ST_CFG;

  logic [23:0] mem_stride_q;
  logic [19:0] pitch_q;
  logic [1:0]  interleave_q;
  logic        pop;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mem_stride_q <= '0;
      pitch_q      <= '0;
      interleave_q <= '0;
    end else if (pop && is_cfg) begin
      mem_stride_q <= st_cfg.mem_stride;
      pitch_q      <= st_cfg.pitch;
      interleave_q <= st_cfg.interleave;
    end
  end

  logic   walk_ready;
  logic   room;
  logic   idle;
  logic   finished;  // the oldest transfer
  index_t oldest_index;
  assign cmd_ready_o = room && (is_cfg || walk_ready);
  assign pop         = cmd_valid_i && cmd_ready_o;

  slt_dma_order u_order (
      .clk_i     (clk_i),
      .rst_ni    (rst_ni),
      .clear_i   (clear_i),
      .pop_i     (pop),
      .is_cfg_i  (is_cfg),
      .index_i   (cmd_index_i),
      .room_o    (room),
      .finished_i(finished),
      .index_o   (oldest_index),
      .done_o    (done_o),
      .idle_o    (idle)
  );

  dma_cmd_t walk_cmd;
  always_comb begin
    walk_cmd            = '0;
    walk_cmd.mem_addr   = st.mem_addr;
    walk_cmd.space      = SPACE_SPM;
    walk_cmd.local_addr = st.src;
    walk_cmd.row_bytes  = st.row_bytes;
    walk_cmd.rows       = st.rows;
    walk_cmd.y0         = st.y0;
    walk_cmd.mem_stride = mem_stride_q;
    walk_cmd.pitch      = pitch_q;
    walk_cmd.interleave = interleave_q;
    walk_cmd.index      = cmd_index_i;
  end

  // ------------------------------------------------------------------------------------------------------------ bursts
  localparam window_t CLOSED = '{base: 32'd1, last: 32'd0};

  logic   burst_valid;
  logic   burst_ready;
  logic   issue;
  burst_t burst;
  fault_t walk_fault;

  slt_dma_walk #(
      .WindowCause(ERR_WRITE_WINDOW),
      .Tables     (1'b0)
  ) u_walk (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (clear_i),
      .window_a_i   (window1_i),
      .window_b_i   (CLOSED),
      .cmd_valid_i  (cmd_valid_i && room && !is_cfg),
      .cmd_i        (walk_cmd),
      .cmd_ready_o  (walk_ready),
      .burst_valid_o(burst_valid),
      .burst_o      (burst),
      .burst_ready_i(burst_ready),
      .fault_o      (walk_fault)
  );

  logic        track_full;
  logic        aw_valid_q;
  logic [31:0] aw_addr_q;
  logic [3:0]  aw_len_q;

  assign burst_ready = !track_full && (!aw_valid_q || axi_awready_i) && !clear_i;
  assign issue       = burst_valid && burst_ready;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) aw_valid_q <= 1'b0;
    else if (issue) aw_valid_q <= 1'b1;
    else if (axi_awready_i) aw_valid_q <= 1'b0;
  end
  always_ff @(posedge clk_i) begin
    if (issue) begin
      aw_addr_q <= burst.addr;
      aw_len_q  <= burst.len;
    end
  end

  assign axi_awvalid_o = aw_valid_q;
  assign axi_awaddr_o  = aw_addr_q;
  assign axi_awlen_o   = aw_len_q;

  // -------------------------------------------------------------------------------------------------------------- data
  // Bursts whose beats are not all read yet.
  typedef struct packed {
    logic [19:0]          local_addr;
    logic [3:0]           len;
    logic [LANE_BITS-1:0] first_lane;
    logic [LANE_BITS-1:0] last_lane;
  } data_t;

  data_t data_in;
  data_t data;
  logic  data_empty;
  logic  data_full;
  assign data_in = '{local_addr: burst.local_addr, len: burst.len, first_lane: burst.first_lane, last_lane: burst.last_lane};

  logic [3:0]           beat_q;  // in the burst
  logic                 last_beat;
  logic [2:0]           pending_q;  // beats read and not taken by the bus
  logic                 taken;
  logic                 rd_q;
  logic [BUS_BYTES-1:0] strb_q;
  logic                 last_q;

  assign rd_en_o    = !data_empty && pending_q != 3'(DATA_DEPTH);
  assign last_beat  = beat_q == data.len;
  assign rd_addr_o  = data.local_addr + (20'(beat_q) << LANE_BITS);
  assign rd_first_o = beat_q == '0 ? data.first_lane : '0;
  assign rd_last_o  = last_beat ? data.last_lane : '1;

  slt_fifo #(
      .Width($bits(data_t)),
      .Depth(MAX_WRITES)
  ) u_data (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(1'b0),
      .push_i (issue),
      .data_i (data_in),
      .full_o (data_full),
      .pop_i  (rd_en_o && last_beat),
      .data_o (data),
      .empty_o(data_empty)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q    <= '0;
      pending_q <= '0;
      rd_q      <= 1'b0;
    end else begin
      if (rd_en_o) beat_q <= last_beat ? '0 : beat_q + 4'd1;
      pending_q <= pending_q + 3'(rd_en_o) - 3'(taken);
      rd_q      <= rd_en_o;
    end
  end
  always_ff @(posedge clk_i) begin
    if (rd_en_o) begin
      strb_q <= lane_mask(rd_first_o, rd_last_o);
      last_q <= last_beat;
    end
  end

  logic w_empty;
  logic w_full;
  slt_fifo #(
      .Width(BUS_BITS + BUS_BYTES + 1),
      .Depth(DATA_DEPTH)
  ) u_beats (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(1'b0),
      .push_i (rd_q),
      .data_i ({rd_data_i, strb_q, last_q}),
      .full_o (w_full),
      .pop_i  (taken),
      .data_o ({axi_wdata_o, axi_wstrb_o, axi_wlast_o}),
      .empty_o(w_empty)
  );
  assign axi_wvalid_o = !w_empty;
  assign taken        = axi_wvalid_o && axi_wready_i;

  // --------------------------------------------------------------------------------------------------------- responses
  typedef struct packed {
    logic        last_of_cmd;
    logic [31:0] addr;
  } track_t;

  track_t track_in;
  track_t head;
  logic   track_empty;
  logic   track_pop;
  assign track_in = '{last_of_cmd: burst.last_of_cmd, addr: burst.addr};

  slt_fifo #(
      .Width($bits(track_t)),
      .Depth(MAX_WRITES)
  ) u_track (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(1'b0),
      .push_i (issue),
      .data_i (track_in),
      .full_o (track_full),
      .pop_i  (track_pop),
      .data_o (head),
      .empty_o(track_empty)
  );
  assign track_pop = !track_empty && axi_bvalid_i;
  assign finished  = track_pop && head.last_of_cmd && !axi_berror_i && !clear_i;

  logic        moved_q;
  logic        fault_q;
  logic [31:0] fault_addr_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      moved_q <= 1'b0;
      fault_q <= 1'b0;
    end else begin
      moved_q <= !clear_i && taken;
      fault_q <= !clear_i && track_pop && axi_berror_i;
    end
  end
  always_ff @(posedge clk_i) begin
    if (track_pop) fault_addr_q <= head.addr;
  end

  // ------------------------------------------------------------------------------------------------------------ status
  assign state_o    = moved_q ? ST_BUSY : !idle ? ST_WAIT_MEMORY : ST_IDLE;
  assign idle_o     = idle;
  assign bus_idle_o = track_empty;

  always_comb begin
    fault_o = walk_fault;
    if (fault_q) begin
      fault_o.valid   = 1'b1;
      fault_o.cause   = ERR_BUS_WRITE;
      fault_o.command = 32'(oldest_index);
      fault_o.address = fault_addr_q;
    end
  end

  `SLT_ASSERT(AddressStable, aw_valid_q && !axi_awready_i |=> aw_valid_q && $stable(aw_addr_q) && $stable(aw_len_q))
  `SLT_ASSERT(DataStable, axi_wvalid_o && !axi_wready_i |=> axi_wvalid_o && $stable({axi_wdata_o, axi_wstrb_o, axi_wlast_o}))
  `SLT_ASSERT(ResponseBelongsToBurst, axi_bvalid_i |-> !track_empty)
  `SLT_ASSERT(DataTracked, data_full |-> track_full)
  `SLT_ASSERT(BeatsFit, rd_q |-> !w_full)

endmodule
