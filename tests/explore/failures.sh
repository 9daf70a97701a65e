#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What goes wrong is said in one sentence, with its exit code, and costs no points. usage: failures.sh SYSTOLITE SWEEPS
set -euo pipefail
systolite=$1 sweeps=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

expect() {  # CODE TEXT ARGUMENTS...
  local code=0 wanted=$1 text=$2
  shift 2
  "$systolite" explore "$@" >out.txt 2>err.txt || code=$?
  [[ $code -eq $wanted ]] || { echo "explore $*: exit code $code instead of $wanted"; cat err.txt; exit 1; }
  [[ $(grep -c '^systolite: error: ' err.txt) -eq 1 && $(grep '^systolite: error: ' err.txt) == *"$text"* ]] ||
    { echo "explore $*: no sentence with '$text'"; cat err.txt; exit 1; }
}

expect 4 "names are:" nowhere
expect 2 "sweep" --jobs 2
expect 2 "--jobs" "$sweeps/kill.yaml" --jobs 0
expect 2 "--confirm" "$sweeps/kill.yaml" --confirm luck
sed 's/objectives:/speed: 3\nobjectives:/' "$sweeps/kill.yaml" >bad.yaml
expect 4 "bad.yaml:12: key 'speed' is unknown" bad.yaml
sed 's/base_16x16/base_17x17/' "$sweeps/kill.yaml" >bad.yaml
expect 4 "base_17x17" bad.yaml
sed 's/kws_embedded/kws_embodied/' "$sweeps/kill.yaml" >bad.yaml
expect 3 "kws_embodied" bad.yaml
{ cat "$sweeps/same_rtl.yaml"; echo 'constraints: [{figure: cycles, at_most: 10}, {figure: cycles, at_least: 20}]'; } >bad.yaml
expect 4 "no cycles is at least 20 and at most 10" bad.yaml

sed 's/objectives:/scenario: nowhere\nobjectives:/' "$sweeps/kill.yaml" >bad.yaml
expect 4 "nowhere" bad.yaml
sed 's/objectives:/mcu: stm32u575\nobjectives:/' "$sweeps/kill.yaml" >bad.yaml
expect 4 "bad.yaml:12: key 'mcu' is stm32u575: must be left out, unless there is a 'scenario'" bad.yaml
sed 's/minimize: pes/maximize: battery_life_days/' "$sweeps/kill.yaml" >bad.yaml
expect 4 "key 'objectives[2].maximize' is battery_life_days: must be a figure that needs no product" bad.yaml

# No feasible point: the files are there all the same.
{ cat "$sweeps/same_rtl.yaml"; echo 'constraints: [{figure: cycles, at_most: 10}]'; } >empty.yaml
expect 4 "of these 0 have cycles at most 10" empty.yaml
[[ $(wc -l <same_rtl.csv) -eq 25 ]]
{
  cat "$sweeps/same_rtl.yaml"
  echo 'scenario: keyword_spotting'
  echo 'constraints: [{figure: battery_life_days, at_least: 9999}]'
} >empty.yaml
expect 4 "of these 0 have battery_life_days at least 9999" empty.yaml --output life

# No room for the journal, then for the results; afterwards the sweep goes on where it was.
"$systolite" explore "$sweeps/kill.yaml" --output whole >/dev/null 2>&1
( ulimit -f 100; expect 6 "journal part.journal cannot take more: File too large" "$sweeps/kill.yaml" --output part )
kept=$(($(wc -l <part.journal) - 1))
((kept > 0)) || { echo "no point was kept"; exit 1; }
size=$(($(stat -c %s whole.journal) / 1024 + 1))
( ulimit -f "$size"; expect 6 "no point is lost" "$sweeps/kill.yaml" --output part )
[[ ! -e part.csv.partial && ! -e part.json.partial ]]
"$systolite" explore "$sweeps/kill.yaml" --output part >/dev/null 2>err.txt
grep -q ', 0 new in' err.txt
cmp whole.csv part.csv
cmp whole.json part.json
expect 6 "does not exist" "$sweeps/kill.yaml" --output nowhere/x
cp "$sweeps/kill.yaml" mine.journal
expect 6 "is no journal" "$sweeps/kill.yaml" --output mine
cmp "$sweeps/kill.yaml" mine.journal
echo "every failure has its sentence"
