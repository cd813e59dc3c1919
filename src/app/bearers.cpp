#include "app/bearers.h"

#include <fmt/format.h>

#include "base/error.h"

namespace app {

std::string CallBearers::refusal_hint(const aic::Scopes& scopes) const {
  const aic::Scopes missing = session_.not_granted(scopes);
  if (missing.empty()) return {};
  return fmt::format("The tenant granted the token without {}", fmt::join(missing, " "));
}

net::Task<aic::Bearer> CallBearers::get(aic::Scopes scopes) {
  while (true) {
    auto bearer = co_await session_.bearer(scopes, channel_, caller_);
    const auto now = session_.sign_in();
    persons_.token_was_given(scopes);
    co_await check_person(now);
    if (session_.sign_in().number == now.number) co_return bearer;
  }
}

net::Task<> CallBearers::check_person(auth::SignIn now) {
  if (!acting_) acting_ = now;
  if (acting_->number == now.number) co_return;
  if (!co_await persons_.same(*acting_, now)) throw changed_person(*acting_, now);
  acting_ = std::move(now);
}

base::Error CallBearers::changed_person(const auth::SignIn& before, const auth::SignIn& now) const {
  const auto name = persons_.name_of(now);
  base::Error error(base::Errc::conflict,
                    fmt::format("The sign-in changed while this call was running: it began for {}, and now {} is "
                                "signed in. One call does not act for two people",
                                persons_.name_of(before), name));
  error.transaction_id = trace_.ids();
  error.next = fmt::format("Call again to run it as {}. Nothing was changed.", name);
  if (trace_.writes.empty()) return error;
  error.code = base::Errc::partial;
  error.done = trace_.writes;
  error.next = fmt::format("Read the current state, then ask the person whether to do the rest as {}.", name);
  return error;
}

net::Task<aic::Bearer> QuietBearers::get(aic::Scopes scopes) {
  auto bearer = co_await session_.bearer_without_sign_in(std::move(scopes), caller_);
  if (!bearer) throw base::Error(base::Errc::login_required, "nobody is signed in");
  co_return bearer;
}

}  // namespace app
