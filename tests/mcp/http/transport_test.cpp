#include "mcp/http/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "mcp/message.h"
#include "net/clock.h"
#include "support/kit/fake_clock.h"
#include "support/kit/run.h"
#include "support/kit/tcp_client.h"

namespace mcp {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Tools that a test holds in its hand.
class HeldHost final : public Host {
 public:
  explicit HeldHost(net::Loop& loop) : go_on(loop.executor()) {}

  const Identity& identity() const override { return identity_; }
  const Json& tools() const override { return tools_; }
  net::Task<ToolResult> call_tool(ToolCall call) override {
    if (call.name == "fail") throw ProtocolError(rpc::invalid_params, "no such thing");
    if (call.name == "break") throw std::runtime_error("broken");
    struct Leaving {
      HeldHost& host;
      bool finished = false;
      ~Leaving() {
        if (!finished) ++host.cancelled;
      }
    } leaving{*this};
    ++begun;
    if (call.name == "news" || call.name == "news and wait") call.client->progress("half way");
    if (call.name == "flood") {
      for (int i = 0; i < 1'000; ++i) call.client->progress(std::string(1'000, 'x'));
    }
    if (call.name == "wait" || call.name == "news and wait") co_await go_on.wait();
    leaving.finished = true;
    ToolResult result;
    result.content = Json::array({{{"type", "text"}, {"text", "done " + call.name}}});
    co_return std::move(result);
  }

  net::Condition go_on;
  int begun = 0;
  int cancelled = 0;

 private:
  Identity identity_{"held", "Held", "1", ""};
  Json tools_ =
      Json::array({{{"name", "wait"}, {"inputSchema", {{"type", "object"}}}},
                   {{"name", "routed"},
                    {"inputSchema",
                     {{"type", "object"},
                      {"properties",
                       {{"region", {{"type", "string"}, {"x-mcp-header", "Region"}}},
                        {"count", {{"type", "integer"}, {"x-mcp-header", "Count"}}},
                        {"inner", {{"type", "object"}, {"properties", {{"deep", {{"x-mcp-header", "Deep"}}}}}}}}}}}}});
};

class KeepingSink final : public http::ServerReply::Sink {
 public:
  net::Task<> send(std::string part) override {
    parts.push_back(std::move(part));
    co_return;
  }
  std::string text() const {
    std::string all;
    for (const auto& part : parts) all += part;
    return all;
  }
  std::vector<std::string> parts;
};

// One that a client has stopped reading.
class StuckSink final : public http::ServerReply::Sink {
 public:
  explicit StuckSink(net::Loop& loop) : never_(loop.executor()) {}
  net::Task<> send(std::string) override { co_await never_.wait(); }

 private:
  net::Condition never_;
};

class Http : public testing::Test {
 protected:
  void open(HttpOptions options = {}) {
    transport_.emplace(HttpParts{loop_, clock_, random_, host_, std::move(options)});
    handler_ = transport_->handler();
  }

  // What still runs unwinds while what it uses is there.
  void TearDown() override {
    handler_ = nullptr;
    transport_.reset();
    test::settle(loop_);
  }

  static http::ServerRequest request(std::string method, http::Headers headers, std::string body = {}) {
    headers.emplace_back("Host", "127.0.0.1:8080");
    if (!http::has_header(headers, "Accept")) headers.emplace_back("Accept", "application/json, text/event-stream");
    headers.emplace_back("Content-Type", "application/json");
    return {.method = std::move(method), .target = "/mcp", .headers = std::move(headers), .body = std::move(body)};
  }

  http::ServerReply send(http::ServerRequest request) { return test::run(loop_, handler_(std::move(request))); }
  http::ServerReply post(std::string body, http::Headers headers = {}) {
    return send(request("POST", std::move(headers), std::move(body)));
  }

