// Values of free form against what is known of their kinds (R-ARG-16).
#include "tools/kit/kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant/sandbox_http.h"
#include "tools/managed/definition_rules.h"
#include "tools/oidc_apps/client.h"
#include "tools/themes/fields.h"

namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tools::Kinds;

const Json schema = base::parse_json(R"({"type":"object","properties":{
  "text":{"type":"string"},"count":{"type":"integer"},"flag":{"type":"boolean"},
  "word":{"type":["string","array"],"enum":["a","b"],"items":{"type":"string"}},
  "list":{"type":"array","items":{"$ref":"#/$defs/one"}},"many":{"type":"object","additionalProperties":{"type":"number"}}},
  "$defs":{"one":{"type":"object","properties":{"on":{"type":"boolean"}}}}})");

std::string decoded(std::string_view json) {
  auto value = base::parse_json(json);
  Kinds(schema).decode(value);
  return base::print_json(value);
}

std::vector<std::string> faults(std::string_view json) {
  tools::Violations found;
  Kinds(schema).find_faults(base::parse_json(json), "x", found);
  std::vector<std::string> lines;
  for (const auto& fault : found) lines.push_back(fault.path + " " + fault.rule);
  return lines;
}

TEST(Kinds, DecodeTextWhereNoTextCouldBeMeant) {
  EXPECT_EQ(
      decoded(R"({"text":"5","count":"5","flag":"true","other":"5","list":"[{\"on\":\"true\"}]","many":{"a":"1.50"}})"),
      R"({"text":"5","count":5,"flag":true,"other":"5","list":[{"on":true}],"many":{"a":1.50}})");
  EXPECT_EQ(decoded(R"({"word":"[\"a\"]"})"), R"({"word":["a"]})");
  EXPECT_EQ(decoded(R"({"word":"a"})"), R"({"word":"a"})");
  EXPECT_EQ(decoded(R"({"count":{"inherited":false,"value":"5"}})"), R"({"count":{"inherited":false,"value":5}})");
}

TEST(Kinds, TellWhatIsOfAnotherKind) {
  EXPECT_THAT(faults(R"({"text":5,"count":1.5,"flag":"yes","word":"c","list":[{"on":1},7],"many":{"a":"b"}})"),
              ElementsAre("x.text must be a string", "x.count must be a whole number", "x.flag must be true or false",
                          "x.word must be a string or an array (a, b)", "x.list[0].on must be true or false",
                          "x.list[1] must be an object", "x.many.a must be a number"));
  EXPECT_THAT(faults(R"({"count":{"inherited":false,"value":"x"}})"),
              ElementsAre("x.count.value must be a whole number"));
  EXPECT_THAT(faults(R"({"unknown":{"a":[1,null]},"count":5.0})"), IsEmpty());
}

// What a tenant itself holds is never refused.
TEST(Kinds, AgreeWithWhatATenantHolds) {
  test::SandboxHttp sandbox;
  const auto config = sandbox.api.get("/openidm/config/managed").body;
  for (const Json& definition : config["objects"]) {
    const auto found = tools::definitions::kind_faults(definition, base::text_member(definition, "name"));
    EXPECT_TRUE(found.empty()) << found.front().path << found.front().rule;
    Json same = definition;
    tools::definitions::decode(same);
    EXPECT_EQ(same, definition);
  }
  const auto themes = sandbox.api.get("/openidm/config/ui/themerealm").body;
  for (const Json& theme : themes["realm"]["alpha"]) {
    Json same = theme;
    tools::themes::decode(same);
    EXPECT_EQ(same, theme);
  }
}

}  // namespace
