#include "tools/managed/definition_rules.h"

#include <gmock/gmock.h>

namespace tools::definitions {
namespace {

using aic::Pointer;
using base::parse_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = Operation::Kind;

const Json user = parse_json(R"({
  "name": "alpha_user",
  "schema": {"title": "User", "required": ["sn"], "properties": {
    "sn": {"type": "string", "title": "Name"},
    "address": {"type": "object", "properties": {"owner": {"type": "relationship"}, "city": {"type": "string"}}},
    "manager": {"type": "relationship", "title": "Boss", "resourceCollection": [{"path": "managed/alpha_user"}]},
    "roles": {"type": "array", "title": "Roles", "items": {"type": "relationship"}},
    "tags": {"type": "array", "items": {"type": "string"}}}}})");

Operation operation(Kind kind, std::string_view field, std::optional<Json> value = {}) {
  return {.kind = kind, .field = Pointer::parse(field), .value = std::move(value)};
}

std::string touched(const Operation& one, const Json& definition = user) {
  const auto place = touched_relationship(definition, one);
  return place ? place->str() : "";
}

TEST(RelationshipGuard, RefusesToReplaceOrRemoveARelationshipOrAListOfThem) {
  EXPECT_EQ(touched(operation(Kind::remove, "/schema/properties/manager")), "/schema/properties/manager");
  EXPECT_EQ(touched(operation(Kind::remove, "/schema/properties/roles")), "/schema/properties/roles");
  EXPECT_EQ(touched(operation(Kind::replace, "/schema/properties/manager", parse_json(R"({"type":"string"})"))),
            "/schema/properties/manager");
}

TEST(RelationshipGuard, RefusesWhatLiesInsideARelationship) {
  EXPECT_EQ(touched(operation(Kind::replace, "/schema/properties/manager/title", "X")), "/schema/properties/manager");
  EXPECT_EQ(touched(operation(Kind::replace, "/schema/properties/roles/items/title", "X")), "/schema/properties/roles");
  EXPECT_EQ(touched(operation(Kind::add, "/schema/properties/manager/resourceCollection/-", Json::object())),
            "/schema/properties/manager");
}

TEST(RelationshipGuard, RefusesWhatContainsARelationship) {
  EXPECT_NE(touched(operation(Kind::replace, "/schema/properties", Json::object())), "");
  EXPECT_NE(touched(operation(Kind::replace, "/schema/properties", user["schema"]["properties"])), "");
  EXPECT_NE(touched(operation(Kind::remove, "/schema")), "");
  EXPECT_EQ(touched(operation(Kind::remove, "/schema/properties/address")),
            "/schema/properties/address/properties/owner");
}

TEST(RelationshipGuard, RefusesANewRelationshipAtAnyDepth) {
  EXPECT_NE(touched(operation(Kind::add, "/schema/properties/custom_x", parse_json(R"({"type":"relationship"})"))), "");
  EXPECT_NE(touched(operation(Kind::add, "/schema/properties/custom_x",
                              parse_json(R"({"type":"array","items":{"type":"relationship"}})"))),
            "");
  EXPECT_NE(touched(operation(Kind::add, "/schema/properties/x",
                              parse_json(R"({"type":"object","properties":{"y":{"type":["relationship","null"]}}})"))),
            "");
}

TEST(RelationshipGuard, RefusesToTurnAPropertyIntoARelationshipByItsTypeAlone) {
  EXPECT_EQ(touched(operation(Kind::replace, "/schema/properties/sn/type", "relationship")), "/schema/properties/sn");
  EXPECT_EQ(touched(operation(Kind::replace, "/schema/properties/tags/items/type", "relationship")),
            "/schema/properties/tags");
}

TEST(RelationshipGuard, RefusesAcrossPointerEscapes) {
  const auto definition = parse_json(R"({"schema":{"properties":{"a/b":{"type":"relationship"}}}})");
  EXPECT_EQ(touched(operation(Kind::remove, "/schema/properties/a~1b"), definition), "/schema/properties/a~1b");
}

TEST(RelationshipGuard, LetsEverythingElsePass) {
  EXPECT_EQ(touched(operation(Kind::replace, "/schema/properties/sn/title", "Surname")), "");
  EXPECT_EQ(touched(operation(Kind::add, "/schema/required/-", "mail")), "");
  EXPECT_EQ(touched(operation(Kind::remove, "/schema/properties/tags")), "");
  EXPECT_EQ(touched(operation(Kind::remove, "/schema/properties/nothing")), "");
  EXPECT_EQ(
      touched(operation(Kind::add, "/schema/properties/x", parse_json(R"({"type":"string","title":"relationship"})"))),
      "");
  EXPECT_EQ(
      touched(operation(Kind::add, "/schema/properties/address/properties/zip", parse_json(R"({"type":"string"})"))),
      "");
}

TEST(Patched, FollowsTheTenantsPatch) {
  const auto base = parse_json(R"({"a":{"b":1},"l":["x","y"]})");
  EXPECT_EQ(patched(base, operation(Kind::replace, "/a/b", 2)), parse_json(R"({"a":{"b":2},"l":["x","y"]})"));
  EXPECT_EQ(patched(base, operation(Kind::add, "/n/m", 1)), parse_json(R"({"a":{"b":1},"l":["x","y"],"n":{"m":1}})"));
  EXPECT_EQ(patched(base, operation(Kind::add, "/l/-", "z")), parse_json(R"({"a":{"b":1},"l":["x","y","z"]})"));
  EXPECT_EQ(patched(base, operation(Kind::add, "/l", "z")), parse_json(R"({"a":{"b":1},"l":["x","y","z"]})"));
  EXPECT_EQ(patched(base, operation(Kind::add, "/l/0", "z")), parse_json(R"({"a":{"b":1},"l":["z","x","y"]})"));
  EXPECT_EQ(patched(base, operation(Kind::replace, "/l/1", "z")), parse_json(R"({"a":{"b":1},"l":["x","z"]})"));
  EXPECT_EQ(patched(base, operation(Kind::remove, "/l/0")), parse_json(R"({"a":{"b":1},"l":["y"]})"));
  EXPECT_EQ(patched(base, operation(Kind::remove, "/a")), parse_json(R"({"l":["x","y"]})"));
}

TEST(Patched, LeavesAloneWhatTheTenantWouldRefuse) {
  const auto base = parse_json(R"({"a":"text","l":[1]})");
  for (const auto& one :
       {operation(Kind::add, "/a/b", 1), operation(Kind::replace, "/l/9", 1), operation(Kind::remove, "/x/y"),
        operation(Kind::add, "/l/x/y", 1), operation(Kind::replace, "/l/1", 1), operation(Kind::add, "/a")})
    EXPECT_EQ(patched(base, one), base) << one.field.str();
}

TEST(References, AreFoundAtAnyDepthInAnyEntry) {
  const auto config = parse_json(R"({"objects":[
    {"name":"car","schema":{"properties":{"self":{"resourceCollection":[{"path":"managed/car"}]}}}},
    {"name":"a","schema":{"properties":{"x":{"type":"array","items":{"type":"relationship",
      "resourceCollection":[{"path":"managed/bus"},{"path":"managed/car"}]}}}}},
    {"name":"b","schema":{"properties":{"o":{"type":"object","properties":{"y":{"resourceCollection":[{"path":"managed/car"}]}}}}}},
    {"name":"c","meta":{"resourceCollection":"managed/car"}},
    {"name":"d","schema":{"properties":{"z":{"resourceCollection":null},"t":{"resourceCollection":[{"path":"managed/cart"}]}}}},
    7]})");
  EXPECT_THAT(references_to(config, "car"),
              ElementsAre("a: /schema/properties/x/items", "b: /schema/properties/o/properties/y", "c: /meta"));
}

