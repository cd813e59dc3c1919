// An independent validator of JSON Schema, for what the tools publish: valijson, with std::wregex for patterns, as
// valijson matches bytes.
#pragma once

#include "base/json.h"

#include <memory>
#include <string>

namespace test {

// Whether a pattern of ours (ECMA 262, without flags) is found in a text. Both are UTF-8.
bool matches(const std::string& pattern, const std::string& text);

class SchemaValidator {
 public:
  explicit SchemaValidator(const base::Json& schema);
  ~SchemaValidator();

  bool accepts(const base::Json& value) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace test
