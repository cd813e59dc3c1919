#include <fmt/format.h>

#include "support/tenant/tool_test.h"
#include "tools/oidc_apps/client.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string apps = "/openidm/managed/alpha_application";
const std::string app1 = apps + "/a1";
const std::string clients = "/am/json/alpha/realm-config/agents/OAuth2Client";
const std::string shop_client = clients + "/shop-web";
const std::string by_name = apps + "?_queryFilter=name%20eq%20%22Shop%22&_fields=";
const std::string read_app = by_name + "*";
const std::string find_app = by_name + "_id%2Cname%2CssoEntities";
const std::string find_whole = by_name + "*";
const std::string find_twin = by_name + "_id%2Cname";
const std::string all_names = apps + "?_queryFilter=true&_pageSize=250&_fields=name";
const std::string create_app = apps + "?_action=create";
const std::string schema = clients + "?_action=schema";

constexpr auto which = R"({"realm":"alpha","name":"Shop"})";
constexpr auto forced = R"({"realm":"alpha","name":"Shop","force":true})";
constexpr auto shop = R"({"_id":"a1","_rev":"ar1","name":"Shop","ssoEntities":{"oidcId":"shop-web"}})";
constexpr auto none = R"({"result":[],"resultCount":0})";
constexpr auto missing = R"({"code":404,"reason":"Not Found","message":"Not Found"})";

std::string found(const std::string& entries = shop) {
  return R"({"result":[)" + entries + "]}";
}

constexpr auto stored_client =
    R"({"_id":"shop-web","_rev":"7","core":{"scopes":{"inherited":true,"value":["a"]},"unset":{"inherited":false}},)"
    R"("override":{"on":false,"n":1.10},"_type":{"_id":"OAuth2Client"}})";

class OidcApps : public ::testing::Test, public test::ToolTest {
 protected:
  // Neither the application nor its client is there yet.
  void no_twin() {
    tenant.json("GET", find_twin, none);
    tenant.json("GET", shop_client, missing, 404);
  }
  void reads_client(int times) {
    for (int i = 0; i < times; ++i) tenant.json("GET", shop_client, stored_client);
  }
};

TEST_F(OidcApps, ListsThoseWithAClientAndSaysHowManyHaveNone) {
  tenant.json(
      "GET", apps + "?_queryFilter=true&_fields=name%2CssoEntities%2CtemplateName%2Cauthoritative%2C_id&_pageSize=100",
      R"({"result":[{"_id":"1","name":"A","ssoEntities":{"oidcId":"a"}},{"_id":"2","name":"B","ssoEntities":{}},)"
      R"({"_id":"3","name":"C"},{"_id":"4","name":"D","ssoEntities":null},)"
      R"({"_id":"5","name":"E","ssoEntities":{"oidcId":""}}],"resultCount":5,)"
      R"("pagedResultsCookie":"c%3D"})");

  const auto result = call("listOidcApps", R"({"realm":"alpha"})");

  EXPECT_EQ(base::print_json(result.json),
            R"({"resultCount":1,"pagedResultsCookie":"c%3D","result":[{"_id":"1","name":"A",)"
            R"("ssoEntities":{"oidcId":"a"}}]})");
  EXPECT_THAT(result.notes,
              HasSubstr("4 applications without an OAuth 2.0 client left out of this page; includeAll: true"));
  EXPECT_THAT(scopes, ElementsAre(aic::Scopes{"fr:idm:*"}));
}

TEST_F(OidcApps, ListsAllOnRequestByFilterAndPage) {
  tenant.json("GET",
              "/openidm/managed/bravo_application?_queryFilter=name%20sw%20%22a%26b%22&_fields=name%2CssoEntities%2C"
              "templateName%2Cauthoritative%2C_id&_pageSize=2&_pagedResultsCookie=c%3D",
              R"({"result":[{"_id":"2","name":"B"}]})");
  const auto result = call(
      "listOidcApps",
      R"({"realm":"bravo","queryFilter":"name sw \"a&b\"","pageSize":2,"pagedResultsCookie":"c%3D","includeAll":true})");
  EXPECT_EQ(base::print_json(result.json), R"({"result":[{"_id":"2","name":"B"}]})");
}

TEST_F(OidcApps, NamesTheFilterThatTheTenantCannotRead) {
  tenant.json("GET",
              apps + "?_queryFilter=x&_fields=name%2CssoEntities%2CtemplateName%2Cauthoritative%2C_id&_pageSize=100",
              R"({"code":400})", 400);
  EXPECT_THAT(call("listOidcApps", R"({"realm":"alpha","queryFilter":"x"})"), Refuses("could not parse the query"));
}

TEST_F(OidcApps, RefusesArgumentsBeforeAnythingIsSent) {
  const auto long_filter = std::string(2001, 'x');
  EXPECT_THAT(call("listOidcApps", R"({"realm":"alpha","queryFilter":")" + long_filter + "\"}"),
              Refuses("queryFilter"));
  EXPECT_THAT(call("listOidcApps", R"({"realm":"root"})"), Refuses("realm"));
  EXPECT_THAT(call("listOidcApps", R"({"realm":"alpha","pageSize":251})"), Refuses("pageSize"));
  for (const auto* tool : {"getOidcApp", "deleteOidcApp", "updateOidcApp"}) {
    EXPECT_THAT(call(tool, R"({"realm":"alpha","name":""})"), Refuses("name"));
    EXPECT_THAT(call(tool, R"({"realm":"alpha","name":"a\u0085b"})"), Refuses("control characters"));
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(OidcApps, EscapesTheNameInTheFilter) {
  const auto lookup = apps + "?_queryFilter=name%20eq%20%22a%5C%22%20or%20%5C%5C%22&_fields=*";
  tenant.json("GET", lookup, R"({"result":[{"_id":"a1","name":"a\" or \\"}]})");
  EXPECT_THAT(call("getOidcApp", R"({"realm":"alpha","name":"a\" or \\"})"), Succeeds());
}

