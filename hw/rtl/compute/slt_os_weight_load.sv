// SPDX-License-Identifier: Apache-2.0
// Weight load for an output-stationary array: offers the tiles of a wl command one after the other and streams the rows of each when
// it has been taken; all of them `again` times more.
//
// Timing
//   Pop: in cycle p when no command is active. Active from p + 1 to the take of its last tile.
//   tile_valid_o: while active.
//   Rows: row j of a tile taken in t issues in t + 2 + j. A tile is taken at least as many cycles after another as that has rows.
//   Memory: the row issued in v is read in v + READ_DELAY and reaches the array in v + ARRAY_DELAY (w_row_o, every row).
//   done_o: DONE_DELAY cycles after the issue of the last row, the cycle after its read.
//   state_o: busy while a row issues, else wait_shadow from p + 1 to the issue of the last row, else idle.
//   rows_o: a tile has been taken and not all its rows have issued before this cycle.
// Limits: opcode wl with dataflow 1 only. Local addresses wrap at 20 bits.
`include "slt_assert.svh"
module slt_os_weight_load
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  // Issue port
  input  logic        cmd_valid_i,
  input  cmd_t        cmd_i,
  output logic        cmd_ready_o,
  output logic        done_o,
  output state_t      state_o,
  output logic        idle_o,
  output logic        rows_o,
  // Weight buffer
  output logic        rd_en_o,
  output logic [19:0] rd_addr_o,
  // Array
  output logic        w_row_o,
  // Matrix engine
  output logic        tile_valid_o,
  output lanes_t      tile_rows_o,
  input  logic        tile_take_i
);

  localparam int unsigned READ_DELAY = 1;
  localparam int unsigned ARRAY_DELAY = READ_DELAY + 2;
  localparam int unsigned DONE_DELAY = READ_DELAY + 1;

  wl_cmd_t cmd;
  logic    pop;

  // Command, and the tile on offer
  logic        active_d, active_q;
  logic [19:0] addr_q;
  logic [11:0] outer_q, outer_left_q, again_left_q;
  logic [15:0] len_q, string_left_q;
  lanes_t      full_rows_q;
  logic [6:0]  columns_q;
  logic        sequence_start_q;  // the tile is the first one

  logic   string_end, sequence_end, last_tile;
  lanes_t tile_rows;

  // Tile taken in the cycle before. Its command still holds address and columns.
  logic   start_q, start_at_addr_q, start_last_q;
  lanes_t start_rows_q;

  // Rows that issue
  logic        issue, last_row;
  lanes_t      rows_left_q;
  logic        last_tile_q;
  logic [19:0] row_addr_q;
  logic [6:0]  row_columns_q;

  logic                   rd_en_q;
  logic [19:0]            rd_addr_q;
  logic [ARRAY_DELAY-1:0] row_q;
  logic [DONE_DELAY-1:0]  last_q;

  assign cmd = wl_cmd_t'(cmd_i);
  assign cmd_ready_o = !active_q;
  assign pop = cmd_valid_i && cmd_ready_o;

  assign string_end = string_left_q <= 16'(full_rows_q);
  assign sequence_end = string_end && outer_left_q == 12'd1;
  assign last_tile = sequence_end && again_left_q == '0;
  assign tile_rows = string_end ? lanes_t'(string_left_q) : full_rows_q;

  assign issue = rows_left_q != '0;
  assign last_row = issue && rows_left_q == 7'd1 && last_tile_q;

  always_comb begin
    active_d = active_q;
    if (tile_take_i && last_tile) active_d = 1'b0;
    if (pop) active_d = 1'b1;
    if (clear_i) active_d = 1'b0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      start_q <= 1'b0;
      rows_left_q <= '0;
      rd_en_q <= 1'b0;
      row_q <= '0;
      last_q <= '0;
    end else begin
      active_q <= active_d;
      start_q <= tile_take_i && !clear_i;
      if (clear_i) rows_left_q <= '0;
      else if (start_q) rows_left_q <= start_rows_q;
      else if (issue) rows_left_q <= rows_left_q - 7'd1;
      rd_en_q <= issue && !clear_i;
      row_q <= clear_i ? '0 : {row_q[ARRAY_DELAY-2:0], issue};
      last_q <= clear_i ? '0 : {last_q[DONE_DELAY-2:0], last_row};
    end
  end

  always_ff @(posedge clk_i) begin
    if (pop) begin
      addr_q <= cmd.addr;
      outer_q <= cmd.outer;
      outer_left_q <= cmd.outer;
      again_left_q <= cmd.again;
      len_q <= cmd.len;
      string_left_q <= cmd.len;
      full_rows_q <= cmd.tile_rows;
      columns_q <= cmd.nt;
      sequence_start_q <= 1'b1;
    end else if (tile_take_i) begin
      string_left_q <= string_end ? len_q : string_left_q - 16'(full_rows_q);
      if (string_end) outer_left_q <= sequence_end ? outer_q : outer_left_q - 12'd1;
      if (sequence_end) again_left_q <= again_left_q - 12'd1;
      sequence_start_q <= sequence_end;
    end
    if (tile_take_i) begin
      start_rows_q <= tile_rows;
      start_at_addr_q <= sequence_start_q;
      start_last_q <= last_tile;
    end
    if (start_q) begin
      last_tile_q <= start_last_q;
      row_columns_q <= columns_q;
    end
    if (start_q && start_at_addr_q) row_addr_q <= addr_q;
    else if (issue) row_addr_q <= row_addr_q + 20'(row_columns_q);
    if (issue) rd_addr_q <= row_addr_q;
  end

  always_comb begin
    state_o = ST_IDLE;
    if (issue) state_o = ST_BUSY;
    else if (active_q || start_q) state_o = ST_WAIT_SHADOW;
  end

  assign done_o = last_q[DONE_DELAY-1];
  assign rows_o = start_q || issue;
  assign idle_o = !active_q && !rows_o && last_q == '0;
  assign rd_en_o = rd_en_q;
  assign rd_addr_o = rd_addr_q;
  assign w_row_o = row_q[ARRAY_DELAY-1];
  assign tile_valid_o = active_q;
  assign tile_rows_o = tile_rows;

  logic unused;
  assign unused = ^{cmd.opcode, cmd.wait_mask, cmd.signal_mask, cmd.reserved, cmd.dataflow};

  `SLT_ASSERT(OnlyOutputWeightCommands, pop |-> cmd.opcode == OP_WL && cmd.dataflow)
  `SLT_ASSERT(TileFitsArray, pop |-> int'(cmd.tile_rows) <= int'(ROWS) && cmd.tile_rows != 0 && cmd.len != 0 && cmd.outer != 0)
  `SLT_ASSERT(TakeOnlyValidTile, tile_take_i |-> active_q)
  `SLT_ASSERT(RowsBeforeOut, start_q |-> rows_left_q <= 7'd1)

endmodule
