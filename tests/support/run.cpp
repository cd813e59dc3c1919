#include "support/run.h"

namespace test {

void settle(net::Loop& loop) {
  auto& context = loop.context();
  do {
    context.restart();
  } while (context.poll() > 0);
}

void run_until(net::Loop& loop, const std::function<bool()>& holds) {
  auto& context = loop.context();
  while (!holds()) {
    context.restart();
    if (context.run_one_for(stuck_after) == 0) throw std::runtime_error("stuck: the loop has nothing left to do");
  }
}

}  // namespace test
