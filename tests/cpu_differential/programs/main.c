// SPDX-License-Identifier: Apache-2.0
void algorithms(void);
void matrix(void);
void floating(void);
void code_in_ram(void);
void program(void);

void program(void) {
  algorithms();
  matrix();
  floating();
  code_in_ram();
}
