// getJourney's outline: what it shows, what it leaves out, and how long it is.
#include "tools/journeys/outline.h"

#include <string_view>

#include <fmt/format.h>

#include "support/tenant/sandbox_http.h"
#include "tools/journeys/fixture.h"
#include "tools/kit/trim.h"

namespace {

using base::Json;
using test::Succeeds;
using test::ToolTest;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using namespace test::journeys;
using tools::journeys::Journey;
using tools::journeys::outline;
using tools::journeys::telling_config;

constexpr const char* ask = R"({"realm":"alpha","journeyName":"Sign in"})";
const std::string script_list = "/am/json/alpha/scripts?_queryFilter=true&_pageSize=-1&_fields=_id%2Cname";
const std::string theme_list = "/openidm/ui/theme/?realm=alpha&_queryFilter=true&_fields=name";

Journey journey_of(const std::string& tree) {
  Journey journey{.tree = json(tree)};
  journey.all_nodes = base::member(journey.tree, "nodes");
  return journey;
}

void hold_template(ToolTest& t, const std::string& type, const std::string& settings = "{}") {
  t.tenant.http.always("POST", at_trees + "/nodes/" + type + "?_action=template", 200, settings);
}

TEST(Outline, ShowsSettingsEntryAndNodesInTheOrderOfTheWay) {
  const auto shown = outline(journey_of(
      R"({"_id":"J","_rev":"7","description":"What for","identityResource":null,"enabled":true,"uiConfig":{"a":1},)"
      R"("entryNodeId":"b","staticNodes":{"startNode":{"x":1}},"nodes":{)"
      R"("a":{"nodeType":"Pin","displayName":"Second","connections":{"true":"70e691a5-1e33-4ac3-a356-e7b6d60d92e0",)"
      R"("false":"e301438c-0bd0-429c-ab0c-66126501069a"},"x":1,"y":2,"version":"1.0"},)"
      R"("b":{"nodeType":"Ask","displayName":"First","connections":{"outcome":"a"},"version":"2.0"}}})"));

  EXPECT_EQ(base::print_json(shown),
            R"({"name":"J","revision":"7","description":"What for","enabled":true,"entryNode":"First",)"
            R"("entryNodeId":"b","nodes":[{"id":"b","displayName":"First","nodeType":"Ask","version":"2.0",)"
            R"("connections":{"outcome":"Second"}},{"id":"a","displayName":"Second","nodeType":"Pin",)"
            R"("connections":{"true":"success","false":"failure"}}]})");
}

TEST(Outline, NamesATargetByItsIdWhereTheNameIsNotClear) {
  const auto shown = outline(journey_of(
      R"({"_id":"J","entryNodeId":"a","nodes":{"a":{"displayName":"Twin","connections":{"1":"b","2":"c","3":"d","4":"e",)"
      R"("5":"f","6":"gone","7":null,"8":7}},"b":{"displayName":"Twin"},"c":{"displayName":"Success"},"d":{},)"
      R"("e":{"displayName":"a"},"f":{"displayName":"Clear"}}})"));

  EXPECT_EQ(base::print_json(shown["nodes"][0]["connections"]),
            R"({"1":"b","2":"c","3":"d","4":"e","5":"Clear","6":"gone","7":null,"8":7})");
}

TEST(Outline, TakesGraphsThatGoInCirclesOrLackTheirEntry) {
  const auto circle =
      outline(journey_of(R"({"_id":"J","entryNodeId":"gone","nodes":{"a":{"displayName":"A","connections":{"x":"b"}},)"
                         R"("b":{"displayName":"B","connections":{"x":"a","y":"b"}},"c":7,"d":{"connections":[1]}}})"));

  EXPECT_THAT(circle["nodes"], SizeIs(4));
  EXPECT_FALSE(circle.contains("entryNode"));
  EXPECT_EQ(circle["entryNodeId"], "gone");
  EXPECT_THAT(outline(journey_of(R"({"_id":"J"})"))["nodes"], IsEmpty());
  EXPECT_THAT(outline(journey_of(R"({"nodes":"none","entryNodeId":5})"))["nodes"], IsEmpty());
}

TEST(Outline, NamesOutcomesThatLeadNowhere) {
  auto journey = journey_of(R"({"entryNodeId":"a","nodes":{"a":{"connections":{"true":"a"}}}})");
  journey.configs["a"] = json(R"({"_outcomes":[{"id":"true"},{"id":"false"},{},7]})");

  EXPECT_EQ(base::print_json(outline(journey)["nodes"][0]["unconnectedOutcomes"]), R"(["false"])");
}

TEST(TellingConfig, LeavesOutWhatSaysNothing) {
  const Json usual = json(R"({"a":1,"list":["*"],"text":"","flag":true,"empty":[]})");
  const Json config = json(
      R"({"_id":"x","_type":{},"a":1.0,"b":2,"list":[],"text":"","flag":false,"empty":[],"none":null,"map":{},"no":false})");

  EXPECT_EQ(base::print_json(telling_config(config, usual)), R"({"b":2,"list":[],"flag":false,"no":false})");
  EXPECT_EQ(base::print_json(telling_config(config, nullptr)), R"({"a":1.0,"b":2,"flag":false,"no":false})");
}

TEST(GetJourney, ShowsAnOutlineUnlessAskedForMore) {
  ToolTest t;
  hold_tree(t);
  hold_page(t);
  hold_node(t, "Ask", id_a, R"({"_id":"a","k":1,"usual":true,"secret":"hush","list":[],"_outcomes":[{"id":"true"}]})");
  hold_node(t, "Pin", id_c, R"({"_id":"c","q":2})");
  hold_template(t, "Ask", R"({"k":0,"usual":true})");
  hold_template(t, "PageNode");
  t.tenant.json("POST", at_trees + "/nodes/Pin?_action=template", R"({"code":403,"message":"no"})", 403);

  const auto result = t.call("getJourney", ask);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(
      base::print_json(result.json["nodes"]),
      R"([{"id":")" + id_a +
          R"(","displayName":"N","nodeType":"Ask","connections":{"true":"P"},"config":{"k":1,"secret":"[redacted]"}},)"
          R"({"id":")" +
          id_b + R"(","displayName":"P","nodeType":"PageNode","connections":{"true":"success"},"nodes":[{"id":")" +
          id_c + R"(","displayName":"","nodeType":"Pin","config":{"q":2}}]}])");
  EXPECT_EQ(result.json["enabled"], false);
  EXPECT_FALSE(result.json.contains("schemas"));
  EXPECT_THAT(result.notes, StartsWith("\n\nTransaction ID: "));  // and nothing else
}

