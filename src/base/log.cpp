#include "base/log.h"

#include <atomic>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/encoding.h"
#include "base/secret.h"

namespace base {
namespace {

constexpr std::size_t longest_line = 4096;

std::atomic<LogLevel> current_level{LogLevel::warn};

spdlog::logger& logger() {
  static const auto made = [] {
    auto instance = std::make_unique<spdlog::logger>("aic", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    instance->set_level(spdlog::level::trace);
    instance->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %v", spdlog::pattern_time_type::utc);
    instance->flush_on(spdlog::level::trace);
    return instance;
  }();
  return *made;
}

spdlog::level::level_enum native(LogLevel level) {
  switch (level) {
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::debug:
      return spdlog::level::debug;
  }
  return spdlog::level::err;
}

void write(LogLevel level, std::string_view text) {
  // Redaction comes first: making the text printable could cut a secret in two.
  std::string line(text);
  redact(line);
  logger().log(native(level), "{}", printable(line, longest_line));
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  if (text == "error") return LogLevel::error;
  if (text == "warn") return LogLevel::warn;
  if (text == "info") return LogLevel::info;
  if (text == "debug") return LogLevel::debug;
  return std::nullopt;
}

void set_log_level(LogLevel level) {
  current_level = level;
}
bool log_enabled(LogLevel level) {
  return level <= current_level.load(std::memory_order_relaxed);
}

void log_line(LogLevel level, std::string_view text) {
  if (log_enabled(level)) write(level, text);
}

void announce(std::string_view text) {
  write(LogLevel::info, text);
}

}  // namespace base
