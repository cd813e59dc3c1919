// Who wants to be told of which changes, and the notifications that tell it, for both eras. Internal to this library.
#pragma once

#include "mcp/host.h"

#include <set>
#include <string>

namespace mcp {

// What one session or subscription is told.
struct Interest {
  bool tools = false;
  bool prompts = false;
  bool resources = false;
  std::set<std::string> uris;

  bool covers(const Change& change) const;
};

inline constexpr std::size_t most_watched = 1'000;  // resources, for one session or subscription

// All lists of the host that change; no single resource.
Interest all_lists(Host& host);
// The part of `notifications` (SubscriptionFilter of 2026-07-28) that the host can honour. Throws
// ProtocolError{invalid_params} for what is none.
Interest honoured(const Json& wanted, Host& host);
// As a SubscriptionFilter.
Json as_filter(const Interest& interest);

bool can_watch(Host& host);

// The notification; `meta` is its `_meta`, or null.
std::string print_change(const Change& change, const Json& meta);

}  // namespace mcp
