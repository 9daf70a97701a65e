// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/cli/commands.h"
#include "sim/cli/cpu_report.h"
#include "sim/cli/log.h"
#include "sim/cli/options.h"
#include "sim/cli/resolve.h"
#include "sim/core/error.h"
#include "sim/core/file_io.h"
#include "sim/cpu/board.h"
#include "sim/cpu/stack_end.h"

namespace systolite::cli {
namespace {

namespace fs = std::filesystem;

struct MemoryDump {
  std::string symbol;  // its bytes, or if empty:
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;
  std::filesystem::path file;
};

struct CpuRunArguments {
  std::filesystem::path program;
  std::string core = "cortex-m4";
  std::string profile = "ideal";
  std::uint64_t max_cycles = 10'000'000'000;
  std::string command_line;
  std::string stack_end = "auto";  // "auto", "none", an address or a symbol
  bool run_fault_handlers = false;
  bool functions = false;
  bool dump_registers = false;
  std::vector<MemoryDump> dump_memory;
  std::filesystem::path json;  // "-": standard output, instead of the table and of what the program prints
};

std::vector<const cpu::ElfSymbol*> functions_of(const cpu::ElfImage& image) {
  std::vector<const cpu::ElfSymbol*> functions;
  for (const cpu::ElfSymbol& symbol : image.symbols) {
    const bool overlaps = !functions.empty() && symbol.address < functions.back()->address + functions.back()->bytes;
    if (symbol.function && symbol.bytes != 0 && !overlaps) functions.push_back(&symbol);
  }
  return functions;
}

std::vector<FunctionCycles> function_cycles(const cpu::ElfImage& image, const std::vector<std::uint64_t>& cycles) {
  std::vector<FunctionCycles> result;
  const std::vector<const cpu::ElfSymbol*> functions = functions_of(image);
  for (std::size_t k = 0; k < cycles.size(); ++k) {
    if (cycles[k] != 0) result.push_back({k < functions.size() ? functions[k]->name : "(no symbol)", cycles[k]});
  }
  std::ranges::stable_sort(result,
                           [](const FunctionCycles& a, const FunctionCycles& b) { return a.cycles > b.cycles; });
  return result;
}

std::string where(const cpu::ElfImage& image, cpu::Cpu& processor) {
  return cpu::describe_address(image, processor.registers().r[15]);
}

std::string last_fault_text(const cpu::ElfImage& image, cpu::Cpu& processor) {
  if (!processor.last_fault()) return "";
  const cpu::Fault& fault = *processor.last_fault();
  return fmt::format("; the last fault was {} at {}: {}", fault.kind, cpu::describe_address(image, fault.pc),
                     fault.cause);
}

// The sentence for a run that did not end as programs should; nothing for one that did.
std::optional<std::string> failure_of(const cpu::Stop& stop, const cpu::ElfImage& image, cpu::Cpu& processor,
                                      const CpuRunArguments& arguments, const std::optional<cpu::StackEnd>& stack_end) {
  const std::string program = image.file.string();
  switch (stop.reason) {
    case cpu::StopReason::kExit:
      if (processor.exit_code() == 0) return std::nullopt;
      return fmt::format("{}: the program ended with exit code {}{}", program, processor.exit_code(),
                         last_fault_text(image, processor));
    case cpu::StopReason::kBreakpoint:
      return std::nullopt;
    case cpu::StopReason::kCycle:
      return fmt::format("{}: still running at {} after {} cycles (--max-cycles){}", program, where(image, processor),
                         arguments.max_cycles, last_fault_text(image, processor));
    case cpu::StopReason::kSleep:
      return fmt::format("{}: sleeps before {} and no interrupt is left that could wake it", program,
                         where(image, processor));
    case cpu::StopReason::kReset:
      return fmt::format("{}: asks for a system reset before {}", program, where(image, processor));
    case cpu::StopReason::kFault:
    case cpu::StopReason::kStackOverflow: {
      const cpu::Fault& fault = processor.last_fault().value();
      const bool stack = stop.reason == cpu::StopReason::kStackOverflow;
      return fmt::format("{}: {} at {}: {}{}", program, fault.kind, cpu::describe_address(image, fault.pc), fault.cause,
                         stack && stack_end ? ", " + stack_end->what : "");
    }
    case cpu::StopReason::kLockup:
      break;
  }
  return fmt::format("{}: {}{}", program, stop.message, last_fault_text(image, processor));
}

const char* reason_name(cpu::StopReason reason) {
  switch (reason) {
    case cpu::StopReason::kExit:
      return "exit";
    case cpu::StopReason::kBreakpoint:
      return "breakpoint";
    case cpu::StopReason::kCycle:
      return "cycle limit";
    case cpu::StopReason::kSleep:
      return "sleep";
    case cpu::StopReason::kReset:
      return "reset request";
    case cpu::StopReason::kFault:
      return "fault";
    case cpu::StopReason::kStackOverflow:
      return "stack overflow";
    case cpu::StopReason::kLockup:
      break;
  }
  return "lock-up";
}

std::optional<std::uint32_t> number_of_32_bits(const std::string& digits) {
  std::size_t used = 0;
  unsigned long long value = 0;
  try {
    value = std::stoull(digits, &used, 0);
  } catch (const std::logic_error&) {
    return std::nullopt;
  }
  if (used != digits.size() || value > 0xFFFFFFFFULL) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

// "auto", "none", an address or a symbol.
std::optional<cpu::StackEnd> stack_end_of(const std::string& text, const cpu::ElfImage& image, std::uint32_t top,
                                          const cpu::Profile& profile) {
  if (text == "none") return std::nullopt;
  if (text == "auto") return cpu::find_stack_end(image, top, profile.memories);
  if (const std::optional<std::uint32_t> address = number_of_32_bits(text))
    return cpu::StackEnd{*address, "as --stack-end says"};
  return cpu::StackEnd{cpu::find_symbol(image, text).address, "the symbol " + text};
}

void write_dump(const MemoryDump& dump, const cpu::ElfImage& image, const cpu::Cpu& processor) {
  std::uint32_t address = dump.address;
  std::uint32_t size = dump.bytes;
  if (!dump.symbol.empty()) {
    const cpu::ElfSymbol& symbol = cpu::find_symbol(image, dump.symbol);
    address = symbol.address;
    size = symbol.bytes;
  }
  std::vector<std::uint8_t> bytes(size);
  if (!processor.read_memory(address, bytes))
    throw Error(ExitCode::kData, fmt::format("--dump-memory: 0x{:08x} to 0x{:08x} is not all memory", address,
                                             std::uint64_t{address} + size - 1));
  write_file_atomically(dump.file, bytes);
}

MemoryDump parse_memory_dump(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw std::invalid_argument(fmt::format("'{}' is neither ADDRESS:BYTES=FILE nor SYMBOL=FILE", text));
  MemoryDump dump;
  dump.file = text.substr(equals + 1);
  const std::string place = text.substr(0, equals);
  const std::size_t colon = place.find(':');
  if (colon == std::string::npos) {
    dump.symbol = place;
    return dump;
  }
  const auto number = [&text](const std::string& digits) {
    if (const std::optional<std::uint32_t> value = number_of_32_bits(digits)) return *value;
    throw std::invalid_argument(fmt::format("'{}' in '{}' is not a number of 32 bits", digits, text));
  };
  dump.address = number(place.substr(0, colon));
  dump.bytes = number(place.substr(colon + 1));
  if (dump.bytes == 0 || dump.bytes > 1U << 30)
    throw std::invalid_argument(fmt::format("'{}' asks for 0 or too many bytes", text));
  return dump;
}

void cpu_run_command(const CpuRunArguments& arguments) {
  const bool json_to_stdout = arguments.json == "-";
  std::vector<fs::path> outputs = {json_to_stdout ? "" : arguments.json};
  for (const MemoryDump& dump : arguments.dump_memory) outputs.push_back(dump.file);
  check_outputs(outputs);
  CpuReport report;
  report.program = arguments.program.string();
  report.core = cpu::load_core_config(find_core(arguments.core));
  report.profile = cpu::load_profile(find_profile(arguments.profile));
  const cpu::ElfImage image = cpu::load_elf(arguments.program);
  cpu::EmptyBus bus;
  cpu::Board board(report.core, report.profile, bus);
  cpu::Cpu& processor = board.cpu();
  board.load(image);
  log_detail(fmt::format("{}: vector table 0x{:08x}, entry {}", report.program, image.vector_table,
                         cpu::describe_address(image, processor.registers().r[15])));
  processor.on_output([&](std::string_view text, bool error) {
    (error ? report.error_output : report.output) += text;
    if (json_to_stdout) return;
    std::fwrite(text.data(), 1, text.size(), error ? stderr : stdout);
    std::fflush(error ? stderr : stdout);
  });
  processor.on_mark([&report](const cpu::Mark& mark) { report.marks.push_back(mark); });
  processor.set_command_line(arguments.command_line);
  const std::optional<cpu::StackEnd> stack_end =
      stack_end_of(arguments.stack_end, image, processor.registers().r[13], report.profile);
  if (stack_end) {
    log_detail(fmt::format("the stack ends at 0x{:08x}, {}", stack_end->address, stack_end->what));
    processor.end_main_stack_at(stack_end->address);
  }
  processor.stop_on_faults(!arguments.run_fault_handlers);
  if (arguments.functions) {
    std::vector<cpu::CodeRange> ranges;
    for (const cpu::ElfSymbol* function : functions_of(image))
      ranges.push_back({function->address, function->address + function->bytes});
    processor.count_ranges(ranges);
  }
  const cpu::Stop stop = processor.run(arguments.max_cycles);

  report.cycles = processor.cycle();
  report.counters = processor.counters();
  report.ended = reason_name(stop.reason);
  if (stop.reason == cpu::StopReason::kExit) report.exit_code = processor.exit_code();
  if (arguments.functions) report.functions = function_cycles(image, processor.range_cycles());
  if (arguments.dump_registers) report.registers = processor.registers();
  for (const MemoryDump& dump : arguments.dump_memory) write_dump(dump, image, processor);
  if (!arguments.json.empty() && !json_to_stdout) write_file_atomically(arguments.json, to_json(report));
  if (!json_to_stdout && !report.output.empty() && report.output.back() != '\n') fmt::print("\n");
  fmt::print("{}", json_to_stdout ? to_json(report) : to_table(report));
  std::fflush(stdout);
  if (const std::optional<std::string> failure = failure_of(stop, image, processor, arguments, stack_end))
    throw Error(ExitCode::kProgram, *failure);
}

}  // namespace

void add_cpu_command(CLI::App& app) {
  const auto arguments = std::make_shared<CpuRunArguments>();
  CLI::App& cpu = *app.add_subcommand("cpu", "Simulated Cortex-M processors");
  cpu.require_subcommand(1);
  CLI::App& command = *cpu.add_subcommand("run", "Run a program (ELF) until it exits, and report its cycles");
  add_verbose(command);
  command
      .add_option("program", arguments->program, "An ELF file for a Cortex-M, linked to the memories of the profile")
      ->required()
      ->type_name("FW.elf");
  command.add_option("--core", arguments->core, "A name from configs/cpu/cores, or a YAML file")
      ->type_name("CORE")
      ->capture_default_str();
  command.add_option("--profile", arguments->profile, "Memories: a name from configs/cpu/profiles, or a YAML file")
      ->type_name("PROFILE")
      ->capture_default_str();
  command.add_option("--max-cycles", arguments->max_cycles, "Give up after so many cycles")
      ->type_name("N")
      ->capture_default_str();
  command.add_option("--args", arguments->command_line, "Command line that semihosting hands to the program")
      ->type_name("TEXT");
  command
      .add_option("--stack-end", arguments->stack_end,
                  "The lowest address of the main stack, below which the program stops: an address, a symbol, none, or "
                  "auto: __stack_limit or __StackLimit, else the end of the variables below it, else of the memory")
      ->type_name("WHERE")
      ->capture_default_str();
  command.add_flag("--run-fault-handlers", arguments->run_fault_handlers,
                   "Let the program handle its faults, instead of stopping at the first");
  command.add_flag("--functions", arguments->functions, "Also cycles by function");
  command.add_flag("--dump-registers", arguments->dump_registers, "Also the registers at the end");
  command
      .add_option_function<std::vector<std::string>>(
          "--dump-memory",
          [arguments](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              try {
                arguments->dump_memory.push_back(parse_memory_dump(text));
              } catch (const std::invalid_argument& error) {
                throw CLI::ValidationError("--dump-memory", error.what());
              }
            }
          },
          "Write memory at the end to a file: ADDRESS:BYTES=FILE or SYMBOL=FILE; may be repeated")
      ->type_name("PLACE=FILE")
      ->allow_extra_args(false);
  command
      .add_option("--json", arguments->json,
                  "Write the report as JSON; - prints it instead of the table and the program's output")
      ->type_name("FILE");
  command.callback([arguments] { cpu_run_command(*arguments); });
}

}  // namespace systolite::cli
