#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks the layout of C and C++ sources with clang-format. With --fix, corrects it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case "${1:-}" in
  "") mode=(--dry-run --Werror) ;;
  --fix) mode=(-i) ;;
  *) die "unknown option '$1': usage is format_check.sh [--fix]" ;;
esac
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.cpp' '*.hpp')
quietly $LOGS/format.log clang-format "${mode[@]}" "${files[@]}" ||
  die "some sources are not laid out as .clang-format says; scripts/format_check.sh --fix corrects them"
