#include "mcp/modern_client.h"

#include "mcp/logging.h"
#include "mcp/modern.h"

#include <utility>

namespace mcp {
namespace {

Json question_params(const Elicitation& question) {
  if (question.mode == Elicitation::Mode::url) {
    return {{"mode", "url"}, {"message", question.message}, {"url", question.url}};
  }
  return {{"mode", "form"}, {"message", question.message}, {"requestedSchema", form_schema(question.schema)}};
}

// An answered question is settled; there is nothing to take back.
class Settled final : public OpenElicitation {
 public:
  void close(bool) override {}
};

class ModernClient final : public Client {
 public:
  ModernClient(ModernClientParts parts, const Round& round, std::shared_ptr<Outlet> outlet)
      : parts_(std::move(parts)),
        answers_(round.answers()),
        unasked_(round.unasked()),
        outlet_(std::move(outlet)),
        progress_(parts_.meta, outlet_) {}

  std::string_view revision() const override { return modern_revision; }
  Json implementation() const override { return parts_.implementation; }
  bool elicits_urls() const override { return parts_.can.urls; }
  bool elicits_forms() const override { return parts_.can.forms; }
  bool samples() const override { return parts_.can.sampling; }
  bool lists_roots() const override { return parts_.can.roots; }
  bool has_answer(const std::string& key) const override { return answers_.contains(key); }

  std::shared_ptr<OpenElicitation> elicit(Elicitation question,
                                          std::function<void(ElicitationAnswer)> on_answer) override {
    Inquiry inquiry{.key = question.key, .params = question_params(question)};
    if (auto answer = read_elicitation_answer(answer_to(inquiry))) {
      on_answer(std::move(*answer));
      return std::make_shared<Settled>();
    }
    demand({std::move(inquiry)});
  }

  net::Task<std::vector<Json>> ask(std::vector<Inquiry> inquiries) override {
    std::vector<Json> results;
    std::vector<Inquiry> missing;
    for (Inquiry& inquiry : inquiries) {
      results.push_back(answer_to(inquiry));
      if (results.back().is_null()) missing.push_back(std::move(inquiry));
    }
    if (!missing.empty()) demand(std::move(missing));
    co_return results;
  }

  void commit() override { is_committed_ = true; }
  bool wants_progress() const override { return progress_.wanted(); }
  void progress(std::string message) override { progress_.report(message); }
  void progress(double value, double total, std::string message) override { progress_.report(value, total, message); }
  void log(LogLevel level, std::string logger, Json data) override {
    if (parts_.log_level && level >= *parts_.log_level) outlet_->send(print_log(level, logger, data));
  }

 private:
  // Null when there is none yet.
  Json answer_to(const Inquiry& inquiry) const {
    const Json& asked = base::member(answers_, inquiry.key);
    const Json& found = asked.is_null() && inquiry.takes_unasked_answer ? base::member(unasked_, inquiry.key) : asked;
    return answers_method(method_of(inquiry.kind), found) ? found : Json(nullptr);
  }

  [[noreturn]] void demand(std::vector<Inquiry> missing) const {
    if (is_committed_) throw CannotAsk();
    if (Json lacking = missing_abilities(parts_.can, missing); !lacking.empty()) {
      throw ProtocolError(rpc::missing_client_capability, "this request needs what the client has not declared",
                          {{"requiredCapabilities", std::move(lacking)}});
    }
    throw InputRequired(std::move(missing));
  }

  ModernClientParts parts_;
  Json answers_;
  Json unasked_;
  std::shared_ptr<Outlet> outlet_;
  Progress progress_;
  bool is_committed_ = false;
};

}  // namespace

std::shared_ptr<Client> make_modern_client(ModernClientParts parts, const Round& round,
                                           std::shared_ptr<Outlet> outlet) {
  return std::make_shared<ModernClient>(std::move(parts), round, std::move(outlet));
}

}  // namespace mcp
