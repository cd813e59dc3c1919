// The revisions with a handshake: 2024-11-05, 2025-03-26, 2025-06-18 and 2025-11-25. One session per client.
#pragma once

#include "mcp/elicitations.h"
#include "mcp/era.h"
#include "mcp/subscriptions.h"
#include "mcp/work.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mcp {

// Newest first. Revisions are dates, so later ones compare greater.
inline constexpr std::array<std::string_view, 4> legacy_revisions = {"2025-11-25", "2025-06-18", "2025-03-26",
                                                                     "2024-11-05"};

// What handshake, notifications and requests have agreed upon. Whoever still holds the client of a call keeps it alive.
struct Handshake {
  Handshake(Outlet& outlet, const Edges& edges) : elicitations(outlet, edges.loop, edges.random) {}

  std::string_view revision;  // empty before the handshake
  Askable askable;
  Json client;         // Implementation, as the client gives it
  bool ready = false;  // the client said `initialized`; before that nothing may be asked
  LogLevel log_level = LogLevel::info;
  Interest interest;
  Elicitations elicitations;
};

class Legacy final : public Era {
 public:
  // `outlet` takes requests of ours and what belongs to no request.
  Legacy(Edges& edges, Outlet& outlet);
  ~Legacy() override { session_->elicitations.shut(); }
  Legacy(const Legacy&) = delete;
  Legacy& operator=(const Legacy&) = delete;

  Step take(Request request, std::shared_ptr<Outlet> outlet) override;
  void take(const Notification& notification);
  void take(const Response& response);

  // True for an `initialize` after the first one: the host has begun anew, and what it asked before is of no use to it.
  bool is_begun_anew_by(const Request& request) const;
  // What the handshake agreed upon; empty before it.
  std::string_view revision() const { return session_->revision; }
  // The client has said that it is ready.
  bool is_ready() const { return session_->ready; }
  // JSON-RPC batches exist in 2025-03-26 only.
  bool takes_batches() const { return session_->revision == "2025-03-26"; }

 private:
  std::string initialize(const Request& request);
  void forget_former();
  void begin();
  net::Task<std::string> start(const Request& request, Work work, std::shared_ptr<Outlet> outlet);
  // The requests that change the session; false for others.
  bool configure(const Request& request);
  void watch(const Json& params, bool on);

  Edges& edges_;
  Outlet& outlet_;
  std::shared_ptr<Handshake> session_;
  Changes::Listening listening_;
};

}  // namespace mcp
