// findReferences against the sandbox tenant, with a delay for each answer.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/log.h"
#include "sandbox/am/am.h"
#include "sandbox/esv/esv.h"
#include "sandbox/idm/idm.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using base::Json;
using test::CallResult;
using test::Refuses;
using test::Succeeds;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr net::Duration delay{100};

// The sandbox tenant at the end of a line on which each answer takes its time; some requests are answered otherwise.
class FoundReferences : public ::testing::Test, public test::ToolTest, public http::HttpClient {
 protected:
  FoundReferences() {
    base::set_log_level(base::LogLevel::error);
    http = this;
    max_chars = 10'000'000;
  }

  net::Task<http::Response> send(http::Request request) override {
    ++under_way_;
    co_await clock.sleep(delay);
    --under_way_;
    for (const auto& [part, answer] : instead_) {
      if (request.url.contains(part)) co_return answer;
    }
    co_return co_await sandbox_.send(std::move(request));
  }

  // Requests whose URL contains the part get this answer.
  void answer_instead(std::string part, int status, std::string body, std::string type = "application/json") {
    instead_.emplace_back(
        std::move(part),
        http::Response{.status = status, .headers = {{"content-type", std::move(type)}}, .body = std::move(body)});
  }

  CallResult find(const std::string& kind, const std::string& id, const std::string& realm = "alpha") {
    const Json arguments{{"realm", realm}, {"kind", kind}, {"idOrName", id}};
    const auto before = clock.now();
    auto running = begin("findReferences", base::print_json(arguments));
    while (clock.sleepers() > 0) clock.advance(clock.next_wake());
    round_trips = static_cast<int>((clock.now() - before) / delay);
    return running.get();
  }

  sandbox::AmRealm& alpha() { return sandbox_.api.tenant.am->realms.at("alpha"); }
  std::string id_of_script(const std::string& name) {
    for (const Json& script : alpha().scripts) {
      if (script["name"] == name) return script["_id"];
    }
    return {};
  }
  static std::vector<std::string> journeys_in(const CallResult& result) {
    std::vector<std::string> names;
    for (const Json& use : result.json["references"]) {
      if (use.contains("journey")) names.push_back(use["journey"].is_null() ? "-" : use["journey"].get<std::string>());
    }
    return names;
  }

  // Journeys of this many nodes, some of them in pages; the first child of each page has the script.
  void add_journeys(int journeys, int nodes, const std::string& script);

  test::SandboxHttp sandbox_;
  int round_trips = 0;

 private:
  std::vector<std::pair<std::string, http::Response>> instead_;
  int under_way_ = 0;
};

void FoundReferences::add_journeys(int journeys, int nodes, const std::string& script) {
  auto& realm = alpha();
  const Json settings{{"script", script}, {"outcomes", Json::array({"a"})}};
  for (int j = 0; j < journeys; ++j) {
    Json held = Json::object();
    for (int n = 0; n < nodes; ++n) {
      const auto id = fmt::format("{:08x}-0000-4000-8000-{:012x}", j, n);
      const bool is_page = n % 5 == 0;
      Json own = n % 5 == 1 ? settings : Json::object();
      const std::string type = is_page ? "PageNode" : n % 5 == 1 ? "ScriptedDecisionNode" : "DataStoreDecisionNode";
      if (is_page) {
        const auto child = fmt::format("{:08x}-0000-4000-9000-{:012x}", j, n);
        sandbox::am::store_node(realm, "ScriptedDecisionNode", child, "1.0", settings);
        own["nodes"] = Json::array(
            {{{"_id", child}, {"nodeType", "ScriptedDecisionNode"}, {"nodeVersion", "1.0"}, {"displayName", "Child"}}});
      }
      sandbox::am::store_node(realm, type, id, is_page ? "2.0" : "1.0", own);
      held[id] = {{"nodeType", type},
                  {"displayName", fmt::format("Node {}", n)},
                  {"version", is_page ? "2.0" : "1.0"},
                  {"connections", Json::object()}};
    }
    realm.trees.push_back({{"_id", fmt::format("Made {}", j)}, {"nodes", held}});
  }
}

