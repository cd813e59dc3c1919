#include "aic/failure.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "aic/missing.h"
#include "base/encoding.h"
#include "base/text.h"
#include "base/url.h"
#include "http/repeat.h"

namespace aic {
namespace {

using base::Errc;
using base::Json;

constexpr std::size_t longest_text = 2048;  // R-HTT-11
constexpr std::size_t longest_excerpt = 200;

// IDM escapes its messages for HTML, and what it repeats of another's once more.
std::string plain(std::string_view text) {
  return base::printable(base::decode_html_entities(base::decode_html_entities(text)), longest_text);
}

bool is_html(const http::Headers& headers, std::string_view body) {
  const auto start = body.find_first_not_of(" \t\r\n");
  const bool looks_so = start != std::string_view::npos && body[start] == '<';
  return looks_so && (base::contains_ignoring_case(http::header(headers, "content-type"), "html") ||
                      base::contains_ignoring_case(body, "<html"));
}

// The words of a page, without its tags.
std::string text_of_html(std::string_view page) {
  std::string text;
  bool in_tag = false;
  for (const char c : page.substr(0, 8 * longest_text)) {
    if (c == '<') in_tag = true;
    const bool blank = in_tag || c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (c == '>') in_tag = false;
    if (!blank) text += c;
    if (blank && !text.empty() && text.back() != ' ') text += ' ';
  }
  return plain(text);
}

// "mail (VALID_EMAIL_ADDRESS_FORMAT), userName (UNIQUE)"; empty when this is no policy failure.
std::string failed_policies(const Json& detail) {
  std::string list;
  const Json& failures = base::member(detail, "failedPolicyRequirements");
  if (!failures.is_array()) return list;
  for (const Json& failure : failures) {
    std::string names;
    for (const Json& requirement : base::member(failure, "policyRequirements")) {
      const auto name = base::text_member(requirement, "policyRequirement");
      const Json& params = base::member(requirement, "params");
      names += names.empty() ? "" : ", ";
      names += params.is_object() && !params.empty() ? name + " " + base::print_json(params) : name;
    }
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", base::text_member(failure, "property", "?"), names);
  }
  return plain(list);
}

// Reads `reason`, `message` and `detail` out of whatever the body is.
void read_body(base::Error& error, const http::Headers& headers, std::string_view body) {
  if (is_html(headers, body)) {
    error.tenant_message = text_of_html(body);
    return;
  }
  const auto json = base::try_parse_json(body);
  if (!json || !json->is_object()) {
    error.tenant_message = plain(body.substr(0, 2 * longest_text));
    return;
  }
  // OAuth endpoints say `error` and `error_description`, all others `reason` and `message`; ESVs have no reason.
  const auto oauth = base::text_member(*json, "error");
  const auto reason = base::text_member(*json, "reason", oauth);
  if (!reason.empty()) error.reason = plain(reason);
  error.tenant_message = plain(base::text_member(*json, "message", base::text_member(*json, "error_description")));
  if (error.tenant_message.empty() && oauth.empty()) error.tenant_message = plain(body.substr(0, 2 * longest_text));
  const Json& detail = base::member(*json, "detail");
  const auto printed = base::print_json(detail);
  error.detail = printed.size() <= longest_text ? detail : Json(base::printable(printed, longest_text));
}

// CREST and the ESVs put the status into the body. A 404 without it comes from a proxy, or from a container that is
// starting, and says nothing of what the tenant holds.
bool is_of_tenant(std::string_view body) {
  const auto json = base::try_parse_json(body);
  return json && base::is_number(base::member(*json, "code"));
}

// What a 403 can mean besides a missing right (R-HTT-12).
Errc kind_of_403(const base::Error& error, bool html) {
  if (base::contains_ignoring_case(error.tenant_message, "operation is not available")) return Errc::not_available;
  return html ? Errc::blocked : Errc::unauthorized;
}

std::string advice_on_wait(const http::Headers& headers, std::int64_t now_unix_ms) {
  const auto wait = http::asked_wait(headers, now_unix_ms);
  if (!wait) return "Wait a minute before you call again.";
  const auto seconds = (wait->count() + 999) / 1000;
  return fmt::format("Wait {} second{} before you call again.", seconds, seconds == 1 ? "" : "s");
}

std::string advice_for(const base::Error& error, const Asked& asked) {
  switch (error.code) {
    case Errc::invalid_request:
      return "Change the arguments as the message says, then call again.";
    case Errc::unauthorized:
      return error.status == 401
                 ? "Ask for the right to use this, or restart the server. Nothing was done: the tenant refuses a token "
                   "that it has just issued, so signing in again may not help."
                 : "Ask for a role that has the right to do this; the person who signed in does not have it.";
    case Errc::not_found:
      return "Check the type and the id or name.";
    case Errc::conflict:
      return error.status == 412 ? "Read the current state, then decide again; somebody changed it at the same time."
                                 : "Look for what already exists before you call again.";
    case Errc::transient:
      return asked.is_write ? "Read the current state before you call again; the write may have taken effect."
                            : "Call again later; this is safe.";
    case Errc::not_available:
      return "The platform does not offer this operation; there is no other way through this API.";
    case Errc::blocked:
      return asked.method == "POST" || asked.method == "PUT" || asked.method == "PATCH"
                 ? "Leave out or reword markup and code in the request body, which the platform's edge refused."
                 : "Look for markup or code in the names and filters, or ask the tenant's administrator. The "
                   "platform's edge refused the request, not the tenant, and refuses it again if it is sent unchanged.";
    default:
      return {};
  }
}

std::string sentence(const base::Error& error, const Asked& asked) {
  return fmt::format("{} answered {} {} to {}", asked.host, error.status, reason_phrase(error.status), asked.line());
}

// A write without a proper answer.
void leave_open(base::Error& error) {
  error.code = Errc::outcome_unknown;
  error.may_have_happened = true;
  error.what_failed = error.message;
  error.message += "; whether the change happened is not known";
  error.next = "Read the current state before you call again.";
}

void explain_redirect(base::Error& error, const http::Headers& headers) {
  base::Url target;
  const bool has_host = base::parse_url(http::header(headers, "location"), target) && !target.host.empty();
  error.message += fmt::format(", a redirect to {} that is not followed",
                               has_host ? base::printable(target.host, longest_excerpt) : "the same host");
  error.next = "Check that AIC_BASE_URL is the tenant's own URL.";
}

}  // namespace

bool says_missing(const base::Error& error) {
  return error.code == Errc::not_found && error.status != 0 && !error.about_token;
}

bool fails_policy(const base::Error& error, std::string_view policy) {
  const Json& failures = base::member(error.detail, "failedPolicyRequirements");
  return failures.is_array() && std::ranges::any_of(failures, [&](const Json& failure) {
           return std::ranges::any_of(base::member(failure, "policyRequirements"), [&](const Json& requirement) {
             return base::text_member(requirement, "policyRequirement") == policy;
           });
         });
}

std::string reason_phrase(int status) {
  using Phrase = std::pair<int, std::string_view>;
  static constexpr std::array phrases{Phrase{301, "Moved Permanently"},
                                      Phrase{302, "Found"},
                                      Phrase{303, "See Other"},
                                      Phrase{304, "Not Modified"},
                                      Phrase{307, "Temporary Redirect"},
                                      Phrase{308, "Permanent Redirect"},
                                      Phrase{400, "Bad Request"},
                                      Phrase{401, "Unauthorized"},
                                      Phrase{403, "Forbidden"},
                                      Phrase{404, "Not Found"},
                                      Phrase{405, "Method Not Allowed"},
                                      Phrase{406, "Not Acceptable"},
                                      Phrase{408, "Request Timeout"},
                                      Phrase{409, "Conflict"},
                                      Phrase{410, "Gone"},
                                      Phrase{412, "Precondition Failed"},
                                      Phrase{413, "Content Too Large"},
                                      Phrase{415, "Unsupported Media Type"},
                                      Phrase{422, "Unprocessable Content"},
                                      Phrase{429, "Too Many Requests"},
                                      Phrase{500, "Internal Server Error"},
                                      Phrase{501, "Not Implemented"},
                                      Phrase{502, "Bad Gateway"},
                                      Phrase{503, "Service Unavailable"},
                                      Phrase{504, "Gateway Timeout"}};
  const auto* found = std::ranges::find(phrases, status, &Phrase::first);
  return found == phrases.end() ? fmt::format("HTTP {}", status) : std::string(found->second);
}

base::Error error_from_answer(const Asked& asked, int status, const http::Headers& headers, std::string_view body,
                              std::int64_t now_unix_ms) {
  base::Error error(base::errc_from_status(status), {});
  error.status = status;
  error.reason = reason_phrase(status);
  error.request = asked.line();
  error.was_write = asked.is_write;
  read_body(error, headers, body);
  error.message = sentence(error, asked);

  const auto missing = error.code == Errc::not_found ? what_is_missing(asked.path) : std::nullopt;
  const bool is_foreign = error.code == Errc::not_found && !is_of_tenant(body);
  if (missing && !is_foreign) error.message = missing->sentence;

  const auto policies = failed_policies(error.detail);
  if (!policies.empty()) {
    error.code = Errc::invalid_request;
    error.message += ": policy not met by " + policies;
  } else if (status == 403) {
    error.code = kind_of_403(error, is_html(headers, body));
  } else if (is_foreign) {
    error.code = Errc::transient;
    error.message += fmt::format(" in a form that is not the tenant's own; {} is not known",
                                 missing ? missing->question : "whether it has that");
  }
  // A gateway does not know what happened behind it, and the edge may have refused the answer instead of the request.
  error.may_have_happened = asked.is_write && (error.code == Errc::transient || error.code == Errc::blocked);
  error.next = error.code == Errc::rate_limited ? advice_on_wait(headers, now_unix_ms) : advice_for(error, asked);
  if (missing && missing->is_service)
    error.next = "Check AIC_BASE_URL. Tenants of other versions may have this service.";
  if (status == 503 && http::has_header(headers, "retry-after")) {
    const auto wait = advice_on_wait(headers, now_unix_ms);
    error.next = asked.is_write ? fmt::format("{} {}", wait, error.next) : wait;
  }
  if (status >= 300 && status < 400) explain_redirect(error, headers);
  return error;
}

base::Error error_from_transport(const Asked& asked, const http::TransportError& failure) {
  const bool unknown = asked.is_write && failure.maybe_sent;
  base::Error error(Errc::transient, failure.text);
  error.request = asked.line();
  error.was_write = asked.is_write;
  error.next = "Call again; nothing was changed, so this is safe.";
  if (!unknown && failure.kind == http::TransportError::Kind::too_large) {
    error.code = Errc::invalid_request;
    error.next = "Request less: fewer fields, a smaller page or a narrower filter.";
  }
  if (unknown) leave_open(error);
  return error;
}

base::Error error_from_unreadable(const Asked& asked, const http::Response& response, std::string_view problem) {
  const auto type = http::header(response.headers, "content-type");
  const bool is_empty = response.body.find_first_not_of(" \t\r\n") == std::string::npos;
  base::Error error(
      Errc::transient,
      fmt::format("{} answered {} to {} {}", asked.host, response.status, asked.line(),
                  is_empty ? "without a body"
                           : fmt::format("with a body that is not a JSON object ({}): {}",
                                         type.empty() ? "without content type" : base::printable(type, 100), problem)));
  error.status = response.status;
  error.reason = response.status == 200 ? "OK" : reason_phrase(response.status);
  error.request = asked.line();
  error.was_write = asked.is_write;
  error.tenant_message = base::printable(response.body, longest_excerpt);
  error.next = base::contains_ignoring_case(type, "json")
                   ? "Request less, without the entry that contains what JSON does not allow."
                   : "Check that no proxy or portal between this machine and the tenant answers in its place.";
  if (asked.is_write) leave_open(error);
  return error;
}

}  // namespace aic
