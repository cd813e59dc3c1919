// What the calls of this process know of each other when they talk to the tenant: who writes which document now, and
// when the log endpoints may be asked again. Lives as long as the process.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "net/clock.h"
#include "net/loop.h"

namespace aic {

// One writer per document at a time (R-WRT-05). Loop thread only.
class DocumentLocks {
 public:
  explicit DocumentLocks(net::Loop& loop) : loop_(loop) {}
  DocumentLocks(const DocumentLocks&) = delete;
  DocumentLocks& operator=(const DocumentLocks&) = delete;

  class Guard;
  // Waits for its turn; the guard gives it up when dropped.
  net::Task<Guard> lock(std::string document);

 private:
  struct Entry {
    explicit Entry(net::Loop& loop) : mutex(loop.executor()) {}
    net::Mutex mutex;
    std::size_t users = 0;
  };
  // Keeps an entry in the map while somebody waits for it or holds it.
  class User {
   public:
    User(DocumentLocks& locks, std::string document);
    User(User&& other) noexcept;
    User& operator=(User&&) = delete;
    ~User();
    net::Mutex& mutex() const { return entry_->second.mutex; }
    bool is_alone() const { return entry_->second.users == 1; }

   private:
    DocumentLocks* locks_;
    std::map<std::string, Entry>::iterator entry_;
  };

  net::Loop& loop_;
  std::map<std::string, Entry> entries_;
};

class DocumentLocks::Guard {
 public:
  Guard(Guard&&) noexcept = default;
  Guard& operator=(Guard&&) = delete;

  // Whether another call had the document or was in line for it.
  bool has_waited() const { return has_waited_; }

 private:
  friend class DocumentLocks;
  Guard(User user, net::Mutex::Guard held, bool has_waited)
      : user_(std::move(user)), held_(std::move(held)), has_waited_(has_waited) {}

  // Order matters: the mutex is given up before its entry may go.
  User user_;
  net::Mutex::Guard held_;
  bool has_waited_;
};

struct Shared {
  explicit Shared(net::Loop& loop) : locks(loop) {}

  DocumentLocks locks;
  // Before this time the tenant would refuse a log request (R-HTT-18).
  net::Instant logs_open_at{};
};

}  // namespace aic
