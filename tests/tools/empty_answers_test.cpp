// Reads that are answered 2xx without a body, or with a list where an object is due, lead to no claim (R-HTT-09).
#include "support/tenant/empty_parts.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::CallResult;
using test::Fails;
using test::Succeeds;
using test::ToolTest;
using ::testing::HasSubstr;

const std::string realm_am = "/am/json/alpha/realm-config";
const std::string trees = realm_am + "/authentication/authenticationtrees/trees";
const std::string nodes = realm_am + "/authentication/authenticationtrees/nodes";
const std::string authentication = realm_am + "/authentication";
const std::string listed_trees = trees +
                                 "?_queryFilter=true&_pageSize=-1&_fields=_id%2Cdescription%2Cenabled%2C"
                                 "innerTreeOnly%2CentryNodeId%2Cnodes";
const std::string definitions = "/openidm/config/managed";
const std::string themes = "/openidm/ui/theme/?realm=alpha&_queryFilter=";
const std::string one_theme = themes + "_id%20eq%20%22t1%22%20or%20name%20eq%20%22t1%22";
const std::string features = "/openidm/feature?_queryFilter=true";
const std::string realm_services = "/am/json/realms/root/realms/";

struct Read {
  std::string_view tool, arguments;
  std::string method, path;
};

void PrintTo(const Read& read, std::ostream* out) {
  *out << read.tool;
}

class ReadsThatConclude : public ::testing::TestWithParam<Read> {
 protected:
  CallResult result_of(const std::string& body) {
    ToolTest t;
    // What is asked side by side with it.
    test::hold_empty_parts(t);
    t.tenant.http.always("GET", authentication, 200, R"({"core":{}})");
    t.tenant.http.always("GET", "/openidm/config/ui/themerealm", 200, R"({"realm":{"alpha":[]}})");
    t.tenant.http.always("GET", trees + "?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes", 200,
                         R"({"result":[{"_id":"J","nodes":{}}]})");
    t.tenant.http.always("POST", nodes + "?_action=nextdescendents", 200, R"({"result":[]})");
    t.tenant.json(GetParam().method, GetParam().path, body);
    return t.call(GetParam().tool, GetParam().arguments);
  }
};

TEST_P(ReadsThatConclude, FailWithoutABody) {
  EXPECT_THAT(result_of(""), Fails("transient", "answered without a body"));
}

TEST_P(ReadsThatConclude, FailOnAList) {
  EXPECT_THAT(result_of("[1,2]"), Fails("transient", "is not a"));
}

INSTANTIATE_TEST_SUITE_P(
    EmptyAnswers, ReadsThatConclude,
    ::testing::Values(
        Read{"listManagedObjects", "{}", "GET", definitions},
        Read{"getManagedObjectSchema", R"({"objectType":"alpha_user"})", "GET", definitions},
        Read{"listNodeTypes", R"({"realm":"alpha"})", "POST", nodes + "?_action=getAllTypes"},
        Read{"getThemes", R"({"realm":"alpha"})", "GET", themes + "true&_fields=name%2CisDefault"},
        Read{"getTheme", R"({"realm":"alpha","themeIdentifier":"t1"})", "GET", one_theme},
        Read{"drawJourney", R"({"realm":"alpha","journeyName":"J"})", "GET", trees + "/J"},
        Read{"getJourney", R"({"realm":"alpha","journeyName":"J"})", "GET", trees + "/J"},
        Read{"getJourney", R"({"realm":"alpha","journeyName":"J","format":"editable"})", "GET", trees + "/J"},
        Read{"setDefaultJourney", R"({"realm":"alpha","journeyName":"J"})", "GET", trees + "/J"},
        Read{"deleteJourney", R"({"realm":"alpha","journeyName":"J","force":true})", "GET", trees + "/J"},
        Read{"setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})", "GET",
             "/environment/variables/esv-a"},
        Read{"createTheme", R"({"realm":"alpha","themeData":{"name":"New"}})", "GET", "/openidm/config/ui/themerealm"},
        Read{"createManagedObjectDefinition",
             R"({"objectName":"alpha_new","objectDefinition":{"schema":{"properties":{"a":{"type":"string"}}}}})",
             "GET", definitions}));

