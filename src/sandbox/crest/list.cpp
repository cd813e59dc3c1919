#include <algorithm>
#include <charconv>
#include <limits>

#include "base/encoding.h"
#include "base/text.h"
#include "sandbox/crest/crest.h"

namespace sandbox::crest {

namespace {

// The shape of the directory's cookie: base64 of "||" and an entry number in eight bytes, then ":0".
std::string print_cookie(std::size_t position) {
  std::string bytes = "||";
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((position >> shift) & 0xFF);
  return base::percent_encode(base::base64(bytes) + ":0");
}

std::size_t parse_cookie(std::string_view cookie) {
  const auto colon = cookie.find(':');
  const auto bytes = base::base64_decode(cookie.substr(0, colon));
  if (colon == std::string_view::npos || !bytes || bytes->size() != 10 || !bytes->starts_with("||")) {
    refuse(400, "Invalid paged results cookie");
  }
  std::size_t position = 0;
  for (const char c : bytes->substr(2)) position = (position << 8) | static_cast<unsigned char>(c);
  return position;
}

long parse_count(const ApiRequest& request, std::string_view name) {
  const auto text = request.parameter(name);
  if (!text || text->empty()) return 0;
  long count = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), count);
  if (error != std::errc() || end != text->data() + text->size()) {
    refuse(400, "The value '" + *text + "' for parameter '" + std::string(name) + "' is not an integer");
  }
  return count;
}

struct SortKey {
  Pointer pointer;
  bool descending = false;
};

std::vector<SortKey> parse_sort_keys(std::string_view text) {
  std::vector<SortKey> keys;
  for (auto key : base::between_commas(text)) {
    const bool descending = key.starts_with('-');
    if (descending || key.starts_with('+')) key.remove_prefix(1);
    if (key.empty()) refuse(400, "The value of parameter '_sortKeys' is not a list of sort keys");
    keys.push_back({parse_pointer(key), descending});
  }
  return keys;
}

std::string sortable(const Json& value) {
  return base::lower_case(value.is_string() ? value.get<std::string>()
                          : value.is_null() ? ""
                                            : base::print_json(value));
}

int sort_order(const Json& left, const Json& right) {
  if (base::is_number(left) && base::is_number(right)) {
    const double a = base::to_double(left);
    const double b = base::to_double(right);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return sortable(left).compare(sortable(right));
}

// Whether `left` stands before `right`; equal ones keep their order, which their places decide.
bool precedes(const std::pair<Json, std::size_t>& left, const std::pair<Json, std::size_t>& right,
              const std::vector<SortKey>& keys) {
  for (const auto& key : keys) {
    const int order = sort_order(at(left.first, key.pointer), at(right.first, key.pointer));
    if (order != 0) return key.descending ? order > 0 : order < 0;
  }
  return left.second < right.second;
}

void sort(std::vector<Json>& items, const std::vector<SortKey>& keys) {
  if (keys.empty()) return;
  std::vector<std::pair<Json, std::size_t>> placed;
  placed.reserve(items.size());
  for (Json& item : items) placed.emplace_back(std::move(item), placed.size());
  std::ranges::sort(placed, [&](const auto& left, const auto& right) { return precedes(left, right, keys); });
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = std::move(placed[i].first);
}

std::size_t first_item(const ApiRequest& request) {
  const auto cookie = request.parameter("_pagedResultsCookie").value_or("");
  const long offset = parse_count(request, "_pagedResultsOffset");
  if (!cookie.empty() && offset != 0) {
    refuse(400, "The parameters '_pagedResultsCookie' and '_pagedResultsOffset' are mutually exclusive");
  }
  return cookie.empty() ? static_cast<std::size_t>(std::max(offset, 0L)) : parse_cookie(cookie);
}

}  // namespace

std::vector<Pointer> parse_fields(std::string_view text) {
  std::vector<Pointer> fields;
  for (const auto part : base::between_commas(text)) {
    const auto field = base::trim(part);
    if (!field.empty()) fields.push_back(parse_pointer(field));
  }
  return fields;
}

Json project(const Json& document, const std::vector<Pointer>& fields) {
  Json result = Json::object();
  for (const auto* name : {"_id", "_rev"}) {
    if (document.contains(name)) result[name] = document[name];
  }
  for (const auto& field : fields) {
    const Json& value = at(document, field);
    if (value.is_null()) continue;
    Json* place = &result;
    for (const auto& segment : field) place = &(*place)[segment];
    *place = value;
  }
  return result;
}

Json list(std::vector<Json> items, const ApiRequest& request, const ListStyle& style) {
  sort(items, parse_sort_keys(request.parameter("_sortKeys").value_or("")));
  const long page_size = parse_count(request, "_pageSize");
  const std::size_t limit =
      page_size > 0 ? static_cast<std::size_t>(page_size) : std::numeric_limits<std::size_t>::max();
  const std::size_t total = items.size();
  const std::size_t begin = std::min(first_item(request), total);
  const std::size_t count = std::min(limit, total - begin);

  Json page = Json::array();
  for (std::size_t i = begin; i < begin + count; ++i) page.push_back(std::move(items[i]));
  Json result = Json::object();
  const Json cookie = count == limit ? Json(print_cookie(begin + count)) : Json();
  const auto exact = style.exact_total ? static_cast<std::int64_t>(total) : -1;
  if (style.cookie_first) {
    result["pagedResultsCookie"] = cookie;
    result["remainingPagedResults"] = style.remaining;
  }
  result["result"] = std::move(page);
  result["resultCount"] = count;
  if (style.cookie_first) {
    result["totalPagedResults"] = exact;
    result["totalPagedResultsPolicy"] = style.policy;
  } else {
    result["pagedResultsCookie"] = cookie;
    result["totalPagedResultsPolicy"] = style.policy;
    result["totalPagedResults"] = exact;
    result["remainingPagedResults"] = style.remaining;
  }
  return result;
}

}  // namespace sandbox::crest
