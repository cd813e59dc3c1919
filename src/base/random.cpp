#include "base/random.h"

#include <cstdint>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/encoding.h"
#include "base/error.h"

namespace base {
namespace {

// RFC 4122 §4.1: version and variant bits, then the text form.
std::string uuid_text(std::string bytes, unsigned version) {
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | version << 4);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  std::string text = hex(bytes.substr(0, 16));
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, "-");
  return text;
}

std::string uuid_bytes(std::string_view text) {
  std::string bytes;
  std::string digits;
  for (const char c : text) {
    if (c != '-') digits += c;
  }
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

}  // namespace

std::string Random::uuid() {
  return uuid_text(bytes(16), 4);
}

double Random::fraction() {
  const std::string raw = bytes(sizeof(std::uint64_t));
  std::uint64_t bits = 0;
  std::memcpy(&bits, raw.data(), sizeof bits);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

std::string SystemRandom::bytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1) {
    throw Error(Errc::internal, "the system gives no random bytes");
  }
  return out;
}

std::string uuid_from_name(std::string_view namespace_uuid, std::string_view name) {
  const std::string input = uuid_bytes(namespace_uuid) + std::string(name);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(input.data(), input.size(), digest, &size, EVP_sha1(), nullptr) != 1) {
    throw Error(Errc::internal, "SHA-1 is not available");
  }
  return uuid_text(std::string(reinterpret_cast<char*>(digest), 16), 5);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

}  // namespace base
