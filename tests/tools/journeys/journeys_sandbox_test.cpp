// Whole lives of journeys in the sandbox tenant, with and without versions of nodes (R-JRN-21), and every journey of it
// written back as it was read.
#include <set>

#include "aic/difference.h"
#include "sandbox/am/am.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"
#include "tools/journeys/graph.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// The journey before its page is filled.
Json with_empty_page(Json journey) {
  journey["nodes"]["page"]["config"]["nodes"] = Json::array();
  return journey;
}

class JourneysSandbox : public ::testing::TestWithParam<bool>, public test::ToolTest {
 protected:
  JourneysSandbox() : sandbox(has_versions() ? sandbox::fresh_tenant() : sandbox::old_tenant()) {
    http = &sandbox;
    max_chars = 10'000'000;
  }

  static bool has_versions() { return GetParam(); }

  Json call_with(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds());
    notes = result.notes;
    return result.json;
  }

  // Creates the journey; gives its ids by what the nodes are called.
  Json create(const std::string& name, const Json& data) {
    return call_with("createJourney",
                     {{"realm", "alpha"}, {"journeyName", name}, {"journeyData", data}})["nodeIdMapping"];
  }

  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const Json& entry : call_with("listJourneys", {{"realm", "alpha"}})["result"]) all.push_back(entry["name"]);
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

TEST_P(JourneysSandbox, EveryJourneyIsWrittenBackAsItWas) {
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

TEST_P(JourneysSandbox, EveryJourneyCanBeMadeAnewInTheOtherRealm) {
  for (Json script : sandbox.api.tenant.am->realms["alpha"].scripts) {
    script["name"] = "Of alpha: " + script["name"].get<std::string>();
    sandbox.api.tenant.am->realms["bravo"].scripts.push_back(script);
  }
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

TEST_P(JourneysSandbox, AJourneyIsMadeChangedAndDeleted) {
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
  EXPECT_EQ(base::print_json(call_with("updateJourneyNode", change)["changed"]),
            R"([{"path":"/retryLimit","before":4,"after":7}])");
  const Json same = call_with("updateJourneyNode", change);
  EXPECT_THAT(same["message"], HasSubstr("nothing was written"));
  EXPECT_EQ(base::print_json(same["changed"]), "[]");

  // Settings of nodes are part of what changed in a journey.
  const Json replaced =
      call_with("createJourney",
                {{"realm", "alpha"}, {"journeyName", "My test"}, {"journeyData", simple_journey()}, {"replace", true}});
  EXPECT_EQ(base::print_json(replaced["changed"]),
            base::print_json(Json{{{"path", "/nodes/" + ids["count"].get<std::string>() + "/config/retryLimit"},
                                   {"before", 7},
                                   {"after", 4}}}));
  EXPECT_FALSE(replaced.contains("nodes")) << "no result of a write repeats the whole";

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

  EXPECT_THAT(base::print_json(changed["changed"]),
              HasSubstr("{\"path\":\"/nodes/" + ids["count"].get<std::string>() + "\",\"before\":{"));

  call_with("updateJourney", {{"realm", "alpha"}, {"journeyName", "My test"}, {"description", "Mine"}});
  const Json form = read("My test", "editable");
  const Json first = call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "My test"}})["deleted"];
  EXPECT_EQ(first["journeyName"], "My test");
  EXPECT_THAT(aic::differences(form, first["journeyData"]), IsEmpty());
  EXPECT_EQ(first.size(), 2u) << "nothing stands there twice";
  // What was deleted, pages' nodes included, can be put back.
  Json back = first;
  back["realm"] = "alpha";
  call_with("createJourney", back);
  EXPECT_THAT(aic::differences(form, read("My test", "editable")), IsEmpty());

  const Json gone = call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "My test"}});
  EXPECT_THAT(gone["nodesGone"], SizeIs(3));
  EXPECT_THAT(gone["nodesStayed"], IsEmpty());
  EXPECT_THAT(call("getJourney", R"({"realm":"alpha","journeyName":"My test"})"),
              Fails("not_found", "There is no journey \\\"My test\\\" in alpha"));
}

// The same for journeys whose nodes differ in their ids and places alone.
Json nameless(Json form, const Json& ids, const std::string& page) {
  for (Json& node : form["nodes"]) {
    for (const char* place : {"x", "y"}) node.erase(place);
  }
  auto text = base::print_json(form);
  const auto put = [&](const std::string& id, const std::string& name) {
    for (auto at = text.find(id); at != std::string::npos; at = text.find(id)) text.replace(at, id.size(), name);
  };
  const Json& children = form["nodes"][page]["config"]["nodes"];
  for (std::size_t i = 0; i < children.size(); ++i) put(children[i]["_id"], "child " + std::to_string(i));
  for (const auto& [key, id] : ids.items()) put(id, "node " + key);
  return base::parse_json(text);
}

