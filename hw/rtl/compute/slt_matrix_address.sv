// SPDX-License-Identifier: Apache-2.0
// Third stage of the matrix engine: from a position in the input tensor to bytes at the array. Reads the scratchpad, puts the zero
// point outside the tensor and 0 where no kernel element is, and delays the depthwise buses against each other.
//
// Timing: a position visited in cycle t is read in t + READ_DELAY and is at x_o (dense) in t + DATA_DELAY, at bus_o[j] (depthwise)
// in t + DATA_DELAY + j * taps. pad_i puts the zero point on the buses, with a position or without one.
// Limits: a read covers SPM_WORD bytes from the position, also those outside the row; they are replaced, not avoided. No read
// takes place when no lane lies in the tensor. Addresses wrap at 20 bits. taps_i changes only while no depthwise position is inside; it is
// at most MAX_BUS_TAPS when more than one bus carries kernel rows.
module slt_matrix_address
  import slt_params_pkg::*;
  import slt_compute_pkg::*;
(
  input  logic                               clk_i,
  input  logic                               rst_ni,
  input  logic                               clear_i,
  input  lanes_t                             taps_i,
  input  logic                               stream_i,
  input  logic                               pad_i,
  input  block_t                             block_i,
  input  row_t                               iy_i,
  input  pos_t                               pos_i,
  input  lanes_t                             lanes_i,
  input  logic [BUSES-1:0]                   bus_on_i,
  // Scratchpad
  output logic [BUSES-1:0]                   rd_en_o,
  output logic [BUSES-1:0][19:0]             rd_addr_o,
  input  logic [BUSES-1:0][SPM_WORD-1:0][7:0] rd_data_i,
  // Array
  output logic [ROWS-1:0][7:0]               x_o,
  output logic [BUSES-1:0][COLS-1:0][7:0]    bus_o
);

  // READ_DELAY = 2, DATA_DELAY = 4 (slt_matrix names them).
  localparam int unsigned ACTIVE_BUSES = DEPTHWISE ? BUSES : 1;
  localparam logic [ROWS-1:0] ALL_LANES = '1;

  // ---- Cycle t: where the lanes lie -------------------------------------------------------------------------------------------
  logic [ACTIVE_BUSES-1:0]       row_inside;
  logic [ACTIVE_BUSES-1:0][19:0] row_addr;
  pos_t                          room;
  logic                          depthwise, pos_inside;
  lanes_t                        lanes, lanes_before, lanes_until;

  for (genvar j = 0; j < int'(ACTIVE_BUSES); j++) begin : gen_row
    row_t        iy;
    logic [11:0] bank_row;
    logic [1:0]  bank;
    if (j == 0) begin : gen_first
      assign iy = iy_i;
    end else begin : gen_next
      assign iy = gen_row[j-1].iy + $signed({16'b0, block_i.iy_per_bus});
    end
    assign row_inside[j] = !iy[19] && iy < $signed({8'b0, block_i.height});
    assign bank_row = iy[11:0] >> block_i.interleave;
    assign bank = iy[1:0] & (block_i.interleave == 2'd2 ? 2'b11 : block_i.interleave);
    assign row_addr[j] = block_i.base + 20'(bank) * 20'(BANK_BYTES) + 20'(bank_row) * block_i.pitch;
  end

  assign room = $signed({18'b0, block_i.row_bytes}) - pos_i;
  assign pos_inside = !pos_i[33] && room > 0;
  assign depthwise = DEPTHWISE && block_i.depthwise;
  assign lanes = stream_i && !depthwise ? lanes_i : '0;

  // Lanes lanes_before .. lanes_until - 1 lie in the row.
  always_comb begin
    lanes_before = '0;
    if (pos_i[33]) lanes_before = pos_i > -34'sd64 ? -pos_i[6:0] : 7'd64;
    lanes_until = lanes;
    if (room <= 0 || !row_inside[0]) lanes_until = '0;
    else if (room < $signed({27'b0, lanes})) lanes_until = room[6:0];
  end

  // ---- Cycle t + 1: addresses -------------------------------------------------------------------------------------------------
  logic [ACTIVE_BUSES-1:0]       read_q;  // a lane lies in the tensor
  logic [ACTIVE_BUSES-1:0]       fill_q;  // the bus carries a kernel row
  logic [ACTIVE_BUSES-1:0][19:0] row_addr_q;
  logic [19:0]                   pos_q;
  lanes_t                        lanes_q, before_q, until_q;
  logic [7:0]                    zero_point_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      read_q <= '0;
      fill_q <= '0;
      lanes_q <= '0;
      before_q <= '0;
      until_q <= '0;
    end else begin
      lanes_q <= clear_i ? '0 : lanes;
      before_q <= lanes_before;
      until_q <= clear_i ? '0 : lanes_until;
      for (int unsigned j = 0; j < ACTIVE_BUSES; j++) begin
        fill_q[j] <= depthwise && (stream_i || pad_i) && bus_on_i[j] && !clear_i;
        read_q[j] <= depthwise && stream_i && !pad_i && bus_on_i[j] && !clear_i && row_inside[j] && pos_inside;
      end
      if (!depthwise) read_q[0] <= !clear_i && lanes_until > lanes_before;
    end
  end

  always_ff @(posedge clk_i) begin
    if (stream_i) begin
      row_addr_q <= row_addr;
      pos_q <= pos_i[19:0];
      zero_point_q <= block_i.zero_point;
    end
  end

  // ---- Cycle t + 2: read ------------------------------------------------------------------------------------------------------
  // All buses read the same position of their rows in the same cycle: neighbouring rows are in different banks, so no two buses
  // ever want one bank. (Reading bus j later instead would let bus 0 enter an output row while bus 1 still reads the input row
  // that bus 0 reads now.)
  logic [ACTIVE_BUSES-1:0]       rd_en_q;
  logic [ACTIVE_BUSES-1:0]       rd_fill_q;
  logic [ACTIVE_BUSES-1:0][19:0] rd_addr_q;
  logic [7:0]                    rd_zero_point_q;
  lanes_t                        rd_lanes_q, rd_before_q, rd_until_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rd_en_q <= '0;
      rd_fill_q <= '0;
    end else begin
      rd_en_q <= clear_i ? '0 : read_q;
      rd_fill_q <= clear_i ? '0 : fill_q;
    end
  end

  for (genvar j = 0; j < int'(ACTIVE_BUSES); j++) begin : gen_read
    always_ff @(posedge clk_i) if (read_q[j]) rd_addr_q[j] <= row_addr_q[j] + pos_q;
  end

  always_ff @(posedge clk_i) begin
    rd_lanes_q <= lanes_q;
    rd_before_q <= before_q;
    rd_until_q <= until_q;
    rd_zero_point_q <= zero_point_q;
  end

  // ---- Cycle t + 3: data ------------------------------------------------------------------------------------------------------
  logic [ACTIVE_BUSES-1:0]      in_read_q, in_fill_q;
  logic [7:0]                   in_zero_point_q;
  logic [ROWS-1:0]              in_tensor_q, outside_q;
  logic [ROWS-1:0]              in_tensor;
  logic [ROWS-1:0][7:0]         x_d, x_q;

  assign in_tensor = ~(ALL_LANES << rd_until_q) & (ALL_LANES << rd_before_q);

  always_ff @(posedge clk_i) begin
    in_tensor_q <= in_tensor;
    outside_q <= ~(ALL_LANES << rd_lanes_q) & ~in_tensor;
    in_read_q <= rd_en_q;
    in_fill_q <= rd_fill_q;
    in_zero_point_q <= rd_zero_point_q;
  end

  for (genvar i = 0; i < int'(ROWS); i++) begin : gen_lane
    assign x_d[i] = (rd_data_i[0][i] & {8{in_tensor_q[i]}}) | (in_zero_point_q & {8{outside_q[i]}});
  end

  // ---- Cycle t + 4: at the array ----------------------------------------------------------------------------------------------
  always_ff @(posedge clk_i) x_q <= x_d;
  assign x_o = x_q;

  if (DEPTHWISE) begin : gen_depthwise
    for (genvar j = 0; j < int'(BUSES); j++) begin : gen_bus
      logic                 fill;
      logic [COLS-1:0][7:0] value, bytes, bus_q;

      assign value = in_read_q[j] ? rd_data_i[j][COLS-1:0] : {COLS{in_zero_point_q}};
      if (j == 0) begin : gen_direct
        assign fill = in_fill_q[0];
        assign bytes = value;
      end else begin : gen_delayed
        localparam int unsigned MOST_TAPS = ROWS / (j + 1) < MAX_BUS_TAPS ? ROWS / (j + 1) : MAX_BUS_TAPS;
        localparam int unsigned DEPTH = 1 << $clog2(j * MOST_TAPS);
        localparam int unsigned DELAY_WIDTH = $clog2(DEPTH) + 1;
        slt_delay_line #(
          .Depth(DEPTH),
          .Width(8 * COLS)
        ) u_delay (
          .clk_i,
          .rst_ni,
          .clear_i,
          .delay_i(DELAY_WIDTH'(taps_i * lanes_t'(j))),
          .valid_i(in_fill_q[j]),
          .data_i (value),
          .valid_o(fill),
          .data_o (bytes)
        );
      end
      always_ff @(posedge clk_i) bus_q <= fill ? bytes : '0;
      assign bus_o[j] = bus_q;
    end
    assign rd_en_o = rd_en_q;
    assign rd_addr_o = rd_addr_q;
    logic unused;
    assign unused = ^{rd_data_i, block_i};
  end else begin : gen_dense
    assign bus_o = '0;
    assign rd_en_o = {2'b0, rd_en_q};
    assign rd_addr_o = {40'b0, rd_addr_q};
    logic unused;
    assign unused = ^{taps_i, pad_i, rd_data_i, bus_on_i, pos_inside, in_read_q, in_fill_q, block_i};
  end

endmodule
