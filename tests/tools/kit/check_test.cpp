#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/kit/check.h"

namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tools::Violation;
using tools::Violations;

std::vector<std::string> told(const Violations& violations) {
  std::vector<std::string> lines;
  for (const auto& [path, rule, value] : violations)
    lines.push_back(path + " " + rule + (value.empty() ? "" : " <- " + value));
  return lines;
}

std::vector<std::string> check(const std::vector<tools::Param>& params, std::string_view arguments) {
  return told(tools::check(params, base::parse_json(arguments)));
}

const auto realm = tools::text("realm").one_of({"alpha", "bravo"});
const auto journey = tools::segment("journeyName", "");
const auto page_size = tools::integer("pageSize", "").between(1, 250).by_default(50);
const auto operations =
    tools::list_of("operations", "",
                   tools::record({tools::text("operation").one_of({"add", "remove"}), tools::json_pointer("field", ""),
                                  tools::any_value("value", "").optional()}))
        .at_least(1);

TEST(Check, TellsAllViolationsAtOnce) {
  EXPECT_THAT(
      check({realm, journey, page_size, operations},
            R"({"realm":"gamma","pageSize":"5","operations":[{"operation":"test","field":"/a~2"},{}],"relm":1})"),
      ElementsAre(
          "realm must be one of alpha, bravo <- \"gamma\"", "journeyName is required",
          "pageSize must be a whole number <- a string of 1 character",
          "operations[0].operation must be one of add, remove <- \"test\"",
          "operations[0].field must be a JSON pointer such as /address/city, with ~ written as ~0 and / inside "
          "a name as ~1 <- \"/a~2\"",
          "operations[1].operation is required", "operations[1].field is required",
          "relm is unknown; did you mean realm? Valid names are realm, journeyName, pageSize, operations <- a number"));
}

TEST(Check, RefusesUnknownMembersOfRecordsWithTheNearestName) {
  EXPECT_THAT(
      check({operations}, R"({"operations":[{"operation":"add","field":"/a","valeu":"hush"}]})"),
      ElementsAre(
          "operations[0].valeu is unknown; did you mean value? Valid names are operation, field, value <- a string "
          "of 4 characters"));
}

TEST(Check, TellsTheNamesOnceHoweverManyAreUnknown) {
  EXPECT_THAT(check({realm, journey}, R"({"realm":"alpha","journeyName":"a","x1":1,"relm":1})"),
              ElementsAre("x1 is unknown; valid names are realm, journeyName <- a number",
                          "relm is unknown; did you mean realm? <- a number"));
}

TEST(Check, RefusesAnyArgumentOfAToolWithoutArguments) {
  EXPECT_THAT(check({}, R"({"x":{}})"), ElementsAre("x is unknown: this takes no arguments <- an object of 0"));
}

TEST(Check, RefusesArgumentsThatAreNoObject) {
  EXPECT_THAT(check({realm}, "[1]"), ElementsAre("arguments must be an object <- an array of 1"));
}

TEST(Check, TellsToLeaveOutWhatStandsForNothing) {
  const auto note = tools::revision("revision", "").optional();

  EXPECT_THAT(check({note}, R"({"revision":""})"), ElementsAre(HasSubstr("; leave it out instead <- \"\"")));
  EXPECT_THAT(check({page_size}, R"({"pageSize":"undefined"})"),
              ElementsAre("pageSize must be a whole number; leave it out instead <- a string of 9 characters"));
  EXPECT_THAT(check({page_size}, R"({"pageSize":"5x"})"), ElementsAre(Not(HasSubstr("leave it out"))));
  EXPECT_THAT(check({realm, journey}, R"({"realm":"","journeyName":null})"),
              ElementsAre("realm must be one of alpha, bravo <- \"\"", "journeyName is required <- null"));
}

TEST(Check, ExplainsThatATextIsNotTheJsonOfTheValue) {
  EXPECT_THAT(check({operations}, R"({"operations":"[{'password':'hush'}]"})"),
              ElementsAre("operations must be an array, or a string with its JSON <- a string of 21 characters"));
}

TEST(Check, RefusesNumbersBeyondTheLimitsWhateverTheirSize) {
  for (const char* number : {"0", "251", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
                             "1e400", "123456789012345678901234567890"})
    EXPECT_THAT(told(tools::check({page_size}, Json{{"pageSize", base::exact_number(number)}})),
                ElementsAre(HasSubstr("must be a whole number from 1 to 250")))
        << number;
  EXPECT_THAT(check({page_size}, R"({"pageSize":1.5})"), ElementsAre(HasSubstr("must be a whole number")));
}

