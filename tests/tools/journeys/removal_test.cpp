// deleteJourney, deleteJourneyNodes, updateJourneyNode, setDefaultJourney, getJourneyPreviewUrl.
#include <gtest/gtest.h>

#include "support/tenant/empty_parts.h"
#include "support/tenant/tool_test.h"
#include "tools/journeys/graph.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* themes_path = "/openidm/config/ui/themerealm";
constexpr const char* newer_themes_path = "/openidm/config/ui/themeconfig";
constexpr const char* newer_list_path = "/openidm/config?_queryFilter=_id%20sw%20%22ui%2Ftheme-%22";
const std::string settings_path = "/am/json/alpha/realm-config/authentication";
const std::string at_trees = settings_path + "/authenticationtrees";
const std::string trees_path = at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes";
const std::string nodes_path = at_trees + "/nodes?_action=nextdescendents";
const std::string tree_path = at_trees + "/trees/Login";
const std::string ask_path = at_trees + "/nodes/Ask/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
constexpr const char* not_found = R"({"code":404,"reason":"Not Found","message":"Not Found"})";
constexpr const char* forbidden = R"({"code":403,"reason":"Forbidden","message":"Access denied"})";
constexpr const char* only_login = R"([{"_id":"Login","nodes":{}}])";
constexpr const char* login = R"({"realm":"alpha","journeyName":"Login"})";

void hold_journey(ToolTest& t, const std::string& core = R"({"orgConfig":"Other"})") {
  test::hold_empty_parts(t);
  t.tenant.http.always("GET", tree_path, 200,
                       R"({"_id":"Login","_rev":"1","nodes":{"a":{"nodeType":"Ask"},"p":{"nodeType":"PageNode"}}})");
  t.tenant.json("GET", settings_path, R"({"core":)" + core + "}");
  t.tenant.http.always("GET", themes_path, 404, not_found);
  t.tenant.http.always("GET", newer_themes_path, 404, not_found);
  t.tenant.http.always("GET", newer_list_path, 200, R"({"result":[]})");
}

// The tenant's nodes and journeys: what checks of use look at.
void hold_realm(ToolTest& t, const std::string& nodes, const std::string& trees) {
  t.tenant.json("POST", nodes_path, R"({"result":)" + nodes + "}");
  t.tenant.json("GET", trees_path, R"({"result":)" + trees + "}");
}

std::string in_list(const std::string& type, const std::string& id, const std::string& settings,
                    const std::string& version = "") {
  const auto told = version.empty() ? "" : R"(,"version":")" + version + R"(")";
  return R"({"_id":")" + id + R"(",)" + settings + R"("_type":{"_id":")" + type + R"(")" + told + "}}";
}

// Answers one PUT with what was sent, and shows that from then on.
void take_journey(ToolTest& t) {
  t.tenant.http.answer_with("PUT", tree_path, [&t](const test::Sent& sent) {
    t.tenant.http.always("GET", tree_path, 200, sent.body);
    return http::Response{.status = 200, .headers = {{"content-type", "application/json"}}, .body = sent.body};
  });
}

