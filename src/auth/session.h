// The signed-in person of this process: gives scoped tokens, signing in and exchanging where needed.
// Everything above sees only this header and channel.h.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "auth/channel.h"
#include "auth/store.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/url.h"
#include "http/http.h"
#include "net/browser.h"
#include "net/loop.h"
#include "net/worker_pool.h"

namespace auth {

using Scopes = std::set<std::string>;

enum class Flow { browser, device };

// Where this process runs, seen from the person's browser: decides which hint a failed sign-in gives.
enum class Place { here, ssh, wsl };

// One sign-in of this process, told from others by its number; 0 for none yet.
struct SignIn {
  std::uint64_t number = 0;
  std::string subject;  // whom the login token names; empty where it cannot be read
};

struct Settings {
  base::Origin tenant;
  Scopes login_scopes;            // asked at sign-in, sent in `login_scope_order`
  std::string login_scope_order;  // the same, joined by spaces, in the vendor's order
  Flow flow = Flow::browser;
  bool prompt_login = false;    // AIC_LOGIN_PROMPT=login
  bool revoke_at_exit = false;  // AIC_REVOKE_AT_EXIT
  Place place = Place::here;
  net::Duration wait_without_progress{50'000};  // AIC_LOGIN_WAIT_S
  net::Duration request_limit{60'000};          // AIC_HTTP_TIMEOUT_S
  std::uint16_t redirect_port = 3000;           // only tests say otherwise; 0 = any free one
  // Called when a sign-in has come to a token, and when its token is given up.
  std::function<void(const SignIn&)> on_sign_in = [](const SignIn&) {};
  std::function<void(const SignIn&)> on_sign_out = [](const SignIn&) {};
};

// The edges of the world, all given; they outlive the session.
struct Edges {
  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  http::HttpClient& http;
  net::Browser& browser;
  std::shared_ptr<TokenStore> store;
  net::WorkerPool& keychain_thread;  // for the store's calls alone: one that hangs holds up nothing but further ones
};

// Which call wants the token: its transaction id goes along with OAuth requests (R-HTT-14).
struct Caller {
  std::uint64_t call = 0;
  std::string transaction_id;
};

using Bearer = std::shared_ptr<const base::Secret>;

// How a sign-in stands, for people.
struct Standing {
  std::int64_t since_unix_ms = 0;
  std::int64_t until_unix_ms = 0;
  Scopes granted;
};

// What became of a wish to sign out.
struct SignedOut {
  bool was_signed_in = false;
  bool revoked = false;          // the tokens are being revoked
  bool record_may_stay = false;  // in the keychain, which did not answer or refused
};

class Session {
 public:
  Session(Edges edges, Settings settings);
  ~Session();

  // Starts what may run beside everything else: removing the records of dead processes (R-TOK-05).
  void start();

  // A token for exactly these scopes: cached, exchanged, or after a sign-in through `channel`. Throws base::Error:
  // login_required (with the address in `detail.url`), login_declined, login_failed, or what the tenant said.
  net::Task<Bearer> bearer(Scopes scopes, Channel& channel, Caller caller);

  // The same for what nobody waits for: never a sign-in. Null when a token cannot be had without one.
  net::Task<Bearer> bearer_without_sign_in(Scopes scopes, Caller caller);

  // The API answered 401 to this token: forget it if it is still the cached one (R-TOK-18).
  void refused(const Scopes& scopes, const Bearer& bearer);

  // The scopes of this set that the tenant left out of the cached token (R-TOK-15), for the error of a refused call.
  Scopes not_granted(const Scopes& scopes) const;

  // True once a token could be had without asking the person.
  bool signed_in() const;
  // The latest sign-in. A bearer that was just given rests on it.
  SignIn sign_in() const;
  // Nothing while nobody is signed in.
  std::optional<Standing> standing() const;

  // Forgets all tokens and deletes the record, having begun the revocation where that is asked for (R-SES-02). The next
  // need of a token signs in again; an exchange under way is thrown away when it answers.
  net::Task<SignedOut> sign_out();

  // Closes the listener and removes the record (R-TOK-04), having begun the revocation where that is asked for. No
  // sign-in starts afterwards.
  net::Task<> close();
  // Waits for the revocation.
  net::Task<> finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace auth
