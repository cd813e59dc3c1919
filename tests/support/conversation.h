// A client and a server that talk through memory, with a product that has a few telling tools.
#pragma once

#include "base/json.h"
#include "mcp/server.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"
#include "support/memory_lines.h"
#include "support/run.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace test {

using base::Json;

// Tools: `echo` gives its arguments back; `wait` waits for `release`, telling progress before and after; `ask` puts the
// question in its arguments and returns the answer; `leave` puts it and returns at once; `write_and_ask` changes
// something first; `stubborn` cannot be cancelled; `crash` throws.
class FakeHost final : public mcp::Host {
 public:
  explicit FakeHost(net::Loop& loop) : released(loop.executor()), loop_(loop) {}

  const mcp::Identity& identity() const override { return identity_; }
  const Json& tools() const override { return tools_; }
  net::Task<mcp::ToolResult> call_tool(mcp::ToolCall call) override;

  net::Event released;
  std::vector<std::string> started;  // the tools' names
  std::size_t running = 0;
  std::shared_ptr<mcp::OpenElicitation> question;  // the latest one
  std::shared_ptr<mcp::Client> client;             // of the latest call
  std::vector<std::string> answers;                // to questions, as they came
  std::vector<std::uint64_t> numbers;

 private:
  net::Task<mcp::ToolResult> ask(const mcp::ToolCall& call);
  mcp::ToolResult write_and_ask(const mcp::ToolCall& call);
  std::shared_ptr<mcp::OpenElicitation> put(const mcp::ToolCall& call, std::function<void(mcp::ElicitationAnswer)> then,
                                            std::string_view key = "key-1");

  net::Loop& loop_;
  mcp::Identity identity_{"fake", "Fake product", "1.2.3", "Be kind."};
  Json tools_ = base::parse_json(
      R"([{"name":"echo","title":"Echo","description":"Says it again","inputSchema":{"type":"object"},)"
      R"("annotations":{"readOnlyHint":true}}])");
};

class Conversation {
 public:
  explicit Conversation(mcp::Limits limits = {});
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
