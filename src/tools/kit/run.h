// One call of a tool, from what the client gave to what it came to. The program and the tests of tools run calls by
// this alone: the program adds the person, approvals, the audit log and the form of the answer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "aic/approved_writes.h"
#include "aic/journal.h"
#include "aic/writing.h"
#include "tools/kit/tool.h"

namespace tools {

// What the reader of a result gets of it, and has got of those before.
struct Reader {
  Budget budget;
  UnseenCharacters& unseen;
};

// What became of a call.
struct CallOutcome {
  Json arguments;           // as the tool takes them
  bool is_refused = false;  // because of them: nothing was run
  Ran ran = {};
};

// Runs the tool on arguments that have passed the check.
using RunOn = std::function<net::Task<Ran>(const Json& arguments)>;

// Checks the arguments, and has `run` run the tool on them where nothing is wrong with them.
net::Task<CallOutcome> run_call(const Tool& tool, Json given, std::int64_t now_unix_ms, Reader reader, RunOn run);

// For whom a change was made.
struct Signer {
  std::string name;          // for people
  std::string signed_in_as;  // compares persons
};

// The tenant for one run of a tool: its person, its transaction id, its progress.
using MakeTenant = std::function<aic::Tenant(aic::Edges edges)>;

// Where a tool is run, and who is told of its changes.
struct Scene {
  aic::Edges edges;
  const MakeTenant& make_tenant;
  Surroundings surroundings;
  aic::Journal& journal;
  std::function<Signer()> signer;  // asked when all is done
};

// As run_tool. What a tool that writes has changed is noted in the journal (R-UND-01) however the call ends, also where
// it is cut short, and its number is in the result. `writing` sees all of it. With an approval, no other write leaves
// than the approved ones: aic::NotApproved then ends the call.
net::Task<Ran> run_noted(const Tool& tool, const Json& arguments, Scene scene, aic::Writing& writing,
                         std::optional<aic::ApprovedWrites::Approval> approval = {});

}  // namespace tools
