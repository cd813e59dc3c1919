// What a deletion returns is what the tool that creates such things takes, so that it can be put back (R-ECO-08).
#include <functional>
#include <ostream>
#include <string>

#include "aic/difference.h"
#include "support/tenant/sandbox_http.h"
#include "support/tenant/tool_test.h"

namespace {

using base::Json;
using test::Succeeds;

struct Thing {
  const char* create;
  Json arguments;  // of its creation
  const char* remove;
  // The arguments of its deletion, from those of the creation and its result.
  std::function<Json(const Json& arguments, const Json& made)> which;
  // The arguments of a further creation, from what the deletion returned.
  std::function<Json(const Json& deleted)> again;
};

void PrintTo(const Thing& thing, std::ostream* out) {
  *out << thing.create;
}

class PutBack : public testing::TestWithParam<Thing>, public test::ToolTest {
 protected:
  PutBack() { http = &sandbox_; }

  Json run(const char* tool, const Json& arguments) {
    const auto result = call(tool, base::print_json(arguments));
    EXPECT_THAT(result, Succeeds()) << tool << " " << arguments.dump();
    return result.json;
  }

 private:
  test::SandboxHttp sandbox_;
};

TEST_P(PutBack, GivesTheSameAsBefore) {
  const auto& thing = GetParam();
  const Json made = run(thing.create, thing.arguments);
  const Json first = run(thing.remove, thing.which(thing.arguments, made))["deleted"];
  ASSERT_TRUE(first.is_object());

  const Json again = thing.again(first);
  const Json remade = run(thing.create, again);
  Json second = run(thing.remove, thing.which(again, remade))["deleted"];

  Json comparable = first;
  for (Json* one : {&comparable, &second}) {
    for (const char* name : {"_id", "_rev"}) one->erase(name);
  }
  EXPECT_THAT(aic::differences(comparable, second), testing::IsEmpty()) << first.dump() << second.dump();
}

Json in_alpha(Json arguments) {
  arguments["realm"] = "alpha";
  return arguments;
}

INSTANTIATE_TEST_SUITE_P(
    Things, PutBack,
    testing::Values(
        Thing{"createScript",
              {{"realm", "alpha"}, {"name", "Back"}, {"description", "d"}, {"script", "outcome = 'true';"}},
              "deleteScript",
              [](const Json&, const Json& made) { return in_alpha({{"scriptId", made["id"]}}); },
              in_alpha},
        Thing{"createJourney",
              {{"realm", "alpha"},
               {"journeyName", "Back"},
               {"journeyData",
                {{"description", "d"},
                 {"noSession", true},
                 {"entryNodeId", "a"},
                 {"nodes",
                  {{"a",
                    {{"nodeType", "DataStoreDecisionNode"},
                     {"displayName", "A"},
                     {"connections", {{"true", "success"}, {"false", "failure"}}},
                     {"config", Json::object()}}}}}}}},
              "deleteJourney",
              [](const Json& arguments, const Json&) { return in_alpha({{"journeyName", arguments["journeyName"]}}); },
              in_alpha},
        Thing{"setVariable",
              {{"variableId", "esv-back"}, {"type", "int"}, {"value", "7"}, {"description", "d"}},
              "deleteVariable",
              [](const Json& arguments, const Json&) { return Json{{"variableId", arguments["variableId"]}}; },
              [](const Json& deleted) { return deleted; }},
        Thing{"createTheme",
              {{"realm", "alpha"}, {"themeData", {{"name", "Back"}, {"primaryColor", "#123456"}}}},
              "deleteTheme",
              [](const Json&, const Json& made) { return in_alpha({{"themeIdentifier", made["id"]}}); },
              [](const Json& deleted) { return in_alpha({{"themeData", deleted}}); }},
        Thing{"createCorsPolicy",
              {{"policyId", "back"},
               {"acceptedOrigins", {"https://a.example"}},
               {"acceptedMethods", {"GET"}},
               {"acceptedHeaders", {"x-a"}},
               {"exposedHeaders", {"x-b"}},
               {"maxAge", 7},
               {"allowCredentials", false},
               {"enabled", true}},
              "deleteCorsPolicy",
              [](const Json& arguments, const Json&) { return Json{{"policyId", arguments["policyId"]}}; },
              [](const Json& deleted) { return deleted; }},
        Thing{
            "createManagedObject",
            {{"objectType", "alpha_role"}, {"objectData", {{"name", "Back"}, {"description", "d"}}}},
            "deleteManagedObject",
            [](const Json&, const Json& made) { return Json{{"objectType", "alpha_role"}, {"objectId", made["id"]}}; },
            [](const Json& deleted) { return Json{{"objectType", "alpha_role"}, {"objectData", deleted}}; }},
        // With a text that looks like a number, beside many properties that have no value.
        Thing{
            "createManagedObject",
            {{"objectType", "alpha_user"},
             {"objectData",
              {{"userName", "back"},
               {"givenName", "B"},
               {"sn", "K"},
               {"mail", "b@a.example"},
               {"telephoneNumber", "7"}}}},
            "deleteManagedObject",
            [](const Json&, const Json& made) { return Json{{"objectType", "alpha_user"}, {"objectId", made["id"]}}; },
            [](const Json& deleted) { return Json{{"objectType", "alpha_user"}, {"objectData", deleted}}; }}));

}  // namespace
