// SPDX-License-Identifier: Apache-2.0
// The text of a page, without a browser.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "sim/html/assets.h"
#include "sim/html/page.h"

namespace systolite::html {
namespace {

// Between two marks, the first of each.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t from = text.find(before);
  EXPECT_NE(from, std::string::npos) << before;
  const std::size_t start = from + before.size();
  return text.substr(start, text.find(after, start) - start);
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(PageTextTest, TheTitleIsText) {
  const std::string text = page("</title><script>\"&", {});
  EXPECT_EQ(between(text, "<title>", "</title>"), "&lt;/title&gt;&lt;script&gt;&quot;&amp;");
}

TEST(PageTextTest, DataCannotEndItsElement) {
  const nlohmann::json data = {{"name", "</script><!--<script>{{style}}"}, {"<key>", 1}};
  const std::string text = page("x", {{"run", data.dump()}});
  const std::string embedded = between(text, "<script type=\"application/json\" id=\"data-run\">", "</script>");
  EXPECT_EQ(embedded.find('<'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(embedded), data);
  EXPECT_EQ(count(text, "</script>"), count(page("x", {{"run", "{}"}}), "</script>"));
}

TEST(PageTextTest, NoPartOfThePageEndsAnElementEarly) {
  bool any = false;
  for (const Asset& asset : assets()) {
    any = any || asset.kind == AssetKind::kModule;
    EXPECT_FALSE(asset.text.empty()) << asset.name;
    if (asset.kind == AssetKind::kSkeleton) continue;
    EXPECT_EQ(asset.text.find("</script"), std::string_view::npos) << asset.name;
    EXPECT_EQ(asset.text.find("</style"), std::string_view::npos) << asset.name;
    EXPECT_EQ(asset.text.find("<!--"), std::string_view::npos) << asset.name;
  }
  EXPECT_TRUE(any) << "built without Vega";
}

}  // namespace
}  // namespace systolite::html
