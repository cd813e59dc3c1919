#include "tools/journeys/list.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "base/nearest.h"
#include "base/text.h"
#include "tools/journeys/graph.h"
#include "tools/journeys/node_access.h"
#include "tools/journeys/tools.h"

namespace tools::journeys {
namespace {

// What is asked of a journey.
constexpr std::string_view listed_fields = "_id,description,enabled,innerTreeOnly,entryNodeId,nodes";
constexpr std::string_view inner_journey_type = "InnerTreeEvaluatorNode";
constexpr std::size_t longest_description = 200;  // characters
constexpr std::size_t most_versions_listed = 3;   // of one type
constexpr std::size_t most_named = 5;             // journeys in a note

std::set<std::string> versions_of(std::string_view type, const Json& trees) {
  std::set<std::string> versions;
  for (const Json& tree : base::member(trees, "result")) {
    for (const auto& node : nodes_of(tree)) {
      if (node.type == type) versions.insert(node.version.empty() ? "1.0" : node.version);
    }
  }
  return versions;
}

void ask_for(Call& call, const std::string& realm, std::string_view type, const std::set<std::string>& versions,
             std::vector<Ask>& asks) {
  std::size_t asked = 0;
  for (const auto& version : versions) {
    if (asked++ == most_versions_listed) return;
    asks.emplace_back([&call, realm, type = std::string(type), version] {
      // The path without version is that of version 1.0 on every tenant.
      return list_nodes(call.tenant(), realm, type, version == "1.0" ? std::string() : version);
    });
  }
}

void take_inner(const Answer& answer, Lists& lists) {
  if (const auto& error = answer.error) lists.inner_gap = error->message;
  for (const Json& node : base::member(answer.body, "result")) lists.inner.push_back(node);
}

void take_pages(const Answer& answer, Lists& lists) {
  if (const auto& error = answer.error) lists.pages_gap = error->message;
  for (const Json& page : base::member(answer.body, "result")) {
    if (const auto id = base::text_member(page, "_id"); !id.empty()) lists.pages[id] = page;
  }
}

// What the trees tell to be needed besides: inner journeys' nodes of other versions, and pages where they are wanted.
net::Task<> read_more(Call& call, std::string realm, bool with_pages, Lists& lists) {
  auto inner = versions_of(inner_journey_type, lists.trees.body);
  inner.erase("1.0");  // read already
  const auto pages = with_pages ? versions_of(page_type, lists.trees.body) : std::set<std::string>();
  if (pages.size() > most_versions_listed) lists.pages_gap = "there are too many versions of pages";
  std::vector<Ask> asks;
  ask_for(call, realm, inner_journey_type, inner, asks);
  const auto of_inner = asks.size();
  ask_for(call, realm, page_type, pages, asks);
  const auto answers = co_await ask_all(call, "lists of nodes", std::move(asks));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i < of_inner)
      take_inner(answers[i], lists);
    else
      take_pages(answers[i], lists);
  }
}

const Json& nodes_in(const Json& tree) {
  static const Json none = Json::object();
  const Json& nodes = base::member(tree, "nodes");
  return nodes.is_object() ? nodes : none;
}

bool has_type(const Json& tree, const std::string& type, const Json& pages) {
  return std::ranges::any_of(nodes_of(tree), [&](const NodeRef& node) {
    if (node.type == type) return true;
    const auto children = children_of(base::member(pages, node.id));
    return std::ranges::find(children, type, &NodeRef::type) != children.end();
  });
}

std::string cut_description(const std::string& text) {
  std::size_t end = 0;
  for (std::size_t kept = 0; end < text.size(); ++end) {
    const bool starts_character = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (starts_character && ++kept > longest_description) break;
  }
  return text.substr(0, end) + "…";
}

