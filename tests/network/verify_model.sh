#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every activation tensor and output of a model against TensorFlow Lite Micro's: the official model where $SYSTOLITE_MODELS and
# $SYSTOLITE_GOLDEN name one, else the embedded one.
# Usage: verify_model.sh SYSTOLITE MODEL CONFIG INPUTS [OPTION...]
set -eu
systolite=$1 model=$2 config=$3 inputs=$4
shift 4

if [ -n "${SYSTOLITE_MODELS:-}" ] && [ -n "${SYSTOLITE_GOLDEN:-}" ]; then
  exec "$systolite" verify "$model" --config "$config" --inputs "$inputs" "$@"
fi
echo "official model '$model' skipped: SYSTOLITE_MODELS and SYSTOLITE_GOLDEN are not both set"
exec "$systolite" verify "${model}_embedded" --config "$config" --inputs all "$@"
