#include "tools/trim.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "base/encoding.h"
#include "tools/secrets.h"

namespace tools {
namespace {

using Pointer = Json::json_pointer;

// Names that a note lists before it only counts.
constexpr std::size_t most_names = 40;
constexpr std::size_t most_name_characters = 600;

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

std::size_t excess_of(const Json& value, std::size_t room) {
  const auto size = printed_size(value);
  return size > room ? size - room : 0;
}

std::string listing(const std::vector<std::string>& names) {
  std::string out;
  std::size_t shown = 0;
  for (const auto& name : names) {
    const auto quoted = base::print_json(name);
    if (shown == most_names || out.size() + quoted.size() > most_name_characters) break;
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
  return [=](Json& value, std::size_t) -> std::optional<std::string> {
    Json* target = find(value, place);
    LeftOut left_out;
    if (target) replace_texts(*target, longest, replace, left_out);
    if (left_out.places == 0) return std::nullopt;
    return fmt::format("{} characters of {} long {}; {}", left_out.characters, left_out.places,
                       left_out.places == 1 ? "text" : "texts", how);
  };
}

std::size_t drop_unset(Json& entry) {
  if (!entry.is_object()) return 0;
  const auto is_unset = [](const Json& member) { return member.is_null() || (member.is_array() && member.empty()); };
  Json kept = Json::object();
  for (const auto& [name, member] : entry.items()) {
    if (!is_unset(member)) base::append_member(kept, name, std::move(member));
  }
  const auto dropped = entry.size() - kept.size();
  entry = std::move(kept);
  return dropped;
}

// The longest child of a list or object.
Json* longest_child(Json& value) {
  const auto longest = std::ranges::max_element(value, {}, printed_size);
  return longest == value.end() ? nullptr : &*longest;
}

// Leaves out entries or members from the end, one at least.
std::size_t cut_end(Json& value, std::size_t excess) {
  const auto sizes = entry_sizes(value);
  const auto kept = std::min(count_that_fits(sizes, excess), sizes.size() - 1);
  while (value.size() > kept) value.erase(std::prev(value.end()));
  return sizes.size() - kept;
}

}  // namespace

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t printed_size(const Json& value) {
  return characters(base::print_json(value));
}

Trim leave_out(std::string place, std::string how) {
  return [=](Json& value, std::size_t) -> std::optional<std::string> {
    const Json* target = find(value, place);
    if (!target || target->empty()) return std::nullopt;
    const auto size = printed_size(*target);
    const Pointer pointer(place);
    value[pointer.parent_pointer()].erase(pointer.back());
    return fmt::format("{} ({} characters); {}", spoken(place), size, how);
  };
}

Trim leave_out_of_entries(std::string list, std::string member, std::string how) {
  return [=](Json& value, std::size_t) -> std::optional<std::string> {
    Json* entries = find_list(value, list);
    std::size_t count = 0;
    if (entries)
      for (Json& entry : *entries) count += entry.is_object() ? entry.erase(member) : 0;
    if (count == 0) return std::nullopt;
    return fmt::format("\"{}\" of {} {}; {}", member, count, count == 1 ? "entry" : "entries", how);
  };
}

Trim leave_out_unset(std::string list) {
  return [=](Json& value, std::size_t) -> std::optional<std::string> {
    Json* entries = find_list(value, list);
    std::size_t count = 0;
    if (entries)
      for (Json& entry : *entries) count += drop_unset(entry);
    if (count == 0) return std::nullopt;
    return fmt::format("{} members without a value (null or [])", count);
  };
}

Trim leave_out_texts(std::string place, std::size_t longest, std::string how) {
  return replacing(std::move(place), longest, std::move(how), length_only);
}

Trim shorten_texts(std::string place, std::size_t longest, std::string how) {
  return replacing(std::move(place), longest, std::move(how), beginning);
}

Trim cut_page(std::string list, std::string size_argument) {
  return [=](Json& value, std::size_t room) -> std::optional<std::string> {
    Json* entries = find_list(value, list);
    if (!entries || entries->size() < 2) return std::nullopt;
    const auto all = entries->size();
    const auto kept = std::max<std::size_t>(1, count_that_fits(entry_sizes(*entries), excess_of(value, room)));
    if (kept == all) return std::nullopt;
    entries->get_ref<Json::array_t&>().resize(kept);
    Json& page = value[Pointer(list).parent_pointer()];
    if (page.contains("resultCount")) page["resultCount"] = kept;
    page.erase("pagedResultsCookie");
    return fmt::format(
        "entries {} to {} of this page, and with them the cookie of the next page; call again with the same arguments "
        "and \"{}\":{}, then go on with the cookie of that answer",
        kept + 1, all, size_argument, kept);
  };
}

Trim cut_list(std::string list, std::string name_member, std::string how) {
  return [=](Json& value, std::size_t room) -> std::optional<std::string> {
    Json* entries = find_list(value, list);
    if (!entries) return std::nullopt;
    const auto all = entries->size();
    const auto kept = count_that_fits(entry_sizes(*entries), excess_of(value, room));
    if (kept == all) return std::nullopt;
    std::vector<std::string> names;
    for (std::size_t i = kept; i < all; ++i) names.push_back(base::text_member((*entries)[i], name_member));
    entries->get_ref<Json::array_t&>().resize(kept);
    return fmt::format("{} of {} entries of {}: {}; {}", all - kept, all, spoken(list), listing(names), how);
  };
}

Trim cut_members(std::string place, std::string how) {
  return [=](Json& value, std::size_t room) -> std::optional<std::string> {
    Json* target = find(value, place);
    if (!target || !target->is_object() || target->empty()) return std::nullopt;
    std::vector<std::string> names;
    std::vector<std::size_t> sizes;
    for (const auto& [name, member] : target->items()) {
      names.push_back(name);
      sizes.push_back(printed_size(member) + printed_size(name) + 1);
    }
    const auto kept = count_that_fits(sizes, excess_of(value, room));
    if (kept == names.size()) return std::nullopt;
    const std::vector<std::string> gone(names.begin() + static_cast<std::ptrdiff_t>(kept), names.end());
    while (target->size() > kept) target->erase(std::prev(target->end()));
    return fmt::format("{} of {} members of {}: {}; {}", gone.size(), names.size(), spoken(place), listing(gone), how);
  };
}

std::string cut_anything(Json& value, std::size_t room) {
  constexpr std::size_t long_text = 200;
  LeftOut texts;
  std::size_t entries = 0;
  if (excess_of(value, room) > 0) replace_texts(value, long_text, length_only, texts);
  while (const auto excess = excess_of(value, room)) {
    Json* place = &value;
    for (Json* child = place; child && child->is_structured() && !child->empty(); child = longest_child(*child)) {
      if (child != &value && printed_size(*child) <= excess) break;
      place = child;
    }
    if (!place->is_structured() || place->empty()) break;
    entries += cut_end(*place, excess);
  }
  std::string note;
  if (texts.places > 0) note += fmt::format("{} characters of {} long texts", texts.characters, texts.places);
  if (entries > 0) note += fmt::format("{}{} entries or members", note.empty() ? "" : " and ", entries);
  return note + "; a larger AIC_MAX_RESULT_CHARS shows them";
}

}  // namespace tools
