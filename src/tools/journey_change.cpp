#include "tools/journey_change.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/difference.h"
#include "aic/document.h"
#include "tools/fan_out.h"
#include "tools/journey_checks.h"
#include "tools/journey_tools.h"
#include "tools/journey_uses.h"
#include "tools/journeys_read.h"

namespace tools::journeys {
namespace {

using base::Errc;
using base::Error;

// The tenant fills in members that the change does not name, and may leave out what is empty; neither matters.
Json comparable(const Json& stored, const Json& wanted) {
  if (!stored.is_object()) return stored;
  Json out = Json::object();
  for (const auto& [name, value] : wanted.items()) {
    if (stored.contains(name))
      out[name] = stored[name];
    else if (value == "" || value == false || value.empty())
      out[name] = value;
  }
  if (!base::member(out, "nodes").is_object()) return out;
  Json& nodes = out["nodes"];
  for (const auto& [id, node] : nodes.items()) {
    const Json& asked = base::member(base::member(wanted, "nodes"), id);
    if (!node.is_object() || !asked.is_object()) continue;
    Json kept = Json::object();
    for (const auto& [name, value] : asked.items()) {
      if (node.contains(name)) kept[name] = node[name];
    }
    node = std::move(kept);
  }
  return out;
}

std::optional<Error> check_tree(const Json& before, const Json& wanted, const Json& stored) {
  return aic::check_exactly(before, wanted, comparable(stored, wanted));
}

Error exists_already(const std::string& name) {
  Error error(Errc::conflict, fmt::format("The journey {} exists already; nothing was written", name));
  error.next = "Change it with updateJourney, call again with replace: true, or choose another name.";
  return error;
}

// True when the settings of a page's children are stored already; takes them out of the page's.
bool holds_children(Json& page, const Json& configs) {
  bool same = true;
  for (Json& child : page["nodes"]) {
    if (!child.contains("_properties")) continue;
    const Json& stored = base::member(configs, base::text_member(child, "_id"));
    same = same && aic::differences(child["_properties"], bare_config(stored)).empty();
    child.erase("_properties");
  }
  return same;
}

// True when the settings of all planned nodes are stored already.
bool holds_settings(const Plan& plan, const Json& configs) {
  for (const auto& [id, node] : plan.nodes.items()) {
    Json wanted = bare_config(node["config"]);
    const bool has_children = node["nodeType"] == page_type && base::member(wanted, "nodes").is_array();
    if (has_children && !holds_children(wanted, configs)) return false;
    const Json& stored = base::member(configs, id);
    if (!stored.is_object() || !aic::differences(wanted, bare_config(stored)).empty()) return false;
  }
  return true;
}

// One change of one journey, from the first read to the report.
class Writing {
 public:
  Writing(Call& call, JourneyChange change) : call_(call), change_(std::move(change)) {}

  net::Task<Result> run() {
    auto opened = co_await aic::open(call_.tenant(), {.title = "journey " + change_.name,
                                                      .target = aic::tree(change_.realm, change_.name),
                                                      .read = am_request(),
                                                      .write = am_request(),
                                                      .may_be_absent = change_.may_be_new});
    if (!change_.may_exist && !opened.current().is_null()) throw exists_already(change_.name);
    // What is going to be refused for its revision needs no checks.
    const bool goes_on = change_.revision.empty() || opened.revision() == change_.revision;
    if (change_.graph && goes_on) co_await prepare(*change_.graph, opened.current());
    const auto written =
        co_await opened.save([this](const Json& now) { return edit(now); }, check_tree, change_.revision);
    co_return co_await report(written);
  }

 private:
  // What the change of a graph needs to know of the tenant.
  net::Task<> prepare(const GivenGraph& graph, Json tree) {
    auto pages = co_await read_pages(call_, change_.realm, tree);
    for (const auto& page : pages.unread)
      notes_.push_back("Page " + page + " could not be read; nodes inside it may be left behind.");
    stored_ = {std::move(tree), std::move(pages.settings)};
    plan_ = plan_of(graph, change_.realm, change_.name, stored_);
    auto doubts = co_await check_with_tenant(call_, change_.realm, change_.name, graph, plan_, stored_);
    std::ranges::move(doubts, std::back_inserter(notes_));
    if (const auto lost = unreachable(graph); !lost.empty())
      notes_.push_back(fmt::format("No way leads to: {}.", fmt::join(lost, ", ")));
    if (!stored_.tree.is_null() && aic::differences(stored_.tree, tree_after(stored_.tree)).empty())
      settings_hold_ = holds_settings(plan_, co_await read_settings());
  }

