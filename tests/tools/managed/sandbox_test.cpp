// The managed object tools against the sandbox tenant: whole lives of objects and types, without stubs.
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class ManagedSandbox : public ::testing::Test, public test::ToolTest {
 protected:
  ManagedSandbox() { http = &sandbox; }

  Json call_with(std::string_view tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds());
    return result.json;
  }

  test::SandboxHttp sandbox;
};

TEST_F(ManagedSandbox, AnObjectIsMadeFoundChangedAndDeleted) {
  const auto made = call_with(
      "createManagedObject",
      {{"objectType", "alpha_user"},
       {"objectData",
        {{"userName", "zoe.test"}, {"givenName", "Zoë"}, {"sn", "O'Hara \"Z\""}, {"mail", "zoe@example.com"}}}});
  const auto id = made["id"].get<std::string>();

  const auto found =
      call_with("queryManagedObjects",
                {{"objectType", "alpha_user"}, {"queryFilter", "userName eq \"zoe.test\""}, {"fields", "sn,mail"}});
  ASSERT_THAT(found["result"], SizeIs(1));
  EXPECT_EQ(found["result"][0]["sn"], "O'Hara \"Z\"");

  const Json change{{"objectType", "alpha_user"},
                    {"objectId", id},
                    {"revision", made["revision"]},
                    {"operations", {{{"operation", "replace"}, {"field", "sn"}, {"value", "New"}}}}};
  const auto changed = call_with("patchManagedObject", change);
  EXPECT_NE(changed["revision"], made["revision"]);
  EXPECT_THAT(call("patchManagedObject", base::print_json(change)),
              Fails("conflict", changed["revision"].get<std::string>()));

  const Json which{{"objectType", "alpha_user"}, {"objectId", id}};
  EXPECT_EQ(call_with("getManagedObject", which)["sn"], "New");
  call_with("deleteManagedObject", which);
  EXPECT_THAT(call("getManagedObject", base::print_json(which)), Fails("not_found", "There is no alpha_user"));
}

TEST_F(ManagedSandbox, PagesThroughAllObjectsWithoutSkippingOne) {
  Json arguments{{"objectType", "alpha_user"}, {"pageSize", 60}, {"fields", "userName"}};
  std::set<std::string> ids;
  std::size_t pages = 0;
  std::size_t entries = 0;
  for (; pages < 50; ++pages) {
    const auto page = call_with("queryManagedObjects", arguments);
    for (const Json& object : page["result"]) ids.insert(object["_id"].get<std::string>());
    entries += page["result"].size();
    if (!page["pagedResultsCookie"].is_string()) break;
    arguments["pagedResultsCookie"] = page["pagedResultsCookie"];
  }
  EXPECT_GT(ids.size(), 100U);
  EXPECT_EQ(ids.size(), entries);
  EXPECT_LT(pages, 50U);
}

TEST_F(ManagedSandbox, FailuresSpeakTheTenantsWords) {
  EXPECT_THAT(call("createManagedObject", R"({"objectType":"alpha_user","objectData":{"userName":"x"}})"),
              Fails("invalid_request", "REQUIRED"));
  EXPECT_THAT(call("queryManagedObjects", R"({"objectType":"alpha_user","queryFilter":"sn is x"})"),
              Fails("invalid_request", "could not parse the query"));
  EXPECT_THAT(call("queryManagedObjects", R"({"objectType":"alpha_usr"})"),
              Fails("not_found", "similar names: alpha_user"));
  const auto user =
      call_with("queryManagedObjects", {{"objectType", "alpha_user"}, {"pageSize", 1}, {"fields", "userName"}});
  const Json twin{
      {"objectType", "alpha_user"},
      {"objectData",
       {{"userName", user["result"][0]["userName"]}, {"givenName", "A"}, {"sn", "B"}, {"mail", "a@example.com"}}}};
  EXPECT_THAT(call("createManagedObject", base::print_json(twin)), Fails("conflict", "already exists"));
}

TEST_F(ManagedSandbox, ATypeIsDefinedChangedRelatedAndDeleted) {
  call_with(
      "createManagedObjectDefinition",
      {{"objectName", "alpha_device"},
       {"objectDefinition",
        {{"schema", {{"type", "object"}, {"properties", {{"label", {{"type", "string"}, {"title", "Label"}}}}}}}}}});
  EXPECT_THAT(call_with("listManagedObjects", Json::object())["managedObjectTypes"], Contains("alpha_device"));

  const auto changed =
      call_with("patchManagedObjectDefinition",
                {{"objectName", "alpha_device"},
                 {"operations",
                  {{{"operation", "add"}, {"field", "/schema/properties/size"}, {"value", {{"type", "number"}}}},
                   {{"operation", "replace"}, {"field", "/schema/properties/label/title"}, {"value", "Name"}}}}});
  EXPECT_THAT(base::print_json(changed["changed"]),
              HasSubstr(R"({"path":"/schema/properties/label/title","before":"Label","after":"Name"})"));

  const Json relation{{"type", "relationship"}, {"resourceCollection", {{{"path", "managed/alpha_user"}}}}};
  Json wish{{"objectType", "alpha_device"},
            {"propertyName", "custom_owner"},
            {"action", "add"},
            {"propertyDefinition", relation}};
  call_with("patchManagedObjectRelationship", wish);
  EXPECT_THAT(
      call(
          "patchManagedObjectDefinition",
          R"({"objectName":"alpha_device","operations":[{"operation":"remove","field":"/schema/properties/custom_owner"}]})"),
      Refuses("patchManagedObjectRelationship"));
  wish["action"] = "remove";
  call_with("patchManagedObjectRelationship", wish);

  call_with("createManagedObject", {{"objectType", "alpha_device"}, {"objectData", {{"label", "one"}}}});
  EXPECT_THAT(call("deleteManagedObjectDefinition", R"({"objectName":"alpha_device"})"),
              Refuses("objects of type alpha_device"));
  const auto removed = call_with("deleteManagedObjectDefinition", {{"objectName", "alpha_device"}, {"force", true}});
  EXPECT_EQ(removed["deleted"]["schema"]["properties"]["size"]["type"], "number");
  EXPECT_THAT(call_with("listManagedObjects", Json::object())["managedObjectTypes"], Not(Contains("alpha_device")));
}

TEST_F(ManagedSandbox, TheSchemaOfUsersFitsTheBudgetInShort) {
  const auto result = call("getManagedObjectSchema", R"({"objectType":"alpha_user","summary":true})");
  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.notes, Not(HasSubstr("Truncated")));
  EXPECT_LT(result.text.size(), 12'000U);
}

}  // namespace
}  // namespace tools
