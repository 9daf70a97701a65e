#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy on the C and C++ sources that differ from a base revision, uncommitted changes included.
# Usage: clang_tidy.sh [BASE]      BASE: origin/main if it exists, else the first commit
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

base=${1:-}
if [[ -z $base ]]; then
  if git rev-parse --quiet --verify origin/main >/dev/null; then base=origin/main; else base=$(git rev-list --max-parents=0 HEAD | tail -n 1); fi
fi
git rev-parse --quiet --verify "$base^{commit}" >/dev/null || die "'$base' is not a revision"
[[ -f $BUILD/compile_commands.json ]] || die "$BUILD/compile_commands.json is missing; run scripts/build.sh first"

# Files that no build command compiles (headers apart, which are seen through their users) cannot be checked.
files=()
while IFS= read -r file; do
  grep -q "\"file\": \"$PWD/$file\"" $BUILD/compile_commands.json && files+=("$file")
done < <({ git diff --name-only --diff-filter=d "$base" -- '*.c' '*.cpp'; git ls-files --others --exclude-standard '*.c' '*.cpp'; } | sort -u)
if [[ ${#files[@]} -eq 0 ]]; then
  step "clang-tidy: nothing changed since $base"
  exit 0
fi
step "clang-tidy on ${#files[@]} files changed since $base"
printf '%s\0' "${files[@]}" |
  xargs --null --max-args=1 --max-procs="$(nproc)" clang-tidy --quiet -p $BUILD || die "clang-tidy has objections"
