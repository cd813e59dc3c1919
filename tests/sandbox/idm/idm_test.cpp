#include "sandbox/idm/idm.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sandbox/api.h"

namespace sandbox {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

const Json ada = {{"userName", "ada"}, {"givenName", "Ada"}, {"sn", "Lovelace"}, {"mail", "ada@example.com"}};

class Idm : public testing::Test {
 protected:
  // Revision of an object, as its etag has it.
  std::string revision(const std::string& path) { return crest::entity_tag(api.get(path).header("etag")); }
  std::string made(const Json& body) {
    const auto answer = api.call("POST", users + "?_action=create", body);
    EXPECT_EQ(answer.status, 201) << answer.raw;
    return base::text_member(answer.body, "_id");
  }
  Answer query(const std::string& type, const std::string& filter, const std::string& more = "") {
    return api.get("/openidm/managed/" + type + "?_queryFilter=" + encoded(filter) + more);
  }

  Api api;
  const std::string users = "/openidm/managed/alpha_user";
};

TEST_F(Idm, AMissingObjectIsNamedAsTheDirectoryDoes) {
  const auto answer = api.get(users + "/nobody");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body["message"],
            "No Such Entry: The search base entry "
            "&#39;fr-idm-uuid&#61;nobody,ou&#61;user,o&#61;alpha,o&#61;root,ou&#61;identities&#39; does not exist");
}

TEST_F(Idm, TellsWhoAsks) {
  const auto answer = api.get("/openidm/info/login");
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(base::text_member(answer.body, "authenticationId").empty());
  EXPECT_EQ(answer.body["authorization"]["id"], answer.body["authenticationId"]);
}

TEST_F(Idm, AnUnknownTypeIsNotFound) {
  EXPECT_EQ(api.get("/openidm/managed/alpha_nothing?_queryFilter=true").status, 404);
}

TEST_F(Idm, AdministrationOfThePlatformIsForbidden) {
  const auto answer = api.get("/openidm/managed/svcacct/x");
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body["message"], "Access denied");
}

TEST_F(Idm, AFilterThatDoesNotParseIs400) {
  EXPECT_EQ(query("alpha_user", "userName is 'x'").status, 400);
  EXPECT_EQ(api.get(users).status, 400);
}

TEST_F(Idm, RequiredPropertiesAreAskedFor) {
  const auto answer = api.call("POST", users + "?_action=create", {{"userName", "x"}});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body["message"], "Failed policy validation");
  EXPECT_THAT(answer.raw, HasSubstr(R"({"policyRequirements":[{"policyRequirement":"REQUIRED"}],"property":"sn"})"));
}

TEST_F(Idm, AUserNameIsTakenOnce) {
  made(ada);
  const auto answer = api.call("POST", users + "?_action=create", ada);
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.raw, HasSubstr("\"UNIQUE\""));
}

TEST_F(Idm, TypesAndFormatsAreChecked) {
  Json wrong = ada;
  wrong["mail"] = "no address";
  wrong["telephoneNumber"] = 5;
  const auto answer = api.call("POST", users + "?_action=create", wrong);
  EXPECT_THAT(answer.raw, HasSubstr("VALID_EMAIL_ADDRESS_FORMAT"));
  EXPECT_THAT(answer.raw, HasSubstr(R"({"invalidType":"number","validTypes":["string"]})"));
}

TEST_F(Idm, AUsersIdIsAUuid) {
  EXPECT_EQ(api.call("PUT", users + "/ada", ada).status, 400);
}

TEST_F(Idm, ABodyThatIsNoObjectIs400) {
  EXPECT_EQ(api.send("POST", users + "?_action=create", "[1]", {}).status, 400);
  EXPECT_EQ(api.send("POST", users + "?_action=create", "{", {}).status, 400);
}

TEST_F(Idm, ACreatedUserCanBeReadAndDoesNotShowThePassword) {
  Json body = ada;
  body["password"] = "do not show";
  const auto answer = api.call("POST", users + "?_action=create", body);
  ASSERT_EQ(answer.status, 201);
  const std::string id = base::text_member(answer.body, "_id");
  EXPECT_EQ(answer.header("location"), "https://tenant.example" + users + "/" + id);
  const auto read = api.get(users + "/" + id);
  EXPECT_EQ(read.body["sn"], "Lovelace");
  EXPECT_EQ(read.body["accountStatus"], "active");
  EXPECT_TRUE(read.body["city"].is_null());
  EXPECT_EQ(read.header("etag"), "\"" + read.body["_rev"].get<std::string>() + "\"");
  EXPECT_THAT(read.raw, testing::Not(HasSubstr("do not show")));
}

