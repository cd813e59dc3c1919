// Log queries over more than a day, in parts and pages: against a log service of the test whose limits and edges vary,
// and against the sandbox tenant.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "aic/pointer.h"
#include "base/encoding.h"
#include "base/time.h"
#include "sandbox/logs/logs.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"
#include "tools/logs/entries.h"
#include "tools/logs/time.h"
#include "tools/logs/windows.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;
using testing::SizeIs;

constexpr std::int64_t hour = 3'600'000;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t start = 1'769'847'330'000;  // of the test's clock: 2026-01-31T08:15:30Z

// Which of the times that a query names it includes.
struct Edges {
  bool begin = true, end = false;
};

class LogService final : public http::HttpClient {
 public:
  explicit LogService(net::Clock& clock) : clock_(clock) {}

  void add(std::int64_t time_ms, Json payload) { entries_.emplace(time_ms, std::move(payload)); }

  net::Task<http::Response> send(http::Request request) override {
    ++sent;
    if (sent == fails_at) co_return http::Response{.status = 500, .body = R"({"code":500,"message":"no disk"})"};
    if (clock_.unix_ms() / minute_ms != minute_) in_minute_ = 0;
    minute_ = clock_.unix_ms() / minute_ms;
    if (++in_minute_ > per_minute) co_return limited({.status = 429, .body = R"({"code":429})"});
    const auto query = parameters(request.url);
    const Range range{*tools::parse_log_time(query.at("beginTime"), 0), *tools::parse_log_time(query.at("endTime"), 0)};
    spans.push_back(range.second - range.first);
    asked.push_back(query.at("beginTime") + " to " + query.at("endTime"));
    co_return limited({.status = 200, .body = base::print_json(page(range, query))});
  }

  Edges edges;
  int per_minute = 1000;
  int fails_at = 0;
  std::string dead_end;        // a cookie that leads to pages without entries
  bool is_one_cookie = false;  // the same one again and again
  int sent = 0;
  std::vector<std::int64_t> spans;
  std::vector<std::string> asked;

 private:
  static constexpr std::int64_t minute_ms = 60'000;
  using Range = std::pair<std::int64_t, std::int64_t>;

  static std::map<std::string, std::string> parameters(const std::string& url) {
    std::map<std::string, std::string> found;
    std::string rest = url.substr(url.find('?') + 1) + "&";
    while (!rest.empty()) {
      const auto part = rest.substr(0, rest.find('&'));
      rest.erase(0, part.size() + 1);
      found[part.substr(0, part.find('='))] = base::percent_decode(part.substr(part.find('=') + 1));
    }
    return found;
  }

  Json page(Range range, const std::map<std::string, std::string>& query) const {
    std::size_t skip = query.contains("_pagedResultsCookie") ? std::stoul(query.at("_pagedResultsCookie")) : 0;
    const std::size_t most = std::stoul(query.at("_pageSize"));
    const auto first = skip;
    Json result = Json::array();
    Json cookie;
    if (!dead_end.empty())
      return {{"result", result},
              {"resultCount", 0},
              {"pagedResultsCookie", dead_end + (is_one_cookie ? "" : std::to_string(sent))}};
    for (const auto& [time, payload] : entries_) {
      if (time < range.first || (time == range.first && !edges.begin)) continue;
      if (time > range.second || (time == range.second && !edges.end)) continue;
      if (skip > 0) {
        --skip;
      } else if (result.size() == most) {
        cookie = std::to_string(first + most);
        break;
      } else {
        result.push_back({{"payload", payload},
                          {"timestamp", base::iso8601_ms(time)},
                          {"type", "application/json"},
                          {"source", "am-access"}});
      }
    }
    return {{"result", result}, {"resultCount", result.size()}, {"pagedResultsCookie", cookie}};
  }

  http::Response limited(http::Response response) const {
    const auto remaining = std::max(0, per_minute - in_minute_);
    response.headers = {{"content-type", "application/json"},
                        {"x-ratelimit-remaining", std::to_string(remaining)},
                        {"x-ratelimit-reset", std::to_string((minute_ + 1) * 60)}};
    return response;
  }

  net::Clock& clock_;
  std::multimap<std::int64_t, Json> entries_;
  std::int64_t minute_ = 0;
  int in_minute_ = 0;
};

class LogSearch : public testing::Test, public test::ToolTest {
 protected:
  LogSearch() {
    http = &service;
    max_chars = 10'000'000;
  }

