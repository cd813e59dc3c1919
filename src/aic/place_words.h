// Addresses of the tenant by their form, and words for what is there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aic {

// A form of path and what is there. "{}" stands for one segment, "{version}" for one like 2.0, "{*}" for all that
// follow; {0}, {1}, … in the words are theirs.
struct PlaceWords {
  std::string_view form;
  const char* words;
};

// What the blanks of a form stand for in a path, decoded; nothing where the path has another form.
std::optional<std::vector<std::string>> names_in(std::string_view path, std::string_view form);

// In the words of the first place that has the form of the path; names that others gave are made fit to be read.
std::optional<std::string> words_for(std::string_view path, std::span<const PlaceWords> places);

}  // namespace aic
