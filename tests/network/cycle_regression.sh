#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every row of benchmarks/cycles.csv on the fast backend, which the verify tests hold to the cycles of the RTL, and
# compares the cycles exactly. Official models are left out when SYSTOLITE_MODELS is not set.
# Usage: cycle_regression.sh SYSTOLITE CSV [--update]; --update writes the cycles that the program counts now.
set -euo pipefail
systolite=$1 csv=$2 update=${3:-}
header=config,model,options,cycles
[[ -z $update || $update == --update ]] || { echo "cycle_regression.sh: unknown argument '$update'" >&2; exit 2; }
[[ $(head -n 1 "$csv") == "$header" ]] || { echo "cycle_regression.sh: $csv does not begin with '$header'" >&2; exit 2; }

fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
echo "$header" >"$fresh"
compared=0 skipped=0 differences=()
while IFS=, read -r config model options old; do
  if [[ $model != *_embedded && -z ${SYSTOLITE_MODELS:-} ]]; then
    skipped=$((skipped + 1))
    echo "$config,$model,$options,$old" >>"$fresh"
    continue
  fi
  # shellcheck disable=SC2086  # options are words
  report=$("$systolite" run "$model" --config "$config" --backend fast $options --json -)
  new=$(sed -n 's/^  "cycles": \([0-9]*\),$/\1/p' <<<"$report")
  [[ -n $new ]] || { echo "cycle_regression.sh: no cycles in the report of $model on $config" >&2; exit 1; }
  compared=$((compared + 1))
  echo "$config,$model,$options,$new" >>"$fresh"
  [[ $new == "$old" ]] || differences+=("$(printf '%-18s %-13s %-25s %12s %12s' "$config" "$model" "$options" "${old:-none}" "$new")")
done < <(tail -n +2 "$csv")

[[ $skipped == 0 ]] || echo "$skipped rows of official models skipped: SYSTOLITE_MODELS is not set"
[[ $compared != 0 ]] || { echo "cycle_regression.sh: $csv names no model that can be run" >&2; exit 1; }
if [[ ${#differences[@]} == 0 ]]; then
  echo "$compared rows as recorded"
  exit 0
fi
printf '%-18s %-13s %-25s %12s %12s\n' config model options old new
printf '%s\n' "${differences[@]}"
if [[ $update == --update ]]; then
  cat "$fresh" >"$csv"
  echo "${#differences[@]} of $compared rows updated in $csv"
  exit 0
fi
echo "${#differences[@]} of $compared rows differ. To accept: tests/network/cycle_regression.sh $systolite $csv --update"
exit 1
