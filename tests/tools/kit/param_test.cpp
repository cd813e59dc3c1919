#include <gtest/gtest.h>

#include "tools/kit/check.h"
#include "tools/kit/param.h"

namespace {

using base::Json;
using tools::Arguments;

const auto name = tools::text("name", "A name").between(1, 10);
const auto note = tools::text("note", "A note").optional();
const auto size = tools::integer("size", "A size").between(1, 250).by_default(50);

TEST(Field, ReadsWhatWasGivenInItsOwnType) {
  const auto arguments = base::parse_json(R"({"name":"x","note":"y","size":7})");
  const Arguments read(arguments);

  EXPECT_EQ(read[name], "x");
  EXPECT_EQ(read[note], "y");
  EXPECT_EQ(read[size], 7);
}

TEST(Field, ReadsNothingOrTheDefaultWhenLeftOut) {
  const auto arguments = base::parse_json(R"({"name":"x"})");
  const Arguments read(arguments);

  EXPECT_EQ(read[note], std::nullopt);
  EXPECT_EQ(read[size], 50);
}

TEST(Field, ReadsRecordsInListsAndMaps) {
  const auto operations = tools::list_of("operations", "", tools::record({name, size}));
  const auto nodes = tools::map_of("nodes", "", tools::record({name}));
  const auto arguments = base::parse_json(
      R"({"operations":[{"name":"a"},{"name":"b","size":2}],"nodes":{"__proto__":{"name":"p"},"constructor":{"name":"c"}}})");
  const Arguments read(arguments);

  const auto list = read[operations];
  EXPECT_EQ(list[1][name] + std::to_string(list[1][size]) + std::to_string(list[0][size]), "b250");
  const auto map = read[nodes];
  ASSERT_EQ(map.size(), 2u);
  EXPECT_EQ(map[0].first, "__proto__");
  EXPECT_EQ(map[1].second[name], "c");
}

TEST(Field, ReadsRevisionsWithoutAnEtagsQuotesAndPointersWithTheirSlash) {
  const auto arguments = base::parse_json(R"({"revision":"W/\"12-a\"","field":"address/city~1x"})");
  const Arguments read(arguments);

  EXPECT_EQ(read[tools::revision("revision", "")], "12-a");
  EXPECT_EQ(read[tools::json_pointer("field", "")], "/address/city~1x");
}

TEST(Field, PassesNumbersAndObjectsThroughExactly) {
  const auto arguments = base::parse_json(R"({"number":1.50,"object":{"big":12345678901234567890123,"small":0.10}})");
  const Arguments read(arguments);

  EXPECT_EQ(base::print_json(read[tools::number("number", "")]), "1.50");
  EXPECT_EQ(base::print_json(read[tools::any_object("object", "")]), R"({"big":12345678901234567890123,"small":0.10})");
}

TEST(Field, TellsAnExplicitNullFromNothing) {
  const auto value = tools::any_value("value", "").optional();
  const auto with = base::parse_json(R"({"value":null})"), without = base::parse_json("{}");

  EXPECT_TRUE(Arguments(with)[value].has_value());
  EXPECT_FALSE(Arguments(without)[value].has_value());
}

TEST(Schema, StatesEveryRule) {
  const auto schema = tools::schema_of({
      name,
      note,
      size,
      tools::text("realm").one_of({"alpha", "bravo"}),
      tools::list_of("ids", "Some", tools::text().in_form(tools::syntax::object_type)).at_least(1),
      tools::map_of("nodes", "", tools::record({tools::boolean("on", "")})).in_form(tools::syntax::uuid),
      tools::any_object("data", "Free"),
      tools::any_value("value", ""),
  });

  EXPECT_EQ(
      base::print_json(schema),
      R"({"type":"object","properties":{"name":{"type":"string","description":"A name","minLength":1,"maxLength":10},)"
      R"("note":{"type":"string","description":"A note"},)"
      R"("size":{"type":"integer","description":"A size","minimum":1,"maximum":250,"default":50},)"
      R"("realm":{"type":"string","enum":["alpha","bravo"]},)"
      R"("ids":{"type":"array","description":"Some","minItems":1,)"
      R"("items":{"type":"string","maxLength":128,"pattern":"^[A-Za-z0-9_-]+$"}},)"
      R"("nodes":{"type":"object","description":"Keys match )"
      R"(^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$, at most 36 characters.",)"
      R"("additionalProperties":{"type":"object","properties":{"on":{"type":"boolean"}},"required":["on"]}},)"
      R"("data":{"type":"object","description":"Free"},)"
      R"("value":{"anyOf":[{"type":"string"},{"type":"number"},{"type":"boolean"},{"type":"object"},{"type":"null"},)"
      R"({"type":"array","items":{"anyOf":[{"type":"string"},{"type":"number"},{"type":"boolean"},{"type":"object"},)"
      R"({"type":"null"}]}}]}},)"
      R"("required":["name","realm","ids","nodes","data","value"]})");
}

TEST(Schema, SaysInWordsWhatAPatternCannot) {
  const tools::Syntax even{.pattern = "^x*$", .most = 10, .violation = nullptr, .note = "An even number."};
  const auto schema = tools::schema_of({tools::text("id", "Its _id.").in_form(even)});

  EXPECT_EQ(schema["properties"]["id"]["description"], "Its _id. An even number.");
}

TEST(WholeNumber, IsDecidedOnTheDecimalNumber) {
  const auto whole = [](const char* text) { return tools::whole_number(base::exact_number(text)); };

  EXPECT_EQ(whole("5").value, 5);
  EXPECT_EQ(whole("-5.0").value, -5);
  EXPECT_EQ(whole("5.000").value, 5);
  EXPECT_EQ(whole("50e-1").value, 5);
  EXPECT_EQ(whole("0.05E2").value, 5);
  EXPECT_EQ(whole("0e999999999999999999999").value, 0);
  EXPECT_EQ(whole("-0").value, 0);
  EXPECT_EQ(whole("9223372036854775807").value, 9223372036854775807);
  EXPECT_EQ(whole("-9223372036854775808").value, std::numeric_limits<std::int64_t>::min());
  for (const char* huge :
       {"9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e400", "1e99999999999999999999"}) {
    EXPECT_TRUE(whole(huge).is_whole) << huge;
    EXPECT_EQ(whole(huge).value, std::nullopt) << huge;
  }
  for (const char* broken : {"5.5", "1e-400", "1.00000000000000000001", "1e-99999999999999999999"})
    EXPECT_FALSE(whole(broken).is_whole) << broken;
  for (const auto& other : {Json("5"), Json(true), Json(nullptr), Json::array()})
    EXPECT_FALSE(tools::whole_number(other).is_whole);
}

}  // namespace
