#include "tools/journeys/change.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/difference.h"
#include "aic/document.h"
#include "base/random.h"
#include "net/loop.h"
#include "tools/journeys/checks.h"
#include "tools/journeys/kinds.h"
#include "tools/journeys/read.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/journeys/references.h"
#include "tools/journeys/settings.h"
#include "tools/journeys/tools.h"
#include "tools/journeys/uses.h"
#include "tools/kit/advice.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/outcome.h"
#include "tools/kit/secrets.h"
#include "tools/scripts/names.h"

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
    else if (base::is_text(value, "") || base::is_false(value) || value.empty())
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

// A node that is sent without a version is of the first one: that the tenant says so is no news.
Json with_first_versions(Json sent, const Json& stored) {
  if (!base::member(sent, "nodes").is_object()) return sent;
  for (auto& [id, node] : sent["nodes"].items()) {
    const Json& kept = base::member(base::member(stored, "nodes"), id);
    if (!node.contains("version") && base::is_text(base::member(kept, "version"), "1.0")) node["version"] = "1.0";
  }
  return sent;
}

Error exists_already(const std::string& name) {
  Error error(Errc::conflict, fmt::format("The journey {} already exists; nothing was written", name));
  error.next = "Change it with updateJourney, call again with replace: true, or choose another name.";
  return error;
}

// Every stand-in for a secret has to mean one that the journey has.
Error journey_no_secret(const std::vector<std::string>& places) {
  Error error(Errc::invalid_request,
              fmt::format("{} is a placeholder for a secret that the stored journey does not have; nothing was written",
                          fmt::join(places, ", ")));
  error.next = advice::give_real_value;
  return error;
}

// A page of the tenant cannot show a child that has no settings.
Error bare_children(const std::vector<std::string>& places) {
  Error error(Errc::invalid_request,
              fmt::format("{} {} settings neither in this call nor on the tenant; nothing was written",
                          fmt::join(places, ", "), places.size() == 1 ? "has" : "have"));
  error.next = "Add the settings of each as _properties; {} means the defaults.";
  return error;
}

Error calls_itself(const std::string& journey, const std::vector<std::string>& places) {
  Error error(Errc::invalid_request, fmt::format("{} would be an inner journey of itself at {}; nothing was written",
                                                 journey, fmt::join(places, ", ")));
  error.next = "Use another journey there, or call again with force: true.";
  return error;
}

Error lacks_refused(const std::vector<std::string>& lacks) {
  Error error(Errc::invalid_request,
              fmt::format("The tenant would refuse this journey: {}; nothing was written", fmt::join(lacks, "; ")));
  error.next = "Create what is missing first, correct the name, or call again with force: true.";
  return error;
}

// One change of one journey, from the first read to the report.
class Writing {
 public:
  Writing(Call& call, JourneyChange change) : call_(call), change_(std::move(change)), fitted_(call, change_.realm) {}

  // Errors that name a node by the id that it was given name it by the caller's key, too; those of the tenant that name
  // none get the keys that they can be about.
  net::Task<Result> run() {
    try {
      co_return co_await write();
    } catch (Error& error) {
      name_keys(error);
      if (error.was_write) fitted_.name_nodes(error);
      throw;
    }
  }

 private:
  net::Task<Result> write() {
    auto opened = co_await open_prepared();
    const auto written = co_await opened.save([this](const Json& now) { return edit(now); }, telling(check_tree),
                                              change_.revision, [this] { return look_at_settings_again(); });
    co_return co_await report(written);
  }

  net::Task<aic::OpenDocument> open() {
    auto opened = co_await aic::open(call_.tenant(), {.title = "journey " + change_.name,
                                                      .target = aic::tree(change_.realm, change_.name),
                                                      .read = am_request(),
                                                      .write = am_request(),
                                                      .may_be_absent = change_.may_be_new});
    if (!change_.may_exist && !opened.current().is_null()) throw exists_already(change_.name);
    co_return std::move(opened);
  }

