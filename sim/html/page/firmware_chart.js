// SPDX-License-Identifier: Apache-2.0
// The inference as the firmware on the simulated processor sees it.
const firmwareParts = {
  driver: "var(--kind-1)",
  waiting: "var(--quiet)",
  fallback: "var(--kind-2)"
};

function firmwareSection(report) {
  const firmware = report.firmware;
  const rows = [{
    key: "inference",
    label: () => "inference",
    parts: {driver: firmware.driver_cycles, waiting: firmware.waiting_cycles, fallback: firmware.fallback_cycles}
  }];
  const bars = stackedBars(rows, {
    share: false,
    axisTitle: "cycles",
    colorOf: (name) => firmwareParts[name],
    order: (names) => Object.keys(firmwareParts).filter((name) => names.has(name))
  });
  const {figure} = chart({
    id: "firmware-chart",
    title: "Cycles of the inference on the processor: driver, waiting for the accelerator, operators on the CPU.",
    spec: bars.spec
  });
  return section(
    "firmware", "Firmware",
    paragraph(`Driver and CPU operators on a simulated ${firmware.core} (profile ${firmware.profile}, ${
      firmware.profile_status}), waiting by ${firmware.wait === "poll" ? "polling" : "interrupt"}: ${
      grouped(firmware.cycles)} cycles, ${
      fixed(firmware.latency_us, 1)} µs. Beyond the accelerator and the CPU operators it takes ${
      grouped(firmware.overhead_cycles)} cycles (${percent(firmware.overhead_cycles / firmware.cycles, 2)}).`),
    legend(bars.entries), figure,
    fold(
      "The same as a table",
      plainTable(
        "Cycles of the inference",
        [
          {name: "part", of: ([name]) => name, text: true}, {name: "cycles", of: ([, value]) => grouped(value)},
          {name: "share", of: ([, value]) => percent(value / firmware.cycles)}
        ],
        [...Object.entries(rows[0].parts), ["accelerator (while waiting)", firmware.accelerator_cycles]])));
}