TEST(DeleteJourney, RefusesTheDefaultOneAlwaysAndUnknownOnes) {
  ToolTest t;
  hold_journey(t, R"({"orgConfig":"Login"})");
  hold_realm(t, "[]", only_login);

  EXPECT_THAT(t.call("deleteJourney", R"({"realm":"alpha","journeyName":"Login","force":true})"),
              Refuses("setDefaultJourney"));
  hold_realm(t, "[]", only_login);
  t.tenant.json("GET", settings_path, R"({"core":{"orgConfig":"Login"}})");
  t.tenant.json("GET", at_trees + "/trees/No", not_found, 404);
  EXPECT_THAT(t.call("deleteJourney", R"({"realm":"alpha","journeyName":"No"})"), Fails("not_found", "trees/No"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(DeleteJourney, RefusesOneThatOthersUseAndNamesThem) {
  ToolTest t;
  hold_journey(t);
  hold_realm(t,
             "[" + in_list("InnerTreeEvaluatorNode", "i", R"("tree":"Login",)") + "," +
                 in_list("InnerTreeEvaluatorNode", "j", R"("tree":"Else",)") + "," +
                 in_list("InnerTreeEvaluatorNode", "k", R"("tree":"Login",)") + "]",
             R"([{"_id":"Outer","nodes":{"i":{}}},{"_id":"NotMe","nodes":{"j":{}}},{"_id":"Login","nodes":{"k":{}}}])");

  const auto result = t.call("deleteJourney", login);

  EXPECT_THAT(result, Refuses("force: true"));
  EXPECT_EQ(base::print_json(result.json["detail"]["usedBy"]), R"(["Outer"])");
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(DeleteJourney, CountsAnUncheckedUseAsAFinding) {
  ToolTest t;
  hold_journey(t);
  t.tenant.json("POST", nodes_path, forbidden, 403);
  t.tenant.json("GET", trees_path, R"({"result":[]})");

  EXPECT_THAT(t.call("deleteJourney", login), Refuses("not checked"));
}

TEST(DeleteJourney, TakesAnAnswerWithoutAListForNoFinding) {
  for (const auto* body : {"", "{}", R"({"result":null})"}) {
    ToolTest t;
    hold_journey(t);
    t.tenant.json("POST", nodes_path, R"({"result":[]})");
    t.tenant.json("GET", trees_path, body);
    EXPECT_THAT(t.call("deleteJourney", login), Refuses("use inside other journeys not checked")) << body;
    EXPECT_THAT(t.writes, IsEmpty());
  }
}

TEST(DeleteJourney, MissesTheDefaultJourneyInAnAnswerWithoutSettings) {
  ToolTest t;
  hold_journey(t, "null");
  hold_realm(t, "[]", only_login);

  EXPECT_THAT(t.call("deleteJourney", login), Refuses("default journey not checked"));
}

TEST(DeleteJourney, LooksAtAllPagesForUses) {
  ToolTest t;
  hold_journey(t);
  t.tenant.json("POST", nodes_path,
                R"({"result":[)" + in_list("InnerTreeEvaluatorNode", "i", R"("tree":"Login",)") + "]}");
  t.tenant.json("GET", trees_path, R"({"result":[],"pagedResultsCookie":"c"})");
  t.tenant.json("GET", at_trees + "/trees?_queryFilter=true&_pageSize=-1&_pagedResultsCookie=c&_fields=_id%2Cnodes",
                R"({"result":[{"_id":"Outer","nodes":{"i":{}}}]})");

  EXPECT_THAT(t.call("deleteJourney", login), Refuses("used by Outer"));
}

test::CallResult delete_beside(const std::string& settings, const std::string& schema, int status) {
  ToolTest t;
  hold_journey(t);
  hold_realm(t, "[" + in_list("Starter", "i", settings) + "]", R"([{"_id":"Outer","nodes":{"i":{}}},{"_id":"Login"}])");
  t.tenant.http.always("POST", at_trees + "/nodes/Starter?_action=schema", status, schema);
  t.tenant.http.always("DELETE", tree_path, 200, "{}");
  t.tenant.http.always("GET", at_trees + "/nodes/Ask/a", 404, not_found);
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/p", 404, not_found);
  return t.call("deleteJourney", login);
}

TEST(DeleteJourney, FindsUsersOfAnyTypeByWhatTheirSettingsHold) {
  const auto beside = [](const std::string& settings) { return delete_beside(settings, not_found, 404); };
  const auto with_schema = [](const std::string& settings, const std::string& property) {
    return delete_beside(settings, R"({"properties":{"next":)" + property + "}}", 200);
  };

  EXPECT_THAT(beside(R"("tree":"Login",)"), Refuses("used by Outer"));
  EXPECT_THAT(beside(R"("deep":[{"fallbackJourney":"Login"}],)"), Refuses("used by Outer"));
  EXPECT_THAT(with_schema(R"("next":"Login",)", R"({"title":"Tree Name"})"), Refuses("used by Outer"));
  EXPECT_THAT(with_schema(R"("next":"Login",)", R"({"enum":["Login","Other"]})"), Refuses("used by Outer"));
  EXPECT_THAT(with_schema(R"("next":"Login",)", R"({"description":"Where the journey goes on"})"),
              Refuses("does not say what that is"));
  EXPECT_THAT(beside(R"("next":"Login",)"), Refuses("does not say what that is"));
  EXPECT_THAT(beside(R"("treeName":"&{esv.inner}",)"), Refuses("with a variable"));
  EXPECT_THAT(with_schema(R"("next":{"en":"Login"},)", R"({"title":"Heading"})"), Succeeds());
}

TEST(DeleteJourney, DeletesWhatTheTenantLeavesAndTellsWhichNodesAreGoneAndWhichStayed) {
  ToolTest t;
  hold_journey(t);
  t.tenant.json("POST", nodes_path, not_found, 404);
  t.tenant.json("GET", trees_path,
                R"({"result":[{"_id":"Login","nodes":{"a":{"nodeType":"Ask"},"p":{"nodeType":"PageNode"}}}]})");
  const std::string page = at_trees + "/nodes/PageNode/p";
  t.tenant.json("GET", at_trees + "/nodes/Ask/a", "{}");
  t.tenant.json("GET", page, R"({"nodes":[{"_id":"c","nodeType":"Pin"},{"_id":"d","nodeType":"Pin"}]})");
  t.tenant.json("GET", at_trees + "/nodes/Pin?_queryFilter=true",
                R"({"result":[)" + in_list("Pin", "c", "") + "," + in_list("Pin", "d", "") + "]}");
  t.tenant.json("GET", at_trees + "/nodes/PageNode?_queryFilter=true", R"({"result":[]})");
  for (const char* version : {"2.0", "3.0"})
    t.tenant.json("GET", at_trees + "/nodes/PageNode/" + version + "?_queryFilter=true", not_found, 404);
  t.tenant.json("DELETE", tree_path, "{}");
  t.tenant.json("GET", at_trees + "/nodes/Ask/a", not_found, 404);
  t.tenant.http.always("GET", page, 200, "{}");
  t.tenant.json("GET", at_trees + "/nodes/Pin/c", forbidden, 403);
  t.tenant.http.always("GET", at_trees + "/nodes/Pin/d", 200, "{}");
  t.tenant.json("DELETE", page, "{}");
  t.tenant.json("DELETE", at_trees + "/nodes/Pin/d", forbidden, 403);

  const auto result = t.call("deleteJourney", login);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json["nodesGone"]),
            R"([{"nodeType":"Ask","nodeId":"a"},{"nodeType":"PageNode","nodeId":"p"}])");
  EXPECT_EQ(base::print_json(result.json["nodesStayed"]), R"([{"nodeType":"Pin","nodeId":"d"}])");
  EXPECT_EQ(base::print_json(result.json["nodesNotChecked"]), R"([{"nodeType":"Pin","nodeId":"c"}])");
  EXPECT_FALSE(result.json.contains("nodesKept"));
}

// A page that stays keeps what is inside of it, and a deletion that nobody can tell of is not told as one that failed.
TEST(DeleteJourney, LeavesTheChildrenOfAPageThatCouldNotBeDeleted) {
  ToolTest t;
  hold_journey(t);
  hold_realm(t,
             "[" + in_list("Ask", "a", "") + "," + in_list("Pin", "c", "") + "," +
                 in_list("PageNode", "p", R"("nodes":[{"_id":"c","nodeType":"Pin"}],)") + "]",
             R"([{"_id":"Login","nodes":{"a":{"nodeType":"Ask"},"p":{"nodeType":"PageNode"}}}])");
  t.tenant.json("DELETE", tree_path, R"({"_id":"Login"})");
  for (const char* node : {"/nodes/PageNode/p", "/nodes/Pin/c"})
    t.tenant.http.always("GET", at_trees + node, 200, R"({"_id":"x"})");
  for (int reads = 0; reads < 2; ++reads) t.tenant.json("GET", at_trees + "/nodes/Ask/a", R"({"_id":"a"})");
  t.tenant.json("DELETE", at_trees + "/nodes/PageNode/p", forbidden, 403);
  t.tenant.http.lose_connection("DELETE", at_trees + "/nodes/Ask/a");
  t.tenant.json("GET", at_trees + "/nodes/Ask/a", forbidden, 403);

  const auto result = t.call("deleteJourney", login);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json["nodesGone"]), "[]");
  EXPECT_EQ(base::print_json(result.json["nodesStayed"]),
            R"([{"nodeType":"PageNode","nodeId":"p"},{"nodeType":"Pin","nodeId":"c"}])");
  EXPECT_EQ(base::print_json(result.json["nodesNotChecked"]), R"([{"nodeType":"Ask","nodeId":"a"}])");
}

