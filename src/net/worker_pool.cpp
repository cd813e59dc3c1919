#include "net/worker_pool.h"

#include <utility>

namespace net {

WorkerPool::WorkerPool(std::size_t threads) : limit_(threads) {}

WorkerPool::~WorkerPool() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    dropped.swap(jobs_);
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
}

void WorkerPool::run(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  if (jobs_.size() > idle_ && workers_.size() < limit_) workers_.emplace_back([this] { work(); });
  changed_.notify_one();
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [&] { return is_closed_ || !jobs_.empty(); });
    --idle_;
    if (is_closed_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace net
