// getJourney's editable form, and what becomes of it when it is written back.
#include "tools/journeys/fixture.h"
#include "tools/journeys/read.h"

namespace {

using base::Json;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::HasSubstr;
using namespace test::journeys;

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

TEST(UpdateJourney, KeepsStoredIdsThatAreNoUuids) {
  ToolTest t;
  know_types(t);
  hold_tree(t, R"({"_id":"Sign in","_rev":"1","entryNodeId":"p","nodes":{"p":{"nodeType":"PageNode","displayName":"P",)"
               R"("connections":{"true":")" +
                   success + R"("},"x":1,"y":2}},"staticNodes":{}})");
  hold_node(t, "PageNode", "p", R"({"_id":"p","nodes":[{"_id":"c","nodeType":"Pin"}]})");
  hold_node(t, "Pin", "c", R"({"_id":"c","q":2})");
  const auto form = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");
  Json arguments = json(R"({"realm":"alpha","journeyName":"Sign in"})");
  arguments.update(form.json);

  EXPECT_THAT(t.call("updateJourney", base::print_json(arguments)).text, HasSubstr("nothing was written"));
}

TEST(GetJourney, SaysWhenTheFormWouldBeRefused) {
  ToolTest t;
  hold_tree(t, R"({"_id":"Sign in","entryNodeId":"gone","nodes":{"n":{"nodeType":"Ask"}}})");
  hold_node(t, "Ask", "n", "{}");

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("cannot be written back: entryNodeId must be a key of the nodes"));
}

TEST(GetJourney, GivesAFormThatCanBeWrittenBack) {
  ToolTest t;
  hold_tree(t);
  hold_page(t);
  t.tenant.json("GET", at_trees + "/nodes/Ask/" + id_a, R"({"_id":"x","_rev":"5","k":1.50,"_type":{},"_outcomes":[]})");
  t.tenant.json("GET", at_trees + "/nodes/Pin/" + id_c, R"({"_id":"x","_rev":"5","q":2})");

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");

  EXPECT_EQ(base::print_json(result.json),
            R"({"description":"Old","identityResource":"managed/alpha_user","enabled":false,"innerTreeOnly":true,)"
            R"("uiConfig":{"categories":"[]"},"entryNodeId":")" +
                id_a + R"(","nodes":{")" + id_a +
                R"(":{"nodeType":"Ask","displayName":"N","x":300,"y":40,"connections":{"true":")" + id_b +
                R"("},"config":{"k":1.50}},")" + id_b +
                R"(":{"nodeType":"PageNode","displayName":"P","x":600,"y":40,"connections":{"true":")" + success +
                R"("},"config":{"nodes":[{"_id":")" + id_c +
                R"(","nodeType":"Pin","_properties":{"q":2}}]}}},"staticNodes":{"startNode":{"x":1,"y":2}}})");
  EXPECT_THAT(result.notes, HasSubstr("not the settings of nodes): 7"));
}

TEST(GetJourney, GivesAFormWithAllSettingsThatCreateJourneyTakes) {
  ToolTest t;
  know_types(t);
  hold_tree(t);
  hold_page(t);
  hold_node(t, "Ask", id_a, R"({"k":1})");
  hold_node(t, "Pin", id_c, R"({"q":2})");
  const auto form = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");
  store(t);
  Json arguments = json(R"({"realm":"alpha","journeyName":"Sign in","replace":true,"description":"New"})");
  arguments["journeyData"] = form.json;

  EXPECT_THAT(t.call("createJourney", base::print_json(arguments)), Succeeds());

  EXPECT_EQ(put_body(t)["enabled"], false);
  EXPECT_EQ(put_body(t)["innerTreeOnly"], true);
  EXPECT_EQ(put_body(t)["identityResource"], "managed/alpha_user");
  EXPECT_EQ(put_body(t)["description"], "New");
}

TEST(GetJourney, LeavesOutOfTheFormWhatNoToolTakes) {
  ToolTest t;
  hold_tree(t, R"({"_id":"Sign in","entryNodeId":"n","description":7,"enabled":null,"maximumIdleTime":-1,)"
               R"("maximumSessionTime":30,"nodes":{"n":{"nodeType":"Ask"}}})");
  hold_node(t, "Ask", "n", "{}");

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":"editable"})");

  EXPECT_FALSE(result.json.contains("description") || result.json.contains("enabled"));
  EXPECT_EQ(result.json["maximumSessionTime"], 30);
  EXPECT_THAT(result.notes, HasSubstr("no tool would take the stored value: description, maximumIdleTime."));
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

TEST(GetJourney, NamesSettingsThatNoToolTakes) {
  EXPECT_THAT(tools::journeys::settings_left_out(
                  json(R"({"noSession":true,"newer":true,"other":false,"mustRun":true,"description":7,"_id":"x"})")),
              testing::UnorderedElementsAre("newer", "description"));
}

}  // namespace
