// SPDX-License-Identifier: Apache-2.0
// One lane of the vector engine: requantisation of an int32 with a pipelined 32 x 31 bit multiplier. ADD sends three values
// through it (the result of the first comes back as the bias of the third), average pooling the magnitude of the window sum,
// max pooling the maximum with factor 1.
//   Timing: one value a cycle; six stages, each with its own enable, data valid with the enable:
//           load (held value, bias, multiplier, shifts) - bias (add, left shift) - mult (two partial products) -
//           sum (product + rounding) - round (second rounding, right shift) - clamp (zero point, clamp). out_o holds the
//           byte in the cycle after stage clamp. Nothing toggles while the enables are low.
//   Range:  bias and accumulator full int32 (sum and left shift wrap), multiplier 0 to 2^31-1, shift -31 to 30. With single
//           rounding the result is the low 32 bits of the shifted product. Window sums fit in 24 bits (256 x 256 windows).
//           act_min <= act_max.
module slt_requant_lane
  import slt_vector_pkg::*;
(
  input  logic               clk_i,
  input  lane_load_t         load_i,
  input  logic signed [31:0] acc_i,
  input  logic signed [7:0]  spm_i,
  input  logic        [31:0] tab_bias_i,
  input  logic        [30:0] tab_mult_i,
  input  logic signed [7:0]  tab_shift_i,
  input  lane_bias_t         bias_i,
  input  logic               mult_en_i,
  input  lane_sum_t          sum_i,
  input  lane_round_t        round_i,
  input  lane_clamp_t        clamp_i,
  output logic signed [7:0]  out_o
);

  logic        [31:0] hold_q;       // -> stage bias
  logic        [31:0] bias_q;
  logic        [30:0] mult_q;
  shifts_t            shifts_q;
  logic signed [31:0] operand_q;    // -> stage mult
  logic        [30:0] factor_q;
  logic        [5:0]  mult_rsh_q;
  logic               mult_neg_q;
  logic signed [47:0] low_q;        // -> stage sum
  logic signed [46:0] high_q;
  logic        [5:0]  sum_rsh_q;
  logic               sum_neg_q;
  logic signed [63:0] product_q;    // -> stage round
  logic        [5:0]  round_rsh_q;
  logic               round_neg_q;
  logic        [31:0] result_q;     // -> stage clamp
  logic               clamp_neg_q;
  logic signed [7:0]  out_q;

  function automatic logic [31:0] scaled_difference(logic signed [7:0] value, logic signed [7:0] zero_point);
    logic signed [8:0] difference;
    difference = 9'(value) - 9'(zero_point);
    return {{3{difference[8]}}, difference, 20'd0};
  endfunction

  function automatic logic [31:0] window_sum(logic [23:0] so_far, logic signed [7:0] value);
    logic [23:0] total;
    total = so_far + {{16{value[7]}}, value};
    return {{8{total[23]}}, total};
  endfunction

  // |a| = (a ^ sign) + sign, so that the magnitude costs the carry input only.
  function automatic logic [31:0] shifted_sum(logic [31:0] a, logic [31:0] b, logic negative, logic [4:0] lsh);
    logic [31:0] sum;
    sum = (a ^ {32{negative}}) + b + {31'd0, negative};
    return sum << lsh;
  endfunction

  function automatic logic signed [47:0] low_product(logic signed [31:0] a, logic [15:0] b);
    return 48'(a) * 48'($signed({1'b0, b}));
  endfunction

  function automatic logic signed [46:0] high_product(logic signed [31:0] a, logic [14:0] b);
    return 47'(a) * 47'($signed({1'b0, b}));
  endfunction

  function automatic logic signed [63:0] biased_product(
    logic signed [47:0] low, logic signed [46:0] high, logic [5:0] rsh, round_e mode
  );
    logic signed [63:0] half;
    case (mode)
      ROUND_DOUBLE: half = 64'sd1 << 30;
      ROUND_SINGLE: half = $signed((64'd1 << rsh) >> 1);
      default:      half = 64'sd0;
    endcase
    return 64'(low) + $signed({high[46], high, 16'd0}) + half;
  endfunction

  // Ties away from zero: adding half, and one less for negative values, makes the floor of the shift do it.
  function automatic logic [31:0] shifted_product(
    logic signed [63:0] product, logic [5:0] rsh, round_e mode, logic saturate
  );
    logic signed [32:0] high;
    logic signed [63:0] wide;
    logic signed [63:0] shifted;
    high = $signed({product[62], product[62:31]}) + $signed((33'd1 << rsh[4:0]) >> 1)
         - $signed({32'd0, product[62] && rsh != 6'd0});
    wide = mode == ROUND_DOUBLE ? 64'(high) : product;
    shifted = wide >>> rsh;
    return saturate && shifted[63:31] != '0 ? 32'h7fff_ffff : shifted[31:0];
  endfunction

  function automatic logic signed [7:0] clamped(logic [31:0] value, logic negative, out_quant_t quant);
    logic signed [31:0] operand;
    logic signed [32:0] total;
    logic signed [7:0]  narrow;
    operand = $signed(value ^ {32{negative}});
    total = 33'(operand) + 33'(quant.zero_point) + $signed({32'd0, negative});
    narrow = $signed(total[7:0]);
    if (total[32:7] != {26{total[32]}}) return total[32] ? quant.act_min : quant.act_max;  // not an int8
    if (narrow < quant.act_min) return quant.act_min;
    if (narrow > quant.act_max) return quant.act_max;
    return narrow;
  endfunction

  always_ff @(posedge clk_i) begin : stage_load
    case (load_i.op)
      LOAD_ACC:   hold_q <= acc_i;
      LOAD_DIFF:  hold_q <= scaled_difference(spm_i, load_i.zero_point);
      LOAD_FIRST: hold_q <= 32'(spm_i);
      LOAD_SUM:   hold_q <= window_sum(hold_q[23:0], spm_i);
      LOAD_MAX:   if (spm_i > $signed(hold_q[7:0])) hold_q <= 32'(spm_i);
      default:    ;
    endcase
    if (load_i.take_table) begin
      mult_q   <= tab_mult_i;
      shifts_q <= split_shift(tab_shift_i, load_i.single);
    end else if (load_i.take_uniform) begin
      mult_q   <= load_i.mult;
      shifts_q <= load_i.shifts;
    end
    if (load_i.take_table) bias_q <= tab_bias_i;
    else if (load_i.take_bias) bias_q <= {16'd0, load_i.bias};
    else if (clamp_i.keep) bias_q <= result_q;
  end

  always_ff @(posedge clk_i) begin : stage_bias
    if (bias_i.en) begin
      operand_q  <= shifted_sum(bias_i.sum ? result_q : hold_q, bias_i.use_bias ? bias_q : 32'd0,
                                bias_i.magnitude && hold_q[31], shifts_q.lsh);
      factor_q   <= mult_q;
      mult_rsh_q <= shifts_q.rsh;
      mult_neg_q <= bias_i.magnitude && hold_q[31];
    end
  end

  always_ff @(posedge clk_i) begin : stage_mult
    if (mult_en_i) begin
      low_q     <= low_product(operand_q, factor_q[15:0]);
      high_q    <= high_product(operand_q, factor_q[30:16]);
      sum_rsh_q <= mult_rsh_q;
      sum_neg_q <= mult_neg_q;
    end
  end

  always_ff @(posedge clk_i) begin : stage_sum
    if (sum_i.en) begin
      product_q   <= biased_product(low_q, high_q, sum_rsh_q, sum_i.mode);
      round_rsh_q <= sum_rsh_q;
      round_neg_q <= sum_neg_q;
    end
  end

  always_ff @(posedge clk_i) begin : stage_round
    if (round_i.en) begin
      result_q    <= shifted_product(product_q, round_rsh_q, round_i.mode, round_i.saturate);
      clamp_neg_q <= round_neg_q;
    end
  end

  always_ff @(posedge clk_i) begin : stage_clamp
    if (clamp_i.en) out_q <= clamped(result_q, clamp_neg_q, clamp_i.quant);
  end

  assign out_o = out_q;

endmodule
