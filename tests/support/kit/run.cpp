#include "support/kit/run.h"

#include <boost/asio/post.hpp>

namespace test {

void settle(net::Loop& loop) {
  auto& context = loop.context();
  do {
    context.restart();
  } while (context.poll() > 0);
}

void inside(net::Loop& loop, std::function<void()> act) {
  boost::asio::post(loop.context(), std::move(act));
  settle(loop);
}

void run_until(net::Loop& loop, const std::function<bool()>& holds) {
  constexpr std::chrono::milliseconds glance{10};  // what holds may also come true on another thread
  auto& context = loop.context();
  auto quiet_since = std::chrono::steady_clock::now();
  while (!holds()) {
    context.restart();
    if (context.run_one_for(glance) > 0) {
      quiet_since = std::chrono::steady_clock::now();
    } else if (std::chrono::steady_clock::now() - quiet_since > stuck_after) {
      throw std::runtime_error("stuck: the loop has nothing left to do");
    }
  }
}

}  // namespace test
