#include "app/host.h"

#include "app/host_fixture.h"
#include "tools/catalog.h"

namespace app {
namespace {

using base::Json;
using test::token_path;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto user = R"({"objectType":"alpha_user","objectId":"u1"})";

class ProgramHost : public test::HostTest {
 protected:
  void initialize_plainly() { initialize("2025-11-25", "{}"); }
};

TEST_F(ProgramHost, SaysWhichSettingLeavesAToolOut) {
  environment["AIC_READ_ONLY"] = "true";
  serve();
  initialize_plainly();

  call_tool(1, "deleteManagedObject", user);

  const auto error = hear()["error"];
  EXPECT_EQ(error["code"], -32602);
  EXPECT_THAT(error["message"].get<std::string>(),
              AllOf(HasSubstr("deleteManagedObject"), HasSubstr("AIC_READ_ONLY"), Not(HasSubstr("AIC_TOOLS"))));
  EXPECT_THAT(http.sent(), IsEmpty());
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(ProgramHost, SaysThatAToolIsNotAmongTheNamedOnes) {
  environment["AIC_TOOLS"] = "cors";
  serve();
  initialize_plainly();

  call_tool(1, "getManagedObject", user);

  const auto error = hear()["error"];
  EXPECT_EQ(error["code"], -32602);
  EXPECT_THAT(error["message"].get<std::string>(), AllOf(HasSubstr("AIC_TOOLS"), Not(HasSubstr("AIC_READ_ONLY"))));
}

TEST_F(ProgramHost, TellsAnUnknownToolFromOneThatIsLeftOut) {
  environment["AIC_READ_ONLY"] = "true";
  serve();
  initialize_plainly();

  call_tool(1, "getManagedObjct", user);

  const auto error = hear()["error"];
  EXPECT_EQ(error["code"], -32602);
  EXPECT_THAT(error["message"].get<std::string>(), AllOf(HasSubstr("getManagedObject"), Not(HasSubstr("AIC_"))));
}

TEST_F(ProgramHost, RefusesWrongArgumentsBeforeAnythingElse) {
  environment["AIC_CONFIRM_DESTRUCTIVE"] = "true";
  serve();
  initialize("2025-11-25", R"({"elicitation":{}})");

  call_tool(1, "deleteManagedObject", R"({"objectType":"alpha_user"})");

  const auto answer = hear();
  EXPECT_EQ(answer["id"], 1);
  EXPECT_TRUE(answer["result"]["isError"].get<bool>());
  EXPECT_THAT(text_of(answer), AllOf(HasSubstr("invalid_request"), HasSubstr("objectId")));
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(ProgramHost, ListsWhatItOffersAndNothingElse) {
  environment["AIC_TOOLS"] = "getCorsPolicy,deleteCorsPolicy";
  environment["AIC_READ_ONLY"] = "true";
  serve();
  initialize_plainly();

  say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");

  const auto listed = hear()["result"]["tools"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0], tools::describe(*tools::find_tool("getCorsPolicy")));
}

TEST_F(ProgramHost, RunsAToolAsThePersonWhoSignedIn) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1","_rev":"r1"})");
  serve();
  initialize_plainly();
  call_tool(1, "getManagedObject", user);
  EXPECT_TRUE(is_quiet());

  sign_in();

  const auto answer = hear();
  EXPECT_EQ(answer["id"], 1);
  EXPECT_FALSE(answer["result"].contains("isError"));
  EXPECT_THAT(text_of(answer), HasSubstr(R"("_id":"u1")"));
  const auto& read = http.sent().at(2);
  EXPECT_EQ(read.bearer, "scoped-token");
  EXPECT_EQ(answer["result"]["_meta"]["transactionId"], read.header("X-ForgeRock-TransactionId"));
}

TEST_F(ProgramHost, LogsWhatACallHadChangedWhenItIsCutShort) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/openidm/managed/alpha_application?_queryFilter=name%20eq%20%22Shop%22&_fields=_id%2Cname", 200,
              R"({"result":[]})");
  http.answer("GET", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 404, R"({"code":404})");
  http.answer("PUT", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 201, R"({"_id":"shop"})");
  const auto held = http.hold(loop, "POST", "/openidm/managed/alpha_application?_action=create");
  serve();
  initialize_plainly();

  const auto log = stderr_of([&] {
    call_tool(1, "createOidcApp",
              R"({"realm":"alpha","name":"Shop","clientId":"shop","owners":[{"_ref":"managed/alpha_user/u1"}]})");
    sign_in();
    wait_until([&] { return held.waits(); });
    say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
    wait_until([&] { return held.was_cancelled(); });
    test::settle(loop);
  });

  EXPECT_THAT(log, AllOf(HasSubstr("createOidcApp was interrupted after these changes"),
                         HasSubstr("PUT /am/json/alpha/realm-config/agents/OAuth2Client/shop")));
}

