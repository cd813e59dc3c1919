#include "auth/oauth_answer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

#include <fmt/core.h>

#include "base/encoding.h"
#include "base/text.h"

namespace auth {
namespace {

using base::Json;

constexpr std::size_t longest_tenant_text = 500;

// Overwrites the body however the function is left.
class WipeAtEnd {
 public:
  explicit WipeAtEnd(std::string& text) : text_(text) {}
  ~WipeAtEnd() { base::wipe(text_); }
  WipeAtEnd(const WipeAtEnd&) = delete;
  WipeAtEnd& operator=(const WipeAtEnd&) = delete;

 private:
  std::string& text_;
};

// Moves the text member out of the document and overwrites it there; empty when it is missing or no text.
base::Secret take_secret(Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return base::Secret::take(found->get_ref<std::string&>());
}

bool is_success(const http::Response& response) {
  return response.status >= 200 && response.status < 300;
}

// The tenant's words, fit to be shown; its answer may repeat what we sent (R-TOK-10).
std::string shown(std::string_view text) {
  std::string safe(text);
  base::redact(safe);
  return base::printable(base::decode_html_entities(safe), longest_tenant_text);
}

// What leads on. A new sign-in is promised only where one follows: while signing in, and where the tenant refused the
// login token, which is forgotten then.
std::string next_step(const OAuthError& error, const Asked& asked) {
  const bool is_signing_in = asked.failure == base::Errc::login_failed;
  if (is_client_error(error.error)) return std::string(other_tenant);
  if (error.status >= 300 && error.status < 400) return "Check that AIC_BASE_URL is the tenant's own URL.";
  if (error.error == "invalid_scope" || error.error == "access_denied" || error.status == 403) {
    return "Ask an administrator of the tenant for the role that this requires.";
  }
  if (is_passing(error.status, error.error)) return std::string(wait_a_little);
  const bool is_of_this_sign_in = error.error == "invalid_grant" || error.error == "expired_token";
  if (is_signing_in ? is_of_this_sign_in : blames_login_token(error)) return std::string(sign_in_anew);
  return std::string(not_set_up);
}

OAuthError failure(std::string message, int status, const Asked& asked) {
  const auto code = asked.failure == base::Errc::internal ? base::errc_from_status(status) : asked.failure;
  OAuthError error(code, std::move(message));
  error.status = status;
  error.about_token = true;
  error.request = fmt::format("POST {}", asked.path);
  error.transaction_id = asked.transaction_id;
  return error;
}

std::string redirect_note(const http::Response& response) {
  if (response.status < 300 || response.status >= 400) return {};
  base::Url target;
  if (!base::parse_url(http::header(response.headers, "location"), target)) return {};
  return fmt::format(" (a redirect to {}, which is not followed)", shown(target.host));
}

OAuthError refusal(const http::Response& response, const Json& body, const Asked& asked) {
  const std::string error = shown(base::text_member(body, "error"));
  const std::string description = shown(base::text_member(body, "error_description"));
  const std::string said = error.empty()         ? redirect_note(response)
                           : description.empty() ? fmt::format(" ({})", error)
                                                 : fmt::format(" ({}: {})", error, description);
  auto text = fmt::format("{} refused {} with status {}{}.", asked.host, asked.what, response.status, said);
  if (is_client_error(error)) {
    text = fmt::format(
        "{} does not accept the OAuth client {}{}: that configuration exists only in Sandbox and Development tenants "
        "of PingOne Advanced Identity Cloud.",
        asked.host, asked.client, said);
  }
  auto result = failure(std::move(text), response.status, asked);
  // An exchange that the tenant refuses is a matter of rights, never of the caller's arguments.
  if (result.code == base::Errc::invalid_request) result.code = base::Errc::unauthorized;
  result.error = error;
  result.reason = error;
  result.tenant_message = description;
  result.next = next_step(result, asked);
  return result;
}

OAuthError unusable(std::string_view why, const http::Response& response, const Asked& asked) {
  auto error = failure(fmt::format("{} answered {} with {}.", asked.host, asked.what, why), response.status, asked);
  if (asked.failure == base::Errc::internal) error.code = base::Errc::transient;
  error.next = "Call again. If it happens again, check the tenant and any proxy in front of it.";
  return error;
}

// A positive number of seconds, or nothing (R-TOK-13, R-DEV-02).
std::optional<net::Duration> seconds(const Json& value) {
  constexpr double longest = 10.0 * 365 * 86'400;
  const double number = base::to_double(value);
  if (!(number > 0)) return std::nullopt;
  return net::Duration(static_cast<net::Duration::rep>(std::min(number, longest) * 1000));
}

std::optional<Scopes> scopes_of(const Json& body) {
  const auto& value = base::member(body, "scope");
  if (!value.is_string()) return std::nullopt;
  std::istringstream words(value.get_ref<const std::string&>());
  Scopes scopes;
  for (std::string scope; words >> scope;) scopes.insert(scope);
  return scopes;
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_bearer(const Json& body) {
  return !body.contains("token_type") || base::same_ignoring_case(base::text_member(body, "token_type"), "bearer");
}

TokenAnswer token_of(Json& body, const http::Response& response, const Asked& asked) {
  for (const char* unwanted : {"refresh_token", "id_token"}) take_secret(body, unwanted);
  auto token = take_secret(body, "access_token");
  if (token.empty()) throw unusable("no access token", response, asked);
  if (!is_visible_ascii(token.reveal()))
    throw unusable("an access token that cannot be sent in a header", response, asked);
  if (!is_bearer(body)) throw unusable("a token that is not a bearer token", response, asked);
  return TokenAnswer{
      .token = std::move(token), .lifetime = seconds(base::member(body, "expires_in")), .granted = scopes_of(body)};
}

std::string https_uri(const Json& body, std::string_view name) {
  const auto text = base::text_member(body, name);
  base::Url url;
  const bool fits = base::parse_url(text, url) && url.scheme == "https" && is_visible_ascii(text);
  return fits ? text : std::string();
}

}  // namespace

bool is_client_error(std::string_view error) {
  return error == "invalid_client" || error == "unauthorized_client";
}

bool is_passing(int status, std::string_view error) {
  return status == 429 || status >= 500 || error == "server_error" || error == "temporarily_unavailable";
}

bool blames_login_token(const OAuthError& refusal) {
  constexpr std::array<std::string_view, 4> other_causes{"invalid_client", "unauthorized_client", "invalid_scope",
                                                         "access_denied"};
  if (std::ranges::find(other_causes, refusal.error) != other_causes.end()) return false;
  if (refusal.status == 401) return true;
  return refusal.status == 400 && (refusal.error == "invalid_grant" || refusal.error == "invalid_token");
}

TokenAnswer read_token(http::Response& response, const Asked& asked) {
  const WipeAtEnd wipe(response.body);
  auto body = base::try_parse_json(response.body);
  if (!is_success(response)) throw refusal(response, body.value_or(Json()), asked);
  if (!body || !body->is_object()) throw unusable("something that is not a JSON object", response, asked);
  return token_of(*body, response, asked);
}

DeviceCode read_device_code(http::Response& response, const Asked& asked) {
  constexpr net::Duration default_lifetime{300'000}, default_interval{5'000};
  constexpr net::Duration shortest_interval{1'000}, longest_interval{60'000};
  const WipeAtEnd wipe(response.body);
  auto body = base::try_parse_json(response.body);
  if (!is_success(response)) throw refusal(response, body.value_or(Json()), asked);
  if (!body || !body->is_object()) throw unusable("something that is not a JSON object", response, asked);

  DeviceCode device{.code = take_secret(*body, "device_code"),
                    .user_code = base::printable(base::text_member(*body, "user_code"), 100),
                    .verification_uri = https_uri(*body, "verification_uri"),
                    .complete_uri = https_uri(*body, "verification_uri_complete"),
                    .lifetime = seconds(base::member(*body, "expires_in")).value_or(default_lifetime),
                    .interval = seconds(base::member(*body, "interval")).value_or(default_interval)};
  if (device.verification_uri.empty()) device.verification_uri = https_uri(*body, "verification_url");
  if (device.code.empty()) throw unusable("no device_code", response, asked);
  if (device.user_code.empty()) throw unusable("no user_code", response, asked);
  if (device.verification_uri.empty()) throw unusable("no verification_uri that begins with https", response, asked);
  device.interval = std::clamp(device.interval, shortest_interval, longest_interval);
  return device;
}

PollAnswer read_poll(http::Response& response, const Asked& asked) {
  const WipeAtEnd wipe(response.body);
  auto body = base::try_parse_json(response.body);
  if (!body || !body->is_object()) return NotYet::unclear;
  if (is_success(response)) return token_of(*body, response, asked);
  const auto error = base::text_member(*body, "error");
  const bool is_4xx = response.status >= 400 && response.status < 500;
  if (!is_4xx || error.empty()) return NotYet::unclear;
  if (error == "authorization_pending") return NotYet::pending;
  if (error == "slow_down") return NotYet::slow_down;
  if (response.status == 429) return NotYet::unclear;
  auto refused = refusal(response, *body, asked);
  // It is the person who said no, not the tenant (RFC 8628 §3.5).
  if (error == "access_denied" || error == "authorization_declined")
    refused.next = "Call again to start a new sign-in, and approve it on the tenant's page. The person declined there.";
  throw refused;
}

}  // namespace auth
