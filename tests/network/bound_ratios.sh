#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Cycles of the five MLPerf Tiny models over the sum of their layers' lower bounds, and what is above it. Fails when a ratio is
# above its limit, or when one above 1.30 is no longer needed. Official models are left out where SYSTOLITE_MODELS is not set.
# Usage: bound_ratios.sh SYSTOLITE LIMITS.csv
set -euo pipefail
systolite=$1 limits=$2
header=config,model,limit,reason
[[ $(head -n 1 "$limits") == "$header" ]] || { echo "bound_ratios.sh: $limits does not begin with '$header'" >&2; exit 2; }

compared=0 failures=0
printf '%-12s %-13s %10s %10s %6s %6s  %s\n' config model cycles bound ratio limit 'cycles above the bound'
while IFS=, read -r config model limit reason; do
  if [[ $model != *_embedded && -z ${SYSTOLITE_MODELS:-} ]]; then continue; fi
  report=$("$systolite" run "$model" --config "$config" --backend fast --json -)
  cycles=$(sed -n 's/^  "cycles": \([0-9]*\),$/\1/p' <<<"$report")
  bound=$(sed -n 's/^  "lower_bound_cycles": \([0-9]*\),$/\1/p' <<<"$report")
  gap=$(sed -n '/^  "gap": {$/,/^  }/p' <<<"$report" | sed -n 's/^    "\([a-z_]*\)": \(-\{0,1\}[0-9]*\),\{0,1\}$/\1 \2/p' | paste -sd, | sed 's/,/, /g')
  [[ -n $cycles && -n $bound && -n $gap ]] || { echo "bound_ratios.sh: no bound in the report of $model on $config" >&2; exit 1; }
  ratio=$(awk -v c="$cycles" -v b="$bound" 'BEGIN { printf "%.3f", c / b }')
  printf '%-12s %-13s %10s %10s %6s %6s  %s\n' "$config" "$model" "$cycles" "$bound" "$ratio" "$limit" "$gap"
  [[ -z $reason ]] || printf '%28s%s\n' '' "$reason"
  compared=$((compared + 1))
  if awk -v r="$ratio" -v l="$limit" 'BEGIN { exit !(r > l) }'; then
    echo "  above its limit"
    failures=$((failures + 1))
  fi
  if [[ $limit != 1.30 ]] && awk -v r="$ratio" 'BEGIN { exit !(r <= 1.30) }'; then
    echo "  does not need its limit any more: 1.30 would do"
    failures=$((failures + 1))
  fi
done < <(tail -n +2 "$limits")
[[ $compared != 0 ]] || { echo "bound_ratios.sh: nothing to compare" >&2; exit 1; }
[[ $failures == 0 ]] || { echo "$failures of $compared limits do not hold"; exit 1; }
echo "$compared ratios within their limits"