TEST_F(FoundReferences, OfAScriptAreNodesLibrariesClientsAndPolicies) {
  const auto id = id_of_script("Country check");
  alpha().clients["web-shop"]["overrideOAuth2ClientConfig"]["oidcClaimsScript"] = id;
  for (Json& script : alpha().scripts) {
    if (script["name"] == "Start page") script["script"] = base::base64("require('Country check').go();");
  }

  const auto result = find("script", "Country check");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["id"], id);
  EXPECT_EQ(result.json["name"], "Country check");
  EXPECT_EQ(result.json["exists"], true);
  EXPECT_EQ(result.json["complete"], true);
  ASSERT_THAT(result.json["references"], SizeIs(3));
  const Json& node = result.json["references"][0];
  EXPECT_EQ(node["journey"], "Onboarding");
  EXPECT_EQ(node["node"], "Country");
  EXPECT_EQ(node["nodeType"], "ScriptedDecisionNode");
  EXPECT_EQ(node["member"], "script");
  EXPECT_EQ(base::text_member(result.json["references"][1], "name"), "Start page");
  EXPECT_EQ(base::print_json(result.json["references"][2]),
            R"({"in":"OAuth2 client","id":"web-shop","member":"overrideOAuth2ClientConfig/oidcClaimsScript"})");
  EXPECT_EQ(result.json["count"], 3);
  EXPECT_EQ(find("script", id).json["references"], result.json["references"]);
}

TEST_F(FoundReferences, OfScriptsThatPoliciesAndEntitiesUseAreFoundToo) {
  EXPECT_EQ(find("script", "Policy Condition Script").json["references"][0]["in"], "policy");
  const auto adapter = find("script", "SAML2 IDP Adapter Script");
  EXPECT_EQ(adapter.json["references"][0]["id"], "larkspur-alpha");
  EXPECT_EQ(adapter.json["references"][0]["member"], "identityProvider/advanced/idpAdapter/idpAdapterScript");
}

TEST_F(FoundReferences, OfAJourneyAreOuterJourneysSettingsThemesAndServices) {
  const auto login = find("journey", "Login");
  EXPECT_EQ(login.json["complete"], true);
  EXPECT_THAT(journeys_in(login), Contains("Onboarding"));
  std::vector<std::string> members;
  for (const Json& use : login.json["references"]) members.push_back(use["member"]);
  EXPECT_THAT(members, AllOf(Contains("core/orgConfig"), Contains("core/adminAuthModule"), Contains("tree")));
  const auto reset = find("journey", "ResetPassword");
  EXPECT_THAT(base::print_json(reset.json["references"]), HasSubstr("treeMapping/resetPassword"));
}

// Pages of other journeys, scripts and mails start it with a link.
TEST_F(FoundReferences, OfAJourneyAreLinksToItToo) {
  const auto found = find("journey", "Registration");
  EXPECT_THAT(journeys_in(found), Contains("Login"));
  EXPECT_THAT(base::print_json(found.json["references"]), HasSubstr("pageDescription/en"));
  EXPECT_THAT(base::print_json(found.json["searched"]), AllOf(HasSubstr("scripts"), HasSubstr("IDM configuration")));
}

// Pages without a theme of their own have the default one.
TEST_F(FoundReferences, OfTheDefaultThemeAreItsRealm) {
  const auto found = find("theme", "Starter Theme");
  EXPECT_EQ(base::print_json(found.json["references"]),
            R"([{"in":"realm","id":"alpha","member":"its default theme"}])");
}

TEST_F(FoundReferences, InPagesNameThePageAndTheChild) {
  add_journeys(1, 6, id_of_script("Old decision"));
  const auto result = find("script", "Old decision");
  ASSERT_THAT(result.json["references"], SizeIs(3));
  const Json* child = nullptr;
  for (const Json& use : result.json["references"]) {
    if (use.contains("page")) child = &use;
  }
  ASSERT_NE(child, nullptr);
  EXPECT_EQ((*child)["journey"], "Made 0");
  EXPECT_EQ((*child)["node"], "Child");
  EXPECT_THAT((*child)["page"].get<std::string>(), testing::StartsWith("Node "));
}

// 20 journeys of 30 nodes: one answer shows all nodes, or one for each type where the tenant has no such answer.
TEST_F(FoundReferences, AreFoundWithinThreeRoundTrips) {
  add_journeys(20, 30, id_of_script("Old decision"));
  for (const bool lists_all : {true, false}) {
    if (!lists_all) answer_instead("authenticationtrees/nodes?_action=nextdescendents", 404, R"({"code":404})");
    for (const char* kind : {"script", "nodeType", "theme", "oauth2Client", "samlEntity", "socialProvider"}) {
      sandbox_.requests.clear();
      const auto result = find(kind, "Old decision");
      EXPECT_EQ(result.json["complete"], true) << kind << result.text.substr(0, 2000);
      EXPECT_LE(round_trips, lists_all ? 2 : 3) << kind;
      EXPECT_LE(sandbox_.requests.size(), lists_all ? 12U : 60U) << kind;
    }
    EXPECT_THAT(find("script", "Old decision").json["count"], 20 * (6 + 6)) << lists_all;
    EXPECT_THAT(find("nodeType", "ScriptedDecisionNode").json["count"], testing::Ge(20 * (6 + 6)));
  }
}

