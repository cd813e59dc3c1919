#include <tuple>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "support/tenant/empty_parts.h"
#include "support/tenant/tool_test.h"

namespace {

using base::Json;
using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string scripts_path = "/am/json/alpha/scripts";
const std::string script_path = scripts_path + "/s1";
const std::string at_trees = "/am/json/alpha/realm-config/authentication/authenticationtrees";
const std::string trees_path = at_trees + "/trees?_queryFilter=true&_pageSize=-1&_fields=_id%2Cnodes";
const std::string nodes_path = at_trees + "/nodes?_action=nextdescendents";
const std::string create_path = scripts_path + "?_action=create";
const std::string lookup_path = scripts_path + "?_queryFilter=name+eq+%22Ask%22";

// The source "a();" as base64.
const std::string stored =
    R"({"_id":"s1","name":"Ask","description":null,"script":"YSgpOw==","default":false,"language":"JAVASCRIPT",)"
    R"("context":"AUTHENTICATION_TREE_DECISION_NODE","createdBy":"null","creationDate":1,"lastModifiedBy":"null",)"
    R"("lastModifiedDate":9007199254740993,"evaluatorVersion":"2.0","extra":1.50})";

std::string stored_with(const std::string& changes) {
  Json script = base::parse_json(stored);
  script.update(base::parse_json(changes));
  return base::print_json(script);
}

const std::string whole_list = "/am/json/alpha/scripts?_queryFilter=true&_pageSize=-1";

// What the tenant tells of its nodes; they are in the journey Login.
void hold_nodes(ToolTest& t, const std::string& nodes, int status = 200) {
  test::hold_empty_parts(t);
  t.tenant.http.always("GET", whole_list, 200, R"({"result":[{"_id":"s1","name":"Ask"}]})");
  t.tenant.json("POST", nodes_path, nodes, status);
  t.tenant.json("GET", trees_path, R"({"result":[{"_id":"Login","nodes":{"n1":{}}}]})");
}

std::string list_of_one(const std::string& entry) {
  return R"({"result":[)" + entry + R"(],"resultCount":1,"pagedResultsCookie":null})";
}

constexpr const char* no_result = R"({"result":[],"resultCount":0})";
constexpr const char* the_script = R"({"realm":"alpha","scriptId":"s1"})";
constexpr const char* not_available =
    R"({"code":403,"reason":"Forbidden","message":"This operation is not available in PingOne Advanced Identity Cloud."})";

// As a changed script is read twice before it is written.
void stub_reads(ToolTest& t, const std::string& script, int times) {
  for (int i = 0; i < times; ++i) t.tenant.json("GET", script_path, script);
}

const std::string list_path = scripts_path +
                              "?_queryFilter=true&_pageSize=-1&_fields=_id%2Cname%2Cdescription%2Clanguage%2Ccontext%"
                              "2CevaluatorVersion%2CcreationDate%2ClastModifiedDate";
constexpr auto some_scripts = R"({"resultCount":6,"result":[
  {"_id":"s1","name":"Ask","context":"AUTHENTICATION_TREE_DECISION_NODE","evaluatorVersion":"2.0"},
  {"_id":"s2","name":"Old","context":"AUTHENTICATION_TREE_DECISION_NODE","evaluatorVersion":"1.0"},
  {"_id":"s3","name":"Lib","context":"LIBRARY","evaluatorVersion":"2.0"},
  {"_id":"s4","name":"Claims","context":"OIDC_CLAIMS"},{"_id":"s5","name":"More","context":"OIDC_CLAIMS"},
  {"_id":"s6","name":"None"}]})";

TEST(ListScripts, ListsOneContextAndEngineAndCountsTheOthers) {
  ToolTest t;
  t.tenant.json("GET", list_path, some_scripts);

  const auto result = t.call("listScripts", R"({"realm":"alpha"})");

  EXPECT_EQ(base::print_json(result.json),
            R"({"resultCount":1,"result":[{"_id":"s1","name":"Ask","context":"AUTHENTICATION_TREE_DECISION_NODE",)"
            R"("evaluatorVersion":"2.0"}]})");
  EXPECT_THAT(
      result.notes,
      HasSubstr("Left out: 5 scripts (1 of (none) 1.0, 1 of AUTHENTICATION_TREE_DECISION_NODE 1.0, 1 of LIBRARY 2.0, "
                "2 of OIDC_CLAIMS 1.0). Call again with one of these as context and evaluatorVersion."));
  EXPECT_EQ(t.tenant.sent()[0].header("accept-api-version"), "protocol=2.0,resource=1.0");
  EXPECT_EQ(t.tenant.sent()[0].header("Content-Type"), "application/json");
  EXPECT_THAT(t.scopes, ElementsAre(aic::Scopes{"fr:am:*"}));
}

