// The tools for variables, features and themes against the sandbox tenant, without stubs.
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SettingsSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  SettingsSandbox() { http = &sandbox; }

  Json call_with(std::string_view tool, const Json& arguments = Json::object()) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds());
    return result.json;
  }

  test::SandboxHttp sandbox;
};

TEST_F(SettingsSandbox, AVariableIsSetReadFoundAndDeleted) {
  const Json made{{"variableId", "esv-zoe"}, {"type", "object"}, {"value", {{"a", Json::array({1, 2.50})}}}};
  EXPECT_EQ(call_with("setVariable", made)["loaded"], false);
  EXPECT_THAT(call_with("setVariable", made)["message"].get<std::string>(), HasSubstr("nothing was written"));

  const Json which{{"variableId", "esv-zoe"}};
  EXPECT_EQ(call_with("getVariable", which)["parsedValue"], made["value"]);
  const auto found = call_with("queryESVs", {{"type", "variable"}, {"queryTerm", "zoe"}});
  ASSERT_THAT(found["result"], SizeIs(1));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-zoe","type":"string","value":"x"})"), Refuses("type object"));
  call_with("deleteVariable", which);
  EXPECT_THAT(call("getVariable", base::print_json(which)), Fails("not_found", "does not exist"));
}

TEST_F(SettingsSandbox, AVariableInUseIsDeletedByForceAlone) {
  call_with("setVariable", {{"variableId", "esv-zoe"}, {"type", "string"}, {"value", "x"}});
  call_with("createScript",
            {{"realm", "bravo"}, {"name", "Uses zoe"}, {"script", "outcome = systemEnv.getProperty('esv.zoe');"}});
  const auto refused = call("deleteVariable", R"({"variableId":"esv-zoe"})");
  EXPECT_THAT(refused, Refuses("esv-zoe was not deleted: it is used in one place"));
  EXPECT_THAT(base::print_json(refused.json["detail"]["usedBy"]), HasSubstr("Uses zoe"));
  EXPECT_THAT(writes, IsEmpty());
  call_with("deleteVariable", {{"variableId", "esv-zoe"}, {"force", true}});
}

TEST_F(SettingsSandbox, EveryVariableAndSecretIsFoundPageByPage) {
  for (const auto* type : {"variable", "secret"}) {
    Json arguments{{"type", type}, {"pageSize", 2}};
    std::set<std::string> ids;
    for (int page = 0; page < 20; ++page) {
      const auto found = call_with("queryESVs", arguments);
      for (const Json& entry : found["result"]) EXPECT_TRUE(ids.insert(entry["_id"].get<std::string>()).second);
      const auto cookie = base::text_member(found, "pagedResultsCookie");
      if (cookie.empty()) break;
      arguments["pagedResultsCookie"] = cookie;
    }
    EXPECT_GE(ids.size(), 3u) << type;
  }
}

TEST_F(SettingsSandbox, AFeatureIsInstalledOnceOnly) {
  EXPECT_THAT(call("installIdmFeature", R"({"featureName":"no/such"})"), Fails("not_found", "listFeatures"));
  const auto list = call_with("listFeatures")["features"];
  ASSERT_GE(list.size(), 2u);
  for (const Json& feature : list) {
    if (feature["type"] != "idm" || feature["installed"] == true) continue;
    const Json which{{"featureName", feature["name"]}};
    if (call_with("validateIdmFeature", which)["success"] != true) continue;
    EXPECT_EQ(call_with("installIdmFeature", which)["status"], "installed");
    EXPECT_EQ(call_with("validateIdmFeature", which)["success"], false);
    EXPECT_THAT(call("installIdmFeature", base::print_json(which)), Refuses("already"));
    return;
  }
  FAIL() << "no feature could be installed: " << base::print_json(list);
}

TEST_F(SettingsSandbox, AiAgentsAreEnabled) {
  EXPECT_EQ(call_with("listFeatures")["features"].back()["installed"], false);
  call_with("enableAiAgent");
  EXPECT_EQ(call_with("listFeatures")["features"].back()["status"], "installed");
}

Json in_alpha(Json more = Json::object()) {
  more["realm"] = "alpha";
  return more;
}

TEST_F(SettingsSandbox, AThemeIsCreatedFoundChangedMadeTheDefaultAndDeleted) {
  const auto made = call_with("createTheme", in_alpha({{"themeData", {{"name", "Zoë \"Z\""}, {"boldLinks", true}}}}));
  const Json by_name = in_alpha({{"themeIdentifier", "Zoë \"Z\""}});
  EXPECT_EQ(call_with("getTheme", by_name)["_id"], made["id"]);

  Json change = by_name;
  change["themeUpdates"] = {{"name", "Plainer"}, {"primaryColor", "#010203"}};
  EXPECT_EQ(call_with("updateTheme", change)["name"], "Plainer");
  const Json by_id = in_alpha({{"themeIdentifier", made["id"]}});
  EXPECT_EQ(call_with("getTheme", by_id)["primaryColor"], "#010203");

  const auto former = call_with("getThemes", in_alpha());
  call_with("setDefaultTheme", by_id);
  EXPECT_THAT(call("deleteTheme", base::print_json(by_id)), Refuses("default"));
  int defaults = 0;
  for (const Json& theme : call_with("getThemes", in_alpha())["result"]) defaults += theme["isDefault"] == true ? 1 : 0;
  EXPECT_EQ(defaults, 1);
  for (const Json& theme : former["result"]) {
    if (theme["isDefault"] == true) call_with("setDefaultTheme", in_alpha({{"themeIdentifier", theme["name"]}}));
  }
  call_with("deleteTheme", by_id);
  EXPECT_THAT(call("getTheme", base::print_json(by_id)), Fails("not_found", "getThemes"));
}

TEST_F(SettingsSandbox, EveryThemeOfBothRealmsCanBeReadAndCopied) {
  max_chars = 10'000'000;
  for (const auto* realm : {"alpha", "bravo"}) {
    for (const Json& listed : call_with("getThemes", {{"realm", realm}})["result"]) {
      auto theme = call_with("getTheme", {{"realm", realm}, {"themeIdentifier", listed["name"]}});
      theme["name"] = theme["name"].get<std::string>() + " copy";
      for (const auto* member : {"_id", "isDefault"}) theme.erase(member);
      call_with("createTheme", {{"realm", realm}, {"themeData", theme}});
    }
  }
}

}  // namespace
}  // namespace tools
