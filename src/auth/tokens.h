// Scoped tokens: exchanged from the login token when they are needed, kept in memory until shortly before their end
// (R-TOK-01 to -24). Never signs anybody in; says when that is needed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>

#include "auth/oauth.h"
#include "auth/vault.h"
#include "net/single_flight.h"

namespace auth {

// What an exchange came to: a token, the tenant's refusal of the login token, or nothing because there is no login
// token any more. In the last two cases a person has to sign in.
struct Exchanged {
  Bearer bearer;
  std::uint64_t login_number = 0;  // the sign-in that the bearer rests on
  std::optional<base::Error> refusal;
};

// The scoped tokens of one process. Loop thread only.
class Tokens : public std::enable_shared_from_this<Tokens> {
 public:
  Tokens(const Edges& edges, const Settings& settings, std::shared_ptr<Vault> vault);

  // The token at hand for exactly these scopes, or null.
  Bearer cached(const Scopes& scopes) const;
  // Shared by all who need the same scopes at the same time (R-TOK-17). Throws base::Error for failures that no sign-in
  // would mend (R-TOK-20).
  net::Task<Exchanged> exchange(Scopes scopes, Caller caller);
  // Forgets the token if it is still the cached one (R-TOK-18).
  void drop(const Scopes& scopes, const Bearer& bearer);
  // The scopes that the tenant left out of the cached token (R-TOK-15).
  Scopes not_granted(const Scopes& scopes) const;
  // Forgets all, and gives back what there was.
  std::vector<Bearer> take_all();
  // After a new sign-in: what was made of the former login token may be another person's (R-SES-03).
  void forget_all() { cache_.clear(); }

 private:
  struct Entry {
    Bearer bearer;
    net::Instant good_until;
    std::uint64_t login_number;  // tokens of an earlier sign-in may be another person's
    Scopes missing;
  };

  static net::Task<Exchanged> exchange_once(std::shared_ptr<Tokens> self, Scopes scopes, Caller caller);
  bool blames_login(const OAuthError& refusal, const Scopes& scopes, std::uint64_t login_number);
  Bearer keep(const Scopes& scopes, TokenAnswer answer, net::Instant asked_at, std::uint64_t login_number);

  net::Clock& clock_;
  OAuth oauth_;
  std::shared_ptr<Vault> vault_;
  std::map<Scopes, Entry> cache_;
  std::uint64_t working_login_ = 0;  // the sign-in whose token was last exchanged
  std::set<Scopes> hopeless_;        // refused as invalid_request with a login token that was fresh
  net::SingleFlight<Scopes, Exchanged> flights_;
};

}  // namespace auth
