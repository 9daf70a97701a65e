// SPDX-License-Identifier: Apache-2.0
// Types and constants shared by the blocks of hw/rtl/system.
package slt_system_pkg;

  import slt_isa_pkg::*;
  import slt_params_pkg::*;
  import slt_table_pkg::*;

  // Commands that may have left a queue and not be completed, per engine.
  localparam int unsigned MAX_IN_FLIGHT = 4;
  // Write bursts issued and not acknowledged.
  localparam int unsigned MAX_WRITES = 4;
  // Commands the front end holds ahead of dispatch, and the most it asks for in one burst.
  localparam int unsigned FETCH_COMMANDS = 16;
  localparam int unsigned FETCH_BURST_COMMANDS = 8;

  localparam int unsigned BUS_BITS = 8 * BUS_BYTES;
  localparam int unsigned LANE_BITS = $clog2(BUS_BYTES);
  localparam int unsigned CMD_BEATS = 16 / BUS_BYTES;

  // Position of a command in its stream; 2^28 commands are 4 GiB.
  localparam int unsigned INDEX_BITS = 28;
  typedef logic [INDEX_BITS-1:0] index_t;

  // Register error_command when no command is to blame.
  localparam logic [31:0] NO_COMMAND = '1;

  // Why a job has to stop. `valid` is a pulse.
  typedef struct packed {
    logic        valid;
    cause_t      cause;
    logic [31:0] command;
    logic [31:0] address;
  } fault_t;

  // Address range, both ends included; empty if last < base.
  typedef struct packed {
    logic [31:0] base;
    logic [31:0] last;
  } window_t;

  // An ld or st command with the row strides in force.
  typedef struct packed {
    logic [31:0] mem_addr;
    space_e      space;
    logic [19:0] local_addr;
    logic [19:0] row_bytes;
    logic [11:0] rows;
    logic [11:0] y0;
    logic [23:0] mem_stride;
    logic [19:0] pitch;
    logic [1:0]  interleave;
    table_form_t form;  // space table
    index_t      index;
  } dma_cmd_t;

  // One AXI burst of a DMA command. `local_addr` is the local address of byte lane 0 of the first beat, modulo 2^20 (space table:
  // the first slot, in the first burst); lanes below first_lane in the first beat and above last_lane in the last beat do not
  // belong to the row.
  typedef struct packed {
    logic        last_of_cmd;
    logic [31:0] addr;
    logic [3:0]  len;  // beats - 1
    space_e      space;
    logic [19:0] local_addr;
    table_form_t form;
    logic [LANE_BITS-1:0] first_lane;
    logic [LANE_BITS-1:0] last_lane;
  } burst_t;

  // Every byte from `first` to `last` inside the window; `last` has carries above bit 31.
  function automatic logic in_window(window_t window, logic [31:0] first, logic [39:0] last);
    return first >= window.base && last <= 40'(window.last);
  endfunction

  // Bytes first..last of a bus word.
  function automatic logic [BUS_BYTES-1:0] lane_mask(logic [LANE_BITS-1:0] first, logic [LANE_BITS-1:0] last);
    return ({BUS_BYTES{1'b1}} << first) & ({BUS_BYTES{1'b1}} >> (LANE_BITS'(BUS_BYTES - 1) - last));
  endfunction

endpackage
