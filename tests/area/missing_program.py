# SPDX-License-Identifier: Apache-2.0
"""A PATH without a program, to see what a script says."""

from __future__ import annotations

import os
from pathlib import Path


def path_without(program: str, folder: Path) -> str:
    """A PATH on which everything is but one program: links to the rest, in an empty folder."""
    for directory in os.environ["PATH"].split(os.pathsep):
        for file in sorted(Path(directory).iterdir()) if Path(directory).is_dir() else ():
            link = folder / file.name
            if file.name != program and os.access(file, os.X_OK) and not link.exists():
                link.symlink_to(file)
    return str(folder)
