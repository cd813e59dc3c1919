// listChanges and undoChange: a session's changes, taken back (R-UND-01 to R-UND-03). That every tool's change can be
// taken back is tested with the calls of all tools, in wire_test.cpp.
#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "sandbox/idm/idm.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/state.h"
#include "support/tenant/tool_test.h"
#include "tools/catalog.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::HasSubstr;
using ::testing::Not;

class Undo : public ::testing::Test, public test::ToolTest, public http::HttpClient {
 protected:
  Undo() {
    http = this;
    max_chars = 1'000'000;
  }

  net::Task<http::Response> send(http::Request request) override {
    const auto line = request.method + " " + request.url.substr(request.url.find('/', 8));
    if (on_request) on_request(line);
    if (!odd.empty() && line.starts_with(odd) && odd_after-- <= 0)
      co_return http::Response{
          .status = 200, .headers = {{"content-type", "application/json"}}, .body = std::string(odd_body)};
    if (!refused.empty() && line.starts_with(refused))
      co_return http::Response{.status = 403,
                               .headers = {{"content-type", "application/json"}},
                               .body = R"({"code":403,"reason":"Forbidden","message":"Access denied"})"};
    co_return co_await sandbox.send(std::move(request));
  }

  Json made(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds()) << tool;
    EXPECT_EQ(result.change_number, journal.last()) << tool;
    return result.json;
  }
  Json in_alpha(std::string_view tool, Json arguments) {
    arguments["realm"] = "alpha";
    return made(tool, arguments);
  }
  test::CallResult undo(std::uint64_t number) { return call("undoChange", fmt::format(R"({{"change":{}}})", number)); }
  Json state() { return test::state_of(sandbox.api.tenant); }
  void expect_state(const Json& wanted) { EXPECT_EQ(Json::diff(wanted, state()), Json::array()); }
  std::size_t writes_so_far() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(sandbox.requests, [](const auto& line) { return !line.starts_with("GET"); }));
  }
  Json listed(std::uint64_t number) {
    return call("listChanges", fmt::format(R"({{"change":{}}})", number)).json["changes"][0];
  }
  Json new_app() {
    const auto users = call("queryManagedObjects", R"({"objectType":"alpha_user","pageSize":1})").json["result"];
    return {{"name", "Undo"}, {"clientId", "undo"}, {"owners", Json::array({users[0]["userName"]})}};
  }
  std::string new_role() {
    return made("createManagedObject",
                {{"objectType", "alpha_role"}, {"objectData", {{"name", "r"}, {"description", "old"}}}})["id"];
  }
  void describe(const std::string& id, const std::string& text) {
    const auto revision =
        call("getManagedObject", base::print_json({{"objectType", "alpha_role"}, {"objectId", id}})).json["_rev"];
    made("patchManagedObject",
         {{"objectType", "alpha_role"},
          {"objectId", id},
          {"revision", revision},
          {"operations", Json::array({{{"operation", "replace"}, {"field", "/description"}, {"value", text}}})}});
  }

  test::SandboxHttp sandbox;
  std::string refused;  // "DELETE /openidm/…": such requests
  std::function<void(const std::string& line)> on_request;
  std::string odd;  // such requests are answered 200 with `odd_body`, but for the first `odd_after`
  std::string odd_body;
  int odd_after = 0;
};

Json journey() {
  return base::parse_json(R"({"entryNodeId":"page","nodes":{
      "page":{"nodeType":"PageNode","displayName":"P","connections":{"outcome":"check"},"config":{"nodes":[
          {"_id":"user","nodeType":"UsernameCollectorNode","displayName":"N","_properties":{}}]}},
      "check":{"nodeType":"DataStoreDecisionNode","displayName":"C",
               "connections":{"true":"success","false":"failure"},"config":{}}}})");
}

