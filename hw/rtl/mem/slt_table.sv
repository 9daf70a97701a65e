// SPDX-License-Identifier: Apache-2.0
// Requantisation tables: bias, multiplier and shift per channel slot. The load DMA writes beats of tables, unpacked here on their
// way; the vector engine reads words of LANES slots.
//   Timing: read data in cycle t+1 belongs to the words of cycle t and stays until the next read. A write in cycle t is seen
//   by reads from t+1 on.
module slt_table
  import slt_params_pkg::*;
  import slt_table_pkg::*;
(
    input  logic                      clk_i,
    // Load DMA.
    input  logic                      wr_en_i,
    input  table_beat_t               wr_beat_i,
    input  logic [BUS_BYTES-1:0][7:0] wr_data_i,
    // Vector engine.
    input  logic                      rd_en_i,
    input  logic [11:0]               bias_word_i,
    input  logic [11:0]               scale_word_i,
    output logic [LANES-1:0][31:0]    bias_o,
    output logic [LANES-1:0][30:0]    mult_o,
    output logic [LANES-1:0][7:0]     shift_o
);

  // A beat in the slots of its group.
  logic [BUS_BYTES-1:0][3:0][7:0] bias_data;
  logic [BUS_BYTES-1:0][3:0]      bias_strb;
  logic [BUS_BYTES-1:0][31:0]     mult_data;
  logic [BUS_BYTES-1:0]           mult_en;
  logic [BUS_BYTES-1:0][7:0]      shift_data;
  logic [BUS_BYTES-1:0]           shift_en;

  logic is_packed;  // words of multiplier and shift
  assign is_packed = wr_beat_i.field == FIELD_PACKED || wr_beat_i.field == FIELD_TENSOR;

  for (genvar s = 0; s < BUS_BYTES; s++) begin : gen_slot
    logic [31:0] word;
    logic [15:0] half;
    logic [7:0]  octet;
    assign word  = wr_data_i[4*(s%(BUS_BYTES/4))+:4];
    assign half  = wr_data_i[2*(s%(BUS_BYTES/2))+:2];
    assign octet = wr_data_i[s];

    logic in_quarter;
    logic in_half;
    assign in_quarter = wr_beat_i.part == 2'(s / (BUS_BYTES / 4));
    assign in_half    = wr_beat_i.part[0] == 1'(s / (BUS_BYTES / 2));

    always_comb begin
      case (wr_beat_i.field)
        FIELD_LOW:  bias_data[s] = {{16{half[15]}}, half};
        FIELD_HIGH: bias_data[s] = {{8{octet[7]}}, octet, word[15:0]};
        default:    bias_data[s] = word;
      endcase
      case (wr_beat_i.field)
        FIELD_BIAS: bias_strb[s] = {4{in_quarter}};
        FIELD_LOW:  bias_strb[s] = {4{in_half}};
        FIELD_HIGH: bias_strb[s] = 4'b1100;
        default:    bias_strb[s] = '0;
      endcase
      case (wr_beat_i.field)
        FIELD_TENSOR:             mult_en[s] = s == 0;
        FIELD_PACKED, FIELD_MULT: mult_en[s] = in_quarter;
        default:                  mult_en[s] = 1'b0;
      endcase
      mult_data[s]  = is_packed ? {2'b01, word[29:0]} : word;
      shift_en[s]   = wr_beat_i.field == FIELD_SHIFT || (is_packed && mult_en[s]);
      shift_data[s] = is_packed ? 8'(wr_beat_i.shift) + 8'(word[31:30]) : octet;
    end
  end

  logic [LANES-1:0][31:0] mult;  // bit 31 of a multiplier is not used

  slt_table_ram #(
      .SlotBytes(4)
  ) u_bias (
      .clk_i     (clk_i),
      .rd_en_i   (rd_en_i),
      .rd_word_i (bias_word_i),
      .rd_data_o (bias_o),
      .wr_en_i   (wr_en_i && bias_strb != '0),
      .wr_group_i(wr_beat_i.group),
      .wr_data_i (bias_data),
      .wr_strb_i (bias_strb)
  );

  // Whole slots are written.
  function automatic logic [BUS_BYTES-1:0][3:0] word_strobes(logic [BUS_BYTES-1:0] enables);
    for (int unsigned s = 0; s < BUS_BYTES; s++) word_strobes[s] = {4{enables[s]}};
  endfunction

  slt_table_ram #(
      .SlotBytes(4)
  ) u_mult (
      .clk_i     (clk_i),
      .rd_en_i   (rd_en_i),
      .rd_word_i (scale_word_i),
      .rd_data_o (mult),
      .wr_en_i   (wr_en_i && mult_en != '0),
      .wr_group_i(wr_beat_i.group),
      .wr_data_i (mult_data),
      .wr_strb_i (word_strobes(mult_en))
  );

  slt_table_ram #(
      .SlotBytes(1)
  ) u_shift (
      .clk_i     (clk_i),
      .rd_en_i   (rd_en_i),
      .rd_word_i (scale_word_i),
      .rd_data_o (shift_o),
      .wr_en_i   (wr_en_i && shift_en != '0),
      .wr_group_i(wr_beat_i.group),
      .wr_data_i (shift_data),
      .wr_strb_i (shift_en)
  );

  for (genvar l = 0; l < LANES; l++) begin : gen_mult
    assign mult_o[l] = mult[l][30:0];
  end

endmodule
