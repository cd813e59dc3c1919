// The audit log of the whole program (R-AUD-01 to -03): which calls have a line, and what is in it and what is not.
#include "app/audit/audit.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/audit/show.h"
#include "app/host_fixture.h"
#include "base/crypto.h"
#include "tools/catalog.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using base::Json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr auto user = R"({"objectType":"alpha_user","objectId":"u1"})";
constexpr auto user_path = "/openidm/managed/alpha_user/u1";
// Without a search for what uses it.
constexpr auto variable = R"({"variableId":"esv-a","force":true})";
constexpr auto variable_path = "/environment/variables/esv-a";
constexpr auto objects_path = "/openidm/managed/alpha_user";

class Audit : public test::HostTest {
 protected:
  Audit() : folder_(fs::temp_directory_path() / ("aic-audit-" + base::SystemRandom().uuid())) {
    fs::create_directory(folder_);
    environment["AIC_AUDIT_FILE"] = file();
    http.always_with("POST", test::token_path, [this](const test::Sent& sent) { return token(sent); });
    http.always("GET", "/openidm/info/login", 200, R"({"authenticationId":"id-of-ada"})");
    http.always("GET", user_path, 200, R"({"_id":"u1","_rev":"r1","mail":"ada@example.com"})");
  }
  ~Audit() override { fs::remove_all(folder_); }

  void begin(std::string_view capabilities = "{}") {
    serve();
    initialize("2025-11-25", capabilities);
  }

  std::string file() const { return (folder_ / "audit.jsonl").string(); }
  std::string log() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::vector<Json> lines_of_log() const {
    std::vector<Json> all;
    std::istringstream text(log());
    for (std::string line; std::getline(text, line);) all.push_back(base::parse_json(line));
    std::istringstream again(log());
    EXPECT_THAT(show_audit({}, again, [](std::string_view) {}).fault, IsEmpty());
    return all;
  }
  std::vector<std::string> events() const {
    std::vector<std::string> all;
    for (const auto& line : lines_of_log()) {
      const auto event = base::text_member(line, "event");
      all.push_back(event == "call"
                        ? fmt::format("{} {}", base::text_member(line, "tool"), base::text_member(line, "outcome"))
                        : event);
    }
    return all;
  }

  Json called(std::string_view tool, std::string_view arguments) {
    call_tool(++id_, tool, arguments);
    wait_until([&] { return lines.unread_lines() > 0 || browser.opened.size() > signed_in_; });
    if (browser.opened.size() > signed_in_) sign_in(signed_in_++);
    return hear();
  }

  fs::path folder_;

 private:
  http::Response token(const test::Sent& sent) {
    const bool is_exchange = sent.body.contains("token-exchange");
    const auto token = is_exchange ? fmt::format("scoped-token-{}", ++serial_)
                                   : fmt::format("{}.{}.login-signature", base::base64url(R"({"alg":"none"})"),
                                                 base::base64url(R"({"sub":"ada"})"));
    return {.status = 200,
            .headers = {{"content-type", "application/json"}},
            .body = R"({"access_token":")" + token + R"(","expires_in":3600})"};
  }

  int id_ = 0;
  int serial_ = 0;
  std::size_t signed_in_ = 0;
};

