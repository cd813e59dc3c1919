#include "tools/kit/trim.h"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "tools/kit/secrets.h"

namespace tools {
namespace {

using Pointer = Json::json_pointer;

// Names that a note lists before it only counts.
constexpr std::size_t most_names = 100;
constexpr std::size_t most_name_characters = 1'500;
constexpr std::size_t share_of_names = 4;  // of the room, at most one part in so many

Json* find(Json& value, const std::string& place) {
  const Pointer pointer(place);
  return value.contains(pointer) ? &value[pointer] : nullptr;
}

Json* find_list(Json& value, const std::string& place) {
  Json* list = find(value, place);
  return list && list->is_array() && !list->empty() ? list : nullptr;
}

// "/nodeData/schemas" as people write it.
std::string spoken(std::string_view place) {
  if (place.empty()) return "the result";
  std::string out(place.substr(1));
  std::ranges::replace(out, '/', '.');
  return out;
}

// How many entries from the start may stay so that `excess` characters go; each costs its text and a comma.
std::size_t count_that_fits(const std::vector<std::size_t>& sizes, std::size_t excess) {
  std::size_t kept = sizes.size(), freed = 0;
  while (kept > 0 && freed < excess) freed += sizes[--kept] + 1;
  return kept;
}

std::vector<std::size_t> entry_sizes(const Json& list) {
  std::vector<std::size_t> sizes;
  for (const Json& entry : list) sizes.push_back(printed_size(entry));
  return sizes;
}

std::vector<std::size_t> member_sizes(const Json& object) {
  std::vector<std::size_t> sizes;
  for (const auto& [name, member] : object.items()) sizes.push_back(printed_size(member) + printed_size(name) + 1);
  return sizes;
}

std::size_t excess_of(const Json& value, std::size_t room) {
  const auto size = printed_size(value);
  return size > room ? size - room : 0;
}

std::size_t characters_for_names(std::size_t room) {
  return std::min(most_name_characters, room / share_of_names);
}

// What an entry is called by: a short value. Empty for any other.
std::string name_in(const Json& member) {
  if (member.is_string()) return member.get<std::string>();
  return member.is_primitive() && !member.is_null() ? base::print_json(member) : std::string();
}

std::string listing(std::span<const std::string> names, std::size_t most_characters) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& name : names) {
    const auto quoted = base::print_json(name);
    if (shown == most_names || out.size() + quoted.size() > most_characters) break;
    out += (shown++ == 0 ? "" : ", ") + quoted;
  }
  if (shown < names.size()) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

// Characters of texts that were left out, and in how many places.
struct LeftOut {
  std::size_t places = 0, characters = 0;
};

using Replace = std::string (*)(const std::string& text, std::size_t length, std::size_t longest);

void replace_texts(Json& value, std::size_t longest, Replace replace, LeftOut& left_out) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() <= longest) return;
    const auto length = characters(text);
    if (length <= longest || is_stand_in(text)) return;
    auto shorter = replace(text, length, longest);
    ++left_out.places;
    left_out.characters += length - std::min(length, characters(shorter));
    value = std::move(shorter);
  } else if (value.is_structured()) {
    for (Json& child : value) replace_texts(child, longest, replace, left_out);
  }
}

std::string length_only(const std::string&, std::size_t length, std::size_t) {
  return left_out_text(length);
}

std::string beginning(const std::string& text, std::size_t length, std::size_t longest) {
  std::size_t end = 0;
  for (std::size_t kept = 0; end < text.size(); ++end) {
    const bool starts_character = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (starts_character && ++kept > longest) break;
  }
  return fmt::format("{}… [{} characters in all]", text.substr(0, end), length);
}

Trim replacing(std::string place, std::size_t longest, std::string how, Replace replace) {
  return [=](Json& value, std::size_t) -> std::optional<Cut> {
    Json* target = find(value, place);
    LeftOut left_out;
    if (target) replace_texts(*target, longest, replace, left_out);
    if (left_out.places == 0) return std::nullopt;
    return Cut{fmt::format("{} characters of {} long {}; {}", left_out.characters, left_out.places,
                           left_out.places == 1 ? "text" : "texts", how)};
  };
}

