// The encodings that OAuth and AM use. All take and give bytes in std::string.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

// RFC 4648 §5, without padding.
std::string base64url(std::string_view bytes);
// RFC 4648 §4, with padding. Decoding is strict: nothing when there is a stray character, bit or pad.
std::string base64(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
std::optional<std::string> base64url_decode(std::string_view text);

std::string hex(std::string_view bytes);

// encodeURIComponent: everything but A-Z a-z 0-9 - _ . ! ~ * ' ( ) becomes %XX.
std::string percent_encode(std::string_view text);
// application/x-www-form-urlencoded: everything but A-Z a-z 0-9 * - . _ becomes %XX, a space becomes +.
std::string form_encode(std::string_view text);
// Every valid %XX becomes its byte; other text stays.
std::string percent_decode(std::string_view text);

using FormFields = std::vector<std::pair<std::string, std::string>>;
std::string print_form(const FormFields& fields);
// Splits at & and =, decodes + and %XX. Repeated names stay repeated.
FormFields parse_form(std::string_view text);

bool is_valid_utf8(std::string_view text);
// Every byte that belongs to no valid character becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view text);
// For showing text of others in one line: control characters (C0, DEL, C1) become spaces, invalid UTF-8
// becomes U+FFFD, and what is longer than `limit` bytes is cut at a character with an ellipsis.
std::string printable(std::string_view text, std::size_t limit = 2048);
// Numeric entities (&#39; &#x27;) and the five named ones of XML become their characters.
std::string decode_html_entities(std::string_view text);
std::string escape_html(std::string_view text);

}  // namespace base
