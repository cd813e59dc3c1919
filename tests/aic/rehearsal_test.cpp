// Calls without their writes (R-PRE-01 to -03), and tools that may not write at all (R-OFF-06).
#include "aic/rehearsal.h"

#include <algorithm>

#include "aic/patch.h"
#include "aic/tenant_fixture.h"

namespace aic {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::IsEmpty;

const base::Target themes("/openidm/config/ui/themerealm");
const base::Target users("/openidm/managed/alpha_user");

base::Target user(std::string_view id) {
  auto target = users;
  return target.segment(id);
}

class InRehearsal : public ::testing::Test, public test::TenantFixture {
 protected:
  InRehearsal() { tenant.watch(&rehearsal); }
  Reply get(const base::Target& target) { return run(tenant.get(target, {.scopes = {"s"}})); }
  std::ptrdiff_t writes_sent() const {
    return std::ranges::count_if(http.requests(), [](const std::string& line) { return !line.starts_with("GET "); });
  }

  Rehearsal rehearsal{{loop, clock, random, http, shared}};
  Tenant tenant = make();
};

TEST_F(InRehearsal, ShowsWhatWasWrittenAndSendsNoWrite) {
  http.answer("GET", themes.path(), 200, R"({"_id":"ui/themerealm","realm":{"a":1}})");
  get(themes);

  run(tenant.put(themes, base::parse_json(R"({"realm":{"a":2}})"), {.scopes = {"s"}}));

  EXPECT_EQ(get(themes).body["realm"]["a"], 2);
  EXPECT_EQ(writes_sent(), 0);
  EXPECT_THAT(trace.writes, IsEmpty());
  ASSERT_EQ(rehearsal.written().size(), 1u);
  EXPECT_EQ((*rehearsal.written()[0].before)["realm"]["a"], 1);
  EXPECT_EQ((*rehearsal.written()[0].after)["realm"]["a"], 2);
}

TEST_F(InRehearsal, ReadsForItselfWhatTheCallHasNotRead) {
  http.answer("GET", user("u1").path(), 200, R"({"_id":"u1","_rev":"r1","sn":"Doe"})");

  const auto patch = base::parse_json(R"([{"operation":"replace","field":"/sn","value":"Roe"}])");
  run(tenant.patch(user("u1"), patch, {.scopes = {"s"}, .headers = {{"If-Match", "r1"}}}));

  EXPECT_EQ(get(user("u1")).body["sn"], "Roe");
  EXPECT_EQ(rehearsal.written()[0].revision, "") << "the call does not rest on this reading";
  EXPECT_EQ(writes_sent(), 0);
}

TEST_F(InRehearsal, RefusesAWriteOfAnotherRevision) {
  http.answer("GET", user("u1").path(), 200, R"({"_id":"u1","_rev":"r2"})");

  const auto error =
      error_of(tenant.patch(user("u1"), Json::array(), {.scopes = {"s"}, .headers = {{"If-Match", "r1"}}}));

  EXPECT_EQ(error.status, 412);
  EXPECT_THAT(rehearsal.written(), IsEmpty());
}

TEST_F(InRehearsal, ShowsNothingWhereSomethingWasDeleted) {
  http.answer("GET", user("u1").path(), 200, R"({"_id":"u1","_rev":"r1"})");

  run(tenant.remove(user("u1"), {.scopes = {"s"}}));

  EXPECT_EQ(error_of(tenant.get(user("u1"), {.scopes = {"s"}})).status, 404);
  EXPECT_EQ((*rehearsal.written()[0].before)["_id"], "u1");
}

TEST_F(InRehearsal, GivesNewObjectsIdsOfItsOwn) {
  auto create = users;
  create.query("_action", "create");

  EXPECT_EQ(run(tenant.post(create, {{"sn", "Doe"}}, {.scopes = {"s"}})).body["_id"], "preview-1");
  EXPECT_EQ(run(tenant.post(create, {{"sn", "Roe"}}, {.scopes = {"s"}})).body["_id"], "preview-2");

  EXPECT_EQ(get(user("preview-1")).body["sn"], "Doe");
  EXPECT_THAT(http.requests(), IsEmpty());
}

TEST_F(InRehearsal, ShowsChangesInListsToo) {
  http.always("GET", users.path(), 200, R"({"result":[{"_id":"u1","sn":"a"},{"_id":"u2"}],"resultCount":2})");
  http.answer("GET", user("u1").path(), 200, R"({"_id":"u1","sn":"a"})");
  http.answer("GET", user("u2").path(), 200, R"({"_id":"u2"})");
  run(tenant.put(user("u1"), {{"sn", "b"}}, {.scopes = {"s"}}));
  run(tenant.remove(user("u2"), {.scopes = {"s"}}));

  const auto list = get(users).body["result"];

  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]["sn"], "b");
}

