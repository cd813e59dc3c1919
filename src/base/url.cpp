#include "base/url.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <boost/url.hpp>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"

namespace base {
namespace {

constexpr std::size_t longest_segment = 1024;

[[noreturn]] void refuse(std::string why) {
  throw Error(Errc::invalid_request, std::move(why));
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '.' || c == '_';
}

// "host" or "host:port" may come without a scheme; "://" tells whether one is there.
std::string with_scheme(std::string_view text) {
  const auto scheme_end = text.find("://");
  const auto authority_end = text.find_first_of("/?#");
  if (scheme_end == std::string_view::npos || authority_end < scheme_end) return "https://" + std::string(text);
  return std::string(text);
}

// Scheme and authority. What follows is dropped before parsing, so that nothing in it can spoil the rest.
std::string scheme_and_authority(std::string_view trimmed) {
  std::string whole = with_scheme(trimmed);
  whole.resize(std::min(whole.size(), whole.find_first_of("/?#\\", whole.find("://") + 3)));
  return whole;
}

std::uint16_t parse_port(std::string_view text) {
  if (text.empty()) return 443;
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535)
    refuse("has no valid port");
  return static_cast<std::uint16_t>(port);
}

bool is_escape(std::string_view text, std::size_t i) {
  constexpr std::string_view hex_digits = "0123456789abcdefABCDEF";
  return text[i] == '%' && i + 2 < text.size() && hex_digits.find(text[i + 1]) != std::string_view::npos &&
         hex_digits.find(text[i + 2]) != std::string_view::npos;
}

// C0, DEL and C1 (U+0080–U+009F, two bytes in UTF-8).
bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return true;
    const bool c1 = c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) return true;
  }
  return false;
}

}  // namespace

std::string Origin::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == 443 ? name : fmt::format("{}:{}", name, port);
}

std::string Origin::url() const {
  return "https://" + authority();
}

bool Origin::is_loopback() const {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") && std::ranges::all_of(host, [](char c) { return c == '.' || is_digit(c); }));
}

Origin parse_origin(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty()) refuse("is not set");
  const std::string whole = scheme_and_authority(trimmed);
  if (whole.find('@') != std::string::npos) refuse("must not contain a user name or password");
  const auto parsed = boost::urls::parse_uri(whole);
  if (!parsed) refuse("is not a valid URL");
  // "host:x" parses as an empty port and the path "x".
  if (!parsed->encoded_path().empty()) refuse("has no valid port");
  const std::string scheme = lower_case(parsed->scheme());
  if (scheme != "https" && scheme != "http") refuse("must begin with https://");

  Origin origin;
  if (parsed->host_type() == boost::urls::host_type::ipv6) {
    origin.host = parsed->host_ipv6_address().to_string();
  } else {
    origin.host = lower_case(parsed->encoded_host());
    while (origin.host.ends_with('.')) origin.host.pop_back();
    if (origin.host.empty() || !std::ranges::all_of(origin.host, is_host_character)) refuse("has no valid host name");
  }
  const std::string_view port = parsed->port();
  // A port of an http address would be the plain one; TLS is spoken on the port that was named.
  origin.port = scheme == "http" && port == "80" ? std::uint16_t{443} : parse_port(port);
  return origin;
}

bool has_user_info(std::string_view base_url) {
  return scheme_and_authority(trim(base_url)).contains('@');
}

bool names_plain_http(std::string_view base_url) {
  return lower_case(trim(base_url)).starts_with("http://");
}

bool parse_url(std::string_view text, Url& out) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed || !parsed->has_authority()) return false;
  out.scheme = lower_case(parsed->scheme());
  out.user_info = std::string(parsed->encoded_userinfo());
  out.host = lower_case(parsed->encoded_host());
  out.port = std::string(parsed->port());
  out.path = std::string(parsed->encoded_path());
  out.query = std::string(parsed->encoded_query());
  out.fragment = std::string(parsed->encoded_fragment());
  out.has_query = parsed->has_query();
  out.has_fragment = parsed->has_fragment();
  return true;
}

std::string segment_violation(std::string_view value) {
  if (value.find_first_not_of(" \t") == std::string_view::npos) return "must not be empty or blank";
  if (value.size() > longest_segment) return fmt::format("must not exceed {} bytes", longest_segment);
  if (!is_valid_utf8(value)) return "must be valid Unicode text";
  if (has_control_character(value)) return "must not contain control characters";
  if (value == "." || value.find("..") != std::string_view::npos) return "must not be '.' or contain '..'";
  if (value.find_first_of("/\\") != std::string_view::npos) return "must not contain '/' or '\\'";
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_escape(value, i)) return "must not contain an escape such as %2f";
  }
  return {};
}

Target& Target::segment(std::string_view value) {
  if (const std::string violation = segment_violation(value); !violation.empty()) {
    throw Error(Errc::invalid_request,
                fmt::format("'{}' cannot be used in a URL: it {}", printable(value, 80), violation));
  }
  path_ += '/';
  path_ += percent_encode(value);
  return *this;
}

Target& Target::literal(std::string_view path) {
  path_ += path;
  return *this;
}

Target& Target::query(std::string_view name, std::string_view value) {
  return append_query(name, form_encode(value));
}

Target& Target::query_component(std::string_view name, std::string_view value) {
  std::string encoded;
  // An apostrophe stays in paths, but in a query it is always escaped (WHATWG URL, special-query percent-encode set).
  for (const char c : percent_encode(value)) encoded += c == '\'' ? std::string_view("%27") : std::string_view(&c, 1);
  return append_query(name, encoded);
}

Target& Target::append_query(std::string_view name, std::string_view encoded) {
  if (!query_.empty()) query_ += '&';
  query_ += name;
  query_ += '=';
  query_ += encoded;
  return *this;
}

std::string filter_literal(std::string_view value) {
  if (has_control_character(value)) {
    throw Error(Errc::invalid_request, "a value for a filter must not contain control characters");
  }
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace base
