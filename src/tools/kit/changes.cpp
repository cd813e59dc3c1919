#include "tools/kit/changes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "aic/pointer.h"
#include "tools/kit/secrets.h"
#include "tools/kit/trim.h"

namespace tools {
namespace {

using aic::Pointer;

// What names the entries of a list, the best first.
constexpr std::array<std::string_view, 4> identities = {"_id", "name", "id", "_ref"};
// Who made or changed a document and when: at its top or in its `meta`.
constexpr std::array<std::string_view, 10> of_the_change = {
    "lastModifiedDate", "lastModifiedBy",  "lastModified", "lastChangeDate", "lastChangedBy",
    "lastChanged",      "modifyTimestamp", "createdBy",    "creationDate",   "createTimestamp"};
// A list without identities is shown whole up to this many characters.
constexpr std::size_t short_list = 200;
// What is shown of a long text before and after the part that changed.
constexpr std::size_t shown_around = 60;

constexpr std::string_view secret_note = "(secret) changed";
constexpr std::string_view order_note = "the order changed";

bool is_of_the_change(std::string_view name, const Pointer& at, const ChangeForm& form) {
  if (form.with_origin) return name == "_rev" && at.tokens().empty();
  if (name == "_rev") return true;
  const auto& tokens = at.tokens();
  const bool is_metadata = tokens.empty() || (tokens.size() == 1 && (tokens[0] == "meta" || tokens[0] == "_meta"));
  return is_metadata && std::ranges::find(of_the_change, name) != of_the_change.end();
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// The place in the text, moved to the beginning of its character.
std::size_t aligned(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && continues_character(text[at])) --at;
  return at;
}

std::size_t back(std::string_view text, std::size_t at, std::size_t bytes) {
  return aligned(text, at - std::min(at, bytes));
}

// Part of a text, and how much of it is missing on both sides.
std::string part(std::string_view text, std::size_t begin, std::size_t end, std::size_t longest) {
  const auto kept = aligned(text, std::min(end, begin + longest));
  std::string shown;
  if (begin > 0) shown += left_out_text(characters(text.substr(0, begin)));
  shown += text.substr(begin, kept - begin);
  if (kept < text.size()) shown += left_out_text(characters(text.substr(kept)));
  return shown;
}

std::string shortened(std::string_view text, std::size_t longest) {
  return characters(text) <= longest ? std::string(text) : part(text, 0, text.size(), longest);
}

// Two versions of a text: whole, or where one is long, the part in which they differ.
std::pair<std::string, std::string> versions(const std::string& left, const std::string& right, std::size_t longest) {
  if (characters(left) <= longest && characters(right) <= longest) return {left, right};
  const auto shorter = std::min(left.size(), right.size());
  const auto first = static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
  std::size_t same_end = 0;
  while (same_end < shorter - first && left[left.size() - 1 - same_end] == right[right.size() - 1 - same_end])
    ++same_end;
  const auto begin = back(left, first, shown_around);
  const auto tail = same_end - std::min(same_end, shown_around);
  return {part(left, begin, left.size() - tail, longest), part(right, begin, right.size() - tail, longest)};
}

// A value in one of the documents, and the same with its secrets hidden; none where the document has no such place.
struct Side {
  const Json* stored = nullptr;
  const Json* shown = nullptr;

  bool is_there() const { return stored != nullptr; }
  bool is_object() const { return is_there() && shown->is_object(); }
  bool is_array() const { return is_there() && shown->is_array(); }
  bool is_hidden() const {
    return is_there() && base::is_text(*shown, hidden_secret) && !base::same_value(*shown, *stored);
  }
  std::size_t size() const { return is_there() ? shown->size() : 0; }
};

bool is_same(const Side& left, const Side& right) {
  return left.is_there() && right.is_there() && base::same_value(*left.stored, *right.stored);
}

// The members of an object or the entries of a list, with a name each.
class Children {
 public:
  static Children of_object(const Side& side) {
    Children children;
    if (!side.is_object()) return children;
    // Both have their members in the same order.
    auto shown = side.shown->begin();
    for (auto stored = side.stored->begin(); stored != side.stored->end(); ++stored, ++shown)
      children.add(stored.key(), {.stored = &*stored, .shown = &*shown});
    return children;
  }

  // By that member; nothing where an entry has none or two have the same.
  static std::optional<Children> of_list(const Side& side, std::string_view identity) {
    Children children;
    for (std::size_t i = 0; i < side.size(); ++i) {
      const Side entry = entry_of(side, i);
      const Json& name = base::member(*entry.stored, identity);
      if (!name.is_string() || name.get_ref<const std::string&>().empty()) return std::nullopt;
      if (!children.add(name.get_ref<const std::string&>(), entry)) return std::nullopt;
    }
    return children;
  }

  static Side entry_of(const Side& list, std::size_t index) {
    return {.stored = &(*list.stored)[index], .shown = &(*list.shown)[index]};
  }

  Side find(std::string_view name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? Side() : entries_[found->second].second;
  }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  // Those that the other has, too, in this order.
  Json names_in(const Children& other) const {
    Json names = Json::array();
    for (const auto& [name, side] : entries_) {
      if (other.places_.contains(name)) names.push_back(name);
    }
    return names;
  }

 private:
  bool add(std::string_view name, Side side) {
    entries_.emplace_back(name, side);
    return places_.emplace(name, entries_.size() - 1).second;
  }