TEST(ListScripts, ListsWhatItCountedWhenItIsAskedForThat) {
  for (const auto& [context, version, count] : {std::tuple{"LIBRARY", "2.0", 1u},
                                                {"OIDC_CLAIMS", "1.0", 2u},
                                                {"AUTHENTICATION_TREE_DECISION_NODE", "1.0", 1u}}) {
    ToolTest t;
    t.tenant.json("GET", list_path, some_scripts);
    const auto result = t.call(
        "listScripts", fmt::format(R"({{"realm":"alpha","context":"{}","evaluatorVersion":"{}"}})", context, version));
    EXPECT_EQ(result.json["result"].size(), count) << context;
  }
}

TEST(ListScripts, RefusesAContextThatIsNoWord) {
  ToolTest t;
  EXPECT_THAT(t.call("listScripts", R"({"realm":"alpha","context":"LIBRARY\" or true or \""})"), Refuses("context"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(GetScript, DecodesTheSource) {
  ToolTest t;
  stub_reads(t, stored, 1);

  const auto result = t.call("getAMScript", the_script);

  EXPECT_EQ(result.json["script"], "a();");
  EXPECT_EQ(base::print_json(result.json["lastModifiedDate"]), "9007199254740993");
  EXPECT_EQ(t.tenant.sent()[0].header("accept-api-version"), "protocol=1.0,resource=1.0");
}

TEST(GetScript, LeavesWhatIsNoEncodedTextAndSaysSo) {
  // No base64 at all; the byte FF; stray bits in the last character, so that it would not encode back.
  for (const std::string script : {"a();", "/w==", "YSh="}) {
    ToolTest t;
    stub_reads(t, stored_with(Json{{"script", script}}.dump()), 1);

    const auto result = t.call("getAMScript", the_script);

    EXPECT_EQ(result.json["script"], script);
    EXPECT_THAT(result.notes, HasSubstr("not base64-encoded text"));
  }
}

TEST(GetScript, TakesAnEmptyOrMissingSource) {
  for (const std::string script : {R"({"script":""})", R"({"script":null})", R"({"script":[1]})"}) {
    ToolTest t;
    stub_reads(t, stored_with(script), 1);

    const auto result = t.call("getAMScript", the_script);

    EXPECT_THAT(result, Succeeds());
    EXPECT_EQ(result.json["script"], base::parse_json(script)["script"]);
  }
}

TEST(GetScript, TellsThatAHiddenScriptIsNotAvailable) {
  ToolTest t;
  t.tenant.json("GET", script_path, not_available, 403);

  EXPECT_THAT(t.call("getAMScript", the_script), Fails("not_available", "listScripts"));
}

TEST(GetScript, LeavesTheSourceOutOfAResultAboveTheBudget) {
  ToolTest t;
  t.max_chars = 4000;
  stub_reads(t, stored_with(Json{{"script", base::base64(std::string(6000, 'x'))}}.dump()), 1);

  const auto result = t.call("getAMScript", the_script);

  EXPECT_EQ(result.json["script"], "[6000 characters left out]");
  EXPECT_THAT(result.notes, HasSubstr("Truncated:"));
}

