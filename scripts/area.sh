#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reports the area of the RTL block by block, synthesised to standard cells, for hardware descriptions given by file or by name
# (of configs/hw); none: base_16x16. Installs the synthesis tool and the cell library if they are missing.
#   --json FILE       also writes the figures there, one object per description
#   --check           also synthesises each whole design at once, with and without hierarchy, and states the difference
#   SYSTOLITE_LIBERTY another cell library: a file, a name, or a URL with its hash (scripts/area/library.sh)
caller=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source scripts/area/library.sh

AREA=build/area

configs=() json='' check=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --json)
      [[ $# -ge 2 ]] || die "--json needs the name of a file"
      json=$(from_caller "$2")
      shift
      ;;
    --check) check=(--check) ;;
    -*) die "unknown option '$1': usage is area.sh [CONFIG.yaml | NAME]... [--json FILE] [--check]" ;;
    *)
      config=$(from_caller "$1")
      [[ $config == *.yaml ]] || config=configs/hw/$1.yaml
      [[ -f $config ]] || die "there is no hardware description $config"
      configs+=("$config")
      ;;
  esac
  shift
done
[[ ${#configs[@]} -gt 0 ]] || configs=(configs/hw/base_16x16.yaml)

find_library
scripts/setup.sh --area
need sta opensta
[[ -x $BUILD/bin/systolite_params && -f $BUILD/generated/slt_isa_pkg.sv ]] || scripts/build.sh systolite_params systolite_generate

results=()
for config in "${configs[@]}"; do
  name=$(basename "$config" .yaml)
  folder=$AREA/$name
  mkdir -p "$folder"
  $BUILD/bin/systolite_params "$config" >"$folder/slt_params_pkg.sv" || die "$config is not a legal hardware description"
  step "Synthesising $name (logs in $folder)"
  .venv/bin/python -B scripts/area/report.py --name "$name" --package "$folder/slt_params_pkg.sv" \
    --package $BUILD/generated/slt_isa_pkg.sv --rtl hw/rtl --liberty "$liberty" --folder "$folder" --cache $AREA/units \
    --json "$folder/area.json" "${check[@]}" || exit
  results+=("$folder/area.json")
done
.venv/bin/python -c 'import json, sys; print(json.dumps([json.load(open(f)) for f in sys.argv[1:]], indent=2))' "${results[@]}" \
  >"${json:=$AREA/area.json}" || die "$json cannot be written"
if [[ ${#results[@]} -gt 1 ]]; then .venv/bin/python -B scripts/area/summary.py "$json"; fi
step "The figures are in $json"
