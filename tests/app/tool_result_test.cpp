#include "app/tool_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/kit/trim.h"

namespace {

using base::Json;
using tools::render;

tools::Result with_picture() {
  auto result = tools::done({{"a", 1}});
  result.attachments.push_back({.uri = "journey:///x.svg", .media_type = "image/svg+xml", .text = "<svg a=\"1\"/>"});
  return result;
}

TEST(ToolResult, IsTheTextThenWhatIsAttached) {
  const auto result = app::tool_result(render(with_picture(), {.tenant = "h", .transaction_ids = "t1"}));

  EXPECT_EQ(base::print_json(result.content),
            R"([{"type":"text","text":"{\"a\":1}\n\nTenant: h\nTransaction ID: t1"},)"
            R"({"type":"resource","resource":{"uri":"journey:///x.svg","mimeType":"image/svg+xml",)"
            R"("text":"<svg a=\"1\"/>"}}])");
  EXPECT_TRUE(result.structured.is_null());
  EXPECT_FALSE(result.is_error);
  EXPECT_EQ(base::print_json(result.meta), R"({"transactionId":"t1","tenant":"h"})");
}

TEST(ToolResult, HasTheStructureOfADeclaredOutput) {
  const auto result = app::tool_result(render(tools::done({{"a", 1}}), {.declares_output = true}));

  EXPECT_EQ(base::print_json(result.structured), R"({"notes":[],"truncated":false,"a":1})");
  EXPECT_TRUE(result.meta.is_null());
}

TEST(ToolResult, OfAFailureHasNoStructure) {
  const auto result = app::tool_result(render(tools::refuse("No"), {.declares_output = true}));

  EXPECT_TRUE(result.is_error);
  EXPECT_TRUE(result.structured.is_null());
  EXPECT_EQ(result.content.size(), 1U);
}

TEST(ToolResult, TakesWhatIsAttachedIntoTheBudgetAsItIsSent) {
  auto result = with_picture();
  result.attachments.push_back(result.attachments.front());
  Json content = app::tool_result(render(result, {})).content;
  const auto text = tools::characters(base::text_member(content[0], "text"));
  content.erase(content.begin());
  const auto size = text + tools::printed_size(content);

  EXPECT_EQ(render(result, {.budget = {size}}).attachments.size(), 2U);
  EXPECT_EQ(render(result, {.budget = {size - 1}}).attachments.size(), 0U);
}

}  // namespace
