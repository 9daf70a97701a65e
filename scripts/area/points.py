# SPDX-License-Identifier: Apache-2.0
"""Writes the hardware descriptions of scripts/area/points.yaml as files. Prints "fit FILE" or "held_out FILE" for each."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml


def description(hw: Path, name: str, changes: dict) -> dict:
    """The content of the file that `from` names, with the changes; their keys are paths with dots."""
    content = yaml.safe_load((hw / f"{changes['from']}.yaml").read_text(encoding="utf-8"))
    content["name"] = name
    for path, value in changes.items():
        if path == "from":
            continue
        *parents, last = path.split(".")
        place = content
        for parent in parents:
            place = place[parent]
        if last not in place:
            raise KeyError(f"{name}: {changes['from']} has no key {path}")
        place[last] = value
    return content


def main(points: Path, hw: Path, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, entries in yaml.safe_load(points.read_text(encoding="utf-8")).items():
        for name, changes in entries.items():
            path = folder / f"{name}.yaml"
            path.write_text(yaml.safe_dump(description(hw, name, changes), sort_keys=False), encoding="utf-8")
            print(kind, path)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4])))
