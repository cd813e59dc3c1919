// Requests that were read but not started: the client does not read our answers, or too many calls run. They are kept
// as text, which is what was paid for with memory, and in their order; those that reach the product have a queue of
// their own, so that a full house of calls holds up nothing else.
#pragma once

#include "mcp/batch.h"
#include "mcp/message.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace mcp {

struct Held {
  Id id;
  BatchPtr batch;
  std::string text;
};

class Backlog {
 public:
  void add(Held request, bool is_call);
  // The next one to start, if there is any; of the calls only with `calls_may_start`.
  std::optional<Held> take(bool calls_may_start);
  // Takes the request of this id out, if it waits here.
  std::optional<Held> remove(const Id& id);
  // Everything that waits, in its order.
  std::vector<Held> take_all();

  // True when one that waits must start before a new one of that kind.
  bool has_before(bool is_call) const { return is_call ? !calls_.empty() : !others_.empty(); }
  bool empty() const { return calls_.empty() && others_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  using Queue = std::deque<Held>;
  Held take_from(Queue& queue, Queue::iterator at);

  Queue others_;
  Queue calls_;
  std::size_t bytes_ = 0;
};

}  // namespace mcp
