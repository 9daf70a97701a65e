#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks Python sources and notebooks with ruff, as pyproject.toml says. With --fix, corrects what it can.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case "${1:-}" in
  "") fix=() ;;
  --fix) fix=(--fix) ;;
  *) die "unknown option '$1': usage is lint_python.sh [--fix]" ;;
esac
ruff=.venv/bin/ruff
[[ -x $ruff ]] || die "the linter ruff is missing; run scripts/setup.sh --lint"
mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.py' '*.pyi' '*.ipynb')
quietly $LOGS/lint_python.log $ruff check --no-cache --quiet "${fix[@]}" "${files[@]}" ||
  die "ruff objects to some Python sources; scripts/lint_python.sh --fix corrects a part of that"
