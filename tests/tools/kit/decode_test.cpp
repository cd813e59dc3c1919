// Arguments as clients send them (R-ARG-16): null, "" and "null" for "left out", text for values.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant/tool_test.h"
#include "tools/kit/decode.h"

namespace {

using base::Json;
using test::Refuses;
using test::Succeeds;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<tools::Param> params = {
    tools::text("title", "").optional(),
    tools::text("order", "").one_of({"up", "null-ish"}).optional(),
    tools::integer("size", "").by_default(50),
    tools::number("ratio", "").optional(),
    tools::boolean("force", "").by_default(false),
    tools::list_of("names", "", tools::text()).optional(),
    tools::any_object("data", "").optional(),
    tools::any_value("value", "").optional(),
    tools::list_of("steps", "",
                   tools::record({tools::text("kind"), tools::boolean("on", "").optional(),
                                  tools::any_value("value", "").optional()}))
        .optional(),
    tools::map_of("nodes", "", tools::record({tools::number("x", "").optional()})).optional(),
    tools::integer("needed", ""),
};

std::string decoded(std::string_view json) {
  return base::print_json(tools::decoded(params, base::parse_json(json)));
}

TEST(Decoded, LeavesOutWhatStandsForNothing) {
  for (const char* nothing : {"null", R"("")", R"("null")"}) {
    for (const char* name : {"order", "size", "ratio", "force", "names", "data", "steps", "nodes"})
      EXPECT_EQ(decoded(fmt::format(R"({{"{}":{}}})", name, nothing)), "{}") << name << nothing;
  }
  EXPECT_EQ(decoded(R"({"title":null})"), "{}");
}

TEST(Decoded, KeepsWhatMayBeMeantAsText) {
  for (const char* meant : {R"({"title":""})", R"({"title":"null"})", R"({"title":"5"})", R"({"title":"true"})",
                            R"({"title":"{}"})", R"({"value":null})", R"({"value":""})", R"({"value":"null"})",
                            R"({"value":"5"})", R"({"names":["","null","5","[]"]})", R"({"data":{"a":"5","b":null}})"})
    EXPECT_EQ(decoded(meant), meant);
}

TEST(Decoded, KeepsNothingForWhatIsNeeded) {
  EXPECT_EQ(decoded(R"({"needed":null})"), R"({"needed":null})");
  EXPECT_EQ(decoded(R"({"needed":""})"), R"({"needed":""})");
}

TEST(Decoded, TakesTheValueFromATextThatHoldsExactlyItsKind) {
  EXPECT_EQ(
      decoded(R"({"size":"5","ratio":"1.50","force":"true","names":"[\"a\"]","data":"{\"a\":\"5\"}","needed":"-7"})"),
      R"({"size":5,"ratio":1.50,"force":true,"names":["a"],"data":{"a":"5"},"needed":-7})");
  EXPECT_EQ(decoded(R"({"size":" 12345678901234567890 "})"), R"({"size":12345678901234567890})");
}

TEST(Decoded, LeavesOtherTextsToTheCheck) {
  for (const char* other :
       {R"({"size":"5.5"})", R"({"size":"five"})", R"({"size":"05"})", R"({"size":"+5"})", R"({"size":"5 6"})",
        R"({"size":"true"})", R"({"size":"\"5\""})", R"({"force":"True"})", R"({"force":"1"})", R"({"force":"yes"})",
        R"({"names":"a"})", R"({"names":"{}"})", R"({"data":"[]"})", R"({"data":"{'a':1}"})", R"({"ratio":"NaN"})"})
    EXPECT_EQ(decoded(other), other);
}

TEST(Decoded, WorksAtEveryLevel) {
  EXPECT_EQ(
      decoded(
          R"({"steps":"[{\"kind\":\"5\",\"on\":\"false\",\"value\":\"5\"},\"{\\\"kind\\\":\\\"a\\\",\\\"on\\\":null}\"]"})"),
      R"({"steps":[{"kind":"5","on":false,"value":"5"},{"kind":"a"}]})");
  EXPECT_EQ(decoded(R"({"nodes":{"n":"{\"x\":\"1\"}","m":{"x":""}}})"), R"({"nodes":{"n":{"x":1},"m":{}}})");
}

TEST(Decoded, LeavesArgumentsThatAreNoObject) {
  EXPECT_EQ(base::print_json(tools::decoded(params, Json::array({1}))), "[1]");
}

class ArgumentsAsText : public testing::Test, public test::ToolTest {};

TEST_F(ArgumentsAsText, ReachTheTenantAsValues) {
  tenant.json("GET", "/openidm/managed/alpha_user?_queryFilter=true&_pageSize=5&_totalPagedResultsPolicy=EXACT",
              R"({"result":[]})");

  EXPECT_THAT(
      call("queryManagedObjects", R"({"objectType":"alpha_user","pageSize":"5","includeTotal":"true","queryFilter":"",)"
                                  R"("pagedResultsCookie":"","sortKeys":null,"fields":""})"),
      Succeeds());
}

TEST_F(ArgumentsAsText, PassTheGuardsLikeTheValues) {
  EXPECT_THAT(
      call("createManagedObject", R"({"objectType":"alpha_user","objectData":"{\"password\":\"[redacted]\"}"})"),
      Refuses("objectData.password"));
  EXPECT_THAT(
      call(
          "patchManagedObject",
          R"({"objectType":"alpha_user","objectId":"u","revision":"1","operations":"[{\"operation\":\"test\",\"field\":\"/a\"}]"})"),
      Refuses("operations[0].operation"));
}

TEST_F(ArgumentsAsText, AreRefusedWithTheRemedyWhereThereIsOne) {
  EXPECT_THAT(call("deleteManagedObject", R"({"objectType":"alpha_user","objectId":"u","revision":""})"),
              Refuses("leave it out instead"));
  EXPECT_THAT(call("getManagedObjectSchema", R"({"objectType":"alpha_user","properties":[]})"),
              Refuses("leave it out instead"));
  EXPECT_THAT(call("getManagedObject", R"({"objectType":"alpha_user","objectId":null})"),
              Refuses("objectId is required"));
}

}  // namespace
