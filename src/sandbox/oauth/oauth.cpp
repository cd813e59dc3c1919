#include "sandbox/oauth/oauth.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "base/crypto.h"
#include "sandbox/html_pages.h"

namespace sandbox {
namespace {

constexpr std::array known_scopes = {std::string_view("fr:idm:*"),           std::string_view("fr:idc:monitoring:*"),
                                     std::string_view("fr:idc:esv:update"),  std::string_view("fr:idc:esv:read"),
                                     std::string_view("fr:idc:esv:restart"), std::string_view("fr:am:*")};
constexpr std::size_t many_tokens = 10'000;

// The header of AM's encrypted client-side tokens: {"typ":"JWT","enc":"A128CBC-HS256","alg":"dir"}.
constexpr std::string_view jwt_header = "eyJ0eXAiOiJKV1QiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0";

ApiReply journey_preview(const ApiRequest& request) {
  const auto realm = request.parameter("realm").value_or("/");
  const auto journey = request.parameter("authIndexValue").value_or("the default journey");
  return message_page(
      200, "Journey preview",
      fmt::format("A tenant would run {} of realm {} here. The sandbox does not execute journeys.", journey, realm));
}

ApiReply method_not_allowed() {
  return oauth_error(405, "method_not_allowed", "Method not allowed");
}

}  // namespace

OAuth::OAuth(OAuthOptions some_options, net::Clock& a_clock, base::Random& a_random, Tenant& a_tenant)
    : options(std::move(some_options)), clock(a_clock), random(a_random), tenant(a_tenant) {}

std::optional<ApiReply> OAuth::handle(const ApiRequest& request) {
  const auto& path = request.segments;
  if (path.size() < 2 || path[0] != "am") return std::nullopt;
  if (path[1] == "XUI") {
    if (request.parameter("goto") || request.method == "POST") return sign_in(*this, request);
    return journey_preview(request);
  }
  if (path[1] != "oauth2") return std::nullopt;
  const std::string_view endpoint = std::string_view(request.path).substr(std::string_view("/am/oauth2/").size() - 1);
  const bool is_post = request.method == "POST";
  const bool is_page_method = is_post || request.method == "GET";
  if (endpoint == "/authorize") return is_page_method ? authorize(*this, request) : method_not_allowed();
  if (endpoint == "/device/user") return is_page_method ? device_page(*this, request) : method_not_allowed();
  if (endpoint == "/access_token") return is_post ? issue_token(*this, request) : method_not_allowed();
  if (endpoint == "/device/code") return is_post ? issue_device_code(*this, request) : method_not_allowed();
  if (endpoint == "/token/revoke") return is_post ? revoke_token(*this, request) : method_not_allowed();
  return std::nullopt;
}

const Token* OAuth::scoped_token(std::string_view token) const {
  const auto found = tokens.find(token);
  if (found == tokens.end() || found->second.kind != Token::Kind::scoped) return nullptr;
  return clock.now() < found->second.expires ? &found->second : nullptr;
}

void OAuth::revoke(Token::Kind kind) {
  std::erase_if(tokens, [kind](const auto& entry) { return entry.second.kind == kind; });
}

void OAuth::forget_everything() {
  sessions.clear();
  codes.clear();
  devices.clear();
  tokens.clear();
}

std::string OAuthOptions::origin() const {
  return port == 443 ? fmt::format("https://{}", host) : fmt::format("https://{}:{}", host, port);
}

std::string OAuth::issuer() const {
  return fmt::format("https://{}:{}/am/oauth2", options.host, options.port);
}

std::string OAuth::random_text(std::size_t bytes) const {
  return base::base64url(random.bytes(bytes));
}

std::string OAuth::issue(Token token) {
  if (tokens.size() >= many_tokens) {
    const auto now = clock.now();
    std::erase_if(tokens, [now](const auto& entry) { return entry.second.expires <= now; });
  }
  std::string text = random_text(20);
  if (options.jwt_tokens) {
    text = fmt::format("{}..{}.{}.{}", jwt_header, random_text(16), random_text(720), random_text(16));
  }
  (token.kind == Token::Kind::login ? secrets.login_tokens : secrets.scoped_tokens).push_back(text);
  tokens.insert_or_assign(text, std::move(token));
  return text;
}

ApiReply oauth_error(int status, std::string_view error, std::string_view description) {
  return json_reply(status, {{"error_description", description}, {"error", error}});
}

std::string field(const base::FormFields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &base::FormFields::value_type::first);
  return found == fields.end() ? std::string() : found->second;
}

Scopes split_scopes(std::string_view text) {
  Scopes scopes;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) scopes.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::ranges::sort(scopes);
  scopes.erase(std::ranges::unique(scopes).begin(), scopes.end());
  return scopes;
}

// AM's order has nothing to do with the order asked for.
std::string join_scopes(const Scopes& scopes) {
  std::string text;
  for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

Scopes unknown_scopes(const Scopes& asked) {
  Scopes unknown;
  std::ranges::copy_if(asked, std::back_inserter(unknown),
                       [](const auto& scope) { return std::ranges::find(known_scopes, scope) == known_scopes.end(); });
  return unknown;
}

bool knows_client(const OAuth& oauth, std::string_view client_id) {
  return oauth.options.has_mcp_clients && (client_id == login_client || client_id == exchange_client);
}

bool verifies(std::string_view challenge, std::string_view verifier) {
  return base::equal_in_constant_time(base::base64url(base::sha256(verifier)), challenge);
}

}  // namespace sandbox
