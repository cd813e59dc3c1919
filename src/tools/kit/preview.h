// What a call would send, as its reader sees it (R-PRE-01).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aic/rehearsal.h"
#include "tools/kit/result.h"
#include "tools/kit/tool.h"

namespace tools {

// A call that was run without its writes.
struct Preview {
  std::string tool;
  std::vector<aic::WrittenRequest> requests;  // in order
  std::vector<std::string> digests;           // of each (aic::Writing::digests)
  bool is_complete = true;                    // false: further steps depend on the tenant's answer
  Result outcome;                             // what the call would say; of an incomplete one nothing
  std::string fingerprint;
  std::vector<std::string> secrets;  // not to be repeated in any words
};

// Runs a tool without its writes, as `person`, who is asked for when all is done. `tenant` has the edges of
// `rehearsal`, and is good for nothing else afterwards. `arguments` have passed the check.
net::Task<Preview> run_preview(const Tool& tool, const Json& arguments, aic::Tenant& tenant, aic::Rehearsal& rehearsal,
                               aic::OnProgress progress, Session* session, std::function<std::string()> person);

// The same with what the tenant stores as Base64 as the text that it is: sources of scripts, values of variables.
aic::WrittenRequest decoded(aic::WrittenRequest request);

// What a request does, in words: "Changes the journey Login in alpha."
std::string in_words(const aic::WrittenRequest& request);

// One request with what it changes: `changes`, `body` or `deleted`; secrets hidden.
Json shown(const aic::WrittenRequest& request, std::vector<std::string>& notes);

Result told(Preview preview);

}  // namespace tools
