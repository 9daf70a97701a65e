#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configures and builds build/release. Arguments: targets; none: everything.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

step "Configuring $BUILD"
quietly $LOGS/configure.log cmake --preset release || die "the configuration of the build failed"
if [[ $# -gt 0 ]]; then what="$*"; else what="everything"; fi
step "Building $what (minutes the first time, seconds after)"
quietly $LOGS/build.log cmake --build --preset release ${@:+--target "$@"} || die "the build failed"