TEST(CreateScript, SendsTheSourceEncoded) {
  ToolTest t;
  t.tenant.json("POST", create_path, stored, 201);

  const auto result = t.call("createScript", R"({"realm":"alpha","name":"Ask","script":"a();"
})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_EQ(t.tenant.sent()[0].body,
            R"({"context":"AUTHENTICATION_TREE_DECISION_NODE","name":"Ask","description":"","language":"JAVASCRIPT",)"
            R"("script":"YSgpOw==","evaluatorVersion":"2.0"})");
  EXPECT_EQ(t.tenant.sent()[0].header("accept-api-version"), "protocol=2.0,resource=1.0");
  EXPECT_EQ(
      base::print_json(result.json),
      R"({"message":"The script was created.","id":"s1","name":"Ask","context":"AUTHENTICATION_TREE_DECISION_NODE",)"
      R"("language":"JAVASCRIPT","setByTenant":[{"path":"/extra","stored":1.50}]})");
}

TEST(CreateScript, TakesAnotherContextAndTextOfAllKinds) {
  ToolTest t;
  const std::string source = "// ä😀\n\"x\"";
  t.tenant.http.answer_with("POST", "https://tenant.example" + create_path, [](const test::Sent& sent) {
    Json script = base::parse_json(sent.body);
    script["_id"] = "new";
    return http::Response{.status = 201, .headers = {{"content-type", "application/json"}}, .body = script.dump()};
  });

  const auto result = t.call(
      "createScript", Json{{"realm", "alpha"}, {"name", "Lib"}, {"script", source}, {"context", "LIBRARY"}}.dump());

  const Json sent = base::parse_json(t.tenant.sent()[0].body);
  EXPECT_EQ(base::base64_decode(sent["script"].get<std::string>()), source);
  EXPECT_EQ(sent["context"], "LIBRARY");
  EXPECT_EQ(result.json["context"], "LIBRARY");
}

TEST(CreateScript, SaysHowToFindTheScriptThatHasTheName) {
  ToolTest t;
  t.tenant.json("POST", create_path,
                R"({"code":409,"reason":"Conflict","message":"Script with name Ask already exist in realm /alpha"})",
                409);

  const auto result = t.call("createScript", R"({"realm":"alpha","name":"Ask","script":"a();"
})");

  EXPECT_THAT(result, Fails("conflict", "already exist"));
  EXPECT_THAT(base::text_member(result.json, "next"), HasSubstr("listScripts"));
}

TEST(CreateScript, TakesTheIdFromTheAddressWhenTheAnswerIsEmpty) {
  ToolTest t;
  t.tenant.json("POST", create_path, "", 201, {{"location", "https://tenant.example/am/json/alpha/scripts/new"}});

  const auto result = t.call("createScript", R"({"realm":"alpha","name":"Ask","script":"a();"
})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["id"], "new");
  EXPECT_THAT(result.notes, HasSubstr("did not show it"));
}

TEST(CreateScript, TellsWhenTheTenantStoredSomethingElse) {
  ToolTest t;
  t.tenant.json("POST", create_path, stored_with(R"({"script":"YigpOw=="})"), 201);
  stub_reads(t, stored_with(R"({"script":"YigpOw=="})"), 1);

  const auto result = t.call("createScript", R"({"realm":"alpha","name":"Ask","script":"a();"
})");

  EXPECT_THAT(result, Fails("partial", "another script"));
  EXPECT_EQ(result.json["done"][0], "script s1 created");
}

TEST(CreateScript, ReadsTheScriptThatAShortAnswerDoesNotShow) {
  ToolTest t;
  t.tenant.json("POST", create_path, R"({"_id":"s1"})", 201);
  stub_reads(t, stored, 1);

  const auto result = t.call("createScript", R"({"realm":"alpha","name":"Ask","script":"a();"})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["name"], "Ask");
}

TEST(CreateScript, LeavesOpenWhatBecameOfANameThatNoFilterCanHold) {
  ToolTest t;
  t.tenant.http.lose_connection("POST", create_path);

  EXPECT_THAT(t.call("createScript", R"({"realm":"alpha","name":"As\tk","script":"a();"})"),
              Fails("outcome_unknown", ""));
}

TEST(CreateScript, FindsOutWhatALostConnectionLeft) {
  constexpr const char* arguments = R"({"realm":"alpha","name":"Ask","script":"a();"})";
  const auto call_with = [&](const std::string& found, int status = 200) {
    ToolTest t;
    t.tenant.http.lose_connection("POST", create_path);
    t.tenant.json("GET", lookup_path, found, status);
    return t.call("createScript", arguments);
  };

  EXPECT_EQ(call_with(list_of_one(stored)).json["id"], "s1");
  EXPECT_THAT(call_with(no_result), Fails("transient", "nothing was changed"));
  EXPECT_THAT(call_with(list_of_one(stored_with(R"({"script":"YigpOw=="})"))), Fails("outcome_unknown", ""));
  EXPECT_THAT(call_with(R"({"code":403})", 403), Fails("outcome_unknown", ""));
}

TEST(UpdateScript, NeedsSomethingToChange) {
  ToolTest t;
  EXPECT_THAT(t.call("updateScript", the_script), Refuses("at least one of name"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());

  const auto wrong = t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","description":7})");
  EXPECT_THAT(wrong, Refuses("description"));
  EXPECT_EQ(wrong.json["detail"].size(), 1U) << wrong.text;
}

TEST(UpdateScript, RefusesTheStandInOfALongSource) {
  ToolTest t;
  EXPECT_THAT(t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","script":"[6000 characters left out]"})"),
              Refuses("script"));
  EXPECT_THAT(t.tenant.requests(), IsEmpty());
}