// Another administrator makes a journey of a node that the deletion of this one left (R-WRT-14).
TEST(DeleteJourney, LeavesANodeToWhoTakesItWhileItWaits) {
  ToolTest t;
  hold_journey(t);
  const auto ask = in_list("Ask", "a", "");
  const auto path = at_trees + "/nodes/Ask/a";
  hold_realm(t, "[" + ask + "]", R"([{"_id":"Login","nodes":{"a":{"nodeType":"Ask"}}}])");
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/p", 404, not_found);
  t.tenant.http.always("GET", path, 200, "{}");
  t.tenant.json("DELETE", tree_path, "{}");
  t.tenant.http.answer_with("DELETE", path, [&](const test::Sent&) {
    hold_realm(t, "[" + ask + "]", R"([{"_id":"Theirs","nodes":{"a":{"nodeType":"Ask"}}}])");
    return http::Response{.status = 429, .headers = {{"Retry-After", "2"}}, .body = R"({"code":429})"};
  });

  auto running = t.begin("deleteJourney", login);
  while (t.clock.sleepers() > 0) t.clock.advance(t.clock.next_wake());
  const auto result = running.get();

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json["nodesGone"]), R"([{"nodeType":"PageNode","nodeId":"p"}])");
  EXPECT_EQ(base::print_json(result.json["nodesStayed"]), R"([{"nodeType":"Ask","nodeId":"a"}])");
}

// The tenant deletes the nodes that a journey holds, whoever else has them (R-JRN-20).
TEST(DeleteJourney, TakesItsNodesOutFirstWhereSomethingElseHasThem) {
  ToolTest t;
  hold_journey(t);
  const std::string page = in_list("PageNode", "p", R"("nodes":[{"_id":"c","nodeType":"Pin"}],)");
  const std::string orphan = in_list("PageNode", "q", R"("nodes":[{"_id":"c","nodeType":"Pin"}],)");
  hold_realm(t, "[" + in_list("Ask", "a", "") + "," + page + "," + orphan + "," + in_list("Pin", "c", "") + "]",
             R"([{"_id":"Login","nodes":{"a":{"nodeType":"Ask"},"p":{"nodeType":"PageNode"}}},
                 {"_id":"Other","nodes":{"a":{"nodeType":"Ask"}}}])");
  take_journey(t);
  t.tenant.json("DELETE", tree_path, "{}");
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/p", 200, "{}");
  t.tenant.json("DELETE", at_trees + "/nodes/PageNode/p", "{}");

  const auto result = t.call("deleteJourney", login);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json["nodesKept"]),
            R"([{"nodeType":"Ask","nodeId":"a","usedBy":["journey Other"]},)"
            R"({"nodeType":"Pin","nodeId":"c","usedBy":["page q"]}])");
  EXPECT_EQ(base::print_json(result.json["nodesGone"]), R"([{"nodeType":"PageNode","nodeId":"p"}])");
  EXPECT_THAT(t.writes, ElementsAre(HasSubstr("PUT"), HasSubstr("DELETE " + tree_path), HasSubstr("PageNode/p")));
}

TEST(DeleteJourney, SaysHowFarItCameWhenOnlyTheNodesCouldBeTakenOut) {
  ToolTest t;
  hold_journey(t);
  hold_realm(t, "[]", R"([{"_id":"Other","nodes":{"a":{"nodeType":"Ask"}}},{"_id":"Login"}])");
  t.tenant.http.always("GET", at_trees + "/nodes/Ask/a", 200, "{}");
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode?_queryFilter=true", 200, R"({"result":[]})");
  for (const char* version : {"2.0", "3.0"})
    t.tenant.http.always("GET", at_trees + "/nodes/PageNode/" + version + "?_queryFilter=true", 404, not_found);
  take_journey(t);
  t.tenant.json("DELETE", tree_path, forbidden, 403);

  EXPECT_THAT(t.call("deleteJourney", login), Fails("partial", "nodes were removed from Login"));
}

TEST(DeleteJourney, CountsNodesOfUnknownUseAsUsedEvenWhenForced) {
  ToolTest t;
  hold_journey(t);
  t.tenant.json("POST", nodes_path, forbidden, 403);
  t.tenant.json("GET", trees_path, forbidden, 403);
  take_journey(t);
  t.tenant.json("DELETE", tree_path, "{}");

  const auto result = t.call("deleteJourney", R"({"realm":"alpha","journeyName":"Login","force":true})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["nodesKept"].size(), 2U);
  EXPECT_THAT(base::print_json(result.json["nodesKept"]), HasSubstr("not checked"));
}

TEST(DeleteJourney, SaysThatItHappenedWhenTheAnswerWasLost) {
  ToolTest t;
  test::hold_empty_parts(t);
  for (int reads = 0; reads < 2; ++reads) t.tenant.json("GET", tree_path, R"({"_id":"Login"})");
  t.tenant.json("GET", settings_path, R"({"core":{}})");
  hold_realm(t, "[]", only_login);
  t.tenant.json("GET", themes_path, R"({"realm":{}})");
  t.tenant.http.lose_connection("DELETE", tree_path);
  t.tenant.json("GET", tree_path, not_found, 404);

  const auto result = t.call("deleteJourney", login);

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("shows that it took effect"));
}