// As the vendor's guides do it: the page first, what is inside it in a second call.
TEST_P(JourneysSandbox, PagesFilledInASecondStepGiveTheSameJourney) {
  const Json whole = simple_journey();
  const Json once = create("Once", whole);
  const Json twice = create("Twice", with_empty_page(whole));
  Json fill{{"realm", "alpha"},
            {"nodeType", "PageNode"},
            {"nodeId", twice["page"]},
            {"config", whole["nodes"]["page"]["config"]}};
  const Json filled = call_with("updateJourneyNode", fill);
  EXPECT_THAT(filled["nodeIdMapping"], SizeIs(2));
  EXPECT_THAT(base::print_json(filled["changed"]), HasSubstr("PasswordCollectorNode"));

  Json of_once = once, of_twice = twice;
  for (const char* child : {"user", "page.config.nodes[1]"}) of_once.erase(child);
  const Json left = nameless(read("Once", "editable"), of_once, once["page"]);
  const Json right = nameless(read("Twice", "editable"), of_twice, twice["page"]);
  EXPECT_TRUE(base::same_value(left, right)) << left.dump() << "\n" << right.dump();
  // What the caller named is called the same as in one call.
  Json named = whole;
  named["nodes"]["page"]["config"]["nodes"].erase(1);
  const Json ids = call_with(
      "createJourney",
      {{"realm", "alpha"}, {"journeyName", "Twice"}, {"journeyData", named}, {"replace", true}})["nodeIdMapping"];
  EXPECT_EQ(ids["user"], filled["nodeIdMapping"]["user"]);
}

// A page of version 2.0 calls its outcomes by its nodes: the connections have to follow when these get their ids.
TEST_P(JourneysSandbox, ConnectionsOfAPageFilledInASecondStepFollowItsNodes) {
  if (!has_versions()) GTEST_SKIP() << "there are no pages of version 2.0";
  Json whole = base::parse_json(R"({"entryNodeId":"page","nodes":{
      "page":{"nodeType":"PageNode","version":"2.0","displayName":"Sign in",
              "connections":{"pass-outcome":"success"},"config":{"nodes":[
                {"_id":"user","nodeType":"UsernameCollectorNode","displayName":"User","_properties":{}},
                {"_id":"pass","nodeType":"PasswordCollectorNode","displayName":"Password","_properties":{}}]}}}})");
  const Json once = create("Once", whole);
  const Json twice = create("Twice", with_empty_page(whole));
  const Json fill{{"realm", "alpha"},        {"nodeType", "PageNode"}, {"version", "2.0"},
                  {"nodeId", twice["page"]}, {"merge", true},          {"config", whole["nodes"]["page"]["config"]}};
  const auto seen = preview("updateJourneyNode", fill);
  ASSERT_EQ(seen.requests.size(), 4u) << "two nodes, the page and its journey";
  const Json filled = call_with("updateJourneyNode", fill);
  const auto outcome = filled["nodeIdMapping"]["pass"].get<std::string>() + "-outcome";
  ASSERT_EQ(filled["journeys"].size(), 1u) << filled.dump();
  EXPECT_EQ(filled["journeys"][0]["journey"], "Twice");
  EXPECT_THAT(base::print_json(filled["journeys"][0]["changed"]), HasSubstr(outcome));
  EXPECT_THAT(notes, Not(HasSubstr("connect them with updateJourney")));

  Json of_twice = twice;
  of_twice.update(filled["nodeIdMapping"]);
  const Json left = nameless(read("Once", "editable"), once, once["page"]);
  const Json right = nameless(read("Twice", "editable"), of_twice, twice["page"]);
  EXPECT_TRUE(base::same_value(left, right)) << left.dump() << "\n" << right.dump();

  const Json again = call_with("updateJourneyNode", fill);
  EXPECT_THAT(again["message"], HasSubstr("nothing was written"));
  EXPECT_THAT(writes, IsEmpty());
}

// The sandbox tenant, which refuses some requests.
class Refusing final : public http::HttpClient {
 public:
  Refusing(http::HttpClient& tenant, std::string method, std::string end)
      : tenant_(tenant), method_(std::move(method)), end_(std::move(end)) {}

  net::Task<http::Response> send(http::Request request) override {
    if (request.method == method_ && request.url.ends_with(end_))
      co_return http::Response{
          .status = 403, .headers = {{"content-type", "application/json"}}, .body = R"({"code":403})"};
    co_return co_await tenant_.send(std::move(request));
  }

 private:
  http::HttpClient& tenant_;
  std::string method_, end_;
};

