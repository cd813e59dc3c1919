#include "sandbox/esv/esv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/api.h"

namespace sandbox {
namespace {

using base::Json;

class Esv : public testing::Test {
 protected:
  Answer put(const std::string& id, const std::string& value, const std::string& type = "string") {
    return api.call("PUT", "/environment/variables/" + id,
                    {{"_id", id}, {"description", ""}, {"valueBase64", base::base64(value)}, {"expressionType", type}});
  }

  Api api;
};

TEST_F(Esv, ErrorsHaveNoReason) {
  const auto answer = api.get("/environment/variables/esv-nothing");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.raw, R"({"code":404,"message":"The variable does not exist"})");
}

TEST_F(Esv, BadVariablesAreRefused) {
  EXPECT_EQ(put("Bad Name", "x").status, 400);
  EXPECT_EQ(put("esv-a", "x", "colour").status, 400);
  EXPECT_EQ(put("esv-a", std::string(65'536, 'x')).status, 400);
  EXPECT_EQ(
      api.call("PUT", "/environment/variables/esv-a", {{"expressionType", "string"}, {"valueBase64", "!"}}).status,
      400);
  EXPECT_EQ(put("esv-shop-url", "1", "int").status, 400);
  EXPECT_EQ(api.get("/environment/variables/esv-a").status, 404);
}

TEST_F(Esv, AChangedVariableIsLoadedByARestart) {
  const auto made = put("esv-new", "ä");
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(made.body["loaded"], false);
  EXPECT_EQ(api.get("/environment/startup").body["restartStatus"], "ready");
  EXPECT_EQ(api.call("POST", "/environment/startup?_action=restart").body["restartStatus"], "restarting");
  EXPECT_EQ(api.get("/environment/startup").body["restartStatus"], "restarting");
  api.now_ms += 60'000;
  EXPECT_EQ(api.get("/environment/startup").body["restartStatus"], "ready");
  EXPECT_EQ(api.get("/environment/variables/esv-new").body["loaded"], true);
}

TEST_F(Esv, TheSameValueAgainChangesNothing) {
  const auto before = api.get("/environment/variables/esv-max-devices");
  const auto again = api.call("PUT", "/environment/variables/esv-max-devices", before.body);
  EXPECT_EQ(again.body, before.body);
}

TEST_F(Esv, VariablesAreFilteredAndPaged) {
  const auto first =
      api.get("/environment/variables?_queryFilter=" + encoded("/_id co \"esv-\"") + "&_pageSize=4&_sortKeys=_id");
  EXPECT_EQ(first.body["resultCount"], 4);
  EXPECT_EQ(first.body.items().begin().key(), "pagedResultsCookie");
  const std::string cookie = first.body["pagedResultsCookie"];
  const auto second = api.get("/environment/variables?_queryFilter=true&_pageSize=40&_pagedResultsCookie=" + cookie);
  EXPECT_EQ(second.body["resultCount"], 6);
  EXPECT_EQ(api.get("/environment/secrets?_queryFilter=" + encoded("/_id co \"mail\"")).body["resultCount"], 1);
}

TEST_F(Esv, SecretsAreMadeOnceAndGrowVersions) {
  const std::string path = "/environment/secrets/esv-new";
  const Json body = {{"valueBase64", base::base64("secret")}, {"encoding", "generic"}, {"description", "d"}};
  EXPECT_EQ(api.call("PUT", path, body).status, 200);
  EXPECT_EQ(api.call("PUT", path, body).body["message"], "Failed to create secret, the secret already exists");
  EXPECT_EQ(api.call("POST", path + "/versions?_action=create", body).body["version"], "2");
  EXPECT_EQ(api.get(path).body["activeVersion"], "2");
  EXPECT_EQ(api.call("POST", path + "/versions/2?_action=changestatus", {{"status", "DISABLED"}}).status, 400);
  EXPECT_EQ(api.call("POST", path + "/versions/1?_action=changestatus", {{"status", "DISABLED"}}).status, 200);
  EXPECT_EQ(api.call("DELETE", path + "/versions/1").body["status"], "DESTROYED");
  EXPECT_EQ(api.get(path + "/versions").body.size(), 2U);
  EXPECT_EQ(api.call("POST", path + "?_action=setDescription", {{"description", "e"}}).raw, "");
  EXPECT_EQ(api.call("DELETE", path).body["description"], "e");
}

TEST_F(Esv, AiAgentsBringTypesAndSettingsAndMayBeEnabledTwice) {
  EXPECT_EQ(api.get("/openidm/managed/alpha_aiagent?_queryFilter=true").status, 404);
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(api.call("POST", "/environment/aiagent?_action=enable", Json::object()).status, 200);
  }
  EXPECT_EQ(api.get("/openidm/managed/alpha_aiagent?_queryFilter=true").status, 200);
  EXPECT_EQ(api.get("/openidm/feature/aiagent").body["installedVersion"], "1");
  const auto provider = api.get("/am/json/realms/root/realms/bravo/realm-config/services/oauth-oidc");
  EXPECT_EQ(provider.body["aiAgentsConfig"]["aiAgentsEnabled"], true);
}

}  // namespace
}  // namespace sandbox
