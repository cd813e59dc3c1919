#include "base/encoding.h"
#include "base/log.h"
#include "support/tenant/tool_test.h"

namespace tools {
namespace {

using test::Fails;
using test::Refuses;
using test::Succeeds;
using test::ToolTest;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string path = "/environment/variables/esv-a";
const aic::Scopes may_read{"fr:idc:esv:read"};
const aic::Scopes may_update{"fr:idc:esv:update"};

std::string variable(const std::string& type, const std::string& text, const std::string& more = {}) {
  return R"({"_id":"esv-a","description":"old","expressionType":")" + type +
         R"(","lastChangeDate":"2026-01-01T00:00:00.1Z","lastChangedBy":"x@example.com","loaded":false,"valueBase64":")" +
         base::base64(text) + "\"" + more + "}";
}

class Esvs : public ::testing::Test, public ToolTest {
 protected:
  Esvs() { base::set_log_level(base::LogLevel::error); }

  void is_absent() { tenant.json("GET", path, R"({"code":404,"message":"The variable does not exist"})", 404); }
  void holds(const std::string& body) { tenant.json("GET", path, body); }
  // Answers the PUT as a tenant does: with what was sent.
  void takes_it() {
    tenant.http.answer_with("PUT", "https://tenant.example" + path, [](const test::Sent& sent) {
      auto stored = base::parse_json(sent.body);
      stored.update(
          base::parse_json(R"({"lastChangeDate":"2026-02-01T00:00:00.1Z","lastChangedBy":"me","loaded":false})"));
      return http::Response{
          .status = 200, .headers = {{"content-type", "application/json"}}, .body = base::print_json(stored)};
    });
  }
  std::string stored_value() const {
    const auto body = base::parse_json(tenant.sent().back().body);
    return base::base64_decode(body["valueBase64"].get<std::string>()).value_or("no base64");
  }
};

TEST_F(Esvs, QueriesVariablesAndSecretsOnTheirOwnPaths) {
  tenant.json("GET", "/environment/variables?_queryFilter=true&_pageSize=50",
              R"({"pagedResultsCookie":null,"resultCount":1,"result":[{"_id":"esv-a","valueBase64":"YQ=="}]})");
  tenant.json("GET",
              "/environment/secrets?_queryFilter=%2F_id+co+%22a%5C%5C%5C%22b%22&_pageSize=7&_pagedResultsCookie=a%3D%3D"
              "&_sortKeys=-_id",
              R"({"result":[{"_id":"esv-s","encoding":"generic","valueBase64":"c2VjcmV0"}],"resultCount":1})");

  const auto variables = call("queryESVs", R"({"type":"variable"})");
  const auto secrets =
      call("queryESVs",
           R"({"type":"secret","queryTerm":"a\\\"b","pageSize":7,"pagedResultsCookie":"a%3D%3D","sortKeys":"-_id"})");

  ASSERT_THAT(variables, Succeeds());
  EXPECT_TRUE(base::same_value(
      variables.json,
      base::parse_json(
          R"({"pagedResultsCookie":null,"result":[{"_id":"esv-a","valueBase64":"YQ=="}],"resultCount":1})")))
      << variables.text;
  ASSERT_THAT(secrets, Succeeds());
  EXPECT_THAT(secrets.text, Not(HasSubstr("c2VjcmV0")));
  EXPECT_EQ(tenant.sent().at(0).header("accept-api-version"), "resource=2.0");
  EXPECT_EQ(tenant.sent().at(1).header("accept-api-version"), "resource=2.0");
  EXPECT_THAT(scopes, ElementsAre(may_read, may_read));
}

TEST_F(Esvs, LeavesOutLongValuesBeforeEntries) {
  max_chars = 4000;
  Json page{{"result", Json::array()}, {"pagedResultsCookie", "next"}};
  for (int i = 0; i < 3; ++i)
    page["result"].push_back({{"_id", fmt::format("esv-{}", i)}, {"valueBase64", std::string(3000, 'a')}});
  tenant.json("GET", "/environment/variables?_queryFilter=true&_pageSize=50", base::print_json(page));

  const auto result = call("queryESVs", R"({"type":"variable"})");

  EXPECT_THAT(result.json["result"], SizeIs(3));
  EXPECT_EQ(result.json["pagedResultsCookie"], "next");
  EXPECT_THAT(result.notes, HasSubstr("getVariable"));
}

