// SPDX-License-Identifier: Apache-2.0
// The accelerators of a lockstep run.
#pragma once

#include <filesystem>
#include <memory>

#include "sim/core/hw_config.h"
#include "sim/fast/latencies.h"
#include "tests/lockstep/backend.h"

namespace systolite::lockstep {

// The Verilated RTL, out of reset for every stream.
[[nodiscard]] std::unique_ptr<Backend> make_rtl_backend(const HwConfig& hardware);
// The SystemC model: one for all streams, and one in a process, made before anything else runs.
[[nodiscard]] std::unique_ptr<Backend> make_systemc_backend(const HwConfig& hardware);
// The functional executor and the timing model behind registers.
[[nodiscard]] std::unique_ptr<Backend> make_fast_backend();
// The timing model called directly, with latencies that may be wrong: no memory.
[[nodiscard]] std::unique_ptr<Backend> make_timing_backend(const fast::Latencies& latencies = {});

}  // namespace systolite::lockstep
