#include "auth/vault.h"

#include <algorithm>

#include <fmt/core.h>

#include "auth/record_name.h"
#include "auth/subject.h"
#include "base/crypto.h"
#include "base/error.h"
#include "base/log.h"

namespace auth {
namespace {

constexpr net::Duration keychain_limit{10'000};
constexpr std::string_view record_head = R"({"accessToken":")";

std::string_view quoted(char c, std::string_view raw) {
  return c == '"' ? R"(\")" : c == '\\' ? R"(\\)" : raw;
}

// The record's text. Built by hand: a JSON library would leave copies of the token behind.
base::Secret record_of(const base::Secret& token, std::string_view tail) {
  std::string text;
  text.reserve(record_head.size() + 2 * token.reveal().size() + tail.size());
  text += record_head;
  const auto plain = token.reveal();
  for (std::size_t i = 0; i < plain.size(); ++i) text += quoted(plain[i], plain.substr(i, 1));
  text += tail;
  return base::Secret::take(text);
}

// The token of a record that `record_of` made; nothing when somebody changed it.
std::optional<base::Secret> token_in(const base::Secret& record, std::string_view tail) {
  auto rest = record.reveal();
  if (!rest.starts_with(record_head) || !rest.ends_with(tail)) return std::nullopt;
  if (rest.size() <= record_head.size() + tail.size()) return std::nullopt;
  rest.remove_prefix(record_head.size());
  rest.remove_suffix(tail.size());
  std::string token;
  token.reserve(rest.size());
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\\') ++i;
    if (i == rest.size()) break;
    token += rest[i];
  }
  return base::Secret::take(token);
}

enum class Saved { yes, lost, unavailable };

// Runs on the keychain's thread. Reads back what it wrote: a keychain that swallows records must not count as one.
Saved save_and_check(TokenStore& store, const std::string& account, const base::Secret& record) {
  if (!store.available()) return Saved::unavailable;
  store.save(account, record);
  const auto stored = store.load(account);
  return stored && stored->equals(record.reveal()) ? Saved::yes : Saved::lost;
}

// Runs on the keychain's thread. What cannot be read goes all the same.
std::optional<base::Secret> erase_and_give(TokenStore& store, const std::string& account, Vault::Last last) {
  std::optional<base::Secret> record;
  try {
    if (last == Vault::Last::give_back) record = store.load(account);
  } catch (const base::Error& error) {
    base::log(base::LogLevel::debug, "the record of this sign-in cannot be read on exit: {}", error.message);
  }
  store.erase(account);
  return record;
}

void warn_of_change(const std::string& keychain, std::string_view how) {
  base::log(base::LogLevel::warn,
            "the record of this sign-in in {} cannot be trusted: {}; another program may have changed it, and a new "
            "sign-in is needed",
            keychain, how);
}

// Runs on the keychain's thread.
std::size_t remove_dead(TokenStore& store, std::int64_t now_unix_s) {
  if (!store.available()) return 0;
  const auto self = this_process();
  std::size_t removed = 0;
  for (const auto& account : store.accounts()) {
    const auto name = parse_record_name(account);
    if (!name || !is_dead(*name, self, now_unix_s, process_start)) continue;
    store.erase(account);
    ++removed;
  }
  return removed;
}

}  // namespace

net::Duration renewal_margin(net::Duration lifetime) {
  constexpr net::Duration usual{60'000};
  return std::min(usual, lifetime / 2);
}

Vault::Vault(net::Loop& loop, net::Clock& clock, std::shared_ptr<TokenStore> store, net::WorkerPool& keychain_thread,
             std::string account, std::string tenant)
    : loop_(loop),
      clock_(clock),
      one_at_a_time_(loop.executor()),
      store_(std::move(store)),
      keychain_thread_(keychain_thread),
      account_(std::move(account)),
      tenant_(std::move(tenant)),
      memory_only_(store_->name().empty()) {}

void Vault::hold(base::Secret token, net::Duration lifetime) {
  ++number_;
  good_until_ = clock_.now() + lifetime - renewal_margin(lifetime);
  expires_unix_ms_ = clock_.unix_ms() + lifetime.count();
  home_ = Home::memory;
  subject_ = subject_of(token);
  token_ = std::move(token);
}

net::Task<> Vault::store() {
  const auto number = number_;
  const auto turn = co_await one_at_a_time_.lock();
  if (closed_ || memory_only_ || number != number_ || home_ != Home::memory) co_return;
  const bool stored = co_await write_record();
  if (!stored || number != number_ || home_ != Home::memory) co_return;  // replaced or dropped meanwhile
  token_ = {};
  home_ = Home::keychain;
}

template <typename Job>
auto Vault::ask_keychain(Job job, net::Duration limit) {
  return loop_.offload(keychain_thread_, clock_, limit, std::move(job));
}

net::Task<bool> Vault::write_record() {
  record_exists_ = true;  // from now on it may
  std::string failure;
  try {
    const auto record = std::make_shared<const base::Secret>(record_of(token_, record_tail()));
    record_digest_ = base::sha256(record->reveal());
    auto job = [store = store_, account = account_, record] { return save_and_check(*store, account, *record); };
    const auto saved = co_await ask_keychain(std::move(job), keychain_limit);
    if (saved == Saved::yes) co_return true;
    record_exists_ = saved != Saved::unavailable;
    failure = !saved                        ? "it did not answer in time"
              : saved == Saved::unavailable ? "no keychain is available"
                                            : "it did not keep what was stored";
  } catch (const base::Error& error) {
    failure = error.message;
  }
  give_up_keychain(failure);
  co_return false;
}

void Vault::give_up_keychain(std::string_view why) {
  if (std::exchange(memory_only_, true)) return;
  base::log(base::LogLevel::warn,
            "the keychain cannot be used ({}): {}; the sign-in is kept in this process's memory only", store_->name(),
            why);
}

std::string Vault::record_tail() const {
  return fmt::format(R"(","expiresAt":{},"aicBaseUrl":"{}"}})", expires_unix_ms_, tenant_);
}

