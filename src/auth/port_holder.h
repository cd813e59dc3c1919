// Who holds the redirect port, when it is not us (R-PKC-19).
#pragma once

#include <cstdint>
#include <string>

#include "net/loop.h"

namespace auth {

struct PortHolder {
  bool is_listener_of_ours = false;  // another AIC MCP server that signs somebody in
  std::string name;                  // "node (pid 4711)"; empty where the system does not tell
};

// Asks whoever listens there, and the system. Takes 3 s at most.
net::Task<PortHolder> ask_port_holder(net::Loop& loop, net::Clock& clock, std::uint16_t port);

// The process that listens on that port, "node (pid 4711)"; empty where the system does not tell. One source file per
// system.
std::string listening_process(std::uint16_t port);

}  // namespace auth
