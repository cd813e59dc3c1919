// The published schema and the check of arguments say the same: of generated values an independent validator
// (valijson; std::wregex for patterns, as valijson matches bytes) accepts exactly those that the check accepts. Two
// things are enforced without a keyword: what a form's note says, and that there are no other members (R-OFF-04,
// R-CLI-09).
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "support/mcp/schema_validator.h"
#include "tools/catalog.h"
#include "tools/cors/rules.h"
#include "tools/kit/check.h"
#include "tools/logs/time.h"

namespace {

using base::Json;
using test::matches;
using tools::Param;
using tools::Shape;
using tools::Syntax;

bool has_form(const Syntax& syntax, const std::string& text) {
  const auto length = std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
  return length <= syntax.most && matches(std::string(syntax.pattern), text);
}

// All texts of up to `most` pieces.
void each_text(const std::vector<std::string>& pieces, std::size_t most,
               const std::function<void(const std::string&)>& use, const std::string& so_far = {}) {
  use(so_far);
  if (most == 0) return;
  for (const auto& piece : pieces) each_text(pieces, most - 1, use, so_far + piece);
}

// Compares a form's pattern with its check.
void expect_agreement(const Syntax& syntax, const std::vector<std::string>& pieces, std::size_t most) {
  std::size_t accepted = 0, all = 0;
  each_text(pieces, most, [&](const std::string& text) {
    const bool checked = syntax.violation(text).empty();
    ++all;
    accepted += checked ? 1 : 0;
    const bool is_noted = !checked && !syntax.note.empty();
    if (has_form(syntax, text) != checked && !is_noted)
      ADD_FAILURE() << (checked ? "only the check" : "only the pattern") << " accepts " << Json(text);
  });
  EXPECT_GT(accepted, 0u);
  EXPECT_LT(accepted, all);
}

TEST(Syntax, OfSegmentsAgreesWithItsPattern) {
  expect_agreement(tools::syntax::segment, {"a", "g", " ", ".", "%", "2", "/", "\\"}, 5);
  expect_agreement(tools::syntax::segment,
                   {"x", "..", " ", "\t", "\n", "\x7f", "\u0080", "\u009f", "\u00a0", "\u3000", "é", "😀", "?", "#"},
                   3);
}

TEST(Syntax, OfWordsAgreesWithItsPattern) {
  const std::vector<std::string> pieces = {"a", "Z", "9", "_", "-", "/", ".", " ", "é", "custom_", "esv-"};
  for (const auto* syntax :
       {&tools::syntax::object_type, &tools::syntax::definition_name, &tools::syntax::script_context,
        &tools::syntax::custom_property, &tools::syntax::esv_id, &tools::syntax::feature, &tools::syntax::log_source})
    expect_agreement(*syntax, pieces, 4);
}

TEST(Syntax, OfRevisionsAgreesWithItsPattern) {
  expect_agreement(tools::syntax::revision, {"\"", "W/", "*", "a", " ", "\x7f", "é", "-"}, 5);
  const std::string longest(256, 'x');
  for (const auto& text :
       {longest, "\"" + longest + "\"", "W/\"" + longest + "\"", longest + "x", "\"" + longest + "x\"", "W/" + longest})
    EXPECT_EQ(has_form(tools::syntax::revision, text), tools::syntax::revision.violation(text).empty()) << text;
  EXPECT_TRUE(has_form(tools::syntax::revision, "*")) << "hence the note";
}

TEST(Syntax, OfPointersAgreesWithItsPattern) {
  expect_agreement(tools::syntax::json_pointer, {"/", "~", "0", "1", "2", "a", "é"}, 5);
}

TEST(Syntax, OfUuidsAgreesWithItsPattern) {
  const std::string uuid = "123e4567-E89B-42d3-a456-426614174000";
  std::vector<std::string> texts = {uuid, "", uuid + "0", "{" + uuid + "}"};
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    for (const char c : {'g', '-', '0', ' '}) {
      texts.push_back(uuid);
      texts.back()[i] = c;
    }
    texts.push_back(uuid.substr(0, i) + uuid.substr(i + 1));
  }
  for (const auto& text : texts)
    EXPECT_EQ(matches(std::string(tools::syntax::uuid.pattern), text), tools::syntax::uuid.violation(text).empty())
        << text;
}

