// SPDX-License-Identifier: Apache-2.0
// Requantisation tables on their way from the bus to their memories. A group is as many slots as the bus has bytes, so that a
// beat holds one byte, a half of 16 bits or a quarter of 32 bits for all of its slots.
package slt_table_pkg;

  import slt_isa_pkg::*;
  import slt_params_pkg::*;

  localparam int unsigned GROUPS = PARAM_CHANNELS / BUS_BYTES;
  localparam int unsigned GROUP_BITS = $clog2(GROUPS);
  typedef logic [GROUP_BITS-1:0] group_t;

  // What the row of an ld holds.
  typedef struct packed {
    scale_form_e       scale;
    bias_form_e        bias;
    logic signed [5:0] shift;  // the least one of packed words
  } table_form_t;

  typedef enum logic [2:0] {
    FIELD_TENSOR,  // packed word for the first slot of the group
    FIELD_PACKED,  // multiplier and shift
    FIELD_MULT,
    FIELD_SHIFT,
    FIELD_BIAS,    // all of it
    FIELD_LOW,     // bits 15:0 of a bias, sign-extended
    FIELD_HIGH     // bits 23:16, sign-extended
  } field_e;

  // What one beat holds.
  typedef struct packed {
    field_e            field;
    logic [1:0]        part;   // of the slots of the group: which quarter or half
    group_t            group;
    logic signed [5:0] shift;
  } table_beat_t;

  // Beats of a group.
  function automatic logic [3:0] group_beats(scale_form_e scale, bias_form_e bias);
    case (scale)
      SCALE_PACKED: group_beats = 4'd4;
      SCALE_FULL:   group_beats = 4'd5;
      default:      group_beats = 4'd0;
    endcase
    case (bias)
      BIAS_BITS16: group_beats = group_beats + 4'd2;
      BIAS_BITS24: group_beats = group_beats + 4'd3;
      BIAS_BITS32: group_beats = group_beats + 4'd4;
      default:     ;
    endcase
  endfunction

endpackage
