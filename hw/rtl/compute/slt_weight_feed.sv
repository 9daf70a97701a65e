// SPDX-License-Identifier: Apache-2.0
// Weight load of the dataflows that are built: slt_weight_load, slt_os_weight_load, or both, which then share issue port, weight buffer
// and tile hand-over.
//
// Timing: of a command that of its module. With both, a command is popped when neither module keeps it from being; an
// output-stationary tile is offered when the weight-stationary one before has been taken; a weight-stationary row issues when
// all output-stationary ones before have.
// Limits: as those modules.
`include "slt_assert.svh"
module slt_weight_feed
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
  // Weight buffer
  output logic                 rd_en_o,
  output logic [19:0]          rd_addr_o,
  input  logic [COLS-1:0][7:0] rd_data_i,
  // Array
  output logic                 w_first_o,
  output logic                 w_row_o,
  output logic [COLS-1:0][7:0] w_data_o,
  // Matrix engine
  output logic                 tile_valid_o,
  output logic                 tile_output_o,
  output lanes_t               tile_rows_o,
  input  logic                 tile_take_i
);

  localparam bit BOTH = WEIGHT_STATIONARY && OUTPUT_STATIONARY;

  wl_cmd_t     cmd;
  logic        for_output;
  logic        w_ready, w_done, w_idle, w_rd_en, w_tile_valid;
  logic        o_ready, o_done, o_idle, o_rd_en, o_tile_valid, o_rows;
  state_t      w_state, o_state;
  logic [19:0] w_rd_addr, o_rd_addr;
  lanes_t      w_tile_rows, o_tile_rows;

  assign cmd = wl_cmd_t'(cmd_i);
  assign for_output = OUTPUT_STATIONARY && (!WEIGHT_STATIONARY || cmd.dataflow);

  if (WEIGHT_STATIONARY) begin : gen_weight
    logic unused_busy;
    slt_weight_load u_weight_load (
      .clk_i,
      .rst_ni,
      .clear_i,
      .cmd_valid_i (cmd_valid_i && !for_output && o_ready),
      .cmd_i,
      .cmd_ready_o (w_ready),
      .done_o      (w_done),
      .busy_o      (unused_busy),
      .state_o     (w_state),
      .idle_o      (w_idle),
      .hold_i      (o_rows),
      .rd_en_o     (w_rd_en),
      .rd_addr_o   (w_rd_addr),
      .rd_data_i,
      .w_first_o,
      .w_data_o,
      .tile_valid_o(w_tile_valid),
      .tile_rows_o (w_tile_rows),
      .tile_take_i (tile_take_i && w_tile_valid)
    );
  end else begin : gen_no_weight
    logic [COLS-1:0][7:0] data_q;
    always_ff @(posedge clk_i) data_q <= rd_data_i;
    assign w_data_o = data_q;
    assign w_ready = 1'b1;
    assign w_done = 1'b0;
    assign w_state = ST_IDLE;
    assign w_idle = 1'b1;
    assign w_rd_en = 1'b0;
    assign w_rd_addr = '0;
    assign w_first_o = 1'b0;
    assign w_tile_valid = 1'b0;
    assign w_tile_rows = '0;
  end

  if (OUTPUT_STATIONARY) begin : gen_output
    slt_os_weight_load u_os_weight_load (
      .clk_i,
      .rst_ni,
      .clear_i,
      .cmd_valid_i (cmd_valid_i && for_output && w_ready),
      .cmd_i,
      .cmd_ready_o (o_ready),
      .done_o      (o_done),
      .state_o     (o_state),
      .idle_o      (o_idle),
      .rows_o      (o_rows),
      .rd_en_o     (o_rd_en),
      .rd_addr_o   (o_rd_addr),
      .w_row_o,
      .tile_valid_o(o_tile_valid),
      .tile_rows_o (o_tile_rows),
      .tile_take_i (tile_take_i && !w_tile_valid)
    );
  end else begin : gen_no_output
    assign o_ready = 1'b1;
    assign o_done = 1'b0;
    assign o_state = ST_IDLE;
    assign o_idle = 1'b1;
    assign o_rows = 1'b0;
    assign o_rd_en = 1'b0;
    assign o_rd_addr = '0;
    assign w_row_o = 1'b0;
    assign o_tile_valid = 1'b0;
    assign o_tile_rows = '0;
  end

  always_comb begin
    state_o = ST_IDLE;
    if (w_state == ST_BUSY || o_state == ST_BUSY) state_o = ST_BUSY;
    else if (w_state != ST_IDLE) state_o = w_state;
    else state_o = o_state;
  end

  assign busy_o = state_o == ST_BUSY;
  assign cmd_ready_o = w_ready && o_ready;
  assign done_o = w_done || o_done;
  assign idle_o = w_idle && o_idle;
  assign rd_en_o = w_rd_en || o_rd_en;
  assign rd_addr_o = o_rd_en ? o_rd_addr : w_rd_addr;
  assign tile_valid_o = w_tile_valid || o_tile_valid;
  assign tile_output_o = !w_tile_valid;
  assign tile_rows_o = w_tile_valid ? w_tile_rows : o_tile_rows;

  logic unused;
  assign unused = ^{cmd, o_rows};

  `SLT_ASSERT_INIT(SomeDataflow, WEIGHT_STATIONARY || OUTPUT_STATIONARY)
  `SLT_ASSERT(OneReads, !(BOTH && w_rd_en && o_rd_en))
  `SLT_ASSERT(OneDone, !(w_done && o_done))
  `SLT_ASSERT(DataflowBuilt, cmd_valid_i |-> cmd.dataflow ? OUTPUT_STATIONARY : WEIGHT_STATIONARY)

endmodule
