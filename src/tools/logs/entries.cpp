#include "tools/logs/entries.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "aic/pointer.h"

namespace tools::logs {
namespace {

std::string key_of(const Json& value) {
  return base::is_number(value) ? base::number_key(value) : base::print_json(value);
}

}  // namespace

Fields::Fields(const std::vector<std::string>& pointers) {
  tree_.is_whole = pointers.empty();
  for (const auto& pointer : pointers) {
    Tree* tree = &tree_;
    for (const auto& token : aic::Pointer::parse(pointer).tokens()) tree = &tree->below[token];
    tree->is_whole = true;
  }
}

Json Fields::keep(Json entry) {
  any_entry_ = true;
  return keep(std::move(entry), tree_).value_or(Json::object());
}

std::vector<std::string> Fields::unmet() const {
  std::vector<std::string> unmet;
  if (any_entry_) add_unmet(tree_, aic::Pointer(), unmet);
  return unmet;
}

void Fields::add_unmet(const Tree& tree, const aic::Pointer& at, std::vector<std::string>& unmet) {
  if (tree.is_whole && !tree.is_met) unmet.push_back(at.str());
  if (tree.is_whole) return;
  for (const auto& [name, below] : tree.below) add_unmet(below, at / name, unmet);
}

std::optional<Json> Fields::keep(Json value, Tree& tree) {
  tree.is_met = true;
  if (tree.is_whole) return value;
  if (!value.is_structured()) return std::nullopt;
  Json kept = value.is_array() ? Json::array() : Json::object();
  const auto find = [&](const std::string& name) { return tree.below.find(name); };
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto named = find(std::to_string(i));
      if (named == tree.below.end()) continue;
      if (auto part = keep(std::move(value[i]), named->second)) kept.push_back(*std::move(part));
    }
  } else {
    for (auto& [name, member] : value.items()) {
      const auto named = find(name);
      if (named == tree.below.end()) continue;
      if (auto part = keep(std::move(member), named->second)) base::append_member(kept, name, *std::move(part));
    }
  }
  if (kept.empty()) return std::nullopt;
  return kept;
}

void Counts::add(const Json* value) {
  ++entries_;
  if (!value) {
    ++without_;
    return;
  }
  const auto [count, is_new] = counts_.try_emplace(key_of(*value));
  if (is_new) count->second.value = *value;
  ++count->second.entries;
}

Json Counts::list() const {
  std::vector<std::pair<std::string_view, const Count*>> order;
  order.reserve(counts_.size());
  for (const auto& [key, count] : counts_) order.emplace_back(key, &count);
  std::ranges::sort(order, [](const auto& one, const auto& other) {
    return std::tie(other.second->entries, one.first) < std::tie(one.second->entries, other.first);
  });
  Json list = Json::array();
  for (const auto& [key, count] : order) list.push_back({{"value", count->value}, {"count", count->entries}});
  return list;
}

}  // namespace tools::logs
