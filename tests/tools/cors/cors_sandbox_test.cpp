// The CORS tools against the sandbox tenant: the whole life of a policy, without stubs.
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Succeeds;
using ::testing::SizeIs;

class CorsSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  CorsSandbox() { http = &sandbox; }

  Json call_with(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds());
    return result.json;
  }

  test::SandboxHttp sandbox;
};

TEST_F(CorsSandbox, APolicyIsMadeFoundChangedDeletedAndPutBack) {
  Json settings{{"acceptedOrigins", {"https://app.example"}},
                {"acceptedMethods", {"GET", "POST"}},
                {"acceptedHeaders", {"X-One"}},
                {"exposedHeaders", Json::array()},
                {"maxAge", 600},
                {"allowCredentials", true},
                {"enabled", true}};
  const Json made = call_with("createCorsPolicy", settings);
  const Json which{{"policyId", made["id"]}};
  auto twin = settings;
  twin.update(which);
  EXPECT_THAT(call("createCorsPolicy", base::print_json(twin)), Fails("conflict", "already exists"));

  const Json change{{"policyId", made["id"]}, {"maxAge", 60}, {"revision", call_with("getCorsPolicy", which)["_rev"]}};
  EXPECT_EQ(base::print_json(call_with("updateCorsPolicy", change)["changed"]),
            R"([{"path":"/maxAge","before":600,"after":60}])");
  EXPECT_THAT(call("updateCorsPolicy", base::print_json(change)), Fails("conflict", "is now at revision"));

  const auto before = call_with("listCorsPolicies", Json::object())["result"].size();
  settings["maxAge"] = 60;
  const auto deleted = call_with("deleteCorsPolicy", which)["deleted"];
  auto wanted = which;
  wanted.update(settings);
  EXPECT_EQ(deleted, wanted);
  EXPECT_THAT(call("getCorsPolicy", base::print_json(which)), Fails("not_found", "There is no CORS policy"));
  EXPECT_THAT(call_with("listCorsPolicies", Json::object())["result"], SizeIs(before - 1));

  EXPECT_EQ(call_with("createCorsPolicy", deleted)["id"], made["id"]);
}

}  // namespace
}  // namespace tools
