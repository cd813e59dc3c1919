// Gets a person signed in: one attempt at a time, joined by every call that needs a token, and brought to the person
// by the first way that works (R-PKC-13). How the token itself is had is flow.h's business.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "auth/login_attempt.h"
#include "auth/oauth.h"
#include "auth/vault.h"

namespace auth {

// The sign-ins of one process. Loop thread only.
class Login : public std::enable_shared_from_this<Login> {
 public:
  // `on_sign_in` is called as soon as another login token is in the vault.
  Login(Edges edges, Settings settings, std::shared_ptr<Vault> vault, std::function<void()> on_sign_in);

  // Returns when the vault holds a token; begins or joins a sign-in where it does not. Throws base::Error, or
  // whatever `channel.show` unwinds the call with.
  net::Task<> ensure(Channel& channel, Caller caller);
  // The scopes that the latest sign-in was granted, and when that was; nothing before the first one.
  struct Granted {
    Scopes scopes;
    std::int64_t unix_ms = 0;
  };
  const std::optional<Granted>& granted() const { return granted_; }
  // Ends what is under way, listener included; nothing begins any more. `wait_for_end` returns when it has unwound.
  void stop();
  net::Task<> wait_for_end();

 private:
  std::shared_ptr<LoginAttempt> begin(Caller caller);
  static net::Task<> carry_out(std::shared_ptr<Login> self, std::shared_ptr<LoginAttempt> attempt);
  net::Task<> wait(std::shared_ptr<LoginAttempt> attempt, Channel& channel);
  void ask(const std::shared_ptr<LoginAttempt>& attempt, Channel& channel);
  void take_answer(LoginAttempt& attempt, const std::string& prompt_id, Prompt::Mode mode, Answer answer);
  void end(LoginAttempt& attempt, LoginOutcome outcome);
  net::Instant patience(const LoginAttempt& attempt, const Channel& channel) const;

  Edges edges_;
  Settings settings_;
  OAuth oauth_;
  std::shared_ptr<Vault> vault_;
  std::function<void()> on_sign_in_;
  std::string host_;
  std::shared_ptr<LoginAttempt> attempt_;  // the latest, kept after its end for calls that ask for its outcome
  std::optional<Granted> granted_;
  bool closed_ = false;
};

}  // namespace auth