  // One entry per hour, the last one an hour before now, numbered from there.
  void log_hourly(int hours) {
    for (int i = 1; i <= hours; ++i) service.add(start - i * hour, {{"number", i}, {"kind", i % 3 == 0 ? "c" : "ab"}});
  }
  static std::multiset<int> numbers(const Json& entries) {
    std::multiset<int> numbers;
    for (const Json& entry : entries) numbers.insert(entry["payload"]["number"].get<int>());
    return numbers;
  }
  static std::multiset<int> up_to(int last) {
    std::multiset<int> all;
    for (int i = 1; i <= last; ++i) all.insert(i);
    return all;
  }
  static std::string with(Json more) {
    Json arguments{{"sources", {"am-access"}}};
    arguments.update(more);
    return base::print_json(arguments);
  }

  LogService service{clock};
};

TEST_F(LogSearch, AsksForThirtyDaysInPartsOfADayNewestFirst) {
  log_hourly(29 * 24);

  const auto result = call("queryLogs", with({{"beginTime", "-30d"}, {"endTime", "now"}}));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(numbers(result.json["result"]), up_to(29 * 24));
  EXPECT_EQ(result.json["result"][0]["payload"]["number"], 23) << "the newest part comes first";
  EXPECT_EQ(result.json["complete"], true);
  EXPECT_THAT(result.notes,
              HasSubstr("All of the range was read: 696 entries from 2026-01-01T08:15:30Z to 2026-01-31T08:15:30Z"));
  EXPECT_THAT(service.spans, Each(Le(day)));
  EXPECT_EQ(service.asked.front(), "2026-01-30T08:15:30Z to 2026-01-31T08:15:30Z");
  EXPECT_TRUE(service.asked.back().starts_with("2026-01-01T08:15:30Z to ")) << service.asked.back();
}

TEST_F(LogSearch, NeitherMissesNorRepeatsWhatWasLoggedAtTheEdgeOfAPart) {
  for (const bool begin : {true, false}) {
    for (const bool end : {true, false}) {
      SCOPED_TRACE(fmt::format("begin {}, end {}", begin, end));
      LogService tenant(clock);
      tenant.edges = {begin, end};
      http = &tenant;
      int number = 0;
      // Around each edge, in steps of half a second.
      for (const auto& window : tools::logs::windows_of({start - 10 * day, start})) {
        for (int i = -6; i <= 6; ++i) tenant.add(window.begin + i * 500 + 250 * (i % 2), {{"number", ++number}});
      }
      const auto result = call("queryLogs", with({{"beginTime", "-11d"}, {"endTime", "now"}, {"pageSize", 3}}));
      EXPECT_EQ(numbers(result.json["result"]), up_to(number));
    }
  }
}

TEST_F(LogSearch, KeepsTheNamedMembersOnly) {
  service.add(start - hour, {{"number", 1}, {"entries", {{{"a", 1}, {"b", 2}}, {{"a", 3}}}}, {"other", "x"}});
  service.add(start - 30 * hour, "a line of text");

  const auto result = call("queryLogs", with({{"beginTime", "-2d"},
                                              {"endTime", "now"},
                                              {"fields", {"/payload/number", "payload/entries/0/b", "/timestamp"}}}));

  EXPECT_EQ(base::print_json(result.json["result"]),
            R"([{"payload":{"number":1,"entries":[{"b":2}]},"timestamp":"2026-01-31T07:15:30.000Z"},)"
            R"({"timestamp":"2026-01-30T02:15:30.000Z"}])");
}

TEST_F(LogSearch, KeepsTheNamedMembersOfAPageToo) {
  http = &tenant.http;
  tenant.json("GET", "/monitoring/logs?source=am-access&_pageSize=100",
              R"({"result":[{"payload":{"a":1,"b":2},"source":"am-access"},{"payload":"text"}],"resultCount":2,
                  "pagedResultsCookie":null})");

  const auto result = call("queryLogs", with({{"fields", {"/payload/b"}}}));

  EXPECT_EQ(base::print_json(result.json["result"]), R"([{"payload":{"b":2}},{}])");
  EXPECT_EQ(result.json["complete"], true);
}

