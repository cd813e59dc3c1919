// JSON pointers (RFC 6901) as patch operations name fields with them, and revisions as headers carry them.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace aic {

// A path into a document, parsed: never empty tokens, "~" only as ~0 and ~1 (R-ARG-09).
class Pointer {
 public:
  Pointer() = default;
  explicit Pointer(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}
  // A missing leading slash is added. "" and "/" are the root. Throws Error{invalid_request}.
  static Pointer parse(std::string_view text);

  std::string str() const;  // "" for the root
  bool is_root() const { return tokens_.empty(); }
  const std::vector<std::string>& tokens() const { return tokens_; }
  // True when `other` is this place or lies below it.
  bool contains(const Pointer& other) const;
  bool overlaps(const Pointer& other) const { return contains(other) || other.contains(*this); }
  Pointer operator/(std::string token) const;

  auto operator<=>(const Pointer&) const = default;

 private:
  std::vector<std::string> tokens_;
};

// The value there, or null when the path leads nowhere. Array elements are named by index.
const base::Json* find(const base::Json& document, const Pointer& pointer);

// Why a text cannot be a revision (R-ARG-08), or empty when it can. Quotes of an ETag count as not there.
std::string revision_violation(std::string_view revision);
// Without the quotes of an ETag.
std::string bare_revision(std::string_view revision);

}  // namespace aic
