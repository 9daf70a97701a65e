// SPDX-License-Identifier: Apache-2.0
// Load DMA: memory to scratchpad, weight buffer and requantisation tables.
//
//   Timing: a command popped in cycle t requests its first burst in t+2 (slt_dma_walk), if fewer than MAX_READS load bursts
//   are requested and not completely received in that cycle. A beat received in cycle t is written to its local memory in
//   t+1. A transfer finishes with its last beat, slt_dma_order tells when done_o follows: in t+1 if nothing older is open.
//   A configuration command takes effect when it is popped and does not wait for the walk.
//   State: busy in the cycle after a received beat, wait_memory in the other cycles with a command in flight.
//   Limits: beats are always accepted; local writes never stall.
`include "slt_assert.svh"

module slt_load
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
  import slt_table_pkg::*;
(
    input  logic    clk_i,
    input  logic    rst_ni,
    input  logic    clear_i,
    input  window_t window0_i,
    input  window_t window1_i,
    // Issue port.
    input  logic    cmd_valid_i,
    input  cmd_t    cmd_i,
    input  index_t  cmd_index_i,
    output logic    cmd_ready_o,
    output logic    done_o,
    output state_t  state_o,
    output logic    idle_o,
    // Read bursts.
    output logic         req_valid_o,
    output logic [31:0]  req_addr_o,
    output logic [3:0]   req_len_o,
    input  logic         req_ready_i,
    input  logic         beat_valid_i,
    input  logic [BUS_BITS-1:0] beat_data_i,
    input  logic         beat_error_i,
    input  logic         beat_last_i,
    // Local write ports: one address and data, an enable per memory.
    output logic                      spm_wr_en_o,
    output logic                      wbuf_wr_en_o,
    output logic                      table_wr_en_o,
    output table_beat_t               table_beat_o,  // instead of the address
    output logic [19:0]               wr_addr_o,
    output logic [BUS_BYTES-1:0][7:0] wr_data_o,
    output logic [BUS_BYTES-1:0]      wr_strb_o,
    output fault_t fault_o
);

  // ----------------------------------------------------------------------------------------- commands, configuration
  ld_cmd_t     ld;
  ld_cfg_cmd_t ld_cfg;
  logic        is_cfg;
  assign ld     = ld_cmd_t'(cmd_i);
  assign ld_cfg = ld_cfg_cmd_t'(cmd_i);
  assign is_cfg = ld.opcode == OP_LD_CFG;

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
      mem_stride_q <= ld_cfg.mem_stride;
      pitch_q      <= ld_cfg.pitch;
      interleave_q <= ld_cfg.interleave;
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
    walk_cmd.mem_addr   = ld.mem_addr;
    walk_cmd.space      = space_e'(ld.space);
    walk_cmd.local_addr = ld.dst;
    walk_cmd.row_bytes  = ld.row_bytes;
    walk_cmd.rows       = ld.rows;
    walk_cmd.y0         = ld.y0;
    walk_cmd.mem_stride = mem_stride_q;
    walk_cmd.pitch      = pitch_q;
    walk_cmd.interleave = interleave_q;
    walk_cmd.form       = '{scale_form_e'(ld.scale), bias_form_e'(ld.bias), ld.shift};
    walk_cmd.index      = cmd_index_i;
  end

  // ------------------------------------------------------------------------------------------------- bursts to issue
  logic   burst_valid;
  logic   burst_ready;
  burst_t burst;
  fault_t walk_fault;

  slt_dma_walk #(
      .WindowCause(ERR_READ_WINDOW)
  ) u_walk (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .clear_i      (clear_i),
      .window_a_i   (window0_i),
      .window_b_i   (window1_i),
      .cmd_valid_i  (cmd_valid_i && room && !is_cfg),
      .cmd_i        (walk_cmd),
      .cmd_ready_o  (walk_ready),
      .burst_valid_o(burst_valid),
      .burst_o      (burst),
      .burst_ready_i(burst_ready),
      .fault_o      (walk_fault)
  );

  logic   track_full;
  logic   track_empty;
  logic   track_pop;
  burst_t head;

  assign req_valid_o = burst_valid && !track_full;
  assign req_addr_o  = burst.addr;
  assign req_len_o   = burst.len;
  assign burst_ready = !track_full && req_ready_i;

  slt_fifo #(
      .Width($bits(burst_t)),
      .Depth(MAX_READS)
  ) u_track (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(clear_i),
      .push_i (burst_valid && burst_ready),
      .data_i (burst),
      .full_o (track_full),
      .pop_i  (track_pop),
      .data_o (head),
      .empty_o(track_empty)
  );

  // --------------------------------------------------------------------------------------------------- beats to write
  logic [3:0] beat_q;  // in the burst
  logic       beat;

  // While the job is being stopped nothing is tracked any more, and what still arrives is dropped.
  assign beat      = beat_valid_i && !track_empty && !clear_i;
  assign track_pop = !track_empty && !clear_i && beat_valid_i && beat_last_i;
  assign finished  = track_pop && head.last_of_cmd && !beat_error_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beat_q <= '0;
    else if (clear_i) beat_q <= '0;
    else if (beat) beat_q <= beat_last_i ? '0 : beat_q + 4'd1;
  end

  table_beat_t table_beat;
  slt_table_walk u_table_walk (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .clear_i(clear_i),
      .valid_i(beat && head.space == SPACE_TABLE),
      .last_i (beat_last_i && head.last_of_cmd),
      .form_i (head.form),
      .group_i(head.local_addr[LANE_BITS+:GROUP_BITS]),
      .beat_o (table_beat)
  );

  logic                      moved_q;
  logic                      fault_q;
  logic [31:0]               fault_addr_q;
  logic [2:0]                wr_en_q;  // one-hot, bit = space
  logic [19:0]               wr_addr_q;
  logic [BUS_BYTES-1:0][7:0] wr_data_q;
  logic [BUS_BYTES-1:0]      wr_strb_q;
  table_beat_t               table_beat_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      moved_q <= 1'b0;
      fault_q <= 1'b0;
      wr_en_q <= '0;
    end else begin
      moved_q <= beat;
      fault_q <= beat && beat_error_i;
      wr_en_q <= beat && !beat_error_i ? 3'd1 << head.space : '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat) begin
      fault_addr_q <= head.addr + (32'(beat_q) << LANE_BITS);
      wr_addr_q    <= head.local_addr + (20'(beat_q) << LANE_BITS);
      wr_data_q    <= beat_data_i;
      table_beat_q <= table_beat;
      wr_strb_q    <= lane_mask(beat_q == '0 ? head.first_lane : '0, beat_last_i ? head.last_lane : '1);
    end
  end

  assign spm_wr_en_o   = wr_en_q[2'(SPACE_SPM)];
  assign wbuf_wr_en_o  = wr_en_q[2'(SPACE_WBUF)];
  assign table_wr_en_o = wr_en_q[2'(SPACE_TABLE)];
  assign table_beat_o  = table_beat_q;
  assign wr_addr_o     = wr_addr_q;
  assign wr_data_o     = wr_data_q;
  assign wr_strb_o     = wr_strb_q;

  // ------------------------------------------------------------------------------------------------------------ status
  assign state_o = moved_q ? ST_BUSY : !idle ? ST_WAIT_MEMORY : ST_IDLE;
  assign idle_o  = idle;

  always_comb begin
    fault_o = walk_fault;
    if (fault_q) begin
      fault_o.valid   = 1'b1;
      fault_o.cause   = ERR_BUS_READ;
      fault_o.command = 32'(oldest_index);
      fault_o.address = fault_addr_q;
    end
  end

  `SLT_ASSERT(BeatBelongsToBurst, beat_valid_i && !clear_i |-> !track_empty)
  `SLT_ASSERT(LastBeatWhereExpected, beat |-> beat_last_i == (beat_q == head.len))

endmodule
