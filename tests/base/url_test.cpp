#include "base/url.h"

#include <string>

#include <gtest/gtest.h>

#include "base/error.h"

namespace base {
namespace {

TEST(BaseUrl, IsNormalised) {
  const std::pair<const char*, const char*> vectors[] = {
      {"t.example.com", "https://t.example.com"},
      {"HTTPS://T.Example.COM.", "https://t.example.com"},
      {"http://t.example.com", "https://t.example.com"},
      {"http://t.example.com:80/x", "https://t.example.com"},
      {"t.example.com/admin?x=1#s", "https://t.example.com"},
      {"t.example.com?x=1", "https://t.example.com"},
      {"t.example.com#s", "https://t.example.com"},
      {"t.example.com:8080", "https://t.example.com:8080"},
      {"https://t.example.com:443/a?b#c", "https://t.example.com"},
      {"  https://a.b.t.example.com/x  ", "https://a.b.t.example.com"},
      {"https://[::1]:8443/am", "https://[::1]:8443"},
      {"127.0.0.1:9000", "https://127.0.0.1:9000"},
      {"t.example.com/a b://c@d", "https://t.example.com"},
  };
  for (const auto& [text, expected] : vectors) EXPECT_EQ(parse_origin(text).url(), expected) << text;
}

TEST(BaseUrl, RefusesWhatNamesNoTenant) {
  for (const char* text :
       {"", "   ", "https://", "ftp://t.example.com", "https://user:pw@t.example.com", "user@t.example.com",
        "https://a b.example.com", "https://t.example.com:99999", "https://t.example.com:x", "https://t%2eexample.com",
        "https://[::1", "://t", "https://.", "t\x01.example.com"}) {
    EXPECT_THROW(parse_origin(text), Error) << text;
  }
}

TEST(BaseUrl, NeverShowsUserInfoInItsRefusal) {
  try {
    parse_origin("https://admin:hunter2@t.example.com");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message.find("hunter2"), std::string::npos);
    EXPECT_EQ(error.message, "must not contain a user name or password");
  }
}

TEST(Segment, RefusesEveryWayOutOfIt) {
  for (const char* value :
       {"", " ", ".", "..", "a..b", "a/b", "a\\b", "a\nb", "a\x7f", "a\xC2\x85", "%2e%2e", "a%2Fb", "\xED\xA0\x80"}) {
    EXPECT_FALSE(segment_violation(value).empty()) << value;
    EXPECT_THROW(Target("/x").segment(value), Error) << value;
  }
  EXPECT_FALSE(segment_violation(std::string(1025, 'a')).empty());
}

TEST(Segment, EncodesEverythingElse) {
  EXPECT_EQ(Target("/x").segment("a?b#c&d%e f.g é").str(), "/x/a%3Fb%23c%26d%25e%20f.g%20%C3%A9");
  EXPECT_EQ(Target("/x").segment("__proto__").literal("/y").str(), "/x/__proto__/y");
}

TEST(Query, CannotGrowAnotherParameter) {
  EXPECT_EQ(Target("/x").query("a", "1&b=2#c").query("d", "").str(), "/x?a=1%26b%3D2%23c&d=");
  EXPECT_EQ(Target("/x").query_component("a", "it's a").str(), "/x?a=it%27s%20a");
}

TEST(FilterLiteral, CannotEndItsString) {
  EXPECT_EQ(filter_literal(R"(a" or true or "\)"), R"("a\" or true or \"\\")");
  EXPECT_THROW(filter_literal("a\nb"), Error);
}

TEST(Loopback, IsRecognised) {
  EXPECT_TRUE(parse_origin("localhost:1").is_loopback());
  EXPECT_TRUE(parse_origin("127.1.2.3").is_loopback());
  EXPECT_FALSE(parse_origin("127.example.com").is_loopback());
}

}  // namespace
}  // namespace base
