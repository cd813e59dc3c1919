// The product behind the protocol: tools, and what else MCP can offer of them: resources, prompts, completion.
#pragma once

#include <string>
#include <vector>

#include "aic/tenant.h"
#include "app/completer.h"
#include "app/options.h"
#include "app/prompts.h"
#include "app/resources.h"
#include "app/runner.h"
#include "auth/session.h"
#include "mcp/host.h"
#include "tools/kit/tool.h"

namespace app {

class Host final : public mcp::Host {
 public:
  // What `edges`, `browser`, `session` and `options` name outlives the host and its calls.
  Host(aic::Edges edges, net::Browser& browser, auth::Session& session, const Options& options,
       std::vector<const tools::Tool*> offered, std::shared_ptr<AuditLog> audit);

  const mcp::Identity& identity() const override { return identity_; }
  const base::Json& tools() const override { return listed_; }
  net::Task<mcp::ToolResult> call_tool(mcp::ToolCall call) override;
  mcp::Resources* resources() override { return &resources_; }
  mcp::Prompts* prompts() override { return &prompts_; }
  mcp::Completer* completer() override { return &completer_; }
  mcp::Changes* changes() override { return &changes_; }

 private:
  const tools::Tool& find(const std::string& name) const;
  void tell_changes(const tools::Tool& tool, bool is_error);

  const Options& options_;
  Runner runner_;
  mcp::Identity identity_;
  base::Json listed_;
  Resources resources_;
  Prompts prompts_;
  Completer completer_;
  mcp::Changes changes_{{.resources = true}};
  bool listed_for_someone_ = false;  // somebody was signed in when the resources were last said to have changed
};

}  // namespace app
