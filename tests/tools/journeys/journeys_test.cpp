#include <gtest/gtest.h>

#include "support/kit/run.h"
#include "support/tenant/tool_test.h"

namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const std::string base_path = "/am/json/alpha/realm-config/authentication/authenticationtrees";
const std::string list_path =
    base_path +
    "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cdescription%2CidentityResource%2CuiConfig%2C"
    "nodes%2Cenabled%2CmustRun%2CmaximumSessionTime%2CmaximumIdleTime";
const std::string settings_path = "/am/json/alpha/realm-config/authentication";

std::string tree(const std::string& nodes) {
  return R"({"_id":"Login","_rev":"1","entryNodeId":"n1","nodes":)" + nodes + "}";
}

void stub_schema(ToolTest& t, const std::string& type) {
  t.tenant.json("POST", base_path + "/nodes/" + type + "?_action=schema",
                R"({"type":"object","title":")" + type + "\"}");
}

void stub_node(ToolTest& t, const std::string& type, const std::string& id, const std::string& more = "") {
  t.tenant.json("GET", base_path + "/nodes/" + type + "/" + id, R"({"_id":")" + id + "\"" + more + "}");
}

constexpr const char* two_nodes_of_a_type =
    R"({"n1":{"nodeType":"Ask","connections":{}},"n2":{"nodeType":"Ask","connections":{}}})";
constexpr const char* a_page = R"({"p":{"nodeType":"PageNode"},"n1":{"nodeType":"Ask"}})";
constexpr const char* page_children =
    R"(,"nodes":[{"_id":"c1","nodeType":"Ask"},{"_id":"c2","nodeType":"Pin"},{"_id":"c3"},{"_id":"../x","nodeType":"Ask"}])";

TEST(ListJourneys, FailsWhenTheListCannotBeRead) {
  ToolTest t;
  t.tenant.json("GET", list_path, R"({"code":403,"reason":"Forbidden","message":"Access denied"})", 403);
  t.tenant.json("GET", settings_path, R"({"core":{"orgConfig":"Login"}})");

  EXPECT_THAT(t.call("listJourneys", R"({"realm":"alpha"})"), Fails("unauthorized", "Access denied"));
}

TEST(ListJourneys, ListsWithoutTheDefaultAndSaysWhy) {
  ToolTest t;
  t.tenant.json("GET", list_path, R"({"result":[{"_id":"Login"}],"resultCount":1})");
  t.tenant.json("GET", settings_path, R"({"code":500,"message":"broken"})", 500);

  auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_TRUE(result.json["defaultJourney"].is_null());
  EXPECT_EQ(result.json["defaultJourneyError"], base::parse_json(R"({"status":500,"message":"broken"})"));
}

TEST(ListJourneys, TellsTheDefaultJourney) {
  ToolTest t;
  t.tenant.json("GET", list_path, R"({"result":[{"_id":"Login"}],"resultCount":1})");
  t.tenant.json("GET", settings_path, R"({"core":{"orgConfig":"Login"}})");

  auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  EXPECT_EQ(base::print_json(result.json), R"({"resultCount":1,"defaultJourney":"Login","result":[{"_id":"Login"}]})");
  EXPECT_EQ(t.tenant.sent()[0].header("accept-api-version"), "protocol=2.1,resource=1.0");
  EXPECT_EQ(t.tenant.sent()[1].header("accept-api-version"), "protocol=1.0,resource=1.0");
  EXPECT_THAT(t.scopes, testing::Each(aic::Scopes{"fr:am:*"}));
}

TEST(ListJourneys, LeavesOutNodesBeforeJourneys) {
  ToolTest t;
  t.max_chars = 4000;
  base::Json list{{"result", base::Json::array()}};
  for (int i = 0; i < 30; ++i)
    list["result"].push_back(
        {{"_id", "J" + std::to_string(i)}, {"nodes", {{"n", std::string(200, 'x')}}}, {"uiConfig", nullptr}});
  t.tenant.json("GET", list_path, base::print_json(list));
  t.tenant.json("GET", settings_path, R"({"core":{}})");

  auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  EXPECT_THAT(result.json["result"], SizeIs(30));
  EXPECT_TRUE(result.json["result"][0].contains("uiConfig"));
  EXPECT_THAT(result.notes, HasSubstr("Truncated: left out \"nodes\" of 30 entries; getJourney shows them."));
}

