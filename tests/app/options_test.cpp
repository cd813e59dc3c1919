#include "app/options.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Environment with(Environment more) {
  more.emplace("AIC_BASE_URL", "https://tenant.example.com");
  return more;
}

std::string refusal(const Environment& environment) {
  try {
    read_options(environment);
  } catch (const base::Error& error) {
    return error.message;
  }
  return {};
}

TEST(Options, HaveTheDocumentedDefaults) {
  const Options options = read_options(with({}));
  EXPECT_EQ(options.tenant.url(), "https://tenant.example.com");
  EXPECT_FALSE(options.container);
  EXPECT_EQ(options.flow, auth::Flow::browser);
  EXPECT_FALSE(options.browser.has_value());
  EXPECT_EQ(options.http_timeout, net::Duration(60'000));
  EXPECT_EQ(options.login_wait, net::Duration(50'000));
  EXPECT_EQ(options.max_in_flight_http2, 64U);
  EXPECT_EQ(options.max_in_flight_http1, 16U);
  EXPECT_EQ(options.max_result_chars, 60'000U);
  EXPECT_EQ(options.log_level, base::LogLevel::warn);
}

TEST(Options, StopTheStartForEveryCredentialOfOurName) {
  for (const char* name : {"AIC_CLIENT_SECRET", "aic_client_secret", "AIC_PASSWORD", "PINGONE_AIC_PRIVATE_KEY",
                           "PINGONEAIC_SERVICE_ACCOUNT_ID", "AIC_JWK", "AIC_ACCESS_TOKEN", "AIC_REFRESH_TOKEN",
                           "Aic_Service_Account_Jwk", "AIC_MY_SECRETS"}) {
    const std::string text = refusal(with({{name, "hunter2-value"}}));
    EXPECT_THAT(text, HasSubstr(name));
    EXPECT_THAT(text, Not(HasSubstr("hunter2-value")));
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST(Options, LeaveEmptyAndForeignCredentialsAlone) {
  EXPECT_EQ(refusal(with({{"AIC_CLIENT_SECRET", ""}})), "");
  EXPECT_EQ(
      refusal(with(
          {{"CLIENT_SECRET", "x"}, {"MCP_CLIENT_SECRET", "x"}, {"AZURE_CLIENT_SECRET", "x"}, {"FRODO_PASSWORD", "x"}})),
      "");
  const Options options =
      read_options(with({{"CLIENT_SECRET", "x"}, {"OAUTH_CLIENT_SECRET", "x"}, {"AZURE_CLIENT_SECRET", "x"}}));
  EXPECT_EQ(options.debug_notes.size(), 2U);
}

TEST(Options, NameTheSettingWhoseValueIsUnusable) {
  const std::pair<const char*, const char*> bad[] = {
      {"AIC_HTTP_TIMEOUT_S", "0"},      {"AIC_HTTP_TIMEOUT_S", "10s"}, {"AIC_MAX_IN_FLIGHT", "-1"},
      {"AIC_MAX_RESULT_CHARS", "3999"}, {"AIC_LOG_LEVEL", "verbose"},  {"AIC_LOGIN_PROMPT", "always"},
      {"AIC_LOGIN_WAIT_S", "x"},        {"AIC_LOGIN", "password"},     {"AIC_READ_ONLY", "yes"},
      {"AIC_CONFIRM_DESTRUCTIVE", "1"}, {"AIC_TOOLS", " , "},          {"AIC_CA_FILE", "/no/such/file.pem"}};
  for (const auto& [name, value] : bad) EXPECT_THAT(refusal(with({{name, value}})), HasSubstr(name)) << value;
}

TEST(Options, StopTheStartWithoutTenant) {
  EXPECT_THAT(refusal({}), HasSubstr("AIC_BASE_URL"));
  EXPECT_THAT(refusal({{"AIC_BASE_URL", "https://admin:hunter2@t.example.com"}}), Not(HasSubstr("hunter2")));
}

TEST(Options, WarnOfAnUnknownNameWithTheNearestOne) {
  const Options options = read_options(with({{"AIC_LOG_LEVELS", "debug"}}));
  ASSERT_EQ(options.warnings.size(), 1U);
  EXPECT_THAT(options.warnings.front(), HasSubstr("AIC_LOG_LEVEL?"));
}

TEST(Options, TakeContainerModeFromExactlyTrue) {
  EXPECT_TRUE(read_options(with({{"DOCKER_CONTAINER", "true"}})).container);
  EXPECT_EQ(read_options(with({{"DOCKER_CONTAINER", "true"}})).flow, auth::Flow::device);
  EXPECT_FALSE(read_options(with({{"DOCKER_CONTAINER", "1"}})).container);
  EXPECT_EQ(read_options(with({{"AIC_LOGIN", "device"}})).flow, auth::Flow::device);
  EXPECT_THAT(refusal(with({{"DOCKER_CONTAINER", "true"}, {"AIC_LOGIN", "browser"}})), HasSubstr("AIC_LOGIN"));
}

TEST(Options, TellAnEmptyBrowserFromNone) {
  EXPECT_EQ(read_options(with({{"BROWSER", ""}})).browser, "");
  EXPECT_FALSE(read_options(with({})).browser.has_value());
}

TEST(Options, TakeProxyRulesInAnyCase) {
  const Options options =
      read_options(with({{"https_proxy", "http://p:1"}, {"All_Proxy", "http://q:2"}, {"no_proxy", "a,b"}}));
  EXPECT_EQ(options.proxy, "http://p:1");
  EXPECT_EQ(options.no_proxy, "a,b");
  EXPECT_EQ(read_options(with({{"ALL_PROXY", "http://q:2"}})).proxy, "http://q:2");
}

TEST(Options, TakeProxyRulesWithoutTheBlanksRoundThem) {
  const Options options = read_options(with({{"HTTPS_PROXY", " http://p:1\t\n"}, {"NO_PROXY", " a, b "}}));
  EXPECT_EQ(options.proxy, "http://p:1");
  EXPECT_EQ(options.no_proxy, "a, b");
  EXPECT_EQ(read_options(with({{"HTTPS_PROXY", " \t"}, {"ALL_PROXY", "http://q:2"}})).proxy, "http://q:2");
}

TEST(Options, TakeNamesOfToolsWithCommasOrSpaces) {
  EXPECT_THAT(read_options(with({{"AIC_TOOLS", "cors, logs,getTheme "}})).tools,
              ElementsAre("cors", "logs", "getTheme"));
  EXPECT_THAT(read_options(with({{"AIC_TOOLS", ""}})).tools, IsEmpty());
}

TEST(CredentialOption, IsFoundWithOrWithoutPrefix) {
  EXPECT_EQ(credential_option({"--client-secret=abc"}), "--client-secret");
  EXPECT_EQ(credential_option({"--aic-client-secret", "abc"}), "--aic-client-secret");
  EXPECT_EQ(credential_option({"--Service_Account-JWK"}), "--Service_Account-JWK");
  EXPECT_EQ(credential_option({"-password=x"}), "-password");
  EXPECT_EQ(credential_option({"--help", "secret"}), "");
}

}  // namespace
}  // namespace app
