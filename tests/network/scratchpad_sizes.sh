#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks on base_16x16 with scratchpads of other sizes, on the fast backend: cycles, most bytes that hold tensors at once,
# operators whose results are in place of operands. Compares every row of a file of them exactly; cycles `-`: does not fit.
# Official models are left out when SYSTOLITE_MODELS is not set.
# Usage: scratchpad_sizes.sh SYSTOLITE BASE.yaml CSV [--update]; --update writes what is so now.
set -euo pipefail
systolite=$1 base=$2 csv=$3 update=${4:-}
header=model,scratchpad_bytes,cycles,peak_bytes,in_place
[[ -z $update || $update == --update ]] || { echo "scratchpad_sizes.sh: unknown argument '$update'" >&2; exit 2; }
[[ $(head -n 1 "$csv") == "$header" ]] || { echo "scratchpad_sizes.sh: $csv does not begin with '$header'" >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "$header" >"$work/fresh.csv"
compared=0 differences=0
printf '%-14s %10s %9s %10s  %s\n' model scratchpad cycles peak 'in place'
while IFS=, read -r model bytes cycles peak in_place; do
  if [[ $model != *_embedded && -z ${SYSTOLITE_MODELS:-} ]]; then
    echo "$model,$bytes,$cycles,$peak,$in_place" >>"$work/fresh.csv"
    continue
  fi
  sed "/^scratchpad:/,/bytes:/ s/bytes: .*/bytes: $bytes/" "$base" >"$work/config.yaml"
  status=0
  "$systolite" run "$model" --config "$work/config.yaml" --backend fast --json "$work/run.json" >"$work/out" 2>"$work/error" || status=$?
  if [[ $status == 0 ]]; then
    new=$(sed -n 's/^  "cycles": \([0-9]*\),$/\1/p' "$work/run.json"),$(sed -n 's/^    "peak_bytes": \([0-9]*\),$/\1/p' "$work/run.json")
    new=$new,$(awk '/^      "index":/ { gsub(/[^0-9]/, ""); op = $0 } /^      "in_place_of": "/ { printf "%s%s", n++ ? " " : "", op }' "$work/run.json")
  elif grep -q 'does not fit' "$work/error"; then
    new=-,,
  else
    cat "$work/error" >&2
    exit 1
  fi
  echo "$model,$bytes,$new" >>"$work/fresh.csv"
  IFS=, read -r new_cycles new_peak new_in_place <<<"$new"
  printf '%-14s %10s %9s %10s  %s\n' "$model" "$bytes" "$new_cycles" "${new_peak:--}" "$new_in_place"
  compared=$((compared + 1))
  if [[ $new != "$cycles,$peak,$in_place" ]]; then
    echo "  recorded: ${cycles:-nothing}, peak ${peak:--}, in place: $in_place"
    differences=$((differences + 1))
  fi
done < <(tail -n +2 "$csv")
[[ $compared != 0 ]] || { echo "scratchpad_sizes.sh: $csv names no model that can be run" >&2; exit 1; }
if [[ $differences == 0 ]]; then
  echo "$compared rows as recorded"
  exit 0
fi
if [[ $update == --update ]]; then
  cat "$work/fresh.csv" >"$csv"
  echo "$differences of $compared rows updated in $csv"
  exit 0
fi
echo "$differences of $compared rows differ"
exit 1
