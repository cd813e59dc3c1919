// Tools with an output schema: what they give besides the text conforms to it and says the same (R-RES-10).
#include <map>

#include "support/mcp/schema_validator.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"
#include "tools/catalog.h"

namespace {

using base::Json;
using test::Succeeds;

class Output : public ::testing::Test, public test::ToolTest {
 protected:
  Output() { http = &sandbox; }

  test::SandboxHttp sandbox;
  // A call of each tool that declares an output.
  const std::map<std::string, std::string, std::less<>> calls = {
      {"listManagedObjects", "{}"},
      {"queryManagedObjects", R"({"objectType":"alpha_user"})"},
      {"queryLogs", R"({"sources":["am-access"]})"},
      {"getThemes", R"({"realm":"alpha"})"},
      {"queryESVs", R"({"type":"variable"})"},
      {"listFeatures", "{}"},
      {"findReferences", R"({"realm":"alpha","kind":"managedType","idOrName":"alpha_user"})"},
      {"listJourneys", R"({"realm":"alpha"})"},
      {"listScripts", R"({"realm":"alpha"})"},
      {"listOidcApps", R"({"realm":"alpha"})"},
      {"listNodeTypes", R"({"realm":"alpha"})"},
      {"getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["PageNode","NoSuchNode"]})"},
  };
};

void expect_conforming(const tools::Tool& tool, const test::CallResult& outcome) {
  ASSERT_THAT(outcome, Succeeds());
  const Json published = tools::describe(tool)["outputSchema"];
  EXPECT_TRUE(test::SchemaValidator(published).accepts(outcome.structured))
      << base::print_json(outcome.structured).substr(0, 500);
  for (const auto& [name, schema] : published["properties"].items()) {
    EXPECT_EQ(outcome.structured.contains(name), name != "tenant") << name;  // all of these tools read
  }
  EXPECT_EQ(base::parse_json(outcome.text.substr(0, outcome.text.find("\n\n"))), outcome.structured);
}

TEST_F(Output, ConformsToItsSchemaAndSaysWhatTheTextSays) {
  for (const tools::Tool* tool : tools::catalog()) {
    const auto arguments = calls.find(tool->name);
    ASSERT_EQ(tool->output_schema.is_null(), arguments == calls.end()) << tool->name;
    if (arguments == calls.end()) continue;
    SCOPED_TRACE(tool->name);
    max_chars = 60'000;
    expect_conforming(*tool, call(tool->name, arguments->second));
    max_chars = 4'000;  // the least that can be set: lists get shorter, members stay
    expect_conforming(*tool, call(tool->name, arguments->second));
  }
}

TEST_F(Output, OfAFailureHasNoStructure) {
  const auto failed = call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["NoSuchNode"]})");

  EXPECT_TRUE(failed.is_error);
  EXPECT_TRUE(failed.structured.is_null());
}

TEST(OutputOfAnswersWithoutForm, IsAFailure) {
  test::ToolTest t;
  const std::string list = "/openidm/managed/alpha_user?_queryFilter=true&_pageSize=50";
  const auto answered = [&](const char* body) {
    t.tenant.http.always("GET", list, 200, body);
    return t.call("queryManagedObjects", R"({"objectType":"alpha_user"})");
  };

  EXPECT_THAT(answered(""), test::Fails("transient", "without a body"));
  EXPECT_THAT(answered(R"({"result":{}})"), test::Fails("transient", "is not a list"));
  for (const auto* odd : {R"([1,2])", R"({"result":{}})", "7"}) {
    const auto failed = answered(odd);
    EXPECT_TRUE(failed.is_error) << odd;
    EXPECT_TRUE(failed.structured.is_null());
  }
}

}  // namespace
