#include "tools/kit/changes.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "tools/kit/secrets.h"

namespace {

using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string between(const Json& before, const Json& after) {
  return base::print_json(tools::changes_between(before, after).entries);
}

std::string changed(std::string_view before, std::string_view after) {
  return between(base::parse_json(before), base::parse_json(after));
}

TEST(Changes, ShowPathBeforeAndAfterInDocumentOrder) {
  EXPECT_EQ(changed(R"({"b":1,"a":{"x":true,"y":[1]},"gone":null})", R"({"new":"n","a":{"y":[1],"x":false},"b":2})"),
            R"([{"path":"/b","before":1,"after":2},{"path":"/a/x","before":true,"after":false},)"
            R"({"path":"/gone","before":null},{"path":"/new","after":"n"}])");
  EXPECT_EQ(changed(R"({"a/b":{"~":1}})", R"({"a/b":{"~":2}})"), R"([{"path":"/a~1b/~0","before":1,"after":2}])");
  EXPECT_EQ(changed("[1]", R"({"a":1})"), R"([{"path":"","before":[1],"after":{"a":1}}])");
}

TEST(Changes, LeaveOutWhatIsTheSame) {
  EXPECT_EQ(changed(R"({"n":1.50,"o":{"a":1,"b":2}})", R"({"o":{"b":2,"a":1.0},"n":15e-1})"), "[]");
  EXPECT_FALSE(tools::changes_between(Json(), Json()).any());
}

TEST(Changes, LeaveOutRevisionsAndWhoChangedItWhen) {
  EXPECT_EQ(
      changed(R"({"_rev":"1","lastModifiedDate":1,"lastModifiedBy":"a","lastChangeDate":"x","_meta":{"lastChanged":
                    {"date":"1"}},"list":[{"_id":"a","_rev":"1"}]})",
              R"({"_rev":"2","lastModifiedDate":2,"lastModifiedBy":"b","lastChangeDate":"y","_meta":{"lastChanged":
                    {"date":"2"}},"list":[{"_id":"a","_rev":"2"}]})"),
      "[]");
  // Further down it is a member as any other.
  EXPECT_EQ(changed(R"({"x":{"lastModifiedBy":"a"}})", R"({"x":{"lastModifiedBy":"b"}})"),
            R"([{"path":"/x/lastModifiedBy","before":"a","after":"b"}])");
}

TEST(Changes, NameEntriesByTheirIdentity) {
  EXPECT_EQ(changed(R"([{"_id":"a","v":1},{"_id":"b","v":2}])", R"([{"_id":"c"},{"_id":"a","v":3}])"),
            R"([{"path":"/a/v","before":1,"after":3},{"path":"/b","before":{"_id":"b","v":2}},)"
            R"({"path":"/c","after":{"_id":"c"}}])");
  EXPECT_EQ(changed(R"([{"name":"a","v":1}])", R"([{"name":"a","v":2}])"), R"([{"path":"/a/v","before":1,"after":2}])");
  EXPECT_EQ(changed(R"([{"id":"a","v":1}])", R"([{"id":"a","v":2}])"), R"([{"path":"/a/v","before":1,"after":2}])");
  EXPECT_EQ(changed(R"([{"_ref":"managed/x/1","v":1}])", R"([{"_ref":"managed/x/1","v":2}])"),
            R"([{"path":"/managed~1x~11/v","before":1,"after":2}])");
  EXPECT_EQ(changed(R"({"l":[{"name":"a","v":1},{"name":"a","v":2}]})", R"({"l":[{"name":"a","v":1}]})"),
            R"([{"path":"/l","before":[{"name":"a","v":1},{"name":"a","v":2}],"after":[{"name":"a","v":1}]}])")
      << "two of a name are not known by it";
}

TEST(Changes, ShowAnotherOrderOnce) {
  EXPECT_EQ(changed(R"({"l":[{"_id":"a"},{"_id":"b"},{"_id":"gone"}]})", R"({"l":[{"_id":"b"},{"_id":"a"}]})"),
            R"([{"path":"/l/gone","before":{"_id":"gone"}},)"
            R"({"path":"/l","before":["a","b"],"after":["b","a"],"note":"the order changed"}])");
  EXPECT_EQ(changed("[1,2,3]", "[3,2,1]"), R"([{"path":"","before":[1,2,3],"after":[3,2,1]}])");

  Json many = Json::array();
  for (int i = 0; i < 1000; ++i) many.push_back({{"_id", fmt::format("entry-{}", i)}});
  Json reversed = many;
  std::ranges::reverse(reversed);
  EXPECT_EQ(between(many, reversed), R"([{"path":"","note":"the order changed"}])");
}

TEST(Changes, CompareLongListsByIndexBetweenWhatTheyBeginAndEndWith) {
  Json list = Json::array();
  for (int i = 0; i < 100; ++i) list.push_back(fmt::format("value-{}", i));
  Json other = list;
  other[50] = "changed";
  EXPECT_EQ(between(list, other), R"([{"path":"/50","before":"value-50","after":"changed"}])");
  other = list;
  other.insert(other.begin(), "first");
  EXPECT_EQ(between(list, other), R"([{"path":"/0","after":"first"}])");
  EXPECT_EQ(between(other, list), R"([{"path":"/0","before":"first"}])");
}

