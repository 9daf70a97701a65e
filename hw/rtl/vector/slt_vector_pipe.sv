// SPDX-License-Identifier: Apache-2.0
// Control pipeline of the lanes: takes a step a cycle, keeps the scale and output quantisation that belong to it, drives the
// stage controls and the write port.
//   Timing: step in cycle t; stage load in t+1, bias t+2, mult t+3, sum t+4, round t+5, clamp t+6, write in t+7
//           (STEP_TO_WRITE). dest_i is the address of the step of the cycle before. The sum of an add is the step four cycles
//           behind its second operand: the first operand's result is the bias then, the second one's is in stage clamp.
//   Limits: between the last sum of an add and the first step of another command lies at least one cycle.
module slt_vector_pipe
  import slt_isa_pkg::*;
  import slt_params_pkg::*;
  import slt_vector_pkg::*;
(
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             clear_i,
  input  vec_step_t        step_i,
  input  spm_addr_t        dest_i,
  input  logic [15:0]      half_i,
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  input  vec_cfg_out_cmd_t cfg_out_i,
  // verilator lint_on UNUSEDSIGNAL
  input  vec_scale_t [3:0] scale_i,
  output vec_step_t        load_step_o,
  output logic             per_tensor_o,
  output lane_load_t       load_o,
  output lane_bias_t       bias_o,
  output logic             mult_en_o,
  output lane_sum_t        sum_o,
  output lane_round_t      round_o,
  output lane_clamp_t      clamp_o,
  output logic             wr_en_o,
  output spm_addr_t        wr_addr_o,
  output logic [LANES-1:0] wr_strb_o,
  output logic             completed_o
);

  // Max pooling: multiplied by 2^30, shifted back by 30.
  localparam logic [30:0] ONE_MULT = 31'd1 << 30;
  localparam logic [5:0]  ONE_RSH = 6'd30;

  // What travels with a value behind stage load.
  typedef struct packed {
    step_e      kind;
    logic       emit;
    logic       last;
    round_e     mode;
    out_quant_t quant;
    logic [6:0] bytes;
  } flow_t;

  vec_step_t  load_step_q;
  logic       per_tensor_q;
  lane_load_t load_d, load_q;
  // Every unit reads its own fields.
  // verilator lint_off UNUSEDSIGNAL
  flow_t      load_flow_d, load_flow_q, bias_q, mult_q, sum_q, round_q, clamp_q;
  // verilator lint_on UNUSEDSIGNAL
  spm_addr_t  bias_dest_q, mult_dest_q, sum_dest_q, round_dest_q, clamp_dest_q, wr_addr_q;
  logic       bias_valid_q, mult_valid_q, sum_valid_q, round_valid_q, clamp_valid_q;
  logic       load_passes;
  logic       wr_en_q, completed_q;
  logic [LANES-1:0] wr_strb_q;
  vec_scale_t scale;
  logic       pool, table_scale;

  assign pool = step_i.kind inside {STEP_MAX, STEP_AVERAGE};
  assign table_scale = step_i.kind == STEP_REQUANT;

  always_comb begin
    case (step_i.kind)
      STEP_IN1: scale = scale_i[0];
      STEP_IN2: scale = scale_i[1];
      STEP_SUM: scale = scale_i[2];
      default:  scale = scale_i[3];
    endcase
  end

  always_comb begin
    load_d = '0;
    case (step_i.kind)
      STEP_REQUANT:       load_d.op = LOAD_ACC;
      STEP_IN1, STEP_IN2: load_d.op = LOAD_DIFF;
      STEP_MAX:           load_d.op = step_i.window_first ? LOAD_FIRST : LOAD_MAX;
      STEP_AVERAGE:       load_d.op = step_i.window_first ? LOAD_FIRST : LOAD_SUM;
      default:            load_d.op = LOAD_NONE;
    endcase
    load_d.zero_point = scale.zero_point;
    load_d.take_table = table_scale && step_i.group_first;
    load_d.take_uniform = !table_scale;
    load_d.take_bias = pool;
    load_d.single = cfg_out_i.single_rounding[0];
    load_d.mult = scale.mult;
    load_d.shifts = split_shift(8'(scale.shift), cfg_out_i.single_rounding[0]);
    load_d.bias = half_i;
    if (step_i.kind == STEP_AVERAGE) load_d.shifts = '{lsh: 5'd0, rsh: scale.shift[5:0]};
    if (step_i.kind == STEP_MAX) begin
      load_d.mult = ONE_MULT;
      load_d.shifts = '{lsh: 5'd0, rsh: ONE_RSH};
      load_d.bias = 16'd0;
    end

    load_flow_d = '0;
    load_flow_d.kind = step_i.kind;
    load_flow_d.emit = step_i.emit;
    load_flow_d.last = step_i.last;
    load_flow_d.mode = pool ? ROUND_NONE : (cfg_out_i.single_rounding[0] ? ROUND_SINGLE : ROUND_DOUBLE);
    load_flow_d.quant = '{zero_point: pool ? 8'sd0 : cfg_out_i.zero_point, act_min: cfg_out_i.act_min,
                          act_max: cfg_out_i.act_max};
    load_flow_d.bytes = step_i.bytes;
  end

  // A window goes on behind stage load when it is complete.
  assign load_passes = load_step_q.valid && (load_flow_q.emit || !(load_flow_q.kind inside {STEP_MAX, STEP_AVERAGE}));

  always_ff @(posedge clk_i or negedge rst_ni) begin : valid_bits
    if (!rst_ni) begin
      load_step_q   <= '0;
      bias_valid_q  <= 1'b0;
      mult_valid_q  <= 1'b0;
      sum_valid_q   <= 1'b0;
      round_valid_q <= 1'b0;
      clamp_valid_q <= 1'b0;
      wr_en_q       <= 1'b0;
      completed_q   <= 1'b0;
    end else begin
      load_step_q       <= step_i;
      load_step_q.valid <= step_i.valid && !clear_i;
      bias_valid_q      <= load_passes && !clear_i;
      mult_valid_q      <= bias_valid_q && !clear_i;
      sum_valid_q       <= mult_valid_q && !clear_i;
      round_valid_q     <= sum_valid_q && !clear_i;
      clamp_valid_q     <= round_valid_q && !clear_i;
      wr_en_q           <= clamp_valid_q && clamp_q.emit && !clear_i;
      completed_q       <= clamp_valid_q && clamp_q.last && !clear_i;
    end
  end

  always_ff @(posedge clk_i) begin : payload
    if (step_i.valid) begin
      load_q       <= load_d;
      load_flow_q  <= load_flow_d;
      per_tensor_q <= cfg_out_i.per_tensor[0];
    end
    if (load_passes) begin
      bias_q      <= load_flow_q;
      bias_dest_q <= dest_i;
    end
    if (bias_valid_q) begin
      mult_q      <= bias_q;
      mult_dest_q <= bias_dest_q;
    end
    if (mult_valid_q) begin
      sum_q      <= mult_q;
      sum_dest_q <= mult_dest_q;
    end
    if (sum_valid_q) begin
      round_q      <= sum_q;
      round_dest_q <= sum_dest_q;
    end
    if (round_valid_q) begin
      clamp_q      <= round_q;
      clamp_dest_q <= round_dest_q;
    end
    if (clamp_valid_q && clamp_q.emit) begin
      wr_addr_q <= clamp_dest_q;
      for (int unsigned l = 0; l < LANES; l++) wr_strb_q[l] <= 32'(clamp_q.bytes) > l;
    end
  end

  always_comb begin
    load_o = load_q;
    if (!load_step_q.valid) begin
      load_o.op = LOAD_NONE;
      load_o.take_table = 1'b0;
      load_o.take_uniform = 1'b0;
      load_o.take_bias = 1'b0;
    end
    bias_o = '{en: bias_valid_q, sum: bias_q.kind == STEP_SUM, use_bias: !(bias_q.kind inside {STEP_IN1, STEP_IN2}),
               magnitude: bias_q.kind == STEP_AVERAGE};
    mult_en_o = mult_valid_q;
    sum_o = '{en: sum_valid_q, mode: sum_q.mode};
    round_o = '{en: round_valid_q, mode: round_q.mode, saturate: round_q.kind == STEP_AVERAGE};
    clamp_o = '{en: clamp_valid_q && clamp_q.emit, keep: clamp_valid_q && clamp_q.kind == STEP_IN1, quant: clamp_q.quant};
  end

  assign load_step_o = load_step_q;
  assign per_tensor_o = per_tensor_q;
  assign wr_en_o = wr_en_q;
  assign wr_addr_o = wr_addr_q;
  assign wr_strb_o = wr_strb_q;
  assign completed_o = completed_q;

endmodule
