// Runs the offered tools as the signed-in person: arguments, confirmation, tenant, result.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aic/tenant.h"
#include "app/acting.h"
#include "app/approval/approvals.h"
#include "app/audit/audit.h"
#include "app/options.h"
#include "app/persons.h"
#include "auth/session.h"
#include "mcp/client.h"
#include "tools/kit/tool.h"

namespace app {

// Which request of the client a tool runs for.
struct Request {
  std::uint64_t number = 0;
  std::string trace_parent;  // W3C Trace Context of the caller, or empty
  std::shared_ptr<mcp::Client> client;
};

class Runner {
 public:
  // What `edges`, `browser`, `session` and `options` name outlives the runner and its calls.
  Runner(aic::Edges edges, net::Browser& browser, auth::Session& session, const Options& options,
         std::vector<const tools::Tool*> offered, std::shared_ptr<AuditLog> audit);

  const std::vector<const tools::Tool*>& offered() const { return offered_; }
  // Null for a tool that is not offered.
  const tools::Tool* find(std::string_view name) const;

  // True when the settings allow no call at all (R-CLI-05).
  bool is_misconfigured() const { return !options_.faults.empty(); }

  bool is_signed_in() const { return session_.signed_in(); }

  net::Task<tools::Rendered> run(const tools::Tool& tool, base::Json arguments, Request request);
  // What a reading tool gives to a person who is signed in already; nothing when nobody is, or when it fails.
  net::Task<std::optional<base::Json>> read_quietly(const tools::Tool& tool, base::Json arguments);

 private:
  // The whole of a call whose arguments passed the check, with its line in the audit log.
  net::Task<tools::Ran> carry_out(const tools::Tool& tool, const base::Json& arguments, Request request,
                                  std::size_t most_shown);
  net::Task<tools::Ran> act(const tools::Tool& tool, const base::Json& arguments, Request request,
                            std::size_t most_shown, aic::Trace& trace, AuditedCall& audited,
                            std::optional<auth::SignIn>& acts_for);
  void note_refused_arguments(const tools::Tool& tool, const base::Json& arguments, const mcp::Client& client);
  tools::Budget budget(const mcp::Client& client) const;
  aic::TimeLimits limits() const;

  aic::Edges edges_;
  auth::Session& session_;
  const Options& options_;
  std::vector<const tools::Tool*> offered_;
  tools::UnseenCharacters unseen_;
  std::string first_note_;  // for the next result; empty once it is told
  Persons persons_;
  Counters counters_;
  Approvals approvals_;
  std::shared_ptr<AuditLog> audit_;
  aic::Journal journal_;
};

}  // namespace app