TEST(Syntax, OfLogTimesAgreesWithItsPatternExceptForDaysThatDoNotExist) {
  expect_agreement(tools::syntax::log_time, {"now", "-", "5", "12345678", "s", "m", "h", "d", " "}, 4);
  for (const char* date :
       {"2026-01-31", "2026-12-01", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "226-01-01"})
    for (const char* time : {"T00:00:00", "T23:59:59.1", "T24:00:00", "T08:60:00", "T08:15", "T08:15:60", "T8:15:00",
                             " 08:15:00", "T08:15:00.", "T08:15:00.123456789", "T08:15:00.1234567890"})
      for (const char* zone : {"Z", "z", "", "+02:00", "-0530", "+24:00", "+02:60", "+2"}) {
        const auto text = std::string(date) + time + zone;
        EXPECT_EQ(matches(std::string(tools::syntax::log_time.pattern), text),
                  tools::syntax::log_time.violation(text).empty())
            << text;
      }
}

TEST(Syntax, OfOriginsAgreesWithItsPatternExceptForPortsThatDoNotExist) {
  expect_agreement(tools::syntax::origin, {"*", "http", "s://", "://", "a.B", "[::1]", ":80", "/", "@", "é"}, 4);
}

TEST(Syntax, OfHttpTokensAgreesWithItsPattern) {
  std::vector<std::string> characters;
  for (char c = 1; c < 127; ++c) characters.emplace_back(1, c);
  characters.emplace_back("é");
  expect_agreement(tools::syntax::http_token, characters, 2);
}

// Values near the limits of a shape, right and wrong ones.
class Generator {
 public:
  Json object(const std::vector<Param>& params) {
    Json out = Json::object();
    for (const auto& param : params) {
      if (one_in(param.required ? 12 : 2)) continue;
      out[param.name] = one_in(15) ? anything() : value(param.shape);
    }
    if (one_in(15)) out[one_in(2) ? "__proto__" : "x"] = anything();
    return out;
  }

 private:
  Json value(const Shape& shape) {
    switch (shape.kind) {
      case Shape::Kind::any:
        return anything();
      case Shape::Kind::any_object:
        return Json{{"constructor", anything()}};
      case Shape::Kind::boolean:
        return one_in(2);
      case Shape::Kind::number:
        return one_in(2) ? Json(1.5) : Json(-7);
      case Shape::Kind::integer:
        return near(shape.least, shape.most);
      case Shape::Kind::text:
        return text(shape);
      case Shape::Kind::record:
        return object(shape.members);
      case Shape::Kind::list:
      case Shape::Kind::map:
        break;
    }
    Json out = shape.kind == Shape::Kind::list ? Json::array() : Json::object();
    for (auto count = pick(4); count > 0; --count) {
      if (shape.kind == Shape::Kind::list)
        out.push_back(value(shape.element.front()));
      else
        out[shape.syntax ? spelled(*shape.syntax) : letters(pick(5))] = value(shape.element.front());
    }
    return out;
  }

  Json text(const Shape& shape) {
    if (!shape.choices.empty()) return one_in(6) ? letters(3) : shape.choices[pick(shape.choices.size())];
    if (shape.syntax) return spelled(*shape.syntax);
    const auto least = std::max<std::int64_t>(0, shape.least);
    const auto length = near(least, std::min<std::int64_t>(shape.most, least + 40));
    std::string out = letters(static_cast<std::size_t>(std::max<std::int64_t>(0, length)));
    if (one_in(3) && !out.empty()) out.replace(0, 1, "😀");
    return out;
  }

