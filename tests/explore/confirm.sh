#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Confirms members of a front on the RTL and looks for the marks. usage: confirm.sh SYSTOLITE SWEEP
set -euo pipefail
systolite=$1 sweep=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$systolite" explore "$sweep" --output a --confirm rtl --confirm-limit 2 | tee out.txt
grep -q 'confirmed on the RTL, cycles and outputs' out.txt
column=$(head -1 a.csv | tr , '\n' | grep -n '^confirmed$' | cut -d: -f1)
runs=$(cut -d, -f"$column" a.csv | grep -c '^rtl$')
grep -q "outputs: $runs runs" out.txt
((runs >= 2)) || { echo "only $runs runs"; exit 1; }
# A figure that is not the RTL's is found.
python3 - <<'PY'
import json, pathlib, zlib
lines = pathlib.Path("a.journal").read_text().splitlines()
records = [json.loads(line[9:]) for line in lines[1:]]
for record in records:
    for status, figures in record[1:]:
        figures[0] += 1
texts = [json.dumps(record, separators=(",", ":")) for record in records]
pathlib.Path("a.journal").write_text("\n".join([lines[0]] + [f"{zlib.crc32(t.encode()):08x} {t}" for t in texts]) + "\n")
PY
code=0
"$systolite" explore "$sweep" --output a --confirm rtl --confirm-limit 1 >/dev/null 2>err.txt || code=$?
[[ $code -eq 5 ]] || { echo "exit code $code"; cat err.txt; exit 1; }
grep -q 'the RTL takes' err.txt
