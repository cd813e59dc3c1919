// Node types and scripts of the sandbox tenant, without stubs.
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;

class NodesSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  NodesSandbox() { http = &sandbox; }

  Json succeed(std::string_view tool, const Json& arguments) {
    auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds()) << tool;
    return std::move(result.json);
  }

  test::SandboxHttp sandbox;
};

TEST_F(NodesSandbox, EveryNodeTypeHasDetails) {
  max_chars = 10'000'000;
  const auto types = succeed("listNodeTypes", {{"realm", "alpha"}});
  ASSERT_GT(types["count"], 20);
  Json ids = Json::array();
  for (const Json& type : types["nodeTypes"]) ids.push_back(type["_id"]);

  const auto details = succeed("getNodeTypeDetails", {{"realm", "alpha"}, {"nodeTypes", ids}});

  EXPECT_EQ(details["successCount"], ids.size());
}

TEST_F(NodesSandbox, OutcomesFollowTheSettings) {
  const auto choice =
      succeed("getDynamicNodeOutcomes",
              {{"realm", "alpha"}, {"nodeType", "ChoiceCollectorNode"}, {"config", {{"choices", {"red", "blue"}}}}});
  EXPECT_EQ(choice["outcomes"][1]["id"], "blue");

  const Json child = {{"nodeType", "ChoiceCollectorNode"}, {"_properties", {{"choices", {"red", "blue"}}}}};
  const auto page =
      succeed("getDynamicNodeOutcomes",
              {{"realm", "alpha"}, {"nodeType", "PageNode"}, {"config", {{"nodes", Json::array({child})}}}});
  EXPECT_EQ(page["outcomes"][0]["id"], "red");
}

TEST_F(NodesSandbox, AScriptIsCreatedReadChangedAndDeleted) {
  const Json alpha = {{"realm", "alpha"}};
  const auto made = succeed("createScript", {{"realm", "alpha"}, {"name", "Müller"}, {"script", "outcome = 'ä';"}});
  const Json script = {{"realm", "alpha"}, {"scriptId", made["id"]}};
  EXPECT_THAT(call("createScript", R"({"realm":"alpha","name":"Müller","script":"b();"
})"),
              Fails("conflict", "listScripts"));
  EXPECT_EQ(succeed("getAMScript", script)["script"], "outcome = 'ä';");
  EXPECT_NE(base::print_json(succeed("listScripts", alpha)).find("Müller"), std::string::npos);

  Json change = script;
  change["description"] = "new";
  EXPECT_EQ(succeed("updateScript", change)["name"], "Müller");
  EXPECT_EQ(succeed("updateScript", change)["message"], "The script already has these settings; nothing was written.");
  EXPECT_EQ(succeed("getAMScript", script)["description"], "new");

  const Json deleted = succeed("deleteScript", script)["deleted"];
  EXPECT_THAT(call("getAMScript", base::print_json(script)), Fails("not_found", "listScripts"));

  // What was deleted can be put back.
  Json again = alpha;
  for (const char* name : {"name", "description", "script", "context", "evaluatorVersion"})
    again[name] = deleted.at(name);
  const Json restored = {{"realm", "alpha"}, {"scriptId", succeed("createScript", again)["id"]}};
  EXPECT_EQ(succeed("getAMScript", restored)["script"], "outcome = 'ä';");
}

TEST_F(NodesSandbox, AScriptInUseIsKept) {
  max_chars = 10'000'000;
  std::size_t kept = 0;
  for (const Json& script : succeed("listScripts", {{"realm", "alpha"}})["result"]) {
    const auto refused = call("deleteScript", base::print_json(Json{{"realm", "alpha"}, {"scriptId", script["_id"]}}));
    if (refused.is_error && refused.text.find("usedBy") != std::string::npos) ++kept;
  }
  EXPECT_GT(kept, 0u);
}

TEST_F(NodesSandbox, TheBindingsAreListed) {
  EXPECT_FALSE(succeed("getScriptedDecisionNodeBindings", {{"realm", "alpha"}})["bindings"].empty());
}

}  // namespace
}  // namespace tools