TEST(UpdateScript, WritesOnlyWhatCanBeWritten) {
  ToolTest t;
  stub_reads(t, stored, 2);
  t.tenant.json("PUT", script_path, stored_with(R"({"name":"Ask again"})"));

  const auto result = t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Ask again"})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_EQ(t.tenant.sent()[2].body,
            R"({"_id":"s1","name":"Ask again","description":null,"script":"YSgpOw==","language":"JAVASCRIPT",)"
            R"("context":"AUTHENTICATION_TREE_DECISION_NODE","evaluatorVersion":"2.0","extra":1.50})");
  for (const auto& sent : t.tenant.sent())
    EXPECT_EQ(sent.header("accept-api-version"), "protocol=2.0,resource=1.0") << sent.line();
  EXPECT_EQ(result.json["name"], "Ask again");
  EXPECT_EQ(result.json["context"], "AUTHENTICATION_TREE_DECISION_NODE");
  EXPECT_EQ(result.json["language"], "JAVASCRIPT");
  EXPECT_EQ(base::print_json(result.json["changed"]), R"([{"path":"/name","before":"Ask","after":"Ask again"}])");
}

TEST(UpdateScript, ShowsTheSourceAsTextWhereItChanged) {
  ToolTest t;
  const std::string source(300'000, 'x');
  stub_reads(t, stored_with(Json{{"script", base::base64(source + "old();")}}.dump()), 2);
  // The tenant adds a member of its own, too.
  t.tenant.json("PUT", script_path,
                stored_with(Json{{"script", base::base64(source + "changed();")}, {"added", 1}}.dump()));

  const auto result =
      t.call("updateScript", Json{{"realm", "alpha"}, {"scriptId", "s1"}, {"script", source + "changed();"}}.dump());

  ASSERT_THAT(result, Succeeds());
  ASSERT_THAT(result.json["changed"], SizeIs(2));
  EXPECT_EQ(result.json["changed"][0]["path"], "/script");
  EXPECT_EQ(result.json["changed"][0]["before"], "[299940 characters left out]" + std::string(60, 'x') + "old();");
  EXPECT_EQ(result.json["changed"][0]["after"], "[299940 characters left out]" + std::string(60, 'x') + "changed();");
  EXPECT_EQ(base::print_json(result.json["changed"][1]), R"({"path":"/added","after":1})");
  EXPECT_LT(result.text.size(), 2000U) << "no result of a write repeats the whole";
}

TEST(UpdateScript, ReadsBackWhereTheAnswerHoldsNoScript) {
  for (const std::string answer : {"", "<html>", "{}"}) {
    ToolTest t;
    stub_reads(t, stored, 2);
    t.tenant.http.answer("PUT", script_path, 200, answer);
    stub_reads(t, stored_with(R"({"name":"Mine"})"), 1);

    const auto result = t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Mine"})");

    EXPECT_EQ(base::print_json(result.json["changed"]), R"([{"path":"/name","before":"Ask","after":"Mine"}])")
        << answer;
  }
  ToolTest t;
  stub_reads(t, stored, 2);
  t.tenant.json("PUT", script_path, R"({"_id":"s1"})");
  t.tenant.json("GET", script_path, R"({"code":403})", 403);

  const auto result = t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Mine"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(base::print_json(result.json["changed"]), R"([{"path":"/name","before":"Ask","after":"Mine"}])");
  EXPECT_THAT(result.notes, HasSubstr("shows what was sent"));
}