TEST_F(Undo, OfTwelveChangesInReverseLeavesNothing) {
  const Json before = state();
  std::vector<Json> states;
  const auto done = [&] { states.push_back(state()); };

  const auto role = new_role();
  done();
  describe(role, "new");
  done();
  made("patchManagedObjectDefinition",
       {{"objectName", "alpha_role"},
        {"operations", Json::array({{{"operation", "add"}, {"field", "/schema/title"}, {"value", "Role!"}}})}});
  done();
  made("setVariable", {{"variableId", "esv-undo"}, {"type", "string"}, {"value", "x"}});
  done();
  in_alpha("createTheme", {{"themeData", {{"name", "Undo"}}}});
  done();
  in_alpha("setDefaultTheme", {{"themeIdentifier", "Undo"}});
  done();
  in_alpha("createScript", {{"name", "Undo"}, {"script", "a();"}});
  done();
  const Json ids = in_alpha("createJourney", {{"journeyName", "Undo it"}, {"journeyData", journey()}})["nodeIdMapping"];
  done();
  in_alpha("updateJourneyNode", {{"nodeType", "PageNode"},
                                 {"nodeId", ids["page"]},
                                 {"config", {{"pageHeader", {{"en", "x"}}}}},
                                 {"merge", true}});
  done();
  in_alpha("setDefaultJourney", {{"journeyName", "Undo it"}});
  done();
  in_alpha("createOidcApp", new_app());
  done();
  made("createCorsPolicy",
       base::parse_json(R"({"policyId":"undo","acceptedOrigins":["https://a.example"],"acceptedMethods":["GET"],
      "acceptedHeaders":[],"exposedHeaders":[],"maxAge":5,"allowCredentials":false,"enabled":true})"));

  for (std::uint64_t number = 12; number > 0; --number) {
    const auto undone = undo(number);
    ASSERT_THAT(undone, Succeeds()) << number;
    EXPECT_GT(undone.change_number, 12u);
    EXPECT_EQ(Json::diff(state(), number > 1 ? states[number - 2] : before), Json::array()) << number;
  }
}

TEST_F(Undo, OfAnUndoIsTheChangeAgain) {
  const auto role = new_role();
  const Json created = state();
  describe(role, "new");
  const Json changed = state();

  ASSERT_THAT(undo(2), Succeeds());
  expect_state(created);
  EXPECT_TRUE(base::is_false(listed(2)["undoable"])) << listed(2);
  EXPECT_EQ(listed(3)["undoes"], 2);

  ASSERT_THAT(undo(3), Succeeds());
  expect_state(changed);
  ASSERT_THAT(undo(2), Succeeds()) << "the change is in place again";
  expect_state(created);
}

TEST_F(Undo, LeavesTimesAndAuthorsOfChangesAsTheyAre) {
  const auto role = new_role();
  const auto path = "/openidm/managed/alpha_role/" + role;
  describe(role, "new");
  sandbox.api.send("PATCH", path, R"([{"operation":"add","field":"/lastModifiedBy","value":"them"}])", {});
  const auto shown = [&] { return sandbox.api.get(path).body; };
  ASSERT_EQ(shown()["lastModifiedBy"], "them");

  ASSERT_THAT(undo(2), Succeeds());
  EXPECT_EQ(shown()["description"], "old");
  EXPECT_EQ(shown()["lastModifiedBy"], "them");
}

TEST_F(Undo, IsRefusedWhereTheStateIsAnother) {
  const auto role = new_role();
  describe(role, "new");
  describe(role, "newer");
  const auto writes = writes_so_far();

  const auto refused = undo(2);

  EXPECT_THAT(refused, Fails("conflict", "nothing was written"));
  EXPECT_THAT(refused.text, HasSubstr(R"({"path":"/description","before":"new","after":"newer"})"));
  EXPECT_EQ(writes_so_far(), writes);
  EXPECT_EQ(refused.change_number, 0u);
  EXPECT_EQ(undo(1).category(), "conflict") << "what was changed since is not deleted";
  EXPECT_THAT(undo(3), Succeeds());
  EXPECT_THAT(undo(2), Succeeds());
}

