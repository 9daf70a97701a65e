// SPDX-License-Identifier: Apache-2.0
// Checks ld and st commands, walks their rows and cuts them into AXI bursts. Used by both DMA engines.
//
// A row starts its own burst at its address aligned down to the bus width. A burst ends at the end of the row, after MAX_BURST
// beats or at a 4 KiB boundary.
//
//   Timing: a command taken in cycle t is checked in t+1 and, if the walk is free then, offers its first burst in t+2; it
//   waits in the check stage while the walk is busy. Bursts of a command follow each other without gap, across rows too. The
//   last burst of a command accepted in cycle t: the next command leaves the check stage in t+1 and offers its burst in t+2.
//   A fault found in t+1 is reported in t+2, and the command stays where it is.
//   Limits: local ranges are checked against the memory of the space. A table is one row of whole beats for whole groups of slots,
//   each of which exists.
`include "slt_assert.svh"

module slt_dma_walk
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
  import slt_table_pkg::*;
#(
    parameter cause_t WindowCause = ERR_READ_WINDOW,
    parameter bit     Tables = 1'b1  // whether commands to space table may come
) (
    input  logic    clk_i,
    input  logic    rst_ni,
    input  logic    clear_i,
    input  window_t window_a_i,  // a command has to lie in one of the two
    input  window_t window_b_i,
    // Commands.
    input  logic     cmd_valid_i,
    input  dma_cmd_t cmd_i,
    output logic     cmd_ready_o,
    // Bursts.
    output logic     burst_valid_o,
    output burst_t   burst_o,
    input  logic     burst_ready_i,
    output fault_t   fault_o
);

  localparam int unsigned BEAT_BITS = 21 - LANE_BITS;  // beats of a row
  typedef logic [BEAT_BITS-1:0] beats_t;
  localparam int unsigned BANK_SHIFT = $clog2(BANK_BYTES);

  // Local addresses and their limits; (2^13 - 1) * (2^20 - 1) and a few banks are below 2^35.
  typedef logic [35:0] wide_t;

  function automatic wide_t space_bytes(space_e space);
    case (space)
      SPACE_SPM:   return wide_t'(SPM_BYTES);
      SPACE_WBUF:  return wide_t'(WBUF_BYTES);
      SPACE_TABLE: return '1;  // counts slots, not bytes
      default:     return '0;
    endcase
  endfunction

  function automatic logic [1:0] row_mod(logic [1:0] row, logic [1:0] interleave);
    return row & ~(2'b11 << interleave);
  endfunction

  // -------------------------------------------------------------------------------------------------- entry: products
  // Rows rotate through banks in the scratchpad only.
  logic [1:0]  il;
  logic [11:0] first_row;
  logic [12:0] last_row;
  logic [11:0] first_div;
  logic [12:0] last_div;
  logic [11:0] steps;  // from the first row to the last
  assign il        = cmd_i.space == SPACE_SPM ? cmd_i.interleave : 2'd0;
  assign first_row = cmd_i.space == SPACE_SPM ? cmd_i.y0 : 12'd0;
  assign last_row  = 13'(first_row) + 13'(cmd_i.rows) - 13'd1;
  assign first_div = first_row >> il;
  assign last_div  = last_row >> il;
  assign steps     = cmd_i.rows - 12'd1;

  typedef struct packed {
    dma_cmd_t    cmd;
    logic [1:0]  il;
    logic [1:0]  first_mod;
    logic [1:0]  last_mod;
    logic        lap;          // some row lies one lap of the banks before the last one
    logic [35:0] mem_span;     // first byte of the last row, from mem_addr
    logic [31:0] first_offset; // pitches before the first row
    logic [32:0] last_offset;  // pitches before the last row
  } check_t;

  logic   check_valid_q;
  check_t check_q;
  logic   check_leaves;

  assign cmd_ready_o = !check_valid_q || check_leaves;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) check_valid_q <= 1'b0;
    else if (clear_i) check_valid_q <= 1'b0;
    else if (cmd_valid_i && cmd_ready_o) check_valid_q <= 1'b1;
    else if (check_leaves) check_valid_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (cmd_valid_i && cmd_ready_o) begin
      check_q.cmd          <= cmd_i;
      check_q.il           <= il;
      check_q.first_mod    <= row_mod(first_row[1:0], il);
      check_q.last_mod     <= row_mod(last_row[1:0], il);
      check_q.lap          <= last_div > 13'(first_div);
      check_q.mem_span     <= 36'(steps) * 36'(cmd_i.mem_stride);
      check_q.first_offset <= 32'(first_div) * 32'(cmd_i.pitch);
      check_q.last_offset  <= 33'(last_div) * 33'(cmd_i.pitch);
    end
  end

  // ------------------------------------------------------------------------------------------------------------ check
  // The highest local byte belongs to the last row or, if that is not in the last bank of its lap, to the row in the last
  // bank one lap before.
  wide_t       last_row_end;
  wide_t       lap_end;
  logic [1:0]  last_bank;
  logic [39:0] mem_last;
  logic        bad_table;
  logic        bad_local;
  logic        bad_window;

  assign last_row_end = wide_t'(check_q.cmd.local_addr) + (wide_t'(check_q.last_mod) << BANK_SHIFT) +
                        wide_t'(check_q.last_offset) + wide_t'(check_q.cmd.row_bytes);
  assign last_bank    = row_mod(2'b11, check_q.il);
  assign lap_end      = wide_t'(check_q.cmd.local_addr) + (wide_t'(last_bank) << BANK_SHIFT) +
                        wide_t'(check_q.last_offset) - wide_t'(check_q.cmd.pitch) + wide_t'(check_q.cmd.row_bytes);
  assign mem_last     = 40'(check_q.cmd.mem_addr) + 40'(check_q.mem_span) + 40'(check_q.cmd.row_bytes) - 40'd1;

  // Beats that bring something for the slots from local_addr on.
  logic [GROUP_BITS:0] groups_left;
  beats_t              table_room;
  assign groups_left = (GROUP_BITS + 1)'(GROUPS) - (GROUP_BITS + 1)'(check_q.cmd.local_addr[LANE_BITS+:GROUP_BITS]);
  assign table_room  = beats_t'(groups_left) * beats_t'(group_beats(check_q.cmd.form.scale, check_q.cmd.form.bias)) +
                       beats_t'(check_q.cmd.form.scale == SCALE_TENSOR);

  always_comb begin
    bad_table = check_q.cmd.rows != 12'd1 || check_q.cmd.mem_addr[LANE_BITS-1:0] != '0 ||
                check_q.cmd.local_addr[LANE_BITS-1:0] != '0 || check_q.cmd.row_bytes[LANE_BITS-1:0] != '0 ||
                check_q.cmd.local_addr >= 20'(PARAM_CHANNELS) || beats_t'(check_q.cmd.row_bytes >> LANE_BITS) > table_room;
    bad_local  = last_row_end > space_bytes(check_q.cmd.space) ||
                 (check_q.lap && lap_end > space_bytes(check_q.cmd.space)) ||
                 (Tables && check_q.cmd.space == SPACE_TABLE && bad_table);
    bad_window = !in_window(window_a_i, check_q.cmd.mem_addr, mem_last) &&
                 !in_window(window_b_i, check_q.cmd.mem_addr, mem_last);
  end

  logic   bad;
  fault_t fault_d;
  fault_t fault_q;
  assign bad = check_valid_q && (bad_local || bad_window);

  always_comb begin
    fault_d         = '0;
    fault_d.valid   = bad;
    fault_d.cause   = bad_local ? ERR_BAD_LOCAL : WindowCause;
    fault_d.command = 32'(check_q.cmd.index);
    fault_d.address = bad_local ? '0 : check_q.cmd.mem_addr;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fault_q <= '0;
    else if (clear_i) fault_q <= '0;
    else if (bad || fault_q.valid) fault_q <= fault_d;
  end
  assign fault_o = fault_q;

  // ------------------------------------------------------------------------------------------------------------- walk
  logic        walk_valid_q;
  space_e      space_q;
  logic [1:0]  il_q;
  logic [19:0] row_bytes_q;
  logic [23:0] mem_stride_q;
  logic [19:0] pitch_q;
  table_form_t form_q;
  logic [11:0] rows_left_q;   // the current one included
  logic [31:0] row_mem_q;     // of the current row
  logic [19:0] row_local_q;
  logic [1:0]  row_mod_q;
  logic [31:0] addr_q;        // of the next burst, bus aligned
  logic [19:0] local_q;       // of lane 0 at addr_q
  beats_t      beats_left_q;  // in the row
  logic        row_start_q;   // the next burst is the first of its row

  assign check_leaves = check_valid_q && !bad && !walk_valid_q;

  beats_t len;  // beats of the next burst
  beats_t room;  // beats up to the 4 KiB boundary
  logic   ends_row;
  logic   ends_cmd;
  logic   accepted;

  assign room = beats_t'(4096 / BUS_BYTES) - beats_t'(addr_q[11:LANE_BITS]);
  always_comb begin
    len = beats_left_q;
    if (len > beats_t'(MAX_BURST)) len = beats_t'(MAX_BURST);
    if (len > room) len = room;
  end
  assign ends_row = len == beats_left_q;
  assign ends_cmd = ends_row && rows_left_q == 12'd1;
  assign accepted = walk_valid_q && burst_ready_i;

  // The row that starts next: the first one of the command in the check stage, or the one after the current.
  logic [31:0] next_mem;
  logic [19:0] next_local;
  logic [1:0]  next_mod;
  logic [19:0] next_bytes;

  always_comb begin
    if (!walk_valid_q) begin
      next_mem   = check_q.cmd.mem_addr;
      next_mod   = check_q.first_mod;
      next_local = check_q.cmd.local_addr + 20'(check_q.first_offset) + (20'(check_q.first_mod) << BANK_SHIFT);
      next_bytes = check_q.cmd.row_bytes;
    end else begin
      next_mem   = row_mem_q + 32'(mem_stride_q);
      next_mod   = row_mod(row_mod_q + 2'd1, il_q);
      next_local = next_mod == 2'd0 ? row_local_q - (20'(row_mod_q) << BANK_SHIFT) + pitch_q
                                    : row_local_q + (20'd1 << BANK_SHIFT);
      next_bytes = row_bytes_q;
    end
  end

  logic [LANE_BITS-1:0] next_lane;
  assign next_lane = next_mem[LANE_BITS-1:0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) walk_valid_q <= 1'b0;
    else if (clear_i) walk_valid_q <= 1'b0;
    else if (check_leaves) walk_valid_q <= 1'b1;
    else if (accepted && ends_cmd) walk_valid_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (check_leaves) begin
      space_q      <= check_q.cmd.space;
      il_q         <= check_q.il;
      row_bytes_q  <= check_q.cmd.row_bytes;
      mem_stride_q <= check_q.cmd.mem_stride;
      pitch_q      <= check_q.cmd.pitch;
      form_q       <= check_q.cmd.form;
      rows_left_q  <= check_q.cmd.rows;
    end
    if (check_leaves || (accepted && ends_row)) begin
      row_mem_q    <= next_mem;
      row_local_q  <= next_local;
      row_mod_q    <= next_mod;
      addr_q       <= {next_mem[31:LANE_BITS], LANE_BITS'(0)};
      local_q      <= next_local - 20'(next_lane);
      beats_left_q <= beats_t'((21'(next_bytes) + 21'(next_lane) + 21'(BUS_BYTES - 1)) >> LANE_BITS);
      row_start_q  <= 1'b1;
      if (walk_valid_q) rows_left_q <= rows_left_q - 12'd1;
    end else if (accepted) begin
      addr_q       <= addr_q + (32'(len) << LANE_BITS);
      local_q      <= local_q + (20'(len) << LANE_BITS);
      beats_left_q <= beats_left_q - len;
      row_start_q  <= 1'b0;
    end
  end

  assign burst_valid_o = walk_valid_q;
  always_comb begin
    burst_o             = '0;
    burst_o.last_of_cmd = ends_cmd;
    burst_o.addr        = addr_q;
    burst_o.len         = 4'(len - beats_t'(1));
    burst_o.space       = space_q;
    burst_o.local_addr  = local_q;
    burst_o.form        = Tables ? form_q : '0;
    burst_o.first_lane  = row_start_q ? row_mem_q[LANE_BITS-1:0] : '0;
    burst_o.last_lane   = LANE_BITS'(BUS_BYTES - 1);
    if (ends_row) burst_o.last_lane = row_mem_q[LANE_BITS-1:0] + row_bytes_q[LANE_BITS-1:0] - LANE_BITS'(1);
  end

  `SLT_ASSERT(BurstWithinPage, walk_valid_q |-> 13'(addr_q[11:0]) + (13'(len) << LANE_BITS) <= 13'd4096)
  `SLT_ASSERT(BurstStable, walk_valid_q && !burst_ready_i && !clear_i |=> $stable(burst_o))

endmodule
