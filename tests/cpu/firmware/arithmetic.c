// SPDX-License-Identifier: Apache-2.0
// A bit of everything that a compiler makes of integers. The checksum is that of the same code on the host.
#include "arithmetic.h"
#include "start.h"

int main(void) {
  print("checksum ");
  print_hex(arithmetic_checksum(200));
  print("\n");
  return 0;
}
