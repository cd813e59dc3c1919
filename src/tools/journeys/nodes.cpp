// Changing and deleting single nodes of journeys (R-JRN-13, -16).
#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/difference.h"
#include "aic/document.h"
#include "aic/failure.h"
#include "base/encoding.h"
#include "tools/journeys/kinds.h"
#include "tools/journeys/node_access.h"
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

const Json& child_with(const Json& children, const std::string& id) {
  static const Json none;
  for (const Json& child : children) {
    if (!id.empty() && base::text_member(child, "_id") == id) return child;
  }
  return none;
}

// The versions of a page's children that the caller leaves out stay (R-JRN-05).
void keep_child_versions(Json& page, const Json& stored) {
  const auto children = page.find("nodes");
  if (children == page.end() || !children->is_array()) return;
  for (Json& child : *children) {
    const Json& known = child_with(base::member(stored, "nodes"), base::text_member(child, "_id"));
    const bool same_type = base::text_member(known, "nodeType") == base::text_member(child, "nodeType");
    if (same_type && known.contains("nodeVersion") && !child.contains("nodeVersion"))
      child["nodeVersion"] = known["nodeVersion"];
  }
}

base::Error no_secret(const std::vector<std::string>& places) {
  base::Error error(
      base::Errc::invalid_request,
      fmt::format("config{} is a placeholder for a secret that the stored node does not have; nothing was written",
                  fmt::join(places, ", config")));
  error.next = advice::give_real_value;
  return error;
}

std::optional<aic::Edit> with_config(const Json& now, const journeys::NodeRef& node, Json given, bool keep_others) {
  const Json stored = bare_config(now);
  if (const auto places = restore_secrets(given, stored); !places.empty()) throw no_secret(places);
  Json settings = keep_others ? stored : Json::object();
  for (const auto& [name, value] : given.items()) settings[name] = value;
  if (node.type == journeys::page_type) keep_child_versions(settings, stored);
  if (aic::differences(stored, settings).empty()) return std::nullopt;
  aic::Edit edit{.after = {{"_id", node.id}}};
  for (auto& [name, value] : settings.items()) edit.after[name] = std::move(value);
  return edit;
}

std::optional<base::Error> check_node(const Json& before, const Json& wanted, const Json& stored) {
  return aic::check_exactly(before, wanted, journeys::shown_as_asked(wanted, stored));
}

using Opened = std::variant<aic::OpenDocument, base::Error>;

net::Task<Opened> try_open(Call& call, const std::string& in, const journeys::NodeRef& node) {
  const auto how = journeys::node_request(node.version);
  try {
    co_return co_await aic::open(call.tenant(), {.title = fmt::format("node {} of type {}", node.id, node.type),
                                                 .target = aic::node(in, node.type, node.version, node.id),
                                                 .read = how,
                                                 .write = how});
  } catch (const base::Error& error) {
    if (error.about_token) throw;
    co_return error;
  }
}

// The node where it was not found at first: on the path from before there were versions, or in a version that only
// journeys and pages tell.
net::Task<std::optional<aic::OpenDocument>> open_elsewhere(Call& call, std::string in, journeys::NodeRef node) {
  const auto version = node.version;
  if (version.empty()) {
    const auto known = co_await journeys::read_realm_nodes(call, in);
    const auto* found = known.find(node);
    if (!found || found->ref.version.empty()) co_return std::nullopt;
    node.version = found->ref.version;
  } else {
    node.version.clear();
  }
  auto opened = co_await try_open(call, in, node);
  if (const auto* error = std::get_if<base::Error>(&opened)) {
    if (!journeys::is_missing(*error)) throw *error;
    co_return std::nullopt;
  }
  auto& document = std::get<aic::OpenDocument>(opened);
  if (!version.empty() && !journeys::is_of_version(document.current(), version)) co_return std::nullopt;
  co_return std::move(document);
}

net::Task<aic::OpenDocument> open_node(Call& call, std::string in, journeys::NodeRef node) {
  auto opened = co_await try_open(call, in, node);
  if (auto* document = std::get_if<aic::OpenDocument>(&opened)) co_return std::move(*document);
  const base::Error error = std::get<base::Error>(opened);
  if (!journeys::may_lack_path(error)) throw error;
  auto elsewhere = co_await open_elsewhere(call, in, node);
  if (!elsewhere) throw error;
  co_return std::move(*elsewhere);
}

// A page cannot show a child that has no settings: those that it does not have yet must be stored already.
net::Task<> refuse_bare_children(Call& call, std::string in, Json given, Json stored) {
  const auto known = journeys::children_of(stored);
  std::vector<journeys::NodeRef> unknown;
  std::vector<Ask> asks;
  for (const auto& child : journeys::children_of(given)) {
    const bool brings_settings = child_with(given["nodes"], child.id).contains("_properties");
    if (brings_settings || std::ranges::find(known, child) != known.end()) continue;
    unknown.push_back(child);
    asks.emplace_back([&call, &in, child] { return journeys::get_node(call.tenant(), in, child); });
  }
  const auto answers = co_await ask_all(call, "nodes of the page", std::move(asks));
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const auto& unread = answers[i].error;
    if (!unread || !journeys::is_missing(*unread)) continue;
    base::Error error(base::Errc::invalid_request,
                      fmt::format("Node {} of type {} has no settings on the tenant; nothing was written",
                                  base::printable(unknown[i].id, 80), base::printable(unknown[i].type, 80)));
    error.next = "Add it to the page with updateJourney, with its settings as _properties.";
    throw error;
  }
}

