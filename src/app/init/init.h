// `aic-mcp-server init`: writes this server into the configuration of an MCP client, and takes it out (R-INI-01).
#pragma once

#include <filesystem>
#include <string>

#include "app/init/clients.h"
#include "app/options.h"

namespace app {

struct InitCommand {
  std::string client;  // empty = ask, or list what is installed
  std::string tenant;  // empty = AIC_BASE_URL
  std::string name = "aic";
  bool print = false;  // the entry alone
  bool remove = false;
};

// Changes the file: a copy of it stays as *.bak (*.1.bak, … where there is another one), the new text takes its place
// in one step, and a symbolic link stays one. Returns false where nothing was to be changed. Throws
// base::Error{conflict} with the reason why it was not touched.
bool edit_file(const std::filesystem::path& file, const McpClient& client, const ServerEntry& entry, bool remove);

// The whole command: prints, and returns the exit code. `program` is the path of this program.
int run_init(const InitCommand& command, const Environment& environment, const std::string& program);

}  // namespace app
