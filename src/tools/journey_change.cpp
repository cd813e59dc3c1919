#include "tools/journey_change.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/difference.h"
#include "aic/document.h"
#include "base/encoding.h"
#include "base/random.h"
#include "tools/fan_out.h"
#include "tools/journey_checks.h"
#include "tools/journey_settings.h"
#include "tools/journey_tools.h"
#include "tools/journey_uses.h"
#include "tools/journeys_read.h"
#include "tools/secrets.h"

namespace tools::journeys {
namespace {

using base::Errc;
using base::Error;

constexpr std::size_t shown_key_bytes = 80;

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

// Every stand-in for a secret has to mean one that the journey has.
Error journey_no_secret(const std::vector<std::string>& places) {
  Error error(Errc::invalid_request, fmt::format("{} stands for a secret that the stored journey does not have; "
                                                 "nothing was written",
                                                 fmt::join(places, ", ")));
  error.next = "Give the real value, or leave it out.";
  return error;
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
  net::Task<> prepare(GivenGraph& graph, Json tree) {
    auto pages = co_await read_pages(call_, change_.realm, tree);
    for (const auto& page : pages.unread)
      notes_.push_back("Page " + page + " could not be read; nodes inside it may be left behind.");
    stored_ = {std::move(tree), std::move(pages.settings)};
    plan_ = plan_of(graph, change_.realm, change_.name, stored_);
    co_await read_former_settings();
    restore_stand_ins(graph);
    plan_ = plan_of(graph, change_.realm, change_.name, stored_);
    auto doubts = co_await check_with_tenant(call_, change_.realm, graph, plan_, stored_);
    std::ranges::move(doubts, std::back_inserter(notes_));
    if (stored_.tree.is_null() && std::ranges::any_of(graph.nodes, &base::is_uuid, &GivenNode::key))
      notes_.emplace_back(
          "Keys that are ids name the nodes themselves: a journey that has one of them already shares its settings "
          "with this one.");
    if (const auto lost = unreachable(graph); !lost.empty())
      notes_.push_back(fmt::format("No way leads to: {}.", fmt::join(lost, ", ")));
  }

  // What the write is going to replace (R-WRT-03, -12). Nodes that the journey does not have are taken for new ones.
  net::Task<> read_former_settings() {
    const auto former = all_nodes(stored_);
    std::vector<NodeRef> unread;
    Json settings = stored_.pages;
    for (const auto& node : plan_.all) {
      if (std::ranges::find(former, node) == former.end())
        settings[node.id] = nullptr;
      else if (!settings.contains(node.id))
        unread.push_back(node);
    }
    settings.update(co_await read_settings(call_, change_.realm, std::move(unread)));
    former_settings_ = std::move(settings);
  }

  // Where the caller gives back what getJourney shows in place of a secret, the stored one stays (R-JRN-01).
  void restore_stand_ins(GivenGraph& graph) {
    std::vector<std::string> secrets, missing;
    for (auto& node : graph.nodes) {
      const Json& former = base::member(former_settings_, base::text_member(plan_.ids, node.key));
      const Json stored = with_children(former, former_settings_);
      const Json given = node.config;
      for (const auto& place : restore_secrets(node.config, stored))
        missing.push_back(fmt::format("nodes.{}.config{}", base::printable(node.key, shown_key_bytes), place));
      if (node.config != given) std::ranges::move(secret_texts(stored), std::back_inserter(secrets));
    }
    if (!missing.empty()) throw journey_no_secret(missing);
    call_.take_secrets(std::move(secrets));
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
    if (same && (!change_.graph || are_stored(settings_in(plan_), former_settings_))) return std::nullopt;
    if (change_.graph) {
      edit.body = edit.after;
      edit.body["nodes"] = plan_.nodes;
      edit.look_at_rest = [this] { return look_at_settings(); };
    }
    return edit;
  }

  net::Task<aic::Rest> look_at_settings() {
    const Json now = co_await read_settings(call_, change_.realm, plan_.all);
    co_return aic::Rest{.done = compare_settings(settings_in(plan_), now).hold,
                        .untouched = are_alike(plan_.all, former_settings_, now)};
  }

  // The answer to the write shows no settings: the nodes themselves do (R-WRT-07).
  net::Task<> check_settings(const std::vector<NodeRef>& orphans) {
    const Json now = co_await read_settings(call_, change_.realm, plan_.all);
    auto state = compare_settings(settings_in(plan_), now);
    if (!state.unread.empty())
      notes_.push_back(fmt::format("The settings of these nodes were not checked: {}.", fmt::join(state.unread, ", ")));
    if (state.problems.empty()) co_return;
    Error error(Errc::partial,
                fmt::format("Journey {} is written, but {} of its {} nodes {} not as asked", change_.name,
                            state.problems.size(), plan_.all.size(), state.problems.size() == 1 ? "is" : "are"));
    error.done = Json::array({"journey " + change_.name + " written"});
    error.not_done = std::move(state.problems);
    error.detail = {{"nodeIdMapping", plan_.ids}, {"orphans", as_arguments(orphans)}};
    error.next = "Read it with getJourney; the same call again writes all of it once more, but tells no orphans.";
    throw error;
  }

  net::Task<Result> report(const aic::Written& written) {
    std::ranges::copy(written.notes, std::back_inserter(notes_));
    const auto orphans = change_.graph && written.changed ? orphans_of(written.before) : std::vector<NodeRef>();
    if (change_.graph && written.changed) co_await check_settings(orphans);
    Json shown{{"success", true}, {"journeyName", change_.name}, {"message", message(written)}};
    if (!written.revision.empty()) shown["revision"] = written.revision;
    if (change_.graph) shown["nodeIdMapping"] = plan_.ids.is_null() ? Json::object() : plan_.ids;
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
  Json former_settings_ = Json::object();  // of the planned nodes before the write; null for new ones
  std::vector<std::string> notes_;
};

}  // namespace

net::Task<Result> change_journey(Call& call, JourneyChange change) {
  Writing writing(call, std::move(change));
  co_return co_await writing.run();
}

}  // namespace tools::journeys
