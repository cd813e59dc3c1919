#include "sandbox/html_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "sandbox/tenant_fixture.h"

namespace sandbox {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Fill, EscapesWhatComesFromOutside) {
  EXPECT_EQ(fill("<p>{{text}}</p>", {{"text", "<b>&\"'"}}).find("<b>"), std::string::npos);
  EXPECT_EQ(fill("{{{html}}}", {{"html", "<b>"}}), "<b>");
}

TEST(Fill, LeavesOutWhatHasNoValueAndNeverFillsAValue) {
  EXPECT_EQ(fill("a{{missing}}b", {}), "ab");
  EXPECT_EQ(fill("{{{one}}}", {{"one", "{{two}}"}, {"two", "2"}}), "{{two}}");
}

TEST(Page, AllowsItsOwnStyleAndNothingElse) {
  const auto reply = page(200, "Title", "<p>Body</p>");
  const auto begin = reply.body.find("<style>") + 7;
  const auto style = reply.body.substr(begin, reply.body.find("</style>") - begin);

  const auto policy = http::header(reply.headers, "content-security-policy");
  EXPECT_THAT(std::string(policy), HasSubstr("default-src 'none'"));
  EXPECT_THAT(std::string(policy), HasSubstr("'sha256-" + base::base64(base::sha256(style)) + "'"));
}

TEST(Pages, ShowTheTextsOfARequestOnlyEscaped) {
  TenantFixture tenant;
  const std::string attack = "\"><script>alert(1)</script>";
  auto fields = TenantFixture::authorization("state", {{"state", attack}});

  const auto consent = tenant.ask("GET", TenantFixture::authorize_target(fields), tenant.signed_in());
  const auto preview = tenant.ask("GET", "/am/XUI/?realm=/alpha&authIndexValue=" + base::form_encode(attack));

  EXPECT_EQ(consent.status, 200);
  EXPECT_THAT(consent.body, Not(HasSubstr("<script>")));
  EXPECT_THAT(preview.body, Not(HasSubstr("<script>")));
}

}  // namespace
}  // namespace sandbox
