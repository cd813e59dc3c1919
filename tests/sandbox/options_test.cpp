#include "sandbox/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sandbox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Outcome {
  Parsed parsed;
  std::string out, err;
};

Outcome parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "aic-sandbox");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  auto parsed = parse_options({arguments.begin(), arguments.end()});
  return {std::move(parsed), testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(SandboxCommandLine, RefusesWhatItDoesNotKnow) {
  for (const std::vector<const char*>& arguments : {std::vector{"--prot", "1"},
                                                    {"--tokens", "clear"},
                                                    {"--theme-layout", "both"},
                                                    {"--node-versions", "2"},
                                                    {"--port", "x"}}) {
    const auto outcome = parse(arguments);

    EXPECT_FALSE(outcome.parsed.options);
    EXPECT_NE(outcome.parsed.exit_code, 0);
    EXPECT_NE(outcome.err, "");
  }
}

TEST(SandboxCommandLine, SaysWhatIsWrongWithAFault) {
  const auto outcome = parse({"--faults", "GET /openidm explode"});

  EXPECT_NE(outcome.parsed.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("unknown fault \"explode\""));
}

TEST(SandboxCommandLine, ExplainsFaultsAndControlInItsHelp) {
  const auto outcome = parse({"--help"});

  EXPECT_FALSE(outcome.parsed.options);
  EXPECT_EQ(outcome.parsed.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("/sandbox/requests"));
  EXPECT_THAT(outcome.out, HasSubstr("--device-interval"));
}

TEST(SandboxCommandLine, SetsTheTenantUp) {
  const auto outcome = parse({"--port",
                              "8443",
                              "--host",
                              "127.0.0.1",
                              "--name",
                              "tenant.test",
                              "--http1",
                              "--delay",
                              "80",
                              "--login-lifetime",
                              "60",
                              "--no-mcp-clients",
                              "--rfc-pending",
                              "--no-control",
                              "--faults",
                              "GET / 503",
                              "--faults",
                              "POST / reset",
                              "--password",
                              "secret",
                              "--node-versions",
                              "off"});

  ASSERT_TRUE(outcome.parsed.options);
  const auto& sandbox = outcome.parsed.options->sandbox;
  EXPECT_EQ(sandbox.port, 8443);
  EXPECT_THAT(sandbox.addresses, ElementsAre("127.0.0.1"));
  EXPECT_EQ(sandbox.oauth.host, "tenant.test");
  EXPECT_FALSE(sandbox.http2);
  EXPECT_EQ(sandbox.delay, net::Duration(80));
  EXPECT_EQ(sandbox.oauth.login_lifetime, std::chrono::seconds(60));
  EXPECT_FALSE(sandbox.oauth.has_mcp_clients);
  EXPECT_EQ(sandbox.oauth.pending_status, 400);
  EXPECT_FALSE(sandbox.control);
  EXPECT_FALSE(sandbox.node_versions);
  EXPECT_EQ(sandbox.faults.size(), 2u);
  EXPECT_EQ(sandbox.oauth.password, "secret");
}

}  // namespace
}  // namespace sandbox
