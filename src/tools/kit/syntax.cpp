#include "tools/kit/syntax.h"

#include <algorithm>

#include <fmt/core.h>

#include "aic/pointer.h"
#include "base/error.h"
#include "base/random.h"
#include "base/url.h"

namespace tools {
namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";
constexpr std::size_t longest_revision = 256;

bool spelled_with(std::string_view text, std::initializer_list<std::string_view> alphabets) {
  return std::ranges::all_of(text, [&](char c) {
    return std::ranges::any_of(alphabets, [&](std::string_view alphabet) { return alphabet.contains(c); });
  });
}

bool is_word(std::string_view text) {
  return !text.empty() && spelled_with(text, {lower, upper, digits, "_-"});
}

std::string segment_rule(std::string_view text) {
  if (auto violation = base::segment_violation(text); !violation.empty()) return violation;
  // Whoever trims such a name is left with "." or nothing.
  if (text.find_first_not_of(" .") == std::string_view::npos) return "must not consist of blanks and dots";
  return {};
}

std::string word_rule(std::string_view text) {
  return is_word(text) ? "" : "must consist of letters, digits, _ and -";
}

std::string definition_rule(std::string_view text) {
  const bool fits = !text.empty() && spelled_with(text, {lower, upper, digits, "_"});
  return fits ? "" : "must consist of letters, digits and _";
}

std::string custom_property_rule(std::string_view text) {
  constexpr std::string_view prefix = "custom_";
  const bool fits = text.starts_with(prefix) && is_word(text.substr(prefix.size()));
  return fits ? "" : "must be custom_ followed by letters, digits, _ and -";
}

std::string esv_rule(std::string_view text) {
  constexpr std::string_view prefix = "esv-";
  const bool fits = text.starts_with(prefix) && text.size() > prefix.size() &&
                    spelled_with(text.substr(prefix.size()), {lower, digits, "_-"});
  return fits ? "" : "must be esv- followed by lower-case letters, digits, _ and -";
}

std::string feature_rule(std::string_view text) {
  constexpr std::string_view rule = "must be words of letters, digits, _ and -, separated by single slashes";
  while (true) {
    const auto slash = text.find('/');
    if (!is_word(text.substr(0, slash))) return std::string(rule);
    if (slash == std::string_view::npos) return {};
    text.remove_prefix(slash + 1);
  }
}

std::string uuid_rule(std::string_view text) {
  return base::is_uuid(text) ? "" : "must be a UUID such as 123e4567-e89b-42d3-a456-426614174000";
}

std::string revision_rule(std::string_view text) {
  // Within the limit as given, so that the schema can say it.
  if (text.size() > longest_revision) return fmt::format("must have at most {} characters", longest_revision);
  return aic::revision_violation(text);
}

std::string pointer_rule(std::string_view text) {
  try {
    return aic::Pointer::parse(text).is_root() ? "must name a field, not the whole object" : "";
  } catch (const base::Error&) {
    return "must be a JSON pointer such as /address/city, with ~ written as ~0 and / inside a name as ~1";
  }
}

std::string pointer_text(std::string_view text) {
  return aic::Pointer::parse(text).str();
}

}  // namespace

namespace syntax {

const Syntax segment{
    .pattern = R"(^[^/\\]*[^ ./\\][^/\\]*$)",
    .most = 1024,
    .violation = segment_rule,
    .note = R"(No "..", %2F or control characters.)",
};

const Syntax object_type{.pattern = "^[A-Za-z0-9_-]+$", .most = 128, .violation = word_rule};

const Syntax definition_name{.pattern = "^[A-Za-z0-9_]+$", .most = 128, .violation = definition_rule};

const Syntax custom_property{.pattern = "^custom_[A-Za-z0-9_-]+$", .most = 128, .violation = custom_property_rule};

const Syntax esv_id{.pattern = "^esv-[a-z0-9_-]+$", .most = 124, .violation = esv_rule};

const Syntax feature{.pattern = "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$", .most = 128, .violation = feature_rule};

const Syntax log_source{.pattern = "^[A-Za-z0-9_-]+$", .most = 128, .violation = word_rule};

const Syntax script_context{.pattern = "^[A-Za-z0-9_]+$", .most = 128, .violation = definition_rule};

const Syntax uuid{
    .pattern = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
    .most = 36,
    .violation = uuid_rule,
};

const Syntax revision{
    .pattern = "^[!-~]+$",
    .most = longest_revision,
    .violation = revision_rule,
    .note = "Must not be *.",
    .normal = aic::bare_revision,
};

const Syntax json_pointer{
    .pattern = "^/?([^/~]|~[01])+(/([^/~]|~[01])+)*$",
    .most = 1024,
    .violation = pointer_rule,
    .normal = pointer_text,
};

}  // namespace syntax
}  // namespace tools
