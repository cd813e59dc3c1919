// One round of a request of 2026-07-28 that may ask the person (basic/patterns/mrtr): what earlier rounds brought, and
// what goes into the result when more is needed. Internal to this library.
#pragma once

#include "mcp/client.h"
#include "mcp/seal.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mcp {

class Round {
 public:
  // Reads `requestState` and `inputResponses`. `request` is the digest of what is asked for. Throws
  // ProtocolError{invalid_params} for a state that is not valid here and for answers that are none.
  Round(std::shared_ptr<Seals> seals, const Json& params, std::string request);

  // Keys and results of all rounds so far.
  const Json& answers() const { return answers_; }
  // What the client sent without being asked.
  const Json& unasked() const { return unasked_; }

  // The members of an InputRequiredResult but `_meta`.
  std::string print_input_required(const std::vector<Inquiry>& inquiries) const;

 private:
  std::shared_ptr<Seals> seals_;
  std::string request_;
  Json answers_ = Json::object();
  Json unasked_ = Json::object();
};

// True for a result that can be the answer to a request of that method.
bool answers_method(std::string_view method, const Json& result);

}  // namespace mcp