TEST_F(Audit, HasALineForTheSignInEachCallAndTheSignOut) {
  begin();
  called("getManagedObject", user);
  called("getManagedObject", user);
  end();

  EXPECT_THAT(events(), ElementsAre("sign-in", "getManagedObject done", "getManagedObject done", "sign-out"));
  const auto all = lines_of_log();
  EXPECT_EQ(all[0]["person"], "ada");
  const Json& call = all[1];
  EXPECT_THAT(base::text_member(call, "time"), testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
  EXPECT_EQ(call["seq"], 2);
  EXPECT_EQ(call["run"], all[0]["run"]);
  EXPECT_EQ(call["person"], "id-of-ada");
  EXPECT_EQ(call["tenant"], "t.example.com");
  EXPECT_EQ(call["client"], (Json{{"name", "test"}, {"version", "1"}}));
  EXPECT_EQ(call["arguments"], base::parse_json(user));
  ASSERT_THAT(call["requests"], SizeIs(1));
  EXPECT_EQ(call["requests"][0]["method"], "GET");
  EXPECT_EQ(call["requests"][0]["path"], user_path);
  EXPECT_EQ(call["requests"][0]["status"], 200);
  EXPECT_THAT(base::text_member(call["requests"][0], "transactionId"), SizeIs(36));
  EXPECT_TRUE(call["ms"].is_number_integer());
  EXPECT_EQ(all[1]["previous"], base::hex(base::sha256(log().substr(0, log().find('\n')))));
}

TEST_F(Audit, NamesWhatWasTouchedAndNothingOfWhatWasWritten) {
  begin();
  http.always("POST", std::string(objects_path) + "?_action=create", 201,
              R"({"_id":"u2","_rev":"r1","mail":"lee@example.com"})");
  http.always("GET", std::string(objects_path) + "?_queryFilter=mail+eq+%22lee%40example.com%22&_pageSize=50", 200,
              R"({"result":[]})");
  const auto* data = R"({"userName":"lee","mail":"lee@example.com","password":"Hunter2!"})";
  called("createManagedObject", fmt::format(R"({{"objectType":"alpha_user","objectData":{}}})", data));
  called("queryManagedObjects", R"({"objectType":"alpha_user","queryFilter":"mail eq \"lee@example.com\""})");
  end();

  const auto text = log();
  for (const char* personal : {"lee", "Hunter2", "scoped-token", "login-signature", "mail"})
    EXPECT_THAT(text, Not(HasSubstr(personal)));
  const auto call = lines_of_log().at(1);
  const auto json = base::print_json(base::parse_json(data));
  EXPECT_EQ(call["arguments"]["objectType"], "alpha_user");
  EXPECT_EQ(call["arguments"]["objectData"],
            (Json{{"type", "object"}, {"size", json.size()}, {"sha256", base::hex(base::sha256(json))}}));
  EXPECT_EQ(call["requests"].back()["path"], std::string(objects_path) + "?_action=create");
  EXPECT_EQ(call["requests"].back()["status"], 201);
}

TEST_F(Audit, HasFailuresAndRefusals) {
  begin();
  http.always("GET", std::string(objects_path) + "?_queryFilter=true&_pageSize=1&_fields=_id", 200, R"({"result":[]})");
  http.always("GET", "/openidm/managed/alpha_user/none", 404, R"({"code":404,"reason":"Not Found","message":"no"})");
  called("getManagedObject", R"({"objectType":"alpha_user","objectId":"none"})");
  called("getManagedObject", R"({"objectType":"alpha_user","objectId":7,"hunter2":"hunter2"})");
  end();

  EXPECT_THAT(events(), ElementsAre("sign-in", "getManagedObject failed", "getManagedObject refused", "sign-out"));
  const auto all = lines_of_log();
  EXPECT_EQ(all[1]["category"], "not_found");
  EXPECT_EQ(all[1]["requests"][0]["status"], 404);
  EXPECT_EQ(all[2]["category"], "invalid_request");
  EXPECT_THAT(all[2]["requests"], IsEmpty());
  EXPECT_THAT(log(), AllOf(HasSubstr("(unknown)"), Not(HasSubstr("hunter2"))));
}

TEST_F(Audit, HasWhatThePersonSaid) {
  environment["AIC_APPROVE"] = "destructive";
  environment["BROWSER"] = "";
  http.always("GET", variable_path, 200, R"({"_id":"esv-a"})");
  http.always("DELETE", variable_path, 200, R"({"_id":"esv-a"})");
  begin(R"({"elicitation":{}})");
  call_tool(100, "deleteVariable", variable);
  sign_in();
  answer(hear(), "decline");
  hear();
  EXPECT_THAT(events(), ElementsAre("sign-in", "deleteVariable declined"));
  call_tool(101, "deleteVariable", variable);
  answer(hear(), "accept");
  hear();

  EXPECT_THAT(events(), ElementsAre("sign-in", "deleteVariable declined", "deleteVariable done"));
  const auto all = lines_of_log();
  EXPECT_EQ(all[1]["category"], "declined");
  EXPECT_FALSE(all[1].contains("approval"));
  EXPECT_EQ(all[2]["approval"]["how"], "approved through the client");
  EXPECT_THAT(base::text_member(all[2]["approval"], "fingerprint"), Not(IsEmpty()));
  EXPECT_EQ(all[2]["arguments"], base::parse_json(variable));
  EXPECT_THAT(base::print_json(all[2]["requests"]), HasSubstr(R"("method":"DELETE")"));
}