TEST(DeleteJourney, TellsWhichThemesStillNameTheJourney) {
  const auto call_with = [](const std::string& themes, int status) {
    ToolTest t;
    test::hold_empty_parts(t);
    t.tenant.http.always("GET", tree_path, 200, R"({"_id":"Login"})");
    t.tenant.json("GET", settings_path, R"({"core":{}})");
    hold_realm(t, "[]", only_login);
    t.tenant.json("GET", themes_path, themes, status);
    t.tenant.http.always("GET", newer_themes_path, 404, not_found);
    t.tenant.http.always("GET", newer_list_path, 200, R"({"result":[]})");
    t.tenant.json("DELETE", tree_path, "{}");
    return t.call("deleteJourney", login);
  };

  const auto linked = call_with(
      R"({"realm":{"alpha":[{"_id":"1","name":"One","linkedTrees":["Other"]},{"_id":"2","name":"Two","linkedTrees":["Login"]}],
          "bravo":[{"_id":"3","name":"Three","linkedTrees":["Login"]}]}})",
      200);
  EXPECT_THAT(linked, Succeeds());
  EXPECT_EQ(base::print_json(linked.json["linkedThemes"]), R"([{"_id":"2","name":"Two"}])");
  EXPECT_THAT(call_with(forbidden, 403).notes, HasSubstr("Links of themes were not checked"));
  EXPECT_THAT(call_with(not_found, 404).notes, Not(HasSubstr("not checked")));
  EXPECT_THAT(call_with(R"({"realm":{"alpha":7}})", 200).notes,
              HasSubstr("not checked: The tenant's theme configuration"));
}

TEST(DeleteJourneyNodes, RefusesAnEmptyListAndHostileNames) {
  ToolTest t;

  EXPECT_THAT(t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[]})"), Refuses("nodes"));
  EXPECT_THAT(t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"../x"}]})"),
              Refuses("nodeId"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(DeleteJourneyNodes, KeepsUsedOnesAndReportsEach) {
  ToolTest t;
  const auto ask = [](const std::string& id) { return in_list("Ask", id, ""); };
  hold_realm(t,
             "[" + ask("a") + "," + ask("b") + "," + ask("c") + "," + in_list("Pin", "d", "") + "," +
                 in_list("PageNode", "p", R"("nodes":[{"_id":"c","nodeType":"Ask"}],)") + "," +
                 in_list("PageNode", "q", R"("nodes":[{"_id":"b","nodeType":"Ask"}],)") + "]",
             R"([{"_id":"Login","nodes":{"a":{"nodeType":"Ask"},"d":{"nodeType":"Pin"}}}])");
  for (const auto* unused : {"/nodes/PageNode/q", "/nodes/Ask/b"}) {
    t.tenant.json("GET", at_trees + unused, "{}");
    t.tenant.json("DELETE", at_trees + unused, "{}");
  }
  t.tenant.json("GET", at_trees + "/nodes/Ask/d", not_found, 404);

  const auto result = t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[
      {"nodeType":"Ask","nodeId":"a"},{"nodeType":"Ask","nodeId":"b"},{"nodeType":"Ask","nodeId":"c"},
      {"nodeType":"Ask","nodeId":"d"},{"nodeType":"PageNode","nodeId":"q"},{"nodeType":"Ask","nodeId":"b"}]})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["message"], "Nodes deleted: 2 of 5; kept because journeys or pages use them: 2; not found: 1.");
  const Json& results = result.json["results"];
  EXPECT_EQ(results[0]["usedBy"][0], "journey Login");
  EXPECT_EQ(results[1]["deleted"], true);
  EXPECT_EQ(results[2]["usedBy"][0], "page p");
  EXPECT_EQ(results[3]["error"]["status"], 404);
  EXPECT_EQ(results[4]["deleted"], true);
  EXPECT_EQ(result.json["successCount"], 2);
  EXPECT_EQ(result.json["errorCount"], 3);
  const auto requests = t.tenant.requests();
  const auto page = std::ranges::find(requests, "DELETE " + at_trees + "/nodes/PageNode/q");
  EXPECT_LT(page, std::ranges::find(requests, "DELETE " + at_trees + "/nodes/Ask/b"));
}

TEST(DeleteJourneyNodes, LooksAtPagesOfEveryVersionAndDeletesUnderIt) {
  ToolTest t;
  // This tenant's list of all nodes leaves out the later versions; the journey shows that there are some.
  hold_realm(t, "[" + in_list("Ask", "a", "", "1.0") + "]",
             R"([{"_id":"Login","nodes":{"p":{"nodeType":"PageNode","version":"2.0"}}}])");
  t.tenant.json("GET", at_trees + "/nodes/PageNode/2.0/p",
                R"({"_id":"p","nodes":[{"_id":"a","nodeType":"Ask","nodeVersion":"1.0"}]})");
  t.tenant.json("GET", at_trees + "/nodes/PageNode?_queryFilter=true", R"({"result":[]})");
  t.tenant.json("GET", at_trees + "/nodes/PageNode/2.0?_queryFilter=true",
                R"({"result":[)" + in_list("PageNode", "q", R"("nodes":[{"_id":"b","nodeType":"Ask"}],)", "2.0") + "," +
                    in_list("PageNode", "r", R"("nodes":[],)", "2.0") + "]}");
  t.tenant.json("GET", at_trees + "/nodes/PageNode/3.0?_queryFilter=true", not_found, 404);
  t.tenant.json("GET", at_trees + "/nodes/Ask/b", "{}");
  t.tenant.json("GET", at_trees + "/nodes/PageNode/2.0/r", "{}");
  t.tenant.json("DELETE", at_trees + "/nodes/PageNode/2.0/r", "{}");

  const auto result = t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"a"},
      {"nodeType":"Ask","nodeId":"b"},{"nodeType":"PageNode","nodeId":"r"}]})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["results"][0]["usedBy"][0], "page p");
  EXPECT_EQ(result.json["results"][1]["usedBy"][0], "page q");
  EXPECT_EQ(result.json["results"][2]["deleted"], true);
  EXPECT_EQ(t.tenant.sent().back().header("accept-api-version"), "protocol=2.1,resource=3.0");
}

