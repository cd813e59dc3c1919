#include "app/init/clients.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace app {
namespace {

using base::Json;
using std::filesystem::path;

// A sign-in may take its time.
constexpr int tool_timeout_s = 300;

Json variables_of(const ServerEntry& entry) {
  return {{std::string(tenant_variable), entry.tenant}};
}

// Claude Desktop, Cursor, Gemini CLI, Windsurf.
Json plain_entry(const ServerEntry& entry) {
  return {{"command", entry.program}, {"args", Json::array()}, {"env", variables_of(entry)}};
}

// Claude Code and VS Code say of which kind a server is.
Json typed_entry(const ServerEntry& entry) {
  return {{"type", "stdio"}, {"command", entry.program}, {"args", Json::array()}, {"env", variables_of(entry)}};
}

Json zed_entry(const ServerEntry& entry) {
  return {{"source", "custom"}, {"command", entry.program}, {"args", Json::array()}, {"env", variables_of(entry)}};
}

std::string toml_block(const ServerEntry& entry) {
  std::string block = fmt::format("[mcp_servers.{}]\ncommand = {}\nenv = {{ {} = {} }}\n", entry.name,
                                  in_quotes(entry.program), tenant_variable, in_quotes(entry.tenant));
  std::vector<std::string> names;
  for (const auto name : variables_to_pass()) names.push_back(in_quotes(name));
  if (!names.empty()) block += fmt::format("env_vars = [{}]\n", fmt::join(names, ", "));
  return block + fmt::format("tool_timeout_sec = {}\n", tool_timeout_s);
}

std::string yaml_block(const ServerEntry& entry) {
  // A name such as "on" or "1" would be no text for YAML.
  return fmt::format(
      "  {0}:\n    enabled: true\n    type: stdio\n    name: {0}\n    description: PingOne Advanced Identity Cloud\n"
      "    cmd: {1}\n    args: []\n    envs:\n      {2}: {3}\n    env_keys: []\n    timeout: {4}\n",
      in_quotes(entry.name), in_quotes(entry.program), tenant_variable, in_quotes(entry.tenant), tool_timeout_s);
}

// The three functions of a client whose configuration is JSON.
template <const char* section, Json (*make)(const ServerEntry&)>
struct InJson {
  static std::string show(const ServerEntry& entry) {
    const Json document = {{section, {{entry.name, make(entry)}}}};
    return document.dump(2) + "\n";
  }
  static Edited set(std::string_view text, const ServerEntry& entry) {
    return set_json_entry(text, section, entry, make(entry));
  }
  static Edited remove(std::string_view text, std::string_view name) { return remove_json_entry(text, section, name); }
};
constexpr char mcp_servers[] = "mcpServers";
constexpr char servers[] = "servers";
constexpr char context_servers[] = "context_servers";
using Plain = InJson<mcp_servers, plain_entry>;
using ClaudeCode = InJson<mcp_servers, typed_entry>;
using VsCode = InJson<servers, typed_entry>;
using Zed = InJson<context_servers, zed_entry>;

struct Codex {
  static constexpr std::string_view section = "mcp_servers";
  static Edited set(std::string_view text, const ServerEntry& entry) {
    return set_toml_entry(text, section, entry, toml_block(entry));
  }
  static Edited remove(std::string_view text, std::string_view name) { return remove_toml_entry(text, section, name); }
};

struct Goose {
  static constexpr std::string_view section = "extensions";
  static std::string show(const ServerEntry& entry) { return fmt::format("{}:\n{}", section, yaml_block(entry)); }
  static Edited set(std::string_view text, const ServerEntry& entry) {
    return set_yaml_entry(text, section, entry, yaml_block(entry));
  }
  static Edited remove(std::string_view text, std::string_view name) { return remove_yaml_entry(text, section, name); }
};

using Env = const Environment&;

path home(Env environment, std::string_view name) {
  return inside(user_folders(environment).home, name);
}
path of_program(Env environment, std::string_view name) {
  return inside(user_folders(environment).programs, name);
}
// The folder that a variable of the client names.
path named_folder(Env environment, const char* name, const path& otherwise) {
  const auto named = variable(environment, name);
  return named.empty() ? otherwise : to_path(named);
}

path claude_code_folder(Env environment) {
  return named_folder(environment, "CLAUDE_CONFIG_DIR", home(environment, ".claude"));
}
path gemini_folder(Env environment) {
  return inside(named_folder(environment, "GEMINI_CLI_HOME", user_folders(environment).home), ".gemini");
}
path codex_folder(Env environment) {
  return named_folder(environment, "CODEX_HOME", home(environment, ".codex"));
}

const std::vector<McpClient> table = {
    {.name = "claude-code",
     .title = "Claude Code",
     .file =
         [](Env env) { return inside(named_folder(env, "CLAUDE_CONFIG_DIR", user_folders(env).home), ".claude.json"); },
     .folder = claude_code_folder,
     .show = ClaudeCode::show,
     .set = ClaudeCode::set,
     .remove = ClaudeCode::remove},
    {.name = "claude-desktop",
     .title = "Claude Desktop",
     .file = [](Env env) { return inside(user_folders(env).claude_desktop, "claude_desktop_config.json"); },
     .folder = [](Env env) { return user_folders(env).claude_desktop; },
     .show = Plain::show,
     .set = Plain::set,
     .remove = Plain::remove},
    {.name = "cursor",
     .title = "Cursor",
     .file = [](Env env) { return home(env, ".cursor/mcp.json"); },
     .folder = [](Env env) { return home(env, ".cursor"); },
     .show = Plain::show,
     .set = Plain::set,
     .remove = Plain::remove},
    {.name = "vscode",
     .title = "VS Code",
     .file = [](Env env) { return of_program(env, "Code/User/mcp.json"); },
     .folder = [](Env env) { return of_program(env, "Code/User"); },
     .show = VsCode::show,
     .set = VsCode::set,
     .remove = VsCode::remove},
    {.name = "gemini-cli",
     .title = "Gemini CLI",
     .file = [](Env env) { return inside(gemini_folder(env), "settings.json"); },
     .folder = gemini_folder,
     .show = Plain::show,
     .set = Plain::set,
     .remove = Plain::remove},
    {.name = "codex",
     .title = "Codex",
     .file = [](Env env) { return inside(codex_folder(env), "config.toml"); },
     .folder = codex_folder,
     .show = toml_block,
     .set = Codex::set,
     .remove = Codex::remove},
    {.name = "windsurf",
     .title = "Windsurf",
     .file = [](Env env) { return home(env, ".codeium/windsurf/mcp_config.json"); },
     .folder = [](Env env) { return home(env, ".codeium/windsurf"); },
     .show = Plain::show,
     .set = Plain::set,
     .remove = Plain::remove},
    {.name = "zed",
     .title = "Zed",
     .file = [](Env env) { return inside(user_folders(env).zed, "settings.json"); },
     .folder = [](Env env) { return user_folders(env).zed; },
     .show = Zed::show,
     .set = Zed::set,
     .remove = Zed::remove},
    {.name = "goose",
     .title = "Goose",
     .file = [](Env env) { return inside(user_folders(env).goose, "config.yaml"); },
     .folder = [](Env env) { return user_folders(env).goose; },
     .show = Goose::show,
     .set = Goose::set,
     .remove = Goose::remove},
};

}  // namespace

std::span<const McpClient> mcp_clients() {
  return table;
}

const McpClient* find_client(std::string_view name) {
  const auto found = std::ranges::find(table, name, &McpClient::name);
  return found == table.end() ? nullptr : &*found;
}

std::string variable(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

path to_path(std::string_view text) {
  return {std::u8string(text.begin(), text.end())};
}

std::string to_text(const path& path) {
  const auto text = path.u8string();
  return {text.begin(), text.end()};
}

path inside(const path& folder, std::string_view name) {
  return folder.empty() ? path() : folder / to_path(name);
}

}  // namespace app
