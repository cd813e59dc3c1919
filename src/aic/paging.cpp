#include "aic/paging.h"

#include <utility>

#include "aic/content.h"
#include "base/encoding.h"

namespace aic {
namespace {

constexpr std::size_t most_empty_pages = 20;  // one after another

}  // namespace

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

net::Task<Entries> read_all(Tenant& tenant, PageAddress address, RequestOptions options, std::size_t limit) {
  Entries entries;
  std::string former;
  for (std::size_t empty_pages = 0; true;) {
    const auto target = address(former);
    auto page = co_await tenant.get(target, options);
    need_content(target.path(), page.body, "result");
    const Json& result = page.body["result"];
    for (const Json& entry : result) {
      if (entries.list.size() < limit) entries.list.push_back(entry);
    }
    // A full last page still carries a cookie, and what follows an empty page that has one can be anything.
    auto cookie = base::text_member(page.body, "pagedResultsCookie");
    if (cookie.empty() || cookie == former) co_return entries;
    empty_pages = result.empty() ? empty_pages + 1 : 0;
    if (empty_pages > most_empty_pages)
      throw base::Error(base::Errc::transient, "The tenant's pages of " + target.path() + " have no end");
    if (entries.list.size() >= limit) {
      entries.complete = false;
      co_return entries;
    }
    former = std::move(cookie);
  }
}

net::Task<Entries> read_all(Tenant& tenant, base::Target target, PageQuery query, RequestOptions options,
                            std::size_t limit) {
  const auto address = [&](const std::string& cookie) {
    if (!cookie.empty()) query.cookie = cookie;
    return with_query(target, query);
  };
  co_return co_await read_all(tenant, address, std::move(options), limit);
}

net::Task<Reply> get_whole(Tenant& tenant, base::Target target, PageQuery query, RequestOptions options,
                           std::size_t limit) {
  auto entries = co_await read_all(tenant, std::move(target), std::move(query), std::move(options), limit);
  Reply reply;
  reply.status = 200;
  reply.body = {{"result", std::move(entries.list)}};
  co_return std::move(reply);
}

}  // namespace aic
