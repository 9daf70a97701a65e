// SPDX-License-Identifier: Apache-2.0
// Weight load: cuts the weight strings of a wl command into tiles and streams them, one row a cycle, into the shadow registers.
//
// Timing
//   Pop: in cycle p when no command is active or the active one issues its last row in p. First row at p + 1 at the earliest.
//   Rows: one a cycle, without a gap inside a tile. Row 0 of a tile issues in cycle v when the row before has issued and the
//   tile before has been taken: v >= take(previous tile) + 1. Consecutive tiles and commands follow without a bubble.
//   tile_valid_o: from v + 1 until it is taken. The tile may be taken before its last row has issued, because the swap wave
//   follows the rows down the array.
//   Memory: the row issued in v is read in v + READ_DELAY and reaches the array in v + ARRAY_DELAY (w_first_o marks row 0).
//   done_o: DONE_DELAY cycles after the issue of the last row, the cycle after its read.
//   state_o: busy while a row issues, wait_shadow while row 0 waits for the tile before to be taken, idle without a command.
// Limits: opcode wl with dataflow 0 only. No row 0 issues while hold_i is high. Local addresses wrap at 20 bits.
`include "slt_assert.svh"
module slt_weight_load
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 clear_i,
  // Issue port
  input  logic                 cmd_valid_i,
  input  cmd_t                 cmd_i,
  output logic                 cmd_ready_o,
  output logic                 done_o,
  output logic                 busy_o,
  output state_t               state_o,
  output logic                 idle_o,
  input  logic                 hold_i,
  // Weight buffer
  output logic                 rd_en_o,
  output logic [19:0]          rd_addr_o,
  input  logic [COLS-1:0][7:0] rd_data_i,
  // Array
  output logic                 w_first_o,
  output logic [COLS-1:0][7:0] w_data_o,
  // Matrix engine
  output logic                 tile_valid_o,
  output lanes_t               tile_rows_o,
  input  logic                 tile_take_i
);

  localparam int unsigned READ_DELAY = 1;
  localparam int unsigned ARRAY_DELAY = READ_DELAY + 2;
  localparam int unsigned DONE_DELAY = READ_DELAY + 1;

  wl_cmd_t cmd;
  logic    pop;

  // Command
  logic        active_d, active_q;
  logic [11:0] outer_left_q;
  logic [15:0] len_q, string_left_q;
  lanes_t      full_rows_q, row_q;
  logic [6:0]  columns_q;
  logic [19:0] addr_q;

  // Tile in or on its way to the shadow registers
  logic   tile_valid_d, tile_valid_q;
  lanes_t tile_rows_q;

  logic issue, first_row, string_end, tile_end, last_row;

  logic                   rd_en_q;
  logic [19:0]            rd_addr_q;
  logic [ARRAY_DELAY-1:0] first_q;
  logic [DONE_DELAY-1:0]  last_q;
  logic [COLS-1:0][7:0]   data_q;

  assign cmd = wl_cmd_t'(cmd_i);

  assign first_row = row_q == '0;
  assign string_end = string_left_q == 16'd1;
  assign tile_end = string_end || row_q + 7'd1 == full_rows_q;
  assign issue = active_q && !(first_row && (tile_valid_q || hold_i));
  assign last_row = issue && string_end && outer_left_q == 12'd1;

  assign cmd_ready_o = !active_q || last_row;
  assign pop = cmd_valid_i && cmd_ready_o;

  always_comb begin
    active_d = active_q;
    tile_valid_d = tile_valid_q;
    if (last_row) active_d = 1'b0;
    if (pop) active_d = 1'b1;
    if (tile_take_i) tile_valid_d = 1'b0;
    if (issue && first_row) tile_valid_d = 1'b1;
    if (clear_i) begin
      active_d = 1'b0;
      tile_valid_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      tile_valid_q <= 1'b0;
      rd_en_q <= 1'b0;
      first_q <= '0;
      last_q <= '0;
    end else begin
      active_q <= active_d;
      tile_valid_q <= tile_valid_d;
      rd_en_q <= issue && !clear_i;
      first_q <= clear_i ? '0 : {first_q[ARRAY_DELAY-2:0], issue && first_row};
      last_q <= clear_i ? '0 : {last_q[DONE_DELAY-2:0], last_row};
    end
  end

  always_ff @(posedge clk_i) begin
    if (pop) begin
      outer_left_q <= cmd.outer;
      len_q <= cmd.len;
      string_left_q <= cmd.len;
      full_rows_q <= cmd.tile_rows;
      columns_q <= cmd.nt;
      row_q <= '0;
      addr_q <= cmd.addr;
    end else if (issue) begin
      addr_q <= addr_q + 20'(columns_q);
      row_q <= tile_end ? '0 : row_q + 7'd1;
      string_left_q <= string_end ? len_q : string_left_q - 16'd1;
      if (string_end) outer_left_q <= outer_left_q - 12'd1;
    end
    if (issue) rd_addr_q <= addr_q;
    if (issue && first_row) tile_rows_q <= 16'(full_rows_q) < string_left_q ? full_rows_q : lanes_t'(string_left_q);
    data_q <= rd_data_i;
  end

  always_comb begin
    state_o = ST_IDLE;
    if (active_q) state_o = issue ? ST_BUSY : ST_WAIT_SHADOW;
  end

  assign done_o = last_q[DONE_DELAY-1];
  assign busy_o = issue;
  assign idle_o = !active_q && last_q == '0;
  assign rd_en_o = rd_en_q;
  assign rd_addr_o = rd_addr_q;
  assign w_first_o = first_q[ARRAY_DELAY-1];
  assign w_data_o = data_q;
  assign tile_valid_o = tile_valid_q;
  assign tile_rows_o = tile_rows_q;

  logic unused;
  assign unused = ^{cmd.opcode, cmd.wait_mask, cmd.signal_mask, cmd.reserved, cmd.dataflow, cmd.again};

  `SLT_ASSERT(OnlyWeightCommands, pop |-> cmd.opcode == OP_WL && !cmd.dataflow)
  `SLT_ASSERT(TileFitsArray, pop |-> int'(cmd.tile_rows) <= int'(ROWS) && cmd.tile_rows != 0 && cmd.len != 0 && cmd.outer != 0)
  `SLT_ASSERT(TakeOnlyValidTile, tile_take_i |-> tile_valid_q)

endmodule
