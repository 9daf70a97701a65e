#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives `systolite serve` over its serial port as the public runner of MLPerf Tiny does (mlcommons/tiny,
benchmark/runner: what it sends, what it parses), and as nobody should.

    serve_test.py SYSTOLITE embedded | official | bad_input

embedded, official: performance and accuracy mode on each model of that kind; the outputs are compared with those of
`systolite run`. official: the five models of MLPerf Tiny in $SYSTOLITE_MODELS. bad_input: what is no command. Exits with
77 where pyserial is not installed or $SYSTOLITE_MODELS is not set.
"""

from __future__ import annotations

import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import serial
except ImportError:
    print("skipped: the Python module serial (Debian: python3-serial) is not installed")
    sys.exit(77)

READY = "m-ready"
TIMEOUT_S = 30.0
BYTES_A_LINE = 31  # what the runner sends in one db command
COMMAND_CHARS = 80


class Device:
    """The board's side of the serial port."""

    def __init__(self, path: str) -> None:
        self.port = serial.Serial(path, 115200, timeout=TIMEOUT_S)

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *_: object) -> None:
        self.port.close()

    def read_line(self) -> str:
        line = self.port.read_until(b"\r\n")
        assert line.endswith(b"\r\n"), f"no CR LF within {TIMEOUT_S} s: {line!r}"
        return line[:-2].decode("ascii")

    def answer(self) -> list[str]:
        lines = [self.read_line()]
        while lines[-1] != READY:
            lines.append(self.read_line())
        return lines

    def command(self, text: str) -> list[str]:
        self.port.write(text.encode("latin-1") + b"%")
        return self.answer()

    def load(self, data: bytes) -> None:
        expect(self.command(f"db load {len(data)}"), [f"m-[Expecting {len(data)} bytes]", READY])
        for at in range(0, len(data), BYTES_A_LINE):
            command = f"db {data[at:at + BYTES_A_LINE].hex()}"
            assert len(command) <= COMMAND_CHARS
            last = at + BYTES_A_LINE >= len(data)
            expect(self.command(command), ["m-load-done", READY] if last else [READY])

    def infer(self, count: int, warmups: int) -> tuple[int, list[float]]:
        """Microseconds between the stamps, results."""
        lines = self.command(f"infer {count} {warmups}")
        shape = [rf"m-warmup-start-{warmups}", "m-warmup-done", rf"m-infer-start-{count}", r"m-lap-us-\d+",
                 r"m-lap-us-\d+", "m-infer-done", r"m-results-\[[^]]+\]", READY]
        assert len(lines) == len(shape), lines
        assert all(map(re.fullmatch, shape, lines)), lines
        laps = [int(line.removeprefix("m-lap-us-")) for line in lines if line.startswith("m-lap-us-")]
        results = [float(x) for x in re.fullmatch(r"m-results-\[([^]]+)\]", lines[-2]).group(1).split(",")]
        expect(self.command("results"), [lines[-2], READY])
        return laps[1] - laps[0], results


def expect(lines: list[str], expected: list[str]) -> None:
    assert lines == expected, f"{lines} instead of {expected}"


def write_npy(path: Path, values: bytes, shape: tuple[int, ...]) -> None:
    header = f"{{'descr': '|i1', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + values)


def read_npy(path: Path) -> list[int]:
    data = path.read_bytes()
    begin = 10 + struct.unpack("<H", data[8:10])[0]
    return list(struct.unpack(f"{len(data) - begin}b", data[begin:]))


# Input and output of the benchmarks: shape, what the firmware is sent, how its results come from the int8 output.
SHAPES = {"kws": (1, 49, 10, 1), "ad": (1, 640), "ic": (1, 32, 32, 3), "vww": (1, 96, 96, 3), "sww": (1, 30, 1, 40)}
MODEL_IDS = {"kws": "kws01", "ad": "ad01", "ic": "ic01", "vww": "vww01", "sww": "strww01"}
INPUT_BYTES = {"kws": 490, "ad": 2560, "ic": 3072, "vww": 27648, "sww": 1200}
RESULTS = {"kws": 12, "ad": 1, "ic": 10, "vww": 2, "sww": 3}
UINT8_INPUTS = ("ic", "vww")