TEST_F(Audit, HasOnlyTheReadsOfAPreview) {
  begin();
  http.always("GET", variable_path, 200, R"({"_id":"esv-a"})");
  called("previewChange", fmt::format(R"({{"tool":"deleteVariable","arguments":{}}})", variable));
  EXPECT_THAT(events(), ElementsAre("sign-in", "previewChange done"));
  for (const auto& request : lines_of_log().back()["requests"]) EXPECT_EQ(request["method"], "GET");
}

TEST_F(Audit, HasASignOutInBetween) {
  begin();
  called("getManagedObject", user);
  called("signOut", "{}");
  called("getManagedObject", user);
  end();
  EXPECT_THAT(events(), ElementsAre("sign-in", "getManagedObject done", "sign-out", "sign-in", "getManagedObject done",
                                    "sign-out"));
  EXPECT_EQ(lines_of_log()[2]["person"], "ada");
}

TEST_F(Audit, HasACallThatWasInterrupted) {
  begin();
  called("getManagedObject", user);
  const auto held = http.hold(loop, "GET", "/openidm/managed/alpha_user/slow");
  call_tool(200, "getManagedObject", R"({"objectType":"alpha_user","objectId":"slow"})");
  wait_until([&] { return http.requests().back() == "GET /openidm/managed/alpha_user/slow"; });
  say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":200}})");

  EXPECT_THAT(events(), ElementsAre("sign-in", "getManagedObject done", "getManagedObject interrupted"));
  const auto call = lines_of_log().back();
  EXPECT_EQ(call["person"], "id-of-ada");
  EXPECT_FALSE(call["requests"][0].contains("status"));
}

// Before the write, sign-in, reads and an approval may take minutes.
TEST_F(Audit, IsTriedAgainDirectlyBeforeTheFirstWriteWhereItIsRequired) {
  environment["AIC_AUDIT_REQUIRED"] = "true";
  http.always_with("GET", variable_path, [this](const test::Sent&) {
    fs::remove_all(folder_);
    return http::Response{
        .status = 200, .headers = {{"content-type", "application/json"}}, .body = R"({"_id":"esv-a"})"};
  });
  http.always("DELETE", variable_path, 200, R"({"_id":"esv-a"})");
  begin();
  const auto answer = called("deleteVariable", variable);

  EXPECT_THAT(http.requests(), Not(testing::Contains(std::string("DELETE ") + variable_path)));
  EXPECT_EQ(base::parse_json(text_of(answer))["category"], "configuration");
  EXPECT_THAT(text_of(answer), HasSubstr("nothing was changed"));
}

// The number that listChanges and undoChange take.
TEST_F(Audit, HasTheNumberOfTheChange) {
  http.always("GET", variable_path, 200, R"({"_id":"esv-a"})");
  http.always("DELETE", variable_path, 200, R"({"_id":"esv-a"})");
  begin();
  called("getManagedObject", user);
  const auto told = called("deleteVariable", variable);
  called("deleteVariable", variable);

  const auto all = lines_of_log();
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_FALSE(all[1].contains("changeNumber")) << all[1];
  EXPECT_EQ(all[2]["changeNumber"], 1);
  EXPECT_THAT(text_of(told), HasSubstr(R"("changeNumber":1)"));
  EXPECT_EQ(all[3]["changeNumber"], 2);
}

