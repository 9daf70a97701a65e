// SPDX-License-Identifier: Apache-2.0
// A run written by hand: a job, an operator on the CPU, the job again, on small_config().
#pragma once

#include <vector>

#include "mapper/ir/graph.h"
#include "mapper/program/program.h"
#include "sim/device/trace.h"

namespace systolite {

inline constexpr Cycles kMatrixDoneDelay = 20;  // rows + cols + 4 of an 8 x 8 array

// Stream: 0 ld(op 0), 1 mm_cfg_in(op 0), 2 mm(op 0), 3 mm(op 0), 4 st(op 0), 5 end.
inline JobStep hand_job() {
  JobStep step;
  step.stream_address = 0x08000000;
  step.commands = {isa::encode(isa::Ld{.mem_addr = 0x08001000, .row_bytes = 64}),       isa::encode(isa::MmCfgIn{}),
                   isa::encode(isa::Mm{.len = 8, .wait = isa::mask(isa::Engine::kLd)}), isa::encode(isa::Mm{.len = 8}),
                   isa::encode(isa::St{.mem_addr = 0x20000000, .row_bytes = 8}),        isa::encode(isa::End{})};
  step.op_of_command = {0, 0, 0, 0, 0, -1};
  return step;
}

inline Trace hand_trace() {
  using isa::State;
  Trace t;
  t.cycles = 100;
  t.states = {{{{State::kIdle, 0, 10},
                {State::kBusy, 10, 11},
                {State::kWaitMemory, 11, 20},
                {State::kBusy, 20, 28},
                {State::kIdle, 28, 100}},
               {{State::kIdle, 0, 100}},
               {{State::kIdle, 0, 11},
                {State::kBusy, 11, 12},
                {State::kWaitLd, 12, 30},
                {State::kBusy, 30, 40},
                {State::kWaitWeights, 40, 44},
                {State::kBusy, 44, 60},
                {State::kIdle, 60, 100}},
               {{State::kIdle, 0, 100}},
               {{State::kIdle, 0, 80},
                {State::kWaitMemory, 80, 83},
                {State::kBusy, 83, 84},
                {State::kWaitMemory, 84, 90},
                {State::kIdle, 90, 100}},
               {{State::kWaitMemory, 0, 10}, {State::kBusy, 10, 15}, {State::kWaitEngines, 15, 100}}}};
  // The second mm is popped while the first one works, up to cycle 50.
  t.pop_cycles = {{{10}, {}, {11, 30, 33}, {}, {80}}};
  t.done_cycles = {{{27}, {}, {12, 49 + kMatrixDoneDelay, 59 + kMatrixDoneDelay}, {}, {89}}};
  t.read_beats = {{4, 10}, {19, 27}};
  t.fetch_beats = {{4, 10}};
  t.write_beats = {{82, 83}};
  t.traffic = {.fetch_beats = 6, .load_beats = 8, .write_beats = 1};
  return t;
}

inline Graph hand_graph() {
  Graph g;
  g.name = "net";
  g.tensors.resize(4);
  for (Tensor& tensor : g.tensors) tensor.shape = {1, 64};
  g.tensors[3].shape = {64, 64};
  g.tensors[3].data.resize(64 * 64);
  g.ops.push_back({.index = 0,
                   .type = "FULLY_CONNECTED",
                   .name = "dense",
                   .inputs = {0, 3, -1},
                   .outputs = {1},
                   .params = FullyConnected{}});
  g.ops.push_back({.index = 1, .type = "SOFTMAX", .name = "soft", .inputs = {1}, .outputs = {2}, .params = Softmax{}});
  g.inputs = {0};
  g.outputs = {2};
  return g;
}

inline Program hand_program() {
  Program program{};
  program.steps = {hand_job(), CpuStep{1, "no softmax unit"}, hand_job()};
  program.layers = {{.where = Where::kArray}, {.where = Where::kCpu, .reason = "no softmax unit"}};
  return program;
}

}  // namespace systolite
