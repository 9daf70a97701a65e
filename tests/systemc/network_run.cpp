// SPDX-License-Identifier: Apache-2.0
#include "tests/systemc/network_run.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>

#include "driver/host/network_image.h"
#include "driver/include/slt_runtime.h"
#include "mapper/lower/map.h"
#include "sim/session/driver_port.h"

namespace systolite::test {
namespace {

void require(slt_result_t result, const char* what) {
  if (result != kSltOk) throw std::runtime_error(std::string(what) + " failed: " + slt_result_name(result));
}

}  // namespace

struct NetworkRun::Board {
  Board(Device& device, BusMemory& bus_memory) : memory(bus_memory), port(device) {}
  BusMemory& memory;
  DriverPort port;
  slt_t driver{};
  std::vector<std::uint32_t> image;
  slt_network_t network{};
};

NetworkRun::NetworkRun(const Graph& graph, const HwConfig& config, Device& device, BusMemory& memory,
                       bool keep_all_tensors, Rounding rounding, const std::map<int, LayerCut>& cuts)
    : program_(map_network(graph, config, {.keep_all_tensors = keep_all_tensors, .rounding = rounding, .cuts = cuts})),
      board_(std::make_unique<Board>(device, memory)) {
  const NetworkImage network = build_network_image(graph, program_, rounding);
  Board& b = *board_;
  b.memory.write(program_.flash_base, network.flash);
  b.image.resize((network.image.size() + 3) / 4);
  std::memcpy(b.image.data(), network.image.data(), network.image.size());
  const slt_port_t port = b.port.port();
  const slt_result_t found = slt_init(&b.driver, &port);
  b.port.rethrow();
  require(found, "slt_init");
  const MemoryRegion& weights = config.weights_region();
  const slt_memory_t regions = {b.memory.storage(weights.base).data(),     weights.base,     weights.bytes,
                                b.memory.storage(config.sram.base).data(), config.sram.base, config.sram.bytes};
  const slt_result_t loaded = slt_network_load(&b.network, b.image.data(),
                                               static_cast<std::uint32_t>(network.image.size()), &regions, &b.driver);
  b.port.rethrow();
  require(loaded, "slt_network_load");
}

NetworkRun::~NetworkRun() = default;

RunResult NetworkRun::run(const std::vector<std::vector<std::int8_t>>& inputs) {
  Board& b = *board_;
  b.memory.write(program_.sram_base, std::vector<std::uint8_t>(program_.sram_bytes, 0xA5));
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    slt_tensor_t tensor;
    require(slt_network_input(&b.network, i, &tensor), "slt_network_input");
    std::ranges::copy(inputs[i], tensor.data);
  }
  std::vector<slt_step_report_t> steps(slt_network_step_count(&b.network));
  slt_run_report_t report{};
  report.steps = steps.data();
  report.step_capacity = static_cast<std::uint32_t>(steps.size());
  const slt_run_options_t options = {.sleep = true, .timeout_cycles = 100'000'000};
  const slt_result_t result = slt_network_run(&b.network, &b.driver, &options, &report);
  b.port.rethrow();
  require(result, "slt_network_run");
  RunResult run;
  run.traces = b.port.take_traces();
  std::size_t job = 0;
  for (const slt_step_report_t& step : steps) {
    if (step.kind == kSltStepJob && step.device_cycles != run.traces.at(job++).cycles)
      throw std::runtime_error("the cycle counter and the trace do not agree");
  }
  for (const TensorPlace& place : program_.places) {
    std::vector<std::int8_t>& values = run.tensors[place.tensor];
    values.resize(place.bytes);
    b.memory.read(place.address, {reinterpret_cast<std::uint8_t*>(values.data()), values.size()});
  }
  return run;
}

std::vector<std::vector<std::int8_t>> random_inputs(const Graph& graph, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<std::int8_t>> inputs;
  for (const int tensor : graph.inputs) {
    auto& values =
        inputs.emplace_back(static_cast<std::size_t>(graph.tensors[static_cast<std::size_t>(tensor)].elements()));
    for (std::int8_t& value : values) value = static_cast<std::int8_t>(random() & 0xFFU);
  }
  return inputs;
}

}  // namespace systolite::test
