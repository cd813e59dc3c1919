#include "aic/pages.h"

#include <utility>

#include "base/encoding.h"

namespace aic {

std::string plain_cookie(std::string_view cookie) {
  return base::percent_decode(cookie);
}

base::Target with_query(base::Target target, const PageQuery& query) {
  target.query("_queryFilter", query.filter);
  if (query.page_size) target.query("_pageSize", std::to_string(*query.page_size));
  if (query.exact_total) target.query("_totalPagedResultsPolicy", "EXACT");
  if (!query.cookie.empty()) target.query("_pagedResultsCookie", plain_cookie(query.cookie));
  if (!query.sort_keys.empty()) target.query("_sortKeys", query.sort_keys);
  if (!query.fields.empty()) target.query("_fields", query.fields);
  return target;
}

net::Task<Entries> read_all(Tenant& tenant, base::Target target, PageQuery query, Options options, std::size_t limit) {
  Entries entries;
  while (true) {
    auto page = co_await tenant.get(with_query(target, query), options);
    const Json& result = base::member(page.body, "result");
    if (!result.is_array())
      throw base::Error(base::Errc::transient, "The tenant's answer to " + target.path() + " is no list");
    for (const Json& entry : result) {
      if (entries.list.size() < limit) entries.list.push_back(entry);
    }
    // A full last page still carries a cookie; the page after it is empty and has none.
    auto cookie = base::text_member(page.body, "pagedResultsCookie");
    if (cookie.empty() || result.empty() || cookie == query.cookie) co_return entries;
    if (entries.list.size() >= limit) {
      entries.complete = false;
      co_return entries;
    }
    query.cookie = std::move(cookie);
  }
}

}  // namespace aic