  // 2026-07-28, with the headers that belong to it unless `headers` has them.
  static http::ServerRequest modern(std::string_view method, Json params, http::Headers headers = {}, int id = 1) {
    params["_meta"].update(Json{{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                                {"io.modelcontextprotocol/clientCapabilities", Json::object()}});
    if (!http::has_header(headers, "Mcp-Method")) headers.emplace_back("Mcp-Method", std::string(method));
    if (!http::has_header(headers, "MCP-Protocol-Version")) headers.emplace_back("MCP-Protocol-Version", "2026-07-28");
    if (params.contains("name") && !http::has_header(headers, "Mcp-Name")) {
      headers.emplace_back("Mcp-Name", params["name"].get<std::string>());
    }
    std::erase_if(headers, [](const auto& each) { return each.second == "(none)"; });
    return request("POST", std::move(headers), print_request(std::to_string(id), method, base::print_json(params)));
  }

  std::string begin(std::string revision = "2025-11-25") {
    const http::ServerReply reply =
        post(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" + revision +
             R"(","capabilities":{},"clientInfo":{"name":"t","version":"1"}}})");
    EXPECT_EQ(reply.status, 200);
    std::string session(http::header(reply.headers, "MCP-Session-Id"));
    EXPECT_EQ(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", {{"MCP-Session-Id", session}}).status,
              202);
    return session;
  }
  // After `begin` it is the third message: its events are 3-1, 3-2, …
  static std::string call(std::string_view tool, int id = 1) {
    return print_request(
        std::to_string(id), "tools/call",
        base::print_json(Json{{"name", tool}, {"arguments", Json::object()}, {"_meta", {{"progressToken", "p"}}}}));
  }

  static int code(const http::ServerReply& reply) { return base::parse_json(reply.body)["error"]["code"].get<int>(); }

  net::Loop loop_;
  test::FakeClock clock_{loop_};
  base::SystemRandom random_;
  HeldHost host_{loop_};
  std::optional<HttpTransport> transport_;
  http::Handler handler_;
};

TEST_F(Http, RefusesAHostThatIsNotItsOwn) {
  open();
  for (const auto* host :
       {"evil.example.com", "localhost.evil.com", "127.0.0.1.evil.com:80", "localhost:", "", "localhost:80x"}) {
    auto wrong = request("POST", {}, R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
    for (auto& [name, value] : wrong.headers) {
      if (name == "Host") value = host;
    }
    EXPECT_EQ(send(std::move(wrong)).status, 403) << host;
  }
}

TEST_F(Http, RefusesPagesOfOtherSites) {
  open();
  for (const auto* origin : {"http://evil.example.com", "null", "file://", "http://localhost.evil.com"}) {
    EXPECT_EQ(send(modern("server/discover", {}, {{"Origin", origin}})).status, 403) << origin;
  }
}

TEST_F(Http, LetsItsOwnNamesIn) {
  open({.gate = {.origins = {"https://tool.example"}}});
  for (const auto* origin : {"http://localhost:6274", "https://127.0.0.1", "http://[::1]:1", "https://tool.example"}) {
    EXPECT_EQ(send(modern("server/discover", {}, {{"Origin", origin}})).status, 200) << origin;
  }
}

net::Task<Admission> admit(http::ServerRequest request) {
  const auto bearer = http::header(request.headers, "Authorization");
  if (!bearer.empty()) co_return Admission{.person = std::string(bearer), .refusal = {}};
  co_return Admission{.person = {},
                      .refusal = http::ServerReply{.status = 401, .headers = {{"WWW-Authenticate", "Bearer"}}}};
}

TEST_F(Http, ASessionServesTheOneWhoBeganItOnly) {
  open({.authorize = [](const http::ServerRequest& request) { return admit(request); }});
  const std::string initialize =
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}})";
  EXPECT_EQ(post(initialize).status, 401);
  const auto begun = post(initialize, {{"Authorization", "ann"}});
  const std::string session(http::header(begun.headers, "MCP-Session-Id"));
  const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(post(ping, {{"Authorization", "bob"}, {"MCP-Session-Id", session}}).status, 404);
  EXPECT_EQ(post(ping, {{"Authorization", "ann"}, {"MCP-Session-Id", session}}).status, 200);
}