// An answer that shows nothing is not the word that there is nothing.
TEST_F(Undo, TakesNoOddAnswerForAMissingThing) {
  const auto role = new_role();
  made("deleteManagedObject", {{"objectType", "alpha_role"}, {"objectId", role}});
  ASSERT_THAT(undo(2), Succeeds());
  const auto id = in_alpha("createScript", {{"name", "Odd"}, {"script", "a();"}})["id"].get<std::string>();
  const Json before = state();
  for (const std::string& path : {"GET /openidm/managed/alpha_role/" + role, "GET /am/json/alpha/scripts/" + id}) {
    for (const char* body : {"", "[]", "null", "\"x\""}) {
      for (odd_after = 0; odd_after < 2;) {
        const auto times = odd_after;
        odd = path;
        odd_body = body;
        const auto result = undo(path.contains("role") ? 3 : 4);
        odd.clear();
        EXPECT_TRUE(result.is_error) << path << body << times << result.text;
        EXPECT_THAT(result.text, Not(HasSubstr("does not exist"))) << path << body << times;
        expect_state(before);
        odd_after = times + 1;
      }
    }
  }
}

TEST_F(Undo, IsRefusedWhereTheThingIsGone) {
  const auto role = new_role();
  describe(role, "new");
  made("deleteManagedObject", {{"objectType", "alpha_role"}, {"objectId", role}});

  EXPECT_THAT(undo(2), Fails("conflict", "does not exist any more"));
}

// Another administrator, or another call of this one, was faster by a moment: the result must not claim what it did not
// do.
TEST_F(Undo, IsNotClaimedWhereSomebodyElseDeletedTheThingMeanwhile) {
  const auto id = in_alpha("createScript", {{"name", "Gone"}, {"script", "a();"}})["id"].get<std::string>();
  const auto path = "/am/json/alpha/scripts/" + id;
  int reads = 0;
  on_request = [&](const std::string& line) {
    if (line == "GET " + path && ++reads == 2)
      sandbox.api.send("DELETE", path, "", {{"accept-api-version", "protocol=2.0,resource=1.0"}});
  };

  const auto result = undo(1);

  EXPECT_EQ(reads, 2);
  EXPECT_THAT(result, Fails("conflict", "does not exist any more"));
  EXPECT_THAT(result.text, HasSubstr("nothing was written"));
}

// A journey and a node of it: somebody else changed the node, so that the journey stays, too.
TEST_F(Undo, OfSeveralDocumentsWritesNoneWhereOneIsAnother) {
  const Json ids = in_alpha("createJourney", {{"journeyName", "Undo it"}, {"journeyData", journey()}})["nodeIdMapping"];
  in_alpha("updateJourneyNode", {{"nodeType", "PageNode"},
                                 {"nodeId", ids["page"]},
                                 {"config", {{"pageHeader", {{"en", "x"}}}}},
                                 {"merge", true}});
  const Json before = state();

  EXPECT_THAT(undo(1), Fails("conflict", "pageHeader"));
  expect_state(before);
}

TEST_F(Undo, SaysBeforehandWhatCannotBePutBack) {
  made("enableAiAgent", Json::object());

  EXPECT_TRUE(base::is_false(listed(1)["undoable"]));
  EXPECT_THAT(base::print_json(listed(1)["why"]), HasSubstr("AI agents"));
  EXPECT_THAT(undo(1), Refuses("AI agents"));
}

TEST_F(Undo, OfADeletionTellsWhatIsLost) {
  const auto role = new_role();
  const Json before = state();
  made("deleteManagedObject", {{"objectType", "alpha_role"}, {"objectId", role}});

  EXPECT_THAT(base::print_json(listed(2)["notRestored"]), HasSubstr("relationships"));
  const auto undone = undo(2);

  EXPECT_THAT(undone, Succeeds());
  EXPECT_THAT(undone.text, HasSubstr("notRestored"));
  expect_state(before);
}