TEST_P(JourneysSandbox, ConnectionsThatCouldNotBeWrittenAreWrittenByTheSameCall) {
  if (!has_versions()) GTEST_SKIP() << "there are no pages of version 2.0";
  const Json data = base::parse_json(R"({"entryNodeId":"page","nodes":{
      "page":{"nodeType":"PageNode","version":"2.0","displayName":"P","connections":{"pass-outcome":"success"},
              "config":{"nodes":[]}}}})");
  const Json ids = call_with("createJourney",
                             {{"realm", "alpha"}, {"journeyName", "Later"}, {"journeyData", data}})["nodeIdMapping"];
  Json fill =
      base::parse_json(R"({"realm":"alpha","nodeType":"PageNode","version":"2.0","merge":true,"config":{"nodes":[
      {"_id":"pass","nodeType":"PasswordCollectorNode","displayName":"Password","_properties":{}}]}})");
  fill["nodeId"] = ids["page"];

  Refusing refusing(sandbox, "PUT", "/trees/Later");
  http = &refusing;
  const auto stopped = call("updateJourneyNode", base::print_json(fill));
  EXPECT_THAT(stopped, Fails("partial", "Stopped after 2 of 3 steps"));
  EXPECT_THAT(base::print_json(stopped.json["notDone"]), HasSubstr("connections of the page"));

  http = &sandbox;
  const Json again = call_with("updateJourneyNode", fill);
  EXPECT_THAT(again["message"], HasSubstr("already has these settings; connections of the page were changed"));
  EXPECT_EQ(again["journeys"][0]["journey"], "Later");
}

TEST_P(JourneysSandbox, FillingAPageAgainWritesNothingAndReplacingItsNodesTellsWhichFellOut) {
  const Json ids =
      call_with("createJourney",
                {{"realm", "alpha"}, {"journeyName", "Twice"}, {"journeyData", simple_journey()}})["nodeIdMapping"];
  Json fill = base::parse_json(R"({"realm":"alpha","nodeType":"PageNode","merge":true,"config":{"nodes":[
      {"nodeType":"ChoiceCollectorNode","displayName":"Which","_properties":{"prompt":"Which?","choices":["a","b"]}}]}})");
  fill["nodeId"] = ids["page"];
  const Json first = call_with("updateJourneyNode", fill);
  EXPECT_THAT(first["orphans"], SizeIs(2));
  EXPECT_THAT(notes, HasSubstr("The page's outcomes are now"));
  const Json again = call_with("updateJourneyNode", fill);
  EXPECT_THAT(again["message"], HasSubstr("nothing was written"));
  EXPECT_EQ(again["nodeIdMapping"], first["nodeIdMapping"]);
  EXPECT_THAT(writes, IsEmpty());

  // With merge, the settings of what is inside stay, too.
  fill["config"]["nodes"][0]["_properties"] = {{"prompt", "Who?"}};
  const Json changed = call_with("updateJourneyNode", fill);
  EXPECT_EQ(changed["changed"].size(), 1u);
  EXPECT_EQ(changed["changed"][0]["after"], "Who?");
  EXPECT_THAT(writes, SizeIs(1));
}

TEST_P(JourneysSandbox, AllSettingsOfAJourneyAreTaken) {
  Json journey = simple_journey();
  for (const char* flag : {"noSession", "transactionalOnly", "mustRun", "innerTreeOnly"}) journey[flag] = true;
  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Flags"}, {"journeyData", journey}});
  EXPECT_EQ(read("Flags")["noSession"], true);
  EXPECT_EQ(read("Flags", "editable")["transactionalOnly"], true);
  const Json changed = call_with("updateJourney", {{"realm", "alpha"}, {"journeyName", "Flags"}, {"noSession", false}});
  EXPECT_EQ(changed["changed"][0]["path"], "/noSession");
  const Json deleted = call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "Flags"}})["deleted"];
  EXPECT_THAT(notes, Not(HasSubstr("createJourney does not take")));
  EXPECT_EQ(deleted["journeyData"]["transactionalOnly"], true);
}

TEST_P(JourneysSandbox, ResultsNameOnlyWhatIsCalledOtherwiseAndTheScriptsOfNodes) {
  std::string scripts[2];
  for (int i = 0; i < 2; ++i)
    scripts[i] =
        call_with("createScript",
                  {{"realm", "alpha"}, {"name", "Chooser " + std::to_string(i)}, {"script", "outcome = 'yes';"}})["id"];
  Json journey = base::parse_json(R"({"entryNodeId":"ask","nodes":{"ask":{"nodeType":"ScriptedDecisionNode",
      "displayName":"Ask","connections":{"yes":"success"},"config":{"outcomes":["yes"],"inputs":["*"],"outputs":["*"]}}}})");
  journey["nodes"]["ask"]["config"]["script"] = scripts[0];
  const auto id = call_with(
      "createJourney", {{"realm", "alpha"}, {"journeyName", "Asks"}, {"journeyData", journey}})["nodeIdMapping"]["ask"];
  std::size_t reads = 0;
  for (const auto& line : sandbox.requests) reads += line == "GET /am/json/alpha/scripts/" + scripts[0] ? 1 : 0;
  EXPECT_EQ(reads, 1u) << "a new script is read once";

  const Json changed = call_with("updateJourneyNode", {{"realm", "alpha"},
                                                       {"nodeType", "ScriptedDecisionNode"},
                                                       {"nodeId", id},
                                                       {"merge", true},
                                                       {"config", {{"script", scripts[1]}}}});
  EXPECT_EQ(changed["scriptNames"][scripts[0]], "Chooser 0");
  EXPECT_EQ(changed["scriptNames"][scripts[1]], "Chooser 1");

  Json arguments = read("Asks", "editable");
  arguments["realm"] = "alpha";
  arguments["journeyName"] = "Asks";
  arguments["nodes"][id.get<std::string>()]["config"]["script"] = scripts[0];
  const Json back = call_with("updateJourney", arguments);
  EXPECT_FALSE(back.contains("nodeIdMapping")) << "each id is what was given";
  EXPECT_EQ(back["scriptNames"][scripts[0]], "Chooser 0");
}