TEST_F(Esvs, RefusesQueriesOutsideTheirLimitsWithoutARequest) {
  for (const auto* arguments :
       {R"({})", R"({"type":"variables"})", R"({"type":"secret","pageSize":0})", R"({"type":"secret","pageSize":101})",
        R"({"type":"secret","queryTerm":"a\u0001b"})", R"({"type":"secret","page":1})"})
    EXPECT_TRUE(call("queryESVs", arguments).is_error) << arguments;
  for (const auto* name : {"queryTerm", "sortKeys"})
    EXPECT_THAT(call("queryESVs", base::print_json(Json{{"type", "secret"}, {name, std::string(201, 'a')}})),
                Refuses(name));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Esvs, RefuseIdsThatAreNone) {
  for (const auto* id : {"", "a", "esv-", "esv-A", "esv-a/b", "esv-a.b", "../esv-a", "esv-ä"}) {
    const Json which{{"variableId", id}};
    EXPECT_THAT(call("getVariable", base::print_json(which)), Refuses("variableId")) << id;
    EXPECT_THAT(call("deleteVariable", base::print_json(which)), Refuses("variableId")) << id;
    EXPECT_THAT(call("setVariable", base::print_json(Json{{"variableId", id}, {"value", "x"}, {"type", "string"}})),
                Refuses("variableId"))
        << id;
  }
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Esvs, ReadsAVariableWithItsValueDecoded) {
  holds(variable("string", "Grüße 🦉"));

  const auto result = call("getVariable", R"({"variableId":"esv-a"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(result.json["value"], "Grüße 🦉");
  EXPECT_FALSE(result.json.contains("valueBase64") || result.json.contains("parsedValue"));
  EXPECT_EQ(result.json.back(), "Grüße 🦉");
  EXPECT_EQ(tenant.sent()[0].header("accept-api-version"), "resource=2.0");
  EXPECT_THAT(scopes, ElementsAre(may_read));
}

TEST_F(Esvs, AddsTheValueInItsOwnType) {
  const std::vector<std::array<const char*, 3>> cases = {
      {"int", "42", "42"},
      {"number", "3.140", "3.140"},
      {"bool", "false", "false"},
      {"array", R"(["a",1])", R"(["a",1])"},
      {"object", R"({ "big":12345678901234567890123})", R"({"big":12345678901234567890123})"},
      {"keyvaluelist", R"({"k":"v"})", R"({"k":"v"})"}};
  for (const auto& [type, text, parsed] : cases) {
    holds(variable(type, text));
    const auto result = call("getVariable", R"({"variableId":"esv-a"})");
    EXPECT_EQ(result.json["value"], text);
    EXPECT_EQ(base::print_json(base::member(result.json, "parsedValue")), base::print_json(base::parse_json(parsed)));
  }
}

TEST_F(Esvs, SaysWhenAValueIsNotOfItsType) {
  for (const auto& [type, text] : {std::pair{"int", "4.5"}, {"int", "x"}, {"bool", "1"}, {"array", "{}"}}) {
    holds(variable(type, text));
    const auto result = call("getVariable", R"({"variableId":"esv-a"})");
    EXPECT_EQ(result.json["value"], text);
    EXPECT_FALSE(result.json.contains("parsedValue"));
    EXPECT_THAT(result.notes, HasSubstr(std::string("not a valid ") + type));
  }
}

TEST_F(Esvs, ShowsAValueThatIsNoTextAsItCame) {
  for (const auto* encoded : {"/w==", "no base64!", "YQ"}) {
    holds(std::string(R"({"_id":"esv-a","expressionType":"string","valueBase64":")") + encoded + "\"}");
    const auto result = call("getVariable", R"({"variableId":"esv-a"})");
    EXPECT_EQ(result.json["valueBase64"], encoded);
    EXPECT_FALSE(result.json.contains("value"));
  }
}

TEST_F(Esvs, ReadsOddVariables) {
  holds(R"({"_id":"esv-a","valueBase64":""})");
  EXPECT_EQ(call("getVariable", R"({"variableId":"esv-a"})").json["value"], "");
  for (const auto* body :
       {R"({"_id":"esv-a"})", R"({"_id":"esv-a","valueBase64":null})", R"({"_id":"esv-a","valueBase64":5})"}) {
    holds(body);
    const auto result = call("getVariable", R"({"variableId":"esv-a"})");
    EXPECT_EQ(base::print_json(result.json), body);
  }
}

TEST_F(Esvs, NeedAValueOfTheTypeToSetAVariable) {
  const std::vector<std::pair<const char*, const char*>> wrong = {{"string", "5"},
                                                                  {"string", "null"},
                                                                  {"string", R"(["a"])"},
                                                                  {"list", R"(["a,b"])"},
                                                                  {"list", "[1]"},
                                                                  {"list", R"({"a":"b"})"},
                                                                  {"array", "{}"},
                                                                  {"array", R"("{}")"},
                                                                  {"array", R"("a,b")"},
                                                                  {"array", R"("\"[]\"")"},
                                                                  {"object", "[]"},
                                                                  {"object", R"("[object Object]")"},
                                                                  {"bool", "1"},
                                                                  {"bool", R"("yes")"},
                                                                  {"bool", R"("True")"},
                                                                  {"int", "4.5"},
                                                                  {"int", R"("4.5")"},
                                                                  {"int", R"("")"},
                                                                  {"int", R"("-")"},
                                                                  {"int", "1e300"},
                                                                  {"int", "9223372036854775808"},
                                                                  {"int", R"("9223372036854775808")"},
                                                                  {"int", R"("05")"},
                                                                  {"int", R"("-0")"},
                                                                  {"string", R"("")"},
                                                                  {"list", "[]"},
                                                                  {"base64encodedinlined", R"("!!")"},
                                                                  {"int", "true"},
                                                                  {"number", R"("NaN")"},
                                                                  {"number", R"("Infinity")"},

                                                                  {"number", R"("1e999")"},
                                                                  {"number", R"(" 1")"},
                                                                  {"number", R"("0x10")"},
                                                                  {"keyvaluelist", R"({"a":1})"},
                                                                  {"keyvaluelist", R"("a")"},
                                                                  {"base64encodedinlined", "{}"},
                                                                  {"float", "1"}};
  for (const auto& [type, value] : wrong) {
    const auto arguments = fmt::format(R"({{"variableId":"esv-a","type":"{}","value":{}}})", type, value);
    EXPECT_THAT(call("setVariable", arguments), Refuses("must")) << arguments;
  }
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string"})"), Refuses("value is required"));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"[redacted]"})"),
              Refuses("is a placeholder for a value"));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"int","value":"undefined"})"),
              Refuses("must be a whole number of at most 64 bits, without leading zeros, for type int"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
}

