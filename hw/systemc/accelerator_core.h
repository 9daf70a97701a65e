// SPDX-License-Identifier: Apache-2.0
// All blocks of the accelerator and how they are connected. Registers on one side, a BusPort on the other.
#pragma once

#include <memory>
#include <systemc>
#include <vector>

#include "hw/systemc/command_queue.h"
#include "hw/systemc/front_end.h"
#include "hw/systemc/job_control.h"
#include "hw/systemc/load_dma.h"
#include "hw/systemc/local_memory.h"
#include "hw/systemc/matrix_engine.h"
#include "hw/systemc/read_bus.h"
#include "hw/systemc/register_file.h"
#include "hw/systemc/store_dma.h"
#include "hw/systemc/token_board.h"
#include "hw/systemc/vector_engine.h"
#include "hw/systemc/weight_load.h"

namespace systolite::sc {

class AcceleratorCore final : public sc_core::sc_module {
 public:
  sc_core::sc_out<bool> irq;

  // All arguments outlive the module.
  AcceleratorCore(const sc_core::sc_module_name& name, ModelContext& context, BusPort& bus);

  [[nodiscard]] RegisterFile& registers() noexcept { return registers_; }

 private:
  void connect_engines();
  void connect_system();

  LocalMemory memory_;
  RegisterFile registers_;
  JobControl job_;
  FrontEnd front_end_;
  TokenBoard tokens_;
  std::vector<std::unique_ptr<CommandQueue>> queues_;  // by engine
  ReadBus reads_;
  LoadDma load_;
  WeightLoad weights_;
  MatrixEngine matrix_;
  VectorEngine vector_;
  StoreDma store_;
};

}  // namespace systolite::sc