  net::Task<Json> read_settings() {
    const auto nodes = all_nodes(stored_);
    std::vector<Ask> asks;
    asks.reserve(nodes.size());
    for (const auto& node : nodes) {
      asks.emplace_back(
          [this, node] { return call_.tenant().get(aic::node(change_.realm, node.type, node.id), am_request()); });
    }
    auto answers = co_await ask_all(call_, "node settings", std::move(asks));
    Json configs = Json::object();
    for (std::size_t i = 0; i < nodes.size(); ++i) configs[nodes[i].id] = std::move(answers[i].body);
    co_return configs;
  }

  // The tree as it shall be, without nodes' settings.
  Json tree_after(const Json& now) const {
    Json after = now.is_null() ? Json{{"_id", change_.name}} : now;
    after.erase("_rev");
    after["_id"] = change_.name;
    if (change_.graph) {
      after["entryNodeId"] = plan_.entry;
      after["nodes"] = plan_.nodes_without_config();
      if (!base::member(after, "staticNodes").is_object()) after["staticNodes"] = new_static_nodes();
    }
    for (const auto& [name, value] : change_.settings.items()) after[name] = value;
    return after;
  }

  std::optional<aic::Edit> edit(const Json& now) {
    if (!change_.may_exist && !now.is_null()) throw exists_already(change_.name);
    if (change_.graph) {
      stored_.tree = now;
      plan_ = plan_of(*change_.graph, change_.realm, change_.name, stored_);
    }
    aic::Edit edit{.after = tree_after(now)};
    const bool same = !now.is_null() && aic::differences(now, edit.after).empty();
    if (same && (!change_.graph || settings_hold_)) return std::nullopt;
    if (change_.graph) {
      edit.body = edit.after;
      edit.body["nodes"] = plan_.nodes;
    }
    return edit;
  }

  net::Task<Result> report(const aic::Written& written) {
    std::ranges::copy(written.notes, std::back_inserter(notes_));
    Json shown{{"success", true}, {"journeyName", change_.name}, {"message", message(written)}};
    if (!written.revision.empty()) shown["revision"] = written.revision;
    if (change_.graph) shown["nodeIdMapping"] = plan_.ids.is_null() ? Json::object() : plan_.ids;
    const auto orphans = change_.graph && written.changed ? orphans_of(written.before) : std::vector<NodeRef>();
    if (!orphans.empty()) {
      shown["orphans"] = as_arguments(orphans);
      if (change_.remove_orphans)
        shown["removedOrphans"] = as_json(co_await delete_nodes(call_, change_.realm, orphans, false));
      else
        notes_.emplace_back("deleteJourneyNodes takes orphans as they are.");
    }
    co_return done(std::move(shown), std::move(notes_));
  }

  // Nodes of the former journey that are not in the new one (R-JRN-12).
  std::vector<NodeRef> orphans_of(const Json& before) const {
    auto former = all_nodes({before, stored_.pages});
    std::erase_if(former, [&](const NodeRef& node) { return std::ranges::find(plan_.all, node) != plan_.all.end(); });
    return former;
  }

  std::string message(const aic::Written& written) const {
    if (!written.changed) return fmt::format("Journey {} is so already; nothing was written.", change_.name);
    if (written.before.is_null()) return fmt::format("Journey {} is stored.", change_.name);
    return fmt::format("Journey {} is changed.", change_.name);
  }

  Call& call_;
  JourneyChange change_;
  Stored stored_;
  Plan plan_;
  bool settings_hold_ = false;
  std::vector<std::string> notes_;
};

}  // namespace

net::Task<Result> change_journey(Call& call, JourneyChange change) {
  Writing writing(call, std::move(change));
  co_return co_await writing.run();
}

}  // namespace tools::journeys
