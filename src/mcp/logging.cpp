#include "mcp/logging.h"

#include "mcp/host.h"
#include "mcp/message.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mcp {
namespace {

constexpr std::array<std::string_view, 8> log_level_names = {"debug", "info",     "notice", "warning",
                                                             "error", "critical", "alert",  "emergency"};

}  // namespace

LogLevel read_log_level(const Json& value) {
  const auto* found =
      std::ranges::find_if(log_level_names, [&](std::string_view name) { return base::is_text(value, name); });
  if (found == log_level_names.end()) {
    throw ProtocolError(rpc::invalid_params,
                        "the log level must be debug, info, notice, warning, error, critical, alert or emergency");
  }
  return static_cast<LogLevel>(found - log_level_names.begin());
}

std::string print_log(LogLevel level, const std::string& logger, const Json& data) {
  Json params = {{"level", log_level_names.at(static_cast<std::size_t>(level))}};
  if (!logger.empty()) params["logger"] = logger;
  params["data"] = data;
  return print_notification("notifications/message", base::print_json(params));
}

}  // namespace mcp
