#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/kit/secrets.h"
#include "tools/kit/trim.h"

namespace {

using base::Json;
using testing::HasSubstr;

Json page(int count, const char* cookie = "\"next\"") {
  Json page{{"result", Json::array()}, {"resultCount", count}, {"pagedResultsCookie", base::parse_json(cookie)}};
  for (int i = 0; i < count; ++i)
    page["result"].push_back({{"_id", "e" + std::to_string(i)}, {"x", std::string(80, 'x')}});
  return page;
}

std::size_t size_with_note(const Json& value, const tools::Cut& cut) {
  return tools::printed_size(value) + tools::printed_size(tools::note_of(cut));
}

TEST(CutPage, LeavesAPageAloneThatFits) {
  auto value = page(3);

  EXPECT_FALSE(tools::cut_page("/result", "pageSize")(value, 10'000));
  EXPECT_EQ(value, page(3));
}

TEST(CutPage, KeepsWholeEntriesWithholdsTheCookieAndNamesTheSize) {
  auto value = page(20);

  const auto cut = tools::cut_page("/result", "pageSize")(value, 1000);

  ASSERT_TRUE(cut);
  EXPECT_LE(size_with_note(value, *cut), 1000u);
  EXPECT_EQ(value["result"].size(), 7u);
  EXPECT_EQ(value["resultCount"], 7);
  EXPECT_FALSE(value.contains("pagedResultsCookie"));
  EXPECT_THAT(cut->what, HasSubstr("entries 8 to 20 of this page"));
  EXPECT_THAT(cut->what, HasSubstr("\"pageSize\":7"));
}

TEST(CutPage, KeepsOneEntryWhateverItsSize) {
  auto value = page(5);

  tools::cut_page("/result", "pageSize")(value, 10);

  EXPECT_EQ(value["result"].size(), 1u);
}

TEST(CutPage, CountsEntriesThatWereNotRead) {
  auto value = page(20);
  auto one = page(1);

  const auto cut = tools::cut_page("/result", "pageSize", 80)(value, 1000);
  const auto cut_one = tools::cut_page("/result", "pageSize", 80)(one, 10'000);

  ASSERT_TRUE(cut && cut_one);
  EXPECT_THAT(cut->what, HasSubstr("entries 8 to 100 of this page"));
  EXPECT_THAT(cut_one->what, HasSubstr("entries 2 to 81 of this page"));
  EXPECT_FALSE(one.contains("pagedResultsCookie"));
}

TEST(LeastSize, IsNoMoreThanWhatIsLeftOfAValue) {
  auto value = base::parse_json(R"({"result":[{"password":")" + std::string(500, 'p') + R"(","text":")" +
                                std::string(5000, 't') + R"(","a":[],"b":null,"secret":{"$crypto":{"value":")" +
                                std::string(500, 'c') + R"("}},"n":12345,"ä":["ö",true]}]})");
  const auto least = tools::least_size(value);

  tools::hide_secrets(value);
  tools::leave_out_texts("/result", 200, "")(value, 0);
  tools::leave_out_unset("/result")(value, 0);

  EXPECT_LE(least, tools::printed_size(value));
  EXPECT_GE(least * 4, tools::printed_size(value)) << base::print_json(value);
}

TEST(CutPage, LeavesOtherDocumentsAlone) {
  for (auto value :
       {Json(nullptr), Json("text"), Json::object(), Json{{"result", nullptr}}, Json{{"result", Json::array()}}}) {
    EXPECT_FALSE(tools::cut_page("/result", "pageSize")(value, 1));
    EXPECT_FALSE(tools::cut_list("/result", "_id", "")(value, 1));
    EXPECT_FALSE(tools::leave_out("/result/x", "")(value, 1));
    EXPECT_FALSE(tools::cut_members("/result", "")(value, 1));
    EXPECT_FALSE(tools::leave_out_unset("/result")(value, 1));
  }
}

// However long the note becomes: nothing is left for another cut, which would not name what it takes.
TEST(CutList, NamesEveryEntryThatIsMissing) {
  for (std::size_t room = 1000; room < 1900; room += 100) {
    auto value = page(20);

    const auto cut = tools::cut_list("/result", "_id", "ask for each")(value, room);

    ASSERT_TRUE(cut);
    EXPECT_LE(size_with_note(value, *cut), room);
    const auto kept = value["result"].size();
    EXPECT_EQ(value["resultCount"], kept);
    for (std::size_t i = kept; i < 20; ++i) EXPECT_THAT(cut->what, HasSubstr(fmt::format("\"e{}\"", i)));
    EXPECT_THAT(cut->what, HasSubstr("; ask for each"));
  }
}

TEST(CutList, CountsTheNamesThatAreTooMany) {
  auto value = page(200);

  const auto cut = tools::cut_list("/result", "_id", "ask for each")(value, 500);

  ASSERT_TRUE(cut);
  EXPECT_THAT(cut->what, HasSubstr("more; ask for each"));
  EXPECT_LT(cut->what.size(), 1700u);
}

TEST(CutList, NamesNumbersAndNothingThatHasNoName) {
  Json numbers = Json::array(), objects = Json::array();
  for (int i = 0; i < 20; ++i) {
    numbers.push_back({{"value", 200 + i}, {"text", std::string(50, 'x')}});
    objects.push_back({{"value", {{"a", i}}}, {"text", std::string(50, 'x')}});
  }
  Json value{{"list", numbers}};
  EXPECT_THAT(tools::cut_list("/list", "value", "ask")(value, 900).value().what, HasSubstr("\"219\"; ask"));
  value["list"] = objects;
  EXPECT_THAT(tools::cut_list("/list", "value", "ask")(value, 900).value().what,
              testing::MatchesRegex("[0-9]+ of 20 entries of list; ask"));
}

