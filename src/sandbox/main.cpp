// aic-sandbox: a tenant on this computer.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/core.h>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.h"
#include "base/random.h"
#include "net/clock.h"
#include "net/loop.h"
#include "sandbox/options.h"
#include "sandbox/sandbox.h"
#include "sandbox/screen.h"

namespace {

namespace fs = std::filesystem;

// The CA certificate's file. One in the temporary folder goes with the program, one that was asked for stays.
class CaFile {
 public:
  CaFile(const std::string& asked_for, const std::string& pem) : is_ours_(asked_for.empty()) {
    path_ = is_ours_ ? fs::temp_directory_path() / fmt::format("aic-sandbox-{}-ca.pem", base::SystemRandom().uuid())
                     : fs::absolute(asked_for);
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << pem;
    file.close();
    if (!file) throw base::Error(base::Errc::internal, fmt::format("cannot write {}", path_.string()));
  }
  ~CaFile() {
    std::error_code ignored;
    if (is_ours_) fs::remove(path_, ignored);
  }
  CaFile(const CaFile&) = delete;
  CaFile& operator=(const CaFile&) = delete;

  std::string path() const { return path_.string(); }

 private:
  bool is_ours_;
  fs::path path_;
};

net::Task<> wait_for_signal(net::Loop& loop) {
  boost::asio::signal_set signals(loop.executor(), SIGINT, SIGTERM);
  co_await signals.async_wait(boost::asio::use_awaitable);
}

int run(sandbox::ProgramOptions options, const std::string& program) {
  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  const auto oauth = options.sandbox.oauth;
  if (!options.quiet) options.sandbox.on_request = sandbox::print_request;
  sandbox::Sandbox tenant(loop, clock, random, std::move(options.sandbox));
  const CaFile ca_file(options.ca_file, tenant.ca_pem());

  const sandbox::Introduction introduction{.url = tenant.url(),
                                           .ca_file = ca_file.path(),
                                           .spki_sha256 = tenant.spki_sha256(),
                                           .user = oauth.user,
                                           .password = oauth.password,
                                           .program = program};
  const auto text =
      options.print_json ? sandbox::introduction_json(introduction) : sandbox::introduction_text(introduction);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);

  loop.spawn(wait_for_signal(loop), [&loop](const std::exception_ptr&) { loop.stop(); });
  loop.run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  auto parsed = sandbox::parse_options(argc, argv);
  if (!parsed.options) return parsed.exit_code;
  try {
    std::error_code error;
    const auto self = fs::read_symlink("/proc/self/exe", error);
    const auto folder = error ? fs::absolute(argv[0]).parent_path() : self.parent_path();
    return run(std::move(*parsed.options), (folder / "aic-mcp-server").string());
  } catch (const std::exception& error) {
    fmt::print(stderr, "aic-sandbox: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
