#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every activation tensor and output of a model against TensorFlow Lite Micro's, and all backends against one another: the official
# model where $SYSTOLITE_MODELS and $SYSTOLITE_GOLDEN name one, else the embedded one.
# Usage: verify_model.sh SYSTOLITE MODEL CONFIG INPUTS [MEMORY.yaml]
#   CONFIG: a YAML file whose last section is `memory`; MEMORY.yaml takes the place of that section
set -eu
systolite=$1 model=$2 config=$3 inputs=$4 memory=${5:-}

if [ -n "$memory" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  [ "$(grep -E '^[a-z_]+:' "$config" | tail -n 1 | cut -d: -f1)" = memory ] || { echo "verify_model.sh: memory is not the last section of $config" >&2; exit 2; }
  sed '/^memory:/,$d' "$config" | cat - "$memory" >"$folder/$(basename "$config")"
  config=$folder/$(basename "$config")
fi
if [ -n "${SYSTOLITE_MODELS:-}" ] && [ -n "${SYSTOLITE_GOLDEN:-}" ]; then
  "$systolite" verify "$model" --config "$config" --inputs "$inputs"
else
  echo "official model '$model' skipped: SYSTOLITE_MODELS and SYSTOLITE_GOLDEN are not both set"
  "$systolite" verify "${model}_embedded" --config "$config" --inputs all
fi
