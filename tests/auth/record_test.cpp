// Where the login token is kept: one record of this process, or memory (R-TOK-01 to -24).
#include <algorithm>

#include <fmt/core.h>

#include "auth/record_name.h"
#include "auth/sign_in_fixture.h"
#include "http/server/server.h"
#include "support/kit/fake_random.h"

namespace {

using test::FakeChannel;
using test::token_path;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

class LoginRecord : public test::SignInTest {
 protected:
  LoginRecord() { channel.wants_progress = true; }

  // Signs in and gets a token for "a"; returns when the keychain has been dealt with.
  void sign_in_fully() {
    tenant_gives("login-token-1");
    tenant_gives("scoped-a");
    auto need = call(channel, {"a"});
    sign_in();
    need.get();
  }
  void wait_for_record() {
    wait_until([&] { return !store->records().empty(); });
    wait_until([&] { return !lives("login-token-1"); });
  }
  std::string token(auth::Scopes scopes) { return std::string(call(channel, std::move(scopes)).get()->reveal()); }
  // A need that leads to another sign-in, which is finished.
  std::string token_after_sign_in(auth::Scopes scopes, std::size_t login) {
    auto need = call(channel, std::move(scopes));
    authorize_url(login);
    tenant_gives("login-token-2");
    tenant_gives("scoped-2");
    sign_in(login);
    return std::string(need.get()->reveal());
  }
};

TEST_F(LoginRecord, HoldsTheTokenAndTheProcessNoCopyOfIt) {
  sign_in_fully();
  wait_for_record();

  const auto records = store->records();
  ASSERT_EQ(records.size(), 1u);
  const auto& [account, value] = *records.begin();
  EXPECT_THAT(account, StartsWith("t.example.com#"));
  EXPECT_EQ(value, R"({"accessToken":"login-token-1","expiresAt":1769850930000,"aicBaseUrl":"t.example.com"})");
  EXPECT_FALSE(lives("login-token-1"));
}

TEST_F(LoginRecord, IsReadForTheNextExchange) {
  sign_in_fully();
  wait_for_record();
  tenant_gives("scoped-b");

  EXPECT_EQ(token({"b"}), "scoped-b");

  EXPECT_EQ(form_field(2, "subject_token"), "login-token-1");
  EXPECT_FALSE(lives("login-token-1"));
  EXPECT_EQ(browser.opened.size(), 1u);
}

TEST_F(LoginRecord, KeepsATokenWithAwkwardCharactersWhole) {
  http.answer("POST", token_path, 200, R"({"access_token":"a\"b\\c-login-token"})");
  tenant_gives("scoped-a");
  auto need = call(channel, {"a"});
  sign_in();
  need.get();
  wait_until([&] { return !store->records().empty() && !lives(R"(a"b\c-login-token)"); });
  EXPECT_EQ(base::text_member(base::parse_json(store->records().begin()->second), "accessToken"),
            R"(a"b\c-login-token)");
  tenant_gives("scoped-b");

  token({"b"});

  EXPECT_EQ(form_field(2, "subject_token"), R"(a"b\c-login-token)");
}

TEST_F(LoginRecord, OfOthersIsNeverRead) {
  store->put("user-token", R"({"accessToken":"old-token","expiresAt":9999999999999,"aicBaseUrl":"t.example.com"})");
  store->put("t.example.com#0123456789abcdef.1.1.1.aa.bb.cc", R"({"accessToken":"old-token"})");
  sign_in_fully();
  wait_until([&] { return store->records().size() == 3; });

  EXPECT_EQ(browser.opened.size(), 1u);
  for (const auto& entry : store->calls()) {
    EXPECT_THAT(entry, AllOf(Not(EndsWith("user-token")), Not(HasSubstr("0123456789abcdef"))));
  }
}

TEST_F(LoginRecord, IsReplacedByTheNextSignIn) {
  sign_in_fully();
  wait_for_record();
  tenant_refuses(401, "invalid_token");

  EXPECT_EQ(token_after_sign_in({"b"}, 1), "scoped-2");
  wait_until([&] { return !lives("login-token-2"); });

  const auto records = store->records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(records.begin()->second, HasSubstr("login-token-2"));
}

// The keychain still writes the record of a sign-in.
class SlowRecord : public LoginRecord {
 protected:
  void SetUp() override {
    store->hangs = true;
    sign_in_fully();
    wait_until([&] { return !store->calls().empty(); });
  }
  void let_the_keychain_go_on() {
    store->release();
    wait_until([&] { return std::ranges::count(store->calls(), "load " + account()) > 0; });
    test::settle(loop);
  }
  // The only record's name.
  std::string account() const {
    const auto records = store->records();
    return records.empty() ? "none" : records.begin()->first;
  }
};

TEST_F(SlowRecord, DoesNotPushOutTheTokenOfTheNextSignIn) {
  tenant_refuses(401, "invalid_token");
  EXPECT_EQ(token_after_sign_in({"b"}, 1), "scoped-2");
  EXPECT_TRUE(lives("login-token-2"));

  let_the_keychain_go_on();
  wait_until([&] { return !lives("login-token-2"); });  // its own record is written

  tenant_gives("scoped-c");
  EXPECT_EQ(token({"c"}), "scoped-c");
  EXPECT_EQ(form_field(requests() - 1, "subject_token"), "login-token-2");
  EXPECT_THAT(store->records().at(account()), HasSubstr("login-token-2"));
  EXPECT_EQ(browser.opened.size(), 2u);
}

TEST_F(SlowRecord, DoesNotBringBackATokenThatTheTenantRefused) {
  tenant_refuses(401, "invalid_token");
  auto need = call(channel, {"b"});
  authorize_url(1);
  ASSERT_FALSE(session().signed_in());

  let_the_keychain_go_on();

  EXPECT_FALSE(session().signed_in());
  need.cancel();
}

TEST_F(LoginRecord, IsWrittenOnlyForTheLastOfThoseThatWaitForTheKeychain) {
  store->hangs = true;
  session().start();
  wait_until([&] { return !store->calls().empty(); });
  sign_in_fully();
  tenant_refuses(401, "invalid_token");
  EXPECT_EQ(token_after_sign_in({"b"}, 1), "scoped-2");

  store->release();
  wait_until([&] { return !lives("login-token-2"); });

  const auto calls = store->calls();
  EXPECT_EQ(std::ranges::count_if(calls, [](const auto& each) { return each.starts_with("save "); }), 1);
}

TEST_F(LoginRecord, IsRemovedAtTheEnd) {
  sign_in_fully();
  wait_for_record();

  test::run(loop, session().close());

  EXPECT_THAT(store->records(), IsEmpty());
  EXPECT_FALSE(session().signed_in());
}

TEST_F(LoginRecord, DoesNotKeepTheEndWaitingForAKeychainThatHangs) {
  sign_in_fully();
  wait_for_record();
  store->hangs = true;

  auto closing = test::start(loop, session().close());
  clock.advance(3s);

  closing.get();
}

TEST_F(LoginRecord, MeansSignedOutWhenSomebodyDeletedIt) {
  sign_in_fully();
  wait_for_record();
  store->erase(store->records().begin()->first);

  EXPECT_EQ(token_after_sign_in({"b"}, 1), "scoped-2");
  EXPECT_EQ(browser.opened.size(), 2u);
}

TEST_F(LoginRecord, IsNotTrustedWhenSomebodyChangedIt) {
  sign_in_fully();
  wait_for_record();
  store->put(store->records().begin()->first,
             R"({"accessToken":"planted-token","expiresAt":9999999999999,"aicBaseUrl":"t.example.com"})");

  EXPECT_EQ(token_after_sign_in({"b"}, 1), "scoped-2");
}

// Another program of the same user has put its own token where ours was.
class ForeignRecord : public LoginRecord {
 protected:
  static int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }
  // All of these need the login token at once; one person signs in anew.
  std::string use_by_several_calls() {
    return stderr_of([&] {
      auto one = call(channel, {"b"});
      auto other = call(channel, {"c"});
      authorize_url(1);
      tenant_gives("login-token-2");
      tenant_gives("scoped-2");
      tenant_gives("scoped-2");
      sign_in(1);
      EXPECT_EQ(one.get()->reveal(), "scoped-2");
      EXPECT_EQ(other.get()->reveal(), "scoped-2");
    });
  }
  void expect_signed_out_with_one_warning(const std::string& lines) {
    EXPECT_EQ(count(lines, "cannot be trusted"), 1) << lines;
    EXPECT_EQ(browser.opened.size(), 2u);
    for (const auto& sent : http.sent()) EXPECT_THAT(sent.body, Not(HasSubstr("planted-token")));
  }
  std::string account() { return store->records().begin()->first; }
};

TEST_F(ForeignRecord, IsNotTrustedInTheRightFrame) {
  sign_in_fully();
  wait_for_record();
  auto planted = store->records().begin()->second;
  planted.replace(planted.find("login-token-1"), 13, "planted-token");
  store->put(account(), planted);

  expect_signed_out_with_one_warning(use_by_several_calls());
}

TEST_F(ForeignRecord, IsNotTrustedBesideOurs) {
  sign_in_fully();
  wait_for_record();
  store->put_beside(account());

  expect_signed_out_with_one_warning(use_by_several_calls());
}

TEST_F(ForeignRecord, IsReplacedByTheNextSignIn) {
  sign_in_fully();
  wait_for_record();
  store->put_beside(account());
  use_by_several_calls();
  wait_until([&] { return !lives("login-token-2"); });
  tenant_gives("scoped-d");

  EXPECT_EQ(token({"d"}), "scoped-d");
  EXPECT_EQ(form_field(requests() - 1, "subject_token"), "login-token-2");
}

TEST_F(ForeignRecord, IsNotRevokedForTheOtherAtTheEnd) {
  settings.revoke_at_exit = true;
  sign_in_fully();
  wait_for_record();
  store->put(account(), "planted-token");
  http.answer("POST", "/am/oauth2/token/revoke", 200);

  const auto lines = stderr_of([&] {
    test::run(loop, session().close());
    test::run(loop, session().finish());
  });

  EXPECT_EQ(form_field(2, "token"), "scoped-a");
  EXPECT_THAT(store->records(), IsEmpty());
}

// In each of these the token stays in memory, with one warning and without another sign-in.
class NoKeychain : public ForeignRecord {
 protected:
  void expect_one_warning(const std::function<void()>& act) {
    const auto lines = stderr_of([&] {
      act();
      auto closing = test::start(loop, session().close());
      if (store->hangs) clock.advance(3s);
      closing.get();
    });
    EXPECT_EQ(count(lines, "the keychain cannot be used (fake keychain)"), 1) << lines;
    EXPECT_THAT(lines, Not(HasSubstr("login-token")));
  }
  void use_it_twice() {
    sign_in_fully();
    tenant_gives("scoped-b");
    EXPECT_EQ(token({"b"}), "scoped-b");
    EXPECT_EQ(form_field(2, "subject_token"), "login-token-1");
    EXPECT_EQ(browser.opened.size(), 1u);
    EXPECT_TRUE(lives("login-token-1"));
  }
};

TEST_F(NoKeychain, IsNoReasonForAnotherSignIn) {
  store->is_available = false;

  expect_one_warning([&] { use_it_twice(); });

  EXPECT_THAT(store->calls(), testing::Each(std::string("available")));
}

TEST_F(NoKeychain, ThatTakesARecordIsNoReasonForAnotherSignIn) {
  store->fails = true;

  expect_one_warning([&] { use_it_twice(); });
}

TEST_F(NoKeychain, ThatKeepsARecordIsNoReasonForAnotherSignIn) {
  store->swallows = true;

  expect_one_warning([&] { use_it_twice(); });
}

TEST_F(NoKeychain, ThatAnswersKeepsNoCallWaiting) {
  store->hangs = true;

  expect_one_warning([&] {
    use_it_twice();
    clock.advance(10s);
  });
  store->release();
}

TEST_F(NoKeychain, AnyMoreMeansANewSignInAndMemoryFromThenOn) {
  expect_one_warning([&] {
    sign_in_fully();
    wait_for_record();
    store->fails = true;
    EXPECT_EQ(token_after_sign_in({"b"}, 1), "scoped-2");
    tenant_gives("scoped-c");
    EXPECT_EQ(token({"c"}), "scoped-c");
    EXPECT_EQ(browser.opened.size(), 2u);
    EXPECT_TRUE(lives("login-token-2"));
  });
}

TEST_F(NoKeychain, ThatAnswersAnyMoreMeansANewSignInAfterTenSeconds) {
  expect_one_warning([&] {
    sign_in_fully();
    wait_for_record();
    store->hangs = true;
    auto need = call(channel, {"b"});
    clock.advance(9s);
    EXPECT_EQ(browser.opened.size(), 1u);
    clock.advance(1s);
    authorize_url(1);
    tenant_gives("login-token-2");
    tenant_gives("scoped-2");
    sign_in(1);
    EXPECT_EQ(need.get()->reveal(), "scoped-2");
  });
  store->release();
}

TEST_F(NoKeychain, ThatAnswersAtTheStartIsNotAskedAgain) {
  store->hangs = true;

  expect_one_warning([&] {
    session().start();
    wait_until([&] { return !store->calls().empty(); });
    clock.advance(10s);
    use_it_twice();
  });

  EXPECT_THAT(store->calls(), ElementsAre("available"));
  store->release();
}

TEST_F(NoKeychain, ThatHangsKeepsNoSignInFromEndingAtABusyPort) {
  const auto hello = [](http::ServerRequest) -> net::Task<http::ServerReply> {
    co_return http::ServerReply{.body = "hello"};
  };
  settings.redirect_port = http::start_server(loop, {}, hello)->port();
  store->hangs = true;
  session().start();
  clock.advance(10s);
  sign_in_fully();
  clock.advance(10s);
  const auto stranger = http::start_server(loop, {.port = settings.redirect_port}, hello);
  tenant_refuses(401, "invalid_token");

  auto need = call(channel, {"b"});
  for (int i = 0; i < 40 && !need.ended(); ++i) {
    wait_until([&] { return need.ended() || (clock.sleepers() > 0 && clock.next_wake() <= 500ms); });
    clock.advance(500ms);
  }

  EXPECT_THAT(error_of(need).message, HasSubstr("The sign-in needs port"));
  store->release();
}

class InContainer : public test::SignInTest {};

TEST_F(InContainer, TheTokenStaysInMemoryWithoutAWord) {
  auth::Session session(auth::Edges{loop, clock, random, http, browser, auth::no_store(), keychain_thread}, settings);
  tenant_gives("login-token-1");
  tenant_gives("scoped-a");
  const auto lines = stderr_of([&] {
    auto need = test::start(loop, session.bearer({"a"}, channel, {.call = 1, .transaction_id = "t"}));
    sign_in();
    EXPECT_EQ(need.get()->reveal(), "scoped-a");
    test::run(loop, session.close());
  });

  EXPECT_THAT(lines, Not(HasSubstr("keychain")));
}

// The names of records, and whose process is dead.
class RecordNames : public testing::Test {
 protected:
  bool dead(const auth::ProcessMark& owner, std::int64_t age_s = 60) {
    const auto name = auth::make_record_name("t.example.com", owner, now - age_s, random);
    const auto parsed = auth::parse_record_name(auth::print_record_name(name));
    EXPECT_TRUE(parsed);
    return parsed && auth::is_dead(*parsed, self, now, [&](std::uint64_t pid) -> std::optional<std::uint64_t> {
             return pid == 42 ? std::optional<std::uint64_t>(4200) : std::nullopt;
           });
  }

