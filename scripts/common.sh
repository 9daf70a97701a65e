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
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
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
