// The revisions with a handshake: 2024-11-05, 2025-03-26, 2025-06-18 and 2025-11-25. One session per client.
#pragma once

#include "mcp/elicitations.h"
#include "mcp/era.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mcp {

// Newest first. Revisions are dates, so later ones compare greater.
inline constexpr std::array<std::string_view, 4> legacy_revisions = {"2025-11-25", "2025-06-18", "2025-03-26",
                                                                     "2024-11-05"};

// What handshake and notifications have agreed upon. Whoever still holds the client of a call keeps it alive.
struct Session {
  Session(Outlet& outlet, const World& world) : elicitations(outlet, world.loop, world.random) {}

  std::string_view revision;  // empty before the handshake
  Askable askable;
  bool ready = false;  // the client said `initialized`; before that nothing may be asked
  Elicitations elicitations;
};

class Legacy final : public Era {
 public:
  // `outlet` takes requests of ours.
  Legacy(World& world, Outlet& outlet);
  ~Legacy() override { session_->elicitations.shut(); }
  Legacy(const Legacy&) = delete;
  Legacy& operator=(const Legacy&) = delete;

  Step take(Request request, std::shared_ptr<Outlet> outlet) override;
  void take(const Notification& notification);
  void take(const Response& response);

  // JSON-RPC batches exist in 2025-03-26 only.
  bool takes_batches() const { return session_->revision == "2025-03-26"; }

 private:
  std::string initialize(const Request& request);
  const std::string& tool_list();
  net::Task<std::string> start_call(const Request& request, std::shared_ptr<Outlet> outlet);

  World& world_;
  std::shared_ptr<Session> session_;
  std::string tool_list_;  // the printed result of tools/list, once asked for
};

}  // namespace mcp
