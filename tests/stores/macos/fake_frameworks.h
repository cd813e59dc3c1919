// Core Foundation and a login keychain in memory, by the names and rules that Apple documents: what
// auth::apple::security_framework() gives when this is linked in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace test {

struct FakeKeychain {
  struct Item {
    std::string service, account, label, value;
  };
  std::vector<Item> items;
  bool is_locked = false;
  std::int32_t failure = 0;  // what the next call of SecItem… answers, once
};
FakeKeychain& fake_keychain();

// Objects of Core Foundation that have not been released.
int live_objects();

}  // namespace test