TEST(UpdateScript, ClearsTheDescriptionAndReplacesTheSource) {
  ToolTest t;
  stub_reads(t, stored_with(R"({"description":"old"})"), 2);
  t.tenant.json("PUT", script_path, stored_with(R"({"description":null,"script":"YigpOw=="})"));

  const auto result = t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","description":"","script":"b();"
})");

  EXPECT_THAT(result, Succeeds());
  const Json sent = base::parse_json(t.tenant.sent()[2].body);
  EXPECT_EQ(sent["description"], "");
  EXPECT_EQ(sent["script"], "YigpOw==");
}

TEST(UpdateScript, WritesNothingThatIsSoAlready) {
  ToolTest t;
  stub_reads(t, stored, 1);

  const auto result =
      t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Ask","script":"a();","description":""
})");

  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.text, HasSubstr("nothing was written"));
  EXPECT_EQ(base::print_json(result.json["changed"]), "[]");
}

TEST(UpdateScript, LeavesScriptsAloneThatTenantsComeWith) {
  for (const std::string tool : {"updateScript", "deleteScript"}) {
    ToolTest t;
    if (tool == "deleteScript") hold_nodes(t, R"({"result":[]})");
    stub_reads(t, stored_with(R"({"default":true})"), 1);
    Json arguments = base::parse_json(the_script);
    if (tool == "updateScript") arguments["name"] = "Other";

    EXPECT_THAT(t.call(tool, arguments.dump()), Refuses("every tenant comes with")) << tool;
  }
}

TEST(UpdateScript, LeavesScriptsOfAnotherContextAloneUnlessNamed) {
  constexpr const char* library = R"({"context":"LIBRARY","exports":[{"id":"f"}]})";
  constexpr const char* change = R"({"realm":"alpha","scriptId":"s1","name":"Other"})";
  constexpr const char* named = R"({"realm":"alpha","scriptId":"s1","name":"Other","context":"LIBRARY"})";
  {
    ToolTest t;
    stub_reads(t, stored_with(library), 1);
    EXPECT_THAT(t.call("updateScript", change), Refuses("call again with context: LIBRARY"));
  }
  {
    ToolTest t;
    stub_reads(t, stored_with(R"({"context":null})"), 1);
    EXPECT_THAT(t.call("updateScript", change), Refuses("(none)"));
  }
  ToolTest t;
  stub_reads(t, stored_with(library), 2);
  t.tenant.json("PUT", script_path, stored_with(R"({"context":"LIBRARY","name":"Other"})"));
  stub_reads(t, stored_with(R"({"context":"LIBRARY","name":"Other"})"), 1);
  const auto result = t.call("updateScript", named);
  EXPECT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["context"], "LIBRARY");
}

TEST(UpdateScript, LeavesScriptsAloneThatAreNotOfTheNamedContext) {
  for (const std::string tool : {"updateScript", "deleteScript"}) {
    for (const auto& [actual, named] :
         {std::pair{"AUTHENTICATION_TREE_DECISION_NODE", "LIBRARY"}, {"OIDC_CLAIMS", "LIBRARY"}}) {
      ToolTest t;
      if (tool == "deleteScript") hold_nodes(t, R"({"result":[]})");
      stub_reads(t, stored_with(R"({"context":")" + std::string(actual) + "\"}"), 1);
      Json arguments = base::parse_json(the_script);
      arguments["context"] = named;
      if (tool == "updateScript") arguments["name"] = "Other";

      EXPECT_THAT(t.call(tool, arguments.dump()), Refuses(actual)) << tool;
      EXPECT_TRUE(t.writes.empty());
    }
  }
}

TEST(UpdateScript, StopsWhenSomebodyElseChangedTheSame) {
  ToolTest t;
  stub_reads(t, stored, 1);
  stub_reads(t, stored_with(R"({"name":"Theirs"})"), 1);

  EXPECT_THAT(t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Mine"})"),
              Fails("conflict", "nothing was written"));
}

