#include <gtest/gtest.h>

#include "support/kit/run.h"
#include "support/tenant/tool_test.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const std::string base_path = "/am/json/alpha/realm-config/authentication/authenticationtrees";
const std::string list_path =
    base_path +
    "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cdescription%2Cenabled%2CinnerTreeOnly%2C"
    "entryNodeId%2Cnodes";
const std::string inner_path = base_path + "/nodes/InnerTreeEvaluatorNode?_queryFilter=true";
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

// The lists that listJourneys asks for.
void stub_lists(ToolTest& t, const Json& journeys, const std::string& inner = "[]",
                const std::string& settings = R"({"core":{"orgConfig":"Login"}})") {
  t.tenant.json("GET", list_path, base::print_json({{"result", journeys}}));
  t.tenant.json("GET", settings_path, settings);
  t.tenant.json("GET", inner_path, R"({"result":)" + inner + "}");
}

Json list_of(const std::string& journeys) {
  return base::parse_json(journeys);
}

TEST(ListJourneys, FailsWhenTheListCannotBeRead) {
  ToolTest t;
  t.tenant.json("GET", list_path, R"({"code":403,"reason":"Forbidden","message":"Access denied"})", 403);
  t.tenant.json("GET", settings_path, R"({"core":{"orgConfig":"Login"}})");
  t.tenant.json("GET", inner_path, R"({"result":[]})");

  EXPECT_THAT(t.call("listJourneys", R"({"realm":"alpha"})"), Fails("unauthorized", "Access denied"));
}

TEST(ListJourneys, ListsWithoutTheDefaultAndSaysWhy) {
  ToolTest t;
  t.tenant.json("GET", list_path, R"({"result":[{"_id":"Login"}],"resultCount":1})");
  t.tenant.json("GET", settings_path, R"({"code":500,"message":"broken"})", 500);
  t.tenant.json("GET", inner_path, R"({"result":[]})");

  auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_TRUE(result.json["defaultJourney"].is_null());
  EXPECT_EQ(result.json["defaultJourneyError"], base::parse_json(R"({"status":500,"message":"broken"})"));
}

TEST(ListJourneys, TellsWhatEachIsMadeOfFromThreeLists) {
  ToolTest t;
  stub_lists(t,
             list_of(R"([{"_id":"Login","description":"Sign in","enabled":true,"innerTreeOnly":false,)"
                     R"("entryNodeId":"p","nodes":{"p":{"nodeType":"PageNode","displayName":"Sign-in page"},)"
                     R"("q":{"nodeType":"PageNode"},"i":{"nodeType":"InnerTreeEvaluatorNode"}}},)"
                     R"({"_id":"Off","description":null,"enabled":false,"innerTreeOnly":true,"entryNodeId":"a",)"
                     R"("nodes":{"a":{"nodeType":"Ask"}}}])"),
             R"([{"_id":"i","tree":"Profile"}])");

  auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  EXPECT_EQ(base::print_json(result.json),
            R"({"resultCount":2,"defaultJourney":"Login","result":[)"
            R"({"name":"Login","description":"Sign in","entryNode":"Sign-in page","nodeCount":3,)"
            R"("nodeTypes":{"PageNode":2,"InnerTreeEvaluatorNode":1},"innerJourneys":["Profile"],"default":true},)"
            R"({"name":"Off","enabled":false,"innerTreeOnly":true,"entryNode":"Ask","nodeCount":1,)"
            R"("nodeTypes":{"Ask":1}}]})");
  EXPECT_THAT(result.notes, StartsWith("\n\nTransaction ID: "));  // and nothing else
  EXPECT_THAT(t.tenant.requests(), SizeIs(3));
  EXPECT_EQ(t.tenant.sent()[0].header("accept-api-version"), "protocol=2.1,resource=1.0");
  EXPECT_EQ(t.tenant.sent()[1].header("accept-api-version"), "protocol=1.0,resource=1.0");
  EXPECT_THAT(t.scopes, testing::Each(aic::Scopes{"fr:am:*"}));
}

TEST(ListJourneys, ShowsTheGraphOnRequest) {
  ToolTest t;
  stub_lists(
      t, list_of(R"([{"_id":"Login","entryNodeId":"a","nodes":{"a":{"nodeType":"Ask","connections":{"true":"b"}}}}])"));

  auto result = t.call("listJourneys", R"({"realm":"alpha","includeNodes":true})");

  EXPECT_EQ(result.json["result"][0]["entryNodeId"], "a");
  EXPECT_EQ(result.json["result"][0]["nodes"]["a"]["connections"]["true"], "b");
}

