// A call that the person approves before anything is sent (R-APR-01, R-APR-04).
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/acting.h"
#include "app/approval/approvals.h"
#include "app/persons.h"
#include "auth/session.h"
#include "mcp/client.h"
#include "tools/kit/tool.h"

namespace app {

class ApprovedRun {
 public:
  struct Parts {
    Acting& acting;
    Approvals& approvals;
    Persons& persons;
    auth::Session& session;
    mcp::Client& client;
    std::size_t most_shown;  // of the result
    std::string tenant;      // its host, for people
    // Gets how each approval came, and the fingerprint of what was approved.
    std::function<void(std::string_view how, const std::string& fingerprint)> on_approval;
  };
  ApprovedRun(Parts parts, const tools::Tool& tool, const base::Json& arguments)
      : parts_(std::move(parts)), tool_(tool), arguments_(arguments) {}

  // Previews the call, asks, and runs it so that no other write leaves than those that were shown. Where these are not
  // the ones any more that the call would send, asks once more; then the call fails with `conflict`.
  net::Task<tools::Ran> run();

 private:
  net::Task<tools::Ran> ask_and_run();
  net::Task<std::optional<Approvals::How>> ask(const tools::Preview& preview, const auth::SignIn& person);
  net::Task<bool> ask_further(aic::WrittenRequest request, auth::SignIn person);
  net::Task<std::optional<tools::Ran>> run_guarded(const tools::Preview& preview, const auth::SignIn& person);

  Parts parts_;
  const tools::Tool& tool_;
  const base::Json& arguments_;
  int asked_ = 0;
  std::optional<tools::Preview> former_;  // that was asked about
};

}  // namespace app
