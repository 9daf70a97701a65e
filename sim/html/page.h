// SPDX-License-Identifier: Apache-2.0
// A report as one HTML file that shows it without a network: sim/html/README.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace systolite::html {

// JSON text that the page's scripts find by its name.
struct Data {
  std::string_view name;
  std::string json;
};

// Throws Error(kTool) if this program was built without the library that draws charts; for asking before any work is
// done.
void require_charts();

// The page. `title`: of the window, any text. `data`: what sim/html/page/main.js describes, "run" or "compare" among
// them. The same arguments give the same bytes. Throws as require_charts().
[[nodiscard]] std::string page(std::string_view title, const std::vector<Data>& data);

}  // namespace systolite::html