TEST_P(JourneysSandbox, SecretsOfNodesSurviveReadingAndWritingBack) {
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

  EXPECT_EQ(base::print_json(call_with("updateJourney", arguments)["changed"]),
            base::print_json(Json{{{"path", "/nodes/" + id + "/config/timeout"}, {"before", 5}, {"after", 7}}}));
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

TEST_P(JourneysSandbox, ChangedSecretsOfNodesAreToldButNotShown) {
  const Json journey = base::parse_json(R"({"entryNodeId":"ask","nodes":{"ask":{"nodeType":"RESTNode",
      "displayName":"Ask","connections":{"200":"success"},"config":{"privateKey":"the former key"}}}})");
  const Json made = call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Keys"}, {"journeyData", journey}});
  const Json changed = call_with("updateJourneyNode", {{"realm", "alpha"},
                                                       {"nodeType", "RESTNode"},
                                                       {"nodeId", made["nodeIdMapping"]["ask"]},
                                                       {"merge", true},
                                                       {"config", {{"privateKey", "the present key"}}}});
  EXPECT_EQ(base::print_json(changed["changed"]),
            R"([{"path":"/privateKey","before":"[redacted]","after":"[redacted]","note":"(secret) changed"}])");

  const Json deleted = call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "Keys"}})["deleted"];
  EXPECT_THAT(base::print_json(deleted), AllOf(HasSubstr("[redacted]"), Not(HasSubstr("present key"))));
}

TEST_P(JourneysSandbox, ADeletedJourneyIsShownWholeAboveTheBudget) {
  Json journey = base::parse_json(R"({"entryNodeId":"n0","nodes":{}})");
  for (int i = 0; i < 60; ++i)
    journey["nodes"]["n" + std::to_string(i)] = {{"nodeType", "RetryLimitDecisionNode"},
                                                 {"displayName", "Tries"},
                                                 {"connections", {{"Retry", "success"}, {"Reject", "failure"}}},
                                                 {"config", {{"retryLimit", 4}}}};
  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Long"}, {"journeyData", journey}});
  max_chars = 16'000;
  const auto result = call("deleteJourney", R"({"realm":"alpha","journeyName":"Long"})");
  ASSERT_THAT(result, Succeeds());
  EXPECT_GT(result.text.size(), 16'000u);
  EXPECT_EQ(result.json["deleted"]["journeyData"]["nodes"].size(), 60u);
  EXPECT_THAT(result.notes, HasSubstr("no later call can show what was deleted"));
}

TEST_P(JourneysSandbox, WritingAJourneyComparesOutcomesWithTheirScripts) {
  const Json made = call_with(
      "createScript", {{"realm", "alpha"}, {"name", "Chooses"}, {"script", "outcome = known ? \"yes\" : 'perhaps';"}});
  Json journey = base::parse_json(R"({"entryNodeId":"ask","nodes":{"ask":{"nodeType":"ScriptedDecisionNode",
      "displayName":"Ask","connections":{"yes":"success","no":"failure"},
      "config":{"outcomes":["yes","no"],"inputs":["*"],"outputs":["*"]}}}})");
  journey["nodes"]["ask"]["config"]["script"] = made["id"];
  const Json written =
      call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Asks"}, {"journeyData", journey}});
  EXPECT_THAT(notes, HasSubstr("Outcome \"no\" of node \"ask\" never occurs in its script"));
  EXPECT_THAT(notes, HasSubstr("gives the outcome \"perhaps\", which the node does not declare"));

  call_with("updateScript", {{"realm", "alpha"}, {"scriptId", made["id"]}, {"script", "outcome = ok ? 'yes' : 'no';"}});
  call_with("updateJourneyNode", {{"realm", "alpha"},
                                  {"nodeType", "ScriptedDecisionNode"},
                                  {"nodeId", written["nodeIdMapping"]["ask"]},
                                  {"merge", true},
                                  {"config", {{"inputs", {"x"}}}}});
  EXPECT_THAT(notes, Not(HasSubstr("script")));

  call_with("updateScript", {{"realm", "alpha"}, {"scriptId", made["id"]}, {"script", "outcome = pick();"}});
  call_with("updateJourneyNode", {{"realm", "alpha"},
                                  {"nodeType", "ScriptedDecisionNode"},
                                  {"nodeId", written["nodeIdMapping"]["ask"]},
                                  {"merge", true},
                                  {"config", {{"inputs", {"y"}}}}});
  EXPECT_THAT(notes, HasSubstr("the script computes them"));
}

