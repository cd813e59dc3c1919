// The one login token of this process: in its keychain record where there is one, else in locked memory.
// Knows nothing of sign-ins or exchanges.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "auth/store.h"
#include "base/secret.h"
#include "net/loop.h"
#include "net/worker_pool.h"

namespace auth {

// A login token taken out for one exchange. The number tells it from the tokens of other sign-ins.
struct LoginToken {
  base::Secret token;
  std::uint64_t number = 0;
};

// Keeps the token, forgets it, and says whether there is one. All waits for the keychain are limited (R-TOK-03), and
// after its first failure it is not asked again (R-TOK-06). A record is trusted only if it is the one that was written
// (R-TOK-24). Loop thread only.
class Vault {
 public:
  // `account` names this process's record; `tenant` is written into it.
  Vault(net::Loop& loop, net::Clock& clock, std::shared_ptr<TokenStore> store, net::WorkerPool& keychain_thread,
        std::string account, std::string tenant);

  // Takes the place of an earlier token; kept in memory until `store` has moved it to the keychain.
  void hold(base::Secret token, net::Duration lifetime);
  net::Task<> store();
  // Nothing when there is none any more, be it that someone deleted the record.
  net::Task<std::optional<LoginToken>> take();
  // Forgets the token if it is still that one. Its record stays until it is replaced or removed.
  void drop(std::uint64_t number);
  // True while there is a token that is good for longer than the margin of R-TOK-13.
  bool holds_token() const;
  std::uint64_t number() const { return number_; }
  std::int64_t expires_unix_ms() const { return expires_unix_ms_; }
  // Whom the latest login token names; empty where it cannot be read.
  const std::string& subject() const { return subject_; }

  // Deletes the records of processes that no longer live (R-TOK-05).
  net::Task<> remove_dead_records();
  enum class Last { forget, give_back };
  struct Forgotten {
    std::optional<base::Secret> token;  // where it is asked for and possible in time
    bool record_may_stay = false;
  };
  // Forgets the token and deletes the record. What is still made of the token counts as an earlier sign-in's.
  net::Task<Forgotten> forget(Last last, net::Duration limit);
  // The same for good: no record is written afterwards.
  net::Task<std::optional<base::Secret>> close(Last last, net::Duration limit);

 private:
  enum class Home { none, memory, keychain };

  net::Task<bool> write_record();
  net::Task<std::optional<base::Secret>> load_record(std::uint64_t number);
  net::Task<std::optional<base::Secret>> erase_record(Last last);
  std::optional<base::Secret> trusted_token(const std::optional<base::Secret>& record);
  // On the keychain's own thread.
  template <typename Job>
  auto ask_keychain(Job job, net::Duration limit);
  std::string record_tail() const;
  void give_up_keychain(std::string_view why);

  net::Loop& loop_;
  net::Clock& clock_;
  net::Mutex one_at_a_time_;  // keychain operations keep their order
  std::shared_ptr<TokenStore> store_;
  net::WorkerPool& keychain_thread_;
  std::string account_;
  std::string tenant_;

  Home home_ = Home::none;
  base::Secret token_;  // Home::memory
  std::uint64_t number_ = 0;
  std::string subject_;
  net::Instant good_until_{};
  std::int64_t expires_unix_ms_ = 0;
  std::string record_digest_;  // SHA-256 of the record that was written
  bool memory_only_ = false;
  bool closed_ = false;
  bool record_exists_ = false;
  bool record_may_stay_ = false;  // after the latest attempt to delete it
};

// Margin of R-TOK-13: a token is renewed this long before its end.
net::Duration renewal_margin(net::Duration lifetime);

}  // namespace auth
