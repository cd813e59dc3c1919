#include "everything/host.h"

#include "everything/data.h"
#include "everything/questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace everything {
namespace {

using mcp::LogLevel;
using mcp::ToolResult;

constexpr net::Duration pause{50};

ToolResult text_result(std::string text) {
  ToolResult result;
  result.content.push_back({{"type", "text"}, {"text", std::move(text)}});
  return result;
}

ToolResult read_result(const Json& value) {
  ToolResult result;
  result.content = value.at("content");
  result.structured = base::member(value, "structuredContent");
  result.is_error = base::member(value, "isError") == true;
  return result;
}

// Adds the entry, or removes it where it is.
void toggle(Json& list, const Json& entry) {
  const auto found = std::ranges::find_if(list, [&](const Json& each) { return each.at("name") == entry.at("name"); });
  if (found != list.end()) {
    list.erase(found);
  } else {
    list.push_back(entry);
  }
}

std::string answer_text(const Json& result) {
  return fmt::format("action={}, content={}", base::text_member(result, "action", "none"),
                     base::print_json(base::member(result, "content")));
}

net::Task<ToolResult> log_three(net::Clock& clock, mcp::ToolCall call) {
  call.client->log(LogLevel::info, "everything", "Tool execution started");
  co_await clock.sleep(pause);
  call.client->log(LogLevel::info, "everything", "Tool processing data");
  co_await clock.sleep(pause);
  call.client->log(LogLevel::info, "everything", "Tool execution completed");
  co_return text_result("Three messages were sent, if the client wants them.");
}

net::Task<ToolResult> report_progress(net::Clock& clock, mcp::ToolCall call) {
  call.client->progress(0, 100, "begun");
  co_await clock.sleep(pause);
  call.client->progress(50, 100, "half way");
  co_await clock.sleep(pause);
  call.client->progress(100, 100, "done");
  co_return text_result("Progress was reported, if the client wants it.");
}

net::Task<ToolResult> ask_and_say(mcp::ToolCall call) {
  const Json answers = co_await ask_all(call.name, call.client);
  if (call.name.starts_with("test_elicitation_")) {
    co_return text_result("Elicitation completed: " + answer_text(answers.front()));
  }
  if (call.name == "test_input_required_result_elicitation") {
    const Json& content = base::member(answers.front(), "content");
    co_return text_result(fmt::format("Hello, {}!", base::text_member(content, "name", "whoever you are")));
  }
  co_return text_result("state-ok, the answers: " + base::print_json(answers));
}

}  // namespace

TestHost::TestHost(net::Clock& clock)
    : clock_(clock), tools_(base::parse_json(data::tools_json)), results_(base::parse_json(data::results_json)) {}

net::Task<ToolResult> TestHost::call_tool(mcp::ToolCall call) {
  const bool is_known = std::ranges::any_of(tools_, [&](const Json& tool) { return tool.at("name") == call.name; });
  if (!is_known) throw mcp::ProtocolError(mcp::rpc::invalid_params, "Unknown tool: " + call.name);
  if (const auto found = results_.find(call.name); found != results_.end()) co_return read_result(*found);
  co_return co_await act(std::move(call));
}

net::Task<ToolResult> TestHost::act(mcp::ToolCall call) {
  const std::string name = call.name;
  if (asks(name)) co_return co_await ask_and_say(std::move(call));
  if (name == "test_tool_with_logging") co_return co_await log_three(clock_, std::move(call));
  if (name == "test_tool_with_progress") co_return co_await report_progress(clock_, std::move(call));
  if (name == "test_logging_tool") call.client->log(LogLevel::info, "everything", "This is a log message");
  if (name == "test_elicitation") {
    const Json answer = co_await ask_person(base::text_member(call.arguments, "message"), call.client);
    co_return text_result("User response: " + answer_text(answer));
  }
  if (name == "test_sampling") {
    co_return text_result("LLM response: " +
                          co_await ask_model(base::text_member(call.arguments, "prompt"), call.client));
  }
  if (name == "test_reconnection") {
    co_await clock_.sleep(pause);
    if (hang_up) hang_up();
    co_await clock_.sleep(pause);
  }
  if (name == "test_custom_header") co_return text_result("Region: " + base::text_member(call.arguments, "region"));
  if (name == "test_trigger_tool_change") change_tools();
  if (name == "test_trigger_prompt_change") {
    prompts_.change();
    changes_.tell({.what = mcp::Change::What::prompts, .uri = {}});
  }
  co_return text_result("done");
}