TEST_F(Esvs, RefuseValuesAboveTheTenantsLimit) {
  const auto set = [&](std::size_t bytes) {
    return call("setVariable", base::print_json(Json{
                                   {"variableId", "esv-a"}, {"type", "string"}, {"value", std::string(bytes, 'a')}}));
  };
  EXPECT_THAT(set(49'152), Refuses("65535"));
  EXPECT_THAT(tenant.requests(), IsEmpty());
  is_absent();
  takes_it();
  EXPECT_THAT(set(49'149), Succeeds());
}

TEST_F(Esvs, CreatesAVariable) {
  is_absent();
  takes_it();

  const auto result = call("setVariable", R"({"variableId":"esv-a","type":"string","value":"hello"})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_THAT(tenant.requests(), ElementsAre("GET " + path, "PUT " + path));
  EXPECT_EQ(tenant.sent().at(1).body,
            R"({"_id":"esv-a","description":"","valueBase64":"aGVsbG8=","expressionType":"string"})");
  EXPECT_EQ(tenant.sent().at(1).header("accept-api-version"), "resource=2.0");
  EXPECT_THAT(scopes, ElementsAre(may_read, may_update));
  EXPECT_EQ(result.json["id"], "esv-a");
  EXPECT_EQ(result.json["loaded"], false);
  EXPECT_THAT(result.json["message"].get<std::string>(),
              AllOf(HasSubstr("created"), HasSubstr("not loaded"), HasSubstr("restart of the environment")));
}

TEST_F(Esvs, StoreEachTypeAsItsText) {
  const std::vector<std::array<const char*, 3>> cases = {
      {"string", R"("a,\"b\"")", R"(a,"b")"},
      {"list", R"(["a","b"])", "a,b"},
      {"list", R"(["","b"])", ",b"},
      {"list", R"("a,b")", "a,b"},
      {"array", R"(["a", "b"])", R"(["a","b"])"},
      {"array", R"("[ 1 ]")", "[ 1 ]"},
      {"object", R"({"k":1.50})", R"({"k":1.50})"},
      {"object", R"("{\"k\":1}")", R"({"k":1})"},
      {"bool", "true", "true"},
      {"bool", R"("false")", "false"},
      {"int", "42", "42"},
      {"int", "-7.0", "-7"},
      {"int", R"("42")", "42"},
      {"int", "9223372036854775807", "9223372036854775807"},
      {"number", "3.14", "3.14"},
      {"number", "0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"},
      {"number", R"("-2.5e3")", "-2.5e3"},
      {"keyvaluelist", R"({"k":"v"})", R"({"k":"v"})"},
      {"base64encodedinlined", R"("eA==")", "eA=="}};
  for (const auto& [type, value, text] : cases) {
    is_absent();
    takes_it();
    const auto arguments = fmt::format(R"({{"variableId":"esv-a","type":"{}","value":{}}})", type, value);
    EXPECT_THAT(call("setVariable", arguments), Succeeds()) << arguments;
    EXPECT_EQ(stored_value(), text) << arguments;
  }
}

TEST_F(Esvs, KeepTheDescriptionUnlessOneIsGiven) {
  for (const auto& [given, sent] :
       {std::pair{"", "old"}, {R"(,"description":"")", ""}, {R"(,"description":"new")", "new"}}) {
    holds(variable("string", "before"));
    takes_it();
    EXPECT_THAT(
        call("setVariable", std::string(R"({"variableId":"esv-a","type":"string","value":"after")") + given + "}"),
        Succeeds());
    EXPECT_EQ(base::parse_json(tenant.sent().back().body)["description"], sent);
  }
}

TEST_F(Esvs, ShowTheValueBeforeAndAfter) {
  holds(variable("string", "before"));
  takes_it();
  const auto result = call("setVariable", R"({"variableId":"esv-a","type":"string","value":"after"})");
  EXPECT_EQ(base::print_json(result.json["changed"]), R"([{"path":"/value","before":"before","after":"after"}])");

  holds(variable("string", "before"));
  const auto same = call("setVariable", R"({"variableId":"esv-a","type":"string","value":"before"})");
  EXPECT_THAT(same.text, HasSubstr("nothing was written"));
  EXPECT_EQ(base::print_json(same.json["changed"]), "[]");
}

TEST_F(Esvs, ShowWhatTheTenantStoredInstead) {
  holds(variable("string", "before"));
  tenant.json("PUT", path, variable("string", "theirs"));
  const auto result = call("setVariable", R"({"variableId":"esv-a","type":"string","value":"mine"})");
  EXPECT_THAT(result, Fails("partial", "does not show it"));
  EXPECT_EQ(base::print_json(result.json["detail"]["changed"]),
            R"([{"path":"/value","before":"before","after":"theirs"}])");
}

TEST_F(Esvs, RefuseAnotherTypeThanTheVariableHas) {
  holds(variable("int", "1"));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"), Refuses("has type int"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Esvs, RefuseToReplaceWhenOnlyCreationIsAsked) {
  holds(variable("string", "x"));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x","createOnly":true})"),
              Fails("conflict", "already exists"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Esvs, WriteNothingWhenTheVariableCannotBeRead) {
  tenant.json("GET", path, R"({"code":403,"message":"no"})", 403);
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"),
              Fails("unauthorized", "no"));
  holds("[]");
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"),
              Fails("transient", "not an object"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Esvs, WriteNothingWhenTheVariableIsSoAlready) {
  holds(variable("string", "x"));
  const auto result = call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})");
  EXPECT_THAT(result, Succeeds());
  EXPECT_THAT(result.text, HasSubstr("nothing was written"));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Esvs, ReportAVariableThatIsNotShownAsSent) {
  is_absent();
  tenant.json("PUT", path, variable("string", "other"));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"),
              Fails("partial", "esv-a written"));
}

TEST_F(Esvs, ReportAVariableThatIsNotThereAfterItsCreation) {
  is_absent();
  tenant.json("PUT", path, R"({"_id":"esv-a"})");
  is_absent();
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"),
              Fails("partial", "esv-a written"));

  // Nobody says that it was created.
  is_absent();
  tenant.json("PUT", path, "");
  is_absent();
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"),
              Fails("transient", "nothing was changed"));
}

TEST_F(Esvs, ReadBackWhatAShortAnswerDoesNotShow) {
  is_absent();
  tenant.json("PUT", path, R"({"_id":"esv-a","valueBase64":"eA=="})");
  holds(variable("string", "x"));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x","description":"old"})"),
              Succeeds());
}

