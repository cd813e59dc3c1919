#include "app/client_channel.h"

#include <utility>

#include "app/agreement.h"
#include "base/error.h"

namespace app {
namespace {

// To an address the client can only agree; to a form a person answers.
auth::Answer answer_from(const mcp::ElicitationAnswer& answer, mcp::Elicitation::Mode mode) {
  if (mode == mcp::Elicitation::Mode::form && answer.action == mcp::Action::accept) {
    const auto agreement = agreement_in(answer);
    if (agreement == Agreement::not_shown) return auth::Answer::undeliverable;
    return agreement == Agreement::agreed ? auth::Answer::accepted : auth::Answer::declined;
  }
  switch (answer.action) {
    case mcp::Action::accept:
      return auth::Answer::accepted;
    case mcp::Action::decline:
      return auth::Answer::declined;
    case mcp::Action::cancel:
      return auth::Answer::cancelled;
    case mcp::Action::undeliverable:
      return auth::Answer::undeliverable;
  }
  return auth::Answer::undeliverable;
}

mcp::Elicitation question_from(auth::Prompt prompt) {
  mcp::Elicitation question;
  question.key = std::move(prompt.id);
  question.mode = prompt.mode == auth::Prompt::Mode::url ? mcp::Elicitation::Mode::url : mcp::Elicitation::Mode::form;
  question.message = std::move(prompt.message);
  question.url = std::move(prompt.url);
  if (question.mode == mcp::Elicitation::Mode::form) {
    question.schema = agreement_form("I have opened the page", "No cancels this sign-in.");
  }
  return question;
}

class ShownElicitation final : public auth::Shown {
 public:
  explicit ShownElicitation(std::shared_ptr<mcp::OpenElicitation> open) : open_(std::move(open)) {}
  void close(bool signed_in) override {
    if (open_) open_->close(signed_in);
  }

 private:
  std::shared_ptr<mcp::OpenElicitation> open_;
};

class ClientChannel final : public auth::Channel {
 public:
  explicit ClientChannel(std::shared_ptr<mcp::Client> client) : client_(std::move(client)) {}

  bool shows_urls() const override { return client_->elicits_urls(); }
  bool shows_forms() const override { return client_->elicits_forms(); }
  bool has_answer(const std::string& prompt_id) const override { return client_->has_answer(prompt_id); }

  std::shared_ptr<auth::Shown> show(auth::Prompt prompt, std::function<void(auth::Answer)> on_answer) override {
    const std::string url = prompt.url;
    auto question = question_from(std::move(prompt));
    const auto mode = question.mode;
    try {
      return std::make_shared<ShownElicitation>(client_->elicit(
          std::move(question), [told = std::move(on_answer), mode](const mcp::ElicitationAnswer& answer) {
            told(answer_from(answer, mode));
          }));
    } catch (const mcp::CannotAsk&) {
      base::Error error(base::Errc::login_required,
                        "the sign-in expired during this call, which has already changed something");
      if (!url.empty()) error.detail = {{"url", url}};
      throw error;
    }
  }

  bool reports_progress() const override { return client_->wants_progress(); }
  void progress(std::string message) override { client_->progress(std::move(message)); }

 private:
  std::shared_ptr<mcp::Client> client_;
};

}  // namespace

std::unique_ptr<auth::Channel> channel_to(std::shared_ptr<mcp::Client> client) {
  return std::make_unique<ClientChannel>(std::move(client));
}

}  // namespace app
