// aic-sandbox: a tenant on this computer.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/core.h>

#include "base/error.h"
#include "base/process.h"
#include "base/random.h"
#include "net/clock.h"
#include "net/end_requests.h"
#include "net/loop.h"
#include "sandbox/options.h"
#include "sandbox/sandbox.h"
#include "sandbox/screen.h"

namespace {

namespace fs = std::filesystem;

// A path from text and text from a path, which Windows keeps in UTF-16.
fs::path utf8_path(std::string_view text) {
  return {std::u8string(text.begin(), text.end())};
}
std::string utf8_text(const fs::path& path) {
  const auto text = path.u8string();
  return {text.begin(), text.end()};
}

// The CA certificate's file. One in the temporary folder goes with the program, one that was asked for stays.
class CaFile {
 public:
  CaFile(const std::string& asked_for, const std::string& pem) : is_ours_(asked_for.empty()) {
    path_ = is_ours_ ? fs::temp_directory_path() / fmt::format("aic-sandbox-{}-ca.pem", base::SystemRandom().uuid())
                     : fs::absolute(utf8_path(asked_for));
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << pem;
    file.close();
    if (!file) throw base::Error(base::Errc::internal, fmt::format("cannot write {}", path()));
  }
  ~CaFile() {
    std::error_code ignored;
    if (is_ours_) fs::remove(path_, ignored);
  }
  CaFile(const CaFile&) = delete;
  CaFile& operator=(const CaFile&) = delete;

  std::string path() const { return utf8_text(path_); }

 private:
  bool is_ours_;
  fs::path path_;
};

int run(sandbox::ProgramOptions options, const std::string& program) {
  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  const auto oauth = options.sandbox.oauth;
  if (!options.quiet) options.sandbox.on_request = sandbox::print_request;
  const auto warning = sandbox::exposure_warning(options.sandbox.addresses);
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
  if (!warning.empty()) fmt::print(stderr, "{}\n", warning);

  const net::EndRequests end_requests(loop, [&loop](std::string_view) { loop.stop(); });
  loop.run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    auto parsed = sandbox::parse_options(base::arguments(argc, argv));
    if (!parsed.options) return parsed.exit_code;
    const auto program = utf8_path(base::program_folder()) / base::program_file("aic-mcp-server");
    return run(std::move(*parsed.options), utf8_text(program));
  } catch (const std::exception& error) {
    fmt::print(stderr, "aic-sandbox: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