TEST_F(Idm, PutDoesNotOverwriteWhenAskedNotTo) {
  const std::string id = made(ada);
  EXPECT_EQ(api.call("PUT", users + "/" + id, ada, {{"if-none-match", "*"}}).status, 412);
  EXPECT_EQ(api.call("PUT", users + "/" + id, ada, {{"if-none-match", "\"x\""}}).status, 400);
  EXPECT_EQ(api.call("PUT", users + "/" + id, ada, {{"if-none-match", "*"}, {"if-match", "*"}}).status, 412);
}

TEST_F(Idm, PutOfTheSameKeepsTheRevisionAndSaysSo) {
  const std::string id = made(ada);
  const std::string before = revision(users + "/" + id);
  Json same = ada;
  same["accountStatus"] = "active";
  const auto answer = api.call("PUT", users + "/" + id, same);
  EXPECT_EQ(answer.header("x-not-modified"), "true");
  EXPECT_EQ(answer.body["_rev"], before);
}

TEST_F(Idm, AStaleRevisionIs412AndNothingChanges) {
  const std::string path = users + "/" + made(ada);
  const std::string stale = revision(path);
  const Json move = base::parse_json(R"([{"operation":"replace","field":"/city","value":"London"}])");
  ASSERT_EQ(api.call("PATCH", path, move, {{"if-match", stale}}).status, 200);
  const Json back = base::parse_json(R"([{"operation":"replace","field":"/city","value":"Paris"}])");
  EXPECT_EQ(api.call("PATCH", path, back, {{"if-match", stale}}).status, 412);
  EXPECT_EQ(api.call("DELETE", path, nullptr, {{"if-match", "\"" + stale + "\""}}).status, 412);
  EXPECT_EQ(api.get(path).body["city"], "London");
  EXPECT_EQ(api.call("PATCH", path, back, {{"if-match", "*"}}).status, 200);
}

TEST_F(Idm, ReadsCarryNoIfMatch) {
  EXPECT_EQ(api.get(users + "/" + made(ada), {{"if-match", "*"}}).status, 412);
  EXPECT_EQ(api.get(users + "?_queryFilter=true", {{"if-match", "*"}}).status, 412);
}

TEST_F(Idm, AnUnchangedObjectIs304) {
  const std::string path = users + "/" + made(ada);
  EXPECT_EQ(api.get(path, {{"if-none-match", "\"" + revision(path) + "\""}}).status, 304);
}

TEST_F(Idm, ADeletedUserIsGoneFromItsRelationshipsToo) {
  const auto boss = api.get(users + "?_queryFilter=true&_pageSize=1&_fields=reports").body["result"][0];
  const std::size_t reports = boss["reports"].size();
  const std::string report = boss["reports"][0]["_refResourceId"];
  EXPECT_EQ(api.call("DELETE", users + "/" + report).status, 200);
  EXPECT_EQ(api.call("DELETE", users + "/" + report).status, 404);
  EXPECT_THAT(api.get(users + "/" + boss["_id"].get<std::string>() + "?_fields=reports").body["reports"],
              SizeIs(reports - 1));
}

TEST_F(Idm, TheNamedFieldsComeWithIdAndRevision) {
  const auto answer = query("alpha_role", "name eq 'auditor'", "&_fields=name,missing");
  ASSERT_EQ(answer.body["resultCount"], 1);
  std::vector<std::string> names;
  for (const auto& [name, value] : answer.body["result"][0].items()) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre("_id", "_rev", "name"));
}

TEST_F(Idm, PagesCoverAllUsersOnce) {
  std::set<std::string> seen;
  std::string cookie;
  int pages = 0;
  do {
    const auto page = api.get(users + "?_queryFilter=true&_pageSize=100&_sortKeys=-userName&_fields=userName" +
                              (cookie.empty() ? "" : "&_pagedResultsCookie=" + cookie));
    for (const Json& user : page.body["result"]) EXPECT_TRUE(seen.insert(user["userName"]).second);
    // The cookie in the body is encoded once already.
    cookie = base::text_member(page.body, "pagedResultsCookie");
    ++pages;
  } while (!cookie.empty());
  EXPECT_EQ(seen.size(), 320U);
  EXPECT_EQ(pages, 4);
}

