#include "http/client/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace http {
namespace {

TEST(ParseProxy, RefusesWhatIsNoProxyWithoutShowingIt) {
  for (const std::string text : {"ftp://me:password@proxy", "http://", "http://me:password@pro xy:1", "://password"}) {
    EXPECT_THROW(
        try { parse_proxy(text); } catch (const base::Error& error) {
          EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("password")));
          throw;
        },
        base::Error)
        << text;
  }
}

TEST(ParseProxy, TakesCredentialsOutOfTheUrl) {
  const auto proxy = parse_proxy("http://me%40corp:a%3Ab@Proxy.Example:3128/").value();

  EXPECT_EQ(proxy.url, "http://proxy.example:3128");
  EXPECT_EQ(proxy.name, "proxy.example:3128");
  EXPECT_EQ(proxy.user, "me@corp");
  EXPECT_EQ(proxy.password, "a:b");
}

TEST(ParseProxy, KnowsDefaults) {
  EXPECT_FALSE(parse_proxy(""));
  EXPECT_EQ(parse_proxy("proxy:8080")->url, "http://proxy:8080");
  EXPECT_EQ(parse_proxy("http://proxy")->name, "proxy:80");
  EXPECT_EQ(parse_proxy("https://proxy")->name, "proxy:443");
  EXPECT_EQ(parse_proxy("socks5://proxy")->name, "proxy:1080");
  EXPECT_EQ(parse_proxy("socks5h://[::1]:9050")->url, "socks5h://[::1]:9050");
}

TEST(BypassesProxy, ExemptsLoopbackWhateverIsSet) {
  for (const auto* host : {"localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"}) {
    EXPECT_TRUE(bypasses_proxy("", host, 443)) << host;
  }
  EXPECT_FALSE(bypasses_proxy("", "notlocalhost", 443));
}

struct Rule {
  const char* no_proxy;
  const char* host;
  std::uint16_t port;
  bool bypassed;
};

class BypassesProxyByRule : public testing::TestWithParam<Rule> {};

TEST_P(BypassesProxyByRule, Holds) {
  const auto& rule = GetParam();
  EXPECT_EQ(bypasses_proxy(rule.no_proxy, rule.host, rule.port), rule.bypassed) << rule.no_proxy << " " << rule.host;
}

INSTANTIATE_TEST_SUITE_P(Rules, BypassesProxyByRule,
                         testing::Values(Rule{"*", "tenant.example", 443, true},                     //
                                         Rule{"a.example, *", "tenant.example", 443, true},          //
                                         Rule{"*", "10.0.0.1", 443, true},                           //
                                         Rule{"tenant.example", "tenant.example", 443, true},        //
                                         Rule{"TENANT.example.", "tenant.example.", 443, true},      //
                                         Rule{"example", "tenant.example", 443, true},               //
                                         Rule{".example", "tenant.example", 443, true},              //
                                         Rule{"*.example", "tenant.example", 443, true},             //
                                         Rule{"ample", "tenant.example", 443, false},                //
                                         Rule{"tenant.example.com", "tenant.example", 443, false},   //
                                         Rule{"a b,tenant.example", "tenant.example", 443, true},    //
                                         Rule{"tenant.example:8443", "tenant.example", 8443, true},  //
                                         Rule{"tenant.example:8443", "tenant.example", 443, false},  //
                                         Rule{"*:8443", "tenant.example", 8443, true},               //
                                         Rule{"10.1.0.0/16", "10.1.200.3", 443, true},               //
                                         Rule{"10.1.0.0/16", "10.2.0.3", 443, false},                //
                                         Rule{"10.1.0.0/16:8443", "10.1.0.1", 443, false},           //
                                         Rule{"10.1.0.1", "10.1.0.1", 443, true},                    //
                                         Rule{"10.1.0.1", "110.1.0.1", 443, false},                  //
                                         Rule{"0.0.1", "10.0.0.1", 443, false},                      //
                                         Rule{"10.1.0.0/16", "tenant.example", 443, false},          //
                                         Rule{"fd00::/8", "fd12::1", 443, true},                     //
                                         Rule{"fd00::/8", "fe80::1", 443, false},                    //
                                         Rule{"[fd12::1]:8443", "fd12::1", 8443, true},              //
                                         Rule{"[fd12::1]:8443", "fd12::1", 443, false},              //
                                         Rule{"FD12:0::1", "fd12::1", 443, true},                    //
                                         Rule{",, ,", "tenant.example", 443, false},                 //
                                         Rule{"10.1.0.0/99,bad/entry:x", "10.1.0.1", 443, false}));

}  // namespace
}  // namespace http
