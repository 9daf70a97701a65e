// SPDX-License-Identifier: Apache-2.0
#include "sim/rtl/rtl_model.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "sim/core/error.h"
#include "sim/core/stop_request.h"
#include "slt_isa.hpp"
#include "slt_regs.h"

namespace systolite {
namespace {

static_assert(SLT_RTL_BUS_BYTES == kMaxBusBytes);

// No register access of a working device takes nearly as long.
constexpr Cycles kRegisterTimeout = 1000;

// Between the last thing the probe and the bus show and the last change of a register, such as the interrupt status,
// there are fewer cycles than this.
constexpr Cycles kQuietCycles = 16;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

AxiRequest request_of(const slt_rtl_outputs& pins) {
  AxiRequest request;
  request.ar_valid = pins.axi_arvalid != 0;
  request.ar_id = pins.axi_arid;
  request.ar_addr = pins.axi_araddr;
  request.ar_len = pins.axi_arlen;
  request.r_ready = pins.axi_rready != 0;
  request.aw_valid = pins.axi_awvalid != 0;
  request.aw_id = pins.axi_awid;
  request.aw_addr = pins.axi_awaddr;
  request.aw_len = pins.axi_awlen;
  request.w_valid = pins.axi_wvalid != 0;
  std::copy_n(pins.axi_wdata, kMaxBusBytes, request.w_data.begin());
  request.w_strb = pins.axi_wstrb;
  request.w_last = pins.axi_wlast != 0;
  request.b_ready = pins.axi_bready != 0;
  return request;
}

void drive(const AxiReply& reply, slt_rtl_inputs& pins) {
  pins.axi_arready = reply.ar_ready;
  pins.axi_rvalid = reply.r_valid;
  pins.axi_rid = reply.r_id;
  std::ranges::copy(reply.r_data, pins.axi_rdata);
  pins.axi_rresp = static_cast<std::uint8_t>(reply.r_resp);
  pins.axi_rlast = reply.r_last;
  pins.axi_awready = reply.aw_ready;
  pins.axi_wready = reply.w_ready;
  pins.axi_bvalid = reply.b_valid;
  pins.axi_bid = reply.b_id;
  pins.axi_bresp = static_cast<std::uint8_t>(reply.b_resp);
}

}  // namespace

// The functions of a loaded library. It stays loaded as long as the object.
struct RtlModel::Library {
  explicit Library(const std::filesystem::path& file) : handle(::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle == nullptr)
      throw Error(ExitCode::kTool, fmt::format("Cannot load the RTL simulation {}: {}.", file.string(), ::dlerror()));
    const auto abi = symbol<slt_rtl_abi_fn>(file, "slt_rtl_abi");
    if (abi() != SLT_RTL_ABI) {
      throw Error(ExitCode::kTool,
                  fmt::format("The RTL simulation {} has interface version {} where {} is needed; delete it.",
                              file.string(), abi(), SLT_RTL_ABI));
    }
    create = symbol<slt_rtl_create_fn>(file, "slt_rtl_create");
    destroy = symbol<slt_rtl_destroy_fn>(file, "slt_rtl_destroy");
    run = symbol<slt_rtl_run_fn>(file, "slt_rtl_run");
    message = symbol<slt_rtl_message_fn>(file, "slt_rtl_message");
    trace = symbol<slt_rtl_trace_fn>(file, "slt_rtl_trace");
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (handle != nullptr) ::dlclose(handle);
  }

  template <typename Function>
  Function symbol(const std::filesystem::path& file, const char* name) {
    void* address = ::dlsym(handle, name);
    if (address == nullptr)
      throw Error(ExitCode::kTool, fmt::format("{} is not an RTL simulation: it lacks {}.", file.string(), name));
    return reinterpret_cast<Function>(address);
  }

  void* handle;
  slt_rtl_create_fn create = nullptr;
  slt_rtl_destroy_fn destroy = nullptr;
  slt_rtl_run_fn run = nullptr;
  slt_rtl_message_fn message = nullptr;
  slt_rtl_trace_fn trace = nullptr;
};

RtlModel::RtlModel(BusPort& memory, unsigned bus_bytes, const std::filesystem::path& library)
    : library_(std::make_unique<Library>(library)),
      memory_(memory),
      bus_bytes_(bus_bytes),
      model_(library_->create()) {}

RtlModel::~RtlModel() { library_->destroy(model_); }

int RtlModel::on_cycle(void* device, const slt_rtl_outputs* outputs, slt_rtl_inputs* inputs) {
  // No exception may cross the C interface.
  auto& self = *static_cast<RtlModel*>(device);
  try {
    return self.cycle(*outputs, *inputs) ? 1 : 0;
  } catch (...) {
    self.failure_ = std::current_exception();
    return 1;
  }
}

