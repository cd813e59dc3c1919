// The forms that names take in this product: each as a published pattern, as a check that says what is wrong, and as
// what a handler reads. tests/tools/schema_agreement_test.cpp proves that pattern and check agree; where a pattern
// cannot say all, it takes too much, never too little, and a note says the rest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tools {

// One form of text. Patterns are what RE2, Go, Rust, ECMAScript and grammars of models all read (R-OFF-04): anchored,
// without look-around, classes written out.
struct Syntax {
  std::string_view pattern;  // empty for anything
  std::int64_t most;         // characters
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