TEST_F(OidcApps, ActsOnTheExactNameOnlyAndNamesTheNearest) {
  for (const auto* tool : {"getOidcApp", "deleteOidcApp"}) {
    tenant.json("GET", tool == std::string("getOidcApp") ? read_app : find_app,
                found(R"({"_id":"a1","name":"shop"},{"_id":"a2"},{"_id":"a3","name":7})"));
    tenant.json("GET", all_names, found(R"({"name":"shop"},{"name":"x"},{}, 5)"));
    EXPECT_THAT(call(tool, which), Fails("not_found", "similar names: \\\"shop\\\"")) << tool;
  }
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, IsNotFoundAlsoWhenTheNamesCannotBeRead) {
  tenant.json("GET", read_app, none);
  tenant.json("GET", all_names, R"({"code":500})", 403);
  EXPECT_THAT(call("getOidcApp", which), Fails("not_found", "There is no application"));
}

TEST_F(OidcApps, RefusesSeveralOfOneNameWithTheirIds) {
  const auto twins = found(shop + std::string(R"(,{"_id":"a2","name":"Shop"})"));
  tenant.json("GET", find_app, twins);
  const auto result = call("deleteOidcApp", forced);
  EXPECT_THAT(result, Fails("conflict", "2 applications"));
  EXPECT_EQ(base::print_json(result.json["detail"]), R"({"ids":["a1","a2"]})");
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, ReadsBothHalves) {
  tenant.json("GET", read_app, found());
  tenant.json("GET", shop_client, R"({"_id":"shop-web","_rev":"1","coreOAuth2ClientConfig":{"userpassword":"x"}})");

  const auto result = call("getOidcApp", which);

  EXPECT_EQ(base::print_json(result.json["managedApplication"]), shop);
  EXPECT_EQ(result.json["oauth2Client"]["_rev"], "1");
  EXPECT_EQ(result.json["oauth2Client"]["coreOAuth2ClientConfig"]["userpassword"], "[redacted]");
  EXPECT_EQ(tenant.sent().at(1).header("accept-api-version"), "protocol=2.1,resource=1.0");
  EXPECT_EQ(tenant.sent().at(0).header("accept-api-version"), "");
  const aic::Scopes both{"fr:am:*", "fr:idm:*"};
  EXPECT_THAT(scopes, ElementsAre(both, both));
}

TEST_F(OidcApps, SaysWhyThereIsNoClient) {
  tenant.json("GET", read_app, found(R"({"_id":"a1","name":"Shop","ssoEntities":"odd"})"));
  auto result = call("getOidcApp", which);
  EXPECT_TRUE(result.json["oauth2Client"].is_null());
  EXPECT_THAT(result.json["reason"].get<std::string>(), HasSubstr("no linked OAuth 2.0 client"));

  tenant.json("GET", read_app, found());
  tenant.json("GET", shop_client, missing, 404);
  result = call("getOidcApp", which);
  EXPECT_THAT(result, Succeeds());
  EXPECT_TRUE(result.json["oauth2Client"].is_null());
  EXPECT_THAT(result.json["reason"].get<std::string>(), HasSubstr("shop-web does not exist"));
}

TEST_F(OidcApps, FailsWithTheApplicationWhenTheClientCannotBeRead) {
  tenant.json("GET", read_app, found());
  tenant.json("GET", shop_client, R"({"code":403,"detail":{"x":1}})", 403);
  const auto result = call("getOidcApp", which);
  EXPECT_THAT(result, Fails("unauthorized", "403"));
  EXPECT_EQ(result.json["detail"]["managedApplication"]["_id"], "a1");
}

TEST_F(OidcApps, NeverLetsALinkedIdLeadElsewhere) {
  tenant.json("GET", read_app, found(R"({"_id":"a1","name":"Shop","ssoEntities":{"oidcId":"../x"}})"));
  EXPECT_THAT(call("getOidcApp", which), Fails("not_available", "linked OAuth 2.0 client"));
  tenant.json("GET", find_app, found(R"({"_id":"a1","name":"Shop","ssoEntities":{"oidcId":"../x"}})"));
  EXPECT_THAT(call("deleteOidcApp", forced), Refuses("cannot be used in a URL"));
  EXPECT_THAT(writes, IsEmpty());
}

constexpr auto client_schema =
    R"({"type":"object","properties":{"core":{"type":"object","properties":{)"
    R"("status":{"title":"Status","type":"object","properties":{"inherited":{},"value":{"type":"string","enum":["A","B"]}}}}},)"
    R"("bare":{"properties":{"n":{"title":"N","type":"integer"}}},"odd":7}})";
constexpr auto config =
    R"({"objects":[{"name":"alpha_application","schema":{"required":["name"],"properties":{"name":{"type":"string",)"
    R"("title":"T"},"ssoEntities":{"type":"object"},"odd":null}}}]})";

constexpr auto provider = "/am/json/realms/root/realms/alpha/realm-config/services/oauth-oidc";
constexpr auto provider_settings = R"({"advancedOAuth2Config":{"grantTypes":["authorization_code","refresh_token"],)"
                                   R"("responseTypeClasses":["code|org.x","id_token|org.y",7,"bare"]}})";

