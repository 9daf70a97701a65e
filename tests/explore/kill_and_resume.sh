#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Kills a sweep at random moments, and one of its workers, and checks that its files are those of a run that nobody
# disturbed. usage: kill_and_resume.sh SYSTOLITE SWEEP ROUNDS
set -euo pipefail
systolite=$1 sweep=$2 rounds=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$systolite" explore "$sweep" --jobs 2 --output whole >/dev/null 2>&1
points=$(($(wc -l <whole.journal) - 1))
interrupted=0
for round in $(seq "$rounds"); do
  rm -f part.*
  # Kills until the sweep is through; each time some points are there that were not before.
  for attempt in $(seq 40); do
    "$systolite" explore "$sweep" --jobs 2 --output part >/dev/null 2>err.txt &
    process=$!
    sleep "0.$((RANDOM % 30 + 10))"
    if ! kill -0 $process 2>/dev/null; then break; fi
    if ((attempt == 2)); then
      # A worker only: the sweep goes on without a word.
      worker=$(cut -d' ' -f1 "/proc/$process/task/$process/children" || true)
      [[ -z $worker ]] || kill -KILL "$worker" || true
      break
    fi
    kill -KILL $process
    interrupted=$((interrupted + 1))
    wait $process 2>/dev/null || true
  done
  wait $process 2>/dev/null || true
  "$systolite" explore "$sweep" --jobs 2 --output part >/dev/null 2>err.txt
  cmp whole.csv part.csv
  cmp whole.json part.json
  [[ $(($(wc -l <part.journal) - 1)) -eq $points ]] || { echo "round $round: a point is missing or repeated"; exit 1; }
done
((interrupted > 0)) || { echo "nothing was interrupted: the sweep is too short for this test"; exit 1; }
echo "$rounds rounds, killed $interrupted times: $points points, files equal"
