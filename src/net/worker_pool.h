// A few threads for work that blocks: keychains, key generation. Knows nothing of coroutines; see Loop::offload.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace net {

// Runs jobs on at most `threads` threads, which are started when they are needed.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  // Drops the jobs that have not begun, and waits for those that have. One that hangs would hold it up for ever, so a
  // program that ends does not come here (base::end_process).
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // `job` must not throw.
  void run(std::function<void()> job);

 private:
  void work();

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> workers_;
  std::size_t idle_ = 0;
  bool is_closed_ = false;
};

}  // namespace net
