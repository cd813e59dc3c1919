#include "aic/difference.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"

namespace aic {
namespace {

using base::Json;

constexpr std::size_t described_places = 8;
constexpr std::size_t longest_place = 200;

struct KeyedEntries {
  std::vector<std::string> order;
  std::map<std::string, const Json*> by_key;
};

// The entries by the value of that member, or nothing when one lacks it or two share it.
std::optional<KeyedEntries> keyed_by(const Json& list, std::string_view member) {
  KeyedEntries entries;
  for (const Json& entry : list) {
    const auto key = base::text_member(entry, member);
    if (key.empty() || !entries.by_key.emplace(key, &entry).second) return std::nullopt;
    entries.order.push_back(key);
  }
  return entries;
}

class Comparison {
 public:
  void compare(const Json& left, const Json& right, const Pointer& at) {
    if (base::same_value(left, right)) return;
    if (left.is_object() && right.is_object()) return compare_objects(left, right, at);
    if (left.is_array() && right.is_array()) return compare_lists(left, right, at);
    places.push_back(at);
  }

  std::vector<Pointer> places;

 private:
  void compare_objects(const Json& left, const Json& right, const Pointer& at) {
    for (const auto& [name, value] : left.items()) {
      if (is_revision(name, at)) continue;
      const auto other = right.find(name);
      if (other == right.end())
        places.push_back(at / name);
      else
        compare(value, *other, at / name);
    }
    for (const auto& [name, value] : right.items()) {
      if (!is_revision(name, at) && !left.contains(name)) places.push_back(at / name);
    }
  }

  void compare_lists(const Json& left, const Json& right, const Pointer& at) {
    for (const std::string_view member : {"_id", "name"}) {
      const auto before = keyed_by(left, member);
      const auto after = keyed_by(right, member);
      if (before && after) return compare_entries(*before, *after, at);
    }
    if (!base::same_value(left, right)) places.push_back(at);
  }

  void compare_entries(const KeyedEntries& left, const KeyedEntries& right, const Pointer& at) {
    std::vector<std::string> common_left, common_right;
    for (const auto& key : left.order) {
      const auto other = right.by_key.find(key);
      if (other == right.by_key.end()) {
        places.push_back(at / key);
        continue;
      }
      common_left.push_back(key);
      compare(*left.by_key.at(key), *other->second, at / key);
    }
    for (const auto& key : right.order) {
      if (left.by_key.contains(key))
        common_right.push_back(key);
      else
        places.push_back(at / key);
    }
    if (common_left != common_right) places.push_back(at);
  }

  static bool is_revision(const std::string& name, const Pointer& at) { return at.is_root() && name == "_rev"; }
};

}  // namespace

std::vector<Pointer> differences(const Json& left, const Json& right) {
  Comparison comparison;
  comparison.compare(left, right, Pointer());
  return std::move(comparison.places);
}

bool overlap(const std::vector<Pointer>& left, const std::vector<Pointer>& right) {
  return std::ranges::any_of(left, [&](const Pointer& one) {
    return std::ranges::any_of(right, [&](const Pointer& other) { return one.overlaps(other); });
  });
}

std::string describe(const std::vector<Pointer>& places) {
  std::string text;
  for (std::size_t i = 0; i < std::min(places.size(), described_places); ++i) {
    const auto place = places[i].is_root() ? "the whole document" : places[i].str();
    text += (i == 0 ? "" : ", ") + base::printable(place, longest_place);
  }
  if (places.size() > described_places) text += fmt::format(" and {} more", places.size() - described_places);
  return text;
}

}  // namespace aic
