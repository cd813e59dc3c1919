#include "app/host.h"

#include "app/host_fixture.h"
#include "tools/catalog.h"

namespace app {
namespace {

using base::Json;
using test::token_path;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto user = R"({"objectType":"alpha_user","objectId":"u1"})";

class ProgramHost : public test::HostTest {
 protected:
  void initialize_plainly() { initialize("2025-11-25", "{}"); }
};

TEST_F(ProgramHost, SaysWhichSettingLeavesAToolOut) {
  options.read_only = true;
  serve();
  initialize_plainly();

  call_tool(1, "deleteManagedObject", user);

  const auto error = hear()["error"];
  EXPECT_EQ(error["code"], -32602);
  EXPECT_THAT(error["message"].get<std::string>(),
              AllOf(HasSubstr("deleteManagedObject"), HasSubstr("AIC_READ_ONLY"), Not(HasSubstr("AIC_TOOLS"))));
  EXPECT_THAT(http.sent(), IsEmpty());
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(ProgramHost, SaysThatAToolIsNotAmongTheNamedOnes) {
  options.tools = {"cors"};
  serve();
  initialize_plainly();

  call_tool(1, "getManagedObject", user);

  const auto error = hear()["error"];
  EXPECT_EQ(error["code"], -32602);
  EXPECT_THAT(error["message"].get<std::string>(), AllOf(HasSubstr("AIC_TOOLS"), Not(HasSubstr("AIC_READ_ONLY"))));
}

TEST_F(ProgramHost, TellsAnUnknownToolFromOneThatIsLeftOut) {
  options.read_only = true;
  serve();
  initialize_plainly();

  call_tool(1, "getManagedObjct", user);

  const auto error = hear()["error"];
  EXPECT_EQ(error["code"], -32602);
  EXPECT_THAT(error["message"].get<std::string>(), AllOf(HasSubstr("getManagedObject"), Not(HasSubstr("AIC_"))));
}

TEST_F(ProgramHost, RefusesWrongArgumentsBeforeAnythingElse) {
  options.confirm_destructive = true;
  serve();
  initialize("2025-11-25", R"({"elicitation":{}})");

  call_tool(1, "deleteManagedObject", R"({"objectType":"alpha_user"})");

  const auto answer = hear();
  EXPECT_EQ(answer["id"], 1);
  EXPECT_TRUE(answer["result"]["isError"].get<bool>());
  EXPECT_THAT(text_of(answer), AllOf(HasSubstr("invalid_request"), HasSubstr("objectId")));
  EXPECT_THAT(browser.opened, IsEmpty());
}

TEST_F(ProgramHost, ListsWhatItOffersAndNothingElse) {
  options.tools = {"getCorsPolicy", "deleteCorsPolicy"};
  options.read_only = true;
  serve();
  initialize_plainly();

  say(R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})");

  const auto listed = hear()["result"]["tools"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0], tools::describe(*tools::find_tool("getCorsPolicy")));
}

TEST_F(ProgramHost, RunsAToolAsThePersonWhoSignedIn) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1","_rev":"r1"})");
  serve();
  initialize_plainly();
  call_tool(1, "getManagedObject", user);
  EXPECT_TRUE(is_quiet());

  sign_in();

  const auto answer = hear();
  EXPECT_EQ(answer["id"], 1);
  EXPECT_FALSE(answer["result"].contains("isError"));
  EXPECT_THAT(text_of(answer), HasSubstr(R"("_id":"u1")"));
  EXPECT_EQ(http.sent().back().bearer, "scoped-token");
  EXPECT_EQ(answer["result"]["_meta"]["transactionId"], http.sent().back().header("X-ForgeRock-TransactionId"));
}

TEST_F(ProgramHost, LogsWhatACallHadChangedWhenItIsCutShort) {
  tenant_gives("login-token");
  tenant_gives("scoped-token");
  http.answer("GET", "/openidm/managed/alpha_application?_queryFilter=name%20eq%20%22Shop%22&_fields=_id%2Cname", 200,
              R"({"result":[]})");
  http.answer("PUT", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", 201, R"({"_id":"shop"})");
  const auto held = http.hold(loop, "POST", "/openidm/managed/alpha_application?_action=create");
  serve();
  initialize_plainly();

  const auto log = stderr_of([&] {
    call_tool(1, "createOidcApp",
              R"({"realm":"alpha","name":"Shop","clientId":"shop","owners":[{"_ref":"managed/alpha_user/u1"}]})");
    sign_in();
    wait_until([&] { return held.waits(); });
    say(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
    wait_until([&] { return held.was_cancelled(); });
    test::settle(loop);
  });

  EXPECT_THAT(log, AllOf(HasSubstr("createOidcApp was cut short after it had changed"),
                         HasSubstr("PUT /am/json/alpha/realm-config/agents/OAuth2Client/shop")));
}

}  // namespace
}  // namespace app
