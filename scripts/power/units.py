# SPDX-License-Identifier: Apache-2.0
"""What a unit of the accelerator does that an energy table has a price for: which signal counts it, and what the table says of it."""

from __future__ import annotations

import dataclasses

VECTOR = "TOP.slt_top.u_compute.acc_valid"  # a vector of sums leaves the array
WEIGHT_ROW = "TOP.slt_top.u_compute.wbuf_rd_en_o"  # a row of weights leaves the weight buffer
DEPTHWISE = "TOP.slt_top.u_compute.depthwise"  # a vector of the column mode enters the array


@dataclasses.dataclass(frozen=True)
class Event:
    """A cycle in which a signal is not 0."""

    name: str
    signal: str  # of the unit, or of the whole recording if it begins with TOP.


@dataclasses.dataclass(frozen=True)
class Price:
    """What an energy table says of an event, beyond clocking the unit's flip-flops: the sum of constants times numbers."""

    text: str
    constants: dict[str, float]

    def pj(self, costs: dict) -> tuple[float, float, float]:
        """Value, low, high."""
        value, low, high = (sum(number * costs[constant][key] for constant, number in self.constants.items()) for key in ("value", "low", "high"))
        return value, low, high


def event_of(module: str, instance: str) -> Event | None:
    """None: nothing that a table has a price for, or that one signal counts."""
    last = instance.rsplit(".", 1)[-1]
    if module == "slt_skew":
        by_instance = {"u_skew_w": Event("row of weights", WEIGHT_ROW), "u_skew_bus": Event("depthwise vector", DEPTHWISE)}
        return by_instance.get(last, Event("vector", VECTOR))
    return {
        "slt_array": Event("vector", VECTOR),
        "slt_os_array": Event("vector", VECTOR),
        "slt_compute": Event("vector", VECTOR),
        "slt_pe": Event("MAC", VECTOR),
        "slt_os_pe": Event("MAC", VECTOR),
        "slt_accumulator": Event("vector", "valid_i"),
        "slt_requant_lane": Event("value", "mult_en_i"),
        "slt_queue": Event("command", "push_i"),
        "slt_frontend": Event("command", "dispatched_o"),
        "slt_fifo": Event("word", "push_i"),
    }.get(module)


def price_of(module: str, flip_flops: int, ports: dict[str, int]) -> Price | None:
    """`ports`: their widths."""
    if module == "slt_skew":  # a vector passes every flip-flop once
        return Price(f"{flip_flops:,} bits stored", {"flop_data": flip_flops})
    if module == "slt_fifo":
        return Price(f"{ports['data_i']} bits stored", {"flop_data": ports["data_i"]})
    if module == "slt_queue":
        return Price(f"{ports['cmd_i']} bits stored", {"flop_data": ports["cmd_i"]})
    if module == "slt_accumulator":
        columns = ports["rd_data_o"] // 32
        return Price(f"{columns} additions", {"adder": columns})
    return {
        "slt_pe": Price("mac_dense", {"mac_dense": 1}),
        "slt_os_pe": Price("mac_output", {"mac_output": 1}),
        "slt_requant_lane": Price("lane_load + lane_multiply", {"lane_load": 1, "lane_multiply": 1}),
        "slt_frontend": Price("command", {"command": 1}),
    }.get(module)
