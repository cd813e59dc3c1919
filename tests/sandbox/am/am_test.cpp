#include "sandbox/am/am.h"

#include <set>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/api.h"

namespace sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* success = "70e691a5-1e33-4ac3-a356-e7b6d60d92e0";
constexpr const char* failure = "e301438c-0bd0-429c-ab0c-66126501069a";

class Am : public testing::Test {
 protected:
  std::string tree(const std::string& name) { return trees + "/" + base::percent_encode(name); }
  Answer act(const std::string& type, const std::string& action, const Json& body = Json::object()) {
    return api.call("POST", nodes + "/" + type + "?_action=" + action, body);
  }

  Api api;
  const std::string realm = "/am/json/alpha";
  const std::string trees = realm + "/realm-config/authentication/authenticationtrees/trees";
  const std::string nodes = realm + "/realm-config/authentication/authenticationtrees/nodes";
};

TEST_F(Am, TheRootRealmIsNotAvailable) {
  for (const char* path :
       {"realm-config/authentication", "scripts?_queryFilter=true", "realm-config/agents/OAuth2Client/x"}) {
    const auto answer = api.get(std::string("/am/json/realms/root/") + path);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body["message"], "This operation is not available in PingOne Advanced Identity Cloud.");
    EXPECT_EQ(answer.header("cache-control"), "private, no-store");
  }
}

TEST_F(Am, BothAddressesOfARealmLeadToTheSame) {
  const auto by_name = api.get(tree("Login"));
  const auto by_path =
      api.get("/am/json/realms/root/realms/alpha/realm-config/authentication/authenticationtrees/trees/Login");
  EXPECT_EQ(by_name.status, 200);
  EXPECT_EQ(by_name.body, by_path.body);
}

TEST_F(Am, AnUnknownVersionIs400) {
  EXPECT_EQ(api.get(tree("Login"), {{"accept-api-version", "protocol=9.0,resource=1.0"}}).status, 400);
  EXPECT_EQ(api.get(tree("Login"), {{"accept-api-version", "resource=x"}}).status, 400);
  EXPECT_EQ(api.get(tree("Login"), {{"accept-api-version", "resource=1.0, protocol=2.1"}}).status, 200);
}

TEST_F(Am, ProtocolOneShowsNoRevisionAndItsOwnMembersLast) {
  const auto answer =
      api.get(realm + "/realm-config/authentication", {{"accept-api-version", "protocol=1.0,resource=1.0"}});
  EXPECT_FALSE(answer.body.contains("_rev"));
  EXPECT_EQ(answer.body.items().begin().key(), "security");
  EXPECT_EQ(answer.body.back()["_id"], "EMPTY");
  EXPECT_NE(answer.header("etag"), "");
}

TEST_F(Am, AnUnknownJourneyIs404) {
  const auto answer = api.get(tree("Nothing"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body["message"], "Not Found");
}

TEST_F(Am, AJourneyWithAnUnknownMemberIsRefusedAndNamesTheKnownOnes) {
  Json journey = {{"entryNodeId", success}, {"nodes", Json::object()}, {"_rev", "1"}};
  const auto answer = api.call("PUT", tree("New"), journey);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body["detail"]["validAttributes"][0], "description");
  EXPECT_EQ(api.call("PUT", tree("New"), {{"nodes", Json::object()}}).body["message"],
            "Node with ID entryNodeId must exist in the tree.");
  EXPECT_EQ(api.call("PUT", tree("New"), {{"entryNodeId", success}, {"nodes", {{"a", 1}}}}).status, 400);
  EXPECT_EQ(api.get(tree("New")).status, 404);
}

