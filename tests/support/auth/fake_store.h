// A keychain in memory that can break in every way a real one does.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "auth/store.h"

namespace test {

// Used from the worker pool and from the test at the same time.
class FakeStore final : public auth::TokenStore {
 public:
  ~FakeStore() override { release(); }

  std::string name() const override { return "fake keychain"; }
  bool available() override;
  void save(const std::string& account, const base::Secret& value) override;
  std::optional<base::Secret> load(const std::string& account) override;
  void erase(const std::string& account) override;
  std::vector<std::string> accounts() override;

  // Lets hanging calls go on.
  void release();
  std::map<std::string, std::string> records() const;
  void put(const std::string& account, const std::string& value);
  // Another item of the same name, beside the one that is there.
  void put_beside(const std::string& account);
  // The calls so far: "save a#1", "load a#1", …
  std::vector<std::string> calls() const;

  std::atomic<bool> is_available = true;
  std::atomic<bool> fails = false;     // every call throws
  std::atomic<bool> hangs = false;     // every call blocks until `release`
  std::atomic<bool> swallows = false;  // save does nothing

 private:
  void enter(std::string call);

  mutable std::mutex mutex_;
  std::condition_variable released_;
  std::map<std::string, std::string> records_;
  std::set<std::string> doubled_;
  std::vector<std::string> calls_;
};

}  // namespace test