Trim leaving_out_of_entries(std::string list, std::string member, std::string how, bool loses) {
  return [=](Json& value, std::size_t) -> std::optional<Cut> {
    Json* entries = find_list(value, list);
    std::size_t count = 0;
    if (entries)
      for (Json& entry : *entries) count += entry.is_object() ? entry.erase(member) : 0;
    if (count == 0) return std::nullopt;
    return Cut{fmt::format("\"{}\" of {} {}; {}", member, count, count == 1 ? "entry" : "entries", how), loses};
  };
}

bool is_unset(const Json& member) {
  return member.is_null() || (member.is_array() && member.empty());
}

std::size_t drop_unset(Json& entry) {
  if (!entry.is_object()) return 0;
  Json kept = Json::object();
  for (const auto& [name, member] : entry.items()) {
    if (!is_unset(member)) base::append_member(kept, name, std::move(member));
  }
  const auto dropped = entry.size() - kept.size();
  entry = std::move(kept);
  return dropped;
}

// How many entries from the start may stay, and the note about the others.
struct CutThatFits {
  std::size_t kept = 0;
  std::string what;
};

// The note takes room, too. `least` entries stay in every case.
template <typename Describe>
CutThatFits cut_that_fits(const std::vector<std::size_t>& sizes, std::size_t excess, std::size_t least,
                          Describe describe) {
  const auto keep = [&](std::size_t too_much) { return std::max(least, count_that_fits(sizes, too_much)); };
  CutThatFits cut{.kept = keep(excess), .what = {}};
  while (cut.kept < sizes.size()) {
    cut.what = describe(cut.kept);
    const auto kept = keep(excess + printed_size(note_of({cut.what})) + 1);
    if (kept >= cut.kept) break;
    cut.kept = kept;
  }
  return cut;
}

// `resultCount` beside a list counts what the list holds (CREST).
void keep_first(Json& value, const std::string& list, std::size_t kept) {
  const Pointer pointer(list);
  value[pointer].get_ref<Json::array_t&>().resize(kept);
  Json& page = value[pointer.parent_pointer()];
  if (page.contains("resultCount")) page["resultCount"] = kept;
}

// Leaves out entries from the end, one at least.
std::size_t cut_end(Json& list, std::size_t excess) {
  const auto sizes = entry_sizes(list);
  const auto kept = std::min(count_that_fits(sizes, excess), sizes.size() - 1);
  list.get_ref<Json::array_t&>().resize(kept);
  return sizes.size() - kept;
}

// Leaves out as few members as free the excess: the shortest that is enough alone, else the longest ones.
std::vector<std::string> cut_longest_members(Json& object, std::size_t excess) {
  struct Sized {
    std::size_t size;
    std::string name;
  };
  std::vector<Sized> longest_first;
  for (const auto& [name, member] : object.items()) {
    longest_first.push_back({printed_size(member) + printed_size(name) + 2, name});
  }
  std::ranges::sort(longest_first, [](const Sized& one, const Sized& other) {
    return std::tie(other.size, one.name) < std::tie(one.size, other.name);
  });
  auto first = longest_first.begin();
  while (std::next(first) != longest_first.end() && std::next(first)->size >= excess) ++first;
  std::vector<std::string> gone;
  for (std::size_t freed = 0; first != longest_first.end() && freed < excess; ++first) {
    freed += first->size;
    gone.push_back(first->name);
  }
  const std::set<std::string_view> goes(gone.begin(), gone.end());
  Json kept = Json::object();
  for (auto& [name, member] : object.items()) {
    if (!goes.contains(name)) base::append_member(kept, name, std::move(member));
  }
  object = std::move(kept);
  return gone;
}

struct Place {
  Json* value;
  std::string pointer;
};

// The innermost list or object that is longer than what has to go.
Place where_to_cut(Json& value, std::size_t excess) {
  Place place{.value = &value, .pointer = {}};
  while (place.value->is_structured() && !place.value->empty()) {
    Place longest{};
    std::size_t size = 0;
    const auto look = [&](Json& child, const auto& name) {
      const auto child_size = printed_size(child);
      if (longest.value && child_size <= size) return;
      size = child_size;
      longest = {.value = &child, .pointer = fmt::format("{}/{}", place.pointer, name)};
    };
    if (place.value->is_array())
      for (std::size_t i = 0; i < place.value->size(); ++i) look((*place.value)[i], i);
    else
      for (auto& [name, child] : place.value->items()) look(child, name);
    if (size <= excess || !longest.value->is_structured() || longest.value->empty()) break;
    place = std::move(longest);
  }
  return place;
}