TEST_F(FoundReferences, OfTheWholeTenantAreFoundInBothRealmsWithinThreeRoundTrips) {
  const auto esv = find("esv", "esv-shop-url");
  EXPECT_EQ(esv.json["complete"], true);
  EXPECT_LE(round_trips, 3);
  std::vector<std::string> realms;
  for (const Json& use : esv.json["references"]) {
    if (use["id"] == "validation") realms.push_back(use["realm"]);
  }
  EXPECT_THAT(realms, UnorderedElementsAre("alpha", "bravo"));
  EXPECT_EQ(find("esv", "&{esv.shop.url}").json["references"], esv.json["references"]);
  EXPECT_THAT(base::print_json(find("esv", "esv-signing-key").json["references"]), HasSubstr("secret mapping"));

  const auto mail = find("emailTemplate", "welcome");
  EXPECT_EQ(mail.json["exists"], true);
  EXPECT_THAT(journeys_in(mail), Contains("Onboarding"));
  const auto type = find("managedType", "managed/alpha_user");
  EXPECT_EQ(type.json["id"], "alpha_user");
  EXPECT_THAT(base::print_json(type.json["references"]),
              AllOf(HasSubstr("identityResource"), HasSubstr("managedAlpha_user_systemDirectoryAccount"),
                    HasSubstr("internal role"), HasSubstr("resourceCollection")));
}

TEST_F(FoundReferences, OfClientsEntitiesProvidersAndThemes) {
  EXPECT_EQ(find("oauth2Client", "web-shop").json["references"][0]["member"], "ssoEntities/oidcId");
  EXPECT_THAT(base::print_json(find("samlEntity", "larkspur-alpha").json["references"]), HasSubstr("circle of trust"));
  sandbox::am::store_node(alpha(), "SelectIdPNode", "n1", "1.0", {{"filteredProviders", Json::array({"example-id"})}});
  sandbox::am::store_node(alpha(), "SelectIdPNode", "n2", "1.0", {{"filteredProviders", Json::array()}});
  const auto provider = find("socialProvider", "example-id");
  EXPECT_EQ(provider.json["exists"], true);
  ASSERT_THAT(provider.json["references"], SizeIs(2));
  EXPECT_THAT(journeys_in(provider), Each("-"));
  const auto theme = find("theme", "Larkspur");
  EXPECT_EQ(theme.json["exists"], true);
  EXPECT_EQ(theme.json["complete"], true);
}

TEST_F(FoundReferences, ToWhatDoesNotExistAreShownAllTheSame) {
  sandbox::am::store_node(alpha(), "InnerTreeEvaluatorNode", "n1", "1.0", {{"tree", "Logn"}});
  const auto result = find("journey", "Logn");
  EXPECT_EQ(result.json["exists"], false);
  EXPECT_THAT(result.notes, AllOf(HasSubstr("There is no journey Logn in alpha"), HasSubstr("Login"),
                                  HasSubstr("names it all the same")));
  EXPECT_THAT(result.json["references"], SizeIs(1));

  for (const char* kind : {"script", "theme", "nodeType", "emailTemplate", "oauth2Client", "samlEntity",
                           "socialProvider", "managedType"}) {
    const auto none = find(kind, "Nothing of this name");
    EXPECT_EQ(none.json["exists"], false) << kind;
    EXPECT_EQ(none.json["complete"], true) << kind;
    EXPECT_THAT(none.json["references"], IsEmpty()) << kind;
  }
  EXPECT_EQ(find("esv", "esv-nothing").json["exists"], false);
}