// R-CLI-05: clients show nothing of a server that ends at once.
TEST_F(ProgramHost, SaysWhatIsWrongWithItsSettingsWhereverItIsAsked) {
  environment = {{"AIC_LOGIN", "by-hand"}, {"AIC_TOOLS", "theme"}};
  serve();
  say(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})");
  const auto instructions = hear()["result"]["instructions"].get<std::string>();
  EXPECT_THAT(instructions, AllOf(HasSubstr("AIC_BASE_URL is not set"), HasSubstr("AIC_LOGIN must be auto"),
                                  HasSubstr("did you mean themes?\n")));
  say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");
  EXPECT_EQ(hear()["result"]["tools"].size(), tools::catalog().size());

  for (const auto* tool : {"getManagedObject", "getThemeSchema"}) {
    call_tool(2, tool, "{}");
    const auto answer = hear();
    EXPECT_TRUE(answer["result"]["isError"].get<bool>());
    const auto json = base::parse_json(text_of(answer));
    EXPECT_EQ(json["category"], "configuration");
    EXPECT_THAT(json["error"].get<std::string>(), AllOf(HasSubstr("AIC_BASE_URL is not set"), HasSubstr("AIC_LOGIN")));
  }
  say(R"({"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"aic://alpha/journeys/Login"}})");
  EXPECT_THAT(hear()["error"]["message"].get<std::string>(), HasSubstr("AIC_BASE_URL is not set"));
  EXPECT_THAT(http.sent(), IsEmpty());
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(ProgramHost, TellsItsFirstNoteOnceWhateverComesOfTheCall) {
  environment["AIC_BASE_URL"] = "http://t.example.com";
  serve();
  initialize_plainly();

  call_tool(1, "getThemeSchema");
  EXPECT_THAT(text_of(hear()), testing::StartsWith("AIC_BASE_URL begins with http://, "));
  call_tool(2, "getThemeSchema");
  EXPECT_THAT(text_of(hear()), testing::StartsWith("{"));
}

TEST_F(ProgramHost, TellsItsFirstNoteWithAFailure) {
  environment["AIC_BASE_URL"] = "http://t.example.com";
  browser.works = false;
  serve();
  initialize_plainly();

  call_tool(1, "getManagedObject", user);

  wait_until([&] { return !browser.opened.empty(); });
  const auto json = base::parse_json(text_of(hear()));
  EXPECT_EQ(json["category"], "login_required");
  EXPECT_EQ(
      json["notes"],
      base::parse_json(
          R"(["AIC_BASE_URL begins with http://, but this server speaks https only: it asks https://t.example.com."])"));
}

// R-CLI-04: an accept without content came from nobody.
TEST_F(ProgramHost, GoesOnToTheNextWayWhereNobodyAnsweredTheFormOfTheSignIn) {
  browser.works = false;
  serve();
  initialize("2025-11-25", R"({"elicitation":{"form":{}}})");
  call_tool(1, "getManagedObject", user);

  const auto question = hear();
  EXPECT_EQ(question["params"]["requestedSchema"]["required"], base::parse_json(R"(["agreed"])"));
  answer(question, "accept", "{}");

  auto said = hear();
  if (said.contains("method")) said = hear();  // the form is taken away
  EXPECT_EQ(base::parse_json(text_of(said))["category"], "login_required");
}

TEST_F(ProgramHost, WaitsForTheSignInOncePeopleSaidThatTheySawTheForm) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1"})");
  browser.works = false;
  serve();
  initialize("2025-11-25", R"({"elicitation":{"form":{}}})");
  call_tool(1, "getManagedObject", user);

  answer(hear(), "accept");
  EXPECT_TRUE(is_quiet());
  sign_in();

  EXPECT_THAT(text_of(hear()), HasSubstr(R"("_id":"u1")"));
}

// R-PKC-23: a host that begins anew on the same pipe goes on as the same person.
TEST_F(ProgramHost, KeepsTheSignInThroughASecondHandshake) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.always("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1"})");
  serve();
  initialize_plainly();
  call_tool(1, "getManagedObject", user);
  sign_in();
  hear();

  initialize_plainly();
  call_tool(1, "getManagedObject", user);

  EXPECT_THAT(text_of(hear()), HasSubstr(R"("_id":"u1")"));
  EXPECT_EQ(browser.opened.size(), 1U);
}

