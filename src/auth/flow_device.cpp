#include <algorithm>

#include "auth/flow.h"
#include "auth/login_text.h"
#include "auth/pkce.h"
#include "base/log.h"

namespace auth {
namespace {

constexpr net::Duration slow_down_step{5'000};  // RFC 8628 §3.5
constexpr net::Duration longest_wait{60'000};

// The pause before the next poll.
class Pace {
 public:
  explicit Pace(net::Duration interval) : interval_(interval), wait_(interval) {}
  net::Duration wait() const { return wait_; }

  void after(NotYet answer) {
    if (answer == NotYet::slow_down) interval_ += slow_down_step;
    wait_ = answer == NotYet::unclear ? std::max(interval_, std::min(2 * wait_, longest_wait)) : interval_;
  }

 private:
  net::Duration interval_;
  net::Duration wait_;
};

}  // namespace

net::Task<TokenAnswer> sign_in_by_device(FlowContext context, LoginAttempt& attempt) {
  const auto& [edges, settings, oauth] = context;
  const auto pkce = make_pkce(edges.random);
  const auto device = co_await oauth.authorize_device(pkce.challenge, attempt.starter);
  attempt.verification_uri = device.verification_uri;
  attempt.user_code = device.user_code;
  attempt.url = device.complete_uri.empty() ? device.verification_uri : device.complete_uri;
  attempt.deadline = edges.clock.now() + device.lifetime;
  attempt.asking = Asking::wanted;
  base::announce(log_text(attempt, settings.tenant.authority()));
  attempt.note_change();

  Pace pace(device.interval);
  while (true) {
    const auto left = std::chrono::duration_cast<net::Duration>(attempt.deadline - edges.clock.now());
    co_await edges.clock.sleep(std::min(pace.wait(), left));
    if (edges.clock.now() >= attempt.deadline) throw code_expired(settings);
    auto answer = co_await oauth.poll(device.code, pkce.verifier, attempt.starter);
    if (auto* token = std::get_if<TokenAnswer>(&answer)) co_return std::move(*token);
    pace.after(std::get<NotYet>(answer));
  }
}

}  // namespace auth
