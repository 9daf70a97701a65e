# SPDX-License-Identifier: Apache-2.0
"""Generates the embedded models and their golden tensors; see ../generate.py."""