TEST_F(Idm, FiltersSeeRelationshipsAndComputedProperties) {
  const auto organization =
      query("alpha_organization", "name eq 'Larkspur'").body["result"][0]["_id"].get<std::string>();
  const auto by_id = query("alpha_user", "memberOfOrgIDs eq '" + organization + "'", "&_fields=memberOfOrgIDs");
  // Everybody is in the company or in a part of it.
  EXPECT_EQ(by_id.body["resultCount"], 320);
  EXPECT_EQ(query("alpha_user", "!(manager pr)").body["resultCount"], 1);
}

TEST_F(Idm, ARelationshipCanBeExpanded) {
  const auto answer = query("alpha_user", "manager pr", "&_pageSize=1&_fields=userName,manager/userName,roles/name");
  const Json& user = answer.body["result"][0];
  EXPECT_TRUE(user["manager"]["userName"].is_string());
  EXPECT_THAT(user["manager"]["_ref"].get<std::string>(), testing::StartsWith("managed/alpha_user/"));
  EXPECT_EQ(user["roles"][0]["name"], "employee");
}

TEST_F(Idm, OneObjectAddedToAListOfRelationshipsFailsAndAListReplacesIt) {
  const std::string path = users + "/" + made(ada);
  const std::string role =
      "managed/alpha_role/" + query("alpha_role", "name eq 'auditor'").body["result"][0]["_id"].get<std::string>();
  Json patch = Json::array({{{"operation", "add"}, {"field", "/roles"}, {"value", {{"_ref", role}}}}});
  const auto refused = api.call("PATCH", path, patch);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.raw, HasSubstr("VALID_TYPE"));

  patch[0]["field"] = "/roles/-";
  ASSERT_EQ(api.call("PATCH", path, patch).status, 200);
  EXPECT_EQ(api.get(path + "?_fields=effectiveRoles").body["effectiveRoles"][0]["_ref"], role);

  patch = Json::array({{{"operation", "remove"}, {"field", "/roles"}, {"value", {{"_ref", role}}}}});
  ASSERT_EQ(api.call("PATCH", path, patch).status, 200);
  EXPECT_THAT(api.get(path + "?_fields=roles").body["roles"], SizeIs(0));
}

TEST_F(Idm, AReferenceMustLeadSomewhere) {
  Json body = ada;
  body["manager"] = {{"_ref", "managed/alpha_user/nobody"}};
  EXPECT_EQ(api.call("POST", users + "?_action=create", body).status, 400);
  EXPECT_EQ(query("alpha_user", "userName eq 'ada'").body["resultCount"], 0);
}

TEST_F(Idm, ARelationshipIsACollectionOfItsOwn) {
  const std::string path = users + "/" + made(ada) + "/groups";
  const auto added = api.call("POST", path + "?_action=create", {{"_ref", "managed/alpha_group/first-aiders"}});
  ASSERT_EQ(added.status, 201) << added.raw;
  const auto list = api.get(path + "?_queryFilter=true&_fields=name");
  EXPECT_EQ(list.body["result"][0]["name"], "first-aiders");
  EXPECT_EQ(list.body["result"][0]["_refProperties"]["_id"], added.body["_id"]);
  EXPECT_EQ(api.call("DELETE", path + "/" + added.body["_id"].get<std::string>()).status, 200);
  EXPECT_EQ(api.get(path + "?_queryFilter=true").body["resultCount"], 0);
}

TEST_F(Idm, AGroupIsCalledByItsName) {
  const auto answer = api.call("POST", "/openidm/managed/alpha_group?_action=create", {{"name", "chess"}});
  EXPECT_EQ(answer.body["_id"], "chess");
}

