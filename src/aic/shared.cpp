#include "aic/shared.h"

#include <utility>

namespace aic {

DocumentLocks::User::User(DocumentLocks& locks, std::string document)
    : locks_(&locks), entry_(locks.entries_.try_emplace(std::move(document), locks.loop_).first) {
  ++entry_->second.users;
}

DocumentLocks::User::User(User&& other) noexcept : locks_(std::exchange(other.locks_, nullptr)), entry_(other.entry_) {}

DocumentLocks::User::~User() {
  if (locks_ && --entry_->second.users == 0) locks_->entries_.erase(entry_);
}

net::Task<DocumentLocks::Guard> DocumentLocks::lock(std::string document) {
  User user(*this, std::move(document));
  const bool waits = !user.is_alone();
  auto held = co_await user.mutex().lock();
  co_return Guard(std::move(user), std::move(held), waits);
}

}  // namespace aic