  // The journey, with what the change of its graph needs to know of the tenant. A journey that must not exist yet is
  // prepared while it is looked for.
  net::Task<aic::OpenDocument> open_prepared() {
    if (!change_.may_exist && change_.graph)
      co_return co_await aic::open_beside(call_.tenant(), open(), prepare(*change_.graph, nullptr));
    auto opened = co_await open();
    // What is going to be refused for its revision needs no checks.
    const bool goes_on = change_.revision.empty() || opened.revision() == change_.revision;
    if (change_.graph && goes_on) co_await prepare(*change_.graph, opened.current());
    co_return std::move(opened);
  }

  void name_keys(Error& error) const {
    const auto words =
        error.message + error.tenant_message + base::print_json(error.detail) + base::print_json(error.not_done);
    std::vector<std::string> named;
    for (const auto& [key, id] : plan_.ids.items()) {
      if (!base::is_text(id, key) && words.find(id.get<std::string>()) != std::string::npos)
        named.push_back(fmt::format("{} is \"{}\"", id.get<std::string>(), shown_key(key)));
    }
    if (!named.empty()) error.message += fmt::format(" ({})", fmt::join(named, ", "));
  }

  // What the change of a graph needs to know of the tenant.
  net::Task<> prepare(GivenGraph& graph, Json tree) {
    auto [pages, kept] = co_await net::both(read_pages(call_, change_.realm, tree), read_kept_settings(graph, tree));
    for (const auto& page : pages.unread)
      notes_.push_back("Page " + page + " could not be read; nodes inside it may be left behind.");
    stored_ = {std::move(tree), std::move(pages.settings)};
    plan_ = plan_of(graph, change_.realm, change_.name, stored_);
    if (has_new_nodes()) co_await net::both(look_for_taken_ids(graph), read_schemas_ahead());
    plan_ = plan_of(graph, change_.realm, change_.name, stored_);
    co_await read_former_settings(std::move(kept));
    refuse_bare_children(graph);
    restore_stand_ins(graph);
    co_await fit_settings(graph);
    plan_ = plan_of(graph, change_.realm, change_.name, stored_);
    co_await check(graph);
    if (!plan_.replaced.empty())
      notes_.push_back(fmt::format(
          "These ids belong to nodes of other journeys{}; this journey gets its own nodes instead (see nodeIdMapping): "
          "{}.",
          stored_.taken.may_be_more ? ", or this could not be checked" : "", fmt::join(plan_.replaced, ", ")));
    if (graph.nodes.empty() && end_of(graph.entry).empty())
      notes_.push_back(fmt::format("There is no entry node {}.", graph.entry));
    if (const auto lost = unreachable(graph); !lost.empty())
      notes_.push_back(fmt::format("These nodes are not reachable: {}.", fmt::join(lost, ", ")));
  }

  bool has_new_nodes() const {
    const auto former = all_nodes(stored_);
    return std::ranges::any_of(plan_.all,
                               [&](const NodeRef& node) { return std::ranges::find(former, node) == former.end(); });
  }

  // Of the nodes that the journey does not have yet: what it has may stay as it is.
  net::Task<> read_schemas_ahead() {
    const auto former = all_nodes(stored_);
    auto planned = settings_in(plan_);
    std::vector<FittedNode> nodes;
    for (auto& [node, given] : planned) {
      if (std::ranges::find(former, node) == former.end())
        nodes.push_back({.key = node.id, .type = node.type, .version = node.version, .settings = &given});
    }
    co_await fitted_.read_ahead(std::move(nodes));
  }

  // Which ids other journeys and pages have, and what a copy of theirs starts with (R-JRN-20).
  net::Task<> look_for_taken_ids(GivenGraph& graph) {
    const auto known = co_await read_realm_nodes(call_, change_.realm);
    stored_.taken.may_be_more = known.gap.has_value();
    for (const Json& tree : known.trees) {
      if (base::text_member(tree, "_id") == change_.name || !base::member(tree, "nodes").is_object()) continue;
      for (const auto& [id, node] : tree["nodes"].items()) stored_.taken.add(id);
    }
    const auto own = nodes_of(stored_.tree);
    for (const auto& page : known.nodes) {
      if (std::ranges::find(own, page.ref) != own.end()) continue;
      for (const auto& child : children_of(page.settings)) stored_.taken.add(child.id);
    }
    plan_ = plan_of(graph, change_.realm, change_.name, stored_);
    for (auto& node : graph.nodes) copy_settings(node, known);
  }