TEST(DeleteJourneyNodes, DeletesNothingWhenTheUseCannotBeChecked) {
  ToolTest t;
  t.tenant.json("GET", trees_path, forbidden, 403);
  t.tenant.json("POST", nodes_path, R"({"result":[]})");

  const auto result = t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"a"}]})");

  EXPECT_THAT(result, Fails("unauthorized", "could not be checked"));
  EXPECT_THAT(result.text, HasSubstr("No node was deleted; not deleted because of an error: 1."));
  EXPECT_THAT(result.text, HasSubstr("deleteJourneyNodes with force: true"));
  EXPECT_THAT(result.text, Not(HasSubstr(R"("message":"Access denied")")));
  EXPECT_THAT(t.writes, IsEmpty());
}

// Each realm has a default journey, so that an empty list would not have shown a user either (R-WRT-16).
TEST(DeleteJourneyNodes, DeletesNothingWhenTheTenantShowsNoJourneys) {
  for (const char* trees : {"{}", R"({"result":[]})"}) {
    ToolTest t;
    t.tenant.json("GET", trees_path, trees);
    t.tenant.json("POST", nodes_path, R"({"result":[]})");

    const auto result = t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"a"}]})");

    EXPECT_TRUE(result.is_error) << trees;
    EXPECT_THAT(result.text, HasSubstr("could not be checked")) << trees;
    EXPECT_THAT(t.writes, IsEmpty());
  }
}

TEST(DeleteJourneyNodes, SaysThatNothingHappenedWhenTheNodeIsStillThere) {
  ToolTest t;
  t.tenant.http.always("DELETE", ask_path, 503, R"({"code":503,"message":"busy"})");
  t.tenant.http.always("GET", ask_path, 200, "{}");

  EXPECT_THAT(t.call("deleteJourneyNodes", R"({"realm":"alpha","force":true,"nodes":[{"nodeType":"Ask",)"
                                           R"("nodeId":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"}]})"),
              Fails("transient", "reading back shows that nothing was changed"));
}

TEST(DeleteJourneyNodes, NeverCallsANodeKeptOfWhichThatIsNotKnown) {
  const std::string at_b = at_trees + "/nodes/Ask/b";
  for (const bool with_another : {false, true}) {
    ToolTest t;
    t.tenant.json("GET", at_trees + "/nodes/Ask/a", "{}");
    t.tenant.http.always("DELETE", at_trees + "/nodes/Ask/a", 500, R"({"code":500,"message":"Internal Server Error"})");
    t.tenant.http.always("GET", at_trees + "/nodes/Ask/a", 403, forbidden);
    if (with_another) t.tenant.json("GET", at_b, "{}");
    if (with_another) t.tenant.json("DELETE", at_b, "{}");

    const std::string other = with_another ? R"(,{"nodeType":"Ask","nodeId":"b"})" : "";
    const auto result =
        t.call("deleteJourneyNodes",
               R"({"realm":"alpha","force":true,"nodes":[{"nodeType":"Ask","nodeId":"a"})" + other + "]}");

    EXPECT_EQ(result.is_error, !with_another);
    const auto& report = with_another ? result.json : result.json["detail"];
    EXPECT_EQ(report["message"], with_another ? "Nodes deleted: 1 of 2; not known whether deleted: 1."
                                              : "Nodes deleted: 0 of 1; not known whether deleted: 1.");
    EXPECT_TRUE(report["results"][0]["deleted"].is_null());
    EXPECT_THAT(report["results"][0]["error"]["message"].get<std::string>(),
                HasSubstr("reading back does not show whether it happened"));
  }
}

TEST(DeleteJourneyNodes, NeverCallsANodeDeletedThatWasNotThere) {
  ToolTest t;
  t.tenant.json("GET", ask_path, not_found, 404);
  hold_realm(t, "[]", only_login);

  const auto result = t.call("deleteJourneyNodes", R"({"realm":"alpha","force":true,"nodes":[{"nodeType":"Ask",)"
                                                   R"("nodeId":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"}]})");

  EXPECT_THAT(result, Fails("not_found", "No node was deleted"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(DeleteJourneyNodes, TakesAnUnreadableListOfJourneysForNotChecked) {
  ToolTest t;
  t.tenant.json("GET", trees_path, "no such page", 404);
  t.tenant.json("POST", nodes_path, R"({"result":[]})");

  EXPECT_THAT(t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"a"}]})").text,
              HasSubstr("could not be checked"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(DeleteJourneyNodes, KeepsChildrenOfAPageThatStays) {
  ToolTest t;
  hold_realm(t,
             "[" + in_list("PageNode", "p", R"("nodes":[{"_id":"c","nodeType":"Ask"}],)") + "," +
                 in_list("Ask", "c", "") + "]",
             R"([{"_id":"Login","nodes":{"p":{"nodeType":"PageNode"}}}])");

  EXPECT_THAT(
      t.call("deleteJourneyNodes",
             R"({"realm":"alpha","nodes":[{"nodeType":"PageNode","nodeId":"p"},{"nodeType":"Ask","nodeId":"c"}]})"),
      Refuses("page p"));
}

TEST(DeleteJourneyNodes, ForcesWithoutLookingForUses) {
  ToolTest t;
  t.tenant.json("GET", at_trees + "/nodes/Ask/a", "{}");
  t.tenant.json("DELETE", at_trees + "/nodes/Ask/a", "{}");

  EXPECT_THAT(
      t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"a"}],"force":true})"),
      Succeeds());
}

