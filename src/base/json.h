// JSON values, parsed with limits and printed compactly.
// Numbers that a double or a 64-bit integer cannot hold exactly keep their text, so that a document read
// from a tenant and written back is the same document.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace base {

// Members keep the order in which they came. A number that does not survive the trip through int64, uint64
// or double is held as text (see `exact_number`); everything else is plain nlohmann.
using Json = nlohmann::ordered_json;

struct JsonLimits {
  std::size_t depth = 128;         // nested arrays and objects
  std::size_t values = 1'000'000;  // of any kind; each takes memory, if it is but "[]," in the text
  // of one object: looking one up compares them one by one, so their number bounds what any use of an object can cost
  std::size_t members = 10'000;
};

// Parses one JSON text (RFC 8259, UTF-8). Throws Error{invalid_request} that names the position.
// A member that occurs twice keeps its last value.
Json parse_json(std::string_view text, JsonLimits limits = {});

// One list of a text, a member of the outermost object, of which only a part is wanted: entries from its begin until
// they count for `enough`. The others are read over and counted, which takes no memory and little time.
struct PartOfList {
  std::string list;                               // name of the member
  std::function<std::size_t(const Json&)> count;  // what an entry counts for, as it is kept
  std::size_t enough = 0;
  std::function<Json(Json)> keep = {};  // what is kept of an entry; empty: the whole
};

struct ParsedPart {
  Json value;
  std::size_t left_out = 0;  // entries of the list
};
ParsedPart parse_part(std::string_view text, const PartOfList& part, JsonLimits limits = {});

// Like parse_json, but a text that is no JSON is nothing.
std::optional<Json> try_parse_json(std::string_view text, JsonLimits limits = {});

// Compact, UTF-8, members in order. Invalid UTF-8 in a string comes out as U+FFFD.
std::string print_json(const Json& value);

// The same, broken into lines for readers that are cut by lines: each entry of a list stands on a line of its own, and
// each member of an object that is long.
std::string print_json_lines(const Json& value);

// How long both are, in characters (code points), without printing them.
std::size_t printed_size(const Json& value);
std::size_t printed_lines_size(const Json& value);

// A number whose text is kept. `text` must be a JSON number.
Json exact_number(std::string_view text);

// True for every JSON number, those kept as text included.
bool is_number(const Json& value);

// The number as JSON text.
std::string number_text(const Json& value);

// True when both are the same decimal number, however written: 1.50 and 15e-1.
bool same_number(const Json& left, const Json& right);

// The number as the nearest double, infinite where it is too large for one; NaN for what is no number.
double to_double(const Json& value);

// A text that is the same for the same decimal number, however written; no JSON.
std::string number_key(const Json& value);

// True when both hold the same: numbers by their value, members of objects in any order, entries of lists in theirs.
bool same_value(const Json& left, const Json& right);

// True when the value is this text; true when it is this truth value. Comparisons of Json with == are refused outside
// of this layer (scripts/check_json.sh): they take 1.50 and 1.5 for two values.
bool is_text(const Json& value, std::string_view text);
bool is_true(const Json& value);
bool is_false(const Json& value);
// True for null and for the empty text.
bool is_blank(const Json& value);
// True when the value is a list that has this text among its entries.
bool lists_text(const Json& value, std::string_view text);

// Adds a member whose name the object does not have yet, without searching for it.
void append_member(Json& object, std::string name, Json value);

// The member's value, or null when `object` is no object or lacks it. Never inserts.
const Json& member(const Json& object, std::string_view name);

// The member's text, or `otherwise` when it is missing or no string.
std::string text_member(const Json& object, std::string_view name, std::string_view otherwise = {});

}  // namespace base
