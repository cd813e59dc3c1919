// The whole program between its edges, as app::serve builds it, among fakes: made by settings, with a client that talks
// to it line by line and a person who can sign in.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "app/offer.h"
#include "app/program.h"
#include "auth/sign_in_fixture.h"
#include "base/json.h"
#include "support/mcp/memory_lines.h"

namespace test {

class HostTest : public SignInTest {
 protected:
  HostTest() {
    http.always("GET", "/openidm/info/login", 404);  // of a tenant that does not say who signed in
  }
  void TearDown() override {
    if (serving) end();
  }

  // Starts as the program starts with `environment`.
  void serve() {
    read_settings();
    serve(app::offered_tools(options));
  }
  // The same, offering these tools instead.
  void serve(std::vector<const tools::Tool*> offered) {
    read_settings();
    serving.emplace(start(loop, app::serve(edges(), options, std::move(offered))));
  }
  virtual app::Edges edges() { return {loop, clock, random, http, browser, store, keychain_thread, lines, any_port}; }
  // The client goes; what the program waits for in the end passes in no time.
  void end() {
    lines.end_input();
    while (!serving->ended()) {
      const auto patience = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
      run_until(loop, [&] { return serving->ended() || std::chrono::steady_clock::now() > patience; });
      if (!serving->ended() && clock.sleepers() > 0) clock.advance(clock.next_wake());
    }
    serving->get();
    serving.reset();
  }

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

  static constexpr std::uint16_t any_port = 0;

  MemoryLines lines{loop};
  app::Environment environment = {{"AIC_BASE_URL", "https://t.example.com"}};
  app::Options options;       // as read from the environment
  int resources_changed = 0;  // so often the client was told
  std::optional<Started<void>> serving;

 private:
  void read_settings() { options = app::read_options(environment); }
};

}  // namespace test
