#include "sandbox/crest/crest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace sandbox::crest {
namespace {

using testing::ElementsAre;

const Json& person() {
  static const Json document = base::parse_json(R"({
    "_id": "1", "userName": "Yoko.Tanaka", "age": 41, "score": 0.5, "active": true, "hired": "2024-05-01T08:00:00Z",
    "tags": ["red", "Blue"], "devices": [{"kind": "phone"}, {"kind": "laptop"}],
    "address": {"city": "大阪", "a/b": "slash", "m~n": "tilde"}, "nothing": null, "none": []})");
  return document;
}

bool passes(std::string_view filter) {
  return parse_filter(filter).matches(person());
}

int refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.status;
  }
  return 0;
}

class BadFilter : public testing::TestWithParam<const char*> {};

TEST_P(BadFilter, IsRefusedWith400) {
  EXPECT_EQ(refusal_of([] { parse_filter(GetParam()); }), 400);
}

INSTANTIATE_TEST_SUITE_P(Filters, BadFilter,
                         testing::Values("", " ", "userName", "userName eq", "userName is 'x'", "eq 'x'",
                                         "userName eq x", "userName eq 'x", "userName eq \"x\\", "(true", "true)",
                                         "true and", "or true", "!", "true false", "userName in ('a')",
                                         "userName ew 'a'", "'a' eq 'a'", "a eq 'x' 'y'", "()"));

TEST(Filter, NestingBeyondItsLimitIsRefused) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '(') + "true" +
           std::string(static_cast<std::size_t>(depth), ')');
  };
  EXPECT_TRUE(passes(nested(256)));
  EXPECT_EQ(refusal_of([&] { parse_filter(nested(257)); }), 400);
}

class GoodFilter : public testing::TestWithParam<std::pair<const char*, bool>> {};

TEST_P(GoodFilter, PassesOrNot) {
  EXPECT_EQ(passes(GetParam().first), GetParam().second) << GetParam().first;
}

INSTANTIATE_TEST_SUITE_P(
    Filters, GoodFilter,
    testing::Values(std::pair{"true", true}, std::pair{"FALSE", false}, std::pair{"userName eq 'yoko.tanaka'", true},
                    std::pair{"/userName sw \"YOKO\"", true}, std::pair{"userName co 'tan'", true},
                    std::pair{"userName co 'x'", false}, std::pair{"age eq 41", true}, std::pair{"age gt 40.5", true},
                    std::pair{"age lt 41", false}, std::pair{"age le 41 and age ge 41", true},
                    std::pair{"age eq '41'", false}, std::pair{"score eq 5e-1", true},
                    std::pair{"active eq true", true}, std::pair{"hired lt '2024-05-01T08:00:00.500Z'", true},
                    std::pair{"hired eq '2024-05-01T10:00:00+02:00'", true}, std::pair{"tags eq 'blue'", true},
                    std::pair{"devices/kind eq 'laptop'", true}, std::pair{"devices/0/kind eq 'laptop'", false},
                    std::pair{"address/city eq '大阪'", true}, std::pair{"/address/a~1b eq 'slash'", true},
                    std::pair{"/address/m~0n eq 'tilde'", true}, std::pair{"userName pr", true},
                    std::pair{"nothing pr", false}, std::pair{"none pr", false}, std::pair{"!(missing pr)", true},
                    std::pair{"! userName pr", false},
                    // and binds tighter than or, ! tighter than and
                    std::pair{"true or false and false", true}, std::pair{"(true or false) and false", false},
                    std::pair{"!false and false", false}, std::pair{"age eq 1 OR age eq 41", true},
                    std::pair{"userName eq 'it\\'s \\\\ \"quoted\"'", false}));

