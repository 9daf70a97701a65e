// SPDX-License-Identifier: Apache-2.0
// Matrix engine: executes mm and its configuration commands. Walks over the input tensor (im2col on the fly, or depthwise
// streams), feeds the array, and addresses the accumulator.
//
// Timing (setup holds one mm command, the loops work on one; N(i) is the mm command number i)
//   Pop: every command is popped in the first cycle p in which it is offered, setup is empty and fewer than MAX_IN_FLIGHT
//   commands are popped and not done; both conditions are registered: a command that follows N(i) is popped at enter(i) + 1
//   at the earliest, the fourth command after a command at its done + 1. Setup is occupied from p + 1 by an mm command, and not
//   at all by a configuration command.
//   Enter: N(i) goes from setup to the loops at enter(i) = max(p + 1, end(i-1), finish(i-1) + 1 if the dataflow changes,
//   finish(d) + 1 if N(i) is depthwise and its taps or buses are not those of N(d)); end(i-1) is the last cycle of the last K step
//   of N(i-1), N(d) the last depthwise command before N(i). After reset or clear_i no command is before, and enter = p + 1.
//   K steps, of one column tile after the other: take(1) >= enter(i), take(s) >= last cycle of K step s-1, each in the first such
//   cycle in which tile_valid_i is high; the K step occupies take(s) + 1 .. take(s) + max(positions, MIN_STEP).
//   positions: dense nrows * ncols; depthwise nrows * ((ncols - 1) * stride_x + taps - overlap), and overlap more where the tile
//   does not share them with the next one. An
//   output-stationary K step occupies ROWS cycles (slt_os_loops).
//   Visit to memory: a position visited in t is read at t + READ_DELAY and is at the array in t + DATA_DELAY (bus j: + j * taps).
//   Finish: finish(i) is DONE_DELAY cycles after the visit in which N(i)'s last partial sum started, which is the last position of
//   its last K step (dense) or the position taps - 1 before that (depthwise). It is the cycle after the last write. Output stationary:
//   DONE_DELAY + 1 cycles after the read of the last pixel in the last K step.
//   done_o: of an mm command max(finish(i), done of the command before + 1), of a configuration command max(p + 1, done of the
//   command before + 1).
//   state_o: busy in a K step; wait_weights with a command in the loops and no tile; drain with a command only in setup that waits
//   for a finish; busy in the other cycles with a command only in setup, and in the cycle after the pop of a
//   configuration command; else idle (results may still be on their way: idle_o is low until the last done).
// Limits: a later mm command must not add to the entry that the mm command before wrote in the cycle directly before (asserted in the
// accumulator). The K steps of commands take tiles in the order of wl, each with at least the rows the K step needs (asserted). With more
// than one bus taps is at most MAX_BUS_TAPS.
`include "slt_assert.svh"
module slt_matrix
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic                                clk_i,
  input  logic                                rst_ni,
  input  logic                                clear_i,
  // Issue port
  input  logic                                cmd_valid_i,
  input  cmd_t                                cmd_i,
  output logic                                cmd_ready_o,
  output logic                                done_o,
  output logic                                busy_o,
  output state_t                              state_o,
  output logic                                idle_o,
  // Weight load
  input  logic                                tile_valid_i,
  input  logic                                tile_output_i,
  input  lanes_t                              tile_rows_i,
  output logic                                tile_take_o,
  // Scratchpad
  output logic [BUSES-1:0]                    rd_en_o,
  output logic [BUSES-1:0][19:0]              rd_addr_o,
  input  logic [BUSES-1:0][SPM_WORD-1:0][7:0] rd_data_i,
  // Array
  output logic [ROWS-1:0][7:0]                x_o,
  output logic [BUSES-1:0][COLS-1:0][7:0]     bus_o,
  output logic                                depthwise_o,
  output logic [BUSES-1:0][ROWS-1:0]          row_bus_o,
  output logic                                swap_o,
  output logic                                output_o,
  output logic                                step_o,
  output logic                                group_start_o,
  output logic                                drain_o,
  // Accumulator, one cycle before the array's sums
  output logic                                acc_valid_o,
  output logic [11:0]                         acc_entry_o,
  output logic                                acc_overwrite_o
);

  // READ_DELAY = 2 is the depth of slt_matrix_address before its read ports.
  localparam int unsigned DATA_DELAY = 4;
  // DONE_DELAY = ROWS + COLS + 4: DATA_DELAY, ROWS + COLS - 1 through the array, 1 for the write.

  logic   pop, is_cfg;
  logic   setup_valid, block_valid, block_take;
  block_t setup_block, block;
  logic   order_full, order_empty, finish;

  assign is_cfg = cmd_i[4:0] != OP_MM;
  assign cmd_ready_o = !setup_valid && !order_full;
  assign pop = cmd_valid_i && cmd_ready_o;

  slt_matrix_setup u_setup (
    .clk_i,
    .rst_ni,
    .clear_i,
    .pop_i        (pop),
    .cmd_i,
    .block_valid_o(setup_valid),
    .block_o      (setup_block),
    .block_take_i (block_take)
  );

  slt_order #(
    .Depth(MAX_IN_FLIGHT)
  ) u_order (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i   (pop),
    .instant_i(is_cfg),
    .finish_i (finish),
    .done_o,
    .full_o   (order_full),
    .empty_o  (order_empty)
  );

  // ---- Mode of the array --------------------------------------------------------------------------------------------------------
  // Dense or depthwise travels with the positions; the dataflow, and taps and buses of depthwise commands, are set for the array as a
  // whole, so commands that need others wait.
  logic       output_q, output_mode;
  logic [2:0] in_flight_q;  // mm commands in the loops or behind
  logic       dataflow_free, taps_free;
  lanes_t     taps;

  assign output_mode = OUTPUT_STATIONARY && (!WEIGHT_STATIONARY || output_q);
  assign dataflow_free = setup_block.output_stationary == output_mode || in_flight_q == '0;
  assign block_valid = setup_valid && dataflow_free && taps_free;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      output_q <= 1'b0;
      in_flight_q <= '0;
    end else begin
      if (block_take) output_q <= setup_block.output_stationary;
      in_flight_q <= clear_i ? '0 : in_flight_q + 3'(block_take) - 3'(finish);
    end
  end

  if (DEPTHWISE) begin : gen_depthwise
    localparam logic [ROWS-1:0] ALL_ROWS = '1;
    logic [BUSES:0][ROWS-1:0]   from;  // rows from j * taps
    logic [BUSES-1:0][ROWS-1:0] bus_q;
    lanes_t                     taps_q;
    logic [1:0]                 buses_q;
    logic [2:0]                 unfinished_q;  // commands up to the last depthwise one
    logic [DATA_DELAY-1:0]      depthwise_q;

    for (genvar j = 0; j <= int'(BUSES); j++) begin : gen_from
      assign from[j] = ALL_ROWS << (9'(setup_block.taps) * 9'(j));
    end
    assign taps_free = !setup_block.depthwise || unfinished_q == '0 ||
                       (setup_block.taps == taps_q && setup_block.buses == buses_q);
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        unfinished_q <= '0;
      end else if (clear_i) begin
        unfinished_q <= '0;
      end else if (block_take && setup_block.depthwise) begin
        unfinished_q <= in_flight_q + 3'd1 - 3'(finish);
      end else if (unfinished_q != '0) begin
        unfinished_q <= unfinished_q - 3'(finish);
      end
    end
    always_ff @(posedge clk_i) begin
      if (block_take && setup_block.depthwise) begin
        taps_q <= setup_block.taps;
        buses_q <= setup_block.buses;
        for (int unsigned j = 0; j < BUSES; j++) begin
          bus_q[j] <= j < 32'(setup_block.buses) ? from[j] & ~from[j+1] : '0;
        end
      end
      depthwise_q <= {depthwise_q[DATA_DELAY-2:0], block.depthwise};
    end
    assign taps = taps_q;
    assign row_bus_o = bus_q;
    assign depthwise_o = depthwise_q[DATA_DELAY-1];
  end else begin : gen_dense
    assign taps = '0;
    assign taps_free = 1'b1;
    assign row_bus_o = '0;
    assign depthwise_o = 1'b0;
  end

  // ---- Loops, addresses, retirement -----------------------------------------------------------------------------------------------
  logic             run, waiting, stream, pad, start, first, tile, overwrite, last;
  logic             late_start_q, late_first_q, late_overwrite_q, late_last_q;
  row_t             iy;
  pos_t             pos;
  lanes_t           lanes;
  logic [BUSES-1:0] bus_on;

  // Of the loops of each dataflow that is built, those that work or, with both, could take the command in setup.
  typedef struct packed {
    logic   stream, start, first, tile, overwrite, last;
    row_t   iy;
    pos_t   pos;
    lanes_t lanes;
    block_t block;
  } loops_t;
  loops_t weight_loops, output_loops, loops;
  logic   weight_block_take, weight_tile_take, weight_run, weight_waiting;
  logic   output_block_take, output_tile_take, output_run, output_waiting;

  if (WEIGHT_STATIONARY) begin : gen_weight_loops
    slt_matrix_loops u_loops (
      .clk_i,
      .rst_ni,
      .clear_i,
      .block_valid_i(block_valid && !setup_block.output_stationary),
      .block_i      (setup_block),
      .block_take_o (weight_block_take),
      .tile_valid_i,
      .tile_rows_i,
      .tile_take_o  (weight_tile_take),
      .run_o        (weight_run),
      .wait_o       (weight_waiting),
      .block_o      (weight_loops.block),
      .stream_o     (weight_loops.stream),
      .pad_o        (pad),
      .iy_o         (weight_loops.iy),
      .pos_o        (weight_loops.pos),
      .lanes_o      (weight_loops.lanes),
      .bus_on_o     (bus_on),
      .start_o      (weight_loops.start),
      .first_o      (weight_loops.first),
      .tile_o       (weight_loops.tile),
      .overwrite_o  (weight_loops.overwrite),
      .last_o       (weight_loops.last)
    );
  end else begin : gen_no_weight_loops
    assign weight_loops = '0;
    assign {weight_block_take, weight_tile_take, weight_run, weight_waiting} = '0;
    assign bus_on = '0;
    assign pad = 1'b0;
  end

  if (OUTPUT_STATIONARY) begin : gen_output_loops
    assign output_loops.tile = 1'b0;
    logic                  os_step, os_group_start, os_drain;
    logic [DATA_DELAY-1:0] step_q, group_start_q, drain_q;
    slt_os_loops u_os_loops (
      .clk_i,
      .rst_ni,
      .clear_i,
      .block_valid_i(block_valid && setup_block.output_stationary),
      .block_i      (setup_block),
      .block_take_o (output_block_take),
      .tile_valid_i,
      .tile_rows_i,
      .tile_take_o  (output_tile_take),
      .run_o        (output_run),
      .wait_o       (output_waiting),
      .block_o      (output_loops.block),
      .stream_o     (output_loops.stream),
      .iy_o         (output_loops.iy),
      .pos_o        (output_loops.pos),
      .lanes_o      (output_loops.lanes),
      .step_o       (os_step),
      .group_start_o(os_group_start),
      .drain_o      (os_drain),
      .start_o      (output_loops.start),
      .first_o      (output_loops.first),
      .overwrite_o  (output_loops.overwrite),
      .last_o       (output_loops.last)
    );
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        step_q <= '0;
        group_start_q <= '0;
        drain_q <= '0;
      end else begin
        step_q <= clear_i ? '0 : {step_q[DATA_DELAY-2:0], os_step};
        group_start_q <= clear_i ? '0 : {group_start_q[DATA_DELAY-2:0], os_group_start};
        drain_q <= clear_i ? '0 : {drain_q[DATA_DELAY-2:0], os_drain};
      end
    end
    assign step_o = step_q[DATA_DELAY-1];
    assign group_start_o = group_start_q[DATA_DELAY-1];
    assign drain_o = drain_q[DATA_DELAY-1];
  end else begin : gen_no_output_loops
    assign output_loops = '0;
    assign {output_block_take, output_tile_take, output_run, output_waiting} = '0;
    assign step_o = 1'b0;
    assign group_start_o = 1'b0;
    assign drain_o = 1'b0;
  end

  assign loops = output_mode ? output_loops : weight_loops;
  assign block_take = weight_block_take || output_block_take;
  assign tile_take_o = weight_tile_take || output_tile_take;
  assign run = weight_run || output_run;
  assign waiting = weight_waiting || output_waiting;
  assign stream = loops.stream;
  assign block = loops.block;
  assign iy = loops.iy;
  assign pos = loops.pos;
  assign lanes = loops.lanes;
  assign output_o = output_mode;

  // Drained sums reach the accumulator a cycle later than partial sums.
  always_comb begin
    start = loops.start;
    first = loops.first;
    tile = loops.tile;
    overwrite = loops.overwrite;
    last = loops.last;
    if (output_mode) begin
      start = late_start_q;
      first = late_first_q;
      overwrite = late_overwrite_q;
      last = late_last_q;
    end
  end

  if (OUTPUT_STATIONARY) begin : gen_late
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) late_start_q <= 1'b0;
      else late_start_q <= output_loops.start && !clear_i;
    end
    always_ff @(posedge clk_i) begin
      late_first_q <= output_loops.first;
      late_overwrite_q <= output_loops.overwrite;
      late_last_q <= output_loops.last;
    end
  end else begin : gen_not_late
    assign late_start_q = 1'b0;
    assign late_first_q = 1'b0;
    assign late_overwrite_q = 1'b0;
    assign late_last_q = 1'b0;
  end

  slt_matrix_address u_address (
    .clk_i,
    .rst_ni,
    .clear_i,
    .taps_i  (taps),
    .stream_i(stream),
    .pad_i   (pad),
    .block_i (block),
    .iy_i    (iy),
    .pos_i   (pos),
    .lanes_i (lanes),
    .bus_on_i(bus_on),
    .rd_en_o,
    .rd_addr_o,
    .rd_data_i,
    .x_o,
    .bus_o
  );

  slt_matrix_retire u_retire (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i     (block_take),
    .acc_i      (setup_block.acc),
    .start_i    (start),
    .first_i    (first),
    .tile_i     (tile),
    .overwrite_i(overwrite),
    .last_i     (last),
    .acc_valid_o,
    .acc_entry_o,
    .acc_overwrite_o,
    .finish_o   (finish)
  );

  // The swap wave runs one cycle ahead of the first vector, whose visit follows the take.
  logic [DATA_DELAY-1:0] swap_q;
  logic                  cfg_popped_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      swap_q <= '0;
      cfg_popped_q <= 1'b0;
    end else begin
      swap_q <= clear_i ? '0 : {swap_q[DATA_DELAY-2:0], tile_take_o};
      cfg_popped_q <= pop && is_cfg && !clear_i;
    end
  end

  assign swap_o = swap_q[DATA_DELAY-1];

  // ---- State ------------------------------------------------------------------------------------------------------------------------
  always_comb begin
    state_o = ST_IDLE;
    if (run) state_o = ST_BUSY;
    else if (waiting) state_o = ST_WAIT_WEIGHTS;
    else if (setup_valid) state_o = block_valid ? ST_BUSY : ST_DRAIN;
    else if (cfg_popped_q) state_o = ST_BUSY;
  end

  assign busy_o = state_o == ST_BUSY;
  assign idle_o = order_empty;

  logic unused;
  assign unused = ^{tile_output_i, output_q};

  `SLT_ASSERT(TileOfTheDataflow, tile_take_o |-> tile_output_i == output_tile_take)

endmodule
