// The client of one request of 2026-07-28. Internal to this library.
#pragma once

#include "mcp/era.h"
#include "mcp/rounds.h"

#include <memory>
#include <optional>

namespace mcp {

struct ModernClientParts {
  Abilities can;
  Json meta;  // of the request
  Json implementation;
  std::optional<LogLevel> log_level;
};

std::shared_ptr<Client> make_modern_client(ModernClientParts parts, const Round& round, std::shared_ptr<Outlet> outlet);

}  // namespace mcp
