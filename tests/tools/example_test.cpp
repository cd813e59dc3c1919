// The example of CONTRIBUTING.md, compiled and run; the two texts are compared.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant/tool_test.h"

// example begins
#include "aic/paths.h"
#include "tools/kit/tool.h"

namespace tools::email_examples {
namespace {

const auto name = segment("templateName", "Name of the template, such as welcome.");

net::Task<Result> get_email_template(Call& call) {
  auto reply = co_await call.tenant().get(aic::email_template(call[name]), {.scopes = {scope::idm}});
  co_return done(std::move(reply.body));
}

const std::vector<Tool> family{
    {
        .name = "getEmailTemplateExample",
        .title = "Read e-mail template",
        .description = "Returns one e-mail template with its texts. It sends no mail.",
        .scopes = {scope::idm},
        .hints = reads,
        .params = {name},
        .run = get_email_template,
    },
};

}  // namespace

std::span<const Tool> all() {
  return family;
}

}  // namespace tools::email_examples
// example ends

namespace {

std::string read_whole(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Example, AsksTheTenant) {
  test::ToolTest t;
  t.tenant.json("GET", "/openidm/config/emailTemplate/welcome", R"({"enabled":true})");

  const auto result = t.call(tools::email_examples::all().front(), {{"templateName", "welcome"}});

  EXPECT_EQ(base::print_json(result.json), R"({"enabled":true})");
}

TEST(Example, SendsNothingForABadName) {
  test::ToolTest t;

  EXPECT_THAT(t.call(tools::email_examples::all().front(), {{"templateName", ".."}}), test::Refuses("templateName"));
}

TEST(Example, IsTheOneOfTheGuide) {
  const std::string source = read_whole(AIC_SOURCE_DIR "/tests/tools/example_test.cpp");
  const std::string begin = "// example begins\n";
  const auto from = source.find(begin) + begin.size();
  const std::string example = source.substr(from, source.find("// example ends") - from);

  EXPECT_THAT(read_whole(AIC_SOURCE_DIR "/CONTRIBUTING.md"), testing::HasSubstr(example));
}

}  // namespace