TEST(GetJourney, NamesScriptsAndThemesBesideTheSettings) {
  ToolTest t;
  hold_tree(t);
  t.tenant.json("GET", at_trees + "/nodes/PageNode/" + id_b,
                R"({"nodes":[{"_id":")" + id_c + R"(","nodeType":"Pin"}],"stage":"{\"themeId\":\"t1\"}"})");
  hold_node(t, "Ask", id_a, R"({"script":")" + id_b + R"(","tree":"Inner"})");
  hold_node(t, "Pin", id_c, R"({"script":")" + id_c + R"("})");
  for (const char* type : {"Ask", "Pin", "PageNode"}) hold_template(t, type);
  t.tenant.json("GET", script_list, R"({"result":[{"_id":")" + id_b + R"(","name":"Check risk"}]})");
  t.tenant.json("GET", theme_list, R"({"result":[{"_id":"t1","name":"Dark"}]})");

  const auto result = t.call("getJourney", ask);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["nodes"][0]["scriptName"], "Check risk");
  EXPECT_FALSE(result.json["nodes"][0]["config"].contains("scriptName"));  // it can be written back
  EXPECT_EQ(result.json["nodes"][1]["themeName"], "Dark");
  EXPECT_FALSE(result.json["nodes"][1]["nodes"][0].contains("scriptName"));
  EXPECT_EQ(result.json["nodes"][1]["nodes"][0]["config"]["script"], id_c);
}

