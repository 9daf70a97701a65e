// SPDX-License-Identifier: Apache-2.0
// Life of a job: start, end, and the ordered stop after a fault or a soft reset.
//
//   Timing: doorbell in cycle t (the APB access): start_o and clear_o in t+1, the job runs from t+2. Front end done in cycle
//   t: end_o in t, interrupt status set from t+1. Fault reported in cycle t: clear_o from t+1 until the bus is idle, at least
//   one cycle; status, cause and interrupt change in the cycle after the last one with clear_o. Soft reset written in cycle t: the
//   same, without an interrupt.
//   Priority of faults in one cycle: load, store, front end, register write. Only the first cycle with a fault counts.
`include "slt_assert.svh"

module slt_job
  import slt_isa_pkg::*;
  import slt_system_pkg::*;
(
    input  logic        clk_i,
    input  logic        rst_ni,
    // From the registers: pulses in the APB access cycle.
    input  logic        doorbell_i,    // while no job runs
    input  logic        soft_reset_i,
    input  logic        busy_write_i,  // of a job register while busy
    input  logic [11:0] write_addr_i,
    // From the machine.
    input  logic   frontend_done_i,
    input  fault_t frontend_fault_i,
    input  fault_t load_fault_i,
    input  fault_t store_fault_i,
    input  logic   bus_idle_i,
    // Control.
    output logic   clear_o,
    output logic   start_o,
    output logic   busy_o,
    output logic   end_o,    // pulse: the job has reached its END
    output logic   stop_o,   // pulse: the job has been stopped by fault_o
    output logic   reset_o,  // a soft reset is going on
    output fault_t fault_o
);

  typedef enum logic [2:0] {
    JOB_NONE,
    JOB_START,
    JOB_RUN,
    JOB_STOP,
    JOB_RESET
  } job_e;

  job_e   state_d;
  job_e   state_q;
  fault_t fault;
  fault_t fault_q;

  always_comb begin
    fault = '0;
    if (load_fault_i.valid) begin
      fault = load_fault_i;
    end else if (store_fault_i.valid) begin
      fault = store_fault_i;
    end else if (frontend_fault_i.valid) begin
      fault = frontend_fault_i;
    end
    // Only a running job has faults of its own.
    if (state_q != JOB_RUN) fault = '0;
    if (busy_write_i && !fault.valid) begin
      fault.valid   = 1'b1;
      fault.cause   = ERR_REG_BUSY;
      fault.command = NO_COMMAND;
      fault.address = 32'(write_addr_i);
    end
  end

  always_comb begin
    state_d = state_q;
    end_o   = 1'b0;
    stop_o  = 1'b0;
    case (state_q)
      JOB_NONE: begin
        if (doorbell_i) state_d = JOB_START;
      end
      JOB_START: begin
        state_d = fault.valid ? JOB_STOP : JOB_RUN;
      end
      JOB_RUN: begin
        if (fault.valid) begin
          state_d = JOB_STOP;
        end else if (frontend_done_i) begin
          state_d = JOB_NONE;
          end_o   = 1'b1;
        end
      end
      JOB_STOP: begin
        if (bus_idle_i) begin
          state_d = JOB_NONE;
          stop_o  = 1'b1;
        end
      end
      JOB_RESET: begin
        if (fault.valid) state_d = JOB_STOP;
        else if (bus_idle_i) state_d = JOB_NONE;
      end
      default: state_d = JOB_NONE;
    endcase
    if (soft_reset_i) begin
      state_d = JOB_RESET;
      end_o   = 1'b0;
      stop_o  = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= JOB_NONE;
      fault_q <= '0;
    end else begin
      state_q <= state_d;
      if (state_d == JOB_STOP && state_q != JOB_STOP) fault_q <= fault;
    end
  end

  assign clear_o = state_q != JOB_NONE && state_q != JOB_RUN;
  assign start_o = state_q == JOB_START;
  assign busy_o  = state_q != JOB_NONE;
  assign reset_o = state_q == JOB_RESET;
  assign fault_o = fault_q;

  `SLT_ASSERT(DoorbellOnlyWhenIdle, doorbell_i |-> state_q == JOB_NONE)
  `SLT_ASSERT(OneOutcome, !(end_o && stop_o))

endmodule
