// What becomes of the tenant's tokens when the server ends (R-TOK-22).
#include <map>

#include "auth/sign_in_fixture.h"

namespace {

using test::FakeChannel;
using testing::HasSubstr;
using testing::Not;

constexpr const char* revocation_path = "/am/oauth2/token/revoke";

class Revocation : public test::SignInTest {
 protected:
  void end() {
    test::run(loop, session().close());
    test::run(loop, session().finish());
  }
  // The client that each revoked token was given to.
  std::map<std::string, std::string> revoked() const {
    std::map<std::string, std::string> clients;
    for (std::size_t i = 2; i < requests(); ++i) clients[form_field(i, "token")] = form_field(i, "client_id");
    return clients;
  }
  void sign_in_and_exchange() {
    channel.wants_progress = true;
    tenant_gives("login-token-1", 36'000);
    tenant_gives("scoped-a-1");
    auto first = call(channel, {"a"});
    sign_in();
    first.get();
    ASSERT_EQ(requests(), 2u);
  }
};

TEST_F(Revocation, IsNotAskedForByDefault) {
  sign_in_and_exchange();

  end();

  EXPECT_EQ(requests(), 2u);
}

TEST_F(Revocation, CoversTheLoginTokenAndThoseMadeOfIt) {
  settings.revoke_at_exit = true;
  sign_in_and_exchange();
  http.answer("POST", revocation_path, 200, "{}");
  http.answer("POST", revocation_path, 200, "{}");

  end();

  EXPECT_THAT(revoked(), testing::ElementsAre(std::pair("login-token-1", "AICMCPClient"),
                                              std::pair("scoped-a-1", "AICMCPExchangeClient")));
  EXPECT_TRUE(store->accounts().empty());
}

TEST_F(Revocation, AsksNothingWhereNobodySignedIn) {
  settings.revoke_at_exit = true;

  end();

  EXPECT_EQ(requests(), 0u);
}

TEST_F(Revocation, ThatIsRefusedIsToldWithoutTheToken) {
  settings.revoke_at_exit = true;
  sign_in_and_exchange();
  http.always("POST", revocation_path, 403, R"({"error":"login-token-1"})");

  const auto told = stderr_of([&] { end(); });

  EXPECT_THAT(told, HasSubstr("stays valid until it expires"));
  EXPECT_THAT(told, HasSubstr("403"));
  EXPECT_THAT(told, Not(HasSubstr("login-token-1")));
  EXPECT_TRUE(store->accounts().empty());
}

TEST_F(Revocation, IsBegunFirstAndWaitedForLast) {
  settings.revoke_at_exit = true;
  sign_in_and_exchange();
  auto silent = http.hold(loop, "POST", revocation_path);
  auto silent_too = http.hold(loop, "POST", revocation_path);

  const std::string told = stderr_of([&] {
    test::run(loop, session().close());
    EXPECT_TRUE(store->accounts().empty());
    EXPECT_EQ(form_field(2, "token"), "scoped-a-1");
    auto finishing = test::start(loop, session().finish());
    wait_until([&] { return silent.waits() && silent_too.waits(); });
    clock.advance(net::Duration(1'999));
    EXPECT_FALSE(finishing.ended());
    clock.advance(net::Duration(1));
    finishing.get();
    test::settle(loop);
  });

  EXPECT_THAT(told, HasSubstr("too long"));
  EXPECT_TRUE(silent.was_cancelled());
  EXPECT_TRUE(silent_too.was_cancelled());
}

TEST_F(Revocation, IsNotLostWhereTheRecordIsInTheKeychain) {
  settings.revoke_at_exit = true;
  sign_in_and_exchange();
  wait_until([&] { return !store->records().empty() && !lives("login-token-1"); });
  http.always("POST", revocation_path, 200, "{}");

  end();

  EXPECT_TRUE(revoked().contains("login-token-1"));
}

}  // namespace
