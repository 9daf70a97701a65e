#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Implements the accelerator, or a module of it, on an FPGA with Yosys and nextpnr: look-up tables, flip-flops, block RAMs, multipliers, clock.
# Usage: fpga.sh CONFIG.yaml | NAME [--device ecp5|ice40] [--unit MODULE] [--json FILE]
#   --device          ecp5: LFE5U-85F, speed grade 6 (default); ice40: iCE40HX8K
#   --unit MODULE     of hw/rtl; default slt_top, the whole accelerator
# A design that does not fit is a result: the table says what it lacks.
caller=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source scripts/area/library.sh

usage='usage is fpga.sh CONFIG.yaml | NAME [--device ecp5|ice40] [--unit MODULE] [--json FILE]'
config='' device=ecp5 unit=slt_top json=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --device | --unit | --json)
      [[ $# -ge 2 ]] || die "$1 needs a value; $usage"
      case $1 in
        --device) device=$2 ;;
        --unit) unit=$2 ;;
        --json) json=$(from_caller "$2") ;;
      esac
      shift
      ;;
    -*) die "unknown option '$1': $usage" ;;
    *) config=$1 ;;
  esac
  shift
done
[[ -n $config ]] || die "no hardware description is named: $usage"
[[ $device == ecp5 || $device == ice40 ]] || die "--device is $device: must be ecp5 or ice40"
if [[ -f $(from_caller "$config") ]]; then config=$(from_caller "$config"); else config=configs/hw/$config.yaml; fi
[[ -f $config ]] || die "there is no hardware description $config"
[[ -f hw/rtl/$unit.sv || -n $(find hw/rtl -name "$unit.sv") ]] || die "--unit is $unit: must be a module of hw/rtl"

scripts/setup.sh --fpga
[[ -x $BUILD/bin/systolite_params && -f $BUILD/generated/slt_isa_pkg.sv ]] || scripts/build.sh systolite_params systolite_generate
name=$(basename "$config" .yaml)
folder=build/fpga/$name/$device/$unit
mkdir -p "$folder"
$BUILD/bin/systolite_params "$config" >"$folder/slt_params_pkg.sv" || die "$config is not a legal hardware description"
step "Implementing $unit of $name on $device (logs in $folder)"
.venv/bin/python -B scripts/fpga/implement.py --name "$name" --unit "$unit" --device "$device" --package "$folder/slt_params_pkg.sv" \
  --package $BUILD/generated/slt_isa_pkg.sv --rtl hw/rtl --folder "$folder" --json "${json:=$folder/fpga.json}" || exit
step "The figures are in $json"
