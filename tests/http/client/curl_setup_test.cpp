// What libcurl is told once: the memory it frees is overwritten, and no side may speak an old TLS.
#include <curl/curl.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/secret.h"
#include "http/client/curl_client.h"
#include "sandbox/ca.h"
#include "support/kit/memory.h"
#include "support/kit/proxies.h"
#include "support/kit/raw_servers.h"
#include "support/kit/run.h"

namespace http {
namespace {

TEST(LibcurlsMemory, IsOverwrittenWhenItIsFreed) {
  net::Loop loop;
  const auto client = make_curl_client(loop, {});
  EXPECT_THROW(test::run(loop, client->send({.url = "https://localhost:1/"})), TransportError);  // sets libcurl up
  const test::Needle needle("what.libcurl.had.in.its.memory");
  constexpr std::size_t before = 400;  // the C library itself writes into what is free
  std::string text(before + needle.size() + 500, 'x');
  needle.write_to(text.data() + before);

  char* const copy = curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size()));
  base::wipe(text);
  needle.found();  // uses the stack, where dead frames may hold the text, as the next search does
  const auto found = needle.found();
  ASSERT_GE(found, 1U);
  curl_free(copy);

  EXPECT_EQ(needle.found(), found - 1);
}

// A request over HTTP/1.1 to a server, directly or through an HTTPS proxy that ends what it is asked for, where both
// sides are told to speak TLS from 1.0 to `newest`. In a process of its own, as OpenSSL reads its configuration once.
// Ends with 0 where the first TLS connection came about.
[[noreturn]] void try_tls(const std::string& newest, bool by_proxy) {
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("curl_setup_test_{}", getpid());
  std::filesystem::create_directory(folder);
  const auto configuration = (folder / "openssl.cnf").string();
  std::ofstream(configuration)
      << "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = default\n[default]\n"
      << "MinProtocol = TLSv1\nMaxProtocol = " << newest << "\nCipherString = DEFAULT@SECLEVEL=0\n";
  setenv("OPENSSL_CONF", configuration.c_str(), 1);
  const auto authority = sandbox::make_authority({"tenant.example"});
  const auto ca_file = (folder / "ca.pem").string();
  std::ofstream(ca_file) << authority.ca_pem;

  net::Loop loop;
  test::RawTlsServer server(loop, authority.server, [](test::RawConnection& connection, int) -> net::Task<> {
    co_await connection.read_head();
    co_await connection.write("HTTP/1.1 204 No Content\r\n\r\n");
  });
  test::ConnectProxy proxy(loop, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  test::TlsFront front(loop, authority.server, proxy.port());
  CurlOptions options{.ca_files = {ca_file}};
  if (by_proxy) options.proxy = fmt::format("https://localhost:{}", front.port());
  const auto client = make_curl_client(loop, options);
  const std::string host = by_proxy ? "tenant.example" : "localhost";
  bool is_answered = false;
  try {
    test::run(loop, client->send({.url = fmt::format("https://{}:{}/", host, server.port())}));
    is_answered = true;
  } catch (const TransportError& error) {
    fmt::print(stderr, "{}\n", error.text);
  }
  std::filesystem::remove_all(folder);
  std::_Exit((by_proxy ? !proxy.heads().empty() : is_answered) ? 0 : 3);
}

class OldTls : public testing::TestWithParam<bool> {
 protected:
  OldTls() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  ~OldTls() override { GTEST_FLAG_SET(death_test_style, "fast"); }
};
INSTANTIATE_TEST_SUITE_P(Side, OldTls, testing::Bool(),
                         [](const auto& info) { return info.param ? "Proxy" : "Server"; });

TEST_P(OldTls, IsNotSpokenEvenWhereTheSystemAllowsIt) {
  EXPECT_EXIT(try_tls("TLSv1.1", GetParam()), testing::ExitedWithCode(3), "");
  EXPECT_EXIT(try_tls("TLSv1.2", GetParam()), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace http
