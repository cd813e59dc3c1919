#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"

namespace base {
namespace {

std::string round_trip(std::string_view text) {
  return print_json(parse_json(text));
}

TEST(ParseJson, KeepsNumbersThatNoMachineTypeHolds) {
  for (const char* text : {"12345678901234567890123", "-9223372036854775809", "0.1000", "1.0", "1e5", "1E300", "-0.0",
                           "3.14159265358979323846", "1.10", "18446744073709551615", "9007199254740993", "-0"}) {
    EXPECT_EQ(round_trip(text), text);
    EXPECT_TRUE(is_number(parse_json(text))) << text;
  }
}

TEST(ParseJson, KeepsTheOrderOfMembers) {
  EXPECT_EQ(round_trip(R"({"z":1,"a":{"y":[],"b":null}})"), R"({"z":1,"a":{"y":[],"b":null}})");
}

TEST(ParseJson, KeepsTheLastOfRepeatedMembers) {
  EXPECT_EQ(round_trip(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  const Json object = parse_json(many + "\"k7\":\"second\",\"new\":1,\"k7\":\"last\"}");
  EXPECT_EQ(object["k7"], "last");
  EXPECT_EQ(object.size(), 101U);
  EXPECT_EQ(std::next(object.begin(), 7).key(), "k7");
  EXPECT_EQ(std::prev(object.end()).key(), "new");
}

TEST(ParseJson, TakesAnObjectOfAMillionMembersWithoutQuadraticTime) {
  std::string text = "{";
  for (int i = 0; i < 1'000'000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  text += "\"last\":1}";
  EXPECT_EQ(parse_json(text, {.values = 2'000'000, .members = 2'000'000}).size(), 1'000'001U);
}

TEST(ParseJson, RefusesDepthAboveTheLimit) {
  EXPECT_NO_THROW(parse_json(std::string(128, '[') + std::string(128, ']')));
  EXPECT_THROW(parse_json(std::string(129, '[') + std::string(129, ']')), Error);
  EXPECT_THROW(parse_json(std::string(5'000'000, '[')), Error);
}

std::string refusal(const std::string& text) {
  try {
    parse_json(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code, Errc::invalid_request);
    return error.message;
  }
  return "";
}

TEST(ParseJson, RefusesMoreValuesThanTheLimit) {
  EXPECT_TRUE(try_parse_json(R"([1,{"a":"b"}])", {.values = 4}));
  EXPECT_FALSE(try_parse_json(R"([1,{"a":"b"}])", {.values = 3}));
  std::string many = "[0";
  for (int i = 1; i < 1'000'000; ++i) many += ",0";
  EXPECT_EQ(refusal(many + "]"), "JSON of more than 1000000 values");
}

TEST(ParseJson, RefusesAnObjectOfMoreMembersThanTheLimit) {
  const auto object_of = [](int members) {
    std::string text = "{\"k0\":0";
    for (int i = 1; i < members; ++i) text += ",\"k" + std::to_string(i) + "\":0";
    return text + "}";
  };
  EXPECT_EQ(parse_json(object_of(10'000)).size(), 10'000U);
  EXPECT_EQ(refusal("[" + object_of(10'001) + "]"), "a JSON object of more than 10000 members");
  EXPECT_FALSE(try_parse_json(R"({"a":1,"a":2})", {.members = 1}));
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "{'a':1}", "[1,]", "01", "nul", "\"\xC3\x28\"", "\"\xED\xA0\x80\"", "{\"a\":1} x",
                           "NaN", "\"a\nb\"", "\"\\ud800\"", "/**/1", "[1]]"}) {
    EXPECT_FALSE(try_parse_json(text)) << text;
  }
}

TEST(ParseJson, NamesThePositionAndTheReasonOfAnError) {
  EXPECT_EQ(refusal(R"({"a":tru})"), "invalid JSON at byte 6: unexpected \"t\"");
  EXPECT_EQ(refusal("{\"a\":\"\xC3\x28\"}"), "invalid JSON at byte 7: invalid UTF-8");
  EXPECT_EQ(refusal(R"({"a":)"), "invalid JSON at byte 6: it ends too early");
  EXPECT_EQ(refusal("[1] [2]"), "invalid JSON at byte 5: more follows the value");
  EXPECT_EQ(refusal("\"a\nb\""), "invalid JSON at byte 3: unexpected byte 0x0a");
}

TEST(ParseJson, KeepsNumbersThatNoDoubleHolds) {
  EXPECT_EQ(round_trip("[1e400,-1e400,1e-400,0.10000000000000000001]"), "[1e400,-1e400,1e-400,0.10000000000000000001]");
}

TEST(ParseJson, TakesAByteOrderMarkInFront) {
  EXPECT_EQ(round_trip("\xEF\xBB\xBF{}"), "{}");
  EXPECT_EQ(refusal("\xEF\xBB\xBF{1}"), "invalid JSON at byte 5: unexpected \"1\"");
}

TEST(PrintJson, EscapesWhatMustBeEscapedAndNothingElse) {
  EXPECT_EQ(print_json(Json("a\"\\\n\t\x01/é€😀")), "\"a\\\"\\\\\\n\\t\\u0001/é€😀\"");
}

TEST(PrintJsonLines, GivesEachEntryOfAListALineOfItsOwn) {
  EXPECT_EQ(print_json_lines(parse_json(R"([{"a":[1,2]},{"b":{}},3])")), "[\n{\"a\":[1,2]},\n{\"b\":{}},\n3\n]");
  EXPECT_EQ(print_json_lines(parse_json(R"({"count":2,"result":[{"a":1},{"b":"\n"}],"none":[],"o":{"l":[1]}})")),
            "{\"count\":2,\"result\":[\n{\"a\":1},\n{\"b\":\"\\n\"}\n],\"none\":[],\"o\":{\"l\":[1]}}");
  EXPECT_EQ(print_json_lines(parse_json("7")), "7");
}

TEST(PrintJsonLines, BreaksLongObjectsAndIsTheSameJson) {
  const std::string text = std::string(600, 'x');
  const Json value = {{"a", {{"one", text}, {"two", {{"l", {1, 2}}, {"t", text}, {"u", text}}}}}, {"b", 1}};

  const auto lines = print_json_lines(value);

  EXPECT_EQ(lines, "{\"a\":{\"one\":\"" + text + "\",\n\"two\":{\"l\":[\n1,\n2\n],\n\"t\":\"" + text + "\",\n\"u\":\"" +
                       text + "\"}},\n\"b\":1}");
  EXPECT_EQ(parse_json(lines), value);
}

TEST(PrintJson, ReplacesInvalidUtf8) {
  EXPECT_EQ(print_json(Json("a\xFFz")), "\"a\xEF\xBF\xBDz\"");
}

TEST(PrintJson, WritesDoublesSoThatTheyComeBackTheSame) {
  for (const double value : {0.1, 1e21, 5e-324, 1.7976931348623157e308, 100.0}) {
    EXPECT_EQ(parse_json(print_json(Json(value))).get<double>(), value);
  }
}

TEST(SameNumber, ComparesValuesNotNotation) {
  EXPECT_TRUE(same_number(parse_json("1.50"), parse_json("15e-1")));
  EXPECT_TRUE(same_number(parse_json("100"), parse_json("1E2")));
  EXPECT_FALSE(same_number(parse_json("9007199254740993"), parse_json("9007199254740992.0")));
  EXPECT_FALSE(same_number(parse_json("1"), parse_json("-1")));
  EXPECT_TRUE(same_number(parse_json("-0"), parse_json("0")));
}

TEST(Member, IsNullWhereThereIsNone) {
  const Json value = parse_json(R"({"a":{"b":1}})");
  EXPECT_EQ(member(member(value, "a"), "b"), 1);
  EXPECT_TRUE(member(value, "c").is_null());
  EXPECT_TRUE(member(Json(3), "c").is_null());
  EXPECT_EQ(text_member(value, "a", "none"), "none");
}

TEST(Json, ComparesValuesWithNumbersByTheirValue) {
  const auto same = [](const char* left, const char* right) { return same_value(parse_json(left), parse_json(right)); };
  EXPECT_TRUE(same(R"({"a":1.50,"b":[1,{"c":0}]})", R"({"b":[1.0,{"c":-0.0}],"a":1.5})"));
  EXPECT_TRUE(same("12345678901234567890123", "12345678901234567890123.0"));
  EXPECT_FALSE(same("1.5", R"("1.5")"));
  EXPECT_FALSE(same("[1,2]", "[2,1]"));
  EXPECT_FALSE(same(R"({"a":1})", R"({"a":1,"b":null})"));
  EXPECT_FALSE(same(R"({"a":1,"c":2})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(same("12345678901234567890123", "12345678901234567890124"));
}

TEST(Json, IsATextOrATruthValueOnlyWhenItIsOne) {
  EXPECT_TRUE(is_text("a", "a"));
  EXPECT_FALSE(is_text("a", "b") || is_text(nullptr, "") || is_text(1, "1"));
  EXPECT_TRUE(is_true(true) && is_false(false));
  EXPECT_FALSE(is_true("true") || is_true(false) || is_true(1) || is_false(nullptr) || is_false(true) || is_false(0));
  EXPECT_TRUE(is_blank(nullptr) && is_blank(""));
  EXPECT_FALSE(is_blank(" ") || is_blank(Json::object()) || is_blank(false));
  EXPECT_TRUE(lists_text(parse_json(R"([1,"a"])"), "a"));
  EXPECT_FALSE(lists_text(parse_json(R"([1,"a"])"), "1") || lists_text("a", "a") || lists_text(nullptr, ""));
}

TEST(Json, IsReadAsADoubleHoweverItIsKept) {
  EXPECT_EQ(to_double(parse_json("1.50")), 1.5);
  EXPECT_EQ(to_double(parse_json("12345678901234567890123")), 12345678901234567890123.0);
  EXPECT_EQ(to_double(parse_json("-7")), -7);
  EXPECT_TRUE(std::isinf(to_double(parse_json("1e400"))));
  EXPECT_TRUE(std::isnan(to_double("1")) && std::isnan(to_double(nullptr)));
}

// Each entry counts for one.
PartOfList entries(std::size_t enough) {
  return {.list = "result", .count = [](const Json&) { return std::size_t{1}; }, .enough = enough};
}

TEST(ParsePart, ReadsEntriesUntilTheyAreEnoughAndCountsTheRest) {
  const std::string text =
      R"({"before":[1,2,3],"result":[{"a":[1,{"b":"\u00e4\n"}]},"two",3.50,[],{"c":{"result":[1,2]}},null],"after":{"x":1}})";
  for (const auto& [enough, expected] : std::vector<std::pair<std::size_t, std::string>>{
           {1, R"([{"a":[1,{"b":"ä\n"}]}])"},
           {2, R"([{"a":[1,{"b":"ä\n"}]},"two"])"},
           {4, R"([{"a":[1,{"b":"ä\n"}]},"two",3.50,[]])"},
           {6, R"([{"a":[1,{"b":"ä\n"}]},"two",3.50,[],{"c":{"result":[1,2]}},null])"},
           {9, R"([{"a":[1,{"b":"ä\n"}]},"two",3.50,[],{"c":{"result":[1,2]}},null])"}}) {
    const auto part = parse_part(text, entries(enough));
    EXPECT_EQ(print_json(part.value), R"({"before":[1,2,3],"result":)" + expected + R"(,"after":{"x":1}})");
    EXPECT_EQ(part.left_out + part.value["result"].size(), 6u);
  }
}

TEST(ParsePart, KeepsWhatIsKeptOfEntries) {
  auto part = entries(10);
  part.keep = [](Json entry) { return Json(entry.size()); };

  EXPECT_EQ(print_json(parse_part(R"({"result":[[1,2],[],{"a":[]}]})", part).value), R"({"result":[2,0,1]})");
}

TEST(ParsePart, TakesTheLastOfRepeatedLists) {
  const auto part = parse_part(R"({"result":[1,2,3],"result":[4]})", entries(1));

  EXPECT_EQ(print_json(part.value), R"({"result":[4]})");
  EXPECT_EQ(part.left_out, 0u);
}

TEST(ParsePart, ReadsOtherTextsWhole) {
  for (const char* text : {"[[1,2,3]]", R"({"result":{"result":[1,2]}})", R"({"a":{"result":[1,2]}})", "1",
                           R"("result")", R"([{"result":[1,2]}])"}) {
    const auto part = parse_part(text, entries(1));
    EXPECT_EQ(print_json(part.value), text);
    EXPECT_EQ(part.left_out, 0u);
  }
}

TEST(ParsePart, RefusesWhatIsWrongInTheRestToo) {
  for (const char* text :
       {R"({"result":[1,{"a":}]})", "{\"result\":[1,\"\xff\"]}", R"({"result":[1,2})", R"({"result":[1,01]})"})
    EXPECT_THROW(parse_part(text, entries(1)), Error) << text;
}

TEST(PrintedSize, IsThatOfWhatIsPrinted) {
  const auto characters = [](const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  };
  for (const auto& text : std::vector<std::string>{
           R"({"a":[1,2.50,{"b":"ä\u0001\n\"","c":[]}],"d":{},"e":null,"f":true})", R"([])",
           R"([[],[1],{"a":[{"b":1}]}])",
           R"({"long":")" + std::string(1200, 'x') + R"(","list":[1,{"x":[2]}],"deep":{"a":{"b":{"c":{"d":[1,")" +
               std::string(1200, 'y') + R"("]}}}}})"}) {
    const Json value = parse_json(text);
    EXPECT_EQ(printed_size(value), characters(print_json(value)));
    EXPECT_EQ(printed_lines_size(value), characters(print_json_lines(value)));
  }
  EXPECT_EQ(printed_size("\xff"), 3u);
}

}  // namespace
}  // namespace base
