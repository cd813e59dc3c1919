#include "net/loop.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <deque>
#include <mutex>

#include "base/process.h"
#include "net/worker_pool.h"

namespace net {

namespace asio = boost::asio;

namespace {

constexpr auto never = asio::steady_timer::time_point::max();

// Coroutines wait on timers that never expire and are woken by `cancel`: the timer queue then owns what is
// suspended, and destroying the loop destroys it, whatever refers to whatever.
Task<> wait_for_wake(asio::steady_timer& timer) {
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) throw_cancelled();
}

// Stops a coroutine. A signal that comes before it has begun is kept until then: asio 1.81 would throw it out of the
// running loop.
class Stopper {
 public:
  void stop() {
    if (has_begun_) {
      signal_.emit(asio::cancellation_type::terminal);
    } else {
      is_stopped_ = true;
    }
  }
  asio::cancellation_slot slot() { return signal_.slot(); }

  // The coroutine's first step.
  void begin() {
    has_begun_ = true;
    if (is_stopped_) throw_cancelled();
  }

 private:
  asio::cancellation_signal signal_;
  bool has_begun_ = false, is_stopped_ = false;
};

// Begins in a turn of the loop of its own, so that whoever starts it is never entered again half-way.
Task<> begin_later(Stopper& stopper, Task<> task) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  stopper.begin();
  co_await std::move(task);
}

// A completion handler with its cancellation slot. Not bind_cancellation_slot: with that, a cancellation that comes
// from outside the running loop is posted, and may arrive after the coroutine and its signal are gone.
template <typename Done>
struct Completion {
  using cancellation_slot_type = asio::cancellation_slot;  // NOLINT(readability-identifier-naming): Asio's name
  cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }
  void operator()(std::exception_ptr error) { done(std::move(error)); }

  Done done;
  asio::cancellation_slot slot;
};

// `done` keeps the stopper alive.
template <typename Done>
void start(const asio::any_io_executor& executor, Stopper& stopper, Task<> task, Done done) {
  asio::co_spawn(executor, begin_later(stopper, std::move(task)), Completion<Done>{std::move(done), stopper.slot()});
}

}  // namespace

bool is_cancellation(const std::exception& error) {
  const auto* system = dynamic_cast<const boost::system::system_error*>(&error);
  return system != nullptr && system->code() == asio::error::operation_aborted;
}

bool is_cancellation(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    return is_cancellation(exception);
  } catch (...) {
    return false;
  }
}

void throw_cancelled() {
  throw boost::system::system_error(asio::error::operation_aborted);
}

struct Running::State {
  Stopper stopper;
  bool ended = false;
};

void Running::cancel() {
  if (state_ && !state_->ended) state_->stopper.stop();
}

bool Running::ended() const {
  return !state_ || state_->ended;
}

struct Loop::Impl {
  // Closed before the context goes, for jobs that come to their end later.
  struct Door {
    std::mutex mutex;
    asio::io_context* context;
  };

  explicit Impl(std::size_t pool_threads) : pool(pool_threads) {
    door->context = &context;
    base::ignore_broken_pipes();
  }
  ~Impl() {
    const std::lock_guard lock(door->mutex);
    door->context = nullptr;
  }

  asio::io_context context{1};
  std::shared_ptr<Door> door = std::make_shared<Door>();
  WorkerPool pool;
};

Loop::Loop(std::size_t pool_threads) : impl_(std::make_unique<Impl>(pool_threads)) {}
Loop::~Loop() = default;

asio::io_context& Loop::context() {
  return impl_->context;
}
asio::any_io_executor Loop::executor() {
  return impl_->context.get_executor();
}

void Loop::run() {
  impl_->context.restart();
  impl_->context.run();
}

void Loop::stop() {
  impl_->context.stop();
}

Running Loop::spawn(Task<> task, std::function<void(std::exception_ptr)> done) {
  Running running;
  running.state_ = std::make_shared<Running::State>();
  start(executor(), running.state_->stopper, std::move(task),
        [state = running.state_, done = std::move(done)](std::exception_ptr error) {
          state->ended = true;
          if (done) done(is_cancellation(error) ? nullptr : std::move(error));
        });
  return running;
}

WorkerPool& Loop::pool() {
  return impl_->pool;
}

Task<> Loop::run_on_pool(WorkerPool& pool, std::function<void()> work) {
  struct Job {
    std::function<void()> work;
    std::exception_ptr error;
  };
  auto job = std::make_shared<Job>(std::move(work));
  // Owned by the waiting side alone: a job may outlive the loop, a timer must not.
  const auto ended = std::make_shared<asio::steady_timer>(impl_->context, never);
  pool.run([job, door = impl_->door, waiting = std::weak_ptr(ended)] {
    try {
      job->work();
    } catch (...) {
      job->error = std::current_exception();
    }
    const std::lock_guard lock(door->mutex);
    if (door->context == nullptr) return;
    asio::post(*door->context, [waiting] {
      if (const auto timer = waiting.lock()) timer->cancel();
    });
  });
  co_await wait_for_wake(*ended);
  if (job->error) std::rethrow_exception(job->error);
}

namespace {

enum class Ending { with_the_last, with_the_first };

bool is_unwinding(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const Unwinding&) {
    return true;
  } catch (...) {
    return false;
  }
}

// Several tasks and one who waits for all of them.
struct Children {
  Children(const asio::any_io_executor& executor, std::size_t count, Ending how)
      : ending(how), stoppers(count), errors(count), left(count), all_ended(executor, never) {}

