// The entry of this server in the configuration of an MCP client, and the texts that hold it: JSON with comments, TOML,
// YAML. A new entry is written whole. In an entry that is there, the program, its arguments and the tenant are set, and
// whatever else the person wrote into it stays.
#pragma once

#include <string>
#include <string_view>

#include "app/init/edited.h"
#include "base/json.h"

namespace app {

inline constexpr std::string_view tenant_variable = "AIC_BASE_URL";

// What an entry says of the server.
struct ServerEntry {
  std::string name;     // of the entry
  std::string program;  // path
  std::string tenant;   // value of AIC_BASE_URL
};

// In double quotes, as JSON has it. TOML's basic strings and YAML's double-quoted scalars have the same escapes.
inline std::string in_quotes(std::string_view text) {
  return base::print_json(base::Json(std::string(text)));
}

// A member `name` of the member `section` of a JSON document, which may have comments and trailing commas. `fresh` is a
// new entry, with the members command, args and env. A blank text counts as an empty object.
Edited set_json_entry(std::string_view text, std::string_view section, const ServerEntry& entry,
                      const base::Json& fresh);
Edited remove_json_entry(std::string_view text, std::string_view section, std::string_view name);

// The table [section.name] of a TOML document. `fresh` is a new one: its lines, the header first, with a line break
// behind each.
Edited set_toml_entry(std::string_view text, std::string_view section, const ServerEntry& entry,
                      std::string_view fresh);
Edited remove_toml_entry(std::string_view text, std::string_view section, std::string_view name);

// The mapping `name` in the mapping `section` of a YAML document, with the members cmd, args and envs. `fresh` is a new
// one: its lines, indented by two spaces for each level, with a line break behind each.
Edited set_yaml_entry(std::string_view text, std::string_view section, const ServerEntry& entry,
                      std::string_view fresh);
Edited remove_yaml_entry(std::string_view text, std::string_view section, std::string_view name);

}  // namespace app
