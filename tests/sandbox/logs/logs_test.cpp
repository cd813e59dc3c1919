#include "sandbox/logs/logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "sandbox/api.h"
#include "sandbox/seed/seed.h"

namespace sandbox {
namespace {

using base::Json;
using testing::HasSubstr;

class Logs : public testing::Test {
 protected:
  Answer query(const std::string& parameters) { return api.get("/monitoring/logs?" + parameters); }
  std::string time(std::int64_t minutes_ago) { return encoded(base::iso8601_ms(test_now_ms - minutes_ago * 60'000)); }

  Api api;
};

TEST_F(Logs, BadRequestsAreRefused) {
  EXPECT_EQ(query("_pageSize=10").status, 400);
  EXPECT_EQ(query("source=am-nonsense").status, 400);
  EXPECT_EQ(query("source=am-core&beginTime=yesterday").status, 400);
  EXPECT_EQ(query("source=am-core&beginTime=" + time(3000) + "&endTime=" + time(10)).status, 400);
  EXPECT_EQ(query("source=am-core&beginTime=" + time(10) + "&endTime=" + time(20)).status, 400);
  EXPECT_EQ(query("source=am-core&_queryFilter=" + encoded("/payload/level is 'x'")).status, 400);
}

TEST_F(Logs, APointerWithoutItsSlashIsAFaultOfTheService) {
  EXPECT_EQ(query("source=am-core&_queryFilter=" + encoded("payload/level eq 'ERROR'")).status, 500);
}

TEST_F(Logs, SourcesAreListed) {
  const auto answer = api.get("/monitoring/logs/sources");
  EXPECT_THAT(answer.body["result"], testing::Contains("am-authentication"));
  EXPECT_EQ(answer.body["totalPagedResults"], 1);
  EXPECT_EQ(answer.header("x-ratelimit-limit"), "28");
}

TEST_F(Logs, EverythingStandsForAllSourcesOfAFamily) {
  const auto all = query("source=am-everything,idm-everything");
  EXPECT_GE(all.body["resultCount"], 990);
  const auto idm = query("source=idm-everything&_pageSize=5");
  for (const Json& entry : idm.body["result"])
    EXPECT_THAT(entry["source"].get<std::string>(), testing::StartsWith("idm-"));
}

TEST_F(Logs, AWindowHoldsOnlyItsEntriesInOrder) {
  const auto answer = query("source=am-everything&beginTime=" + time(120) + "&endTime=" + time(60));
  ASSERT_GT(answer.body["resultCount"], 0);
  std::int64_t before = test_now_ms - 120 * 60'000;
  for (const Json& entry : answer.body["result"]) {
    const auto at = *base::parse_iso8601(entry["timestamp"].get<std::string>());
    EXPECT_GE(at, before);
    EXPECT_LT(at, test_now_ms - 60 * 60'000);
    before = at;
  }
}

TEST_F(Logs, PagesCoverEverythingOnce) {
  std::set<std::string> ids;
  std::string cookie;
  do {
    const auto page =
        query("source=am-authentication&_pageSize=100" + (cookie.empty() ? "" : "&_pagedResultsCookie=" + cookie));
    for (const Json& entry : page.body["result"]) EXPECT_TRUE(ids.insert(entry["payload"]["_id"]).second);
    cookie = base::text_member(page.body, "pagedResultsCookie");
  } while (!cookie.empty());
  EXPECT_EQ(static_cast<int>(ids.size()), query("source=am-authentication").body["resultCount"]);
}

// Five wrong passwords, the lock, and what the service desk noted; one transaction holds it together.
TEST_F(Logs, TheFailedSignInCanBeFollowed) {
  const std::string story = seeded_id(api.tenant.options.seed, "story");
  const auto answer = query("source=am-everything,idm-everything&transactionId=" + story);
  const auto& entries = answer.body["result"];
  ASSERT_EQ(entries.size(), 25U);
  EXPECT_EQ(entries.back()["type"], "text/plain");
  EXPECT_THAT(entries.back()["payload"].get<std::string>(), HasSubstr("called the service desk"));
  const auto failed =
      query("source=am-authentication&transactionId=" + story + "&_queryFilter=" +
            encoded("/payload/result eq 'FAILED' or /payload/entries/info/nodeType eq 'AccountLockoutNode'"));
  EXPECT_EQ(failed.body["resultCount"], 2);
  const auto errors = query("source=am-core&_queryFilter=" + encoded("/payload/message co 'Invalid credentials'"));
  EXPECT_EQ(errors.body["resultCount"], 5);
}

TEST_F(Logs, TextPayloadsCanBeFilteredToo) {
  EXPECT_EQ(query("source=idm-core&_queryFilter=" + encoded("/payload co 'service desk'")).body["resultCount"], 1);
}

TEST_F(Logs, ARequestCanBeFoundByItsTransaction) {
  ApiRequest request;
  request.method = "GET";
  request.path = "/openidm/managed/alpha_user";
  request.segments = {"openidm", "managed", "alpha_user"};
  request.transaction_id = "my-call";
  request.now_ms = test_now_ms;
  log_access(api.tenant, request, {404, {}, ""});
  const auto answer = query("source=idm-access&transactionId=my-call");
  ASSERT_EQ(answer.body["resultCount"], 1);
  EXPECT_EQ(answer.body["result"][0]["payload"]["response"]["statusCode"], "404");
}

TEST_F(Logs, BeyondTheLimitTheServiceSays429) {
  api.tenant.options.log_requests_per_minute = 2;
  EXPECT_EQ(query("source=am-core").header("x-ratelimit-remaining"), "1");
  EXPECT_EQ(query("source=am-core").status, 200);
  const auto refused = query("source=am-core");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("x-ratelimit-remaining"), "0");
  api.now_ms += 60'000;
  EXPECT_EQ(query("source=am-core").status, 200);
}

TEST_F(Logs, TailGivesWhatIsNewSinceTheCookie) {
  const auto first = api.get("/monitoring/logs/tail?source=am-everything");
  log_login(api.tenant, {"AM-LOGIN-COMPLETED", "admin", "SUCCESSFUL", "login-1", test_now_ms});
  const auto second = api.get("/monitoring/logs/tail?source=am-everything&_pagedResultsCookie=" +
                              first.body["pagedResultsCookie"].get<std::string>());
  ASSERT_EQ(second.body["resultCount"], 1);
  EXPECT_EQ(second.body["result"][0]["payload"]["principal"][0], "admin");
}

}  // namespace
}  // namespace sandbox