TEST(ListJourneys, FindsJourneysByAPartOfTheirName) {
  ToolTest t;
  stub_lists(t, list_of(R"([{"_id":"Login"},{"_id":"My login 2"},{"_id":"Registration"}])"));

  auto result = t.call("listJourneys", R"({"realm":"alpha","nameContains":"LOGIN"})");

  EXPECT_THAT(result.json["result"], SizeIs(2));
  EXPECT_THAT(result.notes, HasSubstr("2 of 3 journeys match."));
}

TEST(ListJourneys, FindsJourneysByATypeOfNodeInsidePagesToo) {
  ToolTest t;
  stub_lists(t, list_of(R"([{"_id":"Old","nodes":{"p":{"nodeType":"PageNode","version":"1.0"}}},)"
                        R"({"_id":"New","nodes":{"q":{"nodeType":"PageNode","version":"2.0"}}},)"
                        R"({"_id":"Bare","nodes":{"a":{"nodeType":"Ask"}}},{"_id":"Other","nodes":{}}])"));
  t.tenant.json("GET", base_path + "/nodes/PageNode?_queryFilter=true",
                R"({"result":[{"_id":"p","nodes":[{"_id":"c","nodeType":"Ask"}]}]})");
  t.tenant.json("GET", base_path + "/nodes/PageNode/2.0?_queryFilter=true",
                R"({"result":[{"_id":"q","nodes":[{"_id":"d","nodeType":"Pin"}]}]})");

  auto result = t.call("listJourneys", R"({"realm":"alpha","nodeType":"Ask"})");

  ASSERT_THAT(result.json["result"], SizeIs(2));
  EXPECT_EQ(result.json["result"][0]["name"], "Old");
  EXPECT_EQ(result.json["result"][1]["name"], "Bare");
}

TEST(ListJourneys, SaysWhereItCouldNotLookForATypeOfNode) {
  ToolTest t;
  stub_lists(t, list_of(R"([{"_id":"Old","nodes":{"p":{"nodeType":"PageNode"},"a":{"nodeType":"Asking"}}}])"));
  t.tenant.json("GET", base_path + "/nodes/PageNode?_queryFilter=true", R"({"code":403,"message":"no"})", 403);

  auto result = t.call("listJourneys", R"({"realm":"alpha","nodeType":"Askign"})");

  EXPECT_THAT(result.json["result"], IsEmpty());
  EXPECT_THAT(result.notes, HasSubstr("0 of 1 journeys match. Did you mean Asking?"));
  EXPECT_THAT(result.notes, HasSubstr("Not all nodes inside pages were searched"));
}

TEST(ListJourneys, ReadsInnerJourneysByVersionAndSaysWhichItDoesNotKnow) {
  ToolTest t;
  const std::string journeys = R"([{"_id":"A","nodes":{"i":{"nodeType":"InnerTreeEvaluatorNode","version":"2.0"}}}])";
  const auto newer = base_path + "/nodes/InnerTreeEvaluatorNode/2.0?_queryFilter=true";
  stub_lists(t, list_of(journeys));
  t.tenant.json("GET", newer, R"({"result":[{"_id":"i","tree":"B"}]})");
  EXPECT_EQ(base::print_json(t.call("listJourneys", R"({"realm":"alpha"})").json["result"][0]["innerJourneys"]),
            R"(["B"])");
  stub_lists(t, list_of(journeys));
  t.tenant.json("GET", newer, R"({"result":[]})");
  EXPECT_THAT(t.call("listJourneys", R"({"realm":"alpha"})").notes,
              HasSubstr("innerJourneys may be incomplete for \"A\"; getJourney shows"));
  t.tenant.json("GET", list_path, R"({"result":)" + journeys + "}");
  t.tenant.json("GET", settings_path, "{}");
  t.tenant.json("GET", newer, R"({"result":[]})");
  t.tenant.json("GET", inner_path, R"({"code":403,"message":"no"})", 403);

  EXPECT_THAT(t.call("listJourneys", R"({"realm":"alpha"})").notes,
              AllOf(HasSubstr("innerJourneys could not be read"), HasSubstr("for \"A\"")));
}

