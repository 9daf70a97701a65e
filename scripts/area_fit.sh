#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fits the area model of a cell library: measures the configurations of scripts/area/points.yaml as scripts/area.sh does, and writes
# configs/area/osu018.yaml and, for the model's test, tests/area/synthesised.csv and tests/area/held_out. About half an hour.
#   --table FILE      another result than configs/area/osu018.yaml
#   --memory FILE     another description of memories than scripts/area/memory.yaml
#   --process TEXT, --node-nm N   what the library is, for the table
#   SYSTOLITE_LIBERTY another cell library: a file, a name, or a URL with its hash (scripts/area/library.sh)
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

table=configs/area/osu018.yaml memory=scripts/area/memory.yaml process='OSU 0.18 um, typical, 1.8 V, 25 C' node=180
while [[ $# -gt 0 ]]; do
  [[ $# -ge 2 ]] || die "$1 needs a value"
  case $1 in
    --table) table=$2 ;;
    --memory) memory=$2 ;;
    --process) process=$2 ;;
    --node-nm) node=$2 ;;
    *) die "unknown option '$1': usage is area_fit.sh [--table FILE] [--memory FILE] [--process TEXT] [--node-nm N]" ;;
  esac
  shift 2
done

POINTS=build/area/points
python=python3  # one that can import yaml
[[ -x /usr/bin/python3 ]] && python=/usr/bin/python3
mkdir -p $POINTS
fit=() held_out=()
while read -r kind file; do
  result=$POINTS/$(basename "$file" .yaml).json
  scripts/area.sh "$file" --json "$result" >"$POINTS/$(basename "$file" .yaml).log" ||
    die "$file could not be measured; all that was said: $POINTS/$(basename "$file" .yaml).log"
  step "Measured $(basename "$file" .yaml)"
  if [[ $kind == fit ]]; then fit+=("$result"); else held_out+=("$result") && cp "$file" tests/area/held_out/; fi
done < <($python -B scripts/area/points.py scripts/area/points.yaml configs/hw $POINTS)
[[ ${#fit[@]} -gt 0 && ${#held_out[@]} -gt 0 ]] || die "scripts/area/points.yaml holds no configurations to fit and to hold out"
$python -B scripts/area/fit.py --fit "${fit[@]}" --held-out "${held_out[@]}" --points $POINTS --memory "$memory" --table "$table" \
  --record tests/area/synthesised.csv --process "$process" --node-nm "$node" || die "the area model could not be fitted"
step "The model is in $table"