TEST_F(Http, RefusesOtherPathsMethodsAndTypes) {
  open();
  auto elsewhere = modern("server/discover", {});
  elsewhere.target = "/other";
  EXPECT_EQ(send(std::move(elsewhere)).status, 404);
  EXPECT_EQ(send(request("PUT", {})).status, 405);
  EXPECT_EQ(post("{}", {{"Accept", "application/json"}}).status, 406);
  auto text = modern("server/discover", {});
  for (auto& [name, value] : text.headers) {
    if (name == "Content-Type") value = "text/plain";
  }
  EXPECT_EQ(send(std::move(text)).status, 415);
  auto several = modern("server/discover", {});
  for (auto& [name, value] : several.headers) {
    if (name == "Content-Type") value = "text/plain;x=, application/json";
  }
  EXPECT_EQ(send(std::move(several)).status, 415);
  EXPECT_EQ(post("{").status, 400);
}

TEST_F(Http, RefusesHeadersThatContradictTheBody) {
  open();
  const Json call = {{"name", "wait"}};
  const std::vector<http::Headers> wrong = {{{"Mcp-Method", "prompts/get"}},
                                            {{"Mcp-Method", "TOOLS/CALL"}},
                                            {{"Mcp-Method", "(none)"}},
                                            {{"Mcp-Name", "other"}},
                                            {{"Mcp-Name", "(none)"}},
                                            {{"Mcp-Name", "=?base64?d2FpdA?="}},
                                            {{"Mcp-Name", "w\xc3\xa4it"}},
                                            {{"MCP-Protocol-Version", "2025-11-25"}},
                                            {{"MCP-Protocol-Version", "(none)"}},
                                            {{"Mcp-Name", "wait"}, {"mcp-name", "wait"}}};
  for (const auto& headers : wrong) {
    const auto reply = send(modern("tools/call", call, headers));
    EXPECT_EQ(reply.status, 400) << headers.front().second;
    EXPECT_EQ(code(reply), -32020) << headers.front().second;
    EXPECT_THAT(reply.body, HasSubstr(R"("id":1)"));
  }
  EXPECT_EQ(host_.begun, 0);
}

TEST_F(Http, ComparesParametersThatAreRepeatedInHeaders) {
  open();
  const auto routed = [&](Json arguments, http::Headers headers) {
    return send(modern("tools/call", {{"name", "routed"}, {"arguments", std::move(arguments)}}, std::move(headers)))
        .status;
  };
  EXPECT_EQ(routed({{"region", "Zürich"}}, {{"Mcp-Param-Region", "=?base64?WsO8cmljaA==?="}}), 200);
  EXPECT_EQ(routed({{"region", "west"}}, {{"mcp-param-REGION", " west "}}), 200);
  EXPECT_EQ(routed({{"count", 42}}, {{"Mcp-Param-Count", "42.0"}}), 200);
  EXPECT_EQ(routed({{"inner", {{"deep", true}}}}, {{"Mcp-Param-Deep", "true"}}), 200);
  EXPECT_EQ(routed({{"region", nullptr}}, {}), 200);
  EXPECT_EQ(routed({{"region", "west"}}, {}), 400);
  EXPECT_EQ(routed({{"region", "west"}}, {{"Mcp-Param-Region", "east"}}), 400);
  EXPECT_EQ(routed({{"region", "west"}}, {{"Mcp-Param-Region", "=?base64?d2V!?="}}), 400);
  EXPECT_EQ(routed({}, {{"Mcp-Param-Region", "west"}}), 400);
  EXPECT_EQ(routed({{"count", 42}}, {{"Mcp-Param-Count", "43"}}), 400);
  EXPECT_EQ(routed({{"inner", {{"deep", true}}}}, {}), 400);
}