// Makes the entries, and remembers what cannot be told of them.
class Entries {
 public:
  Entries(const Lists& lists, const Wanted& wanted) : wanted_(wanted) {
    default_ = base::text_member(base::member(lists.settings.body, "core"), "orgConfig");
    inner_gap_ = lists.inner_gap;
    for (const Json& node : lists.inner) inner_[base::text_member(node, "_id")] = base::text_member(node, "tree");
  }

  Json entry(const Json& tree) {
    const auto name = base::text_member(tree, "_id");
    Json out{{"name", name}};
    add_description(out, tree);
    if (base::is_false(base::member(tree, "enabled"))) out["enabled"] = false;
    if (base::is_true(base::member(tree, "innerTreeOnly"))) out["innerTreeOnly"] = true;
    add_entry_node(out, tree);
    add_nodes(out, tree);
    if (!default_.empty() && name == default_) out["default"] = true;
    if (wanted_.with_nodes) {
      out["entryNodeId"] = base::member(tree, "entryNodeId");
      out["nodes"] = base::member(tree, "nodes");
    }
    return out;
  }

  void tell(std::vector<std::string>& notes) const {
    if (shortened_ > 0)
      notes.push_back(
          fmt::format("Shortened: {} after {} characters; getJourney returns {}.",
                      shortened_ == 1 ? "one description ends" : fmt::format("{} descriptions end", shortened_),
                      longest_description, shortened_ == 1 ? "it" : "them"));
    if (!without_entry_.empty())
      notes.push_back(fmt::format("The entry node is not among the nodes of {}.", named(without_entry_)));
    if (!inner_unknown_.empty())
      notes.push_back(
          fmt::format("innerJourneys {} for {}; getJourney shows their inner journeys.",
                      inner_gap_.empty() ? "may be incomplete" : fmt::format("could not be read ({})", inner_gap_),
                      named(inner_unknown_)));
  }

 private:
  static std::string named(const std::vector<std::string>& names) {
    const auto shown = std::min(names.size(), most_named);
    std::string text;
    for (std::size_t i = 0; i < shown; ++i)
      text += (i == 0 ? "" : ", ") + base::print_json(base::printable(names[i], 100));
    if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
    return text;
  }

  void add_description(Json& out, const Json& tree) {
    const auto text = base::text_member(tree, "description");
    if (text.empty()) return;
    if (characters(text) > longest_description) {
      out["description"] = cut_description(text);
      ++shortened_;
    } else {
      out["description"] = text;
    }
  }

  void add_entry_node(Json& out, const Json& tree) {
    const auto id = base::text_member(tree, "entryNodeId");
    const Json& node = base::member(nodes_in(tree), id);
    if (node.is_null()) {
      if (!nodes_in(tree).empty()) without_entry_.push_back(base::text_member(tree, "_id"));
      return;
    }
    const auto type = base::text_member(node, "nodeType", id);
    const auto name = base::text_member(node, "displayName");
    out["entryNode"] = name.empty() ? type : name;
  }

  void add_nodes(Json& out, const Json& tree) {
    std::vector<std::pair<std::string, std::size_t>> types;
    Json inner = Json::array();
    bool all_known = true;
    for (const auto& [id, node] : nodes_in(tree).items()) {
      const auto type = base::text_member(node, "nodeType", "?");
      const auto known = std::ranges::find(types, type, &std::pair<std::string, std::size_t>::first);
      if (known == types.end())
        types.emplace_back(type, 1);
      else
        ++known->second;
      if (type != inner_journey_type) continue;
      const auto runs = inner_.find(id);
      if (runs == inner_.end() || runs->second.empty())
        all_known = false;
      else if (!base::lists_text(inner, runs->second))
        inner.push_back(runs->second);
    }
    out["nodeCount"] = nodes_in(tree).size();
    if (!types.empty()) {
      Json& counts = out["nodeTypes"] = Json::object();
      for (auto& [type, count] : types) base::append_member(counts, type, count);
    }
    if (!inner.empty()) out["innerJourneys"] = std::move(inner);
    if (!all_known) inner_unknown_.push_back(base::text_member(tree, "_id"));
  }

