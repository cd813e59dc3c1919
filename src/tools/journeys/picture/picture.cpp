#include "tools/journeys/picture/picture.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"
#include "tools/journeys/graph.h"

namespace tools::journeys {
namespace {

using Leads = PictureOutcome::Leads;

constexpr std::size_t longest_label = 120;  // bytes

// Characters that turn the reading direction around or take no room: a name must not rearrange its neighbours.
bool is_unseen(std::string_view character) {
  static constexpr std::string_view unseen[] = {"\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b",
                                                "\u202c", "\u202d", "\u202e", "\u2028", "\u2029", "\u2060", "\u2066",
                                                "\u2067", "\u2068", "\u2069", "\ufeff", "\ufffe", "\uffff", "\u061c"};
  return std::ranges::find(unseen, character) != std::end(unseen);
}

std::size_t length_of_character(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string label(std::string_view text) {
  const std::string line = base::printable(text, longest_label);
  std::string out;
  for (std::size_t i = 0; i < line.size(); i += length_of_character(line[i])) {
    const auto character = std::string_view(line).substr(i, length_of_character(line[i]));
    if (!is_unseen(character)) out += character;
  }
  return out;
}

std::string name_or(const Json& node, const std::string& type) {
  auto name = label(base::text_member(node, "displayName"));
  return name.empty() ? type : name;
}

// Since version 2.0 a page's outcomes begin with the id of the child that they are of.
std::string outcome_name(std::string_view outcome, const Json& page) {
  const Json& children = base::member(page, "nodes");
  if (!children.is_array()) return label(outcome);
  for (const Json& child : children) {
    const auto prefix = base::text_member(child, "_id") + "-";
    if (prefix.size() > 1 && outcome.size() > prefix.size() && outcome.starts_with(prefix))
      return label(outcome.substr(prefix.size()));
  }
  return label(outcome);
}

PictureOutcome outcome_of(std::string name, const Json& target, const std::map<std::string, std::size_t>& index) {
  PictureOutcome outcome{.name = std::move(name)};
  if (!target.is_string()) return outcome;
  const auto& id = target.get_ref<const std::string&>();
  if (id == success_end) outcome.leads = Leads::to_success;
  if (id == failure_end) outcome.leads = Leads::to_failure;
  if (const auto found = index.find(id); found != index.end()) {
    outcome.leads = Leads::to_node;
    outcome.to = found->second;
  }
  return outcome;
}

std::vector<PictureChild> children_in(const Json& page) {
  std::vector<PictureChild> children;
  const Json& list = base::member(page, "nodes");
  if (!list.is_array()) return children;
  for (const Json& child : list) {
    const auto type = label(base::text_member(child, "nodeType", "?"));
    children.push_back({.name = name_or(child, type), .type = type});
  }
  return children;
}

PictureNode node_of(const std::string& id, const Json& node, const Json& page,
                    const std::map<std::string, std::size_t>& index) {
  const auto type = label(base::text_member(node, "nodeType", "?"));
  PictureNode out{.id = id, .name = name_or(node, type), .type = type, .children = children_in(page)};
  const Json& connections = base::member(node, "connections");
  if (!connections.is_object()) return out;
  for (const auto& [outcome, target] : connections.items())
    out.outcomes.push_back(outcome_of(outcome_name(outcome, page), target, index));
  return out;
}

bool may_stand_in_mermaid(char c) {
  constexpr std::string_view plain = " _,()!?/='-.";
  return base::is_letter_or_digit(c) || plain.contains(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Mermaid reads quotes, directives, markup, icons and lists inside labels, too; #n; is its way to write a character.
std::string mermaid_text(std::string_view text) {
  const auto list_mark = text.find_first_not_of("0123456789 ");
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_list = i == list_mark && (text[i] == '.' || text[i] == '-' || text[i] == ')');
    if (may_stand_in_mermaid(text[i]) && !starts_list)
      out += text[i];
    else
      fmt::format_to(std::back_inserter(out), "#{};", static_cast<int>(text[i]));
  }
  return out.empty() ? " " : out;
}

std::string mermaid_label(const std::string& name, const std::string& type) {
  return name == type ? mermaid_text(name) : mermaid_text(name) + "<br/>" + mermaid_text(type);
}

void draw_mermaid_node(std::string& out, const PictureNode& node, std::size_t number) {
  fmt::format_to(std::back_inserter(out), "  n{}[\"{}", number, mermaid_label(node.name, node.type));
  for (const auto& child : node.children)
    fmt::format_to(std::back_inserter(out), "<br/>• {} ({})", mermaid_text(child.name), mermaid_text(child.type));
  out += "\"]\n";
}

std::string mermaid_target(const PictureOutcome& outcome) {
  switch (outcome.leads) {
    case Leads::to_node:
      return fmt::format("n{}", outcome.to + 1);
    case Leads::to_success:
      return "success";
    case Leads::to_failure:
      return "failure";
    case Leads::nowhere:
      break;
  }
  return "nowhere";
}

// Outcomes that lead to the same place share an arrow.
void draw_mermaid_arrows(std::string& out, const PictureNode& node, std::size_t number) {
  std::vector<std::pair<std::string, std::string>> arrows;
  for (const auto& outcome : node.outcomes) {
    const auto target = mermaid_target(outcome);
    const auto same = std::ranges::find(arrows, target, &std::pair<std::string, std::string>::first);
    if (same == arrows.end())
      arrows.emplace_back(target, outcome.name);
    else
      same->second += ", " + outcome.name;
  }
  for (const auto& [target, names] : arrows)
    fmt::format_to(std::back_inserter(out), "  n{} -->|\"{}\"| {}\n", number, mermaid_text(names), target);
}

bool leads_anywhere(const Picture& picture, Leads leads) {
  return std::ranges::any_of(picture.nodes, [&](const PictureNode& node) {
    return std::ranges::find(node.outcomes, leads, &PictureOutcome::leads) != node.outcomes.end();
  });
}

}  // namespace

Picture picture_of(const Json& tree, const Json& pages) {
  Picture picture{.title = label(base::text_member(tree, "_id"))};
  const Json& nodes = base::member(tree, "nodes");
  if (!nodes.is_object()) return picture;
  std::map<std::string, std::size_t> index;
  for (const auto& [id, node] : nodes.items()) index.emplace(id, index.size());
  for (const auto& [id, node] : nodes.items()) {
    picture.nodes.push_back(node_of(id, node, base::member(pages, id), index));
  }
  const auto entry = index.find(base::text_member(tree, "entryNodeId"));
  if (entry != index.end()) picture.entry = entry->second;
  return picture;
}

std::string mermaid(const Picture& picture) {
  std::string out = "flowchart LR\n";
  if (picture.entry) out += fmt::format("  start([\"Start\"]) --> n{}\n", *picture.entry + 1);
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) draw_mermaid_node(out, picture.nodes[i], i + 1);
  if (leads_anywhere(picture, Leads::to_success)) out += "  success([\"Success\"])\n";
  if (leads_anywhere(picture, Leads::to_failure)) out += "  failure([\"Failure\"])\n";
  if (leads_anywhere(picture, Leads::nowhere)) out += "  nowhere([\"Missing node\"])\n";
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) draw_mermaid_arrows(out, picture.nodes[i], i + 1);
  return out;
}

}  // namespace tools::journeys