// A part that could not be read is named, and the answer is not complete (R-WRT-16).
TEST_F(FoundReferences, AreIncompleteWhereAPartCouldNotBeRead) {
  answer_instead("/policies?", 404, "<html>no such page</html>", "text/html");
  answer_instead("/saml2?", 500, R"({"code":500,"reason":"Internal Server Error","message":"broken"})");
  answer_instead("agents/OAuth2Client?", 200, R"({"result":null})");
  const auto result = find("script", "Country check");
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["complete"], false);
  EXPECT_THAT(result.json["references"], SizeIs(1));
  EXPECT_THAT(result.notes, HasSubstr("Not everything could be searched"));
  std::vector<std::string> parts;
  for (const Json& part : result.json["notSearched"]) parts.push_back(part["what"]);
  EXPECT_THAT(parts, AllOf(Contains("policies"), Contains("SAML entities"), Contains("OAuth2 clients")));
  EXPECT_THAT(result.json["searched"], Not(Contains("policies")));
}

// A tenant that has no such service says so itself: then there is nothing to search.
TEST_F(FoundReferences, AreCompleteWhereTheTenantHasNoSuchPart) {
  answer_instead("/SocialIdentityProviders?", 404, R"({"code":404,"reason":"Not Found","message":"Not Found"})");
  EXPECT_EQ(find("script", "Country check").json["complete"], true);
}

TEST_F(FoundReferences, OfNodesAreIncompleteWhereOneTypeCannotBeListed) {
  add_journeys(2, 30, id_of_script("Old decision"));
  answer_instead("authenticationtrees/nodes?_action=nextdescendents", 404, R"({"code":404})");
  answer_instead("nodes/DataStoreDecisionNode/1.0?_queryFilter", 404, "<html>gone</html>", "text/html");
  const auto result = find("script", "Old decision");
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["complete"], false);
  EXPECT_EQ(result.json["count"], 2 * (6 + 6));
}

TEST_F(FoundReferences, FailAsAWholeWhereNothingCouldBeRead) {
  answer_instead("https://", 403, R"({"code":403,"reason":"Forbidden","message":"Access denied"})");
  EXPECT_THAT(find("script", "Country check"), test::Fails("unauthorized", "Access denied"));
}

TEST_F(FoundReferences, SurviveTreesAndPagesThatLeadNowhereOrInCircles) {
  auto& realm = alpha();
  sandbox::am::store_node(realm, "InnerTreeEvaluatorNode", "a", "1.0", {{"tree", "Second"}});
  sandbox::am::store_node(realm, "InnerTreeEvaluatorNode", "b", "1.0", {{"tree", "First"}});
  sandbox::am::store_node(
      realm, "PageNode", "p", "1.0",
      {{"nodes",
        Json::array(
            {{{"_id", "lost"}, {"nodeType", "MessageNode"}}, {{"_id", "p"}, {"nodeType", "PageNode"}}, 7, nullptr})}});
  realm.trees.push_back({{"_id", "First"}, {"nodes", {{"a", {{"nodeType", "InnerTreeEvaluatorNode"}}}}}});
  realm.trees.push_back(
      {{"_id", "Second"},
       {"nodes", {{"b", {{"nodeType", "InnerTreeEvaluatorNode"}}}, {"p", {{"nodeType", "PageNode"}}}, {"x", 7}}}});
  const auto result = find("journey", "First");
  EXPECT_THAT(journeys_in(result), ElementsAre("Second"));
  EXPECT_EQ(result.json["complete"], true);
  const auto type = find("nodeType", "MessageNode");
  EXPECT_THAT(journeys_in(type), Contains("Second"));
}

TEST_F(FoundReferences, AreFoundAmongThreeThousandNodes) {
  add_journeys(100, 30, id_of_script("Old decision"));
  max_chars = 38'000;
  const auto result = find("script", "Old decision");
  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["count"], 100 * (6 + 6));
  EXPECT_LE(round_trips, 2);
  EXPECT_LE(result.text.size(), 38'000U);
}

TEST_F(FoundReferences, TakeOddNamesForWhatTheyAre) {
  EXPECT_THAT(find("script", ""), Refuses("idOrName"));
  EXPECT_THAT(find("script", std::string(2000, 'x')), Refuses("idOrName"));
  EXPECT_THAT(find("esv", "shop url"), Refuses("idOrName"));
  EXPECT_THAT(find("colour", "red"), Refuses("kind"));
  for (const char* kind : {"script", "journey", "theme", "emailTemplate", "oauth2Client", "managedType"}) {
    const auto result = find(kind, "../\"%2e' \xE2\x80\xA8&{");
    EXPECT_EQ(result.json["exists"], false) << kind << result.text;
    EXPECT_THAT(result.json["references"], IsEmpty()) << kind;
  }
  // Of another kind: no such thing, and nothing found.
  EXPECT_EQ(find("script", "Login").json["exists"], false);
}

}  // namespace
}  // namespace tools
