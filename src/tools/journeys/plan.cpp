// From a described graph to the tenant's form: ids (R-JRN-03, -04), what is kept, and places (R-JRN-05).
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/random.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/page_connections.h"
#include "tools/journeys/picture/layout.h"

namespace tools::journeys {
namespace {

// The namespace of the ids that this program derives.
constexpr std::string_view id_space = "0c1f6a2e-5b0d-5e53-9d64-7d1f2a83c6b1";

// How much room things take in the journey editor.
constexpr std::int64_t node_width = 220, node_height = 60, outcome_height = 30, child_height = 60;
constexpr std::int64_t end_width = 130, end_height = 60;
constexpr Spacing editor{.first = {.x = 210, .y = 250, .width = node_width, .height = node_height},
                         .between_columns = 80,
                         .between_rows = 40,
                         .column_width = node_width};

class Planner {
 public:
  Planner(const GivenGraph& graph, const std::string& realm, const std::string& journey, const Stored& stored)
      : graph_(graph),
        realm_(realm),
        journey_(journey),
        pages_(stored.pages),
        stored_(base::member(stored.tree, "nodes")),
        stored_static_nodes_(base::member(stored.tree, "staticNodes")),
        others_(stored.taken) {}

  Plan plan() {
    note_children();
    note_given_ids();
    for (const auto& node : graph_.nodes) assign(node.key);
    for (const auto& node : graph_.nodes) {
      if (node.is_page()) assign_children(node);
    }
    plan_.entry = resolved(graph_.entry);
    plan_.static_nodes = static_nodes();
    plan_.nodes = Json::object();
    for (const auto& node : graph_.nodes) add(node);
    lay_out();
    return std::move(plan_);
  }

 private:
  bool is_own(const std::string& id) const { return stored_.contains(id) || stored_children_.contains(id); }

  // A derived id that is not the journey's own yet is nobody's, unless another journey is known to have it.
  bool is_taken(const std::string& id) const {
    return taken_ids_.contains(id) || (!is_own(id) && others_.ids.contains(id));
  }

  // What got an id from a key in an earlier call is given by that id now, and the key may be used anew.
  std::string free_id(const Json& key) {
    auto id = derived_id(realm_, journey_, key);
    for (int n = 1; is_taken(id); ++n) id = derived_id(realm_, journey_, Json::array({key, "again", n}));
    taken_ids_.insert(id);
    return id;
  }

  void note_given_ids() {
    for (const auto& node : graph_.nodes) {
      if (base::is_uuid(node.key)) taken_ids_.insert(node.key);
      if (!node.is_page()) continue;
      for (const Json& child : base::member(node.config, "nodes")) {
        if (const auto id = base::text_member(child, "_id"); base::is_uuid(id)) taken_ids_.insert(id);
      }
    }
  }

  // The tenant does not ask for UUIDs: what is stored under another id keeps that (R-JRN-01).
  // An id of somebody else's node is a key like any other (R-JRN-20).
  bool is_id(const std::string& key) const { return is_own(key) || (base::is_uuid(key) && !others_.contains(key)); }

  const std::string& assign(const std::string& key) {
    const auto [at, is_new] = ids_.try_emplace(key);
    if (is_new) {
      at->second = is_id(key) ? key : free_id(key);
      plan_.ids[key] = at->second;
      if (at->second != key && base::is_uuid(key)) plan_.replaced.push_back(key);
    }
    return at->second;
  }

  void assign_children(const GivenNode& page) {
    const Json& children = base::member(page.config, "nodes");
    for (std::size_t i = 0; i < children.size(); ++i) {
      const auto given = base::text_member(children[i], "_id");
      const auto place = fmt::format("{}.config.nodes[{}]", page.key, i);
      child_ids_[page.key].push_back(given.empty() ? free_id(Json::array({page.key, i})) : assign(given));
      if (given.empty()) plan_.ids[place] = child_ids_[page.key].back();
    }
  }

  std::string resolved(const std::string& name) const {
    if (const auto end = end_of(name); !end.empty()) return std::string(end);
    // Without nodes the entry may be any id: tenants hold such journeys (R-JRN-01).
    const auto found = ids_.find(name);
    return found == ids_.end() ? name : found->second;
  }

  Json static_nodes() const {
    Json places = stored_static_nodes_.is_object() ? stored_static_nodes_ : new_static_nodes();
    for (const auto& [name, place] : graph_.static_nodes.items()) {
      const auto end = end_of(name);
      places[end.empty() ? name : std::string(end)] = place;
    }
    return places;
  }

  void note_children() {
    for (const Json& page : pages_) {
      for (const Json& child : base::member(page, "nodes")) {
        stored_children_.insert(base::text_member(child, "_id"));
        const Json& version = base::member(child, "nodeVersion");
        if (version.is_string())
          child_versions_[{base::text_member(child, "_id"), base::text_member(child, "nodeType")}] = version;
      }
    }
  }

  // What the tenant has of this node now; an empty object for a new one.
  Json kept_of(const GivenNode& node, const std::string& id) const {
    Json kept = base::member(stored_, id);
    if (!kept.is_object()) return Json::object();
    kept.erase("config");
    // The version belongs to the type; the place to the node.
    if (base::text_member(kept, "nodeType") != node.type) kept.erase("version");
    return kept;
  }

