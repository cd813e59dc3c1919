// The command line: the MCP server without a word, else one of the commands (R-INI-02).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/audit/show.h"
#include "app/init/init.h"

namespace app {

// No command: MCP on stdin and stdout.
struct Serve {};

struct DoctorCommand {
  bool json = false;
  bool sign_in = false;
};

using Command = std::variant<Serve, DoctorCommand, InitCommand, AuditCommand>;

struct CommandLine {
  std::optional<Command> command;  // nothing = the program ends at once, with `exit_code`
  int exit_code = 0;
  std::string text;  // to be printed then: on stdout, or on stderr where the exit code is not 0
};

// `arguments` are those behind the program's name. What is printed shows no value of any of them.
CommandLine parse_command_line(std::vector<std::string> arguments);

}  // namespace app
