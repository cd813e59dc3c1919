// Each setting, from the environment to what the program then does.
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <sys/stat.h>
#include <unistd.h>

#include "app/host_fixture.h"
#include "app/program.h"
#include "base/log.h"
#include "support/kit/raw_servers.h"

namespace app {
namespace {

using base::Json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto user = R"({"objectType":"alpha_user","objectId":"u1"})";
constexpr const char* user_path = "/openidm/managed/alpha_user/u1";
constexpr const char* revocation_path = "/am/oauth2/token/revoke";

class SettingInEffect : public test::HostTest {
 protected:
  SettingInEffect() {
    http.always("POST", test::token_path, 200, R"({"access_token":"a-token-of-some-length","expires_in":3600})");
    http.always("GET", user_path, 200, R"({"_id":"u1"})");
  }
  void begin(std::string_view capabilities = "{}") {
    serve();
    initialize("2025-11-25", capabilities);
  }
  void begin_call() { call_tool(1, "getManagedObject", user); }
  // The answer to a call of the person who signs in.
  Json called() {
    begin();
    begin_call();
    sign_in();
    return hear();
  }
  // The answer to a call whose sign-in ran out.
  std::string said_when_nobody_came_back() {
    begin();
    call_tool(1, "getManagedObject", user, R"(,"_meta":{"progressToken":1})");
    authorize_url();
    clock.advance(std::chrono::minutes(5));
    auto said = hear();
    while (said.contains("method")) said = hear();  // progress
    return text_of(said);
  }
  std::vector<std::string> sent_to(std::string_view path) const {
    std::vector<std::string> bodies;
    for (const auto& sent : http.sent()) {
      if (sent.url.ends_with(path)) bodies.push_back(sent.body);
    }
    return bodies;
  }
};

// Who offers fewer tools by AIC_READ_ONLY and AIC_TOOLS, or asks first by AIC_APPROVE: host_test.cpp,
// approval/approvals_test.cpp.

TEST_F(SettingInEffect, MaxResultCharsCutsResults) {
  http.always("GET", user_path, 200, base::print_json({{"_id", "u1"}, {"text", std::string(10'000, 'x')}}));
  environment["AIC_MAX_RESULT_CHARS"] = "4000";

  const auto text = text_of(called());

  EXPECT_LE(text.size(), 4000U);
  EXPECT_THAT(text, testing::StartsWith("Truncated: "));
}

TEST_F(SettingInEffect, MaxResultCharsIsEnoughByDefault) {
  http.always("GET", user_path, 200, base::print_json({{"_id", "u1"}, {"text", std::string(10'000, 'x')}}));

  EXPECT_GT(text_of(called()).size(), 10'000U);
}

TEST_F(SettingInEffect, LoginByDeviceOpensNoBrowser) {
  http.always(
      "POST", test::device_path, 200,
      R"({"device_code":"d","user_code":"ABCD","verification_uri":"https://t.example.com/d","expires_in":300})");
  environment["AIC_LOGIN"] = "device";
  begin();
  begin_call();

  EXPECT_THAT(text_of(hear()), HasSubstr("ABCD"));
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(SettingInEffect, LoginPromptAsksForCredentialsAnew) {
  environment["AIC_LOGIN_PROMPT"] = "login";
  begin();
  begin_call();

  EXPECT_EQ(parameter(authorize_url(), "prompt"), "login");
}

TEST_F(SettingInEffect, LoginPromptIsLeftToTheTenantByDefault) {
  begin();
  begin_call();

  EXPECT_EQ(parameter(authorize_url(), "prompt"), "");
}

TEST_F(SettingInEffect, LoginWaitEndsAWaitThatShowsNoProgress) {
  environment["AIC_LOGIN_WAIT_S"] = "7";
  begin();
  begin_call();
  authorize_url();

  clock.advance(std::chrono::milliseconds(6'900));
  EXPECT_TRUE(is_quiet());
  clock.advance(std::chrono::milliseconds(200));

  EXPECT_EQ(base::parse_json(text_of(hear()))["category"], "login_required");
}

TEST_F(SettingInEffect, RevokeAtExitRevokesBothTokens) {
  http.always("POST", revocation_path, 200, "{}");
  environment["AIC_REVOKE_AT_EXIT"] = "true";
  called();

  end();

  EXPECT_THAT(sent_to(revocation_path), testing::UnorderedElementsAre(HasSubstr("client_id=AICMCPClient"),
                                                                      HasSubstr("client_id=AICMCPExchangeClient")));
  EXPECT_THAT(store->records(), IsEmpty());
}

TEST_F(SettingInEffect, RevokeAtExitIsOffByDefault) {
  called();

  end();

  EXPECT_THAT(sent_to(revocation_path), IsEmpty());
  EXPECT_THAT(store->records(), IsEmpty());
}

TEST_F(SettingInEffect, HttpTimeoutLimitsEveryRequest) {
  environment["AIC_HTTP_TIMEOUT_S"] = "7";

  called();

  ASSERT_GE(http.sent().size(), 3U);
  for (const auto& sent : http.sent()) EXPECT_EQ(sent.request.total_limit, net::Duration(7'000)) << sent.line();
}

TEST_F(SettingInEffect, SshConnectionTellsHowABrowserGetsBack) {
  environment["SSH_CONNECTION"] = "192.0.2.1 50000 192.0.2.2 22";

  EXPECT_THAT(said_when_nobody_came_back(), AllOf(HasSubstr("SSH session"), HasSubstr("ssh -L 3000:localhost:3000")));
}

TEST_F(SettingInEffect, WslDistroNameTellsHowABrowserGetsBack) {
  environment["WSL_DISTRO_NAME"] = "Debian";

  EXPECT_THAT(said_when_nobody_came_back(), AllOf(HasSubstr("runs in WSL"), HasSubstr("localhostForwarding")));
}

TEST_F(SettingInEffect, PlaceIsNotMentionedOnThisMachine) {
  EXPECT_THAT(said_when_nobody_came_back(), Not(testing::AnyOf(HasSubstr("SSH session"), HasSubstr("WSL"))));
}

TEST_F(SettingInEffect, DockerContainerSignsInByDeviceAndKeepsNothing) {
  http.always(
      "POST", test::device_path, 200,
      R"({"device_code":"d","user_code":"ABCD","verification_uri":"https://t.example.com/d","expires_in":300})");
  environment["DOCKER_CONTAINER"] = "true";
  begin();
  begin_call();

  EXPECT_THAT(text_of(hear()), HasSubstr("ABCD"));
  EXPECT_EQ(key_store(options)->name(), "");
  options.container = false;
  EXPECT_NE(key_store(options)->name(), "");
}

TEST_F(SettingInEffect, LogLevelDecidesWhatIsWritten) {
  environment["AIC_UNKNOWN"] = "x";
  environment["CLIENT_SECRET"] = "x";
  const auto written = [&](std::string_view level) {
    environment["AIC_LOG_LEVEL"] = level;
    return stderr_of([&] { begin_log(read_options(environment), {.pages_locked = true}); });
  };

  EXPECT_EQ(written("error"), "");
  EXPECT_THAT(written("warn"), AllOf(HasSubstr("AIC_UNKNOWN is not a setting"), Not(HasSubstr("CLIENT_SECRET"))));
  EXPECT_THAT(written("debug"), AllOf(HasSubstr("AIC_UNKNOWN"), HasSubstr("CLIENT_SECRET"), HasSubstr("t.example.com"),
                                      HasSubstr("memory dumps ON, token pages locked in memory\n")));
  written("warn");
}

// BROWSER, with the program's own way to open pages.
class BrowserInEffect : public SettingInEffect {
 protected:
  BrowserInEffect() {
    std::string pattern = (std::filesystem::temp_directory_path() / "settings_test_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~BrowserInEffect() override { std::filesystem::remove_all(folder_); }

  Edges edges() override {
    opener_ = net::system_browser(loop, real_clock_, browser_options(options));
    return {loop, clock, random, http, *opener_, store, keychain_thread, lines, any_port};
  }
  std::string note() const {
    std::ostringstream text;
    text << std::ifstream(folder_ + "/note").rdbuf();
    return text.str();
  }

  std::string folder_;
  net::SystemClock real_clock_;
  std::unique_ptr<net::Browser> opener_;
};

TEST_F(BrowserInEffect, OpensThePageAndGetsNoSettingOfOurs) {
  const std::string program = folder_ + "/opener";
  std::ofstream(program) << "#!/bin/sh\n{ echo \"$1\"; env; echo end; } >" << folder_ << "/note\n";
  chmod(program.c_str(), 0700);
  setenv("AIC_OF_THIS_TEST", "x", 1);
  environment["BROWSER"] = program;
  begin();
  begin_call();

  wait_until([&] { return note().ends_with("end\n"); });
  unsetenv("AIC_OF_THIS_TEST");

  EXPECT_THAT(note(), AllOf(testing::StartsWith("https://t.example.com/am/oauth2/authorize?"), HasSubstr("PATH="),
                            Not(HasSubstr("AIC_OF_THIS_TEST"))));
}

TEST_F(BrowserInEffect, ThatIsEmptyOpensNothing) {
  environment["BROWSER"] = "";
  begin();
  begin_call();

  EXPECT_EQ(base::parse_json(text_of(hear()))["category"], "login_required");
}

// What reaches the HTTP client that main() makes.
class HttpClientInEffect : public testing::Test {
 protected:
  // Asks a host that does not exist; true when the proxy was asked for it.
  bool goes_through_the_proxy(Environment environment) {
    test::ConnectProxy proxy(loop, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    for (auto& [name, value] : environment) {
      if (value == "PROXY") value = fmt::format("http://127.0.0.1:{}", proxy.port());
    }
    environment.emplace("AIC_BASE_URL", "https://tenant.invalid");
    const auto client = http::make_curl_client(loop, http_options(read_options(environment)));
    EXPECT_THROW(test::run(loop, client->send({.url = "https://tenant.invalid/"})), http::TransportError);
    return !proxy.heads().empty() && proxy.heads().front().starts_with("CONNECT tenant.invalid:443 ");
  }
  static http::CurlOptions made_with(Environment environment) {
    environment.emplace("AIC_BASE_URL", "https://t.example.com");
    return http_options(read_options(environment));
  }

  net::Loop loop;
};

TEST_F(HttpClientInEffect, AsksTheProxyWhereTheRulesSayIt) {
  EXPECT_TRUE(goes_through_the_proxy({{"HTTPS_PROXY", "PROXY"}}));
  EXPECT_TRUE(goes_through_the_proxy({{"all_proxy", "PROXY"}}));
  EXPECT_TRUE(goes_through_the_proxy({{"HTTPS_PROXY", "PROXY"}, {"NO_PROXY", "t.example.com"}}));
  EXPECT_FALSE(goes_through_the_proxy({{"HTTPS_PROXY", "PROXY"}, {"NO_PROXY", "tenant.invalid"}}));
  EXPECT_FALSE(goes_through_the_proxy({}));
}

TEST_F(HttpClientInEffect, SendsSoManyRequestsAtOnce) {
  const auto four = made_with({{"AIC_MAX_IN_FLIGHT", "4"}});
  EXPECT_EQ(four.max_in_flight_http1, 4U);
  EXPECT_EQ(four.max_in_flight_http2, 4U);
}

TEST_F(HttpClientInEffect, TrustsTheFilesOfAllThreeNames) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("settings_test_{}.pem", getpid());
  std::ofstream(file) << test::self_signed_identity(-1, 1).certificate_chain_pem;
  for (const char* name : {"AIC_CA_FILE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) {
    EXPECT_THAT(made_with({{name, file.string()}}).ca_files, ElementsAre(file.string())) << name;
  }
  EXPECT_THAT(made_with({}).ca_files, IsEmpty());
  std::filesystem::remove(file);
}

TEST_F(HttpClientInEffect, NamesTheProgramAndTheTransaction) {
  EXPECT_EQ(made_with({}).ca_setting, "AIC_CA_FILE");
  EXPECT_THAT(made_with({}).user_agent, testing::StartsWith("aic-mcp-server/"));
  EXPECT_EQ(made_with({}).trace_header, "X-ForgeRock-TransactionId");
}

}  // namespace
}  // namespace app