TEST(UpdateScript, TellsWhenTheTenantShowsSomethingElse) {
  ToolTest t;
  stub_reads(t, stored, 2);
  t.tenant.json("PUT", script_path, stored_with(R"({"name":"Other"})"));

  const auto result = t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Mine"})");

  EXPECT_THAT(result, Fails("partial", "another name"));
  EXPECT_EQ(base::print_json(result.json["detail"]["changed"]), R"([{"path":"/name","before":"Ask","after":"Other"}])");
}

TEST(UpdateScript, NamesATakenNameAndAHiddenScript) {
  {
    ToolTest t;
    stub_reads(t, stored, 2);
    t.tenant.json("PUT", script_path, R"({"code":409,"message":"Script with name Mine already exist"})", 409);
    EXPECT_THAT(t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Mine"})"),
                Fails("conflict", "listScripts"));
  }
  ToolTest t;
  t.tenant.json("GET", script_path, not_available, 403);
  EXPECT_THAT(t.call("updateScript", R"({"realm":"alpha","scriptId":"s1","name":"Mine"})"),
              Fails("not_available", "The platform hides this script"));
}

TEST(CreateScript, TakesTheEngineThatIsGiven) {
  ToolTest t;
  t.tenant.http.answer_with("POST", create_path, [](const test::Sent& sent) {
    Json stored = base::parse_json(sent.body);
    stored["_id"] = "s1";
    return http::Response{
        .status = 201, .headers = {{"content-type", "application/json"}}, .body = base::print_json(stored)};
  });

  EXPECT_THAT(t.call("createScript", R"({"realm":"alpha","name":"Ask","script":"a();","evaluatorVersion":"1.0"})"),
              Succeeds());
  EXPECT_EQ(base::parse_json(t.tenant.sent()[0].body)["evaluatorVersion"], "1.0");
  EXPECT_THAT(t.call("createScript", R"({"realm":"alpha","name":"Ask","script":"a();","evaluatorVersion":"3"})"),
              Refuses("evaluatorVersion"));
}

TEST(DeleteScript, DeletesAScriptThatNoNodeUses) {
  ToolTest t;
  hold_nodes(t, R"({"result":[{"_id":"n1","script":"other","_type":{"_id":"ScriptedDecisionNode"}}]})");
  stub_reads(t, stored, 2);
  t.tenant.json("DELETE", script_path, R"({"_id":"s1"})");

  const auto result = t.call("deleteScript", the_script);

  EXPECT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["name"], "Ask");
  EXPECT_EQ(result.json["language"], "JAVASCRIPT");
  EXPECT_EQ(base::print_json(result.json["deleted"]),
            R"({"_id":"s1","name":"Ask","script":"a();","language":"JAVASCRIPT",)"
            R"("context":"AUTHENTICATION_TREE_DECISION_NODE","evaluatorVersion":"2.0","extra":1.50})");
  const auto requests = t.tenant.requests();
  ASSERT_GE(requests.size(), 5U);
  EXPECT_EQ(requests.front(), "GET " + script_path);
  EXPECT_THAT(requests, testing::IsSupersetOf({"GET " + trees_path, "POST " + nodes_path}));
  EXPECT_EQ(requests[requests.size() - 2], "GET " + script_path);
  EXPECT_EQ(requests.back(), "DELETE " + script_path);
  EXPECT_EQ(t.tenant.sent().back().header("accept-api-version"), "protocol=2.0,resource=1.0");
}

// createScript stores JavaScript alone.
TEST(DeleteScript, DoesNotPromiseToStoreAnotherLanguageAgain) {
  ToolTest t;
  hold_nodes(t, R"({"result":[]})");
  std::string groovy = stored;
  groovy.replace(groovy.find("JAVASCRIPT"), 10, "GROOVY");
  stub_reads(t, groovy, 2);
  t.tenant.json("DELETE", script_path, R"({"_id":"s1"})");

  const auto result = t.call("deleteScript", the_script);

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["deleted"]["language"], "GROOVY");
  EXPECT_THAT(result.json["message"].get<std::string>(), Not(HasSubstr("can store it again")));
}

