// Resources, prompts and completion of the program, among fakes.
#include "app/completer.h"
#include "app/host_fixture.h"
#include "app/prompts.h"
#include "app/resources.h"
#include "base/encoding.h"

namespace app {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const ResourceTemplate& journey_template() {
  return resource_templates().front();
}

TEST(ResourceTemplate, GivesTheArgumentsOfItsToolDecoded) {
  EXPECT_EQ(match(journey_template(), "aic://alpha/journeys/Forgot%20it%2Fnow"),
            Json({{"realm", "alpha"}, {"journeyName", "Forgot it/now"}}));
}

TEST(ResourceTemplate, DoesNotMatchOtherForms) {
  for (const char* uri : {"", "aic://", "aic://alpha/journeys", "aic://alpha/journeys/", "aic:///journeys/Login",
                          "aic://alpha/journeys/Login/more", "aic://alpha/scripts/Login", "AIC://alpha/journeys/Login",
                          "https://alpha/journeys/Login"})
    EXPECT_EQ(match(journey_template(), uri), std::nullopt) << uri;
}

class Features : public test::HostTest {
 protected:
  Json request(std::string_view method, const Json& params) {
    say(base::print_json({{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}}));
    return hear();
  }
  Json read(std::string_view uri) { return request("resources/read", {{"uri", uri}}); }
  // The values for one variable of the journeys' addresses.
  Json complete(std::string_view variable, std::string_view typed, const Json& filled = Json::object()) {
    return request("completion/complete", {{"ref", {{"type", "ref/resource"}, {"uri", journey_template().pattern}}},
                                           {"argument", {{"name", variable}, {"value", typed}}},
                                           {"context", {{"arguments", filled}}}})["result"]["completion"]["values"];
  }
  void serve_a_client() {
    serve();
    initialize("2025-11-25", "{}");
  }
  void sign_in_by(const std::string& uri) {
    tenant_gives("login-token");
    tenant_gives("scoped-token");
    say(base::print_json({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "resources/read"}, {"params", {{"uri", uri}}}}));
    sign_in();
  }
};

