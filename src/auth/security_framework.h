// What store_macos.cpp takes of macOS's Core Foundation and Security frameworks, declared here as Apple documents it
// (developer.apple.com/documentation/corefoundation and /security), and found at run time. So the program links to
// libSystem alone and is built without Apple's SDK (docs/decisions/0021). tests/auth/security_framework_test.cpp
// compares the declarations with the documented ones.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace auth::apple {

using Boolean = unsigned char;
using UInt8 = unsigned char;
using UInt32 = std::uint32_t;
using OSStatus = std::int32_t;
using CFIndex = long;
using CFStringEncoding = UInt32;
using SecKeychainStatus = UInt32;

using CFTypeRef = const void*;
using CFAllocatorRef = const struct CFAllocator*;
using CFArrayRef = const struct CFArray*;
using CFBooleanRef = const struct CFBoolean*;
using CFDataRef = const struct CFData*;
using CFDictionaryRef = const struct CFDictionary*;
using CFMutableDictionaryRef = struct CFDictionary*;
using CFStringRef = const struct CFString*;
using SecKeychainRef = struct SecKeychain*;
// Passed on as they are.
struct CFDictionaryKeyCallBacks;
struct CFDictionaryValueCallBacks;

inline constexpr CFStringEncoding utf8 = 0x0800'0100;  // kCFStringEncodingUTF8
inline constexpr OSStatus success = 0;                 // errSecSuccess
inline constexpr OSStatus duplicate_item = -25299;     // errSecDuplicateItem
inline constexpr OSStatus item_not_found = -25300;     // errSecItemNotFound
// kSecUnlockStateStatus, kSecReadPermStatus, kSecWritePermStatus
inline constexpr SecKeychainStatus unlocked = 1;
inline constexpr SecKeychainStatus readable = 2;
inline constexpr SecKeychainStatus writable = 4;

// Members have the names that the frameworks give them.
struct SecurityFramework {
  void (*CFRelease)(CFTypeRef cf);
  CFStringRef (*CFStringCreateWithBytes)(CFAllocatorRef alloc, const UInt8* bytes, CFIndex size,
                                         CFStringEncoding encoding, Boolean is_external);
  CFIndex (*CFStringGetLength)(CFStringRef string);
  CFIndex (*CFStringGetMaximumSizeForEncoding)(CFIndex length, CFStringEncoding encoding);
  Boolean (*CFStringGetCString)(CFStringRef string, char* buffer, CFIndex buffer_size, CFStringEncoding encoding);
  CFDataRef (*CFDataCreate)(CFAllocatorRef allocator, const UInt8* bytes, CFIndex length);
  const UInt8* (*CFDataGetBytePtr)(CFDataRef data);
  CFIndex (*CFDataGetLength)(CFDataRef data);
  CFMutableDictionaryRef (*CFDictionaryCreateMutable)(CFAllocatorRef allocator, CFIndex capacity,
                                                      const CFDictionaryKeyCallBacks* key_callbacks,
                                                      const CFDictionaryValueCallBacks* value_callbacks);
  void (*CFDictionarySetValue)(CFMutableDictionaryRef dictionary, const void* key, const void* value);
  const void* (*CFDictionaryGetValue)(CFDictionaryRef dictionary, const void* key);
  CFIndex (*CFArrayGetCount)(CFArrayRef array);
  const void* (*CFArrayGetValueAtIndex)(CFArrayRef array, CFIndex index);
  OSStatus (*SecItemAdd)(CFDictionaryRef attributes, CFTypeRef* result);
  OSStatus (*SecItemCopyMatching)(CFDictionaryRef query, CFTypeRef* result);
  OSStatus (*SecItemUpdate)(CFDictionaryRef query, CFDictionaryRef attributes_to_update);
  OSStatus (*SecItemDelete)(CFDictionaryRef query);
  CFStringRef (*SecCopyErrorMessageString)(OSStatus status, void* reserved);
  OSStatus (*SecKeychainCopyDefault)(SecKeychainRef* keychain);
  OSStatus (*SecKeychainGetStatus)(SecKeychainRef keychain, SecKeychainStatus* status);

  // The frameworks' variables.
  const CFDictionaryKeyCallBacks* kCFTypeDictionaryKeyCallBacks;
  const CFDictionaryValueCallBacks* kCFTypeDictionaryValueCallBacks;
  const CFBooleanRef* kCFBooleanTrue;
  const CFStringRef* kSecClass;
  const CFStringRef* kSecClassGenericPassword;
  const CFStringRef* kSecAttrService;
  const CFStringRef* kSecAttrAccount;
  const CFStringRef* kSecAttrLabel;
  const CFStringRef* kSecValueData;
  const CFStringRef* kSecReturnData;
  const CFStringRef* kSecReturnAttributes;
  const CFStringRef* kSecMatchLimit;
  const CFStringRef* kSecMatchLimitOne;
  const CFStringRef* kSecMatchLimitAll;

  std::string missing;  // the first name that was not found, or empty: then nothing else may be used
};

// `find` gives the address of a name, or null.
SecurityFramework find_security_framework(const std::function<void*(const char* name)>& find);

// The one of this system, which is loaded once and stays: security_framework_macos.cpp.
const SecurityFramework& security_framework();

}  // namespace auth::apple
