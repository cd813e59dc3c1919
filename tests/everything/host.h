// A server of everything that MCP has, for the conformance suite and for tests of the library: tools, resources,
// prompts and completion with the names and contents that the suite expects. The contents are in data/.
#pragma once

#include "mcp/changes.h"
#include "mcp/host.h"
#include "net/clock.h"

#include <functional>

namespace everything {

using mcp::Json;

class TestResources final : public mcp::Resources {
 public:
  TestResources();
  net::Task<Json> list() override { co_return resources_; }
  const Json& templates() const override { return templates_; }
  net::Task<mcp::ResourceResult> read(mcp::ResourceRead request) override;
  bool watches() const override { return true; }

 private:
  Json resources_;
  Json templates_;
  Json contents_;
};

class TestPrompts final : public mcp::Prompts {
 public:
  TestPrompts();
  const Json& prompts() const override { return prompts_; }
  net::Task<mcp::PromptResult> get(mcp::PromptGet request) override;
  // Adds a prompt, or removes it again.
  void change();

 private:
  Json prompts_;
};

class TestCompleter final : public mcp::Completer {
 public:
  net::Task<mcp::Completion> complete(mcp::CompletionQuery query) override;
};

class TestHost final : public mcp::Host {
 public:
  explicit TestHost(net::Clock& clock);

  const mcp::Identity& identity() const override { return identity_; }
  const Json& tools() const override { return tools_; }
  net::Task<mcp::ToolResult> call_tool(mcp::ToolCall call) override;
  mcp::Resources* resources() override { return &resources_; }
  mcp::Prompts* prompts() override { return &prompts_; }
  mcp::Completer* completer() override { return &completer_; }
  mcp::Changes* changes() override { return &changes_; }
  bool logs() const override { return true; }

  // Ends the clients' connections, where there are such.
  std::function<void()> hang_up;

 private:
  net::Task<mcp::ToolResult> act(mcp::ToolCall call);
  void change_tools();

  net::Clock& clock_;
  mcp::Identity identity_{"mcp-everything", "Everything", "1.0.0", "A server for tests of the protocol."};
  Json tools_;
  Json results_;
  TestResources resources_;
  TestPrompts prompts_;
  TestCompleter completer_;
  mcp::Changes changes_{{.tools = true, .prompts = true, .resources = true}};
};

}  // namespace everything
