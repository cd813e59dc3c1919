// line-client PROGRAM: what one request costs over stdin and stdout of an MCP server, without the share that a
// scripting language's client would take. The same lines through `cat` are what two pipes and the waking of two
// processes cost on the machine; that is ten times more between two processors than on one, so both are measured.
// Prints medians in µs and requests per second as JSON.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace {

using Clock = std::chrono::steady_clock;

// The processors that this process may use.
std::vector<int> processors() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) throw std::runtime_error("no processors are told");
  std::vector<int> all;
  for (int each = 0; each < CPU_SETSIZE; ++each) {
    if (CPU_ISSET(each, &allowed)) all.push_back(each);
  }
  return all;
}

// For this process and those that it starts.
void stay_on(int processor) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(processor, &only);
  if (sched_setaffinity(0, sizeof only, &only) != 0) throw std::runtime_error("no processor can be chosen");
}

class LineServer {
 public:
  LineServer(const char* program, int processor) {
    int in[2];
    int out[2];
    if (pipe(in) != 0 || pipe(out) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      for (const int each : {in[0], in[1], out[0], out[1]}) close(each);
      stay_on(processor);
      execlp(program, program, nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
  }
  ~LineServer() {
    close(to_);
    close(from_);
    waitpid(process_, nullptr, 0);
  }
  LineServer(const LineServer&) = delete;
  LineServer& operator=(const LineServer&) = delete;

  void send(std::string_view text) const {
    while (!text.empty()) {
      const auto sent = write(to_, text.data(), text.size());
      if (sent <= 0) throw std::runtime_error("the server reads no more");
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Reads until so many lines have come.
  void receive(std::size_t lines) {
    while (lines > 0) {
      const auto size = read(from_, buffer_.data(), buffer_.size());
      if (size <= 0) throw std::runtime_error("the server writes no more");
      lines -= std::min(lines, static_cast<std::size_t>(std::count(buffer_.begin(), buffer_.begin() + size, '\n')));
    }
  }

 private:
  pid_t process_ = 0;
  int to_ = -1;
  int from_ = -1;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
};

std::string ping(std::size_t id) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"ping"}})"
                     "\n",
                     id);
}

std::string no_op(std::size_t id) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"test_no_op","arguments":{{}}}}}})"
      "\n",
      id);
}

double median_us(LineServer& server, std::string (*request)(std::size_t), std::size_t count) {
  std::vector<double> times;
  times.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string line = request(i + 10);
    const auto begin = Clock::now();
    server.send(line);
    server.receive(1);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
  }
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(count / 2));
  return times[count / 2];
}

double pipelined_per_s(LineServer& server, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += no_op(i + 1'000'000);
  const auto begin = Clock::now();
  std::thread writer([&] { server.send(all); });
  server.receive(count);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  writer.join();
  return static_cast<double>(count) / seconds;
}

void initialize(LineServer& server) {
  server.send(
      R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},)"
      R"("clientInfo":{"name":"bench","version":"0"}}})"
      "\n"
      R"({"jsonrpc":"2.0","method":"notifications/initialized"})"
      "\n");
  server.receive(1);
}

struct Figures {
  double echo_us;
  double ping_us;
  double call_us;
};

Figures round_trips(const char* program, int processor) {
  constexpr std::size_t warm_up = 1'000;
  constexpr std::size_t count = 10'000;
  LineServer echo("cat", processor);
  LineServer server(program, processor);
  initialize(server);
  median_us(echo, ping, warm_up);
  median_us(server, ping, warm_up);
  return {.echo_us = median_us(echo, ping, count),
          .ping_us = median_us(server, ping, count),
          .call_us = median_us(server, no_op, count)};
}

double pipelined(const char* program, int processor) {
  LineServer server(program, processor);
  initialize(server);
  return pipelined_per_s(server, 200'000);
}

std::string printed(const Figures& figures) {
  return fmt::format(R"({{"echo_us":{:.1f},"ping_us":{:.1f},"call_us":{:.1f}}})", figures.echo_us, figures.ping_us,
                     figures.call_us);
}

void measure(const char* program) {
  const auto all = processors();
  stay_on(all.front());
  const auto same = round_trips(program, all.front());
  const auto other = round_trips(program, all.back());
  fmt::print(R"({{"same":{},"other":{},"calls_per_s":{:.0f}}})"
             "\n",
             printed(same), printed(other), pipelined(program, all.back()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: line-client PROGRAM\n", stderr);
    return 2;
  }
  try {
    measure(argv[1]);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "line-client: %s\n", failure.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
