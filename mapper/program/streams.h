// SPDX-License-Identifier: Apache-2.0
// Other command streams for the jobs of a program, such as ones written by hand.
#pragma once

#include <cstddef>
#include <string_view>

#include "mapper/program/program.h"

namespace systolite {

// `text`: as jobs_to_text() writes it, with as many jobs; the addresses in it are not read. The streams take the place
// of the program's own, which lie behind everything else in its flash, and each gets the next free address. Whether
// they compute the network is not checked. Throws Error(kData) for a text that cannot be read, another number of jobs,
// an operator that is not there (`operators` are), and a job that does not end with its only END.
void replace_streams(Program& program, std::string_view text, std::size_t operators);

}  // namespace systolite
