// Who acts, and what happens when another person signs in (R-SES-03, R-SES-04).
#include <algorithm>

#include "app/host_fixture.h"
#include "base/encoding.h"

namespace app {
namespace {

using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto user = R"({"objectType":"alpha_user","objectId":"u1"})";
constexpr const char* login_info = "/openidm/info/login";

class Acting : public test::HostTest {
 protected:
  Acting() {
    http.always_with("POST", test::token_path, [this](const test::Sent& sent) { return token(sent); });
    http.always("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1","_rev":"r1"})");
    serve();
    initialize("2025-11-25", "{}");
  }

  // Login tokens name the person who signs in now; scoped ones are made of them until they are called off.
  http::Response token(const test::Sent& sent) {
    const bool is_exchange = sent.body.find("token-exchange") != std::string::npos;
    if (!is_exchange) {
      login_token = next_login_token();
      return respond(200, R"({"access_token":")" + login_token + R"("})");
    }
    if (!called_off.empty() && sent.body.find("subject_token=" + called_off) != std::string::npos)
      return respond(401, R"({"error":"invalid_token"})");
    return respond(200, fmt::format(R"({{"access_token":"scoped-of-{}-{}"}})", person, ++serial));
  }
  std::string next_login_token() {
    if (opaque) return fmt::format("opaque-login-token-{}", ++serial);
    return fmt::format("{}.{}.signature-{}", base::base64url(R"({"alg":"none"})"),
                       base::base64url(R"({"sub":")" + person + R"("})"), ++serial);
  }
  static http::Response respond(int status, std::string body) {
    return {.status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
  }
  void tenant_names(const std::string& id) {
    http.always("GET", login_info, 200, R"({"_id":"login","authenticationId":")" + id + R"("})");
  }

  // The answer to a call, with a sign-in where one begins.
  Json called(std::string_view tool, std::string_view arguments) {
    call_tool(++id_, tool, arguments);
    wait_until([&] { return lines.unread_lines() > 0 || browser.opened.size() > signed_in_; });
    if (browser.opened.size() > signed_in_) sign_in(signed_in_++);
    return hear();
  }
  // Nothing more is made of the login token; the next need of one signs somebody in.
  void change_to(const std::string& name) {
    called_off = login_token;
    person = name;
  }
  std::ptrdiff_t look_ups() const { return std::ranges::count(http.requests(), std::string("GET ") + login_info); }

  std::string person = "ada", login_token, called_off;
  bool opaque = false;
  int serial = 0;

 private:
  int id_ = 0;

 protected:
  std::size_t signed_in_ = 0;
};

TEST_F(Acting, IsLookedUpOnceAfterTheSignInAndToldInAResult) {
  tenant_names("id-of-ada");
  const auto first = called("getManagedObject", user);
  test::settle(loop);
  const auto second = called("getManagedObject", user);
  const auto third = called("getManagedObject", user);

  EXPECT_EQ(look_ups(), 1);
  const auto asked = std::ranges::find_if(http.sent(), [](const auto& sent) { return sent.url.ends_with(login_info); });
  ASSERT_NE(asked, http.sent().end());
  EXPECT_EQ(asked->header("accept-api-version"), "resource=1.0");
  EXPECT_THAT(text_of(first) + text_of(second), HasSubstr("Signed in as id-of-ada."));
  EXPECT_THAT(text_of(third), Not(HasSubstr("Signed in as")));
}

TEST_F(Acting, IsNoReasonToFailWhereTheTenantRefusesToTell) {
  http.always("GET", login_info, 403, R"({"code":403,"reason":"Forbidden","message":"Access denied"})");

  EXPECT_THAT(text_of(called("getManagedObject", user)), HasSubstr(R"("_id":"u1")"));
  EXPECT_THAT(text_of(called("getManagedObject", user)), Not(HasSubstr("Signed in")));
  EXPECT_EQ(look_ups(), 1);
}

TEST_F(Acting, IsToldWhenItIsAnotherPerson) {
  tenant_names("id-of-ada");
  called("getManagedObject", user);
  test::settle(loop);
  called("getManagedObject", user);
  change_to("bob");
  clock.advance(net::Duration(3'600'000));  // the login token's end
  tenant_names("id-of-bob");

  const auto log = stderr_of([&] {
    const auto first = called("getManagedObject", user);
    test::settle(loop);
    const auto second = called("getManagedObject", user);
    EXPECT_THAT(text_of(first) + text_of(second), HasSubstr("Signed in as bob; before: id-of-ada."));
  });

  EXPECT_THAT(log, HasSubstr("another person signed in: bob; before: id-of-ada"));
}

// The look-up is still under way when the result is made.
TEST_F(Acting, IsToldInTheFirstResultByTheTokensWord) {
  tenant_names("id-of-ada");
  called("getManagedObject", user);
  test::settle(loop);
  called("getManagedObject", user);
  change_to("bob");
  clock.advance(net::Duration(3'600'000));
  auto held = http.hold(loop, "GET", login_info);

  EXPECT_THAT(text_of(called("getManagedObject", user)), HasSubstr("Signed in as bob; before: id-of-ada."));
  held.reply(200, R"({"authenticationId":"id-of-bob"})");
  test::settle(loop);

  EXPECT_THAT(text_of(called("getManagedObject", user)), Not(HasSubstr("Signed in as")));
}

TEST_F(Acting, IsShownOnlyWhereSomebodyIsSignedIn) {
  const auto who = base::parse_json(text_of(called("whoAmI", "{}")));

  EXPECT_TRUE(base::is_false(who["signedIn"])) << who;
  EXPECT_EQ(who["tenant"], "t.example.com");
  EXPECT_EQ(who["protocolRevision"], "2025-11-25");
  EXPECT_TRUE(http.sent().empty());
  EXPECT_TRUE(browser.opened.empty());
}

TEST_F(Acting, IsShownWithRolesScopesAndWhatWasDone) {
  http.always(
      "GET", login_info, 200,
      R"({"authenticationId":"id-of-ada","authorization":{"component":"managed/teammember","roles":["admin"]}})");
  http.answer("GET", "/openidm/managed/teammember/id-of-ada?_fields=givenName%2Csn%2CuserName", 200,
              R"({"_id":"id-of-ada","givenName":"Ada","sn":"Byron"})");
  called("getManagedObject", user);

  const auto answer = called("whoAmI", R"({"signIn":true})");
  const auto who = base::parse_json(text_of(answer).substr(text_of(answer).find('{')));

  EXPECT_EQ(who["person"]["authenticationId"], "id-of-ada");
  EXPECT_EQ(who["person"]["displayName"], "Ada Byron");
  EXPECT_EQ(who["person"]["roles"], Json::array({"admin"}));
  EXPECT_EQ(who["scopes"]["granted"].size(), 5u);
  EXPECT_EQ(who["secondsLeft"], 3600);
  EXPECT_EQ(who["counters"]["calls"], 2);
  EXPECT_EQ(who["counters"]["requests"], 1);
  EXPECT_EQ(look_ups(), 1);
}

TEST_F(Acting, IsShownAsUnknownWithTheReason) {
  http.always("GET", login_info, 403, R"({"code":403,"reason":"Forbidden","message":"Access denied"})");
  called("getManagedObject", user);

  const auto text = text_of(called("whoAmI", "{}"));

  EXPECT_THAT(text, HasSubstr("unknown (t.example.com answered 403 Forbidden"));
  EXPECT_EQ(look_ups(), 1);
}

TEST_F(Acting, ChangesByASignOut) {
  tenant_names("id-of-ada");
  called("getManagedObject", user);
  test::settle(loop);
  EXPECT_THAT(text_of(called("signOut", "{}")), HasSubstr("Signed out"));
  person = "bob";
  tenant_names("id-of-bob");

  const auto first = called("getManagedObject", user);

  EXPECT_EQ(browser.opened.size(), 2u);
  EXPECT_EQ(http.sent().back().bearer.substr(0, 13), "scoped-of-bob");
  test::settle(loop);
  EXPECT_THAT(text_of(first) + text_of(called("getManagedObject", user)), HasSubstr("; before: id-of-ada."));
}

// A call of two steps, with another sign-in between them: the second step is refused as if the token were bad, and so
// is the login token.
class TwoSteps : public Acting {
 protected:
  TwoSteps() {
    http.always("GET", "/openidm/managed/alpha_application?_queryFilter=name%20eq%20%22Shop%22&_fields=_id%2Cname", 200,
                R"({"result":[]})");
    http.always("GET", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 404, R"({"code":404})");
    http.always("PUT", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 201, R"({"_id":"shop"})");
    http.always("DELETE", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 200, "{}");
    http.always_with("POST", "/openidm/managed/alpha_application?_action=create", [this](const test::Sent& sent) {
      if (std::exchange(leaves, false)) {
        change_to(next_person);
        return respond(401, R"({"code":401})");
      }
      made_by = sent.bearer;
      return respond(201, R"({"_id":"app-1","name":"Shop"})");
    });
  }
  Json create(int sign_ins = 2) {
    call_tool(100, "createOidcApp",
              R"({"realm":"alpha","name":"Shop","clientId":"shop","owners":[{"_ref":"managed/alpha_user/u1"}]})");
    for (int i = 0; i < sign_ins; ++i) sign_in(signed_in_++);
    return hear();
  }
  void expect_stopped(const Json& answer) {
    EXPECT_EQ(made_by, "");
    EXPECT_TRUE(answer["result"].value("isError", false));
    EXPECT_THAT(text_of(answer), AllOf(HasSubstr(R"("category":"partial")"), HasSubstr("act for two people")));
    EXPECT_EQ(std::ranges::count_if(http.sent(),
                                    [](const auto& sent) {
                                      return sent.bearer.starts_with("scoped-of-bob") &&
                                             !sent.url.ends_with(login_info);
                                    }),
              0);
  }

