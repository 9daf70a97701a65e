// SPDX-License-Identifier: Apache-2.0
#include "sim/baseline/memory_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "driver/host/cpu_program.h"
#include "driver/host/network_image.h"
#include "sim/core/error.h"

namespace systolite::baseline {
namespace {

constexpr std::uint32_t kMaxNetworkBytes = SLT_BASELINE_CONSTANTS - SLT_BASELINE_IMAGE;
constexpr std::uint8_t kPattern = 0xA5;

std::uint8_t* at(std::vector<std::uint8_t>& ram, const MemoryImage& image, std::uint32_t address) {
  return ram.data() + (address - image.map.ram);
}

const TensorPlace& place_of(const MemoryImage& image, int tensor) {
  const auto found = std::ranges::find(image.program.places, tensor, &TensorPlace::tensor);
  if (found == image.program.places.end()) {
    throw Error(ExitCode::kInternal, fmt::format("tensor {} has no place in the program for the processor", tensor));
  }
  return *found;
}

}  // namespace

MemoryImage make_memory_image(const Graph& graph, const MemoryMap& map, Rounding rounding, bool keep_all_tensors,
                              std::uint32_t least_scratch_bytes) {
  MemoryImage image;
  image.map = map;
  image.program = cpu_program(graph, {.flash_base = map.flash + SLT_BASELINE_CONSTANTS,
                                      .sram_base = map.ram + SLT_BASELINE_ARENA,
                                      .keep_all_tensors = keep_all_tensors});
  const NetworkImage network = build_network_image(graph, image.program, rounding, least_scratch_bytes);
  if (image.program.steps.size() > kSltBaselineMaxSteps || network.image.size() > kMaxNetworkBytes) {
    throw Error(ExitCode::kModel,
                fmt::format("{} has {} operators; the firmware for the processor alone takes up to {}", graph.name,
                            image.program.steps.size(), int{kSltBaselineMaxSteps}));
  }
  image.arena_bytes = network.arena_bytes;
  image.scratch_bytes = network.scratch_bytes;
  image.constant_bytes = static_cast<std::uint32_t>(network.flash.size());
  image.network_bytes = static_cast<std::uint32_t>(network.image.size());
  image.flash = network.image;
  image.flash.resize(SLT_BASELINE_CONSTANTS - SLT_BASELINE_IMAGE);
  image.flash.insert(image.flash.end(), network.flash.begin(), network.flash.end());
  return image;
}

std::vector<std::uint8_t> make_ram(const MemoryImage& image, const Graph& graph,
                                   std::span<const std::vector<std::int8_t>> inputs, std::uint32_t request) {
  if (inputs.size() != graph.inputs.size()) {
    throw Error(ExitCode::kData,
                fmt::format("{} has {} inputs, {} were given", graph.name, graph.inputs.size(), inputs.size()));
  }
  std::vector<std::uint8_t> ram(image.ram_bytes(), kPattern);
  slt_baseline_mailbox_t mailbox = {};
  mailbox.magic = SLT_BASELINE_MAGIC;
  mailbox.request = request;
  std::memcpy(ram.data() + SLT_BASELINE_MAILBOX, &mailbox, sizeof(mailbox));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TensorPlace& place = place_of(image, graph.inputs[i]);
    if (inputs[i].size() != place.bytes) {
      throw Error(ExitCode::kData, fmt::format("input {} of {} has {} values, {} were given", i, graph.name,
                                               place.bytes, inputs[i].size()));
    }
    std::memcpy(at(ram, image, place.address), inputs[i].data(), inputs[i].size());
  }
  return ram;
}

slt_baseline_mailbox_t read_mailbox(std::span<const std::uint8_t> ram) {
  slt_baseline_mailbox_t mailbox;
  if (ram.size() < SLT_BASELINE_ARENA) {
    throw Error(ExitCode::kInternal,
                fmt::format("{} bytes of RAM do not hold the mailbox of the firmware", ram.size()));
  }
  std::memcpy(&mailbox, ram.data() + SLT_BASELINE_MAILBOX, sizeof(mailbox));
  return mailbox;
}

std::map<int, std::vector<std::int8_t>> read_tensors(const MemoryImage& image, std::span<const std::uint8_t> ram) {
  std::map<int, std::vector<std::int8_t>> tensors;
  for (const TensorPlace& place : image.program.places) {
    const auto bytes = ram.subspan(place.address - image.map.ram, place.bytes);
    tensors[place.tensor].assign(bytes.begin(), bytes.end());
  }
  return tensors;
}

}  // namespace systolite::baseline
