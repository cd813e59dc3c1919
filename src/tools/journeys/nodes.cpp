// Changing and deleting single nodes of journeys (R-JRN-13, -16).
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/document.h"
#include "aic/failure.h"
#include "aic/steps.h"
#include "base/encoding.h"
#include "net/loop.h"
#include "tools/journeys/kinds.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/node_change.h"
#include "tools/journeys/page_children.h"
#include "tools/journeys/page_connections.h"
#include "tools/journeys/page_kinds.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/journeys/references.h"
#include "tools/journeys/script_outcomes.h"
#include "tools/journeys/settings.h"
#include "tools/journeys/tools.h"
#include "tools/journeys/uses.h"
#include "tools/kit/advice.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/outcome.h"
#include "tools/kit/secrets.h"
#include "tools/scripts/names.h"

namespace tools::journey_nodes {
namespace {

using journeys::bare_config;

const auto node_type_name = segment("nodeType", "Type of the node, as getJourney shows it.");
const auto node_id = text("nodeId", "Id of the node, as getJourney shows it.").in_form(syntax::uuid);
const auto config =
    any_object("config",
               "Settings by name, as getJourney with format tree shows them. [redacted] keeps a stored secret.")
        .restoring_secrets();
const auto expected_revision = revision("revision", "Change the node only if it still has this _rev.").optional();
const auto merge =
    boolean("merge", "Keep the stored settings that config does not contain. Otherwise config replaces all settings.")
        .by_default(false);
const auto node_version = segment("version", "Version of the node, as getJourney shows it, e.g. 2.0.").optional();
const auto any_node_id = segment("nodeId", "Id of the node, as getJourney shows it.");
const auto nodes =
    list_of("nodes", "Nodes to delete.", record({node_type_name, any_node_id, node_version})).at_least(1);
const auto force =
    boolean("force", "Delete the nodes even if journeys or pages use them, or this could not be checked.")
        .by_default(false);

// A page cannot show a child that has no settings: those that it does not have yet must be stored already.
net::Task<> refuse_bare_children(Call& call, std::string in, Json given, Json stored) {
  if (!base::member(given, "nodes").is_array()) co_return;
  const auto known = journeys::children_of(stored);
  std::vector<journeys::NodeRef> unknown;
  std::vector<std::size_t> positions;
  std::vector<Ask> asks;
  for (std::size_t i = 0; i < given["nodes"].size(); ++i) {
    const Json& entry = given["nodes"][i];
    if (entry.contains("_properties")) continue;
    const journeys::NodeRef child{base::text_member(entry, "_id"), base::text_member(entry, "nodeType"),
                                  base::text_member(entry, "nodeVersion")};
    if (std::ranges::find(known, child) != known.end()) continue;
    unknown.push_back(child);
    positions.push_back(i);
    asks.emplace_back([&call, &in, child] { return journeys::get_node(call.tenant(), in, child); });
  }
  const auto answers = co_await ask_all(call, "nodes of the page", std::move(asks));
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const auto& unread = answers[i].error;
    if (!unread || !journeys::is_missing(*unread)) continue;
    base::Error error(base::Errc::invalid_request,
                      fmt::format("config.nodes[{}] ({}) has settings neither in this call nor on the tenant; nothing "
                                  "was written",
                                  positions[i], base::printable(unknown[i].type, 80)));
    error.next = "Add its settings as _properties; {} means the defaults.";
    throw error;
  }
}

// What the new settings name and the realm lacks.
net::Task<std::vector<std::string>> notes_on_lacks(Call& call, std::string in, Json given, Json stored,
                                                   journeys::ReadScripts& scripts) {
  auto references = journeys::references_in(given);
  const auto known = journeys::references_in(stored);
  std::erase_if(references, [&](const journeys::Reference& one) {
    return std::ranges::any_of(known,
                               [&](const auto& other) { return other.kind == one.kind && other.name == one.name; });
  });
  std::vector<std::string> notes;
  for (const auto& lack : co_await journeys::find_lacks(call, std::move(in), {}, std::move(references), scripts))
    notes.push_back(fmt::format("Warning: {} at config{}.", lack.why, lack.reference.place));
  co_return notes;
}

// Where a node's script, as it shall be, does not give the outcomes that the node shall declare. `stored` has the
// settings of pages' children in place, as `given` has them.
net::Task<std::vector<std::string>> notes_on_outcomes(Call& call, std::string in, journeys::NodeRef node, Json given,
                                                      Json stored, journeys::ReadScripts& scripts) {
  std::vector<std::pair<std::string, journeys::Scripted>> all;
  const auto look_at = [&](const std::string& id, const Json& brought, const Json& had) {
    Json settings = call[merge] && had.is_object() ? had : Json::object();
    settings.update(brought);
    if (auto declared = journeys::scripted(settings)) all.emplace_back(id, std::move(*declared));
  };
  look_at(node.id, given, stored);
  for (const Json& child : base::member(given, "nodes")) {
    const auto id = base::text_member(child, "_id");
    const Json& own = base::member(child, "_properties");
    if (own.is_object())
      look_at(id, own, base::member(journeys::child_with(base::member(stored, "nodes"), id), "_properties"));
  }
  std::vector<Ask> asks;
  std::vector<std::string> asked;
  for (const auto& [id, declared] : all) {
    const auto& script = declared.script;
    if (scripts.contains(script) || std::ranges::find(asked, script) != asked.end()) continue;
    asked.push_back(script);
    asks.emplace_back([&call, &in, script] { return journeys::get_script(call.tenant(), in, script); });
  }
  auto answers = co_await ask_all(call, "scripts of nodes", std::move(asks));
  for (std::size_t i = 0; i < asked.size(); ++i) scripts[asked[i]] = std::move(answers[i]);
  std::vector<std::string> notes;
  for (const auto& [id, declared] : all)
    std::ranges::move(journeys::compare_with_script(id, declared, scripts.at(declared.script)),
                      std::back_inserter(notes));
  co_return notes;
}

// What the call says by itself: a page's children as they can be stored.
Json given_settings(const Call& call, const std::string& id, const std::string& type) {
  Json given = bare_config(call[config]);
  journeys::decode_page_settings(type, given);
  auto faults = journeys::page_faults({.key = id, .type = type, .config = given}, "config.nodes");
  for (auto& fault : journeys::page_kind_faults(type, given, "config")) {
    if (std::ranges::find(faults, fault.path, &Violation::path) == faults.end()) faults.push_back(std::move(fault));
  }
  if (!faults.empty()) throw violations_error(faults);
  return given;
}

// The version that the stored node is of.
std::string version_of(const Json& stored, const std::string& asked) {
  return base::text_member(base::member(stored, "_type"), "version", asked);
}

// A journey that the node is in cannot be its inner one. Gives a note where it is not known which journeys those are.
net::Task<std::vector<std::string>> refuse_self_call(Call& call, std::string in, journeys::NodeRef node, Json given,
                                                     Json stored) {
  auto named = journeys::references_in(given);
  const auto known = journeys::references_in(stored);
  std::erase_if(named, [&](const journeys::Reference& one) {
    return one.kind != journeys::Named::journey || std::ranges::any_of(known, [&](const auto& other) {
             return other.kind == one.kind && other.name == one.name;
           });
  });
  std::vector<std::string> notes;
  if (named.empty()) co_return notes;
  const auto realm_nodes = co_await journeys::read_realm_nodes(call, std::move(in));
  const auto holders = realm_nodes.journeys_of(node);
  for (const auto& one : named) {
    if (std::ranges::find(holders, one.name) == holders.end()) continue;
    base::Error error(
        base::Errc::invalid_request,
        fmt::format("{} would be an inner journey of itself at config{}; nothing was written", one.name, one.place));
    error.next = "Use another journey.";
    throw error;
  }
  if (realm_nodes.gap)
    notes.push_back(fmt::format("It was not checked whether a journey calls itself through this node: {}",
                                realm_nodes.gap->message));
  co_return notes;
}

// Compares what the call brings with the types' schemas, the children's as well. Gives notes.
net::Task<std::vector<std::string>> fit(Call& call, journeys::FittedSettings& fitted, journeys::PageChildren& children,
                                        std::string in, journeys::NodeRef node, Json& given, Json stored) {
  co_await children.read_settings(given, stored);
  fitted.add({.key = node.id,
              .type = node.type,
              .version = node.version,
              .place = "config",
              .version_place = "version",
              .settings = &given,
              .stored = stored});
  children.add_to(fitted, given);
  stored = children.with_former_settings(std::move(stored));
  journeys::ReadScripts scripts;
  auto [notes, lacks] = co_await net::both(fitted.fit(), notes_on_lacks(call, in, given, stored, scripts));
  std::ranges::move(co_await refuse_self_call(call, in, node, given, stored), std::back_inserter(notes));
  std::ranges::move(co_await notes_on_outcomes(call, in, std::move(node), given, stored, scripts),
                    std::back_inserter(notes));
  std::ranges::move(lacks, std::back_inserter(notes));
  co_return notes;
}

net::Task<aic::Written> save(Call& call, aic::OpenDocument& opened, const journeys::NodeRef& node, const Json& given) {
  const bool keep_others = call[merge];
  co_return co_await opened.save(
      [&, keep_others](const Json& now) {
        call.take_secrets(secret_texts(now));
        return journeys::changed_node(now, node, given, keep_others);
      },
      telling(journeys::check_node, bare_config), call[expected_revision].value_or(""));
}

// The ids of the outcomes that the tenant shows of a node.
std::vector<std::string> outcomes_of(const Json& node) {
  std::vector<std::string> ids;
  for (const Json& outcome : base::member(node, "_outcomes")) ids.push_back(base::text_member(outcome, "id"));
  return ids;
}

// Every journey that the page is in connects them by now.
bool are_connected(const std::vector<std::string>& outcomes, const std::string& page,
                   const journeys::PageChildren& children, const std::vector<journeys::Reconnected>& reconnected) {
  return !reconnected.empty() && reconnected.size() == children.journeys().size() &&
         std::ranges::all_of(reconnected, [&](const auto& one) {
           const Json& node = base::member(base::member(one.written.after, "nodes"), page);
           const Json& connections = base::member(node, "connections");
           return std::ranges::all_of(outcomes, [&](const auto& outcome) { return connections.contains(outcome); });
         });
}

void tell_of_journeys(Outcome& outcome, const std::vector<journeys::Reconnected>& reconnected) {
  if (reconnected.empty()) return;
  Json& list = outcome.about["journeys"] = Json::array();
  for (const auto& [journey, written] : reconnected) {
    list.push_back({{"journey", journey},
                    {"revision", written.revision},
                    {"changed", changes_between(written.before, written.after).entries}});
    std::ranges::copy(written.notes, std::back_inserter(outcome.notes));
  }
  outcome.notes.emplace_back("Connections that named nodes of the page by their keys now name them by their ids.");
}

void tell_of_page(Outcome& outcome, const journeys::PageChildren& children, const aic::Written& written,
                  const Json& given, const std::vector<journeys::Reconnected>& reconnected) {
  if (const Json& ids = children.ids(); !ids.empty()) outcome.about["nodeIdMapping"] = ids;
  if (!children.replaced().empty())
    outcome.notes.push_back(
        fmt::format("These ids belong to nodes of other journeys, or this could not be checked; the page gets its own "
                    "nodes instead (see nodeIdMapping): {}.",
                    fmt::join(children.replaced(), ", ")));
  if (written.changed && given.contains("nodes")) {
    auto orphans = journeys::children_of(written.before);
    const auto kept = journeys::children_of(written.after);
    std::erase_if(orphans, [&](const auto& one) { return std::ranges::find(kept, one) != kept.end(); });
    if (!orphans.empty()) {
      outcome.about["orphans"] = journeys::as_arguments(orphans);
      outcome.notes.emplace_back("Pass orphans to deleteJourneyNodes to delete them.");
    }
  }
  const auto outcomes = outcomes_of(written.after);
  tell_of_journeys(outcome, reconnected);
  if (!outcomes.empty() && outcomes != outcomes_of(written.before) &&
      !are_connected(outcomes, outcome.id, children, reconnected))
    outcome.notes.push_back(
        fmt::format("The page's outcomes are now {}: connect them with updateJourney if the journey does not yet.",
                    fmt::join(outcomes, ", ")));
}

// The children are written before the page: somebody else's change of it that is in the way is found before that.
net::Task<> need_same_page(Call& call, std::string in, journeys::NodeRef page, Json read, Json given) {
  const auto now = co_await journeys::get_node(call.tenant(), in, page);
  Json before = std::move(read), after = bare_config(now.body);
  if (call[merge]) {
    // The rest of what is stored stays.
    for (Json* side : {&before, &after}) {
      Json named = Json::object();
      for (const auto& [name, value] : given.items()) named[name] = base::member(*side, name);
      *side = std::move(named);
    }
  }
  if (base::same_value(before, after)) co_return;
  base::Error error(base::Errc::conflict,
                    fmt::format("Somebody else changed page {} in the meantime; nothing was written", page.id));
  error.next = advice::read_again_with("getJourney");
  throw error;
}

// The children first, then the node itself.
net::Task<aic::Written> write_all(Call& call, aic::OpenDocument& opened, journeys::PageChildren& children,
                                  journeys::FittedSettings& fitted, journeys::NodeRef node, Json stored, Json given) {
  try {
    // What is going to be refused for its revision changes no child either.
    const auto expected = call[expected_revision].value_or("");
    if (children.any() && (expected.empty() || expected == opened.revision())) {
      co_await need_same_page(call, call[realm], node, std::move(stored), given);
      co_await children.write();
    }
    co_return co_await save(call, opened, node, given);
  } catch (const base::Error& cause) {
    auto error = children.stopped(cause, fmt::format("page {}", node.id));
    if (node.type == journeys::page_type) fitted.name_nodes(error);
    throw error;
  }
}

// Last, what the journeys connect of the page (R-JRN-03).
net::Task<std::vector<journeys::Reconnected>> reconnect(Call& call, const journeys::PageChildren& children,
                                                        journeys::NodeRef node, bool page_was_written) {
  std::vector<journeys::Reconnected> done;
  if (!journeys::has_prefixed_outcomes(node) || children.ids().empty()) co_return done;
  try {
    co_await journeys::reconnect(call, call[realm], {node, children.ids(), children.journeys()}, done);
  } catch (const base::Error& cause) {
    auto steps = children.written();
    if (page_was_written) steps.push_back(fmt::format("page {} written", node.id));
    for (const auto& one : done) steps.push_back(fmt::format("connections of journey {} written", one.journey));
    const auto happened = steps.size();
    steps.push_back(fmt::format("connections of the page in its {} written",
                                children.journeys().size() == 1 ? "journey" : "journeys"));
    aic::Steps all(std::move(steps));
    for (std::size_t i = 0; i < happened; ++i) all.done();
    throw all.stopped(cause, "Call again with the same arguments: what is stored already stays as it is.");
  }
  co_return done;
}

std::string message_of(bool written, const std::optional<Changes>& changed, bool reconnected) {
  if (written && changed && changed->any()) return "The node's settings were changed.";
  if (written) return "The node's settings were written; the tenant shows the same ones as before.";
  return reconnected ? "The node already has these settings; connections of the page were changed."
                     : "The node already has these settings; nothing was written.";
}

net::Task<Result> update_node(Call& call) {
  const auto in = call[realm];
  journeys::NodeRef node{call[node_id], call[node_type_name], call[node_version].value_or("")};
  Json given = given_settings(call, node.id, node.type);
  auto opened = co_await journeys::open_node(call, in, node);
  node.version = version_of(opened.current(), node.version);
  const Json stored = bare_config(opened.current());
  journeys::PageChildren children(call, in, node, call[merge]);
  co_await children.give_ids(given, stored);
  co_await refuse_bare_children(call, in, given, opened.current());
  journeys::FittedSettings fitted(call, in);
  auto notes = co_await fit(call, fitted, children, in, node, given, stored);
  children.take_from(given);
  const auto written = co_await write_all(call, opened, children, fitted, node, stored, given);
  const auto reconnected = co_await reconnect(call, children, node, written.changed);
  std::ranges::copy(written.notes, std::back_inserter(notes));
  std::ranges::copy(children.notes(), std::back_inserter(notes));
  Outcome outcome{.id = node.id,
                  .about = {{"nodeType", node.type}},
                  .revision = written.revision,
                  .changed = changes_between(children.with_former_settings(bare_config(written.before)),
                                             children.with_present_settings(bare_config(written.after))),
                  .notes = std::move(notes),
                  .read_with = "getJourney with nodeIds returns the node"};
  outcome.message = message_of(written.changed || children.any_written(), outcome.changed, !reconnected.empty());
  if (node.type == journeys::page_type) tell_of_page(outcome, children, written, given, reconnected);
  const auto script_ids = journeys::script_ids_in(outcome.changed->entries);
  if (Json names = co_await scripts::names_of(call, in, script_ids, outcome.notes); !names.empty())
    outcome.about["scriptNames"] = std::move(names);
  co_return told(std::move(outcome));
}

// All of it in one sentence.
std::string what_happened(const std::vector<journeys::NodeDeletion>& deletions) {
  std::size_t deleted = 0, used = 0, missing = 0, open = 0, failed = 0;
  for (const auto& one : deletions) {
    const bool is_missing = one.error && journeys::is_missing(*one.error);
    ++(one.deleted              ? deleted
       : !one.used_by.empty()   ? used
       : is_missing             ? missing
       : journeys::is_open(one) ? open
                                : failed);
  }
  auto sentence = deleted == 0 && open == 0 ? std::string("No node was deleted")
                                            : fmt::format("Nodes deleted: {} of {}", deleted, deletions.size());
  if (open > 0) sentence += fmt::format("; not known whether deleted: {}", open);
  if (used > 0) sentence += fmt::format("; kept because journeys or pages use them: {}", used);
  if (missing > 0) sentence += fmt::format("; not found: {}", missing);
  if (failed > 0) sentence += fmt::format("; not deleted because of an error: {}", failed);
  return sentence + ".";
}

net::Task<Result> delete_them(Call& call) {
  const auto in = call[realm];
  std::vector<journeys::NodeRef> refs;
  for (const Record& one : call[nodes])
    refs.push_back({one[any_node_id], one[node_type_name], one[node_version].value_or("")});
  const auto deletions = co_await journeys::delete_nodes(call, in, std::move(refs), call[force]);
  const auto count = std::ranges::count_if(deletions, &journeys::NodeDeletion::deleted);
  const auto told = what_happened(deletions);
  Json report{{"message", told},
              {"realm", in},
              {"results", journeys::as_json(deletions)},
              {"successCount", count},
              {"errorCount", deletions.size() - static_cast<std::size_t>(count)}};
  if (count > 0) co_return done(std::move(report));
  auto first = std::ranges::find_if(deletions, journeys::is_open);
  if (first == deletions.end())
    first = std::ranges::find_if(deletions, [](const auto& one) { return one.error.has_value(); });
  if (first == deletions.end())
    co_return refuse_with(std::move(report), told,
                          "Remove them from the journeys first, or call again with force: true.");
  base::Error error = first->error.value();  // NOLINT(bugprone-unchecked-optional-access): found for having one
  error.message = fmt::format("{} {}", told, error.message);
  error.detail = std::move(report);
  co_return failed(std::move(error));
}

const std::vector<Tool> family{
    {
        .name = "updateJourneyNode",
        .title = "Edit node",
        .description = "Replaces the settings of a node, or with merge only those given. To add nodes or change "
                       "connections, use updateJourney.",
        .scopes = {scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .params = {realm, node_type_name, node_id, config, node_version, expected_revision, merge},
        .run = update_node,
    },
    {
        .name = "deleteJourneyNodes",
        .title = "Delete nodes",
        .description = "Deletes nodes that no journey or page uses, and reports the others. To take a node out of a "
                       "journey, use updateJourney.",
        .scopes = {scope::am},
        .hints = overwrites_idempotently,
        .params = {realm, nodes, force},
        .run = delete_them,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::journey_nodes