TEST(DeleteScript, NamesWhatElseUsesTheScript) {
  ToolTest t;
  hold_nodes(t, R"({"result":[]})");
  stub_reads(t, stored, 1);
  t.tenant.json("GET", "/am/json/alpha/realm-config/agents/OAuth2Client?_queryFilter=true",
                R"({"result":[{"_id":"shop","overrideOAuth2ClientConfig":{"oidcClaimsScript":"s1"}}]})");
  t.tenant.json("GET", whole_list,
                R"({"result":[{"_id":"s1","name":"Ask","script":""},{"_id":"s2","name":"Two","script":")" +
                    base::base64("var ask = require('Ask');") + R"("}]})");

  const auto result = t.call("deleteScript", the_script);

  EXPECT_THAT(result, testing::AllOf(Refuses("OAuth2 client shop: overrideOAuth2ClientConfig/oidcClaimsScript"),
                                     Refuses("script Two (s2)")));
  EXPECT_THAT(t.writes, IsEmpty());
}

// A library is used by its name, which the list of scripts may not tell.
TEST(DeleteScript, IsLookedForByItsStoredNameWhereTheListDoesNotShowIt) {
  ToolTest t;
  hold_nodes(t, R"({"result":[]})");
  t.tenant.json("POST", nodes_path, R"({"result":[]})");
  t.tenant.json("GET", trees_path, R"({"result":[{"_id":"Login","nodes":{}}]})");
  stub_reads(t, stored, 1);
  t.tenant.http.always(
      "GET", whole_list, 200,
      R"({"result":[{"_id":"s2","name":"Two","script":")" + base::base64("var ask = require('Ask');") + R"("}]})");

  EXPECT_THAT(t.call("deleteScript", the_script), Refuses("script Two (s2)"));
  EXPECT_THAT(t.writes, IsEmpty());
}

TEST(DeleteScript, CountsAnyPartThatCouldNotBeReadAsAFinding) {
  ToolTest t;
  hold_nodes(t, R"({"result":[]})");
  stub_reads(t, stored, 1);
  t.tenant.json("GET", "/am/json/realms/root/realms/alpha/policies?_queryFilter=true", "<html>Not found</html>", 404,
                {{"content-type", "text/html"}});

  EXPECT_THAT(t.call("deleteScript", the_script), Refuses("policies of alpha not checked"));
}