TEST_F(Am, AJourneyIsMadeReadAndDeletedWithItsNodes) {
  const Json journey = base::parse_json(R"({"entryNodeId":"page","nodes":{
    "page":{"nodeType":"PageNode","displayName":"Page","connections":{"outcome":"end"},
            "config":{"nodes":[{"_id":"child","nodeType":"ValidatedUsernameNode","displayName":"Name","_properties":{"usernameAttribute":"mail"}}]}},
    "end":{"nodeType":"MessageNode","displayName":"Bye","connections":{},"config":{"message":{"en":"Bye"}}}}})");
  const auto made = api.call("PUT", tree("With a space"), journey);
  ASSERT_EQ(made.status, 201) << made.raw;
  EXPECT_EQ(made.header("location"), "https://tenant.example" + tree("With a space"));
  EXPECT_FALSE(made.body["nodes"]["page"].contains("config"));
  EXPECT_EQ(made.body["nodes"]["page"]["version"], "1.0");
  EXPECT_EQ(made.body["mustRun"], false);
  EXPECT_EQ(api.get(nodes + "/ValidatedUsernameNode/child").body["usernameAttribute"], "mail");
  EXPECT_EQ(api.get(nodes + "/PageNode/page").body["_outcomes"][0]["id"], "outcome");

  EXPECT_EQ(api.call("DELETE", tree("With a space")).status, 200);

  EXPECT_EQ(api.get(tree("With a space")).status, 404);
  EXPECT_EQ(api.get(nodes + "/PageNode/page").status, 404);
  EXPECT_EQ(api.get(nodes + "/ValidatedUsernameNode/child").status, 404);
}

const http::Headers by_version = {{"accept-api-version", "protocol=2.1,resource=3.0"}};

Json page_of(const std::string& version) {
  return {{"entryNodeId", "page"},
          {"nodes",
           {{"page",
             {{"nodeType", "PageNode"},
              {"displayName", "Page"},
              {"version", version},
              {"connections", {{"child-outcome", success}}},
              {"config",
               {{"nodes",
                 {{{"_id", "child"},
                   {"nodeType", "ValidatedUsernameNode"},
                   {"nodeVersion", version},
                   {"displayName", "Name"},
                   {"_properties", {{"usernameAttribute", "mail"}}}}}}}}}}}}};
}

TEST_F(Am, ANodeIsFoundUnderItsVersionOnly) {
  ASSERT_EQ(api.call("PUT", tree("New"), page_of("2.0")).status, 201);

  EXPECT_EQ(api.get(nodes + "/PageNode/page").body["message"], "Not Found");
  EXPECT_EQ(api.get(nodes + "/PageNode/1.0/page", by_version).status, 404);
  const auto page = api.get(nodes + "/PageNode/2.0/page", by_version);
  ASSERT_EQ(page.status, 200);
  EXPECT_EQ(page.body["_type"]["version"], "2.0");
  EXPECT_EQ(page.body["nodes"][0]["nodeVersion"], "2.0");
  EXPECT_EQ(page.body["_outcomes"][0]["id"], "child-outcome");
  EXPECT_EQ(api.get(nodes + "/PageNode/2.0/page").status, 404) << "the path is there at resource 3.0 only";
  EXPECT_EQ(api.get(nodes + "/MessageNode/2.0/x", by_version).body["message"],
            "Resource 'MessageNode/2.0/x' not found");
  EXPECT_EQ(api.get(nodes + "/PageNode?_queryFilter=true").raw.find("\"page\""), std::string::npos);
  EXPECT_NE(api.get(nodes + "/PageNode/2.0?_queryFilter=true", by_version).raw.find("\"page\""), std::string::npos);
  const auto schema = [&](const std::string& version) {
    return api.call("POST", nodes + "/ValidatedUsernameNode/" + version + "?_action=schema", Json::object(), by_version)
        .body["properties"];
  };
  EXPECT_TRUE(schema("2.0").contains("prepopulate"));
  EXPECT_FALSE(schema("1.0").contains("prepopulate"));

  EXPECT_EQ(api.call("DELETE", tree("New")).status, 200);
  EXPECT_EQ(api.get(nodes + "/PageNode/2.0/page", by_version).status, 404);
  EXPECT_EQ(api.get(nodes + "/ValidatedUsernameNode/2.0/child", by_version).status, 404);
}