void TestHost::change_tools() {
  toggle(tools_, {{"name", "test_added_tool"},
                  {"description", "Is there for a while."},
                  {"inputSchema", {{"type", "object"}, {"properties", Json::object()}}}});
  changes_.tell({.what = mcp::Change::What::tools, .uri = {}});
}

TestResources::TestResources()
    : resources_(base::parse_json(data::resources_json)),
      templates_(base::parse_json(data::templates_json)),
      contents_(base::parse_json(data::contents_json)) {}

net::Task<mcp::ResourceResult> TestResources::read(mcp::ResourceRead request) {
  constexpr std::string_view before = "test://template/";
  constexpr std::string_view behind = "/data";
  mcp::ResourceResult result;
  result.ttl_ms = 1'000;
  result.is_public = true;
  const std::string& uri = request.uri;
  if (const auto found = contents_.find(uri); found != contents_.end()) {
    result.contents.push_back(*found);
    co_return std::move(result);
  }
  if (!uri.starts_with(before) || !uri.ends_with(behind) || uri.size() <= before.size() + behind.size()) {
    throw mcp::NoSuchResource(uri);
  }
  const std::string id = uri.substr(before.size(), uri.size() - before.size() - behind.size());
  const Json data = {{"id", id}, {"templateTest", true}, {"data", "Data for ID: " + id}};
  result.contents.push_back({{"uri", uri}, {"mimeType", "application/json"}, {"text", base::print_json(data)}});
  co_return std::move(result);
}

TestPrompts::TestPrompts() : prompts_(base::parse_json(data::prompts_json)) {}

void TestPrompts::change() {
  toggle(prompts_, {{"name", "test_added_prompt"}, {"description", "Is there for a while."}});
}

net::Task<mcp::PromptResult> TestPrompts::get(mcp::PromptGet request) {
  const auto say = [](Json content) { return Json{{"role", "user"}, {"content", std::move(content)}}; };
  const auto say_text = [&](std::string text) { return say({{"type", "text"}, {"text", std::move(text)}}); };
  mcp::PromptResult result;
  const std::string& name = request.name;
  if (name == "test_input_required_result_prompt") {
    const Json answers = co_await ask_all(name, request.client);
    result.messages.push_back(say_text("In this context: " + base::print_json(answers)));
  } else if (name == "test_prompt_with_arguments") {
    result.messages.push_back(say_text(fmt::format("Prompt with arguments: arg1='{}', arg2='{}'",
                                                   base::text_member(request.arguments, "arg1"),
                                                   base::text_member(request.arguments, "arg2"))));
  } else if (name == "test_prompt_with_embedded_resource") {
    const Json resource = {{"uri", base::text_member(request.arguments, "resourceUri")},
                           {"mimeType", "text/plain"},
                           {"text", "Embedded resource content for testing."}};
    result.messages.push_back(say({{"type", "resource"}, {"resource", resource}}));
    result.messages.push_back(say_text("Please process the embedded resource above."));
  } else if (name == "test_prompt_with_image") {
    static const Json results = base::parse_json(data::results_json);
    result.messages.push_back(say(results.at("test_image_content").at("content").front()));
    result.messages.push_back(say_text("Please analyze the image above."));
  } else {
    result.messages.push_back(say_text("This is a simple prompt for testing."));
  }
  co_return std::move(result);
}

net::Task<mcp::Completion> TestCompleter::complete(mcp::CompletionQuery query) {
  mcp::Completion completion{.values = {"paris", "park", "party", "test-value"}};
  std::erase_if(completion.values, [&](const std::string& value) { return !value.starts_with(query.value); });
  co_return std::move(completion);
}

}  // namespace everything
