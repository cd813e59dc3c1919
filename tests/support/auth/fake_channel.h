// A client of a call, and the person behind it, as far as a sign-in sees them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "auth/channel.h"

namespace test {

// What a channel throws whose question travels in the call's result (MCP 2026-07-28).
struct Unwound {
  std::string prompt_id;
};

// Takes notes of what it is shown. Can everything until told otherwise.
class FakeChannel final : public auth::Channel {
 public:
  struct Shown {
    auth::Prompt prompt;
    std::function<void(auth::Answer)> answer;
    std::vector<bool> closed;  // `signed_in` of each close
  };

  bool shows_urls() const override { return urls; }
  bool shows_forms() const override { return forms; }
  bool has_answer(const std::string& prompt_id) const override { return answers.contains(prompt_id); }
  std::shared_ptr<auth::Shown> show(auth::Prompt prompt, std::function<void(auth::Answer)> on_answer) override;
  bool reports_progress() const override { return wants_progress; }
  void progress(std::string message) override { told.push_back(std::move(message)); }

  bool urls = true;
  bool forms = true;
  bool wants_progress = false;
  bool unwinds = false;                         // the client has to be asked in a new round
  bool cannot_ask = false;                      // not even that
  std::map<std::string, auth::Answer> answers;  // came with the call
  std::vector<std::shared_ptr<Shown>> shown;
  std::vector<std::string> told;
};

}  // namespace test
