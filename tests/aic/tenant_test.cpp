#include "aic/tenant.h"

#include "aic/attempt.h"

#include "aic/tenant_fixture.h"

namespace aic {
namespace {

using base::Errc;
using base::Target;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string user = "/openidm/managed/alpha_user/u1";
const RequestOptions idm{.scopes = {"fr:idm:*"}};

Target target() {
  return Target(user);
}

class TenantTest : public ::testing::Test, public test::TenantFixture {};

TEST_F(TenantTest, SendsABearerTheTransactionIdAndNoBodyForAGet) {
  http.answer("GET", user, 200, R"({"_id":"u1"})");
  auto tenant = make();

  const auto reply = run(tenant.get(target(), idm));

  EXPECT_EQ(reply.body, base::parse_json(R"({"_id":"u1"})"));
  EXPECT_THAT(bearers.asked, ElementsAre(Scopes{"fr:idm:*"}));
  const auto& sent = http.sent().at(0);
  EXPECT_EQ(sent.bearer, "token-1");
  EXPECT_EQ(sent.header("X-ForgeRock-TransactionId"), "txn-1");
  EXPECT_EQ(sent.header("Accept"), "application/json");
  EXPECT_FALSE(http::has_header(sent.headers, "Content-Type"));
  EXPECT_EQ(sent.body, "");
  EXPECT_FALSE(sent.request.write);
}

TEST_F(TenantTest, SendsNothingWithoutABearer) {
  bearers.failure = base::Error(Errc::login_required, "log in");
  auto tenant = make();

  EXPECT_EQ(error_of(tenant.put(target(), Json::object(), idm)).code, Errc::login_required);

  EXPECT_THAT(http.requests(), IsEmpty());
  EXPECT_EQ(first_writes, 0);
  EXPECT_THAT(trace.writes, IsEmpty());
}

TEST_F(TenantTest, PrintsTheBodyCompactlyAndExactly) {
  http.answer("PUT", user, 200, "{}");
  auto tenant = make();

  run(tenant.put(target(), base::parse_json(R"({ "n" : 12345678901234567890123, "d": 1.10 })"), idm));

  EXPECT_EQ(http.sent().at(0).body, R"({"n":12345678901234567890123,"d":1.10})");
  EXPECT_EQ(http.sent().at(0).header("Content-Type"), "application/json");
  EXPECT_TRUE(http.sent().at(0).request.write);
}

TEST_F(TenantTest, KeepsTheCallersHeadersAndSendsOneContentType) {
  http.answer("PATCH", user, 200, "{}");
  auto tenant = make(7);

  run(tenant.patch(target(), Json::array(),
                   {.scopes = {"fr:idm:*"}, .headers = {{"If-Match", "r-1"}, {"Content-Type", "application/json"}}}));

  const auto& sent = http.sent().at(0);
  EXPECT_EQ(sent.body, "[]");
  EXPECT_EQ(sent.header("If-Match"), "r-1");
  EXPECT_EQ(std::ranges::count(sent.headers, "Content-Type", &std::pair<std::string, std::string>::first), 1);
  EXPECT_EQ(sent.request.call, 7U);
}

TEST_F(TenantTest, ExchangesOnceMoreAfterA401AndRepeatsWritesToo) {
  http.answer("DELETE", user, 401, R"({"code":401})");
  http.answer("DELETE", user, 200, "{}");
  auto tenant = make();

  run(tenant.remove(target(), idm));

  EXPECT_EQ(http.sent().at(0).bearer, "token-1");
  EXPECT_EQ(http.sent().at(1).bearer, "token-2");
  EXPECT_THAT(trace.writes, ElementsAre("DELETE /openidm/managed/alpha_user/u1: 200"));
  EXPECT_EQ(first_writes, 1);
}

TEST_F(TenantTest, ReportsASecond401) {
  http.answer("GET", user, 401, R"({"code":401,"message":"Access Denied"})");
  http.answer("GET", user, 401, R"({"code":401,"message":"Access Denied"})");
  auto tenant = make();

  const auto error = error_of(tenant.get(target(), idm));

  EXPECT_EQ(error.code, Errc::unauthorized);
  EXPECT_EQ(error.status, 401);
  EXPECT_EQ(error.tenant_message, "Access Denied");
  EXPECT_EQ(http.sent().size(), 2U);
}

TEST_F(TenantTest, NamesWhatMayExplainARefusedToken) {
  http.answer("GET", user, 403, R"({"code":403,"message":"Access denied"})");
  bearers.hint = "The login gave no fr:idm:*.";
  auto tenant = make();

  EXPECT_THAT(error_of(tenant.get(target(), idm)).next, HasSubstr("The login gave no fr:idm:*. "));
}

TEST_F(TenantTest, EndsTheSentenceOfThatExplanation) {
  http.answer("GET", user, 403, R"({"code":403,"message":"Access denied"})");
  bearers.hint = "The tenant granted the token without fr:idm:*";
  auto tenant = make();

  EXPECT_THAT(error_of(tenant.get(target(), idm)).next, HasSubstr("without fr:idm:*. "));
}

TEST_F(TenantTest, NamesRequestAndTransactionsOfAFailure) {
  http.answer("GET", user + "?_fields=a", 404, R"({"code":404})", {{"x-forgerock-transactionid", "tenant-9"}});
  auto tenant = make();

  const auto error = error_of(tenant.get(target().query("_fields", "a"), idm));

  EXPECT_EQ(error.request, "GET " + user);
  EXPECT_EQ(error.transaction_id, "txn-1, tenant-9");
}

TEST_F(TenantTest, CollectsTheTenantsOwnTransactionIdsOnce) {
  http.answer("GET", user, 200, "{}", {{"X-ForgeRock-TransactionId", "txn-1"}});
  http.answer("GET", user, 200, "{}", {{"X-ForgeRock-TransactionId", "b"}});
  http.answer("GET", user, 200, "{}", {{"X-ForgeRock-TransactionId", "b"}});
  auto tenant = make();

  for (int i = 0; i < 3; ++i) run(tenant.get(target(), idm));

  EXPECT_EQ(trace.ids(), "txn-1, b");
  EXPECT_EQ(trace.requests, 3);
}

TEST_F(TenantTest, CountsTheTenantsOwnTransactionIdsBeyondThree) {
  for (int i = 0; i < 49; ++i)
    http.answer("GET", user, 200, "{}", {{"X-ForgeRock-TransactionId", "own-" + std::to_string(i)}});
  auto tenant = make();

  for (int i = 0; i < 49; ++i) run(tenant.get(target(), idm));

  EXPECT_EQ(trace.ids(), "txn-1, own-0, own-1, own-2, and 46 more");
}

TEST_F(TenantTest, NamesTheTransactionsOfWritesBeforeThoseOfReads) {
  for (const char* id : {"r1", "r2", "r3"}) http.answer("GET", user, 200, "{}", {{"X-ForgeRock-TransactionId", id}});
  http.answer("PUT", user, 200, "{}", {{"X-ForgeRock-TransactionId", "w"}});
  auto tenant = make();

  for (int i = 0; i < 3; ++i) run(tenant.get(target(), idm));
  run(tenant.put(target(), Json::object(), idm));

  EXPECT_EQ(trace.ids(), "txn-1, w, r1, r2, and 1 more");
}

TEST_F(TenantTest, NamesTheTransactionOfAFailedRequestFirst) {
  for (const char* id : {"r1", "r2", "r3"}) http.answer("GET", user, 200, "{}", {{"X-ForgeRock-TransactionId", id}});
  http.answer("GET", user, 404, R"({"code":404})", {{"X-ForgeRock-TransactionId", "failed"}});
  auto tenant = make();

  for (int i = 0; i < 3; ++i) run(tenant.get(target(), idm));
  const auto error = error_of(tenant.get(target(), idm));

  EXPECT_EQ(error.transaction_id, "txn-1, failed, r1, r2, and 1 more");
}

TEST_F(TenantTest, TakesAnEmptyAnswerForSuccess) {
  http.answer("GET", user, 204);
  http.answer("GET", user, 200, "\n");
  http.answer("PUT", user, 201, "", {{"location", "https://tenant.example/u"}});
  auto tenant = make();

  EXPECT_TRUE(run(tenant.get(target(), idm)).body.is_null());
  EXPECT_TRUE(run(tenant.get(target(), idm)).body.is_null());
  const auto written = run(tenant.put(target(), Json::object(), idm));
  EXPECT_TRUE(written.body.is_null());
}

TEST_F(TenantTest, TakesNoWriteForDoneWhoseAnswerIsNotTheTenantsOwn) {
  for (const auto& [body, words] : {std::pair{"", "answered 200 to PUT " + user + " without a body"},
                                    {"<html>portal</html>", "is not a JSON object (text/html)"},
                                    {R"({"_id":"u)", "is not a JSON object"},
                                    {"[]", "is not a JSON object"}}) {
    http.answer("PUT", user, 200, body, {{"content-type", "text/html"}});
    auto tenant = make();

    const auto error = error_of(tenant.put(target(), Json::object(), idm));

    EXPECT_EQ(error.code, Errc::outcome_unknown) << body;
    EXPECT_EQ(error.status, 200) << body;
    EXPECT_THAT(error.message, HasSubstr(words)) << body;
    EXPECT_THAT(error.next, HasSubstr("Read the current state before")) << body;
  }
}

TEST_F(TenantTest, FailsAReadWhoseAnswerIsNoJson) {
  http.answer("GET", user, 200, "<html>portal</html>", {{"content-type", "text/html"}});
  auto tenant = make();

  const auto error = error_of(tenant.get(target(), idm));

  EXPECT_EQ(error.status, 200);
  EXPECT_THAT(error.message, HasSubstr("text/html"));
  EXPECT_EQ(error.transaction_id, "txn-1");
}

TEST_F(TenantTest, ReadsHalfACharacterAsTheReplacementAndCountsIt) {
  http.answer("GET", user, 200, R"({"a":"cut\ud83d","b":1.10,"c":"\ude00","d":"\ud83d\ude00"})");
  auto tenant = make();

  const auto reply = run(tenant.get(target(), idm));

  EXPECT_EQ(base::print_json(reply.body),
            "{\"a\":\"cut\xef\xbf\xbd\",\"b\":1.10,\"c\":\"\xef\xbf\xbd\",\"d\":\"\xf0\x9f\x98\x80\"}");
  EXPECT_EQ(trace.half_characters, 2u);
}

TEST_F(TenantTest, StillFailsAReadThatIsDamagedOtherwiseToo) {
  http.answer("GET", user, 200, R"({"a":"cut\ud83d","b":nul})");
  auto tenant = make();

  EXPECT_THAT(error_of(tenant.get(target(), idm)).message, HasSubstr("byte 22: unexpected \"n\""));
  EXPECT_EQ(trace.half_characters, 0u);
}

TEST_F(TenantTest, DoesNotWriteBackHalfACharacterAsAnother) {
  http.answer("GET", user, 200, R"({"a":"cut\ud83d"})");
  http.answer("PATCH", user, 200, "{}");
  auto tenant = make();
  auto read = run(tenant.get(target(), idm));

  const auto error = error_of(tenant.put(target(), read.body, idm));
  run(tenant.patch(target(), Json::array({{{"operation", "remove"}, {"field", "/b"}}}), idm));

  EXPECT_EQ(error.code, base::Errc::not_available);
  EXPECT_THAT(error.message, HasSubstr("not sent"));
  EXPECT_THAT(http.sent(), testing::SizeIs(2));
  EXPECT_EQ(trace.writes, std::vector<std::string>{std::string("PATCH ") + user + ": 200"});
}

TEST_F(TenantTest, WritesAReplacementCharacterThatIsOneAtTheTenant) {
  http.answer("GET", user, 200, "{\"a\":\"\xef\xbf\xbd\"}");
  http.answer("PUT", user, 200, "{}");
  auto tenant = make();

  auto read = run(tenant.get(target(), idm));
  run(tenant.put(target(), std::move(read.body), idm));

  EXPECT_THAT(http.sent(), testing::SizeIs(2));
}

// CREST tells the address of what it made together with it, or alone; a page with one is somebody else's.
TEST_F(TenantTest, TakesTheAddressOfWhatWasMadeForAnAnswerOnlyWithoutAnotherBody) {
  http.answer("POST", user, 201, "created", {{"content-type", "text/plain"}, {"location", "x/u1"}});
  http.answer("POST", user, 201, "", {{"location", "x/u1"}});
  auto tenant = make();

  EXPECT_EQ(error_of(tenant.post(target(), Json::object(), idm)).code, Errc::outcome_unknown);
  EXPECT_EQ(http::header(run(tenant.post(target(), Json::object(), idm)).headers, "location"), "x/u1");
}

TEST_F(TenantTest, RepeatsAReadButNotAWriteAfterAGatewaysError) {
  http.answer("POST", user, 502);
  auto tenant = make();
  EXPECT_EQ(error_of(tenant.post(target(), Json::object(), idm)).status, 502);
  EXPECT_EQ(http.sent().size(), 1U);
  EXPECT_THAT(trace.writes, ElementsAre("POST /openidm/managed/alpha_user/u1: 502"));

  http.answer("POST", user, 502);
  http.answer("POST", user, 200, "{}");
  auto options = idm;
  options.read_only_post = true;
  auto asking = test::start(loop, tenant.post(target(), Json::object(), options));
  clock.advance(net::Duration{9'000});
  EXPECT_EQ(asking.get().status, 200);
  EXPECT_FALSE(progress.empty());
  EXPECT_EQ(first_writes, 1);
}

TEST_F(TenantTest, CallsABrokenWriteUnknownAndNotesIt) {
  http.lose_connection("PUT", user);
  auto tenant = make();

  const auto error = error_of(tenant.put(target(), Json::object(), idm));

  EXPECT_EQ(error.code, Errc::outcome_unknown);
  EXPECT_EQ(error.transaction_id, "txn-1");
  EXPECT_THAT(trace.writes, ElementsAre("PUT /openidm/managed/alpha_user/u1: outcome unknown"));
}

TEST_F(TenantTest, NotesAWriteThatWasCancelledUnderWay) {
  auto held = http.hold(loop, "PUT", user);
  auto tenant = make();
  auto writing = test::start(loop, tenant.put(target(), Json::object(), idm));
  ASSERT_TRUE(held.waits());

  writing.cancel();
  test::settle(loop);

  EXPECT_TRUE(writing.was_cancelled());
  EXPECT_THAT(trace.writes, ElementsAre("PUT /openidm/managed/alpha_user/u1: outcome unknown"));
}

TEST_F(TenantTest, DoesNotNoteAWriteThatWasRefused) {
  http.answer("PUT", user, 412, R"({"code":412})");
  auto tenant = make();

  EXPECT_EQ(error_of(tenant.put(target(), Json::object(), idm)).code, Errc::conflict);

  EXPECT_THAT(trace.writes, IsEmpty());
}

TEST_F(TenantTest, AnnouncesTheFirstWriteOnceAndBeforeItIsSent) {
  http.answer("GET", user, 200, "{}");
  http.answer_with("PUT", user, [this](const test::Sent&) {
    EXPECT_EQ(first_writes, 1);
    return http::Response{.status = 200, .body = "{}"};
  });
  http.answer("PUT", user, 200, "{}");
  auto tenant = make();

  run(tenant.get(target(), idm));
  EXPECT_EQ(first_writes, 0);
  run(tenant.put(target(), Json::object(), idm));
  run(tenant.put(target(), Json::object(), idm));

  EXPECT_EQ(first_writes, 1);
}

TEST_F(TenantTest, UsesTheTotalLimitOfTheSettingsUnlessARequestHasItsOwn) {
  http.answer("GET", user, 200, "{}");
  http.answer("GET", user, 200, "{}");
  auto tenant = make();

  run(tenant.get(target(), idm));
  run(tenant.get(target(), {.scopes = {"fr:idm:*"}, .total_limit = tenant.limits().slow_total}));

  EXPECT_EQ(http.sent().at(0).request.total_limit, net::Duration{60'000});
  EXPECT_EQ(http.sent().at(1).request.total_limit, net::Duration{180'000});
}

http::Headers exhausted(std::int64_t reset_s) {
  return {{"x-ratelimit-limit", "28"}, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", std::to_string(reset_s)}};
}

TEST_F(TenantTest, WaitsForTheLogLimitToReset) {
  http.answer("GET", "/monitoring/logs", 200, "{}", exhausted(clock.unix_ms() / 1000 + 20));
  http.answer("GET", "/monitoring/logs/sources", 200, "{}");
  auto tenant = make();
  auto other_call = make(2);
  run(tenant.get(Target("/monitoring/logs"), idm));

  auto asking = test::start(loop, other_call.get(Target("/monitoring/logs/sources"), idm));
  EXPECT_EQ(http.sent().size(), 1U);
  EXPECT_EQ(progress.size(), 1U);
  clock.advance(net::Duration{21'000});

  EXPECT_EQ(asking.get().status, 200);
}

TEST_F(TenantTest, DoesNotWaitForAResetThatIsFarAwayNorForOtherEndpoints) {
  http.answer("GET", "/monitoring/logs", 200, "{}", exhausted(clock.unix_ms() / 1000 + 31));
  http.answer("GET", "/monitoring/logs", 429);
  http.answer("GET", user, 200, "{}");
  auto tenant = make();
  run(tenant.get(Target("/monitoring/logs"), idm));

  run(tenant.get(target(), idm));
  auto asking = test::start(loop, tenant.get(Target("/monitoring/logs"), idm));

  EXPECT_EQ(http.sent().size(), 3U);
  asking.cancel();
  test::settle(loop);
}

TEST(Reply, TellsTheIdAtTheEndOfItsLocation) {
  for (const auto* location : {"/a/b/rel-1", "https://t.example/a/rel-1?x=1/2", "rel-1#part", "/a/rel%2D1"})
    EXPECT_EQ(made_id(Reply{.headers = {{"location", location}}}), "rel-1") << location;
}

TEST(Reply, TakesTheRevisionFromTheBodyElseFromTheETag) {
  EXPECT_EQ((Reply{.body = base::parse_json(R"({"_rev":"a"})")}.revision()), "a");
  EXPECT_EQ((Reply{.body = base::parse_json(R"({"_rev":-12})")}.revision()), "-12");
  EXPECT_EQ((Reply{.headers = {{"ETag", "\"b-1\""}}, .body = Json::object()}.revision()), "b-1");
  EXPECT_EQ((Reply{.headers = {{"etag", "W/\"b-1\""}}}.revision()), "b-1");
  EXPECT_EQ(Reply{}.revision(), "");
}

TEST_F(TenantTest, DoesNotTakeARefusedSignInForARefusedRequest) {
  base::Error refused(Errc::login_failed, "no such client");
  refused.status = 400;
  refused.about_token = true;
  bearers.failure = refused;
  auto tenant = make();

  const auto error = error_of(attempt(tenant.get(target(), idm)));

  EXPECT_EQ(error.code, Errc::login_failed);
  EXPECT_EQ(error.message, "no such client");
}

}  // namespace
}  // namespace aic