TEST(Filter, EscapesInQuotesAreTakenOff) {
  const Json document = {{"text", "it's \\ \"quoted\""}};
  EXPECT_TRUE(parse_filter(R"(text eq 'it\'s \\ "quoted"')").matches(document));
  EXPECT_TRUE(parse_filter(R"(text eq "it's \\ \"quoted\"")").matches(document));
}

TEST(Filter, TellsWhetherAPointerLacksItsSlash) {
  EXPECT_TRUE(parse_filter("/payload/a eq 1 and payload/b eq 2").has_bare_pointer);
  EXPECT_FALSE(parse_filter("/payload/a eq 1 or true").has_bare_pointer);
}

TEST(Projection, ShowsIdRevisionAndWhatIsThere) {
  Json document = person();
  document["_rev"] = "7";
  EXPECT_EQ(base::print_json(project(document, parse_fields("address/city, nothing,missing"))),
            R"({"_id":"1","_rev":"7","address":{"city":"大阪"}})");
}

ApiRequest listing(base::FormFields query) {
  ApiRequest request;
  request.query = std::move(query);
  return request;
}

std::vector<Json> numbered(int count) {
  std::vector<Json> items;
  for (int i = 0; i < count; ++i) items.push_back({{"n", i}});
  return items;
}

TEST(List, ACookieLeadsToTheRest) {
  const Json first = list(numbered(5), listing({{"_pageSize", "3"}}), {});
  const std::string cookie = first["pagedResultsCookie"];
  EXPECT_THAT(cookie, testing::HasSubstr("%3A0"));

  const Json second =
      list(numbered(5), listing({{"_pageSize", "3"}, {"_pagedResultsCookie", base::percent_decode(cookie)}}), {});

  EXPECT_EQ(base::print_json(second["result"]), R"([{"n":3},{"n":4}])");
  EXPECT_TRUE(second["pagedResultsCookie"].is_null());
}

TEST(List, ACookieThatIsStillEncodedIsRefused) {
  const std::string cookie = list(numbered(5), listing({{"_pageSize", "3"}}), {})["pagedResultsCookie"];
  EXPECT_EQ(refusal_of([&] { list(numbered(5), listing({{"_pagedResultsCookie", cookie}}), {}); }), 400);
}

TEST(List, AFullLastPageStillHasACookieAndAnEmptyPageBehindIt) {
  const std::string cookie = list(numbered(3), listing({{"_pageSize", "3"}}), {})["pagedResultsCookie"];
  const Json behind =
      list(numbered(3), listing({{"_pageSize", "3"}, {"_pagedResultsCookie", base::percent_decode(cookie)}}), {});
  EXPECT_EQ(behind["resultCount"], 0);
  EXPECT_TRUE(behind["pagedResultsCookie"].is_null());
}

TEST(List, CookieAndOffsetExcludeEachOther) {
  const std::string cookie = base::percent_decode(
      list(numbered(5), listing({{"_pageSize", "3"}}), {})["pagedResultsCookie"].get<std::string>());
  EXPECT_EQ(refusal_of([&] {
              list(numbered(5), listing({{"_pagedResultsCookie", cookie}, {"_pagedResultsOffset", "1"}}), {});
            }),
            400);
  EXPECT_EQ(list(numbered(5), listing({{"_pagedResultsOffset", "4"}}), {})["resultCount"], 1);
}

TEST(List, AllItemsComeWhenThePageSizeIsMinusOne) {
  EXPECT_EQ(list(numbered(5), listing({{"_pageSize", "-1"}}), {})["resultCount"], 5);
}

TEST(List, SortsByKeysAndKeepsTheOrderOfEqualOnes) {
  const std::vector<Json> items{{{"a", "b"}, {"n", 1}}, {{"a", "A"}, {"n", 2}}, {{"a", "B"}, {"n", 3}}};
  EXPECT_EQ(base::print_json(list(items, listing({{"_sortKeys", "a"}}), {})["result"]),
            R"([{"a":"A","n":2},{"a":"b","n":1},{"a":"B","n":3}])");
  EXPECT_EQ(list(items, listing({{"_sortKeys", "-a,-n"}}), {})["result"][0]["n"], 3);
}

Json patched(const char* document, const char* operations) {
  return patch(base::parse_json(document), base::parse_json(operations));
}

struct PatchCase {
  const char* document;
  const char* operations;
  const char* result;
};

class Patch : public testing::TestWithParam<PatchCase> {};

TEST_P(Patch, GivesTheDocument) {
  EXPECT_EQ(base::print_json(patched(GetParam().document, GetParam().operations)), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Crest, Patch,
    testing::Values(
        PatchCase{R"({})", R"([{"operation":"add","field":"/a/b","value":1}])", R"({"a":{"b":1}})"},
        PatchCase{R"({"a":[1]})", R"([{"operation":"add","field":"/a/-","value":2}])", R"({"a":[1,2]})"},
        PatchCase{R"({"a":[1,3]})", R"([{"operation":"add","field":"/a/1","value":2}])", R"({"a":[1,2,3]})"},
        PatchCase{R"({"a":[1]})", R"([{"operation":"add","field":"a","value":[1,2]}])", R"({"a":[1,2]})"},
        PatchCase{R"({})", R"([{"operation":"add","field":"/a/-","value":1}])", R"({"a":[1]})"},
        PatchCase{R"({"a":[1]})", R"([{"operation":"add","field":"/a","value":{"x":1}}])", R"({"a":{"x":1}})"},
        PatchCase{R"({"a":1})", R"([{"operation":"replace","field":"/a","value":[2]}])", R"({"a":[2]})"},
        PatchCase{R"({})", R"([{"operation":"replace","field":"/a","value":2}])", R"({"a":2})"},
        PatchCase{R"({"a":1,"b":2})", R"([{"operation":"remove","field":"/a"}])", R"({"b":2})"},
        PatchCase{R"({"b":2})", R"([{"operation":"remove","field":"/a"}])", R"({"b":2})"},
        PatchCase{R"({"a":[1,2,1]})", R"([{"operation":"remove","field":"/a","value":1}])", R"({"a":[2]})"},
        PatchCase{R"({"a":[1,2]})", R"([{"operation":"remove","field":"/a/0"}])", R"({"a":[2]})"},
        PatchCase{R"({"a":1})", R"([{"operation":"increment","field":"/a","value":-3}])", R"({"a":-2})"},
        PatchCase{R"({"a":1})", R"([{"operation":"move","from":"/a","field":"/b"}])", R"({"b":1})"},
        PatchCase{R"({"a":1})", R"([{"operation":"copy","from":"/a","field":"/b"}])", R"({"a":1,"b":1})"},
        PatchCase{R"({"a":1})", R"([])", R"({"a":1})"}));

class BadPatch : public testing::TestWithParam<std::pair<const char*, int>> {};

TEST_P(BadPatch, IsRefused) {
  EXPECT_EQ(refusal_of([] { patched(R"({"a":[1],"t":"x"})", GetParam().first); }), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Crest, BadPatch,
                         testing::Values(std::pair{R"({"operation":"add","field":"/a","value":1})", 400},
                                         std::pair{R"([{"field":"/a"}])", 400},
                                         std::pair{R"([{"operation":"test","field":"/a","value":1}])", 400},
                                         std::pair{R"([{"operation":"add","field":"","value":1}])", 400},
                                         std::pair{R"([{"operation":"add","field":"/a/7","value":1}])", 400},
                                         std::pair{R"([{"operation":"remove","field":"/a/7"}])", 0},
                                         std::pair{R"([{"operation":"replace","field":"/a/x/y","value":1}])", 400},
                                         std::pair{R"([{"operation":"increment","field":"/t","value":1}])", 400},
                                         std::pair{R"([{"operation":"move","field":"/b"}])", 400},
                                         std::pair{R"([{"operation":"copy","from":"/missing","field":"/b"}])", 400},
                                         std::pair{R"([{"operation":"transform","field":"/a","value":{}}])", 501}));

// Values that Java itself gives for these maps.
TEST(JavaHash, IsThatOfJavaMaps) {
  EXPECT_EQ(java_hash(base::parse_json(R"({})")), 0);
  EXPECT_EQ(java_hash(base::parse_json(R"({"a":"b"})")), 97 ^ 98);
  EXPECT_EQ(java_hash(base::parse_json(R"({"a":true,"b":false})")), (97 ^ 1231) + (98 ^ 1237));
  EXPECT_EQ(java_hash(base::parse_json(R"([1,2])")), (31 + 1) * 31 + 2);
  EXPECT_EQ(java_hash(base::parse_json(R"({"x":273.015625})")), 120 ^ 0x40711040);
  EXPECT_EQ(java_hash(Json("é")), 233);
  EXPECT_EQ(java_hash(Json("🦉")), 0xD83E * 31 + 0xDD89);
  EXPECT_EQ(java_hash(Json(4294967296)), 1);
}

TEST(EntityTag, LosesItsQuotes) {
  EXPECT_EQ(entity_tag("\"a-1\""), "a-1");
  EXPECT_EQ(entity_tag("W/\"a-1\""), "a-1");
  EXPECT_EQ(entity_tag("*"), "*");
}

}  // namespace
}  // namespace sandbox::crest
