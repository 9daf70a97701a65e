# SPDX-License-Identifier: Apache-2.0
"""The parameters of a hardware description as checked plain data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import strict_yaml
from strict_yaml import Mapping

CONTAINERS = ("mapping", "list")
NUMBERS = ("real", "integer", "power_of_two", "address")
TYPES = (*CONTAINERS, "name", "flag", *NUMBERS, "choice")
RTL_TYPES = ("integer", "bit")
RESERVED_RTL_NAMES = ("CONFIG_ID",)  # the hash over the others
LARGEST = (1 << 32) - 1


@dataclass(frozen=True)
class Parameter:
    """One key of a hardware description; a container has the names of its keys."""

    path: str
    type: str
    unit: str
    min: int
    max: int
    multiple_of: int
    values: tuple[str, ...]  # legal values of a choice
    rule: str
    default: int | str | None
    optional: bool
    doc: str
    keys: tuple[str, ...]

    @property
    def may_be_missing(self) -> bool:
        return self.optional or self.default is not None


@dataclass(frozen=True)
class RtlParameter:
    name: str
    type: str
    key: str  # empty: follows from several keys
    value: str  # empty: the value of the key


@dataclass(frozen=True)
class Parameters:
    keys: tuple[Parameter, ...]
    rtl: tuple[RtlParameter, ...]

    @property
    def top(self) -> tuple[str, ...]:
        """The keys outside any mapping."""
        return tuple(p.path for p in self.keys if "." not in p.path)

    def rtl_of(self, path: str) -> list[str]:
        return [parameter.name for parameter in self.rtl if parameter.key == path]


def _attributes(node: Mapping, path: str) -> str:
    """The type, having checked that the entry has what the type takes and nothing else."""
    if "type" not in node:
        raise node.fail(f"key '{path}' lacks the key 'type'")
    kind = node.text("type")
    if kind not in TYPES:
        raise node.fail(f"key '{path}': type is '{kind}': must be {', '.join(TYPES)}")
    required = {"key", "type", "doc"}
    optional: set[str] = set()
    if kind in CONTAINERS:
        optional = {"optional"}
    elif kind == "flag":
        optional = {"rule"}
    elif kind in NUMBERS:
        required |= {"min", "max"}
        optional = {"unit", "rule"}
        if kind != "real":
            optional.add("default")
        if kind in ("integer", "address"):
            optional.add("multiple_of")
    elif kind == "choice":
        required.add("values")
        optional = {"unit", "rule", "default"}
    node.check_keys(f"key '{path}' ({kind})", required, optional)
    return kind


def _range(node: Mapping, path: str, kind: str) -> tuple[int, int, int]:
    if kind not in NUMBERS:
        return 0, 0, 1
    low = node.integer("min", 0, LARGEST)
    high = node.integer("max", low, LARGEST)
    step = node.integer("multiple_of", 2, LARGEST, default=1)
    for name, value in (("min", low), ("max", high)):
        if kind == "power_of_two" and (value == 0 or value & (value - 1)):
            raise node.fail(f"key '{path}': {name} is {value}: must be a power of two")
        if value % step:
            raise node.fail(f"key '{path}': {name} is {value}: must be a multiple of {step}")
    return low, high, step


def _values(node: Mapping, path: str, kind: str) -> tuple[str, ...]:
    if kind != "choice":
        return ()
    values = node["values"]
    words = isinstance(values, list) and all(isinstance(v, str) and re.fullmatch(r"[a-z_]+", v) for v in values)
    numbers = isinstance(values, list) and all(isinstance(v, int) and not isinstance(v, bool) for v in values)
    if not values or not (words or numbers):
        raise node.fail(f"key '{path}': 'values' must be a list of words or a list of integers")
    if len(set(values)) != len(values):
        raise node.fail(f"key '{path}': 'values' holds a value twice")
    return tuple(str(value) for value in values)


def _default(node: Mapping, path: str, parameter: tuple[int, int, int], values: tuple[str, ...]) -> int | str | None:
    if "default" not in node:
        return None
    if values:
        if str(node["default"]) not in values:
            raise node.fail(f"key '{path}': default is '{node['default']}': must be {', '.join(values)}")
        return str(node["default"])
    low, high, step = parameter
    value = node.integer("default", low, high)
    if value % step or (node["type"] == "power_of_two" and value & (value - 1)):
        raise node.fail(f"key '{path}': default is {value}, which is not legal")
    return value


def _path(node: Mapping, containers: dict[str, str]) -> str:
    """A path whose mapping or list, if it is in one, is already described."""
    if "key" not in node:
        raise node.fail("an entry of keys lacks the key 'key'")
    path = node.text("key")
    name = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
    if not re.fullmatch(rf"({name}(\[\])?\.)*{name}", path):
        raise node.fail(f"'key' is '{path}': must be a path of lower-case names such as 'dma.bus_bits'")
    parent = path.rpartition(".")[0]
    if parent and parent not in containers:
        raise node.fail(f"key '{path}': '{parent}' is no mapping or list that is described before it")
    return path


def _children(nodes: list[Mapping], container: str) -> tuple[str, ...]:
    prefix = container + "."
    paths = [node["key"] for node in nodes]
    return tuple(path[len(prefix):] for path in paths if path.startswith(prefix) and "." not in path[len(prefix):])


def _keys(top: Mapping) -> tuple[Parameter, ...]:
    nodes = top.items_of("keys")
    containers: dict[str, str] = {}
    result: list[Parameter] = []
    for node in nodes:
        path = _path(node, containers)
        if any(path == other.path for other in result):
            raise node.fail(f"key '{path}' is described twice")
        kind = _attributes(node, path)
        inside = path + "[]" if kind == "list" else path
        if kind in CONTAINERS:
            containers[inside] = kind
        limits = _range(node, path, kind)
        values = _values(node, path, kind)
        result.append(Parameter(path, kind, node.text("unit") if "unit" in node else "", *limits, values,
                                node.text("rule") if "rule" in node else "", _default(node, path, limits, values),
                                node.flag("optional"), node.text("doc"), ()))
    filled = []
    for node, parameter in zip(nodes, result, strict=True):
        if parameter.type in CONTAINERS:
            inside = parameter.path + ("[]" if parameter.type == "list" else "")
            keys = _children(nodes, inside)
            if not keys:
                raise node.fail(f"key '{parameter.path}': nothing in this {parameter.type} is described")
            parameter = Parameter(**{**vars(parameter), "keys": keys})
        filled.append(parameter)
    return tuple(filled)


def _rtl(top: Mapping, keys: tuple[Parameter, ...]) -> tuple[RtlParameter, ...]:
    types = {parameter.path: parameter.type for parameter in keys if parameter.type not in CONTAINERS}
    result: list[RtlParameter] = []
    for node in top.items_of("rtl"):
        node.check_keys("an RTL parameter", {"name", "type"}, {"key", "value"})
        name = node.text("name")
        if not re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", name) or name in RESERVED_RTL_NAMES:
            raise node.fail(f"'name' is '{name}': must be an upper-case name such as 'BUS_BYTES', and not CONFIG_ID")
        if any(name == other.name for other in result):
            raise node.fail(f"RTL parameter '{name}' is described twice")
        kind = node.text("type")
        if kind not in RTL_TYPES:
            raise node.fail(f"RTL parameter '{name}': type is '{kind}': must be {', '.join(RTL_TYPES)}")
        key = node.text("key") if "key" in node else ""
        value = node.text("value") if "value" in node else ""
        if not key and not value:
            raise node.fail(f"RTL parameter '{name}' has neither a key nor a value")
        if key and key not in types:
            raise node.fail(f"RTL parameter '{name}': '{key}' is not the key of a value")
        if key and not value and (kind == "bit") != (types[key] == "flag"):
            raise node.fail(f"RTL parameter '{name}': a bit is the value of a flag, and a flag is a bit")
        result.append(RtlParameter(name, kind, key, value))
    return tuple(result)


def load(path: Path) -> Parameters:
    top = strict_yaml.read(path)
    top.check_keys("the description of the parameters", {"keys", "rtl"})
    keys = _keys(top)
    return Parameters(keys, _rtl(top, keys))