TEST_F(OidcApps, SummarisesBothSchemas) {
  tenant.json("POST", schema, client_schema);
  tenant.json("GET", "/openidm/config/managed", config);
  tenant.json("GET", provider, provider_settings);

  const auto result = call("getOidcAppSchema", R"({"realm":"alpha"})");

  Json shown = result.json;
  for (const char* member : {"send", "allowedValues"}) shown.erase(member);
  EXPECT_EQ(
      base::print_json(shown),
      R"({"oauth2Client":{"schema":{"core":{"status":{"title":"Status","type":"string","enum":["A","B"]}},)"
      R"("bare":{"n":{"title":"N","type":"integer"}},"odd":{}}},)"
      R"("managedApplication":{"schema":{"name":{"type":"string","required":true},"odd":{"type":null,"required":false}},)"
      R"("required":["name","owners"]}})");
  EXPECT_EQ(tenant.sent().at(0).body, "{}");
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, GivesTheNamedSectionsAndTheDefaultsInFull) {
  tenant.json("POST", schema, client_schema);
  tenant.json("POST", clients + "?_action=template", R"({"core":{}})");
  tenant.json("GET", "/openidm/config/managed", config);
  tenant.json("GET", provider, provider_settings);

  const auto result = call("getOidcAppSchema",
                           R"({"realm":"alpha","summary":false,"sections":["bare","corr"],"includeDefaults":true})");

  Json shown = result.json;
  for (const char* member : {"send", "allowedValues"}) shown.erase(member);
  EXPECT_EQ(
      base::print_json(shown),
      R"({"oauth2Client":{"schema":{"type":"object","properties":{"bare":{"properties":{"n":{"title":"N","type":"integer"}}}}},)"
      R"("template":{"core":{}}},"managedApplication":{"schema":{"properties":{"name":{"type":"string","title":"T"},"odd":null},)"
      R"("required":["name"]},"required":["name","owners"]}})");
  EXPECT_THAT(result.notes, HasSubstr("No such section: corr"));
}

TEST_F(OidcApps, ShowsTheSchemaThatCouldBeReadAndFailsWithoutAny) {
  tenant.json("POST", schema, R"({"code":403,"message":"no"})", 403);
  tenant.json("GET", "/openidm/config/managed", R"({"objects":[]})");
  tenant.json("GET", provider, provider_settings);
  const auto result = call("getOidcAppSchema", R"({"realm":"alpha"})");
  EXPECT_EQ(base::print_json(result.json["errors"]), R"({"oauth2Client":{"schema":{"status":403,"message":"no"}}})");
  EXPECT_TRUE(result.json["managedApplication"]["schema"].is_null());

  tenant.json("POST", schema, R"({"code":403})", 403);
  tenant.json("GET", "/openidm/config/managed", R"({"code":403})", 403);
  tenant.json("GET", provider, provider_settings);
  EXPECT_THAT(call("getOidcAppSchema", R"({"realm":"alpha"})"), Fails("unauthorized", "403"));
}

TEST_F(OidcApps, TellsTheAllowedValuesAndTheFormToSend) {
  tenant.json("POST", schema,
              R"({"properties":{"advancedOAuth2ClientConfig":{"properties":{"tokenEndpointAuthMethod":)"
              R"({"properties":{"value":{"type":"string","enum":["none","client_secret_basic"]}}}}}}})");
  tenant.json("GET", "/openidm/config/managed", config);
  tenant.json("GET", provider, provider_settings);

  const auto result = call("getOidcAppSchema", R"({"realm":"alpha"})");

  EXPECT_EQ(base::print_json(result.json["allowedValues"]),
            R"({"grantTypes":["authorization_code","refresh_token"],"responseTypes":["code","id_token","bare"],)"
            R"("tokenEndpointAuthMethod":["none","client_secret_basic"]})");
  EXPECT_EQ(base::print_json(result.json["send"]["publicClient"]),
            R"({"coreOAuth2ClientConfig":{"clientType":"Public","redirectionUris":["https://app.example/callback"],)"
            R"("scopes":["openid","profile"]},"advancedOAuth2ClientConfig":{"tokenEndpointAuthMethod":"none",)"
            R"("grantTypes":["authorization_code","refresh_token"],"responseTypes":["code"]}})");
  EXPECT_THAT(result.notes, HasSubstr("Send plain values"));
}

