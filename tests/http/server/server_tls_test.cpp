// The server's TLS and HTTP/2, seen through the program's own client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>

#include "base/random.h"
#include "http/client/curl_client.h"
#include "http/server/server.h"
#include "sandbox/ca.h"
#include "support/kit/broken_off.h"
#include "support/kit/run.h"

namespace http {
namespace {

using testing::HasSubstr;

// The certificate that all tests of this file use; its CA is in a file as long as the program runs.
class Identity {
 public:
  Identity()
      : authority_(sandbox::make_authority({})), path_(testing::TempDir() + base::SystemRandom().uuid() + ".pem") {
    std::ofstream(path_) << authority_.ca_pem;
  }
  ~Identity() { std::remove(path_.c_str()); }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  const std::string& ca_file() const { return path_; }
  std::shared_ptr<const TlsIdentity> tls() const { return std::make_shared<TlsIdentity>(authority_.server); }

 private:
  sandbox::Authority authority_;
  std::string path_;
};

const Identity& identity() {
  static const Identity made;
  return made;
}

net::Task<> send_parts(ServerReply::Sink& sink, std::size_t parts) {
  for (std::size_t i = 0; i < parts; ++i) co_await sink.send(std::string(100'000, 'p'));
}

net::Task<ServerReply> answer(std::shared_ptr<std::vector<ServerRequest>> seen, ServerRequest request) {
  seen->push_back(request);
  ServerReply reply{.headers = {{"Content-Type", "text/plain"}}, .body = request.body.empty() ? "hello" : request.body};
  if (request.target == "/hang") co_await net::SystemClock().sleep(std::chrono::hours(1));
  if (request.target == "/reset") throw http::BrokenOff();
  if (request.target == "/truncate") reply = test::half_of(reply);
  if (request.target == "/empty") reply = {.status = 204};
  if (request.target == "/fail") throw std::runtime_error("broken");
  if (request.target == "/stream") {
    reply = {};
    reply.stream = [](ServerReply::Sink& sink) { return send_parts(sink, 50); };
  }
  co_return std::move(reply);
}

// The parameter: HTTP/2 or not.
class TlsServer : public testing::TestWithParam<bool> {
 protected:
  void start(ServerOptions options = {}) {
    options.tls = identity().tls();
    options.http2 = GetParam();
    server = start_server(loop, std::move(options),
                          [seen = seen](ServerRequest request) { return answer(seen, std::move(request)); });
  }
  Request request(std::string path, std::string body = {}) {
    return {.method = body.empty() ? "GET" : "POST",
            .url = "https://localhost:" + std::to_string(server->port()) + path,
            .body = std::move(body)};
  }
  Response send(std::string path, std::string body = {}) {
    return test::run(loop, client->send(request(std::move(path), std::move(body))));
  }

  net::Loop loop;
  std::shared_ptr<std::vector<ServerRequest>> seen = std::make_shared<std::vector<ServerRequest>>();
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<HttpClient> client = make_curl_client(loop, {.ca_files = {identity().ca_file()}});
};

TEST_P(TlsServer, BreaksOffOneAnswerAndServesOn) {
  start();

  for (const std::string path : {"/reset", "/truncate"}) EXPECT_THROW(send(path), TransportError) << path;

  EXPECT_EQ(send("/").body, "hello");
}

TEST_P(TlsServer, NoticesAClientThatGivesUp) {
  start();
  auto hanging = test::start(loop, client->send(request("/hang")));
  test::run_until(loop, [&] { return seen->size() == 1; });

  hanging.cancel();
  test::run_until(loop, [&] { return hanging.ended(); });

  EXPECT_EQ(send("/").body, "hello");
  test::run(loop, server->drain(net::Duration(10'000)));  // the request that hung is over, too
}

TEST_P(TlsServer, RefusesABodyThatIsTooLarge) {
  start({.max_body = 1000});

  EXPECT_EQ(send("/", std::string(1001, 'x')).status, 413);
  EXPECT_TRUE(seen->empty());
}

TEST_P(TlsServer, RefusesAHeadThatIsTooLarge) {
  start({.max_header = 2000});
  auto large = request("/");
  large.headers = {{"X-Large", std::string(3000, 'x')}};

  try {
    EXPECT_EQ(test::run(loop, client->send(large)).status, 431);
  } catch (const TransportError&) {
    EXPECT_TRUE(GetParam());  // HTTP/2 has the stream reset
  }
  EXPECT_TRUE(seen->empty());
}

TEST_P(TlsServer, AnswersAHandlerThatFailsWith500) {
  start();

  EXPECT_EQ(send("/fail").status, 500);
}

TEST_P(TlsServer, CarriesBodiesOfAnySizeBothWays) {
  start();
  const std::string large(5'000'000, 'x');

  const auto response = send("/echo", large);

  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body == large);
  EXPECT_EQ(send("/empty").status, 204);
}

TEST_P(TlsServer, StreamsWithoutKnowingTheLength) {
  start();

  const auto response = send("/stream");

  EXPECT_EQ(response.body.size(), 5'000'000u);
  EXPECT_FALSE(has_header(response.headers, "content-length"));
}

TEST_P(TlsServer, AnswersManyRequestsSideBySide) {
  start();
  std::vector<net::Task<Response>> tasks;
  for (int i = 0; i < 200; ++i) tasks.push_back(client->send(request("/" + std::to_string(i))));

  const auto outcomes = test::run(loop, net::gather(std::move(tasks)));

  std::set<std::uint64_t> connections;
  for (const auto& each : *seen) connections.insert(each.connection);
  EXPECT_EQ(std::ranges::count_if(outcomes, [](const auto& each) { return each.value && each.value->status == 200; }),
            200);
  EXPECT_EQ(seen->front().version, GetParam() ? 20 : 11);
  if (GetParam()) EXPECT_EQ(connections.size(), 1u);
}

TEST_P(TlsServer, HandsTheRequestOverAsItCame) {
  start();
  auto asked = request("/path%20here?a=1&b=%2F", "the body");
  asked.headers = {{"X-Mine", "yes"}};

  test::run(loop, client->send(asked));

  ASSERT_EQ(seen->size(), 1u);
  const auto& request = seen->front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/path%20here?a=1&b=%2F");
  EXPECT_EQ(request.body, "the body");
  EXPECT_EQ(header(request.headers, "x-mine"), "yes");
  EXPECT_EQ(header(request.headers, "host"), "localhost:" + std::to_string(server->port()));
  EXPECT_TRUE(request.is_tls);
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsServer, testing::Bool(),
                         [](const auto& parameter) { return parameter.param ? "Http2" : "Http1"; });

}  // namespace
}  // namespace http
