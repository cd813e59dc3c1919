// mcp-everything: the library with a server of everything on it. Speaks MCP on stdin and stdout; with --http [PORT]
// at the loopback address that it prints.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/random.h"
#include "everything/host.h"
#include "http/server/server.h"
#include "mcp/http/transport.h"
#include "mcp/server.h"
#include "net/stdio.h"

namespace {

net::Task<> wait_for_signal(net::Loop& loop) {
  boost::asio::signal_set signals(loop.executor(), SIGINT, SIGTERM);
  co_await signals.async_wait(boost::asio::use_awaitable);
}

void serve_http(std::uint16_t port) {
  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  everything::TestHost host(clock);
  auto transport = std::make_unique<mcp::HttpTransport>(
      mcp::HttpParts{.loop = loop, .clock = clock, .random = random, .host = host});
  host.hang_up = [&transport] {
    if (transport) transport->hang_up();
  };
  auto server = http::start_server(loop, {.addresses = {"127.0.0.1", "::1"}, .port = port}, transport->handler());
  const auto line = fmt::format("http://127.0.0.1:{}/mcp\n", server->port());
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
  // The loop ends by itself once all that ran has unwound, while what it uses is still there.
  loop.spawn(wait_for_signal(loop), [&](const std::exception_ptr&) {
    transport.reset();
    server.reset();
  });
  loop.run();
}

net::Task<> serve_lines(mcp::Server& server) {
  co_await server.serve();
  co_await server.finish(net::Duration{1'000});
}

void serve_stdio() {
  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  everything::TestHost host(clock);
  const auto lines = net::stdio_lines(loop, mcp::max_line);
  mcp::Server server({.loop = loop, .clock = clock, .random = random, .channel = *lines, .host = host});
  loop.spawn(serve_lines(server), [&loop](const std::exception_ptr&) { loop.stop(); });
  loop.run();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    if (argc == 1) {
      serve_stdio();
    } else if (std::string_view(argv[1]) == "--http" && argc <= 3) {
      serve_http(argc == 3 ? static_cast<std::uint16_t>(std::stoul(argv[2])) : std::uint16_t{0});
    } else {
      std::fputs("usage: mcp-everything [--http [PORT]]\n", stderr);
      return 2;
    }
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "mcp-everything: %s\n", failure.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
