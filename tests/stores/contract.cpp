// What every key store owes the session, whichever system it is of: one suite for all. The store of this system is
// tested where AIC_TEST_SYSTEM_STORE is set, because that writes into the keychain of the person who runs it:
// keyring_linux.cpp sets it on a bus of its own, the builds for other systems where nobody's keychain is.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/record_name.h"
#include "auth/store.h"
#include "auth/vault.h"
#include "base/random.h"
#include "net/worker_pool.h"
#include "stores/worker.h"
#include "support/auth/fake_store.h"
#include "support/kit/run.h"

namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

using MakeStore = std::shared_ptr<auth::TokenStore> (*)();

std::shared_ptr<auth::TokenStore> memory_store() {
  return std::make_shared<test::FakeStore>();
}
std::shared_ptr<auth::TokenStore> this_system_store() {
  return auth::system_store();
}
std::vector<MakeStore> this_system() {
  if (std::getenv("AIC_TEST_SYSTEM_STORE") == nullptr) return {};
  return {&this_system_store};
}

std::string every_byte() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return bytes;
}

// Leaves the keychain as it found it.
class StoreContract : public testing::TestWithParam<MakeStore> {
 protected:
  void TearDown() override {
    for (const auto& account : store->accounts()) store->erase(account);
  }
  void save(const std::string& account, const std::string& value) { store->save(account, base::Secret(value)); }
  // The value of the record, or "(none)".
  std::string value(const std::string& account) {
    const auto found = store->load(account);
    return found ? std::string(found->reveal()) : "(none)";
  }

  std::shared_ptr<auth::TokenStore> store = GetParam()();
};

TEST_P(StoreContract, IsAvailableAndHasAName) {
  EXPECT_TRUE(store->available());
  EXPECT_THAT(store->name(), Not(IsEmpty()));
  EXPECT_THAT(store->accounts(), IsEmpty());
}

TEST_P(StoreContract, FindsNothingUnderAnUnknownNameAndErasesItAllTheSame) {
  save("t.example.com#1", "value");

  EXPECT_EQ(store->load("t.example.com#2"), std::nullopt);
  store->erase("t.example.com#2");

  EXPECT_THAT(store->accounts(), UnorderedElementsAre("t.example.com#1"));
}

TEST_P(StoreContract, GivesBackLongValuesWhole) {
  // 2,560 bytes is the limit of one record on Windows.
  for (const std::size_t size : {1u, 2'559u, 2'560u, 2'561u, 5'120u, 5'121u, 65'536u}) {
    std::string long_value(size, 'x');
    long_value.back() = '!';
    save("t.example.com#1", long_value);

    EXPECT_TRUE(value("t.example.com#1") == long_value) << size;
    EXPECT_THAT(store->accounts(), UnorderedElementsAre("t.example.com#1")) << size;
  }
}

TEST_P(StoreContract, GivesBackEveryByte) {
  save("t.example.com#1", every_byte());

  EXPECT_EQ(value("t.example.com#1"), every_byte());
}

TEST_P(StoreContract, GivesBackTheRecordAsTheVaultWritesIt) {
  const std::string record = R"({"accessToken":"a\"b\\c{d}&é","expiresAt":1769850930000,"aicBaseUrl":"t.example.com"})";
  save("t.example.com#1", record);

  EXPECT_EQ(value("t.example.com#1"), record);
}

TEST_P(StoreContract, ReplacesAValueByALongerAndByAShorterOne) {
  for (const std::size_t size : {10u, 10'000u, 3'000u, 20u}) {
    save("t.example.com#1", std::string(size, 'x'));

    EXPECT_EQ(value("t.example.com#1").size(), size);
    EXPECT_THAT(store->accounts(), UnorderedElementsAre("t.example.com#1"));
  }
  store->erase("t.example.com#1");

  EXPECT_EQ(store->load("t.example.com#1"), std::nullopt);
  EXPECT_THAT(store->accounts(), IsEmpty());
}

