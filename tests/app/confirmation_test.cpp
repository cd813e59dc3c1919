// AIC_CONFIRM_DESTRUCTIVE, in both shapes that a question to the person has: a request of the server (revisions with a
// handshake) and a result that asks for more input (2026-07-28).
#include "app/confirmation.h"

#include "app/host_fixture.h"
#include "tools/catalog.h"

namespace app {
namespace {

using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tools::Tool;

// What it deletes is named by its arguments, so that nothing is read for the question.
constexpr auto deletion = "deleteVariable";
constexpr auto variable = R"({"variableId":"esv-a"})";
constexpr auto variable_path = "/environment/variables/esv-a";
constexpr auto forms = R"({"elicitation":{}})";

net::Task<tools::Result> do_nothing(tools::Call&) {
  co_return tools::done({{"ok", true}});
}

// A tool of the catalogue that takes no arguments and asks nothing of the tenant.
Tool harmless(Tool tool) {
  tool.params = {};
  tool.check = nullptr;
  tool.run = do_nothing;
  tool.output_schema = nullptr;
  return tool;
}

class Confirmation : public test::HostTest {
 protected:
  Confirmation() { environment["AIC_CONFIRM_DESTRUCTIVE"] = "true"; }

  void begin(std::string_view revision, std::string_view capabilities = forms) {
    serve();
    initialize(revision, capabilities);
  }

  // A call of 2026-07-28.
  void call_modern(int id, std::string_view arguments, std::string_view more = "",
                   std::string_view capabilities = R"({"elicitation":{"form":{}}})") {
    call_tool(id, deletion, arguments,
              fmt::format(R"({},"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                          R"("io.modelcontextprotocol/clientCapabilities":{}}})",
                          more, capabilities));
  }
  // The members that bring an answer to the question in that result.
  static std::string with_answer(const Json& asked, std::string_view action) {
    return fmt::format(
        R"(,"requestState":{},"inputResponses":{{"confirm":{{"action":"{}","content":{{"agreed":true}}}}}})",
        base::print_json(asked["result"]["requestState"]), action);
  }

  void tenant_deletes() {
    tenant_gives("login-token");
    for (int scopes = 0; scopes < 2; ++scopes) tenant_gives("scoped-token");  // to read and to delete
    http.answer("GET", variable_path, 200, R"({"_id":"esv-a"})");
    http.answer("DELETE", variable_path, 200, R"({"_id":"esv-a"})");
  }

  void expect_refused(const Json& answer, std::string_view category) {
    EXPECT_TRUE(answer["result"]["isError"].get<bool>()) << answer;
    EXPECT_EQ(base::parse_json(text_of(answer))["category"], category);
    expect_nothing_sent();
  }
  void expect_deleted(const Json& answer) {
    EXPECT_FALSE(answer["result"].contains("isError")) << answer;
    EXPECT_EQ(http.requests().back(), std::string("DELETE ") + variable_path);
  }
  void expect_nothing_sent() {
    EXPECT_TRUE(is_quiet());
    EXPECT_THAT(http.sent(), IsEmpty());
    EXPECT_THAT(browser.opened, IsEmpty());
  }
};

TEST_F(Confirmation, RefusesWhenThePersonSaysNo) {
  begin("2025-11-25");
  for (const auto* action : {"decline", "cancel"}) {
    call_tool(1, deletion, variable);
    answer(hear(), action);

    expect_refused(hear(), "conflict");
  }
}

TEST_F(Confirmation, RefusesWhenTheClientCannotShowTheQuestionAfterAll) {
  begin("2025-11-25");
  call_tool(1, deletion, variable);
  const auto question = hear();

  say(fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":-32603,"message":"no screen"}}}})",
                  base::print_json(question["id"])));