class Model:
    def __init__(self, systolite: str, name: str) -> None:
        self.systolite, self.name = systolite, name
        self.kind = name.removesuffix("_embedded")
        self.shape = SHAPES[self.kind]
        self.count = 1
        for size in self.shape:
            self.count *= size

    def run(self, tensor: list[int]) -> tuple[list[int], float]:
        """Output of the network, and microseconds of one inference as the other firmware measures them."""
        with tempfile.TemporaryDirectory() as folder:
            x, y, report = Path(folder, "x.npy"), Path(folder, "y.npy"), Path(folder, "report.json")
            write_npy(x, struct.pack(f"{len(tensor)}b", *tensor), self.shape)
            subprocess.run([self.systolite, "run", self.name, "--backend", "fast", "--firmware", "--input", x,
                            "--output", y, "--json", report], check=True, capture_output=True)
            return read_npy(y), json.loads(report.read_text())["firmware"]["latency_us"]

    def stimulus(self, seed: int) -> tuple[bytes, list[int], list[float]]:
        """Bytes to send, the int8 tensor they stand for, and for ad the floats."""
        draw = random.Random(seed)
        if self.kind != "ad":
            tensor = [draw.randint(-128, 127) for _ in range(self.count)]
            if self.kind in UINT8_INPUTS:
                return bytes(q + 128 for q in tensor), tensor, []
            return struct.pack(f"{self.count}b", *tensor), tensor, []
        scale, zero_point = AD_INPUT[self.name]
        floats = struct.unpack(f"<{self.count}f",
                               struct.pack(f"<{self.count}f", *(draw.uniform(-60, 60) for _ in range(self.count))))
        tensor = []
        for value in floats:
            scaled = to_float(value / scale)
            q = int(abs(scaled) + 0.5) * (1 if scaled >= 0 else -1) + zero_point
            tensor.append(max(-128, min(127, q)))
        return struct.pack(f"<{self.count}f", *floats), tensor, list(floats)


