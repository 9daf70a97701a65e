#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C and SIGTERM stop a sweep and a run on the RTL soon, with the exit code of the signal, one sentence and nothing
# half-written; a sweep goes on where it was. usage: stop.sh SYSTOLITE SWEEP HW
# HW: the folder of base_16x16.yaml.
set -euo pipefail
systolite=$1 sweep=$2 hw=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# A script's background processes ignore SIGINT unless told otherwise.
heed='import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])'

# Starts, waits until CONDITION holds, sends SIGNAL.
stopped() {  # CODE SIGNAL CONDITION ARGUMENTS...
  local code=0 wanted=$1 signal=$2 condition=$3 begin took
  shift 3
  python3 -c "$heed" "$systolite" "$@" >out.txt 2>err.txt &
  local process=$!
  for _ in $(seq 6000); do
    if eval "$condition" || ! kill -0 $process 2>/dev/null; then break; fi
    sleep 0.05
  done
  begin=$(date +%s%N)
  kill "-$signal" $process 2>/dev/null || { echo "$*: over before it could be stopped"; cat err.txt; exit 1; }
  wait $process || code=$?
  took=$((($(date +%s%N) - begin) / 1000000))
  [[ $code -eq $wanted ]] || { echo "$*: exit code $code instead of $wanted"; cat err.txt; exit 1; }
  [[ $(grep -c "^systolite: stopped by SIG$signal" err.txt) -eq 1 ]] || { echo "$*: no sentence"; cat err.txt; exit 1; }
  ((took < 10000)) || { echo "$*: took $took ms to stop"; exit 1; }
}

"$systolite" explore "$sweep" --output whole >/dev/null 2>&1
points=$(($(wc -l <whole.journal) - 1))
code=130
for signal in INT TERM; do
  rm -f part.*
  stopped $code $signal '[[ -e part.journal && $(wc -l <part.journal) -gt 1 ]]' explore "$sweep" --output part
  grep -q 'the points that are known are in part.journal' err.txt
  [[ $(echo part.*) == part.journal ]] || { echo "something is left: $(echo part.*)"; exit 1; }
  kept=$(($(wc -l <part.journal) - 1))
  "$systolite" explore "$sweep" --output part >/dev/null 2>err.txt
  grep -q ", $((points - kept)) new in" err.txt
  cmp whole.csv part.csv
  cmp whole.json part.json
  code=143
done

# A run of minutes, as the memory is slow, stopped when the RTL is loaded. Other tests have built it.
sed '/^  flash:/ {s/latency_cycles: [0-9]*/latency_cycles: 1000/; s/cycles_per_beat: [0-9]*/cycles_per_beat: 64/}' \
  "$hw/base_16x16.yaml" >slow.yaml
code=130
for signal in INT TERM; do
  stopped $code $signal 'grep -q "RTL simulation of" err.txt && sleep 1' run vww_embedded --config slow.yaml \
    --backend rtl -v --json out.json --html out.html --output out.npy
  [[ $(echo out.*) == out.txt ]] || { echo "something is left: $(echo out.*)"; exit 1; }
  code=143
done
echo "stopped by SIGINT and SIGTERM, and went on"
