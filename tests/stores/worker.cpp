// Another process at the same keychain, for the tests of key stores: does one thing and says by its exit code whether
// that went well.
//
//   store-worker save ACCOUNT TEXT TIMES     a record of that text, so often repeated
//   store-worker holds ACCOUNT TEXT TIMES    is that what the record holds?
//   store-worker erase ACCOUNT
//   store-worker leave TENANT                a record as this program's own, left behind
//   store-worker insist ACCOUNT ROUNDS       writes its record and reads it back, again and again
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "auth/record_name.h"
#include "auth/store.h"
#include "base/error.h"
#include "base/random.h"
#include "net/clock.h"

namespace test {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string whole;
  for (int i = 0; i < times; ++i) whole += text;
  return whole;
}

bool holds(auth::TokenStore& store, const std::string& account, const std::string& value) {
  const auto found = store.load(account);
  return found && found->equals(value);
}

bool leave(auth::TokenStore& store, const std::string& tenant) {
  base::SystemRandom random;
  const auto now_s = net::SystemClock().unix_ms() / 1000;
  const auto name = auth::make_record_name(tenant, auth::this_process(), now_s, random);
  store.save(auth::print_record_name(name), base::Secret("left behind"));
  return true;
}

bool insist(auth::TokenStore& store, const std::string& account, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const auto value = fmt::format("{} in round {}", account, round);
    store.save(account, base::Secret(value));
    if (!holds(store, account, value)) return false;
  }
  store.erase(account);
  return !store.load(account);
}

bool obey(const std::vector<std::string>& words) {
  const auto store = auth::system_store();
  const auto& command = words.at(0);
  const auto& account = words.at(1);
  if (command == "leave") return leave(*store, account);
  if (command == "insist") return insist(*store, account, std::stoi(words.at(2)));
  if (command == "erase") {
    store->erase(account);
    return true;
  }
  const auto value = repeated(words.at(2), std::stoi(words.at(3)));
  if (command == "holds") return holds(*store, account, value);
  if (command != "save") throw std::invalid_argument("no such command: " + command);
  store->save(account, base::Secret(value));
  return true;
}

}  // namespace

int work_for_test(const std::vector<std::string>& words) {
  try {
    return obey(words) ? 0 : 1;
  } catch (const base::Error& error) {
    fmt::print(stderr, "worker: {}\n", error.message);
  } catch (const std::exception& error) {
    fmt::print(stderr, "worker: {}\n", error.what());
  }
  return 2;
}

}  // namespace test