TEST_P(JourneysSandbox, TheDefaultJourneyIsChangedAndGuarded) {
  const auto former = call_with("listJourneys", {{"realm", "alpha"}})["defaultJourney"].get<std::string>();
  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"journeyData", simple_journey()}});
  call_with("updateJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"enabled", false}});
  EXPECT_THAT(call("setDefaultJourney", R"({"realm":"alpha","journeyName":"New"})"), Refuses("disabled"));
  call_with("updateJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"enabled", true}});

  const Json set = call_with("setDefaultJourney", {{"realm", "alpha"}, {"journeyName", "New"}});
  EXPECT_EQ(base::print_json(set["changed"]),
            base::print_json(Json{{{"path", "/core/orgConfig"}, {"before", former}, {"after", "New"}}}));

  EXPECT_EQ(call_with("listJourneys", {{"realm", "alpha"}})["defaultJourney"], "New");
  EXPECT_THAT(call("deleteJourney", R"({"realm":"alpha","journeyName":"New"})"), Refuses("default"));
  EXPECT_THAT(call("deleteJourney", R"({"realm":"alpha","journeyName":"ProgressiveProfile"})"), Refuses("Login"));
}

TEST_P(JourneysSandbox, EveryJourneyIsDrawnWithAllItsNodes) {
  for (const auto& name : names()) {
    SCOPED_TRACE(name);
    const Json journey = read(name);
    const auto result =
        call("drawJourney", base::print_json({{"realm", "alpha"}, {"journeyName", name}, {"format", "svg"}}));

    ASSERT_THAT(result, Succeeds());
    ASSERT_THAT(result.attachments, SizeIs(1));
    const auto& svg = result.attachments[0].text;
    for (const auto& [id, node] : journey["nodes"].items()) {
      EXPECT_THAT(result.json["mermaid"].get<std::string>(), HasSubstr(node["nodeType"].get<std::string>()));
      EXPECT_THAT(svg, HasSubstr(node["nodeType"].get<std::string>()));
    }
    EXPECT_THAT(result.notes, Not(HasSubstr("could not be read")));
  }
}

TEST_P(JourneysSandbox, NodesInUseAreKept) {
  const Json login = read("Login");
  Json nodes = Json::array();
  for (const auto& [id, config] : login["nodeData"]["configs"].items())
    nodes.push_back({{"nodeType", config["_type"]["_id"]}, {"nodeId", id}});

  EXPECT_THAT(call("deleteJourneyNodes", base::print_json({{"realm", "alpha"}, {"nodes", nodes}})),
              Refuses("journey Login"));
  EXPECT_EQ(base::print_json(read("Login")), base::print_json(login));
}

TEST_P(JourneysSandbox, WrongTypesAndSettingsAreExplained) {
  Json wrong = simple_journey();
  wrong["nodes"]["check"]["nodeType"] = "DataStoreDecisionNod";
  const Json arguments{{"realm", "alpha"}, {"journeyName", "Wrong"}, {"journeyData", wrong}};
  EXPECT_THAT(call("createJourney", base::print_json(arguments)), Refuses("similar: DataStoreDecisionNode"));
  EXPECT_THAT(call("getJourney", R"({"realm":"alpha","journeyName":"Wrong"})"), Fails("not_found", "Wrong"));
}

// The nodes of a realm as its tenant has them, one a line.
std::set<std::string> all_nodes(test::SandboxHttp& sandbox) {
  const auto answer = sandbox.api.call(
      "POST", "/am/json/alpha/realm-config/authentication/authenticationtrees/nodes?_action=nextdescendents", {});
  std::set<std::string> all;
  for (const Json& node : answer.body["result"]) all.insert(base::print_json(node));
  return all;
}

TEST_P(JourneysSandbox, ACopyHasNodesOfItsOwnAndGoesWithThem) {
  for (const auto& name : names()) {
    SCOPED_TRACE(name);
    const auto before = all_nodes(sandbox);
    const Json original = read(name);
    const Json arguments{
        {"realm", "alpha"}, {"journeyName", "Copy of " + name}, {"journeyData", read(name, "editable")}};

    const Json made = call_with("createJourney", arguments);

    EXPECT_THAT(notes, HasSubstr("its own nodes"));
    for (const auto& [given, id] : made["nodeIdMapping"].items()) EXPECT_NE(Json(given), id);
    const Json copy = read("Copy of " + name);
    ASSERT_EQ(copy["nodes"].size(), original["nodes"].size());
    EXPECT_EQ(copy["nodeData"]["configs"].size(), original["nodeData"]["configs"].size());
    for (const auto& [id, config] : original["nodeData"]["configs"].items()) {
      const auto own = made["nodeIdMapping"][id].get<std::string>();
      ASSERT_TRUE(copy["nodeData"]["configs"].contains(own)) << id;
    }
    Json again = arguments;
    again["replace"] = true;
    EXPECT_EQ(call_with("createJourney", again)["nodeIdMapping"], made["nodeIdMapping"]);

    const Json gone = call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "Copy of " + name}});
    EXPECT_FALSE(gone.contains("nodesKept"));
    EXPECT_THAT(gone["nodesStayed"], IsEmpty());
    EXPECT_EQ(all_nodes(sandbox), before);
    EXPECT_EQ(base::print_json(read(name)), base::print_json(original));
  }
}

