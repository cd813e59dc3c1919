#include "tools/journeys/page_children.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/steps.h"
#include "base/random.h"
#include "tools/journeys/node_change.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/journeys/settings.h"
#include "tools/kit/outcome.h"
#include "tools/kit/secrets.h"

namespace tools::journeys {
namespace {

std::string title_of(const NodeRef& node) {
  return fmt::format("node {} of type {}", node.id, node.type);
}

std::string place_of_child(std::size_t position) {
  return fmt::format("config.nodes[{}]", position);
}

NodeRef ref_of(const Json& child) {
  return {base::text_member(child, "_id"), base::text_member(child, "nodeType"),
          base::text_member(child, "nodeVersion")};
}

}  // namespace

void PageChildren::note_ids(const Json& given, const Json& stored) {
  known_ = children_of(stored);
  for (const Json& child : given["nodes"]) {
    const auto id = base::text_member(child, "_id");
    if (base::is_uuid(id) || std::ranges::find(known_, id, &NodeRef::id) != known_.end()) used_.add(id);
  }
}

// Which ids are not for this page to take, and the journey that new ones are derived from.
net::Task<> PageChildren::look_at_realm() {
  const auto realm = co_await read_realm_nodes(call_, realm_);
  others_.may_be_more = realm.gap.has_value();
  for (const Json& tree : realm.trees) {
    if (!base::member(tree, "nodes").is_object()) continue;
    for (const auto& [id, node] : tree["nodes"].items()) others_.add(id);
  }
  for (const auto& one : realm.nodes) {
    if (one.ref == page_) continue;
    for (const auto& child : children_of(one.settings)) others_.add(child.id);
  }
  journeys_ = realm.journeys_of(page_);
}

std::string PageChildren::free_id(const Json& key, const std::string& type) {
  const auto is_free = [&](const std::string& id) {
    const auto known = std::ranges::find(known_, id, &NodeRef::id);
    if (used_.ids.contains(id)) return false;
    return known != known_.end() ? known->type == type : !others_.ids.contains(id);
  };
  auto id = derived_id(realm_, namespace_of_ids(), key);
  for (int n = 1; !is_free(id); ++n) id = derived_id(realm_, namespace_of_ids(), Json::array({key, "again", n}));
  used_.add(id);
  return id;
}

net::Task<> PageChildren::give_ids(Json& given, const Json& stored) {
  if (page_.type != page_type || !base::member(given, "nodes").is_array()) co_return;
  note_ids(given, stored);
  const auto is_known = [&](const Json& child) {
    const auto id = base::text_member(child, "_id");
    return std::ranges::find(known_, id, &NodeRef::id) != known_.end() ||
           (base::is_uuid(id) && !child.contains("_properties"));
  };
  if (std::ranges::all_of(given["nodes"], is_known)) co_return;
  co_await look_at_realm();
  for (std::size_t i = 0; i < given["nodes"].size(); ++i) {
    Json& child = given["nodes"][i];
    const auto id = base::text_member(child, "_id");
    if (is_known(child) || (base::is_uuid(id) && !others_.contains(id))) continue;
    if (base::is_uuid(id)) replaced_.push_back(id);
    const auto place = place_of_child(i);
    const Json key = id.empty() ? Json::array({page_.id, i}) : Json(id);
    const auto own = free_id(key, base::text_member(child, "nodeType"));
    ids_[id.empty() ? place : id] = own;
    // The id stands first, as in what the tenant shows.
    Json named{{"_id", own}};
    for (auto& [name, value] : child.items()) {
      if (name != "_id") named[name] = value;
    }
    child = std::move(named);
  }
}

net::Task<> PageChildren::read_settings(const Json& given, const Json& stored) {
  if (page_.type != page_type || !base::member(given, "nodes").is_array()) co_return;
  std::vector<NodeRef> nodes;
  for (std::size_t i = 0; i < given["nodes"].size(); ++i) {
    const Json& child = given["nodes"][i];
    if (!child.contains("_properties")) continue;
    auto node = ref_of(child);
    const Json& known = child_with(base::member(stored, "nodes"), node.id);
    if (node.version.empty() && base::text_member(known, "nodeType") == node.type)
      node.version = base::text_member(known, "nodeVersion");
    nodes.push_back(node);
    children_.push_back({.node = std::move(node), .place = place_of_child(i), .settings = nullptr});
  }
  former_ = co_await journeys::read_settings(call_, realm_, std::move(nodes));
}

void PageChildren::add_to(FittedSettings& fitted, Json& given) {
  if (page_.type != page_type || !base::member(given, "nodes").is_array()) return;
  for (std::size_t i = 0; i < given["nodes"].size(); ++i) {
    Json& child = given["nodes"][i];
    auto node = ref_of(child);
    const auto brought = std::ranges::find(children_, node.id, [](const Child& one) { return one.node.id; });
    const auto own = child.find("_properties");
    fitted.add({.key = node.id,
                .type = node.type,
                .version = brought == children_.end() ? node.version : brought->node.version,
                .place = place_of_child(i) + "._properties",
                .version_place = place_of_child(i) + ".nodeVersion",
                .settings = own == child.end() ? nullptr : &*own,
                .stored = base::member(former_, node.id)});
  }
}

void PageChildren::take_from(Json& given) {
  std::vector<std::string> missing;
  for (auto& one : children_) {
    for (Json& child : given["nodes"]) {
      if (base::text_member(child, "_id") != one.node.id) continue;
      one.settings = bare_config(child["_properties"]);
      child.erase("_properties");
    }
    Json settings = one.settings;
    const auto at = one.place.substr(std::string_view("config").size()) + "._properties";
    for (const auto& place : restore_secrets(settings, bare_config(base::member(former_, one.node.id))))
      missing.push_back(at + place);
  }
  if (!missing.empty()) throw no_secret(missing);
}

net::Task<> PageChildren::write(const Child& child) {
  const bool is_there = base::member(former_, child.node.id).is_object();
  auto opened =
      is_there ? co_await open_node(call_, realm_, child.node) : co_await open_new_node(call_, realm_, child.node);
  const auto written = co_await opened.save(
      [&](const Json& now) {
        call_.take_secrets(secret_texts(now));
        return changed_node(now, child.node, child.settings, keep_others_);
      },
      telling(check_node, bare_config));
  former_[child.node.id] = written.before;
  present_[child.node.id] = written.after;
  if (written.changed) written_.push_back(title_of(child.node) + " written");
  std::ranges::copy(written.notes, std::back_inserter(notes_));
}

net::Task<> PageChildren::write() {
  for (const auto& child : children_) co_await write(child);
}

base::Error PageChildren::stopped(const base::Error& cause, const std::string& page) const {
  auto planned = written_;
  for (const auto& child : children_) {
    if (!present_.contains(child.node.id)) planned.push_back(title_of(child.node) + " written");
  }
  planned.push_back(page + " written");
  aic::Steps steps(std::move(planned));
  for (std::size_t i = 0; i < written_.size(); ++i) steps.done();
  return steps.stopped(cause, "Read the page with getJourney, then call again: what is stored already stays as it is.");
}

Json PageChildren::with_former_settings(Json page) const {
  return with_children(std::move(page), former_);
}

Json PageChildren::with_present_settings(Json page) const {
  return with_children(std::move(page), present_);
}

}  // namespace tools::journeys
