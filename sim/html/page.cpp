// SPDX-License-Identifier: Apache-2.0
#include "sim/html/page.h"

#include <algorithm>

#include "sim/core/error.h"
#include "sim/html/assets.h"

namespace systolite::html {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// JSON has '<' in strings only, where this is the same. Without it nothing in the data can end the element it is in.
std::string without_tags(std::string_view json) {
  std::string result;
  for (const char c : json) {
    if (c == '<') {
      result += "\\u003c";
    } else {
      result += c;
    }
  }
  return result;
}

std::string text_of(AssetKind kind) {
  std::string text;
  for (const Asset& asset : assets()) {
    if (asset.kind == kind) text += asset.text;
  }
  return text;
}

// Modules are functions that the page's own script calls for what they export.
std::string scripts() {
  std::string text = "\"use strict\";\n(() => {\nconst modules = {};\n";
  for (const Asset& asset : assets()) {
    if (asset.kind != AssetKind::kModule) continue;
    text += "modules[\"" + std::string(asset.name) + "\"] = function (exports, module, require) {\n";
    // A line that names a file that is not there.
    text += asset.text.substr(0, asset.text.rfind("//# sourceMappingURL="));
    text += "\n};\n";
  }
  return text + text_of(AssetKind::kScript) + "})();\n";
}

std::string elements(const std::vector<Data>& data) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view json) {
    text +=
        "<script type=\"application/json\" id=\"data-" + std::string(name) + "\">" + without_tags(json) + "</script>\n";
  };
  for (const Data& entry : data) add(entry.name, entry.json);
  add("program", "{\"version\": \"" SYSTOLITE_VERSION "\"}");
  return text;
}

}  // namespace

void require_charts() {
  const auto all = assets();
  if (std::ranges::any_of(all, [](const Asset& asset) { return asset.kind == AssetKind::kModule; })) return;
  throw Error(ExitCode::kTool,
              "this program was built without Vega (Debian: libjs-vega), so it cannot draw the charts of --html");
}

std::string page(std::string_view title, const std::vector<Data>& data) {
  require_charts();
  const std::string skeleton = text_of(AssetKind::kSkeleton);
  std::string text;
  // What is filled in is not searched for more places.
  for (std::size_t at = 0; at < skeleton.size();) {
    const std::size_t open = skeleton.find("{{", at);
    text += skeleton.substr(at, open - at);
    if (open == std::string::npos) break;
    const std::size_t close = skeleton.find("}}", open);
    const std::string place = skeleton.substr(open + 2, close - open - 2);
    if (place == "title") {
      text += escaped(title);
    } else if (place == "style") {
      text += text_of(AssetKind::kStyle);
    } else if (place == "data") {
      text += elements(data);
    } else if (place == "licences") {
      text += text_of(AssetKind::kLicences);
    } else if (place == "scripts") {
      text += scripts();
    } else {
      throw Error(ExitCode::kInternal, "The page has an unknown place '" + place + "'.");
    }
    at = close + 2;
  }
  return text;
}

}  // namespace systolite::html
