// The MCP clients whose configuration `init` writes: where each keeps it, and in which form (R-INI-01).
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "app/init/entry.h"
#include "app/options.h"

namespace app {

struct McpClient {
  std::string_view name;   // for --client
  std::string_view title;  // for people
  // The file, and the folder whose existence shows that the client is installed. Empty where the environment does not
  // say where they are.
  std::filesystem::path (*file)(const Environment& environment);
  std::filesystem::path (*folder)(const Environment& environment);
  // The entry alone, as it would stand in an empty file.
  std::string (*show)(const ServerEntry& entry);
  Edited (*set)(std::string_view text, const ServerEntry& entry);
  Edited (*remove)(std::string_view text, std::string_view name);
};

std::span<const McpClient> mcp_clients();
// Null for an unknown name.
const McpClient* find_client(std::string_view name);

// Where programs keep the settings of this user; empty where the environment does not say. One source file per system.
struct UserFolders {
  std::filesystem::path home;      // of clients that keep to it everywhere
  std::filesystem::path programs;  // of programs with windows: ~/.config, ~/Library/Application Support, %APPDATA%
  std::filesystem::path claude_desktop;  // these have folders of their own on some systems
  std::filesystem::path goose;
  std::filesystem::path zed;
};
UserFolders user_folders(const Environment& environment);

// What a client on this system has to pass on by name, where it passes little on by itself.
std::span<const std::string_view> variables_to_pass();

// A variable's value; empty where it is not set.
std::string variable(const Environment& environment, const char* name);
// Our texts are UTF-8; those of Windows' paths are not.
std::filesystem::path to_path(std::string_view text);
std::string to_text(const std::filesystem::path& path);
// `folder`/`name`; empty where the folder is.
std::filesystem::path inside(const std::filesystem::path& folder, std::string_view name);

}  // namespace app
