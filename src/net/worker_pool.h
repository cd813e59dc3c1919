// A few threads for work that blocks: keychains, key generation. Knows nothing of coroutines; see Loop::offload.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace net {

// Runs jobs on at most `threads` threads, which are started when they are needed.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  // Drops the jobs that have not begun. A job that still runs is not waited for (a keychain's prompt may hang for
  // ever): it must own what it touches.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // `job` must not throw.
  void run(std::function<void()> job);

 private:
  struct Worker;
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Worker>& self);

  const std::size_t limit_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace net
