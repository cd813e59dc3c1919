// Reading the tenant's logs.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/failure.h"
#include "aic/paging.h"
#include "base/nearest.h"
#include "tools/kit/tool.h"
#include "tools/logs/filter.h"
#include "tools/logs/time.h"

namespace tools::logs {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t longest_window_ms = 24 * hour_ms;
constexpr std::int64_t kept_ms = 30 * 24 * hour_ms;

// Texts of an entry that are longer go before any entry does.
constexpr std::size_t long_payload_text = 2000;

const auto sources = list_of("sources", "Log sources to search, e.g. am-access. getLogSources lists all.",
                             text().in_form(syntax::log_source))
                         .at_least(1);
const auto begin_time =
    text("beginTime",
         "Start of the time range: a time such as 2026-01-31T08:15:30Z, or a time before now: -30s, -15m, -2h, -1d.")
        .in_form(syntax::log_time)
        .optional();
const auto end_time =
    text("endTime", "End of the time range, in the same forms, or now. At most 24 hours after beginTime.")
        .in_form(syntax::log_time)
        .optional();
const auto transaction_id = text("transactionId", "Return only entries of this transaction.").optional();
const auto query_filter =
    text("queryFilter",
         "Return only entries that match, e.g. /payload/level eq \"ERROR\". Field paths begin with a slash.")
        .at_most(2000)
        .optional();
const auto cookie =
    text("pagedResultsCookie",
         "pagedResultsCookie from the previous page, with all other arguments unchanged. Omit for the first page.")
        .optional();
const auto page_size = integer("pageSize", "Log entries per page.").between(1, 1000).by_default(100);

aic::RequestOptions log_options(Call& call) {
  return {.scopes = {scope::logs}, .total_limit = call.tenant().limits().slow_total};
}

net::Task<Json> read_sources(Call& call) {
  auto reply = co_await call.tenant().get(base::Target("/monitoring/logs/sources"), log_options(call));
  co_return std::move(reply.body);
}

net::Task<Result> get_log_sources(Call& call) {
  co_return done(co_await read_sources(call));
}

std::optional<std::int64_t> time_of(const std::optional<std::string>& text, std::int64_t now) {
  return text ? parse_log_time(*text, now) : std::nullopt;
}

void check_window(Checking& checking) {
  if (const auto filter = checking.given(query_filter)) {
    if (auto violation = log_filter_violation(*filter); !violation.empty())
      checking.refuse("queryFilter", std::move(violation), short_form(*filter));
  }
  const auto begin = time_of(checking.given(begin_time), checking.now_unix_ms);
  const auto end = time_of(checking.given(end_time), checking.now_unix_ms);
  if (!begin || !end) return;
  if (*begin >= *end) {
    checking.refuse("beginTime", fmt::format("must be before endTime, which is {}", net::iso8601(*end)));
  } else if (*end - *begin > longest_window_ms) {
    checking.refuse("beginTime", fmt::format("must be at most 24 hours before endTime: use {} to {}, or {} to {}",
                                             net::iso8601(*end - longest_window_ms), net::iso8601(*end),
                                             net::iso8601(*begin), net::iso8601(*begin + longest_window_ms)));
  }
}

// A query as it goes out, and what its reader should know.
struct Query {
  base::Target target{"/monitoring/logs"};
  std::vector<std::string> notes;
};

void add_time(Query& query, std::string_view name, const std::optional<std::string>& text, std::int64_t now) {
  const auto time = time_of(text, now);
  if (!text || !time) return;
  const auto absolute = net::iso8601(*time);
  query.target.query(name, absolute);
  const bool is_relative = *text == "now" || text->starts_with('-');
  if (is_relative)
    query.notes.push_back(fmt::format("{} {} was {}; use that value for further pages.", name, *text, absolute));
  if (name == "beginTime" && now - *time > kept_ms)
    query.notes.emplace_back("Logs are kept for 30 days; beginTime is earlier.");
}

Query build_query(const Call& call, std::int64_t now) {
  Query query;
  query.target.query("source", fmt::format("{}", fmt::join(call[sources], ",")));
  add_time(query, "beginTime", call[begin_time], now);
  add_time(query, "endTime", call[end_time], now);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) query.target.query(name, value);
  };
  add("transactionId", call[transaction_id].value_or(""));
  add("_queryFilter", call[query_filter].value_or(""));
  add("_pagedResultsCookie", aic::plain_cookie(call[cookie].value_or("")));
  add("_pageSize", std::to_string(call[page_size]));
  return query;
}

// Names the sources that do not exist, when that is why the tenant refused (R-LOG-03).
void explain_sources(base::Error& error, const std::vector<std::string>& asked, const Json& known_sources) {
  std::vector<std::string> known, unknown;
  for (const Json& name : base::member(known_sources, "result")) {
    if (name.is_string()) known.push_back(name.get<std::string>());
  }
  std::ranges::copy_if(asked, std::back_inserter(unknown),
                       [&](const std::string& name) { return std::ranges::find(known, name) == known.end(); });
  if (known.empty() || unknown.empty()) return;
  error.message = fmt::format("The tenant has no log source {}", fmt::join(unknown, ", "));
  const auto nearest = base::nearest(unknown.front(), known);
  error.next = fmt::format("{}The sources are {}.", nearest.empty() ? "" : fmt::format("Did you mean {}? ", nearest),
                           fmt::join(known, ", "));
}

net::Task<base::Error> explain(Call& call, base::Error error) {
  const bool may_be_source = !error.about_token && (error.status == 400 || error.status == 404);
  if (!may_be_source) co_return error;
  try {
    explain_sources(error, call[sources], co_await read_sources(call));
  } catch (const base::Error&) {
    // The first failure is the one that counts.
  }
  co_return error;
}

net::Task<Result> query_logs(Call& call) {
  auto query = build_query(call, call.clock().unix_ms());
  std::optional<base::Error> failure;
  Result result;
  try {
    auto reply = co_await call.tenant().get(query.target, log_options(call));
    result = done(std::move(reply.body), std::move(query.notes));
  } catch (const base::Error& error) {
    failure = error;
  }
  if (failure) co_return failed(co_await explain(call, std::move(*failure)));
  result.trims = {shorten_texts("/result", long_payload_text,
                                "a smaller \"pageSize\" or a narrower queryFilter shows them in full"),
                  leave_out_unset("/result"), cut_page("/result", "pageSize")};
  co_return result;
}

const std::vector<Tool> family{
    {
        .name = "getLogSources",
        .title = "List log sources",
        .description = "Lists the log sources that queryLogs can search.",
        .scopes = {scope::logs},
        .hints = reads,
        .params = {},
        .run = get_log_sources,
    },
    {
        .name = "queryLogs",
        .title = "Search logs",
        .description =
            "Searches the logs of the last 30 days, at most 24 hours per call. Without beginTime and endTime, "
            "searches the last 24 hours. Use transactionId to follow one request through all sources.",
        .scopes = {scope::logs},
        .hints = reads,
        .params = {sources, begin_time, end_time, transaction_id, query_filter, cookie, page_size},
        .run = query_logs,
        .check = check_window,
        .output_schema = output_of({{"result", "array"}}),
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::logs
