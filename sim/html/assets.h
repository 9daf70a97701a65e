// SPDX-License-Identifier: Apache-2.0
// What a page is made of, as it lies in sim/html/page and in the libraries it draws with.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace systolite::html {

enum class AssetKind : std::uint8_t {
  kSkeleton,
  kStyle,
  kLicences,
  kModule,  // of a library, in the form of CommonJS
  kScript,
};

struct Asset {
  AssetKind kind;
  std::string_view name;
  std::string_view text;
};

// Those of one kind in the order in which the page needs them. No modules: built without the libraries.
[[nodiscard]] std::span<const Asset> assets();

}  // namespace systolite::html