  // A child without settings whose id is another journey's becomes a copy of that one.
  void copy_settings(GivenNode& page, const RealmNodes& known) {
    if (!page.is_page() || !base::member(page.config, "nodes").is_array()) return;
    for (Json& child : page.config["nodes"]) {
      const NodeRef ref{base::text_member(child, "_id"), base::text_member(child, "nodeType"),
                        base::text_member(child, "nodeVersion")};
      const bool is_copy = std::ranges::find(plan_.replaced, ref.id) != plan_.replaced.end();
      const auto* original = is_copy && !child.contains("_properties") ? known.find(ref) : nullptr;
      if (!original) continue;
      child["_properties"] = bare_config(original->settings);
      copied_[ref.id] = child["_properties"];
      std::ranges::move(secret_texts(original->settings), std::back_inserter(secrets_));
    }
  }

  // Of the nodes that the tree shows and the change keeps. Those inside pages are not known yet.
  net::Task<Json> read_kept_settings(const GivenGraph& graph, const Json& tree) {
    const auto own = nodes_of(tree);
    if (own.empty()) co_return Json::object();
    std::vector<NodeRef> kept;
    for (const auto& [node, given] : settings_in(plan_of(graph, change_.realm, change_.name, {tree}))) {
      if (node.type != page_type && std::ranges::find(own, node) != own.end()) kept.push_back(node);
    }
    co_return co_await read_settings(call_, change_.realm, std::move(kept));
  }

  // What the write is going to replace (R-WRT-03, -12), but for what is `known`. Nodes that the journey does not have
  // are taken for new ones, unless their settings are not given: then somebody must have stored them.
  net::Task<> read_former_settings(Json known) {
    const auto former = all_nodes(stored_);
    const auto planned = settings_in(plan_);
    std::vector<NodeRef> unread;
    Json settings = stored_.pages;
    settings.update(known);
    for (const auto& [node, given] : planned) {
      if (std::ranges::find(former, node) == former.end() && !given.is_null())
        settings[node.id] = nullptr;
      else if (!settings.contains(node.id))
        unread.push_back(node);
    }
    settings.update(co_await read_settings(call_, change_.realm, std::move(unread)));
    former_settings_ = std::move(settings);
  }

  // Half a journey is worse than none.
  void refuse_bare_children(const GivenGraph& graph) const {
    std::vector<std::string> places;
    for (const auto& page : graph.nodes) {
      const Json& planned = plan_.nodes[plan_.ids[page.key].get<std::string>()];
      const Json& children = base::member(base::member(planned, "config"), "nodes");
      for (std::size_t i = 0; page.is_page() && i < children.size(); ++i) {
        const auto stored = former_settings_.find(base::text_member(children[i], "_id"));
        const bool is_stored = stored == former_settings_.end() || !stored->is_null();
        if (!is_stored && !base::member(children[i], "_properties").is_object())
          places.push_back(fmt::format("{}.{}.config.nodes[{}] ({})", change_.place, shown_key(page.key), i,
                                       shown_key(base::text_member(children[i], "nodeType"))));
      }
    }
    if (!places.empty()) throw bare_children(places);
  }

  // What the stored node names already is no news to the tenant.
  bool is_named_already(const GivenNode& node, const Reference& reference) const {
    const Json& former = base::member(former_settings_, base::text_member(plan_.ids, node.key));
    const auto named = references_in(with_children(former, former_settings_));
    return std::ranges::any_of(
        named, [&](const Reference& one) { return one.kind == reference.kind && one.name == reference.name; });
  }

  // The tenant would store it without a word.
  void refuse_self_call(const std::vector<Reference>& references) {
    std::vector<std::string> places;
    for (const auto& one : references) {
      if (one.kind == Named::journey && one.name == change_.name) places.push_back(one.place);
    }
    if (places.empty()) return;
    if (!change_.force) throw calls_itself(change_.name, places);
    notes_.push_back(
        fmt::format("Warning: {} is an inner journey of itself at {}.", change_.name, fmt::join(places, ", ")));
  }