TEST_F(ProgramHost, LeavesASignInOpenThroughASecondHandshake) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1"})");
  serve();
  initialize_plainly();
  call_tool(1, "getManagedObject", user);
  authorize_url();

  say(R"({"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})");
  EXPECT_EQ(hear()["error"]["code"], -32000);
  EXPECT_EQ(hear()["id"], 7);
  say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  call_tool(1, "getManagedObject", user);
  sign_in();

  EXPECT_THAT(text_of(hear()), HasSubstr(R"("_id":"u1")"));
  EXPECT_EQ(browser.opened.size(), 1U);
}

// The sign-in ends in the middle of a call of 2026-07-28, whose questions travel in its result: after a write the call
// cannot start over for one.
TEST_F(ProgramHost, AsksNoQuestionThatWouldRepeatAWrite) {
  const auto body = [](int status, std::string text) {
    return http::Response{.status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(text)};
  };
  bool has_ended = false;
  http.always_with("POST", token_path, [&](const test::Sent& sent) {
    const bool is_exchange = sent.body.find("token-exchange") != std::string::npos;
    if (is_exchange && has_ended) return body(401, R"({"error":"invalid_token"})");
    return body(200, R"({"access_token":"some-token-or-other"})");
  });
  http.always("GET", "/openidm/managed/alpha_application?_queryFilter=name%20eq%20%22Shop%22&_fields=_id%2Cname", 200,
              R"({"result":[]})");
  http.always("GET", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 404, R"({"code":404})");
  http.always("PUT", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 201, R"({"_id":"shop"})");
  http.always_with("POST", "/openidm/managed/alpha_application?_action=create", [&](const test::Sent&) {
    has_ended = true;
    return body(401, R"({"code":401})");
  });
  const auto call = [&](int id, std::string_view more) {
    call_tool(id, "createOidcApp",
              R"({"realm":"alpha","name":"Shop","clientId":"shop","owners":[{"_ref":"managed/alpha_user/u1"}]})",
              fmt::format(R"(,{}"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                          R"("io.modelcontextprotocol/clientCapabilities":{{"elicitation":{{"url":{{}}}}}}}})",
                          more));
  };
  browser.works = false;
  serve();
  call(1, "");
  const auto asked = hear()["result"];
  ASSERT_EQ(asked["resultType"], "input_required");
  call(2, fmt::format(R"("requestState":{},"inputResponses":{{"{}":{{"action":"accept"}}}},)",
                      base::print_json(asked["requestState"]), asked["inputRequests"].begin().key()));

  sign_in();

  const auto result = hear()["result"];
  ASSERT_EQ(result["resultType"], "complete") << result;
  const auto error = base::parse_json(result["content"][0]["text"].get<std::string>());
  EXPECT_EQ(error["category"], "partial");
  EXPECT_THAT(base::text_member(error, "error"),
              HasSubstr("Stopped after 1 of 2 steps: Sign in to t.example.com first"));
  EXPECT_THAT(base::text_member(error["detail"], "url"),
              testing::StartsWith("https://t.example.com/am/oauth2/authorize"));
}

// R-CLI-03: also where the call asks for several things at once, each of which would wait for the sign-in.
TEST_F(ProgramHost, AsksForTheSignInAtOnceInAResult) {
  browser.works = false;
  serve();
  for (const auto* token : {"", R"("progressToken":7,)"}) {
    SCOPED_TRACE(token);
    say(fmt::format(
        R"({{"jsonrpc":"2.0","id":"{}","method":"tools/call","params":{{"name":"listJourneys","arguments":{{"realm":"alpha"}},"_meta":{{{})"
        R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
        R"("io.modelcontextprotocol/clientCapabilities":{{"elicitation":{{"url":{{}},"form":{{}}}}}}}}}}}})",
        token[0] == '\0' ? "plain" : "with token", token));

    auto said = hear();
    while (said.contains("method")) said = hear();  // progress

    EXPECT_EQ(said["result"]["resultType"], "input_required") << said;
    if (token[0] != '\0') continue;
    const auto& asked = said["result"]["inputRequests"].front()["params"];
    EXPECT_EQ(asked["mode"], "url");
    // The call comes again, answered, and waits for the person.
    const auto key = said["result"]["inputRequests"].begin().key();
    say(fmt::format(
        R"({{"jsonrpc":"2.0","id":"again","method":"tools/call","params":{{"name":"listJourneys","arguments":{{"realm":"alpha"}},)"
        R"("requestState":{},"inputResponses":{{"{}":{{"action":"accept"}}}},"_meta":{{)"
        R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
        R"("io.modelcontextprotocol/clientCapabilities":{{"elicitation":{{"url":{{}}}}}}}}}}}})",
        base::print_json(said["result"]["requestState"]), key));
    EXPECT_TRUE(is_quiet());
    return;
  }
}

}  // namespace
}  // namespace app
