#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy on the C and C++ sources that differ from a base revision, uncommitted changes included.
# Usage: clang_tidy.sh [BASE]
# BASE: by default $SYSTOLITE_TIDY_BASE, else where HEAD left origin/main, else (on origin/main, without one, or with CI=true) the
# commit before HEAD
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

default_base() {
  local fork
  if [[ ${CI:-} != true ]] && fork=$(git merge-base origin/main HEAD 2>/dev/null) && [[ $fork != "$(git rev-parse HEAD)" ]]; then
    echo "$fork"
  else
    git rev-parse --quiet --verify HEAD~1 || true
  fi
}

base=${1:-${SYSTOLITE_TIDY_BASE:-$(default_base)}}
if [[ -z $base ]]; then
  step "clang-tidy skipped: this checkout has one revision, nothing to compare with"
  exit 0
fi
git rev-parse --quiet --verify "$base^{commit}" >/dev/null || die "'$base' is not a revision"
[[ -f $BUILD/compile_commands.json ]] || die "$BUILD/compile_commands.json is missing; run scripts/build.sh first"

# Headers are seen through their users; of a changed one, the source of the same name is checked.
changed_sources() {
  {
    git diff --name-only --diff-filter=d "$base" -- '*.c' '*.cpp' '*.h'
    git ls-files --others --exclude-standard '*.c' '*.cpp' '*.h'
  } | sed -e 's/\.h$/.cpp/' | sort -u
}

# What no build command compiles cannot be checked.
files=()
while IFS= read -r file; do
  if grep -qF "\"file\": \"$PWD/$file\"" $BUILD/compile_commands.json; then files+=("$file"); fi
done < <(changed_sources)
since=$(git log -1 --format='%h' "$base")
if [[ ${#files[@]} -eq 0 ]]; then
  step "clang-tidy: no source changed since $since"
  exit 0
fi
step "Running clang-tidy on what changed since $since (sources: ${#files[@]})"
printf '%s\0' "${files[@]}" |
  quietly $LOGS/clang_tidy.log xargs --null --max-args=1 --max-procs="$(nproc)" clang-tidy --quiet -p $BUILD || die "clang-tidy has objections"