  // What the journey names and its stored nodes do not.
  std::vector<Reference> new_references(const GivenGraph& graph) const {
    std::vector<Reference> references;
    for (const auto& node : graph.nodes) {
      for (auto& one : references_in(node.config)) {
        if (is_named_already(node, one)) continue;
        one.place = fmt::format("{}.{}.config{}", change_.place, shown_key(node.key), one.place);
        references.push_back(std::move(one));
      }
    }
    if (const auto managed = base::text_member(change_.settings, "identityResource"); !managed.empty())
      references.push_back({Named::identity_resource, managed, "identityResource"});
    return references;
  }

  // Asks the tenant what it makes of the journey, and whether there is what the journey names.
  net::Task<> check(const GivenGraph& graph) {
    auto references = new_references(graph);
    refuse_self_call(references);
    std::set<std::string> scripts;
    for (const auto& one : references) {
      if (one.kind == Named::script) scripts.insert(one.name);
    }
    TenantChecks checks(call_, change_.realm, graph, plan_);
    co_await net::both(look_for_lacks(std::move(references)), checks.ask(std::move(scripts)));
    auto doubts = checks.judge(stored_, scripts_);
    std::ranges::move(doubts, std::back_inserter(notes_));
  }

  // What the journey names and the realm lacks: told, and refused where the tenant would refuse it, too.
  net::Task<> look_for_lacks(std::vector<Reference> references) {
    std::vector<std::string> refused;
    for (const auto& lack : co_await find_lacks(call_, change_.realm, change_.name, std::move(references), scripts_)) {
      auto sentence = fmt::format("{} at {}", lack.why, lack.reference.place);
      if (lack.is_refused && !change_.force)
        refused.push_back(std::move(sentence));
      else
        notes_.push_back(fmt::format("Warning: {}.", sentence));
    }
    if (!refused.empty()) throw lacks_refused(refused);
  }

  // Where the caller gives back what getJourney shows in place of a secret, the stored one stays (R-JRN-01).
  void restore_stand_ins(GivenGraph& graph) {
    std::vector<std::string> missing;
    for (auto& node : graph.nodes) {
      const Json& former = base::member(former_settings_, base::text_member(plan_.ids, node.key));
      const Json stored = with_children(former, former_settings_);
      const Json given = node.config;
      for (const auto& place : restore_secrets(node.config, stored))
        missing.push_back(fmt::format("{}.{}.config{}", change_.place, shown_key(node.key), place));
      if (!base::same_value(node.config, given)) std::ranges::move(secret_texts(stored), std::back_inserter(secrets_));
    }
    if (!missing.empty()) throw journey_no_secret(missing);
    call_.take_secrets(secrets_);
  }

  // Settings of another kind than the node's type asks for are stored without a word (R-ARG-16).
  net::Task<> fit_settings(GivenGraph& graph) {
    for (auto& node : graph.nodes) {
      const auto id = base::text_member(plan_.ids, node.key);
      const Json& planned = plan_.nodes[id];
      const auto place = fmt::format("{}.{}", change_.place, shown_key(node.key));
      fitted_.add({.key = node.key,
                   .type = node.type,
                   .version = base::text_member(planned, "version"),
                   .place = place + ".config",
                   .version_place = place + ".version",
                   .settings = &node.config,
                   .stored = base::member(former_settings_, id)});
      if (node.is_page()) fit_children(node, base::member(base::member(planned, "config"), "nodes"), place);
    }
    auto unchecked = co_await fitted_.fit();
    std::ranges::move(unchecked, std::back_inserter(notes_));
  }

