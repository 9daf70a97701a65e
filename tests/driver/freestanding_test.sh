#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles the driver, the runtime and the kernels as firmware does and looks at what they need from outside.
#   freestanding_test.sh C_COMPILER GENERATED_HEADERS
set -euo pipefail
compiler=$1
generated=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A freestanding compiler may call these four for copies and clears; the rest is its own run-time library for the target
# (libgcc), such as 64-bit shifts and divisions.
allowed='^(memcpy|memset|memmove|memcmp|__aeabi_.*|__gnu_thumb1_.*|__clzsi2)$'
flags=(-std=c11 -ffreestanding -nostdlib -fno-builtin -O2 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion
       -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
       -I"$root/driver/include" -I"$root/driver/kernels" -I"$root/driver/serve" -I"$generated")

check_target() {  # NAME CC NM FLAGS...
  local name=$1 cc=$2 nm=$3
  shift 3
  local objects=() source object
  for source in "$root"/driver/src/*.c "$root"/driver/kernels/*.c "$root"/driver/serve/*.c; do
    object=$work/$name-$(basename "$source" .c).o
    "$cc" "${flags[@]}" "$@" -c "$source" -o "$object"
    objects+=("$object")
  done
  [ "${#objects[@]}" -ge 10 ]
  "$nm" -u "${objects[@]}" | awk '$1 == "U" {print $2}' | sort -u > "$work/needed"
  "$nm" --defined-only "${objects[@]}" | awk 'NF == 3 {print $3}' | sort -u > "$work/defined"
  if comm -23 "$work/needed" "$work/defined" | grep -Ev "$allowed"; then
    echo "$name: the symbols above come from outside the driver" >&2
    exit 1
  fi
  if "$nm" "${objects[@]}" | grep -E ' [dDbBcC] '; then
    echo "$name: the symbols above are static state" >&2
    exit 1
  fi
  echo "$name: ${#objects[@]} files, no outside symbols, no static state"
}

check_target host "$compiler" nm
cortex_m=(-mcpu=cortex-m0plus -mthumb)
clang=$(compgen -c | grep -Ex 'clang(-[0-9]+)?' | sort -u | head -n 1 || true)
if command -v arm-none-eabi-gcc > /dev/null; then
  # The compiler's own headers are enough: nothing hosted is included.
  check_target cortex-m0plus arm-none-eabi-gcc arm-none-eabi-nm "${cortex_m[@]}"
  check_target cortex-m4 arm-none-eabi-gcc arm-none-eabi-nm -mcpu=cortex-m4 -mthumb  # with DSP instructions
elif [ -n "$clang" ]; then
  check_target cortex-m0plus "$clang" nm --target=thumbv6m-none-eabi "${cortex_m[@]}"
else
  echo "cortex-m0plus: skipped, neither arm-none-eabi-gcc nor clang is installed"
fi