  void cancel() {
    for (auto& stopper : stoppers) stopper.stop();
  }

  void note_end(std::size_t child, std::exception_ptr error) {
    if (!unwinding && is_unwinding(error)) unwinding = error;
    errors[child] = std::move(error);
    if (--left == 0) {
      all_ended.cancel();
    } else if (ending == Ending::with_the_first || unwinding) {
      cancel();
    }
  }

  Ending ending;
  std::deque<Stopper> stoppers;
  std::vector<std::exception_ptr> errors;
  std::exception_ptr unwinding;  // the first one
  std::size_t left;
  asio::steady_timer all_ended;
};

// The caller's own cancellation is passed on to the children; the wait goes on until they have unwound.
Task<std::vector<std::exception_ptr>> run_children(std::vector<Task<>> tasks, Ending ending) {
  auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) throw_cancelled();
  if (tasks.empty()) co_return std::vector<std::exception_ptr>{};

  const auto executor = co_await asio::this_coro::executor;
  auto children = std::make_shared<Children>(executor, tasks.size(), ending);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    start(executor, children->stoppers[i], std::move(tasks[i]),
          [children, i](std::exception_ptr error) { children->note_end(i, std::move(error)); });
  }
  state.slot().assign([children](asio::cancellation_type) { children->cancel(); });
  co_await children->all_ended.async_wait(
      asio::bind_cancellation_slot(asio::cancellation_slot(), asio::as_tuple(asio::use_awaitable)));
  state.slot().clear();
  if (state.cancelled() != asio::cancellation_type::none) throw_cancelled();
  if (children->unwinding) std::rethrow_exception(children->unwinding);
  co_return std::move(children->errors);
}

}  // namespace

Task<std::vector<std::exception_ptr>> gather(std::vector<Task<>> tasks) {
  return run_children(std::move(tasks), Ending::with_the_last);
}

Task<> all(std::vector<Task<>> tasks) {
  for (const auto& error : co_await gather(std::move(tasks))) {
    if (error) std::rethrow_exception(error);
  }
}

Task<> both(Task<> first, Task<> second) {
  std::vector<Task<>> tasks;
  tasks.push_back(std::move(first));
  tasks.push_back(std::move(second));
  co_await all(std::move(tasks));
}

Task<bool> Loop::within(Clock& clock, Duration limit, Task<> task) {
  std::vector<Task<>> tasks;
  tasks.push_back(std::move(task));
  tasks.push_back(clock.sleep(limit));
  const auto errors = co_await run_children(std::move(tasks), Ending::with_the_first);
  const auto &of_task = errors[0], &of_sleep = errors[1];
  if (of_sleep && !is_cancellation(of_sleep)) std::rethrow_exception(of_sleep);
  const bool time_is_over = !of_sleep;
  if (of_task && !(time_is_over && is_cancellation(of_task))) std::rethrow_exception(of_task);
  co_return !of_task;
}

struct Condition::Impl {
  explicit Impl(const asio::any_io_executor& executor) : timer(executor, never) {}
  asio::steady_timer timer;
  bool is_set = false;
  bool is_gone = false;
};

Condition::Condition(const asio::any_io_executor& executor) : impl_(std::make_shared<Impl>(executor)) {}

Condition::~Condition() {
  impl_->is_gone = true;
  impl_->timer.cancel();
}

void Condition::set() {
  impl_->is_set = true;
  impl_->timer.cancel();
}

void Condition::pulse() {
  impl_->timer.cancel();
}

bool Condition::is_set() const {
  return impl_->is_set;
}

Task<> Condition::wait() {
  return wait_for(impl_);
}

Task<> Condition::wait_for(std::shared_ptr<Impl> impl) {
  if (impl->is_set) co_return;
  if (!impl->is_gone) co_await wait_for_wake(impl->timer);
  if (impl->is_gone && !impl->is_set) throw_cancelled();
}

struct Mutex::Impl {
  // A place in the queue; leaves it when the waiting coroutine goes, for whatever reason.
  struct Turn {
    explicit Turn(Impl& mutex) : timer(mutex.executor, never), mutex(mutex) { mutex.queue.push_back(this); }
    ~Turn() { std::erase(mutex.queue, this); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    asio::steady_timer timer;
    Impl& mutex;
    bool has_come = false;
  };

  explicit Impl(asio::any_io_executor executor) : executor(std::move(executor)) {}

  void pass_on() {
    if (queue.empty()) {
      is_locked = false;
      return;
    }
    Turn& next = *queue.front();
    queue.pop_front();
    next.has_come = true;
    next.timer.cancel();
  }

  asio::any_io_executor executor;
  std::deque<Turn*> queue;
  bool is_locked = false;
};

Mutex::Mutex(const asio::any_io_executor& executor) : impl_(std::make_shared<Impl>(executor)) {}

Mutex::Guard::~Guard() {
  if (impl_) impl_->pass_on();
}

Task<Mutex::Guard> Mutex::lock() {
  return lock(impl_);
}

Task<Mutex::Guard> Mutex::lock(std::shared_ptr<Impl> impl) {
  if (!impl->is_locked) {
    impl->is_locked = true;
    co_return Guard(std::move(impl));
  }
  Impl::Turn turn(*impl);
  co_await turn.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!turn.has_come) throw_cancelled();
  co_return Guard(std::move(impl));
}

}  // namespace net
