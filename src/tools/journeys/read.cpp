#include "tools/journeys/read.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/text.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/references.h"
#include "tools/journeys/tools.h"
#include "tools/kit/fan_out.h"
#include "tools/themes/store.h"

namespace tools::journeys {
namespace {

// What is asked of a type.
struct TypeQuestion {
  NodeType type;
  const char* action;

  auto operator<=>(const TypeQuestion& other) const {
    return std::tuple(type, std::string_view(action)) <=> std::tuple(other.type, std::string_view(other.action));
  }
};

bool may_name_a_script(const NodeRef& node) {
  return base::lower_case(node.type).find("script") != std::string::npos;
}

// Collects a journey; asks for each type and node once (R-JRN-17).
class Reader {
 public:
  Reader(Call& call, std::string realm, JourneyParts parts)
      : call_(call),
        realm_(std::move(realm)),
        parts_(std::move(parts)),
        wanted_(parts_.node_ids.begin(), parts_.node_ids.end()) {}

  net::Task<Journey> read(std::string name) {
    auto reply = co_await call_.tenant().get(aic::tree(realm_, name), am_request());
    journey_.tree = std::move(reply.body);
    journey_.all_nodes = base::member(journey_.tree, "nodes");
    const auto nodes = nodes_of(journey_.tree);
    look_into_pages_ = std::ranges::any_of(parts_.node_ids, [&](const std::string& id) {
      return std::ranges::find(nodes, id, &NodeRef::id) == nodes.end();
    });
    co_await read_wave(nodes);
    co_await read_wave(take_children(nodes));
    if (needs_names()) co_await read_wave({});
    show_schemas();
    drop_unwanted();
    note_missing();
    if (!schema_errors_.is_null()) journey_.errors["schemas"] = std::move(schema_errors_);
    if (!config_errors_.is_null()) journey_.errors["configs"] = std::move(config_errors_);
    co_return std::move(journey_);
  }

 private:
  using Take = std::function<void(Answer)>;

  bool is_wanted(const std::string& id) const { return parts_.node_ids.empty() || wanted_.contains(id); }

  void note_missing() {
    for (const auto& id : parts_.node_ids) {
      if (!asked_nodes_.contains(id))
        config_errors_[id] = Json{{"status", nullptr}, {"message", "no node of this journey has this id"}};
    }
  }

  // The nodes inside pages; those inside wanted pages are wanted.
  std::vector<NodeRef> take_children(const std::vector<NodeRef>& nodes) {
    std::vector<NodeRef> all;
    for (const auto& node : nodes) {
      if (node.type != page_type) continue;
      const Json& page = base::member(journey_.configs, node.id);
      auto refs = children_of(page);
      if (is_wanted(node.id))
        for (const auto& ref : refs) wanted_.insert(ref.id);
      const Json& entries = base::member(page, "nodes");
      if (entries.is_array()) journey_.children[node.id] = wanted_children(entries);
      std::ranges::move(refs, std::back_inserter(all));
    }
    return all;
  }

  Json wanted_children(const Json& entries) const {
    Json wanted = Json::array();
    for (const Json& child : entries) {
      if (is_wanted(base::text_member(child, "_id"))) wanted.push_back(child);
    }
    return wanted;
  }

  void drop_unwanted() {
    if (parts_.node_ids.empty()) return;
    Json kept = Json::object();
    for (auto& [id, config] : journey_.configs.items()) {
      if (is_wanted(id)) kept[id] = std::move(config);
    }
    journey_.configs = std::move(kept);
    if (!journey_.all_nodes.is_object()) return;
    Json& shown = journey_.tree["nodes"] = Json::object();
    for (const auto& [id, node] : journey_.all_nodes.items()) {
      const bool holds_one = !base::member(journey_.children, id).empty();
      if (is_wanted(id) || holds_one) base::append_member(shown, id, node);
    }
  }

