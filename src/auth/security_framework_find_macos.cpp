#include "auth/security_framework.h"

#include <type_traits>

namespace auth::apple {

SecurityFramework find_security_framework(const std::function<void*(const char* name)>& find) {
  SecurityFramework found{};
  const auto take = [&](auto& member, const char* name) {
    void* const address = find(name);
    if (address == nullptr && found.missing.empty()) found.missing = name;
    member = reinterpret_cast<std::remove_reference_t<decltype(member)>>(address);
  };
// A member and the framework's name for it are the same word.
#define AIC_TAKE(name) take(found.name, #name)
  AIC_TAKE(CFRelease);
  AIC_TAKE(CFStringCreateWithBytes);
  AIC_TAKE(CFStringGetLength);
  AIC_TAKE(CFStringGetMaximumSizeForEncoding);
  AIC_TAKE(CFStringGetCString);
  AIC_TAKE(CFDataCreate);
  AIC_TAKE(CFDataGetBytePtr);
  AIC_TAKE(CFDataGetLength);
  AIC_TAKE(CFDictionaryCreateMutable);
  AIC_TAKE(CFDictionarySetValue);
  AIC_TAKE(CFDictionaryGetValue);
  AIC_TAKE(CFArrayGetCount);
  AIC_TAKE(CFArrayGetValueAtIndex);
  AIC_TAKE(SecItemAdd);
  AIC_TAKE(SecItemCopyMatching);
  AIC_TAKE(SecItemUpdate);
  AIC_TAKE(SecItemDelete);
  AIC_TAKE(SecCopyErrorMessageString);
  AIC_TAKE(SecKeychainCopyDefault);
  AIC_TAKE(SecKeychainGetStatus);
  AIC_TAKE(kCFTypeDictionaryKeyCallBacks);
  AIC_TAKE(kCFTypeDictionaryValueCallBacks);
  AIC_TAKE(kCFBooleanTrue);
  AIC_TAKE(kSecClass);
  AIC_TAKE(kSecClassGenericPassword);
  AIC_TAKE(kSecAttrService);
  AIC_TAKE(kSecAttrAccount);
  AIC_TAKE(kSecAttrLabel);
  AIC_TAKE(kSecValueData);
  AIC_TAKE(kSecReturnData);
  AIC_TAKE(kSecReturnAttributes);
  AIC_TAKE(kSecMatchLimit);
  AIC_TAKE(kSecMatchLimitOne);
  AIC_TAKE(kSecMatchLimitAll);
#undef AIC_TAKE
  return found;
}

}  // namespace auth::apple