TEST(AmBeforeVersions, TellsNoVersionAndKnowsNoPathWithOne) {
  Api api(old_tenant());
  const std::string at = "/am/json/alpha/realm-config/authentication/authenticationtrees";

  Json journey = page_of("1.0");
  journey["nodes"]["page"].erase("version");
  const auto made = api.call("PUT", at + "/trees/New", journey);
  ASSERT_EQ(made.status, 201) << made.raw;
  const auto page = api.get(at + "/nodes/PageNode/page");
  ASSERT_EQ(page.status, 200);
  EXPECT_FALSE(page.body["_type"].contains("version"));
  EXPECT_EQ(page.body["_outcomes"][0]["id"], "outcome");
  EXPECT_EQ(api.get(at + "/nodes/PageNode/1.0/page", by_version).status, 404);
  EXPECT_EQ(api.get(at + "/nodes/PageNode/1.0?_queryFilter=true", by_version).status, 404);
  EXPECT_EQ(api.call("POST", at + "/nodes/PageNode/2.0?_action=schema", Json::object(), by_version).status, 404);
  EXPECT_EQ(api.get(at + "/trees?_queryFilter=true").raw.find("\"version\""), std::string::npos)
      << "the seeded journeys tell no version either";
}

TEST_F(Am, AReferenceToNothingIsRefused) {
  Json journey = base::parse_json(R"({"entryNodeId":"a","nodes":{
    "a":{"nodeType":"InnerTreeEvaluatorNode","displayName":"Inner","connections":{},"config":{"tree":"Nothing"}}}})");
  EXPECT_EQ(api.call("PUT", tree("New"), journey).body["message"],
            "Data validation failed for the attribute, Tree Name");
  journey["nodes"]["a"]["config"]["tree"] = "Login";
  EXPECT_EQ(api.call("PUT", tree("New"), journey).status, 201);
  EXPECT_EQ(api.call("PUT", nodes + "/ScriptedDecisionNode/x", {{"script", "none"}}).status, 400);
}

TEST_F(Am, RevisionsFollowTheContent) {
  const auto before = api.get(tree("Login"));
  Json same = crest::without(before.body, "_rev");
  EXPECT_EQ(api.call("PUT", tree("Login"), same).body["_rev"], before.body["_rev"]);
  same["description"] = "other";
  EXPECT_NE(api.call("PUT", tree("Login"), same).body["_rev"], before.body["_rev"]);
}

TEST_F(Am, TheListOfJourneysShowsTheFieldsAskedFor) {
  const auto answer = api.get(trees + "?_queryFilter=true&_pageSize=-1&_fields=_id%2Cdescription%2Cnodes");
  EXPECT_EQ(answer.body["resultCount"], 8);
  EXPECT_FALSE(answer.body["result"][0].contains("uiConfig"));
  EXPECT_EQ(answer.body["totalPagedResultsPolicy"], "NONE");
}

TEST_F(Am, AnUnknownNodeTypeIsNamedInThe404) {
  EXPECT_EQ(api.get(nodes + "/type1/node1").body["message"], "Resource 'type1/node1' not found");
  EXPECT_EQ(act("type1", "schema").status, 404);
}

TEST_F(Am, EveryNodeTypeHasASchemaATemplateAndOutcomes) {
  const auto types = api.call("POST", nodes + "?_action=getAllTypes", Json::object());
  ASSERT_GE(types.body["result"].size(), 60U);
  for (const Json& type : types.body["result"]) {
    const std::string id = type["_id"];
    const auto schema = act(id, "schema");
    const auto defaults = act(id, "template");
    const auto outcomes = act(id, "listOutcomes");
    EXPECT_EQ(schema.body["type"], "object") << id;
    for (const Json& required : schema.body["required"])
      EXPECT_TRUE(defaults.body.contains(required)) << id << required;
    EXPECT_TRUE(outcomes.body.is_array()) << id;
  }
}

