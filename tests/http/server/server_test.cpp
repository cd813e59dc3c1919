#include "http/server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "support/kit/broken_off.h"
#include "support/kit/run.h"
#include "support/kit/tcp_client.h"

namespace http {
namespace {

using test::TcpClient;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view get_root = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view get_and_close = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

// A handler that counts, and waits where the path says so.
struct Counting {
  explicit Counting(net::Loop& loop) : go_on(loop.executor()) {}

  net::Condition go_on;
  std::vector<ServerRequest> requests;
  int waiting = 0;
  int cancelled = 0;
};

net::Task<ServerReply> answer(std::shared_ptr<Counting> counting, ServerRequest request) {
  counting->requests.push_back(request);
  if (request.target == "/fail") throw std::runtime_error("broken");
  if (request.target == "/wait") {
    struct Leaving {
      Counting& counting;
      bool finished = false;
      ~Leaving() {
        --counting.waiting;
        if (!finished) ++counting.cancelled;
      }
    } leaving{*counting};
    ++counting->waiting;
    co_await counting->go_on.wait();
    leaving.finished = true;
  }
  ServerReply reply{.headers = {{"Content-Type", "text/plain"}}, .body = request.method + " " + request.target + "\n"};
  if (request.target == "/reset") throw http::BrokenOff();
  if (request.target == "/truncate") reply = test::half_of(reply);
  if (request.target == "/large") reply.body = std::string(3'000'000, 'x');
  co_return std::move(reply);
}

net::Task<> send_two(std::shared_ptr<Counting> counting, ServerReply::Sink& sink) {
  co_await sink.send("data: one\n\n");
  co_await counting->go_on.wait();
  co_await sink.send("data: two\n\n");
}

class Server : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.always = {{"X-Always", "here"}};
    server = start_server(loop, std::move(options), [counting = counting](ServerRequest request) {
      return answer(counting, std::move(request));
    });
  }
  TcpClient connect() { return TcpClient(loop, server->port()); }
  // Sends, and gives all that comes until the server closes.
  std::string exchange(std::string_view request) {
    auto client = connect();
    client.send(request);
    return client.read_to_end();
  }

  net::Loop loop;
  std::shared_ptr<Counting> counting = std::make_shared<Counting>(loop);
  std::unique_ptr<HttpServer> server;
};

TEST_F(Server, AnswersWhatIsNoHttpWith400AndTheHeadersOfEveryAnswer) {
  start();

  EXPECT_THAT(exchange("\x16\x03\x01 hello\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 400 Bad Request\r\n"), HasSubstr("X-Always: here\r\n")));
  EXPECT_THAT(counting->requests, IsEmpty());
}

