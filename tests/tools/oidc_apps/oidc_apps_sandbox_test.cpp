// The OIDC application tools against the sandbox tenant: the whole life of an application, without stubs.
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::HasSubstr;

class OidcSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  OidcSandbox() { http = &sandbox; }

  Json call_with(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds());
    return result.json;
  }

  test::SandboxHttp sandbox;
};

TEST_F(OidcSandbox, AnApplicationIsMadeFoundChangedAndDeleted) {
  const auto user = call_with("queryManagedObjects", {{"objectType", "alpha_user"}, {"pageSize", 1}, {"fields", "sn"}});
  const auto owner = "managed/alpha_user/" + user["result"][0]["_id"].get<std::string>();
  const Json which{{"realm", "alpha"}, {"name", "Shop \"Web\""}};
  Json creation = which;
  creation.update({{"clientId", "shop web"},
                   {"owners", {{{"_ref", owner}}}},
                   {"oauth2Client",
                    {{"coreOAuth2ClientConfig",
                      {{"redirectionUris", {"https://shop.example/cb"}}, {"userpassword", "s3cret-s3cret"}}}}}});
  const auto made = call("createOidcApp", base::print_json(creation));
  ASSERT_THAT(made, Succeeds());
  EXPECT_EQ(made.text.find("s3cret"), std::string::npos);
  EXPECT_THAT(call("createOidcApp", base::print_json(creation)), Fails("conflict", "already exists"));
  auto other_name = creation;
  other_name["name"] = "Other";
  EXPECT_THAT(call("createOidcApp", base::print_json(other_name)),
              Fails("conflict", "OAuth 2.0 client shop web already exists"));

  const auto read = call_with("getOidcApp", which);
  const Json& core = read["oauth2Client"]["coreOAuth2ClientConfig"];
  EXPECT_EQ(core["clientName"]["value"], Json::array({"Shop \"Web\""}));
  EXPECT_EQ(read["managedApplication"]["ssoEntities"]["oidcId"], "shop web");

  Json change = which;
  change["oauth2Client"] = {{"coreOAuth2ClientConfig", {{"scopes", {"openid", "email"}}}}};
  change["managedApplication"] = {
      {"_rev", read["managedApplication"]["_rev"]},
      {"operations", {{{"operation", "replace"}, {"field", "/description"}, {"value", "New"}}}}};
  const auto changed = call_with("updateOidcApp", change);
  EXPECT_THAT(base::print_json(changed["managedApplication"]["changed"]), HasSubstr(R"("after":"New")"));
  EXPECT_THAT(base::print_json(changed["oauth2Client"]["changed"]), HasSubstr(R"("after":["openid","email"])"));
  const auto again = call_with("getOidcApp", which);
  EXPECT_EQ(again["managedApplication"]["description"], "New");
  EXPECT_EQ(again["oauth2Client"]["coreOAuth2ClientConfig"]["scopes"]["value"], Json::array({"openid", "email"}));
  EXPECT_EQ(again["oauth2Client"]["coreOAuth2ClientConfig"]["redirectionUris"], core["redirectionUris"]);
  EXPECT_THAT(call("updateOidcApp", base::print_json(change)), Fails("conflict", "is now at revision"));

  const auto twin =
      call_with("createManagedObject", {{"objectType", "alpha_application"},
                                        {"objectData", {{"name", "Twin"}, {"ssoEntities", {{"oidcId", "shop web"}}}}}});
  const auto refused = call("deleteOidcApp", base::print_json(which));
  EXPECT_THAT(refused, Refuses("it is used in one place"));
  EXPECT_THAT(base::print_json(refused.json["detail"]["usedBy"]), HasSubstr("application Twin"));
  EXPECT_THAT(writes, testing::IsEmpty());
  call_with("deleteManagedObject", {{"objectType", "alpha_application"}, {"objectId", twin["id"]}});

  const auto deleted = call_with("deleteOidcApp", which);
  EXPECT_EQ(deleted["oauth2Client"]["deleted"]["_id"], "shop web");
  EXPECT_EQ(deleted["managedApplication"]["deleted"]["description"], "New");
  EXPECT_THAT(call("getOidcApp", base::print_json(which)), Fails("not_found", "There is no application"));
}

TEST_F(OidcSandbox, EveryListedApplicationCanBeRead) {
  const auto list = call_with("listOidcApps", {{"realm", "alpha"}});
  ASSERT_GT(list["result"].size(), 0u);
  for (const Json& app : list["result"]) {
    const auto read = call_with("getOidcApp", {{"realm", "alpha"}, {"name", app["name"]}});
    EXPECT_EQ(read["managedApplication"]["_id"], app["_id"]);
  }
}

TEST_F(OidcSandbox, TheSchemaFitsTheBudgetInShort) {
  const auto result = call("getOidcAppSchema", R"({"realm":"alpha"})");
  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(result.text, HasSubstr("clientName"));
  EXPECT_EQ(result.notes.find("Truncated"), std::string::npos);
  const auto full = call_with(
      "getOidcAppSchema",
      {{"realm", "alpha"}, {"summary", false}, {"sections", {"coreOAuth2ClientConfig"}}, {"includeDefaults", true}});
  EXPECT_EQ(full["oauth2Client"]["schema"]["properties"].size(), 1u);
}

}  // namespace
}  // namespace tools
