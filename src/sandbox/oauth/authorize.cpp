#include <utility>

#include <fmt/core.h>

#include "base/encoding.h"
#include "sandbox/data.h"
#include "sandbox/html_pages.h"
#include "sandbox/oauth/oauth.h"

namespace sandbox {
namespace {

constexpr std::string_view registered_redirect = "http://localhost:3000";
constexpr std::string_view gone = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";

ApiReply redirect_to_client(const OAuth& oauth, const Grant& grant, const base::FormFields& outcome) {
  base::FormFields parameters = outcome;
  parameters.emplace_back("iss", oauth.issuer());
  if (!grant.state.empty()) parameters.emplace_back("state", grant.state);
  parameters.emplace_back("client_id", grant.client_id);
  ApiReply reply{.status = 302};
  reply.headers.emplace_back("Location", grant.redirect_uri + "?" + base::print_form(parameters));
  reply.headers.emplace_back("Set-Cookie",
                             fmt::format("OAUTH_REQUEST_ATTRIBUTES=DELETED; {}; Path=/; Domain={}; Secure; HttpOnly; "
                                         "SameSite=none",
                                         gone, oauth.options.host));
  return reply;
}

ApiReply redirect_error(const OAuth& oauth, const Grant& grant, std::string_view error, std::string_view description) {
  return redirect_to_client(oauth, grant,
                            {{"error_description", std::string(description)}, {"error", std::string(error)}});
}

// RFC 6749 §4.1.2.1: without a trusted client and address the browser must not be sent anywhere.
ApiReply refuse_on_page(std::string_view error, std::string_view description) {
  return message_page(400, "This sign-in cannot continue", fmt::format("{}: {}", error, description));
}

ApiReply consent_page(const Grant& grant, const base::FormFields& asked, const std::string& csrf) {
  std::string scopes;
  for (const auto& scope : grant.scopes) scopes += fill("<li><code>{{scope}}</code></li>", {{"scope", scope}});
  base::FormFields fields;
  for (const auto& [name, value] : asked) {
    if (name != "decision" && name != "csrf" && name != "prompt") fields.emplace_back(name, value);
  }
  fields.emplace_back("csrf", csrf);
  return page(200, "Allow access",
              fill(data::consent_html, {{"action", "/am/oauth2/authorize"},
                                        {"client", grant.client_id},
                                        {"code", ""},
                                        {"scopes", scopes},
                                        {"fields", hidden_fields(fields)}}));
}

ApiReply grant_code(OAuth& oauth, Grant grant, const std::string& session) {
  grant.user = oauth.sessions.at(session);
  const std::string code = oauth.random_text(20);
  oauth.secrets.of_sign_ins.push_back(code);
  oauth.codes[code] = {.grant = grant, .expires = oauth.clock.now() + oauth.options.code_lifetime};
  return redirect_to_client(oauth, grant, {{"code", code}});
}

// The address of this request again, without `prompt`, so that one sign-in is enough.
std::string same_request(const base::FormFields& fields) {
  base::FormFields others;
  for (const auto& each : fields) {
    if (each.first != "prompt") others.push_back(each);
  }
  return "/am/oauth2/authorize?" + base::print_form(others);
}

}  // namespace

GrantOrReply read_grant(const OAuth& oauth, const base::FormFields& fields) {
  Grant grant{.client_id = field(fields, "client_id"),
              .redirect_uri = field(fields, "redirect_uri"),
              .state = field(fields, "state"),
              .challenge = field(fields, "code_challenge"),
              .scopes = split_scopes(field(fields, "scope"))};
  if (grant.client_id.empty()) return {{}, refuse_on_page("invalid_request", "Missing parameter, 'client_id'")};
  if (!knows_client(oauth, grant.client_id))
    return {{}, refuse_on_page("invalid_client", "Client authentication failed")};
  // The other client has no redirect URI.
  if (grant.redirect_uri != registered_redirect || grant.client_id != login_client)
    return {
        {},
        refuse_on_page("redirect_uri_mismatch", "The redirection URI provided does not match a pre-registered value.")};
  const auto refuse = [&](std::string_view error, std::string_view description) {
    return GrantOrReply{{}, redirect_error(oauth, grant, error, description)};
  };
  if (field(fields, "response_type") != "code")
    return refuse("unsupported_response_type", "Response type is not supported.");
  if (grant.challenge.empty()) return refuse("invalid_request", "Missing parameter, 'code_challenge'");
  if (field(fields, "code_challenge_method") != "S256")
    return refuse("invalid_request", "Unsupported code challenge method, S256 is required");
  if (const auto unknown = unknown_scopes(grant.scopes); !unknown.empty())
    return refuse("invalid_scope", fmt::format("Unknown/invalid scope(s): [{}]", join_scopes(unknown)));
  return {std::move(grant), {}};
}

ApiReply authorize(OAuth& oauth, const ApiRequest& request) {
  const bool is_decision = request.method == "POST";
  const auto fields = is_decision ? base::parse_form(request.body) : request.query;
  auto [grant, refusal] = read_grant(oauth, fields);
  if (!grant) return std::move(refusal);

  const std::string session = session_of(oauth, request);
  const std::string prompt = field(fields, "prompt");
  if (session.empty() && prompt == "none")
    return redirect_error(oauth, *grant, "login_required", "The request requires login.");
  if (session.empty() || prompt == "login") return to_sign_in(same_request(fields));

  if (!is_decision)
    return oauth.options.ask_consent ? consent_page(*grant, fields, session) : grant_code(oauth, *grant, session);
  if (field(fields, "csrf") != session)
    return message_page(400, "This sign-in cannot continue",
                        "The form did not come from this page. Please start the sign-in again.");
  if (field(fields, "decision") != "allow")
    return redirect_error(oauth, *grant, "access_denied", "Resource Owner did not authorize the request");
  return grant_code(oauth, *grant, session);
}

}  // namespace sandbox
