#include "stores/macos/fake_frameworks.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "auth/security_framework.h"
#include "auth/store.h"

// Opaque to the program; what they are is told by who implements them.
namespace auth::apple {
struct CFDictionaryKeyCallBacks {};
struct CFDictionaryValueCallBacks {};
}  // namespace auth::apple

namespace test {
namespace {

using namespace auth::apple;

int live = 0;

// One kind for all: what is not used of it stays empty.
struct Object {
  int references = 1;
  std::string bytes;  // a string's or data's
  std::vector<Object*> entries;
  std::vector<std::pair<Object*, Object*>> members;
};

Object* object(const void* pointer) {
  if (pointer == nullptr) throw std::logic_error("a null object");
  return static_cast<Object*>(const_cast<void*>(pointer));
}
template <typename Ref>
Ref as(Object* made) {
  return reinterpret_cast<Ref>(made);
}
Object* make(std::string bytes = {}) {
  ++live;
  auto* made = new Object;
  made->bytes = std::move(bytes);
  return made;
}
Object* retain(const void* pointer) {
  ++object(pointer)->references;
  return object(pointer);
}
void release(const void* pointer) {
  auto* given = object(pointer);
  if (--given->references > 0) return;
  for (auto* entry : given->entries) release(entry);
  for (const auto& [key, value] : given->members) {
    release(key);
    release(value);
  }
  --live;
  delete given;
}

// The frameworks' constants live for ever and are not counted.
struct Constant {
  Object object;
  CFStringRef reference = reinterpret_cast<CFStringRef>(&object);
  explicit Constant(std::string name) { object.bytes = std::move(name); }
};
CFStringRef* constant(const char* name) {
  static std::map<std::string, std::unique_ptr<Constant>> constants;
  auto& found = constants[name];
  if (!found) found = std::make_unique<Constant>(name);
  return &found->reference;
}
Object* constant_object(const char* name) {
  return object(*constant(name));
}

const CFDictionaryKeyCallBacks key_callbacks;
const CFDictionaryValueCallBacks value_callbacks;

std::optional<std::string> text_in(CFDictionaryRef dictionary, const char* key) {
  for (const auto& [name, value] : object(dictionary)->members) {
    if (name->bytes == key) return value->bytes;
  }
  return std::nullopt;
}

std::optional<OSStatus> given_failure() {
  if (const auto failure = std::exchange(fake_keychain().failure, 0); failure != 0) return failure;
  return std::nullopt;
}

void need_class(CFDictionaryRef query) {
  if (text_in(query, "kSecClass") != "kSecClassGenericPassword") throw std::logic_error("a query without its class");
}

std::vector<FakeKeychain::Item*> matching(CFDictionaryRef query) {
  need_class(query);
  const auto service = text_in(query, "kSecAttrService");
  const auto account = text_in(query, "kSecAttrAccount");
  std::vector<FakeKeychain::Item*> found;
  for (auto& item : fake_keychain().items) {
    if ((!service || item.service == *service) && (!account || item.account == *account)) found.push_back(&item);
  }
  return found;
}

OSStatus add_item(CFDictionaryRef attributes, CFTypeRef*) {
  if (const auto failure = given_failure()) return *failure;
  if (!matching(attributes).empty()) return duplicate_item;
  fake_keychain().items.push_back(
      {text_in(attributes, "kSecAttrService").value(), text_in(attributes, "kSecAttrAccount").value(),
       text_in(attributes, "kSecAttrLabel").value_or(""), text_in(attributes, "kSecValueData").value()});
  return success;
}

Object* attributes_of(const FakeKeychain::Item& item) {
  auto* attributes = make();
  attributes->members.emplace_back(retain(constant_object("kSecAttrAccount")), make(item.account));
  attributes->members.emplace_back(retain(constant_object("kSecAttrService")), make(item.service));
  return attributes;
}

OSStatus copy_matching(CFDictionaryRef query, CFTypeRef* result) {
  if (const auto failure = given_failure()) return *failure;
  const auto found = matching(query);
  if (found.empty()) return item_not_found;
  const bool all = text_in(query, "kSecMatchLimit") == "kSecMatchLimitAll";
  if (text_in(query, "kSecReturnData")) {
    constexpr OSStatus parameter_error = -50;
    if (all) return parameter_error;  // passwords are read one at a time
    *result = make(found.front()->value);
  } else {
    auto* list = make();
    for (const auto* item : found) list->entries.push_back(attributes_of(*item));
    *result = list;
  }
  return success;
}

OSStatus update_items(CFDictionaryRef query, CFDictionaryRef changes) {
  if (const auto failure = given_failure()) return *failure;
  const auto found = matching(query);
  for (auto* item : found) item->value = text_in(changes, "kSecValueData").value();
  return found.empty() ? item_not_found : success;
}

OSStatus delete_items(CFDictionaryRef query) {
  if (const auto failure = given_failure()) return *failure;
  need_class(query);
  const auto matches = [&](const FakeKeychain::Item& item) {
    return std::ranges::any_of(matching(query), [&](const auto* each) { return each == &item; });
  };
  std::vector<FakeKeychain::Item> kept;
  for (const auto& item : fake_keychain().items) {
    if (!matches(item)) kept.push_back(item);
  }
  const bool deleted = kept.size() != fake_keychain().items.size();
  fake_keychain().items = std::move(kept);
  return deleted ? success : item_not_found;
}

void set_value(CFMutableDictionaryRef dictionary, const void* key, const void* value) {
  auto& members = object(dictionary)->members;
  const auto same = [&](const auto& member) { return member.first->bytes == object(key)->bytes; };
  if (const auto old = std::ranges::find_if(members, same); old != members.end()) {
    release(std::exchange(old->second, retain(value)));
  } else {
    members.emplace_back(retain(key), retain(value));
  }
}

Boolean copy_text(CFStringRef text, char* buffer, CFIndex size, CFStringEncoding encoding) {
  const auto& bytes = object(text)->bytes;
  if (encoding != utf8 || static_cast<CFIndex>(bytes.size()) >= size) return 0;
  std::ranges::copy(bytes, buffer);
  buffer[bytes.size()] = '\0';
  return 1;
}

SecurityFramework make_framework() {
  SecurityFramework made{};
  made.CFRelease = [](CFTypeRef given) { release(given); };
  made.CFStringCreateWithBytes = [](CFAllocatorRef, const UInt8* bytes, CFIndex size, CFStringEncoding, Boolean) {
    return as<CFStringRef>(make({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}));
  };
  // In UTF-16, of which a code point of UTF-8 has at least a third of its bytes.
  made.CFStringGetLength = [](CFStringRef text) { return static_cast<CFIndex>((object(text)->bytes.size() + 2) / 3); };
  made.CFStringGetMaximumSizeForEncoding = [](CFIndex length, CFStringEncoding) { return 3 * length; };
  made.CFStringGetCString = &copy_text;
  made.CFDataCreate = [](CFAllocatorRef, const UInt8* bytes, CFIndex size) {
    return as<CFDataRef>(make({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}));
  };
  made.CFDataGetBytePtr = [](CFDataRef data) { return reinterpret_cast<const UInt8*>(object(data)->bytes.data()); };
  made.CFDataGetLength = [](CFDataRef data) { return static_cast<CFIndex>(object(data)->bytes.size()); };
  made.CFDictionaryCreateMutable = [](CFAllocatorRef, CFIndex, const CFDictionaryKeyCallBacks* keys,
                                      const CFDictionaryValueCallBacks* values) {
    if (keys != &key_callbacks || values != &value_callbacks) throw std::logic_error("what it holds would be freed");
    return as<CFMutableDictionaryRef>(make());
  };
  made.CFDictionarySetValue = &set_value;
  made.CFDictionaryGetValue = [](CFDictionaryRef dictionary, const void* key) -> const void* {
    for (const auto& [name, value] : object(dictionary)->members) {
      if (name->bytes == object(key)->bytes) return value;
    }
    return nullptr;
  };
  made.CFArrayGetCount = [](CFArrayRef array) { return static_cast<CFIndex>(object(array)->entries.size()); };
  made.CFArrayGetValueAtIndex = [](CFArrayRef array, CFIndex at) -> const void* {
    return object(array)->entries.at(static_cast<std::size_t>(at));
  };
  made.SecItemAdd = &add_item;
  made.SecItemCopyMatching = &copy_matching;
  made.SecItemUpdate = &update_items;
  made.SecItemDelete = &delete_items;
  made.SecCopyErrorMessageString = [](OSStatus, void*) {
    return as<CFStringRef>(make("User interaction is not allowed."));
  };
  made.SecKeychainCopyDefault = [](SecKeychainRef* keychain) {
    *keychain = as<SecKeychainRef>(make("login"));
    return success;
  };
  made.SecKeychainGetStatus = [](SecKeychainRef, SecKeychainStatus* status) {
    *status = readable | writable | (fake_keychain().is_locked ? 0 : unlocked);
    return success;
  };
  made.kCFTypeDictionaryKeyCallBacks = &key_callbacks;
  made.kCFTypeDictionaryValueCallBacks = &value_callbacks;
  made.kCFBooleanTrue = reinterpret_cast<const CFBooleanRef*>(constant("kCFBooleanTrue"));
  made.kSecClass = constant("kSecClass");
  made.kSecClassGenericPassword = constant("kSecClassGenericPassword");
  made.kSecAttrService = constant("kSecAttrService");
  made.kSecAttrAccount = constant("kSecAttrAccount");
  made.kSecAttrLabel = constant("kSecAttrLabel");
  made.kSecValueData = constant("kSecValueData");
  made.kSecReturnData = constant("kSecReturnData");
  made.kSecReturnAttributes = constant("kSecReturnAttributes");
  made.kSecMatchLimit = constant("kSecMatchLimit");
  made.kSecMatchLimitOne = constant("kSecMatchLimitOne");
  made.kSecMatchLimitAll = constant("kSecMatchLimitAll");
  return made;
}

}  // namespace

FakeKeychain& fake_keychain() {
  static FakeKeychain keychain;
  return keychain;
}

int live_objects() {
  return live;
}

}  // namespace test

namespace auth::apple {

const SecurityFramework& security_framework() {
  static const SecurityFramework framework = test::make_framework();
  return framework;
}

}  // namespace auth::apple
