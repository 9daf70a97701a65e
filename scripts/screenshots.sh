#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes the pictures of pages in docs/images anew, with Chromium. Needs the build of the target systolite.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ -x $BUILD/bin/systolite ]] || die "$BUILD/bin/systolite is not built; run scripts/build.sh systolite first"
scripts/setup.sh --lint
python=python3
"$python" -c 'import selenium' 2>/dev/null || python=/usr/bin/python3
"$python" -B tests/html/pictures.py $BUILD/bin/systolite docs/images || die "the pictures could not be taken"
