// SPDX-License-Identifier: Apache-2.0
// What the program tells on standard error while it works. Errors are not among it: main() prints them.
#pragma once

#include <string>

namespace systolite::cli {

void log_progress(const std::string& line);  // what takes time
void log_detail(const std::string& line);    // with the time of day; only after show_details()
void show_details();

}  // namespace systolite::cli
