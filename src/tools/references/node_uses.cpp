#include "tools/references/node_uses.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "tools/journeys/node_access.h"
#include "tools/kit/fan_out.h"
#include "tools/references/places.h"
#include "tools/references/texts.h"

namespace tools::references {
namespace {

using journeys::NodeRef;
using journeys::RealmNodes;

// Settings of social providers, of which an empty list means all.
constexpr const char* provider_filter = "filteredProviders";
// Nodes of these types take whatever provider was chosen before, and name none.
constexpr std::string_view provider_handler = "SocialProviderHandlerNode";

// A use of a node for each place where it stands.
void add_places(const NodePlaces& places, const Use& use, std::vector<Use>& uses) {
  const auto spots = places.spots_of(use.node);
  if (spots.empty()) uses.push_back(use);
  for (const auto& spot : spots) {
    Use one = use;
    one.node_name = spot.name;
    one.page_id = spot.page_id;
    one.page_name = spot.page_name;
    if (!spot.journey.empty()) {
      one.in = "journey";
      one.id = one.name = spot.journey;
    }
    uses.push_back(std::move(one));
  }
}

Use use_of(const NodeRef& node, std::string member) {
  return {.in = "node", .id = node.id, .name = "", .member = std::move(member), .node = node};
}

std::string described(const NodeRef& node) {
  return fmt::format("{} {}", node.type, node.id);
}

bool mentions_journeys(const Json& property, const char* member) {
  const auto words = base::text_member(property, member);
  return base::contains_ignoring_case(words, "tree") || base::contains_ignoring_case(words, "journey");
}

// The schema's own words on a setting tell whether it names a journey.
bool says_journey(const Json& property, const std::string& journey) {
  return mentions_journeys(property, "title") || base::lists_text(base::member(property, "enum"), journey);
}

// The nodes that name a journey; the schema is asked where the member's name does not say what it means.
class JourneyUses {
 public:
  JourneyUses(Call& call, std::string realm, std::string journey)
      : call_(call), realm_(std::move(realm)), journey_(std::move(journey)) {}

  net::Task<> find(const RealmNodes& known) {
    for (const auto& [node, settings] : known.nodes) look_at(node, journeys::bare_config(settings));
    co_await settle();
  }

  std::vector<Use> uses;
  std::vector<std::string> not_checked;

 private:
  struct Doubt {
    NodeRef node;
    std::string place;
  };

  void look_at(const NodeRef& node, const Json& settings) {
    for_each_text(settings, [&](const std::string& place, const std::string& member, const std::string& text) {
      if ((text == journey_ && names_journeys(member)) || links_to_journey(text, journey_))
        uses.push_back(use_of(node, place.substr(1)));
      if (text == journey_ && !names_journeys(member)) doubts_.push_back({node, place.substr(1)});
      if (names_journeys(member) && is_made_by_esv(text))
        not_checked.push_back(fmt::format("{} refers to its journey with a variable: {}", described(node), text));
    });
  }

  net::Task<> settle() {
    std::vector<Ask> asks;
    std::vector<NodeRef> types;
    for (const auto& doubt : doubts_) {
      const NodeRef type{"", doubt.node.type, doubt.node.version};
      if (std::ranges::find(types, type) != types.end()) continue;
      types.push_back(type);
      asks.emplace_back([this, type] {
        return journeys::ask_type(call_.tenant(), realm_, type.type, type.version, "schema", Json::object());
      });
    }
    const auto schemas = co_await ask_all(call_, "schemas of node types", std::move(asks));
    for (const auto& doubt : doubts_) {
      const auto at = std::ranges::find(types, NodeRef{"", doubt.node.type, doubt.node.version}) - types.begin();
      judge(doubt, schemas[static_cast<std::size_t>(at)]);
    }
  }

  void judge(const Doubt& doubt, const Answer& schema) {
    const auto member = doubt.place.substr(0, doubt.place.find('/'));
    const Json& property = base::member(base::member(schema.body, "properties"), member);
    const bool is_unclear = !property.is_object() || mentions_journeys(property, "description");
    if (says_journey(property, journey_))
      uses.push_back(use_of(doubt.node, doubt.place));
    else if (schema.error || is_unclear)
      not_checked.push_back(fmt::format("{} has \"{}\" as {}, and the schema of its type does not say what that is",
                                        described(doubt.node), journey_, member));
  }

  Call& call_;
  std::string realm_, journey_;
  std::vector<Doubt> doubts_;
};

// Journeys and pages name the types of their nodes, also of such that are not there.
void add_nodes_of_type(const RealmNodes& known, const NodePlaces& places, const std::string& type,
                       std::vector<Use>& uses) {
  for (const auto& node : places.held()) {
    if (node.type == type) add_places(places, use_of(node, "nodeType"), uses);
  }
  for (const auto& [node, settings] : known.nodes) {
    if (node.type == type && places.spots_of(node).empty()) uses.push_back(use_of(node, "nodeType"));
  }
}

void add_takers_of_all_providers(const RealmNodes& known, const NodePlaces& places, std::vector<Use>& uses) {
  for (const auto& [node, settings] : known.nodes) {
    const Json& filter = base::member(settings, provider_filter);
    if (filter.is_array() && filter.empty())
      add_places(places, use_of(node, fmt::format("{} (empty: all providers)", provider_filter)), uses);
    if (node.type.starts_with(provider_handler))
      add_places(places, use_of(node, "(the provider that was chosen before)"), uses);
  }
}

// A journey itself names the managed object type of its people.
void add_journeys_of_type(const RealmNodes& known, const Wanted& wanted, std::vector<Use>& uses) {
  for (const Json& tree : known.trees) {
    const auto name = base::text_member(tree, "_id");
    const auto member = "identityResource";
    if (!places_of(wanted, {{member, base::member(tree, member)}}).empty())
      uses.push_back({.in = "journey", .id = name, .name = name, .member = member});
  }
}

}  // namespace

net::Task<NodeUses> find_node_uses(Call& call, std::string realm, Wanted wanted, const RealmNodes& known) {
  NodeUses found;
  const NodePlaces places(known);
  if (wanted.kind == Kind::journey) {
    JourneyUses journeys(call, std::move(realm), wanted.id);
    co_await journeys.find(known);
    for (const auto& use : journeys.uses) add_places(places, use, found.uses);
    found.not_checked = std::move(journeys.not_checked);
    co_return found;
  }
  if (wanted.kind == Kind::node_type) {
    add_nodes_of_type(known, places, wanted.id, found.uses);
    co_return found;
  }
  for (const auto& [node, settings] : known.nodes) {
    for (auto& member : places_of(wanted, journeys::bare_config(settings)))
      add_places(places, use_of(node, std::move(member)), found.uses);
  }
  if (wanted.kind == Kind::social_provider) add_takers_of_all_providers(known, places, found.uses);
  if (wanted.kind == Kind::managed_type) add_journeys_of_type(known, wanted, found.uses);
  co_return found;
}

}  // namespace tools::references