TEST_F(Http, SaysByTheStatusWhatKindOfErrorItIs) {
  open();
  EXPECT_EQ(send(modern("no/such", {})).status, 404);
  EXPECT_EQ(send(modern("initialize", {})).status, 404);
  EXPECT_EQ(send(modern("tools/call", {{"name", "fail"}})).status, 400);
  EXPECT_EQ(send(modern("tools/call", {{"name", "break"}})).status, 200);
  const auto missing = post(R"({"jsonrpc":"2.0","id":5,"method":"tools/list","params":{}})",
                            {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/list"}});
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(code(missing), -32602);
  EXPECT_EQ(send(request("GET", {{"MCP-Protocol-Version", "2026-07-28"}})).status, 405);
}

TEST_F(Http, ARequestWithoutNewsIsAnsweredWithJson) {
  open();
  const auto reply = send(modern("tools/call", {{"name", "quick"}}));
  EXPECT_EQ(http::header(reply.headers, "Content-Type"), "application/json");
  EXPECT_THAT(reply.body, HasSubstr("done quick"));
  EXPECT_FALSE(http::has_header(reply.headers, "MCP-Session-Id"));
}

TEST_F(Http, NewsMakeItAStreamThatTheAnswerEnds) {
  open();
  const auto reply = send(modern("tools/call", {{"name", "news"}, {"_meta", {{"progressToken", 9}}}}));
  EXPECT_EQ(http::header(reply.headers, "Content-Type"), "text/event-stream");
  EXPECT_EQ(http::header(reply.headers, "X-Accel-Buffering"), "no");
  KeepingSink sink;
  test::run(loop_, reply.stream(sink));
  ASSERT_EQ(sink.parts.size(), 2U);
  EXPECT_THAT(sink.parts[0], StartsWith(R"(data: {"jsonrpc":"2.0","method":"notifications/progress")"));
  EXPECT_THAT(sink.parts[1], HasSubstr("done news"));
  EXPECT_THAT(sink.text(), Not(HasSubstr("id: ")));  // streams of this revision are not resumable
}

TEST_F(Http, AClientThatLeavesBeforeTheAnswerCancelsTheRequest) {
  open();
  auto waiting = test::start(loop_, handler_(modern("tools/call", {{"name", "wait"}})));
  EXPECT_EQ(host_.begun, 1);
  waiting.cancel();
  EXPECT_EQ(host_.cancelled, 1);
}

TEST_F(Http, AClientThatLeavesTheStreamCancelsTheRequest) {
  open();
  std::optional<http::ServerReply> reply =
      send(modern("tools/call", {{"name", "news and wait"}, {"_meta", {{"progressToken", 9}}}}));
  KeepingSink sink;
  auto sending = test::start(loop_, reply->stream(sink));
  EXPECT_EQ(host_.cancelled, 0);
  sending.cancel();
  reply.reset();
  test::settle(loop_);
  EXPECT_EQ(host_.cancelled, 1);
}

TEST_F(Http, ASubscriptionBeginsAtOnceAndIsKeptAlive) {
  open();
  auto reply = send(modern("subscriptions/listen", {{"notifications", Json::object()}}));
  KeepingSink sink;
  auto sending = test::start(loop_, reply.stream(sink));
  ASSERT_EQ(sink.parts.size(), 1U);
  EXPECT_THAT(sink.parts[0], HasSubstr("notifications/subscriptions/acknowledged"));
  clock_.advance(net::Duration{15'000});
  ASSERT_EQ(sink.parts.size(), 2U);
  EXPECT_EQ(sink.parts[1], ":\n\n");
  sending.cancel();
}

TEST_F(Http, NewsThatNobodyReadsAreDroppedButNotTheAnswer) {
  open({.limits = {.unsent = 10'000}});
  const auto reply = send(modern("tools/call", {{"name", "flood"}, {"_meta", {{"progressToken", 9}}}}));
  KeepingSink sink;
  test::run(loop_, reply.stream(sink));
  EXPECT_LT(sink.parts.size(), 20U);
  EXPECT_THAT(sink.parts.back(), HasSubstr("done flood"));
}

TEST_F(Http, SessionIdsAreVisibleAsciiAndDiffer) {
  open();
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i) ids.insert(begin());
  EXPECT_EQ(ids.size(), 20U);
  for (const auto& id : ids) {
    EXPECT_EQ(id.size(), 32U);
    EXPECT_TRUE(std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7f; }));
  }
}

TEST_F(Http, RefusesWhatBelongsToNoSession) {
  open();
  const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(post(ping).status, 400);
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", "guess"}}).status, 404);
  EXPECT_EQ(send(request("GET", {})).status, 400);
  EXPECT_EQ(send(request("DELETE", {{"MCP-Session-Id", "guess"}})).status, 404);
}

TEST_F(Http, RefusesAnotherRevisionThanWasAgreedOn) {
  open();
  const std::string session = begin("2025-06-18");
  const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", session}, {"MCP-Protocol-Version", "2025-11-25"}}).status, 400);
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", session}, {"MCP-Protocol-Version", "1.0"}}).status, 400);
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", session}, {"MCP-Protocol-Version", "2025-06-18"}}).status, 200);
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", session}}).status, 200);
}

TEST_F(Http, OffersItsVersionsToWhoeverAsksForAnother) {
  open();
  const std::string session = begin();
  const std::string ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  const std::string notification = R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})";
  auto later = modern("tools/list", {}, {{"Mcp-Method", "(none)"}, {"MCP-Protocol-Version", "2099-01-01"}});
  later.body.replace(later.body.find("2026-07-28"), 10, "2099-01-01");

  for (const auto& reply : {post(ping, {{"MCP-Protocol-Version", "1999-01-01"}, {"MCP-Session-Id", session}}),
                            post(notification, {{"MCP-Protocol-Version", "1999-01-01"}, {"MCP-Session-Id", session}}),
                            send(std::move(later))}) {
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(code(reply), -32022);
    EXPECT_THAT(reply.body, HasSubstr(R"("supported":["2026-07-28","2025-11-25")"));
  }
}

TEST_F(Http, ASessionIsNamedOnce) {
  open();
  const std::string session = begin();

  EXPECT_EQ(
      post(R"({"jsonrpc":"2.0","id":1,"method":"ping"})", {{"MCP-Session-Id", session}, {"mcp-session-id", session}})
          .status,
      400);
}

TEST_F(Http, DeleteEndsTheSessionAndWhatRunsInIt) {
  open();
  const std::string session = begin();
  const auto reply = post(call("wait"), {{"MCP-Session-Id", session}});
  EXPECT_EQ(send(request("DELETE", {{"MCP-Session-Id", session}})).status, 204);
  test::settle(loop_);
  EXPECT_EQ(host_.cancelled, 1);
  EXPECT_EQ(post(call("wait"), {{"MCP-Session-Id", session}}).status, 404);
}

TEST_F(Http, SessionsThatIdleMakeRoomAndBusyOnesStay) {
  open({.limits = {.sessions = 2}});
  const std::string busy = begin();
  const auto reply = post(call("wait"), {{"MCP-Session-Id", busy}});
  const std::string idle = begin();
  const std::string third = begin();
  const std::string ping = R"({"jsonrpc":"2.0","id":7,"method":"ping"})";
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", busy}}).status, 200);
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", idle}}).status, 404);
  EXPECT_EQ(post(ping, {{"MCP-Session-Id", third}}).status, 200);
}

TEST_F(Http, SessionsThatNobodyCameBackToMakeRoomFirst) {
  open({.limits = {.sessions = 2}});
  const std::string used = begin();
  for (int i = 0; i < 3; ++i) {
    clock_.advance(net::Duration{1'000});
    post(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}})");
  }

  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":7,"method":"ping"})", {{"MCP-Session-Id", used}}).status, 200);
}