TEST(GetJourney, GoesWithoutTheNamesThatCannotBeRead) {
  ToolTest t;
  hold_tree(t, R"({"_id":"Sign in","entryNodeId":"n","nodes":{"n":{"nodeType":"ScriptedNode","displayName":"S"}}})");
  hold_node(t, "ScriptedNode", "n", R"({"script":")" + id_b + R"("})");
  hold_template(t, "ScriptedNode");
  t.tenant.json("GET", script_list, R"({"code":403,"message":"no"})", 403);

  const auto result = t.call("getJourney", ask);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["nodes"][0]["config"]["script"], id_b);
  EXPECT_THAT(result.notes, HasSubstr("The names of scripts could not be read"));
}

TEST(GetJourney, AsksForTheNamesOfScriptsBesideTheNodes) {
  ToolTest t;
  auto& http = t.tenant.http;
  hold_tree(t, R"({"_id":"Sign in","entryNodeId":"n","nodes":{"n":{"nodeType":"ScriptedNode","displayName":"S"}}})");
  auto node = http.hold(t.loop, "GET", at_trees + "/nodes/ScriptedNode/n");
  auto type = http.hold(t.loop, "POST", at_trees + "/nodes/ScriptedNode?_action=template");
  auto names = http.hold(t.loop, "GET", script_list);
  auto call = t.begin("getJourney", ask);
  test::settle(t.loop);

  EXPECT_THAT(t.tenant.requests(), SizeIs(4));
  for (auto* answer : {&node, &type, &names}) answer->reply(200, "{}");
  EXPECT_THAT(call.get(), Succeeds());
}

TEST(GetJourney, ShowsTheErrorsOfNodesWithTheNodes) {
  ToolTest t;
  hold_tree(t);
  hold_page(t);
  t.tenant.json("GET", at_trees + "/nodes/Ask/" + id_a, R"({"code":403,"message":"no"})", 403);
  hold_node(t, "Pin", id_c, "{}");
  for (const char* type : {"Ask", "Pin", "PageNode"}) hold_template(t, type);

  const auto result = t.call("getJourney", ask);

  EXPECT_EQ(base::print_json(result.json["nodes"][0]["error"]), R"({"status":403,"message":"no"})");
  EXPECT_FALSE(result.json.contains("errors"));
}

TEST(GetJourney, ShowsOnlyTheAskedNodesOfTheGraph) {
  for (const char* format : {"outline", "tree"}) {
    SCOPED_TRACE(format);
    const bool is_tree = std::string_view(format) == "tree";
    ToolTest t;
    hold_tree(t);
    hold_node(t, "Ask", id_a, R"({"k":1})");
    hold_node(t, "Pin", id_c, R"({"q":2})");
    hold_page(t);
    for (const char* type : {"Ask", "Pin", "PageNode"}) hold_template(t, type);
    const auto shown = [&](const std::string& ids) {
      return t.call("getJourney", R"({"realm":"alpha","journeyName":"Sign in","format":")" + std::string(format) +
                                      R"(","nodeIds":[)" + ids + "]}");
    };

    const auto first = shown("\"" + id_a + "\"");
    EXPECT_THAT(first.json["nodes"], SizeIs(1));
    EXPECT_THAT(first.notes, HasSubstr("1 of 2 nodes are shown"));
    EXPECT_THAT(first.text, AllOf(HasSubstr("\"k\":1"), Not(HasSubstr("\"q\":2"))));

    // A page comes with all its nodes, and a node of a page with its place.
    for (const auto& id : {id_b, id_c}) {
      const auto page = shown("\"" + id + "\"");
      EXPECT_THAT(page.json["nodes"], SizeIs(1));
      EXPECT_THAT(page.text, AllOf(HasSubstr("\"q\":2"), HasSubstr(id_b), Not(HasSubstr("\"k\":1"))));
    }
    const auto none = shown("\"gone\"");
    EXPECT_THAT(none.json["nodes"], IsEmpty());
    const Json& errors = is_tree ? none.json["nodeData"]["errors"]["configs"] : none.json["errors"]["nodes"];
    EXPECT_THAT(base::print_json(errors["gone"]), HasSubstr("no node of this journey has this id"));
  }
}

TEST(GetJourney, RefusesSchemasInTheEditableForm) {
  ToolTest t;

  EXPECT_THAT(t.call("getJourney", R"({"realm":"alpha","journeyName":"x","format":"editable","includeSchemas":true})"),
              test::Refuses("includeSchemas"));
}

