// Signing out while the process goes on (R-SES-02, R-SES-03).
#include <algorithm>

#include "auth/sign_in_fixture.h"

namespace {

using test::token_path;
using namespace std::chrono_literals;

class SignOut : public test::SignInTest {
 protected:
  void sign_in_as_the_first() {
    channel.wants_progress = true;
    tenant_gives("login-token-1", 36'000);
    tenant_gives("scoped-a-1");
    auto first = call(channel, {"a"});
    sign_in();
    ASSERT_EQ(first.get()->reveal(), "scoped-a-1");
  }
  auth::SignedOut sign_out() { return test::run(loop, session().sign_out()); }
};

TEST_F(SignOut, ForgetsTheTokensAndTheRecord) {
  sign_in_as_the_first();
  wait_until([&] { return !store->accounts().empty(); });

  const auto came = sign_out();

  EXPECT_TRUE(came.was_signed_in);
  EXPECT_FALSE(came.revoked);
  EXPECT_FALSE(came.record_may_stay);
  EXPECT_TRUE(store->accounts().empty());
  EXPECT_FALSE(lives("scoped-a-1"));
  EXPECT_FALSE(session().signed_in());
  EXPECT_FALSE(session().standing());
  EXPECT_EQ(requests(), 2u);
}

TEST_F(SignOut, LeadsToASignInAtTheNextNeed) {
  sign_in_as_the_first();
  sign_out();
  auto next = call(channel, {"a"});
  authorize_url(1);
  tenant_gives("login-token-2", 36'000);
  tenant_gives("scoped-a-2");

  sign_in(1);

  EXPECT_EQ(next.get()->reveal(), "scoped-a-2");
  ASSERT_TRUE(session().standing());
  EXPECT_EQ(session().standing()->until_unix_ms - session().standing()->since_unix_ms, 36'000'000);
}

// The exchange of the first person answers when nobody is signed in any more: its token goes to nobody.
TEST_F(SignOut, ThrowsAwayAnExchangeThatIsUnderWay) {
  sign_in_as_the_first();
  auto held = http.hold(loop, "POST", token_path);
  auto other = call(channel, {"c"});
  wait_until([&] { return held.waits(); });

  sign_out();
  held.reply(200, R"({"access_token":"scoped-c-of-the-first"})");
  authorize_url(1);
  EXPECT_FALSE(lives("scoped-c-of-the-first"));
  tenant_gives("login-token-2", 36'000);
  tenant_gives("scoped-c-of-the-second");
  sign_in(1);

  EXPECT_EQ(other.get()->reveal(), "scoped-c-of-the-second");
}

TEST_F(SignOut, RevokesWhereThatIsAskedFor) {
  settings.revoke_at_exit = true;
  sign_in_as_the_first();
  http.answer("POST", "/am/oauth2/token/revoke", 200, "{}");
  http.answer("POST", "/am/oauth2/token/revoke", 200, "{}");

  EXPECT_TRUE(sign_out().revoked);

  wait_until([&] { return requests() == 4; });
  std::vector<std::string> revoked{form_field(2, "token"), form_field(3, "token")};
  std::ranges::sort(revoked);
  EXPECT_THAT(revoked, testing::ElementsAre("login-token-1", "scoped-a-1"));
}

TEST_F(SignOut, SaysThatNobodyWasSignedIn) {
  EXPECT_FALSE(sign_out().was_signed_in);
  EXPECT_EQ(requests(), 0u);
}

}  // namespace
