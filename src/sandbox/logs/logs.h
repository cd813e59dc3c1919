// /monitoring/logs and /keys: what the tenant has written down, and the keys that once gave access to it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "sandbox/tenant.h"

namespace sandbox {

struct LogEntry {
  std::int64_t time_ms = 0;
  std::uint64_t number = 0;  // in order of writing
  std::string source;        // "am-access"
  std::string transaction;   // also part of the payload where that is an object
  base::Json payload;        // an object, or a line of text
};

struct LogState {
  std::deque<LogEntry> entries;  // oldest first
  std::uint64_t dropped = 0;     // how many fell out at the front
  std::vector<base::Json> keys;
  std::int64_t window_ms = 0;  // begin of the minute that is counted
  int in_window = 0;
  std::uint64_t made = 0;  // entries ever written
};

namespace logs {

// events.cpp: audit events in the shape that AM and IDM give them.
struct Event {
  std::int64_t time_ms = 0;
  std::string source;  // "am-authentication"
  std::string name;    // eventName
  std::string transaction;
  std::string realm;  // "/alpha"; empty for IDM
  std::string principal;
  std::string user_id;
};
// `details` are the members that this event has beyond the common ones.
void write(LogState& state, const Event& event, const base::Json& details);
void write_text(LogState& state, std::int64_t time_ms, std::string_view source, std::string_view transaction,
                std::string_view text);
// A line of AM's own log, as am-core has it.
void write_core(LogState& state, std::int64_t time_ms, std::string_view transaction, std::string_view level,
                std::string_view logger, std::string_view message);

}  // namespace logs
}  // namespace sandbox