TEST_P(JourneysSandbox, AGraphOfAnotherJourneyIsCopiedByAnUpdate) {
  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"journeyData", simple_journey()}});
  const auto before = all_nodes(sandbox);
  const Json login = read("Login");
  Json arguments = read("Login", "editable");
  arguments["realm"] = "alpha";
  arguments["journeyName"] = "New";
  arguments["removeOrphans"] = true;

  call_with("updateJourney", arguments);

  EXPECT_EQ(base::print_json(read("Login")), base::print_json(login));
  call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "New"}});
  EXPECT_EQ(base::print_json(read("Login")), base::print_json(login));
  EXPECT_LT(all_nodes(sandbox).size(), before.size());
}

TEST_P(JourneysSandbox, AChildOfAnotherJourneysPageIsCopiedWithItsSettings) {
  const Json registration = read("Registration");
  Json journey = simple_journey();
  for (const auto& [id, node] : registration["nodes"].items()) {
    if (node["nodeType"] != "PageNode") continue;
    Json config = registration["nodeData"]["configs"][id];
    journey["nodes"]["page"]["config"] = {{"nodes", config["nodes"]}};
  }

  const Json made = call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"journeyData", journey}});

  const Json copy = read("New");
  for (const auto& [given, id] : made["nodeIdMapping"].items()) {
    const Json& original = base::member(registration["nodeData"]["configs"], given);
    if (original.is_null()) continue;
    const Json& own = copy["nodeData"]["configs"][id.get<std::string>()];
    EXPECT_THAT(aic::differences(journeys::bare_config(original), journeys::bare_config(own)), IsEmpty()) << given;
  }
  EXPECT_EQ(base::print_json(read("Registration")), base::print_json(registration));
}

// Journeys that share nodes already, as an earlier copy left them.
TEST_P(JourneysSandbox, NodesThatTwoJourneysHaveStayWithTheOther) {
  const Json login = read("Login");
  Json twin = login;
  for (const char* member : {"_id", "_rev", "nodeData"}) twin.erase(member);
  sandbox.api.call("PUT", "/am/json/alpha/realm-config/authentication/authenticationtrees/trees/Twin", twin);

  const Json gone = call_with("deleteJourney", {{"realm", "alpha"}, {"journeyName", "Twin"}});

  EXPECT_THAT(gone["nodesKept"], SizeIs(login["nodes"].size()));
  EXPECT_EQ(gone["nodesKept"][0]["usedBy"][0], "journey Login");
  EXPECT_EQ(base::print_json(read("Login")), base::print_json(login));
  EXPECT_THAT(names(), Not(::testing::Contains("Twin")));
}

TEST_P(JourneysSandbox, AnyNodeThatStartsAJourneyKeepsIt) {
  const Json journey = base::parse_json(R"({"entryNodeId":"start","nodes":{"start":{"nodeType":"BackChannelInitNode",
      "displayName":"Start","connections":{"TRUE":"success","FALSE":"failure"},"config":{"tree":"Step Up"}}}})");
  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Outer"}, {"journeyData", journey}});

  EXPECT_THAT(call("deleteJourney", R"({"realm":"alpha","journeyName":"Step Up"})"), Refuses("used by Outer"));
}

TEST_P(JourneysSandbox, HalfAJourneyIsRefusedBeforeAnythingIsWritten) {
  Json journey = simple_journey();
  journey["nodes"]["page"]["config"]["nodes"][1].erase("_properties");
  const Json arguments{{"realm", "alpha"}, {"journeyName", "Half"}, {"journeyData", journey}};

  EXPECT_THAT(call("createJourney", base::print_json(arguments)),
              Refuses("nodes.page.config.nodes[1] (PasswordCollectorNode)"));
  EXPECT_THAT(writes, IsEmpty());
  EXPECT_THAT(call("getJourney", R"({"realm":"alpha","journeyName":"Half"})"), Fails("not_found", "Half"));
}

