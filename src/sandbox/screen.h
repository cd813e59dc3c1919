// What aic-sandbox shows: an introduction when it is ready, and a line for each request.
#pragma once

#include <string>
#include <vector>

#include "sandbox/journal.h"

namespace sandbox {

struct Introduction {
  std::string url;
  std::string ca_file;
  std::string spki_sha256;
  std::string user;
  std::string password;
  std::string program;  // aic-mcp-server, as it lies beside this program
};

// For people: with what an MCP client's configuration needs.
std::string introduction_text(const Introduction& introduction);
// For programs: one line.
std::string introduction_json(const Introduction& introduction);

// A line for stderr where other machines may reach one of these addresses; else empty.
std::string exposure_warning(const std::vector<std::string>& addresses);

// On stderr, in colour on a terminal.
void print_request(const RequestRecord& record);

}  // namespace sandbox
