#include "base/log.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const std::string list_path = "/openidm/feature?_queryFilter=true";
const std::string alpha_path = "/am/json/realms/root/realms/alpha/realm-config/services/oauth-oidc";
const std::string bravo_path = "/am/json/realms/root/realms/bravo/realm-config/services/oauth-oidc";
constexpr auto enabled = R"({"_id":"","aiAgentsConfig":{"aiAgentsEnabled":true}})";
constexpr auto no_list = R"({"result":[],"resultCount":0})";

class Features : public ::testing::Test, public ToolTest {
 protected:
  Features() { base::set_log_level(base::LogLevel::error); }

  Json ai_agents(const std::string& list, const std::string& alpha, const std::string& bravo) {
    tenant.json("GET", list_path, list);
    tenant.json("GET", alpha_path, alpha);
    tenant.json("GET", bravo_path, bravo);
    const auto result = call("listFeatures");
    EXPECT_THAT(result, Succeeds());
    return result.json["features"].back();
  }
};

TEST_F(Features, AreListedWithAiAgentsLast) {
  tenant.json("GET", list_path,
              R"({"result":[{"_id":"groups","installedVersion":null,"availableVersions":["1.0"]},)"
              R"({"_id":"aiagent","installedVersion":"1.0","availableVersions":["1.0"]},)"
              R"({"_id":"am/2fa/profiles","installedVersion":"2.0","availableVersions":["1.0","2.0"]}]})");
  tenant.json("GET", alpha_path, enabled);
  tenant.json("GET", bravo_path, enabled);

  const auto result = call("listFeatures");

  ASSERT_THAT(result, Succeeds());
  const Json& features = result.json["features"];
  ASSERT_THAT(features, SizeIs(3));
  EXPECT_EQ(base::print_json(features[0]),
            R"({"name":"groups","type":"idm","installed":false,"installedVersion":null,"availableVersions":["1.0"]})");
  EXPECT_EQ(features[1]["name"], "am/2fa/profiles");
  EXPECT_EQ(features[1]["installed"], true);
  EXPECT_EQ(features[2]["name"], "AI Agents");
  EXPECT_EQ(features[2]["type"], "aic");
  EXPECT_EQ(features[2]["status"], "installed");
  EXPECT_EQ(base::print_json(features[2]["details"]),
            R"({"idm":{"installed":true},"am":{"alpha":{"configured":true},"bravo":{"configured":true}}})");
  EXPECT_THAT(scopes, UnorderedElementsAre(aic::Scopes{"fr:idm:*"}, aic::Scopes{"fr:am:*"}, aic::Scopes{"fr:am:*"}));
  for (const auto& sent : tenant.sent()) {
    const bool is_probe = sent.url.find("/am/") != std::string::npos;
    EXPECT_EQ(sent.header("accept-api-version"), is_probe ? "protocol=2.1,resource=1.0" : "");
    EXPECT_EQ(sent.header("content-type"), "");
  }
}

TEST_F(Features, TellWhetherAiAgentsAreThereWhollyInPartOrNotAtAll) {
  const std::string with = R"({"result":[{"_id":"aiagent","installedVersion":"1.0"}]})";
  EXPECT_EQ(ai_agents(with, enabled, enabled)["status"], "installed");
  EXPECT_EQ(ai_agents(no_list, "{}", "{}")["status"], "not_installed");
  EXPECT_EQ(ai_agents(with, enabled, "{}")["status"], "indeterminate");
  EXPECT_EQ(ai_agents(no_list, enabled, enabled)["status"], "indeterminate");
  EXPECT_EQ(ai_agents(with, R"({"aiAgentsConfig":{"aiAgentsEnabled":"true"}})", enabled)["status"], "indeterminate");
  EXPECT_EQ(ai_agents(no_list, R"({"aiAgentsConfig":null})", "{}")["status"], "not_installed");
  EXPECT_EQ(ai_agents(no_list, "{}", "[]")["status"], "indeterminate");
}

TEST_F(Features, ShowAFailedProbeWithItsStatus) {
  tenant.json("GET", list_path, no_list);
  tenant.json("GET", alpha_path, R"({"code":403,"message":"Access denied"})", 403);
  tenant.json("GET", bravo_path, "{}");

  const auto result = call("listFeatures");

  ASSERT_THAT(result, Succeeds());
  const Json& agents = result.json["features"][0];
  EXPECT_EQ(agents["status"], "indeterminate");
  EXPECT_EQ(agents["details"]["am"]["alpha"],
            base::parse_json(R"({"configured":false,"error":{"status":403,"message":"Access denied"}})"));
}

TEST_F(Features, FailWithTheFindingsOfAmWhenTheListFails) {
  tenant.json("GET", list_path, R"({"code":403,"reason":"Forbidden","message":"Access denied"})", 403);
  tenant.json("GET", alpha_path, enabled);
  tenant.json("GET", bravo_path, R"({"code":404,"message":"none"})", 404);

  const auto result = call("listFeatures");

  EXPECT_THAT(result, Fails("unauthorized", "Access denied"));
  EXPECT_EQ(result.json["detail"]["am"]["alpha"]["configured"], true);
  EXPECT_EQ(result.json["detail"]["am"]["bravo"]["error"]["status"], 404);
}

