#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks the RTL with Verilator and slang for several hardware descriptions. Needs the build of the target systolite_params.
# Usage: lint.sh [CONFIG.yaml...]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ $# -gt 0 ]]; then configs=("$@"); else configs=(configs/hw/base_16x16.yaml configs/hw/rect_8x16.yaml configs/hw/tiny_4x4.yaml); fi

[[ -x $BUILD/bin/systolite_params ]] || die "$BUILD/bin/systolite_params is not built; run scripts/build.sh first"

# hw/rtl/files.f holds the sources in order, one a line, relative to its folder; '#' begins a comment.
mapfile -t files < <(sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' -e 's|^|hw/rtl/|' hw/rtl/files.f)
sources=() waivers=()
for file in "${files[@]}"; do
  case $file in
    *.sv) sources+=("$file") ;;
    *.vlt) waivers+=("$file") ;;  # for Verilator only
  esac
done
while IFS= read -r module; do
  [[ " ${sources[*]} " == *" $module "* ]] || die "$module is not listed in hw/rtl/files.f"
done < <(find hw/rtl -name '*.sv' | sort)

slang=.venv/bin/python
$slang -c 'import pyslang' 2>/dev/null || die "the linter slang is missing; run scripts/setup.sh --lint"

for config in "${configs[@]}"; do
  name=$(basename "$config" .yaml)
  package=build/lint/$name/slt_params_pkg.sv
  mkdir -p "$(dirname "$package")"
  $BUILD/bin/systolite_params "$config" >"$package" || die "$config is not a legal hardware description"
  packages=("$package" $BUILD/generated/slt_isa_pkg.sv)
  step "Linting hw/rtl as $name"
  quietly $LOGS/lint_verilator.log verilator --lint-only -Wall --assert -Ihw/rtl/include --top-module slt_top \
    "${waivers[@]}" "${packages[@]}" "${sources[@]}" || die "Verilator objects to hw/rtl as $name"
  # A cast that some parameters need is useless for others.
  quietly $LOGS/lint_slang.log $slang -B scripts/lint_slang.py --top slt_top -I hw/rtl/include -Wextra -Wno-useless-cast -Werror \
    "${packages[@]}" "${sources[@]}" || die "slang objects to hw/rtl as $name"
done
