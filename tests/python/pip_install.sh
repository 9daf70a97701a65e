#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `pip install .` in a fresh virtual environment, as a user does it, then models and the notebooks with what is installed
# there. Packages come from the Python package index; where that cannot be reached the test says so and is skipped.
# Usage: pip_install.sh PYTHON SOURCE_FOLDER BUILD_FOLDER SYSTOLITE_PROGRAM
set -euo pipefail

python=$1 source=$2 build=$3
export SYSTOLITE_PROGRAM=$4
readonly SKIPPED=77
unset PYTHONPATH PYTHONHOME

# Beside the other build folder, with the same compiler and relative paths, so that ccache knows most of it.
pip_build=${build%/}-pip
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$source}
cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
CC=$(cached CMAKE_C_COMPILER) CXX=$(cached CMAKE_CXX_COMPILER)
export CC CXX
work=$(mktemp -d)
trap 'rm -rf "$work" "$pip_build"' EXIT
rm -rf "$pip_build"

step() { printf '[%3d s] %s\n' $SECONDS "$*"; }

pip() { "$work/venv/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }

step "Making a virtual environment with $python"
"$python" -m venv "$work/venv"
if ! pip download --quiet --no-deps --no-cache-dir --retries 1 --timeout 20 --dest "$work/probe" scikit-build-core >"$work/probe.log" 2>&1; then
  tail -n 5 "$work/probe.log"
  echo "SKIPPED: the Python package index cannot be reached, so 'pip install .' was not tested, nor were the notebooks"
  exit $SKIPPED
fi

step "Installing what the tests need"
pip install --quiet pytest pandas matplotlib nbclient ipykernel
step "pip install $source"
# From a folder that is not the project's.
(cd "$work" && pip install --quiet --config-settings build-dir="$pip_build" "$source[frames]")

# From here on nothing of the build is there.
rm -rf "$pip_build"
step "Testing the installation"
export SYSTOLITE_INSTALLED_IN=$work/venv
cd "$work"
"$work/venv/bin/python" -B -m pytest -q --durations=8 -p no:cacheprovider \
  "$source/tests/python/installation_test.py" "$source/tests/python/notebooks_test.py"
step "Done"
