// The example of src/mcp/README.md, compiled and run; the two texts are compared.
#include "support/kit/fake_clock.h"
#include "support/kit/fake_random.h"
#include "support/kit/run.h"
#include "support/mcp/memory_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

// example begins
#include "mcp/server.h"

class Clerk final : public mcp::Host {
 public:
  const mcp::Identity& identity() const override { return identity_; }
  const mcp::Json& tools() const override { return tools_; }
  net::Task<mcp::ToolResult> call_tool(mcp::ToolCall call) override {
    if (call.name != "add") throw mcp::ProtocolError(mcp::rpc::invalid_params, "there is no tool " + call.name);
    mcp::ToolResult result;
    const mcp::Json& a = base::member(call.arguments, "a");
    const mcp::Json& b = base::member(call.arguments, "b");
    result.is_error = !base::is_number(a) || !base::is_number(b);
    const double sum = result.is_error ? 0 : base::to_double(a) + base::to_double(b);
    result.content.push_back(
        {{"type", "text"}, {"text", result.is_error ? "a and b are numbers" : std::to_string(sum)}});
    co_return result;
  }

 private:
  mcp::Identity identity_{"clerk", "Clerk", "1.0.0", "Adds numbers."};
  mcp::Json tools_ = base::parse_json(
      R"([{"name":"add","description":"Adds a and b","inputSchema":{"type":"object","required":["a","b"],)"
      R"("properties":{"a":{"type":"number"},"b":{"type":"number"}}}}])");
};

net::Task<> serve(net::Loop& loop, net::Clock& clock, base::Random& random, net::LineChannel& channel) {
  Clerk clerk;
  mcp::Server server({loop, clock, random, channel, clerk});
  co_await server.serve();
  co_await server.finish(std::chrono::seconds(5));
}
// example ends

namespace mcp {
namespace {

std::string read_whole(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Example, Serves) {
  net::Loop loop;
  test::FakeClock clock(loop);
  test::FakeRandom random;
  test::MemoryLines channel(loop);
  const auto serving = test::start(loop, serve(loop, clock, random, channel));

  channel.say(
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2},"_meta":)"
      R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})");
  test::settle(loop);

  EXPECT_THAT(channel.hear(), testing::HasSubstr("3.000000"));
  channel.end_input();
  test::settle(loop);
}

TEST(Example, IsTheOneOfTheReadme) {
  const std::string source = read_whole(AIC_SOURCE_DIR "/tests/mcp/example_test.cpp");
  const std::string begin = "// example begins\n";
  const auto from = source.find(begin) + begin.size();
  const std::string example = source.substr(from, source.find("// example ends") - from);

  EXPECT_THAT(read_whole(AIC_SOURCE_DIR "/src/mcp/README.md"), testing::HasSubstr(example));
}

}  // namespace
}  // namespace mcp
