#include "aic/content.h"

#include <algorithm>

#include <fmt/format.h>

namespace aic {
namespace {

// What is wrong with the body, after "The tenant's answer to …"; empty where nothing is.
std::string fault_of(const base::Json& body, std::string_view list, std::string_view key) {
  if (!body.is_object()) return list.empty() ? "is not an object" : "is not a list";
  if (list.empty()) return {};
  const base::Json& entries = base::member(body, list);
  if (!entries.is_array()) return "is not a list";
  if (!std::ranges::all_of(entries, &base::Json::is_object)) return "is a list with an entry that is not an object";
  const auto has_key = [&](const base::Json& entry) { return !base::text_member(entry, key).empty(); };
  if (!key.empty() && !std::ranges::all_of(entries, has_key))
    return fmt::format("is a list with an entry that has no {}", key);
  return {};
}

}  // namespace

std::optional<base::Error> missing_content(std::string_view path, const base::Json& body, std::string_view list,
                                           std::string_view key) {
  const auto fault = fault_of(body, list, key);
  if (fault.empty()) return std::nullopt;
  base::Error error(base::Errc::transient, body.is_null() ? fmt::format("The tenant answered without a body ({})", path)
                                                          : fmt::format("The tenant's answer to {} {}", path, fault));
  error.request = path;
  error.next = "Call again later. This answer does not show what the tenant has stored.";
  return error;
}

void need_content(std::string_view path, const base::Json& body, std::string_view list, std::string_view key) {
  if (const auto problem = missing_content(path, body, list, key)) throw *problem;
}

}  // namespace aic
