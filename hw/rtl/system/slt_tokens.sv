// SPDX-License-Identifier: Apache-2.0
// Token counters between engines: avail_o[c][p] says that engine p has given engine c a token that c has not taken.
//   Timing: a token given or taken in cycle t counts from t+1 on.
//   Limits: 8 bits a counter; an engine never waits for or signals itself.
`include "slt_assert.svh"

module slt_tokens
  import slt_isa_pkg::*;
(
    input  logic                                    clk_i,
    input  logic                                    rst_ni,
    input  logic                                    clear_i,
    input  logic [NUM_ENGINES-1:0][NUM_ENGINES-1:0] give_i,  // [p][c]: p completed a command that signals c
    input  logic [NUM_ENGINES-1:0][NUM_ENGINES-1:0] take_i,  // [c][p]: c starts a command that waits for p
    output logic [NUM_ENGINES-1:0][NUM_ENGINES-1:0] avail_o
);

  for (genvar c = 0; c < NUM_ENGINES; c++) begin : gen_consumer
    for (genvar p = 0; p < NUM_ENGINES; p++) begin : gen_producer
      if (p == c) begin : gen_none
        assign avail_o[c][p] = 1'b0;
      end else begin : gen_counter
        logic [7:0] count_q;
        always_ff @(posedge clk_i or negedge rst_ni) begin
          if (!rst_ni) count_q <= '0;
          else if (clear_i) count_q <= '0;
          else if (give_i[p][c] != take_i[c][p]) count_q <= give_i[p][c] ? count_q + 8'd1 : count_q - 8'd1;
        end
        assign avail_o[c][p] = count_q != '0;
        `SLT_ASSERT(NoOverflow, !(count_q == 8'd255 && give_i[p][c] && !take_i[c][p]))
        `SLT_ASSERT(NoUnderflow, !(count_q == '0 && take_i[c][p]))
      end
    end
  end

endmodule
