/* SPDX-License-Identifier: Apache-2.0
 * Included first by every Verilated file (compiler option -include): sends what the RTL prints to the wrapper. */
#pragma once

#ifdef __cplusplus
extern "C"
#endif
    void
    slt_rtl_print(const char* format, ...) __attribute__((format(printf, 1, 2)));

#define VL_PRINTF slt_rtl_print
