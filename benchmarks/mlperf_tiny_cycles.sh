#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the README's table: cycles of the five MLPerf Tiny models on each configuration, on the RTL.
# Usage: benchmarks/mlperf_tiny_cycles.sh [CONFIG...]; needs the official models (scripts/fetch_models.sh or SYSTOLITE_MODELS).
set -euo pipefail
cd "$(dirname "$0")/.."
systolite=${SYSTOLITE:-build/release/bin/systolite}
if [[ $# -eq 0 ]]; then set -- base_16x16 rect_8x16 small_8x8; fi
models=(ic kws vww ad sww)

printf '| config |'; printf ' %s |' "${models[@]}"; printf '\n|---|'; printf -- '---|%.0s' "${models[@]}"; printf '\n'
for config in "$@"; do
  printf "| \`%s\` |" "$config"
  for model in "${models[@]}"; do
    report=$("$systolite" run "$model" --config "$config" --json -)
    cycles=$(sed -n 's/^  "cycles": \([0-9]*\),$/\1/p' <<<"$report")
    printf ' %s |' "$(sed ':group; s/\B[0-9]\{3\}\>/,&/; t group' <<<"$cycles")"
  done
  printf '\n'
done