bool RtlModel::cycle(const slt_rtl_outputs& outputs, slt_rtl_inputs& inputs) {
  if (!bus_) bus_.emplace(memory_, bus_bytes_);
  if (const bool irq = outputs.irq != 0; irq != irq_) {
    irq_ = irq;
    if (on_irq_) on_irq_(now_, irq);
  }
  ++now_;
  if (recorder_.running()) {
    if (irq_) {
      recorder_.stop();
    } else {
      recorder_.record(isa::unpack_probe(outputs.probe));
    }
  }
  const bool bus_quiet =
      bus_->idle() && outputs.axi_arvalid == 0 && outputs.axi_awvalid == 0 && outputs.axi_wvalid == 0;
  if (recorder_.running()) watchdog_.cycle(outputs.probe, bus_quiet);
  check_stop();
  quiet_cycles_ = outputs.probe == 0 && bus_quiet && apb_ == Apb::kIdle ? quiet_cycles_ + 1 : 0;
  const AxiBeats beats = bus_->clock(request_of(outputs));
  if (beats.read) recorder_.count_read_beat(beats.read_id);
  if (beats.write) recorder_.count_write_beat();
  const bool stop = clock_apb(outputs, inputs);
  drive(bus_->reply(), inputs);
  return stop;
}

bool RtlModel::clock_apb(const slt_rtl_outputs& outputs, slt_rtl_inputs& inputs) {
  switch (apb_) {
    case Apb::kIdle:
      return stop_at_irq_ && irq_;
    case Apb::kSetup:
      inputs.apb_paddr = apb_offset_;
      inputs.apb_pwdata = apb_value_;
      inputs.apb_pwrite = apb_write_;
      // The setup cycle follows; it is over when psel has been high for a cycle.
      inputs.apb_penable = inputs.apb_psel;
      if (inputs.apb_psel != 0) apb_ = Apb::kAccess;
      inputs.apb_psel = 1;
      return false;
    case Apb::kAccess:
      if (outputs.apb_pready == 0) return false;
      apb_value_ = outputs.apb_prdata;
      inputs.apb_psel = 0;
      inputs.apb_penable = 0;
      apb_ = Apb::kSettle;
      // While a job is running or being stopped the device refuses another one.
      if (doorbell_ && bus_->idle() && isa::unpack_probe(outputs.probe).state[kEngineCount] == isa::State::kIdle) {
        recorder_.start(now_);
        watchdog_.start();
        bus_->start_job();
      }
      return false;
    case Apb::kSettle:  // one cycle more, so that irq() shows the effect of the access
      apb_ = Apb::kIdle;
      return true;
  }
  return true;
}

void RtlModel::run(Cycles cycles) {
  const int result = library_->run(model_, cycles, &RtlModel::on_cycle, this);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (result != SLT_RTL_OK) {
    throw Error(ExitCode::kDevice,
                fmt::format("The RTL stopped in cycle {}: {}", now_ - 1, first_line(library_->message(model_))));
  }
}

std::uint32_t RtlModel::transfer(bool write, std::uint32_t offset, std::uint32_t value) {
  apb_ = Apb::kSetup;
  apb_write_ = write;
  apb_offset_ = offset;
  apb_value_ = value;
  doorbell_ = write && offset == SLT_REG_DOORBELL_OFFSET;
  run(kRegisterTimeout);
  if (apb_ != Apb::kIdle) {
    throw Error(ExitCode::kDevice,
                fmt::format("The device did not answer an access to register 0x{:03X} within {} cycles.", offset,
                            kRegisterTimeout));
  }
  return apb_value_;
}

std::uint32_t RtlModel::read_register(std::uint32_t offset) { return transfer(false, offset, 0); }

void RtlModel::write_register(std::uint32_t offset, std::uint32_t value) { transfer(true, offset, value); }

bool RtlModel::run_until_irq(Cycles limit) {
  if (!irq_) {
    stop_at_irq_ = true;
    run(limit);
    stop_at_irq_ = false;
  }
  return irq_;
}

bool RtlModel::busy() const noexcept { return quiet_cycles_ < kQuietCycles; }

void RtlModel::trace_waveforms(const std::filesystem::path& file, Cycles from, Cycles to) {
  if (library_->trace(model_, file.c_str(), from, to) != 0) {
    throw Error(ExitCode::kTool, "This RTL simulation was built without waveforms.");
  }
}

}  // namespace systolite
