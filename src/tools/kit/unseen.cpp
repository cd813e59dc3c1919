#include "tools/kit/unseen.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tools {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t N>
constexpr bool is_in(const std::array<Range, N>& ranges, char32_t character) {
  return std::ranges::any_of(ranges,
                             [=](const Range& range) { return character >= range.first && character <= range.last; });
}

// Controls, and what Unicode calls default ignorable, with the separators of lines and of annotations.
constexpr std::array<Range, 20> unseen = {
    {{0x00, 0x08},     {0x0B, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},
     {0x61C, 0x61C},   {0x115F, 0x1160}, {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},
     {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
     {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}}};
// What joins, or takes a selector of its form, in emoji.
constexpr std::array<Range, 12> emoji = {{{0xA9, 0xA9},
                                          {0xAE, 0xAE},
                                          {0x203C, 0x203C},
                                          {0x2049, 0x2049},
                                          {0x2122, 0x2139},
                                          {0x2190, 0x21FF},
                                          {0x2300, 0x23FF},
                                          {0x2460, 0x27BF},
                                          {0x2900, 0x2BFF},
                                          {0x3030, 0x303D},
                                          {0x3297, 0x3299},
                                          {0x1F000, 0x1FAFF}}};
constexpr std::array<Range, 3> ideographs = {{{0x2E80, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}}};
constexpr Range selectors{0xFE00, 0xFE0F};
constexpr Range selectors_of_emoji{0xFE0E, 0xFE0F};
constexpr Range selectors_of_ideographs{0xE0100, 0xE01EF};
constexpr char32_t joiner = 0x200D;
constexpr char32_t backslash = 0x5C;

bool is_in(Range range, char32_t character) {
  return character >= range.first && character <= range.last;
}

// A character and where the next one begins. What is no UTF-8 is passed over byte by byte.
struct Character {
  char32_t value = 0;
  std::size_t end = 0;
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(at);
  const std::size_t length = first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  constexpr std::array<unsigned, 5> masks = {0, 0x7F, 0x1F, 0x0F, 0x07};
  if (length == 0 || at + length > text.size()) return {0xFFFD, at + 1};
  char32_t value = first & masks[length];
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {0xFFFD, at + 1};
    value = value << 6 | (byte(at + i) & 0x3F);
  }
  return {value, at + length};
}

void append_utf8(std::string& out, char32_t character) {
  const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
  const auto add_rest = [&](int shift) { add(0x80 | ((character >> shift) & 0x3F)); };
  if (character < 0x80) return add(character);
  if (character < 0x800) {
    add(0xC0 | (character >> 6));
  } else if (character < 0x10000) {
    add(0xE0 | (character >> 12));
    add_rest(6);
  } else {
    add(0xF0 | (character >> 18));
    add_rest(12);
    add_rest(6);
  }
  add_rest(0);
}

// The character that \u{…} at this place of the text names, and the end of that: only in the form in which it is shown
// here, and only for what is shown so.
std::optional<Character> shown_at(std::string_view text, std::size_t at) {
  constexpr std::string_view opening = "\\u{";
  constexpr std::size_t most_digits = 6;
  if (text.substr(at, opening.size()) != opening) return std::nullopt;
  const auto begin = at + opening.size();
  const auto end = text.substr(0, begin + most_digits + 1).find('}', begin);
  if (end == std::string_view::npos) return std::nullopt;
  std::uint32_t value = 0;
  const auto digits = text.substr(begin, end - begin);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (parsed.ec != std::errc() || digits != fmt::format("{:x}", value)) return std::nullopt;
  if (value != backslash && !is_in(unseen, value)) return std::nullopt;
  return Character{value, end + 1};
}

// First bytes of what may have to be shown: most texts have none.
constexpr auto first_bytes = [] {
  std::array<bool, 256> bytes{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) bytes[byte] = byte != '\t' && byte != '\n';
  for (const std::size_t byte : {0x5CU, 0x7FU, 0xC2U, 0xCDU, 0xD8U, 0xE1U, 0xE2U, 0xE3U, 0xEFU, 0xF0U, 0xF3U})
    bytes[byte] = true;
  return bytes;
}();

bool may_be_unseen(char first_byte) {
  return first_bytes[static_cast<unsigned char>(first_byte)];
}

// Characters, and whether they stay although they are not seen by themselves.
class Look {
 public:
  explicit Look(std::string_view text) : text_(text) {}

  // True for what is to be shown. `at` is where the character begins; characters are looked at in their order.
  bool is_unseen(std::size_t at, const Character& character) {
    const bool by_itself = may_be_unseen(text_[at]) && is_in(unseen, character.value);
    const bool result = character.value == backslash ? shown_at(text_, at).has_value() : by_itself && !stays(character);
    if (!is_in(selectors, character.value)) before_ = result ? 0 : character.value;
    may_select_ = !result && !by_itself;  // two selectors in a row say nothing about a form
    return result;
  }

 private:
  bool stays(const Character& character) const {
    const auto value = character.value;
    if (value == '\r') return text_.substr(character.end).starts_with('\n');
    if (value == joiner)
      return is_in(emoji, before_) && character.end < text_.size() &&
             is_in(emoji, character_at(text_, character.end).value);
    if (is_in(selectors_of_emoji, value))
      return may_select_ && (is_in(emoji, before_) || std::string_view("#*0123456789").contains(ascii(before_)));
    if (is_in(selectors, value)) return may_select_ && before_ >= 0x80;
    if (is_in(selectors_of_ideographs, value)) return may_select_ && is_in(ideographs, before_);
    return false;
  }
  static char ascii(char32_t value) { return value < 0x80 ? static_cast<char>(value) : ' '; }

