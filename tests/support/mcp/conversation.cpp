#include "support/mcp/conversation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <stdexcept>

namespace test {
namespace {

mcp::ToolResult text_result(std::string text) {
  mcp::ToolResult result;
  result.content.push_back({{"type", "text"}, {"text", std::move(text)}});
  return result;
}

std::string_view to_string(mcp::Action action) {
  switch (action) {
    case mcp::Action::accept:
      return "accept";
    case mcp::Action::decline:
      return "decline";
    case mcp::Action::cancel:
      return "cancel";
    case mcp::Action::undeliverable:
      break;
  }
  return "undeliverable";
}

// Counts a call as running for as long as it lives.
struct Counted {
  explicit Counted(std::size_t& a_count) : count(a_count) { ++count; }
  ~Counted() { --count; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  std::size_t& count;
};

}  // namespace

net::Task<mcp::ToolResult> FakeHost::call_tool(mcp::ToolCall call) {
  started.push_back(call.name);
  numbers.push_back(call.number);
  client = call.client;
  const Counted counted(running);
  if (call.name == "echo") {
    mcp::ToolResult result = text_result(base::print_json(call.arguments));
    result.meta = {{"transactionId", "t-1"}};
    co_return result;
  }
  if (call.name == "shape") {
    mcp::ToolResult result;
    result.content.push_back({{"type", "audio"}, {"data", "AAAA"}, {"mimeType", "audio/wav"}});
    result.structured = {{"sides", 4}};
    co_return result;
  }
  if (call.name == "wait") {
    call.client->progress("waiting");
    co_await released.wait();
    call.client->progress("released");
    co_return text_result("released");
  }
  if (call.name == "ask") co_return co_await ask(call);
  if (call.name == "leave") {
    question = put(call, {});
    co_return text_result("asked");
  }
  if (call.name == "ask_twice") {
    const auto ignore = [](const mcp::ElicitationAnswer&) {};
    put(call, ignore, "first");
    put(call, ignore, "second");
    co_return text_result(fmt::format("{}, {}", answers.end()[-2], answers.end()[-1]));
  }
  if (call.name == "write_and_ask") co_return write_and_ask(call);
  if (call.name == "ask_much") co_return co_await ask_much(call);
  if (call.name == "log") {
    call.client->log(mcp::LogLevel::debug, "fake", "a detail");
    call.client->log(mcp::LogLevel::error, "fake", Json{{"what", "went wrong"}});
    call.client->progress(50, 100, "half");
    co_return text_result("logged");
  }
  if (call.name == "stubborn") {
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    co_await released.wait();
    co_return text_result("at last");
  }
  if (call.name == "crash") throw std::runtime_error("a secret detail");
  throw mcp::ProtocolError(mcp::rpc::invalid_params, fmt::format("unknown tool \"{}\"", call.name));
}

net::Task<mcp::ToolResult> FakeHost::ask_much(const mcp::ToolCall& call) {
  using Kind = mcp::Inquiry::Kind;
  const Json form = {{"message", "Name?"}, {"requestedSchema", {{"type", "object"}, {"properties", Json::object()}}}};
  const Json line = {{"role", "user"}, {"content", {{"type", "text"}, {"text", "Greet"}}}};
  const std::vector<mcp::Inquiry> inquiries = {
      {.key = "name", .kind = Kind::elicitation, .params = form, .takes_unasked_answer = true},
      {.key = "greeting", .kind = Kind::sampling, .params = {{"messages", Json::array({line})}, {"maxTokens", 9}}},
      {.key = "roots", .kind = Kind::roots}};
  const auto results = co_await call.client->ask(inquiries);
  co_return text_result(base::print_json(Json(results)));
}

std::shared_ptr<mcp::OpenElicitation> FakeHost::put(const mcp::ToolCall& call,
                                                    std::function<void(mcp::ElicitationAnswer)> then,
                                                    std::string_view key) {
  mcp::Elicitation asked;
  asked.key = key;
  asked.mode =
      base::text_member(call.arguments, "mode") == "url" ? mcp::Elicitation::Mode::url : mcp::Elicitation::Mode::form;
  asked.message = "Well?";
  asked.url = "https://tenant.example/login";
  return call.client->elicit(asked, [this, then = std::move(then)](const mcp::ElicitationAnswer& answer) {
    answers.push_back(fmt::format("{} {}", to_string(answer.action), base::print_json(answer.content)));
    if (then) then(answer);
  });
}

mcp::ToolResult FakeHost::write_and_ask(const mcp::ToolCall& call) {
  call.client->commit();
  try {
    put(call, {});
    return text_result("asked");
  } catch (const mcp::CannotAsk&) {
    return text_result("cannot ask");
  }
}

net::Task<mcp::ToolResult> FakeHost::ask(const mcp::ToolCall& call) {
  auto answered = std::make_shared<net::Condition>(loop_.executor());
  question = put(call, [answered](const mcp::ElicitationAnswer&) { answered->set(); });
  co_await answered->wait();
  co_return text_result(answers.back());
}

net::Task<mcp::ResourceResult> FakeResources::read(mcp::ResourceRead request) {
  mcp::ResourceResult result;
  std::string text = "text of " + request.uri;
  if (request.uri == "memo:asks") {
    mcp::Inquiry inquiry{.key = "why"};
    inquiry.params = {{"message", "Why?"}, {"requestedSchema", {{"type", "object"}, {"properties", Json::object()}}}};
    const std::vector<mcp::Inquiry> inquiries = {inquiry};
    const auto results = co_await request.client->ask(inquiries);
    text = base::text_member(results.front(), "action");
  } else if (!request.uri.starts_with("memo:")) {
    throw mcp::NoSuchResource(request.uri);
  }
  result.contents.push_back({{"uri", request.uri}, {"text", text}});
  result.ttl_ms = 5;
  co_return result;
}

net::Task<mcp::PromptResult> FakePrompts::get(mcp::PromptGet request) {
  mcp::PromptResult result;
  std::string text = "Greet " + base::text_member(request.arguments, "name");
  if (request.name == "asked") {
    mcp::Inquiry inquiry{.key = "whom"};
    inquiry.params = {{"message", "Whom?"}, {"requestedSchema", {{"type", "object"}, {"properties", Json::object()}}}};
    const std::vector<mcp::Inquiry> inquiries = {inquiry};
    const auto results = co_await request.client->ask(inquiries);
    text = base::text_member(results.front(), "action");
  }
  result.messages.push_back({{"role", "user"}, {"content", {{"type", "text"}, {"text", text}}}});
  co_return result;
}

net::Task<mcp::Completion> FakeCompleter::complete(mcp::CompletionQuery query) {
  if (query.reference == "nobody") throw mcp::ProtocolError(mcp::rpc::invalid_params, "unknown prompt");
  mcp::Completion completion;
  const int count = std::min(std::stoi(query.value), 1'000);
  for (int i = 0; i < count; ++i) completion.values.push_back(std::to_string(i));
  co_return completion;
}

Conversation::Conversation(mcp::ServerLimits limits) {
  server.emplace(mcp::ServerParts{loop, clock, random, channel, host, limits});
  serving.emplace(start(loop, server->serve()));
}

Conversation::~Conversation() {
  server.reset();
  settle(loop);
}

void Conversation::say(std::string line) {
  channel.say(std::move(line));
  settle(loop);
}

std::string Conversation::hear() {
  std::string line = channel.hear();
  EXPECT_FALSE(line.empty()) << "the server said nothing";
  settle(loop);
  return line;
}

void Conversation::initialize(std::string_view revision, std::string_view capabilities) {
  say(fmt::format(R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}",)"
                  R"("capabilities":{},"clientInfo":{{"name":"test","version":"1"}}}}}})",
                  revision, capabilities));
  hear();
  say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
}

}  // namespace test
