// A client and a server that talk through memory, with a product that has a few telling tools.
#pragma once

#include "base/json.h"
#include "mcp/server.h"
#include "support/kit/fake_clock.h"
#include "support/kit/fake_random.h"
#include "support/kit/run.h"
#include "support/mcp/memory_lines.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace test {

using base::Json;

// Three resources and one template; `memo:asks` asks the person.
class FakeResources final : public mcp::Resources {
 public:
  net::Task<Json> list() override { co_return resources_; }
  const Json& templates() const override { return templates_; }
  net::Task<mcp::ResourceResult> read(mcp::ResourceRead request) override;
  bool watches() const override { return true; }

 private:
  Json resources_ = base::parse_json(
      R"([{"uri":"memo:1","name":"one"},{"uri":"memo:2","name":"two"},{"uri":"memo:3","name":"three"}])");
  Json templates_ = base::parse_json(R"([{"uriTemplate":"memo:{number}","name":"memo"}])");
};

// `greet` needs a `name`, `asked` asks the person.
class FakePrompts final : public mcp::Prompts {
 public:
  const Json& prompts() const override { return prompts_; }
  net::Task<mcp::PromptResult> get(mcp::PromptGet request) override;

 private:
  Json prompts_ =
      base::parse_json(R"([{"name":"greet","arguments":[{"name":"name","required":true}]},{"name":"asked"}])");
};

// As many values as the typed number says.
class FakeCompleter final : public mcp::Completer {
 public:
  net::Task<mcp::Completion> complete(mcp::CompletionQuery query) override;
};

// Tools: `echo` gives its arguments back; `shape` gives structured content and a sound; `wait` waits for `release`,
// telling progress before and after; `ask` puts the question in its arguments and returns the answer; `leave` puts it
// and returns at once; `write_and_ask` changes something first; `ask_much` asks for three things at once; `log` sends
// log messages; `stubborn` cannot be cancelled; `crash` throws. What else MCP offers is there once `offer_all` was
// called.
class FakeHost final : public mcp::Host {
 public:
  explicit FakeHost(net::Loop& loop) : released(loop.executor()), loop_(loop) {}

  void offer_all() { is_rich_ = true; }
  void tell(const mcp::Change& change) { changes_.tell(change); }
  mcp::Resources* resources() override { return is_rich_ ? &resources_ : nullptr; }
  mcp::Prompts* prompts() override { return is_rich_ ? &prompts_ : nullptr; }
  mcp::Completer* completer() override { return is_rich_ ? &completer_ : nullptr; }
  mcp::Changes* changes() override { return is_rich_ ? &changes_ : nullptr; }
  bool logs() const override { return is_rich_; }
  std::size_t page_size() const override { return is_rich_ ? 2 : 0; }

  const mcp::Identity& identity() const override { return identity_; }
  const Json& tools() const override { return tools_; }
  net::Task<mcp::ToolResult> call_tool(mcp::ToolCall call) override;

  net::Condition released;
  std::vector<std::string> started;  // the tools' names
  std::size_t running = 0;
  std::shared_ptr<mcp::OpenElicitation> question;  // the latest one
  std::shared_ptr<mcp::Client> client;             // of the latest call
  std::vector<std::string> answers;                // to questions, as they came
  std::vector<std::uint64_t> numbers;

 private:
  net::Task<mcp::ToolResult> ask(const mcp::ToolCall& call);
  net::Task<mcp::ToolResult> ask_much(const mcp::ToolCall& call);
  mcp::ToolResult write_and_ask(const mcp::ToolCall& call);
  std::shared_ptr<mcp::OpenElicitation> put(const mcp::ToolCall& call, std::function<void(mcp::ElicitationAnswer)> then,
                                            std::string_view key = "key-1");

  net::Loop& loop_;
  bool is_rich_ = false;
  FakeResources resources_;
  FakePrompts prompts_;
  FakeCompleter completer_;
  mcp::Changes changes_{{.tools = true, .prompts = true, .resources = true}};
  mcp::Identity identity_{"fake", "Fake product", "1.2.3", "Be kind."};
  Json tools_ = base::parse_json(
      R"([{"name":"echo","title":"Echo","description":"Says it again","inputSchema":{"type":"object"},)"
      R"("annotations":{"readOnlyHint":true}}])");
};

class Conversation {
 public:
  explicit Conversation(mcp::ServerLimits limits = {});
  ~Conversation();

  // Writes the line and lets the server do what it can.
  void say(std::string line);
  // The next line of the server; fails the test when there is none.
  std::string hear();
  Json hear_json() { return base::parse_json(hear()); }
  bool is_quiet() const { return channel.unread_lines() == 0; }

  // The handshake, its answers read.
  void initialize(std::string_view revision, std::string_view capabilities = "{}");

  net::Loop loop;
  FakeClock clock{loop};
  FakeRandom random;
  MemoryLines channel{loop};
  FakeHost host{loop};
  std::optional<mcp::Server> server;
  std::optional<Started<void>> serving;
};

}  // namespace test
