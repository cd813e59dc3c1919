#include "auth/vault.h"

#include <algorithm>

#include <fmt/core.h>

#include "auth/record_name.h"
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

// Runs on the worker pool. Reads back what it wrote: a keychain that swallows records must not count as one.
Saved save_and_check(TokenStore& store, const std::string& account, const base::Secret& record) {
  if (!store.available()) return Saved::unavailable;
  store.save(account, record);
  const auto stored = store.load(account);
  return stored && stored->equals(record.reveal()) ? Saved::yes : Saved::lost;
}

// Runs on the worker pool.
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

Vault::Vault(net::Loop& loop, net::Clock& clock, std::shared_ptr<TokenStore> store, std::string account,
             std::string tenant)
    : loop_(loop),
      clock_(clock),
      one_at_a_time_(loop.executor()),
      store_(std::move(store)),
      account_(std::move(account)),
      tenant_(std::move(tenant)),
      memory_only_(store_->name().empty()) {}

void Vault::hold(base::Secret token, net::Duration lifetime) {
  ++number_;
  good_until_ = clock_.now() + lifetime - renewal_margin(lifetime);
  expires_unix_ms_ = clock_.unix_ms() + lifetime.count();
  home_ = Home::memory;
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

net::Task<bool> Vault::write_record() {
  record_exists_ = true;  // from now on it may
  std::string failure;
  try {
    auto job = [store = store_, account = account_,
                record = std::make_shared<const base::Secret>(record_of(token_, record_tail()))] {
      return save_and_check(*store, account, *record);
    };
    const auto saved = co_await loop_.within(clock_, keychain_limit, loop_.offload(std::move(job)));
    if (saved == Saved::yes) co_return true;
    record_exists_ = saved != Saved::unavailable;
    failure = !saved                        ? "it did not answer in time"
              : saved == Saved::unavailable ? "none is open"
                                            : "it did not keep what it was given";
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
  auto token = co_await load_record();
  if (!token) {
    drop(number);
    co_return std::nullopt;
  }
  co_return LoginToken{.token = std::move(*token), .number = number};
}

net::Task<std::optional<base::Secret>> Vault::load_record() {
  const auto turn = co_await one_at_a_time_.lock();
  const auto tail = record_tail();
  try {
    auto job = [store = store_, account = account_] { return store->load(account); };
    const auto loaded = co_await loop_.within(clock_, keychain_limit, loop_.offload(std::move(job)));
    if (loaded && !*loaded) co_return std::nullopt;
    if (loaded) co_return token_in(**loaded, tail);
    give_up_keychain("it did not answer in time");
  } catch (const base::Error& error) {
    give_up_keychain(error.message);
  }
  co_return std::nullopt;
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
    const auto answer = co_await loop_.within(clock_, keychain_limit, loop_.offload(std::move(job)));
    const auto removed = answer.value_or(0);
    if (removed > 0) base::log(base::LogLevel::info, "removed {} record(s) of ended processes", removed);
  } catch (const base::Error& error) {
    base::log(base::LogLevel::debug, "the records of ended processes stay: {}", error.message);
  }
}

net::Task<> Vault::clear(net::Duration limit) {
  drop(number_);
  closed_ = true;
  co_await loop_.within(clock_, limit, erase_record());
}

net::Task<> Vault::erase_record() {
  const auto turn = co_await one_at_a_time_.lock();
  if (!std::exchange(record_exists_, false)) co_return;
  try {
    co_await loop_.offload([store = store_, account = account_] { store->erase(account); });
  } catch (const base::Error& error) {
    base::log(base::LogLevel::warn, "the record of this sign-in stays in {}: {}", store_->name(), error.message);
  }
}

}  // namespace auth
