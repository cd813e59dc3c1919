// The product behind the protocol: finds the tool, checks the arguments, and runs it as the signed-in person.
#pragma once

#include <string>
#include <vector>

#include "aic/tenant.h"
#include "app/options.h"
#include "auth/session.h"
#include "mcp/host.h"
#include "tools/tool.h"

namespace app {

class Host final : public mcp::Host {
 public:
  // What `world`, `session` and `options` name outlives the host and its calls.
  Host(aic::World world, auth::Session& session, const Options& options, std::vector<const tools::Tool*> offered);

  const mcp::Identity& identity() const override { return identity_; }
  const base::Json& tools() const override { return listed_; }
  net::Task<mcp::ToolResult> call_tool(mcp::ToolCall call) override;

 private:
  const tools::Tool& find(const std::string& name) const;

  aic::World world_;
  auth::Session& session_;
  const Options& options_;
  mcp::Identity identity_;
  std::vector<const tools::Tool*> offered_;
  base::Json listed_;
};

}  // namespace app
