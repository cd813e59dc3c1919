#include "aic/altered.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "aic/pointer.h"
#include "base/encoding.h"

namespace aic {
namespace {

constexpr std::string_view trees_part = "/authenticationtrees/trees/";
constexpr std::string_view nodes_part = "/authenticationtrees/nodes/";

struct NodeName {
  std::string type, version, id;
};

void add_node(std::vector<NodeName>& nodes, const Json& node, std::string id, const char* version) {
  nodes.push_back({base::text_member(node, "nodeType"), base::text_member(node, version), std::move(id)});
}

// Nodes whose settings are sent along with a journey, those inside its pages too.
std::vector<NodeName> sent_along(const Json& tree) {
  std::vector<NodeName> nodes;
  for (const auto& [id, node] : base::member(tree, "nodes").items()) {
    const Json& settings = base::member(node, "config");
    if (!settings.is_object()) continue;
    add_node(nodes, node, id, "version");
    const Json& children = base::member(settings, "nodes");
    if (!children.is_array()) continue;
    for (const Json& child : children) {
      if (base::member(child, "_properties").is_object())
        add_node(nodes, child, base::text_member(child, "_id"), "nodeVersion");
    }
  }
  return nodes;
}

// Keeps to the tenant's addresses: one node may have been asked for with its version and without.
class Nodes {
 public:
  Nodes(const Writing& writing, std::string tree, const std::vector<std::string>& made)
      : writing_(writing), made_(made) {
    const auto at = tree.find(trees_part);
    collection_ = tree.substr(0, at) + std::string(nodes_part.substr(0, nodes_part.size() - 1));
  }

  // Nodes of a journey that is deleted; `tree` is as it was.
  std::vector<NodeName> of(const Json& tree) const {
    std::vector<NodeName> nodes;
    for (const auto& [id, node] : base::member(tree, "nodes").items()) {
      add_node(nodes, node, id, "version");
      const auto page = first(nodes.back());
      const Json children = page ? base::member(*page, "nodes") : Json();
      if (!children.is_array()) continue;
      for (const Json& child : children) add_node(nodes, child, base::text_member(child, "_id"), "nodeVersion");
    }
    return nodes;
  }

  Altered altered(const NodeName& node) const {
    Altered one{.path = path_of(node), .before = first(node), .after = latest(node)};
    const bool is_new = std::ranges::find(made_, node.id) != made_.end();
    if (!one.before && (is_new || writing_.has_listed(collection_))) one.before = Json();
    return one;
  }

 private:
  bool is_it(const NodeName& node, const std::string& path) const {
    const auto place = node_place(path);
    return place && place->collection == collection_ && place->type == node.type && place->id == node.id;
  }

  std::optional<Json> first(const NodeName& node) const {
    std::optional<Json> found;
    for (const auto& path : writing_.paths()) {
      if (!is_it(node, path)) continue;
      auto document = writing_.first(path);
      if (document && (!found || found->is_null())) found = std::move(document);
    }
    return found;
  }

  // As it was seen since the first write.
  std::optional<Json> latest(const NodeName& node) const {
    std::optional<Json> found;
    for (const auto& path : writing_.paths()) {
      if (!is_it(node, path) || !writing_.saw_since(path)) continue;
      auto document = writing_.seen(path);
      if (document && (!found || found->is_null())) found = std::move(document);
    }
    return found;
  }

  // The address under which the tenant showed it.
  std::string path_of(const NodeName& node) const {
    std::string best;
    for (const auto& path : writing_.paths()) {
      if (!is_it(node, path)) continue;
      const auto now = writing_.seen(path), before = writing_.first(path);
      const bool is_shown = (now && now->is_object()) || (before && before->is_object());
      const auto place = node_place(path);
      if (is_shown && (best.empty() || (place && !place->version.empty()))) best = path;
    }
    if (!best.empty()) return best;
    auto target = base::Target(collection_).segment(node.type);
    if (!node.version.empty()) target.segment(node.version);
    return target.segment(node.id).path();
  }

