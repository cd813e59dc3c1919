#include "aic/look_again.h"

#include "http/repeat.h"

namespace aic {
namespace {

constexpr int most_outdated = 5;

}  // namespace

net::Task<> Tries::next(NotDone failure) {
  const bool refused = failure.cause.status == 401;
  if (refused ? ++refused_ > 1 : failure.sent ? ++sent_ >= http::most_attempts : ++outdated_ > most_outdated)
    throw std::move(failure.cause);
  if (refused || !failure.sent) co_return;  // what was to be waited for is over
  const auto wait = failure.wait ? *failure.wait : http::backoff(sent_, tenant_.edges().random);
  co_await tenant_.wait(wait, failure.cause.message);
}

void need_no_wait(const Tenant& tenant, int waits) {
  if (tenant.waits() == waits) return;
  base::Error error(
      base::Errc::transient,
      "The tenant repeatedly made this call wait while it read what the change depends on; nothing was written");
  error.next = "Call again later; nothing was changed, so this is safe.";
  NotDone outdated(std::move(error));
  outdated.sent = false;
  throw outdated;
}

}  // namespace aic