TEST_F(Http, SessionsEndWhenNobodyUsesThem) {
  open();
  const std::string old = begin();
  clock_.advance(net::Duration{30 * 60'000});
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":7,"method":"ping"})", {{"MCP-Session-Id", old}}).status, 404);
}

TEST_F(Http, BatchesAreAnsweredTogetherWhereTheyExist) {
  open();
  const std::string batch = R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}])";
  const auto reply = post(batch, {{"MCP-Session-Id", begin("2025-03-26")}});
  EXPECT_EQ(base::parse_json(reply.body).size(), 2U);
  EXPECT_EQ(post(batch, {{"MCP-Session-Id", begin("2025-11-25")}}).status, 400);
}

TEST_F(Http, ACallIsAStreamThatIsPrimedWhereClientsKnowThat) {
  open();
  for (const auto& [revision, is_primed] : {std::pair{"2025-11-25", true}, std::pair{"2025-06-18", false}}) {
    const auto reply = post(call("news"), {{"MCP-Session-Id", begin(revision)}});
    KeepingSink sink;
    test::run(loop_, reply.stream(sink));
    EXPECT_EQ(sink.parts.front() == "id: 3-1\nretry: 1000\ndata: \n\n", is_primed) << sink.parts.front();
    EXPECT_THAT(sink.parts.back(), HasSubstr("done news"));
  }
}

