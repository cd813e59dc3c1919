#include "aic/pointer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"

namespace aic {
namespace {

using base::Json;

constexpr std::size_t longest_revision = 256;

std::string decode_token(std::string_view token, std::string_view whole) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out += token[i];
      continue;
    }
    const char next = i + 1 < token.size() ? token[i + 1] : '\0';
    if (next != '0' && next != '1')
      throw base::Error(base::Errc::invalid_request,
                        fmt::format("\"{}\" is not a JSON pointer: write ~ as ~0, and / inside a name as ~1",
                                    base::printable(whole, 100)));
    out += next == '0' ? '~' : '/';
    ++i;
  }
  return out;
}

const Json* child(const Json& value, const std::string& token) {
  if (value.is_object()) {
    const auto found = value.find(token);
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array()) return nullptr;
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool is_index = failure == std::errc() && end == token.data() + token.size();
  return is_index && index < value.size() ? &value[index] : nullptr;
}

}  // namespace

Pointer Pointer::parse(std::string_view text) {
  std::vector<std::string> tokens;
  std::string_view rest = text;
  if (rest.starts_with('/')) rest.remove_prefix(1);
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const auto token = rest.substr(0, slash);
    const bool ends_in_slash = slash != std::string_view::npos && slash + 1 == rest.size();
    if (token.empty() || ends_in_slash)
      throw base::Error(base::Errc::invalid_request,
                        fmt::format("\"{}\" has an empty name between its slashes", base::printable(text, 100)));
    tokens.push_back(decode_token(token, text));
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  return Pointer(std::move(tokens));
}

std::string Pointer::str() const {
  std::string out;
  for (const auto& token : tokens_) {
    out += '/';
    for (const char c : token) {
      if (c == '~')
        out += "~0";
      else if (c == '/')
        out += "~1";
      else
        out += c;
    }
  }
  return out;
}

bool Pointer::contains(const Pointer& other) const {
  return tokens_.size() <= other.tokens_.size() && std::equal(tokens_.begin(), tokens_.end(), other.tokens_.begin());
}

Pointer Pointer::operator/(std::string token) const {
  auto tokens = tokens_;
  tokens.push_back(std::move(token));
  return Pointer(std::move(tokens));
}

const Json* find(const Json& document, const Pointer& pointer) {
  const Json* at = &document;
  for (const auto& token : pointer.tokens()) {
    at = child(*at, token);
    if (!at) return nullptr;
  }
  return at;
}

std::string bare_revision(std::string_view revision) {
  if (revision.starts_with("W/\"")) revision.remove_prefix(2);
  if (revision.size() >= 2 && revision.front() == '"' && revision.back() == '"')
    revision = revision.substr(1, revision.size() - 2);
  return std::string(revision);
}

std::string revision_violation(std::string_view revision) {
  const auto bare = bare_revision(revision);
  if (bare.empty()) return "must not be empty";
  const auto tag = revision.substr(revision.starts_with("W/") ? 2 : 0);
  if (tag.find_first_not_of("\"*") == std::string_view::npos) return "must be a revision that was read, not *";
  if (bare.size() > longest_revision) return fmt::format("must have at most {} characters", longest_revision);
  const bool visible = std::ranges::all_of(bare, [](char c) { return c > ' ' && c < '\x7F'; });
  return visible ? std::string{} : "must be visible ASCII without blanks";
}

}  // namespace aic
