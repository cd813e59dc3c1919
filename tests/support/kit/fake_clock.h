// A clock whose hands the test turns.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "net/clock.h"
#include "net/loop.h"

namespace test {

// Stands still until `advance`. Starts at 2026-01-31T08:15:30Z.
class FakeClock final : public net::Clock {
 public:
  explicit FakeClock(net::Loop& loop) : loop_(loop) {}

  net::Instant now() const override { return now_; }
  std::int64_t unix_ms() const override;
  net::Task<> sleep(net::Duration duration) override;

  // Turns the hands and wakes those who slept, one after another in the order of their times, letting the loop
  // settle after each, so that one who sleeps again within the span is woken again. Not from inside the loop.
  void advance(net::Duration span);
  // Coroutines that sleep now.
  std::size_t sleepers() const { return sleepers_->size(); }
  // Until the next one wakes. At least one must sleep.
  net::Duration next_wake() const;

 private:
  struct Sleeper;
  Sleeper* earliest() const;

  net::Loop& loop_;
  net::Instant now_{net::Duration{1'000'000'000}};
  // Shared with the sleeping coroutines, which the loop may destroy after this object.
  std::shared_ptr<std::vector<Sleeper*>> sleepers_ = std::make_shared<std::vector<Sleeper*>>();
};

}  // namespace test
