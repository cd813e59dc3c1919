// Who waits for a free place: in order within a call, evenly between calls (R-HTT-04).
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <utility>

namespace http {

// A queue per call, served in turns, so that one big fan-out does not starve a small call.
template <typename T>
class FairQueue {
 public:
  void push(std::uint64_t call, T item) {
    auto found = std::ranges::find(calls_, call, &Line::id);
    if (found == calls_.end()) found = calls_.insert(calls_.end(), Line{call, {}});
    found->items.push_back(std::move(item));
  }

  std::optional<T> pop() {
    if (calls_.empty()) return std::nullopt;
    std::optional<T> item = std::move(calls_.front().items.front());
    calls_.front().items.pop_front();
    if (calls_.front().items.empty()) {
      calls_.pop_front();
    } else {
      calls_.splice(calls_.end(), calls_, calls_.begin());
    }
    return item;
  }

  // False when it is not in the queue (any more).
  bool remove(const T& item) {
    for (auto call = calls_.begin(); call != calls_.end(); ++call) {
      if (std::erase(call->items, item) == 0) continue;
      if (call->items.empty()) calls_.erase(call);
      return true;
    }
    return false;
  }

 private:
  struct Line {
    std::uint64_t id;
    std::deque<T> items;
  };
  std::list<Line> calls_;
};

}  // namespace http
