#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/trim.h"

namespace {

using base::Json;
using testing::HasSubstr;

Json page(int count, const char* cookie = "\"next\"") {
  Json page{{"result", Json::array()}, {"resultCount", count}, {"pagedResultsCookie", base::parse_json(cookie)}};
  for (int i = 0; i < count; ++i)
    page["result"].push_back({{"_id", "e" + std::to_string(i)}, {"x", std::string(80, 'x')}});
  return page;
}

TEST(CutPage, LeavesAPageAloneThatFits) {
  auto value = page(3);

  EXPECT_EQ(tools::cut_page("/result", "pageSize")(value, 10'000), std::nullopt);
  EXPECT_EQ(value, page(3));
}

TEST(CutPage, KeepsWholeEntriesWithholdsTheCookieAndNamesTheSize) {
  auto value = page(20);

  const auto note = tools::cut_page("/result", "pageSize")(value, 1000);

  ASSERT_TRUE(note);
  EXPECT_LE(tools::printed_size(value), 1000u);
  EXPECT_EQ(value["result"].size(), 9u);
  EXPECT_EQ(value["resultCount"], 9);
  EXPECT_FALSE(value.contains("pagedResultsCookie"));
  EXPECT_THAT(*note, HasSubstr("entries 10 to 20 of this page"));
  EXPECT_THAT(*note, HasSubstr("\"pageSize\":9"));
}

TEST(CutPage, KeepsOneEntryWhateverItsSize) {
  auto value = page(5);

  tools::cut_page("/result", "pageSize")(value, 10);

  EXPECT_EQ(value["result"].size(), 1u);
}

TEST(CutPage, LeavesOtherDocumentsAlone) {
  for (auto value :
       {Json(nullptr), Json("text"), Json::object(), Json{{"result", nullptr}}, Json{{"result", Json::array()}}}) {
    EXPECT_EQ(tools::cut_page("/result", "pageSize")(value, 1), std::nullopt);
    EXPECT_EQ(tools::cut_list("/result", "_id", "")(value, 1), std::nullopt);
    EXPECT_EQ(tools::leave_out("/result/x", "")(value, 1), std::nullopt);
    EXPECT_EQ(tools::cut_members("/result", "")(value, 1), std::nullopt);
    EXPECT_EQ(tools::leave_out_unset("/result")(value, 1), std::nullopt);
  }
}

TEST(CutList, NamesWhatIsMissing) {
  auto value = page(20);

  const auto note = tools::cut_list("/result", "_id", "ask for each")(value, 1800);

  ASSERT_TRUE(note);
  EXPECT_LE(tools::printed_size(value), 1800u);
  EXPECT_THAT(*note, HasSubstr("\"e18\", \"e19\"; ask for each"));
}

TEST(CutList, CountsTheNamesThatAreTooMany) {
  auto value = page(200);

  const auto note = tools::cut_list("/result", "_id", "ask for each")(value, 500);

  ASSERT_TRUE(note);
  EXPECT_THAT(*note, HasSubstr("more; ask for each"));
  EXPECT_LT(note->size(), 800u);
}

TEST(CutMembers, NamesWhatIsMissing) {
  Json value{{"configs", {{"a", std::string(100, 'x')}, {"b", std::string(100, 'x')}, {"c", 1}}}};

  const auto note = tools::cut_members("/configs", "ask")(value, 150);

  ASSERT_TRUE(note);
  EXPECT_EQ(*note, "2 of 3 members of configs: \"b\", \"c\"; ask");
  EXPECT_TRUE(value["configs"].contains("a"));
}

TEST(LeaveOutUnset, DropsNullsAndEmptyListsOfEntries) {
  auto value = base::parse_json(R"({"result":[{"a":null,"b":[],"c":{},"d":"","e":0},{"f":1}]})");

  EXPECT_EQ(tools::leave_out_unset("/result")(value, 0), "2 members without a value (null or [])");
  EXPECT_EQ(base::print_json(value), R"({"result":[{"c":{},"d":"","e":0},{"f":1}]})");
}

TEST(LeaveOutTexts, ReplacesLongTextsByTheirLength) {
  Json value{{"a", {{"script", std::string(50, 's')}, {"name", "n"}}}};

  EXPECT_EQ(tools::leave_out_texts("/a", 40, "ask")(value, 0), "26 characters of 1 long text; ask");
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
  EXPECT_THAT(note, HasSubstr("entries or members"));
}

TEST(CutAnything, EndsWhateverTheRoom) {
  for (auto value : {page(5), Json("text"), Json::array(), Json(5)}) tools::cut_anything(value, 0);
}

}  // namespace
