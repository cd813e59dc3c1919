// Deleting a journey, unless something needs it (R-JRN-15, R-ECO-08).
#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/advice.h"
#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/difference.h"
#include "aic/document.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/read.h"
#include "tools/journeys/realm_nodes.h"
#include "tools/journeys/tools.h"
#include "tools/journeys/uses.h"
#include "tools/kit/advice.h"
#include "tools/kit/fan_out.h"
#include "tools/kit/outcome.h"
#include "tools/references/search.h"

namespace tools::journeys {
namespace {

const auto force_deletion = boolean("force",
                                    "Delete the journey even if other journeys use it, administrators sign in with it, "
                                    "or this could not be checked.")
                                .by_default(false);

// What stands against the deletion; `is_default` cannot be forced.
struct Findings {
  bool is_default = false;
  std::vector<std::string> others;
  std::set<std::string> users;
  // Themes that name the journey: told, but no reason to keep it.
  Json themes = Json::array();
  std::string themes_unread;
};

void note_use(Findings& found, const references::Use& use, const std::string& name) {
  if (use.in == "authentication settings" && use.member.ends_with("orgConfig"))
    found.is_default = true;
  else if (use.in == "authentication settings")
    found.others.emplace_back("administrators sign in with it");
  else if (use.in == "theme")
    found.themes.push_back({{"_id", use.id}, {"name", use.name}});
  else if (use.in == "journey" && use.id != name)
    found.users.insert(use.id);
  else if (use.node.id.empty())
    found.others.push_back("used by " + described(use));
}

void note_gap(Findings& found, const references::Gap& gap) {
  const auto& why = gap.error.message;
  if (gap.part == references::Part::themes)
    found.themes_unread = why;
  else if (gap.part == references::Part::nodes)
    found.others.push_back("use inside other journeys not checked: " + why);
  else if (gap.part == references::Part::settings)
    found.others.push_back("the default journey not checked: " + why);
  else
    found.others.push_back(described(gap));
}

Findings sorted(const references::Findings& uses, const std::string& name) {
  Findings found;
  for (const auto& use : uses.uses) note_use(found, use, name);
  if (!found.users.empty())
    found.others.insert(found.others.begin(), fmt::format("used by {}", fmt::join(found.users, ", ")));
  for (const auto& gap : uses.gaps) note_gap(found, gap);
  return found;
}

void refuse_if_used(const Findings& found, const std::string& name, bool force) {
  if (found.is_default)
    throw refusal(nullptr, fmt::format("{} is the realm's default journey; nothing was deleted", name),
                  "Make another journey the default with setDefaultJourney first.");
  if (found.others.empty() || force) return;
  throw refusal({{"findings", found.others}, {"usedBy", found.users}},
                fmt::format("{} was not deleted: {}", name, fmt::join(found.others, "; ")), advice::clear_up_or_force);
}

// A node that stays because something else has it as well.
struct Kept {
  NodeRef node;
  std::vector<std::string> used_by;
};

// The journey's nodes, those inside its pages too (R-JRN-20).
struct OwnNodes {
  std::vector<NodeRef> going;
  std::vector<Kept> kept;
};

// What holds the node besides the journey; what could not be checked counts as used.
std::vector<std::string> others_with(const NodeRef& node, const RealmNodes& known, const Going& going) {
  auto holders = known.holders_of(node, going);
  if (holders.empty() && known.gap) holders.push_back("not checked: " + known.gap->message);
  return holders;
}

void sort_out(OwnNodes& own, std::vector<NodeRef> nodes, const RealmNodes& known, const Going& going) {
  for (auto& node : nodes) {
    auto holders = others_with(node, known, going);
    if (holders.empty())
      own.going.push_back(std::move(node));
    else
      own.kept.push_back({std::move(node), std::move(holders)});
  }
}

// A page that stays keeps what is inside of it.
OwnNodes own_nodes(const Json& tree, const std::string& name, const RealmNodes& known) {
  OwnNodes own;
  Going going{.journey = name};
  sort_out(own, nodes_of(tree), known, going);
  std::vector<NodeRef> children;
  for (const auto& node : own.going) {
    const auto* found = known.find(node);
    if (!found || node.type != page_type) continue;
    going.pages.push_back(node);
    std::ranges::move(children_of(found->settings), std::back_inserter(children));
  }
  sort_out(own, std::move(children), known, going);
  return own;
}

Json as_json(const std::vector<Kept>& kept) {
  Json list = Json::array();
  for (const auto& [node, used_by] : kept) {
    list.push_back(as_argument(node));
    list.back()["usedBy"] = used_by;
  }
  return list;
}

// A list of the realm's journeys without this one would not have shown who else has its nodes either (R-WRT-16).
std::optional<base::Error> need_journey_in(RealmNodes& known, const std::string& name) {
  const bool is_there =
      std::ranges::any_of(known.trees, [&](const Json& tree) { return base::text_member(tree, "_id") == name; });
  if (is_there || known.gap) return std::nullopt;
  known.gap = base::Error(base::Errc::transient,
                          fmt::format("The tenant's list of journeys does not contain {}, which exists", name));
  return known.gap;
}

base::Error nodes_changed_hands(const std::string& name) {
  base::Error error(
      base::Errc::conflict,
      fmt::format("Other journeys or pages started or stopped using nodes of {} in the meantime; nothing was deleted",
                  name));
  error.next = "Call deleteJourney again.";
  return error;
}

base::Error changed_meanwhile(const std::string& name, const std::vector<aic::Pointer>& places) {
  base::Error error(base::Errc::conflict,
                    fmt::format("Somebody else changed journey {} in the meantime, at {}; nothing was deleted", name,
                                aic::describe(places)));
  error.next = aic::advice::read_again;
  return error;
}

// Takes all nodes out of the journey, so that its deletion leaves them alone: the tenant deletes the nodes that a
// journey holds then, whoever else has them.
net::Task<> take_nodes_out(aic::OpenDocument& opened, std::string name, aic::LookAgain look_again) {
  // What is going to be deleted has to be what was found (R-WRT-03): nothing of somebody else's is carried along.
  const auto without_nodes = [found = opened.current(), name](const Json& now) -> std::optional<aic::Edit> {
    if (const auto places = aic::differences(found, now); !places.empty()) throw changed_meanwhile(name, places);
    Json after = now;
    after.erase("_rev");
    after["nodes"] = Json::object();
    after["entryNodeId"] = failure_end;
    return aic::Edit{.after = std::move(after)};
  };
  const auto bears_additions = [](const Json&, const Json&, const Json& stored) -> std::optional<base::Error> {
    if (base::member(stored, "nodes").empty()) return std::nullopt;
    return base::Error(base::Errc::partial, "The journey still contains nodes; it was not deleted");
  };
  co_await opened.save(without_nodes, bears_additions, {}, std::move(look_again));
}

// Deletes those of the journey's nodes that are left, and tells which are gone (R-JRN-15).
net::Task<Json> clear_up(Call& call, std::string in, std::vector<NodeRef> nodes, KnownUses uses) {
  std::vector<Ask> asks;
  asks.reserve(nodes.size());
  for (const auto& node : nodes) asks.emplace_back([&, node] { return get_node(call.tenant(), in, node); });
  const auto answers = co_await ask_all(call, "nodes of the journey", std::move(asks));
  std::vector<NodeRef> gone, left, stayed, unknown;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& error = answers[i].error;
    (error && is_missing(*error) ? gone : error ? unknown : left).push_back(nodes[i]);
  }
  // A page that stays keeps what is inside of it.
  std::ranges::copy_if(gone, std::back_inserter(uses.going.pages),
                       [](const NodeRef& node) { return node.type == page_type; });
  for (const auto& deletion : co_await delete_nodes(call, in, std::move(left), false, std::move(uses)))
    (deletion.deleted ? gone : is_open(deletion) ? unknown : stayed).push_back(deletion.node);
  Json report{{"nodesGone", as_arguments(gone)}, {"nodesStayed", as_arguments(stayed)}};
  if (!unknown.empty()) report["nodesNotChecked"] = as_arguments(unknown);
  co_return report;
}

net::Task<std::vector<std::string>> remove_tree(aic::OpenDocument& tree, std::string name, bool is_empty,
                                                aic::LookAgain look_again) {
  std::vector<std::string> notes;
  std::optional<base::Error> failure;
  try {
    auto gone = co_await tree.remove(std::move(look_again));
    if (!gone.found_gone)
      gone.answer.value();
    else
      notes.push_back(aic::found_after_all(gone.answer.error()));
  } catch (const base::Error& error) {
    failure = error;
  }
  if (!failure) co_return notes;
  if (is_empty) {
    failure->code = base::Errc::partial;
    failure->message = fmt::format(
        "The nodes were removed from {}, but it {}: {}", name,
        failure->may_have_happened ? "is not known whether it was deleted" : "could not be deleted", failure->message);
    failure->done = Json::array({"nodes removed from journey " + name});
    failure->next = "Call deleteJourney again. All its nodes still exist.";
  }
  throw std::move(*failure);
}

// Members of a tree that are no settings of the journey.
constexpr std::array<std::string_view, 3> no_settings = {"_id", "_rev", "_type"};

// The journey as createJourney takes it, with what that does not take besides.
Json as_deleted(const Json& tree, const std::string& name, const RealmNodes& known, std::vector<std::string>& notes) {
  Journey journey{.tree = tree};
  std::size_t unread = 0;
  const auto take = [&](const std::vector<NodeRef>& nodes) {
    for (const auto& node : nodes) {
      const auto* found = known.find(node);
      if (found)
        journey.configs[node.id] = found->settings;
      else
        ++unread;
    }
  };
  const auto nodes = nodes_of(tree);
  take(nodes);
  for (const auto& node : nodes) {
    if (node.type == page_type) take(children_of(base::member(journey.configs, node.id)));
  }
  if (unread > 0)
    notes.push_back(fmt::format("deleted lacks the settings of {} nodes, which the tenant did not show.", unread));
  if (const auto left_out = settings_left_out(tree); !left_out.empty())
    notes.push_back(
        fmt::format("createJourney does not take {}. After restoring, set it in the administration console.",
                    fmt::join(left_out, ", ")));
  const Json data = editable(journey);
  Json deleted{{"journeyName", name}};
  // What createJourney does not take.
  for (const auto& [member, value] : tree.items()) {
    const bool is_told = data.contains(member) || base::is_blank(value);
    if (!is_told && std::ranges::find(no_settings, member) == no_settings.end()) deleted[member] = value;
  }
  deleted["journeyData"] = data;
  return deleted;
}

Outcome report_on(const std::string& name, const OwnNodes& own, const Findings& found, std::vector<std::string> notes) {
  Outcome outcome{.message = fmt::format(
                      "Journey {} was deleted. createJourney can restore it from deleted, except for secrets.", name),
                  .id = name};
  if (!own.kept.empty()) {
    outcome.about["nodesKept"] = as_json(own.kept);
    notes.push_back(
        fmt::format("{} of its nodes stay because other journeys or pages use them (nodesKept).", own.kept.size()));
  }
  if (!found.themes.empty()) {
    outcome.about["linkedThemes"] = found.themes;
    notes.emplace_back(
        "The themes in linkedThemes still list the journey in linkedTrees; change that with updateTheme.");
  }
  if (!found.themes_unread.empty()) notes.push_back("Links of themes were not checked: " + found.themes_unread);
  outcome.notes = std::move(notes);
  return outcome;
}

// Held open so that no other call changes the journey meanwhile (R-WRT-05).
net::Task<aic::OpenDocument> open_tree(Call& call, std::string in, std::string name) {
  auto opened = co_await aic::open(
      call.tenant(),
      {.title = "journey " + name, .target = aic::tree(in, name), .read = am_request(), .write = am_request()});
  aic::need_content(aic::tree(in, name).path(), opened.current());
  co_return std::move(opened);
}

net::Task<Result> delete_journey(Call& call) {
  const auto in = call[realm];
  const auto name = call[journey_name];
  KnownUses uses{.nodes = {}, .going = {.journey = name}};
  Findings found;
  const auto look = [&]() -> net::Task<> {
    uses.looked_since = call.tenant().waits();
    auto users = co_await references::search(call, {.kind = references::Kind::journey, .realm = in, .id = name});
    if (auto gap = need_journey_in(users.nodes, name))
      users.gaps.push_back({references::Part::nodes, in, std::move(*gap)});
    found = sorted(users, name);
    uses.nodes = std::move(users.nodes);
    refuse_if_used(found, name, call[force_deletion]);
  };
  auto opened = co_await aic::open_beside(call.tenant(), open_tree(call, in, name), look());
  const Json tree = opened.current();
  const auto own = own_nodes(tree, name, uses.nodes);
  const auto look_again = [&]() -> net::Task<> {
    co_await look();
    if (own_nodes(tree, name, uses.nodes).going != own.going) throw nodes_changed_hands(name);
  };
  if (!own.kept.empty()) co_await take_nodes_out(opened, name, look_again);
  auto notes = co_await remove_tree(opened, name, !own.kept.empty(), look_again);
  auto deleted = as_deleted(tree, name, uses.nodes, notes);
  auto outcome = report_on(name, own, found, std::move(notes));
  outcome.about.update(co_await clear_up(call, in, own.going, std::move(uses)));
  if (!outcome.about["nodesStayed"].empty())
    outcome.notes.emplace_back("Pass nodesStayed to deleteJourneyNodes to delete them.");
  outcome.deleted = std::move(deleted);
  co_return told(std::move(outcome));
}

const std::vector<Tool> removal_tools{
    {
        .name = "deleteJourney",
        .title = "Delete journey",
        .description =
            "Deletes a journey and those of its nodes that nothing else uses. Never deletes the default journey, and "
            "without force no journey that others use. Returns what was deleted.",
        .scopes = {scope::am, scope::idm},
        .hints = overwrites_idempotently,
        .params = {realm, journey_name, force_deletion},
        .run = delete_journey,
    },
};

}  // namespace

std::span<const Tool> removal() {
  return removal_tools;
}

}  // namespace tools::journeys
