// Addresses: reading the origin of a server, and building request targets from fixed paths plus
// escaped segments, so that no value can reach another endpoint.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

// An https origin, normalised: lower-case host, no trailing dot, port only when it is not 443.
struct Origin {
  std::string host;  // without brackets for IPv6
  std::uint16_t port = 443;

  std::string authority() const;  // "host", "host:8443", "[::1]:8443"
  std::string url() const;        // "https://" + authority
  bool is_loopback() const;       // localhost, *.localhost, 127.0.0.0/8, ::1
  bool operator==(const Origin&) const = default;
};

// As a person writes it (R-CFG-01, -02): blanks trimmed, scheme optional, http raised to https, path, query and
// fragment dropped. Throws Error{invalid_request} with what is wrong, to stand behind the name of what was read: "has
// no valid port". It never shows the user info.
Origin parse_origin(std::string_view text);
// True when such an address carries a user name or password, whatever else is wrong with it.
bool has_user_info(std::string_view base_url);
// True when it asks for http, which is taken as https.
bool names_plain_http(std::string_view base_url);

// Any absolute URL, for checks of links and redirects.
struct Url {
  std::string scheme;  // lower case
  std::string user_info;
  std::string host;                   // lower case
  std::string port;                   // as written
  std::string path, query, fragment;  // as written, still encoded
  bool has_query = false, has_fragment = false;
};
bool parse_url(std::string_view text, Url& out);

// Why a value cannot be a path segment (R-ARG-03), or empty when it can.
std::string segment_violation(std::string_view value);

// A request target: a fixed base path plus escaped segments and query parameters.
class Target {
 public:
  // `base` is a literal of the program, already encoded, e.g. "/openidm/managed".
  explicit Target(std::string_view base) : path_(base) {}

  // Appends one escaped segment. Throws Error{invalid_request} where segment_violation finds one.
  Target& segment(std::string_view value);
  // Appends a literal of the program, e.g. "/versions".
  Target& literal(std::string_view path);
  // Appends a form-encoded query parameter; `name` is a literal of the program.
  Target& query(std::string_view name, std::string_view value);
  // The same with component encoding, for the endpoints whose callers write a space as %20.
  Target& query_component(std::string_view name, std::string_view value);

  const std::string& path() const { return path_; }
  std::string str() const { return query_.empty() ? path_ : path_ + "?" + query_; }

 private:
  Target& append_query(std::string_view name, std::string_view encoded);

  std::string path_;
  std::string query_;
};

// A string literal of a CREST filter: quoted, with \ and " escaped (R-ARG-06).
// Throws Error{invalid_request} for control characters.
std::string filter_literal(std::string_view value);

}  // namespace base
