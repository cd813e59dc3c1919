// The tenant's OAuth endpoints, five requests in all: code, device authorization, device poll, exchange, revocation.
// Says what the tenant answered; what follows from that (a sign-in, a longer wait) is decided above.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/session.h"
#include "base/error.h"

namespace auth {

// Public clients, known by their id alone (R-TOP-04). They exist in Sandbox and Development tenants only.
inline constexpr std::string_view login_client = "AICMCPClient";
inline constexpr std::string_view exchange_client = "AICMCPExchangeClient";

// A token as the tenant gave it, checked by R-TOK-12 to -15.
struct TokenAnswer {
  base::Secret token;
  std::optional<net::Duration> lifetime;  // nothing when the tenant told none
  std::optional<Scopes> granted;          // nothing = as asked
};

// How long a login token or a scoped token lives when the tenant does not say (R-TOK-13).
inline constexpr net::Duration login_lifetime{3'600'000};
inline constexpr net::Duration scoped_lifetime{300'000};

std::string join(const Scopes& scopes);  // by single spaces
// The scopes of `asked` that the tenant left out (R-TOK-15).
Scopes not_granted(const Scopes& asked, const TokenAnswer& answer);

// The answer to a device authorization request (RFC 8628 §3.2), with the defaults of R-DEV-02 filled in.
struct DeviceCode {
  base::Secret code;
  std::string user_code;
  std::string verification_uri;
  std::string complete_uri;  // empty for none
  net::Duration lifetime;
  net::Duration interval;
};

// What a poll without a token means (R-DEV-06).
enum class NotYet { pending, slow_down, unclear };
using PollAnswer = std::variant<TokenAnswer, NotYet>;

// The tenant answered, but not with what was asked for. `error` is the OAuth code (RFC 6749 §5.2), empty where the
// body had none.
class OAuthError final : public base::Error {
 public:
  using base::Error::Error;
  std::string error;
};

// True where an exchange was refused because of the login token, so that a new sign-in may help (R-TOK-19, -20).
bool blames_login_token(const OAuthError& refusal);

// The endpoints of one tenant. Throws OAuthError, or base::Error{transient} where no answer came.
class OAuth {
 public:
  OAuth(const Edges& edges, const Settings& settings);

  // `state` and `challenge` need no escaping beyond what is done here.
  std::string authorize_url(std::string_view redirect_uri, std::string_view challenge, std::string_view state) const;

  // Sent once; again only where it provably was not sent (R-PKC-09).
  net::Task<TokenAnswer> redeem(const base::Secret& code, const base::Secret& verifier, const std::string& redirect_uri,
                                Caller caller);
  net::Task<DeviceCode> authorize_device(const std::string& challenge, Caller caller);
  net::Task<PollAnswer> poll(const base::Secret& device_code, const base::Secret& verifier, Caller caller);
  net::Task<TokenAnswer> exchange(const base::Secret& login_token, const Scopes& scopes, Caller caller);
  // RFC 7009; `client` is the one that the token was given to.
  net::Task<> revoke(const base::Secret& token, std::string_view client, Caller caller);

 private:
  http::Request request(std::string_view path, base::Secret form, const Caller& caller) const;
  net::Task<http::Response> send_once(http::Request request);

  http::HttpClient& http_;
  net::Clock& clock_;
  base::Random& random_;
  base::Origin tenant_;
  std::string login_scopes_;
  bool prompt_login_;
  net::Duration request_limit_;
};

}  // namespace auth
