// AIC_APPROVE where no browser can be opened, in both shapes that a question to the person has: a request of the server
// (revisions with a handshake) and a result that asks for more input (2026-07-28). The page:
// tests/e2e/approval.test.mjs.
#include "app/approval/approvals.h"

#include <algorithm>

#include "app/host_fixture.h"
#include "tools/catalog.h"

namespace app {
namespace {

using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tools::Tool;

constexpr auto deletion = "deleteManagedObject";
constexpr auto user = R"({"objectType":"alpha_user","objectId":"u1"})";
constexpr auto user_path = "/openidm/managed/alpha_user/u1";
constexpr auto forms = R"({"elicitation":{}})";

// A tool of the catalogue that takes no arguments and makes the same change as all others here.
net::Task<tools::Result> change(tools::Call& call) {
  base::Target target("/openidm/config/test");
  co_await call.tenant().get(target, {.scopes = {tools::scope::idm}});
  co_await call.tenant().put(target, {{"a", 1}}, {.scopes = {tools::scope::idm}});
  co_return tools::done({{"ok", true}});
}
Tool changing(Tool tool) {
  if (tool.scopes.empty()) tool.hints.read_only = true;  // those of the sign-in, which change nothing in the tenant
  tool.params = {};
  tool.check = nullptr;
  tool.scopes = {tools::scope::idm};
  tool.run = change;
  tool.output_schema = nullptr;
  return tool;
}

class Approval : public test::HostTest {
 protected:
  Approval() {
    environment["AIC_APPROVE"] = "destructive";
    environment["BROWSER"] = "";  // so that no page can be opened
    http.always("POST", test::token_path, 200, R"({"access_token":"t","token_type":"Bearer","expires_in":3600})");
    http.always("GET", user_path, 200, R"({"_id":"u1","_rev":"r1","userName":"jdoe","password":"hunter2-hunter2"})");
  }

  void begin(std::string_view revision, std::string_view capabilities = forms) {
    serve();
    initialize(revision, capabilities);
  }
  // The first call, up to what the server says after the sign-in.
  Json ask_first(std::string_view tool = deletion, std::string_view arguments = user) {
    call_tool(1, tool, arguments);
    sign_in();
    return hear();
  }

  // A call of 2026-07-28.
  void call_modern(int id, std::string_view arguments, std::string_view more = "",
                   std::string_view capabilities = R"({"elicitation":{"form":{}}})") {
    call_tool(id, deletion, arguments,
              fmt::format(R"({},"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                          R"("io.modelcontextprotocol/clientCapabilities":{}}})",
                          more, capabilities));
  }
  static std::string key_in(const Json& asked) {
    const auto& questions = base::member(base::member(asked, "result"), "inputRequests");
    EXPECT_EQ(questions.size(), 1U) << asked;
    return questions.empty() ? "" : questions.items().begin().key();
  }
  // The members that bring an answer to the question in that result.
  static std::string with_answer(const Json& asked, std::string_view action) {
    return fmt::format(R"(,"requestState":{},"inputResponses":{{"{}":{{"action":"{}","content":{{"agreed":true}}}}}})",
                       base::print_json(asked["result"]["requestState"]), key_in(asked), action);
  }

