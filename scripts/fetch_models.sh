#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Downloads the official MLPerf Tiny models listed in benchmarks/models/official.csv.
# Usage: fetch_models.sh [NAME...]      without names: all of them
# They go to $SYSTOLITE_MODELS if it is set, else to $XDG_CACHE_HOME/systolite/models (by default ~/.cache/systolite/models).
# A file appears there only when it is complete and its SHA-256 is right; one that is there already is checked, not fetched again.
set -eu

csv=$(dirname "$0")/../benchmarks/models/official.csv
target=${SYSTOLITE_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/systolite/models}

for name in "$@"; do
  if ! cut -d, -f1 "$csv" | tail -n +2 | grep -qxF -- "$name"; then
    echo "fetch_models.sh: no official model '$name'; there are: $(cut -d, -f1 "$csv" | tail -n +2 | tr '\n' ' ')" >&2
    exit 2
  fi
done
for tool in curl sha256sum; do
  command -v "$tool" >/dev/null || { echo "fetch_models.sh: $tool is needed" >&2; exit 8; }
done

mkdir -p "$target"
partial=
trap 'rm -f "$partial"' EXIT
trap 'exit 130' INT TERM

matches() {  # FILE SHA256
  [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]
}

wanted() {  # NAME, then the names asked for
  name=$1
  shift
  [ $# -eq 0 ] && return 0
  for asked in "$@"; do
    [ "$asked" = "$name" ] && return 0
  done
  return 1
}

failed=0
{
  read -r _header
  while IFS=, read -r name url sha256 _bytes _licence; do
    wanted "$name" "$@" || continue
    file=$target/$(basename "$url")
    if [ -f "$file" ] && matches "$file" "$sha256"; then
      echo "$name: $file is there"
      continue
    fi
    partial=$(mktemp "$target/.fetch.XXXXXX")
    if ! curl --fail --silent --show-error --location --retry 3 --output "$partial" "$url"; then
      echo "fetch_models.sh: $name could not be downloaded from $url" >&2
      failed=1
    elif ! matches "$partial" "$sha256"; then
      echo "fetch_models.sh: $name from $url does not have SHA-256 $sha256; not kept" >&2
      failed=1
    else
      chmod 644 "$partial"
      mv "$partial" "$file"
      echo "$name: fetched $file"
    fi
    rm -f "$partial"
  done
} <"$csv"
exit "$failed"
