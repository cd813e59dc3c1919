#include "support/run.h"

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
  auto& context = loop.context();
  while (!holds()) {
    context.restart();
    if (context.run_one_for(stuck_after) == 0) throw std::runtime_error("stuck: the loop has nothing left to do");
  }
}

}  // namespace test