// Lists that are none, or that hold something else than what is listed.
class Lists : public ::testing::TestWithParam<Read> {};

TEST_P(Lists, FailWhereTheyAreNone) {
  for (const std::string list : {R"({"result":{"_id":"a"}})", R"({"result":"x"})", R"({"result":[7]})",
                                 R"({"result":[{"_id":"a"},null]})", R"({"result":[{"_id":7}]})", R"({})"}) {
    SCOPED_TRACE(list);
    ToolTest t;
    t.tenant.http.always("GET", authentication, 200, "{}");
    t.tenant.http.always("GET", nodes + "/InnerTreeEvaluatorNode?_queryFilter=true", 200, R"({"result":[]})");
    for (const std::string realm : {"alpha", "bravo"})
      t.tenant.http.always("GET", realm_services + realm + "/realm-config/services/oauth-oidc", 200, "{}");
    t.tenant.json(GetParam().method, GetParam().path, list);
    EXPECT_THAT(t.call(GetParam().tool, GetParam().arguments), Fails("transient", "is "));
  }
}

INSTANTIATE_TEST_SUITE_P(
    EmptyAnswers, Lists,
    ::testing::Values(
        Read{"listJourneys", R"({"realm":"alpha"})", "GET", listed_trees},
        Read{"listScripts", R"({"realm":"alpha"})", "GET",
             "/am/json/alpha/scripts?_queryFilter=true&_pageSize=-1&_fields=_id%2Cname%2Cdescription%2Clanguage%2C"
             "context%2CevaluatorVersion%2CcreationDate%2ClastModifiedDate"},
        Read{"listNodeTypes", R"({"realm":"alpha"})", "POST", nodes + "?_action=getAllTypes"},
        Read{"getThemes", R"({"realm":"alpha"})", "GET", themes + "true&_fields=name%2CisDefault"},
        Read{"queryManagedObjects", R"({"objectType":"alpha_user"})", "GET",
             "/openidm/managed/alpha_user?_queryFilter=true&_pageSize=50"},
        Read{"queryESVs", R"({"type":"variable"})", "GET", "/environment/variables?_queryFilter=true&_pageSize=50"},
        Read{"queryESVs", R"({"type":"secret"})", "GET", "/environment/secrets?_queryFilter=true&_pageSize=50"},
        Read{"listCorsPolicies", "{}", "GET",
             "/am/json/global-config/services/CorsService/configuration?_queryFilter=true"},
        Read{"listOidcApps", R"({"realm":"alpha"})", "GET",
             "/openidm/managed/alpha_application?_queryFilter=true&_fields=name%2CssoEntities%2CtemplateName%2C"
             "authoritative%2C_id&_pageSize=100"},
        Read{"listFeatures", "{}", "GET", features}, Read{"getLogSources", "{}", "GET", "/monitoring/logs/sources"}));

TEST(EmptyAnswers, OfDefinitionsAreNoListOfNamelessTypes) {
  for (const std::string list : {R"({"objects":{}})", R"({"objects":[7]})", R"({"objects":[{"schema":{}}]})"}) {
    ToolTest t;
    t.tenant.json("GET", definitions, list);
    EXPECT_THAT(t.call("listManagedObjects"), Fails("transient", "is ")) << list;
  }
}

TEST(EmptyAnswers, OfLogsAreNoEntries) {
  for (const std::string list : {R"({"result":{}})", R"({"result":["x"]})", R"({})"}) {
    ToolTest t;
    t.tenant.json("GET", "/monitoring/logs?source=am-everything&_pageSize=100", list);
    EXPECT_THAT(t.call("queryLogs", R"({"sources":["am-everything"]})"), Fails("transient", "is ")) << list;
  }
}

