// The store of macOS on the frameworks of fake_frameworks.cpp, beside the contract of all stores; and the frameworks'
// declarations, compared with Apple's documentation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "auth/security_framework.h"
#include "auth/store.h"
#include "base/error.h"
#include "stores/macos/fake_frameworks.h"

namespace {

using namespace auth::apple;
using testing::HasSubstr;

class MacStore : public testing::Test {
 protected:
  void TearDown() override {
    test::fake_keychain() = {};
    EXPECT_EQ(test::live_objects(), 0);
  }
  void save(const std::string& account, const std::string& value) { store->save(account, base::Secret(value)); }
  std::unique_ptr<auth::TokenStore> store = auth::system_store();
};

TEST_F(MacStore, NamesItsItemsForPeopleAndByTheServiceOfAllSystems) {
  save("t.example.com#1", "value");

  ASSERT_EQ(test::fake_keychain().items.size(), 1u);
  EXPECT_EQ(test::fake_keychain().items[0].service, auth::store_service);
  EXPECT_EQ(test::fake_keychain().items[0].label, "AIC MCP server sign-in");
}

TEST_F(MacStore, IsNotAvailableWhileTheKeychainIsLocked) {
  test::fake_keychain().is_locked = true;

  EXPECT_FALSE(store->available());
}

TEST_F(MacStore, SeesOtherServicesNotAtAll) {
  test::fake_keychain().items.push_back({"another program", "t.example.com#1", "", "theirs"});

  EXPECT_EQ(store->load("t.example.com#1"), std::nullopt);
  store->erase("t.example.com#1");

  EXPECT_EQ(test::fake_keychain().items.size(), 1u);
}

TEST_F(MacStore, TrustsNoRecordOfWhichThereAreTwo) {
  test::fake_keychain().items = {{std::string(auth::store_service), "a", "", "ours"},
                                 {std::string(auth::store_service), "a", "", "somebody's"}};

  EXPECT_THROW(store->load("a"), base::Error);
}

// What a keychain answers in a session without a screen (errSecInteractionNotAllowed).
TEST_F(MacStore, TellsWhyTheKeychainRefused) {
  const auto failing = [&](const auto& action) -> std::string {
    test::fake_keychain().failure = -25308;
    try {
      action();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code, base::Errc::transient);
      return error.what();
    }
    return "no failure";
  };
  const auto reason = HasSubstr("User interaction is not allowed. (error -25308)");

  EXPECT_THAT(failing([&] { save("a", "value"); }), reason);
  EXPECT_THAT(failing([&] { store->accounts(); }), reason);
  EXPECT_THAT(failing([&] { store->load("a"); }), reason);
  EXPECT_THAT(failing([&] { store->erase("a"); }), reason);
}

// What developer.apple.com/documentation/corefoundation and /security declare each name as, in C. What their pointers
// lead to is opaque in both.
template <auto Member>
using Declared = std::remove_pointer_t<std::remove_reference_t<decltype(std::declval<SecurityFramework>().*Member)>>;
template <auto Member, typename Documented>
constexpr bool is_declared_as = std::same_as<Declared<Member>, Documented>;
using F = SecurityFramework;

static_assert(sizeof(OSStatus) == 4 && sizeof(UInt32) == 4 && sizeof(CFIndex) == sizeof(void*) && sizeof(Boolean) == 1);
static_assert(is_declared_as<&F::CFRelease, void(CFTypeRef)>);
static_assert(is_declared_as<&F::CFStringCreateWithBytes,
                             CFStringRef(CFAllocatorRef, const UInt8*, CFIndex, CFStringEncoding, Boolean)>);
static_assert(is_declared_as<&F::CFStringGetLength, CFIndex(CFStringRef)>);
static_assert(is_declared_as<&F::CFStringGetMaximumSizeForEncoding, CFIndex(CFIndex, CFStringEncoding)>);
static_assert(is_declared_as<&F::CFStringGetCString, Boolean(CFStringRef, char*, CFIndex, CFStringEncoding)>);
static_assert(is_declared_as<&F::CFDataCreate, CFDataRef(CFAllocatorRef, const UInt8*, CFIndex)>);
static_assert(is_declared_as<&F::CFDataGetBytePtr, const UInt8*(CFDataRef)>);
static_assert(is_declared_as<&F::CFDataGetLength, CFIndex(CFDataRef)>);
static_assert(is_declared_as<&F::CFDictionaryCreateMutable,
                             CFMutableDictionaryRef(CFAllocatorRef, CFIndex, const CFDictionaryKeyCallBacks*,
                                                    const CFDictionaryValueCallBacks*)>);