TEST_F(LogSearch, SaysWhichFieldsNoEntryHas) {
  for (int i = 0; i < 3; ++i) service.add(start - 30 * hour + i, {{"eventName", "E"}, {"level", "INFO"}});
  for (const bool is_range : {true, false}) {
    auto arguments = with({{"fields", {"eventName", "payload/level", "/timestamp"}}});
    Json given = base::parse_json(arguments);
    if (is_range) given.update({{"beginTime", "-2d"}, {"endTime", "now"}});
    http = &service;
    if (!is_range) {
      http = &tenant.http;
      tenant.json("GET", "/monitoring/logs?source=am-access&_pageSize=100",
                  R"({"result":[{"payload":{"eventName":"E","level":"INFO"},"timestamp":"t"}]})");
    }
    const auto result = call("queryLogs", base::print_json(given));
    EXPECT_EQ(result.json["result"][0]["payload"]["level"], "INFO") << "a slash at the beginning may be left out";
    EXPECT_THAT(result.notes, HasSubstr("No entry here has /eventName. The members of an entry are"));
    EXPECT_THAT(result.notes, Not(HasSubstr("/payload/level")));
  }
}

TEST_F(LogSearch, DoesNotCallAResultCompleteThatIsCut) {
  for (int i = 0; i < 50; ++i) service.add(start - hour + i, {{"text", std::string(200, 'x')}});
  max_chars = 3'000;
  const auto result = call("queryLogs", with({{"maxEntries", 1000}, {"beginTime", "-2d"}, {"endTime", "now"}}));
  ASSERT_EQ(result.json["complete"], false);
  EXPECT_THAT(result.notes, HasSubstr("left out"));
  EXPECT_THAT(result.notes, Not(HasSubstr("Complete")));

  http = &tenant.http;
  Json page = {{"result", Json::array()}, {"pagedResultsCookie", nullptr}};
  for (int i = 0; i < 50; ++i) page["result"].push_back({{"payload", std::string(200, 'x')}});
  tenant.json("GET", "/monitoring/logs?source=am-access&_pageSize=100", base::print_json(page));
  const auto cut = call("queryLogs", with(Json::object()));
  ASSERT_EQ(cut.json["complete"], false);
  EXPECT_THAT(cut.notes, Not(HasSubstr("Complete")));
}

TEST_F(LogSearch, CountsByAMemberHighestFirst) {
  log_hourly(70);
  service.add(start - 71 * hour, {{"number", 71}});

  const auto result = call("queryLogs", with({{"beginTime", "-3d"}, {"endTime", "now"}, {"countBy", "/payload/kind"}}));

  EXPECT_EQ(base::print_json(result.json["result"]), R"([{"value":"ab","count":47},{"value":"c","count":23}])");
  EXPECT_EQ(result.json["entries"], 71);
  EXPECT_EQ(result.json["withoutMember"], 1);
  EXPECT_EQ(result.json["complete"], true);
}

TEST_F(LogSearch, CountsTheLastDayWithoutTimes) {
  log_hourly(70);

  const auto result = call("queryLogs", with({{"countBy", "/payload/kind"}}));

  EXPECT_EQ(result.json["entries"], 24);
  EXPECT_THAT(result.notes, HasSubstr("from 2026-01-30T08:15:30Z to 2026-01-31T08:15:30Z"));
}

// A service that still looks gives pages without entries. Where that never ends, something may be missing.
TEST_F(LogSearch, DoesNotCallAPartCompleteWhosePagesLeadNowhere) {
  service.dead_end = "9";
  for (const bool is_one_cookie : {false, true}) {
    service.is_one_cookie = is_one_cookie;
    const auto result =
        call("queryLogs", with({{"beginTime", "-2h"}, {"endTime", "now"}, {"countBy", "/payload/kind"}}));
    ASSERT_THAT(result, Succeeds());
    EXPECT_EQ(result.json["complete"], false);
    EXPECT_THAT(result.notes, HasSubstr("Not complete from 2026-01-31T06:15:30Z to 2026-01-31T08:15:30Z"));
    EXPECT_THAT(result.notes, Not(HasSubstr("All of the range")));
    EXPECT_FALSE(result.json.contains("continueWith")) << "the same again would come of it";
  }
}

TEST_F(LogSearch, GoesOnFromWhereMaxEntriesEndedItUntilAllIsRead) {
  log_hourly(100);
  for (const int most : {1, 7, 24, 50, 99, 100, 101}) {
    for (const int size : {0, 5, 10}) {
      SCOPED_TRACE(fmt::format("{} entries, pages of {}", most, size));
      std::multiset<int> seen;
      Json arguments{{"beginTime", "-5d"}, {"endTime", "now"}, {"maxEntries", most}};
      if (size > 0) arguments["pageSize"] = size;
      for (int calls = 0; calls <= 100; ++calls) {
        const auto result = call("queryLogs", with(arguments));
        ASSERT_THAT(result, Succeeds());
        ASSERT_LE(result.json["result"].size(), static_cast<std::size_t>(most));
        seen.merge(numbers(result.json["result"]));
        if (result.json["complete"].get<bool>()) break;
        EXPECT_THAT(result.notes, HasSubstr("Not complete"));
        arguments.update(result.json["continueWith"]);
      }
      EXPECT_EQ(seen, up_to(100));
    }
  }
}