  // The names stand in the documents.
  std::vector<std::pair<std::string_view, Side>> entries_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

class Comparison {
 public:
  explicit Comparison(const ChangeForm& form) : form_(form) {}

  void compare(const Side& left, const Side& right, const Pointer& at) {
    if (is_same(left, right)) return;
    // What is new or gone is shown in its parts where it is too long for one entry.
    const bool is_alone = left.is_there() != right.is_there();
    const Side& any = left.is_there() ? left : right;
    if (is_alone && (!any.shown->is_structured() || any.shown->empty() || printed_size(*any.shown) <= form_.longest))
      return tell(left, right, at);
    if (fits(left, right, &Side::is_object)) return compare_objects(left, right, at);
    if (fits(left, right, &Side::is_array)) return compare_lists(left, right, at);
    tell(left, right, at);
  }

  Changes take() { return std::move(changes_); }

 private:
  static bool fits(const Side& left, const Side& right, bool (Side::*is_kind)() const) {
    return (!left.is_there() || (left.*is_kind)()) && (!right.is_there() || (right.*is_kind)());
  }

  void compare_objects(const Side& left, const Side& right, const Pointer& at) {
    compare_children(Children::of_object(left), Children::of_object(right), at);
  }

  void compare_children(const Children& left, const Children& right, const Pointer& at) {
    for (const auto& [name, side] : left) {
      if (!is_of_the_change(name, at, form_)) compare(side, right.find(name), at / std::string(name));
    }
    for (const auto& [name, side] : right) {
      if (!left.find(name).is_there() && !is_of_the_change(name, at, form_)) compare({}, side, at / std::string(name));
    }
  }

  void compare_lists(const Side& left, const Side& right, const Pointer& at) {
    for (const auto identity : identities) {
      const auto former = Children::of_list(left, identity);
      const auto now = Children::of_list(right, identity);
      if (former && now) return compare_named(*former, *now, at);
    }
    const auto is_short = [](const Side& side) { return !side.is_there() || printed_size(*side.shown) <= short_list; };
    if (is_short(left) && is_short(right)) return tell(left, right, at);
    compare_by_index(left, right, at);
  }

  void compare_named(const Children& left, const Children& right, const Pointer& at) {
    compare_children(left, right, at);
    Json former = left.names_in(right);
    Json now = right.names_in(left);
    if (base::same_value(former, now)) return;
    Json entry = entry_at(at);
    const bool is_long = printed_size(former) > form_.longest;
    if (!is_long) entry[form_.before] = std::move(former);
    if (!is_long) entry[form_.after] = std::move(now);
    entry["note"] = order_note;
    add(std::move(entry));
  }

  // What both lists begin and end with is the same; of the rest, entries at the same index belong together.
  void compare_by_index(const Side& left, const Side& right, const Pointer& at) {
    const auto shorter = std::min(left.size(), right.size());
    const auto same_at = [&](std::size_t one, std::size_t other) {
      return is_same(Children::entry_of(left, one), Children::entry_of(right, other));
    };
    std::size_t first = 0, same_end = 0;
    while (first < shorter && same_at(first, first)) ++first;
    while (same_end < shorter - first && same_at(left.size() - 1 - same_end, right.size() - 1 - same_end)) ++same_end;
    const auto in = [&](const Side& side, std::size_t i) {
      return i + same_end < side.size() ? Children::entry_of(side, i) : Side();
    };
    for (auto i = first; i + same_end < std::max(left.size(), right.size()); ++i)
      compare(in(left, i), in(right, i), at / fmt::to_string(i));
  }

  void tell(const Side& left, const Side& right, const Pointer& at) {
    Json entry = entry_at(at);
    if (left.is_there() && right.is_there() && left.shown->is_string() && right.shown->is_string()) {
      auto [former, now] = versions(left.shown->get_ref<const std::string&>(),
                                    right.shown->get_ref<const std::string&>(), form_.longest);
      entry[form_.before] = std::move(former);
      entry[form_.after] = std::move(now);
    } else {
      if (left.is_there()) entry[form_.before] = cut(*left.shown);
      if (right.is_there()) entry[form_.after] = cut(*right.shown);
    }
    const bool looks_the_same = left.is_there() && right.is_there() && base::same_value(*left.shown, *right.shown);
    if (left.is_hidden() || right.is_hidden() || looks_the_same) entry["note"] = secret_note;
    add(std::move(entry));
  }

  Json cut(const Json& value) const {
    if (value.is_string()) return shortened(value.get_ref<const std::string&>(), form_.longest);
    const auto size = printed_size(value);
    return size <= form_.longest ? value : Json(left_out_text(size));
  }

  static Json entry_at(const Pointer& at) { return {{"path", at.str()}}; }

  void add(Json entry) {
    ++changes_.all;
    if (changes_.entries.size() < form_.most) changes_.entries.push_back(std::move(entry));
  }

  ChangeForm form_;
  Changes changes_;
};

}  // namespace

std::string Changes::note() const {
  if (all == entries.size()) return {};
  return note_of(
      {.what = fmt::format("{} of {} changes; read what was changed to see them", all - entries.size(), all)});
}

Changes changes_between(const Json& before, const Json& after, const ChangeForm& form) {
  Json left = before, right = after;
  hide_secrets(left);
  hide_secrets(right);
  Comparison comparison(form);
  comparison.compare({.stored = &before, .shown = &left}, {.stored = &after, .shown = &right}, Pointer());
  return comparison.take();
}

}  // namespace tools
