#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything a change must pass: build, generated files, layout, lint of the RTL, of Python and of changed sources,
# tests (without those labelled long or bench).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The official models and their golden tensors, if they lie beside the project; without them those tests are skipped.
if [[ -z ${SYSTOLITE_MODELS:-} && -d ../shared/mlperf-tiny/models ]]; then
  SYSTOLITE_MODELS=$(cd ../shared/mlperf-tiny/models && pwd)
  export SYSTOLITE_MODELS
fi
if [[ -z ${SYSTOLITE_GOLDEN:-} && -d ../shared/mlperf-tiny ]]; then
  SYSTOLITE_GOLDEN=$(cd ../shared/mlperf-tiny && pwd)
  export SYSTOLITE_GOLDEN
fi

scripts/setup.sh --lint
scripts/build.sh
step "Checking generated files"
python=$(sed -n 's/^GENERATOR_PYTHON:[A-Z]*=//p' $BUILD/CMakeCache.txt)
"$python" -B scripts/gen/generate.py --check || die "a generated file is out of date"
step "Checking layout"
scripts/format_check.sh
scripts/lint.sh
scripts/lint_python.sh
scripts/clang_tidy.sh
step "Testing"
if [[ -z ${SYSTOLITE_MODELS:-} || -z ${SYSTOLITE_GOLDEN:-} ]]; then
  step "Tests of the official models are skipped (SYSTOLITE_MODELS and SYSTOLITE_GOLDEN are not both set); embedded models run instead"
fi
if ! ctest --preset release --parallel "$(nproc)" --output-log $LOGS/ctest.log >/dev/null 2>&1; then
  grep -A 40 -E '\*\*\*(Failed|Exception|Timeout|Not Run)' $LOGS/ctest.log | head -n 120 >&2 || true
  sed -n '/tests failed out of/,$p' $LOGS/ctest.log >&2
  die "tests failed; the whole log is $LOGS/ctest.log"
fi
sed -n -e '/tests passed/p' -e '/tests did not run/,$p' $LOGS/ctest.log
grep '^SKIPPED: ' $BUILD/Testing/Temporary/LastTest.log || true
step "All checks passed"