  std::string_view text_;
  char32_t before_ = 0;  // the character before, selectors left aside
  bool may_select_ = false;
};

bool is_surely_seen(std::string_view text) {
  return std::ranges::none_of(text, may_be_unseen);
}

// The text with what was found in it replaced; nothing when nothing was. `note` gets the place of each character.
template <typename Note>
std::optional<std::string> shown(std::string_view text, const Note& note) {
  if (is_surely_seen(text)) return std::nullopt;
  std::string out;
  std::size_t done = 0;
  Look look(text);
  for (std::size_t at = 0, number = 0; at < text.size(); ++number) {
    const auto character = character_at(text, at);
    if (look.is_unseen(at, character)) {
      out.append(text, done, at - done);
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<std::uint32_t>(character.value));
      done = character.end;
      note(number);
    }
    at = character.end;
  }
  if (done == 0) return std::nullopt;
  return out.append(text, done);
}

std::u32string characters_of(std::string_view text) {
  std::u32string all;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = character_at(text, at);
    all += character.value;
    at = character.end;
  }
  return all;
}

// A text as results show it, with what each \u{…} would stand for.
struct Read {
  struct Named {
    std::size_t number;      // of the character
    std::size_t begin, end;  // of the form in the text
  };
  std::u32string characters = {};
  std::vector<Named> named = {};
};

Read read_shown(std::string_view text) {
  Read read;
  for (std::size_t at = 0; at < text.size();) {
    const auto named = shown_at(text, at);
    const auto character = named ? *named : character_at(text, at);
    if (named) read.named.push_back({read.characters.size(), at, named->end});
    read.characters += character.value;
    at = character.end;
  }
  return read;
}

// What is remembered of the text around a character, and how much of it tells that it is that text.
constexpr std::size_t most_around = 8, enough_around = 4, enough_of_little = 2;
constexpr std::size_t most_places = 20'000;

// How many characters agree, from the nearest on.
std::size_t agreeing(const std::u32string& shown, const std::u32string& given) {
  return static_cast<std::size_t>(std::ranges::mismatch(shown, given).in1 - shown.begin());
}

// Changes all texts and names of a document. True when there was anything to change.
template <typename Change>
bool change_texts(Json& value, const Change& change) {
  if (value.is_string()) return change(value.get_ref<std::string&>());
  bool any = false;
  if (value.is_array()) {
    for (Json& entry : value) any = change_texts(entry, change) || any;
  } else if (value.is_object()) {
    // The names of members cannot be changed in their place.
    Json changed = Json::object();
    bool names = false;
    for (auto& [name, member] : value.items()) {
      any = change_texts(member, change) || any;
      std::string copy = name;
      names = change(copy) || names;
    }
    if (!names) return any;
    for (auto& [name, member] : value.items()) {
      std::string copy = name;
      if (change(copy) && changed.contains(copy)) copy = name;
      base::append_member(changed, std::move(copy), std::move(member));
    }
    value = std::move(changed);
    any = true;
  }
  return any;
}

}  // namespace

UnseenCharacters::Place UnseenCharacters::place_in(const std::u32string& text, std::size_t at) {
  const auto first = at - std::min(at, most_around);
  Place place{text[at], text.substr(first, at - first), text.substr(at + 1, most_around)};
  std::ranges::reverse(place.before);
  return place;
}

void UnseenCharacters::remember(Place place) {
  if (!shown_.insert(place).second) return;
  in_order_.push_back(std::move(place));
  if (in_order_.size() <= most_places) return;
  shown_.erase(in_order_.front());
  in_order_.pop_front();
}

bool UnseenCharacters::show(std::string& text) {
  std::vector<std::size_t> numbers;
  auto changed = shown(text, [&](std::size_t number) { numbers.push_back(number); });
  if (!changed) return false;
  const auto characters = characters_of(text);
  for (const auto number : numbers) remember(place_in(characters, number));
  text = *std::move(changed);
  return true;
}

bool UnseenCharacters::show(Json& value) {
  return change_texts(value, [this](std::string& text) { return show(text); });
}

bool UnseenCharacters::was_shown(const Place& place) const {
  if (shown_.contains(place)) return true;
  const auto fits = [&](const Place& one) {
    const auto before = agreeing(one.before, place.before), after = agreeing(one.after, place.after);
    const bool all = before == one.before.size() && after == one.after.size();
    return before + after >= (all ? enough_of_little : enough_around);
  };
  for (auto at = shown_.lower_bound({place.character}); at != shown_.end() && at->character == place.character; ++at) {
    if (fits(*at)) return true;
  }
  return false;
}

void UnseenCharacters::restore(std::string& text) const {
  if (shown_.empty() || !text.contains('\\')) return;
  const auto read = read_shown(text);
  std::string out;
  std::size_t done = 0;
  for (const auto& [number, begin, end] : read.named) {
    const auto character = read.characters[number];
    // The backslash is shown so only where it begins what looks like a character that is shown.
    const bool is_meant = character == backslash ? shown_at("\\" + text.substr(end, 10), 0).has_value()
                                                 : was_shown(place_in(read.characters, number));
    if (!is_meant) continue;
    out.append(text, done, begin - done);
    append_utf8(out, character);
    done = end;
  }
  if (done > 0) text = out.append(text, done);
}

void UnseenCharacters::restore(Json& value) const {
  if (shown_.empty()) return;
  change_texts(value, [this](std::string& text) {
    const auto former = text;
    restore(text);
    return text != former;
  });
}

std::string with_unseen_shown(std::string text) {
  return shown(text, [](std::size_t) {}).value_or(std::move(text));
}

}  // namespace tools
