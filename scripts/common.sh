# SPDX-License-Identifier: Apache-2.0
# For the other scripts to source: place of the project, progress lines, failure with a sentence.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SYSTOLITE_STARTED=${SYSTOLITE_STARTED:-$(date +%s)}
export SYSTOLITE_STARTED

# So that ccache knows what another folder of the project compiled (worktrees, the build of `pip install .`).
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD}

# A progress line with the time since the first script started.
step() {
  local seconds=$(($(date +%s) - SYSTOLITE_STARTED))
  printf '[%2d:%02d] %s\n' $((seconds / 60)) $((seconds % 60)) "$*"
}

# die SENTENCE: what went wrong and, if known, what to do.
die() { die_with 1 "$*"; }

# Exit codes of failures that callers tell apart; their numbers are those of sim/core/error.h.
EXIT_MISMATCH=5  # something fetched is not what was pinned
EXIT_DATA=6      # an input file is missing or damaged, or cannot be fetched
EXIT_TOOL=8      # a program is missing and cannot be installed

# die_with CODE SENTENCE: the same with another exit code.
die_with() {
  local code=$1
  shift
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit "$code"
}

# need PROGRAM PACKAGE: a program and where it comes from.
need() {
  command -v "$1" >/dev/null || die_with $EXIT_TOOL "the program $1 is missing; it is in the package $2"
}

# quietly LOG COMMAND...: runs a command with its output in a file and shows the end of it only on failure.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    printf '(all of it: %s)\n' "$log" >&2
    return 1
  fi
}

# Directories of build products, shared by the scripts.
BUILD=build/release
LOGS=build/logs