TEST_F(Undo, NeitherShowsNorPutsBackPasswords) {
  const Json user{
      {"userName", "undo"}, {"givenName", "U"}, {"sn", "Ndo"}, {"mail", "u@example.com"}, {"password", "Secret-12345"}};
  const auto id = made("createManagedObject", {{"objectType", "alpha_user"}, {"objectData", user}})["id"];
  const auto revision =
      call("getManagedObject", base::print_json({{"objectType", "alpha_user"}, {"objectId", id}})).json["_rev"];
  made("patchManagedObject",
       {{"objectType", "alpha_user"},
        {"objectId", id},
        {"revision", revision},
        {"operations", Json::array({{{"operation", "replace"}, {"field", "/password"}, {"value", "Other-12345"}}})}});

  const auto list = call("listChanges");

  EXPECT_THAT(list.text, Not(HasSubstr("-12345")));
  EXPECT_TRUE(base::is_false(listed(2)["undoable"])) << listed(2);
  EXPECT_THAT(base::print_json(listed(2)["why"]), HasSubstr("/password"));
}

TEST_F(Undo, IsForThePersonWhoMadeTheChange) {
  new_role();
  person = "somebody else";

  const auto list = call("listChanges");

  EXPECT_THAT(list.text, Not(HasSubstr("description")));
  EXPECT_TRUE(base::is_false(list.json["changes"][0]["undoable"]));
  EXPECT_THAT(undo(1), Refuses("Another person"));
}

TEST_F(Undo, IsPreviewedLikeOtherChanges) {
  new_role();
  const auto writes = writes_so_far();

  const auto seen = preview("undoChange", {{"change", 1}});

  ASSERT_EQ(seen.requests.size(), 1u);
  EXPECT_EQ(seen.requests[0].method, "DELETE");
  EXPECT_TRUE(seen.is_complete);
  EXPECT_EQ(writes_so_far(), writes);
  ASSERT_THAT(undo(1), Succeeds());
  EXPECT_EQ(seen.fingerprint, journal.changes().back().fingerprint);
}

TEST_F(Undo, OfWhatIsNotListedIsRefused) {
  EXPECT_THAT(undo(1), Fails("not_found", "There is no change 1"));
  EXPECT_THAT(call("listChanges", R"({"change":3})"), Fails("not_found", "There is no change 3"));
  EXPECT_TRUE(call("listChanges").json["changes"].empty());
}

// An undo of a creation is a deletion, and deletes nothing that others use by now (R-WRT-13).
class UndoOfWhatIsInUse : public Undo {
 protected:
  void expect_refused(std::uint64_t number, std::string_view user) {
    const Json before = state();
    const auto refused = undo(number);
    EXPECT_THAT(refused, Fails("conflict", "nothing was written"));
    EXPECT_THAT(refused.text, HasSubstr(std::string(user)));
    EXPECT_EQ(refused.change_number, 0u);
    expect_state(before);
  }
};

TEST_F(UndoOfWhatIsInUse, KeepsAScriptThatAJourneyRuns) {
  const Json before = state();
  const Json id = in_alpha("createScript", {{"name", "Undo"}, {"script", "outcome = 'true';"}})["id"];
  Json nodes = base::parse_json(R"({"s":{"nodeType":"ScriptedDecisionNode","displayName":"S",
      "connections":{"true":"success"},"config":{"outcomes":["true"],"inputs":["*"],"outputs":["*"]}}})");
  nodes["s"]["config"]["script"] = id;
  in_alpha("createJourney", {{"journeyName", "Undo it"}, {"journeyData", {{"entryNodeId", "s"}, {"nodes", nodes}}}});

  expect_refused(1, "journey Undo it");
  EXPECT_THAT(undo(2), Succeeds());
  EXPECT_THAT(undo(1), Succeeds());
  expect_state(before);
}

