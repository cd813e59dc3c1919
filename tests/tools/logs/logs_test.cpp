#include <gtest/gtest.h>

#include "support/tenant/tool_test.h"
#include "tools/logs/filter.h"
#include "tools/logs/time.h"

namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* no_entries =
    R"({"result":[],"resultCount":0,"pagedResultsCookie":null,"totalPagedResultsPolicy":"NONE","totalPagedResults":-1,"remainingPagedResults":-1})";

std::string logs_with(const std::string& query) {
  return "/monitoring/logs?" + query;
}

std::string page_of(int count, std::size_t message_length) {
  base::Json page{{"result", base::Json::array()}, {"resultCount", count}, {"pagedResultsCookie", "next%3D"}};
  for (int i = 0; i < count; ++i)
    page["result"].push_back({{"payload", {{"message", std::string(message_length, 'x')}}}, {"source", "am-access"}});
  return base::print_json(page);
}

TEST(QueryLogs, RefusesAnEmptyListOfSources) {
  ToolTest t;

  auto result = t.call("queryLogs", R"({"sources":[]})");

  EXPECT_THAT(result, Refuses("must have at least 1 entry"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(QueryLogs, RefusesASourceThatWouldAddAnother) {
  ToolTest t;

  auto result = t.call("queryLogs", R"({"sources":["am-access,idm-access"]})");

  EXPECT_THAT(result, Refuses("sources[0]"));
}

TEST(QueryLogs, RefusesABeginAtOrAfterTheEnd) {
  ToolTest t;

  auto result = t.call("queryLogs", R"({"sources":["am-access"],"beginTime":"-5m","endTime":"-10m"})");

  EXPECT_THAT(result, Refuses("must be before endTime, which is 2026-01-31T08:05:30Z"));
}

TEST(QueryLogs, RefusesAFilterAndAWindowInOneAnswer) {
  ToolTest t;

  auto result = t.call(
      "queryLogs",
      R"({"sources":["am-access"],"beginTime":"now","endTime":"-1h","queryFilter":"payload/level eq \"x\"","pageSize":0})");

  ASSERT_THAT(result, Refuses("Nothing was sent"));
  EXPECT_EQ(result.json["detail"].size(), 3u) << result.text;
}

TEST(QueryLogs, NamesTheSourcesWhenTheTenantDoesNotKnowOne) {
  ToolTest t;
  t.tenant.json("GET", logs_with("source=am-acess&_pageSize=100"), R"({"code":400,"message":"Bad source"})", 400);
  t.tenant.json("GET", "/monitoring/logs/sources", R"({"result":["am-access","idm-sync"]})");

  auto result = t.call("queryLogs", R"({"sources":["am-acess"]})");

  EXPECT_THAT(result, Refuses("no log source am-acess"));
  EXPECT_THAT(result.text, HasSubstr("Did you mean am-access? The sources are am-access, idm-sync."));
}

TEST(QueryLogs, KeepsTheFirstFailureWhenTheSourcesCannotBeRead) {
  ToolTest t;
  t.tenant.json("GET", logs_with("source=am-access&_pageSize=100"), R"({"code":400,"message":"Bad filter"})", 400);
  t.tenant.json("GET", "/monitoring/logs/sources", R"({"code":403,"message":"no"})", 403);

  auto result = t.call("queryLogs", R"({"sources":["am-access"]})");

  EXPECT_THAT(result, Refuses("Bad filter"));
}

TEST(QueryLogs, SaysWhenToAskAgainAfterTooManyRequests) {
  ToolTest t;
  t.tenant.json("GET", logs_with("source=am-access&_pageSize=100"), R"({"code":429})", 429, {{"Retry-After", "60"}});

  auto result = t.call("queryLogs", R"({"sources":["am-access"]})");

  EXPECT_THAT(result, Fails("rate_limited", "60"));
}

TEST(QueryLogs, SendsEveryArgumentEncodedAndInOrder) {
  ToolTest t;
  t.tenant.json(
      "GET",
      logs_with("source=am-access%2Cidm-sync&beginTime=2026-01-30T08%3A15%3A30Z&endTime=2026-01-31T06%3A00%3A00Z"
                "&transactionId=a%26b%3Dc&_queryFilter=%2Fpayload%2Flevel+eq+%22ERROR%22"
                "&_pagedResultsCookie=abc%3D%3D%3A0&_pageSize=7"),
      no_entries);

  auto result = t.call("queryLogs", R"({"sources":["am-access","idm-sync"],"beginTime":"-1d",
      "endTime":"2026-01-31T08:00:00.999+02:00","transactionId":"a&b=c","queryFilter":"/payload/level eq \"ERROR\"",
      "pagedResultsCookie":"abc%3D%3D%3A0","pageSize":7})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, HasSubstr("beginTime -1d was 2026-01-30T08:15:30Z"));
  EXPECT_THAT(t.scopes, ElementsAre(aic::Scopes{"fr:idc:monitoring:*"}));
}

