#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A file system without room: a sentence, no lost points, and the same command goes on when there is room again. Devices
# that are always full need no rights; a small file system of its own needs a user namespace or root, and where there is
# neither that part is skipped, with a notice. usage: full_disk.sh SYSTOLITE SWEEP
set -euo pipefail
systolite=$1 sweep=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

refused() {  # TEXT ARGUMENTS...
  local code=0 text=$1
  shift
  "$systolite" explore "$@" >out.txt 2>err.txt || code=$?
  [[ $code -eq 6 ]] || { echo "explore $*: exit code $code instead of 6"; cat err.txt; exit 1; }
  [[ $(grep -c '^systolite: error: ' err.txt) -eq 1 && $(grep '^systolite: error: ' err.txt) == *"$text"* ]] ||
    { echo "explore $*: no sentence with '$text'"; cat err.txt; exit 1; }
}

"$systolite" explore "$sweep" --output whole >/dev/null 2>&1

# Each result file in turn has no room; the other files are those of an undisturbed run.
for ending in csv json; do
  ln -s /dev/full "part.$ending.partial"
  refused "part.$ending cannot be written: No space left on device; no point is lost" "$sweep" --output part
  [[ ! -e part.$ending && ! -L part.$ending.partial ]] || { echo "something is left of part.$ending"; exit 1; }
  "$systolite" explore "$sweep" --output part >/dev/null 2>err.txt
  grep -q ', 0 new in' err.txt
  cmp whole.csv part.csv
  cmp whole.json part.json
  rm part.csv part.json
done
refused "/dev/full: cannot be written: No space left on device" "$sweep" --output part --html /dev/full
ln -s /dev/full device.journal
refused "device.journal is no regular file" "$sweep" --output device

# A file system that fills up while the sweep goes on.
small=$folder/small
mkdir "$small"
export systolite sweep folder small
export -f refused
in_a_namespace='
set -euo pipefail
mount -t tmpfs -o size=32k tmpfs "$small"
cd "$folder"
refused "small/part.journal cannot take more: No space left on device" "$sweep" --output small/part
kept=$(($(wc -l <small/part.journal) - 1))
((kept > 0)) || { echo "no point was kept"; exit 1; }
# Room for the journal, none for the results.
mount -o remount,size=$(($(stat -c %s whole.journal) / 1024 + 12))k "$small"
refused "no point is lost" "$sweep" --output small/part
mount -o remount,size=100m "$small"
"$systolite" explore "$sweep" --output small/part >/dev/null 2>err.txt
grep -q ", 0 new in" err.txt
cmp whole.csv small/part.csv
cmp whole.json small/part.json
echo "kept $kept points on a file system of 32 KiB, and went on"
'
if unshare --map-root-user --mount mount -t tmpfs tmpfs "$small" 2>/dev/null; then
  unshare --map-root-user --mount bash -c "$in_a_namespace"
else
  echo "NOTICE: no file system can be mounted here: the one that fills up was not tested"
fi
