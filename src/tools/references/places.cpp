#include "tools/references/places.h"

#include <algorithm>
#include <utility>

namespace tools::references {

using base::Json;
using journeys::NodeRef;

NodePlaces::NodePlaces(const journeys::RealmNodes& known) {
  for (const Json& tree : known.trees) {
    const Json& nodes = base::member(tree, "nodes");
    if (!nodes.is_object()) continue;
    for (const auto& [id, node] : nodes.items())
      add({id, base::text_member(node, "nodeType"), base::text_member(node, "version")},
          {.journey = base::text_member(tree, "_id"), .name = base::text_member(node, "displayName")});
  }
  // A page's children stand where the page stands.
  for (const auto& [page, settings] : known.nodes) {
    const Json& children = base::member(settings, "nodes");
    if (!children.is_array() || journeys::children_of(settings).empty()) continue;
    auto spots = spots_of(page);
    if (spots.empty()) spots.emplace_back();
    for (const Json& child : children) {
      for (const auto& spot : spots)
        add({base::text_member(child, "_id"), base::text_member(child, "nodeType"),
             base::text_member(child, "nodeVersion")},
            {.journey = spot.journey,
             .name = base::text_member(child, "displayName"),
             .page_id = page.id,
             .page_name = spot.name});
    }
  }
}

void NodePlaces::add(NodeRef node, Spot spot) {
  if (node.id.empty()) return;
  const auto [first, last] = by_id_.equal_range(node.id);
  if (std::none_of(first, last, [&](const auto& entry) { return entry.second.node == node; })) held_.push_back(node);
  auto id = node.id;
  by_id_.emplace(std::move(id), Entry{.node = std::move(node), .spot = std::move(spot)});
}

std::vector<Spot> NodePlaces::spots_of(const NodeRef& node) const {
  std::vector<Spot> spots;
  const auto [first, last] = by_id_.equal_range(node.id);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second.node.type.empty() || entry->second.node == node) spots.push_back(entry->second.spot);
  }
  return spots;
}

}  // namespace tools::references
