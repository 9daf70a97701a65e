#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the command line and runs one small model on the RTL of the reference accelerator. Needs no network beyond apt.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What the demonstration runs.
DEMO=(run kws_embedded)

scripts/setup.sh
scripts/build.sh systolite
step "Running: systolite ${DEMO[*]}"
printf '\n'
$BUILD/bin/systolite "${DEMO[@]}" || die "the demonstration failed"
