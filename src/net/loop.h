// The one thread that everything runs on, and what coroutines on it need: starting, waiting with a limit, running
// side by side, waking each other, and handing blocking work to a small pool. Sharing one piece of work between
// many waiters is single_flight.h.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "net/clock.h"
#include "net/task.h"

namespace net {

class WorkerPool;

// Thrown out of an awaiting coroutine when its work was cancelled is boost::system::system_error with
// operation_aborted; `is_cancellation` recognises it.
bool is_cancellation(const std::exception& error);
bool is_cancellation(const std::exception_ptr& error);
// For code that decides by itself to stop the coroutine it is in, as a cancellation would.
[[noreturn]] void throw_cancelled();

// A started coroutine that can be stopped. Dropping the handle leaves it running.
class Running {
 public:
  // Asks it to unwind at its current or next wait. Without effect once it has ended. Loop thread only.
  void cancel();
  bool ended() const;

 private:
  friend class Loop;
  struct State;
  std::shared_ptr<State> state_;
};

// The event loop. Destroying it destroys every coroutine that is still suspended on it.
class Loop {
 public:
  explicit Loop(std::size_t pool_threads = 2);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context();
  boost::asio::any_io_executor executor();

  // Runs until `stop` or until nothing is left to do. A suspended coroutine is something left to do.
  void run();
  void stop();

  // Starts a coroutine beside the current one. It owns what it needs (parameters by value or shared). `done`
  // gets its failure, or nothing; a cancellation counts as nothing.
  Running spawn(Task<> task, std::function<void(std::exception_ptr)> done);

  // Runs blocking work on the pool and resumes here with its value or exception, or with nothing (false for work
  // without a value) when the limit has passed. Then, and when the waiting coroutine is cancelled, the work goes on to
  // its end and its result is dropped: `work` owns what it touches.
  template <typename F>
  auto offload(Clock& clock, Duration limit, F work) {
    return offload(pool(), clock, limit, std::move(work));
  }
  // The same on threads of its own (net/worker_pool.h), for work that may hang: it holds up nothing else.
  template <typename F>
  auto offload(WorkerPool& pool, Clock& clock, Duration limit, F work) {
    return within(clock, limit, run_on(pool, std::move(work)));
  }

  // Runs the task to its end or for `limit`, whichever comes first; in the second case the task is cancelled,
  // has unwound when this returns, and the result is nothing (false for Task<void>).
  template <typename T>
  Task<std::optional<T>> within(Clock& clock, Duration limit, Task<T> task);
  Task<bool> within(Clock& clock, Duration limit, Task<> task);

 private:
  WorkerPool& pool();
  template <typename F>
  auto run_on(WorkerPool& pool, F work) -> Task<std::invoke_result_t<F>>;
  Task<> run_on_pool(WorkerPool& pool, std::function<void()> work);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What one of several tasks came to: a value or a failure.
template <typename T>
struct Outcome {
  std::optional<T> value;
  std::exception_ptr error;
};

// Runs all tasks side by side and waits for all; results are in the order of the tasks, a failure is kept in its
// place. Cancelling the caller cancels every task and waits until all have unwound; so does an Unwinding, which is then
// thrown.
template <typename T>
Task<std::vector<Outcome<T>>> gather(std::vector<Task<T>> tasks);
Task<std::vector<std::exception_ptr>> gather(std::vector<Task<>> tasks);

// The same where each has to succeed: throws the failure of the first, in the order of the tasks, that has one.
Task<> all(std::vector<Task<>> tasks);

// Runs two tasks side by side and gives both values, or that of the first. Where one fails, the other still comes to
// its end; where both do, it is the failure of the first that is thrown.
template <typename First, typename Second>
Task<std::pair<First, Second>> both(Task<First> first, Task<Second> second);
template <typename First>
Task<First> both(Task<First> first, Task<> second);
Task<> both(Task<> first, Task<> second);

// Wakes every coroutine that waits for it, once set for good. Loop thread only.
class Condition {
 public:
  explicit Condition(const boost::asio::any_io_executor& executor);
  ~Condition();  // those who still wait are cancelled
  Condition(const Condition&) = delete;
  Condition& operator=(const Condition&) = delete;

  void set();    // wakes all; later waits return at once
  void pulse();  // wakes those who wait now, and stays unset
  bool is_set() const;
  Task<> wait();

 private:
  struct Impl;
  static Task<> wait_for(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

// One at a time, first come first served. Loop thread only.
class Mutex {
  struct Impl;

 public:
  explicit Mutex(const boost::asio::any_io_executor& executor);

  // Holds the mutex as long as it lives; may outlive the Mutex.
  class Guard {
   public:
    Guard(Guard&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard();

   private:
    friend class Mutex;
    explicit Guard(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<Impl> impl_;
  };
  Task<Guard> lock();

 private:
  static Task<Guard> lock(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

namespace detail {

template <typename T>
Task<> store(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

}  // namespace detail

template <typename F>
auto Loop::run_on(WorkerPool& pool, F work) -> Task<std::invoke_result_t<F>> {
  using Value = std::invoke_result_t<F>;
  if constexpr (std::is_void_v<Value>) {
    co_await run_on_pool(pool, [job = std::make_shared<F>(std::move(work))] { (*job)(); });
  } else {
    struct Job {
      F work;
      std::optional<Value> value;
    };
    auto job = std::make_shared<Job>(Job{std::move(work), std::nullopt});
    co_await run_on_pool(pool, [job] { job->value.emplace(job->work()); });
    co_return std::move(*job->value);  // NOLINT(bugprone-unchecked-optional-access): the job has ended, and well
  }
}

template <typename T>
Task<std::optional<T>> Loop::within(Clock& clock, Duration limit, Task<T> task) {
  std::optional<T> result;
  co_await within(clock, limit, detail::store(std::move(task), result));
  co_return result;
}

template <typename T>
Task<std::vector<Outcome<T>>> gather(std::vector<Task<T>> tasks) {
  std::vector<Outcome<T>> outcomes(tasks.size());
  std::vector<Task<>> stores;
  stores.reserve(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    stores.push_back(detail::store(std::move(tasks[i]), outcomes[i].value));
  }
  auto errors = co_await gather(std::move(stores));
  for (std::size_t i = 0; i < errors.size(); ++i) outcomes[i].error = std::move(errors[i]);
  co_return outcomes;
}

// NOLINTBEGIN(bugprone-unchecked-optional-access): the tasks have ended, and well
template <typename First, typename Second>
Task<std::pair<First, Second>> both(Task<First> first, Task<Second> second) {
  std::optional<First> of_first;
  std::optional<Second> of_second;
  co_await both(detail::store(std::move(first), of_first), detail::store(std::move(second), of_second));
  co_return std::pair<First, Second>(std::move(*of_first), std::move(*of_second));
}

template <typename First>
Task<First> both(Task<First> first, Task<> second) {
  std::optional<First> of_first;
  co_await both(detail::store(std::move(first), of_first), std::move(second));
  co_return std::move(*of_first);
}
// NOLINTEND(bugprone-unchecked-optional-access)

}  // namespace net