TEST_P(StoreContract, KeepsRecordsWithSimilarNamesApart) {
  const std::vector<std::string> accounts{
      "t.example.com#1", "t.example.com#10", "t.example.com#1.1", "t.example.com#", "t.example.com", "user-token", "*",
      "t.example.com#1*"};
  for (const auto& account : accounts) save(account, "value of " + account);

  for (const auto& account : accounts) EXPECT_EQ(value(account), "value of " + account);
  EXPECT_THAT(store->accounts(), testing::UnorderedElementsAreArray(accounts));

  store->erase("t.example.com#1");
  store->erase("*");
  EXPECT_THAT(store->accounts(), testing::SizeIs(accounts.size() - 2));
  EXPECT_EQ(value("t.example.com#10"), "value of t.example.com#10");
}

TEST_P(StoreContract, KnowsHostsOfAllScripts) {
  for (const std::string account :
       {"bücher.example.com#1", "тест.example.com#1", "例え.テスト#1", "😀.example.com#1"}) {
    save(account, "value of " + account);

    EXPECT_EQ(value(account), "value of " + account);
    EXPECT_THAT(store->accounts(), Contains(account));
    store->erase(account);
    EXPECT_EQ(store->load(account), std::nullopt) << account;
  }
}

INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, testing::Values(&memory_store));
INSTANTIATE_TEST_SUITE_P(System, StoreContract, testing::ValuesIn(this_system()));

// With a second process at the same keychain.
class SharedStore : public StoreContract {};

TEST_P(SharedStore, ShowsAnotherProcessWhatThisOneWrote) {
  save("t.example.com#1", std::string(6'000, 'x'));

  EXPECT_TRUE(test::another_process("holds t.example.com#1 x 6000"));
  EXPECT_FALSE(test::another_process("holds t.example.com#1 x 5999"));
}

TEST_P(SharedStore, ShowsWhatAnotherProcessReplaced) {
  save("t.example.com#1", std::string(6'000, 'x'));

  ASSERT_TRUE(test::another_process("save t.example.com#1 newer 1"));
  EXPECT_EQ(value("t.example.com#1"), "newer");

  ASSERT_TRUE(test::another_process("save t.example.com#1 x 6000"));
  EXPECT_EQ(value("t.example.com#1"), std::string(6'000, 'x'));
}

TEST_P(SharedStore, ShowsWhatAnotherProcessWroteAndErased) {
  ASSERT_TRUE(test::another_process("save t.example.com#1 x 6000"));
  EXPECT_EQ(value("t.example.com#1"), std::string(6'000, 'x'));

  ASSERT_TRUE(test::another_process("erase t.example.com#1"));
  EXPECT_EQ(store->load("t.example.com#1"), std::nullopt);
}

TEST_P(SharedStore, ServesSeveralProcessesAtATime) {
  std::vector<std::thread> others;
  std::vector<char> went_well(3);
  for (std::size_t i = 0; i < went_well.size(); ++i) {
    others.emplace_back([i, &well = went_well[i]] {
      well = test::another_process(fmt::format("insist t.example.com#{} 20", i)) ? 1 : 0;
    });
  }
  for (auto& other : others) other.join();

  EXPECT_THAT(went_well, testing::Each(1));
  EXPECT_THAT(store->accounts(), IsEmpty());
}

TEST_P(SharedStore, LosesTheRecordsOfEndedProcessesOnly) {
  base::SystemRandom random;
  net::SystemClock clock;
  const auto living = auth::print_record_name(
      auth::make_record_name("t.example.com", auth::this_process(), clock.unix_ms() / 1000, random));
  save(living, "value");
  save("user-token", "another program's");
  ASSERT_TRUE(test::another_process("leave t.example.com"));
  ASSERT_THAT(store->accounts(), testing::SizeIs(3));

  net::Loop loop;
  net::WorkerPool keychain_thread(1);
  auth::Vault vault(loop, clock, store, keychain_thread, living, "t.example.com");
  test::run(loop, vault.remove_dead_records());

  EXPECT_THAT(store->accounts(), UnorderedElementsAre(living, "user-token"));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharedStore);
INSTANTIATE_TEST_SUITE_P(System, SharedStore, testing::ValuesIn(this_system()));

}  // namespace