  std::string spelled(const Syntax& syntax) {
    static const std::vector<std::string> samples = {"a-1",
                                                     "custom_x",
                                                     "esv-x",
                                                     "a/b",
                                                     "/a~1b/c",
                                                     "a~2",
                                                     "..",
                                                     "50%",
                                                     "%2e",
                                                     " ",
                                                     "W/\"1-2\"",
                                                     "*",
                                                     "now",
                                                     "-15m",
                                                     "2026-01-31T08:15:30Z",
                                                     "123e4567-e89b-42d3-a456-426614174000",
                                                     "am-access",
                                                     "é",
                                                     ""};
    if (one_in(10)) return letters(static_cast<std::size_t>(syntax.most) + pick(2));
    const auto& sample = samples[pick(samples.size())];
    const bool is_noted = has_form(syntax, sample) && !syntax.violation(sample).empty();
    return is_noted ? "x" : sample;
  }

  std::int64_t near(std::int64_t least, std::int64_t most) {
    const std::int64_t choices[] = {least, most, least == Shape::lowest ? least : least - 1,
                                    most == Shape::highest ? most : most + 1, least / 2 + most / 2};
    return choices[pick(5)];
  }

  Json anything() {
    static const Json values = Json::array(
        {nullptr, true, 0, -1, 1.5, "", "x", Json::array(), Json::array({1}), Json::object(), Json{{"a", 1}}});
    return values[pick(values.size())];
  }

  std::string letters(std::size_t count) { return std::string(count, 'a'); }
  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  bool one_in(std::size_t count) { return pick(count) == 0; }

  std::mt19937 random_{20'260'131};
};

// With the rule that is not published.
Json closed(Json schema) {
  if (schema.contains("items")) schema["items"] = closed(schema["items"]);
  if (schema.contains("additionalProperties")) schema["additionalProperties"] = closed(schema["additionalProperties"]);
  if (!schema.contains("properties")) return schema;
  for (Json& member : schema["properties"]) member = closed(member);
  schema["additionalProperties"] = false;
  return schema;
}

void expect_agreement(const std::vector<Param>& params, int rounds) {
  test::SchemaValidator validator(closed(tools::schema_of(params)));
  Generator generator;
  int accepted = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto value = generator.object(params);
    const auto violations = tools::check(params, value);
    accepted += violations.empty() ? 1 : 0;
    if (validator.accepts(value) != violations.empty())
      ADD_FAILURE() << (violations.empty() ? "only the check" : "only the schema") << " accepts "
                    << base::print_json(value);
  }
  EXPECT_GT(accepted, 0);
}

TEST(Schema, AgreesWithTheCheckForEveryKindOfField) {
  expect_agreement(
      {tools::text("text", "").between(2, 5), tools::text("choice", "").one_of({"a", "b"}).optional(),
       tools::integer("integer", "").between(-3, 7).by_default(1), tools::boolean("boolean", "").optional(),
       tools::number("number", "").optional(), tools::any_object("object", "").optional(),
       tools::any_value("any", "").optional(),
       tools::list_of("list", "", tools::text().in_form(tools::syntax::object_type)).between(1, 2).optional(),
       tools::list_of("records", "",
                      tools::record({tools::json_pointer("field", ""), tools::any_value("value", "").optional()}))
           .optional(),
       tools::map_of("map", "", tools::record({tools::revision("revision", "").optional()})).optional()},
      5'000);
}

TEST(Schema, AgreesWithTheCheckForEveryTool) {
  for (const tools::Tool* tool : tools::catalog()) {
    SCOPED_TRACE(tool->name);
    expect_agreement(tool->params, 400);
  }
}

TEST(Schema, OfASegmentCountsCharactersWhereTheCheckCountsBytes) {
  const std::vector<Param> params = {tools::segment("id", "")};
  test::SchemaValidator validator(tools::schema_of(params));
  const auto fits = [&](const std::string& text) {
    const Json value{{"id", text}};
    return std::pair(validator.accepts(value), tools::check(params, value).empty());
  };
  std::string umlauts;
  for (int i = 0; i < 600; ++i) umlauts += "ä";

  EXPECT_EQ(fits(std::string(1024, 'x')), std::pair(true, true));
  EXPECT_EQ(fits(std::string(1025, 'x')), std::pair(false, false));
  EXPECT_EQ(fits(umlauts), std::pair(true, false));  // hence "at most 1024 bytes" in the description
}

}  // namespace
