// SPDX-License-Identifier: Apache-2.0
// Assertion macros. Include inside or before a module that has clk_i and rst_ni.
//   SLT_ASSERT(name, prop)       prop holds at every rising edge of clk_i out of reset (simulation with --assert)
//   SLT_ASSERT_INIT(name, cond)  the constant cond holds, else elaboration stops with the name; also in synthesis
`ifndef SLT_ASSERT_SVH
`define SLT_ASSERT_SVH

`ifdef SYNTHESIS
`define SLT_ASSERT(name, prop)
`else
`define SLT_ASSERT(name, prop) \
  name: assert property (@(posedge clk_i) disable iff (!rst_ni) (prop)) else $error(`"assertion name failed`");
`endif

`define SLT_ASSERT_INIT(name, cond) \
  if (!(cond)) begin : gen_illegal_``name \
    $error(`"illegal configuration: name does not hold`"); \
  end

`endif
