// Whole lives of journeys in the sandbox tenant, and every journey of it written back as it was read.
#include "aic/difference.h"
#include "support/sandbox_http.h"
#include "support/tool_test.h"
#include "tools/journey_graph.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class JourneysSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  JourneysSandbox() {
    http = &sandbox;
    max_chars = 10'000'000;
  }

  Json call_with(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds());
    notes = result.notes;
    return result.json;
  }

  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Json& entry : call_with("listJourneys", {{"realm", "alpha"}})["result"]) all.push_back(entry["_id"]);
    return all;
  }

  Json read(const std::string& name, const char* format = "tree") {
    return call_with("getJourney",
                     {{"realm", "alpha"}, {"journeyName", name}, {"includeSchemas", false}, {"format", format}});
  }

  test::SandboxHttp sandbox;
  std::string notes;
};

Json simple_journey() {
  return base::parse_json(R"({"entryNodeId":"page","nodes":{
      "page":{"nodeType":"PageNode","displayName":"Sign in","connections":{"outcome":"check"},
              "config":{"pageHeader":{"en":"Hello"},"nodes":[
                {"_id":"user","nodeType":"UsernameCollectorNode","displayName":"Name","_properties":{}},
                {"nodeType":"PasswordCollectorNode","displayName":"Password","_properties":{}}]}},
      "check":{"nodeType":"DataStoreDecisionNode","displayName":"Check","connections":{"true":"success","false":"count"},"config":{}},
      "count":{"nodeType":"RetryLimitDecisionNode","displayName":"Tries","connections":{"Retry":"page","Reject":"FAILURE"},"config":{"retryLimit":4}}}})");
}

TEST_F(JourneysSandbox, EveryJourneyIsWrittenBackAsItWas) {
  for (const auto& name : names()) {
    SCOPED_TRACE(name);
    const Json before = read(name);
    Json form = read(name, "editable");
    Json arguments{{"realm", "alpha"}, {"journeyName", name}};
    arguments.update(form);

    EXPECT_THAT(call_with("updateJourney", arguments)["message"], HasSubstr("nothing was written"));
    EXPECT_THAT(writes, IsEmpty());
    EXPECT_THAT(notes, Not(HasSubstr("no outcome")));

    // The same once more with something to write, so that the whole graph goes over the wire and back.
    arguments["mustRun"] = before["mustRun"] != true;
    EXPECT_FALSE(call_with("updateJourney", arguments).contains("orphans"));
    EXPECT_THAT(writes, SizeIs(1));
    const Json replaced = call_with(
        "createJourney", {{"realm", "alpha"}, {"journeyName", name}, {"journeyData", form}, {"replace", true}});
    EXPECT_FALSE(replaced.contains("orphans"));
    call_with("updateJourney", {{"realm", "alpha"}, {"journeyName", name}, {"mustRun", before["mustRun"]}});
    EXPECT_EQ(base::print_json(read(name)), base::print_json(before));
  }
}

TEST_F(JourneysSandbox, EveryJourneyCanBeMadeAnewInTheOtherRealm) {
  for (const auto& name : names()) {
    SCOPED_TRACE(name);
    const Json form = read(name, "editable");
    const Json made =
        call_with("createJourney", {{"realm", "bravo"}, {"journeyName", "Copy of " + name}, {"journeyData", form}});
    EXPECT_THAT(notes, Not(HasSubstr("not checked")));
    const Json copy =
        call_with("getJourney", {{"realm", "bravo"}, {"journeyName", "Copy of " + name}, {"format", "editable"}});
    EXPECT_THAT(aic::differences(form, copy), IsEmpty()) << aic::describe(aic::differences(form, copy));
  }
}

TEST_F(JourneysSandbox, AJourneyIsMadeChangedAndDeleted) {
  const Json made =
      call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "My test"}, {"journeyData", simple_journey()}});
  const Json ids = made["nodeIdMapping"];
  EXPECT_THAT(ids, SizeIs(5));
  EXPECT_THAT(notes, Not(HasSubstr("not checked")));
  EXPECT_THAT(notes, Not(HasSubstr("outcome")));
  const Json stored = read("My test");
  EXPECT_FALSE(stored["nodeData"].contains("errors"));
  EXPECT_THAT(stored["nodeData"]["configs"], SizeIs(5));
  EXPECT_EQ(stored["nodeData"]["configs"][ids["count"].get<std::string>()]["retryLimit"], 4);

  const Json again =
      call_with("createJourney",
                {{"realm", "alpha"}, {"journeyName", "My test"}, {"journeyData", simple_journey()}, {"replace", true}});
  EXPECT_EQ(again["nodeIdMapping"], ids);
  EXPECT_FALSE(again.contains("orphans"));

  Json change = {{"realm", "alpha"},
                 {"nodeType", "RetryLimitDecisionNode"},
                 {"nodeId", ids["count"]},
                 {"config", {{"retryLimit", 7}}},
                 {"merge", true}};
  call_with("updateJourneyNode", change);
  EXPECT_THAT(call_with("updateJourneyNode", change)["message"], HasSubstr("nothing was written"));

  Json smaller = simple_journey();
  smaller["nodes"].erase("count");
  smaller["nodes"]["check"]["connections"]["false"] = "failure";
  smaller["nodes"]["page"]["config"]["nodes"].erase(1);
  Json arguments = {
      {"realm", "alpha"}, {"journeyName", "My test"}, {"removeOrphans", true}, {"revision", read("My test")["_rev"]}};
  arguments.update(smaller);
  const Json changed = call_with("updateJourney", arguments);
  EXPECT_THAT(changed["orphans"], SizeIs(2));
  for (const Json& one : changed["removedOrphans"]) EXPECT_EQ(one["deleted"], true);

  const Json gone = call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "My test"}});
  EXPECT_THAT(gone["nodesGone"], SizeIs(3));
  EXPECT_THAT(gone["nodesStayed"], IsEmpty());
  EXPECT_THAT(call("getJourney", R"({"realm":"alpha","journeyName":"My test"})"), Fails("not_found", "My%20test"));
}

