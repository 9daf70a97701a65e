// SPDX-License-Identifier: Apache-2.0
// What the mapper produces: memory images, command streams, CPU steps. Everything a runtime needs and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/hw_config.h"
#include "slt_isa.hpp"  // generated: systolite::isa::Command, encoders, decoders, text

namespace systolite {

// How the bytes of a tensor lie in system memory: dense NHWC at an SRAM address.
struct TensorPlace {
  int tensor;             // graph index
  std::uint32_t address;  // bus address
  std::uint32_t bytes;
};

// One accelerator job: commands, and for each the operator it belongs to (index into Graph::ops, -1: none).
struct JobStep {
  std::vector<isa::Command> commands;
  std::vector<int> op_of_command;
  std::uint32_t stream_address;  // bus address of the first command in the flash image
};

// An operator that runs on the CPU; operands are read from and written to their TensorPlace.
struct CpuStep {
  int op;              // index into Graph::ops
  std::string reason;  // why the device does not take it, for the report
};

using Step = std::variant<JobStep, CpuStep>;

enum class Where { kArray, kVector, kCpu, kNone };

struct LayerInfo {
  Where where = Where::kNone;
  std::string reason = {};                // for kCpu
  std::optional<Dataflow> dataflow = {};  // for kArray
  bool either_dataflow = false;           // both are built, and the layer can run in either
  std::optional<int> in_place_of = {};    // tensor whose bytes of the scratchpad the result takes
  int row_bands = 1;                      // depthwise: bands of rows beside each other that its image is stored in
  int most_row_bands = 1;                 // that it could be stored in
};

// Bytes [begin, end) of the scratchpad.
struct ScratchpadRange {
  std::uint32_t begin;
  std::uint32_t end;
};

// A tensor in the scratchpad, from the operator that makes it (or, of an input, that it is loaded for) to its last
// user on the device. One range, or one for each bank that its rows rotate through.
struct ScratchpadPlace {
  int tensor;    // graph index; a RESHAPE shares the place of its input
  int first_op;  // index into Graph::ops, as last_op
  int last_op;
  std::vector<ScratchpadRange> ranges;
};

struct Program {
  std::uint32_t config_id;
  std::uint32_t flash_base;
  std::uint32_t flash_bytes;        // weights, tables, command streams
  std::vector<std::uint8_t> flash;  // these bytes, at flash_base (memory.weights), unless only addresses were wanted
  std::uint32_t sram_base;
  std::uint32_t sram_bytes;  // arena in use
  std::vector<Step> steps;
  std::vector<TensorPlace> places;          // every tensor that exists in SRAM at some time
  std::vector<LayerInfo> layers;            // one per operator
  std::vector<ScratchpadPlace> scratchpad;  // every tensor that the device touches, by first_op
};

}  // namespace systolite