  // One round trip: the settings of these nodes and what is asked of their types, as far as they are wanted and not
  // there yet; lists of names as soon as it is known that they are needed.
  net::Task<> read_wave(std::vector<NodeRef> nodes) {
    std::vector<Ask> asks;
    std::vector<Take> takers;
    for (const auto& node : nodes) {
      if (is_wanted(node.id)) ask_about_type({node.type, node.version}, asks, takers);
    }
    for (const auto& node : nodes) {
      const bool read = is_wanted(node.id) || (look_into_pages_ && node.type == page_type);
      if (!read || !asked_nodes_.insert(node.id).second) continue;
      asks.emplace_back([this, node] { return get_node(call_.tenant(), realm_, node); });
      takers.emplace_back(
          [this, id = node.id](Answer answer) { keep(config_errors_, journey_.configs, id, std::move(answer)); });
    }
    ask_for_names(std::ranges::any_of(nodes, may_name_a_script), asks, takers);
    auto answers = co_await ask_all(call_, "parts of the journey", std::move(asks));
    for (std::size_t i = 0; i < answers.size(); ++i) takers[i](std::move(answers[i]));
  }

  void ask_about_type(const NodeType& type, std::vector<Ask>& asks, std::vector<Take>& takers) {
    const auto ask = [&](const char* action, Take take) {
      if (!asked_types_.insert({type, action}).second) return;
      asks.emplace_back([this, type, action] {
        return ask_type(call_.tenant(), realm_, type.first, type.second, action, Json::object());
      });
      takers.push_back(std::move(take));
    };
    if (parts_.schemas) ask("schema", [this, type](Answer answer) { schemas_.emplace_back(type, std::move(answer)); });
    if (parts_.templates) {
      ask("template", [this, type](Answer answer) {
        if (!answer.error && answer.body.is_object()) journey_.templates[type] = std::move(answer.body);
      });
    }
  }

  bool names_one(Named kind) const {
    return std::ranges::any_of(journey_.configs, [&](const Json& config) {
      return std::ranges::any_of(references_in(config), [&](const Reference& one) { return one.kind == kind; });
    });
  }
  bool needs_names() const {
    return parts_.names &&
           ((!asked_scripts_ && names_one(Named::script)) || (!asked_themes_ && names_one(Named::theme)));
  }

  void ask_for_names(bool scripts_are_near, std::vector<Ask>& asks, std::vector<Take>& takers) {
    if (!parts_.names) return;
    if (!asked_scripts_ && (scripts_are_near || names_one(Named::script))) {
      asked_scripts_ = true;
      asks.emplace_back([this] { return list_scripts(call_.tenant(), realm_); });
      takers.emplace_back([this](Answer answer) { take_names("scripts", journey_.script_names, std::move(answer)); });
    }
    if (!asked_themes_ && names_one(Named::theme)) {
      asked_themes_ = true;
      asks.emplace_back([this] { return list_themes(call_, realm_); });
      takers.emplace_back([this](Answer answer) { take_names("themes", journey_.theme_names, std::move(answer)); });
    }
  }

  static net::Task<aic::Reply> list_scripts(aic::Tenant& tenant, std::string realm) {
    auto target = aic::with_query(aic::scripts(realm), {.page_size = -1, .fields = "_id,name"});
    co_return co_await tenant.get(std::move(target), am_request(aic::script_headers()));
  }

  static net::Task<aic::Reply> list_themes(Call& call, std::string realm) {
    auto listed = co_await themes::list_names(call, std::move(realm));
    co_return aic::Reply{.body = std::move(listed)};
  }

  void take_names(std::string_view what, Json& names, Answer answer) {
    if (!answer.error) answer.error = aic::missing_content(what, answer.body, "result", "_id");
    if (answer.error) {
      journey_.notes.push_back(fmt::format("The names of {} could not be read: {}", what, answer.error->message));
      return;
    }
    for (const Json& entry : base::member(answer.body, "result")) {
      const auto id = base::text_member(entry, "_id");
      if (!id.empty() && base::member(entry, "name").is_string()) names[id] = entry["name"];
    }
  }

  // A type by its name, or where the journey has several versions of it by name and version.
  void show_schemas() {
    for (auto& [type, answer] : schemas_) {
      const auto versions =
          std::ranges::count_if(schemas_, [&](const auto& one) { return one.first.first == type.first; });
      const bool is_one_of_several = versions > 1 && !type.second.empty();
      keep(schema_errors_, journey_.schemas, is_one_of_several ? type.first + "/" + type.second : type.first,
           std::move(answer));
    }
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
  std::set<std::string> wanted_;
  Journey journey_;
  Json schema_errors_, config_errors_;
  bool look_into_pages_ = false, asked_scripts_ = false, asked_themes_ = false;
  std::set<TypeQuestion> asked_types_;
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
