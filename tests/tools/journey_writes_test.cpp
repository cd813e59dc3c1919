// createJourney, updateJourney, and getJourney's editable form: what goes over the wire and what is told.
#include <gtest/gtest.h>

#include "support/tool_test.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string at_trees = "/am/json/alpha/realm-config/authentication/authenticationtrees";
const std::string tree_path = at_trees + "/trees/Sign%20in";
const std::string types_path = at_trees + "/nodes?_action=getAllTypes";
constexpr const char* not_found = R"({"code":404,"reason":"Not Found","message":"Not Found"})";
const std::string id_a = "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a";
const std::string id_b = "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b";
const std::string id_c = "0c0c0c0c-0c0c-4c0c-8c0c-0c0c0c0c0c0c";
const std::string success = "70e691a5-1e33-4ac3-a356-e7b6d60d92e0";

Json json(const std::string& text) {
  return base::parse_json(text);
}

// A tenant with the node types Ask, Pin and PageNode, whose nodes have the outcome "true".
void know_types(ToolTest& t) {
  t.tenant.http.always("POST", types_path, 200, R"({"result":[{"_id":"Ask"},{"_id":"Pin"},{"_id":"PageNode"}]})");
  for (const char* type : {"Ask", "Pin", "PageNode"})
    t.tenant.http.always("POST", at_trees + "/nodes/" + type + "?_action=listOutcomes", 200,
                         R"([{"id":"true","displayName":"True"}])");
}

void hold_node(ToolTest& t, const std::string& type, const std::string& id, const std::string& settings) {
  t.tenant.http.always("GET", at_trees + "/nodes/" + type + "/" + id, 200, settings);
}

// Keeps the settings that came with a journey, those inside of pages too.
void store_settings(ToolTest& t, const Json& tree) {
  for (const auto& [id, node] : tree["nodes"].items()) {
    Json config = node["config"];
    if (config.contains("nodes")) {
      for (Json& child : config["nodes"]) {
        const Json& own = base::member(child, "_properties");
        hold_node(t, child["nodeType"], child["_id"], own.is_null() ? "{}" : base::print_json(own));
        child.erase("_properties");
      }
    }
    hold_node(t, node["nodeType"], id, base::print_json(config));
  }
}

// Answers a PUT with what was sent, as the tenant does: without nodes' settings, with members of its own.
void store(ToolTest& t, int status = 200) {
  t.tenant.http.answer_with("PUT", tree_path, [status, &t](const test::Sent& sent) {
    Json stored = base::parse_json(sent.body);
    if (sent.body.contains("\"config\"")) store_settings(t, stored);
    stored["_rev"] = "99";
    stored["innerTreeOnly"] = base::member(stored, "innerTreeOnly") == true;
    for (Json& node : stored["nodes"]) {
      node.erase("config");
      if (!node.contains("version")) node["version"] = "1.0";
    }
    return net::Response{
        .status = status, .headers = {{"content-type", "application/json"}}, .body = base::print_json(stored)};
  });
}

const Json& put_body(const ToolTest& t) {
  static Json body;
  body = nullptr;
  for (const auto& sent : t.tenant.sent()) {
    if (sent.method == "PUT") body = base::parse_json(sent.body);
  }
  return body;
}

std::string node(const std::string& connections, const std::string& type = "Ask", const std::string& config = "{}") {
  return R"({"nodeType":")" + type + R"(","displayName":"N","connections":)" + connections + R"(,"config":)" + config +
         "}";
}

std::string create(const std::string& nodes, const std::string& more = "") {
  return R"({"realm":"alpha","journeyName":"Sign in","journeyData":{"entryNodeId":"a","nodes":)" + nodes + "}" + more +
         "}";
}

std::string update(const std::string& more) {
  return R"({"realm":"alpha","journeyName":"Sign in",)" + more + "}";
}

const std::string stored_tree =
    R"({"_id":"Sign in","_rev":"7","identityResource":"managed/alpha_user","entryNodeId":")" + id_a +
    R"(","innerTreeOnly":true,"description":"Old","enabled":false,"odd":1.50,"uiConfig":{"categories":"[]"},"nodes":{")" +
    id_a + R"(":{"nodeType":"Ask","displayName":"N","connections":{"true":")" + id_b +
    R"("},"version":"1.0","x":300,"y":40},")" + id_b +
    R"(":{"nodeType":"PageNode","displayName":"P","connections":{"true":")" + success +
    R"("},"version":"1.0","x":600,"y":40}},"staticNodes":{"startNode":{"x":1,"y":2}}})";
