#include <fmt/core.h>

#include "base/random.h"
#include "base/time.h"
#include "sandbox/logs/logs.h"

namespace sandbox {

using base::Json;

namespace logs {

namespace {

constexpr std::size_t most_entries = 20'000;

void append(LogState& state, LogEntry entry) {
  entry.number = ++state.made;
  state.entries.push_back(std::move(entry));
  if (state.entries.size() <= most_entries) return;
  state.entries.pop_front();
  ++state.dropped;
}

std::string topic_of(std::string_view source) {
  return std::string(source.substr(source.find('-') + 1));
}

}  // namespace

void write(LogState& state, const Event& event, const Json& details) {
  const std::string id =
      base::uuid_from_name("6f2a1c54-0b7e-5d3f-9a86-2f1d7c40be11", fmt::format("log {}", state.made));
  Json payload = {{"_id", fmt::format("{}-{}", id, state.made)},
                  {"timestamp", base::iso8601_ms(event.time_ms)},
                  {"eventName", event.name},
                  {"transactionId", event.transaction},
                  {"trackingIds", Json::array({id})}};
  if (!event.principal.empty()) payload["principal"] = Json::array({event.principal});
  if (!event.user_id.empty()) payload["userId"] = event.user_id;
  payload.update(details);
  if (!event.realm.empty()) payload["realm"] = event.realm;
  payload["level"] = "INFO";
  payload["source"] = "audit";
  payload["topic"] = topic_of(event.source);
  append(state, {event.time_ms, 0, event.source, event.transaction, std::move(payload)});
}

void write_text(LogState& state, std::int64_t time_ms, std::string_view source, std::string_view transaction,
                std::string_view text) {
  append(state, {time_ms, 0, std::string(source), std::string(transaction), text});
}

void write_core(LogState& state, std::int64_t time_ms, std::string_view transaction, std::string_view level,
                std::string_view logger, std::string_view message) {
  Json payload = {{"context", "default"},
                  {"level", level},
                  {"logger", logger},
                  {"mdc", {{"transactionId", transaction}}},
                  {"message", message},
                  {"thread", "http-nio-8081-exec-4"},
                  {"timestamp", base::iso8601_ms(time_ms)},
                  {"transactionId", transaction}};
  append(state, {time_ms, 0, "am-core", std::string(transaction), std::move(payload)});
}

}  // namespace logs

namespace {

std::string operation_of(std::string_view method) {
  if (method == "GET") return "READ";
  if (method == "PUT") return "UPDATE";
  if (method == "POST") return "ACTION";
  return std::string(method);
}

}  // namespace

void log_access(Tenant& tenant, const ApiRequest& request, const ApiReply& reply) {
  if (request.segments.empty()) return;
  const bool is_am = request.segments[0] == "am";
  if (!is_am && request.segments[0] != "openidm") return;
  const std::string name = is_am ? "AM-ACCESS-OUTCOME" : "access";
  const bool ok = reply.status < 400;
  logs::write(
      *tenant.logs,
      {request.now_ms, is_am ? "am-access" : "idm-access", name, request.transaction_id, is_am ? "/" : "",
       tenant.options.administrator_name, request.subject},
      {{"client", {{"ip", "127.0.0.1"}}},
       {"http",
        {{"request", {{"secure", true}, {"method", request.method}, {"path", tenant.options.url + request.path}}}}},
       {"request", {{"protocol", "CREST"}, {"operation", operation_of(request.method)}}},
       {"response",
        {{"status", ok ? "SUCCESSFUL" : "FAILED"},
         {"statusCode", std::to_string(reply.status)},
         {"elapsedTime", 4},
         {"elapsedTimeUnits", "MILLISECONDS"}}}});
}

void log_login(Tenant& tenant, const LoginEvent& event) {
  logs::write(*tenant.logs,
              {event.now_ms, "am-authentication", event.name, event.transaction_id, "/", event.principal,
               tenant.options.administrator_id},
              {{"component", "Authentication"}, {"result", event.result}, {"entries", Json::array()}});
}

}  // namespace sandbox
