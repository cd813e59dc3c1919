// One sign-in under way, from its first step to its outcome: shared by the coroutine that carries it out and the calls
// that wait for it. It outlives every single call (R-PKC-16).
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "auth/session.h"
#include "base/error.h"

namespace auth {

// What the person is asked to do, and how far that got (R-PKC-13).
enum class Asking {
  nothing,   // not yet, or a browser window shows everything
  wanted,    // the next waiting call shall prompt
  prompted,  // a prompt is on the screen, or on its way there
  accepted,  // the person has seen it
  as_text,   // no prompt is possible: results carry the address
};

// How it ended. No error = a token was given.
struct LoginOutcome {
  std::optional<base::Error> error;
};

struct LoginAttempt : std::enable_shared_from_this<LoginAttempt> {
  LoginAttempt(const boost::asio::any_io_executor& an_executor, Caller a_starter)
      : starter(std::move(a_starter)), executor(an_executor), changed(std::make_shared<net::Condition>(an_executor)) {}

  // Tells the waiting calls that something below is new.
  void note_change() { std::exchange(changed, std::make_shared<net::Condition>(executor))->set(); }
  // The person has to enter the code: the tenant gave no address that contains it.
  bool asks_for_code() const { return !user_code.empty() && url == verification_uri; }
  bool has_ended() const { return outcome.has_value(); }
  // Why no token was given; null while it goes on and where one was.
  const base::Error* failure() const { return outcome && outcome->error ? &*outcome->error : nullptr; }

  const Caller starter;

  // What the person needs; empty until it is known.
  std::string url;
  std::string user_code;         // device flow
  std::string verification_uri;  // device flow; `url` is the complete link where there is one
  net::Instant deadline{};       // valid with `url`
  std::string obstacle;          // what keeps the sign-in from beginning; empty for nothing
  bool browser_opened = false;

  Asking asking = Asking::nothing;
  bool url_mode_failed = false;
  bool form_mode_failed = false;
  std::string prompt_id;
  net::Instant prompted_at{};
  net::Instant asked_at{};  // a call was last told to show the prompt
  std::shared_ptr<Shown> shown;

  std::set<const Channel*> speaking;  // calls that report progress already

  std::optional<LoginOutcome> outcome;
  net::Running running;

  boost::asio::any_io_executor executor;
  std::shared_ptr<net::Condition> changed;  // a fresh one after each change, so that no change is missed
};

}  // namespace auth
