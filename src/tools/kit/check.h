// Checking the arguments of a call against the fields of its tool, before anything else happens: all violations at
// once, each with its path, the rule and a short form of the value (R-ARG-01, -10, -11).
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "tools/kit/param.h"

namespace tools {

struct Violation {
  std::string path;   // "operations[0].field"
  std::string rule;   // "must be one of alpha, bravo"
  std::string value;  // short form; empty where it must not or need not be shown
};
using Violations = std::vector<Violation>;

// What the checks between arguments are given: the arguments that are fine one by one.
class Checking {
 public:
  Checking(const Json& arguments, std::int64_t now_unix_ms, Violations& violations)
      : now_unix_ms(now_unix_ms), arguments_(arguments), violations_(violations) {}

  // The value of an argument; nothing when it was left out (its default does not count) or is refused by itself.
  template <typename T>
  std::optional<T> given(const Field<T>& field) const {
    if (!arguments_.contains(field.name())) return std::nullopt;
    return field.read(arguments_);
  }
  template <typename T>
  std::optional<T> given(const Field<std::optional<T>>& field) const {
    return field.read(arguments_);
  }
  void refuse(std::string path, std::string rule, std::string value = {}) {
    violations_.push_back({std::move(path), std::move(rule), std::move(value)});
  }
  void refuse(Violations faults) { std::ranges::move(faults, std::back_inserter(violations_)); }

  // True when something is refused already.
  bool has_refused() const { return !violations_.empty(); }

  std::int64_t now_unix_ms;

 private:
  const Json& arguments_;
  Violations& violations_;
};

// What is wrong with an object that should have these members and no others.
Violations check(const std::vector<Param>& params, const Json& object);

// A value for people in one line; objects, arrays and values of secret members only by kind and size.
std::string short_form(const Json& value);

// Violations where the arguments of a write hold the text that stands for a hidden secret in results (R-RES-14),
// except where the tool itself restores secrets.
Violations find_placeholders(const std::vector<Param>& params, const Json& arguments);
// The same in one value, without exception; paths begin with `path`.
Violations find_placeholders(const Json& value, const std::string& path);

// The failure that tells all violations.
base::Error violations_error(const Violations& violations);

}  // namespace tools