TEST_F(JourneysSandbox, SecretsOfNodesSurviveReadingAndWritingBack) {
  const Json journey = base::parse_json(R"({"entryNodeId":"ask","nodes":{"ask":{"nodeType":"RESTNode",
      "displayName":"Ask","connections":{"200":"success"},"config":{"restURL":"https://a.example","timeout":5,
      "privateKey":"a key of some length","headersMap":{"Authorization":"Basic abcdefgh"}}}}})");
  const Json made = call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Keys"}, {"journeyData", journey}});
  const auto id = made["nodeIdMapping"]["ask"].get<std::string>();
  Json arguments = read("Keys", "editable");
  EXPECT_THAT(arguments.dump(), Not(HasSubstr("a key of some length")));
  arguments["realm"] = "alpha";
  arguments["journeyName"] = "Keys";
  arguments["nodes"][id]["config"]["timeout"] = 7;

  call_with("updateJourney", arguments);
  call_with("updateJourneyNode", {{"realm", "alpha"},
                                  {"nodeType", "RESTNode"},
                                  {"nodeId", id},
                                  {"merge", true},
                                  {"config", {{"privateKey", "[redacted]"}, {"restURL", "https://b.example"}}}});

  const Json stored =
      sandbox.api
          .send("GET", "/am/json/alpha/realm-config/authentication/authenticationtrees/nodes/RESTNode/" + id, "",
                {{"accept-api-version", "protocol=2.1,resource=1.0"}})
          .body;
  EXPECT_EQ(stored["timeout"], 7);
  EXPECT_EQ(stored["restURL"], "https://b.example");
  EXPECT_EQ(stored["privateKey"], "a key of some length");
  EXPECT_EQ(stored["headersMap"]["Authorization"], "Basic abcdefgh");
}

TEST_F(JourneysSandbox, TheDefaultJourneyIsChangedAndGuarded) {
  const auto former = call_with("listJourneys", {{"realm", "alpha"}})["defaultJourney"].get<std::string>();
  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"journeyData", simple_journey()}});
  call_with("updateJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"enabled", false}});
  EXPECT_THAT(call("setDefaultJourney", R"({"realm":"alpha","journeyName":"New"})"), Refuses("disabled"));
  call_with("updateJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"enabled", true}});

  EXPECT_EQ(call_with("setDefaultJourney", {{"realm", "alpha"}, {"journeyName", "New"}})["formerDefaultJourney"],
            former);

  EXPECT_EQ(call_with("listJourneys", {{"realm", "alpha"}})["defaultJourney"], "New");
  EXPECT_THAT(call("deleteJourney", R"({"realm":"alpha","journeyName":"New"})"), Refuses("default"));
  EXPECT_THAT(call("deleteJourney", R"({"realm":"alpha","journeyName":"ProgressiveProfile"})"), Refuses("Login"));
}

TEST_F(JourneysSandbox, EveryJourneyIsDrawnWithAllItsNodes) {
  for (const auto& name : names()) {
    SCOPED_TRACE(name);
    const Json journey = read(name);
    const auto result =
        call("drawJourney", base::print_json({{"realm", "alpha"}, {"journeyName", name}, {"format", "svg"}}));

    ASSERT_THAT(result, Succeeds());
    ASSERT_THAT(result.content, SizeIs(2));
    const auto svg = base::text_member(result.content[1]["resource"], "text");
    for (const auto& [id, node] : journey["nodes"].items()) {
      EXPECT_THAT(result.json["mermaid"].get<std::string>(), HasSubstr(node["nodeType"].get<std::string>()));
      EXPECT_THAT(svg, HasSubstr(node["nodeType"].get<std::string>()));
    }
    EXPECT_THAT(result.notes, Not(HasSubstr("could not be read")));
  }
}

TEST_F(JourneysSandbox, NodesInUseAreKept) {
  const Json login = read("Login");
  Json nodes = Json::array();
  for (const auto& [id, config] : login["nodeData"]["configs"].items())
    nodes.push_back({{"nodeType", config["_type"]["_id"]}, {"nodeId", id}});

  EXPECT_THAT(call("deleteJourneyNodes", base::print_json({{"realm", "alpha"}, {"nodes", nodes}})),
              Refuses("journey Login"));
  EXPECT_EQ(base::print_json(read("Login")), base::print_json(login));
}

TEST_F(JourneysSandbox, WrongTypesAndSettingsAreExplained) {
  Json wrong = simple_journey();
  wrong["nodes"]["check"]["nodeType"] = "DataStoreDecisionNod";
  const Json arguments{{"realm", "alpha"}, {"journeyName", "Wrong"}, {"journeyData", wrong}};
  EXPECT_THAT(call("createJourney", base::print_json(arguments)), Refuses("the nearest: DataStoreDecisionNode"));
  EXPECT_THAT(call("getJourney", R"({"realm":"alpha","journeyName":"Wrong"})"), Fails("not_found", "Wrong"));
}

}  // namespace
}  // namespace tools
