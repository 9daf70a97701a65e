#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the energy of units of the accelerator at gate level while they work on a layer of a model: pJ per MAC, by block.
# Usage: power.sh [MODEL] [--config NAME | FILE.yaml] [--layer N] [--unit NAME]... [--cycles N | all] [--data LIST] [--json FILE]
#   MODEL             default kws_embedded, which needs no download; its input: pseudo-random values, seed 1, or
#   --input X.npy     an int8 array
#   --layer N         operator (# in the report of systolite run); default 2
#   --unit NAME       module of hw/rtl, of which the first instance is taken, or an instance (u_compute.gen_weight.u_array.u_skew_w); may be
#                     repeated; default slt_array, or slt_os_array where that is built
#   --cycles N        length of the window in the middle of the layer, default 512; `all`: the whole layer
#   --data LIST       some of real,random,zero: as recorded, random activations and weights, activations 0. Default: all of them for an array,
#                     else real
#   --json FILE       also writes the figures there, a list with one object per unit
#   SYSTOLITE_LIBERTY another cell library: a file, a name, or a URL with its hash (scripts/area/library.sh)
caller=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source scripts/area/library.sh

model=kws_embedded config=base_16x16 layer=2 cycles=512 data='' json='' input=() units=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --config | --layer | --unit | --cycles | --data | --json | --input)
      [[ $# -ge 2 ]] || die "$1 needs a value"
      case $1 in
        --config) config=$2 ;;
        --layer) layer=$2 ;;
        --unit) units+=("$2") ;;
        --cycles) cycles=$2 ;;
        --data) data=$2 ;;
        --json) json=$(from_caller "$2") ;;
        --input) input=(--input "$(from_caller "$2")") ;;
      esac
      shift
      ;;
    -*) die "unknown option '$1': usage is power.sh [MODEL] [--config NAME | FILE.yaml] [--layer N] [--unit NAME]... [--cycles N] [--data LIST] [--json FILE]" ;;
    *) model=$1 ;;
  esac
  shift
done
[[ $layer =~ ^[0-9]+$ ]] || die "--layer is $layer: must be the number of an operator"
[[ $cycles =~ ^[1-9][0-9]*$ || $cycles == all ]] || die "--cycles is $cycles: must be a positive number or all"
kinds=()
for kind in ${data//,/ }; do
  [[ $kind == real || $kind == random || $kind == zero ]] || die "--data holds $kind: must be some of real,random,zero"
  kinds+=(--data "$kind")
done
if [[ -f $(from_caller "$config") ]]; then config=$(from_caller "$config"); else config=configs/hw/$config.yaml; fi
[[ -f $config ]] || die "there is no hardware description $config"

find_library
scripts/setup.sh --area
need verilator verilator
need ccache ccache
[[ -x $BUILD/bin/systolite && -x $BUILD/bin/systolite_params ]] || scripts/build.sh systolite systolite_params
name=$(basename "$config" .yaml)
folder=build/power/$name
mkdir -p "$folder"
$BUILD/bin/systolite_params "$config" >"$folder/slt_params_pkg.sv" || die "$config is not a legal hardware description"
if [[ ${#units[@]} -eq 0 ]]; then
  units=(slt_array)
  grep -q "OUTPUT_STATIONARY = 1'b1" "$folder/slt_params_pkg.sv" && units=(slt_os_array)
fi

step "Recording $model on $name, RTL"
$BUILD/bin/systolite run "$model" --config "$config" --backend fast "${input[@]}" --json "$folder/run.json" >/dev/null
window=$(python3 -B scripts/power/window.py "$folder/run.json" "$layer" "$cycles") || exit 1
read -r first last layer_first layer_last macs clock operator <<<"$window"
$BUILD/bin/systolite trace "$model" --config "$config" "${input[@]}" --cycles "0:$layer_last" --waves "$folder/run.fst" \
  --output "$folder/trace.json" >/dev/null

results=()
for unit in "${units[@]}"; do
  step "Measuring $unit on $operator (logs in $folder/$unit)"
  .venv/bin/python -B scripts/power/measure.py --name "$name" --model "$model" --layer "$layer $operator" --unit "$unit" \
    --package "$folder/slt_params_pkg.sv" --package $BUILD/generated/slt_isa_pkg.sv --rtl hw/rtl --liberty "$liberty" \
    --folder "$folder" --cache build/area/units --waves "$folder/run.fst" --json "$folder/$unit.json" "${kinds[@]}" \
    --clock-mhz "$clock" --first "$first" --last "$last" --layer-first "$layer_first" --layer-last "$layer_last" --layer-macs "$macs" || exit
  results+=("$folder/$unit.json")
done
.venv/bin/python -c 'import json, sys; print(json.dumps([json.load(open(f)) for f in sys.argv[1:]], indent=2))' "${results[@]}" \
  >"${json:=$folder/power.json}" || die "$json cannot be written"
step "The figures are in $json"
