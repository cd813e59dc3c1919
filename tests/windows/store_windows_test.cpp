// The Credential Manager as a home of login tokens. Runs under Wine or on Windows; uses accounts of its own.
#include <gtest/gtest.h>

#include <windows.h>
// Needs windows.h before it.
#include <wincred.h>

#include <algorithm>
#include <string>

#include "auth/record_name.h"
#include "auth/store.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/wide.h"

namespace auth {
namespace {

// Every byte, zero included, so that nothing takes a value for text.
std::string bytes_of_all_kinds(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 % 256);
  return bytes;
}

// The sizes of the credentials that hold an account's record, in the order of their numbers.
std::vector<std::size_t> part_sizes(const std::string& account) {
  std::vector<std::size_t> sizes;
  for (std::size_t part = 0;; ++part) {
    const auto target = std::string(store_service) + "/" + account + "/" + std::to_string(part);
    PCREDENTIALW found = nullptr;
    if (CredReadW(base::to_wide(target).c_str(), CRED_TYPE_GENERIC, 0, &found) == 0) return sizes;
    EXPECT_EQ(found->Persist, DWORD{CRED_PERSIST_SESSION});
    sizes.push_back(found->CredentialBlobSize);
    CredFree(found);
  }
}

class CredentialManager : public testing::Test {
 protected:
  void TearDown() override { store->erase(account); }

  bool is_listed() const { return std::ranges::count(store->accounts(), account) == 1; }

  std::unique_ptr<TokenStore> store = system_store();
  std::string account = "t.example.com#contract-\xC3\xBC\xE2\x82\xAC";
};

TEST_F(CredentialManager, IsAvailable) {
  EXPECT_TRUE(store->available());
}

TEST_F(CredentialManager, HasNothingUnderAnUnknownAccount) {
  EXPECT_FALSE(store->load(account));
  EXPECT_NO_THROW(store->erase(account));
  EXPECT_FALSE(is_listed());
}

TEST_F(CredentialManager, RefusesWhatIsTooLongAndWritesNothing) {
  EXPECT_THROW(store->save(account, base::Secret(bytes_of_all_kinds(64 * 2'560 + 1))), base::Error);
  EXPECT_FALSE(is_listed());
}

TEST_F(CredentialManager, TellsARecordThatLacksAPart) {
  store->save(account, base::Secret(bytes_of_all_kinds(6'000)));
  const auto second = base::to_wide(std::string(store_service) + "/" + account + "/1");
  ASSERT_NE(CredDeleteW(second.c_str(), CRED_TYPE_GENERIC, 0), 0);

  EXPECT_THROW(store->load(account), base::Error);
  store->erase(account);
  EXPECT_FALSE(is_listed());
}

TEST_F(CredentialManager, GivesBackValuesOfAllSizes) {
  for (const std::size_t size : {1U, 2'559U, 2'560U, 2'561U, 5'120U, 5'121U, 65'536U}) {
    const auto plain = bytes_of_all_kinds(size);
    store->save(account, base::Secret(plain));
    const auto loaded = store->load(account);
    ASSERT_TRUE(loaded) << size;
    EXPECT_TRUE(loaded->equals(plain)) << size;
    EXPECT_TRUE(is_listed());
  }
}

TEST_F(CredentialManager, SplitsAboveTheLimitOfWindows) {
  store->save(account, base::Secret(bytes_of_all_kinds(2'560)));
  EXPECT_EQ(part_sizes(account), (std::vector<std::size_t>{2'560}));
  store->save(account, base::Secret(bytes_of_all_kinds(6'000)));
  EXPECT_EQ(part_sizes(account), (std::vector<std::size_t>{2'560, 2'560, 880}));
}

TEST_F(CredentialManager, LeavesNoPartOfALongerValueBehind) {
  store->save(account, base::Secret(bytes_of_all_kinds(9'000)));
  store->save(account, base::Secret(bytes_of_all_kinds(100)));
  EXPECT_EQ(part_sizes(account), (std::vector<std::size_t>{100}));
  EXPECT_EQ(store->load(account)->size(), 100U);
  store->erase(account);
  EXPECT_TRUE(part_sizes(account).empty());
}

TEST_F(CredentialManager, KeepsAccountsApart) {
  const auto other = account + "2";
  store->save(account, base::Secret("the one's token"));
  store->save(other, base::Secret("the other's token"));
  store->erase(other);
  EXPECT_TRUE(store->load(account)->equals("the one's token"));
  EXPECT_FALSE(store->load(other));
}

TEST(ProcessMark, TellsThisProcessFromNone) {
  const auto self = this_process();
  EXPECT_EQ(self.pid, GetCurrentProcessId());
  EXPECT_NE(self.started, 0U);
  EXPECT_FALSE(self.machine.empty());
  EXPECT_EQ(process_start(self.pid), self.started);
  EXPECT_EQ(process_start(999'999'999), std::nullopt);
}

}  // namespace
}  // namespace auth
