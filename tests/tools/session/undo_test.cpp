// listChanges and undoChange: a session's changes, taken back (R-UND-01 to R-UND-03). That every tool's change can be
// taken back is tested with the calls of all tools, in wire_test.cpp.
#include <algorithm>

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

TEST_F(Undo, IsRefusedWhereTheThingIsGone) {
  const auto role = new_role();
  describe(role, "new");
  made("deleteManagedObject", {{"objectType", "alpha_role"}, {"objectId", role}});

  EXPECT_THAT(undo(2), Fails("conflict", "does not exist any more"));
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
