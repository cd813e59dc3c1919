#include "tools/kit/outcome.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using base::Json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Outcome, HasOneFormForAllWrites) {
  const auto result = tools::told({.message = "It was changed.",
                                   .id = "x",
                                   .about = {{"name", "X"}},
                                   .revision = "2",
                                   .changed = tools::changes_between(Json{{"a", 1}}, Json{{"a", 2}}),
                                   .notes = {"A note."}});

  EXPECT_EQ(base::print_json(result.value),
            R"({"message":"It was changed.","id":"x","name":"X","revision":"2","changed":[{"path":"/a","before":1,)"
            R"("after":2}]})");
  EXPECT_THAT(result.notes, testing::ElementsAre("A note."));
}

TEST(Outcome, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(base::print_json(tools::told({.message = "Done."}).value), R"({"message":"Done."})");
  EXPECT_EQ(base::print_json(
                tools::told({.id = "x", .set_by_tenant = tools::stored_otherwise(Json{{"a", 1}}, {{"a", 1}})}).value),
            R"({"id":"x"})");
  EXPECT_EQ(base::print_json(tools::told({.id = "x", .changed = tools::Changes()}).value),
            R"({"id":"x","changed":[]})");
}

TEST(Outcome, ShowsWhatTheTenantMadeOfANewThing) {
  const auto result = tools::told({.id = "x",
                                   .set_by_tenant = tools::stored_otherwise(
                                       {{"a", 1}}, {{"a", "1"}, {"b", true}, {"c", false}, {"enabled", false}})});
  EXPECT_EQ(
      base::print_json(result.value),
      R"({"id":"x","setByTenant":[{"path":"/a","sent":1,"stored":"1"},{"path":"/b","stored":true},{"path":"/enabled","stored":false}]})");
}

TEST(Outcome, TellsOfChangesThatAreMissing) {
  Json before = Json::object(), after = Json::object();
  for (int i = 0; i < 300; ++i) after[fmt::format("m{}", i)] = i;
  const auto result = tools::told({.id = "x", .changed = tools::changes_between(before, after)});
  EXPECT_THAT(result.notes, Contains(HasSubstr("100 of 300 changes")));
}

TEST(Outcome, FitsIntoTheBudget) {
  Json before = Json::object(), after = Json::object();
  for (int i = 0; i < 200; ++i) {
    before[fmt::format("m{}", i)] = std::string(400, 'a');
    after[fmt::format("m{}", i)] = std::string(400, 'b');
  }
  auto result = tools::told(
      {.id = "x", .changed = tools::changes_between(before, after), .read_with = "getTheme returns the theme"});
  const auto shown = tools::render(std::move(result), {.budget = {.max_chars = 8000}});
  EXPECT_LE(shown.text.size(), 8000U);
  EXPECT_THAT(shown.text, HasSubstr("getTheme returns the theme"));
}

TEST(Outcome, ShowsADeletedThingWholeAboveTheBudget) {
  auto result = tools::told({.id = "x", .deleted = {{"name", "X"}, {"script", std::string(300'000, 's')}}});
  const auto shown = tools::render(std::move(result), {});
  EXPECT_TRUE(shown.value["deleted"]["script"] == std::string(300'000, 's'));
  EXPECT_THAT(shown.text, HasSubstr("no later call can show what was deleted"));
}

TEST(Telling, AddsWhatIsStoredToTheErrorOfACheck) {
  const auto fails = [](const Json&, const Json&, const Json&) -> std::optional<base::Error> {
    return base::Error(base::Errc::partial, "something else was stored");
  };
  const auto error = tools::telling(fails)({{"a", 1}}, {{"a", 2}}, {{"a", 3}});
  ASSERT_TRUE(error);
  EXPECT_EQ(base::print_json(error->detail), R"({"changed":[{"path":"/a","before":1,"after":3}]})");

  const auto seen = tools::telling(fails, [](const Json& whole) { return base::member(whole, "part"); })(
      {{"part", {{"a", 1}}}}, {}, {{"part", {{"a", 3}}}, {"other", 1}});
  EXPECT_EQ(base::print_json(seen->detail), R"({"changed":[{"path":"/a","before":1,"after":3}]})");

  const auto passes = [](const Json&, const Json&, const Json&) { return std::optional<base::Error>(); };
  EXPECT_FALSE(tools::telling(passes)({}, {}, {}));
}

}  // namespace