TEST(Check, CountsCharactersNotBytes) {
  const auto term = tools::text("term", "").between(1, 3);

  EXPECT_THAT(check({term}, R"({"term":"äöü"})"), IsEmpty());
  EXPECT_THAT(check({term}, R"({"term":"😀😀😀"})"), IsEmpty());
  EXPECT_THAT(check({term}, R"({"term":"äöüß"})"), ElementsAre("term must have at most 3 characters <- \"äöüß\""));
  EXPECT_THAT(check({term}, R"({"term":""})"), ElementsAre("term must have at least 1 character <- \"\""));
}

TEST(Check, ShowsLongValuesShortAndWithoutControlCharacters) {
  const auto violations = tools::check({realm}, Json{{"realm", "a\n\x1b[31m" + std::string(1'000'000, 'x')}});

  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_LT(violations[0].value.size(), 100u);
  EXPECT_THAT(violations[0].value, Not(HasSubstr("\x1b")));
}

TEST(Check, NeverShowsTheValueOfASecret) {
  const auto secret = tools::text("clientSecret", "").at_most(3);

  EXPECT_THAT(check({secret}, R"({"clientSecret":"hush-hush"})"),
              ElementsAre("clientSecret must have at most 3 characters <- a string of 9 characters"));
}

TEST(Check, TreatsPrototypeNamesAsOrdinaryOnes) {
  const auto nodes = tools::map_of("nodes", "", tools::record({realm}));

  EXPECT_THAT(check({nodes}, R"({"nodes":{"__proto__":{"realm":"alpha"},"constructor":{"realm":"bravo"}}})"),
              IsEmpty());
  EXPECT_THAT(check({realm}, R"({"realm":"alpha","__proto__":{},"toString":1})"),
              ElementsAre(HasSubstr("__proto__ is unknown"), HasSubstr("toString is unknown")));
}

TEST(Check, NamesKeysOfMapsInPaths) {
  const auto nodes = tools::map_of("nodes", "", tools::record({realm}));

  EXPECT_THAT(check({nodes}, R"({"nodes":{"my node":{},"n1":{}}})"),
              ElementsAre("nodes[\"my node\"].realm is required", "nodes.n1.realm is required"));
}

TEST(Check, ChecksTheKeysOfAMap) {
  const auto nodes = tools::map_of("nodes", "", tools::any_object("", "")).in_form(tools::syntax::object_type);

  EXPECT_THAT(check({nodes}, R"({"nodes":{"a/b":{}}})"),
              ElementsAre("nodes[\"a/b\"] as a key must consist of letters, digits, _ and -"));
}

TEST(Check, StopsCollectingAtAHundred) {
  Json arguments{{"operations", Json::array()}};
  for (int i = 0; i < 5000; ++i) arguments["operations"].push_back(7);

  EXPECT_THAT(tools::check({operations}, arguments), SizeIs(100));
}

TEST(Placeholders, AreFoundAtAnyDepth) {
  const auto violations = tools::find_placeholders(
      base::parse_json(
          R"({"list":[{"password":"[redacted]"}],"script":"[1234 characters left out]","fine":"[redacted] text",)"
          R"("jwkSet":"{\"keys\":[{\"d\":\"[redacted]\"}]}"})"),
      "data");

  EXPECT_THAT(told(violations),
              ElementsAre(HasSubstr("data.list[0].password"), HasSubstr("data.script"), HasSubstr("data.jwkSet")));
}

TEST(Placeholders, OfSecretsAreFineWhereTheToolRestoresThem) {
  const auto config = tools::any_object("config", "").restoring_secrets();
  const auto nodes = tools::map_of("nodes", "", tools::record({tools::text("name"), config}));

  const auto violations = tools::find_placeholders(
      {nodes, config}, base::parse_json(R"({"config":{"a":{"password":"[redacted]"},"b":"[5 characters left out]"},
          "nodes":{"n":{"name":"[redacted]","config":{"l":["[redacted]"]}}},"other":"[redacted]"})"));

  EXPECT_THAT(told(violations), ElementsAre(HasSubstr("config.b"), HasSubstr("nodes.n.name"), HasSubstr("other")));
}

TEST(ViolationsError, CarriesThemAll) {
  const auto error = tools::violations_error({{"realm", "is required", ""}, {"x", "is unknown", "a number"}});

  EXPECT_EQ(error.code, base::Errc::invalid_request);
  EXPECT_EQ(error.message, "Nothing was sent: realm is required; and one more, see detail.");
  EXPECT_EQ(base::print_json(error.detail),
            R"([{"path":"realm","rule":"is required"},{"path":"x","rule":"is unknown","value":"a number"}])");
}

}  // namespace