TEST(GetJourney, FailsWhenTheTreeCannotBeRead) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/No%20such", R"({"code":404,"reason":"Not Found","message":"Not Found"})",
                404);

  EXPECT_THAT(t.call("getJourney", R"({"realm":"alpha","journeyName":"No such"})"),
              Fails("not_found", "trees/No%20such"));
}

TEST(GetJourney, RefusesANameThatWouldLeadElsewhere) {
  ToolTest t;

  EXPECT_THAT(t.call("getJourney", R"({"realm":"alpha","journeyName":"../../../x"})"), Refuses("journeyName"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(GetJourney, ShowsATreeWithoutNodesAlone) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree("{}"));

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_FALSE(result.json.contains("nodeData"));
}

TEST(GetJourney, AsksForEachTypeAndNodeOnce) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(two_nodes_of_a_type));
  stub_schema(t, "Ask");
  stub_node(t, "Ask", "n1");
  stub_node(t, "Ask", "n2");

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  EXPECT_THAT(t.tenant.requests(), SizeIs(4));
  EXPECT_EQ(base::print_json(result.json["nodeData"]),
            R"({"schemas":{"Ask":{"type":"object","title":"Ask"}},"configs":{"n1":{"_id":"n1"},"n2":{"_id":"n2"}}})");
}

TEST(GetJourney, ReadsWhatIsInsidePagesToo) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(a_page));
  for (const char* type : {"PageNode", "Ask", "Pin"}) stub_schema(t, type);
  stub_node(t, "PageNode", "p", page_children);
  stub_node(t, "Ask", "n1");
  stub_node(t, "Ask", "c1");
  stub_node(t, "Pin", "c2");

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  ASSERT_THAT(result, Succeeds());
  const auto& data = result.json["nodeData"];
  EXPECT_TRUE(data["configs"].contains("c1") && data["configs"].contains("c2"));
  EXPECT_TRUE(data["schemas"].contains("Pin"));
  // The child whose id would lead to another address was not asked for.
  EXPECT_TRUE(data["errors"]["configs"].contains("../x"));
  EXPECT_THAT(t.tenant.requests(), SizeIs(8));
}

TEST(GetJourney, ShowsFailuresPerNodeAndTypeAndReturnsTheRest) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(two_nodes_of_a_type));
  t.tenant.json("POST", base_path + "/nodes/Ask?_action=schema", R"({"code":404,"message":"no type"})", 404);
  stub_node(t, "Ask", "n1");
  t.tenant.json("GET", base_path + "/nodes/Ask/n2", R"({"code":403,"message":"no"})", 403);

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(
      base::print_json(result.json["nodeData"]),
      R"({"schemas":{},"configs":{"n1":{"_id":"n1"}},"errors":{"schemas":{"Ask":{"status":404,"message":"no type"}},)"
      R"("configs":{"n2":{"status":403,"message":"no"}}}})");
}

TEST(GetJourney, LeavesSchemasOutWhenTold) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(R"({"n1":{"nodeType":"Ask"}})"));
  stub_node(t, "Ask", "n1");

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","includeSchemas":false})");

  EXPECT_FALSE(result.json["nodeData"].contains("schemas"));
}

TEST(GetJourney, ReadsOnlyTheNamedNodes) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(two_nodes_of_a_type));
  stub_schema(t, "Ask");
  stub_node(t, "Ask", "n2");

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","nodeIds":["n2"]})");

  EXPECT_EQ(base::print_json(result.json["nodeData"]["configs"]), R"({"n2":{"_id":"n2"}})");
}

TEST(GetJourney, FindsANamedNodeInsideAPageAndSaysWhichIsNowhere) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(a_page));
  stub_node(t, "PageNode", "p", R"(,"nodes":[{"_id":"c2","nodeType":"Pin"}])");
  stub_node(t, "Pin", "c2");

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","includeSchemas":false,"nodeIds":["c2","gone"]})");

  EXPECT_EQ(base::print_json(result.json["nodeData"]["configs"]), R"({"c2":{"_id":"c2"}})");
  EXPECT_THAT(base::print_json(result.json["nodeData"]["errors"]), HasSubstr("no node of this journey has this id"));
}