def to_float(value: float) -> float:
    """Rounded to single precision, as the board computes."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def tensor_quantisation(systolite: str, name: str) -> tuple[tuple[float, int], tuple[float, int]]:
    """(scale, zero point) of input and output, read from the .tflite file with the generic part of FlatBuffers."""
    path = model_file(systolite, name)
    data = path.read_bytes()

    def u16(at: int) -> int:
        return struct.unpack_from("<H", data, at)[0]

    def i32(at: int) -> int:
        return struct.unpack_from("<i", data, at)[0]

    def field(table: int, index: int) -> int:
        vtable = table - i32(table)
        offset = u16(vtable + 4 + 2 * index) if 4 + 2 * index < u16(vtable) else 0
        return table + offset if offset else 0

    def reference(at: int) -> int:
        return at + i32(at)

    def element(table: int, index: int, position: int) -> int:
        vector = reference(field(table, index))
        return reference(vector + 4 + 4 * position)

    subgraph = element(i32(0), 2, 0)  # Model.subgraphs
    result = []
    for ports in (1, 2):  # SubGraph.inputs, outputs
        tensor_index = i32(reference(field(subgraph, ports)) + 4)
        tensor = element(subgraph, 0, tensor_index)  # SubGraph.tensors
        quantisation = reference(field(tensor, 4))  # Tensor.quantization
        scale = struct.unpack_from("<f", data, reference(field(quantisation, 2)) + 4)[0]
        zero_point = struct.unpack_from("<q", data, reference(field(quantisation, 3)) + 4)[0]
        result.append((scale, zero_point))
    return result[0], result[1]


def model_file(systolite: str, name: str) -> Path:
    log = subprocess.run([systolite, "run", name, "--backend", "functional", "-v"], check=True, capture_output=True,
                         text=True)
    return Path(re.search(r"model (\S+\.tflite):", log.stderr).group(1))


AD_INPUT: dict[str, tuple[float, int]] = {}


def close(a: float, b: float, tolerance: float) -> bool:
    return abs(a - b) <= tolerance


def check_results(model: Model, output_q: tuple[float, int], tensor: list[int], floats: list[float],
                  results: list[float]) -> float:
    """Microseconds of one inference on this input."""
    scale, zero_point = output_q
    values, us = model.run(tensor)
    output = [scale * (q - zero_point) for q in values]
    if model.kind == "ad":
        error = sum((a - b) ** 2 for a, b in zip(output, floats, strict=True)) / len(floats)
        assert len(results) == 1, results
        assert close(results[0], error, max(0.002, error * 1e-5)), (results, error)
        return us
    assert len(results) == len(output)
    for got, value in zip(results, output, strict=True):
        # kws prints three decimals cut off, the others rounded.
        wanted = int(value * 1000) / 1000 if model.kind == "kws" else round(value, 3)
        assert close(got, wanted, 1e-9), (results, output)
    return us


class Server:
    def __init__(self, systolite: str, *arguments: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.link = str(Path(self.folder.name, "board"))
        self.process = subprocess.Popen([systolite, "serve", *arguments, "--link", self.link], stdout=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        assert self.link in line, line

    def __enter__(self) -> Server:
        return self

    def connect(self) -> Device:
        assert self.process.poll() is None, "the server has ended"
        return Device(self.link)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(TIMEOUT_S)
        assert not Path(self.link).is_symlink(), "the link is still there"
        self.folder.cleanup()


def test_benchmark(systolite: str, name: str) -> None:
    model = Model(systolite, name)
    input_q, output_q = tensor_quantisation(systolite, name)
    AD_INPUT[name] = input_q
    with Server(systolite, name) as server, server.connect() as device:
        expect(device.answer(), ["m-timestamp-mode-performance", "m-init-done", READY])
        name_lines = device.command("name")
        assert len(name_lines) == 2, name_lines
        assert re.fullmatch(r"m-name-dut-\[[^]]+\]", name_lines[0]), name_lines
        expect(device.command("profile"), ["m-profile-[ULPMark for tinyML Firmware V0.0.1]",
                                           f"m-model-[{MODEL_IDS[model.kind]}]", READY])
        # Performance mode: five loads, each with many inferences; time between the stamps is simulated time.
        for window in range(5):
            data, tensor, floats = model.stimulus(window)
            if name in INPUT_BYTES:
                assert len(data) == INPUT_BYTES[name]
            device.load(data)
            us, results = device.infer(20, 1)
            if name in RESULTS:
                assert len(results) == RESULTS[name], results
            assert abs(device.infer(20, 0)[0] - us) <= 1
            if window >= 2:
                continue  # the comparison takes longer than all the rest
            expected_us = check_results(model, output_q, tensor, floats, results)
            # The loop around the inferences takes some cycles, the looks at the clock for the report took some; in all not 300.
            assert close(us, 20 * expected_us, 20 * 1.5 + 2), (us, expected_us)
        # Accuracy mode: one inference an input.
        for seed in range(10, 12):
            data, tensor, floats = model.stimulus(seed)
            device.load(data)
            _, results = device.infer(1, 0)
            check_results(model, output_q, tensor, floats, results)
        before = int(device.command("timestamp")[0].removeprefix("m-lap-us-"))
        after = int(device.command("timestamp")[0].removeprefix("m-lap-us-"))
        # The answer and the next command are some 40 characters of 10 bits at 115200 bit/s.
        assert 1000 < after - before < 10_000, (before, after)
    print(f"{name}: ok, {expected_us:.1f} us an inference")


def test_bad_input(systolite: str) -> None:
    with Server(systolite, "kws_embedded") as server:
        with server.connect() as device:
            device.answer()
            for command, error in [("nonsense", "e-[Unknown command: nonsense]"), ("", "e-[Empty command]"),
                                   ("x" * 80, f"e-[Unknown command: {'x' * 80}]"),
                                   ("x" * 81, "e-[Command of 81 characters exceeds the maximum of 80]"),
                                   ("db 123", "e-[Insufficent number of hex digits]"),
                                   ("db load 1000000", "e-[Supplied buffer size 1000000 exceeds maximum of 490]"),
                                   ("infer 1 0", "e-[No input: 0 of 0 bytes loaded]"),
                                   ("x" * 200, "e-[Command of 200 characters exceeds the maximum of 80]"),
                                   ("\x00\xff\x1b[31m", "e-[Unknown command: ??[31m]")]:
                expect(device.command(command), [error, READY])
            # Commands that follow each other without a pause are all answered.
            device.port.write(b"name%name%profile%\r\ntimestamp%")
            for lines in (2, 2, 3, 2):
                assert len(device.answer()) == lines
            # More at once than the board can keep: it says so, and goes on.
            device.command("db load 490")
            device.port.write(b"db " + b"0" * 980 + b"%")
            assert device.answer()[0].startswith("e-[")
            device.load(bytes(490))
            device.port.write(b"infer 1 0%" + b"z" * 3000 + b"%")
            device.answer()
            assert device.answer()[0].startswith("e-[")
            assert device.command("name")[-1] == READY
            # Gone in the middle of a command ...
            device.port.write(b"db 00")
        with server.connect() as device:
            assert device.command("")[-1] == READY
            device.load(bytes(490))
            # ... and in the middle of an answer.
            device.port.write(b"infer 50 0%")
        with server.connect() as device:
            device.port.timeout = 1
            while device.port.read(100):
                pass
            device.port.timeout = TIMEOUT_S
            assert device.command("name")[-1] == READY
            draw = random.Random(7)
            for _ in range(20):
                others = [x for x in range(256) if x != ord("%")]
                garbage = bytes(draw.choice(others) for _ in range(draw.randint(1, 150)))
                device.port.write(garbage + b"%")
                lines = device.answer()
                assert len(lines) == 2, (garbage, lines)
                assert lines[0].startswith("e-["), (garbage, lines)
    print("bad input: ok")


def test_hex_digits(systolite: str) -> None:
    """Odd numbers of digits, what is no digit, too few and too many bytes; nothing of it is kept."""
    with Server(systolite, "kws_embedded") as server, server.connect() as device:
        device.answer()
        expect(device.command("db load 490"), ["m-[Expecting 490 bytes]", READY])
        for digits in ("0", "012", "0g", "zz", "0x12", "0 1", "-1"):
            answer = device.command(f"db {digits}")
            assert len(answer) == 2, (digits, answer)
            assert answer[0].startswith("e-["), (digits, answer)
        # None of them counts: the whole input is still to come.
        for _ in range(15):
            expect(device.command(f"db {'ab' * 31}"), [READY])
        expect(device.command(f"db {'ab' * 25}"), ["m-load-done", READY])
        # The bytes are those that were sent.
        lines = device.command("db print 490")
        sent = "".join(re.sub(r"[^0-9a-f]", "", line.removeprefix("m-buffer")) for line in lines if "buffer" in line)
        assert sent == "ab" * 490, lines
        answer = device.command("db 00")
        assert answer[0].startswith("e-["), answer
        assert device.infer(1, 0)[0] > 0
    print("hex digits: ok")


def test_clients_that_leave(systolite: str) -> None:
    """Connections that end after every possible beginning of a load and an inference."""
    with Server(systolite, "kws_embedded") as server:
        with server.connect() as device:
            device.answer()
        session = b"name%db load 490%db " + b"00" * 31 + b"%infer 3 1%results%"
        for length in range(0, len(session), 7):
            with server.connect() as device:
                device.port.write(session[:length])
        with server.connect() as device:
            device.port.timeout = 1
            while device.port.read(1000):
                pass
            device.port.timeout = TIMEOUT_S
            device.command("")  # ends whatever the last one began
            device.load(bytes(490))
            assert device.infer(1, 0)[0] > 0
    print("clients that leave: ok")


def main() -> None:
    systolite, what = sys.argv[1:]
    if what == "bad_input":
        test_bad_input(systolite)
        test_hex_digits(systolite)
        test_clients_that_leave(systolite)
        return
    if what == "official" and not os.environ.get("SYSTOLITE_MODELS"):
        print("skipped: SYSTOLITE_MODELS is not set")
        sys.exit(77)
    for model in ["kws_embedded", "ad_embedded"] if what == "embedded" else MODEL_IDS:
        test_benchmark(systolite, model)


if __name__ == "__main__":
    main()
