// Reading journeys and logs from the sandbox tenant, without stubs.
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::HasSubstr;
using ::testing::Not;

class ReadingSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  ReadingSandbox() { http = &sandbox; }

  test::SandboxHttp sandbox;
};

TEST_F(ReadingSandbox, EveryListedJourneyCanBeRead) {
  const auto list = call("listJourneys", R"({"realm":"alpha"})");
  ASSERT_THAT(list, Succeeds());
  EXPECT_TRUE(list.json["defaultJourney"].is_string()) << list.text.substr(0, 500);
  ASSERT_GE(list.json["result"].size(), 3u);

  max_chars = 10'000'000;
  std::size_t pages = 0;
  for (const Json& entry : list.json["result"]) {
    const auto journey = call(
        "getJourney", base::print_json(Json{{"realm", "alpha"}, {"journeyName", entry["name"]}, {"format", "tree"}}));
    ASSERT_THAT(journey, Succeeds());
    const Json& data = base::member(journey.json, "nodeData");
    EXPECT_TRUE(base::member(data, "errors").is_null()) << entry["name"] << base::print_json(data["errors"]);
    for (const auto& [id, node] : journey.json["nodes"].items()) {
      EXPECT_TRUE(data["configs"].contains(id)) << entry["name"] << " " << id;
      for (const Json& child : base::member(data["configs"][id], "nodes")) {
        ++pages;
        EXPECT_TRUE(data["configs"].contains(child["_id"].get<std::string>())) << entry["name"] << " " << id;
      }
    }
  }
  EXPECT_GT(pages, 0u);
}

TEST_F(ReadingSandbox, ALongJourneyFitsTheBudgetWithoutItsSchemas) {
  max_chars = 4000;

  const auto journey =
      call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

  ASSERT_THAT(journey, Succeeds());
  EXPECT_LE(journey.text.size(), max_chars);
  EXPECT_FALSE(journey.json["nodeData"].contains("schemas"));
}

TEST_F(ReadingSandbox, AnUnknownJourneyIsNotFound) {
  EXPECT_THAT(call("getJourney", R"({"realm":"alpha","journeyName":"No such"})"), Fails("not_found", "No%20such"));
}

TEST_F(ReadingSandbox, LogsAreSearchedPageByPage) {
  const auto sources = call("getLogSources");
  ASSERT_THAT(sources, Succeeds());
  ASSERT_FALSE(sources.json["result"].empty());

  const auto page = call("queryLogs", R"({"sources":["am-everything","idm-everything"],"pageSize":2})");

  ASSERT_THAT(page, Succeeds());
  EXPECT_LE(page.json["result"].size(), 2u);
}

TEST_F(ReadingSandbox, AnUnknownLogSourceIsExplained) {
  EXPECT_THAT(call("queryLogs", R"({"sources":["am-acces"]})"), Refuses("am-access"));
}

}  // namespace
}  // namespace tools
