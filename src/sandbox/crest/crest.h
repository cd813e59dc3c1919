// CREST: what the REST resources of IDM, AM, ESV and the logs have in common: query filters, projections, paging,
// patches, revisions, errors. What a resource *is* stays with its area.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sandbox/tenant.h"

namespace sandbox::crest {

using base::Json;

// Ends the request with that status; an area's `answered` turns it into an error body. `message` is unescaped.
[[noreturn]] void refuse(int status, std::string message, Json detail = nullptr);

// JSON pointer, with or without the first slash, ~0 and ~1 decoded. The empty pointer is the whole document.
using Pointer = std::vector<std::string>;
Pointer parse_pointer(std::string_view text);
// The value there, or null when there is none.
const Json& at(const Json& document, const Pointer& pointer);

// A parsed _queryFilter.
struct Filter {
  std::function<bool(const Json&)> matches;
  std::vector<std::string> members;  // first segments of the pointers in it
  bool has_bare_pointer = false;     // one of them lacks the first slash
};
// Refuses with 400 what the grammar does not hold.
Filter parse_filter(std::string_view text);

// One item of `_fields`: "name", "manager/userName", "*", "*_ref".
std::vector<Pointer> parse_fields(std::string_view text);
// `_id`, `_rev` and the named values that exist.
Json project(const Json& document, const std::vector<Pointer>& fields);

// What a list shows besides its items.
struct ListStyle {
  std::string_view policy = "NONE";
  bool exact_total = false;  // totalPagedResults = number of matches, otherwise -1
  int remaining = -1;
  bool cookie_first = false;  // ESV: keys in alphabetical order
};

// _sortKeys, _pageSize, _pagedResultsCookie and _pagedResultsOffset of the request applied to `items`.
// A page that is full carries a cookie even when nothing follows, percent-encoded as tenants do.
Json list(std::vector<Json> items, const ApiRequest& request, const ListStyle& style);

// Applies CREST patch operations in order. Refuses with 400 what is malformed.
Json patch(Json document, const Json& operations);

// Java's Map.hashCode over the document: the `_rev` of AM configuration.
std::int32_t java_hash(const Json& value);

// The value of an If-Match or If-None-Match header without its quotes.
std::string entity_tag(std::string_view header);

// A copy without that member.
Json without(Json object, std::string_view name);

}  // namespace sandbox::crest
