#include "aic/difference.h"

#include <gmock/gmock.h>

namespace aic {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

std::vector<std::string> places(std::string_view left, std::string_view right) {
  std::vector<std::string> names;
  for (const auto& place : differences(base::parse_json(left), base::parse_json(right))) names.push_back(place.str());
  return names;
}

TEST(Differences, IgnoreTheOrderOfMembersAndTheRevision) {
  EXPECT_THAT(places(R"({"_rev":"1","a":1,"b":{"c":2,"d":3}})", R"({"b":{"d":3,"c":2},"a":1,"_rev":"2"})"), IsEmpty());
}

TEST(Differences, CountARevisionBelowTheTop) {
  EXPECT_THAT(places(R"({"a":{"_rev":"1"}})", R"({"a":{"_rev":"2"}})"), ElementsAre("/a/_rev"));
}

TEST(Differences, NameTheDeepestPlace) {
  EXPECT_THAT(places(R"({"a":{"b":1,"c":2}})", R"({"a":{"b":1,"c":3}})"), ElementsAre("/a/c"));
}

TEST(Differences, NameAddedAndRemovedMembers) {
  EXPECT_THAT(places(R"({"a":1,"b":2})", R"({"b":2,"c":3})"), ElementsAre("/a", "/c"));
}

TEST(Differences, TellListEntriesByIdOrName) {
  EXPECT_THAT(
      places(R"([{"name":"x","v":1},{"name":"y","v":1}])", R"([{"name":"z"},{"name":"x","v":1},{"name":"y","v":2}])"),
      ElementsAre("/y/v", "/z"));
  EXPECT_THAT(places(R"([{"_id":"1","name":"x"},{"_id":"2","name":"x"}])", R"([{"_id":"2","name":"x"}])"),
              ElementsAre("/1"));
}

TEST(Differences, SeeThatEntriesChangedPlaces) {
  EXPECT_THAT(places(R"({"l":[{"name":"x"},{"name":"y"}]})", R"({"l":[{"name":"y"},{"name":"x"}]})"),
              ElementsAre("/l"));
}

TEST(Differences, TreatAnyOtherListAsOnePlace) {
  EXPECT_THAT(places(R"({"l":[1,2]})", R"({"l":[1,2,3]})"), ElementsAre("/l"));
  EXPECT_THAT(places(R"({"l":[{"name":"x"},{"name":"x"}]})", R"({"l":[{"name":"x"}]})"), ElementsAre("/l"));
}

TEST(Differences, CompareNumbersExactly) {
  EXPECT_THAT(places(R"({"a":12345678901234567890123})", R"({"a":12345678901234567890124})"), ElementsAre("/a"));
}

TEST(Differences, OverlapWhereOneContainsTheOther) {
  EXPECT_TRUE(overlap({Pointer::parse("/a/b")}, {Pointer::parse("/x"), Pointer::parse("/a")}));
  EXPECT_TRUE(overlap({Pointer::parse("/a")}, {Pointer::parse("/a/b")}));
  EXPECT_FALSE(overlap({Pointer::parse("/a/b")}, {Pointer::parse("/a/c")}));
}

TEST(Differences, AreDescribedUpToAFew) {
  EXPECT_EQ(describe({Pointer::parse("/a"), Pointer()}), "/a, the whole document");
  EXPECT_THAT(describe(std::vector<Pointer>(20, Pointer::parse("/a"))), EndsWith("/a and 12 more"));
}

}  // namespace
}  // namespace aic