TEST_F(Am, OutcomesFollowTheSettings) {
  const auto ids = [](const Answer& answer) {
    std::vector<std::string> names;
    for (const Json& outcome : answer.body) names.push_back(outcome["id"]);
    return names;
  };
  EXPECT_THAT(ids(act("ChoiceCollectorNode", "listOutcomes", base::parse_json(R"({"choices":["yes","no"]})"))),
              ElementsAre("yes", "no"));
  EXPECT_THAT(ids(act("InnerTreeEvaluatorNode", "listOutcomes", base::parse_json(R"({"displayErrorOutcome":true})"))),
              ElementsAre("true", "false", "error"));
  const Json page = base::parse_json(R"({"nodes":[{"_id":"a","nodeType":"ValidatedUsernameNode","_properties":{}},
    {"_id":"b","nodeType":"ChoiceCollectorNode","_properties":{"choices":["x","y"]}}]})");
  EXPECT_THAT(ids(act("PageNode", "listOutcomes", page)), ElementsAre("x", "y"));
  EXPECT_THAT(ids(api.call("POST", nodes + "/PageNode/2.0?_action=listOutcomes", page, by_version)),
              ElementsAre("b-x", "b-y"));
}

TEST_F(Am, ANodeIsStoredWithDefaultsAndItsOwnOutcomes) {
  const Json body = base::parse_json(
      R"({"_id":"n","outcomes":["a"],"script":"[Empty]","_outcomes":[{"id":"lie"}],"_type":{"_id":"lie"}})");
  const auto made = api.call("PUT", nodes + "/ScriptedDecisionNode/n", body);
  ASSERT_EQ(made.status, 201);
  EXPECT_THAT(made.body["inputs"], ElementsAre("*"));
  EXPECT_EQ(made.body["_type"]["_id"], "ScriptedDecisionNode");
  EXPECT_EQ(made.body["_outcomes"], base::parse_json(R"([{"id":"a","displayName":"a"}])"));
  EXPECT_EQ(api.call("PUT", nodes + "/ScriptedDecisionNode/n", body).status, 200);
  EXPECT_EQ(api.call("PUT", nodes + "/ScriptedDecisionNode/n", {{"colour", "red"}}).status, 400);
  EXPECT_EQ(api.get(nodes + "/ScriptedDecisionNode/1.0/n", by_version).body["_rev"], made.body["_rev"]);
}

TEST_F(Am, TheDefaultJourneyCanBeSetFlat) {
  const http::Headers version{{"accept-api-version", "protocol=1.0,resource=1.0"}};
  const std::string path = realm + "/realm-config/authentication";
  EXPECT_EQ(api.call("PUT", path, {{"orgConfig", "Nothing"}, {"adminAuthModule", "Login"}}, version).status, 400);
  ASSERT_EQ(api.call("PUT", path, {{"orgConfig", "Onboarding"}, {"adminAuthModule", "Login"}}, version).status, 200);
  const auto answer = api.get(path, version);
  EXPECT_EQ(answer.body["core"]["orgConfig"], "Onboarding");
  EXPECT_TRUE(answer.body["security"].contains("sharedSecret"));
}

// What a client that reads a journey whole asks for: the tree, a schema per type, every node, then the children of
// pages with the schemas still missing. Onboarding has 30 nodes of 17 types and 13 children of 8 further types:
// 1 + 17 + 30 + 8 + 13 = 69 requests.
TEST_F(Am, OnboardingTakesSixtyNineReads) {
  int reads = 1;
  const auto journey = api.get(tree("Onboarding"));
  ASSERT_EQ(journey.body["nodes"].size(), 30U);
  std::set<std::string> types;
  std::vector<std::pair<std::string, std::string>> children;
  for (const auto& [id, node] : journey.body["nodes"].items()) {
    const std::string type = node["nodeType"];
    types.insert(type);
    const auto config = api.get(nodes + "/" + type + "/" + id);
    ++reads;
    ASSERT_EQ(config.status, 200);
    for (const auto& [outcome, target] : node["connections"].items()) {
      EXPECT_THAT(config.raw, HasSubstr("\"id\":\"" + outcome + "\"")) << node["displayName"];
      EXPECT_TRUE(journey.body["nodes"].contains(target) || target == success || target == failure);
    }
    if (type != "PageNode") continue;
    for (const Json& child : config.body["nodes"]) children.emplace_back(child["nodeType"], child["_id"]);
  }
  EXPECT_EQ(types.size(), 17U);
  EXPECT_EQ(children.size(), 13U);
  for (const auto& [type, id] : children) {
    EXPECT_EQ(api.get(nodes + "/" + type + "/" + id).status, 200);
    ++reads;
    types.insert(type);
  }
  EXPECT_EQ(types.size(), 17U + 8U);
  EXPECT_EQ(reads + static_cast<int>(types.size()), 69);
}