TEST_F(Features, AResourceOfNoTemplateIsNotFoundAndAsksNobody) {
  serve_a_client();

  EXPECT_EQ(read("aic://alpha/nothing/x")["error"]["code"], -32002);
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(Features, AnAddressWithAWrongArgumentIsRefusedBeforeTheSignIn) {
  serve_a_client();

  const auto error = read("aic://managed/alpha%2Fuser/schema")["error"];

  EXPECT_EQ(error["code"], -32602);
  EXPECT_EQ(error["data"]["category"], "invalid_request");
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(Features, TemplatesOfToolsThatAreLeftOutAreNotListed) {
  environment["AIC_TOOLS"] = "getVariable";
  serve_a_client();

  const auto listed = request("resources/templates/list", Json::object())["result"]["resourceTemplates"];

  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["uriTemplate"], "aic://esv/variables/{id}");
  EXPECT_EQ(read("aic://alpha/journeys/Login")["error"]["code"], -32002);
}

TEST_F(Features, AResourceIsReadAsItsToolReadsIt) {
  http.answer("GET", "/environment/variables/esv-a", 200,
              R"({"_id":"esv-a","valueBase64":"aGVsbG8=","expressionType":"string","loaded":true})");
  serve_a_client();

  sign_in_by("aic://esv/variables/esv-a");

  const auto contents = hear()["result"]["contents"];
  EXPECT_EQ(contents[0]["uri"], "aic://esv/variables/esv-a");
  EXPECT_EQ(contents[0]["mimeType"], "application/json");
  EXPECT_EQ(base::parse_json(contents[0]["text"].get<std::string>())["value"], "hello");
}

TEST_F(Features, WhatTheTenantDoesNotHaveIsNotFound) {
  http.answer("GET", "/environment/variables/esv-a", 404, R"({"code":404,"message":"no such variable"})");
  serve_a_client();

  sign_in_by("aic://esv/variables/esv-a");

  EXPECT_EQ(hear()["error"]["code"], -32002);
}

TEST_F(Features, WhatTheTenantRefusesIsAnErrorWithTheWholeReason) {
  http.answer("GET", "/environment/variables/esv-a", 403, R"({"code":403,"message":"not yours"})");
  serve_a_client();

  sign_in_by("aic://esv/variables/esv-a");

  const auto error = hear()["error"];
  EXPECT_EQ(error["code"], -32603);
  EXPECT_EQ(error["data"]["status"], 403);
}

TEST_F(Features, AnErrorSaysInItsMessageWhatTheTenantSaidAndWhatHelps) {
  http.answer("GET", "/environment/variables/esv-a", 403, R"({"code":403,"message":"not yours"})");
  serve_a_client();

  sign_in_by("aic://esv/variables/esv-a");

  const auto error = hear()["error"];
  const auto message = error["message"].get<std::string>();
  EXPECT_THAT(message, HasSubstr(" not yours. "));
  EXPECT_THAT(message, testing::EndsWith(error["data"]["next"].get<std::string>()));
  EXPECT_THAT(message, testing::StartsWith(error["data"]["error"].get<std::string>()));
}

// Official clients make their own error of it only where `data` holds nothing else.
TEST_F(Features, AMissingResourceIsToldByItsAddressAlone) {
  http.answer("GET", "/environment/variables/esv-a", 404, R"({"code":404,"message":"gone"})");
  serve_a_client();

  sign_in_by("aic://esv/variables/esv-a");

  const auto error = hear()["error"];
  EXPECT_EQ(error["data"], (Json{{"uri", "aic://esv/variables/esv-a"}}));
  EXPECT_THAT(error["message"].get<std::string>(), testing::AllOf(HasSubstr("gone"), HasSubstr("Transaction ID: ")));
}

constexpr auto alpha_journeys =
    "/am/json/alpha/realm-config/authentication/authenticationtrees/trees?_queryFilter=true&_pageSize=-1"
    "&_fields=_id%2Cdescription%2Cenabled%2CinnerTreeOnly%2CentryNodeId%2Cnodes";

class ListedResources : public Features {
 protected:
  Json listed() { return request("resources/list", Json::object())["result"]["resources"]; }
  static Json journeys_of(const Json& resources) {
    Json journeys = Json::array();
    for (const Json& resource : resources) {
      if (resource["uri"].get<std::string>().starts_with("aic://")) journeys.push_back(resource);
    }
    return journeys;
  }
  void be_signed_in() {
    http.answer("GET", "/environment/variables/esv-a", 404, R"({"code":404})");
    serve_a_client();
    call_tool(9, "getVariable", R"({"variableId":"esv-a"})");
    tenant_gives("login-token");
    tenant_gives("scoped-token");
    sign_in();
  }
  void realm_has(std::string_view realm, int status, std::string journeys) {
    std::string address = alpha_journeys;
    address.replace(address.find("alpha"), 5, realm);
    http.answer("GET", address, status, std::move(journeys));
    http.always("GET", fmt::format("/am/json/{}/realm-config/authentication", realm), 200,
                R"({"core":{"orgConfig":"Login"}})");
    http.always("GET",
                fmt::format("/am/json/{}/realm-config/authentication/authenticationtrees/nodes/InnerTreeEvaluatorNode"
                            "?_queryFilter=true",
                            realm),
                200, R"({"result":[]})");
  }
};

TEST_F(ListedResources, AreTheSkillsAloneBeforeAnybodyIsSignedIn) {
  serve_a_client();

  const auto resources = listed();

  ASSERT_EQ(resources.size(), request("prompts/list", Json::object())["result"]["prompts"].size());
  EXPECT_EQ(resources[0]["uri"], "skill://investigate-login/SKILL.md");
  EXPECT_THAT(http.sent(), IsEmpty());
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(ListedResources, AreTheJourneysAfterwardsAndTheClientIsTold) {
  be_signed_in();
  EXPECT_EQ(hear()["id"], 9);
  EXPECT_EQ(resources_changed, 1);
  tenant_gives("token-for-journeys");
  realm_has("alpha", 200, R"({"result":[{"_id":"Log in/now","description":"For all"}]})");
  realm_has("bravo", 200, R"({"result":[{"_id":"Login"}]})");

  const auto resources = journeys_of(listed());

  ASSERT_EQ(resources.size(), 2U);
  EXPECT_EQ(resources[0], base::parse_json(R"j({"uri":"aic://alpha/journeys/Log%20in%2Fnow","name":"Log in/now",
    "title":"Journey Log in/now (alpha)","description":"For all","mimeType":"application/json"
})j"));
  EXPECT_EQ(resources[1]["uri"], "aic://bravo/journeys/Login");
  EXPECT_EQ(match(journey_template(), resources[0]["uri"].get<std::string>()),
            Json({{"realm", "alpha"}, {"journeyName", "Log in/now"}}));
}

TEST_F(ListedResources, AreAHundredAtMostAndTheOtherRealmsWhereOneIsRefused) {
  be_signed_in();
  hear();
  tenant_gives("token-for-journeys");
  Json many = {{"result", Json::array()}};
  for (int i = 0; i < 150; ++i) many["result"].push_back({{"_id", fmt::format("J{}", i)}});
  realm_has("alpha", 403, R"({"code":403,"message":"no"})");
  realm_has("bravo", 200, base::print_json(many));

  const auto resources = journeys_of(listed());

  EXPECT_EQ(resources.size(), 100U);
  EXPECT_EQ(resources[99]["name"], "J99");
}

TEST_F(Features, EveryPromptIsASkill) {
  serve_a_client();

  for (const Json& prompt : request("prompts/list", Json::object())["result"]["prompts"]) {
    const auto name = prompt["name"].get<std::string>();
    const auto contents = read("skill://" + name + "/SKILL.md")["result"]["contents"];
    const auto text = contents[0]["text"].get<std::string>();
    EXPECT_EQ(contents[0]["mimeType"], "text/markdown");
    EXPECT_TRUE(text.starts_with("---\nname: " + name + "\ndescription: \"")) << text;
    EXPECT_THAT(text, HasSubstr("\n---\n\n# "));
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
    for (const Json& argument : prompt["arguments"])
      EXPECT_THAT(text, HasSubstr("* <" + argument["name"].get<std::string>() + ">: "));
  }
  EXPECT_THAT(browser.opened, IsEmpty());
  EXPECT_EQ(read("skill://none/SKILL.md")["error"]["code"], -32002);
  EXPECT_EQ(read("skill://investigate-login/other")["error"]["code"], -32002);
}

TEST_F(ListedResources, AreDeclaredToChange) {
  serve();
  say(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})");

  EXPECT_EQ(hear()["result"]["capabilities"]["resources"]["listChanged"], true);
}

TEST_F(Features, TypingSignsNobodyIn) {
  serve_a_client();

  EXPECT_THAT(complete("realm", "B"), ElementsAre("bravo"));
  EXPECT_THAT(complete("name", "", {{"realm", "alpha"}}), IsEmpty());
  EXPECT_THAT(http.sent(), IsEmpty());
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(Features, WhatBeginsAsTypedComesFirst) {
  http.answer("GET", "/environment/variables/esv-a", 404, R"({"code":404})");
  serve_a_client();
  sign_in_by("aic://esv/variables/esv-a");
  hear();
  tenant_gives("token-for-journeys");
  http.answer("GET", alpha_journeys, 200,
              R"({"result":[{"_id":"ForgottenLogin"},{"_id":"Login"},{"_id":"Register"}]})");
  http.answer("GET", "/am/json/alpha/realm-config/authentication", 200, R"({"core":{"orgConfig":"Login"}})");
  http.answer("GET",
              "/am/json/alpha/realm-config/authentication/authenticationtrees/nodes/InnerTreeEvaluatorNode"
              "?_queryFilter=true",
              200, R"({"result":[]})");

  EXPECT_THAT(complete("name", "log", {{"realm", "alpha"}}), ElementsAre("Login", "ForgottenLogin"));
}

// What is suggested leads to the journey when a client repeats it.
TEST_F(Features, ANameWithUnseenCharactersIsShownAndUnderstood) {
  http.answer("GET", "/environment/variables/esv-a", 404, R"({"code":404})");
  serve_a_client();
  sign_in_by("aic://esv/variables/esv-a");
  hear();
  tenant_gives("token-for-journeys");
  http.answer("GET", alpha_journeys, 200, "{\"result\":[{\"_id\":\"Log\u202ein\"}]}");
  http.answer("GET", "/am/json/alpha/realm-config/authentication", 200, R"({"core":{"orgConfig":"Login"}})");
  http.answer("GET",
              "/am/json/alpha/realm-config/authentication/authenticationtrees/nodes/InnerTreeEvaluatorNode"
              "?_queryFilter=true",
              200, R"({"result":[]})");

  const auto names = complete("name", "log", {{"realm", "alpha"}});
  ASSERT_THAT(names, ElementsAre(R"(Log\u{202e}in)"));

  http.answer("GET", "/am/json/alpha/realm-config/authentication/authenticationtrees/trees/Log%E2%80%AEin", 404,
              "{\"code\":404,\"message\":\"no Log\u202ein\"}");
  const auto error = read("aic://alpha/journeys/" + base::percent_encode(names[0].get<std::string>()))["error"];
  EXPECT_THAT(error["message"].get<std::string>(), HasSubstr(R"(no Log\u{202e}in)"));
}

TEST_F(Features, CompletionOfAnUnknownTemplateOrPromptIsRefused) {
  serve_a_client();
  const Json argument = {{"name", "realm"}, {"value", ""}};

  EXPECT_EQ(request("completion/complete", {{"ref", {{"type", "ref/resource"}, {"uri", "aic://x/{y}"}}},
                                            {"argument", argument}})["error"]["code"],
            -32602);
  EXPECT_EQ(request("completion/complete",
                    {{"ref", {{"type", "ref/prompt"}, {"name", "sing"}}}, {"argument", argument}})["error"]["code"],
            -32602);
}

TEST_F(Features, APromptTakesItsArgumentsInOneLine) {
  serve_a_client();

  const auto result = request(
      "prompts/get",
      {{"name", "review-journey"}, {"arguments", {{"realm", "{journeyName}"}, {"journeyName", "Log\nin"}}}})["result"];

  const auto text = result["messages"][0]["content"]["text"].get<std::string>();
  EXPECT_THAT(text, HasSubstr(R"(in the realm "{journeyName}")"));
  EXPECT_THAT(text, Not(HasSubstr("Log\nin")));
}

TEST_F(Features, APromptWithoutANeededArgumentIsRefused) {
  serve_a_client();

  EXPECT_EQ(request("prompts/get", {{"name", "review-journey"}, {"arguments", {{"realm", "alpha"}}}})["error"]["code"],
            -32602);
}

}  // namespace
}  // namespace app