TEST(ListJourneys, TakesWhatTenantsShouldNotHold) {
  ToolTest t;
  Json journeys =
      list_of(R"([{"_id":"Lost","entryNodeId":"gone","nodes":{"a":{}}},{"_id":"Flat","nodes":"none"},)"
              R"({"_id":"Loop","entryNodeId":"a","nodes":{"a":{"nodeType":"Ask","connections":{"x":"a"}}}}])");
  journeys.push_back({{"_id", "Talk"}, {"description", std::string(100'000, 'x')}});
  stub_lists(t, journeys);

  auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.json["result"], SizeIs(4));
  EXPECT_EQ(result.json["result"][0]["nodeTypes"], base::parse_json(R"({"?":1})"));
  EXPECT_THAT(result.notes, HasSubstr("The entry node is not among the nodes of \"Lost\"."));
  EXPECT_THAT(result.notes, HasSubstr("one description ends after 200 characters; getJourney returns it."));
  EXPECT_LT(result.text.size(), 1'500u);
}

TEST(ListJourneys, ShowsTheNamesOfAThousand) {
  ToolTest t;
  t.max_chars = 38'000;
  t.counts_structure = true;
  Json journeys = Json::array();
  for (int i = 0; i < 1000; ++i)
    journeys.push_back({{"_id", "J" + std::to_string(i)},
                        {"description", "What it is for"},
                        {"entryNodeId", "a"},
                        {"nodes", {{"a", {{"nodeType", "Ask"}, {"displayName", "First"}}}}}});
  stub_lists(t, journeys);

  auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  EXPECT_GE(result.json["result"].size(), 900u);
  EXPECT_EQ(result.json["result"][0], base::parse_json(R"({"name":"J0"})"));
  EXPECT_THAT(result.notes, HasSubstr("call again with \"nameContains\" for fewer journeys"));
  stub_lists(t, journeys);
  const auto found = t.call("listJourneys", R"({"realm":"alpha","nameContains":"J999"})");
  EXPECT_EQ(found.json["result"][0]["nodeTypes"]["Ask"], 1);
}

TEST(ListJourneys, LeavesOutNodesBeforeJourneys) {
  ToolTest t;
  t.max_chars = 4000;
  Json journeys = Json::array();
  for (int i = 0; i < 30; ++i)
    journeys.push_back({{"_id", "J" + std::to_string(i)}, {"nodes", {{"n", {{"long", std::string(200, 'x')}}}}}});
  stub_lists(t, journeys);

  auto result = t.call("listJourneys", R"({"realm":"alpha","includeNodes":true})");

  EXPECT_THAT(result.json["result"], SizeIs(30));
  EXPECT_TRUE(result.json["result"][0].contains("nodeTypes"));
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

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_FALSE(result.json.contains("nodeData"));
}

TEST(GetJourney, AsksForEachTypeAndNodeOnce) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(two_nodes_of_a_type));
  stub_schema(t, "Ask");
  stub_node(t, "Ask", "n1");
  stub_node(t, "Ask", "n2");

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

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

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

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

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(
      base::print_json(result.json["nodeData"]),
      R"({"schemas":{},"configs":{"n1":{"_id":"n1"}},"errors":{"schemas":{"Ask":{"status":404,"message":"no type"}},)"
      R"("configs":{"n2":{"status":403,"message":"no"}}}})");
}

TEST(GetJourney, LeavesSchemasOutUnlessTold) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(R"({"n1":{"nodeType":"Ask"}})"));
  stub_node(t, "Ask", "n1");

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree"})");

  EXPECT_FALSE(result.json["nodeData"].contains("schemas"));
}

TEST(GetJourney, ReadsOnlyTheNamedNodes) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(two_nodes_of_a_type));
  stub_schema(t, "Ask");
  stub_node(t, "Ask", "n2");

  auto result =
      t.call("getJourney",
             R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true,"nodeIds":["n2"]})");

  EXPECT_EQ(base::print_json(result.json["nodeData"]["configs"]), R"({"n2":{"_id":"n2"}})");
}

TEST(GetJourney, FindsANamedNodeInsideAPageAndSaysWhichIsNowhere) {
  ToolTest t;
  t.tenant.json("GET", base_path + "/trees/Login", tree(a_page));
  stub_node(t, "PageNode", "p", R"(,"nodes":[{"_id":"c2","nodeType":"Pin"}])");
  stub_node(t, "Pin", "c2");

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","nodeIds":["c2","gone"]})");

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
  auto call = t.begin("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

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

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

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

  auto result =
      t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

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

  auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree"})");

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

  t.call("getJourney", R"({"realm":"alpha","journeyName":"Login","format":"tree","includeSchemas":true})");

  EXPECT_THAT(t.progress, ElementsAre("10 of 26 parts of the journey", "20 of 26 parts of the journey",
                                      "26 of 26 parts of the journey"));
}

}  // namespace
