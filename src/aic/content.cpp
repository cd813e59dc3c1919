#include "aic/content.h"

#include <fmt/format.h>

namespace aic {

std::optional<base::Error> missing_content(std::string_view path, const base::Json& body, std::string_view list) {
  const bool is_whole = body.is_object() && (list.empty() || base::member(body, list).is_array());
  if (is_whole) return std::nullopt;
  base::Error error(base::Errc::transient, body.is_null() ? fmt::format("The tenant answered without a body ({})", path)
                                                          : fmt::format("The tenant's answer to {} is not {}", path,
                                                                        list.empty() ? "an object" : "a list"));
  error.request = path;
  error.next = "Call again later. This answer does not show what the tenant has stored.";
  return error;
}

void need_content(std::string_view path, const base::Json& body, std::string_view list) {
  if (const auto problem = missing_content(path, body, list)) throw *problem;
}

}  // namespace aic