  const Writing& writing_;
  const std::vector<std::string>& made_;
  std::string collection_;
};

bool is_same_node(const std::string& left, const std::string& right) {
  const auto one = node_place(left), other = node_place(right);
  return one && other && one->collection == other->collection && one->type == other->type && one->id == other->id;
}

bool has(const std::vector<Altered>& all, const std::string& path) {
  return std::ranges::any_of(all, [&](const Altered& one) { return one.path == path || is_same_node(one.path, path); });
}

void add_nodes(std::vector<Altered>& all, const Writing& writing, const WrittenRequest& request,
               const std::vector<std::string>& made) {
  const Nodes nodes(writing, request.path, made);
  const bool goes = request.is_deletion();
  if (goes && !request.before) return;
  for (const auto& node : goes ? nodes.of(*request.before) : sent_along(request.body)) {
    auto one = nodes.altered(node);
    const bool is_unchanged = one.before && one.after && base::same_value(*one.before, *one.after);
    if (!is_unchanged && !has(all, one.path)) all.push_back(std::move(one));
  }
}

// Where the tenant shows sent values, but for these.
bool hides(const std::string& path) {
  return path.starts_with("/openidm/managed/") || path.contains("/agents/") || path.contains(nodes_part);
}

void find_hidden(const Json& sent, const Json& stored, const Pointer& at, std::vector<std::string>& hidden) {
  for (const auto& [name, value] : sent.items()) {
    if (name.starts_with('_') || value.is_null()) continue;
    const Json& shown = base::member(stored, name);
    auto place = at.tokens();
    place.push_back(name);
    const Pointer pointer(std::move(place));
    if (shown.is_null()) {
      hidden.push_back(pointer.str());
    } else if (value.is_object() && shown.is_object()) {
      find_hidden(value, shown, pointer, hidden);
    }
  }
}

std::vector<std::string> hidden_in(const WrittenRequest& request) {
  std::vector<std::string> hidden;
  if (!hides(request.path) || !request.after || !request.after->is_object()) return hidden;
  if (request.body.is_object()) find_hidden(request.body, *request.after, Pointer(), hidden);
  if (!request.body.is_array()) return hidden;
  for (const Json& operation : request.body) {
    const auto field = base::text_member(operation, "field");
    const auto tokens = Pointer::parse(field).tokens();
    const bool sets =
        !base::member(operation, "value").is_null() && base::text_member(operation, "operation") != "remove";
    if (sets && !tokens.empty() && base::member(*request.after, tokens.front()).is_null()) hidden.push_back(field);
  }
  return hidden;
}

}  // namespace

std::optional<NodePlace> node_place(const std::string& path) {
  const auto at = path.find(nodes_part);
  if (at == std::string::npos) return std::nullopt;
  std::vector<std::string> parts;
  for (const auto part : std::views::split(std::string_view(path).substr(at + nodes_part.size()), '/'))
    parts.push_back(base::percent_decode(std::string_view(part)));
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  return NodePlace{.collection = path.substr(0, at + nodes_part.size() - 1),
                   .type = parts.front(),
                   .version = parts.size() == 3 ? parts[1] : std::string(),
                   .id = parts.back()};
}

bool is_tree(const std::string& path) {
  const auto at = path.find(trees_part);
  return at != std::string::npos && path.find('/', at + trees_part.size()) == std::string::npos;
}

std::vector<Altered> altered(const Writing& writing, const std::vector<std::string>& made) {
  std::vector<Altered> all;
  for (const auto& request : writing.written()) {
    if (!request.may_have_happened() || request.is_action()) continue;
    auto found = std::ranges::find(all, request.path, &Altered::path);
    if (found == all.end()) found = all.insert(all.end(), Altered{.path = request.path, .before = request.before});
    found->after = request.after;
    std::ranges::move(hidden_in(request), std::back_inserter(found->hidden));
  }
  for (const auto& request : writing.written()) {
    if (request.may_have_happened() && is_tree(request.path)) add_nodes(all, writing, request, made);
  }
  return all;
}

}  // namespace aic