  void fit_children(GivenNode& page, const Json& planned, const std::string& place) {
    const auto children = page.config.find("nodes");
    if (children == page.config.end() || !children->is_array()) return;
    for (std::size_t i = 0; i < children->size(); ++i) {
      Json& child = (*children)[i];
      const auto own = child.find("_properties");
      const auto given = base::text_member(child, "_id");
      const auto copied = copied_.find(given);
      const auto at = fmt::format("{}.config.nodes[{}]", place, i);
      fitted_.add({.key = given.empty() ? fmt::format("{}.config.nodes[{}]", page.key, i) : given,
                   .type = base::text_member(child, "nodeType"),
                   .version = base::text_member(planned[i], "nodeVersion"),
                   .place = at + "._properties",
                   .version_place = at + ".nodeVersion",
                   .settings = own == child.end() ? nullptr : &*own,
                   .stored = copied != copied_.end()
                                 ? *copied
                                 : base::member(former_settings_, base::text_member(planned[i], "_id"))});
    }
  }

  // The tree as it shall be, without nodes' settings.
  Json tree_after(const Json& now) const {
    Json after = now.is_null() ? Json{{"_id", change_.name}} : now;
    after.erase("_rev");
    after["_id"] = change_.name;
    if (change_.graph) {
      after["entryNodeId"] = plan_.entry;
      after["nodes"] = plan_.nodes_without_config();
      after["staticNodes"] = plan_.static_nodes;
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
    sent_ = edit.after;
    const bool same = !now.is_null() && aic::differences(now, edit.after).empty();
    if (same && (!change_.graph || are_stored(settings_in(plan_), former_settings_))) return std::nullopt;
    if (change_.graph) {
      edit.body = edit.after;
      edit.body["nodes"] = plan_.nodes;
      edit.look_at_rest = [this] { return look_at_settings(); };
    }
    return edit;
  }

  // The write replaces nodes' settings, too: they must be as they were when the change was prepared (R-WRT-14).
  net::Task<> look_at_settings_again() {
    if (!change_.graph) co_return;
    auto replaced = plan_.all;
    std::erase_if(replaced, [this](const NodeRef& node) { return base::member(former_settings_, node.id).is_null(); });
    const Json now = co_await read_settings(call_, change_.realm, replaced);
    if (are_alike(replaced, former_settings_, now)) co_return;
    Error error(Errc::conflict, fmt::format("Somebody else changed settings of nodes of journey {} in the meantime, or "
                                            "they could not be read again; nothing was written",
                                            change_.name));
    error.next = advice::read_again_with("getJourney");
    throw error;
  }

  net::Task<aic::Rest> look_at_settings() {
    const Json now = co_await read_settings(call_, change_.realm, plan_.all);
    // A list in another order counts as requested: where nothing changed at all, that says nothing.
    const bool untouched = are_alike(plan_.all, former_settings_, now);
    co_return aic::Rest{.done = !untouched && compare_settings(settings_in(plan_), now).hold, .untouched = untouched};
  }

  // The answer to the write shows no settings: the nodes themselves do (R-WRT-07).
  net::Task<> check_settings(const aic::Written& written, const std::vector<NodeRef>& orphans) {
    settings_now_ = co_await read_settings(call_, change_.realm, plan_.all);
    auto state = compare_settings(settings_in(plan_), settings_now_);
    if (!state.unread.empty())
      notes_.push_back(fmt::format("The settings of these nodes were not checked: {}.", fmt::join(state.unread, ", ")));
    if (state.problems.empty()) co_return;
    Error error(Errc::partial,
                fmt::format("Journey {} was written, but {} of its {} nodes {} not as requested", change_.name,
                            state.problems.size(), plan_.all.size(), state.problems.size() == 1 ? "is" : "are"));
    error.done = Json::array({"journey " + change_.name + " written"});
    error.not_done = std::move(state.problems);
    error.detail = {{"nodeIdMapping", plan_.ids}, {"orphans", as_arguments(orphans)}};
    if (!written.before.is_null()) error.detail["changed"] = changes_of(written).entries;
    error.next =
        "Read it with getJourney. The same call again writes the whole journey again, but does not list orphans.";
    throw error;
  }

  // The tree with the settings of its nodes. Those that are known only of the former or of the present journey would
  // look as if they were new or gone.
  static Json with_settings(const Json& tree, const Json& settings, const Json& other_settings) {
    Json whole = tree, known = Json::object();
    for (const auto& [id, config] : settings.items()) {
      if (other_settings.contains(id)) known[id] = config;
    }
    if (!base::member(whole, "nodes").is_object()) return whole;
    for (auto& [id, node] : whole["nodes"].items()) {
      const Json& own = base::member(known, id);
      if (own.is_object() && node.is_object()) node["config"] = with_children(bare_config(own), known);
    }
    return whole;
  }

  Changes changes_of(const aic::Written& written) const {
    return changes_between(with_settings(written.before, former_settings_, settings_now_),
                           with_settings(written.after, settings_now_, former_settings_));
  }

  net::Task<Result> report(const aic::Written& written) {
    std::ranges::copy(written.notes, std::back_inserter(notes_));
    const auto orphans = change_.graph && written.changed ? orphans_of(written.before) : std::vector<NodeRef>();
    if (change_.graph && written.changed) co_await check_settings(written, orphans);
    Outcome outcome{.message = message(written), .id = change_.name, .revision = written.revision};
    if (const Json ids = told_ids(!written.before.is_null()); !ids.empty()) outcome.about["nodeIdMapping"] = ids;
    if (!orphans.empty()) {
      outcome.about["orphans"] = as_arguments(orphans);
      if (change_.remove_orphans)
        outcome.about["removedOrphans"] = as_json(co_await delete_nodes(call_, change_.realm, orphans, false));
      else
        notes_.emplace_back("Pass orphans to deleteJourneyNodes to delete them.");
    }
    if (written.before.is_null())
      outcome.set_by_tenant = stored_otherwise(with_first_versions(sent_, written.after), written.after);
    else
      outcome.changed = changes_of(written);
    if (outcome.changed) {
      const auto ids = script_ids_in(outcome.changed->entries);
      if (Json names = co_await scripts::names_of(call_, change_.realm, ids, notes_); !names.empty())
        outcome.about["scriptNames"] = std::move(names);
    }
    outcome.notes = std::move(notes_);
    outcome.read_with = "getJourney returns the journey";
    co_return told(std::move(outcome));
  }

  // Which id each node has; of a journey that was there already, of those that were given by another name.
  Json told_ids(bool was_there) const {
    Json ids = Json::object();
    for (const auto& [key, id] : plan_.ids.items()) {
      if (!was_there || !base::is_text(id, key)) ids[key] = id;
    }
    return ids;
  }

  // Nodes of the former journey that are not in the new one (R-JRN-12).
  std::vector<NodeRef> orphans_of(const Json& before) const {
    auto former = all_nodes({before, stored_.pages});
    std::erase_if(former, [&](const NodeRef& node) { return std::ranges::find(plan_.all, node) != plan_.all.end(); });
    return former;
  }

  std::string message(const aic::Written& written) const {
    if (!written.changed)
      return fmt::format("Journey {} already has these settings; nothing was written.", change_.name);
    if (written.before.is_null()) return fmt::format("Journey {} was created.", change_.name);
    return fmt::format("Journey {} was changed.", change_.name);
  }

  Call& call_;
  JourneyChange change_;
  Stored stored_;
  Plan plan_;
  Json former_settings_ = Json::object();  // of the planned nodes before the write; null for new ones
  Json settings_now_ = Json::object();     // of the planned nodes after the write
  Json sent_;                              // the tree as it shall be
  Json copied_ = Json::object();           // settings of other journeys' nodes, by the id that stood for a copy
  FittedSettings fitted_;
  ReadScripts scripts_;               // that the journey names and did not name before
  std::vector<std::string> secrets_;  // of the tenant, on their way back to it
  std::vector<std::string> notes_;
};

}  // namespace

std::optional<Error> check_tree(const Json& before, const Json& wanted, const Json& stored) {
  return aic::check_exactly(before, wanted, comparable(stored, wanted));
}

net::Task<Result> change_journey(Call& call, JourneyChange change) {
  Writing writing(call, std::move(change));
  co_return co_await writing.run();
}

}  // namespace tools::journeys
