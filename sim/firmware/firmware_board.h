// SPDX-License-Identifier: Apache-2.0
// A network with its firmware in the SoC: a Cortex-M runs driver, runtime and kernels, the accelerator its jobs.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "driver/host/network_image.h"
#include "mapper/program/program.h"
#include "sim/core/hw_config.h"
#include "sim/firmware/firmware_options.h"
#include "sim/firmware/firmware_run.h"
#include "sim/memory/bus_memory.h"
#include "sim/memory/memory_system.h"
#include "sim/soc/soc.h"

namespace systolite {

class FirmwareBoard {
 public:
  // Places network, firmware and buffers in `memory`, which outlives the board, as do `config` and `program`. Throws
  // Error: kTool and kModel as place_firmware(), kModel when memory is missing, kConfig for a core or profile that does
  // not go, and what Soc throws.
  FirmwareBoard(const HwConfig& config, BusMemory& memory, const Program& program, const NetworkImage& network,
                std::uint32_t timeout_cycles, const FirmwareOptions& options,
                const AcceleratorFactory& make_accelerator);
  // The same with the serving firmware. `uart_sink` gets what it sends.
  FirmwareBoard(const HwConfig& config, BusMemory& memory, const Program& program, const NetworkImage& network,
                std::uint32_t timeout_cycles, const FirmwareOptions& options, const ServeOptions& serve,
                const AcceleratorFactory& make_accelerator, Uart::Sink uart_sink);
  ~FirmwareBoard();

  // Stalls and faults of the memories as the accelerator sees them, for tests.
  [[nodiscard]] MemorySystem& memory() noexcept;

  // From reset to the exit of the measuring firmware; the input is in memory. `limit`: cycles it may take. Throws
  // Error(kDevice) when the firmware faults, hangs or exceeds the limit.
  [[nodiscard]] FirmwareRun run(Cycles limit);

  // Resets the processor; the serving firmware then runs in run_until_idle().
  void start();
  // Runs until the processor sleeps and nothing in the SoC goes on. Throws as run().
  void run_until_idle();
  // Characters that arrive at the serial port.
  void receive(std::string_view text);
  [[nodiscard]] Cycles now() const;
  // Address of the firmware in flash.
  [[nodiscard]] std::uint32_t vector_table() const noexcept;

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace systolite
