# SPDX-License-Identifier: Apache-2.0
"""Strict reading of YAML: no duplicate, unknown or missing keys; every complaint names file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml


class SpecError(Exception):
    """A defect of a description file, as one sentence that starts with FILE:LINE."""


class Mapping(dict):
    """A YAML mapping that remembers where it stands."""

    file: str
    line: int

    def fail(self, sentence: str) -> SpecError:
        return SpecError(f"{self.file}:{self.line}: {sentence}")

    def check_keys(self, what: str, required: set[str], optional: set[str] = frozenset()) -> None:
        for key in self:
            if key not in required | optional:
                allowed = ", ".join(sorted(required | optional))
                raise self.fail(f"{what} has the unknown key '{key}'; allowed are {allowed}")
        for key in sorted(required):
            if key not in self:
                raise self.fail(f"{what} lacks the key '{key}'")

    def text(self, key: str) -> str:
        value = self[key]
        if not isinstance(value, str) or not value.strip():
            raise self.fail(f"'{key}' is {value!r}: must be a text")
        return value

    def identifier(self, key: str) -> str:
        value = self.text(key)
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", value):
            raise self.fail(f"'{key}' is '{value}': must be a lower-case name such as 'row_bytes'")
        return value

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        if key not in self and default is not None:
            return default
        value = self[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fail(f"'{key}' is {value!r}: must be an integer")
        if not low <= value <= high:
            raise self.fail(f"'{key}' is {value}: must be {low} to {high}")
        return value

    def flag(self, key: str) -> bool:
        value = self.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(f"'{key}' is {value!r}: must be true or false")
        return value

    def items_of(self, key: str) -> list[Mapping]:
        value = self[key]
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.fail(f"'{key}' must be a list of mappings")
        return value


def read(path: Path) -> Mapping:
    """The top-level mapping of a YAML file."""

    class Loader(yaml.SafeLoader):
        pass

    def construct_mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Mapping:
        result = Mapping()
        result.file = str(path)
        result.line = node.start_mark.line + 1
        for key_node, value_node in node.value:
            key: Any = loader.construct_object(key_node)
            if key in result:
                raise SpecError(f"{path}:{key_node.start_mark.line + 1}: the key '{key}' appears twice")
            result[key] = loader.construct_object(value_node, deep=True)
        return result

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, construct_mapping)
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
    except OSError as error:
        raise SpecError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SpecError(f"{path}: is not UTF-8 text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise SpecError(f"{path}:{line}: is not valid YAML: {getattr(error, 'problem', None) or error}") from error
    if not isinstance(document, Mapping):
        raise SpecError(f"{path}:1: must be a mapping")
    return document
