// The few cryptographic operations of this program, over OpenSSL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace base {

// 32 bytes.
std::string sha256(std::string_view bytes);

// AES-256-GCM with a fresh random nonce in front; `context` is authenticated, not contained.
// `key` is 32 bytes. `open` gives nothing when anything was changed.
std::string seal(const Secret& key, std::string_view plain, std::string_view context);
std::optional<std::string> open(const Secret& key, std::string_view sealed, std::string_view context);

// Constant time for equal lengths.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace base
