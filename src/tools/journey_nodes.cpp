// Changing and deleting single nodes of journeys (R-JRN-13, -16).
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/difference.h"
#include "aic/document.h"
#include "tools/catalog.h"
#include "tools/journey_settings.h"
#include "tools/journey_tools.h"
#include "tools/journey_uses.h"
#include "tools/secrets.h"

namespace tools::journey_nodes {
namespace {

using journeys::am_request;
using journeys::bare_config;

const auto node_type_name = segment("nodeType", "The node's type, as getJourney shows it");
const auto node_id = text("nodeId", "The node's id, as getJourney shows it").in_form(syntax::uuid);
const auto config = any_object("config", "Settings by name, as getJourney shows them; [redacted] keeps a stored secret")
                        .restoring_secrets();
const auto expected_revision = revision("revision", "Change it only if the node still has this _rev").optional();
const auto merge = boolean("merge", "Keep the stored settings that config does not name").by_default(false);
const auto any_node_id = segment("nodeId", "The node's id");
const auto nodes = list_of("nodes", "Which to delete", record({node_type_name, any_node_id})).at_least(1);
const auto force =
    boolean("force", "Delete nodes although their use could not be checked or they are used").by_default(false);

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
  base::Error error(base::Errc::invalid_request,
                    fmt::format("config{} stands for a secret that the stored node does not have; nothing was written",
                                fmt::join(places, ", config")));
  error.next = "Give the real value, or leave it out.";
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

net::Task<Result> update_node(Call& call) {
  const auto in = call[realm];
  const auto type = call[node_type_name];
  const auto id = call[node_id];
  const Json given = bare_config(call[config]);
  const bool keep_others = call[merge];
  const auto written = co_await aic::rewrite(
      call.tenant(),
      {.title = fmt::format("node {} of type {}", id, type),
       .target = aic::node(in, type, id),
       .read = am_request(),
       .write = am_request()},
      [&](const Json& now) {
        call.take_secrets(secret_texts(now));
        return with_config(now, {id, type}, given, keep_others);
      },
      check_node, call[expected_revision].value_or(""));
  const auto message =
      written.changed ? "The node's settings are changed." : "The node's settings are so already; nothing was written.";
  Json shown{{"success", true}, {"nodeType", type}, {"nodeId", id}, {"message", message}};
  if (!written.revision.empty()) shown["revision"] = written.revision;
  co_return done(std::move(shown), written.notes);
}

net::Task<Result> delete_them(Call& call) {
  const auto in = call[realm];
  std::vector<journeys::NodeRef> refs;
  for (const Record& one : call[nodes]) refs.push_back({one[any_node_id], one[node_type_name]});
  const auto deletions = co_await journeys::delete_nodes(call, in, std::move(refs), call[force]);
  const auto count = std::ranges::count_if(deletions, &journeys::NodeDeletion::deleted);
  Json report{{"realm", in},
              {"results", journeys::as_json(deletions)},
              {"successCount", count},
              {"errorCount", deletions.size() - static_cast<std::size_t>(count)}};
  if (count > 0) co_return done(std::move(report));
  const auto first = std::ranges::find_if(deletions, [](const auto& one) { return one.error.has_value(); });
  if (first == deletions.end())
    co_return refuse_with(std::move(report), "No node was deleted: journeys or pages use them",
                          "Take them out of the journeys first, or call again with force: true.");
  base::Error error = first->error.value();  // NOLINT(bugprone-unchecked-optional-access): found for having one
  error.message = "No node was deleted: " + error.message;
  error.detail = std::move(report);
  co_return failed(std::move(error));
}

}  // namespace

std::span<const Tool> all() {
  static const std::vector<Tool> tools = {
      {
          .name = "updateJourneyNode",
          .title = "Edit node",
          .description = "Replaces a node's settings, or with merge only those given. For new nodes use updateJourney.",
          .scopes = {scope::am},
          .hints = overwrites_idempotently,
          .params = {realm, node_type_name, node_id, config, expected_revision, merge},
          .run = update_node,
      },
      {
          .name = "deleteJourneyNodes",
          .title = "Delete nodes",
          .description = "Deletes nodes that no journey or page uses; reports the others.",
          .scopes = {scope::am},
          .hints = overwrites_idempotently,
          .params = {realm, nodes, force},
          .run = delete_them,
      },
  };
  return tools;
}

}  // namespace tools::journey_nodes