TEST(DeleteJourneyNodes, FindsTheVersionOfAForcedOneThatTheOlderPathLacks) {
  ToolTest t;
  t.tenant.json("GET", at_trees + "/nodes/Ask/a", not_found, 404);
  hold_realm(t, "[" + in_list("Ask", "a", "", "2.0") + "]", only_login);
  t.tenant.json("GET", at_trees + "/nodes/Ask/2.0/a", "{}");
  t.tenant.json("DELETE", at_trees + "/nodes/Ask/2.0/a", "{}");

  EXPECT_THAT(
      t.call("deleteJourneyNodes", R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"a"}],"force":true})"),
      Succeeds());
}

TEST(DeleteJourneyNodes, TakesTheOlderPathOfATenantThatHasNoVersions) {
  ToolTest t;
  t.tenant.json("GET", at_trees + "/nodes/Ask/1.0/a", not_found, 404);
  for (int reads = 0; reads < 2; ++reads) t.tenant.json("GET", at_trees + "/nodes/Ask/a", "{}");
  t.tenant.json("DELETE", at_trees + "/nodes/Ask/a", "{}");

  EXPECT_THAT(t.call("deleteJourneyNodes",
                     R"({"realm":"alpha","nodes":[{"nodeType":"Ask","nodeId":"a","version":"1.0"}],"force":true})"),
              Succeeds());
}

// Schemas that take any setting.
void take_any_settings(ToolTest& t) {
  for (const char* type : {"Ask", "Ask/2.0", "Pin", "Pin/2.0", "PageNode"})
    t.tenant.http.always("POST", at_trees + "/nodes/" + type + "?_action=schema", 200,
                         R"({"type":"object","patternProperties":{".*":{}}})");
}

std::string node_call(const std::string& more) {
  return R"({"realm":"alpha","nodeType":"Ask","nodeId":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a",)" + more + "}";
}

constexpr const char* stored_node =
    R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","_rev":"5","k":1,"q":"x","_type":{"_id":"Ask"},"_outcomes":[]})";

TEST(UpdateJourneyNode, WritesUnderTheVersionThatIsGivenOrFound) {
  const std::string id = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
  const std::string second = at_trees + "/nodes/Ask/2.0/" + id;
  for (const bool is_told : {true, false}) {
    ToolTest t;
    take_any_settings(t);
    if (!is_told) {
      t.tenant.json("GET", ask_path, not_found, 404);
      hold_realm(t, "[" + in_list("Ask", id, "", "2.0") + "]", only_login);
    }
    t.tenant.http.always("GET", second, 200, in_list("Ask", id, R"("k":1,)", "2.0"));
    t.tenant.json("PUT", second, in_list("Ask", id, R"("k":2,)", "2.0"));

    EXPECT_THAT(
        t.call("updateJourneyNode", node_call(is_told ? R"("config":{"k":2},"version":"2.0")" : R"("config":{"k":2})")),
        Succeeds());
    EXPECT_EQ(t.tenant.sent().back().header("accept-api-version"), "protocol=2.1,resource=3.0");
  }
}

TEST(UpdateJourneyNode, DoesNotTakeTheNodeOfAnotherVersionForTheOneAskedFor) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.json("GET", at_trees + "/nodes/Ask/2.0/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", not_found, 404);
  t.tenant.json("GET", ask_path, in_list("Ask", "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", "", "1.0"));

  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{},"version":"2.0")")), Fails("not_found", "2.0"));
}

TEST(UpdateJourneyNode, StopsWhereThereIsNoNode) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.json("GET", ask_path, not_found, 404);
  hold_realm(t, "[]", only_login);

  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{})")), Fails("not_found", "Ask"));
  EXPECT_THAT(t.call("updateJourneyNode", R"({"realm":"alpha","nodeType":"Ask","nodeId":"x","config":{}})"),
              Refuses("nodeId"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(UpdateJourneyNode, ReplacesAllSettingsAndForcesTheId) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.http.always("GET", ask_path, 200, stored_node);
  t.tenant.json(
      "PUT", ask_path,
      R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","_rev":"6","k":2.50,"added":false,"_type":{},"_outcomes":[]})");

  const auto result =
      t.call("updateJourneyNode", node_call(R"("config":{"_id":"z","_rev":"9","_type":{},"_outcomes":[],"k":2.50})"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(t.tenant.sent().back().body, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","k":2.50})");
  EXPECT_EQ(t.tenant.sent().back().header("accept-api-version"), "protocol=2.1,resource=1.0");
  EXPECT_EQ(result.json["revision"], "6");
}

TEST(UpdateJourneyNode, MergesWhenTold) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.http.always("GET", ask_path, 200, stored_node);
  t.tenant.json("PUT", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","_rev":"6","k":2,"q":"x"})");

  ASSERT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":2},"merge":true,"revision":"5")")), Succeeds());
  EXPECT_EQ(t.tenant.sent().back().body, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","k":2,"q":"x"})");
}

TEST(UpdateJourneyNode, RefusesAnotherRevisionAndWritesNothingThatIsInPlace) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.http.always("GET", ask_path, 200, stored_node);

  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":2},"revision":"4")")),
              Fails("conflict", "\\\"5\\\""));
  const auto same = t.call("updateJourneyNode", node_call(R"("config":{"k":1},"merge":true)"));
  EXPECT_THAT(same, Succeeds());
  EXPECT_THAT(same.text, HasSubstr("nothing was written"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(UpdateJourneyNode, TellsWhatDoesNotShow) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.http.always("GET", ask_path, 200, stored_node);
  t.tenant.json("PUT", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","_rev":"6","k":1,"pin":null})");

  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":2,"pin":"hidden"})")), Fails("partial", "/k"));
}

