// SPDX-License-Identifier: Apache-2.0
// A network behind a serial port: the firmware in the SoC answers the MLPerf Tiny protocol (driver/serve).
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "sim/firmware/firmware_options.h"
#include "sim/session/session.h"

namespace systolite {

class ServeSession {
 public:
  // `options.firmware` must be set. `sink` gets every character the board sends. Throws Error: kModel (does not fit, or
  // has not exactly one input and one output), and what FirmwareBoard throws. Graph and configuration outlive it.
  ServeSession(const Graph& graph, const HwConfig& config, const SessionOptions& options, const ServeOptions& serve,
               std::function<void(char)> sink);
  ~ServeSession();

  // Resets the board. What it does and sends happens in run().
  void start();
  // Characters for the board's serial port.
  void receive(std::string_view text);
  // Runs until the firmware waits for more characters. Throws Error(kDevice) when it stops.
  void run();
  // Cycles since the board was made; none pass while nothing happens.
  [[nodiscard]] Cycles now() const;

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace systolite
