// Lets only those writes of a call leave that a person has approved (R-APR-04).
#pragma once

#include <exception>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "aic/writing.h"

namespace aic {

// A write that nobody has approved was about to be sent, and was not. No base::Error, so that no tool takes it for the
// outcome of a request.
struct NotApproved : std::exception {
  const char* what() const noexcept override { return "the change is not the approved one any more"; }
};

class ApprovedWrites final : public Watch {
 public:
  struct Approval {
    std::vector<std::string> digests;  // of the writes that were shown (Writing::digests)
    // Asks about a write that follows those which were shown; empty where none may.
    std::function<net::Task<bool>(const WrittenRequest&)> ask_further = {};
    std::function<net::Task<bool>()> is_same_person;  // as the one who approved
  };

  // `random` makes the ids of the call, `writing` notes what it sends.
  ApprovedWrites(Approval approval, Writing& writing, const NotedRandom& random);

  net::Task<std::optional<http::Response>> answer(Tenant& tenant, const Message& message) override;
  void answered(const Message& message, Reply& reply) override { writing_.answered(message, reply); }
  void failed(const Message& message, int status) noexcept override { writing_.failed(message, status); }

 private:
  bool takes(const Message& message);
  net::Task<bool> is_approved_now(const Message& message);

  Approval approval_;
  Writing& writing_;
  const NotedRandom& random_;
  std::multiset<std::string> left_;
  std::set<std::string> sent_;
};

}  // namespace aic