TEST(UpdateJourneyNode, KeepsTheVersionsOfAPagesChildrenAndBearsWhatTheTenantAdds) {
  ToolTest t;
  take_any_settings(t);
  const auto page = at_trees + "/nodes/PageNode/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
  t.tenant.http.always("GET", page, 200,
                       R"({"_id":"0a","_rev":"5","nodes":[{"_id":"c","nodeType":"Pin","nodeVersion":"2.0"},)"
                       R"({"_id":"d","nodeType":"Pin"}]})");
  t.tenant.http.always("GET", at_trees + "/nodes/Pin/d", 200, R"({"_id":"d","q":0})");
  t.tenant.json("PUT", at_trees + "/nodes/Pin/d", R"({"_id":"d","q":1,"added":true})");
  t.tenant.json("PUT", page,
                R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","_rev":"6","stage":"s","nodes":[{"_id":"c",)"
                R"("nodeType":"Pin","nodeVersion":"2.0"},{"_id":"d","nodeType":"Pin","nodeVersion":"1.0"}]})");

  const auto result = t.call(
      "updateJourneyNode",
      R"({"realm":"alpha","nodeType":"PageNode","nodeId":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","config":{"stage":"s",)"
      R"("nodes":[{"_id":"c","nodeType":"Pin"},{"_id":"d","nodeType":"Pin","_properties":{"q":1}}]}})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(t.tenant.sent().back().body, HasSubstr(R"({"_id":"c","nodeType":"Pin","nodeVersion":"2.0"})"));
}

constexpr const char* page_call_start =
    R"({"realm":"alpha","nodeType":"PageNode","nodeId":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","config":{"nodes":)";

TEST(UpdateJourneyNode, TellsWhichNodesOfAPageWereWrittenWhereItStops) {
  ToolTest t;
  take_any_settings(t);
  const auto page = at_trees + "/nodes/PageNode/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
  t.tenant.http.always(
      "GET", page, 200,
      R"({"_id":"0a","_rev":"5","nodes":[{"_id":"c","nodeType":"Pin"},{"_id":"d","nodeType":"Pin"}]})");
  for (const std::string id : {"c", "d"}) t.tenant.http.always("GET", at_trees + "/nodes/Pin/" + id, 200, R"({"q":0})");
  t.tenant.json("PUT", at_trees + "/nodes/Pin/c", R"({"_id":"c","q":1})");
  t.tenant.json("PUT", at_trees + "/nodes/Pin/d", R"({"code":400,"message":"Bad"})", 400);

  const auto result = t.call("updateJourneyNode", std::string(page_call_start) +
                                                      R"([{"_id":"c","nodeType":"Pin","_properties":{"q":1}},)"
                                                      R"({"_id":"d","nodeType":"Pin","_properties":{"q":2}}]}})");

  EXPECT_THAT(result, Fails("partial", "Bad"));
  EXPECT_EQ(base::print_json(result.json["done"]), R"(["node c of type Pin written"])");
  EXPECT_EQ(base::print_json(result.json["notDone"]),
            R"(["node d of type Pin written","page 0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a written"])");
  EXPECT_THAT(t.tenant.requests().back(), Not(HasSubstr("PUT " + page)));
}

TEST(UpdateJourneyNode, ChangesNoNodeInsideAPageOfAnotherRevision) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", 200,
                       R"({"_id":"0a","_rev":"5","nodes":[{"_id":"c","nodeType":"Pin"}]})");
  t.tenant.http.always("GET", at_trees + "/nodes/Pin/c", 200, R"({"q":0})");

  EXPECT_THAT(
      t.call("updateJourneyNode",
             std::string(page_call_start) + R"([{"_id":"c","nodeType":"Pin","_properties":{"q":1}}]},"revision":"4"})"),
      Fails("conflict", "nothing was written"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(UpdateJourneyNode, LooksForAllSecretsOfAPageBeforeItWritesAny) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", 200,
                       R"({"_id":"0a","nodes":[{"_id":"c","nodeType":"Pin"},{"_id":"d","nodeType":"Pin"}]})");
  for (const std::string id : {"c", "d"}) t.tenant.http.always("GET", at_trees + "/nodes/Pin/" + id, 200, R"({"q":0})");

  EXPECT_THAT(t.call("updateJourneyNode", std::string(page_call_start) +
                                              R"([{"_id":"c","nodeType":"Pin","_properties":{"q":1}},)"
                                              R"({"_id":"d","nodeType":"Pin","_properties":{"pin":"[redacted]"}}]}})"),
              Refuses("config.nodes[1]._properties/pin"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(UpdateJourneyNode, TakesNoNodeOfAnotherPageForItsOwn) {
  ToolTest t;
  take_any_settings(t);
  const std::string theirs = "0c0c0c0c-0c0c-4c0c-8c0c-0c0c0c0c0c0c";
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", 200,
                       R"({"_id":"0a","nodes":[]})");
  t.tenant.http.always("POST", at_trees + "/nodes?_action=nextdescendents", 200,
                       R"({"result":[{"_id":"0b","nodes":[{"_id":")" + theirs +
                           R"(","nodeType":"Pin"}],"_type":{"_id":"PageNode"}},)" + R"({"_id":")" + theirs +
                           R"(","_type":{"_id":"Pin"}}]})");
  t.tenant.http.always("GET", at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes", 200,
                       R"({"result":[{"_id":"Default","nodes":{}}]})");
  const auto own = tools::journeys::derived_id("alpha", "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a", theirs);
  t.tenant.http.always("GET", at_trees + "/nodes/Pin/" + own, 404, R"({"code":404,"message":"Not Found"})");
  t.tenant.json("PUT", at_trees + "/nodes/Pin/" + own, R"({"_id":")" + own + R"(","q":1})", 201);
  t.tenant.json(
      "PUT", at_trees + "/nodes/PageNode/0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a",
      R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","nodes":[{"_id":")" + own + R"(","nodeType":"Pin"}]})");

  const auto result = t.call("updateJourneyNode", std::string(page_call_start) + R"([{"_id":")" + theirs +
                                                      R"(","nodeType":"Pin","_properties":{"q":1}}]}})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["nodeIdMapping"][theirs], own);
  EXPECT_THAT(result.notes, HasSubstr("belong to nodes of other journeys"));
}

TEST(UpdateJourneyNode, DoesNotMindThatATenantLeavesOutWhatIsEmpty) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.json("PUT", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","_rev":"6","k":2})");
  t.tenant.http.always("GET", ask_path, 200, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","_rev":"6","k":2})");

  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":2,"stage":"","x":null,"l":[]})")), Succeeds());
}

