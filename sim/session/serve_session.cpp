// SPDX-License-Identifier: Apache-2.0
#include "sim/session/serve_session.h"

#include <fmt/format.h>

#include <utility>

#include "sim/core/error.h"
#include "sim/firmware/firmware_board.h"
#include "sim/memory/bus_memory.h"
#include "sim/session/backend_factory.h"
#include "sim/session/compiled_network.h"

namespace systolite {
namespace {

const Graph& check_ports(const Graph& graph) {
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
    throw Error(ExitCode::kModel, fmt::format("{} has {} inputs and {} outputs; the serial protocol knows one of each.",
                                              graph.name, graph.inputs.size(), graph.outputs.size()));
  }
  return graph;
}

}  // namespace

struct ServeSession::Machine {
  Machine(const Graph& graph, const HwConfig& config, const SessionOptions& options, const ServeOptions& serve,
          std::function<void(char)> sink)
      : network(check_ports(graph), config, options),
        memory(config),
        board(config, memory, network.program(), network.image(), network.timeout_cycles(), *options.firmware, serve,
              accelerator_factory(config, memory, options), std::move(sink)) {}

  CompiledNetwork network;
  BusMemory memory;
  FirmwareBoard board;
};

ServeSession::ServeSession(const Graph& graph, const HwConfig& config, const SessionOptions& options,
                           const ServeOptions& serve, std::function<void(char)> sink)
    : machine_(std::make_unique<Machine>(graph, config, options, serve, std::move(sink))) {}

ServeSession::~ServeSession() = default;

void ServeSession::start() { machine_->board.start(); }

void ServeSession::receive(std::string_view text) { machine_->board.receive(text); }

void ServeSession::run() { machine_->board.run_until_idle(); }

Cycles ServeSession::now() const { return machine_->board.now(); }

}  // namespace systolite
