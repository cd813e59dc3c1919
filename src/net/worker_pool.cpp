#include "net/worker_pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace net {

struct WorkerPool::Worker {
  std::thread thread;
  bool is_busy = false;
};

// What the threads share with the pool; outlives the pool where a job hangs.
struct WorkerPool::Shared {
  // Lets go of the workers that are busy; returns the others, which end when they are told.
  std::vector<std::shared_ptr<Worker>> detach_busy() {
    std::vector<std::shared_ptr<Worker>> ending;
    for (auto& worker : workers) {
      if (worker->is_busy) {
        worker->thread.detach();
      } else {
        ending.push_back(worker);
      }
    }
    return ending;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> jobs;
  std::vector<std::shared_ptr<Worker>> workers;
  std::size_t idle = 0;
  bool is_closed = false;
};

WorkerPool::WorkerPool(std::size_t threads) : limit_(threads), shared_(std::make_shared<Shared>()) {}

WorkerPool::~WorkerPool() {
  std::deque<std::function<void()>> dropped;
  std::vector<std::shared_ptr<Worker>> ending;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->is_closed = true;
    dropped.swap(shared_->jobs);
    ending = shared_->detach_busy();
  }
  shared_->changed.notify_all();
  for (auto& worker : ending) worker->thread.join();
}

void WorkerPool::run(std::function<void()> job) {
  const std::lock_guard lock(shared_->mutex);
  shared_->jobs.push_back(std::move(job));
  if (shared_->jobs.size() > shared_->idle && shared_->workers.size() < limit_) {
    auto worker = std::make_shared<Worker>();
    worker->thread = std::thread(work, shared_, worker);
    shared_->workers.push_back(std::move(worker));
  }
  shared_->changed.notify_one();
}

void WorkerPool::work(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Worker>& self) {
  std::unique_lock lock(shared->mutex);
  while (true) {
    ++shared->idle;
    shared->changed.wait(lock, [&] { return shared->is_closed || !shared->jobs.empty(); });
    --shared->idle;
    if (shared->is_closed) return;
    auto job = std::move(shared->jobs.front());
    shared->jobs.pop_front();
    self->is_busy = true;
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
    self->is_busy = false;
  }
}

}  // namespace net