TEST_F(OidcApps, SaysWhenTheRealmsOwnValuesCannotBeRead) {
  tenant.json("POST", schema, client_schema);
  tenant.json("GET", "/openidm/config/managed", config);
  tenant.json("GET", provider, R"({"code":403,"message":"no"})", 403);

  const auto result = call("getOidcAppSchema", R"({"realm":"alpha"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(base::print_json(result.json["allowedValues"]["grantTypes"]), HasSubstr("authorization_code"));
  EXPECT_THAT(base::print_json(result.json["allowedValues"]["responseTypes"]), HasSubstr("id_token"));
  EXPECT_THAT(result.notes, HasSubstr("The grantTypes and responseTypes that the realm allows could not be read"));
}

std::string new_app(const std::string& more = {}) {
  return R"({"realm":"alpha","name":"Shop","clientId":"shop-web","owners":[{"_ref":"managed/alpha_user/u1"}])" + more +
         "}";
}

TEST_F(OidcApps, RefusesValuesThatTheRealmDoesNotHaveBeforeAnythingIsWritten) {
  const std::string wrong = R"("oauth2Client":{"advancedOAuth2ClientConfig":{"grantTypes":["authorization-code"],)"
                            R"("responseTypes":{"inherited":false,"value":["code id_tokn"]}}})";
  for (const std::string tool : {"createOidcApp", "updateOidcApp"}) {
    SCOPED_TRACE(tool);
    if (tool == "createOidcApp")
      no_twin();
    else
      tenant.json("GET", find_app, found());
    tenant.json("POST", schema, client_schema);
    tenant.json("GET", provider, provider_settings);

    const auto refused =
        call(tool, tool == "createOidcApp" ? new_app("," + wrong) : R"({"realm":"alpha","name":"Shop",)" + wrong + "}");

    EXPECT_THAT(refused, Refuses("oauth2Client.advancedOAuth2ClientConfig.grantTypes[0] is \\\"authorization-code\\\", "
                                 "which this realm does not have; a similar value is authorization_code"));
    EXPECT_THAT(refused.text, HasSubstr("id_tokn"));
    EXPECT_EQ(refused.json["detail"]["allowedValues"]["grantTypes"][0], "authorization_code");
    EXPECT_THAT(writes, IsEmpty());
  }
}

TEST_F(OidcApps, LeavesValuesToTheTenantThatOnlyItKnows) {
  tenant.json("POST", schema, client_schema);
  tenant.json("GET", provider, R"({"code":403,"message":"no"})", 403);
  tenant.json("GET", find_twin, found(""));
  tenant.json("GET", shop_client, missing, 404);
  tenant.json("PUT", shop_client, R"({"code":400,"message":"Bad grant"})", 400);

  EXPECT_THAT(
      call("createOidcApp", new_app(R"(,"oauth2Client":{"advancedOAuth2ClientConfig":{"grantTypes":["urn:new"]}})")),
      Fails("invalid_request", "Bad grant"));
}

constexpr auto made_client =
    R"({"_id":"shop-web","_rev":"1","coreOAuth2ClientConfig":{"clientName":{"inherited":false,"value":["Shop"]}}})";

TEST_F(OidcApps, CreatesClientThenApplication) {
  tenant.json("GET", find_twin, found(R"({"_id":"a9","name":"shop"})"));
  tenant.json("GET", shop_client, missing, 404);
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.json("POST", create_app, shop, 201);

  const auto result = call("createOidcApp", new_app());

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(2).header("If-None-Match"), "*");
  EXPECT_EQ(tenant.sent().at(2).header("accept-api-version"), "protocol=2.1,resource=1.0");
  EXPECT_EQ(tenant.sent().at(2).body,
            R"({"coreOAuth2ClientConfig":{"clientName":{"inherited":false,"value":["Shop"]}}})");
  EXPECT_EQ(tenant.sent().at(3).body, R"({"name":"Shop","owners":[{"_ref":"managed/alpha_user/u1"}],"ssoEntities":)"
                                      R"({"oidcId":"shop-web"},"templateName":"custom","templateVersion":"1.0"})");
  EXPECT_EQ(result.json["oauth2Client"]["id"], "shop-web");
  EXPECT_EQ(result.json["oauth2Client"]["revision"], "1");
  EXPECT_FALSE(result.json["oauth2Client"].contains("coreOAuth2ClientConfig")) << "it is not repeated";
  EXPECT_EQ(result.json["managedApplication"]["id"], "a1");
}

TEST_F(OidcApps, KeepsAClientNameInEitherFormAndNeverShowsTheSecret) {
  for (
      const auto* settings :
      {R"({"coreOAuth2ClientConfig":{"clientName":["N"],"userpassword":"s3cret-s3cret"}})",
       R"({"coreOAuth2ClientConfig":{"clientName":{"inherited":false,"value":["N"]},"userpassword":"s3cret-s3cret"}})"}) {
    no_twin();
    tenant.json("PUT", shop_client, settings, 201);
    tenant.json("POST", create_app, shop, 201);
    const auto result = call("createOidcApp", new_app(R"(,"oauth2Client":)" + std::string(settings)));
    EXPECT_THAT(result, Succeeds());
    EXPECT_EQ(tenant.sent().at(tenant.sent().size() - 2).body, settings);
    EXPECT_THAT(result.text, Not(HasSubstr("s3cret")));
  }
}

TEST_F(OidcApps, TakeSettingsFromTextsWhereNoTextBelongs) {
  const Json core{{"clientName", R"(["N"])"},
                  {"accessTokenLifetime", {{"inherited", false}, {"value", "60"}}},
                  {"status", "Active"}};
  const Json settings{{"coreOAuth2ClientConfig", base::print_json(core)}};
  constexpr auto sent =
      R"({"coreOAuth2ClientConfig":{"clientName":["N"],"accessTokenLifetime":{"inherited":false,"value":60},)"
      R"("status":"Active"}})";
  no_twin();
  tenant.json("PUT", shop_client, sent, 201);
  tenant.json("POST", create_app, shop, 201);

  EXPECT_THAT(call("createOidcApp", new_app(R"(,"oauth2Client":)" + base::print_json(base::print_json(settings)))),
              Succeeds());
  EXPECT_EQ(tenant.sent().at(2).body, sent);
}

std::string app_of(const std::string& owners) {
  return R"({"realm":"alpha","name":"Shop","clientId":"shop-web","owners":)" + owners + "}";
}

std::string owner_query(const std::string& name) {
  return fmt::format("/openidm/managed/alpha_user?_queryFilter=_id+eq+%22{0}%22+or+userName+eq+%22{0}%22&_fields=_id",
                     name);
}

