// SPDX-License-Identifier: Apache-2.0
/** @file Files of the host of a simulation or debugger (Arm "Semihosting for AArch32 and AArch64", release 2.0). */
#ifndef SEMIHOSTING_H_
#define SEMIHOSTING_H_

#include <stdbool.h>
#include <stdint.h>

/** Writes a whole file. Returns false if the host does not take it. */
bool semihosting_write_file(const char* name, const void* data, uint32_t bytes);

#endif  // SEMIHOSTING_H_