TEST_F(Am, ScriptsAreMadeChangedAndDeleted) {
  const Json body = {{"name", "New"},
                     {"description", ""},
                     {"context", "AUTHENTICATION_TREE_DECISION_NODE"},
                     {"language", "JAVASCRIPT"},
                     {"script", base::base64("var a = 'ä';")},
                     {"evaluatorVersion", "2.0"}};
  const auto made = api.call("POST", realm + "/scripts?_action=create", body);
  ASSERT_EQ(made.status, 201);
  EXPECT_TRUE(made.body.contains("_rev"));
  const std::string path = realm + "/scripts/" + made.body["_id"].get<std::string>();
  const auto read = api.get(path);
  EXPECT_FALSE(read.body.contains("_rev"));
  EXPECT_EQ(read.header("etag"), "");
  EXPECT_EQ(read.body["createdBy"], "id=" + api.tenant.options.administrator_id + ",ou=user,ou=am-config");
  Json other = body;
  EXPECT_EQ(api.call("POST", realm + "/scripts?_action=create", other).status, 409);
  other["name"] = "Other";
  EXPECT_EQ(api.call("PUT", path, other).body["name"], "Other");
  other["script"] = "not base64!";
  EXPECT_EQ(api.call("PUT", path, other).status, 400);
  EXPECT_EQ(api.call("DELETE", path).body.size(), 1U);
  EXPECT_EQ(api.get(path).status, 404);
}

TEST_F(Am, ScriptsOfTheNextGenerationCanBeFiltered) {
  const auto answer =
      api.get(realm + "/scripts?_queryFilter=" +
              encoded("context eq \"AUTHENTICATION_TREE_DECISION_NODE\" and evaluatorVersion eq \"2.0\"") +
              "&_pageSize=-1&_fields=_id%2Cname");
  EXPECT_EQ(answer.body["resultCount"], 3);
  EXPECT_EQ(answer.body["remainingPagedResults"], 0);
  EXPECT_FALSE(answer.body["result"][0].contains("script"));
}

TEST_F(Am, BindingsOfDecisionScriptsAreListed) {
  const auto answer = api.get(realm + "/contexts/SCRIPTED_DECISION_NODE");
  EXPECT_EQ(answer.status, 200);
  EXPECT_GE(answer.body["bindings"].size(), 20U);
  EXPECT_EQ(api.get(realm + "/contexts/NOTHING").status, 404);
}

TEST_F(Am, AClientShowsWrappedValuesAndAListBareOnes) {
  const std::string clients = realm + "/realm-config/agents/OAuth2Client";
  const auto one = api.get(clients + "/web-shop");
  EXPECT_EQ(one.body["coreOAuth2ClientConfig"]["clientType"],
            base::parse_json(R"({"inherited":false,"value":"Confidential"})"));
  EXPECT_EQ(one.body["signEncOAuth2ClientConfig"]["jwkSet"], base::parse_json(R"({"inherited":false})"));
  EXPECT_EQ(one.body["overrideOAuth2ClientConfig"]["issueRefreshToken"], true);
  EXPECT_FALSE(one.body["coreOAuth2ClientConfig"].contains("userpassword"));
  const auto list = api.get(clients + "?_queryFilter=_id+eq+%22web-shop%22");
  EXPECT_EQ(list.body["totalPagedResults"], 1);
  EXPECT_EQ(list.body["result"][0]["coreOAuth2ClientConfig"]["clientType"], "Confidential");
  EXPECT_TRUE(list.body["result"][0]["signEncOAuth2ClientConfig"]["jwkSet"].is_null());
}