  expect_refused(hear(), "conflict");
}

TEST_F(Confirmation, RefusesWhenTheAnswerIsNone) {
  begin("2025-11-25");
  call_tool(1, deletion, variable);

  answer(hear(), "perhaps");

  expect_refused(hear(), "conflict");
}

TEST_F(Confirmation, RefusesWhereNobodyCanBeAsked) {
  begin("2025-11-25", "{}");

  call_tool(1, deletion, variable);

  const auto answer = hear();
  EXPECT_THAT(text_of(answer), HasSubstr("AIC_CONFIRM_DESTRUCTIVE"));
  EXPECT_THAT(text_of(answer), Not(HasSubstr("without AIC_CONFIRM_DESTRUCTIVE")));  // the safeguard is the person's
  expect_refused(answer, "conflict");
}

TEST_F(Confirmation, RefusesWhereOnlyAddressesCanBeShown) {
  begin("2025-11-25", R"({"elicitation":{"url":{}}})");

  call_tool(1, deletion, variable);

  expect_refused(hear(), "conflict");
}

TEST_F(Confirmation, RefusesInARevisionWithoutQuestions) {
  begin("2025-03-26");

  call_tool(1, deletion, variable);

  expect_refused(hear(), "conflict");
}

TEST_F(Confirmation, IsTakenOffTheScreenWhenTheCallIsWithdrawn) {
  begin("2025-11-25");
  call_tool(1, deletion, variable);
  const auto question = hear();

  say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");

  const auto withdrawal = hear();
  EXPECT_EQ(withdrawal["method"], "notifications/cancelled");
  EXPECT_EQ(withdrawal["params"]["requestId"], question["id"]);
  answer(question, "accept");
  expect_nothing_sent();
}

TEST_F(Confirmation, SaysWhatWillHappenWhere) {
  begin("2025-11-25");

  call_tool(1, deletion, variable);

  const auto question = hear();
  EXPECT_EQ(question["method"], "elicitation/create");
  EXPECT_EQ(question["params"]["mode"], "form");
  EXPECT_THAT(
      question["params"]["message"].get<std::string>(),
      AllOf(HasSubstr("deleteVariable (Delete variable) on t.example.com?"), HasSubstr(R"(variableId: "esv-a")")));
  expect_nothing_sent();
}

TEST_F(Confirmation, ShowsNoSecrets) {
  Tool tool = harmless(*tools::find_tool(deletion));
  tool.params = {tools::text("clientSecret", ""), tools::text("name", "")};
  serve({&tool});
  initialize("2025-11-25", forms);

  call_tool(1, deletion, R"({"clientSecret":"hunter2","name":"x"})");

  const auto question = hear();
  EXPECT_THAT(question["params"]["message"].get<std::string>(),
              AllOf(HasSubstr("clientSecret"), HasSubstr(R"(name: "x")"), Not(HasSubstr("hunter2"))));
  answer(question, "decline");
  hear();
}

TEST_F(Confirmation, LetsTheCallRunWhenThePersonAgrees) {
  tenant_deletes();
  begin("2025-11-25");
  call_tool(1, deletion, variable);

  answer(hear(), "accept");
  sign_in();

  expect_deleted(hear());
}

// Some clients answer forms by themselves (R-CLI-04).
TEST_F(Confirmation, RefusesAnAnswerThatNobodyGave) {
  begin("2025-11-25");
  for (const auto* content : {"{}", "null", R"({"agreed":"true"})", R"({"agreed":1})", R"({"yes":true})"}) {
    call_tool(1, deletion, variable);
    const auto question = hear();
    EXPECT_EQ(question["params"]["requestedSchema"]["required"], base::parse_json(R"(["agreed"])"));
    EXPECT_EQ(question["params"]["requestedSchema"]["properties"]["agreed"]["type"], "boolean");
    EXPECT_FALSE(question["params"]["requestedSchema"]["properties"]["agreed"].contains("default"));

    answer(question, "accept", content);

    expect_refused(hear(), "conflict");
  }
}

TEST_F(Confirmation, RefusesWhereThePersonAnswersWithNo) {
  begin("2025-11-25");
  call_tool(1, deletion, variable);

  answer(hear(), "accept", R"({"agreed":false})");

  expect_refused(hear(), "conflict");
}

TEST_F(Confirmation, NamesTheObjectThatTheCallKnowsByItsIdOnly) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/openidm/managed/alpha_user/u1", 200,
              R"({"_id":"u1","_rev":"r1","userName":"jdoe","mail":"j@example.com","sn":"Doe"})");
  begin("2025-11-25");
  call_tool(1, "deleteManagedObject", R"({"objectType":"alpha_user","objectId":"u1"})");
  sign_in();

  const auto question = hear();

  EXPECT_THAT(question["params"]["message"].get<std::string>(),
              HasSubstr(R"(It affects userName "jdoe", mail "j@example.com".)"));
  EXPECT_EQ(http.sent().back().method, "GET");
  answer(question, "decline");
  EXPECT_TRUE(hear()["result"]["isError"].get<bool>());
  EXPECT_EQ(http.sent().back().method, "GET");
}

TEST_F(Confirmation, SaysWhenTheNameCouldNotBeRead) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/am/json/alpha/scripts/s1", 403, R"({"code":403,"message":"no"})");
  begin("2025-11-25");
  call_tool(1, "deleteScript", R"({"realm":"alpha","scriptId":"s1"})");
  sign_in();

  const auto question = hear();

  EXPECT_THAT(question["params"]["message"].get<std::string>(), HasSubstr("an object whose name could not be read ("));
  answer(question, "decline");
  hear();
}

TEST_F(Confirmation, AsksNobodyToSignInWhereNobodyCouldBeAskedAfterwards) {
  begin("2025-11-25", "{}");

  call_tool(1, "deleteManagedObject", R"({"objectType":"alpha_user","objectId":"u1"})");

  expect_refused(hear(), "conflict");
}