// What cut_anything left out, place by place.
class Gone {
 public:
  Gone(LeftOut texts, std::string how) : texts_(texts), how_(std::move(how)) {}

  void add_entries(const std::string& pointer, std::size_t count) { at(pointer).entries += count; }
  void add_members(const std::string& pointer, std::vector<std::string> names) {
    std::ranges::move(names, std::back_inserter(at(pointer).members));
  }

  std::string note() const {
    std::string note;
    const auto add = [&note](std::string what) { note += (note.empty() ? "" : ", ") + std::move(what); };
    if (texts_.places > 0)
      add(fmt::format("{} characters of {} long {}", texts_.characters, texts_.places,
                      texts_.places == 1 ? "text" : "texts"));
    for (const auto& place : places_) {
      const auto of = place.pointer.empty() ? std::string() : fmt::format(" of {}", spoken(place.pointer));
      if (place.entries > 0)
        add(fmt::format("{} {}{}", place.entries, place.entries == 1 ? "entry" : "entries", of));
      else
        add(listing(place.members, most_name_characters) + of);
    }
    return fmt::format("{}; {}", note, how_);
  }
  std::size_t note_size() const { return printed_size(note_of({note()})); }

 private:
  struct At {
    std::string pointer;
    std::size_t entries = 0;
    std::vector<std::string> members;
  };

  At& at(const std::string& pointer) {
    const auto known = std::ranges::find(places_, pointer, &At::pointer);
    return known != places_.end() ? *known : places_.emplace_back(At{pointer, 0, {}});
  }

  LeftOut texts_;
  std::string how_;
  std::vector<At> places_;
};

}  // namespace

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t printed_size(const Json& value) {
  return base::printed_size(value);
}

std::size_t least_size(const Json& value) {
  constexpr std::size_t shortest_stand_in = hidden_secret.size();
  if (value.is_string()) return std::min(value.get_ref<const std::string&>().size() / 4, shortest_stand_in);
  std::size_t size = 0;
  if (value.is_array()) {
    for (const Json& entry : value) size += least_size(entry) + 1;
  } else if (value.is_object()) {
    if (value.contains("$crypto")) return shortest_stand_in;
    for (const auto& [name, member] : value.items()) {
      if (!is_unset(member)) size += name.size() / 4 + 4 + least_size(member);
    }
  }
  return size + 1;
}

Trim leave_out(std::string place, std::string how) {
  return [=](Json& value, std::size_t) -> std::optional<Cut> {
    const Json* target = find(value, place);
    if (!target || target->empty()) return std::nullopt;
    const auto size = printed_size(*target);
    const Pointer pointer(place);
    value[pointer.parent_pointer()].erase(pointer.back());
    return Cut{fmt::format("{} ({} characters); {}", spoken(place), size, how)};
  };
}

Trim leave_out_of_entries(std::string list, std::string member, std::string how) {
  return leaving_out_of_entries(std::move(list), std::move(member), std::move(how), true);
}

Trim leave_out_redundant(std::string list, std::string member, std::string why) {
  return leaving_out_of_entries(std::move(list), std::move(member), std::move(why), false);
}

Trim leave_out_unset(std::string list) {
  return [=](Json& value, std::size_t) -> std::optional<Cut> {
    Json* entries = find_list(value, list);
    std::size_t count = 0;
    if (entries)
      for (Json& entry : *entries) count += drop_unset(entry);
    if (count == 0) return std::nullopt;
    return Cut{fmt::format("{} members without a value (null or [])", count), false};
  };
}

Trim keep_only(std::string list, std::string member, std::string how) {
  return [=](Json& value, std::size_t) -> std::optional<Cut> {
    Json* entries = find_list(value, list);
    if (!entries) return std::nullopt;
    std::size_t count = 0;
    for (Json& entry : *entries) {
      if (!entry.is_object() || !entry.contains(member) || entry.size() == 1) continue;
      entry = {{member, std::move(entry[member])}};
      ++count;
    }
    if (count == 0) return std::nullopt;
    return Cut{fmt::format("everything but \"{}\" of {} {}; {}", member, count, count == 1 ? "entry" : "entries", how)};
  };
}

