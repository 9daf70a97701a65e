#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reports the area of the RTL block by block, synthesised to standard cells, for hardware descriptions given by file or by name
# (of configs/hw); none: base_16x16. Installs the synthesis tool and the cell library if they are missing.
#   --json FILE       also writes the figures there, one object per description
#   --check           also synthesises each whole design at once, with and without hierarchy, and states the difference
#   SYSTOLITE_LIBERTY liberty file of another cell library
caller=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

OSU_PACKAGE=qflow-tech-osu018
OSU_FILE=usr/share/qflow/tech/osu018/osu018_stdcells.lib
AREA=build/area

# A file as named from where the script was called.
from_caller() {
  if [[ $1 == /* ]]; then echo "$1"; else echo "$caller/$1"; fi
}

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

# The library of the package, without installing what else the package asks for.
fetch_library() {
  [[ -f /$OSU_FILE ]] && liberty=/$OSU_FILE && return
  liberty=$AREA/library/$OSU_FILE
  [[ -f $liberty ]] && return
  step "Fetching the cell library OSU 0.18 um from the Debian package $OSU_PACKAGE into $AREA/library"
  command -v apt-get >/dev/null || die "this is not Debian: name a liberty file in SYSTOLITE_LIBERTY"
  mkdir -p $AREA/library
  local project=$PWD
  (cd $AREA/library && quietly "$project/$LOGS/library.log" apt-get download $OSU_PACKAGE) ||
    die "the Debian package $OSU_PACKAGE cannot be fetched; run apt-get update, or name a liberty file in SYSTOLITE_LIBERTY"
  dpkg-deb --extract $AREA/library/${OSU_PACKAGE}_*.deb $AREA/library || die "the Debian package $OSU_PACKAGE cannot be unpacked"
  [[ -f $liberty ]] || die "the Debian package $OSU_PACKAGE holds no $OSU_FILE"
}

if [[ -n ${SYSTOLITE_LIBERTY:-} ]]; then
  liberty=$(from_caller "$SYSTOLITE_LIBERTY")
  [[ -f $liberty ]] || die "SYSTOLITE_LIBERTY names $liberty, which is not a file"
else
  fetch_library
fi
scripts/setup.sh --area
[[ -x $BUILD/bin/systolite_params && -f $BUILD/generated/slt_isa_pkg.sv ]] || scripts/build.sh systolite_params systolite_generate

results=()
for config in "${configs[@]}"; do
  name=$(basename "$config" .yaml)
  folder=$AREA/$name
  mkdir -p "$folder"
  $BUILD/bin/systolite_params "$config" >"$folder/slt_params_pkg.sv" || die "$config is not a legal hardware description"
  step "Synthesising $name (logs in $folder)"
  .venv/bin/python -B scripts/area/report.py --name "$name" --package "$folder/slt_params_pkg.sv" \
    --package $BUILD/generated/slt_isa_pkg.sv --rtl hw/rtl --liberty "$liberty" --folder "$folder" \
    --json "$folder/area.json" "${check[@]}" || die "the area of $name could not be measured"
  results+=("$folder/area.json")
done
.venv/bin/python -c 'import json, sys; print(json.dumps([json.load(open(f)) for f in sys.argv[1:]], indent=2))' "${results[@]}" \
  >"${json:=$AREA/area.json}" || die "$json cannot be written"
if [[ ${#results[@]} -gt 1 ]]; then .venv/bin/python -B scripts/area/summary.py "$json"; fi
step "The figures are in $json"