TEST(GetJourney, ReturnsByItsIdWhatWasCutFromTheOutline) {
  ToolTest t;
  t.max_chars = 4000;
  Json tree{{"_id", "Sign in"}, {"entryNodeId", "n10"}, {"nodes", Json::object()}};
  for (int i = 10; i < 40; ++i) {
    const auto id = fmt::format("n{}", i);
    tree["nodes"][id] = {{"nodeType", "Ask"}, {"displayName", "N"}};
    hold_node(t, "Ask", id, R"({"text":")" + std::string(i == 12 ? 3000 : 150, 'y') + "\"}");
  }
  hold_tree(t, base::print_json(tree));
  hold_template(t, "Ask");

  const auto cut = t.call("getJourney", ask);

  EXPECT_THAT(cut.notes, AllOf(HasSubstr("1 long text; call again with the node's id in \"nodeIds\""),
                               HasSubstr("\"n39\"; call again with some of these ids in \"nodeIds\"")));
  for (const char* id : {"n12", "n39"}) {
    const auto one =
        t.call("getJourney", fmt::format(R"({{"realm":"alpha","journeyName":"Sign in","nodeIds":["{}"]}})", id));
    EXPECT_EQ(base::print_json(one.json["nodes"][0]["config"]),
              base::print_json({{"text", std::string(std::string_view(id) == "n12" ? 3000 : 150, 'y')}}));
  }
}

TEST(GetJourney, ShortensALongDescriptionBeforeItCutsNodes) {
  ToolTest t;
  t.max_chars = 38'000;
  Json tree = json(R"({"_id":"Sign in","entryNodeId":"n","nodes":{"n":{"nodeType":"Ask","displayName":"N"}}})");
  tree["description"] = std::string(100'000, 'x');
  hold_tree(t, base::print_json(tree));
  hold_node(t, "Ask", "n", R"({"k":1})");
  hold_template(t, "Ask");

  const auto result = t.call("getJourney", ask);

  EXPECT_THAT(result.json["nodes"], SizeIs(1));
  EXPECT_LT(result.text.size(), 3'000u);
  EXPECT_THAT(result.notes, HasSubstr("it needs a larger AIC_MAX_RESULT_CHARS"));
}

class LongJourney : public testing::Test, public ToolTest {
 protected:
  LongJourney() { http = &sandbox_; }

 private:
  test::SandboxHttp sandbox_;
};

// The sandbox's Onboarding, with more nodes inside its pages.
TEST_F(LongJourney, OfThirtyNodesAndEighteenInsidePagesFitsNineKilobytes) {
  Json journey = call("getJourney", R"({"realm":"alpha","journeyName":"Onboarding","format":"editable"})").json;
  const Json more = json(R"([["KbaCreateNode","Question"],["ValidatedPasswordNode","Password"],)"
                         R"(["PasswordCollectorNode","PIN"],["UsernameCollectorNode","Name"],)"
                         R"(["AcceptTermsAndConditionsNode","Terms"]])");
  for (std::size_t i = 0; Json & node : journey["nodes"]) {
    if (!node["config"].contains("nodes") || i == more.size()) continue;
    node["config"]["nodes"].push_back(
        {{"nodeType", more[i][0]}, {"displayName", more[i][1]}, {"_properties", Json::object()}});
    ++i;
  }
  ASSERT_THAT(call("createJourney",
                   base::print_json({{"realm", "alpha"}, {"journeyName", "Onboarding 2"}, {"journeyData", journey}})),
              Succeeds());

  const auto result = call("getJourney", R"({"realm":"alpha","journeyName":"Onboarding 2"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.json["nodes"], SizeIs(30));
  std::size_t children = 0;
  for (const Json& node : result.json["nodes"]) children += base::member(node, "nodes").size();
  EXPECT_EQ(children, 18u);
  const auto tree = call("getJourney", R"({"realm":"alpha","journeyName":"Onboarding 2","format":"tree"})");
  std::cout << "outline: " << result.text.size() << " characters, tree: " << tree.text.size() << "\n";
  EXPECT_LE(result.text.size(), 9 * 1024u);
}

}  // namespace