TEST(EmptyAnswers, ShowWithTheNoteWhereNothingIsConcluded) {
  ToolTest t;
  t.tenant.json("GET", trees + "/J", "");

  const auto result = t.call("getJourney", R"({"realm":"alpha","journeyName":"J","format":"tree"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_TRUE(result.json.is_null());
  EXPECT_THAT(result.notes, HasSubstr("answered without a body"));
}

TEST(EmptyAnswers, OfAQueryAreRefusedWhereTheyAreAList) {
  ToolTest t;
  t.tenant.json("GET", "/openidm/managed/alpha_user?_queryFilter=true&_pageSize=50", "[1,2]");

  EXPECT_THAT(t.call("queryManagedObjects", R"({"objectType":"alpha_user"})"), Fails("transient", "is not an object"));
}

TEST(EmptyAnswers, OfTheDefaultJourneyDoNotMeanThatThereIsNone) {
  ToolTest t;
  t.tenant.json("GET", listed_trees, R"({"result":[{"_id":"J"}]})");
  t.tenant.json("GET", authentication, "");
  t.tenant.json("GET", nodes + "/InnerTreeEvaluatorNode?_queryFilter=true", R"({"result":[]})");

  const auto result = t.call("listJourneys", R"({"realm":"alpha"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(base::print_json(result.json["defaultJourneyError"]), HasSubstr("without a body"));
}

TEST(EmptyAnswers, OfFeaturesDoNotMeanThatNothingIsInstalled) {
  ToolTest t;
  t.tenant.json("GET", features, "");
  for (const std::string realm : {"alpha", "bravo"})
    t.tenant.json("GET", realm_services + realm + "/realm-config/services/oauth-oidc", "");

  EXPECT_THAT(t.call("listFeatures"), Fails("transient", "answered without a body"));
}

TEST(EmptyAnswers, OfARealmsSettingsLeaveAiAgentsOpen) {
  ToolTest t;
  t.tenant.json("GET", features, R"({"result":[]})");
  for (const std::string realm : {"alpha", "bravo"})
    t.tenant.json("GET", realm_services + realm + "/realm-config/services/oauth-oidc", "");

  const auto result = t.call("listFeatures");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["features"][0]["status"], "indeterminate");
}

TEST(EmptyAnswers, OfANodeTypeCountAsErrors) {
  ToolTest t;
  for (const std::string action : {"template", "listOutcomes"})
    t.tenant.json("POST", nodes + "/Ask?_action=" + action, "{}");
  t.tenant.json("POST", nodes + "/Ask?_action=schema", "");
  t.tenant.json("POST", nodes + "/Ask/2.0?_action=schema", R"({"code":404,"message":"Not Found"})", 404);

  const auto result = t.call("getNodeTypeDetails", R"({"realm":"alpha","nodeTypes":["Ask"]})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["errorCount"], 1);
  EXPECT_THAT(base::print_json(result.json["results"]["Ask"]["error"]["schema"]), HasSubstr("without a body"));
}

TEST(EmptyAnswers, OfALinkedClientAreNoAbsence) {
  ToolTest t;
  t.tenant.json("GET", "/openidm/managed/alpha_application?_queryFilter=name%20eq%20%22Shop%22&_fields=*",
                R"({"result":[{"_id":"a1","name":"Shop","ssoEntities":{"oidcId":"web"}}]})");
  t.tenant.json("GET", realm_am + "/agents/OAuth2Client/web", "");

  const auto result = t.call("getOidcApp", R"({"realm":"alpha","name":"Shop"})");

  EXPECT_THAT(result, Fails("transient", "answered without a body"));
  EXPECT_EQ(result.json["detail"]["managedApplication"]["_id"], "a1");
}

TEST(EmptyAnswers, OfTheVariableAfterALostDeletionProveNothing) {
  ToolTest t;
  const std::string variable = "/environment/variables/esv-a";
  t.tenant.json("GET", variable, R"({"_id":"esv-a"})");
  t.tenant.http.lose_connection("DELETE", variable);
  t.tenant.json("GET", variable, "");

  EXPECT_THAT(t.call("deleteVariable", R"({"variableId":"esv-a","force":true})"),
              Fails("outcome_unknown", "does not show whether"));
}

}  // namespace
}  // namespace tools
