// SPDX-License-Identifier: Apache-2.0
#include "sim/firmware/firmware_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "driver/include/slt_driver.h"
#include "driver/include/slt_network.h"
#include "sim/core/error.h"
#include "sim/firmware/firmware_image.h"
#include "sim/memory/contention.h"
#include "sim/soc/cortex_m.h"
#include "slt_regs.h"
#include "slt_soc.h"

namespace systolite {
namespace {

constexpr std::uint32_t kImageAlignment = 16;
constexpr std::uint32_t kRamAlignment = 8;

std::uint64_t aligned(std::uint64_t value, std::uint32_t to) { return (value + to - 1) / to * to; }

// Space of a memory region that is given away from its beginning on.
class Space {
 public:
  Space(const char* key, const HwConfig& config, const MemoryRegion& region, std::uint64_t used)
      : key_(key), config_(config), region_(region), next_(used) {}

  // The address of `bytes` bytes. Throws Error(kModel) when they are not there.
  std::uint32_t take(std::uint64_t bytes, std::uint32_t alignment, const char* what) {
    const std::uint64_t address = aligned(region_.base + next_, alignment);
    next_ = address - region_.base + bytes;
    if (next_ > region_.bytes) {
      throw Error(ExitCode::kModel, fmt::format("There is no room in memory.{} of {} for {}: {} bytes are missing.",
                                                key_, config_.name, what, next_ - region_.bytes));
    }
    return static_cast<std::uint32_t>(address);
  }
  [[nodiscard]] std::uint32_t left() const { return static_cast<std::uint32_t>(region_.bytes - next_); }

 private:
  const char* key_;
  const HwConfig& config_;
  const MemoryRegion& region_;
  std::uint64_t next_;
};

void copy_text(char* to, const std::string& text) {
  const std::size_t count = std::min<std::size_t>(text.size(), SLT_BOARD_TEXT_BYTES - 1);
  std::copy_n(text.begin(), count, to);
}

template <typename T>
std::span<const std::uint8_t> bytes_of(const T& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

// A run leaves its input as it was if nothing else ever has a place there.
bool overwrites_input(const Program& program, const slt_network_tensor_t& input) {
  return std::ranges::any_of(program.places, [&](const TensorPlace& place) {
    return place.address != input.address && place.address < input.address + input.bytes &&
           input.address < place.address + place.bytes;
  });
}

}  // namespace

const char* name(FirmwareWait wait) { return wait == FirmwareWait::kPoll ? "poll" : "interrupt"; }

struct FirmwareBoard::Machine {
  Machine(const HwConfig& hw, BusMemory& contents, const FirmwareOptions& options,
          const AcceleratorFactory& make_accelerator, Uart::Sink uart_sink)
      : config(hw),
        memory(contents),
        timing(contents, hw),
        soc(sc_core::sc_gen_unique_name("soc"), hw, contents, timing, make_accelerator, std::move(uart_sink)),
        cpu(sc_core::sc_gen_unique_name("cpu"), soc.clock(), hw, contents, options.core, options.profile,
            SLT_SOC_NUM_INTERRUPTS) {
    cpu.bus.bind(soc.bus.cpu);
    for (unsigned line = 0; line < SLT_SOC_NUM_INTERRUPTS; ++line) cpu.lines[line].bind(soc.interrupts[line]);
    cpu.set_run_ahead(options.run_ahead);
    cpu.name_addresses([this](std::uint32_t address) { return cpu::describe_address(image, address); });
    cpu.watch_writes(SLT_SOC_ACCELERATOR_BASE + SLT_REG_DOORBELL_OFFSET, [this] {
      take_trace();
      job_started = true;
    });
  }

  void take_trace() {
    if (!std::exchange(job_started, false)) return;
    traces.push_back(soc.accelerator().take_trace());
    mark_contention(traces.back(), timing.contention());
  }

  void load(const Program& program, const NetworkImage& network, std::uint32_t timeout_cycles,
            const FirmwareOptions& options, const ServeOptions* serve);
  void simulate();
  [[nodiscard]] std::string last_fault_text();