Json naming_journey() {
  return base::parse_json(R"({"entryNodeId":"page","nodes":{
      "page":{"nodeType":"PageNode","displayName":"P","connections":{"outcome":"inner"},
              "config":{"stage":"themeId=no-theme","nodes":[{"nodeType":"ValidatedUsernameNode","displayName":"N","_properties":{}}]}},
      "inner":{"nodeType":"InnerTreeEvaluatorNode","displayName":"I","connections":{"true":"ask","false":"failure"},"config":{"tree":"Nowhere"}},
      "ask":{"nodeType":"ScriptedDecisionNode","displayName":"S","connections":{"true":"mail"},
             "config":{"script":"0c1f6a2e-0000-4000-8000-000000000000","outcomes":["true"]}},
      "mail":{"nodeType":"EmailSuspendNode","displayName":"M","connections":{"outcome":"success"},"config":{"emailTemplateName":"noTemplate"}}}})");
}

TEST_P(JourneysSandbox, WhatTheRealmLacksIsNamed) {
  Json arguments{{"realm", "alpha"},
                 {"journeyName", "Lacking"},
                 {"identityResource", "managed/bravo_user"},
                 {"journeyData", naming_journey()}};
  const auto refused = call("createJourney", base::print_json(arguments));
  EXPECT_THAT(refused, Refuses("there is no journey Nowhere at journeyData.nodes.inner.config/tree"));
  EXPECT_THAT(
      refused,
      Refuses("there is no script 0c1f6a2e-0000-4000-8000-000000000000 at journeyData.nodes.ask.config/script"));
  EXPECT_THAT(writes, IsEmpty());

  arguments["force"] = true;
  EXPECT_THAT(call("createJourney", base::print_json(arguments)), Fails("invalid_request", "Tree Name"));

  arguments["force"] = false;
  arguments["journeyData"]["nodes"]["inner"]["config"]["tree"] = "Login";
  for (const Json& script : call_with("listScripts", {{"realm", "alpha"}})["result"])
    arguments["journeyData"]["nodes"]["ask"]["config"]["script"] = script["_id"];
  call_with("createJourney", arguments);
  EXPECT_THAT(notes, HasSubstr("there is no theme no-theme at journeyData.nodes.page.config/stage"));
  EXPECT_THAT(notes,
              HasSubstr("there is no e-mail template noTemplate at journeyData.nodes.mail.config/emailTemplateName"));
  EXPECT_THAT(notes, HasSubstr("managed/bravo_user belongs to realm bravo at identityResource"));
}

TEST_P(JourneysSandbox, AJourneyWithoutNodesComesBackAsItWas) {
  const std::string id = "f19e5458-6c2e-43e6-9273-84d66f4a8f46";
  const Json odd{{"entryNodeId", id},
                 {"nodes", Json::object()},
                 {"staticNodes", {{"startNode", {{"x", 70}, {"y", 80}}}, {"other", {{"x", 1.5}, {"y", 2}}}}}};
  sandbox.api.call("PUT", "/am/json/alpha/realm-config/authentication/authenticationtrees/trees/Odd", odd);
  const Json form = read("Odd", "editable");
  EXPECT_THAT(notes, Not(HasSubstr("cannot be written back")));

  Json arguments{{"realm", "alpha"}, {"journeyName", "Odd"}};
  arguments.update(form);
  EXPECT_THAT(call_with("updateJourney", arguments)["message"], HasSubstr("nothing was written"));
  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Odd 2"}, {"journeyData", form}});
  EXPECT_THAT(notes, HasSubstr("no entry node " + id));

  const Json copy = read("Odd 2");
  EXPECT_EQ(copy["entryNodeId"], id);
  EXPECT_EQ(copy["staticNodes"]["other"], odd["staticNodes"]["other"]);
}

TEST_P(JourneysSandbox, ThePlacesOfTheEndsAreCopied) {
  Json form = read("Login", "editable");
  const std::string end = "70e691a5-1e33-4ac3-a356-e7b6d60d92e0";
  form["staticNodes"][end] = {{"x", 1234}, {"y", 5}};

  call_with("createJourney", {{"realm", "alpha"}, {"journeyName", "Placed"}, {"journeyData", form}});

  EXPECT_EQ(read("Placed")["staticNodes"][end]["x"], 1234);
}

INSTANTIATE_TEST_SUITE_P(, JourneysSandbox, ::testing::Bool(), [](const ::testing::TestParamInfo<bool>& info) {
  return info.param ? "WithVersions" : "WithoutVersions";
});

// A page of version 2.0, whose outcomes begin with its last child's id.
class VersionedJourneys : public ::testing::Test, public test::ToolTest {
 protected:
  VersionedJourneys() {
    http = &sandbox;
    max_chars = 10'000'000;
  }