TEST_F(InRehearsal, EndsWhereOnlyTheTenantKnowsTheAnswer) {
  auto action = base::Target("/openidm/feature/x");
  action.query("_action", "install");

  EXPECT_THROW(run(tenant.post(action, Json::object(), {.scopes = {"s"}})), Unforeseeable);

  EXPECT_THAT(http.requests(), IsEmpty());
  ASSERT_EQ(rehearsal.written().size(), 1u);
}

TEST_F(InRehearsal, EndsWhereACallWaitsForWhatAWriteDoes) {
  http.always("GET", "/openidm/elsewhere", 200, "{}");
  http.answer("GET", themes.path(), 404, R"({"code":404,"reason":"Not Found","message":"x"})");
  run(tenant.put(themes, Json::object(), {.scopes = {"s"}}));
  const base::Target elsewhere("/openidm/elsewhere");
  get(elsewhere);
  get(elsewhere);

  EXPECT_THROW(get(elsewhere), Unforeseeable);
}

TEST_F(InRehearsal, DoesNotSleepAfterAWrite) {
  run(rehearsal.edges().clock.sleep(net::Duration{0}));
  http.answer("GET", themes.path(), 404, R"({"code":404,"reason":"Not Found","message":"x"})");
  run(tenant.put(themes, Json::object(), {.scopes = {"s"}}));

  EXPECT_THROW(run(rehearsal.edges().clock.sleep(net::Duration{50})), Unforeseeable);
}

// The ids that a call makes do not count, and all else does.
TEST_F(InRehearsal, HasAFingerprintOfWhatIsWritten) {
  const auto print = [&](std::string_view id, int value, std::string_view person) {
    Writing writing;
    auto at = make();
    at.watch(&writing);
    http.answer("PUT", "/openidm/config/x", 200, "{}");
    run(at.put(base::Target("/openidm/config/x"), {{"id", id}, {"value", value}}, {.scopes = {"s"}}));
    return writing.fingerprint({.tool = "t", .arguments = Json::object(), .person = std::string(person), .host = "h"},
                               {std::string(id)});
  };
  const auto one = print("11111111-1111", 1, "ada");

  EXPECT_EQ(print("22222222-2222", 1, "ada"), one);
  EXPECT_NE(print("11111111-1111", 2, "ada"), one);
  EXPECT_NE(print("11111111-1111", 1, "bob"), one);
}

TEST(Patched, DoesWhatIdmDoes) {
  const auto document = base::parse_json(R"({"a":{"b":[1,2]},"n":1})");
  const auto result = [&](const char* operations) {
    const auto after = patched(document, base::parse_json(operations));
    return after ? base::print_json(*after) : std::string("nothing");
  };
  EXPECT_EQ(result(R"([{"operation":"add","field":"/a/b/-","value":3}])"), R"({"a":{"b":[1,2,3]},"n":1})");
  EXPECT_EQ(result(R"([{"operation":"add","field":"/a/b","value":3}])"), R"({"a":{"b":[1,2,3]},"n":1})");
  EXPECT_EQ(result(R"([{"operation":"replace","field":"/c/d","value":3}])"), R"({"a":{"b":[1,2]},"n":1,"c":{"d":3}})");
  EXPECT_EQ(result(R"([{"operation":"remove","field":"/a/b","value":1}])"), R"({"a":{"b":[2]},"n":1})");
  EXPECT_EQ(result(R"([{"operation":"remove","field":"/a/b/0"}])"), R"({"a":{"b":[2]},"n":1})");
  EXPECT_EQ(result(R"([{"operation":"increment","field":"/n","value":2}])"), R"({"a":{"b":[1,2]},"n":3})");
  EXPECT_EQ(result(R"([{"operation":"move","from":"/n","field":"/m"}])"), R"({"a":{"b":[1,2]},"m":1})");
  EXPECT_EQ(result(R"([{"operation":"transform","field":"/n","value":{"script":{}}}])"), "nothing");
}

TEST_F(InRehearsal, IsNotNeededToKeepAReadingToolFromWriting) {
  tenant.watch(nullptr);
  tenant.confine_to({.holder = "getTheme", .scopes = {"s"}, .may_write = false});

  const auto error = error_of(tenant.put(themes, Json::object(), {.scopes = {"s"}}));

  EXPECT_EQ(error.code, base::Errc::internal);
  EXPECT_THAT(error.message, HasSubstr("published as read-only"));
  EXPECT_THAT(http.requests(), IsEmpty());
}

}  // namespace
}  // namespace aic
