// createJourney and updateJourney: what goes over the wire and what is told.
#include "tools/journeys/fixture.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::ContainsRegex;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace test::journeys;

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
  know_types(t);
  hold_tree(t);
  t.tenant.http.always("POST", at_trees + "/nodes/Ack?_action=listOutcomes", 404, not_found);

  EXPECT_THAT(t.call("createJourney", create(R"({"a":)" + node("{}", "Ack") + "}")),
              Fails("conflict", "replace: true"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(CreateJourney, RefusesTypesThatTheTenantDoesNotKnow) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  t.tenant.http.always("POST", at_trees + "/nodes/Ack?_action=listOutcomes", 404, not_found);

  EXPECT_THAT(t.call("createJourney", create(R"({"a":)" + node("{}", "Ack") + "}")), Refuses("similar: Ask"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(CreateJourney, StoresTheWholeJourneyInOnePut) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  store(t, 201);

  const auto result = t.call(
      "createJourney", create(R"({"a":)" + node(R"({"true":"p"})", "Ask", R"({"_rev":"1","k":[1.50]})") + R"(,"p":)" +
                                  node(R"({"true":"SUCCESS"})", "PageNode",
                                       R"({"nodes":[{"_id":"pin","nodeType":"Pin","_properties":{}}]})") +
                                  "}",
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
  EXPECT_THAT(result.notes, HasSubstr("These nodes are not reachable: lost."));
  EXPECT_THAT(result.notes, HasSubstr("node \"a\" has no outcome \"maybe\""));
  EXPECT_THAT(result.notes, HasSubstr("Outcome \"true\" of node \"a\" is not connected."));
}

TEST(CreateJourney, SaysWhenANodeHasNoOutcomes) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  t.tenant.http.always("POST", at_trees + "/nodes/Ask?_action=listOutcomes", 200, "[]");
  store(t, 201);

  const auto result = t.call("createJourney", create(R"({"a":)" + node(R"({"true":"success"})") + "}"));

  EXPECT_THAT(result.notes, HasSubstr("node \"a\" has no outcome \"true\"; it has none."));
}

TEST(CreateJourney, GoesOnWithoutItsChecksAndSaysSo) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  t.tenant.http.always("POST", types_path, 403, R"({"code":403,"message":"no"})");
  t.tenant.http.always("POST", at_trees + "/nodes/Ask?_action=listOutcomes", 400, R"({"code":400,"message":"no"})");
  store(t, 201);

  const auto result = t.call("createJourney", create(R"({"a":)" + node("{}") + "}"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("node types were not checked"));
  EXPECT_THAT(result.notes, HasSubstr("outcomes of \"a\" were not checked"));
}

const std::string all_trees = at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes";
const std::string all_nodes = at_trees + "/nodes?_action=nextdescendents";

Json create_with_id(const std::string& id) {
  Json arguments = json(create("{}"));
  arguments["journeyData"]["entryNodeId"] = id;
  arguments["journeyData"]["nodes"][id] = json(node(R"({"true":"success"})"));
  return arguments;
}

TEST(CreateJourney, KeepsIdsThatNothingElseHas) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  store(t, 201);

  const auto result = t.call("createJourney", base::print_json(create_with_id(id_a)));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["nodeIdMapping"][id_a], id_a);
  EXPECT_THAT(t.tenant.requests(),
              ElementsAre("GET " + tree_path, "GET " + all_trees, "POST " + all_nodes, "POST " + types_path,
                          "POST " + at_trees + "/nodes/Ask?_action=listOutcomes", "GET " + tree_path,
                          "PUT " + tree_path, "GET " + at_trees + "/nodes/Ask/" + id_a));
}

// R-JRN-20: by journeys, by pages that no journey has, in another case, and where nobody could look.
TEST(CreateJourney, NeverTakesTheIdOfAnothersNode) {
  const std::string upper = "0A0A0A0A-0A0A-4A0A-8A0A-0A0A0A0A0A0A";
  const auto page = R"({"_id":"p","_type":{"_id":"PageNode"},"nodes":[{"_id":")" + id_a + R"(","nodeType":"Pin"}]})";
  const auto given_id = [](const std::string& id, const std::string& trees, const std::string& nodes,
                           int status = 200) {
    ToolTest t;
    know_types(t);
    t.tenant.http.always("GET", tree_path, 404, not_found);
    t.tenant.http.always("GET", all_trees, status, R"({"result":[)" + trees + "]}");
    t.tenant.http.always("POST", all_nodes, 200, R"({"result":[)" + nodes + "]}");
    t.tenant.http.always("GET", at_trees + "/nodes/Pin/" + id_a, 404, not_found);
    store(t, 201);
    const auto result = t.call("createJourney", base::print_json(create_with_id(id)));
    EXPECT_THAT(result, Succeeds());
    EXPECT_THAT(result.notes, HasSubstr("its own nodes"));
    return base::text_member(result.json["nodeIdMapping"], id);
  };
  const std::string other = R"({"_id":"Other","nodes":{")" + id_a + R"(":{}}})";

  const auto own = given_id(id_a, other, "");
  EXPECT_NE(own, id_a);
  EXPECT_EQ(given_id(id_a, other, ""), own) << "the same each time (R-JRN-04)";
  EXPECT_EQ(given_id(id_a, "", page), own);
  EXPECT_EQ(given_id(id_a, "", "", 403), own);
  EXPECT_NE(given_id(upper, other, ""), upper);
  const auto taken_twice = R"({"_id":"Other","nodes":{")" + id_a + R"(":{},")" + own + R"(":{}}})";
  EXPECT_NE(given_id(id_a, taken_twice, ""), own);
}

TEST(CreateJourney, NamesTheCallersKeyBesideTheIdInErrors) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  t.tenant.http.answer_with("PUT", tree_path, [](const test::Sent& sent) {
    const auto id = base::parse_json(sent.body)["nodes"].items().begin().key();
    return http::Response{.status = 400,
                          .headers = {{"content-type", "application/json"}},
                          .body = R"({"code":400,"message":"Node )" + id + R"( is bad"})"};
  });

  const auto result = t.call("createJourney", create(R"({"a":)" + node(R"({"true":"success"})") + "}"));

  EXPECT_THAT(result, Refuses("is bad"));
  EXPECT_THAT(base::text_member(result.json, "error"), ContainsRegex(R"([0-9a-f-]{36} is "a")"));
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

TEST(CreateJourney, TakesAJourneyWithoutNodes) {
  ToolTest t;
  know_types(t);
  t.tenant.http.always("GET", tree_path, 404, not_found);
  store(t, 201);
  Json arguments = json(create("{}"));
  arguments["journeyData"]["entryNodeId"] = "Success";

  EXPECT_THAT(t.call("createJourney", base::print_json(arguments)), Succeeds());
  EXPECT_EQ(put_body(t)["entryNodeId"], success);
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
             update(R"("enabled":true,"description":"","maximumIdleTime":"30","mustRun":false,"revision":"\"7\"")"));

  ASSERT_THAT(result, Succeeds());
  Json expected = json(stored_tree);
  expected.erase("_rev");
  expected["enabled"] = true;
  expected["description"] = "";
  expected["mustRun"] = false;
  expected["maximumIdleTime"] = 30;
  EXPECT_EQ(base::print_json(put_body(t)), base::print_json(expected));
  EXPECT_FALSE(result.json.contains("nodeIdMapping"));
  EXPECT_THAT(t.tenant.requests(), ElementsAre("GET " + tree_path, "GET " + tree_path, "PUT " + tree_path));
}

TEST(UpdateJourney, DoesNotMindThatATenantLeavesOutWhatIsEmpty) {
  ToolTest t;
  t.tenant.http.answer_with("PUT", tree_path, [](const test::Sent& sent) {
    Json stored = base::parse_json(sent.body);
    for (const char* name : {"description", "mustRun", "uiConfig"}) stored.erase(name);
    return http::Response{
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
  t.tenant.http.always(
      "GET", all_trees, 200,
      R"({"result":[{"_id":"Sign in","nodes":{}},{"_id":"Other","nodes":{")" + id_a + R"(":{"nodeType":"Ask"}}}]})");
  t.tenant.http.always("POST", all_nodes, 200,
                       R"({"result":[{"_id":")" + id_a + R"(","_type":{"_id":"Ask"}},{"_id":")" + id_b +
                           R"(","_type":{"_id":"PageNode"},"nodes":[{"_id":")" + id_c +
                           R"(","nodeType":"Pin"}]},{"_id":")" + id_c + R"(","_type":{"_id":"Pin"}}]})");
  t.tenant.json("GET", at_trees + "/nodes/PageNode/" + id_b, stored_page);
  t.tenant.json("DELETE", at_trees + "/nodes/PageNode/" + id_b, "{}");
  t.tenant.json("GET", at_trees + "/nodes/Pin/" + id_c, "{}");
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
  t.tenant.http.always("GET", all_trees, 403, R"({"code":403,"message":"Access denied"})");

  const auto result = t.call("updateJourney", update(R"("entryNodeId":"a","nodes":{"a":)" +
                                                     node(R"({"true":"success"})") + R"(},"removeOrphans":true)"));

  ASSERT_THAT(result, Succeeds());
  for (const Json& one : result.json["removedOrphans"]) {
    EXPECT_EQ(one["deleted"], false);
    EXPECT_THAT(one["error"]["message"].get<std::string>(), HasSubstr("could not be checked"));
    EXPECT_THAT(one["error"]["message"].get<std::string>(), HasSubstr("deleteJourneyNodes with force: true"));
  }
}

}  // namespace