TEST_F(Server, RefusesARequestWithoutOrWithTwoHosts) {
  start();

  EXPECT_THAT(exchange("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(counting->requests, IsEmpty());
}

TEST_F(Server, TakesNothingAfterABodyWhoseEndItCannotTellForARequest) {
  start();
  constexpr auto hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

  for (const std::string coding :
       {"xchunked", "chunked, identity", "gzip, chunked", "identity", "chunked\r\nTransfer-Encoding: chunked"})
    EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + "\r\n\r\n" + hidden),
                AllOf(StartsWith("HTTP/1.1 400 "), Not(HasSubstr("HTTP/1.1 200"))))
        << coding;
  EXPECT_THAT(exchange(std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") + hidden),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(counting->requests, IsEmpty());
}

TEST_F(Server, RefusesAHeadThatIsTooLarge) {
  start({.max_header = 1024});

  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(counting->requests, IsEmpty());
}

TEST_F(Server, LeavesOutCookiesThatNoFieldCanHold) {
  start({.max_header = 200'000});
  const std::string large(70'000, 'x');

  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: a\r\nCookie: c=" + large + "\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + large + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
  ASSERT_EQ(counting->requests.size(), 1u);
  EXPECT_EQ(header(counting->requests.at(0).headers, "Cookie"), "");
}

TEST_F(Server, TellsTheSenderOfABrokenRequestWhatToDo) {
  start({.max_header = 1024,
         .on_broken = [](int status) { return ServerReply{.body = "about " + std::to_string(status)}; }});

  const auto answer = exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");

  EXPECT_THAT(answer, StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer, HasSubstr("about 431"));
}

TEST_F(Server, RefusesABodyThatIsTooLarge) {
  start({.max_body = 10});

  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nB\r\nhello world\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(counting->requests, IsEmpty());
}

TEST_F(Server, GivesASlowHeadItsTimeAndNoMore) {
  start({.header_limit = net::Duration(30)});
  auto slow = connect();

  slow.send("GET / HTTP/1.1\r\nHost:");
  EXPECT_THAT(exchange(get_and_close), StartsWith("HTTP/1.1 200 "));  // nobody waits for the slow one

  EXPECT_THAT(slow.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(Server, GivesASlowBodyItsTimeAndNoMore) {
  start({.body_limit = net::Duration(30)});

  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(Server, ClosesAConnectionThatSaysNothingWithoutAWord) {
  start({.header_limit = net::Duration(30)});

  EXPECT_EQ(exchange(""), "");
}

TEST_F(Server, AnswersAHandlerThatFailsWith500) {
  start();

  EXPECT_THAT(exchange("GET /fail HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 500 "), HasSubstr("X-Always: here"), Not(HasSubstr("broken"))));
}

TEST_F(Server, LetsTheOldestConnectionWithoutARequestMakeRoom) {
  start({.max_connections = 2});
  auto oldest = connect();
  auto busy = connect();
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  test::run_until(loop, [&] { return counting->waiting == 1; });

  EXPECT_THAT(exchange(get_and_close), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(oldest.read_to_end(), "");

  counting->go_on.set();
  EXPECT_THAT(busy.read_to_end(), EndsWith("GET /wait\n"));
}

TEST_F(Server, TurnsAConnectionAwayWhenAllOthersAreBusy) {
  start({.max_connections = 1});
  auto busy = connect();
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  test::run_until(loop, [&] { return counting->waiting == 1; });

  EXPECT_EQ(exchange(""), "");

  counting->go_on.set();
  EXPECT_THAT(busy.read_to_end(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Server, CancelsTheHandlerOfAClientThatLeft) {
  start();
  {
    auto client = connect();
    client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    test::run_until(loop, [&] { return counting->waiting == 1; });
  }

  test::run_until(loop, [&] { return counting->waiting == 0; });

  EXPECT_EQ(counting->cancelled, 1);
}

TEST_F(Server, ResetsTheConnectionWhereTheHandlerGivesNoAnswer) {
  start();
  auto client = connect();

  client.send("GET /reset HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(client.was_reset());
}

TEST_F(Server, BreaksOffInTheMiddleOfTheBodyWithTheStream) {
  start();

  EXPECT_THAT(exchange("GET /truncate HTTP/1.1\r\nHost: a\r\n\r\n"),
              AllOf(HasSubstr("Content-Length: 14\r\n"), EndsWith("\r\n\r\nGET /tr")));
}

TEST_F(Server, GivesAHandlerAllTheTimeThatItTakes) {
  start({.header_limit = net::Duration(20), .body_limit = net::Duration(20)});
  auto client = connect();
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_THAT(exchange(""), IsEmpty());  // the server had all the time that it gives to others

  EXPECT_TRUE(client.is_silent());
}

TEST_F(Server, AnswersSeveralRequestsOfAConnectionInOrder) {
  start();
  auto client = connect();

  client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  client.send("GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto text = client.read_to_end();

  EXPECT_THAT(text, AllOf(HasSubstr("GET /1\nHTTP/1.1 200"), HasSubstr("POST /2\nHTTP/1.1 200"), EndsWith("GET /3\n")));
  ASSERT_EQ(counting->requests.size(), 3u);
  EXPECT_EQ(counting->requests[1].body, "abc");
  EXPECT_EQ(counting->requests[0].connection, counting->requests[2].connection);
  EXPECT_THAT(counting->requests[0].peer, StartsWith("127.0.0.1:"));
}

TEST_F(Server, ClosesAfterEachAnswerWhereKeepAliveIsOff) {
  start({.keep_alive = false});

  EXPECT_THAT(exchange(get_root), HasSubstr("Connection: close\r\n"));
}

TEST_F(Server, AnswersAClientThatHasFinishedSending) {
  start();
  auto client = connect();

  client.send("GET /large HTTP/1.0\r\n\r\n");
  client.finish_sending();

  EXPECT_GT(client.read_to_end().size(), 3'000'000u);
}

TEST_F(Server, DeliversTheAnswerAlthoughTheClientSentMoreThanItWillRead) {
  start({.max_body = 10});

  const auto text =
      exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + std::string(900'000, 'x'));

  EXPECT_THAT(text, StartsWith("HTTP/1.1 413 "));
}

TEST_F(Server, SendsNoBodyForHead) {
  start();

  EXPECT_THAT(exchange("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              AllOf(HasSubstr("Content-Length: 7\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(Server, TellsAClientThatAsksToGoOnWithItsBody) {
  start();
  auto client = connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");

  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");

  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Server, StreamsABodyInParts) {
  server = start_server(loop, {}, [counting = counting](ServerRequest) -> net::Task<ServerReply> {
    ServerReply reply{.headers = {{"Content-Type", "text/event-stream"}}};
    reply.stream = [counting](ServerReply::Sink& sink) { return send_two(counting, sink); };
    co_return std::move(reply);
  });
  auto client = connect();
  client.send(get_and_close);

  EXPECT_THAT(client.read_until("one\n\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
  counting->go_on.set();

  EXPECT_EQ(client.read_to_end(), "\r\nb\r\ndata: two\n\n\r\n0\r\n\r\n");
}

TEST_F(Server, ListensOnTheSamePortOfBothLoopbackAddresses) {
  start({.addresses = {"127.0.0.1", "::1"}});

  TcpClient over_ipv6(loop, server->port(), "::1");
  over_ipv6.send(get_and_close);

  EXPECT_THAT(over_ipv6.read_to_end(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(exchange(get_and_close), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Server, RefusesAPortThatIsBusyOnEitherAddress) {
  start({.addresses = {"::1"}});
  const auto port = server->port();

  EXPECT_THROW(start_server(loop, {.addresses = {"127.0.0.1", "::1"}, .port = port}, nullptr), AddressInUse);
  EXPECT_THROW(start_server(loop, {.addresses = {"::1"}, .port = port}, nullptr), AddressInUse);
  EXPECT_NO_THROW(start_server(loop, {.addresses = {"127.0.0.1"}, .port = port}, nullptr));  // and lets go of it
}

TEST_F(Server, SkipsAnAddressThatTheMachineDoesNotHave) {
  start({.addresses = {"127.0.0.1", "2001:db8::1"}});

  EXPECT_THAT(exchange(get_and_close), StartsWith("HTTP/1.1 200 "));
  EXPECT_THROW(start_server(loop, {.addresses = {"2001:db8::1"}}, nullptr), base::Error);
}

TEST_F(Server, CanListenAgainAtOnceOnThePortItJustServed) {
  start();
  const auto port = server->port();
  EXPECT_THAT(exchange(get_and_close), StartsWith("HTTP/1.1 200 "));
  server.reset();
  test::settle(loop);

  EXPECT_NO_THROW(start({.port = port}));
}

TEST_F(Server, DrainsTheAnswersUnderWay) {
  start();
  auto client = connect();
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  test::run_until(loop, [&] { return counting->waiting == 1; });

  server->stop_accepting();
  auto draining = test::start(loop, server->drain(net::Duration(10'000)));
  EXPECT_FALSE(draining.ended());
  counting->go_on.set();
  draining.get();
  server.reset();

  EXPECT_THAT(client.read_to_end(), EndsWith("GET /wait\n"));
}

TEST_F(Server, StopsWaitingForAnAnswerThatDoesNotCome) {
  start();
  auto client = connect();
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  test::run_until(loop, [&] { return counting->waiting == 1; });

  test::run(loop, server->drain(net::Duration(10)));

  EXPECT_EQ(counting->waiting, 1);
}

TEST_F(Server, ClosesEveryConnectionAtItsEnd) {
  start();
  auto idle = connect();
  auto busy = connect();
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  test::run_until(loop, [&] { return counting->waiting == 1; });

  server.reset();

  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(busy.read_to_end(), "");
  EXPECT_EQ(counting->cancelled, 1);
}

TEST_F(Server, RefusesACertificateThatIsNone) {
  auto identity = std::make_shared<TlsIdentity>(TlsIdentity{"nonsense", "nonsense"});

  EXPECT_THROW(start_server(loop, {.tls = identity}, nullptr), base::Error);
}

}  // namespace
}  // namespace http