TEST(GetJourney, NeedsThreeRoundTrips) {
  ToolTest t;
  auto& http = t.tenant.http;
  auto tree_answer = http.hold(t.loop, "GET", base_path + "/trees/Login");
  std::vector<test::HeldAnswer> second = {http.hold(t.loop, "POST", base_path + "/nodes/PageNode?_action=schema"),
                                          http.hold(t.loop, "POST", base_path + "/nodes/Ask?_action=schema"),
                                          http.hold(t.loop, "GET", base_path + "/nodes/Ask/n1")};
  auto page = http.hold(t.loop, "GET", base_path + "/nodes/PageNode/p");
  std::vector<test::HeldAnswer> third = {http.hold(t.loop, "POST", base_path + "/nodes/Pin?_action=schema"),
                                         http.hold(t.loop, "GET", base_path + "/nodes/Pin/c2")};
  auto call = t.begin("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  tree_answer.reply(200, tree(a_page));
  test::settle(t.loop);
  EXPECT_THAT(t.tenant.requests(), SizeIs(5));
  for (auto& answer : second) answer.reply(200, "{}");
  page.reply(200, R"({"nodes":[{"_id":"c2","nodeType":"Pin"}]})");
  test::settle(t.loop);
  EXPECT_THAT(t.tenant.requests(), SizeIs(7));
  for (auto& answer : third) answer.reply(200, "{}");

  EXPECT_THAT(call.get(), Succeeds());
}

TEST(GetJourney, HidesSecretsOfNodesButNoOutcomeOfThatName) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login",
                tree(R"({"n1":{"nodeType":"Ask","connections":{"password":"n2"}}})"));
  stub_schema(t, "Ask");
  stub_node(t, "Ask", "n1", R"(,"clientSecret":"hush","nested":{"password":["a"]})");

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  EXPECT_THAT(result.text, Not(HasSubstr("hush")));
  EXPECT_EQ(result.json["nodes"]["n1"]["connections"]["password"], "n2");
  EXPECT_EQ(result.json["nodeData"]["configs"]["n1"]["nested"]["password"][0], "[redacted]");
}

TEST(GetJourney, DropsSchemasFirstWhenItIsTooLong) {
  ToolTest t;
  t.max_chars = 4000;
  t.tenant.json("GET", base_path + "/trees/Login", tree(R"({"n1":{"nodeType":"Ask"}})"));
  t.tenant.json("POST", base_path + "/nodes/Ask?_action=schema", R"({"x":")" + std::string(9000, 'x') + "\"}");
  stub_node(t, "Ask", "n1", R"(,"text":")" + std::string(2500, 'y') + "\"");

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  EXPECT_FALSE(result.json["nodeData"].contains("schemas"));
  EXPECT_THAT(result.text, HasSubstr(std::string(2500, 'y')));
  EXPECT_THAT(result.notes, HasSubstr("Truncated: left out nodeData.schemas (9016 characters); call again with"));
}

TEST(GetJourney, NamesTheNodesThatAreCutAndHowToGetThem) {
  ToolTest t;
  t.max_chars = 4000;
  base::Json nodes = base::Json::object();
  for (int i = 10; i < 40; ++i) {
    const auto id = "n" + std::to_string(i);
    nodes[id] = {{"nodeType", "Ask"}};
    stub_node(t, "Ask", id, R"(,"text":")" + std::string(150, 'y') + "\"");
  }
  t.tenant.json("GET", base_path + "/trees/Login", tree(base::print_json(nodes)));

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","includeSchemas":false})");

  EXPECT_THAT(result.json["nodes"], SizeIs(30));
  EXPECT_THAT(result.notes,
              HasSubstr("\"n39\"; call again with \"includeSchemas\":false and some of these ids in \"nodeIds\""));
  EXPECT_LE(result.text.size(), t.max_chars);
}

TEST(GetJourney, TellsItsProgressWhenThereIsMuchToRead) {
  ToolTest t;
  base::Json nodes = base::Json::object();
  for (int i = 0; i < 25; ++i) {
    nodes["n" + std::to_string(i)] = {{"nodeType", "Ask"}};
    stub_node(t, "Ask", "n" + std::to_string(i));
  }
  stub_schema(t, "Ask");
  t.tenant.json("GET", base_path + "/trees/Login", tree(base::print_json(nodes)));

  t.call("getJourney", R"({"realm":"alpha","journeyName":"Login"})");

  EXPECT_THAT(t.progress, ElementsAre("10 of 26 parts of the journey", "20 of 26 parts of the journey",
                                      "26 of 26 parts of the journey"));
}

}  // namespace
