#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the README's table: cycles of the five MLPerf Tiny models on each configuration; the last column is vww without
# the channels that no output depends on.
# Usage: benchmarks/mlperf_tiny_cycles.sh [--backend rtl|systemc|fast] [CONFIG...]
# The backend is rtl by default; all count the same cycles. Needs the official models (scripts/fetch_models.sh or SYSTOLITE_MODELS).
set -euo pipefail
cd "$(dirname "$0")/.."
systolite=${SYSTOLITE:-build/release/bin/systolite}
backend=rtl
if [[ ${1:-} == --backend ]]; then backend=${2:?--backend needs a name} && shift 2; fi
if [[ $# -eq 0 ]]; then set -- base_16x16 rect_8x16 wide_8x8 large_32x32 slow_flash_16x16 contended_16x16; fi
models=(ic kws vww ad sww)

# Arguments of `systolite run` -> " 12,345 |"
cell() {
  local report cycles
  report=$("$systolite" run "$@" --backend "$backend" --json -)
  cycles=$(sed -n 's/^  "cycles": \([0-9]*\),$/\1/p' <<<"$report")
  printf ' %s |' "$(sed ':group; s/\B[0-9]\{3\}\>/,&/; t group' <<<"$cycles")"
}

printf '| config |'; printf ' %s |' "${models[@]}" 'vww, constant channels removed'; printf '\n|---|'
printf -- '---|%.0s' "${models[@]}" reduced; printf '\n'
for config in "$@"; do
  printf "| \`%s\` |" "$config"
  for model in "${models[@]}"; do cell "$model" --config "$config"; done
  cell vww --config "$config" --drop-constant-channels
  printf '\n'
done