const std::string stored_page =
    R"({"_id":")" + id_b + R"(","_rev":"3","nodes":[{"_id":")" + id_c + R"(","nodeType":"Pin"}]})";

void hold_tree(ToolTest& t, const std::string& tree = stored_tree) {
  t.tenant.http.always("GET", tree_path, 200, tree);
}
void hold_page(ToolTest& t) {
  t.tenant.http.always("GET", at_trees + "/nodes/PageNode/" + id_b, 200, stored_page);
}

TEST(CreateJourney, RefusesAWrongGraphWithAllFaultsAndSendsNothing) {
  ToolTest t;

  const auto result = t.call(
      "createJourney", create(R"({"b":)" + node(R"({"x":"b","y":"nope"})") + R"(,"Success":)" + node("{}") + "}"));

  EXPECT_THAT(result, Refuses("entryNodeId"));
  EXPECT_THAT(result.text, HasSubstr("journeyData.nodes.b.connections.x"));
  EXPECT_THAT(result.text, HasSubstr("journeyData.nodes.b.connections.y"));
  EXPECT_THAT(result.text, HasSubstr("journeyData.nodes.Success"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(CreateJourney, RefusesUnknownMembersOfNodes) {
  ToolTest t;
  auto graph = json(create(R"({"a":)" + node("{}") + "}"));
  graph["journeyData"]["nodes"]["a"]["display"] = "x";

  EXPECT_THAT(t.call("createJourney", base::print_json(graph)), Refuses("displayName"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(CreateJourney, RefusesAnExistingJourney) {
  ToolTest t;
  hold_tree(t);

  EXPECT_THAT(t.call("createJourney", create(R"({"a":)" + node("{}") + "}")), Fails("conflict", "replace: true"));
  EXPECT_THAT(t.tenant.requests(), ElementsAre("GET " + tree_path));
}

TEST(CreateJourney, RefusesTypesThatTheTenantDoesNotKnow) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  t.tenant.http.always("POST", at_trees + "/nodes/Ack?_action=listOutcomes", 404, not_found);

  EXPECT_THAT(t.call("createJourney", create(R"({"a":)" + node("{}", "Ack") + "}")), Refuses("the nearest: Ask"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(CreateJourney, StoresTheWholeJourneyInOnePut) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  store(t, 201);

  const auto result = t.call(
      "createJourney",
      create(R"({"a":)" + node(R"({"true":"p"})", "Ask", R"({"_rev":"1","k":[1.50]})") + R"(,"p":)" +
                 node(R"({"true":"SUCCESS"})", "PageNode", R"({"nodes":[{"_id":"pin","nodeType":"Pin"}]})") + "}",
             R"(,"description":"","identityResource":"managed/alpha_user")"));

  ASSERT_THAT(result, Succeeds());
  const Json ids = result.json["nodeIdMapping"];
  const auto a = ids["a"].get<std::string>();
  const auto p = ids["p"].get<std::string>();
  const Json& body = put_body(t);
  EXPECT_EQ(base::print_json(body["staticNodes"]),
            R"({"startNode":{"x":50,"y":250},"70e691a5-1e33-4ac3-a356-e7b6d60d92e0":{"x":550,"y":150},)"
            R"("e301438c-0bd0-429c-ab0c-66126501069a":{"x":550,"y":350}})");
  EXPECT_EQ(body["_id"], "Sign in");
  EXPECT_EQ(body["description"], "");
  EXPECT_EQ(body["identityResource"], "managed/alpha_user");
  EXPECT_EQ(body["entryNodeId"], a);
  EXPECT_EQ(base::print_json(body["nodes"][a]["config"]), R"({"_id":")" + a + R"(","k":[1.50]})");
  EXPECT_EQ(body["nodes"][a]["connections"]["true"], p);
  EXPECT_EQ(body["nodes"][p]["connections"]["true"], success);
  EXPECT_EQ(body["nodes"][p]["config"]["nodes"][0]["_id"], ids["pin"]);
  EXPECT_THAT(body, SizeIs(6));
  EXPECT_EQ(result.json["revision"], "99");
  EXPECT_THAT(t.writes, SizeIs(1));
  for (const auto& sent : t.tenant.sent()) {
    EXPECT_EQ(sent.header("accept-api-version"), "protocol=2.1,resource=1.0");
    EXPECT_EQ(sent.header("if-match") + sent.header("if-none-match"), "");
  }
  EXPECT_THAT(t.scopes, Each(aic::Scopes{"fr:am:*"}));
}

TEST(CreateJourney, WarnsOfLostNodesAndDoubtfulOutcomes) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  store(t, 201);

  const auto result = t.call("createJourney", create(R"({"a":)" + node(R"({"maybe":"success"})") + R"(,"lost":)" +
                                                     node(R"({"true":"a"})") + "}"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("No way leads to: lost."));
  EXPECT_THAT(result.notes, HasSubstr("Node \"a\" has no outcome \"maybe\""));
  EXPECT_THAT(result.notes, HasSubstr("Outcome \"true\" of node \"a\" leads nowhere."));
}

TEST(CreateJourney, GoesOnWithoutItsChecksAndSaysSo) {
  ToolTest t;
  t.tenant.http.always("GET", tree_path, 404, not_found);
  t.tenant.http.always("POST", types_path, 403, R"({"code":403,"message":"no"})");
  t.tenant.http.always("POST", at_trees + "/nodes/Ask?_action=listOutcomes", 400, R"({"code":400,"message":"no"})");
  store(t, 201);

  const auto result = t.call("createJourney", create(R"({"a":)" + node("{}") + "}"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("node types were not checked"));
  EXPECT_THAT(result.notes, HasSubstr("outcomes of \"a\" were not checked"));
}

TEST(CreateJourney, SaysWhatItMeansToGiveIds) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  store(t, 201);
  Json arguments = json(create("{}"));
  arguments["journeyData"]["entryNodeId"] = id_a;
  arguments["journeyData"]["nodes"][id_a] = json(node(R"({"true":"success"})"));

  const auto result = t.call("createJourney", base::print_json(arguments));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("shares its settings"));
  EXPECT_THAT(
      t.tenant.requests(),
      ElementsAre("GET " + tree_path, "POST " + types_path, "POST " + at_trees + "/nodes/Ask?_action=listOutcomes",
                  "GET " + tree_path, "PUT " + tree_path, "GET " + at_trees + "/nodes/Ask/" + id_a));
}

TEST(CreateJourney, TellsWhichNodesAreNotAsAsked) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  t.tenant.http.answer_with("PUT", tree_path, [&](const test::Sent& sent) {
    Json stored = base::parse_json(sent.body);
    store_settings(t, stored);
    for (const auto& [id, node] : stored["nodes"].items()) {
      if (node["config"]["k"] == 1) hold_node(t, "Ask", id, R"({"k":2,"password":null})");
      if (node["config"]["k"] == 3) t.tenant.http.always("GET", at_trees + "/nodes/Ask/" + id, 404, not_found);
      node.erase("config");
    }
    return net::Response{
        .status = 201, .headers = {{"content-type", "application/json"}}, .body = base::print_json(stored)};
  });

  const auto result =
      t.call("createJourney", create(R"({"a":)" + node(R"({"true":"b"})", "Ask", R"({"k":1,"password":"p","e":""})") +
                                     R"(,"b":)" + node(R"({"true":"c"})", "Ask", R"({"k":3})") + R"(,"c":)" +
                                     node(R"({"true":"success"})", "Ask", R"({"k":4})") + "}"));

  EXPECT_THAT(result, Fails("partial", "2 of its 3 nodes are not as asked"));
  const Json& ids = result.json["detail"]["nodeIdMapping"];
  EXPECT_EQ(base::print_json(result.json["notDone"]),
            R"([{"nodeType":"Ask","nodeId":)" + base::print_json(ids["a"]) + R"(,"problem":"not as asked at /k"},)" +
                R"({"nodeType":"Ask","nodeId":)" + base::print_json(ids["b"]) + R"(,"problem":"missing"}])");
}

TEST(CreateJourney, SaysWhichNodesCouldNotBeChecked) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  store(t, 201);
  Json arguments = json(create("{}"));
  arguments["journeyData"]["entryNodeId"] = id_a;
  arguments["journeyData"]["nodes"][id_a] = json(node(R"({"true":"success"})"));
  t.tenant.json("GET", at_trees + "/nodes/Ask/" + id_a, R"({"code":403,"message":"no"})", 403);

  const auto result = t.call("createJourney", base::print_json(arguments));

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("not checked: " + id_a));
}

TEST(CreateJourney, RefusesStandInsForSecretsThatDoNotExist) {
  ToolTest t;
  const auto graph = R"({"a":)" + node("{}", "Ask", R"({"deep":{"privateKey":"[redacted]"}})") + "}";

  EXPECT_THAT(t.call("createJourney", create(graph)), Refuses("journeyData.nodes.a.config.deep.privateKey"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());

  t.tenant.http.always("GET", tree_path, 404, not_found);
  EXPECT_THAT(t.call("createJourney", create(graph, R"(,"replace":true)")),
              Refuses("nodes.a.config/deep/privateKey stands for a secret"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(CreateJourney, ReplacesAGraphAndKeepsTheSettings) {
  ToolTest t;
  know_types(t);
  hold_tree(t);
  hold_page(t);
  store(t);

  const auto result =
      t.call("createJourney", create(R"({"a":)" + node(R"({"true":"success"})") + "}", R"(,"replace":true)"));

  ASSERT_THAT(result, Succeeds());
  const Json& body = put_body(t);
  EXPECT_FALSE(body.contains("_rev"));
  EXPECT_EQ(body["enabled"], false);
  EXPECT_EQ(body["innerTreeOnly"], true);
  EXPECT_EQ(base::number_text(body["odd"]), "1.50");
  EXPECT_EQ(body["description"], "Old");
  EXPECT_EQ(base::print_json(body["staticNodes"]), R"({"startNode":{"x":1,"y":2}})");
  EXPECT_THAT(body["nodes"], SizeIs(1));
  EXPECT_EQ(base::print_json(result.json["orphans"]), R"([{"nodeType":"Ask","nodeId":")" + id_a +
                                                          R"("},{"nodeType":"PageNode","nodeId":")" + id_b +
                                                          R"("},{"nodeType":"Pin","nodeId":")" + id_c + R"("}])");
}

TEST(CreateJourney, TellsWhatATenantStoredOtherwise) {
  ToolTest t;
  know_types(t);
  t.tenant.json("GET", tree_path, not_found, 404);
  t.tenant.json("GET", tree_path, not_found, 404);
  t.tenant.json("PUT", tree_path, R"({"_id":"Sign in","_rev":"1","entryNodeId":"x","nodes":{},"staticNodes":{}})", 201);

  EXPECT_THAT(t.call("createJourney", create(R"({"a":)" + node("{}") + "}")), Fails("partial", "entryNodeId"));
}

TEST(CreateJourney, SaysThatItHappenedWhenTheAnswerWasLost) {
  ToolTest t;
  know_types(t);
  t.tenant.json("GET", tree_path, not_found, 404);
  t.tenant.json("GET", tree_path, not_found, 404);
  t.tenant.http.lose_connection("PUT", tree_path);
  t.tenant.http.answer_with("GET", tree_path, [&](const test::Sent&) {
    store_settings(t, put_body(t));
    return net::Response{
        .status = 200, .headers = {{"content-type", "application/json"}}, .body = base::print_json(put_body(t))};
  });

  const auto result = t.call("createJourney", create(R"({"a":)" + node("{}") + "}"));

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("shows that it happened"));
}

TEST(UpdateJourney, RefusesHalfAGraphAndNothingAtAllWithoutARequest) {
  ToolTest t;

  EXPECT_THAT(t.call("updateJourney", update(R"("entryNodeId":"a")")), Refuses("belong together"));
  EXPECT_THAT(t.call("updateJourney", update(R"("nodes":{})")), Refuses("belong together"));
  EXPECT_THAT(t.call("updateJourney", update(R"("removeOrphans":true)")), Refuses("at least one thing"));
  EXPECT_THAT(t.call("updateJourney", update(R"("entryNodeId":"a","nodes":{"a":)" + node(R"({"x":"a"})") + "}")),
              Refuses("nodes.a.connections.x"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(UpdateJourney, FailsForAnUnknownJourney) {
  ToolTest t;
  t.tenant.json("GET", tree_path, not_found, 404);

  EXPECT_THAT(t.call("updateJourney", update(R"("enabled":true)")), Fails("not_found", "Sign%20in"));
}

TEST(UpdateJourney, RefusesAnotherRevision) {
  ToolTest t;
  hold_tree(t);

  EXPECT_THAT(t.call("updateJourney", update(R"("enabled":true,"revision":"6")")),
              Fails("conflict", "revision \\\"7\\\""));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(UpdateJourney, ChangesSettingsAndKeepsAllElse) {
  ToolTest t;
  hold_tree(t);
  store(t);

  const auto result =
      t.call("updateJourney",
             update(R"("enabled":true,"description":"","maximumIdleTime":30.5,"mustRun":false,"revision":"\"7\"")"));

  ASSERT_THAT(result, Succeeds());
  Json expected = json(stored_tree);
  expected.erase("_rev");
  expected["enabled"] = true;
  expected["description"] = "";
  expected["mustRun"] = false;
  expected["maximumIdleTime"] = 30.5;
  EXPECT_EQ(base::print_json(put_body(t)), base::print_json(expected));
  EXPECT_FALSE(result.json.contains("nodeIdMapping"));
  EXPECT_THAT(t.tenant.requests(), ElementsAre("GET " + tree_path, "GET " + tree_path, "PUT " + tree_path));
}

TEST(UpdateJourney, DoesNotMindThatATenantLeavesOutWhatIsEmpty) {
  ToolTest t;
  t.tenant.http.answer_with("PUT", tree_path, [](const test::Sent& sent) {
    Json stored = base::parse_json(sent.body);
    for (const char* name : {"description", "mustRun", "uiConfig"}) stored.erase(name);
    return net::Response{
        .status = 200, .headers = {{"content-type", "application/json"}}, .body = base::print_json(stored)};
  });
  Json without = json(stored_tree);
  for (const char* name : {"description", "mustRun", "uiConfig"}) without.erase(name);
  without["enabled"] = true;
  // The answer lacks members, so that the tenant is asked once more.
  t.tenant.json("GET", tree_path, stored_tree);
  t.tenant.json("GET", tree_path, stored_tree);
  t.tenant.json("GET", tree_path, base::print_json(without));

  EXPECT_THAT(t.call("updateJourney", update(R"("enabled":true,"description":"","mustRun":false,"uiConfig":{})")),
              Succeeds());
}

TEST(UpdateJourney, ChangesSettingsOfAJourneyWithoutNodes) {
  ToolTest t;
  hold_tree(t, R"({"_id":"Sign in","_rev":"1","enabled":true})");
  t.tenant.json("PUT", tree_path, R"({"_id":"Sign in","_rev":"2","enabled":true,"description":"x"})");

  EXPECT_THAT(t.call("updateJourney", update(R"("description":"x")")), Succeeds());
}

TEST(UpdateJourney, WritesNothingThatIsInPlace) {
  ToolTest t;
  hold_tree(t);

  const auto result = t.call("updateJourney", update(R"("enabled":false,"uiConfig":{"categories":"[]"})"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.text, HasSubstr("nothing was written"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(UpdateJourney, ComputesItsChangeAnewWhenSomebodyElseChangedOtherThings) {
  ToolTest t;
  Json theirs = json(stored_tree);
  theirs["_rev"] = "8";
  theirs["mustRun"] = true;
  t.tenant.json("GET", tree_path, stored_tree);
  hold_tree(t, base::print_json(theirs));
  store(t);

  ASSERT_THAT(t.call("updateJourney", update(R"("enabled":true)")), Succeeds());
  EXPECT_EQ(put_body(t)["mustRun"], true);
  EXPECT_EQ(put_body(t)["enabled"], true);
}

TEST(UpdateJourney, RemovesOrphansThatNothingUsesAfterTheWrite) {
  ToolTest t;
  know_types(t);
  hold_tree(t);
  hold_page(t);
  store(t);
  t.tenant.json(
      "GET", at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes",
      R"({"result":[{"_id":"Sign in","nodes":{}},{"_id":"Other","nodes":{")" + id_a + R"(":{"nodeType":"Ask"}}}]})");
  t.tenant.json("GET", at_trees + "/nodes/PageNode?_queryFilter=true", R"({"result":[)" + stored_page + "]}");
  t.tenant.json("DELETE", at_trees + "/nodes/PageNode/" + id_b, "{}");
  t.tenant.json("DELETE", at_trees + "/nodes/Pin/" + id_c, R"({"code":500,"message":"broken"})", 500);
  t.tenant.json("GET", at_trees + "/nodes/Pin/" + id_c, "{}");

  const auto result = t.call("updateJourney", update(R"("entryNodeId":"a","nodes":{"a":)" +
                                                     node(R"({"true":"success"})") + R"(},"removeOrphans":true)"));

  ASSERT_THAT(result, Succeeds());
  const Json& removed = result.json["removedOrphans"];
  EXPECT_EQ(removed[0]["usedBy"][0], "journey Other");
  EXPECT_EQ(removed[1]["deleted"], true);
  EXPECT_EQ(removed[2]["error"]["status"], 500);
}

TEST(UpdateJourney, NamesTheWayForOrphansWhoseUseCouldNotBeChecked) {
  ToolTest t;
  know_types(t);
  hold_tree(t);
  hold_page(t);
  store(t);
  t.tenant.json("GET", at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes",
                R"({"code":403,"message":"Access denied"})", 403);
  t.tenant.json("GET", at_trees + "/nodes/PageNode?_queryFilter=true", R"({"result":[]})");

  const auto result = t.call("updateJourney", update(R"("entryNodeId":"a","nodes":{"a":)" +
                                                     node(R"({"true":"success"})") + R"(},"removeOrphans":true)"));

  ASSERT_THAT(result, Succeeds());
  for (const Json& one : result.json["removedOrphans"]) {
    EXPECT_EQ(one["deleted"], false);
    EXPECT_THAT(one["error"]["message"].get<std::string>(), HasSubstr("not checked"));
    EXPECT_THAT(one["error"]["message"].get<std::string>(), HasSubstr("deleteJourneyNodes with force: true"));
  }
}

TEST(UpdateJourney, WritesNothingWhenTheWholeGraphIsInPlace) {
  ToolTest t;
  know_types(t);
  hold_tree(t);
  hold_page(t);
  t.tenant.http.always("GET", at_trees + "/nodes/Ask/" + id_a, 200,
                       R"({"_id":"x","_rev":"5","k":1,"_type":{},"_outcomes":[]})");
  t.tenant.http.always("GET", at_trees + "/nodes/Pin/" + id_c, 200, R"({"_id":"x","q":2})");

  const auto form = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");
  ASSERT_THAT(form, Succeeds());
  Json arguments = json(R"({"realm":"alpha","journeyName":"Sign in"})");
  arguments.update(form.json);
  const auto unchanged = t.call("updateJourney", base::print_json(arguments));
  EXPECT_THAT(unchanged, Succeeds());
  EXPECT_THAT(unchanged.text, HasSubstr("nothing was written"));

  arguments["nodes"][id_b]["config"]["nodes"][0]["_properties"]["q"] = 3;
  store(t);
  EXPECT_THAT(t.call("updateJourney", base::print_json(arguments)), Succeeds());
  EXPECT_EQ(put_body(t)["nodes"][id_b]["config"]["nodes"][0]["_properties"]["q"], 3);
}

// updateJourney with the whole graph as it is, but for one setting of node a.
class LostSettings : public ::testing::Test, public ToolTest {
 protected:
  LostSettings() {
    know_types(*this);
    hold_tree(*this);
    hold_page(*this);
    hold_node(*this, "Ask", id_a, R"({"_id":"x","_rev":"1","k":1})");
    hold_node(*this, "Pin", id_c, R"({"_id":"x","q":2})");
    const auto form = call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");
    arguments = json(R"({"realm":"alpha","journeyName":"Sign in"})");
    arguments.update(form.json);
    arguments["nodes"][id_a]["config"]["k"] = 2;
  }

  // The PUT gets no answer; then node a has these settings.
  test::CallResult lose_answer(const std::string& settings) {
    tenant.http.answer_with("PUT", tree_path, [this, settings](const test::Sent&) {
      hold_node(*this, "Ask", id_a, settings);
      return net::Response{.status = 503};
    });
    return call("updateJourney", base::print_json(arguments));
  }

  Json arguments;
};

TEST_F(LostSettings, AreLookedUpAndFoundStored) {
  const auto result = lose_answer(R"({"_id":"x","_rev":"2","k":2})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("shows that it happened"));
}

TEST_F(LostSettings, AreLookedUpAndFoundAsTheyWere) {
  EXPECT_THAT(lose_answer(R"({"_id":"x","_rev":"1","k":1})"), Fails("transient", "nothing was changed"));
}

TEST_F(LostSettings, StayUnknownWhenTheyAreNeitherNorOrCannotBeRead) {
  EXPECT_THAT(lose_answer(R"({"_id":"x","_rev":"3","k":3})"), Fails("outcome_unknown", "cannot tell"));

  tenant.http.answer_with("PUT", tree_path, [this](const test::Sent&) {
    tenant.http.always("GET", at_trees + "/nodes/Ask/" + id_a, 403, R"({"code":403})");
    return net::Response{.status = 503};
  });
  hold_node(*this, "Ask", id_a, R"({"_id":"x","_rev":"1","k":1})");
  EXPECT_THAT(call("updateJourney", base::print_json(arguments)), Fails("outcome_unknown", "cannot tell"));
}

TEST_F(LostSettings, AreNotTakenForStoredBecauseTheTreeIs) {
  arguments["description"] = "New";
  tenant.http.answer_with("PUT", tree_path, [this](const test::Sent& sent) {
    hold_tree(*this, sent.body);
    return net::Response{.status = 503};
  });

  const auto result = call("updateJourney", base::print_json(arguments));

  EXPECT_THAT(result, Fails("partial", "1 of its 3 nodes is not as asked"));
  EXPECT_THAT(result.text, HasSubstr(id_a));
}

TEST_F(LostSettings, AreNotTakenForUntouchedBecauseTheTreeIs) {
  arguments["description"] = "New";

  EXPECT_THAT(lose_answer(R"({"_id":"x","_rev":"2","k":2})"), Fails("outcome_unknown", "cannot tell"));
  hold_node(*this, "Ask", id_a, R"({"_id":"x","_rev":"1","k":1})");
  EXPECT_THAT(lose_answer(R"({"_id":"x","_rev":"1","k":1})"), Fails("transient", "nothing was changed"));
}

TEST(UpdateJourney, KeepsSecretsThatTheEditableFormHides) {
  ToolTest t;
  know_types(t);
  hold_tree(t);
  hold_page(t);
  hold_node(t, "Ask", id_a, R"({"_id":"x","privateKey":"stored key of a","k":1})");
  hold_node(t, "Pin", id_c, R"({"_id":"x","deep":{"secret":["stored secret of c"]}})");
  const auto form = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");
  EXPECT_THAT(form.notes, HasSubstr("[redacted] stands for a secret"));
  Json arguments = json(R"({"realm":"alpha","journeyName":"Sign in"})");
  arguments.update(form.json);
  EXPECT_EQ(arguments["nodes"][id_a]["config"]["privateKey"], "[redacted]");
  EXPECT_THAT(t.call("updateJourney", base::print_json(arguments)).text, HasSubstr("nothing was written"));

  arguments["nodes"][id_a]["config"]["k"] = 2;
  store(t);
  const auto result = t.call("updateJourney", base::print_json(arguments));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.text, Not(HasSubstr("stored key")));
  EXPECT_EQ(put_body(t)["nodes"][id_a]["config"]["privateKey"], "stored key of a");
  EXPECT_EQ(put_body(t)["nodes"][id_b]["config"]["nodes"][0]["_properties"]["deep"]["secret"][0], "stored secret of c");
}

TEST(UpdateJourney, RefusesStandInsWhereNothingIsStored) {
  ToolTest t;
  hold_tree(t);
  hold_page(t);
  hold_node(t, "Ask", id_a, R"({"_id":"x","k":1})");
  const auto graph = [](const std::string& key, const std::string& type) {
    return update(R"("entryNodeId":")" + key + R"(","nodes":{")" + key + R"(":)" +
                  node(R"({"true":"success"})", type, R"({"privateKey":"[redacted]"})") + "}");
  };

  EXPECT_THAT(t.call("updateJourney", graph(id_a, "Ask")), Refuses("nodes." + id_a + ".config/privateKey"));
  EXPECT_THAT(t.call("updateJourney", graph(id_a, "Pin")), Refuses("config/privateKey"));
  EXPECT_THAT(t.call("updateJourney", graph("new", "Ask")), Refuses("config/privateKey"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(UpdateJourney, KeepsStoredIdsThatAreNoUuids) {
  ToolTest t;
  know_types(t);
  hold_tree(t, R"({"_id":"Sign in","_rev":"1","entryNodeId":"p","nodes":{"p":{"nodeType":"PageNode","displayName":"P",)"
               R"("connections":{"true":")" +
                   success + R"("},"version":"1.0","x":1,"y":2}},"staticNodes":{}})");
  hold_node(t, "PageNode", "p", R"({"_id":"p","nodes":[{"_id":"c","nodeType":"Pin"}]})");
  hold_node(t, "Pin", "c", R"({"_id":"c","q":2})");
  const auto form = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");
  Json arguments = json(R"({"realm":"alpha","journeyName":"Sign in"})");
  arguments.update(form.json);

  EXPECT_THAT(t.call("updateJourney", base::print_json(arguments)).text, HasSubstr("nothing was written"));
}

TEST(GetJourney, SaysWhenTheFormWouldBeRefused) {
  ToolTest t;
  hold_tree(t, R"({"_id":"Sign in","entryNodeId":"gone","nodes":{}})");

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("cannot be written back: entryNodeId must be success or failure"));
}

TEST(GetJourney, GivesAFormThatCanBeWrittenBack) {
  ToolTest t;
  hold_tree(t);
  hold_page(t);
  t.tenant.json("GET", at_trees + "/nodes/Ask/" + id_a, R"({"_id":"x","_rev":"5","k":1.50,"_type":{},"_outcomes":[]})");
  t.tenant.json("GET", at_trees + "/nodes/Pin/" + id_c, R"({"_id":"x","_rev":"5","q":2})");

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");

  EXPECT_EQ(base::print_json(result.json),
            R"({"entryNodeId":")" + id_a + R"(","nodes":{")" + id_a +
                R"(":{"nodeType":"Ask","displayName":"N","version":"1.0","x":300,"y":40,"connections":{"true":")" +
                id_b + R"("},"config":{"k":1.50}},")" + id_b +
                R"(":{"nodeType":"PageNode","displayName":"P","version":"1.0","x":600,"y":40,"connections":{"true":")" +
                success + R"("},"config":{"nodes":[{"_id":")" + id_c +
                R"(","nodeType":"Pin","_properties":{"q":2}}]}}}})");
  EXPECT_THAT(result.notes, HasSubstr("do not show in it): 7"));
}

TEST(GetJourney, GivesAFormThatIsRefusedWhenPartsAreMissing) {
  ToolTest t;
  hold_tree(t);
  hold_page(t);
  t.tenant.json("GET", at_trees + "/nodes/Ask/" + id_a, R"({"code":403,"message":"no"})", 403);
  t.tenant.json("GET", at_trees + "/nodes/Pin/" + id_c, "{}");

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");

  EXPECT_THAT(result.notes, HasSubstr("do not write it back"));
  Json arguments = json(R"({"realm":"alpha","journeyName":"Sign in"})");
  arguments.update(result.json);
  EXPECT_THAT(t.call("updateJourney", base::print_json(arguments)), Refuses("config"));
}

TEST(GetJourney, AFormThatWasCutCannotBeWrittenBack) {
  ToolTest t;
  t.max_chars = 4000;
  Json tree{{"_id", "Sign in"}, {"entryNodeId", "n10"}, {"nodes", Json::object()}};
  for (int i = 10; i < 40; ++i) {
    const auto id = "n" + std::to_string(i);
    const auto next = i < 39 ? "n" + std::to_string(i + 1) : "success";
    tree["nodes"][id] = {{"nodeType", "Ask"}, {"displayName", "N"}, {"connections", {{"true", next}}}};
    t.tenant.json("GET", at_trees + "/nodes/Ask/" + id, R"({"text":")" + std::string(150, 'y') + "\"}");
  }
  hold_tree(t, base::print_json(tree));

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("do not write it back"));
  Json arguments = json(R"({"realm":"alpha","journeyName":"Sign in"})");
  arguments.update(result.json);
  EXPECT_THAT(t.call("updateJourney", base::print_json(arguments)), Refuses("must be a key of the nodes"));
}

TEST(GetJourney, RefusesTheEditableFormOfSomeNodes) {
  ToolTest t;

  EXPECT_THAT(t.call("getJourney", R"({"realm":"alpha","journeyName":"x","format":"editable","nodeIds":["a"]})"),
              Refuses("nodeIds"));
}

}  // namespace