TEST(Changes, HideSecretsAndTellThatTheyChanged) {
  EXPECT_EQ(changed(R"({"userPassword":"one","plain":1})", R"({"userPassword":"two","plain":1})"),
            R"([{"path":"/userPassword","before":"[redacted]","after":"[redacted]","note":"(secret) changed"}])");
  EXPECT_EQ(changed(R"({})", R"({"client_secret":"two"})"),
            R"([{"path":"/client_secret","after":"[redacted]","note":"(secret) changed"}])");
  EXPECT_EQ(changed(R"({"client_secret":"two"})", R"({})"),
            R"([{"path":"/client_secret","before":"[redacted]","note":"(secret) changed"}])");
  for (const auto& [before, after] :
       {std::pair{R"({"p":{"$crypto":{"value":{"data":"AAAA"}}}})", R"({"p":{"$crypto":{"value":{"data":"BBBB"}}}})"},
        {R"({"a-encrypted":"AAAA"})", R"({"a-encrypted":"BBBB"})"},
        {R"({"clientSecret":{"inherited":false,"value":"AAAA"}})",
         R"({"clientSecret":{"inherited":false,"value":"BBBB"}})"},
        {R"({"jwkSet":"{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"})",
         R"({"jwkSet":"{\"keys\":[{\"kty\":\"oct\",\"k\":\"BBBB\"}]}"})"},
        {R"({"keys":[{"kty":"RSA","n":"x","d":"AAAA"}]})", R"({"keys":[{"kty":"RSA","n":"x","d":"BBBB"}]})"},
        {R"({"secret":["AAAA"]})", R"({"secret":["BBBB"]})"},
        {R"({"x":{"secret":"AAAA","a":1}})", R"({"x":[{"secret":"BBBB"}]})"}}) {
    EXPECT_THAT(changed(std::string_view(before), std::string_view(after)),
                AllOf(Not(HasSubstr("AAAA")), Not(HasSubstr("BBBB")), HasSubstr("path")));
  }
  EXPECT_THAT(changed(R"({"a-encrypted":"AAAA"})", R"({"a-encrypted":"BBBB"})"), HasSubstr("(secret) changed"));
  // The rest of what holds a secret is shown.
  EXPECT_EQ(changed(R"({"clientSecret":{"inherited":false,"value":"A"}})",
                    R"({"clientSecret":{"inherited":true,"value":"A"}})"),
            R"([{"path":"/clientSecret/inherited","before":false,"after":true}])");
}

TEST(Changes, ShowOfALongTextWhereItDiffers) {
  const std::string head(200'000, 'a'), tail(100'000, 'z');
  const auto entry =
      tools::changes_between(Json{{"script", head + "old line" + tail}}, Json{{"script", head + "a new line" + tail}})
          .entries[0];
  const auto before = entry["before"].get<std::string>();
  const auto after = entry["after"].get<std::string>();

  EXPECT_THAT(before, AllOf(HasSubstr("aold linez"), SizeIs(testing::Lt(300U))));
  EXPECT_THAT(after, AllOf(HasSubstr("a new linez"), SizeIs(testing::Lt(300U))));
  EXPECT_TRUE(before.starts_with("[199940 characters left out]")) << before;
  EXPECT_TRUE(before.ends_with("[99945 characters left out]")) << before;
  EXPECT_TRUE(tools::is_stand_in(before)) << "nobody may write it back";
}

TEST(Changes, CutLongTextsBetweenCharacters) {
  std::string one, other;
  for (int i = 0; i < 600; ++i) one += i % 2 == 0 ? "ä" : "😀", other += i % 2 == 0 ? "ö" : "😁";
  const auto entry = tools::changes_between(Json{{"t", one}}, Json{{"t", other}}).entries[0];
  for (const char* member : {"before", "after"}) {
    EXPECT_TRUE(base::is_valid_utf8(entry[member].get<std::string>())) << entry[member];
    EXPECT_THAT(entry[member].get<std::string>(), HasSubstr(" characters left out]"));
  }
  const auto added = tools::changes_between(Json::object(), Json{{"t", one}}).entries[0]["after"].get<std::string>();
  EXPECT_TRUE(base::is_valid_utf8(added));
  EXPECT_THAT(added, HasSubstr(" characters left out]"));
}

TEST(Changes, ShowWhatIsLongAndNewInItsParts) {
  Json added = {{"title", "Car"}, {"properties", Json::object()}};
  for (int i = 0; i < 30; ++i) added["properties"][fmt::format("p{}", i)] = {{"type", "string"}};
  const auto changes = tools::changes_between(Json::object(), Json{{"schema", added}});

  ASSERT_EQ(changes.all, 31U);
  EXPECT_EQ(base::print_json(changes.entries[0]), R"({"path":"/schema/title","after":"Car"})");
  EXPECT_EQ(base::print_json(changes.entries[30]), R"({"path":"/schema/properties/p29","after":{"type":"string"}})");
}

TEST(Changes, AreCutVisibly) {
  Json before = Json::object(), after = Json::object();
  for (int i = 0; i < 5000; ++i) {
    base::append_member(before, fmt::format("m{}", i), i);
    base::append_member(after, fmt::format("m{}", i), i + 1);
  }
  const auto changes = tools::changes_between(before, after);

  EXPECT_EQ(changes.all, 5000U);
  EXPECT_THAT(changes.entries, SizeIs(200));
  EXPECT_EQ(changes.note(), "Truncated: left out 4800 of 5000 changes; read what was changed to see them.");
  EXPECT_EQ(tools::changes_between(before, before).note(), "");
}

TEST(Changes, TakeOtherNamesForTheSides) {
  const auto changes = tools::changes_between(Json{{"a", 1}}, Json{{"a", 2}}, {.before = "sent", .after = "stored"});
  EXPECT_EQ(base::print_json(changes.entries), R"([{"path":"/a","sent":1,"stored":2}])");
}

}  // namespace
