// SPDX-License-Identifier: Apache-2.0
// Register file on an APB3 slave: identification, job control, interrupt, windows, counters (configs/regs.yaml).
//
//   Timing: no wait states. Read data and pslverr are registered at the end of the setup phase, so a read returns the values of
//   its setup cycle. A write takes effect at the end of its access cycle. Counters run in the cycles in which busy is 1,
//   which are the cycles between the access cycle of the doorbell and the first cycle with the interrupt status set.
//   Limits: pslverr for offsets without a register, unaligned ones, and writes to read-only registers; write-only registers
//   read as 0. A write that is refused, or comes while busy and is to a job register, changes nothing.
`include "slt_assert.svh"

module slt_regs
  import slt_params_pkg::*;
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
(
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        apb_psel_i,
    input  logic        apb_penable_i,
    input  logic        apb_pwrite_i,
    input  logic [11:0] apb_paddr_i,
    input  logic [31:0] apb_pwdata_i,
    output logic [31:0] apb_prdata_o,
    output logic        apb_pready_o,
    output logic        apb_pslverr_o,
    output logic        irq_o,
    // Job.
    output logic        doorbell_o,
    output logic        soft_reset_o,
    output logic        busy_write_o,
    input  logic        busy_i,
    input  logic        end_i,
    input  logic        stop_i,
    input  logic        reset_i,
    input  fault_t      fault_i,
    output logic [31:0] stream_addr_o,
    output logic [31:0] stream_bytes_o,
    output window_t     window0_o,
    output window_t     window1_o,
    // Events of the cycle.
    input  logic                   dispatched_i,
    input  logic [NUM_ENGINES-1:0] engine_busy_i,
    input  logic                   read_beat_i,
    input  logic                   write_beat_i
);

  localparam int unsigned NUM_COUNTERS = 4 + NUM_ENGINES;

  logic        done_q;
  logic        error_q;
  logic [1:0]  irq_enable_q;
  logic [1:0]  irq_status_q;
  logic [3:0]  cause_q;
  logic [31:0] command_q;
  logic [31:0] address_q;
  logic [31:0] stream_addr_q;
  logic [31:0] stream_bytes_q;
  window_t     window0_q;
  window_t     window1_q;
  logic [31:0] count_q [NUM_COUNTERS];

  // ------------------------------------------------------------------------------------------------------- setup phase
  logic [31:0] read;
  logic        known;
  logic        writable;

  always_comb begin
    read     = '0;
    known    = 1'b1;
    writable = 1'b0;
    case (apb_paddr_i)
      REG_ID:      read = REG_ID_RESET;
      REG_VERSION: read = REG_VERSION_RESET;
      REG_CAP_ARRAY: begin
        read = ROWS << REG_CAP_ARRAY_ROWS_LSB | COLS << REG_CAP_ARRAY_COLS_LSB |
               LANES << REG_CAP_ARRAY_LANES_LSB | 32'(DEPTHWISE) << REG_CAP_ARRAY_DEPTHWISE_LSB |
               32'(WEIGHT_STATIONARY) << REG_CAP_ARRAY_WEIGHT_STATIONARY_LSB |
               32'(OUTPUT_STATIONARY) << REG_CAP_ARRAY_OUTPUT_STATIONARY_LSB;
      end
      REG_CAP_SYSTEM: begin
        read = BUS_BYTES << REG_CAP_SYSTEM_BUS_BYTES_LSB | SPM_BANKS << REG_CAP_SYSTEM_BANKS_LSB |
               QUEUE_DEPTH << REG_CAP_SYSTEM_QUEUE_DEPTH_LSB;
      end
      REG_SPM_BYTES:      read = SPM_BYTES;
      REG_WBUF_BYTES:     read = WBUF_BYTES;
      REG_ACC_ENTRIES:    read = ACC_ENTRIES;
      REG_PARAM_CHANNELS: read = PARAM_CHANNELS;
      REG_CONFIG_ID:      read = CONFIG_ID;
      REG_CTRL, REG_DOORBELL: writable = 1'b1;
      REG_STATUS: begin
        read = 32'(busy_i) << REG_STATUS_BUSY_LSB | 32'(done_q) << REG_STATUS_DONE_LSB |
               32'(error_q) << REG_STATUS_ERROR_LSB;
      end
      REG_IRQ_ENABLE: begin
        read     = 32'(irq_enable_q);
        writable = 1'b1;
      end
      REG_IRQ_STATUS: begin
        read     = 32'(irq_status_q);
        writable = 1'b1;
      end
      REG_ERROR_CAUSE:   read = 32'(cause_q);
      REG_ERROR_COMMAND: read = command_q;
      REG_ERROR_ADDRESS: read = address_q;
      REG_STREAM_ADDR: begin
        read     = stream_addr_q;
        writable = 1'b1;
      end
      REG_STREAM_BYTES: begin
        read     = stream_bytes_q;
        writable = 1'b1;
      end
      REG_WIN0_BASE: begin
        read     = window0_q.base;
        writable = 1'b1;
      end
      REG_WIN0_LAST: begin
        read     = window0_q.last;
        writable = 1'b1;
      end
      REG_WIN1_BASE: begin
        read     = window1_q.base;
        writable = 1'b1;
      end
      REG_WIN1_LAST: begin
        read     = window1_q.last;
        writable = 1'b1;
      end
      REG_CNT_CYCLES:      read = count_q[0];
      REG_CNT_COMMANDS:    read = count_q[1];
      REG_CNT_LD_BUSY:     read = count_q[2];
      REG_CNT_WL_BUSY:     read = count_q[3];
      REG_CNT_MM_BUSY:     read = count_q[4];
      REG_CNT_VEC_BUSY:    read = count_q[5];
      REG_CNT_ST_BUSY:     read = count_q[6];
      REG_CNT_READ_BEATS:  read = count_q[7];
      REG_CNT_WRITE_BEATS: read = count_q[8];
      default:             known = 1'b0;
    endcase
  end

  logic setup;
  assign setup = apb_psel_i && !apb_penable_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      apb_prdata_o  <= '0;
      apb_pslverr_o <= 1'b0;
    end else if (setup) begin
      apb_prdata_o  <= read;
      apb_pslverr_o <= !known || (apb_pwrite_i && !writable);
    end else begin
      apb_pslverr_o <= 1'b0;
    end
  end
  assign apb_pready_o = 1'b1;

  // ------------------------------------------------------------------------------------------------------ access phase
  logic write;
  logic is_job;
  assign write        = apb_psel_i && apb_penable_i && apb_pwrite_i && !apb_pslverr_o;
  assign is_job       = reg_is_job(apb_paddr_i);
  assign busy_write_o = write && is_job && busy_i;
  assign doorbell_o   = write && !busy_i && apb_paddr_i == REG_DOORBELL;
  assign soft_reset_o = write && apb_paddr_i == REG_CTRL && apb_pwdata_i[REG_CTRL_SOFT_RESET_LSB];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      irq_enable_q   <= REG_IRQ_ENABLE_RESET[1:0];
      stream_addr_q  <= REG_STREAM_ADDR_RESET;
      stream_bytes_q <= REG_STREAM_BYTES_RESET;
      window0_q      <= '{base: REG_WIN0_BASE_RESET, last: REG_WIN0_LAST_RESET};
      window1_q      <= '{base: REG_WIN1_BASE_RESET, last: REG_WIN1_LAST_RESET};
    end else if (write && !(is_job && busy_i)) begin
      case (apb_paddr_i)
        REG_IRQ_ENABLE:   irq_enable_q <= apb_pwdata_i[1:0];
        REG_STREAM_ADDR:  stream_addr_q <= apb_pwdata_i;
        REG_STREAM_BYTES: stream_bytes_q <= apb_pwdata_i;
        REG_WIN0_BASE:    window0_q.base <= apb_pwdata_i;
        REG_WIN0_LAST:    window0_q.last <= apb_pwdata_i;
        REG_WIN1_BASE:    window1_q.base <= apb_pwdata_i;
        REG_WIN1_LAST:    window1_q.last <= apb_pwdata_i;
        default:          ;
      endcase
    end
  end

  // ------------------------------------------------------------------------------------------- status, error, interrupt
  logic [1:0] irq_set;
  logic [1:0] irq_clear;
  assign irq_set[REG_IRQ_STATUS_DONE_LSB]  = end_i;
  assign irq_set[REG_IRQ_STATUS_ERROR_LSB] = stop_i;
  assign irq_clear = write && apb_paddr_i == REG_IRQ_STATUS ? apb_pwdata_i[1:0] : '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      done_q       <= 1'b0;
      error_q      <= 1'b0;
      irq_status_q <= '0;
      cause_q      <= '0;
      command_q    <= '0;
      address_q    <= '0;
    end else if (soft_reset_o) begin
      done_q       <= 1'b0;
      error_q      <= 1'b0;
      irq_status_q <= '0;
      cause_q      <= '0;
      command_q    <= '0;
      address_q    <= '0;
    end else begin
      irq_status_q <= (irq_status_q & ~irq_clear) | irq_set;
      if (end_i) done_q <= 1'b1;
      if (stop_i) begin
        error_q   <= 1'b1;
        cause_q   <= fault_i.cause;
        command_q <= fault_i.command;
        address_q <= fault_i.address;
      end
      if (doorbell_o) begin
        done_q    <= 1'b0;
        error_q   <= 1'b0;
        cause_q   <= '0;
        command_q <= '0;
        address_q <= '0;
      end
    end
  end

  assign irq_o          = (irq_status_q & irq_enable_q) != '0;
  assign stream_addr_o  = stream_addr_q;
  assign stream_bytes_o = stream_bytes_q;
  assign window0_o      = window0_q;
  assign window1_o      = window1_q;

  // ---------------------------------------------------------------------------------------------------------- counters
  logic [NUM_COUNTERS-1:0] event_in;
  logic                    clear_counters;
  assign event_in       = {write_beat_i, read_beat_i, engine_busy_i, dispatched_i, 1'b1};
  assign clear_counters = doorbell_o || soft_reset_o || reset_i;

  for (genvar i = 0; i < NUM_COUNTERS; i++) begin : gen_counter
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_q[i] <= '0;
      else if (clear_counters) count_q[i] <= '0;
      else if (busy_i && event_in[i]) count_q[i] <= count_q[i] + 32'd1;
    end
  end

  `SLT_ASSERT(SetupPrecedesAccess, $rose(apb_psel_i) |-> !apb_penable_i)

endmodule
