// Diagnostics on stderr: one event one line, with time and level, without any living secret.
#pragma once

#include <optional>
#include <string_view>

#include <fmt/core.h>

namespace base {

enum class LogLevel { error, warn, info, debug };

std::optional<LogLevel> parse_log_level(std::string_view text);  // nothing when it is no level
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);

// Writes one line; control characters become spaces, living secrets "[redacted]".
void log_line(LogLevel level, std::string_view text);

// The same for what a person must see whatever the level, such as the address to sign in at.
void announce(std::string_view text);

template <typename... Args>
void log(LogLevel level, fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(level)) log_line(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace base
