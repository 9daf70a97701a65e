// SPDX-License-Identifier: Apache-2.0
// Follows the beats of table loads: which field of which slots each of them holds.
//   Timing: beat_o belongs to the beat of the same cycle. The first beat after reset, clear_i or the last beat of a row starts a
//   row at group_i.
module slt_table_walk
  import slt_isa_pkg::*;
  import slt_table_pkg::*;
(
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        clear_i,
    input  logic        valid_i,  // a beat of a table
    input  logic        last_i,   // the last one of its row
    input  table_form_t form_i,
    input  group_t      group_i,
    output table_beat_t beat_o
);

  function automatic field_e bias_field(bias_form_e bias);
    return bias == BIAS_BITS32 ? FIELD_BIAS : FIELD_LOW;
  endfunction

  function automatic field_e group_field(scale_form_e scale, bias_form_e bias);
    case (scale)
      SCALE_PACKED: return FIELD_PACKED;
      SCALE_FULL:   return FIELD_MULT;
      default:      return bias_field(bias);
    endcase
  endfunction

  logic        active_q;
  field_e      field_q;
  logic [1:0]  part_q;
  group_t      group_q;
  table_beat_t beat;

  always_comb begin
    beat.field = form_i.scale == SCALE_TENSOR ? FIELD_TENSOR : group_field(form_i.scale, form_i.bias);
    beat.part  = '0;
    beat.group = group_i;
    if (active_q) begin
      beat.field = field_q;
      beat.part  = part_q;
      beat.group = group_q;
    end
    beat.shift = form_i.shift;
  end
  assign beat_o = beat;

  // Whether the beat ends its field, and the field its group.
  logic field_ends;
  logic group_ends;
  always_comb begin
    case (beat.field)
      FIELD_PACKED, FIELD_MULT, FIELD_BIAS: field_ends = beat.part == 2'd3;
      FIELD_LOW:                            field_ends = beat.part == 2'd1;
      default:                              field_ends = 1'b1;
    endcase
    case (beat.field)
      FIELD_PACKED, FIELD_SHIFT: group_ends = field_ends && form_i.bias == BIAS_NONE;
      FIELD_LOW:                 group_ends = field_ends && form_i.bias == BIAS_BITS16;
      FIELD_BIAS, FIELD_HIGH:    group_ends = field_ends;
      default:                   group_ends = 1'b0;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) active_q <= 1'b0;
    else if (clear_i) active_q <= 1'b0;
    else if (valid_i) active_q <= !last_i;
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      part_q  <= field_ends ? '0 : beat.part + 2'd1;
      group_q <= beat.group + group_t'(group_ends);
      if (group_ends) begin
        field_q <= group_field(form_i.scale, form_i.bias);
      end else if (field_ends) begin
        case (beat.field)
          FIELD_MULT: field_q <= FIELD_SHIFT;
          FIELD_LOW:  field_q <= FIELD_HIGH;
          default:    field_q <= bias_field(form_i.bias);
        endcase
      end else begin
        field_q <= beat.field;
      end
    end
  end

endmodule