TEST_F(Am, AClientIsWrittenUnderItsPreconditions) {
  const std::string path = realm + "/realm-config/agents/OAuth2Client/new";
  const Json body =
      base::parse_json(R"({"coreOAuth2ClientConfig":{"clientName":{"inherited":false,"value":["N"]},"scopes":["a"]}})");
  const auto made = api.call("PUT", path, body, {{"if-none-match", "*"}});
  ASSERT_EQ(made.status, 201) << made.raw;
  EXPECT_EQ(made.body["coreOAuth2ClientConfig"]["scopes"]["value"][0], "a");
  EXPECT_EQ(made.body["advancedOAuth2ClientConfig"]["tokenEndpointAuthMethod"]["value"], "client_secret_basic");
  EXPECT_EQ(api.call("PUT", path, body, {{"if-none-match", "*"}}).status, 412);
  EXPECT_EQ(api.call("PUT", path, body, {{"if-match", "1"}}).status, 412);
  EXPECT_EQ(api.call("PUT", path, body, {{"if-match", made.body["_rev"].get<std::string>()}}).status, 200);
  EXPECT_EQ(api.call("PUT", path, {{"colours", Json::object()}}).status, 400);
  EXPECT_EQ(api.call("PUT", path, base::parse_json(R"({"coreOAuth2ClientConfig":{"clientType":"Sometimes"}})")).status,
            400);
  EXPECT_EQ(api.call("DELETE", path).status, 200);
  EXPECT_EQ(api.get(path).status, 404);
}

TEST_F(Am, TheSchemaOfClientsHasAPropertyPerSetting) {
  const auto schema = api.call("POST", realm + "/realm-config/agents/OAuth2Client?_action=schema", Json::object());
  const Json& core = schema.body["properties"]["coreOAuth2ClientConfig"]["properties"];
  EXPECT_EQ(core["clientType"]["properties"]["value"]["enum"][1], "Public");
  EXPECT_EQ(schema.body["properties"]["overrideOAuth2ClientConfig"]["properties"]["issueRefreshToken"]["type"],
            "boolean");
  const auto defaults = api.call("POST", realm + "/realm-config/agents/OAuth2Client?_action=template", Json::object());
  EXPECT_EQ(defaults.body["coreOAuth2ClientConfig"]["accessTokenLifetime"]["value"], 3600);
}

TEST_F(Am, CorsPoliciesBelongToNoRealm) {
  const std::string base = "/am/json/global-config/services/CorsService/configuration";
  Json policy = base::parse_json(
      R"({"acceptedOrigins":["https://a.example"],"acceptedMethods":["GET"],"acceptedHeaders":[],"exposedHeaders":[],
    "maxAge":0,"allowCredentials":false,"enabled":true})");
  policy["_id"] = "mine";
  EXPECT_EQ(api.call("POST", base + "?_action=create", policy).status, 201);
  EXPECT_EQ(api.call("POST", base + "?_action=create", policy).status, 409);
  EXPECT_EQ(api.get(base + "?_queryFilter=true").body["resultCount"], 2);
  EXPECT_EQ(api.call("PUT", base + "/mine", policy).status, 400);
  policy.erase("_id");
  policy["maxAge"] = -1;
  EXPECT_EQ(api.call("PUT", base + "/mine", policy).status, 400);
  policy["maxAge"] = 5;
  EXPECT_EQ(api.call("PUT", base + "/mine", policy).body["maxAge"], 5);
  EXPECT_EQ(api.call("DELETE", base + "/mine").status, 200);
  EXPECT_EQ(api.get(base + "/mine").status, 404);
}

}  // namespace
}  // namespace sandbox