net::Task<std::optional<LoginToken>> Vault::take() {
  if (!holds_token()) co_return std::nullopt;
  const auto number = number_;
  if (home_ == Home::memory) co_return LoginToken{.token = token_.clone(), .number = number};
  auto token = co_await load_record(number);
  if (!token) {
    drop(number);
    co_return std::nullopt;
  }
  co_return LoginToken{.token = std::move(*token), .number = number};
}

net::Task<std::optional<base::Secret>> Vault::load_record(std::uint64_t number) {
  const auto turn = co_await one_at_a_time_.lock();
  if (number != number_ || home_ != Home::keychain) co_return std::nullopt;  // found wanting by who came before
  try {
    auto job = [store = store_, account = account_] { return store->load(account); };
    const auto loaded = co_await ask_keychain(std::move(job), keychain_limit);
    if (loaded) co_return trusted_token(*loaded);
    give_up_keychain("it did not answer in time");
  } catch (const base::Error& error) {
    if (error.code == base::Errc::conflict) {
      warn_of_change(store_->name(), error.message);
    } else {
      give_up_keychain(error.message);
    }
  }
  drop(number);
  co_return std::nullopt;
}

// Other programs of the same user can write to the keychain, too, and could put another person's token there.
std::optional<base::Secret> Vault::trusted_token(const std::optional<base::Secret>& record) {
  if (!record) return std::nullopt;  // deleted: signed out
  if (base::equal_in_constant_time(base::sha256(record->reveal()), record_digest_))
    return token_in(*record, record_tail());
  warn_of_change(store_->name(), "it is not the one that was stored");
  return std::nullopt;
}

void Vault::drop(std::uint64_t number) {
  if (number != number_) return;
  home_ = Home::none;
  token_ = {};
}

bool Vault::holds_token() const {
  return home_ != Home::none && clock_.now() < good_until_;
}

net::Task<> Vault::remove_dead_records() {
  const auto turn = co_await one_at_a_time_.lock();
  if (closed_ || memory_only_) co_return;
  try {
    auto job = [store = store_, now = clock_.unix_ms() / 1000] { return remove_dead(*store, now); };
    const auto removed = co_await ask_keychain(std::move(job), keychain_limit);
    if (!removed) give_up_keychain("it did not answer in time");
    const auto count = removed.value_or(0);
    if (count > 0) base::log(base::LogLevel::info, "removed {} record(s) of processes that have stopped", count);
  } catch (const base::Error& error) {
    base::log(base::LogLevel::debug, "the records of processes that have stopped stay: {}", error.message);
  }
}

net::Task<Vault::Forgotten> Vault::forget(Last last, net::Duration limit) {
  const bool held = holds_token();
  auto token = std::move(token_);
  drop(number_);
  ++number_;
  subject_.clear();
  record_may_stay_ = false;
  auto recorded = co_await loop_.within(clock_, limit, erase_record(last));
  Forgotten forgotten{.token = std::nullopt, .record_may_stay = record_may_stay_ || !recorded};
  if (last == Last::forget || !held) co_return std::move(forgotten);
  if (!token.empty()) {
    forgotten.token = std::move(token);
  } else if (recorded) {
    forgotten.token = std::move(*recorded);
  }
  co_return std::move(forgotten);
}

net::Task<std::optional<base::Secret>> Vault::close(Last last, net::Duration limit) {
  closed_ = true;
  auto forgotten = co_await forget(last, limit);
  co_return std::move(forgotten.token);
}

// Reads and deletes in one step, as there may be no time for two.
net::Task<std::optional<base::Secret>> Vault::erase_record(Last last) {
  const auto turn = co_await one_at_a_time_.lock();
  if (!std::exchange(record_exists_, false)) co_return std::nullopt;
  try {
    auto job = [store = store_, account = account_, last] { return erase_and_give(*store, account, last); };
    const auto record = co_await ask_keychain(std::move(job), keychain_limit);
    record_may_stay_ = !record;
    if (record && *record) co_return trusted_token(*record);
  } catch (const base::Error& error) {
    record_may_stay_ = true;
    base::log(base::LogLevel::warn, "the record of this sign-in stays in {}: {}", store_->name(), error.message);
  }
  co_return std::nullopt;
}

}  // namespace auth
