// SPDX-License-Identifier: Apache-2.0
#include "sim/soc/soc_device.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>
#include <vector>

#include "sim/core/error.h"
#include "sim/memory/contention.h"
#include "slt_soc.h"

namespace systolite {
namespace {

constexpr unsigned kWordBytes = 4;

// The processor's place on the bus. Pauses the simulation when the line it waits for rises.
class Host final : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Host> bus;
  sc_core::sc_in<bool> irq;
  bool waiting = false;

  explicit Host(const sc_core::sc_module_name& name) : sc_module(name), bus("bus"), irq("irq") {
    SC_HAS_PROCESS(Host);
    SC_METHOD(wake);
    sensitive << irq.pos();
    dont_initialize();
  }

 private:
  void wake() {
    if (waiting) sc_core::sc_pause();
  }
};

// Takes the processes of an object and of all below it out of the simulation.
void end_processes(sc_core::sc_object& object) {
  const std::vector<sc_core::sc_object*> children = object.get_child_objects();
  for (sc_core::sc_object* child : children) end_processes(*child);
  sc_core::sc_process_handle process(&object);
  if (!process.valid()) return;
  if (sc_core::sc_get_status() == sc_core::SC_ELABORATION) {
    process.disable();  // killing needs a simulation; a disabled process never starts
  } else {
    process.kill();  // and the object is gone with the handle
  }
}

}  // namespace

struct SocDevice::Board {
  Board(const HwConfig& config, BusMemory& contents, const AcceleratorFactory& make_accelerator, Uart::Sink uart_sink)
      : memory(contents, config),
        soc(sc_core::sc_gen_unique_name("soc"), config, contents, memory, make_accelerator, std::move(uart_sink)),
        host(sc_core::sc_gen_unique_name("host")) {
    host.bus.bind(soc.bus.cpu);
    host.irq.bind(soc.interrupts[SLT_SOC_ACCELERATOR_INTERRUPT]);
  }

  MemorySystem memory;
  Soc soc;
  Host host;
};

SocDevice::SocDevice(const HwConfig& config, BusMemory& memory, const AcceleratorFactory& make_accelerator,
                     Uart::Sink uart_sink)
    : board_(std::make_unique<Board>(config, memory, make_accelerator, std::move(uart_sink))) {}

// SystemC never forgets a module, and others may go on simulating: what is left stays until the process ends, inactive.
std::vector<std::unique_ptr<SocDevice::Board>>& SocDevice::retired() {
  static auto* const boards = new std::vector<std::unique_ptr<Board>>;
  return *boards;
}

SocDevice::~SocDevice() {
  end_processes(board_->soc);
  end_processes(board_->host);
  retired().push_back(std::move(board_));
}

Soc& SocDevice::soc() noexcept { return board_->soc; }

MemorySystem& SocDevice::memory() noexcept { return board_->memory; }

void SocDevice::run(const sc_core::sc_time& duration) {
  sc_core::sc_start(duration, sc_core::SC_RUN_TO_TIME);
  board_->soc.accelerator().rethrow_failure();
}

std::uint32_t SocDevice::access(tlm::tlm_command command, std::uint32_t offset, std::uint32_t value) {
  if (sc_core::sc_get_status() == sc_core::SC_ELABORATION) run(sc_core::SC_ZERO_TIME);
  unsigned char data[kWordBytes];
  std::memcpy(data, &value, kWordBytes);
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(SLT_SOC_ACCELERATOR_BASE + offset);
  payload.set_data_ptr(data);
  payload.set_data_length(kWordBytes);
  payload.set_streaming_width(kWordBytes);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  board_->host.bus->b_transport(payload, delay);
  if (payload.is_response_error()) {
    throw Error(ExitCode::kDevice, fmt::format("The bus answered an access to register 0x{:03X} with {}.", offset,
                                               payload.get_response_string()));
  }
  run(delay);
  std::memcpy(&value, data, kWordBytes);
  return value;
}

std::uint32_t SocDevice::read_register(std::uint32_t offset) { return access(tlm::TLM_READ_COMMAND, offset, 0); }

void SocDevice::write_register(std::uint32_t offset, std::uint32_t value) {
  access(tlm::TLM_WRITE_COMMAND, offset, value);
}

bool SocDevice::irq() const { return board_->host.irq.read(); }

bool SocDevice::advance_until_irq(Cycles limit) {
  if (!irq()) {
    board_->host.waiting = true;
    const Cycles end = now() + limit;
    run(board_->soc.clock().duration(limit));
    board_->host.waiting = false;
    // The simulation pauses at the beginning of the first cycle with the line high, which is not over.
    if (irq() && now() < end) advance(1);
  }
  return irq();
}

void SocDevice::advance(Cycles cycles) { run(board_->soc.clock().duration(cycles)); }

Cycles SocDevice::now() const { return board_->soc.clock().at(sc_core::sc_time_stamp()); }

Trace SocDevice::take_trace() {
  Trace trace = board_->soc.accelerator().take_trace();
  mark_contention(trace, board_->memory.contention());
  return trace;
}

}  // namespace systolite
