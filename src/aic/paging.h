// Queries that answer in pages (CREST): their parameters, in the order that goes on the wire, and reading all pages.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "aic/tenant.h"

namespace aic {

struct PageQuery {
  std::string filter = "true";
  std::optional<std::int64_t> page_size;
  bool exact_total = false;
  std::string cookie;  // as a result handed it out
  std::string sort_keys;
  std::string fields;
};

// Appends the parameters; empty ones are left out.
base::Target with_query(base::Target target, const PageQuery& query);

// A cookie as the tenant meant it: it comes percent-encoded inside the JSON (R-HTT-17).
std::string plain_cookie(std::string_view cookie);

// All entries of the query, page by page, until `limit` of them are there. `complete` is false when there were more.
struct Entries {
  Json list = Json::array();
  bool complete = true;
};
net::Task<Entries> read_all(Tenant& tenant, base::Target target, PageQuery query, RequestOptions options,
                            std::size_t limit);

// The same for a query whose address its caller makes, for each page by its cookie; the first has none.
using PageAddress = std::function<base::Target(const std::string& cookie)>;
net::Task<Entries> read_all(Tenant& tenant, PageAddress page, RequestOptions options,
                            std::size_t limit = std::numeric_limits<std::size_t>::max());

// The same in the form of one page: {"result": […]}, without a limit unless one is given. For checks, where a list that
// is not there or not whole must not pass for "nothing found" (R-WRT-13).
net::Task<Reply> get_whole(Tenant& tenant, base::Target target, PageQuery query, RequestOptions options,
                           std::size_t limit = std::numeric_limits<std::size_t>::max());

}  // namespace aic
