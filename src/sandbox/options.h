// The command line of aic-sandbox.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sandbox/sandbox.h"

namespace sandbox {

struct ProgramOptions {
  SandboxOptions sandbox;
  std::string ca_file;      // empty = a file of its own in the temporary folder
  bool print_json = false;  // one line for programs instead of the text for people
  bool quiet = false;
};

struct Parsed {
  std::optional<ProgramOptions> options;  // nothing = the program ends at once, with `exit_code`
  int exit_code = 0;
};

// Prints help and complaints itself. The program's name comes first.
Parsed parse_options(std::vector<std::string> arguments);

}  // namespace sandbox
