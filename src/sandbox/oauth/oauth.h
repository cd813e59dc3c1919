// The tenant's root OAuth 2.0 provider as the MCP clients meet it: sign-in pages, authorization code with PKCE, device
// flow, token exchange and revocation (RFC 6749, 7636, 8628, 8693, 7009).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "net/clock.h"
#include "sandbox/tenant.h"

namespace sandbox {

inline constexpr std::string_view login_client = "AICMCPClient";
inline constexpr std::string_view exchange_client = "AICMCPExchangeClient";

using Scopes = std::vector<std::string>;

struct OAuthOptions {
  std::string host;  // authority of the tenant, for `iss` and the device page
  std::uint16_t port = 443;
  std::string user = "admin@example.com";
  std::vector<std::string> further_users;  // administrators, too
  std::string password;                    // of all of them
  std::chrono::seconds login_lifetime{3600};
  std::chrono::seconds scoped_lifetime{3600};
  std::chrono::seconds code_lifetime{120};
  std::chrono::seconds device_lifetime{300};
  std::chrono::seconds device_interval{5};
  int pending_status = 403;      // of authorization_pending; RFC 8628 says 400
  int bad_subject_status = 401;  // of an exchange whose subject token is not (or no longer) good
  bool jwt_tokens = false;       // long tokens of five parts instead of short opaque ones
  bool refresh_tokens = false;   // sends one along that nobody asked for
  bool ask_consent = true;
  bool has_mcp_clients = true;  // false = a tenant without the clients (R-TOP-06)
  bool exchange_forbidden = false;

  std::string origin() const;  // https://localhost:8443
};

// What an authorization request asks for, checked.
struct Grant {
  std::string client_id;
  std::string redirect_uri;
  std::string state;
  std::string challenge;  // S256; empty where a device client sent none
  Scopes scopes;
  std::string user;  // who gave it; empty before
};

struct AuthorizationCode {
  Grant grant;
  net::Instant expires;
  bool used = false;
  std::string token;  // made of it; revoked when the code turns up again
};

struct DeviceGrant {
  Grant grant;
  std::string user_code;
  net::Instant expires;
  std::chrono::seconds interval{5};
  std::optional<net::Instant> last_poll;
  enum class State { pending, allowed, denied, used } state = State::pending;
};

struct Token {
  enum class Kind { login, scoped } kind = Kind::login;
  std::string client_id;
  Scopes scopes;
  std::string user;
  net::Instant expires;
};

// The provider's state and what it draws on. The functions below serve its endpoints.
struct OAuth {
  OAuth(OAuthOptions some_options, net::Clock& a_clock, base::Random& a_random, Tenant& a_tenant);

  // Nothing = no endpoint of this provider. /am/oauth2/… and /am/XUI/….
  std::optional<ApiReply> handle(const ApiRequest& request);

  // The scoped token of an API request, when it is a good one.
  const Token* scoped_token(std::string_view token) const;
  void revoke(Token::Kind kind);
  void forget_everything();

  std::string origin() const { return options.origin(); }
  std::string issuer() const;                        // with the port, also when it is 443
  std::string random_text(std::size_t bytes) const;  // base64url
  std::string issue(Token token);

  OAuthOptions options;
  net::Clock& clock;
  base::Random& random;
  Tenant& tenant;
  std::map<std::string, std::string> sessions;  // users by the values of the sign-on cookie
  std::map<std::string, AuthorizationCode> codes;
  std::map<std::string, DeviceGrant> devices;  // by device code
  std::map<std::string, Token, std::less<>> tokens;
  // All that was ever handed out or shown to it, for tests that search a client's memory.
  struct Secrets {
    std::vector<std::string> login_tokens, scoped_tokens;
    std::vector<std::string> of_sign_ins;  // codes, device codes, verifiers
  } secrets;
};

// {"error_description","error"}.
ApiReply oauth_error(int status, std::string_view error, std::string_view description);

Scopes split_scopes(std::string_view text);
std::string join_scopes(const Scopes& scopes);
// The scopes of `asked` that the two MCP clients may not have.
Scopes unknown_scopes(const Scopes& asked);
// Knows the client and what it may do; empty when it is fine, else the OAuth error.
bool knows_client(const OAuth& oauth, std::string_view client_id);

// Reads and checks an authorization request's parameters (query or form). Either a grant or the answer that refuses it.
struct GrantOrReply {
  std::optional<Grant> grant;
  ApiReply refusal;
};
GrantOrReply read_grant(const OAuth& oauth, const base::FormFields& fields);

std::string field(const base::FormFields& fields, std::string_view name);

// Endpoints.
ApiReply authorize(OAuth& oauth, const ApiRequest& request);          // authorize.cpp
ApiReply sign_in(OAuth& oauth, const ApiRequest& request);            // sign_in.cpp
ApiReply issue_device_code(OAuth& oauth, const ApiRequest& request);  // device.cpp
ApiReply device_page(OAuth& oauth, const ApiRequest& request);
ApiReply poll_device(OAuth& oauth, const base::FormFields& form);
ApiReply issue_token(OAuth& oauth, const ApiRequest& request);  // token.cpp
ApiReply revoke_token(OAuth& oauth, const ApiRequest& request);

// The answer of the token endpoint for a token just issued.
ApiReply token_reply(OAuth& oauth, Token token, std::chrono::seconds lifetime, const base::Json& more = nullptr);
// RFC 7636 §4.6.
bool verifies(std::string_view challenge, std::string_view verifier);

// The sign-on session of the browser, or empty.
std::string session_of(const OAuth& oauth, const ApiRequest& request);
// Sends the browser to the sign-in page, and from there back to `target`.
ApiReply to_sign_in(std::string_view target);

}  // namespace sandbox