// What the new settings name and the realm lacks.
net::Task<std::vector<std::string>> notes_on_lacks(Call& call, std::string in, Json given, Json stored) {
  auto references = journeys::references_in(given);
  const auto known = journeys::references_in(stored);
  std::erase_if(references, [&](const journeys::Reference& one) {
    return std::ranges::any_of(known,
                               [&](const auto& other) { return other.kind == one.kind && other.name == one.name; });
  });
  std::vector<std::string> notes;
  for (const auto& lack : co_await journeys::find_lacks(call, std::move(in), {}, std::move(references)))
    notes.push_back(fmt::format("Warning: {} at config{}.", lack.why, lack.reference.place));
  co_return notes;
}

// Where the node's script, as it shall be, does not give the outcomes that the node shall declare.
net::Task<std::vector<std::string>> notes_on_outcomes(Call& call, std::string in, journeys::NodeRef node, Json given,
                                                      Json stored) {
  Json settings = call[merge] ? std::move(stored) : Json::object();
  settings.update(given);
  const auto declared = journeys::scripted(settings);
  if (!declared) co_return std::vector<std::string>();
  std::vector<Ask> asks;
  asks.emplace_back([&] { return journeys::get_script(call.tenant(), in, declared->script); });
  const auto answers = co_await ask_all(call, "script of the node", std::move(asks));
  co_return journeys::compare_with_script(node.id, *declared, answers[0]);
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

void add_children(journeys::FittedSettings& fitted, Json& page, const Json& known, const Json& settings) {
  if (!base::member(page, "nodes").is_array()) return;
  Json& children = page["nodes"];
  for (std::size_t i = 0; i < children.size(); ++i) {
    Json& child = children[i];
    const auto id = base::text_member(child, "_id");
    const auto own = child.find("_properties");
    const auto at = fmt::format("config.nodes[{}]", i);
    fitted.add(
        {.key = id.empty() ? at : id,
         .type = base::text_member(child, "nodeType"),
         .version = base::text_member(child, "nodeVersion", base::text_member(child_with(known, id), "nodeVersion")),
         .place = at + "._properties",
         .version_place = at + ".nodeVersion",
         .settings = own == child.end() ? nullptr : &*own,
         .stored = base::member(settings, id)});
  }
}

// The children that the call brings settings for and the page has already.
std::vector<journeys::NodeRef> changed_children(const Json& given, const Json& stored) {
  auto known = journeys::children_of(stored);
  std::erase_if(known, [&](const journeys::NodeRef& child) {
    return !child_with(base::member(given, "nodes"), child.id).contains("_properties");
  });
  return known;
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
net::Task<std::vector<std::string>> fit(Call& call, journeys::FittedSettings& fitted, std::string in,
                                        journeys::NodeRef node, Json& given, Json stored) {
  const Json children = co_await journeys::read_settings(call, in, changed_children(given, stored));
  fitted.add({.key = node.id,
              .type = node.type,
              .version = node.version,
              .place = "config",
              .version_place = "version",
              .settings = &given,
              .stored = stored});
  if (node.type == journeys::page_type) add_children(fitted, given, base::member(stored, "nodes"), children);
  auto notes = co_await fitted.fit();
  std::ranges::move(co_await refuse_self_call(call, in, node, given, stored), std::back_inserter(notes));
  std::ranges::move(co_await notes_on_outcomes(call, in, std::move(node), given, stored), std::back_inserter(notes));
  std::ranges::move(co_await notes_on_lacks(call, in, given, stored), std::back_inserter(notes));
  co_return notes;
}

net::Task<aic::Written> save(Call& call, aic::OpenDocument& opened, const journeys::NodeRef& node, const Json& given) {
  const bool keep_others = call[merge];
  co_return co_await opened.save(
      [&, keep_others](const Json& now) {
        call.take_secrets(secret_texts(now));
        return with_config(now, node, given, keep_others);
      },
      telling(check_node, bare_config), call[expected_revision].value_or(""));
}

net::Task<Result> update_node(Call& call) {
  const auto in = call[realm];
  journeys::NodeRef node{call[node_id], call[node_type_name], call[node_version].value_or("")};
  Json given = given_settings(call, node.id, node.type);
  auto opened = co_await open_node(call, in, node);
  node.version = version_of(opened.current(), node.version);
  co_await refuse_bare_children(call, in, given, opened.current());
  journeys::FittedSettings fitted(call, in);
  auto notes = co_await fit(call, fitted, in, node, given, bare_config(opened.current()));
  aic::Written written;
  try {
    written = co_await save(call, opened, node, given);
  } catch (base::Error& error) {
    if (node.type == journeys::page_type) fitted.name_nodes(error);
    throw;
  }
  const auto message = written.changed ? "The node's settings were changed."
                                       : "The node already has these settings; nothing was written.";
  std::ranges::copy(written.notes, std::back_inserter(notes));
  const bool brings_children = std::ranges::any_of(base::member(given, "nodes"), [](const Json& child) {
    return child.is_object() && child.contains("_properties");
  });
  if (written.changed && brings_children)
    notes.emplace_back("The settings of the nodes inside the page were sent, too; changed does not show them.");
  co_return told({.message = message,
                  .id = node.id,
                  .about = {{"nodeType", node.type}},
                  .revision = written.revision,
                  .changed = changes_between(bare_config(written.before), bare_config(written.after)),
                  .notes = std::move(notes),
                  .read_with = "getJourney with nodeIds returns the node"});
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
