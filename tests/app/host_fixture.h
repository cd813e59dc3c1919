// The program's host behind the protocol, among fakes, with a client that talks to it line by line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "aic/shared.h"
#include "app/host.h"
#include "app/offer.h"
#include "auth/sign_in_fixture.h"
#include "base/json.h"
#include "mcp/server.h"
#include "support/mcp/memory_lines.h"

namespace test {

class HostTest : public SignInTest {
 protected:
  HostTest() {
    options = app::read_options({{"AIC_BASE_URL", settings.tenant.url()}});
    http.always("GET", "/openidm/info/login", 404);  // of a tenant that does not say who signed in
  }
  ~HostTest() override {
    server.reset();
    settle(loop);
  }

  // Starts with `options`, offering these tools.
  void serve(std::vector<const tools::Tool*> offered) {
    host.emplace(aic::World{loop, clock, random, http, shared}, session(), options, std::move(offered));
    server.emplace(mcp::ServerParts{loop, clock, random, lines, *host});
    serving.emplace(start(loop, server->serve()));
  }
  void serve() { serve(app::offered_tools(options)); }

  void say(std::string line) {
    lines.say(std::move(line));
    settle(loop);
  }
  // The server's next line, once there is one; that the resources have changed is only counted.
  base::Json hear() {
    while (true) {
      run_until(loop, [&] { return lines.unread_lines() > 0; });
      auto line = base::parse_json(lines.hear());
      if (base::text_member(line, "method") != "notifications/resources/list_changed") return line;
      ++resources_changed;
    }
  }
  bool is_quiet() {
    settle(loop);
    return lines.unread_lines() == 0;
  }

  void initialize(std::string_view revision, std::string_view capabilities) {
    say(fmt::format(R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}",)"
                    R"("capabilities":{},"clientInfo":{{"name":"test","version":"1"}}}}}})",
                    revision, capabilities));
    hear();
    say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  }
  // tools/call with these members besides name and arguments.
  void call_tool(int id, std::string_view tool, std::string_view arguments = "{}", std::string_view more = "") {
    say(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"{}","arguments":{}{}}}}})",
                    id, tool, arguments, more));
  }
  // What a client answers to the question with that id.
  void answer(const base::Json& question, std::string_view action, std::string_view content = R"({"agreed":true})") {
    say(fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{{"action":"{}","content":{}}}}})",
                    base::print_json(question["id"]), action, content));
  }

  static std::string text_of(const base::Json& answer) {
    return answer["result"]["content"][0]["text"].get<std::string>();
  }

  MemoryLines lines{loop};
  aic::Shared shared{loop};
  app::Options options;
  int resources_changed = 0;  // so often the client was told
  std::optional<app::Host> host;
  std::optional<mcp::Server> server;
  std::optional<Started<void>> serving;
};

}  // namespace test