  Json succeed(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds()) << tool;
    return result.json;
  }

  Json make() {
    return succeed("createJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"journeyData", second_page()}});
  }

  static Json second_page() {
    return base::parse_json(R"({"entryNodeId":"page","nodes":{"page":{"nodeType":"PageNode","version":"2.0",
        "displayName":"P","connections":{"name-outcome":"success"},"config":{"nodes":[{"_id":"name",
        "nodeType":"ValidatedUsernameNode","nodeVersion":"2.0","displayName":"N","_properties":{"prepopulate":true}}]}}}})");
  }

  test::SandboxHttp sandbox;
};

TEST_F(VersionedJourneys, NodesAreReadWrittenDrawnAndDeletedUnderTheirVersion) {
  const Json ids = make()["nodeIdMapping"];
  const auto page = ids["page"].get<std::string>(), name = ids["name"].get<std::string>();
  const Json read =
      succeed("getJourney", {{"realm", "alpha"}, {"journeyName", "New"}, {"format", "tree"}, {"includeSchemas", true}});
  EXPECT_EQ(read["nodes"][page]["connections"].items().begin().key(), name + "-outcome");
  EXPECT_FALSE(read["nodeData"].contains("errors"));
  EXPECT_EQ(read["nodeData"]["configs"][name]["prepopulate"], true);
  EXPECT_TRUE(read["nodeData"]["schemas"]["ValidatedUsernameNode"]["properties"].contains("prepopulate"));

  for (const char* version : {"", "2.0"}) {
    Json change{{"realm", "alpha"},
                {"nodeType", "ValidatedUsernameNode"},
                {"nodeId", name},
                {"merge", true},
                {"config", {{"usernameAttribute", version}}}};
    if (*version != 0) change["version"] = version;
    EXPECT_THAT(succeed("updateJourneyNode", change)["message"].get<std::string>(), HasSubstr("changed"));
  }
  EXPECT_THAT(succeed("drawJourney", {{"realm", "alpha"}, {"journeyName", "New"}})["mermaid"].get<std::string>(),
              HasSubstr("N (ValidatedUsernameNode)"));

  Json end = base::parse_json(R"({"entryNodeId":"success","nodes":{}})");
  end.update({{"realm", "alpha"}, {"journeyName", "New"}});
  const Json orphans = succeed("updateJourney", end)["orphans"];
  ASSERT_THAT(orphans, SizeIs(2));
  EXPECT_EQ(orphans[0]["version"], "2.0");
  EXPECT_EQ(succeed("deleteJourneyNodes", {{"realm", "alpha"}, {"nodes", orphans}})["successCount"], 2);
}

TEST_F(VersionedJourneys, NodesInUseAreKeptInAnyVersion) {
  const Json ids = make()["nodeIdMapping"];
  const Json nodes = {{{"nodeType", "PageNode"}, {"nodeId", ids["page"]}},
                      {{"nodeType", "ValidatedUsernameNode"}, {"nodeId", ids["name"]}}};

  const auto result = call("deleteJourneyNodes", base::print_json({{"realm", "alpha"}, {"nodes", nodes}}));

  EXPECT_THAT(result, Refuses("journey New"));
  EXPECT_THAT(result, Refuses("page " + ids["page"].get<std::string>()));
}

TEST_F(VersionedJourneys, AnInnerTreeOfALaterVersionCounts) {
  EXPECT_THAT(call("deleteJourney", R"({"realm":"bravo","journeyName":"Login","force":true})"), Refuses("default"));
  succeed("setDefaultJourney", {{"realm", "bravo"}, {"journeyName", "Registration"}});
  const auto result = call("deleteJourney", R"({"realm":"bravo","journeyName":"Login"})");
  EXPECT_THAT(result.text, HasSubstr("FindUserName"));
}

TEST_F(VersionedJourneys, DetailsTellOfEachVersion) {
  const Json results = succeed(
      "getNodeTypeDetails", {{"realm", "alpha"}, {"nodeTypes", {"ValidatedUsernameNode", "MessageNode"}}})["results"];
  const Json& name = results["ValidatedUsernameNode"];
  EXPECT_FALSE(name["schema"]["properties"].contains("prepopulate"));
  EXPECT_TRUE(name["versions"]["2.0"]["schema"]["properties"].contains("prepopulate"));
  EXPECT_TRUE(name["versions"]["2.0"]["error"].is_null());
  EXPECT_FALSE(results["MessageNode"].contains("versions"));

  const Json child = {{"_id", "c"}, {"nodeType", "MessageNode"}, {"_properties", Json::object()}};
  Json question{{"realm", "alpha"}, {"nodeType", "PageNode"}, {"config", {{"nodes", Json::array({child})}}}};
  EXPECT_EQ(succeed("getDynamicNodeOutcomes", question)["outcomes"][0]["id"], "true");
  question["version"] = "2.0";
  EXPECT_EQ(succeed("getDynamicNodeOutcomes", question)["outcomes"][0]["id"], "c-true");
}

}  // namespace
}  // namespace tools
