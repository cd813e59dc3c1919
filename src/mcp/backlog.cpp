#include "mcp/backlog.h"

#include <algorithm>
#include <iterator>

namespace mcp {

void Backlog::add(Held request, bool is_call) {
  bytes_ += request.text.size();
  (is_call ? calls_ : others_).push_back(std::move(request));
}

std::optional<Held> Backlog::take(bool calls_may_start) {
  if (!others_.empty()) return take_from(others_, others_.begin());
  if (calls_may_start && !calls_.empty()) return take_from(calls_, calls_.begin());
  return std::nullopt;
}

std::optional<Held> Backlog::remove(const Id& id) {
  for (Queue* queue : {&others_, &calls_}) {
    const auto found = std::ranges::find(*queue, id, &Held::id);
    if (found != queue->end()) return take_from(*queue, found);
  }
  return std::nullopt;
}

std::vector<Held> Backlog::take_all() {
  std::vector<Held> all;
  for (Queue* queue : {&others_, &calls_}) {
    std::ranges::move(*queue, std::back_inserter(all));
    queue->clear();
  }
  bytes_ = 0;
  return all;
}

Held Backlog::take_from(Queue& queue, Queue::iterator at) {
  Held held = std::move(*at);
  queue.erase(at);
  bytes_ -= held.text.size();
  return held;
}

}  // namespace mcp
