// SPDX-License-Identifier: Apache-2.0
void algorithms(void);
void matrix(void);
void floating(void);
void program(void);

void program(void) {
  algorithms();
  matrix();
  floating();
}
