// The one thread that everything runs on, and what coroutines on it need: starting, waiting with a limit,
// waking each other, and handing blocking work to a small pool.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "net/clock.h"
#include "net/task.h"

namespace net {

// Thrown out of an awaiting coroutine when its work was cancelled is boost::system::system_error with
// operation_aborted; `is_cancellation` recognises it.
bool is_cancellation(const std::exception& error);
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

class Loop {
 public:
  explicit Loop(std::size_t pool_threads = 2);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context();
  boost::asio::any_io_executor executor();

  // Runs until `stop` or until nothing is left to do.
  void run();
  void stop();

  // Starts a coroutine beside the current one. It owns what it needs (parameters by value or shared). `done`
  // gets its failure, or nothing; a cancellation counts as nothing.
  Running spawn(Task<> task, std::function<void(std::exception_ptr)> done);

  // Runs blocking work on the pool and resumes here with its value or exception. When the waiting coroutine is
  // cancelled the work goes on to its end and its result is dropped: `work` owns what it touches.
  template <typename F>
  auto offload(F work) -> Task<std::invoke_result_t<F>>;

  // Runs the task to its end or for `limit`, whichever comes first; in the second case the task is cancelled,
  // has unwound when this returns, and the result is nothing (false for Task<void>).
  template <typename T>
  Task<std::optional<T>> within(Clock& clock, Duration limit, Task<T> task);
  Task<bool> within(Clock& clock, Duration limit, Task<> task);

  // Runs all tasks side by side and waits for all; a failure is kept in its place.
  // (For fan-outs: see gather in this header.)

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Wakes every coroutine that waits for it, once set for good. Loop thread only.
class Event {
 public:
  explicit Event(const boost::asio::any_io_executor& executor);
  ~Event();
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set();    // wakes all; later waits return at once
  void pulse();  // wakes those who wait now, and stays unset
  bool is_set() const;
  Task<> wait();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// One at a time, first come first served. Loop thread only.
class Mutex {
 public:
  explicit Mutex(const boost::asio::any_io_executor& executor);
  ~Mutex();

  class Guard {
   public:
    Guard(Guard&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard();

   private:
    friend class Mutex;
    explicit Guard(Mutex* mutex) : mutex_(mutex) {}
    Mutex* mutex_;
  };
  Task<Guard> lock();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace net
