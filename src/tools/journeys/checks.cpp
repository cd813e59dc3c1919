#include "tools/journeys/checks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/encoding.h"
#include "base/nearest.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/script_outcomes.h"
#include "tools/journeys/tools.h"

namespace tools::journeys {
namespace {

constexpr std::size_t shown_name_bytes = 80;

std::vector<std::string> ids_in(const Json& answer) {
  std::vector<std::string> ids;
  const Json& list = answer.is_object() ? base::member(answer, "result") : answer;
  if (!list.is_array()) return ids;
  for (const Json& entry : list) {
    auto id = entry.is_object() ? base::text_member(entry, entry.contains("id") ? "id" : "_id") : std::string();
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

void refuse_unknown_types(const std::vector<std::string>& known, const Plan& plan, const Stored& stored) {
  std::set<std::string> fine(known.begin(), known.end());
  for (const auto& node : all_nodes(stored)) fine.insert(node.type);
  std::set<std::string> told;
  std::vector<std::string> unknown;
  for (const auto& node : plan.all) {
    if (node.type.empty() || fine.contains(node.type) || !told.insert(node.type).second) continue;
    const auto near = base::nearest_names(node.type, known, 1);
    unknown.push_back(base::printable(node.type, shown_name_bytes) +
                      (near.empty() ? "" : fmt::format(" (similar: {})", near.front())));
  }
  if (unknown.empty()) return;
  base::Error error(base::Errc::invalid_request,
                    fmt::format("The tenant has no node type {}; nothing was written", fmt::join(unknown, ", ")));
  error.next = "Find the node type with listNodeTypes.";
  throw error;
}

// An outcome of a page may go by the id of the child that it comes from: "{child}-{outcome}".
bool is_same_outcome(const Json& node, const std::string& used, const std::string& listed) {
  if (used == listed) return true;
  const Json& children = base::member(base::member(node, "config"), "nodes");
  return std::ranges::any_of(children, [&](const Json& child) {
    const auto prefix = base::text_member(child, "_id") + "-";
    return used == prefix + listed || listed == prefix + used;
  });
}

void compare_outcomes(const std::string& key, const Json& node, const std::vector<std::string>& listed,
                      std::vector<std::string>& doubts) {
  const Json& connections = base::member(node, "connections");
  for (const auto& [used, target] : connections.items()) {
    if (!std::ranges::any_of(listed, [&](const auto& outcome) { return is_same_outcome(node, used, outcome); }))
      doubts.push_back(
          fmt::format("With its settings, node \"{}\" has no outcome \"{}\"; {}.", key, used,
                      listed.empty() ? "it has none" : fmt::format("its outcomes are: {}", fmt::join(listed, ", "))));
  }
  for (const auto& outcome : listed) {
    const auto keys = connections.items();
    if (!std::ranges::any_of(keys, [&](const auto& used) { return is_same_outcome(node, used.key(), outcome); }))
      doubts.push_back(fmt::format("Outcome \"{}\" of node \"{}\" is not connected.", outcome, key));
  }
}

}  // namespace

net::Task<> TenantChecks::ask(std::set<std::string> read_elsewhere) {
  answers_ = co_await ask_all(call_, "checks of the journey", asks(read_elsewhere));
}

std::vector<std::string> TenantChecks::judge(const Stored& stored, const ReadScripts& scripts) {
  const auto types = ids_in(answers_[0].body);
  if (types.empty())
    doubts_.emplace_back("The node types were not checked.");
  else
    refuse_unknown_types(types, plan_, stored);
  for (const auto& node : graph_.nodes) {
    look_at(node, answers_[asked_.at(node.key)]);
    look_at_script(node, scripts);
  }
  if (!unchecked_.empty())
    doubts_.push_back(fmt::format("The outcomes of {} were not checked.", fmt::join(unchecked_, ", ")));
  return std::move(doubts_);
}

const Json& TenantChecks::planned(const GivenNode& node) const {
  return plan_.nodes[plan_.ids[node.key].get<std::string>()];
}

std::vector<Ask> TenantChecks::asks(const std::set<std::string>& read_elsewhere) {
  std::vector<Ask> asks;
  asks.emplace_back([this] {
    return call_.tenant().post(aic::nodes(realm_).query("_action", "getAllTypes"), Json::object(), am_question());
  });
  std::map<std::string, std::size_t> alike;
  for (const auto& node : graph_.nodes) {
    const Json config = bare_config(base::member(planned(node), "config"));
    const auto version = base::text_member(planned(node), "version");
    const auto [at, is_new] =
        alike.try_emplace(fmt::format("{} {} {}", node.type, version, base::print_json(config)), asks.size());
    asked_[node.key] = at->second;
    if (!is_new) continue;
    asks.emplace_back([this, type = node.type, version, config] {
      return ask_type(call_.tenant(), realm_, type, version, "listOutcomes", config);
    });
  }
  for (const auto& node : graph_.nodes) {
    const auto declared = scripted(base::member(planned(node), "config"));
    if (!declared || read_elsewhere.contains(declared->script)) continue;
    if (!asked_scripts_.try_emplace(declared->script, asks.size()).second) continue;
    asks.emplace_back([this, id = declared->script] { return get_script(call_.tenant(), realm_, id); });
  }
  return asks;
}

void TenantChecks::look_at_script(const GivenNode& node, const ReadScripts& scripts) {
  const auto declared = scripted(base::member(planned(node), "config"));
  if (!declared) return;
  const auto key = base::printable(node.key, shown_name_bytes);
  const auto asked = asked_scripts_.find(declared->script);
  const auto& script = asked == asked_scripts_.end() ? scripts.at(declared->script) : answers_[asked->second];
  for (auto& doubt : compare_with_script(key, *declared, script)) doubts_.push_back(std::move(doubt));
}

void TenantChecks::look_at(const GivenNode& node, const Answer& answer) {
  const auto key = base::printable(node.key, shown_name_bytes);
  if (answer.error || !(answer.body.is_array() || base::member(answer.body, "result").is_array()))
    unchecked_.push_back("\"" + key + "\"");
  else
    compare_outcomes(key, planned(node), ids_in(answer.body), doubts_);
}

}  // namespace tools::journeys
