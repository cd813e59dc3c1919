// The stateless revision 2026-07-28: every request says its version and what its client can do, and a question to the
// person travels in a result, after which the request comes again with the answer (basic/patterns/mrtr).
#pragma once

#include "mcp/era.h"
#include "mcp/seal.h"
#include "mcp/work.h"

#include <memory>
#include <string>
#include <string_view>

namespace mcp {

inline constexpr std::string_view modern_revision = "2026-07-28";

// What a request for a version gets that we do not speak, with those that we do.
ProtocolError unsupported_version_error(const std::string& requested);

class Modern final : public Era {
 public:
  explicit Modern(Edges& edges);

  // True for a request that names its protocol version, as only this era's requests do.
  static bool claims(const Request& request);
  // That version, or null.
  static const Json& version_of(const Request& request);

  Step take(Request request, std::shared_ptr<Outlet> outlet) override;

 private:
  std::string discover(const Request& request) const;
  net::Task<std::string> start(const Request& request, Work work, std::shared_ptr<Outlet> outlet);
  net::Task<std::string> start_listening(const Request& request, std::shared_ptr<Outlet> outlet) const;

  Edges& edges_;
  std::shared_ptr<Seals> seals_;  // shared with running calls
  Json server_info_;              // `_meta` of every result
};

}  // namespace mcp
