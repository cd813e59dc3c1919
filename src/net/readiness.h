// When a descriptor can be read or written without waiting for it. Asio would set O_NONBLOCK on what it watches, which
// whoever started us would see on the shared pipe or terminal; this leaves the descriptor's flags alone.
#pragma once

#include <memory>

#include "net/loop.h"

namespace net {

// Watches one descriptor in one direction; one waits at a time. Loop thread only, and gone or closed before the loop.
class Readiness {
 public:
  enum class For { reading, writing };

  Readiness(Loop& loop, int descriptor, For what);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  bool is_now() const;
  // Returns when it seems to be ready, or was closed; whoever was woken asks `is_now`. Files are always ready.
  Task<> wait();
  // Wakes who waits. Nobody may wait afterwards.
  void close();

 private:
  struct Impl;  // one source file per system
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
