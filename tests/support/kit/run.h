// Driving coroutines from a test: to their end, or step by step. Nothing here can hang: a wait that nothing ends
// fails with "stuck".
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "net/loop.h"

namespace test {

// How long, in real time, nothing may happen before a test counts as stuck.
inline constexpr std::chrono::seconds stuck_after{10};

// Runs whatever is ready now, and what that makes ready.
void settle(net::Loop& loop);

// Runs the function in a turn of the loop, as the program's own code runs, then settles.
void inside(net::Loop& loop, std::function<void()> act);

// Runs the loop until `holds`. Throws std::runtime_error("stuck: …") when nothing happens any more.
void run_until(net::Loop& loop, const std::function<bool()>& holds);

namespace detail {
template <typename T>
struct Outcome {
  std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value;
  std::exception_ptr failure;
  bool ended = false;
};

template <typename T>
net::Task<> keep(net::Task<T> task, std::shared_ptr<Outcome<T>> outcome) {
  if constexpr (std::is_void_v<T>) {
    co_await std::move(task);
    outcome->value.emplace(true);
  } else {
    outcome->value.emplace(co_await std::move(task));
  }
}
}  // namespace detail

// A coroutine under way.
template <typename T>
class Started {
 public:
  Started(net::Loop& loop, net::Task<T> task) : loop_(&loop), outcome_(std::make_shared<detail::Outcome<T>>()) {
    running_ = loop.spawn(detail::keep<T>(std::move(task), outcome_), [outcome = outcome_](std::exception_ptr failure) {
      outcome->failure = std::move(failure);
      outcome->ended = true;
    });
  }

  bool ended() const { return outcome_->ended; }
  bool was_cancelled() const { return ended() && !outcome_->failure && !outcome_->value; }
  void cancel() {
    inside(*loop_, [running = running_]() mutable { running.cancel(); });
  }

  // Waits for the end; gives the value or throws what the coroutine threw.
  T get() {
    run_until(*loop_, [this] { return ended(); });
    if (outcome_->failure) std::rethrow_exception(outcome_->failure);
    if (!outcome_->value) throw std::runtime_error("the coroutine was cancelled");
    if constexpr (!std::is_void_v<T>) return std::move(*outcome_->value);
  }

 private:
  net::Loop* loop_;
  std::shared_ptr<detail::Outcome<T>> outcome_;
  net::Running running_;
};

// Starts the coroutine and lets it run as far as it gets by itself.
template <typename T>
Started<T> start(net::Loop& loop, net::Task<T> task) {
  Started<T> started(loop, std::move(task));
  settle(loop);
  return started;
}

template <typename T>
T run(net::Loop& loop, net::Task<T> task) {
  return start(loop, std::move(task)).get();
}

}  // namespace test