  static constexpr std::int64_t now = 1'769'847'330;
  static constexpr std::int64_t day = 86'400;
  test::FakeRandom random;
  const auth::ProcessMark self{.machine = "aa", .boot = "b0", .pid_namespace = "1", .pid = 7, .started = 700};
};

TEST_F(RecordNames, SurviveBeingWrittenAndRead) {
  const auto name = auth::make_record_name("t.example.com:8443", self, now, random);

  const auto text = auth::print_record_name(name);

  EXPECT_EQ(text, "t.example.com:8443#0101010101010101.1769847330.7.700.aa.b0.1");
  const auto parsed = auth::parse_record_name(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(auth::print_record_name(*parsed), text);
}

TEST_F(RecordNames, OfOtherProgramsAreNotTakenForOurs) {
  for (const char* account :
       {"user-token", "t.example.com", "t#", "#0101010101010101.1.1.1.a.b.c", "t#x", "t#0101010101010101.1.1.1.a.b",
        "t#0101010101010101.1.1.1.a.b.c.d", "t#0101010101010101.x.1.1.a.b.c", "t#0101.1.1.1.a.b.c",
        "t#0101010101010101.1.1.1.a.b.G", "t#0101010101010101.1.1.1..b.c"}) {
    EXPECT_FALSE(auth::parse_record_name(account)) << account;
  }
}

TEST_F(RecordNames, OfLivingProcessesStay) {
  EXPECT_FALSE(dead({"aa", "b0", "1", 42, 4200}));
  EXPECT_FALSE(dead({"aa", "b0", "1", 42, 4200}, 10 * day));
  EXPECT_FALSE(dead({"aa", "b0", "1", 42, 0}));
}

TEST_F(RecordNames, OfEndedProcessesGo) {
  EXPECT_TRUE(dead({"aa", "b0", "1", 43, 4300}));
  EXPECT_TRUE(dead({"aa", "b0", "1", 42, 9999}));  // the id was given to another process
}

TEST_F(RecordNames, OfAnEarlierBootGo) {
  EXPECT_TRUE(dead({"aa", "b1", "1", 42, 4200}));
}

TEST_F(RecordNames, OfPlacesThatCannotBeSeenGoAfterADay) {
  for (const auth::ProcessMark& owner : {auth::ProcessMark{"cc", "b1", "1", 42, 4200},   // another machine
                                         auth::ProcessMark{"aa", "b0", "2", 43, 4300},   // another PID namespace
                                         auth::ProcessMark{"cc", "b0", "2", 43, 4300},   // a container on this machine
                                         auth::ProcessMark{"", "b1", "1", 43, 4300},     // a machine without a name
                                         auth::ProcessMark{"aa", "", "1", 43, 4300}}) {  // a boot without a name
    EXPECT_FALSE(dead(owner, day)) << owner.machine << owner.boot << owner.pid_namespace;
    EXPECT_TRUE(dead(owner, day + 1)) << owner.machine << owner.boot << owner.pid_namespace;
  }
}

TEST(ThisProcess, IsAliveToItself) {
  const auto self = auth::this_process();

  EXPECT_EQ(self.pid, static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(auth::process_start(self.pid), self.started);
  EXPECT_GT(self.started, 0u);
  EXPECT_FALSE(self.boot.empty());
  EXPECT_EQ(auth::process_start(999'999'999), std::nullopt);
}

class Cleaning : public LoginRecord {
 protected:
  std::string account(std::uint64_t pid, std::uint64_t started) {
    auto owner = auth::this_process();
    owner.pid = pid;
    owner.started = started;
    return auth::print_record_name(auth::make_record_name("other.example.com", owner, clock.unix_ms() / 1000, random));
  }
};

TEST_F(Cleaning, RemovesTheRecordsOfEndedProcessesOnlyAndReadsNone) {
  const auto self = auth::this_process();
  const auto ended = account(999'999'999, 1);
  const auto living = account(self.pid, self.started);
  for (const auto& name : {ended, living, std::string("user-token")}) store->put(name, "value");

  session().start();
  wait_until([&] { return store->records().size() == 2; });

  EXPECT_TRUE(store->records().contains(living));
  EXPECT_TRUE(store->records().contains("user-token"));
  EXPECT_THAT(store->calls(), Not(Contains(StartsWith("load"))));
}

TEST_F(Cleaning, KeepsNobodyWaiting) {
  store->hangs = true;
  session().start();
  wait_until([&] { return !store->calls().empty(); });

  sign_in_fully();
  store->release();
}

}  // namespace
