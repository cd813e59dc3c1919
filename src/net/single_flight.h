// One piece of work, many who wait for it: the flight goes on whoever gives up waiting.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "net/loop.h"

namespace net {

// Callers with the same key while a flight of that key is under way share it and its outcome; the next caller after
// its end starts a new one. T is copyable. Nothing is kept beyond the flight. Loop thread only.
template <typename Key, typename T>
class SingleFlight {
 public:
  explicit SingleFlight(Loop& loop) : loop_(loop) {}

  // `start` is called only where no flight of that key is under way; its task owns what it needs.
  Task<T> run(Key key, std::function<Task<T>()> start) {
    auto flight = flight_of(key, start);
    co_await flight->landed.wait();
    const std::optional<T>& value = flight->value;
    if (flight->error || !value) std::rethrow_exception(flight->error);
    co_return T(*value);
  }

  bool is_flying(const Key& key) const { return flights_->contains(key); }

 private:
  struct Flight {
    explicit Flight(const boost::asio::any_io_executor& executor) : landed(executor) {}
    Condition landed;
    std::optional<T> value;
    std::exception_ptr error;
  };
  using Flights = std::map<Key, std::shared_ptr<Flight>>;

  std::shared_ptr<Flight> flight_of(const Key& key, const std::function<Task<T>()>& start) {
    if (const auto found = flights_->find(key); found != flights_->end()) return found->second;
    auto flight = std::make_shared<Flight>(loop_.executor());
    flights_->emplace(key, flight);
    loop_.spawn(detail::store(start(), flight->value), [flights = flights_, flight, key](std::exception_ptr error) {
      flight->error = std::move(error);
      if (!flight->error && !flight->value) flight->error = cancelled();
      flights->erase(key);
      flight->landed.set();
    });
    return flight;
  }

  static std::exception_ptr cancelled() {
    try {
      throw_cancelled();
    } catch (...) {
      return std::current_exception();
    }
  }

  Loop& loop_;
  // Shared with the flights, which may outlive this object.
  std::shared_ptr<Flights> flights_ = std::make_shared<Flights>();
};

}  // namespace net