TEST_F(Audit, HasTheNumberOfAChangeWhoseCallWasInterrupted) {
  http.always("GET", variable_path, 200, R"({"_id":"esv-a"})");
  begin();
  called("getManagedObject", user);
  const auto held = http.hold(loop, "DELETE", variable_path);
  call_tool(200, "deleteVariable", variable);
  wait_until([&] { return http.requests().back() == std::string("DELETE ") + variable_path; });
  end();

  ASSERT_THAT(events(), testing::Contains("deleteVariable interrupted"));
  for (const auto& line : lines_of_log()) {
    if (line.value("outcome", "") == "interrupted") EXPECT_EQ(line["changeNumber"], 1) << line;
  }
}

TEST_F(Audit, HasNothingOfACallThatAskedNothing) {
  begin();
  call_tool(1, "noSuchTool");
  hear();
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(Audit, SaysWhereALineIsMissingAndGoesOn) {
  begin();
  called("getManagedObject", user);
  fs::remove_all(folder_);
  http.always("DELETE", variable_path, 200, R"({"_id":"esv-a"})");
  http.always("GET", variable_path, 200, R"({"_id":"esv-a"})");
  Json written;
  Json read;
  const auto told = stderr_of([&] {
    written = called("deleteVariable", variable);
    read = called("getManagedObject", user);
  });
  EXPECT_THAT(http.requests(), testing::Contains(std::string("DELETE ") + variable_path));
  EXPECT_FALSE(written["result"].contains("isError")) << written;
  EXPECT_THAT(text_of(written), HasSubstr("This call is not in the audit log: the audit file"));
  EXPECT_THAT(text_of(read), Not(HasSubstr("audit log")));
  EXPECT_THAT(told, HasSubstr("a line of the audit log is missing"));

  fs::create_directory(folder_);
  called("getManagedObject", user);
  const auto line = base::parse_json(log());
  EXPECT_EQ(line["lost"], 2);
  EXPECT_EQ(line["seq"], 3);
}

TEST_F(Audit, AllowsNoChangeWithoutItsLineWhereItIsRequired) {
  environment["AIC_AUDIT_REQUIRED"] = "true";
  begin();
  called("getManagedObject", user);
  fs::remove_all(folder_);
  const auto before = http.sent().size();
  const auto answer = called("deleteVariable", variable);
  EXPECT_EQ(http.sent().size(), before);
  EXPECT_TRUE(answer["result"]["isError"].get<bool>());
  const auto error = base::parse_json(text_of(answer));
  EXPECT_EQ(error["category"], "configuration");
  EXPECT_THAT(text_of(answer), AllOf(HasSubstr("AIC_AUDIT_REQUIRED"), HasSubstr("nothing was changed")));
  // Reading goes on.
  EXPECT_FALSE(called("getManagedObject", user)["result"].contains("isError"));
  fs::create_directory(folder_);
  http.always("GET", variable_path, 200, R"({"_id":"esv-a"})");
  http.always("DELETE", variable_path, 200, R"({"_id":"esv-a"})");
  EXPECT_FALSE(called("deleteVariable", variable)["result"].contains("isError"));
  EXPECT_THAT(events(), ElementsAre("deleteVariable done"));
}

// Whatever a tool is given, only names of things stand in the log.
TEST(AuditedArguments, AreShownWhereTheyNameSomething) {
  for (const auto* tool : tools::catalog()) {
    Json arguments = Json::object();
    for (const auto& param : tool->params) arguments[param.name] = "private";
    const auto refused = audited_arguments(*tool, arguments, false);
    EXPECT_THAT(base::print_json(refused), Not(HasSubstr("private"))) << tool->name;
    for (const auto& [name, value] : audited_arguments(*tool, arguments, true).items()) {
      const auto param = std::ranges::find(tool->params, name, &tools::Param::name);
      const bool is_free = param->shape.kind == tools::Shape::Kind::text && param->shape.syntax == nullptr &&
                           param->shape.choices.empty();
      if (is_free) EXPECT_TRUE(value.is_object()) << tool->name << "." << name;
    }
  }
  const Json none = nullptr;
  EXPECT_THAT(audited_arguments(*tools::catalog().front(), none, true), IsEmpty());
}

}  // namespace
}  // namespace app
