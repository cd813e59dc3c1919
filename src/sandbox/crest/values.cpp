#include <bit>

#include "base/error.h"
#include "sandbox/crest/crest.h"

namespace sandbox::crest {

namespace {

std::uint32_t fold(std::uint64_t bits) {
  return static_cast<std::uint32_t>(bits ^ (bits >> 32));
}

// Java strings are UTF-16: a character beyond the basic plane counts as two.
std::uint32_t hash_text(std::string_view text) {
  std::uint32_t hash = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      point = (point << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    }
    i += length;
    if (point < 0x10000) {
      hash = hash * 31 + point;
    } else {
      hash = hash * 31 + (0xD800 + ((point - 0x10000) >> 10));
      hash = hash * 31 + (0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return hash;
}

std::uint32_t hash_integer(std::int64_t value) {
  const bool is_int = value >= INT32_MIN && value <= INT32_MAX;
  return is_int ? static_cast<std::uint32_t>(value) : fold(static_cast<std::uint64_t>(value));
}

std::uint32_t hash_of(const Json& value) {
  std::uint32_t hash = 0;
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) hash += hash_text(key) ^ hash_of(item);
    return hash;
  }
  if (value.is_array()) {
    hash = 1;
    for (const Json& item : value) hash = hash * 31 + hash_of(item);
    return hash;
  }
  if (value.is_string()) return hash_text(value.get_ref<const std::string&>());
  if (value.is_boolean()) return value.get<bool>() ? 1231 : 1237;
  if (value.is_number_integer()) return hash_integer(value.get<std::int64_t>());
  if (value.is_number_float()) return fold(std::bit_cast<std::uint64_t>(base::to_double(value)));
  return base::is_number(value) ? hash_text(base::number_text(value)) : 0;
}

std::string unescape(std::string_view segment) {
  std::string text;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool escape = segment[i] == '~' && i + 1 < segment.size();
    if (escape && (segment[i + 1] == '0' || segment[i + 1] == '1')) {
      text += segment[++i] == '0' ? '~' : '/';
    } else {
      text += segment[i];
    }
  }
  return text;
}

const Json& child(const Json& value, const std::string& segment) {
  if (value.is_object()) return base::member(value, segment);
  if (value.is_array() && !segment.empty() && segment.find_first_not_of("0123456789") == std::string::npos &&
      segment.size() < 9) {
    const auto index = static_cast<std::size_t>(std::stoul(segment));
    if (index < value.size()) return value[index];
  }
  static const Json nothing;
  return nothing;
}

}  // namespace

void refuse(int status, std::string message, Json detail) {
  base::Error error(base::errc_from_status(status), message);
  error.status = status;
  error.tenant_message = std::move(message);
  error.detail = std::move(detail);
  throw error;
}

Pointer parse_pointer(std::string_view text) {
  Pointer pointer;
  if (text.starts_with('/')) text.remove_prefix(1);
  while (!text.empty()) {
    const auto slash = text.find('/');
    pointer.push_back(unescape(text.substr(0, slash)));
    if (slash == std::string_view::npos) break;
    text.remove_prefix(slash + 1);
    if (text.empty()) pointer.emplace_back();
  }
  return pointer;
}

const Json& at(const Json& document, const Pointer& pointer) {
  const Json* value = &document;
  for (const auto& segment : pointer) value = &child(*value, segment);
  return *value;
}

std::int32_t java_hash(const Json& value) {
  return static_cast<std::int32_t>(hash_of(value));
}

std::string entity_tag(std::string_view header) {
  if (header.starts_with("W/")) header.remove_prefix(2);
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') header = header.substr(1, header.size() - 2);
  return std::string(header);
}

Json without(Json object, std::string_view name) {
  if (object.is_object()) object.erase(std::string(name));
  return object;
}

}  // namespace sandbox::crest
