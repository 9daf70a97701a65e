# SPDX-License-Identifier: Apache-2.0
# For scripts that synthesise, after common.sh: find_library sets `liberty` to the cell library that SYSTOLITE_LIBERTY names, or to that of a
# Debian package, which it fetches without installing. `caller` is the folder the script was called from.

OSU_PACKAGE=qflow-tech-osu018
OSU_FILE=usr/share/qflow/tech/osu018/osu018_stdcells.lib
LIBRARY_FOLDER=build/area/library

# A file as named from where the script was called.
from_caller() {
  if [[ $1 == /* ]]; then echo "$1"; else echo "$caller/$1"; fi
}

fetch_library() {
  [[ -f /$OSU_FILE ]] && liberty=/$OSU_FILE && return
  liberty=$LIBRARY_FOLDER/$OSU_FILE
  [[ -f $liberty ]] && return
  step "Fetching the cell library OSU 0.18 um from the Debian package $OSU_PACKAGE into $LIBRARY_FOLDER"
  command -v apt-get >/dev/null || die "this is not Debian: name a liberty file in SYSTOLITE_LIBERTY"
  mkdir -p $LIBRARY_FOLDER
  local project=$PWD
  (cd $LIBRARY_FOLDER && quietly "$project/$LOGS/library.log" apt-get download $OSU_PACKAGE) ||
    die "the Debian package $OSU_PACKAGE cannot be fetched; run apt-get update, or name a liberty file in SYSTOLITE_LIBERTY"
  dpkg-deb --extract $LIBRARY_FOLDER/${OSU_PACKAGE}_*.deb $LIBRARY_FOLDER || die "the Debian package $OSU_PACKAGE cannot be unpacked"
  [[ -f $liberty ]] || die "the Debian package $OSU_PACKAGE holds no $OSU_FILE"
}

find_library() {
  if [[ -n ${SYSTOLITE_LIBERTY:-} ]]; then
    liberty=$(from_caller "$SYSTOLITE_LIBERTY")
    [[ -f $liberty ]] || die "SYSTOLITE_LIBERTY names $liberty, which is not a file"
  else
    fetch_library
  fi
}