static_assert(is_declared_as<&F::CFDictionarySetValue, void(CFMutableDictionaryRef, const void*, const void*)>);
static_assert(is_declared_as<&F::CFDictionaryGetValue, const void*(CFDictionaryRef, const void*)>);
static_assert(is_declared_as<&F::CFArrayGetCount, CFIndex(CFArrayRef)>);
static_assert(is_declared_as<&F::CFArrayGetValueAtIndex, const void*(CFArrayRef, CFIndex)>);
static_assert(is_declared_as<&F::SecItemAdd, OSStatus(CFDictionaryRef, CFTypeRef*)>);
static_assert(is_declared_as<&F::SecItemCopyMatching, OSStatus(CFDictionaryRef, CFTypeRef*)>);
static_assert(is_declared_as<&F::SecItemUpdate, OSStatus(CFDictionaryRef, CFDictionaryRef)>);
static_assert(is_declared_as<&F::SecItemDelete, OSStatus(CFDictionaryRef)>);
static_assert(is_declared_as<&F::SecCopyErrorMessageString, CFStringRef(OSStatus, void*)>);
static_assert(is_declared_as<&F::SecKeychainCopyDefault, OSStatus(SecKeychainRef*)>);
static_assert(is_declared_as<&F::SecKeychainGetStatus, OSStatus(SecKeychainRef, SecKeychainStatus*)>);

// The values that Apple's headers give these names.
static_assert(utf8 == 134'217'984 && success == 0 && duplicate_item == -25'299 && item_not_found == -25'300);
static_assert(unlocked == 1 && readable == 2 && writable == 4);

// Every member is filled, each by its own name, and all of them exist.
const std::vector<std::string> documented{"CFRelease",
                                          "CFStringCreateWithBytes",
                                          "CFStringGetLength",
                                          "CFStringGetMaximumSizeForEncoding",
                                          "CFStringGetCString",
                                          "CFDataCreate",
                                          "CFDataGetBytePtr",
                                          "CFDataGetLength",
                                          "CFDictionaryCreateMutable",
                                          "CFDictionarySetValue",
                                          "CFDictionaryGetValue",
                                          "CFArrayGetCount",
                                          "CFArrayGetValueAtIndex",
                                          "SecItemAdd",
                                          "SecItemCopyMatching",
                                          "SecItemUpdate",
                                          "SecItemDelete",
                                          "SecCopyErrorMessageString",
                                          "SecKeychainCopyDefault",
                                          "SecKeychainGetStatus",
                                          "kCFTypeDictionaryKeyCallBacks",
                                          "kCFTypeDictionaryValueCallBacks",
                                          "kCFBooleanTrue",
                                          "kSecClass",
                                          "kSecClassGenericPassword",
                                          "kSecAttrService",
                                          "kSecAttrAccount",
                                          "kSecAttrLabel",
                                          "kSecValueData",
                                          "kSecReturnData",
                                          "kSecReturnAttributes",
                                          "kSecMatchLimit",
                                          "kSecMatchLimitOne",
                                          "kSecMatchLimitAll"};

TEST(SecurityFrameworkNames, AreTheDocumentedOnesAndFillEveryMember) {
  std::vector<std::string> asked;
  const auto framework = find_security_framework([&](const char* name) {
    asked.emplace_back(name);
    return reinterpret_cast<void*>(asked.size());
  });

  EXPECT_EQ(asked, documented);
  EXPECT_EQ(framework.missing, "");
  // The members are pointers one after the other, in the order of the list.
  EXPECT_EQ(offsetof(SecurityFramework, missing), documented.size() * sizeof(void*));
  const auto* members = reinterpret_cast<const std::uintptr_t*>(&framework);
  for (std::size_t at = 0; at < documented.size(); ++at) EXPECT_EQ(members[at], at + 1) << documented[at];
}

TEST(SecurityFrameworkNames, NameTheFirstThatIsMissing) {
  const auto framework = find_security_framework([](const char* name) -> void* {
    static int somewhere = 0;
    return std::string_view(name).starts_with("SecItem") ? nullptr : &somewhere;
  });

  EXPECT_EQ(framework.missing, "SecItemAdd");
}

}  // namespace