TEST_F(OidcApps, TakesOwnersByUserNameOrId) {
  tenant.json("GET", owner_query("jane"), R"({"result":[{"_id":"u7"}]})");
  no_twin();
  tenant.json("PUT", shop_client, "{}", 201);
  tenant.json("POST", create_app, shop, 201);

  call("createOidcApp", app_of(R"(["jane",{"_ref":"managed/alpha_user/u1"}])"));

  EXPECT_THAT(tenant.sent().at(4).body,
              HasSubstr(R"("owners":[{"_ref":"managed/alpha_user/u7"},{"_ref":"managed/alpha_user/u1"}])"));
}

TEST_F(OidcApps, WritesNothingWhenAnOwnerIsNotExactlyOneUser) {
  for (int i = 0; i < 2; ++i) no_twin();
  tenant.json("GET", owner_query("jane"), R"({"result":[]})");
  EXPECT_THAT(call("createOidcApp", app_of(R"(["jane"])")), Fails("not_found", "no user with name or id"));
  tenant.json("GET", owner_query("jane"), R"({"result":[{"_id":"u1"},{"_id":"jane"}]})");
  EXPECT_THAT(call("createOidcApp", app_of(R"(["jane"])")), Fails("conflict", "2 users of alpha"));
  EXPECT_THAT(call("createOidcApp", app_of(R"([""])")), Refuses("owners[0]"));
  EXPECT_THAT(call("createOidcApp", app_of(R"([7])")), Refuses("owners[0]"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, RefusesACreationThatIsWrongByItself) {
  const auto with_uri = [](const std::string& uris) {
    return R"(,"oauth2Client":{"coreOAuth2ClientConfig":{"redirectionUris":)" + uris + "}}";
  };
  for (const auto* uris : {R"(["/cb"])", R"(["https://a/#x"])", R"({"inherited":false,"value":["cb"]})",
                           R"("https://a")", R"([7])", R"(["https:///x"])", R"(["https://a b"])", R"(["x:"])"}) {
    EXPECT_THAT(call("createOidcApp", new_app(with_uri(uris))), Refuses("redirectionUris")) << uris;
    EXPECT_THAT(call("updateOidcApp", R"({"realm":"alpha","name":"shop")" + with_uri(uris) + "}"),
                Refuses("redirectionUris"))
        << uris;
  }
  EXPECT_THAT(call("createOidcApp", new_app(R"(,"oauth2Client":{"coreOAuth2ClientConfig":[]})")),
              Refuses("must be an object"));
  for (const auto& [setting, place] :
       {std::pair{R"("coreOAuth2ClientConfig":{"scopes":"openid"})", "oauth2Client.coreOAuth2ClientConfig.scopes"},
        {R"("coreOAuth2ClientConfig":{"accessTokenLifetime":{"inherited":false,"value":"long"}})",
         "accessTokenLifetime.value"},
        {R"("advancedOAuth2ClientConfig":{"isConsentImplied":"yes"})", "isConsentImplied"},
        {R"("overrideOAuth2ClientConfig":{"statelessTokensEnabled":1})", "statelessTokensEnabled"}})
    EXPECT_THAT(call("createOidcApp", new_app(fmt::format(R"(,"oauth2Client":{{{}}})", setting))), Refuses(place));
  for (const auto* owners :
       {"[]", "[{}]", R"([{"_ref":"managed/bravo_user/u1"}])", R"([{"_ref":"managed/alpha_user/"}])",
        R"([{"_ref":"managed/alpha_user/a/b"}])", R"(["managed/alpha_user/u1"])", R"([{"_ref":7}])"})
    EXPECT_THAT(
        call("createOidcApp", R"({"realm":"alpha","name":"Shop","clientId":"c","owners":)" + std::string(owners) + "}"),
        Refuses("owners"))
        << owners;
  EXPECT_THAT(call("createOidcApp", new_app(R"(,"oauth2Client":{"core":{"userpassword":"[redacted]"}})")),
              Refuses("real value"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(OidcApps, AreNotCreatedWhereTheSearchForATwinGivesNoList) {
  tenant.json("GET", shop_client, missing, 404);
  tenant.json("GET", find_twin, "{}");
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("transient", "not a list"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, LooksForATwinOnAllPages) {
  tenant.json("GET", shop_client, missing, 404);
  tenant.json("GET", find_twin, R"({"result":[],"pagedResultsCookie":"c%3D"})");
  tenant.json("GET", find_twin + "&_pagedResultsCookie=c%3D", found());

  EXPECT_THAT(call("createOidcApp", new_app()), Fails("conflict", "already exists in alpha"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, RefusesANameOrClientThatExists) {
  tenant.json("GET", shop_client, missing, 404);
  tenant.json("GET", find_twin, found());
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("conflict", "already exists in alpha"));
  EXPECT_THAT(writes, IsEmpty());
  no_twin();
  tenant.json("PUT", shop_client, R"({"code":412})", 412);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("conflict", "An OAuth 2.0 client shop-web already exists"));
}

TEST_F(OidcApps, RemovesTheClientAgainWhenTheApplicationIsRefused) {
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.json("POST", create_app, R"({"code":403,"message":"no"})", 403);
  tenant.json("GET", shop_client, made_client);
  tenant.json("DELETE", shop_client, made_client);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("unauthorized", "which this call created, was removed again"));
}

TEST_F(OidcApps, LeavesANewClientThatSomebodyChangedMeanwhile) {
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.json("POST", create_app, R"({"code":403})", 403);
  tenant.json("GET", shop_client, R"({"_id":"shop-web","_rev":"2"})");
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("partial", "somebody else changed it in the meantime"));
}

TEST_F(OidcApps, ReadsWhetherTheClientExistsAsNotEveryTenantHeedsIfNoneMatch) {
  tenant.json("GET", find_twin, none);
  tenant.json("GET", shop_client, made_client);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("conflict", "An OAuth 2.0 client shop-web already exists"));
  tenant.json("GET", find_twin, none);
  tenant.json("GET", shop_client, R"({"code":403})", 403);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("unauthorized", "403"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, NamesTheClientThatIsLeftOver) {
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.json("POST", create_app, R"({"code":403})", 403);
  tenant.json("GET", shop_client, made_client);
  tenant.json("DELETE", shop_client, R"({"code":403})", 403);
  const auto result = call("createOidcApp", new_app());
  EXPECT_THAT(result, Fails("partial", "it is left over"));
  EXPECT_EQ(base::print_json(result.json["done"]), R"(["OAuth 2.0 client shop-web"])");
  EXPECT_EQ(base::print_json(result.json["notDone"]), R"(["application Shop"])");
}

TEST_F(OidcApps, DoesNotCallAClientLeftOverThatMayBeGone) {
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.json("POST", create_app, R"({"code":403})", 403);
  tenant.json("GET", shop_client, made_client);
  tenant.http.lose_connection("DELETE", shop_client);
  tenant.json("GET", shop_client, R"({"code":403})", 403);
  const auto result = call("createOidcApp", new_app());
  EXPECT_THAT(result, Fails("partial", "it is not known whether the OAuth 2.0 client shop-web was removed again"));
  EXPECT_THAT(result.text, Not(HasSubstr("left over")));
}

TEST_F(OidcApps, NeverRemovesAClientThatItMayNotHaveMade) {
  no_twin();
  tenant.json("PUT", shop_client, made_client, 200);
  tenant.json("POST", create_app, R"({"code":403})", 403);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("partial", "may have existed before"));
}

TEST_F(OidcApps, LooksUpAnApplicationWhoseCreationGotLost) {
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.http.lose_connection("POST", create_app);
  tenant.json("GET", read_app,
              found(R"({"_id":"a1","name":"Shop","ssoEntities":{"oidcId":"shop-web"},"templateName":"custom",)"
                    R"("templateVersion":"1.0"})"));
  EXPECT_THAT(call("createOidcApp", new_app()).notes, HasSubstr("a later read shows that it took effect"));

  // Somebody else's of that name.
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.http.lose_connection("POST", create_app);
  tenant.json("GET", read_app, found(R"({"_id":"a2","name":"Shop","ssoEntities":{"oidcId":"other"}})"));
  const auto foreign = call("createOidcApp", new_app());
  EXPECT_THAT(foreign, Fails("partial", "exists, but not as requested"));
  EXPECT_EQ(foreign.json["detail"]["ids"], Json::array({"a2"}));

  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.http.lose_connection("POST", create_app);
  tenant.json("GET", read_app, none);
  tenant.json("GET", shop_client, made_client);
  tenant.json("DELETE", shop_client, made_client);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("transient", "removed again"));

  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.http.lose_connection("POST", create_app);
  tenant.json("GET", read_app, R"({"code":403})", 403);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("partial", "Check with getOidcApp"));
}

// The sign-in ends with the creation of the client.
class EndingSignIn final : public aic::Bearers {
 public:
  explicit EndingSignIn(const test::StubTenant& tenant) : tenant_(tenant) {}
  net::Task<aic::Bearer> get(aic::Scopes) override {
    const auto sent = tenant_.requests();
    if (std::ranges::find(sent, "PUT " + shop_client) != sent.end()) {
      base::Error error(base::Errc::unauthorized, "the exchange was refused");
      error.about_token = true;
      throw error;
    }
    co_return std::make_shared<const base::Secret>("token");
  }
  void refused(const aic::Scopes&, const aic::Bearer&) override {}

 private:
  const test::StubTenant& tenant_;
};

TEST_F(OidcApps, SaysThatItsClientIsLeftOverWhereNoTokenIsToBeHadAnyMore) {
  EndingSignIn ending(tenant);
  bearers = &ending;
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  const auto result = call("createOidcApp", new_app());
  EXPECT_THAT(result, Fails("partial", "it is left over"));
  EXPECT_EQ(base::print_json(result.json["done"]), R"(["OAuth 2.0 client shop-web"])");
}

TEST_F(OidcApps, DoesNotClaimAClientWhoseCreationGotLost) {
  no_twin();
  tenant.http.lose_connection("PUT", shop_client);
  tenant.json("GET", shop_client, made_client);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("outcome_unknown", "exists now, perhaps created by this call"));

  no_twin();
  tenant.http.lose_connection("PUT", shop_client);
  tenant.json("GET", shop_client, missing, 404);
  EXPECT_THAT(call("createOidcApp", new_app()), Fails("transient", "nothing was changed"));
}

TEST_F(OidcApps, ReportsSettingsThatTheNewClientDoesNotShow) {
  no_twin();
  tenant.json("PUT", shop_client, made_client, 201);
  tenant.json("POST", create_app, shop, 201);
  tenant.json("GET", shop_client, made_client);
  const auto result =
      call("createOidcApp", new_app(R"(,"oauth2Client":{"coreOAuth2ClientConfig":{"clientType":"Public"}})"));
  EXPECT_THAT(result, Fails("partial", "stored something else: coreOAuth2ClientConfig/clientType"));
  EXPECT_EQ(result.json["done"].size(), 2u);
}

constexpr auto switched_on =
    R"({"_id":"shop-web","_rev":"8","core":{"scopes":{"inherited":true,"value":["a"]},"unset":{"inherited":false}},)"
    R"("override":{"on":true,"n":1.1},"_type":{"_id":"OAuth2Client"}})";

std::string update(const std::string& more) {
  return R"({"realm":"alpha","name":"Shop",)" + more + "}";
}

TEST_F(OidcApps, MergesGivenSettingsIntoTheirWrappers) {
  tenant.json("GET", find_app, found());
  reads_client(2);
  const std::string after =
      R"({"core":{"scopes":{"inherited":true,"value":["b","a"]},"unset":{"inherited":false,"value":"x"},"new":{"inherited":false,"value":1}},)"
      R"("override":{"on":true,"n":1.10},"more":{"a":1}})";
  auto answer = base::parse_json(after);
  answer["_id"] = "shop-web";
  answer["_rev"] = "8";
  answer["_type"] = Json::object();
  tenant.json("PUT", shop_client, base::print_json(answer));

  const auto result = call(
      "updateOidcApp",
      update(
          R"("oauth2Client":{"_id":"x","_rev":"7","core":{"scopes":{"value":["b","a"]},"unset":"x","new":{"value":1}},)"
          R"("override":{"on":{"inherited":false,"value":true}},"more":{"a":1}})"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(3).body, after);
  EXPECT_EQ(tenant.sent().at(3).header("If-Match"), "7");
  EXPECT_FALSE(result.json.contains("managedApplication"));
}

TEST_F(OidcApps, ChangesBothHalvesClientFirst) {
  tenant.json("GET", find_whole, found());
  reads_client(2);
  tenant.json("PUT", shop_client, switched_on);
  tenant.json("PATCH", app1,
              R"({"_id":"a1","_rev":"ar2","name":"Shop","ssoEntities":{"oidcId":"shop-web"},"description":"D"})");

  const auto result = call(
      "updateOidcApp",
      update(
          R"("oauth2Client":{"override":{"on":true}},"managedApplication":{"_rev":"\"ar1\"","operations":)"
          R"([{"operation":"replace","field":"description","value":"d"},{"operation":"add","field":"/ssoEntitiesX","value":1},{"operation":"remove","field":"/url"}]})"));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(4).header("If-Match"), "ar1");
  EXPECT_EQ(tenant.sent().at(4).body,
            R"([{"operation":"replace","field":"/description","value":"d"},)"
            R"({"operation":"add","field":"/ssoEntitiesX","value":1},{"operation":"remove","field":"/url"}])");
  EXPECT_EQ(result.json["oauth2Client"]["revision"], "8");
  EXPECT_EQ(base::print_json(result.json["oauth2Client"]["changed"]),
            R"([{"path":"/override/on","before":false,"after":true}])");
  EXPECT_EQ(result.json["managedApplication"]["revision"], "ar2");
  EXPECT_EQ(base::print_json(result.json["managedApplication"]["changed"]), R"([{"path":"/description","after":"D"}])")
      << "what is stored, not what was sent";
}

