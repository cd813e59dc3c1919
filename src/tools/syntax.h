// The forms that names take in this product: each as a published pattern, as a check that says what is wrong, and as
// what a handler reads. tests/tools/schema_agreement_test.cpp proves that pattern and check agree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tools {

// One form of text. Patterns are ECMA-262 without look-around (R-ARG-12).
struct Syntax {
  std::string_view pattern;   // what the text must match; empty for anything
  std::string_view excludes;  // what it must not match, published as `not`; empty for nothing
  std::int64_t most;          // characters
  bool says_most = false;     // the pattern itself does
  // What is wrong with the text ("must …"), or empty.
  std::string (*violation)(std::string_view text);
  // What the pattern cannot say; becomes part of the description.
  std::string_view note = {};
  // How a handler reads it, where that differs from what was given.
  std::string (*normal)(std::string_view text) = nullptr;
};

namespace syntax {

extern const Syntax segment;          // anything that becomes a path segment (R-ARG-03)
extern const Syntax object_type;      // a managed object type (R-ARG-05)
extern const Syntax definition_name;  // a managed object type that is being defined
extern const Syntax custom_property;  // a relationship property (R-ARG-05)
extern const Syntax esv_id;           // R-ARG-05
extern const Syntax feature;          // may hold slashes: am/2fa/profiles
extern const Syntax log_source;       // R-ARG-07
extern const Syntax script_context;   // AUTHENTICATION_TREE_DECISION_NODE
extern const Syntax uuid;
extern const Syntax revision;      // goes into If-Match (R-ARG-08); read without an ETag's quotes
extern const Syntax json_pointer;  // not to the root (R-ARG-09); read with its leading slash

}  // namespace syntax
}  // namespace tools
