#include <fmt/core.h>

#include "auth/flow.h"
#include "auth/login_text.h"
#include "auth/pkce.h"
#include "auth/port_holder.h"
#include "auth/redirect_listener.h"
#include "base/log.h"

namespace auth {
namespace {

constexpr net::Duration login_limit{300'000};
constexpr net::Duration stranger_limit{15'000};  // for a port that another program holds
constexpr net::Duration between_tries{500};

void set_obstacle(LoginAttempt& attempt, std::string obstacle) {
  if (attempt.obstacle == obstacle) return;
  attempt.obstacle = std::move(obstacle);
  attempt.note_change();
}

std::unique_ptr<RedirectListener> try_to_listen(const FlowContext& context, const std::string& state) {
  try {
    return std::make_unique<RedirectListener>(context.edges.loop, context.settings.redirect_port, state);
  } catch (const http::AddressInUse&) {
    return nullptr;
  }
}

// Who holds the port. A stranger is asked once; a server of ours now and then, as it may give way to a stranger.
class Holder {
 public:
  Holder(const Edges& edges, std::uint16_t port) : edges_(edges), port_(port), stranger_since_(edges.clock.now()) {}

  net::Task<> look() {
    if (found_ && !(found_->is_listener_of_ours && ++looks_ % looks_per_question == 0)) co_return;
    found_ = co_await ask_port_holder(edges_.loop, edges_.clock, port_);
    if (found_->is_listener_of_ours) stranger_since_ = edges_.clock.now();
  }
  bool is_of_ours() const { return found_ && found_->is_listener_of_ours; }
  std::string name() const { return found_ ? found_->name : std::string(); }
  bool is_stranger_for(net::Duration span) const {
    return !is_of_ours() && edges_.clock.now() - stranger_since_ >= span;
  }
  std::string describe() const {
    if (is_of_ours())
      return fmt::format("another AIC MCP server on this machine is signing in and uses port {}", port_);
    return fmt::format("{} uses port {}", name().empty() ? "another program" : name(), port_);
  }

 private:
  static constexpr int looks_per_question = 10;

  const Edges& edges_;
  std::uint16_t port_;
  std::optional<PortHolder> found_;
  int looks_ = 0;
  net::Instant stranger_since_;
};

// No system tells when a port becomes free, so this tries again and again (R-PKC-19).
net::Task<std::unique_ptr<RedirectListener>> listen(FlowContext context, LoginAttempt& attempt,
                                                    const std::string& state) {
  const auto port = context.settings.redirect_port;
  auto& clock = context.edges.clock;
  const auto began = clock.now();
  Holder holder(context.edges, port);
  while (true) {
    if (auto listener = try_to_listen(context, state)) {
      set_obstacle(attempt, {});
      co_return listener;
    }
    co_await holder.look();
    if (clock.now() - began >= login_limit || holder.is_stranger_for(stranger_limit)) {
      throw port_taken(context.settings, port, holder.name(), holder.is_of_ours());
    }
    set_obstacle(attempt, holder.describe());
    co_await clock.sleep(between_tries);
  }
}

ResultPage success_page(const std::string& host) {
  return {.tone = ResultPage::Tone::success,
          .title = "You are signed in",
          .text = "Return to your application. It continues automatically.",
          .tenant = host};
}

ResultPage failure_page(const base::Error& error, const std::string& host) {
  return {.tone = ResultPage::Tone::failure,
          .title = "The sign-in failed",
          .text = error.message,
          .detail = "Return to your application and try again there.",
          .tenant = host};
}

net::Task<> open_browser(net::Browser& browser, std::weak_ptr<LoginAttempt> watched, std::string url) {
  bool is_open = false;
  try {
    is_open = co_await browser.open(std::move(url));
  } catch (const base::Error& fault) {
    base::log(base::LogLevel::warn, "the browser could not be opened: {}", fault.message);
  }
  const auto attempt = watched.lock();
  if (!attempt || attempt->has_ended()) co_return;
  attempt->browser_opened = is_open;
  attempt->asking = is_open ? Asking::nothing : Asking::wanted;
  attempt->note_change();
}

net::Task<std::optional<TokenAnswer>> redeem(FlowContext context, const base::Secret& code,
                                             const base::Secret& verifier, const std::string& redirect_uri,
                                             const Caller& caller, std::optional<base::Error>& refusal) {
  try {
    co_return co_await context.oauth.redeem(code, verifier, redirect_uri, caller);
  } catch (const base::Error& error) {
    refusal = error;
  }
  co_return std::nullopt;
}

}  // namespace

net::Task<TokenAnswer> sign_in_by_browser(FlowContext context, LoginAttempt& attempt) {
  const auto& [edges, settings, oauth] = context;
  const auto host = settings.tenant.authority();
  auto state = make_state(edges.random);
  const auto listener = co_await listen(context, attempt, state);
  const auto pkce = make_pkce(edges.random);
  const auto redirect_uri = fmt::format("http://localhost:{}", listener->port());
  attempt.url = oauth.authorize_url(redirect_uri, pkce.challenge, state);
  base::wipe(state);
  attempt.deadline = edges.clock.now() + login_limit;
  base::announce(log_text(attempt, host));
  attempt.note_change();

  // Beside the wait for the redirect: an opener is watched for 3 s, and a browser with a session is back before that.
  edges.loop.spawn(open_browser(edges.browser, attempt.weak_from_this(), attempt.url),
                   [](const std::exception_ptr&) {});

  const auto left = std::chrono::duration_cast<net::Duration>(attempt.deadline - edges.clock.now());
  auto redirect = co_await edges.loop.within(edges.clock, left, listener->decision());
  if (!redirect) throw timed_out(settings, login_limit);
  std::optional<base::Error> refusal;
  std::optional<TokenAnswer> answer;
  if (redirect->error.empty()) {
    answer = co_await redeem(context, redirect->code, pkce.verifier, redirect_uri, attempt.starter, refusal);
  } else {
    refusal = redirected_with_error(settings, redirect->error, redirect->description);
  }
  co_await listener->conclude(refusal ? failure_page(*refusal, host) : success_page(host));
  if (refusal) throw base::Error(*refusal);
  co_return std::move(*answer);  // NOLINT(bugprone-unchecked-optional-access): without a refusal there is an answer
}

}  // namespace auth
