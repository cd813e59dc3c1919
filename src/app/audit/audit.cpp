#include "app/audit/audit.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/audit/line_file.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/time.h"

namespace app {
namespace {

using base::Json;
using ArgumentKind = tools::Shape::Kind;

constexpr std::size_t longest_word = 200;
constexpr std::size_t most_requests = 200;  // in a line; the others are counted

// Names a thing, a kind of thing or a way, and cannot hold anything else.
bool is_identifier(const tools::Shape& shape) {
  switch (shape.kind) {
    case ArgumentKind::boolean:
    case ArgumentKind::integer:
      return true;
    case ArgumentKind::text:
      return shape.syntax != nullptr || !shape.choices.empty();
    case ArgumentKind::list:
      return is_identifier(shape.element.front());
    default:
      return false;
  }
}

std::string_view type_of(const Json& value) {
  if (base::is_number(value)) return "number";
  if (value.is_string()) return "text";
  if (value.is_array()) return "list";
  if (value.is_object()) return "object";
  return value.is_boolean() ? "boolean" : "null";
}

Json digest_of(const Json& value) {
  const auto text = base::print_json(value);
  return {{"type", type_of(value)}, {"size", text.size()}, {"sha256", base::hex(base::sha256(text))}};
}

Json requests_of(const aic::Trace& trace) {
  Json requests = Json::array();
  for (const auto& sent : trace.sent) {
    if (requests.size() == most_requests) break;
    Json request = {{"method", sent.method}, {"path", sent.path}};
    // Nobody answered otherwise.
    if (sent.status != 0) request["status"] = sent.status;
    request["transactionId"] = sent.transaction_id;
    requests.push_back(std::move(request));
  }
  return requests;
}

Json name_and_version(const Json& client) {
  return {{"name", base::printable(base::text_member(client, "name"), longest_word)},
          {"version", base::printable(base::text_member(client, "version"), longest_word)}};
}

// Nothing was asked of the tenant, because the call was not to be made as it was.
bool is_refusal(base::Errc code) {
  using enum base::Errc;
  return code == invalid_request || code == conflict || code == not_available || code == configuration;
}

}  // namespace

Json audited_arguments(const tools::Tool& tool, const Json& arguments, bool passed_check) {
  Json audited = Json::object();
  if (!arguments.is_object()) return audited;
  for (const auto& [name, value] : arguments.items()) {
    const auto param = std::ranges::find(tool.params, name, &tools::Param::name);
    const bool is_known = param != tool.params.end();
    const bool is_shown = passed_check && is_known && is_identifier(param->shape);
    // A name that the tool does not have may be any text.
    audited[is_known ? name : std::string("(unknown)")] = is_shown ? value : digest_of(value);
  }
  return audited;
}

AuditLog::AuditLog(const Options& options, net::Clock& clock, base::Random& random)
    : options_(options), clock_(clock), run_(options.audit_file.empty() ? std::string() : random.uuid()) {
  if (!is_on()) return;
  const auto obstacle = obstacle_to_lines(options_.audit_file);
  if (!obstacle.empty())
    base::log(base::LogLevel::warn, "the audit file {} cannot be used: {}", options_.audit_file, obstacle);
}

std::optional<base::Error> AuditLog::refusal(const tools::Tool& tool) const {
  if (!is_on() || !options_.audit_required || !tools::changes_tenant(tool)) return std::nullopt;
  try {
    try_to_append(options_.audit_file);
  } catch (const base::Error& fault) {
    base::Error error(
        base::Errc::configuration,
        fmt::format("AIC_AUDIT_REQUIRED allows no change without a line in the audit log, and {}; nothing "
                    "was changed",
                    fault.message));
    error.next = "Ask the person to make AIC_AUDIT_FILE a file that this server can write to, then call again.";
    return error;
  }
  return std::nullopt;
}

std::string AuditLog::note(std::string_view event, const std::string& person, const Json& details) {
  if (!is_on()) return {};
  Json line = {
      {"time", base::iso8601_ms(clock_.unix_ms())}, {"run", run_}, {"seq", next_}, {"event", event}, {"person", person},
      {"tenant", options_.tenant.authority()}};
  if (details.is_object()) line.update(details);
  if (lost_ > 0) line["lost"] = lost_;
  line["previous"] = previous_;
  auto text = base::print_json(line);
  base::redact(text);
  try {
    append_line(options_.audit_file, text);
  } catch (const base::Error& error) {
    ++lost_;
    base::log(base::LogLevel::warn, "a line of the audit log is missing: {}", error.message);
    return fmt::format("This call is not in the audit log: {}.", error.message);
  }
  ++next_;
  lost_ = 0;
  previous_ = base::hex(base::sha256(text));
  return {};
}

AuditedCall::AuditedCall(std::shared_ptr<AuditLog> log, const tools::Tool& tool, const aic::Trace& trace,
                         net::Clock& clock, Json client, std::function<std::string()> person)
    : log_(std::move(log)),
      tool_(tool),
      trace_(trace),
      clock_(clock),
      begin_(clock.now()),
      client_(std::move(client)),
      person_(std::move(person)) {}

AuditedCall::~AuditedCall() {
  try {
    write();
  } catch (const std::exception& fault) {
    base::log(base::LogLevel::warn, "a line of the audit log is missing: {}", fault.what());
  }
}

void AuditedCall::take_arguments(const Json& arguments, bool passed_check) {
  if (log_->is_on()) arguments_ = audited_arguments(tool_, arguments, passed_check);
}

void AuditedCall::came_to(const base::Error* error) {
  if (error == nullptr) {
    outcome_ = "done";
    return;
  }
  category_ = base::to_string(error->code);
  if (error->code == base::Errc::declined || error->code == base::Errc::login_declined) {
    outcome_ = "declined";
  } else if (error->code == base::Errc::approval_required) {
    outcome_ = "asked";
  } else {
    outcome_ = trace_.sent.empty() && is_refusal(error->code) ? "refused" : "failed";
  }
}

std::string AuditedCall::write() {
  if (std::exchange(is_written_, true) || !log_->is_on()) return {};
  const bool did_nothing = outcome_ == "done" || outcome_ == "interrupted" || outcome_ == "asked";
  if (did_nothing && trace_.sent.empty() && approval_.is_null()) return {};
  Json details = {{"client", name_and_version(client_)}, {"tool", tool_.name}, {"arguments", arguments_}};
  details["outcome"] = outcome_;
  if (!category_.empty()) details["category"] = category_;
  if (!approval_.is_null()) details["approval"] = approval_;
  details["requests"] = requests_of(trace_);
  if (trace_.sent.size() > most_requests) details["requestsLeftOut"] = trace_.sent.size() - most_requests;
  // Also of a call that was cut short: its change is noted before its line is written.
  if (trace_.change_number != 0) details["changeNumber"] = trace_.change_number;
  details["ms"] = (clock_.now() - begin_).count();
  auto warning = log_->note("call", person_(), details);
  return tool_.hints.read_only ? std::string() : warning;
}

}  // namespace app
