// SPDX-License-Identifier: Apache-2.0
#include "semihosting.h"

enum { kSysOpen = 0x01, kSysClose = 0x02, kSysWrite = 0x05, kModeWriteBinary = 5 };

static uint32_t call(uint32_t number, const uint32_t* arguments) {
  register uint32_t operation __asm("r0") = number;
  register const uint32_t* block __asm("r1") = arguments;
  __asm volatile("bkpt 0xAB" : "+r"(operation) : "r"(block) : "memory");
  return operation;
}

bool semihosting_write_file(const char* name, const void* data, uint32_t bytes) {
  uint32_t length = 0;
  while (name[length] != '\0') ++length;
  const uint32_t open[3] = {(uint32_t)(uintptr_t)name, kModeWriteBinary, length};
  const uint32_t handle = call(kSysOpen, open);
  if (handle == UINT32_MAX) return false;
  const uint32_t write[3] = {handle, (uint32_t)(uintptr_t)data, bytes};
  const bool written = call(kSysWrite, write) == 0U;
  return call(kSysClose, &handle) == 0U && written;
}
