#include "http/client/curl_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/core.h>
#include <nghttp2/nghttp2.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.h"
#include "http/client/trust_store.h"
#include "http/repeat.h"
#include "http/server/server.h"
#include "sandbox/ca.h"
#include "support/kit/broken_off.h"
#include "support/kit/fake_random.h"
#include "support/kit/proxies.h"
#include "support/kit/raw_http2.h"
#include "support/kit/raw_servers.h"
#include "support/kit/run.h"

namespace http {
namespace {

using test::ConnectProxy;
using test::RawConnection;
using test::RawTlsServer;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr net::Duration short_time{60};

// Made once: keys take their time.
const sandbox::Authority& authority() {
  static const auto made = sandbox::make_authority({"tenant.example"});
  return made;
}

std::shared_ptr<const TlsIdentity> tenant_identity() {
  return std::make_shared<const TlsIdentity>(authority().server);
}

std::string gzip(std::string_view text) {
  constexpr int gzip_format = 15 + 16;
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_format, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

net::Task<> send_forever(ServerReply::Sink& sink) {
  while (true) co_await sink.send(std::string(100'000, 'x'));
}

// A tenant that shows its faults by path.
struct Tenant {
  explicit Tenant(net::Loop& loop) : go_on(loop.executor()), arrived(loop.executor()) {}

  net::Condition go_on;    // what "/wait" waits for
  net::Condition arrived;  // pulses at each request
  std::vector<ServerRequest> requests;
  std::set<std::uint64_t> connections;
  std::size_t waiting = 0, most_waiting = 0;
};

net::Task<ServerReply> answer(std::shared_ptr<Tenant> tenant, ServerRequest request) {
  tenant->requests.push_back(request);
  tenant->connections.insert(request.connection);
  tenant->arrived.pulse();
  if (request.target.starts_with("/wait")) {
    struct Waiting {
      Tenant& tenant;
      explicit Waiting(Tenant& at) : tenant(at) {
        tenant.most_waiting = std::max(tenant.most_waiting, ++tenant.waiting);
      }
      ~Waiting() {
        --tenant.waiting;
        tenant.arrived.pulse();
      }
    };
    const Waiting waiting(*tenant);
    co_await tenant->go_on.wait();
  }
  ServerReply reply{.headers = {{"Content-Type", "application/json"}}, .body = "{}"};
  if (request.target == "/reset") throw http::BrokenOff();
  if (request.target == "/hang") co_await net::SystemClock().sleep(std::chrono::hours(1));
  if (request.target == "/truncate") reply = test::half_of(reply);
  if (request.target == "/endless") reply.stream = [](ServerReply::Sink& sink) { return send_forever(sink); };
  if (request.target == "/large") reply.body = std::string(3 << 20, 'x');
  if (request.target == "/gzip" || request.target == "/bomb") {
    reply.headers.emplace_back("Content-Encoding", "gzip");
    reply.body = gzip(request.target == "/gzip" ? "hello" : std::string(3 << 20, 'x'));
  }
  if (request.target == "/moved") {
    reply.status = 302;
    reply.headers.emplace_back("Location", "/elsewhere");
  }
  if (request.target == "/empty") reply = {.status = 204};
  if (request.target == "/echo") reply.body = request.body;
  co_return std::move(reply);
}

class Client : public testing::Test {
 protected:
  Client() {
    std::string pattern = (std::filesystem::temp_directory_path() / "client_test_XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    ca_file_ = write_file("ca.pem", authority().ca_pem);
    options_ = {.user_agent = "test/1",
                .ca_files = {ca_file_},
                .ca_setting = "CA_FILE",
                .trace_header = "X-Trace",
                .max_body = 1 << 20};
  }
  ~Client() override { std::filesystem::remove_all(directory_); }

  std::string write_file(const std::string& name, std::string_view content) const {
    std::ofstream(directory_ + "/" + name) << content;
    return directory_ + "/" + name;
  }

  void start_tenant(ServerOptions options = {}) {
    if (!options.tls) options.tls = tenant_identity();
    options.http2 = is_http2();
    server_ = start_server(loop_, std::move(options),
                           [tenant = tenant_](ServerRequest request) { return answer(tenant, std::move(request)); });
    origin_ = fmt::format("https://localhost:{}", server_->port());
  }
  virtual bool is_http2() const { return true; }

  HttpClient& client() {
    if (!client_) client_ = make_curl_client(loop_, options_);
    return *client_;
  }
  Request get(const std::string& path) const { return {.url = origin_ + path}; }
  Request post(const std::string& path, std::string body = {}) const {
    return {.method = "POST", .url = origin_ + path, .body = std::move(body), .write = true};
  }
  Response send(Request request) { return test::run(loop_, client().send(std::move(request))); }
  test::Started<Response> start(Request request) { return test::start(loop_, client().send(std::move(request))); }

  // What the request failed with.
  TransportError failure(Request request) {
    try {
      send(std::move(request));
    } catch (const TransportError& error) {
      return error;
    }
    throw std::runtime_error("the request did not fail");
  }

  void wait_for_requests(std::size_t count) {
    test::run_until(loop_, [&] { return tenant_->requests.size() >= count; });
  }

  std::string directory_, ca_file_, origin_;
  net::Loop loop_;
  std::shared_ptr<Tenant> tenant_ = std::make_shared<Tenant>(loop_);
  std::unique_ptr<HttpServer> server_;
  CurlOptions options_;
  std::unique_ptr<HttpClient> client_;
};

// The same over HTTP/1.1 and HTTP/2.
class ClientOfBothVersions : public Client, public testing::WithParamInterface<bool> {
 protected:
  bool is_http2() const override { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(Http, ClientOfBothVersions, testing::Bool(),
                         [](const auto& info) { return info.param ? "2" : "1"; });

// Trust.

TEST_F(Client, RefusesACertificateOfAnUnknownCa) {
  start_tenant();
  options_.ca_files.clear();

  const auto error = failure(get("/"));

  EXPECT_EQ(error.phase, Phase::tls);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, AllOf(HasSubstr("localhost"), HasSubstr("certificate"), HasSubstr("CA_FILE")));
  EXPECT_THAT(tenant_->requests, IsEmpty());
}

TEST_F(Client, RefusesACertificateForAnotherHost) {
  start_tenant({.addresses = {"127.0.0.2"}});
  origin_ = fmt::format("https://127.0.0.2:{}", server_->port());

  const auto error = failure(get("/"));

  EXPECT_EQ(error.phase, Phase::tls);
  EXPECT_THAT(error.text, AllOf(HasSubstr("127.0.0.2"), HasSubstr("not for this name but for localhost, *.localhost, "
                                                                  "127.0.0.1, 0:0:0:0:0:0:0:1, tenant.example")));
  EXPECT_THAT(error.text, Not(HasSubstr("CA_FILE")));
}

// Today, moved by that many days, as texts tell it: "2026-11-27".
std::string day(int offset) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(today + std::chrono::days(offset));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

TEST_F(Client, TellsTheValidityOfACertificateThatIsNotValidNow) {
  struct Case {
    int begin, end;
    const char* problem;
  };
  for (const auto& [begin, end, problem] : {Case{-2, -1, "has expired"}, Case{1, 2, "is not valid yet"}}) {
    const auto identity = std::make_shared<const TlsIdentity>(test::self_signed_identity(begin, end));
    start_tenant({.tls = identity});
    options_.ca_files = {write_file("self.pem", identity->certificate_chain_pem)};
    client_.reset();

    const auto error = failure(get("/"));

    EXPECT_EQ(error.phase, Phase::tls);
    EXPECT_FALSE(error.maybe_sent);
    EXPECT_THAT(error.text, AllOf(HasSubstr(problem), HasSubstr("valid from " + day(begin)),
                                  HasSubstr("to " + day(end)), HasSubstr("this machine's time is " + day(0))));
    EXPECT_THAT(error.text, Not(HasSubstr("CA_FILE")));
  }
}

TEST_F(Client, NamesACaFileThatItCannotUse) {
  start_tenant();
  options_.ca_files = {directory_ + "/missing.pem"};

  EXPECT_THROW(
      try { send(get("/")); } catch (const base::Error& error) {
        EXPECT_THAT(error.message, HasSubstr("missing.pem"));
        throw;
      },
      base::Error);
  EXPECT_THROW(check_ca_file(directory_ + "/missing.pem"), base::Error);
  EXPECT_THROW(check_ca_file(write_file("empty.pem", "no certificate\n")), base::Error);
  EXPECT_THROW(check_ca_file(write_file("cut.pem", authority().ca_pem.substr(0, 200))), base::Error);
  EXPECT_NO_THROW(check_ca_file(ca_file_));
}

TEST_F(Client, SpeaksNothingButHttps) {
  start_tenant();
  auto request = get("/");
  request.url.replace(0, 5, "http");

  EXPECT_FALSE(failure(request).maybe_sent);
  EXPECT_THAT(tenant_->requests, IsEmpty());
}

// Failures on the way.

TEST_F(Client, NamesPhaseAndReasonWhenTheConnectionIsRefused) {
  start_tenant();
  server_.reset();

  const auto error = failure(get("/"));

  EXPECT_EQ(error.phase, Phase::connect);
  EXPECT_EQ(error.kind, TransportError::Kind::failed);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, AllOf(HasSubstr("localhost"), HasSubstr("connect"), HasSubstr("Connection refused")));
}

TEST_F(Client, NamesTheHostThatCannotBeResolved) {
  const auto error = failure({.url = "https://nowhere.invalid/"});

  EXPECT_EQ(error.phase, Phase::resolve);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, HasSubstr("nowhere.invalid"));
}

TEST_F(Client, FailsInTlsWhereTheServerSpeaksNone) {
  const auto plain = start_server(loop_, {}, [](ServerRequest) -> net::Task<ServerReply> { co_return ServerReply{}; });

  const auto error = failure({.url = fmt::format("https://localhost:{}/", plain->port())});

  EXPECT_EQ(error.phase, Phase::tls);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, Not(HasSubstr("CA_FILE")));
}

TEST_F(Client, LimitsTheTimeForConnecting) {
  ConnectProxy silent(loop_);  // takes the connection and waits for a CONNECT that never comes
  options_.connect_limit = short_time;

  const auto error = failure({.url = fmt::format("https://localhost:{}/", silent.port())});

  EXPECT_EQ(error.kind, TransportError::Kind::timed_out);
  EXPECT_EQ(error.phase, Phase::tls);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, HasSubstr("no connection within 0.06 s"));
}

TEST_P(ClientOfBothVersions, SaysThatARequestMayHaveArrivedWhenTheConnectionBreaks) {
  start_tenant();

  const auto error = failure(post("/reset"));

  EXPECT_EQ(error.phase, Phase::receive);
  EXPECT_TRUE(error.maybe_sent);
  EXPECT_EQ(tenant_->requests.size(), 1u);
}

TEST_P(ClientOfBothVersions, TakesNoPartOfAnAnswerForTheWhole) {
  start_tenant();

  const auto error = failure(get("/truncate"));

  EXPECT_EQ(error.kind, TransportError::Kind::failed);
  EXPECT_EQ(error.phase, Phase::receive);
}

TEST_P(ClientOfBothVersions, LimitsTheTimeInTotal) {
  start_tenant();
  send(get("/"));  // connects
  auto request = get("/hang");
  request.total_limit = short_time;

  const auto error = failure(request);

  EXPECT_EQ(error.kind, TransportError::Kind::timed_out);
  EXPECT_EQ(error.phase, Phase::receive);
  EXPECT_TRUE(error.maybe_sent);
  EXPECT_THAT(error.text, HasSubstr("no answer within 0.06 s"));
}

TEST_F(Client, LimitsTheSilenceOnceTheAnswerHasBegun) {
  RawTlsServer silent(loop_, authority().server, [](RawConnection& connection, int) -> net::Task<> {
    co_await connection.read_head();
    co_await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    co_await connection.wait_for_close();
  });
  options_.idle_limit = short_time;

  const auto error = failure({.url = fmt::format("https://localhost:{}/", silent.port())});

  EXPECT_EQ(error.kind, TransportError::Kind::timed_out);
  EXPECT_EQ(error.phase, Phase::receive);
  EXPECT_THAT(error.text, HasSubstr("no byte for 0.06 s"));
}

TEST_F(Client, DoesNotCountSilenceBeforeTheAnswer) {
  start_tenant();
  options_.idle_limit = net::Duration(1);
  net::SystemClock clock;

  auto waiting = start(get("/wait"));
  wait_for_requests(1);
  test::run(loop_, clock.sleep(short_time));
  EXPECT_FALSE(waiting.ended());
  tenant_->go_on.set();

  EXPECT_EQ(waiting.get().status, 200);
}

TEST_P(ClientOfBothVersions, RefusesAnAnswerThatIsTooLarge) {
  start_tenant();

  for (const std::string path : {"/large", "/endless", "/bomb"}) {
    const auto error = failure(get(path));
    EXPECT_EQ(error.kind, TransportError::Kind::too_large) << path;
    EXPECT_THAT(error.text, HasSubstr("larger than 1 MiB")) << path;
  }
}

TEST_F(Client, RefusesALargeAnswerByItsHeadAlone) {
  RawTlsServer boasting(loop_, authority().server, [](RawConnection& connection, int) -> net::Task<> {
    co_await connection.read_head();
    co_await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n");
    co_await connection.wait_for_close();
  });

  const auto error = failure({.url = fmt::format("https://localhost:{}/", boasting.port())});

  EXPECT_EQ(error.kind, TransportError::Kind::too_large);
}

// Repeating by itself: libcurl would do it on a kept connection that dies.

class ClientOnADeadConnection : public Client {
 protected:
  // Answers once on the first connection and closes it on the second request; later connections answer always.
  RawTlsServer server_that_closes_{loop_, authority().server,
                                   [this](RawConnection& connection, int number) -> net::Task<> {
                                     for (int request = 1; !(co_await connection.read_head()).empty(); ++request) {
                                       ++heads_;
                                       if (number == 1 && request == 2) {
                                         connection.reset();
                                         co_return;
                                       }
                                       co_await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
                                     }
                                   }};
  int heads_ = 0;

  void SetUp() override {
    origin_ = fmt::format("https://localhost:{}", server_that_closes_.port());
    EXPECT_EQ(send(get("/first")).status, 200);
  }
};

TEST_F(ClientOnADeadConnection, NeverSendsAWriteAgain) {
  const auto error = failure(post("/second"));

  EXPECT_TRUE(error.maybe_sent);
  EXPECT_EQ(error.phase, Phase::receive);
  EXPECT_EQ(heads_, 2);
}

TEST_F(ClientOnADeadConnection, SendsAReadAgain) {
  EXPECT_EQ(send(get("/second")).status, 200);

  EXPECT_EQ(server_that_closes_.connections(), 2);
}

// A connection that has gone deaf.

TEST_P(ClientOfBothVersions, SendsNothingFurtherOnAConnectionThatKeptSilent) {
  start_tenant();
  test::Relay relay(loop_, server_->port());
  origin_ = fmt::format("https://localhost:{}", relay.port());
  options_.first_byte_limit = short_time;
  send(get("/"));

  relay.go_deaf();
  const auto error = failure(get("/lost"));

  EXPECT_EQ(error.kind, TransportError::Kind::timed_out);
  EXPECT_EQ(error.phase, Phase::receive);
  EXPECT_TRUE(error.maybe_sent);
  EXPECT_THAT(error.text, HasSubstr("no answer within 0.06 s"));
  EXPECT_EQ(send(post("/next")).status, 200);
  EXPECT_EQ(tenant_->connections.size(), 2u);
}

// A connection that has to be made first takes time in which what a write rests on may change.

TEST_P(ClientOfBothVersions, SendsNothingThatCannotLeaveInTime) {
  start_tenant();
  test::Relay relay(loop_, server_->port());
  relay.delay_new(std::chrono::milliseconds(300));
  origin_ = fmt::format("https://localhost:{}", relay.port());
  auto write = post("/write");
  write.leaves_within = net::Duration(100);

  const auto error = failure(write);

  EXPECT_FALSE(error.maybe_sent);
  EXPECT_EQ(error.phase, Phase::connect);
  EXPECT_THAT(error.text, HasSubstr("longer than 0.1 s, so nothing was sent"));
  EXPECT_TRUE(tenant_->requests.empty());
  EXPECT_EQ(send(get("/read")).status, 200);
  EXPECT_EQ(send(write).status, 200);  // over the connection of the read
}

TEST_F(Client, LetsOthersFinishOnAConnectionThatOneRequestFoundSilent) {
  start_tenant();
  options_.first_byte_limit = short_time;
  auto slow = get("/wait");
  slow.total_limit = net::Duration(180'000);
  auto waiting = start(slow);
  wait_for_requests(1);

  EXPECT_EQ(failure(get("/hang")).kind, TransportError::Kind::timed_out);
  EXPECT_EQ(send(get("/next")).status, 200);
  tenant_->go_on.set();

  EXPECT_EQ(waiting.get().status, 200);
  EXPECT_EQ(tenant_->connections.size(), 2u);
}

TEST_F(Client, GivesSlowRequestsAllTheirTimeForTheFirstByte) {
  start_tenant();
  net::SystemClock clock;
  options_.first_byte_limit = net::Duration(1);
  auto slow = get("/wait");
  slow.total_limit = net::Duration(60'001);

  auto waiting = start(slow);
  wait_for_requests(1);
  test::run(loop_, clock.sleep(short_time));
  tenant_->go_on.set();

  EXPECT_EQ(waiting.get().status, 200);
}

TEST_P(ClientOfBothVersions, DoesNotTrustAConnectionThatWasIdleForLong) {
  start_tenant();
  net::SystemClock clock;
  options_.trusted_idle = net::Duration(1'000);
  send(get("/"));

  test::run(loop_, clock.sleep(net::Duration(2'100)));
  send(get("/"));

  EXPECT_EQ(tenant_->connections.size(), 2u);
}

// Secrets do not stay in the buffers of a connection that is kept.

TEST_P(ClientOfBothVersions, SendsOnAConnectionOfItsOwn) {
  start_tenant();
  auto token = post("/token");
  token.on_own_connection = true;

  send(get("/first"));
  send(token);
  send(token);
  send(get("/second"));

  std::vector<std::uint64_t> connections;
  for (const auto& request : tenant_->requests) connections.push_back(request.connection);
  EXPECT_THAT(std::set(connections.begin(), connections.end()), testing::SizeIs(3));
  EXPECT_EQ(connections[0], connections[3]);
}

// HTTP/2, frame by frame.

class ClientOfAnHttp2Server : public Client {
 protected:
  using Answer = std::function<void(test::RawStream stream, int number)>;

  test::RawHttp2Server& serve(Answer answer) {
    http2_ = std::make_unique<test::RawHttp2Server>(loop_, authority().server, std::move(answer));
    origin_ = fmt::format("https://localhost:{}", http2_->port());
    return *http2_;
  }

  std::unique_ptr<test::RawHttp2Server> http2_;
};

TEST_F(ClientOfAnHttp2Server, ResetsNoStreamThatWasAnswered) {
  const auto& server = serve([](test::RawStream stream, int number) {
    switch (number % 6) {
      case 0:
        return stream.answer(204);
      case 1:
        return stream.answer(200);
      case 2:
        return stream.answer(404, "{}");
      case 3:
        return stream.answer(200, std::string(50'000, 'x'));
      case 4:
        return stream.answer(200, "{}");
      default:
        return stream.answer_and_end_later(200, "{}");
    }
  });

  for (int i = 0; i < 12; ++i) {
    send(i % 2 == 0 ? get("/") : post("/", "{}"));
    auto deleting = get("/");
    deleting.method = "DELETE";
    send(deleting);
  }

  EXPECT_EQ(server.requests(), 24);
  EXPECT_THAT(server.resets(), IsEmpty());
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientOfAnHttp2Server, LosesNoneOfManyQuickWritesToAServerThatLimitsResets) {
  constexpr int one_by_one = 1'500, at_once = 8, bursts = 188;
  auto& server = serve([](test::RawStream stream, int number) {
    number % 20 != 0 ? stream.answer(201, "{}") : stream.answer_and_end_later(201, "{}");
  });
  server.limit_resets(10, 1);
  int answered = 0;

  for (int i = 0; i < one_by_one; ++i) answered += send(post("/", "{}")).status == 201 ? 1 : 0;
  for (int i = 0; i < bursts; ++i) {
    std::vector<test::Started<Response>> burst;
    for (int k = 0; k < at_once; ++k) burst.push_back(start(post("/", "{}")));
    for (auto& each : burst) answered += each.get().status == 201 ? 1 : 0;
  }

  EXPECT_EQ(answered, one_by_one + at_once * bursts);
  EXPECT_EQ(server.requests(), answered);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ClientOfAnHttp2Server, ClosesAConnectionThatWasOfOneRequestOnly) {
  const auto& server = serve([](test::RawStream stream, int) { stream.answer(200); });
  auto token = post("/token");
  token.on_own_connection = true;

  send(get("/"));
  send(token);

  EXPECT_EQ(server.connections(), 2);
  test::run_until(loop_, [&] { return server.open_connections() == 1; });
}

TEST_F(ClientOfAnHttp2Server, EndsACancelledRequestAtTheServerAtOnce) {
  const auto& server = serve([](test::RawStream, int) {});
  auto reading = start(get("/"));
  test::run_until(loop_, [&] { return server.requests() == 1; });

  reading.cancel();
  test::run_until(loop_, [&] { return !server.resets().empty(); });

  EXPECT_THAT(server.resets(), ElementsAre(NGHTTP2_CANCEL));
}

TEST_F(ClientOfAnHttp2Server, EndsARequestThatTookTooLongAtTheServerAtOnce) {
  const auto& server = serve([](test::RawStream, int) {});
  auto slow = post("/");
  slow.total_limit = short_time;

  EXPECT_EQ(failure(slow).kind, TransportError::Kind::timed_out);
  test::run_until(loop_, [&] { return !server.resets().empty(); });

  EXPECT_THAT(server.resets(), ElementsAre(NGHTTP2_CANCEL));
}

TEST_F(ClientOfAnHttp2Server, KnowsThatARefusedWriteWasNotDone) {
  const auto& server = serve([](test::RawStream stream, int) { stream.refuse(); });

  const auto error = failure(post("/", "{}"));

  EXPECT_FALSE(error.maybe_sent);
  EXPECT_EQ(error.phase, Phase::send);
  EXPECT_THAT(error.text, HasSubstr("refused"));
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(ClientOfAnHttp2Server, KnowsThatAWriteBeyondGoawayWasNotDone) {
  const auto& server = serve([](test::RawStream stream, int) { stream.go_away(0); });

  EXPECT_FALSE(failure(post("/", "{}")).maybe_sent);
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(ClientOfAnHttp2Server, DoesNotKnowWhatBecameOfAWriteThatGoawayCovers) {
  const auto& server = serve([](test::RawStream stream, int) { stream.go_away(stream.id); });

  EXPECT_TRUE(failure(post("/", "{}")).maybe_sent);
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(ClientOfAnHttp2Server, SendsRefusedWritesAgain) {
  const auto& server = serve([](test::RawStream stream, int number) {
    if (number <= 4) return stream.refuse();
    if (number == 9) return stream.go_away(0);
    stream.answer(200);
  });
  net::SystemClock clock;
  test::FakeRandom random;
  std::vector<test::Started<Response>> writes;

  for (int i = 0; i < 4; ++i) {
    writes.push_back(test::start(loop_, send_with_repeats(client(), clock, random, post("/", "{}"), Repeat::write)));
  }

  for (auto& each : writes) EXPECT_EQ(each.get().status, 200);
  EXPECT_EQ(server.requests(), 8);
  const auto beyond_goaway =
      test::run(loop_, send_with_repeats(client(), clock, random, post("/", "{}"), Repeat::write));
  EXPECT_EQ(beyond_goaway.status, 200);
  EXPECT_EQ(server.requests(), 10);
}

TEST_F(ClientOfAnHttp2Server, SendsARefusedReadAgainByItself) {
  const auto& server =
      serve([](test::RawStream stream, int number) { number == 1 ? stream.refuse() : stream.answer(200); });

  EXPECT_EQ(send(get("/")).status, 200);

  EXPECT_EQ(server.requests(), 2);
}

// What is sent and what is read.

TEST_P(ClientOfBothVersions, SendsMethodHeadersAndBody) {
  start_tenant();
  auto request = post("/echo", R"({"a":1})");
  request.method = "PATCH";
  request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}, {"If-Match", "*"}};
  request.bearer = std::make_shared<const base::Secret>("the-bearer-token");

  const auto response = send(request);

  EXPECT_EQ(response.body, R"({"a":1})");
  ASSERT_EQ(tenant_->requests.size(), 1u);
  const auto& seen = tenant_->requests[0];
  EXPECT_EQ(seen.method, "PATCH");
  EXPECT_EQ(seen.version, is_http2() ? 20 : 11);
  EXPECT_EQ(header(seen.headers, "authorization"), "Bearer the-bearer-token");
  EXPECT_EQ(header(seen.headers, "content-type"), "application/json");
  EXPECT_EQ(header(seen.headers, "if-match"), "*");
  EXPECT_TRUE(has_header(seen.headers, "x-empty"));
  EXPECT_EQ(header(seen.headers, "user-agent"), "test/1");
  EXPECT_EQ(header(seen.headers, "accept"), "application/json");
  EXPECT_EQ(header(seen.headers, "accept-encoding"), "gzip");
  EXPECT_FALSE(has_header(seen.headers, "expect"));
}

TEST_P(ClientOfBothVersions, SendsAPostWithoutABody) {
  start_tenant();

  send(post("/echo"));

  ASSERT_EQ(tenant_->requests.size(), 1u);
  EXPECT_EQ(tenant_->requests[0].method, "POST");
  EXPECT_FALSE(has_header(tenant_->requests[0].headers, "content-type"));
}

TEST_P(ClientOfBothVersions, SendsASecretBody) {
  start_tenant();
  auto request = post("/echo");
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.secret_body = std::make_shared<const base::Secret>("code=one-time-code");

  EXPECT_EQ(send(request).body, "code=one-time-code");
}

TEST_P(ClientOfBothVersions, SendsAndReadsLargeBodies) {
  start_tenant();
  std::string body(1 << 20, 'y');
  body.back() = 'z';

  EXPECT_EQ(send(post("/echo", body)).body, body);
}

TEST_P(ClientOfBothVersions, DeletesWithoutABody) {
  start_tenant();
  auto request = get("/empty");
  request.method = "DELETE";

  const auto response = send(request);

  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(tenant_->requests.at(0).method, "DELETE");
}

TEST_F(Client, RefusesAHeaderWithALineBreak) {
  start_tenant();
  auto request = get("/");
  request.headers = {{"X-Bad", "a\r\nX-Injected: b"}};

  EXPECT_THROW(send(request), base::Error);
  EXPECT_THAT(tenant_->requests, IsEmpty());
}

TEST_P(ClientOfBothVersions, DoesNotFollowRedirects) {
  start_tenant();

  const auto response = send(get("/moved"));

  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(header(response.headers, "location"), "/elsewhere");
  EXPECT_EQ(tenant_->requests.size(), 1u);
}

TEST_P(ClientOfBothVersions, DecodesGzip) {
  start_tenant();

  EXPECT_EQ(send(get("/gzip")).body, "hello");
}

TEST_F(Client, ForgetsTheHeadersOfInterimAnswers) {
  RawTlsServer hinting(loop_, authority().server, [](RawConnection& connection, int) -> net::Task<> {
    co_await connection.read_head();
    co_await connection.write(
        "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    co_await connection.wait_for_close();
  });

  const auto response = send({.url = fmt::format("https://localhost:{}/", hinting.port())});

  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(has_header(response.headers, "x-early"));
}

// Connections and the queue.

TEST_F(Client, SendsABurstOverOneHttp2Connection) {
  start_tenant();
  options_.max_in_flight_http1 = 64;  // the version is not known yet
  std::vector<test::Started<Response>> burst;

  for (int i = 0; i < 69; ++i) burst.push_back(start(get("/wait")));
  wait_for_requests(64);
  tenant_->go_on.set();
  for (auto& each : burst) EXPECT_EQ(each.get().status, 200);

  EXPECT_EQ(tenant_->connections.size(), 1u);
  EXPECT_EQ(tenant_->most_waiting, 64u);
}

TEST_P(ClientOfBothVersions, ReusesItsConnections) {
  start_tenant();

  for (int i = 0; i < 5; ++i) send(get("/"));

  EXPECT_EQ(tenant_->connections.size(), 1u);
}

TEST_P(ClientOfBothVersions, KeepsToItsLimitOfRequestsInFlight) {
  start_tenant();
  options_.max_in_flight_http1 = is_http2() ? 1 : 3;
  options_.max_in_flight_http2 = 3;
  send(get("/"));  // now it knows the version
  std::vector<test::Started<Response>> burst;

  for (int i = 0; i < 10; ++i) burst.push_back(start(get("/wait")));
  wait_for_requests(1 + 3);
  tenant_->go_on.set();
  for (auto& each : burst) each.get();

  EXPECT_EQ(tenant_->most_waiting, 3u);
}

class ClientWithOnePlace : public Client {
 protected:
  void SetUp() override {
    start_tenant();
    options_.max_in_flight_http1 = options_.max_in_flight_http2 = 1;
  }
  Request of_call(std::uint64_t call, const std::string& path) const {
    auto request = get(path);
    request.call = call;
    return request;
  }
  std::vector<std::string> targets() const {
    std::vector<std::string> all;
    for (const auto& request : tenant_->requests) all.push_back(request.target);
    return all;
  }
};

TEST_F(ClientWithOnePlace, ServesItsQueueEvenlyBetweenCalls) {
  std::vector<test::Started<Response>> all;
  all.push_back(start(get("/wait")));
  for (const auto* path : {"/a1", "/a2", "/a3"}) all.push_back(start(of_call(1, path)));
  all.push_back(start(of_call(2, "/b1")));

  wait_for_requests(1);
  tenant_->go_on.set();
  for (auto& each : all) each.get();

  EXPECT_THAT(targets(), ElementsAre("/wait", "/a1", "/b1", "/a2", "/a3"));
}

TEST_F(ClientWithOnePlace, LetsUrgentRequestsPass) {
  auto waiting = start(get("/wait"));
  wait_for_requests(1);
  auto queued = start(get("/queued"));
  auto request = get("/urgent");
  request.urgent = true;

  EXPECT_EQ(send(request).status, 200);
  tenant_->go_on.set();
  waiting.get();
  queued.get();

  EXPECT_THAT(targets(), ElementsAre("/wait", "/urgent", "/queued"));
}

TEST_F(ClientWithOnePlace, LimitsTheTimeInTheQueue) {
  auto waiting = start(get("/wait"));
  auto request = get("/queued");
  request.total_limit = short_time;

  const auto error = failure(request);

  EXPECT_EQ(error.phase, Phase::queue);
  EXPECT_EQ(error.kind, TransportError::Kind::timed_out);
  EXPECT_FALSE(error.maybe_sent);
  tenant_->go_on.set();
  waiting.get();
  EXPECT_THAT(targets(), ElementsAre("/wait"));
}

TEST_F(ClientWithOnePlace, DropsACancelledRequestFromTheQueue) {
  auto waiting = start(get("/wait"));
  auto queued = start(get("/queued"));
  wait_for_requests(1);

  queued.cancel();
  test::settle(loop_);
  EXPECT_TRUE(queued.was_cancelled());
  tenant_->go_on.set();
  waiting.get();
  send(get("/last"));

  EXPECT_THAT(targets(), ElementsAre("/wait", "/last"));
}

// Cancelling.

TEST_P(ClientOfBothVersions, AbortsACancelledReadAtOnce) {
  start_tenant();
  auto reading = start(get("/wait"));
  wait_for_requests(1);

  reading.cancel();
  test::settle(loop_);

  EXPECT_TRUE(reading.was_cancelled());
  test::run_until(loop_, [&] { return tenant_->waiting == 0; });
}

TEST_P(ClientOfBothVersions, LetsACancelledWriteBeAnsweredAndLogsIt) {
  start_tenant();
  auto request = post("/wait?secret=1");
  request.headers = {{"X-Trace", "txn-1"}};
  testing::internal::CaptureStderr();
  auto writing = start(request);
  wait_for_requests(1);

  writing.cancel();
  test::settle(loop_);
  EXPECT_FALSE(writing.ended());
  tenant_->go_on.set();
  test::run_until(loop_, [&] { return writing.ended(); });

  EXPECT_TRUE(writing.was_cancelled());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("warn"), HasSubstr("POST /wait"), HasSubstr("the answer was 200"), HasSubstr("txn-1"),
                    Not(HasSubstr("secret"))));
}

TEST_P(ClientOfBothVersions, WaitsForACancelledWriteNoLongerThanItsGrace) {
  start_tenant();
  options_.write_grace = short_time;
  testing::internal::CaptureStderr();
  auto writing = start(post("/wait"));
  wait_for_requests(1);

  writing.cancel();
  test::run_until(loop_, [&] { return writing.ended(); });

  EXPECT_TRUE(writing.was_cancelled());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("outcome is unknown"));
}

TEST_F(Client, AbortsACancelledWriteThatWasNotSentYet) {
  ConnectProxy silent(loop_);  // no TLS handshake ever ends there
  testing::internal::CaptureStderr();
  auto writing = start({.method = "POST", .url = fmt::format("https://localhost:{}/", silent.port()), .write = true});

  writing.cancel();
  test::run_until(loop_, [&] { return writing.ended(); });

  EXPECT_TRUE(writing.was_cancelled());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Client, StopsWithRequestsUnderWay) {
  start_tenant();
  auto reading = start(get("/wait"));
  wait_for_requests(1);

  client_.reset();

  EXPECT_FALSE(reading.ended());  // it goes with the loop
}

// Proxies.

class ClientBehindAProxy : public Client {
 protected:
  void SetUp() override {
    start_tenant();
    origin_ = fmt::format("https://tenant.example:{}", server_->port());
  }
  void use(const ConnectProxy& proxy) {
    options_.proxy = fmt::format("http://me:pass%20word@localhost:{}", proxy.port());
  }
};

TEST_F(ClientBehindAProxy, ShowsNoCredentialsWhenTheProxyRefuses) {
  ConnectProxy proxy(loop_, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  use(proxy);

  const auto error = failure(get("/"));

  EXPECT_EQ(error.phase, Phase::proxy);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, AllOf(HasSubstr("tenant.example"), HasSubstr("407"),
                                HasSubstr(fmt::format("proxy localhost:{}", proxy.port()))));
  EXPECT_THAT(error.text, AllOf(Not(HasSubstr("pass")), Not(HasSubstr("me:"))));
}

TEST_F(ClientBehindAProxy, BlamesAProxyThatIsNotThere) {
  {
    const ConnectProxy gone(loop_);
    use(gone);
  }

  const auto error = failure(get("/"));

  EXPECT_EQ(error.phase, Phase::proxy);
  EXPECT_THAT(error.text, HasSubstr("Connection refused"));
  EXPECT_FALSE(error.maybe_sent);
}

TEST_F(ClientBehindAProxy, ShowsNoCredentialsOfAnUnusableProxySetting) {
  options_.proxy = "ftp://me:password@proxy:1";

  EXPECT_THROW(
      try { send(get("/")); } catch (const base::Error& error) {
        EXPECT_THAT(error.message, AllOf(HasSubstr("HTTPS_PROXY"), Not(HasSubstr("password"))));
        throw;
      },
      base::Error);
}

TEST_F(ClientBehindAProxy, TunnelsByConnectAndKeepsTheBearerFromTheProxy) {
  ConnectProxy proxy(loop_);
  use(proxy);
  auto request = get("/");
  request.bearer = std::make_shared<const base::Secret>("the-bearer-token");

  EXPECT_EQ(send(request).status, 200);

  ASSERT_EQ(proxy.heads().size(), 1u);
  EXPECT_THAT(proxy.heads()[0],
              AllOf(HasSubstr(fmt::format("CONNECT tenant.example:{} HTTP/1.1", server_->port())),
                    HasSubstr("Proxy-Authorization: Basic bWU6cGFzcyB3b3Jk"), Not(HasSubstr("bearer"))));
  EXPECT_EQ(header(tenant_->requests.at(0).headers, "authorization"), "Bearer the-bearer-token");
  EXPECT_FALSE(has_header(tenant_->requests.at(0).headers, "proxy-authorization"));
}

TEST_F(ClientBehindAProxy, TakesAnHttpsProxyWhoseCertificateItTrusts) {
  ConnectProxy proxy(loop_);
  test::TlsFront front(loop_, authority().server, proxy.port());
  options_.proxy = fmt::format("https://me:pass%20word@localhost:{}", front.port());

  EXPECT_EQ(send(get("/")).status, 200);

  ASSERT_EQ(proxy.heads().size(), 1u);
  EXPECT_THAT(proxy.heads()[0], HasSubstr("Proxy-Authorization: Basic bWU6cGFzcyB3b3Jk"));
}

TEST_F(ClientBehindAProxy, GivesNothingToAnHttpsProxyWhoseCertificateItDoesNotTrust) {
  ConnectProxy proxy(loop_);
  test::TlsFront front(loop_, test::self_signed_identity(-2, -1), proxy.port());
  options_.proxy = fmt::format("https://me:pass%20word@localhost:{}", front.port());

  const auto error = failure(get("/"));

  EXPECT_EQ(error.phase, Phase::proxy);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, HasSubstr(fmt::format("proxy localhost:{}", front.port())));
  EXPECT_THAT(proxy.heads(), IsEmpty());
}

TEST_F(ClientBehindAProxy, LetsASocksProxyLookUpTheName) {
  for (const std::string login : {"", "me:pass word"}) {
    test::SocksProxy proxy(loop_, login);
    options_.proxy = fmt::format("socks5h://{}localhost:{}", login.empty() ? "" : "me:pass%20word@", proxy.port());
    client_.reset();

    EXPECT_EQ(send(get("/")).status, 200) << login;

    EXPECT_THAT(proxy.targets(), ElementsAre(fmt::format("tenant.example:{}", server_->port())));
  }
}

TEST_F(ClientBehindAProxy, ShowsNoCredentialsWhenASocksProxyRefuses) {
  test::SocksProxy proxy(loop_, "me:another");
  options_.proxy = fmt::format("socks5h://me:pass%20word@localhost:{}", proxy.port());

  const auto error = failure(get("/"));

  EXPECT_EQ(error.phase, Phase::proxy);
  EXPECT_FALSE(error.maybe_sent);
  EXPECT_THAT(error.text, AllOf(HasSubstr("proxy"), Not(HasSubstr("pass")), Not(HasSubstr("me:"))));
}

TEST_F(ClientBehindAProxy, GoesDirectToLoopback) {
  ConnectProxy proxy(loop_);
  use(proxy);
  origin_ = fmt::format("https://localhost:{}", server_->port());

  EXPECT_EQ(send(get("/")).status, 200);

  EXPECT_THAT(proxy.heads(), IsEmpty());
}

TEST_F(ClientBehindAProxy, HeedsOnlyTheProxyItIsGiven) {
  ConnectProxy proxy(loop_), of_environment(loop_);
  use(proxy);
  setenv("https_proxy", fmt::format("http://localhost:{}", of_environment.port()).c_str(), 1);
  setenv("no_proxy", "*", 1);

  EXPECT_EQ(send(get("/")).status, 200);
  unsetenv("https_proxy");
  unsetenv("no_proxy");

  EXPECT_EQ(proxy.heads().size(), 1u);
  EXPECT_THAT(of_environment.heads(), IsEmpty());
}

}  // namespace
}  // namespace http
