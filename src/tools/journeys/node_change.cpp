#include "tools/journeys/node_change.h"

#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/difference.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/journeys/settings.h"
#include "tools/journeys/tools.h"
#include "tools/kit/advice.h"
#include "tools/kit/secrets.h"

namespace tools::journeys {
namespace {

// The versions of a page's children that the caller leaves out stay (R-JRN-05).
void keep_child_versions(Json& page, const Json& stored) {
  const auto children = page.find("nodes");
  if (children == page.end() || !children->is_array()) return;
  for (Json& child : *children) {
    const Json& known = child_with(base::member(stored, "nodes"), base::text_member(child, "_id"));
    const bool same_type = base::text_member(known, "nodeType") == base::text_member(child, "nodeType");
    if (same_type && known.contains("nodeVersion") && !child.contains("nodeVersion"))
      child["nodeVersion"] = known["nodeVersion"];
  }
}

aic::Document node_document(const std::string& in, const NodeRef& node) {
  const auto how = am_request(aic::node_headers(node.version));
  return {.title = fmt::format("node {} of type {}", node.id, node.type),
          .target = aic::node(in, node.type, node.version, node.id),
          .read = how,
          .write = how};
}

using OpenedNode = std::variant<aic::OpenDocument, base::Error>;

net::Task<OpenedNode> try_open(Call& call, const std::string& in, const NodeRef& node) {
  try {
    co_return co_await aic::open(call.tenant(), node_document(in, node));
  } catch (const base::Error& error) {
    if (error.about_token) throw;
    co_return error;
  }
}

// The node where it was not found at first: on the path from before there were versions, or in a version that only
// journeys and pages tell.
net::Task<std::optional<aic::OpenDocument>> open_elsewhere(Call& call, std::string in, NodeRef node) {
  const auto version = node.version;
  if (version.empty()) {
    const auto known = co_await read_realm_nodes(call, in);
    const auto* found = known.find(node);
    if (!found || found->ref.version.empty()) co_return std::nullopt;
    node.version = found->ref.version;
  } else {
    node.version.clear();
  }
  auto opened = co_await try_open(call, in, node);
  if (const auto* error = std::get_if<base::Error>(&opened)) {
    if (!is_missing(*error)) throw *error;
    co_return std::nullopt;
  }
  auto& document = std::get<aic::OpenDocument>(opened);
  if (!version.empty() && !is_of_version(document.current(), version)) co_return std::nullopt;
  co_return std::move(document);
}

}  // namespace

const Json& child_with(const Json& children, const std::string& id) {
  static const Json none;
  for (const Json& child : children) {
    if (!id.empty() && base::text_member(child, "_id") == id) return child;
  }
  return none;
}

base::Error no_secret(const std::vector<std::string>& places) {
  base::Error error(
      base::Errc::invalid_request,
      fmt::format("config{} is a placeholder for a secret that the stored node does not have; nothing was written",
                  fmt::join(places, ", config")));
  error.next = advice::give_real_value;
  return error;
}

std::optional<aic::Edit> changed_node(const Json& now, const NodeRef& node, Json given, bool keep_others) {
  const Json stored = bare_config(now);
  if (const auto places = restore_secrets(given, stored); !places.empty()) throw no_secret(places);
  Json settings = keep_others ? stored : Json::object();
  for (const auto& [name, value] : given.items()) settings[name] = value;
  if (node.type == page_type) keep_child_versions(settings, stored);
  if (!now.is_null() && aic::differences(stored, settings).empty()) return std::nullopt;
  aic::Edit edit{.after = {{"_id", node.id}}};
  for (auto& [name, value] : settings.items()) edit.after[name] = std::move(value);
  return edit;
}

std::optional<base::Error> check_node(const Json& before, const Json& wanted, const Json& stored) {
  // Where nothing changed, not even the order did.
  const auto order = aic::differences(before, stored).empty() ? Order::matters : Order::may_differ;
  return aic::check_exactly(before, wanted, shown_as_asked(wanted, stored, order));
}

net::Task<aic::OpenDocument> open_node(Call& call, std::string in, NodeRef node) {
  auto opened = co_await try_open(call, in, node);
  if (auto* document = std::get_if<aic::OpenDocument>(&opened)) co_return std::move(*document);
  const base::Error error = std::get<base::Error>(opened);
  if (!may_lack_path(error)) throw error;
  auto elsewhere = co_await open_elsewhere(call, in, node);
  if (!elsewhere) throw error;
  co_return std::move(*elsewhere);
}

net::Task<aic::OpenDocument> open_new_node(Call& call, std::string in, NodeRef node) {
  auto document = node_document(in, node);
  document.may_be_absent = true;
  co_return co_await aic::open(call.tenant(), std::move(document));
}

}  // namespace tools::journeys