TEST_F(Confirmation, IsAskedInTheFormOfAnOlderRevision) {
  tenant_deletes();
  begin("2025-06-18");
  call_tool(1, deletion, variable);

  const auto question = hear();
  EXPECT_FALSE(question["params"].contains("mode"));
  answer(question, "accept");
  sign_in();

  expect_deleted(hear());
}

TEST_F(Confirmation, IsAskedForEachCallAnew) {
  tenant_deletes();
  begin("2025-11-25");
  call_tool(1, deletion, variable);
  answer(hear(), "accept");
  sign_in();
  hear();
  test::settle(loop);  // who signed in is looked up beside the call
  const auto before = http.sent().size();

  call_tool(2, deletion, variable);
  const auto question = hear();
  EXPECT_EQ(question["method"], "elicitation/create");
  answer(question, "decline");

  EXPECT_TRUE(hear()["result"]["isError"].get<bool>());
  EXPECT_EQ(http.sent().size(), before);
}

TEST_F(Confirmation, IsAskedForEveryDestructiveToolAndNoOther) {
  std::vector<Tool> copies;
  std::vector<const Tool*> offered;
  for (const Tool* tool : tools::catalog()) copies.push_back(harmless(*tool));
  for (const Tool& tool : copies) offered.push_back(&tool);
  serve(offered);
  initialize("2025-11-25", forms);

  for (const Tool& tool : copies) {
    SCOPED_TRACE(tool.name);
    call_tool(1, tool.name);
    auto said = hear();
    EXPECT_EQ(said.contains("method"), tool.hints.destructive);
    if (!said.contains("method")) continue;
    answer(said, "accept");
    EXPECT_EQ(hear()["id"], 1);
  }
}

TEST_F(Confirmation, IsNotAskedUnlessTheSettingSaysSo) {
  environment.erase("AIC_CONFIRM_DESTRUCTIVE");
  const Tool tool = harmless(*tools::find_tool(deletion));
  serve({&tool});
  initialize("2025-11-25", forms);

  call_tool(1, deletion);

  EXPECT_THAT(text_of(hear()), HasSubstr(R"("ok":true)"));
}

TEST_F(Confirmation, TravelsInTheResultWithoutAHandshake) {
  serve();

  call_modern(1, variable);

  const auto result = hear()["result"];
  EXPECT_EQ(result["resultType"], "input_required");
  const auto& question = result["inputRequests"]["confirm"];
  EXPECT_EQ(question["method"], "elicitation/create");
  EXPECT_EQ(question["params"]["mode"], "form");
  EXPECT_THAT(question["params"]["message"].get<std::string>(), HasSubstr(R"(variableId: "esv-a")"));
  expect_nothing_sent();
}

TEST_F(Confirmation, RefusesWithoutAHandshakeWhenThePersonSaysNo) {
  serve();
  for (const auto* action : {"decline", "cancel"}) {
    call_modern(1, variable);
    const auto asked = hear();

    call_modern(2, variable, with_answer(asked, action));

    expect_refused(hear(), "conflict");
  }
}

TEST_F(Confirmation, RefusesWithoutAHandshakeWhereNobodyCanBeAsked) {
  serve();
  for (const auto* capabilities : {"{}", R"({"elicitation":{"url":{}}})"}) {
    call_modern(1, variable, "", capabilities);

    expect_refused(hear(), "conflict");
  }
}

TEST_F(Confirmation, IsNotGivenBeforeItWasAskedFor) {
  serve();

  call_modern(1, variable, R"(,"inputResponses":{"confirm":{"action":"accept","content":{"agreed":true}}})");

  EXPECT_EQ(hear()["result"]["resultType"], "input_required");
  expect_nothing_sent();
}

TEST_F(Confirmation, IsWorthNothingForOtherArguments) {
  serve();
  call_modern(1, variable);
  const auto asked = hear();

  call_modern(2, R"({"variableId":"esv-b"})", with_answer(asked, "accept"));

  EXPECT_EQ(hear()["error"]["code"], -32602);
  expect_nothing_sent();
}

TEST_F(Confirmation, LetsTheRepeatedCallRunOnce) {
  tenant_deletes();
  serve();
  call_modern(1, variable);
  const auto asked = hear();

  call_modern(2, variable, with_answer(asked, "accept"));
  sign_in();

  const auto done = hear();
  EXPECT_EQ(done["result"]["resultType"], "complete");
  expect_deleted(done);
  test::settle(loop);  // who signed in is looked up beside the call
  const auto before = http.sent().size();
  call_modern(3, variable, with_answer(asked, "accept"));
  EXPECT_EQ(hear()["error"]["code"], -32602);
  EXPECT_EQ(http.sent().size(), before);
}

}  // namespace
}  // namespace app