TEST_F(Idm, ATypeOfOnesOwnCanBeDefinedUsedAndRemoved) {
  const Json type = base::parse_json(
      R"({"name":"pet","schema":{"type":"object","required":["name"],"properties":{"name":{"type":"string"}}}})");
  const Json patch = Json::array({{{"operation", "add"}, {"field", "/objects/-"}, {"value", type}}});
  const auto changed = api.call("PATCH", "/openidm/config/managed", patch, {{"if-match", "*"}});
  ASSERT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body["objects"].back()["name"], "pet");
  EXPECT_EQ(api.call("POST", "/openidm/managed/pet?_action=create", {{"name", "Rex"}}).status, 201);
  const auto index = std::to_string(changed.body["objects"].size() - 1);
  const Json by_position = Json::array({{{"operation", "remove"}, {"field", "/objects/" + index}}});
  EXPECT_EQ(api.call("PATCH", "/openidm/config/managed", by_position).status, 400);
  Json without = changed.body;
  without["objects"].erase(without["objects"].size() - 1);
  EXPECT_EQ(api.call("PUT", "/openidm/config/managed", without).status, 200);
  EXPECT_EQ(query("pet", "true").status, 404);
}

TEST_F(Idm, CustomRelationshipsAreWrittenThroughTheSchema) {
  const std::string path = "/openidm/schema/managed/device/properties/custom_spare";
  const Json definition = base::parse_json(
      R"({"type":"relationship","resourceCollection":[{"path":"managed/alpha_user","label":"User"}]})");
  EXPECT_EQ(api.call("PUT", path, definition, {{"if-match", "*"}}).status, 201);
  EXPECT_EQ(api.call("PUT", path, definition, {{"if-match", "*"}}).status, 200);
  EXPECT_EQ(api.call("PUT", path, {{"type", "string"}}).status, 400);
  EXPECT_EQ(api.call("PUT", "/openidm/schema/managed/device/properties/model", definition).status, 400);
  EXPECT_EQ(api.call("PUT", "/openidm/schema/managed/nothing/properties/custom_x", definition).status, 404);
  EXPECT_TRUE(api.get("/openidm/schema/managed/device").body["properties"].contains("custom_spare"));
  EXPECT_EQ(api.call("DELETE", path).status, 200);
  EXPECT_EQ(api.call("DELETE", path).status, 404);
}

TEST_F(Idm, ThemesCanBeQueriedByRealm) {
  const auto answer = api.get("/openidm/ui/theme/?realm=alpha&_queryFilter=true&_fields=name%2CisDefault");
  EXPECT_EQ(answer.body["resultCount"], 4);
  EXPECT_EQ(answer.body["result"][0]["isDefault"], true);
  const auto one = api.get("/openidm/ui/theme/?realm=alpha&_queryFilter=" +
                           encoded("_id eq \"Night Shift\" or name eq \"Night Shift\""));
  EXPECT_EQ(one.body["resultCount"], 1);
  EXPECT_GT(one.body["result"][0].size(), 90U);
}

TEST_F(Idm, FeaturesAreValidatedAndInstalledOnce) {
  EXPECT_EQ(api.get("/openidm/feature?_queryFilter=true").body["resultCount"], 5);
  const std::string path = "/openidm/feature/indexed/strings/6thru20";
  EXPECT_EQ(api.call("POST", path + "?_action=validate", Json::object()).body["success"], true);
  EXPECT_EQ(api.call("POST", path + "?_action=install", Json::object()).status, 200);
  EXPECT_EQ(api.get(path).body["installedVersion"], "1");
  EXPECT_EQ(api.call("POST", path + "?_action=validate", Json::object()).body["success"], false);
  const auto again = api.call("POST", path + "?_action=install", Json::object());
  EXPECT_EQ(again.status, 400);
  EXPECT_TRUE(again.body.contains("detail"));
  EXPECT_EQ(api.get("/openidm/feature/nothing").status, 404);
}

TEST_F(Idm, ReferencesToAndFromOneselfAreNoTrap) {
  const std::string id = made(ada);
  const Json patch = Json::array(
      {{{"operation", "replace"}, {"field", "/manager"}, {"value", {{"_ref", "managed/alpha_user/" + id}}}}});
  EXPECT_EQ(api.call("PATCH", users + "/" + id, patch).status, 200);
  EXPECT_EQ(api.get(users + "/" + id + "?_fields=reports").body["reports"][0]["_refResourceId"], id);
  EXPECT_EQ(api.call("DELETE", users + "/" + id).status, 200);
}

}  // namespace
}  // namespace sandbox