constexpr const char* settings =
    R"({"_id":"","security":{"n":1.50},"core":{"orgConfig":"Old","adminAuthModule":"Admins"}})";

TEST(UpdateJourneyNode, BearsASecretThatTheTenantKeepsToItself) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.json("GET", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","k":1})");
  t.tenant.json("GET", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","k":1})");
  t.tenant.json("PUT", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","k":1})");
  t.tenant.json("GET", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","k":1})");

  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":1,"password":"given password"})")), Succeeds());
}

TEST(UpdateJourneyNode, TellsWhenASettingWasDropped) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.json("GET", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"})");
  t.tenant.json("GET", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"})");
  t.tenant.json("PUT", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"})");
  t.tenant.json("GET", ask_path, R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"})");

  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":1})")), Fails("partial", "/k"));
}

TEST(UpdateJourneyNode, KeepsASecretThatAResultHid) {
  ToolTest t;
  take_any_settings(t);
  t.tenant.http.always("GET", ask_path, 200,
                       R"({"_id":"0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a","k":1,"password":"stored password"})");
  t.tenant.http.answer_with("PUT", ask_path, [](const test::Sent& sent) {
    return http::Response{.status = 400,
                          .headers = {{"content-type", "application/json"}},
                          .body = base::print_json({{"code", 400}, {"message", "Disliked: " + sent.body}})};
  });

  const auto refused = t.call("updateJourneyNode", node_call(R"("config":{"k":2,"password":"[redacted]"})"));

  EXPECT_EQ(base::parse_json(t.tenant.sent().back().body)["password"], "stored password");
  EXPECT_THAT(refused.text, Not(HasSubstr("stored password")));
  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":1,"password":"[redacted]"})")).text,
              HasSubstr("nothing was written"));
  EXPECT_THAT(t.call("updateJourneyNode", node_call(R"("config":{"k":"[redacted]"})")),
              Refuses("config/k is a placeholder for"));
}

TEST(SetDefaultJourney, RefusesUnknownDisabledAndInnerOnes) {
  ToolTest t;
  t.tenant.http.always("GET", settings_path, 200, settings);
  t.tenant.json("GET", tree_path, not_found, 404);
  EXPECT_THAT(t.call("setDefaultJourney", login), Fails("not_found", "Login"));
  t.tenant.json("GET", tree_path, R"({"_id":"Login","enabled":false})");
  EXPECT_THAT(t.call("setDefaultJourney", login), Refuses("disabled"));
  t.tenant.json("GET", tree_path, R"({"_id":"Login","enabled":true,"innerTreeOnly":true})");
  EXPECT_THAT(t.call("setDefaultJourney", login), Refuses("inside other journeys"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(SetDefaultJourney, SendsTheTwoSettingsAndChecksTheAnswer) {
  ToolTest t;
  t.tenant.json("GET", tree_path, R"({"_id":"Login"})");
  t.tenant.http.always("GET", settings_path, 200, settings);
  t.tenant.json("PUT", settings_path,
                R"({"security":{"n":1.50},"core":{"orgConfig":"Login","adminAuthModule":"Admins"},"_id":""})");

  const auto result = t.call("setDefaultJourney", login);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(t.tenant.sent().back().body, R"({"orgConfig":"Login","adminAuthModule":"Admins"})");
  EXPECT_EQ(t.tenant.sent().back().header("accept-api-version"), "protocol=1.0,resource=1.0");
  EXPECT_EQ(result.json["id"], "Login");
  EXPECT_EQ(base::print_json(result.json["changed"]), R"([{"path":"/core/orgConfig","before":"Old","after":"Login"}])");
}

TEST(SetDefaultJourney, TellsWhenItDoesNotShow) {
  ToolTest t;
  t.tenant.json("GET", tree_path, R"({"_id":"Login"})");
  t.tenant.http.always("GET", settings_path, 200, settings);
  t.tenant.json("PUT", settings_path, settings);

  EXPECT_THAT(t.call("setDefaultJourney", login), Fails("partial", "orgConfig"));
}

TEST(SetDefaultJourney, WritesNothingThatIsInPlaceAndManagesWithoutCore) {
  ToolTest t;
  t.tenant.http.always("GET", tree_path, 200, R"({"_id":"Login"})");
  t.tenant.json("GET", settings_path, R"({"core":{"orgConfig":"Login"}})");
  EXPECT_THAT(t.call("setDefaultJourney", login), Succeeds());
  EXPECT_THAT(t.writes, IsEmpty());

  t.tenant.json("GET", settings_path, R"({"_id":""})");
  t.tenant.json("GET", settings_path, R"({"_id":""})");
  t.tenant.json("PUT", settings_path, R"({"_id":"","core":{"orgConfig":"Login","adminAuthModule":"Login"}})");
  EXPECT_THAT(t.call("setDefaultJourney", login), Succeeds());
  EXPECT_EQ(t.tenant.sent().back().body, R"({"orgConfig":"Login","adminAuthModule":"Login"})");
}

TEST(GetJourneyPreviewUrl, GivesTheAddressWithoutARequest) {
  ToolTest t;

  EXPECT_EQ(
      base::print_json(t.call("getJourneyPreviewUrl", R"({"realm":"alpha","journeyName":"Sign in & up"})").json),
      R"({"realm":"alpha","journeyName":"Sign in & up","previewUrl":"https://tenant.example/am/XUI/?realm=/alpha&authIndexType=service&authIndexValue=Sign%20in%20%26%20up"})");
  EXPECT_EQ(t.call("getJourneyPreviewUrl", R"({"realm":"bravo"})").json["previewUrl"],
            "https://tenant.example/am/XUI/?realm=/bravo");
  EXPECT_EQ(t.call("getJourneyPreviewUrl", R"({"realm":"bravo"})").json["journeyName"], "(default)");
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
  EXPECT_THAT(t.scopes, IsEmpty());
}

}  // namespace