TEST_F(OidcApps, RefusesAnUpdateThatIsWrongByItself) {
  const auto patch = [](const std::string& operations) {
    return update(R"("managedApplication":{"_rev":"1","operations":)" + operations + "}");
  };
  EXPECT_THAT(call("updateOidcApp", which), Refuses("oauth2Client, managedApplication or both"));
  EXPECT_THAT(call("updateOidcApp", patch("[]")), Refuses("operations"));
  for (const auto* field : {"ssoEntities", "/ssoEntities", "/ssoEntities/oidcId"})
    EXPECT_THAT(call("updateOidcApp", patch(R"([{"operation":"remove","field":")" + std::string(field) + "\"}]")),
                Refuses("ssoEntities"));
  for (const auto* field : {"", "/"})
    EXPECT_THAT(call("updateOidcApp", patch(R"([{"operation":"remove","field":")" + std::string(field) + "\"}]")),
                Refuses("not the whole object"));
  EXPECT_THAT(call("updateOidcApp", patch(R"([{"operation":"add","field":"/a"}])")), Refuses("value"));
  EXPECT_THAT(call("updateOidcApp", patch(R"([{"operation":"move","field":"/a"}])")), Refuses("operation"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(OidcApps, ChecksBothHalvesBeforeWritingEither) {
  const auto both = update(
      R"("oauth2Client":{"override":{"on":true}},"managedApplication":{"_rev":"ar0","operations":[{"operation":"remove","field":"/url"}]})");
  tenant.json("GET", find_whole, found());
  EXPECT_THAT(call("updateOidcApp", both), Fails("conflict", "is now at revision ar1, not ar0"));

  const auto client = update(R"("oauth2Client":{"override":{"on":true}})");
  tenant.json("GET", find_app, found(R"({"_id":"a1","name":"Shop"})"));
  EXPECT_THAT(call("updateOidcApp", client), Refuses("no linked OAuth 2.0 client"));
  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, R"({"override":{}})");
  EXPECT_THAT(call("updateOidcApp", client), Fails("conflict", "shows no revision"));
  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, missing, 404);
  EXPECT_THAT(call("updateOidcApp", client), Fails("not_found", "404"));
  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, stored_client);
  EXPECT_THAT(call("updateOidcApp", update(R"("oauth2Client":{"_rev":"6","override":{"on":true}})")),
              Fails("conflict", "is now at revision 7"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, WritesNothingWhenTheClientIsSoAlready) {
  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, stored_client);
  const auto result =
      call("updateOidcApp", update(R"("oauth2Client":{"core":{"scopes":["a"]},"override":{"n":1.10}})"));
  EXPECT_THAT(result.text, HasSubstr("already has these settings"));
  EXPECT_EQ(base::print_json(result.json["oauth2Client"]["changed"]), "[]");
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(OidcApps, TellsTheClientsNewStateWhenTheApplicationFails) {
  tenant.json("GET", find_whole, found());
  reads_client(2);
  tenant.json("PUT", shop_client, switched_on);
  tenant.json("PATCH", app1, R"({"code":412})", 412);
  const auto result = call(
      "updateOidcApp",
      update(
          R"("oauth2Client":{"override":{"on":true}},"managedApplication":{"_rev":"ar1","operations":[{"operation":"remove","field":"/url"}]})"));
  EXPECT_THAT(result, Fails("partial", "Stopped after 1 of 2 steps"));
  EXPECT_EQ(result.json["detail"]["oauth2Client"]["revision"], "8");
  EXPECT_EQ(base::print_json(result.json["notDone"]), R"(["application Shop"])");
}

TEST_F(OidcApps, ComputesTheClientAnewWhereSomebodyChangedAnotherSettingBeforeTheWrite) {
  auto theirs = base::parse_json(stored_client);
  theirs["_rev"] = "8";
  theirs["override"]["n"] = 2;
  auto both = theirs;
  both["override"]["on"] = true;
  both["_rev"] = "9";
  tenant.json("GET", find_app, found());
  reads_client(1);
  for (int i = 0; i < 2; ++i) tenant.json("GET", shop_client, base::print_json(theirs));
  tenant.json("PUT", shop_client, base::print_json(both));

  EXPECT_THAT(call("updateOidcApp", update(R"("oauth2Client":{"override":{"on":true}})")), Succeeds());

  EXPECT_EQ(tenant.sent().back().header("If-Match"), "8");
  EXPECT_EQ(base::parse_json(tenant.sent().back().body)["override"]["n"], 2);
}

TEST_F(OidcApps, TellsByReadingWhetherALostChangeHappened) {
  const auto client = update(R"("oauth2Client":{"override":{"on":true}})");
  tenant.json("GET", find_app, found());
  reads_client(2);
  tenant.http.lose_connection("PUT", shop_client);
  tenant.json("GET", shop_client, switched_on);
  EXPECT_THAT(call("updateOidcApp", client).notes, HasSubstr("it took effect"));

  tenant.json("GET", find_app, found());
  reads_client(2);
  tenant.http.lose_connection("PUT", shop_client);
  reads_client(1);
  EXPECT_THAT(call("updateOidcApp", client), Fails("transient", "nothing was changed"));

  const auto patch =
      update(R"("managedApplication":{"_rev":"ar1","operations":[{"operation":"remove","field":"/url"}]})");
  tenant.json("GET", find_whole, found());
  tenant.http.lose_connection("PATCH", app1);
  tenant.json("GET", app1, R"({"_id":"a1","_rev":"ar2","name":"Shop","ssoEntities":{"oidcId":"shop-web"}})");
  EXPECT_THAT(call("updateOidcApp", patch).notes, HasSubstr("it took effect"));
}

TEST_F(OidcApps, DeletesTheClientThenTheApplication) {
  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, made_client);
  tenant.json("DELETE", shop_client, made_client);
  tenant.json("GET", app1, shop);
  tenant.json("DELETE", app1, shop);

  const auto result = call("deleteOidcApp", forced);

  EXPECT_EQ(result.json["oauth2Client"]["id"], "shop-web");
  EXPECT_EQ(base::print_json(result.json["oauth2Client"]["deleted"]), made_client);
  EXPECT_EQ(result.json["managedApplication"]["id"], "a1");
  EXPECT_EQ(base::print_json(result.json["managedApplication"]["deleted"]), shop);
  EXPECT_EQ(tenant.sent().at(2).header("accept-api-version"), "protocol=2.1,resource=1.0");
  EXPECT_EQ(tenant.sent().at(2).header("If-Match"), "1");
}

