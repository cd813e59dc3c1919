#include "auth/login.h"

#include <algorithm>

#include "auth/flow.h"
#include "auth/login_text.h"
#include "base/log.h"

namespace auth {
namespace {

constexpr net::Duration between_progress{10'000};
constexpr net::Duration joined_wait{45'000};    // R-PKC-14
constexpr net::Duration human_reaction{2'000};  // R-PKC-18: nobody reads a prompt and refuses it faster
constexpr net::Duration prompt_missed{10'000};  // a prompt that unwound its call, and no answer to it
constexpr net::Duration closing_limit{1'000};

net::Duration until(net::Instant then, net::Instant now) {
  return std::chrono::duration_cast<net::Duration>(then - now);
}

// The next rung of the ladder, or nothing when only the call's result is left.
std::optional<Prompt::Mode> next_mode(const LoginAttempt& attempt, const Channel& channel) {
  if (!attempt.url_mode_failed && channel.shows_urls()) return Prompt::Mode::url;
  if (!attempt.form_mode_failed && channel.shows_forms()) return Prompt::Mode::form;
  return std::nullopt;
}

// True for a prompt that unwound its call: it is with the client, and may be lost there.
bool travels(const LoginAttempt& attempt) {
  return attempt.asking == Asking::prompted && !attempt.shown;
}

// True when this call has to prompt: nobody did yet, it is the repeat of the call that the prompt unwound, or that
// prompt seems to be lost.
bool must_ask(const LoginAttempt& attempt, const Channel& channel, net::Instant now) {
  if (attempt.asking == Asking::wanted) return true;
  return travels(attempt) && (channel.has_answer(attempt.prompt_id) || now - attempt.asked_at >= prompt_missed);
}

// One of a call's waits reports for all of them (R-CLI-06): the first, and when that leaves, another.
class Speaker {
 public:
  Speaker(std::shared_ptr<LoginAttempt> attempt, const Channel& channel)
      : attempt_(std::move(attempt)), channel_(&channel) {}
  ~Speaker() {
    if (has_the_word_) attempt_->speaking.erase(channel_);
  }
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;

  bool has_the_word() {
    if (!has_the_word_) has_the_word_ = attempt_->speaking.insert(channel_).second;
    return has_the_word_;
  }

 private:
  std::shared_ptr<LoginAttempt> attempt_;
  const Channel* channel_;
  bool has_the_word_ = false;
};

void log_missing(const Scopes& asked, const TokenAnswer& answer) {
  const auto missing = not_granted(asked, answer);
  if (!missing.empty()) base::log(base::LogLevel::info, "the sign-in was granted without the scopes {}", join(missing));
}

void close_prompt(LoginAttempt& attempt, bool signed_in) {
  if (const auto shown = std::exchange(attempt.shown, nullptr)) shown->close(signed_in);
}

}  // namespace

Login::Login(Edges edges, Settings settings, std::shared_ptr<Vault> vault, std::function<void()> on_sign_in)
    : edges_(std::move(edges)),
      settings_(std::move(settings)),
      oauth_(edges_, settings_),
      vault_(std::move(vault)),
      on_sign_in_(std::move(on_sign_in)),
      host_(settings_.tenant.authority()) {}

net::Task<> Login::ensure(Channel& channel, Caller caller) {
  if (vault_->holds_token()) co_return;
  if (closed_) throw stopped();
  const bool is_over = attempt_ && attempt_->has_ended();
  const auto* failure = is_over ? attempt_->failure() : nullptr;
  if (failure != nullptr && !attempt_->prompt_id.empty() && channel.has_answer(attempt_->prompt_id)) {
    throw base::Error(*failure);  // R-DEV-08: the repeated call learns the outcome
  }
  if (!attempt_ || is_over) attempt_ = begin(std::move(caller));
  co_await wait(attempt_, channel);
}

std::shared_ptr<LoginAttempt> Login::begin(Caller caller) {
  auto attempt = std::make_shared<LoginAttempt>(edges_.loop.executor(), std::move(caller));
  attempt->running = edges_.loop.spawn(
      carry_out(shared_from_this(), attempt), [self = shared_from_this(), attempt](std::exception_ptr error) {
        if (attempt->has_ended()) return;
        self->end(*attempt,
                  {.error = error ? base::Error(base::Errc::internal, "The sign-in was interrupted.") : stopped()});
      });
  return attempt;
}

net::Task<> Login::carry_out(std::shared_ptr<Login> self, std::shared_ptr<LoginAttempt> attempt) {
  LoginOutcome outcome;
  try {
    const FlowContext context{.edges = self->edges_, .settings = self->settings_, .oauth = self->oauth_};
    const bool by_browser = self->settings_.flow == Flow::browser;
    auto answer = co_await (by_browser ? sign_in_by_browser(context, *attempt) : sign_in_by_device(context, *attempt));
    log_missing(self->settings_.login_scopes, answer);
    self->granted_ = {answer.granted.value_or(self->settings_.login_scopes), self->edges_.clock.unix_ms()};
    self->vault_->hold(std::move(answer.token), answer.lifetime.value_or(login_lifetime));
    self->on_sign_in_();
  } catch (const base::Error& error) {
    outcome.error = error;
  }
  const bool signed_in = !outcome.error;
  self->end(*attempt, std::move(outcome));
  if (!signed_in) co_return;
  co_await self->vault_->store();  // no call waits for a slow keychain
}

void Login::end(LoginAttempt& attempt, LoginOutcome outcome) {
  if (attempt.has_ended()) return;
  const bool signed_in = !outcome.error;
  attempt.outcome = std::move(outcome);
  base::wipe(attempt.url);  // holds the state
  close_prompt(attempt, signed_in);
  attempt.note_change();
}

// How long this call waits at most.
net::Instant Login::patience(const LoginAttempt& attempt, const Channel& channel) const {
  const auto now = edges_.clock.now();
  const auto limit = channel.reports_progress() ? net::Duration::max() / 2 : settings_.wait_without_progress;
  return now + (attempt.asking == Asking::as_text ? std::min(limit, joined_wait) : limit);
}

net::Task<> Login::wait(std::shared_ptr<LoginAttempt> attempt, Channel& channel) {
  // A call that brought the answer for which only the text is left has not shown the text yet.
  const bool came_for_text = attempt->asking == Asking::as_text && !channel.has_answer(attempt->prompt_id);
  const auto gives_up = patience(*attempt, channel);
  Speaker speaker(attempt, channel);
  std::string told;
  net::Instant tells_again{};
  while (!attempt->has_ended()) {
    const auto changed = attempt->changed;
    const auto now = edges_.clock.now();
    if (must_ask(*attempt, channel, now)) ask(attempt, channel);
    if (attempt->has_ended()) break;
    const bool has_no_prompt = attempt->asking == Asking::as_text && !came_for_text;
    if (has_no_prompt || now >= gives_up) throw still_pending(*attempt, host_, now);
    if (auto text = progress_text(*attempt, host_); now >= tells_again || text != told) {
      if (speaker.has_the_word()) channel.progress(text);
      told = std::move(text);
      tells_again = now + between_progress;
    }
    auto wakes = std::min(gives_up, tells_again);
    if (travels(*attempt)) wakes = std::min(wakes, attempt->asked_at + prompt_missed);
    co_await edges_.loop.within(edges_.clock, until(wakes, now), changed->wait());
  }
  if (const auto* failure = attempt->failure()) throw base::Error(*failure);
}

void Login::ask(const std::shared_ptr<LoginAttempt>& attempt, Channel& channel) {
  const auto mode = next_mode(*attempt, channel);
  if (!mode) {
    attempt->asking = Asking::as_text;
    attempt->note_change();
    return;
  }
  if (attempt->asking != Asking::prompted) {
    attempt->asking = Asking::prompted;
    attempt->prompt_id = edges_.random.uuid();
    attempt->prompted_at = edges_.clock.now();
  }
  attempt->asked_at = edges_.clock.now();
  Prompt prompt{.id = attempt->prompt_id, .mode = *mode, .message = prompt_message(*attempt, host_, *mode)};
  if (*mode == Prompt::Mode::url) prompt.url = attempt->url;
  auto on_answer = [weak_login = weak_from_this(), weak = std::weak_ptr(attempt), id = prompt.id,
                    mode = *mode](Answer answer) {
    const auto login = weak_login.lock();
    const auto asked = weak.lock();
    if (login && asked) login->take_answer(*asked, id, mode, answer);
  };
  try {
    attempt->shown = channel.show(std::move(prompt), std::move(on_answer));
  } catch (const base::Error&) {
    // This call cannot ask any more; another one shall.
    attempt->asking = Asking::wanted;
    attempt->note_change();
    throw still_pending(*attempt, host_, edges_.clock.now());
  }
  // The answer may have come already.
  if (attempt->has_ended()) close_prompt(*attempt, false);
}

void Login::take_answer(LoginAttempt& attempt, const std::string& prompt_id, Prompt::Mode mode, Answer answer) {
  if (attempt.has_ended() || attempt.prompt_id != prompt_id || attempt.asking != Asking::prompted) return;
  switch (answer) {
    case Answer::accepted:
      attempt.asking = Asking::accepted;
      break;
    case Answer::undeliverable:
      (mode == Prompt::Mode::url ? attempt.url_mode_failed : attempt.form_mode_failed) = true;
      attempt.asking = Asking::wanted;
      break;
    case Answer::declined:
    case Answer::cancelled:
      if (until(edges_.clock.now(), attempt.prompted_at) >= human_reaction) {
        end(attempt, {.error = declined(host_)});
        attempt.running.cancel();
        return;
      }
      attempt.asking = Asking::as_text;
      break;
  }
  attempt.note_change();
}

void Login::stop() {
  closed_ = true;
  if (attempt_ && !attempt_->has_ended()) attempt_->running.cancel();
}

net::Task<> Login::wait_for_end() {
  while (attempt_ && !attempt_->has_ended()) {
    const auto changed = attempt_->changed;
    if (!co_await edges_.loop.within(edges_.clock, closing_limit, changed->wait())) co_return;
  }
}

}  // namespace auth
