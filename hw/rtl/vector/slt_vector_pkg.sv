// SPDX-License-Identifier: Apache-2.0
// Types and timing constants of the vector engine. slt_vector.sv says what the constants mean.
package slt_vector_pkg;

  // STEP_TO_WRITE is a consequence of the stages of slt_vector_pipe, not used in the code.
  // verilator lint_off UNUSEDPARAM
  localparam int unsigned SETUP_REQUANT = 2;  // cycles between the pop of a command and its first step
  localparam int unsigned SETUP_ADD = 7;
  localparam int unsigned SETUP_POOL = 8;
  localparam int unsigned ADD_STEPS = 3;      // steps per group of an add: operand 1, operand 2, sum of the group before
  localparam int unsigned MAX_IN_FLIGHT = 4;  // commands popped and not done
  localparam int unsigned STEP_TO_WRITE = 7;  // from the step that completes an output to its write
  // verilator lint_on UNUSEDPARAM

  localparam int unsigned SPM_ADDR_BITS = 20;
  typedef logic [SPM_ADDR_BITS-1:0] spm_addr_t;

  typedef enum logic [1:0] {
    VEC_REQUANT,
    VEC_ADD,
    VEC_POOL
  } vec_op_e;

  // What a step does in the lanes.
  typedef enum logic [2:0] {
    STEP_REQUANT,
    STEP_IN1,
    STEP_IN2,
    STEP_SUM,
    STEP_MAX,
    STEP_AVERAGE
  } step_e;

  // Outermost loop that advances behind a step.
  typedef enum logic [2:0] {
    WRAP_KX,
    WRAP_KY,
    WRAP_OX,
    WRAP_OY,
    WRAP_GROUP
  } wrap_e;

  typedef struct packed {
    logic       valid;         // the lanes have something to do
    step_e      kind;
    logic       group_first;   // requant: first pixel of a channel group
    logic       window_first;  // pool: first pixel of a window
    logic       emit;          // completes a vector of output bytes
    logic       last;          // last step of the command
    wrap_e      wrap;
    logic       tile_last;     // requant: last channel group of a column tile
    logic [6:0] bytes;         // output bytes that exist in this group
    logic [5:0] read_last;     // last byte in use of a scratchpad read
    logic [5:0] group;         // requant: channel group in the column tile
  } vec_step_t;

  // The cycles between pop and first step count down to 0.
  typedef struct packed {
    logic       valid;
    logic [2:0] count;
  } vec_setup_t;

  typedef struct packed {
    logic        [30:0] mult;
    logic signed [6:0]  shift;
    logic signed [7:0]  zero_point;
  } vec_scale_t;

  // Left shift before and right shift after the multiplication.
  typedef struct packed {
    logic [4:0] lsh;
    logic [5:0] rsh;
  } shifts_t;

  typedef struct packed {
    logic signed [7:0] zero_point;
    logic signed [7:0] act_min;
    logic signed [7:0] act_max;
  } out_quant_t;

  typedef enum logic [2:0] {
    LOAD_NONE,
    LOAD_ACC,    // accumulator entry
    LOAD_DIFF,   // (byte - zero point) << 20
    LOAD_FIRST,  // byte
    LOAD_SUM,    // held + byte
    LOAD_MAX     // max(held, byte)
  } load_e;

  typedef enum logic [1:0] {
    ROUND_NONE,    // truncate
    ROUND_DOUBLE,  // at bit 31, then at the right shift
    ROUND_SINGLE   // at the right shift
  } round_e;

  // Stage controls of a lane, the same for all lanes.
  typedef struct packed {
    load_e              op;
    logic signed [7:0]  zero_point;
    logic               take_table;    // bias, multiplier and shift from the tables
    logic               take_uniform;  // mult and shifts
    logic               take_bias;     // bias
    logic               single;        // rounding mode that the table shift is decoded for
    logic        [30:0] mult;
    shifts_t            shifts;
    logic        [15:0] bias;
  } lane_load_t;

  typedef struct packed {
    logic en;
    logic sum;       // operand is the result in stage clamp, not the held value
    logic use_bias;
    logic magnitude; // operand is |held value|
  } lane_bias_t;

  typedef struct packed {
    logic   en;
    round_e mode;
  } lane_sum_t;

  typedef struct packed {
    logic   en;
    round_e mode;
    logic   saturate;
  } lane_round_t;

  typedef struct packed {
    logic       en;
    logic       keep;  // result becomes the bias: first operand of the sum
    out_quant_t quant;
  } lane_clamp_t;

  // The exponent of a scale (-31 to 30, positive = left) as shifts. Single rounding shifts once, after the multiplication.
  function automatic shifts_t split_shift(logic signed [7:0] shift, logic single);
    if (single) return '{lsh: 5'd0, rsh: 6'(8'sd31 - shift)};
    if (shift < 0) return '{lsh: 5'd0, rsh: 6'(-shift)};
    return '{lsh: shift[4:0], rsh: 6'd0};
  endfunction

endpackage
