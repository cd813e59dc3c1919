// The settings of nodes beside a journey's write: checked afterwards, looked up when an answer is lost, secrets kept.
#include "tools/journeys/fixture.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace test::journeys;

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
    return http::Response{
        .status = 201, .headers = {{"content-type", "application/json"}}, .body = base::print_json(stored)};
  });

  const auto result =
      t.call("createJourney", create(R"({"a":)" + node(R"({"true":"b"})", "Ask", R"({"k":1,"password":"p","e":""})") +
                                     R"(,"b":)" + node(R"({"true":"c"})", "Ask", R"({"k":3})") + R"(,"c":)" +
                                     node(R"({"true":"success"})", "Ask", R"({"k":4})") + "}"));

  EXPECT_THAT(result, Fails("partial", "2 of its 3 nodes are not as requested"));
  const Json& ids = result.json["detail"]["nodeIdMapping"];
  EXPECT_EQ(base::print_json(result.json["notDone"]), R"([{"nodeType":"Ask","nodeId":)" + base::print_json(ids["a"]) +
                                                          R"(,"problem":"not as requested at /k"},)" +
                                                          R"({"nodeType":"Ask","nodeId":)" +
                                                          base::print_json(ids["b"]) + R"(,"problem":"missing"}])");
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
  know_types(t);
  const auto graph = R"({"a":)" + node("{}", "Ask", R"({"deep":{"privateKey":"[redacted]"}})") + "}";

  EXPECT_THAT(t.call("createJourney", create(graph)), Refuses("journeyData.nodes.a.config.deep.privateKey"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());

  t.tenant.http.always("GET", tree_path, 404, not_found);
  EXPECT_THAT(t.call("createJourney", create(graph, R"(,"replace":true)")),
              Refuses("nodes.a.config/deep/privateKey is a placeholder for a secret"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(CreateJourney, SaysThatItHappenedWhenTheAnswerWasLost) {
  ToolTest t;
  know_types(t);
  t.tenant.json("GET", tree_path, not_found, 404);
  t.tenant.json("GET", tree_path, not_found, 404);
  t.tenant.http.lose_connection("PUT", tree_path);
  t.tenant.http.answer_with("GET", tree_path, [&](const test::Sent&) {
    store_settings(t, put_body(t));
    return http::Response{
        .status = 200, .headers = {{"content-type", "application/json"}}, .body = base::print_json(put_body(t))};
  });

  const auto result = t.call("createJourney", create(R"({"a":)" + node("{}") + "}"));

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("shows that it took effect"));
}

TEST(CreateJourney, FindsOutThatNothingHappenedOrLeavesItOpen) {
  const auto call_with = [](int node_status) {
    ToolTest t;
    know_types(t);
    t.tenant.http.always("GET", tree_path, 404, not_found);
    t.tenant.http.always("GET", at_trees + "/nodes/Ask/" + id_a, node_status, node_status == 200 ? "{}" : not_found);
    t.tenant.json("PUT", tree_path, "", 504);
    Json arguments = json(create("{}"));
    arguments["journeyData"]["entryNodeId"] = id_a;
    arguments["journeyData"]["nodes"][id_a] = json(node(R"({"true":"success"})"));
    return t.call("createJourney", base::print_json(arguments));
  };

  EXPECT_THAT(call_with(404), Fails("transient", "nothing was changed"));
  EXPECT_THAT(call_with(200), Fails("outcome_unknown", "does not show whether"));
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
      return http::Response{.status = 503};
    });
    return call("updateJourney", base::print_json(arguments));
  }

  Json arguments;
};

TEST_F(LostSettings, AreLookedUpAndFoundStored) {
  const auto result = lose_answer(R"({"_id":"x","_rev":"2","k":2})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("shows that it took effect"));
}

TEST_F(LostSettings, AreLookedUpAndFoundAsTheyWere) {
  EXPECT_THAT(lose_answer(R"({"_id":"x","_rev":"1","k":1})"), Fails("transient", "nothing was changed"));
}

// Lists that the tenant keeps as sets may be shown in another order, so that a new order alone shows nothing.
TEST_F(LostSettings, AreAsTheyWereAlsoWhereOnlyAnOrderWasToChange) {
  const std::string stored = R"({"_id":"x","_rev":"1","k":["x","y"]})";
  hold_node(*this, "Ask", id_a, stored);
  arguments["nodes"][id_a]["config"]["k"] = {"y", "x"};

  EXPECT_THAT(lose_answer(stored), Fails("transient", "nothing was changed"));
}

TEST_F(LostSettings, StayUnknownWhenTheyAreNeitherNorOrCannotBeRead) {
  EXPECT_THAT(lose_answer(R"({"_id":"x","_rev":"3","k":3})"), Fails("outcome_unknown", "does not show whether"));

  tenant.http.answer_with("PUT", tree_path, [this](const test::Sent&) {
    tenant.http.always("GET", at_trees + "/nodes/Ask/" + id_a, 403, R"({"code":403})");
    return http::Response{.status = 503};
  });
  hold_node(*this, "Ask", id_a, R"({"_id":"x","_rev":"1","k":1})");
  EXPECT_THAT(call("updateJourney", base::print_json(arguments)), Fails("outcome_unknown", "does not show whether"));
}

TEST_F(LostSettings, AreNotTakenForStoredBecauseTheTreeIs) {
  arguments["description"] = "New";
  tenant.http.answer_with("PUT", tree_path, [this](const test::Sent& sent) {
    hold_tree(*this, sent.body);
    return http::Response{.status = 503};
  });

  const auto result = call("updateJourney", base::print_json(arguments));

  EXPECT_THAT(result, Fails("partial", "1 of its 3 nodes is not as requested"));
  EXPECT_THAT(result.text, HasSubstr(id_a));
}

TEST_F(LostSettings, DoNotMakeOrphansForgotten) {
  arguments["nodes"].erase(id_b);
  arguments["nodes"][id_a]["connections"]["true"] = "success";
  tenant.http.answer_with("PUT", tree_path, [this](const test::Sent& sent) {
    hold_tree(*this, sent.body);
    return http::Response{.status = 503};
  });

  const auto result = call("updateJourney", base::print_json(arguments));

  EXPECT_THAT(result, Fails("partial", "not as requested"));
  EXPECT_EQ(base::print_json(result.json["detail"]["orphans"]),
            R"([{"nodeType":"PageNode","nodeId":")" + id_b + R"("},{"nodeType":"Pin","nodeId":")" + id_c + R"("}])");
}

TEST_F(LostSettings, AreNotTakenForUntouchedBecauseTheTreeIs) {
  arguments["description"] = "New";

  EXPECT_THAT(lose_answer(R"({"_id":"x","_rev":"2","k":2})"), Fails("outcome_unknown", "does not show whether"));
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
  EXPECT_THAT(form.notes, HasSubstr("[redacted] is a placeholder for a secret"));
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
  know_types(t);
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

}  // namespace
