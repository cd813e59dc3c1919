#include "everything/questions.h"

#include "everything/data.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace everything {
namespace {

using mcp::Inquiry;

const Json& all_questions() {
  static const Json questions = base::parse_json(data::questions_json);
  return questions;
}

Inquiry::Kind kind_of(const std::string& method) {
  if (method == "sampling/createMessage") return Inquiry::Kind::sampling;
  return method == "roots/list" ? Inquiry::Kind::roots : Inquiry::Kind::elicitation;
}

Inquiry read_inquiry(const Json& question) {
  return {.key = question.at("key").get<std::string>(),
          .kind = kind_of(question.at("method").get<std::string>()),
          .params = question.at("params"),
          .takes_unasked_answer = base::member(question, "unasked") == true};
}

std::vector<Inquiry> read_round(const Json& round) {
  std::vector<Inquiry> inquiries;
  inquiries.reserve(round.size());
  for (const Json& question : round) inquiries.push_back(read_inquiry(question));
  return inquiries;
}

bool is_able(const mcp::Client& client, Inquiry::Kind kind) {
  if (kind == Inquiry::Kind::sampling) return client.samples();
  return kind == Inquiry::Kind::roots ? client.lists_roots() : client.elicits_forms();
}

}  // namespace

bool asks(const std::string& name) {
  return all_questions().contains(name);
}

net::Task<Json> ask_all(std::string name, std::shared_ptr<mcp::Client> client) {
  const bool only_what_it_can = name == "test_input_required_result_capabilities";
  Json answers = Json::object();
  for (const Json& round : all_questions().at(name)) {
    std::vector<Inquiry> inquiries = read_round(round);
    if (only_what_it_can) std::erase_if(inquiries, [&](const Inquiry& each) { return !is_able(*client, each.kind); });
    const std::vector<Inquiry> asked = inquiries;
    const std::vector<Json> results = co_await client->ask(std::move(inquiries));
    for (std::size_t i = 0; i < asked.size(); ++i) answers[asked[i].key] = results.at(i);
  }
  co_return std::move(answers);
}

net::Task<Json> ask_person(std::string message, std::shared_ptr<mcp::Client> client) {
  const Json username = {{"type", "string"}, {"description", "User's response"}};
  const Json email = {{"type", "string"}, {"description", "User's email address"}};
  Json params = {{"message", std::move(message)},
                 {"requestedSchema",
                  {{"type", "object"},
                   {"properties", {{"username", username}, {"email", email}}},
                   {"required", {"username", "email"}}}}};
  std::vector<Inquiry> inquiries = {{.key = "person", .kind = Inquiry::Kind::elicitation, .params = std::move(params)}};
  const std::vector<Json> results = co_await client->ask(std::move(inquiries));
  co_return results.front();
}

net::Task<std::string> ask_model(std::string prompt, std::shared_ptr<mcp::Client> client) {
  Json message = {{"role", "user"}, {"content", {{"type", "text"}, {"text", std::move(prompt)}}}};
  Json params = {{"messages", Json::array({std::move(message)})}, {"maxTokens", 100}};
  std::vector<Inquiry> inquiries = {{.key = "model", .kind = Inquiry::Kind::sampling, .params = std::move(params)}};
  const std::vector<Json> results = co_await client->ask(std::move(inquiries));
  co_return base::text_member(base::member(results.front(), "content"), "text", "nothing");
}

}  // namespace everything
