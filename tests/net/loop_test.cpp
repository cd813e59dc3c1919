#include "net/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>

#include "net/single_flight.h"
#include "net/worker_pool.h"
#include "support/kit/run.h"

namespace net {
namespace {

using testing::ElementsAre;

using namespace std::chrono_literals;

constexpr Duration long_time = 10min;

// Runs the task to its end and rethrows its failure.
void run(Loop& loop, Task<> task) {
  std::exception_ptr failure;
  loop.spawn(std::move(task), [&](std::exception_ptr error) { failure = std::move(error); });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

Task<int> value(int number) {
  co_return number;
}

Task<int> failing_int() {
  throw std::runtime_error("broken");
  co_return 0;
}

// Notes in `log` when it was cut short.
Task<> sleep_long(Clock& clock, std::string name, std::vector<std::string>& log) {
  struct Note {
    std::string name;
    std::vector<std::string>& log;
    ~Note() { log.push_back(name); }
  };
  const Note note{std::move(name), log};
  co_await clock.sleep(long_time);
}

TEST(Loop, HandsAFailureOfASpawnedTaskToItsCallback) {
  Loop loop;
  std::string seen;

  loop.spawn([](Task<int> task) -> Task<> { co_await std::move(task); }(failing_int()),
             [&](std::exception_ptr error) {
               try {
                 std::rethrow_exception(error);
               } catch (const std::runtime_error& failure) {
                 seen = failure.what();
               }
             });
  loop.run();

  EXPECT_EQ(seen, "broken");
}

TEST(Loop, CountsACancelledTaskAsEndedWithoutFailure) {
  Loop loop;
  SystemClock clock;
  std::vector<std::string> log;
  bool failed = false;

  auto running = loop.spawn(sleep_long(clock, "unwound", log), [&](std::exception_ptr error) {
    failed = error != nullptr;
    log.push_back("done");
  });
  run(loop, [](Running& task) -> Task<> {
    task.cancel();
    co_return;
  }(running));

  EXPECT_FALSE(failed);
  EXPECT_TRUE(running.ended());
  EXPECT_THAT(log, ElementsAre("unwound", "done"));
}

TEST(Loop, NeverBeginsATaskThatIsCancelledBefore) {
  Loop loop;
  std::vector<std::string> log;

  auto running = loop.spawn(
      [](std::vector<std::string>& log) -> Task<> {
        log.push_back("begun");
        co_return;
      }(log),
      [&](std::exception_ptr error) { log.push_back(error ? "failed" : "cancelled"); });
  running.cancel();
  loop.run();

  EXPECT_THAT(log, ElementsAre("cancelled"));
}

TEST(Loop, DoesNotRunATaskInsideSpawn) {
  Loop loop;
  std::vector<std::string> log;

  run(loop, [](Loop& loop, std::vector<std::string>& log) -> Task<> {
    loop.spawn(
        [](std::vector<std::string>& log) -> Task<> {
          log.push_back("child");
          co_return;
        }(log),
        {});
    log.push_back("parent");
    co_return;
  }(loop, log));

  EXPECT_THAT(log, ElementsAre("parent", "child"));
}

TEST(Loop, DestroysSuspendedCoroutinesWithItself) {
  SystemClock clock;
  std::vector<std::string> log;
  {
    Loop loop;
    loop.spawn(sleep_long(clock, "destroyed", log), {});
    loop.context().poll();
  }
  EXPECT_THAT(log, ElementsAre("destroyed"));
}

TEST(Loop, LeaksNothingWhenACoroutineOwnsTheEventItWaitsFor) {
  std::vector<std::string> log;
  {
    Loop loop;
    loop.spawn(
        [](Loop& loop, std::vector<std::string>& log) -> Task<> {
          struct Note {
            std::vector<std::string>& log;
            ~Note() { log.push_back("destroyed"); }
          };
          const Note note{log};
          auto event = std::make_shared<Condition>(loop.executor());
          co_await event->wait();
        }(loop, log),
        {});
    loop.context().poll();
  }
  EXPECT_THAT(log, ElementsAre("destroyed"));
}

TEST(Within, CancelsTheTaskAndWaitsUntilItHasUnwound) {
  Loop loop;
  SystemClock clock;
  std::vector<std::string> log;

  run(loop, [](Loop& loop, Clock& clock, std::vector<std::string>& log) -> Task<> {
    const bool finished = co_await loop.within(clock, 1ms, sleep_long(clock, "unwound", log));
    log.push_back(finished ? "finished" : "time over");
  }(loop, clock, log));

  EXPECT_THAT(log, ElementsAre("unwound", "time over"));
}

TEST(Within, PassesOnTheTasksFailure) {
  Loop loop;
  SystemClock clock;

  auto task = [](Loop& loop, Clock& clock) -> Task<> { co_await loop.within(clock, long_time, failing_int()); };

  EXPECT_THROW(run(loop, task(loop, clock)), std::runtime_error);
}

TEST(Within, GivesTheValueOfATaskThatIsInTime) {
  Loop loop;
  SystemClock clock;
  std::optional<int> result;

  run(loop, [](Loop& loop, Clock& clock, std::optional<int>& result) -> Task<> {
    result = co_await loop.within(clock, long_time, value(7));
  }(loop, clock, result));

  EXPECT_EQ(result, 7);
}

TEST(Within, PassesACancellationOfItsCallerOn) {
  Loop loop;
  SystemClock clock;
  std::vector<std::string> log;

  auto running = loop.spawn(
      [](Loop& loop, Clock& clock, std::vector<std::string>& log) -> Task<> {
        co_await loop.within(clock, long_time, sleep_long(clock, "child", log));
        log.push_back("not reached");
      }(loop, clock, log),
      [&](std::exception_ptr error) { log.push_back(error ? "failed" : "cancelled"); });
  loop.context().poll();
  running.cancel();
  loop.run();

  EXPECT_THAT(log, ElementsAre("child", "cancelled"));
}

TEST(Gather, KeepsOrderAndFailures) {
  Loop loop;
  std::vector<Outcome<int>> outcomes;

  run(loop, [](std::vector<Outcome<int>>& outcomes) -> Task<> {
    std::vector<Task<int>> tasks;
    tasks.push_back(value(1));
    tasks.push_back(failing_int());
    tasks.push_back(value(3));
    outcomes = co_await gather(std::move(tasks));
  }(outcomes));

  ASSERT_EQ(outcomes.size(), 3u);
  EXPECT_EQ(outcomes[0].value, 1);
  EXPECT_TRUE(outcomes[1].error);
  EXPECT_FALSE(outcomes[1].value);
  EXPECT_EQ(outcomes[2].value, 3);
}

struct Asks final : Unwinding {};

TEST(Gather, EndsAllChildrenWithTheOneThatUnwindsTheCall) {
  Loop loop;
  SystemClock clock;
  std::vector<std::string> log;

  loop.spawn(
      [](Clock& clock, std::vector<std::string>& log) -> Task<> {
        std::vector<Task<>> tasks;
        tasks.push_back(sleep_long(clock, "first", log));
        tasks.push_back(sleep_long(clock, "second", log));
        tasks.push_back([]() -> Task<> {
          throw Asks();
          co_return;
        }());
        try {
          co_await gather(std::move(tasks));
        } catch (const Asks&) {
          log.push_back("asks");
        }
      }(clock, log),
      {});
  loop.run();

  EXPECT_THAT(log, ElementsAre("first", "second", "asks"));
}

TEST(Both, GiveTheirValues) {
  Loop loop;

  const auto [number, text] = test::run(loop, both(value(1), []() -> Task<std::string> { co_return "two"; }()));
  EXPECT_EQ(number, 1);
  EXPECT_EQ(text, "two");
  EXPECT_EQ(test::run(loop, both(value(3), []() -> Task<> { co_return; }())), 3);
}

TEST(Both, EndBeforeTheFailureOfTheFirstIsThrown) {
  Loop loop;
  bool ended = false;
  const auto late = [](Loop& loop, bool& ended) -> Task<> {
    co_await boost::asio::post(loop.executor(), boost::asio::use_awaitable);
    ended = true;
    throw std::domain_error("of the second");
  };

  EXPECT_THROW(test::run(loop, both(failing_int(), late(loop, ended))), std::runtime_error);

  EXPECT_TRUE(ended);
}

TEST(Gather, OfNothingIsNothing) {
  Loop loop;
  bool ended = false;

  run(loop, [](bool& ended) -> Task<> { ended = (co_await gather(std::vector<Task<int>>{})).empty(); }(ended));

  EXPECT_TRUE(ended);
}

TEST(Gather, CancelsAllChildrenAndWaitsForThem) {
  Loop loop;
  SystemClock clock;
  std::vector<std::string> log;

  auto running = loop.spawn(
      [](Clock& clock, std::vector<std::string>& log) -> Task<> {
        std::vector<Task<>> tasks;
        tasks.push_back(sleep_long(clock, "first", log));
        tasks.push_back(sleep_long(clock, "second", log));
        co_await gather(std::move(tasks));
        log.push_back("not reached");
      }(clock, log),
      [&](std::exception_ptr) { log.push_back("parent"); });
  loop.context().poll();
  running.cancel();
  loop.run();

  EXPECT_THAT(log, ElementsAre("first", "second", "parent"));
}

TEST(Gather, StartsNothingForACallerThatIsCancelledAlready) {
  Loop loop;
  std::vector<std::string> log;
  Running running;

  running = loop.spawn(
      [](Running& self, std::vector<std::string>& log) -> Task<> {
        std::vector<Task<>> tasks;
        tasks.push_back([](std::vector<std::string>& log) -> Task<> {
          log.push_back("child");
          co_return;
        }(log));
        self.cancel();
        co_await gather(std::move(tasks));
      }(running, log),
      [&](std::exception_ptr) { log.push_back("parent"); });
  loop.run();

  EXPECT_THAT(log, ElementsAre("parent"));
}

constexpr Duration ample{60'000};

TEST(Offload, RethrowsWhatTheWorkThrew) {
  Loop loop;

  SystemClock clock;
  auto task = [](Loop& loop, Clock& clock) -> Task<> {
    co_await loop.offload(clock, ample, []() -> int { throw std::runtime_error("no keychain"); });
  };

  EXPECT_THROW(run(loop, task(loop, clock)), std::runtime_error);
}

TEST(Offload, ComputesElsewhereAndResumesHere) {
  Loop loop;
  const auto here = std::this_thread::get_id();
  std::thread::id worked, resumed;

  SystemClock clock;
  run(loop, [](Loop& loop, Clock& clock, std::thread::id& worked, std::thread::id& resumed) -> Task<> {
    const auto answer = co_await loop.offload(clock, ample, [] { return std::this_thread::get_id(); });
    worked = answer.value_or(std::thread::id());
    resumed = std::this_thread::get_id();
  }(loop, clock, worked, resumed));

  EXPECT_NE(worked, std::thread::id());
  EXPECT_NE(worked, here);
  EXPECT_EQ(resumed, here);
}

struct Hanging {
  std::binary_semaphore has_begun{0}, release{0}, has_ended{0};
};

TEST(Offload, GivesUpWaitingAtItsLimit) {
  SystemClock clock;
  auto hanging = std::make_shared<Hanging>();
  {
    Loop loop;
    bool finished = true;
    run(loop, [](Loop& loop, Clock& clock, std::shared_ptr<Hanging> hanging, bool& finished) -> Task<> {
      finished = co_await loop.offload(clock, Duration(1), [hanging] {
        hanging->has_begun.release();
        hanging->release.acquire();
        hanging->has_ended.release();
      });
    }(loop, clock, hanging, finished));
    EXPECT_FALSE(finished);
    hanging->has_begun.acquire();
    hanging->release.release();
  }  // the loop waits for the job
  EXPECT_TRUE(hanging->has_ended.try_acquire());
}

TEST(Offload, IsNotHeldUpByWorkThatHangsOnThreadsOfItsOwn) {
  SystemClock clock;
  Loop loop(1);
  WorkerPool own(1);
  auto hanging = std::make_shared<Hanging>();
  const auto hung = test::start(loop, loop.offload(own, clock, ample, [hanging] { hanging->release.acquire(); }));

  const auto answer = test::run(loop, loop.offload(clock, ample, [] { return 42; }));

  EXPECT_EQ(answer, 42);
  EXPECT_FALSE(hung.ended());
  hanging->release.release();
}

TEST(Condition, WakesAllWhoWaitAndLetsLaterWaitsPass) {
  Loop loop;
  std::vector<std::string> log;

  run(loop, [](Loop& loop, std::vector<std::string>& log) -> Task<> {
    Condition event(loop.executor());
    auto waiter = [](Condition& event, std::string name, std::vector<std::string>& log) -> Task<> {
      co_await event.wait();
      log.push_back(name);
    };
    auto setter = [](Condition& event) -> Task<> {
      event.set();
      co_return;
    };
    std::vector<Task<>> tasks;
    tasks.push_back(waiter(event, "first", log));
    tasks.push_back(waiter(event, "second", log));
    tasks.push_back(setter(event));
    co_await gather(std::move(tasks));
    co_await waiter(event, "late", log);
  }(loop, log));

  EXPECT_THAT(log, ElementsAre("first", "second", "late"));
}

TEST(Condition, CancelsThoseWhoStillWaitWhenItGoes) {
  Loop loop;
  auto event = std::make_unique<Condition>(loop.executor());
  bool returned = false, ended = false;

  loop.spawn(
      [](Condition& event, bool& returned) -> Task<> {
        co_await event.wait();
        returned = true;
      }(*event, returned),
      [&](std::exception_ptr) { ended = true; });
  loop.context().poll();
  event.reset();
  loop.run();

  EXPECT_TRUE(ended);
  EXPECT_FALSE(returned);
}

TEST(Condition, PulseWakesOnlyThoseWhoWaitNow) {
  Loop loop;
  SystemClock clock;
  bool woken = true;

  run(loop, [](Loop& loop, Clock& clock, bool& woken) -> Task<> {
    Condition event(loop.executor());
    event.pulse();
    woken = co_await loop.within(clock, 1ms, event.wait());
  }(loop, clock, woken));

  EXPECT_FALSE(woken);
}

TEST(Mutex, ServesInOrderAndSkipsWhoGaveUp) {
  Loop loop;
  Mutex mutex(loop.executor());
  std::vector<std::string> log;
  Condition release(loop.executor());

  auto holder = [](Mutex& mutex, std::string name, std::vector<std::string>& log, Condition& release) -> Task<> {
    const auto guard = co_await mutex.lock();
    log.push_back(name);
    co_await release.wait();
  };
  loop.spawn(holder(mutex, "first", log, release), {});
  auto second = loop.spawn(holder(mutex, "second", log, release), {});
  loop.spawn(holder(mutex, "third", log, release), {});
  loop.context().poll();
  EXPECT_THAT(log, ElementsAre("first"));
  second.cancel();
  loop.context().poll();
  release.set();
  loop.run();

  EXPECT_THAT(log, ElementsAre("first", "third"));
}

TEST(SingleFlight, SharesOneFailureAndStartsAfreshAfterwards) {
  Loop loop;
  SingleFlight<std::string, int> flights(loop);
  int started = 0, failures = 0;
  auto start = [&started]() -> Task<int> {
    ++started;
    return failing_int();
  };
  auto caller = [](SingleFlight<std::string, int>& flights, std::function<Task<int>()> start, int& failures) -> Task<> {
    try {
      co_await flights.run("key", start);
    } catch (const std::runtime_error&) {
      ++failures;
    }
  };

  loop.spawn(caller(flights, start, failures), {});
  loop.spawn(caller(flights, start, failures), {});
  loop.run();
  EXPECT_EQ(started, 1);
  EXPECT_EQ(failures, 2);
  run(loop, caller(flights, start, failures));

  EXPECT_EQ(started, 2);
}

TEST(SingleFlight, GoesOnWhenAWaiterGivesUp) {
  Loop loop;
  SingleFlight<std::string, int> flights(loop);
  Condition landing(loop.executor());
  std::vector<int> results;
  auto start = [&landing]() -> Task<int> {
    return [](Condition& landing) -> Task<int> {
      co_await landing.wait();
      co_return 5;
    }(landing);
  };
  auto caller = [](SingleFlight<std::string, int>& flights, std::function<Task<int>()> start,
                   std::vector<int>& results) -> Task<> { results.push_back(co_await flights.run("key", start)); };

  auto first = loop.spawn(caller(flights, start, results), {});
  loop.spawn(caller(flights, start, results), {});
  loop.context().poll();
  first.cancel();
  loop.context().poll();
  EXPECT_TRUE(flights.is_flying("key"));
  landing.set();
  loop.run();

  EXPECT_THAT(results, ElementsAre(5));
  EXPECT_FALSE(flights.is_flying("key"));
}

}  // namespace
}  // namespace net
