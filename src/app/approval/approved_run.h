// A call that the person approves before anything is sent (R-APR-01, R-APR-04).
#pragma once

#include "app/acting.h"
#include "app/approval/approvals.h"
#include "app/persons.h"
#include "auth/session.h"
#include "mcp/client.h"
#include "tools/kit/tool.h"

namespace app {

struct ApprovedRun {
  Acting& acting;
  Approvals& approvals;
  Persons& persons;
  auth::Session& session;
  const MakeTenant& make_tenant;
  aic::Edges edges;
  mcp::Client& client;
  tools::Surroundings surroundings;
  std::string tenant;  // its host, for people

  // Previews the call, asks, and runs it so that no other write leaves than those that were shown. Where these are not
  // the ones any more that the call would send, asks once more; then the call fails with `conflict`.
  net::Task<tools::Ran> run(const tools::Tool& tool, const base::Json& arguments);
};

}  // namespace app