  const HwConfig& config;
  BusMemory& memory;
  MemorySystem timing;
  Soc soc;
  CortexM cpu;
  slt_board_t board{};
  std::uint32_t vector_table = 0;
  cpu::ElfImage image;  // of the firmware
  bool job_started = false;
  std::vector<Trace> traces;
};

void FirmwareBoard::Machine::load(const Program& program, const NetworkImage& network, std::uint32_t timeout_cycles,
                                  const FirmwareOptions& options, const ServeOptions* serve) {
  const MemoryRegion& weights = config.weights_region();
  Space flash("flash", config, config.flash, config.weights == RegionId::kFlash ? network.flash.size() : 0);
  Space sram("sram", config, config.sram, program.sram_base - config.sram.base + network.arena_bytes);
  slt_network_header_t header;
  std::memcpy(&header, network.image.data(), sizeof header);
  slt_network_tensor_t input;
  std::memcpy(&input, network.image.data() + header.inputs_offset, sizeof input);

  board.magic = SLT_BOARD_MAGIC;
  board.version = SLT_BOARD_VERSION;
  board.image_bytes = static_cast<std::uint32_t>(network.image.size());
  board.image_address = flash.take(network.image.size(), kImageAlignment, "the network image");
  board.weights_base = weights.base;
  board.weights_bytes = weights.bytes;
  board.sram_base = config.sram.base;
  board.sram_bytes = config.sram.bytes;
  board.wait = options.wait == FirmwareWait::kPoll ? kSltBoardPoll : kSltBoardInterrupt;
  board.timeout_cycles = timeout_cycles;
  board.clock_hz = static_cast<std::uint32_t>(config.clock_mhz * 1e6);
  if (serve != nullptr) {
    board.buffer_bytes = serve->buffer_bytes;
    board.buffer_address = sram.take(serve->buffer_bytes, kRamAlignment, "the bytes that are loaded");
    board.input_format = serve->input_format;
    board.results_format = serve->results_format;
    board.uart_bit_cycles = serve->uart_bit_cycles;
    board.reload_input = overwrites_input(program, input) ? 1 : 0;
    copy_text(board.vendor, serve->vendor);
    copy_text(board.model, serve->model);
  } else {
    board.report_steps = header.step_count;
    board.report_address = sram.take(sizeof(slt_board_report_t) + header.step_count * sizeof(slt_board_step_t),
                                     kRamAlignment, "the report of the firmware");
  }
  const std::uint32_t board_address = flash.take(sizeof board, kImageAlignment, "the description of the board");
  vector_table = flash.take(0, kFirmwareFlashAlignment, "the firmware");
  const FirmwarePlacement placement = {.flash = vector_table,
                                       .flash_bytes = flash.left(),
                                       .ram = sram.take(0, kRamAlignment, "the firmware"),
                                       .ram_bytes = sram.left(),
                                       .board = board_address};
  memory.write(program.flash_base, network.flash);
  memory.write(board.image_address, network.image);
  memory.write(board_address, bytes_of(board));
  PlacedFirmware firmware = place_firmware(serve != nullptr ? "soc_serve" : "soc_infer", options.core.name, placement);
  memory.write(vector_table, firmware.flash);
  image = std::move(firmware.image);
  cpu.cpu().end_main_stack_at(cpu::find_symbol(image, "__stack_limit").address);
}

std::string FirmwareBoard::Machine::last_fault_text() {
  const auto& last = cpu.cpu().last_fault();
  if (!last) return "";
  return fmt::format(" The last fault: {} at {}: {}.", last->kind, cpu::describe_address(image, last->pc), last->cause);
}

// Until the firmware ends or nothing happens any more.
void FirmwareBoard::Machine::simulate() {
  sc_core::sc_start(sc_core::sc_max_time() - sc_core::sc_time_stamp(), sc_core::SC_EXIT_ON_STARVATION);
  soc.accelerator().rethrow_failure();
  cpu.rethrow_failure();
  if (!cpu.stop() || cpu.stop()->reason == cpu::StopReason::kExit) return;
  const auto& fault = cpu.cpu().last_fault();
  const std::string what =
      cpu.stop()->reason == cpu::StopReason::kStackOverflow
          ? fmt::format("stack overflow at {}: {}.", cpu::describe_address(image, fault->pc), fault->cause)
          : fmt::format("{}.{}", cpu.stop()->message, last_fault_text());
  throw Error(ExitCode::kDevice, fmt::format("The firmware stopped in cycle {}: {}", cpu.stop()->cycle, what));
}

FirmwareBoard::FirmwareBoard(const HwConfig& config, BusMemory& memory, const Program& program,
                             const NetworkImage& network, std::uint32_t timeout_cycles, const FirmwareOptions& options,
                             const AcceleratorFactory& make_accelerator)
    : machine_(std::make_unique<Machine>(config, memory, options, make_accelerator, [](char) {})) {
  machine_->load(program, network, timeout_cycles, options, nullptr);
}

FirmwareBoard::FirmwareBoard(const HwConfig& config, BusMemory& memory, const Program& program,
                             const NetworkImage& network, std::uint32_t timeout_cycles, const FirmwareOptions& options,
                             const ServeOptions& serve, const AcceleratorFactory& make_accelerator,
                             Uart::Sink uart_sink)
    : machine_(std::make_unique<Machine>(config, memory, options, make_accelerator, std::move(uart_sink))) {
  machine_->load(program, network, timeout_cycles, options, &serve);
}

FirmwareBoard::~FirmwareBoard() = default;

MemorySystem& FirmwareBoard::memory() noexcept { return machine_->timing; }

void FirmwareBoard::start() { machine_->cpu.start(machine_->vector_table); }

void FirmwareBoard::run_until_idle() {
  machine_->simulate();
  if (machine_->cpu.stop()) {
    throw Error(ExitCode::kDevice,
                fmt::format("The firmware ended with exit code {}.", machine_->cpu.cpu().exit_code()));
  }
}

void FirmwareBoard::receive(std::string_view text) { machine_->soc.uart.receive(text); }

Cycles FirmwareBoard::now() const { return machine_->soc.clock().at(sc_core::sc_time_stamp()); }

std::uint32_t FirmwareBoard::vector_table() const noexcept { return machine_->vector_table; }

FirmwareRun FirmwareBoard::run(Cycles limit) {
  Machine& m = *machine_;
  m.cpu.set_limit(now() + limit);
  start();
  m.simulate();
  if (!m.cpu.stop())
    throw Error(ExitCode::kDevice, fmt::format("The firmware sleeps since cycle {} and nothing wakes it.", now()));
  m.take_trace();
  slt_board_report_t report;
  m.memory.read(m.board.report_address, {reinterpret_cast<std::uint8_t*>(&report), sizeof report});
  const int exit_code = m.cpu.cpu().exit_code();
  if (report.magic != SLT_BOARD_REPORT_MAGIC || exit_code > 1) {
    throw Error(ExitCode::kDevice, fmt::format("The firmware ended with exit code {} and left no report.{}", exit_code,
                                               m.last_fault_text()));
  }
  FirmwareRun run = {.result = report.result,
                     .steps_done = report.steps_done,
                     .error_cause = report.error_cause,
                     .error_command = report.error_command,
                     .error_address = report.error_address,
                     .ready_cycle = report.ready_cycle,
                     .run_cycles = report.run_cycles,
                     .steps = std::vector<slt_board_step_t>(report.result == kSltOk ? report.steps_done : 0),
                     .traces = std::exchange(m.traces, {}),
                     .counters = m.cpu.cpu().counters()};
  m.memory.read(m.board.report_address + static_cast<std::uint32_t>(sizeof report),
                {reinterpret_cast<std::uint8_t*>(run.steps.data()), run.steps.size() * sizeof(slt_board_step_t)});
  return run;
}

}  // namespace systolite
