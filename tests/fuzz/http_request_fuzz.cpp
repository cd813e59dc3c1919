// One connection of the HTTP server with MCP's transport behind it, without a socket: whatever a client sends, what it
// gets are HTTP answers. Input: the seed of the pieces' sizes, then the bytes of the client.
#include "fuzz/fuzz.h"
#include "http/server/server_core.h"
#include "mcp/http/transport.h"
#include "support/mcp/conversation.h"

#include <boost/asio/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <random>
#include <string>

namespace {

// Gives what the client sends, piece by piece, and keeps what it gets.
class MemoryTransport final : public http::Transport {
 public:
  MemoryTransport(std::string_view sent, unsigned seed, std::string& got) : sent_(sent), random_(seed + 1), got_(got) {}

  net::Task<bool> open() override { co_return false; }
  net::Task<std::size_t> read_some(char* into, std::size_t size) override {
    if (sent_.empty() || is_closed_) throw boost::system::system_error(boost::asio::error::eof);
    const auto piece = sent_.substr(0, std::min<std::size_t>(size, 1 + random_() % 400));
    sent_.remove_prefix(piece.size());
    piece.copy(into, piece.size());
    co_return piece.size();
  }
  net::Task<> write(std::string_view bytes) override {
    got_ += bytes;
    co_return;
  }
  net::Task<> finish() override { co_return; }
  void close() override { is_closed_ = true; }
  void reset() override { is_closed_ = true; }

 private:
  std::string_view sent_;
  std::minstd_rand random_;
  std::string& got_;
  bool is_closed_ = false;
};

namespace beast_http = boost::beast::http;
using Parser = beast_http::response_parser<beast_http::string_body>;

// Reads one answer, with the body that its head tells or without one. Nothing when that is not what comes next.
std::optional<std::size_t> length_of_answer(std::string_view got, bool has_body) {
  Parser parser;
  parser.eager(true);
  parser.skip(!has_body);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t taken = parser.put(boost::asio::buffer(got), error);
  fuzz::require(parser.is_header_done(), "an answer has a whole and correct head", got);
  // The end of a stream that was cut off, or of a body that lasts until the connection closes.
  const bool is_cut = has_body && error == beast_http::error::need_more;
  if (error && !is_cut) return std::nullopt;
  const auto rest = got.substr(taken);
  if (!rest.empty() && !rest.starts_with("HTTP/1.1 ")) return std::nullopt;
  return taken;
}

// Which answers are to HEAD, and so without the body that they tell, is not looked up: one of the two must fit.
void check_answers(std::string_view got) {
  while (!got.empty()) {
    fuzz::require(got.starts_with("HTTP/1.1 "), "an answer begins as one", got);
    auto length = length_of_answer(got, true);
    if (!length) length = length_of_answer(got, false);
    fuzz::require(length.has_value(), "after an answer comes the next one or nothing", got);
    got.remove_prefix(*length);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  net::Loop loop;
  test::FakeClock clock(loop);
  test::FakeRandom random;
  test::FakeHost host(loop);
  host.offer_all();
  std::string got;
  {
    mcp::HttpTransport transport({.loop = loop, .clock = clock, .random = random, .host = host});
    const auto core = std::make_shared<http::ServerCore>(
        loop, http::ServerOptions{.max_header = 2'000, .max_body = 4'000}, transport.handler());
    const auto connection = std::make_shared<http::Connection>(
        *core, std::make_unique<MemoryTransport>(fuzz::text_of(data + 1, size - 1), data[0], got));
    connection->serving = loop.spawn(http::http1::serve(core, connection), [](const std::exception_ptr&) {});
    test::settle(loop);
    test::inside(loop, [&] { host.released.set(); });
    clock.advance(net::Duration{31 * 60'000});
    connection->abandon();
    test::settle(loop);
  }
  test::settle(loop);
  check_answers(got);
  return 0;
}