  bool leaves = true;
  std::string next_person = "bob";
  std::string made_by;
};

TEST_F(TwoSteps, StopBeforeTheSecondWhereAnotherPersonSignsIn) {
  expect_stopped(create());
}

TEST_F(TwoSteps, GoOnWhereTheSamePersonSignsInAgain) {
  next_person = "ada";

  const auto answer = create();

  EXPECT_FALSE(answer["result"].value("isError", false)) << text_of(answer);
  EXPECT_THAT(made_by, HasSubstr("scoped-of-ada"));
}

TEST_F(TwoSteps, StopWhereTheTenantNamesAnotherPersonAndTokensNameNone) {
  opaque = true;
  tenant_names("id-of-ada");
  called("getManagedObject", user);
  test::settle(loop);
  tenant_names("id-of-bob");

  expect_stopped(create(1));
}

// R-UND-01: the list of changes names the person, and only that person's changes are shown whole and put back.
TEST_F(Acting, IsNamedInTheListOfChanges) {
  constexpr const char* variable = "/environment/variables/esv-x";
  const std::string stored = R"({"_id":"esv-x","expressionType":"string","valueBase64":"eA==","description":""})";
  tenant_names("id-of-ada");
  called("getManagedObject", user);
  test::settle(loop);
  http.answer("GET", variable, 404, R"({"code":404,"message":"The variable does not exist"})");
  http.answer("PUT", variable, 200, stored);

  const auto written = text_of(called("setVariable", R"({"variableId":"esv-x","type":"string","value":"x"})"));
  const auto list = text_of(called("listChanges", "{}"));

  EXPECT_THAT(written, HasSubstr(R"("changeNumber":1)"));
  EXPECT_THAT(list, AllOf(HasSubstr(R"("person":"id-of-ada")"), HasSubstr(R"("undoable":true)"), HasSubstr("eA==")));

  called("signOut", "{}");
  person = "bob";
  const auto refused = text_of(called("undoChange", R"({"change":1})"));
  const auto hidden = text_of(called("listChanges", "{}"));

  EXPECT_THAT(refused, HasSubstr("Another person made change 1"));
  EXPECT_THAT(hidden, AllOf(HasSubstr(R"("undoable":false)"), Not(HasSubstr("eA=="))));
}

}  // namespace
}  // namespace app
