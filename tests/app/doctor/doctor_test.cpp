// The checks of `doctor` one by one; tests/e2e/doctor.test.mjs runs the whole command.
#include <algorithm>
#include <array>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/doctor/environment.h"
#include "app/doctor/network.h"
#include "app/doctor/sign_in.h"
#include "app/settings.h"

namespace app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::int64_t now_ms = 784'111'777'000;  // Sun, 06 Nov 1994 08:49:37 GMT

Options for_tenant() {
  return read_options({{"AIC_BASE_URL", "https://tenant.example.com"}});
}

Probe answered(int status, http::Headers headers, std::string body = {}) {
  return {.response = http::Response{.status = status, .headers = std::move(headers), .body = std::move(body)},
          .failure = {}};
}
Probe broken(http::Phase phase) {
  return {
      .response = {},
      .failure = http::TransportError(http::TransportError::Kind::failed, phase, "tenant.example.com", "broke", false)};
}
Probe told(const char* date) {
  return answered(302, {{"date", date}});
}

TEST(DoctorClock, IsOkUpToAMinuteWarnsAboveItAndFailsWhereLittleWorks) {
  EXPECT_EQ(check_clock(told("Sun, 06 Nov 1994 08:49:37 GMT"), now_ms).verdict, Verdict::ok);
  EXPECT_EQ(check_clock(told("Sun, 06 Nov 1994 08:50:37 GMT"), now_ms).verdict, Verdict::ok);
  const auto slow = check_clock(told("Sun, 06 Nov 1994 08:50:38 GMT"), now_ms);
  EXPECT_EQ(slow.verdict, Verdict::warn);
  EXPECT_THAT(slow.cause, HasSubstr("61 s behind"));
  const auto fast = check_clock(told("Sun, 06 Nov 1994 07:49:37 GMT"), now_ms);
  EXPECT_EQ(fast.verdict, Verdict::fail);
  EXPECT_THAT(fast.cause, HasSubstr("3600 s ahead of"));
  EXPECT_THAT(fast.remedy, HasSubstr("NTP"));
  for (const char* nonsense : {"", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nix 1994 08:49:37 GMT"})
    EXPECT_EQ(check_clock(told(nonsense), now_ms).verdict, Verdict::skip) << nonsense;
}

TEST(DoctorClients, AreKnownWhereTheTenantGoesOnToTheSignIn) {
  const auto known = answered(302, {{"location", "https://tenant.example.com/am/XUI/?goto=x"}});
  const auto other = answered(400, {}, "redirect_uri_mismatch: no");
  const auto unknown = answered(400, {}, "invalid_client: Client authentication failed");
  const auto redirected = answered(302, {{"location", "http://localhost:3000/?error=invalid_client"}});
  EXPECT_EQ(check_clients(for_tenant(), {known, other}).verdict, Verdict::ok);
  for (const auto& login : {unknown, redirected}) {
    const auto finding = check_clients(for_tenant(), {login, other});
    EXPECT_EQ(finding.verdict, Verdict::fail);
    EXPECT_THAT(finding.cause, HasSubstr("AICMCPClient"));
    EXPECT_THAT(finding.remedy, HasSubstr("Sandbox or Development"));
  }
  EXPECT_THAT(check_clients(for_tenant(), {known, unknown}).cause, HasSubstr("AICMCPExchangeClient"));
  const auto elsewhere = check_clients(for_tenant(), {answered(404, {}), answered(404, {})});
  EXPECT_EQ(elsewhere.verdict, Verdict::fail);
  EXPECT_THAT(elsewhere.remedy, HasSubstr("AIC_BASE_URL"));
  EXPECT_EQ(check_clients(for_tenant(), {broken(http::Phase::tls), {}}).verdict, Verdict::skip);
  EXPECT_EQ(check_clients(for_tenant(), {broken(http::Phase::receive), {}}).verdict, Verdict::fail);
}

// A captive portal, or whatever answers in the tenant's place, knows no clients.
TEST(DoctorClients, AreNotKnownWhereAnotherServerAnswers) {
  const auto to = [](const char* place) { return answered(302, {{"location", place}}); };
  const auto verdict = [&](const char* place) { return check_clients(for_tenant(), {to(place), to(place)}).verdict; };
  const auto portal = check_clients(for_tenant(), {to("https://portal.example/login?next=x"), {}});
  EXPECT_EQ(portal.verdict, Verdict::fail);
  EXPECT_THAT(portal.cause, HasSubstr("status 302, to portal.example"));
  EXPECT_THAT(portal.remedy, HasSubstr("open any page in a browser"));
  EXPECT_EQ(verdict("http://tenant.example.com.portal.example/"), Verdict::fail);
  EXPECT_EQ(verdict("/am/XUI/?goto=x"), Verdict::ok);
  EXPECT_EQ(verdict("https://TENANT.example.com:443/enduser"), Verdict::ok);
  EXPECT_EQ(verdict("http://localhost:3000?code=x"), Verdict::ok);
  // A sign-in page of the company's own.
  EXPECT_EQ(verdict("https://id.example/in?goto=https%3A%2F%2Ftenant.example.com%2Fam%2Foauth2%2Fauthorize%3Fx"),
            Verdict::ok);
}

TEST(DoctorNetwork, TellsHowToSignInAtTheProxy) {
  auto options = for_tenant();
  options.proxy = "http://proxy.example.com:3128";
  auto probe = broken(http::Phase::proxy);
  EXPECT_THAT(check_connection(options, probe).remedy, Not(HasSubstr("user:password")));
  probe.failure = http::TransportError(http::TransportError::Kind::failed, http::Phase::proxy, "tenant.example.com",
                                       "CONNECT tunnel failed, response 407", false);
  EXPECT_THAT(check_connection(options, probe).remedy, HasSubstr("user:password@host"));
}

// Whatever breaks, exactly one of the checks of the network says so.
TEST(DoctorNetwork, BlamesEachPhaseOnce) {
  using http::Phase;
  for (const auto phase : {Phase::resolve, Phase::connect, Phase::proxy, Phase::tls, Phase::send, Phase::receive}) {
    for (const char* proxy : {"", "http://proxy.example.com:3128"}) {
      auto options = for_tenant();
      options.proxy = proxy;
      const auto probe = broken(phase);
      const Findings findings = {check_name(options, probe), check_connection(options, probe),
                                 check_tls(options, probe, {.is_known = phase == Phase::tls}, now_ms),
                                 check_clock(probe, now_ms), check_clients(options, {probe, {}})};
      EXPECT_EQ(std::ranges::count(findings, Verdict::fail, &Finding::verdict), 1) << to_string(phase) << proxy;
      for (const auto& finding : findings) {
        EXPECT_THAT(finding.cause, Not(IsEmpty()));
        EXPECT_EQ(finding.remedy.empty(), finding.verdict != Verdict::fail) << finding.check;
      }
    }
  }
}

TEST(DoctorSettings, ShowsEachWithItsOriginAndNoPassword) {
  const Environment environment = {{"AIC_BASE_URL", "https://tenant.example.com"},
                                   {"https_proxy", "http://me:hunter2@proxy.example.com:3128"}};
  const auto finding = check_settings(read_options(environment), environment);
  EXPECT_EQ(finding.verdict, Verdict::ok);
  const auto text = print(finding);
  EXPECT_THAT(text, HasSubstr("https://tenant.example.com  (environment)"));
  EXPECT_THAT(text, HasSubstr("proxy.example.com"));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  for (const Setting& each : settings()) {
    if (each.owner != Setting::Owner::surround) EXPECT_THAT(text, HasSubstr(each.name));
  }
}

TEST(DoctorSettings, FailsOnAnUnusableOneAndWarnsOfAnUnknownOne) {
  const Environment bad = {{"AIC_BASE_URL", "ftp://x"}};
  EXPECT_EQ(check_settings(read_options(bad), bad).verdict, Verdict::fail);
  const Environment odd = {{"AIC_BASE_URL", "https://tenant.example.com"}, {"AIC_REED_ONLY", "true"}};
  const auto finding = check_settings(read_options(odd), odd);
  EXPECT_EQ(finding.verdict, Verdict::warn);
  EXPECT_THAT(finding.cause, HasSubstr("AIC_READ_ONLY"));
}

TEST(DoctorEnvironment, FailsWhereAVariableIsMissingOrEmpty) {
  constexpr std::array<std::string_view, 2> wanted{"HOME", "SystemRoot"};
  const app::Options options;
  EXPECT_EQ(app::check_variables(options, {{"HOME", "/h"}, {"SYSTEMROOT", "C"}}, wanted).cause,
            "HOME, SystemRoot are set");
  const auto finding = app::check_variables(options, {{"HOME", ""}}, wanted);
  EXPECT_EQ(finding.verdict, app::Verdict::fail);
  EXPECT_EQ(finding.cause, "not set: HOME, SystemRoot");
  EXPECT_EQ(app::check_variables({.container = true}, {}, wanted).verdict, app::Verdict::skip);
}

TEST(DoctorMemory, WarnsOfWhatTheSystemDidNotGrant) {
  EXPECT_EQ(check_memory({.pages_locked = true, .dumps_off = true}).verdict, Verdict::ok);
  EXPECT_THAT(check_memory({.pages_locked = false, .dumps_off = true}).remedy, HasSubstr("ulimit -l"));
  EXPECT_EQ(check_memory({.pages_locked = true, .dumps_off = false}).verdict, Verdict::warn);
}

TEST(DoctorReport, IsOneLineForEachCheck) {
  const Finding finding{.check = "proxy", .verdict = Verdict::fail, .cause = "a\nb", .remedy = "Do it."};
  EXPECT_EQ(print(finding), "FAIL  proxy        a b -> Do it.\n");
  const auto json = to_json({finding, {.check = "tls", .verdict = Verdict::skip, .cause = "no connection"}});
  EXPECT_EQ(json["verdict"], "FAIL");
  EXPECT_EQ(json["checks"][1].dump(), R"({"check":"tls","verdict":"skip","cause":"no connection"})");
}

TEST(DoctorSignIn, ExchangesEverySetOfScopesThatToolsName) {
  const auto sets = scope_sets();
  for (const char* each : {"fr:idm:*", "fr:am:*", "fr:idc:monitoring:*", "fr:idc:esv:read", "fr:idc:esv:update"})
    EXPECT_THAT(sets, testing::Contains(testing::Contains(each)));
}

}  // namespace
}  // namespace app