TEST(QueryLogs, WaitsLongerForLogsThanForOtherRequests) {
  ToolTest t;
  t.tenant.json("GET", logs_with("source=am-access&_pageSize=100"), no_entries);

  t.call("queryLogs", R"({"sources":["am-access"]})");

  EXPECT_EQ(t.tenant.sent().front().request.total_limit, net::Duration(180'000));
}

TEST(QueryLogs, NotesThatOlderLogsAreGone) {
  ToolTest t;
  t.tenant.json("GET", logs_with("source=am-access&beginTime=2025-12-01T00%3A00%3A00Z&_pageSize=100"), no_entries);

  auto result = t.call("queryLogs", R"({"sources":["am-access"],"beginTime":"2025-12-01T00:00:00Z"})");

  EXPECT_THAT(result.notes, HasSubstr("kept for 30 days"));
}

TEST(QueryLogs, LeavesEntriesOutWithTheirCookieAndNamesAPageSizeThatFits) {
  ToolTest t;
  t.max_chars = 4000;
  t.tenant.json("GET", logs_with("source=am-access&_pageSize=100"), page_of(100, 200));

  auto result = t.call("queryLogs", R"({"sources":["am-access"]})");

  const auto kept = result.json["result"].size();
  EXPECT_GT(kept, 5u);
  EXPECT_FALSE(result.json.contains("pagedResultsCookie"));
  EXPECT_THAT(result.notes, HasSubstr("Truncated:"));
  EXPECT_THAT(result.notes, HasSubstr("\"pageSize\":" + std::to_string(kept) + ","));
  EXPECT_LE(result.text.size(), t.max_chars);
}

// Entries that cannot be shown are not kept, which nobody must notice.
TEST(QueryLogs, ShowsOfALargePageWhatItShowsOfASmallOne) {
  ToolTest t;
  t.max_chars = 4000;
  const auto ask = [&](int count) {
    t.tenant.json("GET", logs_with("source=am-access&_pageSize=1000"), page_of(count, 200));
    return t.call("queryLogs", R"({"sources":["am-access"],"pageSize":1000})");
  };

  const auto small = ask(150);
  const auto large = ask(999);

  EXPECT_EQ(base::print_json(large.json["result"]), base::print_json(small.json["result"]));
  EXPECT_EQ(large.json["resultCount"], large.json["result"].size());
  EXPECT_THAT(large.notes, HasSubstr(" to 999 of this page"));
  EXPECT_FALSE(large.json.contains("pagedResultsCookie"));
}

TEST(QueryLogs, ShowsThePageOfTheSizeItNamed) {
  ToolTest t;
  t.max_chars = 4000;
  t.tenant.json("GET", logs_with("source=am-access&_pageSize=100"), page_of(100, 200));
  const auto kept = static_cast<int>(t.call("queryLogs", R"({"sources":["am-access"]})").json["result"].size());
  t.tenant.json("GET", logs_with("source=am-access&_pageSize=" + std::to_string(kept)), page_of(kept, 200));

  auto result = t.call("queryLogs", R"({"sources":["am-access"],"pageSize":)" + std::to_string(kept) + "}");

  EXPECT_EQ(result.json["pagedResultsCookie"], "next%3D");
  EXPECT_THAT(result.notes, Not(HasSubstr("Truncated:")));
}

TEST(QueryLogs, ShortensLongPayloadTextsBeforeItLeavesEntriesOut) {
  ToolTest t;
  t.max_chars = 20'000;
  t.tenant.json("GET", logs_with("source=am-access&_pageSize=100"), page_of(4, 50'000));

  auto result = t.call("queryLogs", R"({"sources":["am-access"]})");

  EXPECT_EQ(result.json["result"].size(), 4u);
  EXPECT_EQ(result.json["pagedResultsCookie"], "next%3D");
  EXPECT_THAT(result.text, HasSubstr("[50000 characters in all]"));
}

TEST(GetLogSources, GivesTheAnswerUnchanged) {
  ToolTest t;
  t.tenant.json("GET", "/monitoring/logs/sources", R"({"result":["am-access"],"totalPagedResults":1})");

  auto result = t.call("getLogSources");

  EXPECT_EQ(base::print_json(result.json), R"({"result":["am-access"],"totalPagedResults":1})");
  EXPECT_THAT(result.notes, HasSubstr("Transaction ID: "));
}

TEST(LogTime, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "yesterday", "-5", "-m", "--5m", "-5 m", "5m", "-12345678s", "2026-01-31", "2026-02-30T00:00:00Z",
        "2026-01-31T08:15:30", "2026-01-31T24:00:00Z", "2026-13-01T00:00:00Z", "2026-01-31T08:15:30+2",
        "2026-01-31T08:15:30.Z", "2026-01-31T08:15:30Zx", "+2026-1-31T08:15:30Z", "2026--1-31T08:15:30Z"})
    EXPECT_FALSE(tools::parse_log_time(text, 0)) << text;
}

TEST(LogTime, ReadsAbsoluteAndRelativeTimes) {
  const std::int64_t now = 1'769'847'330'999;  // 2026-01-31T08:15:30.999Z
  const std::int64_t whole = 1'769'847'330'000;

  EXPECT_EQ(tools::parse_log_time("now", now), whole);
  EXPECT_EQ(tools::parse_log_time("-90s", now), whole - 90'000);
  EXPECT_EQ(tools::parse_log_time("-15m", now), whole - 15 * 60'000);
  EXPECT_EQ(tools::parse_log_time("-2h", now), whole - 2 * 3'600'000);
  EXPECT_EQ(tools::parse_log_time("-1d", now), whole - 86'400'000);
  EXPECT_EQ(tools::parse_log_time("-9999999d", now), 0);
  EXPECT_EQ(tools::parse_log_time("2026-01-31T08:15:30.123456Z", now), whole);
  EXPECT_EQ(tools::parse_log_time("2026-01-31T03:45:30-04:30", now), whole);
  EXPECT_EQ(tools::parse_log_time("2026-01-31T10:15:30+0200", now), whole);
  EXPECT_EQ(tools::parse_log_time("2026-01-31T08:15Z", now), whole - 30'000);
  EXPECT_EQ(tools::parse_log_time("0000-01-01T00:00:00+01:00", now), 0);
}

TEST(LogFilter, NamesPathsWithoutTheirSlash) {
  EXPECT_THAT(tools::log_filter_violation("payload/level eq \"ERROR\""),
              HasSubstr("/payload/level instead of payload/level"));
  EXPECT_THAT(tools::log_filter_violation("level eq \"ERROR\""), HasSubstr("/payload/level instead of level"));
  EXPECT_THAT(tools::log_filter_violation("/payload/a pr and (!(b co 'x'))"), HasSubstr("/payload/b instead of b"));
  EXPECT_THAT(tools::log_filter_violation("/payload/a eq 5 OR timestamp pr"), HasSubstr("/timestamp"));
}

TEST(LogFilter, WantsQuotesAndBracketsClosed) {
  EXPECT_THAT(tools::log_filter_violation("/payload/a eq \"x"), HasSubstr("quote"));
  EXPECT_THAT(tools::log_filter_violation("/payload/a eq \"x\\\""), HasSubstr("quote"));
  EXPECT_THAT(tools::log_filter_violation("(/payload/a pr"), HasSubstr("balanced parentheses"));
  EXPECT_THAT(tools::log_filter_violation("/payload/a pr)"), HasSubstr("balanced parentheses"));
}

TEST(LogFilter, LeavesAllElseToTheTenant) {
  for (const char* filter :
       {"", "true", "/payload/a eq \"(\" and /payload/b co 'it\\'s'", "!(/payload/a pr)", "!/payload/a pr",
        "/payload/a in [1,2] whatever else", "/payload/a eq bare and /payload/b eq true",
        "(/payload/a pr and /payload/b pr) or /source eq \"x\"", "/payload/a"})
    EXPECT_EQ(tools::log_filter_violation(filter), "") << filter;
}

}  // namespace
