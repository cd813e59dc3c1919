// The published JSON Schema of an MCP revision, for checking what our server writes. The schemas lie beside the
// repository, in ../shared/mcp; where they are missing, `load` gives nothing and the test has to say so.
#pragma once

#include "base/json.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace test {

class WireSchema {
 public:
  static std::optional<WireSchema> load(std::string_view source_dir, std::string_view revision);

  // What is wrong with the value as an instance of that definition; empty when nothing is.
  std::string problems(const std::string& definition, const base::Json& value) const;

 private:
  nlohmann::json document_;
  std::string definitions_;  // "definitions" or "$defs"
};

}  // namespace test