TEST_F(LogSearch, ReturnsExactlyAsManyAsWantedWhereThereAreEnough) {
  for (int i = 1; i <= 3000; ++i) service.add(start - i * 10'000, {{"number", i}});

  const auto result = call("queryLogs", with({{"beginTime", "-2d"}, {"endTime", "now"}, {"maxEntries", 1500}}));

  EXPECT_THAT(result.json["result"], SizeIs(1500));
  EXPECT_EQ(service.sent, 2);
}

TEST_F(LogSearch, WaitsForTheTenantsLimit) {
  service.per_minute = 5;
  log_hourly(10 * 24);

  auto searching = begin("queryLogs", with({{"beginTime", "-10d"}, {"endTime", "now"}, {"countBy", "/payload/kind"}}));
  int waits = 0;
  while (!searching.ended() && clock.sleepers() > 0 && ++waits < 10) clock.advance(clock.next_wake());
  const auto result = searching.get();

  EXPECT_EQ(result.json["entries"], 240);
  EXPECT_EQ(service.sent, 11) << "none was refused";
  EXPECT_EQ(waits, 2);
  EXPECT_THAT(progress, testing::Contains(HasSubstr("limit for log requests")));
}

TEST_F(LogSearch, SaysWhichPartItReadsOncePerChange) {
  log_hourly(48);

  call("queryLogs", with({{"beginTime", "-2d"}, {"endTime", "now"}}));

  EXPECT_THAT(progress, ElementsAre(HasSubstr("part 1 of 3); 0 entries"), HasSubstr("part 2 of 3); 23 entries"),
                                    HasSubstr("part 3 of 3); 47 entries")));
  EXPECT_EQ(std::set<std::string>(progress.begin(), progress.end()).size(), progress.size());
}

TEST_F(LogSearch, KeepsWhatItHasWhenALaterRequestFails) {
  log_hourly(100);
  service.fails_at = 3;

  const auto result = call("queryLogs", with({{"beginTime", "-5d"}, {"endTime", "now"}}));

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["complete"], false);
  EXPECT_THAT(result.notes, HasSubstr("Not complete: after 47 entries a request failed (transient, status 500, "
                                      "transaction "));
  Json arguments{{"beginTime", "-5d"}, {"endTime", "now"}};
  arguments.update(result.json["continueWith"]);
  const auto rest = call("queryLogs", with(arguments));
  auto seen = numbers(result.json["result"]);
  seen.merge(numbers(rest.json["result"]));
  EXPECT_EQ(seen, up_to(100));
}

TEST_F(LogSearch, FailsWhenNothingCouldBeRead) {
  service.fails_at = 1;

  EXPECT_THAT(call("queryLogs", with({{"beginTime", "-5d"}, {"endTime", "now"}})), Fails("transient", "no disk"));
}

