# SPDX-License-Identifier: Apache-2.0
# For scripts that synthesise, after common.sh: find_library sets `liberty` to a cell library. `caller` is the folder the script was called from.
# SYSTOLITE_LIBERTY says which:
#   nothing             OSU 0.18 um of a Debian package, fetched without installing it
#   a name              of scripts/area/libraries.csv, fetched from its URL and checked
#   URL#sha256=HEX      the same for another one
#   a file              as it is
# A library that is missing or cannot be fetched: exit code 6; one that is not what was pinned: 5; a missing program: 8.

OSU_PACKAGE=qflow-tech-osu018
OSU_FILE=usr/share/qflow/tech/osu018/osu018_stdcells.lib
LIBRARY_FOLDER=build/area/library
LIBRARIES=scripts/area/libraries.csv

# A file as named from where the script was called.
from_caller() {
  if [[ $1 == /* ]]; then echo "$1"; else echo "$caller/$1"; fi
}

fetch_library() {
  [[ -f /$OSU_FILE ]] && liberty=/$OSU_FILE && return
  liberty=$LIBRARY_FOLDER/$OSU_FILE
  [[ -f $liberty ]] && return
  step "Fetching the cell library OSU 0.18 um from the Debian package $OSU_PACKAGE into $LIBRARY_FOLDER"
  command -v apt-get >/dev/null || die_with $EXIT_DATA "this is not Debian: name a liberty file in SYSTOLITE_LIBERTY"
  mkdir -p $LIBRARY_FOLDER
  local project=$PWD
  (cd $LIBRARY_FOLDER && quietly "$project/$LOGS/library.log" apt-get download $OSU_PACKAGE) ||
    die_with $EXIT_DATA "the Debian package $OSU_PACKAGE cannot be fetched; run apt-get update, or name a liberty file in SYSTOLITE_LIBERTY"
  dpkg-deb --extract $LIBRARY_FOLDER/${OSU_PACKAGE}_*.deb $LIBRARY_FOLDER || die_with $EXIT_DATA "the Debian package $OSU_PACKAGE cannot be unpacked"
  [[ -f $liberty ]] || die_with $EXIT_DATA "the Debian package $OSU_PACKAGE holds no $OSU_FILE"
}

# fetch_pinned NAME URL SHA256
fetch_pinned() {
  local url=$2 sha256=$3
  need curl curl
  need sha256sum coreutils
  liberty=$LIBRARY_FOLDER/$sha256/$(basename "$url")
  if [[ ! -f $liberty ]]; then
    step "Fetching the cell library $1 into $LIBRARY_FOLDER"
    mkdir -p "$(dirname "$liberty")"
    local partial=$liberty.partial
    quietly $LOGS/library.log curl --fail --silent --show-error --location --retry 3 --output "$partial" "$url" 2>/dev/null ||
      die_with $EXIT_DATA "the cell library $1 cannot be fetched from $url; $(tail -n 1 $LOGS/library.log)"
    mv "$partial" "$liberty"
  fi
  local found
  found=$(sha256sum "$liberty" | cut -d' ' -f1)
  [[ $found == "$sha256" ]] && return
  rm "$liberty"
  die_with $EXIT_MISMATCH "the cell library $1 from $url has SHA-256 $found, it must have $sha256; it is not kept"
}

find_library() {
  local wanted=${SYSTOLITE_LIBERTY:-} name url sha256 licence
  [[ -n $wanted ]] || { fetch_library && return; }
  if [[ $wanted =~ ^([a-z]+://[^#]+)#sha256=([0-9a-f]{64})$ ]]; then
    fetch_pinned "$(basename "${BASH_REMATCH[1]}")" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    return
  fi
  [[ $wanted != *://* ]] || die_with $EXIT_DATA "SYSTOLITE_LIBERTY is $wanted: a URL must be followed by #sha256= and 64 hexadecimal digits"
  while IFS=, read -r name url sha256 licence; do
    if [[ $name == "$wanted" ]]; then
      fetch_pinned "$name" "$url" "$sha256"
      return
    fi
  done <$LIBRARIES
  liberty=$(from_caller "$wanted")
  [[ -f $liberty ]] || die_with $EXIT_DATA "SYSTOLITE_LIBERTY names $liberty, which is not a file, nor a name of $LIBRARIES"
}
