# SPDX-License-Identifier: Apache-2.0
"""SystemVerilog package of the command set and the register map."""

from __future__ import annotations

from spec import Command, Field, Isa, Item, RegisterMap

# A name of the description that is a keyword, or easily read as one, gets a suffix.
RENAMED = {"wait": "wait_mask", "signal": "signal_mask"}


def _enum(type_name: str, prefix: str, bits: int, items: list[tuple[str, int]]) -> list[str]:
    lines = [f"  typedef enum logic [{bits - 1}:0] {{"]
    lines += [f"    {prefix}_{name.upper()} = {bits}'d{number}{',' if position + 1 < len(items) else ''}"
              for position, (name, number) in enumerate(items)]
    return lines + [f"  }} {type_name};", ""]


def _numbered(items: tuple[Item, ...]) -> list[tuple[str, int]]:
    return [(item.name, item.id) for item in items]


def _member(field: Field) -> str:
    sign = "signed " if field.signed else ""
    return f"    logic {sign}[{field.bits - 1}:0] {RENAMED.get(field.name, field.name)};"


def _struct(name: str, isa: Isa, fields: tuple[Field, ...], used_bits: int, rest: str) -> list[str]:
    # The first member of a packed struct is the most significant one.
    lines = ["  typedef struct packed {"]
    if used_bits < isa.command_bits:
        lines.append(f"    logic [{isa.command_bits - used_bits - 1}:0] {rest};")
    lines += [_member(field) for field in reversed(isa.header + fields)]
    return lines + [f"  }} {name};", ""]


def _literal(field: Field, value: int) -> str:
    if not field.signed:
        return f"{field.bits}'d{value}"
    return f"-{field.bits}'sd{-value}" if value < 0 else f"{field.bits}'sd{value}"


def _conditions(isa: Isa, command: Command) -> list[str]:
    """What must hold for the command to be legal, each as an expression over the raw bits."""
    result = []
    if command.used_bits < isa.command_bits:
        result.append(f"cmd[{isa.command_bits - 1}:{command.used_bits}] == '0")
    for mask in isa.header[1:]:
        own = isa.engine_id(command)
        if own == isa.front_end_id:
            result.append(f"cmd[{mask.msb}:{mask.lsb}] == '0")
        else:
            result.append(f"!cmd[{mask.lsb + own}]")
    for field in command.fields:
        raw = f"cmd[{field.msb}:{field.lsb}]"
        value = f"$signed({raw})" if field.signed else raw
        if field.min > field.lowest:
            result.append(f"{value} >= {_literal(field, field.min)}")
        if field.max < field.highest:
            result.append(f"{value} <= {_literal(field, field.max)}")
    return result


def _functions(isa: Isa) -> list[str]:
    opcode = f"cmd[{isa.header[0].msb}:0]"
    lines = ["  // Known opcode, reserved bits zero, fields in range, no token to or from the command's own engine.",
             "  function automatic logic cmd_legal(cmd_t cmd);", f"    case ({opcode})"]
    for command in isa.commands:
        conditions = " &&\n                 ".join(_conditions(isa, command))
        lines.append(f"      OP_{command.name.upper()}: return {conditions};")
    lines += ["      default: return 1'b0;", "    endcase", "  endfunction", "",
              "  // Engine that executes the command; ENGINE_FE for END and for unknown opcodes.",
              "  function automatic logic [2:0] cmd_engine(cmd_t cmd);", f"    case ({opcode})"]
    for engine in isa.engines:
        names = ", ".join(f"OP_{c.name.upper()}" for c in isa.commands if c.engine == engine.name)
        if names:
            lines.append(f"      {names}: return ENGINE_{engine.name.upper()};")
    lines += ["      default: return ENGINE_FE;", "    endcase", "  endfunction", "",
              "  // Configuration commands take one cycle and hold until overwritten.",
              "  function automatic logic cmd_is_cfg(cmd_t cmd);"]
    names = ", ".join(f"OP_{c.name.upper()}" for c in isa.commands if c.is_cfg)
    return lines + [f"    return {opcode} inside {{{names}}};", "  endfunction", ""]


def _registers(registers: RegisterMap) -> list[str]:
    bits = registers.address_bits
    lines = ["  // Register byte offsets, reset values, fields."]
    for register in registers.registers:
        name = f"REG_{register.name.upper()}"
        lines.append(f"  localparam logic [{bits - 1}:0] {name} = {bits}'h{register.offset:03x};")
        if register.reset is not None:
            lines.append(f"  localparam logic [31:0] {name}_RESET = 32'h{register.reset:08x};")
        for field in register.fields:
            lines.append(f"  localparam int unsigned {name}_{field.name.upper()}_LSB = {field.lsb};")
            lines.append(f"  localparam int unsigned {name}_{field.name.upper()}_WIDTH = {field.bits};")
    names = ", ".join(f"REG_{r.name.upper()}" for r in registers.registers if r.job)
    return lines + ["", "  // A write to one of these while a job runs is an error.",
                    f"  function automatic logic reg_is_job(logic [{bits - 1}:0] addr);",
                    f"    return addr inside {{{names}}};", "  endfunction", ""]


def emit(isa: Isa, registers: RegisterMap) -> str:
    lines = ["// SPDX-License-Identifier: Apache-2.0",
             "// Generated by scripts/gen/generate.py from configs/isa.yaml and configs/regs.yaml. Do not edit.",
             "", "// A package offers more names than any one module takes, and its functions look at parts of a command.",
             "/* verilator lint_off UNUSEDPARAM */", "/* verilator lint_off UNUSEDSIGNAL */", "package slt_isa_pkg;", "",
             f"  localparam int unsigned NUM_ENGINES = {len(isa.engines)};"]
    lines += [f"  localparam logic [2:0] ENGINE_{e.name.upper()} = 3'd{e.id};" for e in isa.engines]
    lines += [f"  localparam logic [2:0] ENGINE_FE = 3'd{isa.front_end_id};", ""]
    lines += _enum("opcode_e", "OP", isa.opcode_bits, [(c.name, c.opcode) for c in isa.commands])
    lines += _enum("space_e", "SPACE", 3, _numbered(isa.spaces))
    lines += _enum("scale_form_e", "SCALE", 2, _numbered(isa.scale_forms))
    lines += _enum("bias_form_e", "BIAS", 2, _numbered(isa.bias_forms))
    lines += _enum("state_t", "ST", 4, _numbered(isa.states))
    lines += _enum("cause_t", "ERR", 4, _numbered(isa.error_causes))
    lines += ["  // A command as it lies in memory: byte 0 is bits 7:0.",
              f"  typedef logic [{isa.command_bits - 1}:0] cmd_t;", ""]
    lines += _struct("hdr_cmd_t", isa, (), isa.header[-1].msb + 1, "payload")
    for command in isa.commands:
        lines += _struct(f"{command.name}_cmd_t", isa, command.fields, command.used_bits, "reserved")
    lines += ["  // What the simulator counts; bit i of pop and done belongs to engine i.", "  typedef struct packed {"]
    lines += [f"    state_t state_{name};" for name in [e.name for e in isa.engines] + ["fe"]]
    lines += ["    logic [NUM_ENGINES-1:0] pop;", "    logic [NUM_ENGINES-1:0] done;", "  } probe_t;", ""]
    lines += _functions(isa) + _registers(registers)
    return "\n".join(lines + ["endpackage", "/* verilator lint_on UNUSEDSIGNAL */", "/* verilator lint_on UNUSEDPARAM */"]) + "\n"
