#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the embedded models, the corner-case models and their golden tensors into the folder of this script.

Needs Python 3.11 with the packages of requirements.txt beside this script. The same packages give the same bytes;
MANIFEST.json says which were used.
"""

import argparse
import hashlib
import importlib.metadata
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True

from generator import golden  # noqa: E402
from generator.corners import CORNERS  # noqa: E402
from generator.samples import KINDS, sample  # noqa: E402
from generator.tflite_writer import Model, write  # noqa: E402
from generator.topologies import EMBEDDED  # noqa: E402

DEFAULT_SEED = 20240
PACKAGES = ("flatbuffers", "numpy", "tflite_micro")
EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def npy_bytes(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return stream.getvalue()


def npz_bytes(arrays: dict[str, np.ndarray]) -> bytes:
    """As np.savez_compressed, but without the time of day in the archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", EARLIEST_ZIP_TIME), npy_bytes(array), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def model_seed(seed: int, name: str) -> list[int]:
    """A stream of its own for every model, so that adding one leaves the others as they are."""
    return [seed, zlib.crc32(name.encode())]


def generate(name: str, build: Callable[[np.random.Generator], Model], seed: int) -> dict[str, bytes]:
    """Files of one model by their path below this folder."""
    rng = np.random.default_rng(model_seed(seed, name))
    model = build(rng)
    file = write(model)
    folder = "" if name in EMBEDDED else "corners/"
    files = {f"{folder}{name}.tflite": file}
    shape = model.tensors[model.inputs[0]].shape
    outputs = []
    for i, kind in enumerate(KINDS):
        x = sample(rng, shape[1:], kind)[None]
        output, tensors = golden.run(model, file, x)
        outputs.append(output[0])
        files[f"golden/{name}/input_{i:02}.npy"] = npy_bytes(x)
        if i == 0:
            files[f"golden/{name}/intermediates_{i:02}.npz"] = npz_bytes(tensors)
    files[f"golden/{name}/outputs.npy"] = npy_bytes(np.stack(outputs))
    return files


def manifest(seed: int, files: dict[str, bytes]) -> str:
    return json.dumps(
        {
            "command": f"python3 benchmarks/models/generate.py --seed {seed}",
            "seed": seed,
            "python": ".".join(map(str, sys.version_info[:2])),
            "packages": {package: importlib.metadata.version(package) for package in PACKAGES},
            "golden": "TensorFlow Lite Micro interpreter, reference kernels; inputs are "
            + ", ".join(f"{i:02} {kind}" for i, kind in enumerate(KINDS)),
            "sha256": {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())},
        },
        indent=1,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file would change")
    arguments = parser.parse_args()

    files: dict[str, bytes] = {}
    for name, build in (EMBEDDED | CORNERS).items():
        files |= generate(name, build, arguments.seed)
        print(name, file=sys.stderr)
    files["MANIFEST.json"] = (manifest(arguments.seed, files) + "\n").encode()

    def is_current(path: str) -> bool:
        return (arguments.out / path).is_file() and (arguments.out / path).read_bytes() == files[path]

    changed = [path for path in files if not is_current(path)]
    if arguments.check:
        for path in changed:
            print(f"differs: {path}", file=sys.stderr)
        return 1 if changed else 0
    for path, content in files.items():
        (arguments.out / path).parent.mkdir(parents=True, exist_ok=True)
        (arguments.out / path).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