  void add(const GivenNode& node) {
    const auto& id = ids_.at(node.key);
    Json sent = kept_of(node, id);
    // What a stored node lacks, the editable form shows as empty.
    const bool nameless = !sent.empty() && !sent.contains("displayName") && node.name.empty();
    sent["nodeType"] = node.type;
    if (!nameless) sent["displayName"] = node.name;
    for (const auto& [name, value] : {std::pair{"version", &node.version}, {"x", &node.x}, {"y", &node.y}}) {
      if (!value->is_null()) sent[name] = *value;
    }
    sent["connections"] =
        connections_of(node, has_prefixed_outcomes({id, node.type, base::text_member(sent, "version")}));
    sent["config"] = config_of(node, id);
    plan_.nodes[id] = std::move(sent);
    plan_.all.push_back({id, node.type, base::text_member(plan_.nodes[id], "version")});
  }

  Json connections_of(const GivenNode& node, bool prefixed) const {
    Json connections = Json::object();
    const Json names = prefixed ? child_names(node) : Json::object();
    for (const auto& [outcome, target] : node.connections.items()) {
      const auto name = with_id_of_child(outcome, names);
      connections[name] = resolved(target.get<std::string>());
    }
    return connections;
  }

  // The ids of the page's children by what they are called.
  Json child_names(const GivenNode& page) const {
    Json names = Json::object();
    for (const Json& entry : base::member(page.config, "nodes")) {
      if (const auto given = base::text_member(entry, "_id"); !given.empty()) names[given] = ids_.at(given);
    }
    return names;
  }

  Json config_of(const GivenNode& node, const std::string& id) {
    Json config{{"_id", id}};
    for (auto& [name, value] : bare_config(node.config).items()) config[name] = std::move(value);
    const auto ids = child_ids_.find(node.key);
    for (std::size_t i = 0; ids != child_ids_.end() && i < ids->second.size(); ++i) {
      Json& child = config["nodes"][i];
      child["_id"] = ids->second[i];
      NodeRef ref{ids->second[i], base::text_member(child, "nodeType")};
      if (const auto kept = child_versions_.find({ref.id, ref.type});
          kept != child_versions_.end() && !child.contains("nodeVersion"))
        child["nodeVersion"] = kept->second;
      if (base::member(child, "_properties").is_object()) child["_properties"] = bare_config(child["_properties"]);
      ref.version = base::text_member(child, "nodeVersion");
      plan_.all.push_back(std::move(ref));
    }
    return config;
  }

  void lay_out();
  std::vector<Box> taken() const;

  const GivenGraph& graph_;
  const std::string& realm_;
  const std::string& journey_;
  const Json& pages_;
  const Json& stored_;
  const Json& stored_static_nodes_;
  const TakenIds& others_;
  Plan plan_;
  std::map<std::string, std::string> ids_;                              // of nodes and named children
  std::map<std::string, std::vector<std::string>> child_ids_;           // by page
  std::map<std::pair<std::string, std::string>, Json> child_versions_;  // by id and type
  std::set<std::string> stored_children_;
  std::set<std::string> taken_ids_;
};

bool is_placed(const Json& node) {
  return base::is_number(base::member(node, "x")) && base::is_number(base::member(node, "y"));
}

std::int64_t coordinate(const Json& value) {
  constexpr double far = 1e9;
  return static_cast<std::int64_t>(std::clamp(base::to_double(value), -far, far));
}

Size size_of(const Json& node) {
  const auto count = [](const Json& list) { return static_cast<std::int64_t>(list.size()); };
  const Json& children = base::member(base::member(node, "config"), "nodes");
  return {.width = node_width,
          .height = node_height + outcome_height * count(base::member(node, "connections")) +
                    (base::text_member(node, "nodeType") == page_type ? child_height * count(children) : 0)};
}

// Where something stands already.
std::vector<Box> Planner::taken() const {
  std::vector<Box> boxes;
  for (const Json& end : plan_.static_nodes) {
    if (is_placed(end)) boxes.push_back({coordinate(end["x"]), coordinate(end["y"]), end_width, end_height});
  }
  for (const Json& node : plan_.nodes) {
    if (!is_placed(node)) continue;
    const auto size = size_of(node);
    boxes.push_back({coordinate(node["x"]), coordinate(node["y"]), size.width, size.height});
  }
  return boxes;
}

void Planner::lay_out() {
  std::vector<Vertex> vertices;
  for (const auto& [id, node] : plan_.nodes.items()) {
    Vertex vertex{.id = id};
    for (const Json& target : node["connections"]) vertex.targets.push_back(target.get<std::string>());
    vertices.push_back(std::move(vertex));
  }
  const auto all_spots = spots_of(vertices, plan_.entry);
  std::vector<std::string> ids;
  std::vector<Spot> spots;
  std::vector<Size> sizes;
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const Json& node = plan_.nodes[vertices[i].id];
    if (is_placed(node)) continue;
    ids.push_back(vertices[i].id);
    spots.push_back(all_spots[i]);
    sizes.push_back(size_of(node));
  }
  const auto boxes = arrange(spots, sizes, editor, taken());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Json& node = plan_.nodes[ids[i]];
    if (!base::is_number(base::member(node, "x"))) node["x"] = boxes[i].x;
    if (!base::is_number(base::member(node, "y"))) node["y"] = boxes[i].y;
  }
}

}  // namespace

Json Plan::nodes_without_config() const {
  Json bare = nodes;
  for (Json& node : bare) node.erase("config");
  return bare;
}

std::string derived_id(const std::string& realm, const std::string& journey, const Json& key) {
  return base::uuid_from_name(id_space, base::print_json(Json::array({realm, journey, key})));
}

Plan plan_of(const GivenGraph& graph, const std::string& realm, const std::string& journey, const Stored& stored) {
  return Planner(graph, realm, journey, stored).plan();
}

}  // namespace tools::journeys
