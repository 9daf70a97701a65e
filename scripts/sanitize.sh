#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds build/asan (AddressSanitizer, UndefinedBehaviorSanitizer) and runs the tests of everything that is C or C++; those
# of parts of the RTL are not built. Verilated RTL beside the tested code is not instrumented.
# Arguments: for ctest, after the filter.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

TARGETS=(systolite area_model_test baseline_test battery_test cli_tests core_test cpu_cli_test cpu_encoding_test
  cpu_garbage_test cpu_generator_test cpu_program_test cpu_qemu_kernel_firmware_test cpu_qemu_program_test
  cpu_qemu_random_test cpu_test diff_test driver_test energy_test explore_test fast_rtl_test fast_test firmware_tests
  fit_test functional_test gen_test html_test import_test kernels_dsp_test kernels_small_test kernels_test
  lockstep_coverage_test lockstep_deadlock_test lockstep_generator_test lockstep_parts_test lockstep_test
  mapped_network_test mapper_test network_memory_test passes_test random_network_test reference_test rtl_activity_test
  rtl_device_tests serve_test session_tests sim_tests soc_device_tests soc_tests systemc_fault_test systemc_model_test
  systemc_random_test systemc_unit_test tuning_test)
# Tests of other targets, the Python package among them, and what runs the same code for longer: whole networks with all
# their inputs.
LEFT_OUT='_NOT_BUILT$|^python\.|^rtl_(compute|memory|system|vector)\.|^verify(_all)?\.|^(Generator|GeneratedPages|IncludeDirections)'

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

scripts/setup.sh
step "Configuring build/asan"
quietly $LOGS/configure_asan.log cmake --preset asan || die "the configuration of the build failed"
step "Building with sanitizers"
quietly $LOGS/build_asan.log cmake --build --preset asan --target "${TARGETS[@]}" || die "the build failed"
step "Testing with sanitizers"
quietly $LOGS/ctest_asan.log ctest --preset asan --parallel "$(nproc)" --exclude-regex "$LEFT_OUT" "$@" ||
  die "tests failed; the whole log is $LOGS/ctest_asan.log"
sed -n -e '/tests passed/p' -e '/tests did not run/,$p' $LOGS/ctest_asan.log
step "No sanitizer has objections"