TEST_F(Features, AreValidatedWithoutAChange) {
  constexpr auto verdict = R"({"status":200,"success":false,"message":"alpha_group exists"})";
  tenant.json("POST", "/openidm/feature/am/2fa/profiles?_action=validate", verdict);

  const auto result = call("validateIdmFeature", R"({"featureName":"am/2fa/profiles"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json), verdict);
  EXPECT_EQ(tenant.sent()[0].body, "{}");
  EXPECT_THAT(scopes, ElementsAre(aic::Scopes{"fr:idm:*"}));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Features, RefuseNamesThatLeadElsewhere) {
  for (const auto* name : {"", "/groups", "groups/", "a//b", "a/../b", "a b", "a?b", "a%2fb"}) {
    const auto arguments = base::print_json(Json{{"featureName", name}});
    EXPECT_THAT(call("validateIdmFeature", arguments), Refuses("featureName")) << name;
    EXPECT_THAT(call("installIdmFeature", arguments), Refuses("featureName")) << name;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Features, AreInstalledAfterACheck) {
  tenant.json("POST", "/openidm/feature/groups?_action=validate", R"({"status":200,"success":true,"message":"ok"})");
  tenant.json("POST", "/openidm/feature/groups?_action=install", R"({"status":200,"message":"done"})");

  const auto result = call("installIdmFeature", R"({"featureName":"groups"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["_id"], "groups");
  EXPECT_EQ(result.json["status"], "installed");
  EXPECT_EQ(result.json["apiResponse"]["message"], "done");
  EXPECT_EQ(tenant.sent()[1].body, "{}");
  EXPECT_EQ(tenant.sent()[1].request.total_limit, net::Duration{180'000});
}

TEST_F(Features, AreNotInstalledWhenTheCheckFails) {
  for (const auto* verdict :
       {R"({"status":200,"success":false,"message":"alpha_group exists"})", R"({"message":"alpha_group exists"})"}) {
    tenant.json("POST", "/openidm/feature/groups?_action=validate", verdict);
    EXPECT_THAT(call("installIdmFeature", R"({"featureName":"groups"})"), Refuses("alpha_group exists"));
  }
  tenant.json("POST", "/openidm/feature/none?_action=validate", R"({"code":404,"message":"not found"})", 404);
  EXPECT_THAT(call("installIdmFeature", R"({"featureName":"none"})"), Fails("not_found", "listFeatures"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Features, AnInstallationWithoutAnswerIsNotRepeated) {
  tenant.json("POST", "/openidm/feature/groups?_action=validate", R"({"success":true})");
  tenant.http.lose_connection("POST", "/openidm/feature/groups?_action=install");
  tenant.json("GET", list_path, R"({"result":[{"_id":"groups","installedVersion":null}]})");
  EXPECT_THAT(call("installIdmFeature", R"({"featureName":"groups"})"), Fails("outcome_unknown", "listFeatures"));

  tenant.json("POST", "/openidm/feature/groups?_action=validate", R"({"success":true})");
  tenant.json("POST", "/openidm/feature/groups?_action=install",
              R"({"code":400,"message":"no","detail":{"success":false}})", 400);
  EXPECT_THAT(call("installIdmFeature", R"({"featureName":"groups"})"), Refuses("\"success\":false"));
}

TEST_F(Features, AiAgentsAreEnabledWithOneToken) {
  tenant.json("POST", "/environment/aiagent?_action=enable", R"({"status":"ok"})");

  const auto result = call("enableAiAgent");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["status"], "enabled");
  EXPECT_EQ(result.json["apiResponse"]["status"], "ok");
  EXPECT_THAT(result.text, HasSubstr("cannot be undone"));
  EXPECT_EQ(tenant.sent()[0].body, "{}");
  EXPECT_THAT(scopes, ElementsAre(aic::Scopes{"fr:am:*", "fr:idm:*"}));
}

TEST_F(Features, EnablingAiAgentsWithoutAnswerIsNotRepeated) {
  tenant.http.lose_connection("POST", "/environment/aiagent?_action=enable");
  tenant.json("GET", list_path, no_list);
  tenant.json("GET", alpha_path, enabled);
  tenant.json("GET", bravo_path, enabled);
  EXPECT_THAT(call("enableAiAgent"), Fails("outcome_unknown", "listFeatures"));
}

TEST_F(Features, ThatAreThereAfterAnAnswerThatIsNoneAreInstalled) {
  for (const auto* answer : {"", "<html>Welcome</html>", R"({"succ)"}) {
    tenant.json("POST", "/openidm/feature/groups?_action=validate", R"({"success":true})");
    tenant.json("POST", "/openidm/feature/groups?_action=install", answer);
    tenant.json("GET", list_path, R"({"result":[{"_id":"groups","installedVersion":"1.0"}]})");
    const auto result = call("installIdmFeature", R"({"featureName":"groups"})");
    ASSERT_THAT(result, Succeeds());
    EXPECT_THAT(result.notes, HasSubstr("shows that it took effect"));

    tenant.json("POST", "/environment/aiagent?_action=enable", answer);
    tenant.json("GET", list_path, R"({"result":[{"_id":"aiagent","installedVersion":"1.0"}]})");
    tenant.json("GET", alpha_path, enabled);
    tenant.json("GET", bravo_path, enabled);
    EXPECT_THAT(call("enableAiAgent"), Succeeds());
  }
}

}  // namespace
}  // namespace tools