TEST_F(LogSearch, EndsWithTheCall) {
  log_hourly(10 * 24);
  service.per_minute = 5;
  auto searching = begin("queryLogs", with({{"beginTime", "-10d"}, {"endTime", "now"}}));
  ASSERT_EQ(clock.sleepers(), 1u);

  searching.cancel();
  clock.advance(net::Duration(120'000));

  EXPECT_TRUE(searching.was_cancelled());
  EXPECT_EQ(service.sent, 5);
}

TEST_F(LogSearch, WithholdsHowToGoOnWhereEntriesWereCut) {
  max_chars = 4000;
  log_hourly(100);

  const auto cut = call("queryLogs", with({{"beginTime", "-5d"}, {"endTime", "now"}, {"maxEntries", 90}}));

  const auto kept = cut.json["result"].size();
  ASSERT_LT(kept, 90u);
  EXPECT_EQ(cut.json["complete"], false);
  EXPECT_FALSE(cut.json.contains("continueWith"));
  EXPECT_THAT(cut.notes, HasSubstr(fmt::format("\"maxEntries\":{},", kept)));

  const auto fewer = call("queryLogs", with({{"beginTime", "-5d"}, {"endTime", "now"}, {"maxEntries", kept}}));

  EXPECT_EQ(base::print_json(fewer.json["result"]), base::print_json(cut.json["result"]));
  EXPECT_TRUE(fewer.json.contains("continueWith"));
}

TEST_F(LogSearch, RefusesWhatCannotBeAskedFor) {
  EXPECT_THAT(call("queryLogs", with({{"beginTime", "-31d"}, {"endTime", "now"}})),
              Refuses("use 2026-01-01T08:15:30Z to 2026-01-31T08:15:30Z"));
  EXPECT_THAT(call("queryLogs", with({{"beginTime", "-31d"}, {"countBy", "/source"}})), Refuses("30 days"));
  EXPECT_THAT(call("queryLogs", with({{"maxEntries", 5001}})), Refuses("5000 without countBy"));
  EXPECT_THAT(call("queryLogs", with({{"countBy", "/source"}, {"fields", {"/source"}}})), Refuses("with countBy"));
  EXPECT_THAT(call("queryLogs", with({{"fields", {"/a~2"}}})), Refuses("fields[0]"));
  EXPECT_EQ(service.sent, 0);
}

TEST_F(LogSearch, SaysWhereAnOpenRangeEnds) {
  http = &tenant.http;
  tenant.json("GET", "/monitoring/logs?source=am-access&beginTime=2026-01-24T08%3A15%3A30Z&_pageSize=100",
              R"({"result":[],"resultCount":0,"pagedResultsCookie":null})");

  EXPECT_THAT(call("queryLogs", with({{"beginTime", "-7d"}})).notes, HasSubstr("endTime: \"now\""));
}

TEST(LogCounts, TakeEqualNumbersForOneValueAndOrderTies) {
  tools::logs::Counts counts;
  for (const char* entry : {R"({"a":1})", R"({"a":1.0})", R"({"a":"1"})", R"({"a":null})", R"({"a":{"b":1}})",
                            R"({"a":{"b":1}})", R"({})", R"("text")"})
    counts.add(aic::find(base::parse_json(entry), aic::Pointer::parse("/a")));

  EXPECT_EQ(base::print_json(counts.list()), R"([{"value":1,"count":2},{"value":{"b":1},"count":2},)"
                                             R"({"value":"1","count":1},{"value":null,"count":1}])");
  EXPECT_EQ(counts.without(), 2u);
}

// The sandbox tenant refuses more than 24 hours, and has limits, too.
class LogSearchInSandbox : public testing::Test, public test::ToolTest {
 protected:
  LogSearchInSandbox() {
    http = &sandbox;
    max_chars = 10'000'000;
    for (int i = 0; i < 28 * 4; ++i) {
      sandbox::logs::write(
          *sandbox.api.tenant.logs,
          {.time_ms = first + i * 6 * hour, .source = "idm-sync", .name = i % 4 == 0 ? "noon" : "other"},
          Json::object());
    }
  }

  static constexpr std::int64_t first = sandbox::test_now_ms - 29 * day;
  const std::string times =
      fmt::format(R"("beginTime":"{}","endTime":"{}")", base::iso8601(sandbox::test_now_ms - 30 * day),
                  base::iso8601(sandbox::test_now_ms));
  test::SandboxHttp sandbox;
};

TEST_F(LogSearchInSandbox, CountsAMonth) {
  const auto result =
      call("queryLogs", fmt::format(R"({{"sources":["idm-sync"],{},"countBy":"/payload/eventName"}})", times));

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(base::print_json(result.json["result"]),
              HasSubstr(R"({"value":"other","count":84},{"value":"sync","count":43},{"value":"noon","count":28}])"));
  EXPECT_EQ(result.json["complete"], true);
}

TEST_F(LogSearchInSandbox, ReadsAMonthInSteps) {
  std::set<std::string> ids;
  std::size_t entries = 0;
  Json arguments = base::parse_json(
      fmt::format(R"({{"sources":["idm-sync"],{},"maxEntries":25,"fields":["/payload/_id"]}})", times));
  for (bool complete = false; !complete;) {
    const auto result = call("queryLogs", base::print_json(arguments));
    ASSERT_THAT(result, Succeeds());
    for (const Json& entry : result.json["result"]) ids.insert(entry["payload"]["_id"].get<std::string>());
    entries += result.json["result"].size();
    complete = result.json["complete"].get<bool>();
    if (!complete) arguments.update(result.json["continueWith"]);
  }
  EXPECT_GE(ids.size(), 112u);
  EXPECT_EQ(ids.size(), entries) << "none twice";
}

}  // namespace