TEST_F(Esvs, ReadBackWhatAnEmptyAnswerDoesNotShow) {
  is_absent();
  tenant.json("PUT", path, "");
  holds(variable("string", "x"));
  // The tenant shows another description than was sent.
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"),
              Fails("outcome_unknown", "neither as before nor as requested"));

  is_absent();
  tenant.json("PUT", path, "");
  holds(variable("string", "x"));
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x","description":"old"})"),
              Succeeds());

  is_absent();
  tenant.json("PUT", path, "");
  tenant.json("GET", path, "{}", 403);
  EXPECT_THAT(call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x"})"),
              Fails("outcome_unknown", "does not show whether"));
}

TEST_F(Esvs, FindOutWhatBecameOfALostWrite) {
  const auto set = [&] {
    return call("setVariable", R"({"variableId":"esv-a","type":"string","value":"x","description":"old"})");
  };
  is_absent();
  tenant.http.lose_connection("PUT", path);
  holds(variable("string", "x"));
  EXPECT_THAT(set(), Succeeds());

  is_absent();
  tenant.http.lose_connection("PUT", path);
  is_absent();
  EXPECT_THAT(set(), Fails("transient", "nothing was changed"));

  is_absent();
  tenant.http.lose_connection("PUT", path);
  tenant.json("GET", path, "{}", 403);
  EXPECT_THAT(set(), Fails("outcome_unknown", "PUT"));
}