  void tenant_deletes() { http.answer("DELETE", user_path, 200, R"({"_id":"u1"})"); }
  bool was_sent(std::string_view method) const {
    return std::ranges::any_of(http.sent(), [&](const auto& sent) { return sent.method == method; });
  }
  void expect_refused(const Json& answer, std::string_view category) {
    EXPECT_TRUE(answer["result"]["isError"].get<bool>()) << answer;
    EXPECT_EQ(base::parse_json(text_of(answer))["category"], category);
    EXPECT_TRUE(is_quiet());
    EXPECT_FALSE(was_sent("DELETE"));
  }
  void expect_deleted(const Json& answer) {
    EXPECT_FALSE(answer["result"].contains("isError")) << answer;
    EXPECT_TRUE(was_sent("DELETE"));
    EXPECT_THAT(text_of(answer), HasSubstr("approved through the client"));
  }
};

TEST_F(Approval, RefusesWhenThePersonSaysNo) {
  begin("2025-11-25");
  auto question = ask_first();
  for (const auto* action : {"decline", "cancel"}) {
    answer(question, action);
    const auto said = hear();
    expect_refused(said, "declined");
    EXPECT_THAT(text_of(said), HasSubstr("Do not repeat"));
    call_tool(1, deletion, user);
    question = hear();
  }
  answer(question, "decline");
  hear();
}

TEST_F(Approval, RefusesWhenTheClientCannotShowTheQuestionAfterAll) {
  begin("2025-11-25");
  const auto question = ask_first();

  say(fmt::format(R"({{"jsonrpc":"2.0","id":{},"error":{{"code":-32603,"message":"no screen"}}}})",
                  base::print_json(question["id"])));

  expect_refused(hear(), "not_available");
}

TEST_F(Approval, RefusesWhereNobodyCanBeAsked) {
  for (const auto* capabilities : {"{}", R"({"elicitation":{"url":{}}})"}) {
    begin("2025-11-25", capabilities);
    const auto said = ask_first();
    EXPECT_THAT(text_of(said), HasSubstr("AIC_APPROVE"));
    EXPECT_THAT(text_of(said), Not(HasSubstr("without AIC_APPROVE")));  // the safeguard is the person's
    expect_refused(said, "not_available");
    end();
    browser.opened.clear();
    lines.begin_input();
  }
}

TEST_F(Approval, RefusesInARevisionWithoutQuestions) {
  begin("2025-03-26");

  expect_refused(ask_first(), "not_available");
}

TEST_F(Approval, IsTakenOffTheScreenWhenTheCallIsWithdrawn) {
  begin("2025-11-25");
  const auto question = ask_first();

  say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");

  const auto withdrawal = hear();
  EXPECT_EQ(withdrawal["method"], "notifications/cancelled");
  EXPECT_EQ(withdrawal["params"]["requestId"], question["id"]);
  answer(question, "accept");
  EXPECT_TRUE(is_quiet());
  EXPECT_FALSE(was_sent("DELETE"));
}

TEST_F(Approval, ShowsWhatWillChangeWhereAndForWhomAndNoSecrets) {
  begin("2025-11-25");

  const auto question = ask_first();

  EXPECT_EQ(question["method"], "elicitation/create");
  EXPECT_EQ(question["params"]["mode"], "form");
  EXPECT_THAT(question["params"]["message"].get<std::string>(),
              AllOf(HasSubstr("deleteManagedObject (Delete object) on t.example.com, as"),
                    HasSubstr(R"(Deletes the object u1 of type alpha_user "jdoe".)"), HasSubstr("/userName:\n- jdoe"),
                    HasSubstr("[redacted]"), Not(HasSubstr("hunter2"))));
  answer(question, "decline");
  hear();
}

TEST_F(Approval, LetsTheCallRunWhenThePersonAgrees) {
  tenant_deletes();
  begin("2025-11-25");

  answer(ask_first(), "accept");

  expect_deleted(hear());
}

// Some clients answer forms by themselves (R-CLI-04).
TEST_F(Approval, RefusesAnAnswerThatNobodyGave) {
  begin("2025-11-25");
  auto question = ask_first();
  for (const auto* content : {"{}", "null", R"({"agreed":"true"})", R"({"agreed":1})", R"({"yes":true})"}) {
    EXPECT_EQ(question["params"]["requestedSchema"]["required"], base::parse_json(R"(["agreed"])"));
    EXPECT_EQ(question["params"]["requestedSchema"]["properties"]["agreed"]["type"], "boolean");
    EXPECT_FALSE(question["params"]["requestedSchema"]["properties"]["agreed"].contains("default"));

    answer(question, "accept", content);

    expect_refused(hear(), "not_available");
    call_tool(1, deletion, user);
    question = hear();
  }
  answer(question, "accept", R"({"agreed":false})");
  expect_refused(hear(), "declined");
}

TEST_F(Approval, IsAskedInTheFormOfAnOlderRevision) {
  tenant_deletes();
  begin("2025-06-18");

  const auto question = ask_first();
  EXPECT_FALSE(question["params"].contains("mode"));
  answer(question, "accept");

  expect_deleted(hear());
}

TEST_F(Approval, IsAskedOnceMoreWhenTheObjectHasChangedMeanwhileAndThenGivenUp) {
  begin("2025-11-25");
  auto question = ask_first();
  for (const auto* revision : {"r2", "r3"}) {
    http.always("GET", user_path, 200,
                fmt::format(R"({{"_id":"u1","_rev":"{}","userName":"{}"}})", revision, revision));
    answer(question, "accept");
    question = hear();
    if (question.contains("method"))
      EXPECT_THAT(question["params"]["message"].get<std::string>(),
                  AllOf(HasSubstr("has changed since you were asked"), HasSubstr("- r2")));
  }

  expect_refused(question, "conflict");
}

TEST_F(Approval, SendsNothingToApproveOfACallThatTheTenantWouldRefuse) {
  http.always("GET", user_path, 403, R"({"code":403,"message":"no"})");
  begin("2025-11-25");

  const auto said = ask_first();

  expect_refused(said, "unauthorized");
}

TEST_F(Approval, IsAskedForEveryDestructiveToolOrEveryWritingOneAndNoOther) {
  http.always("PUT", "/openidm/config/test", 200, R"({"_id":"test","a":1})");
  http.always("GET", "/openidm/config/test", 200, R"({"_id":"test","a":0})");
  for (const bool writes : {false, true}) {
    environment["AIC_APPROVE"] = writes ? "writes" : "destructive";
    std::vector<Tool> copies;
    std::vector<const Tool*> offered;
    for (const Tool* tool : tools::catalog()) copies.push_back(changing(*tool));
    for (const Tool& tool : copies) offered.push_back(&tool);
    serve(offered);
    initialize("2025-11-25", forms);

    bool is_signed_in = false;
    for (const Tool& tool : copies) {
      if (tool.hints.read_only) continue;
      SCOPED_TRACE(tool.name);
      call_tool(1, tool.name);
      if (!is_signed_in) sign_in();
      is_signed_in = true;
      auto said = hear();
      EXPECT_EQ(said.contains("method"), writes || tool.hints.destructive);
      if (!said.contains("method")) continue;
      answer(said, "accept");
      EXPECT_EQ(hear()["id"], 1);
    }
    end();
    browser.opened.clear();
    lines.begin_input();
  }
}

TEST_F(Approval, IsNotAskedUnlessTheSettingSaysSo) {
  environment.erase("AIC_APPROVE");
  tenant_deletes();
  begin("2025-11-25");

  const auto said = ask_first();

  EXPECT_FALSE(said["result"].contains("isError")) << said;
  EXPECT_TRUE(was_sent("DELETE"));
}

TEST_F(Approval, HasTheNameOfItsFormerSetting) {
  environment.erase("AIC_APPROVE");
  environment["AIC_CONFIRM_DESTRUCTIVE"] = "true";
  begin("2025-11-25");

  const auto question = ask_first();

  EXPECT_EQ(question["method"], "elicitation/create");
  answer(question, "decline");
  expect_refused(hear(), "declined");
}

TEST_F(Approval, TravelsInTheResultWithoutAHandshake) {
  serve();
  call_modern(1, user);
  sign_in();
  auto asked = hear();

  ASSERT_EQ(base::member(base::member(asked, "result"), "resultType"), "input_required") << asked;
  const auto question = asked["result"]["inputRequests"][key_in(asked)];
  EXPECT_EQ(question["method"], "elicitation/create");
  EXPECT_THAT(question["params"]["message"].get<std::string>(), HasSubstr("Deletes the object u1"));
  for (const auto* action : {"decline", "cancel"}) {
    call_modern(2, user, with_answer(asked, action));
    expect_refused(hear(), "declined");
    call_modern(1, user);
    asked = hear();
  }
  call_modern(3, R"({"objectType":"alpha_user","objectId":"u2"})", with_answer(asked, "accept"));
  EXPECT_EQ(hear()["error"]["code"], -32602);
  call_modern(4, user, "", "{}");
  expect_refused(hear(), "not_available");

  tenant_deletes();
  call_modern(5, user, with_answer(asked, "accept"));
  expect_deleted(hear());
}

TEST_F(Approval, IsNotGivenForAnotherChangeOrBeforeItWasAskedFor) {
  serve();
  call_modern(1, user, R"(,"inputResponses":{"approve":{"action":"accept","content":{"agreed":true}}})");
  sign_in();
  const auto asked = hear();
  EXPECT_EQ(asked["result"]["resultType"], "input_required");

  http.always("GET", user_path, 200, R"({"_id":"u1","_rev":"r2","userName":"other"})");
  call_modern(2, user, with_answer(asked, "accept"));

  const auto again = hear();
  EXPECT_EQ(again["result"]["resultType"], "input_required");
  EXPECT_NE(key_in(again), key_in(asked));
  EXPECT_FALSE(was_sent("DELETE"));
}

}  // namespace
}  // namespace app