TEST(CutMembers, NamesWhatIsMissing) {
  Json value{{"configs", {{"a", std::string(100, 'x')}, {"b", std::string(100, 'x')}, {"c", 1}}}};

  const auto cut = tools::cut_members("/configs", "ask")(value, 230);

  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->what, "2 of 3 members of configs: \"b\", \"c\"; ask");
  EXPECT_TRUE(value["configs"].contains("a"));
}

// Asking for fewer than one cannot help; what is in it is cut instead.
TEST(CutMembersAndLists, LeaveASingleOneAlone) {
  Json value{{"configs", {{"a", std::string(100, 'x')}}}, {"list", {std::string(100, 'x')}}};

  EXPECT_FALSE(tools::cut_members("/configs", "ask")(value, 10));
  EXPECT_FALSE(tools::cut_list("/list", "_id", "ask")(value, 10));
}

TEST(CutAnything, SaysHowToGetTheRest) {
  Json value{{"a", std::string(100, 'x')}, {"b", std::string(150, 'y')}};

  EXPECT_EQ(tools::cut_anything(value, 200, "ask for each"), "\"a\"; ask for each");
}

TEST(KeepOnly, LeavesTheNamesOfAllEntries) {
  auto value = page(3);

  const auto cut = tools::keep_only("/result", "_id", "ask for the rest")(value, 0);

  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->what, "everything but \"_id\" of 3 entries; ask for the rest");
  EXPECT_EQ(base::print_json(value["result"]), R"([{"_id":"e0"},{"_id":"e1"},{"_id":"e2"}])");
  EXPECT_FALSE(tools::keep_only("/result", "_id", "ask for the rest")(value, 0));
}

TEST(LeaveOutRedundant, LosesNothing) {
  Json value{{"list", {{{"a", 1}, {"b", 1}}}}};

  const auto cut = tools::leave_out_redundant("/list", "b", "a says the same")(value, 0);

  ASSERT_TRUE(cut);
  EXPECT_FALSE(cut->loses);
  EXPECT_EQ(tools::note_of(*cut), "Shortened: left out \"b\" of 1 entry; a says the same.");
  EXPECT_EQ(value["list"][0], (Json{{"a", 1}}));
}

TEST(LeaveOutUnset, DropsNullsAndEmptyListsOfEntries) {
  auto value = base::parse_json(R"({"result":[{"a":null,"b":[],"c":{},"d":"","e":0},{"f":1}]})");

  const auto cut = tools::leave_out_unset("/result")(value, 0);

  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->what, "2 members without a value (null or [])");
  EXPECT_FALSE(cut->loses);
  EXPECT_EQ(base::print_json(value), R"({"result":[{"c":{},"d":"","e":0},{"f":1}]})");
}

TEST(LeaveOutTexts, ReplacesLongTextsByTheirLength) {
  Json value{{"a", {{"script", std::string(50, 's')}, {"name", "n"}}}};

  const auto cut = tools::leave_out_texts("/a", 40, "ask")(value, 0);

  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->what, "26 characters of 1 long text; ask");
  EXPECT_EQ(base::print_json(value), R"({"a":{"script":"[50 characters left out]","name":"n"}})");
}

TEST(ShortenTexts, CutsBetweenCharacters) {
  Json value{{"a", "äöüäöü"}};

  tools::shorten_texts("", 2, "ask")(value, 0);

  EXPECT_EQ(value["a"], "äö… [6 characters in all]");
}

TEST(CutAnything, CutsTheLargestPartAndKeepsTheRest) {
  Json value{{"small", 1}, {"large", page(100)}};

  const auto note = tools::cut_anything(value, 2000);

  EXPECT_LE(tools::printed_size(value), 2000u);
  EXPECT_EQ(value["small"], 1);
  EXPECT_GT(value["large"]["result"].size(), 10u);
  EXPECT_THAT(note, HasSubstr("entries of large.result"));
}

// One large object, as the only one of its page: what it is known by stays, and the note names the rest.
TEST(CutAnything, LeavesOutAsFewMembersAsPossibleAndNamesThem) {
  Json entry{{"first", std::string(150, 'x')}, {"_id", "jane"}};
  for (int i = 0; i < 30; ++i) entry["list" + std::to_string(i)] = Json::array({std::string(100, 'y')});
  entry["mail"] = "jane@example.com";
  Json value{{"result", Json::array({entry})}, {"resultCount", 1}};

  const auto note = tools::cut_anything(value, 2000);

  EXPECT_LE(tools::printed_size(value) + tools::printed_size(tools::note_of({note})), 2000u);
  EXPECT_GT(tools::printed_size(value), 1500u);
  const Json& kept = value["result"][0];
  EXPECT_EQ(kept["_id"], "jane");
  EXPECT_EQ(kept["mail"], "jane@example.com");
  for (const auto& [name, member] : entry.items()) {
    if (!kept.contains(name)) EXPECT_THAT(note, HasSubstr("\"" + name + "\""));
  }
  EXPECT_THAT(note, HasSubstr(" of result.0; a larger"));
}

TEST(CutAnything, EndsWhateverTheRoom) {
  for (auto value : {page(5), Json("text"), Json::array(), Json(5)}) tools::cut_anything(value, 0);
}

}  // namespace
