#include "tools/journeys/node_access.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "aic/content.h"
#include "aic/paging.h"
#include "tools/journeys/tools.h"

namespace tools::journeys {
namespace {

// The node on the path without version, after its own path led nowhere; else that failure.
net::Task<aic::Attempt> get_on_older_path(aic::Tenant& tenant, std::string realm, NodeRef node, base::Error failure) {
  auto older =
      co_await aic::attempt(tenant.get(aic::node(realm, node.type, {}, node.id), am_request(aic::node_headers({}))));
  const bool is_it = !older.failed() && is_of_version(older.reply().body, node.version);
  const bool is_open = older.failed() && !is_missing(older.error());
  if (is_it || is_open) co_return std::move(older);
  // "Bad request" was about the path alone.
  if (failure.status != 404 && older.failed()) co_return std::move(older);
  co_return aic::Attempt(std::move(failure));
}

aic::Document document_of(const std::string& realm, const NodeRef& node, const std::string& version) {
  const auto how = am_request(aic::node_headers(version));
  return {.title = fmt::format("node {} of type {}", node.id, node.type),
          .target = aic::node(realm, node.type, version, node.id),
          .read = how,
          .write = how};
}

net::Task<aic::OpenDocument> open_on_either_path(aic::Tenant& tenant, std::string realm, NodeRef node) {
  std::optional<base::Error> failure;
  try {
    co_return co_await aic::open(tenant, document_of(realm, node, node.version));
  } catch (const base::Error& error) {
    if (node.version.empty() || !may_lack_path(error)) throw;
    failure = error;
  }
  auto older = co_await get_on_older_path(tenant, realm, node, std::move(*failure));
  if (older.failed()) throw older.error();
  co_return co_await aic::open(tenant, document_of(realm, node, {}));
}

}  // namespace

bool is_missing(const base::Error& error) {
  return aic::says_missing(error);
}

bool may_lack_path(const base::Error& error) {
  return is_missing(error) || error.status == 400 || error.status == 405 || error.status == 501;
}

bool is_of_version(const Json& node, const std::string& version) {
  const auto told = base::text_member(base::member(node, "_type"), "version");
  return told.empty() || told == version;
}

net::Task<aic::Reply> get_node(aic::Tenant& tenant, std::string realm, NodeRef node) {
  auto target = aic::node(realm, node.type, node.version, node.id);
  auto found = co_await aic::attempt(tenant.get(std::move(target), am_request(aic::node_headers(node.version))));
  if (found.failed() && !node.version.empty() && may_lack_path(found.error()))
    found = co_await get_on_older_path(tenant, std::move(realm), std::move(node), found.error());
  co_return std::move(found.value());
}

namespace {

// Of a list on the older path, which tells of version 1.0 only on a tenant that has versions.
void keep_version(Json& nodes, const std::string& version) {
  Json kept = Json::array();
  for (Json& node : nodes) {
    if (is_of_version(node, version)) kept.push_back(std::move(node));
  }
  nodes = std::move(kept);
}

}  // namespace

net::Task<aic::Reply> list_nodes(aic::Tenant& tenant, std::string realm, std::string type, std::string version) {
  const auto list = [&](const std::string& at) {
    return aic::get_whole(tenant, aic::node_type(realm, type, at), {}, am_request(aic::node_headers(at)));
  };
  auto listed = co_await aic::attempt(list(version));
  if (listed.failed() && !version.empty() && may_lack_path(listed.error())) {
    auto older = co_await aic::attempt(list({}));
    if (!older.failed()) keep_version(older.reply().body["result"], version);
    if (!older.failed() || !is_missing(older.error())) listed = std::move(older);
  }
  auto& reply = listed.value();
  aic::need_content(aic::node_type(realm, type, version).path(), reply.body, "result", "_id");
  co_return std::move(reply);
}

net::Task<aic::Removed> remove_node(aic::Tenant& tenant, std::string realm, NodeRef node, int looked_since,
                                    aic::LookAgain look_again) {
  auto opened = co_await open_on_either_path(tenant, std::move(realm), std::move(node));
  opened.looked_since(looked_since);
  co_return co_await opened.remove(std::move(look_again));
}

net::Task<aic::Reply> ask_type(aic::Tenant& tenant, std::string realm, std::string type, std::string version,
                               std::string action, Json body) {
  const auto ask = [&](const std::string& at) {
    return tenant.post(aic::node_type(realm, type, at).query("_action", action), body,
                       am_question(aic::node_headers(at)));
  };
  auto told = co_await aic::attempt(ask(version));
  if (told.failed() && !version.empty() && may_lack_path(told.error())) {
    auto older = co_await aic::attempt(ask({}));
    // The older path tells of version 1.0 only.
    const bool is_it = version == "1.0" || told.error().status != 404;
    if (is_it) told = std::move(older);
  }
  co_return std::move(told.value());
}

}  // namespace tools::journeys