TEST(BuiltInTypes, AreThoseThatEveryTenantHas) {
  for (const auto* type : {"alpha_user", "bravo_role", "alpha_aiagentprivilege", "bravo_application"})
    EXPECT_TRUE(is_built_in(type)) << type;
  for (const auto* type : {"car", "alpha_car", "user", "alpha_users", "charlie_user", "alpha_"})
    EXPECT_FALSE(is_built_in(type)) << type;
}

TEST(SchemaFaults, AreAllTold) {
  EXPECT_THAT(schema_faults(parse_json(R"({"title":"x"})")), IsEmpty());
  EXPECT_THAT(schema_faults(parse_json(R"({})")), ElementsAre("must not be empty: a type needs at least a schema"));
  EXPECT_THAT(schema_faults(parse_json(R"({"schema":{"properties":{"a":{}},"required":["a"],"order":["a"]}})")),
              IsEmpty());
  EXPECT_THAT(schema_faults(parse_json(R"({"schema":[]})")), SizeIs(1));
  EXPECT_THAT(schema_faults(parse_json(R"({"schema":{}})")), SizeIs(1));
  EXPECT_THAT(schema_faults(parse_json(R"({"schema":{"properties":{"a":{}},"required":["b",3],"order":{}}})")),
              ElementsAre(HasSubstr("schema.required lists \"b\""), HasSubstr("schema.required lists 3"),
                          HasSubstr("schema.order must be an array")));
}