  const Wanted& wanted_;
  std::string default_;
  std::map<std::string, std::string> inner_;  // node id → journey
  std::string inner_gap_;                     // why they could not be read
  std::size_t shortened_ = 0;
  std::vector<std::string> without_entry_, inner_unknown_;
};

std::string nearest_type(const Json& trees, const std::string& type) {
  std::set<std::string> types;
  for (const Json& tree : trees) {
    for (const auto& node : nodes_of(tree)) types.insert(node.type);
  }
  if (types.contains(type)) return "";
  const std::vector<std::string> known(types.begin(), types.end());
  const auto near = base::nearest_names(type, known, 1);
  if (!near.empty()) return fmt::format(" Did you mean {}?", near.front());
  return " No journey has a node of this type; listNodeTypes shows the types.";
}

}  // namespace

net::Task<Lists> read_lists(Call& call, std::string realm, bool with_pages) {
  auto& tenant = call.tenant();
  std::vector<Ask> asks;
  asks.emplace_back([&] {
    auto target = aic::with_query(aic::trees(realm), {.page_size = -1, .fields = std::string(listed_fields)});
    return tenant.get(std::move(target), am_request());
  });
  asks.emplace_back(
      [&] { return tenant.get(aic::realm_authentication(realm), am_request(aic::realm_authentication_headers())); });
  asks.emplace_back([&] { return list_nodes(tenant, realm, std::string(inner_journey_type), {}); });
  auto answers = co_await ask_all(call, "lists", std::move(asks));
  Lists lists{.trees = std::move(answers[0]), .settings = std::move(answers[1])};
  take_inner(answers[2], lists);
  if (!lists.trees.error)
    lists.trees.error = aic::missing_content(aic::trees(realm).path(), lists.trees.body, "result", "_id");
  need_body(lists.settings, aic::realm_authentication(realm).path());
  if (!lists.trees.error) co_await read_more(call, realm, with_pages, lists);
  co_return lists;
}

Result shown_list(const Lists& lists, const Wanted& wanted) {
  const Json& trees = base::member(lists.trees.body, "result");
  const auto part = base::lower_case(wanted.name_part);
  Entries entries(lists, wanted);
  Json shown = Json::array();
  std::size_t all = 0;
  for (const Json& tree : trees) {
    ++all;
    if (base::lower_case(base::text_member(tree, "_id")).find(part) == std::string::npos) continue;
    if (!wanted.node_type.empty() && !has_type(tree, wanted.node_type, lists.pages)) continue;
    shown.push_back(entries.entry(tree));
  }
  auto result = done({{"resultCount", shown.size()}});
  const Json& name = base::member(base::member(lists.settings.body, "core"), "orgConfig");
  result.value["defaultJourney"] = name.is_string() ? name : Json(nullptr);
  if (lists.settings.error) result.value["defaultJourneyError"] = failed_entry(*lists.settings.error);
  const bool is_filtered = !part.empty() || !wanted.node_type.empty();
  if (is_filtered)
    result.notes.push_back(fmt::format(
        "{} of {} journeys match.{}", shown.size(), all,
        shown.empty() && !wanted.node_type.empty() ? nearest_type(trees, wanted.node_type) : std::string()));
  if (!lists.pages_gap.empty())
    result.notes.push_back(fmt::format("Not all nodes inside pages were searched for this type: {}.", lists.pages_gap));
  entries.tell(result.notes);
  result.value["result"] = std::move(shown);
  constexpr auto* fewer = "call again with \"nameContains\" for fewer journeys";
  result.trims = {leave_out_of_entries("/result", "nodes", "getJourney shows them"),
                  leave_out_of_entries("/result", "nodeTypes", fewer),
                  leave_out_of_entries("/result", "description", fewer), keep_only("/result", "name", fewer),
                  cut_list("/result", "name", fewer)};
  return result;
}

}  // namespace tools::journeys
