// Relationships. Each is held at both ends, so that either object shows it.

#include <algorithm>

#include <fmt/core.h>

#include "sandbox/idm/idm.h"

namespace sandbox::idm {

namespace {

struct Target {
  std::string type, id;
};

Target target_of(const Json& reference) {
  std::string path = base::text_member(reference, "_ref");
  if (path.empty()) {
    path =
        base::text_member(reference, "_refResourceCollection") + "/" + base::text_member(reference, "_refResourceId");
  }
  const auto slash = path.rfind('/');
  const auto type_begin = path.find('/');
  if (slash == std::string::npos || slash == type_begin) refuse_reference(path);
  return {path.substr(type_begin + 1, slash - type_begin - 1), path.substr(slash + 1)};
}

bool points_to(const Link& link, const Target& target) {
  return link.type == target.type && link.id == target.id;
}

// The other end's list loses the relationship of that id.
void forget(IdmState& state, const std::string& key, std::string_view edge) {
  const auto found = state.links.find(key);
  if (found == state.links.end()) return;
  std::erase_if(found->second, [&](const Link& link) { return link.edge == edge; });
  if (found->second.empty()) state.links.erase(found);
}

Json own_properties(const Json& reference) {
  Json properties = base::member(reference, "_refProperties");
  if (!properties.is_object()) return Json::object();
  return crest::without(crest::without(std::move(properties), "_id"), "_rev");
}

}  // namespace

void refuse_reference(std::string_view path) {
  crest::refuse(400, fmt::format("The referenced object '{}' does not exist", path));
}

std::string link_key(std::string_view type, std::string_view id, std::string_view property) {
  return fmt::format("{}/{}/{}", type, id, property);
}

const std::vector<Link>& links_of(const IdmState& state, std::string_view type, std::string_view id,
                                  std::string_view property) {
  static const std::vector<Link> none;
  const auto found = state.links.find(link_key(type, id, property));
  return found == state.links.end() ? none : found->second;
}

Json reference(const Link& link) {
  Json properties = {{"_id", link.edge}, {"_rev", link.edge_revision}};
  for (const auto& [key, value] : link.properties.items()) properties[key] = value;
  return {{"_refResourceCollection", "managed/" + link.type},
          {"_refResourceId", link.id},
          {"_refProperties", properties},
          {"_ref", fmt::format("managed/{}/{}", link.type, link.id)}};
}

void link(IdmState& state, const std::string& type, const std::string& id, const std::string& property,
          const Json& reference) {
  const Target target = target_of(reference);
  if (!find_object(state, target.type, target.id)) refuse_reference(target.type + "/" + target.id);
  const Json& definition = base::member(schema_properties(state, type), property);
  const std::string reverse = base::text_member(relationship_of(definition), "reversePropertyName");
  const Json& reverse_definition = base::member(schema_properties(state, target.type), reverse);
  // A property for one object gives up the one it had, at either end.
  if (base::text_member(definition, "type") == "relationship") relate(state, type, id, property, {});
  if (base::text_member(reverse_definition, "type") == "relationship") {
    relate(state, target.type, target.id, reverse, {});
  }
  join(state, {type, id, property, "", "", own_properties(reference)}, {target.type, target.id, reverse, "", "", {}});
}

void join(IdmState& state, Link from, Link to) {
  const std::string edge = state.next_revision();
  const std::string revision = state.next_revision();
  const std::string here = link_key(from.type, from.id, from.reverse);
  const std::string there = link_key(to.type, to.id, to.reverse);
  to.properties = from.properties;
  to.edge = from.edge = edge;
  to.edge_revision = from.edge_revision = revision;
  if (!to.reverse.empty()) state.links[there].push_back(std::move(from));
  state.links[here].push_back(std::move(to));
}

void unlink(IdmState& state, const std::string& type, const std::string& id, const std::string& property,
            std::string_view edge) {
  for (const Link& link : links_of(state, type, id, property)) {
    if (link.edge != edge) continue;
    const std::string other = link_key(link.type, link.id, link.reverse);
    const std::string which = link.edge;
    forget(state, other, which);
    forget(state, link_key(type, id, property), which);
    return;
  }
}

bool relate(IdmState& state, const std::string& type, const std::string& id, const std::string& property,
            const std::vector<Json>& references) {
  std::vector<Target> wanted;
  for (const Json& reference : references) {
    wanted.push_back(target_of(reference));
    if (!find_object(state, wanted.back().type, wanted.back().id)) {
      refuse_reference(wanted.back().type + "/" + wanted.back().id);
    }
  }
  bool changed = false;
  const std::vector<Link> before = links_of(state, type, id, property);
  for (const Link& old : before) {
    if (std::ranges::any_of(wanted, [&](const Target& target) { return points_to(old, target); })) continue;
    unlink(state, type, id, property, old.edge);
    changed = true;
  }
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto& now = links_of(state, type, id, property);
    if (std::ranges::any_of(now, [&](const Link& old) { return points_to(old, wanted[i]); })) continue;
    link(state, type, id, property, references[i]);
    changed = true;
  }
  return changed;
}

void unlink_all(IdmState& state, const std::string& type, const std::string& id) {
  const std::string prefix = link_key(type, id, "");
  std::vector<std::pair<std::string, std::string>> gone;  // property and edge
  for (auto at = state.links.lower_bound(prefix); at != state.links.end() && at->first.starts_with(prefix); ++at) {
    for (const Link& link : at->second) gone.emplace_back(at->first.substr(prefix.size()), link.edge);
  }
  for (const auto& [property, edge] : gone) unlink(state, type, id, property, edge);
}

}  // namespace sandbox::idm
