// Pages whose children come as text (R-ARG-16).
#include "tools/journeys/page_kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/journeys/fixture.h"

namespace {

using base::Json;
using test::Refuses;
using test::ToolTest;
using testing::IsEmpty;
using namespace test::journeys;

std::string decoded(std::string_view node) {
  auto value = base::parse_json(node);
  tools::journeys::decode_page(value);
  return base::print_json(value);
}

TEST(Pages, TakeTheirChildrenFromTexts) {
  EXPECT_EQ(
      decoded(
          R"({"nodeType":"PageNode","config":{"nodes":"[{\"_id\":\"5\",\"_properties\":\"{\\\"a\\\":\\\"5\\\"}\"}]","stage":"5"}})"),
      R"({"nodeType":"PageNode","config":{"nodes":[{"_id":"5","_properties":{"a":"5"}}],"stage":"5"}})");
  const char* other = R"({"nodeType":"Other","config":{"nodes":"[]"}})";
  EXPECT_EQ(decoded(other), other);
}

// A child's settings that stayed a text would not be stored at all.
TEST(Pages, WithChildrenOfAnotherKindAreRefused) {
  for (const char* config : {R"({"nodes":"none"})", R"({"nodes":[7]})", R"({"nodes":[{"_properties":"none"}]})",
                             R"({"nodes":{}})", R"({"nodes":[{"_id":"a","displayName":5}]})"}) {
    ToolTest t;
    EXPECT_THAT(t.call("createJourney", create(R"({"a":)" + node("{}", "PageNode", config) + "}")),
                Refuses("journeyData.nodes.a.config.nodes"))
        << config;
    EXPECT_THAT(t.tenant.requests(), IsEmpty());
  }
}

}  // namespace