TEST(SchemaFaults, TreatPrototypeNamesAsOrdinaryOnes) {
  EXPECT_THAT(schema_faults(parse_json(R"({"schema":{"properties":{},"required":["constructor"]}})")), SizeIs(1));
  EXPECT_THAT(schema_faults(parse_json(R"({"schema":{"properties":{"__proto__":{}},"required":["__proto__"]}})")),
              IsEmpty());
}

TEST(RelationshipFaults, DemandARelationshipWithTargets) {
  for (const auto* text :
       {R"({})", R"({"type":"string"})", R"({"type":"array","items":{"type":"string"}})", R"({"type":"relationship"})",
        R"({"type":"relationship","resourceCollection":[]})", R"({"type":"relationship","resourceCollection":{}})",
        R"({"type":"relationship","resourceCollection":[{"label":"x"}]})",
        R"({"type":"array","items":{"type":"relationship"}})"})
    EXPECT_THAT(relationship_faults(parse_json(text)), SizeIs(1)) << text;
  const auto one =
      parse_json(R"({"type":"relationship","resourceCollection":[{"path":"managed/car"},{"path":"internal/role"}]})");
  EXPECT_THAT(relationship_faults(one), IsEmpty());
  EXPECT_THAT(related_paths(one), ElementsAre("car", "internal/role"));
  const auto many =
      parse_json(R"({"type":"array","items":{"type":"relationship","resourceCollection":[{"path":"managed/car"}]}})");
  EXPECT_THAT(relationship_faults(many), IsEmpty());
  EXPECT_THAT(related_paths(many), ElementsAre("car"));
}

TEST(CheckStored, GivesTheFormerContentOfATypeThatWasHit) {
  const auto before = parse_json(R"({"objects":[{"name":"a","v":1},{"name":"b","v":1}]})");
  const auto wanted = parse_json(R"({"objects":[{"name":"a","v":2},{"name":"b","v":1}]})");
  const auto stored = parse_json(R"({"objects":[{"name":"a","v":1},{"name":"b","v":2}]})");

  const auto error = check_stored("a", before, wanted, stored);

  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, base::Errc::partial);
  EXPECT_THAT(error->message, HasSubstr("also changed b"));
  EXPECT_EQ(error->detail, parse_json(R"({"former":{"b":{"name":"b","v":1}}})"));
}

TEST(CheckStored, NoticesTypesThatCameWentOrMoved) {
  const auto before = parse_json(R"({"objects":[{"name":"a","v":1},{"name":"b"}]})");
  const auto wanted = parse_json(R"({"objects":[{"name":"a","v":2},{"name":"b"}]})");
  for (const auto* stored :
       {R"({"objects":[{"name":"a","v":2}]})", R"({"objects":[{"name":"a","v":2},{"name":"b"},{"name":"c"}]})",
        R"({"objects":[{"name":"b"},{"name":"a","v":2}]})", R"({"objects":[{"name":"b"}]})",
        R"({"objects":[{"name":"a","v":1},{"name":"b"}]})", R"({})", "null"})
    EXPECT_TRUE(check_stored("a", before, wanted, parse_json(stored))) << stored;
}

TEST(CheckStored, AllowsTheTenantToAddToTheTypeThatWasWritten) {
  const auto before = parse_json(R"({"objects":[{"name":"a"}]})");
  const auto wanted = parse_json(R"({"objects":[{"name":"a"},{"name":"b","schema":{}}]})");
  const auto stored = parse_json(R"({"objects":[{"name":"a"},{"name":"b","schema":{"type":"object"}}]})");
  EXPECT_FALSE(check_stored("b", before, wanted, stored));
}

}  // namespace
}  // namespace tools::definitions
