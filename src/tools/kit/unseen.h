// Characters that are not seen, or that change the order in which others are: Unicode tags, direction marks, zero-width
// characters outside of emoji, control characters. They can tell a model what no person sees, or show a person
// something else than what is there. Results show them as \u{200b}, and where an argument holds what a result showed,
// the tenant gets the character itself (R-ECO-09, docs/decisions/0022-unseen-characters.md).
#pragma once

#include <compare>
#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"

namespace tools {

using base::Json;

// What this process has shown so far and between which characters, so that it is known what an argument stands for.
class UnseenCharacters {
 public:
  // Puts \u{…} in their place, and \u{5c} for the backslash of a text that looks like that by itself. True when there
  // was any. Of a document: in all texts and names of members.
  bool show(std::string& text);
  bool show(Json& value);

  // Undoes that where the text around is what it was when the character was shown: all of it where that is little, else
  // some characters of it. All else stays as it is given, also the \u{200b} that somebody writes into a script.
  void restore(std::string& text) const;
  void restore(Json& value) const;

 private:
  // The characters next to one that was shown, the nearest first; fewer where its text begins or ends.
  struct Place {
    char32_t character = 0;
    std::u32string before = {}, after = {};

    auto operator<=>(const Place&) const = default;
  };
  static Place place_in(const std::u32string& text, std::size_t at);
  void remember(Place place);
  bool was_shown(const Place& place) const;

  std::set<Place> shown_;
  std::deque<Place> in_order_;  // the oldest are forgotten
};

// The text with such characters shown, where nothing comes back.
std::string with_unseen_shown(std::string text);

// Tells a reader what stands in their place.
inline constexpr std::string_view unseen_note =
    R"(Invisible or direction-changing characters are shown as \u{…}. An argument that repeats this text stands for )"
    "the characters themselves.";

}  // namespace tools
