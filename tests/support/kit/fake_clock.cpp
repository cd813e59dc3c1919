#include "support/kit/fake_clock.h"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/kit/run.h"

namespace test {
namespace asio = boost::asio;

struct FakeClock::Sleeper {
  net::Instant wakes;
  asio::steady_timer timer;
  bool woken = false;
};

std::int64_t FakeClock::unix_ms() const {
  constexpr std::int64_t start_unix_ms = 1'769'847'330'000;
  return start_unix_ms + (now_.time_since_epoch() - net::Duration{1'000'000'000}).count();
}

net::Task<> FakeClock::sleep(net::Duration duration) {
  if (duration <= net::Duration::zero()) co_return;
  Sleeper sleeper{now_ + duration, asio::steady_timer(co_await asio::this_coro::executor)};
  sleeper.timer.expires_at(asio::steady_timer::time_point::max());
  sleepers_->push_back(&sleeper);
  struct Leave {
    std::shared_ptr<std::vector<Sleeper*>> all;
    Sleeper* self;
    ~Leave() { std::erase(*all, self); }
  } leave{sleepers_, &sleeper};
  boost::system::error_code error;
  co_await sleeper.timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  if (!sleeper.woken) net::throw_cancelled();
}

FakeClock::Sleeper* FakeClock::earliest() const {
  Sleeper* first = nullptr;
  for (auto* sleeper : *sleepers_) {
    if (!sleeper->woken && (first == nullptr || sleeper->wakes < first->wakes)) first = sleeper;
  }
  return first;
}

void FakeClock::advance(net::Duration span) {
  const auto target = now_ + span;
  settle(loop_);
  for (auto* next = earliest(); next != nullptr && next->wakes <= target; next = earliest()) {
    now_ = std::max(now_, next->wakes);
    next->woken = true;
    next->timer.cancel();
    settle(loop_);
  }
  now_ = target;
}

net::Duration FakeClock::next_wake() const {
  const auto* next = earliest();
  if (next == nullptr) throw std::logic_error("nobody sleeps");
  return std::chrono::duration_cast<net::Duration>(next->wakes - now_);
}

}  // namespace test
