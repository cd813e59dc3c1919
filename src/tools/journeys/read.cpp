#include "tools/journeys/read.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "aic/paths.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"

namespace tools::journeys {
namespace {

using NodeType = std::pair<std::string, std::string>;  // name and version

// Collects a journey; asks for each type and node once (R-JRN-17).
class Reader {
 public:
  Reader(Call& call, std::string realm, JourneyParts parts)
      : call_(call), realm_(std::move(realm)), parts_(std::move(parts)) {}

  net::Task<Journey> read(std::string name) {
    auto reply = co_await call_.tenant().get(aic::tree(realm_, name), am_request());
    journey_.tree = std::move(reply.body);
    const auto nodes = nodes_of(journey_.tree);
    look_into_pages_ = std::ranges::any_of(parts_.node_ids, [&](const std::string& id) {
      return std::ranges::find(nodes, id, &NodeRef::id) == nodes.end();
    });
    co_await read_wave(nodes);
    std::vector<NodeRef> children;
    for (const auto& node : nodes) {
      if (node.type == page_type)
        std::ranges::move(children_of(base::member(journey_.configs, node.id)), std::back_inserter(children));
    }
    co_await read_wave(children);
    show_schemas();
    drop_unwanted();
    note_missing();
    if (!schema_errors_.is_null()) journey_.errors["schemas"] = std::move(schema_errors_);
    if (!config_errors_.is_null()) journey_.errors["configs"] = std::move(config_errors_);
    co_return std::move(journey_);
  }

 private:
  bool is_wanted(const std::string& id) const {
    return parts_.node_ids.empty() || std::ranges::find(parts_.node_ids, id) != parts_.node_ids.end();
  }

  void note_missing() {
    for (const auto& id : parts_.node_ids) {
      if (!asked_nodes_.contains(id))
        config_errors_[id] = Json{{"status", nullptr}, {"message", "no node of this journey has this id"}};
    }
  }

  void drop_unwanted() {
    Json kept = Json::object();
    for (auto& [id, config] : journey_.configs.items()) {
      if (is_wanted(id)) kept[id] = std::move(config);
    }
    journey_.configs = std::move(kept);
  }

  // One round trip: the settings of these nodes and the schemas of their types, as far as they are wanted and not
  // there yet.
  net::Task<> read_wave(const std::vector<NodeRef>& nodes) {
    std::vector<NodeType> types;
    std::vector<NodeRef> unread;
    for (const auto& node : nodes) {
      const bool wanted = is_wanted(node.id);
      if (wanted && parts_.schemas && asked_types_.emplace(node.type, node.version).second)
        types.emplace_back(node.type, node.version);
      const bool read = wanted || (look_into_pages_ && node.type == page_type);
      if (read && asked_nodes_.insert(node.id).second) unread.push_back(node);
    }
    auto answers = co_await ask_all(call_, "parts of the journey", asks_for(types, unread));
    for (std::size_t i = 0; i < types.size(); ++i) schemas_.emplace_back(types[i], std::move(answers[i]));
    for (std::size_t i = 0; i < unread.size(); ++i) {
      keep(config_errors_, journey_.configs, unread[i].id, std::move(answers[types.size() + i]));
    }
  }

  // A type by its name, or where the journey has several versions of it by name and version.
  void show_schemas() {
    for (auto& [type, answer] : schemas_) {
      const auto versions = std::ranges::count(asked_types_, type.first, &NodeType::first);
      const bool is_one_of_several = versions > 1 && !type.second.empty();
      keep(schema_errors_, journey_.schemas, is_one_of_several ? type.first + "/" + type.second : type.first,
           std::move(answer));
    }
  }

  std::vector<Ask> asks_for(const std::vector<NodeType>& types, const std::vector<NodeRef>& nodes) {
    std::vector<Ask> asks;
    asks.reserve(types.size() + nodes.size());
    for (const auto& type : types) {
      asks.emplace_back(
          [this, type] { return ask_type(call_.tenant(), realm_, type.first, type.second, "schema", Json::object()); });
    }
    for (const auto& node : nodes) asks.emplace_back([this, node] { return get_node(call_.tenant(), realm_, node); });
    return asks;
  }

  static void keep(Json& errors, Json& part, const std::string& key, Answer answer) {
    need_body(answer, key);
    if (answer.error)
      errors[key] = failed_entry(*answer.error);
    else
      part[key] = std::move(answer.body);
  }

  Call& call_;
  std::string realm_;
  JourneyParts parts_;
  Journey journey_;
  Json schema_errors_, config_errors_;
  bool look_into_pages_ = false;
  std::set<NodeType> asked_types_;
  std::vector<std::pair<NodeType, Answer>> schemas_;
  std::set<std::string> asked_nodes_;
};

}  // namespace

net::Task<Journey> read_journey(Call& call, std::string realm, std::string name, JourneyParts parts) {
  Reader reader(call, std::move(realm), std::move(parts));
  co_return co_await reader.read(std::move(name));
}

net::Task<Pages> read_pages(Call& call, std::string realm, Json tree) {
  std::vector<NodeRef> refs = nodes_of(tree);
  std::erase_if(refs, [](const NodeRef& node) { return node.type != page_type; });
  std::vector<Ask> asks;
  asks.reserve(refs.size());
  for (const auto& node : refs) {
    asks.emplace_back([&, node] { return get_node(call.tenant(), realm, node); });
  }
  auto answers = co_await ask_all(call, "pages of the journey", std::move(asks));
  Pages pages;
  for (std::size_t i = 0; i < refs.size(); ++i) {
    need_body(answers[i], refs[i].id);
    if (const auto& error = answers[i].error)
      pages.unread.push_back(fmt::format("{} ({})", refs[i].id, error->message));
    else
      pages.settings[refs[i].id] = std::move(answers[i].body);
  }
  co_return pages;
}

}  // namespace tools::journeys
