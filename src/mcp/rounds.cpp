#include "mcp/rounds.h"

#include "mcp/era.h"

#include <fmt/format.h>

namespace mcp {

// Answers that were not asked for are ignored; a missing one is asked for again by the call itself (mrtr, Error
// Handling).
Round::Round(std::shared_ptr<Seals> seals, const Json& params, std::string request)
    : seals_(std::move(seals)), request_(std::move(request)) {
  const Json& state = base::member(params, "requestState");
  const Json& responses = base::member(params, "inputResponses");
  if (!(state.is_null() || state.is_string()) || !(responses.is_null() || responses.is_object())) {
    throw ProtocolError(rpc::invalid_params, "\"requestState\" must be a string, and \"inputResponses\" an object");
  }
  if (state.is_null()) {
    if (responses.is_object()) unasked_ = responses;
    return;
  }
  auto opened = seals_->open(state.get<std::string>(), request_);
  if (!opened) {
    throw ProtocolError(
        rpc::invalid_params,
        "this \"requestState\" is not valid here: it has expired, was used before, or belongs to another request");
  }
  answers_ = opened->answers;
  bool is_answered = false;
  for (const auto& [key, method] : opened->asked.items()) {
    const Json& answer = base::member(responses, key);
    if (answer.is_null()) continue;
    if (!answers_method(method.get<std::string>(), answer)) {
      throw ProtocolError(rpc::invalid_params,
                          fmt::format("the input response is not a result of {}", method.get<std::string>()));
    }
    answers_[key] = answer;
    is_answered = true;
  }
  // Not before all is well: the client may mend its answers, or have come without any.
  if (is_answered) seals_->spend(*opened);
}

std::string Round::print_input_required(const std::vector<Inquiry>& inquiries) const {
  Json requests = Json::object();
  Json asked = Json::object();
  for (const Inquiry& inquiry : inquiries) {
    requests[inquiry.key] = {{"method", method_of(inquiry.kind)}, {"params", inquiry.params}};
    asked[inquiry.key] = method_of(inquiry.kind);
  }
  return fmt::format(R"("resultType":"input_required","inputRequests":{},"requestState":"{}")",
                     base::print_json(requests), seals_->seal({.answers = answers_, .asked = asked}, request_));
}

bool answers_method(std::string_view method, const Json& result) {
  if (method == "roots/list") return base::member(result, "roots").is_array();
  if (method == "sampling/createMessage") return result.is_object() && result.contains("content");
  return read_elicitation_answer(result).has_value();
}

}  // namespace mcp