TEST_F(Http, ALostConnectionLosesNothing) {
  open();
  const std::string session = begin();
  const auto reply = post(call("news and wait"), {{"MCP-Session-Id", session}});
  KeepingSink first;
  auto sending = test::start(loop_, reply.stream(first));
  ASSERT_EQ(first.parts.size(), 2U);
  sending.cancel();
  EXPECT_EQ(host_.cancelled, 0);  // in these revisions leaving is no cancelling
  test::inside(loop_, [&] { host_.go_on.pulse(); });

  const auto resumed = send(request("GET", {{"MCP-Session-Id", session}, {"Last-Event-ID", "3-1"}}));
  KeepingSink second;
  test::run(loop_, resumed.stream(second));
  ASSERT_EQ(second.parts.size(), 2U);
  EXPECT_EQ(second.parts[0], first.parts[1]);
  EXPECT_THAT(second.parts[1], HasSubstr("done news and wait"));
}

TEST_F(Http, AConnectionTakesAStreamOverFromAnother) {
  open();
  const std::string session = begin();
  const auto reply = post(call("wait"), {{"MCP-Session-Id", session}});
  KeepingSink first;
  auto sending = test::start(loop_, reply.stream(first));
  const auto resumed = send(request("GET", {{"MCP-Session-Id", session}, {"Last-Event-ID", "3-1"}}));
  KeepingSink second;
  auto taking_over = test::start(loop_, resumed.stream(second));
  EXPECT_TRUE(sending.ended());
  test::inside(loop_, [&] { host_.go_on.pulse(); });
  EXPECT_TRUE(taking_over.ended());
  EXPECT_THAT(second.text(), HasSubstr("done wait"));
}

TEST_F(Http, HangingUpEndsConnectionsAndNotStreams) {
  open();
  const std::string session = begin();
  const auto reply = post(call("wait"), {{"MCP-Session-Id", session}});
  KeepingSink first;
  auto sending = test::start(loop_, reply.stream(first));
  test::inside(loop_, [&] { transport_->hang_up(); });
  EXPECT_TRUE(sending.ended());
  EXPECT_EQ(host_.cancelled, 0);
  test::inside(loop_, [&] { host_.go_on.pulse(); });
  const auto resumed = send(request("GET", {{"MCP-Session-Id", session}, {"Last-Event-ID", "3-1"}}));
  KeepingSink second;
  test::run(loop_, resumed.stream(second));
  EXPECT_THAT(second.text(), HasSubstr("done wait"));
}

