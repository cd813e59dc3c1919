#include "support/auth/fake_store.h"

#include "base/error.h"

namespace test {

void FakeStore::enter(std::string call) {
  std::unique_lock lock(mutex_);
  calls_.push_back(std::move(call));
  released_.wait(lock, [this] { return !hangs; });
  if (fails) throw base::Error(base::Errc::transient, "the keychain is broken");
}

bool FakeStore::available() {
  enter("available");
  return is_available;
}

void FakeStore::save(const std::string& account, const base::Secret& value) {
  enter("save " + account);
  const std::lock_guard lock(mutex_);
  doubled_.erase(account);
  if (!swallows) records_[account] = std::string(value.reveal());
}

std::optional<base::Secret> FakeStore::load(const std::string& account) {
  enter("load " + account);
  const std::lock_guard lock(mutex_);
  if (doubled_.contains(account)) throw base::Error(base::Errc::conflict, "there are several records of this name");
  const auto found = records_.find(account);
  if (found == records_.end()) return std::nullopt;
  return base::Secret(found->second);
}

void FakeStore::erase(const std::string& account) {
  enter("erase " + account);
  const std::lock_guard lock(mutex_);
  records_.erase(account);
  doubled_.erase(account);
}

std::vector<std::string> FakeStore::accounts() {
  enter("accounts");
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [account, value] : records_) names.push_back(account);
  return names;
}

void FakeStore::release() {
  {
    const std::lock_guard lock(mutex_);
    hangs = false;
  }
  released_.notify_all();
}

std::map<std::string, std::string> FakeStore::records() const {
  const std::lock_guard lock(mutex_);
  return records_;
}

void FakeStore::put(const std::string& account, const std::string& value) {
  const std::lock_guard lock(mutex_);
  records_[account] = value;
}

void FakeStore::put_beside(const std::string& account) {
  const std::lock_guard lock(mutex_);
  doubled_.insert(account);
}

std::vector<std::string> FakeStore::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

}  // namespace test
