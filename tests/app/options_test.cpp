#include "app/options.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Environment with(Environment more) {
  more.emplace("AIC_BASE_URL", "https://tenant.example.com");
  return more;
}

// Why the start is stopped for good.
std::string refusal(const Environment& environment) {
  try {
    read_options(environment);
  } catch (const base::Error& error) {
    return error.message;
  }
  return {};
}

// Why the server can do nothing, and yet starts for an MCP client.
std::vector<std::string> faults(const Environment& environment) {
  return read_options(environment).faults;
}

TEST(Options, HaveTheDocumentedDefaults) {
  const Options options = read_options(with({}));
  EXPECT_EQ(options.tenant.url(), "https://tenant.example.com");
  EXPECT_FALSE(options.container);
  EXPECT_EQ(options.flow, auth::Flow::browser);
  EXPECT_FALSE(options.browser.has_value());
  EXPECT_EQ(options.http_timeout, net::Duration(60'000));
  EXPECT_EQ(options.login_wait, net::Duration(50'000));
  EXPECT_EQ(options.max_in_flight, std::nullopt);
  EXPECT_EQ(options.max_result_chars, 38'000U);
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

TEST(Options, StopTheStartForACredentialInTheAddress) {
  for (const char* address : {"https://admin:hunter2@t.example.com", "admin@t.example.com", " https://a:hunter2@:x/"}) {
    const std::string text = refusal({{"AIC_BASE_URL", address}});
    EXPECT_THAT(text, HasSubstr("AIC_BASE_URL")) << address;
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(refusal({{"AIC_BASE_URL", "https://t.example.com/a@b"}}), "");
}

TEST(Options, NameTheSettingWhoseValueIsUnusable) {
  const std::pair<const char*, const char*> bad[] = {
      {"AIC_HTTP_TIMEOUT_S", "0"},      {"AIC_HTTP_TIMEOUT_S", "10s"}, {"AIC_MAX_IN_FLIGHT", "-1"},
      {"AIC_MAX_RESULT_CHARS", "3999"}, {"AIC_LOG_LEVEL", "verbose"},  {"AIC_LOGIN_PROMPT", "always"},
      {"AIC_LOGIN_WAIT_S", "x"},        {"AIC_LOGIN", "password"},     {"AIC_READ_ONLY", "yes"},
      {"AIC_CONFIRM_DESTRUCTIVE", "1"}, {"AIC_TOOLS", " , "},          {"AIC_CA_FILE", "/no/such/file.pem"},
      {"AIC_TOOLS", "corss"},           {"DOCKER_CONTAINER", "1"},     {"DOCKER_CONTAINER", "True"}};
  for (const auto& [name, value] : bad)
    EXPECT_THAT(faults(with({{name, value}})), ElementsAre(HasSubstr(name))) << value;
}

TEST(Options, NameEverySettingThatIsUnusable) {
  EXPECT_THAT(faults({{"AIC_LOGIN", "x"}, {"AIC_LOGIN_WAIT_S", "0"}, {"AIC_READ_ONLY", "yes"}}),
              ElementsAre(HasSubstr("AIC_BASE_URL"), HasSubstr("AIC_LOGIN "), HasSubstr("AIC_LOGIN_WAIT_S"),
                          HasSubstr("AIC_READ_ONLY")));
}

TEST(Options, OfferAllToolsWhereOneOfTheNamesIsUnknown) {
  EXPECT_THAT(read_options(with({{"AIC_TOOLS", "cors,corss"}})).tools, IsEmpty());
}

TEST(Options, SayHowATenantLooks) {
  for (const char* address : {"", " ", "ftp://t.example.com", "https://", "https://t.example.com:x"}) {
    EXPECT_THAT(faults({{"AIC_BASE_URL", address}}),
                ElementsAre(AllOf(HasSubstr("AIC_BASE_URL"), HasSubstr("https://openam-"))))
        << address;
  }
}

TEST(Options, TellWhoeverCallsFirstThatHttpIsTakenAsHttps) {
  for (const char* address : {"http://t.example.com", " HTTP://t.example.com/am"}) {
    const Options options = read_options({{"AIC_BASE_URL", address}});
    EXPECT_THAT(options.first_note, AllOf(HasSubstr("http://"), HasSubstr("https://t.example.com")));
    EXPECT_THAT(options.warnings, ElementsAre(options.first_note));
  }
  EXPECT_EQ(read_options(with({})).first_note, "");
}

TEST(Options, WarnOfAnUnknownNameWithTheNearestOne) {
  const Options options = read_options(with({{"AIC_LOG_LEVELS", "debug"}}));
  EXPECT_THAT(options.warnings, ElementsAre("AIC_LOG_LEVELS is not a setting of this server and has no effect; did you "
                                            "mean AIC_LOG_LEVEL?"));
}

TEST(Options, SayWhatBecomesOfAFileOfCertificatesThatCannotBeUsed) {
  const std::string missing = "/no/such/file.pem";
  EXPECT_THAT(faults(with({{"AIC_CA_FILE", missing}})), ElementsAre(HasSubstr("AIC_CA_FILE cannot be used: ")));
  const Options options = read_options(with({{"SSL_CERT_FILE", missing}, {"NODE_EXTRA_CA_CERTS", missing}}));
  EXPECT_THAT(options.faults, IsEmpty());
  EXPECT_THAT(options.warnings,
              ElementsAre(HasSubstr("SSL_CERT_FILE is ignored: "), HasSubstr("NODE_EXTRA_CA_CERTS is ignored: ")));
}

TEST(Options, TakeContainerModeFromExactlyTrue) {
  EXPECT_TRUE(read_options(with({{"DOCKER_CONTAINER", "true"}})).container);
  EXPECT_EQ(read_options(with({{"DOCKER_CONTAINER", "true"}})).flow, auth::Flow::device);
  for (const char* other : {"false", ""}) {
    EXPECT_FALSE(read_options(with({{"DOCKER_CONTAINER", other}})).container);
    EXPECT_THAT(faults(with({{"DOCKER_CONTAINER", other}})), IsEmpty());
  }
  EXPECT_EQ(read_options(with({{"AIC_LOGIN", "device"}})).flow, auth::Flow::device);
  EXPECT_THAT(faults(with({{"DOCKER_CONTAINER", "true"}, {"AIC_LOGIN", "browser"}})),
              ElementsAre(HasSubstr("AIC_LOGIN")));
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
  EXPECT_EQ(read_options(with({{"HTTPS_PROXY", " "}, {"ALL_PROXY", " http://q:2\n"}})).proxy, "http://q:2");
}

TEST(Options, TakeProxyRulesWithoutTheBlanksRoundThem) {
  const Options options = read_options(with({{"HTTPS_PROXY", " http://p:1\t\n"}, {"NO_PROXY", " a, b "}}));
  EXPECT_EQ(options.proxy, "http://p:1");
  EXPECT_EQ(options.no_proxy, "a, b");
  EXPECT_EQ(read_options(with({{"HTTPS_PROXY", " \t"}, {"ALL_PROXY", "http://q:2"}})).proxy, "http://q:2");
  for (const char* unusable : {"foo://x", ":::", "nonsense nonsense"}) {
    EXPECT_THAT(read_options(with({{"HTTPS_PROXY", unusable}})).faults, ElementsAre(HasSubstr("HTTPS_PROXY")))
        << unusable;
  }
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
  EXPECT_EQ(credential_option({"--password:hunter2"}), "--password");
  EXPECT_EQ(credential_option({"-password=x"}), "-p");
  EXPECT_EQ(credential_option({"--help", "secret"}), "");
}

TEST(UnknownOptions, AreNamedWithoutTheirValues) {
  EXPECT_EQ(unknown_options({"--token=hunter2", "hunter2", "--token", "--pass:hunter2", "-phunter2"}),
            "unknown options: --token, --pass, -p; values are not shown");
  EXPECT_EQ(unknown_options({"--tenant=x"}), "unknown option: --tenant");
  EXPECT_EQ(unknown_options({"hunter2"}), "unknown command");
}

}  // namespace
}  // namespace app
