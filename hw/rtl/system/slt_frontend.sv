// SPDX-License-Identifier: Apache-2.0
// Command front end: fetches the stream ahead, checks each command and dispatches in order, one a cycle.
//
//   Timing: start_i in cycle t: the stream range is checked in t, a fault is reported in t+1, the first burst is requested in
//   t+1. A burst is requested while the buffer has room for all of it (room is taken when the burst is granted and returned
//   when a command moves to the head); it has MAX_BURST or FETCH_BURST_COMMANDS commands at most and ends at the end of the
//   stream and at 4 KiB boundaries. A command whose last beat arrives in cycle t moves to the head register in t+1, if that is
//   free or being freed, and is dispatched in t+2 or when its queue has room; a fault of the command at the head in cycle t is
//   reported in t+1. END at the head: done_o in the first cycle in which the engines are idle, nothing has to be fetched any
//   more and no fetch burst is outstanding.
//   State: busy in a cycle that dispatches or takes END (and while the range is checked), queue_full, wait_engines (END waits),
//   else wait_memory.
//   Limits: the whole stream lies in one window. A bus error is reported when its command reaches the head.
`include "slt_assert.svh"

module slt_frontend
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
(
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        clear_i,
    input  logic        start_i,  // may come with clear_i
    input  logic [31:0] stream_addr_i,
    input  logic [31:0] stream_bytes_i,
    input  window_t     window0_i,
    input  window_t     window1_i,
    // Fetch.
    output logic                req_valid_o,
    output logic [31:0]         req_addr_o,
    output logic [3:0]          req_len_o,
    input  logic                req_ready_i,
    input  logic                beat_valid_i,
    input  logic [BUS_BITS-1:0] beat_data_i,
    input  logic                beat_error_i,
    input  logic                beat_last_i,
    // Queues.
    output logic [NUM_ENGINES-1:0] push_o,
    output cmd_t                   cmd_o,
    output index_t                 index_o,
    input  logic [NUM_ENGINES-1:0] full_i,
    // Job.
    input  logic   engines_idle_i,
    output logic   done_o,
    output logic   dispatched_o,  // a command left the head, END included
    output fault_t fault_o,
    output state_t state_o
);

  localparam int unsigned BUFFER_BEATS = FETCH_COMMANDS * CMD_BEATS;
  localparam int unsigned WANTED_BEATS = FETCH_BURST_COMMANDS * CMD_BEATS;
  localparam int unsigned BURST_BEATS = WANTED_BEATS < MAX_BURST ? WANTED_BEATS : MAX_BURST;
  localparam int unsigned SLOT_BITS = $clog2(FETCH_COMMANDS);
  localparam int unsigned ROOM_BITS = $clog2(BUFFER_BEATS + 1);
  localparam int unsigned BEAT_BITS = 32 - LANE_BITS;  // beats of a stream
  typedef logic [SLOT_BITS-1:0] slot_t;
  typedef logic [SLOT_BITS:0] fill_t;
  typedef logic [ROOM_BITS-1:0] room_t;
  typedef logic [BEAT_BITS-1:0] beats_t;

  // ------------------------------------------------------------------------------------------------------------- start
  logic [39:0] stream_last;
  logic        bad_stream;
  logic        bad_window;
  assign stream_last = 40'(stream_addr_i) + 40'(stream_bytes_i) - 40'd1;
  assign bad_stream  = stream_addr_i[3:0] != '0 || stream_bytes_i[3:0] != '0 || stream_bytes_i == '0;
  assign bad_window  = !in_window(window0_i, stream_addr_i, stream_last) && !in_window(window1_i, stream_addr_i, stream_last);

  logic active_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) active_q <= 1'b0;
    else if (start_i) active_q <= !bad_stream && !bad_window;
    else if (clear_i || done_o) active_q <= 1'b0;
  end

  // ------------------------------------------------------------------------------------------------------------- fetch
  logic [31:0] addr_q;
  beats_t      left_q;  // beats not requested
  room_t       room_q;  // beats
  logic [3:0]  outstanding_q;
  beats_t      page;
  beats_t      len;
  logic        granted;
  logic        slot_freed;
  logic        head_is_end;

  assign page = beats_t'(4096 / BUS_BYTES) - beats_t'(addr_q[11:LANE_BITS]);
  always_comb begin
    len = beats_t'(BURST_BEATS);
    if (len > left_q) len = left_q;
    if (len > page) len = page;
  end

  assign req_valid_o = active_q && left_q != '0 && len <= beats_t'(room_q) && !head_is_end;
  assign req_addr_o  = addr_q;
  assign req_len_o   = 4'(len - beats_t'(1));
  assign granted     = req_valid_o && req_ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) outstanding_q <= '0;
    else if (clear_i) outstanding_q <= '0;
    else outstanding_q <= outstanding_q + 4'(granted) - 4'(beat_valid_i && beat_last_i);
  end
  always_ff @(posedge clk_i) begin
    if (start_i) begin
      addr_q <= stream_addr_i;
      left_q <= stream_bytes_i[31:LANE_BITS];
      room_q <= room_t'(BUFFER_BEATS);
    end else begin
      if (granted) begin
        addr_q <= addr_q + (32'(len) << LANE_BITS);
        left_q <= left_q - len;
      end
      room_q <= room_q - (granted ? room_t'(len) : '0) + (slot_freed ? room_t'(CMD_BEATS) : '0);
    end
  end

  // ------------------------------------------------------------------------------------------------------------ buffer
  // What lies behind END is forgotten with it.
  logic flush;
  assign flush = clear_i || done_o;

  cmd_t                      slots_q [FETCH_COMMANDS];
  logic [FETCH_COMMANDS-1:0] slot_error_q;
  slot_t                     wr_slot_q;
  slot_t                     rd_slot_q;
  fill_t                     fill_q;  // complete commands
  logic                      completes;
  logic                      first_beat;

  if (CMD_BEATS == 1) begin : gen_whole
    assign completes  = beat_valid_i;
    assign first_beat = 1'b1;
    always_ff @(posedge clk_i) begin
      if (beat_valid_i) slots_q[wr_slot_q] <= beat_data_i;
    end
  end else begin : gen_parts
    logic [$clog2(CMD_BEATS)-1:0] part_q;
    assign completes  = beat_valid_i && part_q == '1;
    assign first_beat = part_q == '0;
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) part_q <= '0;
      else if (flush) part_q <= '0;
      else if (beat_valid_i) part_q <= part_q + 1'b1;
    end
    always_ff @(posedge clk_i) begin
      if (beat_valid_i) slots_q[wr_slot_q][32'(part_q)*BUS_BITS+:BUS_BITS] <= beat_data_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_valid_i) slot_error_q[wr_slot_q] <= beat_error_i || (!first_beat && slot_error_q[wr_slot_q]);
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wr_slot_q <= '0;
      rd_slot_q <= '0;
      fill_q    <= '0;
    end else if (flush) begin
      wr_slot_q <= '0;
      rd_slot_q <= '0;
      fill_q    <= '0;
    end else begin
      if (completes) wr_slot_q <= wr_slot_q + slot_t'(1);
      if (slot_freed) rd_slot_q <= rd_slot_q + slot_t'(1);
      fill_q <= fill_q + fill_t'(completes) - fill_t'(slot_freed);
    end
  end

  // -------------------------------------------------------------------------------------------------------------- head
  logic       head_valid_q;
  cmd_t       head_q;
  logic       head_error_q;  // the bus answered its fetch with an error
  logic       head_legal_q;
  logic [2:0] head_engine_q;
  index_t     index_q;       // of the head
  logic       dispatch;
  logic       take_end;

  // A dataflow that the array is not built for is no legal one.
  wl_cmd_t        next_wl;
  mm_cfg_in_cmd_t next_cfg_in;
  logic           names_dataflow;
  logic           next_dataflow;
  logic           dataflow_built;
  assign next_wl        = wl_cmd_t'(slots_q[rd_slot_q]);
  assign next_cfg_in    = mm_cfg_in_cmd_t'(slots_q[rd_slot_q]);
  assign names_dataflow = next_wl.opcode == OP_WL || next_wl.opcode == OP_MM_CFG_IN;
  assign next_dataflow  = next_wl.opcode == OP_WL ? next_wl.dataflow : next_cfg_in.dataflow;
  assign dataflow_built = !names_dataflow || (next_dataflow ? OUTPUT_STATIONARY : WEIGHT_STATIONARY);
  logic unused_next;
  assign unused_next = ^{next_wl, next_cfg_in};

  assign slot_freed  = fill_q != '0 && (!head_valid_q || dispatch);
  assign head_is_end = head_valid_q && head_legal_q && head_engine_q == ENGINE_FE;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_valid_q <= 1'b0;
      index_q      <= '0;
    end else if (flush) begin
      head_valid_q <= 1'b0;
      index_q      <= '0;
    end else begin
      if (slot_freed) head_valid_q <= 1'b1;
      else if (dispatch) head_valid_q <= 1'b0;
      if (dispatch) index_q <= index_q + index_t'(1);
    end
  end
  always_ff @(posedge clk_i) begin
    if (slot_freed) begin
      head_q        <= slots_q[rd_slot_q];
      head_error_q  <= slot_error_q[rd_slot_q];
      head_legal_q  <= cmd_legal(slots_q[rd_slot_q]) && dataflow_built;
      head_engine_q <= cmd_engine(slots_q[rd_slot_q]);
    end
  end

  logic head_good;
  logic queue_full;
  assign head_good  = head_valid_q && head_legal_q && !head_error_q;
  assign queue_full = head_engine_q != ENGINE_FE && full_i[head_engine_q];
  assign dispatch   = head_good && head_engine_q != ENGINE_FE && !queue_full;
  assign take_end   = head_good && head_is_end && engines_idle_i && outstanding_q == '0;

  assign push_o       = dispatch ? NUM_ENGINES'(1) << head_engine_q : '0;
  assign cmd_o        = head_q;
  assign index_o      = index_q;
  assign done_o       = take_end;
  assign dispatched_o = dispatch || take_end;

  // ------------------------------------------------------------------------------------------------------------ faults
  logic   out_of_commands;
  fault_t fault_d;
  fault_t fault_q;
  assign out_of_commands = active_q && !head_valid_q && fill_q == '0 && left_q == '0 && outstanding_q == '0;

  always_comb begin
    fault_d         = '0;
    fault_d.command = NO_COMMAND;
    fault_d.address = stream_addr_i;
    if (start_i) begin
      fault_d.valid = bad_stream || bad_window;
      fault_d.cause = bad_stream ? ERR_BAD_STREAM : ERR_READ_WINDOW;
    end else if (head_valid_q && head_error_q) begin
      fault_d.valid   = 1'b1;
      fault_d.cause   = ERR_BUS_READ;
      fault_d.command = 32'(index_q);
      fault_d.address = stream_addr_i + {index_q, 4'd0};
    end else if (head_valid_q && !head_legal_q) begin
      fault_d.valid   = 1'b1;
      fault_d.cause   = ERR_BAD_COMMAND;
      fault_d.command = 32'(index_q);
      fault_d.address = stream_addr_i + {index_q, 4'd0};
    end else if (out_of_commands) begin
      fault_d.valid = 1'b1;
      fault_d.cause = ERR_BAD_STREAM;
    end
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fault_q <= '0;
    else if (fault_d.valid && (start_i || !clear_i)) fault_q <= fault_d;
    else fault_q <= '0;
  end
  assign fault_o = fault_q;

  always_comb begin
    state_o = ST_IDLE;
    if (start_i || dispatched_o) state_o = ST_BUSY;
    else if (head_is_end) state_o = ST_WAIT_ENGINES;
    else if (head_good) state_o = ST_QUEUE_FULL;
    else if (active_q) state_o = ST_WAIT_MEMORY;
  end

  `SLT_ASSERT_INIT(CommandsAreWholeBeats, CMD_BEATS * BUS_BYTES == 16)
  `SLT_ASSERT(BufferHoldsWhatArrives, completes && !clear_i |-> fill_q != fill_t'(FETCH_COMMANDS))

endmodule
