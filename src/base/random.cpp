#include "base/random.h"

#include <cstdint>
#include <cstring>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "base/encoding.h"
#include "base/text.h"

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

std::string uuid_from_name(std::string_view namespace_uuid, std::string_view name) {
  const auto space = boost::uuids::string_generator()(namespace_uuid.begin(), namespace_uuid.end());
  return to_string(boost::uuids::name_generator_sha1(space)(name.data(), name.size()));
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool is_hex = is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
    if (dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

}  // namespace base
