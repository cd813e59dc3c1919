#include "sandbox/logs/logs.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/core.h>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"
#include "sandbox/crest/crest.h"

namespace sandbox {

using base::Json;

namespace logs {

namespace {

constexpr std::array sources{
    "am-access",     "am-activity",        "am-authentication", "am-config",    "am-core",
    "am-everything", "environment-access", "idm-access",        "idm-activity", "idm-authentication",
    "idm-config",    "idm-core",           "idm-everything",    "idm-recon",    "idm-sync",
    "ws-activity",   "ws-config",          "ws-core",           "ws-everything"};
constexpr std::int64_t day_ms = 24 * 60 * 60 * std::int64_t{1000};
constexpr std::int64_t minute_ms = 60'000;
constexpr int usual_limit = 28;  // as recorded

// "am-everything" stands for all sources of AM.
std::set<std::string> sources_of(const ApiRequest& request) {
  const std::string text = request.parameter("source").value_or("");
  std::set<std::string> wanted;
  for (const auto part : base::between_commas(text)) {
    const std::string name(part);
    if (std::ranges::find(sources, name) == sources.end()) crest::refuse(400, fmt::format("Unknown source '{}'", name));
    const std::string family = name.substr(0, name.find('-') + 1);
    for (const std::string source : sources) {
      const bool is_meant = source == name || (name == family + "everything" && source.starts_with(family));
      if (is_meant) wanted.insert(source);
    }
  }
  if (wanted.empty()) crest::refuse(400, "The parameter 'source' is missing");
  return wanted;
}

std::optional<std::int64_t> time_of(const ApiRequest& request, std::string_view name) {
  const auto text = request.parameter(name);
  if (!text || text->empty()) return std::nullopt;
  const auto time = base::parse_iso8601(*text);
  if (!time) crest::refuse(400, fmt::format("The value '{}' of parameter '{}' is not an ISO 8601 time", *text, name));
  return time;
}

struct Window {
  std::int64_t begin, end;
};

Window window_of(const ApiRequest& request) {
  const auto begin = time_of(request, "beginTime");
  const auto end = time_of(request, "endTime");
  Window window{0, 0};
  window.end = end ? *end : begin ? *begin + day_ms : request.now_ms + 1;
  window.begin = begin ? *begin : window.end - day_ms;
  if (window.begin > window.end) crest::refuse(400, "beginTime is after endTime");
  if (window.end - window.begin > day_ms) crest::refuse(400, "beginTime and endTime are more than 24 hours apart");
  return window;
}

Json shown(const LogEntry& entry) {
  return {{"payload", entry.payload},
          {"timestamp", base::iso8601_ms(entry.time_ms)},
          {"type", entry.payload.is_string() ? "text/plain" : "application/json"},
          {"source", entry.source}};
}

// What one transaction wrote also carries its id with a suffix, such as "…/0".
bool belongs_to(const LogEntry& entry, const std::string& transaction) {
  return transaction.empty() || entry.transaction == transaction || entry.transaction.starts_with(transaction + "/");
}

crest::Filter filter_of(const ApiRequest& request) {
  const auto filter = crest::parse_filter(request.parameter("_queryFilter").value_or("true"));
  if (filter.has_bare_pointer) crest::refuse(500, "Internal Server Error");
  return filter;
}

ApiReply query(LogState& state, const ApiRequest& request) {
  const auto wanted = sources_of(request);
  const auto window = window_of(request);
  const auto filter = filter_of(request);
  const std::string transaction = request.parameter("transactionId").value_or("");
  std::vector<Json> found;
  for (const LogEntry& entry : state.entries) {
    if (entry.time_ms < window.begin || entry.time_ms >= window.end) continue;
    if (!wanted.contains(entry.source) || !belongs_to(entry, transaction)) continue;
    Json item = shown(entry);
    if (filter.matches(item)) found.push_back(std::move(item));
  }
  ApiRequest paged = request;
  if (!request.parameter("_pageSize")) paged.query.emplace_back("_pageSize", "1000");
  return json_reply(200, crest::list(std::move(found), paged, {}));
}

// New entries since the last call; the cookie is the number of the next entry.
ApiReply tail(LogState& state, const ApiRequest& request) {
  const auto wanted = sources_of(request);
  const auto filter = filter_of(request);
  const std::string cookie = request.parameter("_pagedResultsCookie").value_or("");
  const bool is_number =
      !cookie.empty() && cookie.size() < 15 && cookie.find_first_not_of("0123456789") == std::string::npos;
  if (!cookie.empty() && !is_number) crest::refuse(400, "Invalid paged results cookie");
  Json result = Json::array();
  for (std::size_t i = 0; i < state.entries.size(); ++i) {
    const LogEntry& entry = state.entries[i];
    const bool is_new = is_number ? state.dropped + i >= std::stoull(cookie) : entry.time_ms > request.now_ms - 15'000;
    if (!is_new || !wanted.contains(entry.source)) continue;
    Json item = shown(entry);
    if (filter.matches(item)) result.push_back(std::move(item));
  }
  const std::size_t count = result.size();
  return json_reply(200, {{"result", std::move(result)},
                          {"resultCount", count},
                          {"pagedResultsCookie", std::to_string(state.dropped + state.entries.size())},
                          {"totalPagedResultsPolicy", "NONE"},
                          {"totalPagedResults", -1},
                          {"remainingPagedResults", -1}});
}

Json one_page(Json result) {
  const std::size_t count = result.size();
  return {{"result", std::move(result)},       {"resultCount", count},   {"pagedResultsCookie", nullptr},
          {"totalPagedResultsPolicy", "NONE"}, {"totalPagedResults", 1}, {"remainingPagedResults", 0}};
}

std::optional<ApiReply> handle_keys(LogState& state, const ApiRequest& request) {
  if (request.method == "GET") return json_reply(200, one_page(state.keys));
  if (request.method != "POST" || request.parameter("_action") != "create") return std::nullopt;
  const auto body = request.json();
  if (!body || base::text_member(*body, "name").empty()) crest::refuse(400, "The key needs a name");
  const std::string id =
      base::uuid_from_name("6f2a1c54-0b7e-5d3f-9a86-2f1d7c40be11", fmt::format("key {}", state.keys.size()));
  Json key = {{"name", (*body)["name"]}, {"api_key_id", id}, {"created_at", base::iso8601_ms(request.now_ms)}};
  state.keys.push_back(key);
  Json shown_once = {{"name", key["name"]},
                     {"api_key_id", id},
                     {"api_key_secret", "sandbox-" + id},
                     {"created_at", key["created_at"]}};
  return json_reply(200, shown_once);
}

// Counts the request and adds how many are left; 429 when there are none.
ApiReply limited(Tenant& tenant, const ApiRequest& request, ApiReply (*answer)(LogState&, const ApiRequest&)) {
  LogState& state = *tenant.logs;
  const int limit = tenant.options.log_requests_per_minute;
  if (request.now_ms - state.window_ms >= minute_ms) {
    state.window_ms = request.now_ms;
    state.in_window = 0;
  }
  ++state.in_window;
  const bool is_over = limit > 0 && state.in_window > limit;
  ApiReply reply = is_over ? error_reply(429, "Too Many Requests") : answer(state, request);
  const int remaining = limit > 0 ? std::max(0, limit - state.in_window) : usual_limit;
  reply.headers.emplace_back("x-ratelimit-limit", std::to_string(limit > 0 ? limit : usual_limit));
  reply.headers.emplace_back("x-ratelimit-remaining", std::to_string(remaining));
  reply.headers.emplace_back("x-ratelimit-reset", std::to_string((state.window_ms + minute_ms) / 1000));
  return reply;
}

ApiReply source_list(LogState&, const ApiRequest&) {
  return json_reply(200, one_page(sources));
}

std::optional<ApiReply> route(Tenant& tenant, const ApiRequest& request) {
  const auto& segments = request.segments;
  if (segments == std::vector<std::string>{"keys"}) return handle_keys(*tenant.logs, request);
  if (request.method != "GET" || segments.size() < 2 || segments[1] != "logs") return std::nullopt;
  if (segments.size() == 2) return limited(tenant, request, query);
  if (segments.size() == 3 && segments[2] == "sources") return limited(tenant, request, source_list);
  if (segments.size() == 3 && segments[2] == "tail") return limited(tenant, request, tail);
  return std::nullopt;
}

}  // namespace
}  // namespace logs

std::optional<ApiReply> handle_logs(Tenant& tenant, const ApiRequest& request) {
  try {
    return logs::route(tenant, request);
  } catch (const base::Error& error) {
    return error_reply(error.status, error.tenant_message, error.detail);
  }
}

}  // namespace sandbox