TEST_F(Esvs, DeletesAVariable) {
  holds(variable("string", "x"));
  tenant.json("DELETE", path, variable("string", "x"));

  const auto result = call("deleteVariable", R"({"variableId":"esv-a","force":true})");

  ASSERT_THAT(result, Succeeds());
  EXPECT_EQ(tenant.sent().at(1).header("accept-api-version"), "protocol=1.0,resource=1.0");
  EXPECT_EQ(tenant.sent().at(1).body, "");
  EXPECT_THAT(scopes, ElementsAre(may_read, may_update));
  EXPECT_EQ(result.json["id"], "esv-a");
  EXPECT_EQ(result.json["loaded"], false);
  EXPECT_THAT(result.json["message"].get<std::string>(), HasSubstr("restart of the environment"));
  EXPECT_EQ(result.json["deleted"]["value"], "x");
}

TEST_F(Esvs, TellsThatThereIsNothingToDelete) {
  tenant.json("GET", path, "{\"code\":404,\"message\":\"The variable does not exist\"}\n", 404);
  EXPECT_THAT(call("deleteVariable", R"({"variableId":"esv-a","force":true})"), Fails("not_found", "queryESVs"));
}

TEST_F(Esvs, NeverCallAVariableDeletedThatWasNotThere) {
  is_absent();
  const auto result = call("deleteVariable", R"({"variableId":"esv-a","force":true})");
  EXPECT_TRUE(result.is_error);
  EXPECT_THAT(result.text, Not(HasSubstr("deleted")));
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(Esvs, FindOutWhatBecameOfALostDeletion) {
  holds(variable("string", "x"));
  tenant.http.lose_connection("DELETE", path);
  is_absent();
  EXPECT_THAT(call("deleteVariable", R"({"variableId":"esv-a","force":true})"), Succeeds());

  holds(variable("string", "x"));
  tenant.http.lose_connection("DELETE", path);
  holds(variable("string", "x"));
  EXPECT_THAT(call("deleteVariable", R"({"variableId":"esv-a","force":true})"),
              Fails("transient", "nothing was changed"));
}

}  // namespace
}  // namespace tools
