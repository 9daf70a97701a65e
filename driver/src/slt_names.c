// SPDX-License-Identifier: Apache-2.0
#include "slt_driver.h"

const char* slt_result_name(slt_result_t result) {
  switch (result) {
    case kSltOk:
      return "ok";
    case kSltBadArg:
      return "bad argument";
    case kSltBusy:
      return "busy";
    case kSltIdle:
      return "no job started";
    case kSltTimeout:
      return "timeout";
    case kSltDeviceError:
      return "device error";
    case kSltWrongDevice:
      return "not a Systolite device";
    case kSltWrongVersion:
      return "unknown interface version";
    case kSltConfigMismatch:
      return "image made for another hardware configuration";
    case kSltBadImage:
      return "damaged network image";
    case kSltNoMemory:
      return "memory region too small";
  }
  return "unknown result";
}

const char* slt_cause_name(uint32_t cause) {
  switch (cause) {
    case SLT_ERROR_NONE:
      return "no error";
    case SLT_ERROR_BAD_COMMAND:
      return "illegal command";
    case SLT_ERROR_BAD_STREAM:
      return "bad stream address or length, or stream without END";
    case SLT_ERROR_BAD_LOCAL:
      return "local address range outside its memory";
    case SLT_ERROR_READ_WINDOW:
      return "read outside the allowed windows";
    case SLT_ERROR_WRITE_WINDOW:
      return "write outside the writable window";
    case SLT_ERROR_BUS_READ:
      return "bus error on a read";
    case SLT_ERROR_BUS_WRITE:
      return "bus error on a write";
    case SLT_ERROR_REG_BUSY:
      return "job register written while a job was running";
    default:
      return "unknown cause";
  }
}