TEST_F(OidcApps, DeletesWhatIsThere) {
  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, missing, 404);
  tenant.json("GET", app1, shop);
  tenant.json("DELETE", app1, "");
  tenant.json("GET", app1, missing, 404);
  EXPECT_THAT(call("deleteOidcApp", forced).text, HasSubstr("OAuth 2.0 client shop-web was already gone"));

  tenant.json("GET", find_app, found(R"({"_id":"a1","name":"Shop"})"));
  tenant.json("GET", app1, shop);
  tenant.json("DELETE", app1, shop);
  EXPECT_FALSE(call("deleteOidcApp", forced).json.contains("oauth2Client"));
}

TEST_F(OidcApps, LeavesAnApplicationThatTheSameCallFindsAgain) {
  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, made_client);
  tenant.json("DELETE", shop_client, R"({"code":403})", 403);
  EXPECT_THAT(call("deleteOidcApp", forced), Fails("unauthorized", "403"));

  tenant.json("GET", find_app, found());
  tenant.json("GET", shop_client, made_client);
  tenant.json("DELETE", shop_client, made_client);
  tenant.json("GET", app1, shop);
  tenant.json("DELETE", app1, R"({"code":403})", 403);
  const auto result = call("deleteOidcApp", forced);
  EXPECT_THAT(result, Fails("partial", "Call deleteOidcApp again"));
  EXPECT_EQ(base::print_json(result.json["done"]), R"(["OAuth 2.0 client shop-web"])");
}

TEST(OidcClient, GetsTheNameOfItsAppWhereItsOwnIsEmpty) {
  for (const char* empty : {"null", "[]", "{}", R"("")"}) {
    const auto client =
        tools::oidc_client::new_client({{"coreOAuth2ClientConfig", {{"clientName", base::parse_json(empty)}}}}, "Shop");
    EXPECT_EQ(base::print_json(client["coreOAuth2ClientConfig"]["clientName"]),
              R"({"inherited":false,"value":["Shop"]})")
        << empty;
  }
}

}  // namespace
}  // namespace tools