TEST_F(UndoOfWhatIsInUse, KeepsAVariableThatAScriptReads) {
  made("setVariable", {{"variableId", "esv-undo"}, {"type", "string"}, {"value", "x"}});
  in_alpha("createScript", {{"name", "Reads"}, {"script", "systemEnv.getProperty('esv.undo');"}});

  expect_refused(1, "script Reads");
  EXPECT_THAT(undo(2), Succeeds());
  EXPECT_THAT(undo(1), Succeeds());
}

TEST_F(UndoOfWhatIsInUse, KeepsTheDefaultJourneyAndOneThatAnotherOneCalls) {
  in_alpha("createJourney", {{"journeyName", "Undo it"}, {"journeyData", journey()}});
  in_alpha("setDefaultJourney", {{"journeyName", "Undo it"}});
  expect_refused(1, "authentication settings");
  EXPECT_THAT(undo(2), Succeeds());

  in_alpha("createJourney",
           {{"journeyName", "Outer"}, {"journeyData", base::parse_json(R"({"entryNodeId":"i","nodes":{"i":{
      "nodeType":"InnerTreeEvaluatorNode","displayName":"I","connections":{"true":"success","false":"failure"},
      "config":{"tree":"Undo it"}}}})")}});
  expect_refused(1, "journey Outer");
  EXPECT_THAT(undo(4), Succeeds());
  EXPECT_THAT(undo(1), Succeeds());
}

TEST_F(UndoOfWhatIsInUse, KeepsATypeThatHasObjects) {
  made("createManagedObjectDefinition",
       {{"objectName", "car"},
        {"objectDefinition", {{"schema", {{"type", "object"}, {"properties", {{"name", {{"type", "string"}}}}}}}}}});
  made("createManagedObject", {{"objectType", "car"}, {"objectData", {{"name", "r"}}}});

  expect_refused(1, "objects of type car exist");
  EXPECT_THAT(undo(2), Succeeds());
  EXPECT_THAT(undo(1), Succeeds());
}

TEST_F(UndoOfWhatIsInUse, KeepsWhatItCouldNotLookInto) {
  made("setVariable", {{"variableId", "esv-undo"}, {"type", "string"}, {"value", "x"}});
  refused = "GET /am/json/alpha/scripts";

  expect_refused(1, "not checked");
  refused.clear();
  EXPECT_THAT(undo(1), Succeeds());
}

// In both of a tenant's layouts: one document for all themes of the realms, and one for each theme beside another one
// for defaults and links (R-THM-03).
class UndoOfThemes : public Undo, public ::testing::WithParamInterface<sandbox::ThemeLayout> {
 protected:
  UndoOfThemes() {
    if (GetParam() == sandbox::ThemeLayout::theme) sandbox::idm::split_themes(*sandbox.api.tenant.idm);
  }
  // The state before each change, and after the last one.
  void change(std::string_view tool, const Json& arguments) {
    if (states_.empty()) states_.push_back(state());
    in_alpha(tool, arguments);
    states_.push_back(state());
  }
  void undo_all_in_reverse() {
    for (std::uint64_t number = states_.size() - 1; number > 0; --number) {
      ASSERT_TRUE(base::is_true(listed(number)["undoable"])) << listed(number);
      ASSERT_THAT(undo(number), Succeeds()) << number;
      EXPECT_EQ(Json::diff(state(), states_[number - 1]), Json::array()) << number;
    }
  }

  std::vector<Json> states_;
};

TEST_P(UndoOfThemes, InReverseLeavesNothing) {
  change("createTheme", {{"themeData", {{"name", "Undo"}, {"linkedTrees", {"Login"}}}}});
  change("updateTheme", {{"themeIdentifier", "Undo"},
                         {"themeUpdates", {{"primaryColor", "#123456"}, {"linkedTrees", {"Onboarding"}}}}});
  change("setDefaultTheme", {{"themeIdentifier", "Undo"}});
  change("setDefaultTheme", {{"themeIdentifier", "Starter Theme"}});
  change("deleteTheme", {{"themeIdentifier", "Undo"}, {"force", true}});
  change("deleteTheme", {{"themeIdentifier", "Larkspur"}, {"force", true}});

  undo_all_in_reverse();
}

