// The login keychain of macOS: generic passwords in the file-based keychain, the only one that a program without
// entitlements may use. It is never synchronised and never leaves this device, which is what R-TOK-08 asks for; the
// attributes that say so (kSecAttrAccessible…ThisDeviceOnly) belong to the other keychain and would lead there.
// Written after Apple's documentation, not yet run (docs/platforms.md).
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/core.h>

#include "auth/security_framework.h"
#include "auth/store.h"
#include "base/error.h"

namespace auth {
namespace {

using namespace apple;

const SecurityFramework& mac() {
  return security_framework();
}

constexpr CFAllocatorRef default_allocator = nullptr;  // kCFAllocatorDefault

struct ReleaseObject {
  void operator()(CFTypeRef object) const { mac().CFRelease(object); }
};
// One reference to an object of Core Foundation, given back at the end.
template <typename Ref>
using Owned = std::unique_ptr<std::remove_pointer_t<Ref>, ReleaseObject>;

Owned<CFStringRef> cf_string(std::string_view text) {
  Owned<CFStringRef> made(mac().CFStringCreateWithBytes(default_allocator, reinterpret_cast<const UInt8*>(text.data()),
                                                        static_cast<CFIndex>(text.size()), utf8, false));
  if (!made) throw base::Error(base::Errc::internal, "the name of a record is not UTF-8");
  return made;
}

std::string utf8_of(CFStringRef text) {
  const CFIndex room = mac().CFStringGetMaximumSizeForEncoding(mac().CFStringGetLength(text), utf8) + 1;
  std::string bytes(static_cast<std::size_t>(room), '\0');
  if (!mac().CFStringGetCString(text, bytes.data(), room, utf8)) return {};
  bytes.resize(bytes.find('\0'));
  return bytes;
}

[[noreturn]] void fail_keychain(std::string_view doing, OSStatus status) {
  const Owned<CFStringRef> words(mac().SecCopyErrorMessageString(status, nullptr));
  throw base::Error(base::Errc::transient, fmt::format("{} failed: {} (error {})", doing,
                                                       words ? utf8_of(words.get()) : "no description", status));
}

// What names our items, or one of them. Keeps what is added to it.
class KeychainQuery {
 public:
  KeychainQuery()
      : entries_(mac().CFDictionaryCreateMutable(default_allocator, 0, mac().kCFTypeDictionaryKeyCallBacks,
                                                 mac().kCFTypeDictionaryValueCallBacks)) {
    add(*mac().kSecClass, *mac().kSecClassGenericPassword);
    add(*mac().kSecAttrService, cf_string(store_service).get());
  }
  explicit KeychainQuery(const std::string& account) : KeychainQuery() {
    add(*mac().kSecAttrAccount, cf_string(account).get());
  }

  KeychainQuery& add(CFStringRef key, CFTypeRef value) {
    mac().CFDictionarySetValue(entries_.get(), key, value);
    return *this;
  }
  CFDictionaryRef get() const { return entries_.get(); }

 private:
  Owned<CFMutableDictionaryRef> entries_;
};

// Lives for one call only. The Security framework makes copies of its own, which nobody outside can overwrite.
Owned<CFDataRef> cf_data(const base::Secret& value) {
  const auto plain = value.reveal();
  return Owned<CFDataRef>(mac().CFDataCreate(default_allocator, reinterpret_cast<const UInt8*>(plain.data()),
                                             static_cast<CFIndex>(plain.size())));
}

class KeychainStore final : public TokenStore {
 public:
  std::string name() const override { return "login keychain"; }

  // Asked before anything else, because the system would ask the person to unlock the keychain. There is no other way
  // to ask about a file-based keychain than the functions that Apple calls outdated.
  bool available() override {
    if (!mac().missing.empty()) return false;
    SecKeychainRef keychain = nullptr;
    if (mac().SecKeychainCopyDefault(&keychain) != success) return false;
    const Owned<SecKeychainRef> owned(keychain);
    SecKeychainStatus status = 0;
    if (mac().SecKeychainGetStatus(keychain, &status) != success) return false;
    constexpr SecKeychainStatus usable = unlocked | readable | writable;
    return (status & usable) == usable;
  }

  void save(const std::string& account, const base::Secret& value) override {
    const auto data = cf_data(value);
    KeychainQuery item(account);
    item.add(*mac().kSecAttrLabel, cf_string("AIC MCP server sign-in").get()).add(*mac().kSecValueData, data.get());
    auto status = mac().SecItemAdd(item.get(), nullptr);
    if (status == duplicate_item) status = replace(account, data.get());
    if (status != success) fail_keychain("storing the sign-in", status);
  }

  std::optional<base::Secret> load(const std::string& account) override {
    // One keychain holds one item of a name, but there may be several keychains.
    if (std::ranges::count(accounts(), account) > 1)
      throw base::Error(base::Errc::conflict, "there are several records of this name");
    KeychainQuery query(account);
    query.add(*mac().kSecReturnData, *mac().kCFBooleanTrue).add(*mac().kSecMatchLimit, *mac().kSecMatchLimitOne);
    CFTypeRef found = nullptr;
    const auto status = mac().SecItemCopyMatching(query.get(), &found);
    if (status == item_not_found) return std::nullopt;
    if (status != success) fail_keychain("reading the sign-in", status);
    const Owned<CFDataRef> data(static_cast<CFDataRef>(found));
    const auto* bytes = reinterpret_cast<const char*>(mac().CFDataGetBytePtr(data.get()));
    return base::Secret(std::string_view(bytes, static_cast<std::size_t>(mac().CFDataGetLength(data.get()))));
  }

  void erase(const std::string& account) override {
    const auto status = mac().SecItemDelete(KeychainQuery(account).get());
    if (status != success && status != item_not_found) fail_keychain("removing a record", status);
  }

  std::vector<std::string> accounts() override {
    KeychainQuery query;
    query.add(*mac().kSecReturnAttributes, *mac().kCFBooleanTrue).add(*mac().kSecMatchLimit, *mac().kSecMatchLimitAll);
    CFTypeRef found = nullptr;
    const auto status = mac().SecItemCopyMatching(query.get(), &found);
    if (status == item_not_found) return {};
    if (status != success) fail_keychain("listing the records", status);
    const Owned<CFArrayRef> items(static_cast<CFArrayRef>(found));
    std::vector<std::string> accounts;
    for (CFIndex at = 0; at < mac().CFArrayGetCount(items.get()); ++at) {
      const auto* item = static_cast<CFDictionaryRef>(mac().CFArrayGetValueAtIndex(items.get(), at));
      const auto* account = static_cast<CFStringRef>(mac().CFDictionaryGetValue(item, *mac().kSecAttrAccount));
      if (account != nullptr) accounts.push_back(utf8_of(account));
    }
    return accounts;
  }

 private:
  static OSStatus replace(const std::string& account, CFDataRef data) {
    const Owned<CFMutableDictionaryRef> changes(mac().CFDictionaryCreateMutable(
        default_allocator, 0, mac().kCFTypeDictionaryKeyCallBacks, mac().kCFTypeDictionaryValueCallBacks));
    mac().CFDictionarySetValue(changes.get(), *mac().kSecValueData, data);
    return mac().SecItemUpdate(KeychainQuery(account).get(), changes.get());
  }
};

}  // namespace

std::unique_ptr<TokenStore> system_store() {
  return std::make_unique<KeychainStore>();
}

}  // namespace auth