TEST_F(Http, WhatIsNotKeptCannotBeResumed) {
  open({.limits = {.unsent = std::size_t{4} << 20, .kept = 1'000, .ended_streams = 1}});
  const std::string session = begin();
  const auto resume = [&](std::string id) {
    return send(request("GET", {{"MCP-Session-Id", session}, {"Last-Event-ID", std::move(id)}})).status;
  };
  const auto reply = post(call("flood"), {{"MCP-Session-Id", session}});
  KeepingSink sink;
  test::run(loop_, reply.stream(sink));
  EXPECT_EQ(resume("3-1"), 400);
  EXPECT_EQ(resume("3-1002"), 200);
  EXPECT_EQ(resume("3-1003"), 400);
  EXPECT_EQ(resume("7-1"), 400);
  for (const auto* id : {"nonsense", "1-", "-1", "1-1-1", "1-99999999999999999999999"})
    EXPECT_EQ(resume(id), 400) << id;
  post(call("quick"), {{"MCP-Session-Id", session}});
  test::settle(loop_);
  EXPECT_EQ(resume("3-1002"), 400);
}

TEST_F(Http, AClientThatDoesNotReadCostsNoMoreThanTheLimit) {
  open({.limits = {.unsent = 10'000}});
  const std::string session = begin();
  const auto reply = post(call("flood"), {{"MCP-Session-Id", session}});
  StuckSink stuck(loop_);
  auto sending = test::start(loop_, reply.stream(stuck));
  sending.cancel();
  const auto resumed = send(request("GET", {{"MCP-Session-Id", session}, {"Last-Event-ID", "3-0"}}));
  KeepingSink sink;
  test::run(loop_, resumed.stream(sink));
  EXPECT_LT(sink.text().size(), 15'000U);
  EXPECT_THAT(sink.parts.back(), HasSubstr("done flood"));
}

TEST_F(Http, AWithdrawnCallIsCancelledAndItsStreamEnds) {
  open();
  const std::string session = begin();
  const auto reply = post(call("wait", 5), {{"MCP-Session-Id", session}});
  KeepingSink sink;
  auto sending = test::start(loop_, reply.stream(sink));
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})",
                 {{"MCP-Session-Id", session}})
                .status,
            202);
  EXPECT_TRUE(sending.ended());
  EXPECT_EQ(host_.cancelled, 1);
  EXPECT_THAT(sink.text(), Not(HasSubstr("result")));
}

TEST_F(Http, OnlySoManyCallsRunInASession) {
  open({.limits = {.calls = 1}});
  const std::string session = begin();
  const auto first = post(call("wait", 1), {{"MCP-Session-Id", session}});
  const auto second = post(call("wait", 2), {{"MCP-Session-Id", session}});
  EXPECT_EQ(code(second), -32603);
  EXPECT_EQ(host_.begun, 1);
  const auto twice = post(call("wait", 1), {{"MCP-Session-Id", session}});
  EXPECT_EQ(code(twice), -32600);
}

TEST_F(Http, AfterItsEndNothingIsAnswered) {
  open();
  const std::string session = begin();
  const auto reply = post(call("wait"), {{"MCP-Session-Id", session}});
  transport_.reset();
  test::settle(loop_);
  EXPECT_EQ(host_.cancelled, 1);
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":7,"method":"ping"})", {{"MCP-Session-Id", session}}).status, 503);
}

TEST_F(Http, ALeavingClientIsNoticedOnTheWire) {
  open();
  const auto server = http::start_server(loop_, {.max_body = 1'000}, handler_);
  const auto body = modern("tools/call", {{"name", "wait"}}).body;
  {
    test::TcpClient client(loop_, server->port());
    client.send(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
        "Mcp-Method: tools/call\r\nMcp-Name: wait\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    test::run_until(loop_, [&] { return host_.begun == 1; });
  }
  test::run_until(loop_, [&] { return host_.cancelled == 1; });
}

TEST_F(Http, ABodyAboveTheLimitIsRefusedOnTheWire) {
  open();
  const auto server = http::start_server(loop_, {.max_body = 1'000}, handler_);
  test::TcpClient client(loop_, server->port());
  client.send("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413"));
}

}  // namespace
}  // namespace mcp