TEST_P(UndoOfThemes, OfAnUndoIsTheChangeAgain) {
  change("deleteTheme", {{"themeIdentifier", "Larkspur"}, {"force", true}});

  ASSERT_THAT(undo(1), Succeeds());
  EXPECT_EQ(Json::diff(state(), states_[0]), Json::array());
  ASSERT_THAT(undo(2), Succeeds());
  EXPECT_EQ(Json::diff(state(), states_[1]), Json::array());
  ASSERT_THAT(undo(1), Succeeds());
  EXPECT_EQ(Json::diff(state(), states_[0]), Json::array());
}

TEST_P(UndoOfThemes, IsRefusedWhereAThemeIsAnother) {
  change("createTheme", {{"themeData", {{"name", "Undo"}, {"linkedTrees", {"Login"}}}}});
  change("updateTheme", {{"themeIdentifier", "Undo"}, {"themeUpdates", {{"primaryColor", "#123456"}}}});
  const auto writes = writes_so_far();

  EXPECT_THAT(undo(1), Fails("conflict", "#123456"));
  EXPECT_EQ(writes_so_far(), writes);
  EXPECT_EQ(Json::diff(state(), states_[2]), Json::array());
}

// In the older layout the default is in the theme itself, so that it is not as the change left it.
TEST_P(UndoOfThemes, KeepsTheDefaultThemeAndOneThatAJourneyOrPageHas) {
  const Json id = in_alpha("createTheme", {{"themeData", {{"name", "Undo"}}}})["id"];
  const auto expect_refused = [&](std::string_view why) {
    const Json before = state();
    EXPECT_THAT(undo(1), Fails("conflict", "nothing was written"));
    EXPECT_THAT(undo(1).text, HasSubstr(std::string(why)));
    expect_state(before);
  };
  const bool is_newer = GetParam() == sandbox::ThemeLayout::theme;
  in_alpha("setDefaultTheme", {{"themeIdentifier", "Undo"}});
  expect_refused(is_newer ? "defaultRealmThemeId" : "isDefault");
  ASSERT_THAT(undo(2), Succeeds());

  in_alpha("updateTheme", {{"themeIdentifier", "Undo"}, {"themeUpdates", {{"linkedTrees", {"Login"}}}}});
  expect_refused("linkedTrees");
  ASSERT_THAT(undo(4), Succeeds());

  Json page = journey();
  page["nodes"]["page"]["config"]["stage"] = base::print_json({{"themeId", id}});
  in_alpha("createJourney", {{"journeyName", "Undo it"}, {"journeyData", page}});
  expect_refused("journey Undo it");
  ASSERT_THAT(undo(6), Succeeds());
  EXPECT_THAT(undo(1), Succeeds());
}

INSTANTIATE_TEST_SUITE_P(Layouts, UndoOfThemes,
                         ::testing::Values(sandbox::ThemeLayout::realm, sandbox::ThemeLayout::theme),
                         [](const auto& layout) {
                           return layout.param == sandbox::ThemeLayout::theme ? "OneDocumentEach" : "OneDocument";
                         });

// A call that changed something and then failed is in the list, too, with its number in the failure.
TEST_F(Undo, IsOfferedForWhatAFailedCallHasChanged) {
  in_alpha("createOidcApp", new_app());
  const Json before = state();
  refused = "DELETE /openidm/managed/alpha_application";

  const auto failed = call("deleteOidcApp", R"({"realm":"alpha","name":"Undo"})");
  refused.clear();

  EXPECT_TRUE(failed.is_error) << failed.text;
  EXPECT_EQ(failed.change_number, 2u) << failed.text;
  EXPECT_NE(Json::diff(before, state()), Json::array());
  ASSERT_THAT(undo(2), Succeeds());
  expect_state(before);
}

}  // namespace
}  // namespace tools
