#include "mcp/elicitations.h"

#include "base/encoding.h"
#include "base/log.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include <map>

namespace mcp {

using OnAnswer = std::function<void(ElicitationAnswer)>;

struct Elicitations::Table {
  Outlet* outlet;  // null when shut
  std::map<Id, OnAnswer> open;
  std::uint64_t last = 0;
};

class Elicitations::Question final : public OpenElicitation {
 public:
  Question(std::weak_ptr<Table> table, Id request, std::string elicitation_id)
      : table_(std::move(table)), request_(std::move(request)), elicitation_id_(std::move(elicitation_id)) {}

  void close(bool completed) override {
    const auto table = table_.lock();
    table_.reset();
    if (!table || table->outlet == nullptr) return;
    if (completed && !elicitation_id_.empty()) {
      const Json params = {{"elicitationId", elicitation_id_}};
      table->outlet->send(print_notification("notifications/elicitation/complete", base::print_json(params)));
    }
    if (table->open.erase(request_) == 0) return;
    table->outlet->send(print_notification(
        "notifications/cancelled", fmt::format(R"({{"requestId":{},"reason":"the matter is settled"}})", request_)));
  }

 private:
  std::weak_ptr<Table> table_;
  Id request_;
  std::string elicitation_id_;  // empty where the question has none
};

namespace {

Json request_params(const Askable& can, const Elicitation& question, const std::string& elicitation_id) {
  Json params = Json::object();
  if (can.names_mode) params["mode"] = question.mode == Elicitation::Mode::url ? "url" : "form";
  params["message"] = question.message;
  if (question.mode == Elicitation::Mode::url) {
    params["elicitationId"] = elicitation_id;
    params["url"] = question.url;
  } else {
    params["requestedSchema"] = form_schema(question.schema);
  }
  return params;
}

}  // namespace

Elicitations::Elicitations(Outlet& outlet, net::Loop& loop, base::Random& random)
    : loop_(loop), random_(random), table_(std::make_shared<Table>(Table{&outlet, {}, 0})) {}

void Elicitations::shut() {
  table_->outlet = nullptr;
  table_->open.clear();
}

std::shared_ptr<OpenElicitation> Elicitations::ask(const Askable& can, Elicitation question, OnAnswer on_answer) {
  const bool is_url = question.mode == Elicitation::Mode::url;
  const bool is_declared = is_url ? can.modes.urls : can.modes.forms;
  if (!is_declared || table_->outlet == nullptr) {
    boost::asio::post(loop_.context(), [on_answer = std::move(on_answer)] { on_answer({Action::undeliverable, {}}); });
    return std::make_shared<Question>(std::weak_ptr<Table>(), Id(), std::string());
  }
  Id id = fmt::format(R"("elicitation-{}")", ++table_->last);
  std::string elicitation_id = is_url ? random_.uuid() : std::string();
  table_->open.emplace(id, std::move(on_answer));
  table_->outlet->send(
      print_request(id, "elicitation/create", base::print_json(request_params(can, question, elicitation_id))));
  return std::make_shared<Question>(table_, std::move(id), std::move(elicitation_id));
}

void Elicitations::answered(const Response& response) {
  const auto found = table_->open.find(response.id);
  if (found == table_->open.end()) return;
  const OnAnswer on_answer = std::move(found->second);
  table_->open.erase(found);
  if (!response.error.is_null()) {
    base::log(base::LogLevel::info, "the client did not show the question: {}",
              base::printable(base::text_member(response.error, "message", "no reason given"), 200));
  }
  on_answer(read_elicitation_answer(response.result).value_or(ElicitationAnswer{}));
}

}  // namespace mcp
