// SPDX-License-Identifier: Apache-2.0
// Simulated cycles per second of processor time, RTL and SystemC model, on the same inference in the same run. Data
// included.
#include <ctime>
#include <exception>
#include <string>

#include "mapper/models/catalogue.h"
#include "mapper/tflite/import.h"
#include "sim/core/error.h"
#include "tests/systemc/device_pair.h"
#include "tests/systemc/network_run.h"

namespace systolite {
namespace {

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The best of `rounds`, each of `inferences`: other load disturbs every one differently.
double cycles_per_second(test::NetworkRun& network, const std::vector<std::vector<std::int8_t>>& inputs, int rounds,
                         int inferences) {
  double best = 0.0;
  for (int round = 0; round < rounds; ++round) {
    Cycles cycles = 0;
    const double start = processor_seconds();
    for (int i = 0; i < inferences; ++i) {
      for (const Trace& trace : network.run(inputs).traces) cycles += trace.cycles;
    }
    best = std::max(best, static_cast<double>(cycles) / (processor_seconds() - start));
  }
  return best;
}

int run(const std::string& model, const std::string& config, double wanted) {
  const HwConfig hw = test::test_config(config);
  const Graph graph = import_tflite(find_model(model));
  const auto inputs = test::random_inputs(graph, 3);
  test::DevicePair devices(hw);
  test::NetworkRun systemc(graph, hw, devices.systemc(), devices.systemc_memory(), false);
  test::NetworkRun rtl(graph, hw, devices.rtl(), devices.rtl_memory(), false);
  const double slow = cycles_per_second(rtl, inputs, 3, 1);
  const double fast = cycles_per_second(systemc, inputs, 5, 5);
  std::printf("%s on %s: rtl %.3f M cycles/s, systemc %.3f M cycles/s, ratio %.1f\n", model.c_str(), config.c_str(),
              slow / 1e6, fast / 1e6, fast / slow);
  if (fast >= wanted * slow) return 0;
  std::printf("the ratio is below %.1f\n", wanted);
  return 1;
}

}  // namespace
}  // namespace systolite

// Usage: systemc_speed MODEL CONFIG RATIO. Fails below the ratio.
int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: systemc_speed MODEL CONFIG RATIO\n");
    return 2;
  }
  try {
    return systolite::run(argv[1], argv[2], std::stod(argv[3]));
  } catch (const systolite::Error& error) {
    std::fprintf(stderr, "systemc_speed: %s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "systemc_speed: %s\n", error.what());
    return 1;
  }
}
