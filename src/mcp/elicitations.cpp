#include "mcp/elicitations.h"

#include "base/encoding.h"
#include "base/log.h"

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include <map>
#include <utility>

namespace mcp {

struct Elicitations::Table {
  using OnResult = std::function<void(const Json& result)>;  // null: refused

  Id send(std::string_view method, const Json& params, OnResult on_result, const std::shared_ptr<Outlet>& by) {
    Id id = fmt::format(R"("{}-{}")", method.substr(0, method.find('/')), ++last);
    open.emplace(id, std::move(on_result));
    std::string message = print_request(id, method, base::print_json(params));
    if (!by || !by->ask(message)) outlet->send(std::move(message));
    return id;
  }

  void withdraw(const Id& request) {
    if (outlet == nullptr || open.erase(request) == 0) return;
    outlet->send(print_notification("notifications/cancelled",
                                    fmt::format(R"({{"requestId":{},"reason":"the matter is settled"}})", request)));
  }

  Outlet* outlet;  // null when shut
  std::map<Id, OnResult> open;
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
    table->withdraw(request_);
  }

 private:
  std::weak_ptr<Table> table_;
  Id request_;
  std::string elicitation_id_;  // empty where the question has none
};

// Several requests whose results are awaited together.
class Elicitations::Pending {
 public:
  Pending(std::shared_ptr<Table> table, net::Loop& loop, std::size_t count)
      : results_(count), table_(std::move(table)), open_(count), done_(loop.executor()) {}
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() {
    for (const Id& id : ids_) table_->withdraw(id);
  }

  static void send(const std::shared_ptr<Pending>& pending, std::size_t index, std::string_view method,
                   const Json& params, const std::shared_ptr<Outlet>& by) {
    const auto keep = [weak = std::weak_ptr(pending), index](const Json& result) {
      if (const auto self = weak.lock()) self->keep(index, result);
    };
    pending->ids_.push_back(pending->table_->send(method, params, keep, by));
  }
  net::Task<> wait() { co_await done_.wait(); }
  std::vector<Json> take() { return std::move(results_); }

 private:
  void keep(std::size_t index, const Json& result) {
    results_[index] = result;
    if (--open_ == 0) done_.set();
  }

  std::vector<Json> results_;
  std::shared_ptr<Table> table_;
  std::size_t open_;
  net::Condition done_;
  std::vector<Id> ids_;
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

void Elicitations::give_up() {
  for (const auto& [id, on_result] : std::exchange(table_->open, {})) on_result(nullptr);
}

std::shared_ptr<OpenElicitation> Elicitations::ask(const Askable& can, Elicitation question,
                                                   std::function<void(ElicitationAnswer)> on_answer,
                                                   const std::shared_ptr<Outlet>& outlet) {
  const bool is_url = question.mode == Elicitation::Mode::url;
  const bool is_declared = is_url ? can.can.urls : can.can.forms;
  if (!is_declared || table_->outlet == nullptr) {
    boost::asio::post(loop_.context(), [on_answer = std::move(on_answer)] { on_answer({Action::undeliverable, {}}); });
    return std::make_shared<Question>(std::weak_ptr<Table>(), Id(), std::string());
  }
  std::string elicitation_id = is_url ? random_.uuid() : std::string();
  const auto tell = [on_answer = std::move(on_answer)](const Json& result) {
    on_answer(read_elicitation_answer(result).value_or(ElicitationAnswer{}));
  };
  Id id = table_->send("elicitation/create", request_params(can, question, elicitation_id), tell, outlet);
  return std::make_shared<Question>(table_, std::move(id), std::move(elicitation_id));
}

net::Task<std::vector<Json>> Elicitations::ask(Askable can, std::vector<Inquiry> inquiries,
                                               std::shared_ptr<Outlet> outlet) {
  if (!missing_abilities(can.can, inquiries).empty()) {
    throw ProtocolError(rpc::invalid_request, "this request needs what the client has not declared");
  }
  if (inquiries.empty() || table_->outlet == nullptr) co_return std::vector<Json>(inquiries.size());
  const auto pending = std::make_shared<Pending>(table_, loop_, inquiries.size());
  for (std::size_t i = 0; i < inquiries.size(); ++i) {
    Json params = std::move(inquiries[i].params);
    if (can.names_mode && inquiries[i].kind == Inquiry::Kind::elicitation && !params.contains("mode")) {
      params["mode"] = "form";
    }
    Pending::send(pending, i, method_of(inquiries[i].kind), params, outlet);
  }
  co_await pending->wait();
  co_return pending->take();
}

void Elicitations::answered(const Response& response) {
  const auto found = table_->open.find(response.id);
  if (found == table_->open.end()) return;
  const auto on_result = std::move(found->second);
  table_->open.erase(found);
  if (!response.error.is_null()) {
    base::log(base::LogLevel::info, "the client refused the request: {}",
              base::printable(base::text_member(response.error, "message", "no reason given"), 200));
  }
  on_result(response.result);
}

}  // namespace mcp
