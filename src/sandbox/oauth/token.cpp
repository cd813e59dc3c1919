#include <utility>

#include <fmt/core.h>

#include "base/encoding.h"
#include "sandbox/oauth/oauth.h"

namespace sandbox {
namespace {

constexpr std::string_view access_token_type = "urn:ietf:params:oauth:token-type:access_token";
constexpr std::string_view device_grant_type = "urn:ietf:params:oauth:grant-type:device_code";
constexpr std::string_view exchange_grant_type = "urn:ietf:params:oauth:grant-type:token-exchange";

ApiReply invalid_grant() {
  return oauth_error(400, "invalid_grant", "The provided access grant is invalid, expired, or revoked.");
}

ApiReply missing(std::string_view name) {
  return oauth_error(400, "invalid_request", fmt::format("Missing parameter, '{}'", name));
}

// The MCP clients are public: whoever comes with a secret is not one of them. Nothing = fine.
std::optional<ApiReply> refuse_client(const OAuth& oauth, const ApiRequest& request, const base::FormFields& form) {
  constexpr std::string_view failed = "Client authentication failed";
  if (!request.header("authorization").empty()) {
    auto reply = oauth_error(401, "invalid_client", failed);
    reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"/\"");
    return reply;
  }
  const bool has_secret = !field(form, "client_secret").empty() || !field(form, "client_assertion").empty();
  if (has_secret || !knows_client(oauth, field(form, "client_id"))) return oauth_error(400, "invalid_client", failed);
  return std::nullopt;
}

ApiReply redeem_code(OAuth& oauth, const base::FormFields& form) {
  const std::string verifier = field(form, "code_verifier");
  if (field(form, "code").empty()) return missing("code");
  const auto found = oauth.codes.find(field(form, "code"));
  if (found == oauth.codes.end()) return invalid_grant();
  auto& code = found->second;
  if (code.used) {
    oauth.tokens.erase(code.token);  // RFC 6749 §4.1.2: somebody else has the code, too
    return invalid_grant();
  }
  const bool is_same_client = code.grant.client_id == field(form, "client_id");
  if (!is_same_client || oauth.clock.now() >= code.expires) return invalid_grant();
  if (code.grant.redirect_uri != field(form, "redirect_uri"))
    return oauth_error(400, "redirect_uri_mismatch",
                       "The redirection URI provided does not match a pre-registered value.");
  if (verifier.empty()) return missing("code_verifier");
  oauth.secrets.of_sign_ins.push_back(verifier);
  if (!verifies(code.grant.challenge, verifier)) return invalid_grant();
  code.used = true;
  auto reply =
      token_reply(oauth, {.client_id = code.grant.client_id, .scopes = code.grant.scopes, .user = code.grant.user},
                  oauth.options.login_lifetime);
  code.token = base::text_member(base::parse_json(reply.body), "access_token");
  return reply;
}

ApiReply exchange(OAuth& oauth, const ApiRequest& request, const base::FormFields& form) {
  const std::string client = field(form, "client_id");
  const std::string requested = field(form, "requested_token_type");
  const auto scopes = split_scopes(field(form, "scope"));
  if (client != exchange_client)
    return oauth_error(400, "unauthorized_client", "The client is not authorized to request this grant type.");
  if (oauth.options.exchange_forbidden)
    return oauth_error(403, "access_denied", "The subject token does not allow this client to act.");
  if (field(form, "subject_token").empty()) return missing("subject_token");
  if (field(form, "subject_token_type") != access_token_type || (!requested.empty() && requested != access_token_type))
    return oauth_error(400, "invalid_request", "Only access tokens can be exchanged for access tokens.");
  if (const auto unknown = unknown_scopes(scopes); !unknown.empty() || scopes.empty())
    return oauth_error(400, "invalid_scope", fmt::format("Unknown/invalid scope(s): [{}]", join_scopes(unknown)));

  const auto subject = oauth.tokens.find(field(form, "subject_token"));
  const bool is_good = subject != oauth.tokens.end() && subject->second.kind == Token::Kind::login &&
                       oauth.clock.now() < subject->second.expires;
  log_login(oauth.tenant, {.name = "AM-TOKEN-EXCHANGE",
                           .principal = client,
                           .result = is_good ? "SUCCESSFUL" : "FAILED",
                           .transaction_id = request.transaction_id,
                           .now_ms = request.now_ms});
  if (!is_good) return oauth_error(oauth.options.bad_subject_status, "invalid_grant", "The subject token is invalid.");
  return token_reply(oauth,
                     {.kind = Token::Kind::scoped, .client_id = client, .scopes = scopes, .user = subject->second.user},
                     oauth.options.scoped_lifetime, {{"issued_token_type", access_token_type}});
}

}  // namespace

ApiReply token_reply(OAuth& oauth, Token token, std::chrono::seconds lifetime, const base::Json& more) {
  token.expires = oauth.clock.now() + lifetime;
  const std::string scope = join_scopes(token.scopes);
  base::Json body = {{"access_token", oauth.issue(std::move(token))}};
  if (oauth.options.refresh_tokens) body["refresh_token"] = oauth.random_text(20);
  if (more.is_object()) body.update(more);
  body["scope"] = scope;
  body["token_type"] = "Bearer";
  body["expires_in"] = std::max<std::int64_t>(lifetime.count() - 1, 1);  // the time already spent is taken off
  return json_reply(200, body);
}

ApiReply issue_token(OAuth& oauth, const ApiRequest& request) {
  if (!request.header("content-type").starts_with("application/x-www-form-urlencoded"))
    return oauth_error(400, "invalid_request", "The request body is not a form.");
  const auto form = base::parse_form(request.body);
  const std::string type = field(form, "grant_type");
  if (type.empty()) return missing("grant_type");
  if (type != "authorization_code" && type != device_grant_type && type != exchange_grant_type)
    return oauth_error(400, "unsupported_grant_type", fmt::format("Grant type is not supported: {}", type));
  if (auto refusal = refuse_client(oauth, request, form)) return std::move(*refusal);
  if (type == "authorization_code") return redeem_code(oauth, form);
  if (type == device_grant_type) return poll_device(oauth, form);
  return exchange(oauth, request, form);
}

// RFC 7009 §2.2: a token that is not known is as good as revoked.
ApiReply revoke_token(OAuth& oauth, const ApiRequest& request) {
  const auto form = base::parse_form(request.body);
  if (auto refusal = refuse_client(oauth, request, form)) return std::move(*refusal);
  if (field(form, "token").empty()) return missing("token");
  oauth.tokens.erase(field(form, "token"));
  return json_reply(200, base::Json::object());
}

}  // namespace sandbox
