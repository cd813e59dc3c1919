// What becomes of the tenant's tokens when the server ends (R-TOK-22).
#include "auth/sign_in_fixture.h"

namespace {

using test::FakeChannel;
using testing::HasSubstr;
using testing::Not;

constexpr const char* revocation_path = "/am/oauth2/token/revoke";

class Revocation : public test::SignInTest {
 protected:
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

  test::run(loop, session().close());

  EXPECT_EQ(requests(), 2u);
}

TEST_F(Revocation, CoversTheLoginTokenAndThoseMadeOfIt) {
  settings.revoke_at_exit = true;
  sign_in_and_exchange();
  http.answer("POST", revocation_path, 200, "{}");
  http.answer("POST", revocation_path, 200, "{}");

  test::run(loop, session().close());

  EXPECT_EQ(form_field(2, "token"), "login-token-1");
  EXPECT_EQ(form_field(2, "client_id"), "AICMCPClient");
  EXPECT_EQ(form_field(3, "token"), "scoped-a-1");
  EXPECT_EQ(form_field(3, "client_id"), "AICMCPExchangeClient");
  EXPECT_TRUE(store->accounts().empty());
}

TEST_F(Revocation, AsksNothingWhereNobodySignedIn) {
  settings.revoke_at_exit = true;

  test::run(loop, session().close());

  EXPECT_EQ(requests(), 0u);
}

TEST_F(Revocation, ThatIsRefusedIsToldWithoutTheToken) {
  settings.revoke_at_exit = true;
  sign_in_and_exchange();
  http.answer("POST", revocation_path, 403, R"({"error":"login-token-1"})");

  const auto told = stderr_of([&] { test::run(loop, session().close()); });

  EXPECT_THAT(told, HasSubstr("live on until they expire"));
  EXPECT_THAT(told, HasSubstr("403"));
  EXPECT_THAT(told, Not(HasSubstr("login-token-1")));
  EXPECT_TRUE(store->accounts().empty());
}

TEST_F(Revocation, DoesNotHoldUpTheEnd) {
  settings.revoke_at_exit = true;
  sign_in_and_exchange();
  auto silent = http.hold(loop, "POST", revocation_path);

  std::string told = stderr_of([&] {
    auto closing = test::start(loop, session().close());
    wait_until([&] { return silent.waits(); });
    EXPECT_TRUE(store->accounts().empty());  // gone before the tenant is asked
    clock.advance(net::Duration(2'000));
    closing.get();
  });

  EXPECT_THAT(told, HasSubstr("too long"));
  EXPECT_TRUE(silent.was_cancelled());
}

}  // namespace