TEST(DeleteScript, ReturnsASourceAboveTheBudgetWhole) {
  ToolTest t;
  stub_reads(t, stored_with(Json{{"script", base::base64(std::string(300'000, 'x'))}}.dump()), 1);
  t.tenant.json("DELETE", script_path, R"({"_id":"s1"})");

  const auto result = t.call("deleteScript", R"({"realm":"alpha","scriptId":"s1","force":true})");

  EXPECT_TRUE(result.json["deleted"]["script"] == std::string(300'000, 'x'));
  EXPECT_THAT(result.notes, HasSubstr("no later call can show what was deleted"));
}

TEST(DeleteScript, ListsTheNodesThatUseTheScript) {
  ToolTest t;
  hold_nodes(t, R"({"result":[{"_id":"n1","script":"s1","_type":{"_id":"ScriptedDecisionNode"}},
      {"_id":"n2","deep":[{"filterScript":"s1"}],"_type":{"_id":"Other","version":"2.0"}},
      {"_id":"n3","script":"s2","_type":{"_id":"ScriptedDecisionNode"}}]})");
  stub_reads(t, stored, 1);

  const auto result = t.call("deleteScript", the_script);

  EXPECT_THAT(result, Refuses("force: true"));
  EXPECT_EQ(base::print_json(result.json["detail"]["usedBy"]),
            R"([{"nodeType":"ScriptedDecisionNode","nodeId":"n1","journeys":["Login"]},)"
            R"({"nodeType":"Other","nodeId":"n2","version":"2.0","journeys":[]}])");
  EXPECT_EQ(result.json["detail"]["script"]["name"], "Ask");
}

TEST(DeleteScript, CountsUsesThatCouldNotBeCheckedAsFindings) {
  ToolTest t;
  hold_nodes(t, R"({"code":403,"message":"Access denied"})", 403);
  stub_reads(t, stored, 1);

  EXPECT_THAT(t.call("deleteScript", the_script),
              testing::AllOf(Refuses("could not be checked"), Refuses("Call again later")));
}

// Each realm has a default journey: an empty list says no more.
TEST(DeleteScript, DoesNotTakeAnAnswerWithoutAListForNoUses) {
  for (const char* trees : {"{}", R"({"result":[]})"}) {
    ToolTest t;
    test::hold_empty_parts(t);
    t.tenant.json("POST", nodes_path, R"({"result":[]})");
    t.tenant.json("GET", trees_path, trees);
    stub_reads(t, stored, 1);

    EXPECT_THAT(t.call("deleteScript", the_script), Refuses("could not be checked")) << trees;
    EXPECT_THAT(t.writes, IsEmpty());
  }
}

TEST(DeleteScript, DoesNotLookForUsesWhenForced) {
  ToolTest t;
  stub_reads(t, stored, 1);
  t.tenant.json("DELETE", script_path, R"({"_id":"s1"})");

  EXPECT_THAT(t.call("deleteScript", R"({"realm":"alpha","scriptId":"s1","force":true})"), Succeeds());
}

TEST(DeleteScript, RefusesAnotherContextEvenWhenForced) {
  ToolTest t;
  stub_reads(t, stored_with(R"({"context":"LIBRARY"})"), 1);

  EXPECT_THAT(t.call("deleteScript", R"({"realm":"alpha","scriptId":"s1","force":true})"), Refuses("context: LIBRARY"));
}

TEST(DeleteScript, TellsThatThereIsNone) {
  ToolTest t;
  hold_nodes(t, R"({"result":[]})");
  t.tenant.json("GET", script_path, R"({"code":404,"reason":"Not Found","message":"Not Found"})", 404);

  EXPECT_THAT(t.call("deleteScript", the_script), Fails("not_found", "listScripts"));
}

TEST(DeleteScript, FindsOutWhatALostConnectionLeft) {
  const auto call_with = [&](const std::string& found, int status) {
    ToolTest t;
    stub_reads(t, stored, 1);
    t.tenant.http.lose_connection("DELETE", script_path);
    t.tenant.json("GET", script_path, found, status);
    return t.call("deleteScript", R"({"realm":"alpha","scriptId":"s1","force":true})");
  };

  EXPECT_THAT(call_with(R"({"code":404})", 404).notes, HasSubstr("shows that it took effect"));
  EXPECT_THAT(call_with(stored, 200), Fails("transient", "nothing was changed"));
  EXPECT_THAT(call_with(R"({"code":403})", 403), Fails("outcome_unknown", ""));
}

TEST(GetBindings, ShowsTheAskedOnesAndSaysWhichAreNot) {
  ToolTest t;
  t.tenant.json("GET", "/am/json/alpha/contexts/SCRIPTED_DECISION_NODE",
                R"({"bindings":[{"name":"action"},{"name":"nodeState","x":1},7]})");

  const auto result =
      t.call("getScriptedDecisionNodeBindings", R"({"realm":"alpha","names":["nodeState","nodestate"]})");

  EXPECT_EQ(base::print_json(result.json), R"({"bindings":[{"name":"nodeState","x":1}]})");
  EXPECT_THAT(result.notes, HasSubstr("No such binding: nodestate."));
  EXPECT_THAT(result.notes, HasSubstr("1 of 3 bindings are shown."));
}

TEST(GetBindings, ReadsTheContextOfTheRealm) {
  ToolTest t;
  t.tenant.json("GET", "/am/json/alpha/contexts/SCRIPTED_DECISION_NODE",
                R"({"_id":"SCRIPTED_DECISION_NODE","bindings":[{"name":"logger"}],"allowLists":["java.lang.String"]})");

  const auto result = t.call("getScriptedDecisionNodeBindings", R"({"realm":"alpha"})");

  EXPECT_EQ(result.json["bindings"][0]["name"], "logger");
  EXPECT_EQ(t.tenant.sent()[0].header("accept-api-version"), "protocol=2.0,resource=1.0");
  EXPECT_THAT(t.scopes, ElementsAre(aic::Scopes{"fr:am:*"}));
}

}  // namespace
