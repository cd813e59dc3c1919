// Deleting a journey, unless something needs it (R-JRN-15).
#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/document.h"
#include "aic/pages.h"
#include "tools/fan_out.h"
#include "tools/journey_tools.h"
#include "tools/journeys_read.h"
#include "tools/theme_list.h"
#include "tools/theme_store.h"

namespace tools::journeys {
namespace {

constexpr std::string_view inner_tree_type = "InnerTreeEvaluatorNode";

const auto force_deletion = boolean("force", "Delete it although other journeys or themes use it").by_default(false);

std::string not_checked(std::string_view what, const base::Error& error) {
  return fmt::format("{} not checked: {}", what, error.message);
}

// The journeys with one of these nodes.
std::vector<std::string> journeys_with(const Json& trees, const std::vector<std::string>& node_ids,
                                       const std::string& except) {
  std::vector<std::string> names;
  for (const Json& tree : trees) {
    const Json& nodes = base::member(tree, "nodes");
    const auto name = base::text_member(tree, "_id");
    const bool has_one =
        nodes.is_object() && std::ranges::any_of(node_ids, [&](const auto& id) { return nodes.contains(id); });
    if (has_one && name != except) names.push_back(name);
  }
  return names;
}

// What stands against the deletion; `is_default` cannot be forced.
struct Findings {
  bool is_default = false;
  std::vector<std::string> others;
  Json users = Json::array();
  // Themes that name the journey: told, but no reason to keep it.
  Json themes = Json::array();
  std::string themes_unread;
};

void note_themes(Findings& found, const Answer& themes, const std::string& name) {
  if (themes.error) {
    if (themes.error->status != 404) found.themes_unread = themes.error->message;
    return;
  }
  for (const Json& theme : themes.body) {
    const auto journeys = themes::linked_journeys(theme);
    if (std::ranges::find(journeys, name) != journeys.end())
      found.themes.push_back({{"_id", base::member(theme, "_id")}, {"name", base::member(theme, "name")}});
  }
}

net::Task<aic::Reply> themes_reply(aic::Tenant& tenant, std::string in) {
  co_return aic::Reply{.status = 200, .body = co_await themes::read_themes(tenant, std::move(in))};
}

net::Task<Findings> look_for_users(Call& call, std::string in, std::string name) {
  auto& tenant = call.tenant();
  std::vector<Ask> asks;
  asks.emplace_back([&] { return tenant.get(aic::realm_authentication(in), realm_request()); });
  asks.emplace_back([&] { return aic::get_whole(tenant, aic::node_type(in, inner_tree_type), {}, am_request()); });
  asks.emplace_back(
      [&] { return aic::get_whole(tenant, aic::trees(in), {.page_size = -1, .fields = "_id,nodes"}, am_request()); });
  asks.emplace_back([&] { return themes_reply(tenant, in); });
  const auto answers = co_await ask_all(call, "uses of the journey", std::move(asks));
  Findings found;
  note_themes(found, answers[3], name);
  const Json& core = base::member(answers[0].body, "core");
  found.is_default = base::member(core, "orgConfig") == name;
  if (base::member(core, "adminAuthModule") == name) found.others.emplace_back("administrators sign in with it");
  if (const auto& error = answers[0].error)
    found.others.push_back(not_checked("the default journey", *error));
  else if (!core.is_object())
    found.others.emplace_back("the default journey not checked: the tenant's answer does not name it");
  for (const auto i : {1U, 2U}) {
    const auto& error = answers[i].error;
    if (error && error->status != 404) found.others.push_back(not_checked("use inside other journeys", *error));
  }
  std::vector<std::string> nodes;
  for (const Json& node : base::member(answers[1].body, "result")) {
    if (base::member(node, "tree") == name) nodes.push_back(base::text_member(node, "_id"));
  }
  const auto users = journeys_with(base::member(answers[2].body, "result"), nodes, name);
  if (!users.empty()) found.others.push_back(fmt::format("used inside {}", fmt::join(users, ", ")));
  found.users = users;
  co_return found;
}

std::optional<Result> refusal_of(const Findings& found, const std::string& name, bool force) {
  if (found.is_default)
    return refuse(fmt::format("{} is the realm's default journey; nothing was deleted", name),
                  "Make another one the default with setDefaultJourney first.");
  if (found.others.empty() || force) return std::nullopt;
  return refuse_with({{"findings", found.others}, {"usedBy", found.users}},
                     fmt::format("{} was not deleted: {}", name, fmt::join(found.others, "; ")),
                     "Clear this up first, or call again with force: true.");
}

// Which of the nodes are gone now (R-JRN-15).
net::Task<Json> look_after_nodes(Call& call, std::string in, std::vector<NodeRef> nodes) {
  std::vector<Ask> asks;
  asks.reserve(nodes.size());
  for (const auto& node : nodes) {
    asks.emplace_back([&, node] { return call.tenant().get(aic::node(in, node.type, node.id), am_request()); });
  }
  const auto answers = co_await ask_all(call, "nodes of the journey", std::move(asks));
  std::vector<NodeRef> gone, stayed, unknown;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& error = answers[i].error;
    const bool is_gone = error && error->status == 404;
    (is_gone ? gone : error ? unknown : stayed).push_back(nodes[i]);
  }
  Json report{{"nodesGone", as_arguments(gone)}, {"nodesStayed", as_arguments(stayed)}};
  if (!unknown.empty()) report["nodesNotChecked"] = as_arguments(unknown);
  co_return report;
}

net::Task<std::vector<std::string>> remove_tree(aic::Tenant& tenant, std::string in, std::string name) {
  std::vector<std::string> notes;
  auto gone = co_await aic::remove_and_look(tenant, aic::tree(in, name), am_request(), am_request());
  if (gone.found_gone) {
    notes.emplace_back("The deletion got no proper answer; reading back, the journey is not there (any more).");
  } else {
    gone.answer.value();
  }
  co_return notes;
}

net::Task<Result> delete_journey(Call& call) {
  const auto in = call[realm];
  const auto name = call[journey_name];
  // Held open so that no other call changes the journey meanwhile (R-WRT-05).
  const auto opened = co_await aic::open(
      call.tenant(),
      {.title = "journey " + name, .target = aic::tree(in, name), .read = am_request(), .write = am_request()});
  aic::need_content(aic::tree(in, name).path(), opened.current());
  const auto found = co_await look_for_users(call, in, name);
  if (auto refusal = refusal_of(found, name, call[force_deletion])) co_return std::move(*refusal);
  auto pages = co_await read_pages(call, in, opened.current());
  const auto nodes = all_nodes({opened.current(), pages.settings});
  auto notes = co_await remove_tree(call.tenant(), in, name);
  Json report{{"success", true}, {"journeyName", name}, {"message", fmt::format("Journey {} is deleted.", name)}};
  report.update(co_await look_after_nodes(call, in, nodes));
  if (!report["nodesStayed"].empty()) notes.emplace_back("deleteJourneyNodes takes nodesStayed as it is.");
  if (!found.themes.empty()) {
    report["linkedThemes"] = found.themes;
    notes.emplace_back("These themes still name the journey in linkedTrees; updateTheme changes that.");
  }
  if (!found.themes_unread.empty()) notes.push_back("Links of themes not checked: " + found.themes_unread);
  for (const auto& page : pages.unread) notes.push_back("What page " + page + " held is not known.");
  co_return done(std::move(report), std::move(notes));
}

}  // namespace

Tool delete_tool() {
  return Tool{
      .name = "deleteJourney",
      .title = "Delete journey",
      .description = "Deletes a journey with its nodes, but never the default one.",
      .scopes = {scope::am, scope::idm},
      .hints = overwrites_idempotently,
      .params = {realm, journey_name, force_deletion},
      .run = delete_journey,
  };
}

}  // namespace tools::journeys