Trim leave_out_texts(std::string place, std::size_t longest, std::string how) {
  return replacing(std::move(place), longest, std::move(how), length_only);
}

Trim shorten_texts(std::string place, std::size_t longest, std::string how) {
  return replacing(std::move(place), longest, std::move(how), beginning);
}

Trim cut_page(std::string list, std::string size_argument, std::size_t left_out) {
  return cut_page(std::move(list), std::move(size_argument), left_out,
                  {"pagedResultsCookie", "the cookie of the next page", "the cookie"});
}

Trim cut_page(std::string list, std::string size_argument, std::size_t left_out, Continuation continuation) {
  return [=](Json& value, std::size_t room) -> std::optional<Cut> {
    Json* entries = find_list(value, list);
    const auto all = (entries ? entries->size() : 0) + left_out;
    if (!entries || all < 2) return std::nullopt;
    const auto describe = [&](std::size_t kept) {
      return fmt::format(
          "entries {} to {} of this page and {}; call again with the same arguments and \"{}\":{}, then continue with "
          "{} of that answer",
          kept + 1, all, continuation.name, size_argument, kept, continuation.in_answer);
    };
    const auto cut = cut_that_fits(entry_sizes(*entries), excess_of(value, room), 1, describe);
    if (cut.kept == all) return std::nullopt;
    keep_first(value, list, cut.kept);
    value[Pointer(list).parent_pointer()].erase(continuation.member);
    return Cut{cut.what.empty() ? describe(cut.kept) : cut.what};
  };
}

Trim cut_list(std::string list, std::string name_member, std::string how) {
  return [=](Json& value, std::size_t room) -> std::optional<Cut> {
    Json* entries = find_list(value, list);
    if (!entries || entries->size() < 2) return std::nullopt;
    const auto all = entries->size();
    std::vector<std::string> names;
    names.reserve(all);
    for (const Json& entry : *entries) names.push_back(name_in(base::member(entry, name_member)));
    const bool are_named = std::ranges::any_of(names, [](const std::string& name) { return !name.empty(); });
    const auto cut = cut_that_fits(entry_sizes(*entries), excess_of(value, room), 0, [&](std::size_t kept) {
      const auto which = are_named ? listing(std::span(names).subspan(kept), characters_for_names(room)) : "";
      return fmt::format("{} of {} entries of {}{}{}; {}", all - kept, all, spoken(list), which.empty() ? "" : ": ",
                         which, how);
    });
    if (cut.kept == all) return std::nullopt;
    keep_first(value, list, cut.kept);
    return Cut{cut.what};
  };
}

Trim cut_members(std::string place, std::string how) {
  return [=](Json& value, std::size_t room) -> std::optional<Cut> {
    Json* target = find(value, place);
    // Of a single one, what is in it is cut.
    if (!target || !target->is_object() || target->size() < 2) return std::nullopt;
    std::vector<std::string> names;
    for (const auto& [name, member] : target->items()) names.push_back(name);
    const auto cut = cut_that_fits(member_sizes(*target), excess_of(value, room), 0, [&](std::size_t kept) {
      return fmt::format("{} of {} members of {}: {}; {}", names.size() - kept, names.size(), spoken(place),
                         listing(std::span(names).subspan(kept), characters_for_names(room)), how);
    });
    if (cut.kept == names.size()) return std::nullopt;
    while (target->size() > cut.kept) target->erase(std::prev(target->end()));
    return Cut{cut.what};
  };
}

std::string cut_anything(Json& value, std::size_t room, const std::string& how) {
  constexpr std::size_t long_text = 200;
  LeftOut texts;
  if (excess_of(value, room) > 0) replace_texts(value, long_text, length_only, texts);
  Gone gone(texts, how);
  while (const auto excess = excess_of(value, room - std::min(room, gone.note_size()))) {
    const auto [place, pointer] = where_to_cut(value, excess);
    if (!place->is_structured() || place->empty()) break;
    if (place->is_array())
      gone.add_entries(pointer, cut_end(*place, excess));
    else
      gone.add_members(pointer, cut_longest_members(*place, excess));
  }
  return gone.note();
}

std::string note_of(const Cut& cut) {
  return fmt::format("{}: left out {}.", cut.loses ? "Truncated" : "Shortened", cut.what);
}

}  // namespace tools
