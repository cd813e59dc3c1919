#include "tools/kit/secrets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant/tool_test.h"

namespace {

using test::ToolTest;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

std::vector<std::string> secrets_of(std::string_view json) {
  return tools::secret_texts(base::parse_json(json));
}

std::string without(std::string text, const std::vector<std::string>& secrets) {
  tools::hide_texts(text, secrets);
  return text;
}

std::string hidden(std::string_view json) {
  auto value = base::parse_json(json);
  tools::hide_secrets(value);
  return base::print_json(value);
}

TEST(HiddenTexts, AreHiddenWhereTheyOverlapAndContainEachOther) {
  EXPECT_EQ(without("xabcdefghijkly", {"cdefghijkl", "abcdefgh"}), "x[redacted]y");
  EXPECT_EQ(without("abcdefghi abcdefgh", {"abcdefghi", "abcdefgh"}), "[redacted] [redacted]");
  EXPECT_EQ(without("abcdefghabcdefgh", {"abcdefgh"}), "[redacted][redacted]");
  EXPECT_EQ(without("aaaaaaaaaaaa", {"aaaaaaaa"}), "[redacted]");
  EXPECT_EQ(without("a pin, a spin: pin", {"pin", "spinning"}), "a [redacted], a spin: [redacted]");
  EXPECT_EQ(without("long-secret-1", {"redacted", "long-secret-1"}), "[redacted]");
}

// Counts, as time tells nothing on a busy machine.
TEST(HiddenTexts, CostAsMuchAsTheTextsAreLongAndNotAsTheyAreMany) {
  std::vector<std::string> secrets;
  for (int i = 0; i < 2000; ++i) secrets.push_back(fmt::format("aaaaaaaaaaaaaaaa-{}", i));
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += i % 3 == 0 ? "aaaaaaaaaaaa " : "aaaaaaaaaaaaaaaa-x";
  std::size_t size = text.size();
  for (const auto& secret : secrets) size += secret.size();

  tools::HiddenTexts hidden(secrets);
  hidden.hide(text);

  EXPECT_LT(hidden.steps(), 20 * size);
}

TEST(SecretNames, AreKnownInEverySpelling) {
  for (const char* name : {"password",
                           "userPassword",
                           "userpassword",
                           "clientSecret",
                           "client_secret",
                           "client-secret",
                           "secret",
                           "privateKey",
                           "private_key",
                           "bindPassword",
                           "userpassword-encrypted",
                           "Authorization",
                           "access_token",
                           "sharedSecret",
                           "passphrase",
                           "apiKey",
                           "recaptchaApiKey",
                           "twilioAuthToken",
                           "bearer-token",
                           "tokenSigningHmacKey",
                           "hmac",
                           "jwtSigningKey",
                           "cookieEncryptionKey",
                           "bindCredential",
                           "hmacSecret"})
    EXPECT_TRUE(tools::is_secret_name(name)) << name;
}

TEST(SecretNames, AreNotThoseThatOnlySpeakOfSecrets) {
  for (const char* name :
       {"passwordAttribute", "passwordPolicy", "secretLabelIdentifier", "tokenEndpointAuthMethod", "publicKey", "_id",
        "", "secrets", "keyvaluelist", "accessTokenFormat", "tokenLifetime", "refreshTokenLifetime", "tokenType",
        "idTokenPublicEncryptionKey", "signingKeyAlias", "allowCredentials", "hmacAlgorithm"})
    EXPECT_FALSE(tools::is_secret_name(name)) << name;
}

TEST(HideSecrets, HidesTextsAtAnyDepth) {
  EXPECT_EQ(hidden(R"({"a":[{"password":"x"}],"client_secret":["x","y"]})"),
            R"({"a":[{"password":"[redacted]"}],"client_secret":["[redacted]","[redacted]"]})");
}

TEST(HideSecrets, HidesInheritableValues) {
  EXPECT_EQ(hidden(R"({"userpassword":{"inherited":false,"value":"x"}})"),
            R"({"userpassword":{"inherited":false,"value":"[redacted]"}})");
}

TEST(HideSecrets, HidesThePrivatePartsOfKeys) {
  EXPECT_EQ(
      hidden(
          R"({"jwkSet":{"keys":[{"kty":"RSA","n":"n","e":"AQAB","d":"1","p":"2","q":"3","dp":"4","dq":"5","qi":"6"},)"
          R"({"kty":"oct","k":"7","kid":"k"}]}})"),
      R"({"jwkSet":{"keys":[{"kty":"RSA","n":"n","e":"AQAB","d":"[redacted]","p":"[redacted]","q":"[redacted]",)"
      R"("dp":"[redacted]","dq":"[redacted]","qi":"[redacted]"},{"kty":"oct","k":"[redacted]","kid":"k"}]}})");
  EXPECT_EQ(hidden(R"({"a":{"kty":"EC","d":"1","crv":"P-256"},"d":"no key","k":"no key"})"),
            R"({"a":{"kty":"EC","d":"[redacted]","crv":"P-256"},"d":"no key","k":"no key"})");
}

TEST(HideSecrets, HidesThePrivatePartsOfKeysInText) {
  EXPECT_EQ(hidden(R"({"jwkSet":{"inherited":false,"value":"{\"keys\":[{\"kty\":\"oct\",\"k\":\"s\"}]}"}})"),
            R"({"jwkSet":{"inherited":false,"value":"{\"keys\":[{\"kty\":\"oct\",\"k\":\"[redacted]\"}]}"}})");
  const char* harmless =
      R"({"jwkSet":"{ \"keys\": [ {\"kty\":\"RSA\",\"n\":\"n\"} ] }","jwksUri":"https://a.example"})";
  EXPECT_EQ(hidden(harmless), harmless);
}

TEST(HideSecrets, HidesWhatIdmEncrypted) {
  EXPECT_EQ(
      hidden(R"({"kbaInfo":[{"answer":{"$crypto":{"type":"salted-hash","value":{"data":"x"}}},"customQuestion":"q"}],)"
             R"("pin":{"$crypto":{}}})"),
      R"({"kbaInfo":[{"answer":"[redacted]","customQuestion":"q"}],"pin":"[redacted]"})");
}

TEST(HideSecrets, LeavesWhatIsNoTextAndWhatIsEmpty) {
  const char* json =
      R"({"password":null,"secret":"","properties":{"password":{"type":"string","title":"Password"}},"privateKey":{"$string":"&{esv.x}"}})";

  EXPECT_EQ(hidden(json), json);
}

TEST(HideSecrets, LeavesNamesThatPeopleMadeUp) {
  const char* json = R"({"connections":{"password":"n2"},"nodeIdMapping":{"secret":"uuid"}})";

  EXPECT_EQ(hidden(json), json);
}

// The value with stored secrets put back, then the places without one.
std::string restored(std::string_view given, std::string_view stored) {
  auto value = base::parse_json(given);
  const auto missing = tools::restore_secrets(value, base::parse_json(stored));
  return fmt::format("{} {}", base::print_json(value), fmt::join(missing, " "));
}

TEST(RestoreSecrets, PutsBackWhatWasHidden) {
  const char* stored =
      R"({"a":{"password":"x"},"client_secret":["y","z"],"secret":{"inherited":false,"value":"w"},"list":[{"_id":"1","apiKey":"k"}],"n":1})";
  auto shown = base::parse_json(stored);
  tools::hide_secrets(shown);

  EXPECT_EQ(restored(base::print_json(shown), stored), std::string(stored) + " ");
}

TEST(RestoreSecrets, PutsBackKeysAndWhatIdmEncrypted) {
  const char* stored = R"({"key":{"kty":"oct","k":"s"},"kbaInfo":[{"answer":{"$crypto":{"value":"x"}}}]})";
  auto shown = base::parse_json(stored);
  tools::hide_secrets(shown);

  EXPECT_EQ(restored(base::print_json(shown), stored), std::string(stored) + " ");
}

TEST(RestoreSecrets, NamesThePlacesWhereNothingWasHidden) {
  EXPECT_EQ(restored(R"({"a":"[redacted]","b":{"password":"[redacted]"},"secret":["[redacted]"]})",
                     R"({"a":"plain","b":{"password":""}})"),
            R"({"a":"[redacted]","b":{"password":"[redacted]"},"secret":["[redacted]"]} /a /b/password /secret/0)");
}

TEST(RestoreSecrets, FollowsEntriesOfListsAndNeverGuesses) {
  const char* stored = R"({"l":[{"_id":"1","secret":"x"},{"_id":"2","secret":"y"}]})";
  EXPECT_EQ(restored(R"({"l":[{"_id":"2","secret":"[redacted]"}]})", stored), R"({"l":[{"_id":"2","secret":"y"}]} )");

  const char* nameless = R"({"l":[{"n":1,"secret":"x"},{"n":2,"secret":"y"}]})";
  EXPECT_EQ(restored(R"({"l":[{"n":2,"secret":"[redacted]"}]})", nameless), R"({"l":[{"n":2,"secret":"y"}]} )");
  EXPECT_EQ(restored(R"({"l":[{"n":3,"secret":"[redacted]"}]})", nameless),
            R"({"l":[{"n":3,"secret":"[redacted]"}]} /l/0/secret)");
  EXPECT_EQ(restored(R"({"secret":["[redacted]"]})", R"({"secret":["x","y"]})"),
            R"({"secret":["[redacted]"]} /secret/0)");
}

TEST(RestoreSecrets, KnowsAnEntryByItsNumbersHoweverTheyAreWritten) {
  base::Json given = base::parse_json(R"([{"rate":1.50,"password":"[redacted]"},{"rate":2,"password":"[redacted]"}])");
  const base::Json stored = base::parse_json(R"([{"rate":2.0,"password":"two"},{"rate":1.5,"password":"one"}])");
  EXPECT_TRUE(tools::restore_secrets(given, stored).empty());
  EXPECT_EQ(given[0]["password"], "one");
  EXPECT_EQ(given[1]["password"], "two");
}

TEST(StandIns, AreRecognised) {
  EXPECT_TRUE(tools::is_stand_in("[redacted]"));
  EXPECT_TRUE(tools::is_stand_in(tools::left_out_text(12)));
  EXPECT_TRUE(tools::is_stand_in(R"({"keys":[{"d":"[redacted]"}]})"));
  for (const char* text : {"", "[ characters left out]", "[x characters left out]", "redacted", "a [redacted]",
                           R"(logger.info("[redacted]"))"})
    EXPECT_FALSE(tools::is_stand_in(text)) << text;
}

TEST(SecretTexts, AreThoseOfSecretMembersInEveryForm) {
  EXPECT_THAT(secrets_of(R"({"name":"n","a":[{"password":"pw"}],"client_secret":["one","three"],)"
                         R"("userpassword":{"inherited":false,"value":"inherited"},"secret":"","privateKey":7})"),
              UnorderedElementsAre("inherited", "three", "one", "pw"));
  EXPECT_THAT(secrets_of(R"({"connections":{"password":"n2"}})"), IsEmpty());
}

TEST(SecretTexts, AreThoseOfKeysInEveryForm) {
  EXPECT_THAT(
      secrets_of(R"({"jwkSet":"{\"keys\":[{\"d\":\"private-1\",\"n\":\"n\"}]}","jwk":{"kty":"oct","k":"private-2"}})"),
      UnorderedElementsAre("private-1", "private-2"));
}

TEST(SecretTexts, AreThoseOfPatchOperationsToo) {
  EXPECT_THAT(secrets_of(R"({"operations":[{"operation":"replace","field":"/password","value":"new"},)"
                         R"({"operation":"replace","field":"/mail","value":"a@b"}]})"),
              ElementsAre("new"));
}

TEST(SecretTexts, ComeLongestFirstSoThatNoneLeavesARest) {
  const auto secrets = secrets_of(R"({"password":"hunter22","secret":"hunter22-long"})");

  EXPECT_THAT(secrets, ElementsAre("hunter22-long", "hunter22"));
  EXPECT_EQ(without("hunter22-long, hunter22", secrets), "[redacted], [redacted]");
}

TEST(SecretTexts, AreKnownAsTheyStandInJson) {
  const auto secrets = secrets_of(R"({"password":"a\"b\\c\"defg"})");

  EXPECT_EQ(without(R"(bad: a"b\c"defg)", secrets), "bad: [redacted]");
  EXPECT_EQ(without(R"(bad: {"x":"a\"b\\c\"defg"})", secrets), R"(bad: {"x":"[redacted]"})");
}

TEST(HideTexts, TakesShortOnesForWholeWordsOnly) {
  EXPECT_EQ(without("is 'is' this is-it _is, is", {"is"}), "[redacted] '[redacted]' this is-it _is, [redacted]");
  EXPECT_EQ(without("xhunter22x", {"hunter22"}), "x[redacted]x");
  EXPECT_EQ(without("redacted [redacted]", {"redacted"}), "[redacted] [[redacted]]");
}

net::Task<tools::Result> put_client(tools::Call& call) {
  auto reply = co_await call.tenant().put(base::Target("/client"), base::Json::object(), {.scopes = {"s"}});
  co_return tools::done(reply.body, {base::text_member(reply.body, "hint")});
}

class GivenSecrets : public testing::Test, public ToolTest {
 protected:
  test::CallResult put(std::string_view settings) {
    const tools::Tool tool{.name = "put",
                           .title = "Put",
                           .description = "Puts.",
                           .scopes = {"s"},
                           .hints = tools::overwrites,
                           .params = {tools::any_object("client", "")},
                           .run = put_client};
    return call(tool, {{"client", base::parse_json(settings)}});
  }
};

TEST_F(GivenSecrets, AreHiddenInTheWordsOfARefusal) {
  tenant.json("PUT", "/client",
              R"({"code":400,"reason":"hunter2 is bad","message":"Secret hunter2: too short",)"
              R"("detail":{"why":["hunter2 again"],"hunter":"hunter21"}})",
              400);

  const auto result = put(R"({"core":{"userpassword":{"inherited":false,"value":"hunter2"}}})");

  EXPECT_EQ(result.json["message"], "Secret [redacted]: too short");
  EXPECT_EQ(result.json["reason"], "[redacted] is bad");
  EXPECT_EQ(base::print_json(result.json["detail"]), R"({"why":["[redacted] again"],"hunter":"hunter21"})");
  EXPECT_EQ(result.category(), "invalid_request");
}

TEST_F(GivenSecrets, AreHiddenWhereARefusalRepeatsTheRequest) {
  tenant.json("PUT", "/client",
              R"({"code":400,"message":"cannot read {\"clientSecret\":\"s3cret-\\\"quoted\\\"\"} here"})", 400);

  const auto result = put(R"({"clientSecret":"s3cret-\"quoted\""})");

  EXPECT_EQ(result.json["message"], R"(cannot read {"clientSecret":"[redacted]"} here)");
}

TEST_F(GivenSecrets, LeaveCategoryAndTransactionIdAlone) {
  tenant.json("PUT", "/client", R"({"code":412,"message":"a conflict"})", 412);

  const auto result = put(R"({"secret":"conflict"})");

  EXPECT_EQ(result.category(), "conflict");
  EXPECT_EQ(result.json["message"], "a [redacted]");
  EXPECT_EQ(result.json["transactionId"], result.transaction_ids);
}

TEST_F(GivenSecrets, AreHiddenInTheWordsOfAResult) {
  tenant.json("PUT", "/client", R"({"_id":"shop","description":"made with s3cret-s3cret","hint":"try s3cret-s3cret"})");

  const auto result = put(R"({"userpassword":"s3cret-s3cret"})");

  EXPECT_EQ(result.json["description"], "made with [redacted]");
  EXPECT_THAT(result.notes, HasSubstr("try [redacted]"));
  EXPECT_THAT(result.text, Not(HasSubstr("s3cret-s3cret")));
}

TEST_F(GivenSecrets, LeaveShortValuesOfAResultAlone) {
  tenant.json("PUT", "/client", R"({"_id":"admin","password":"admin"})");

  const auto result = put(R"({"password":"admin"})");

  EXPECT_EQ(base::print_json(result.json), R"({"_id":"admin","password":"[redacted]"})");
}

TEST_F(GivenSecrets, OfAnOidcClientStayHiddenWhenTheTenantRefusesIt) {
  tenant.json("GET", "/openidm/managed/alpha_application?_queryFilter=name%20eq%20%22Shop%22&_fields=_id%2Cname",
              R"({"result":[]})");
  tenant.json("GET", "/am/json/alpha/realm-config/agents/OAuth2Client/shop", R"({"code":404})", 404);
  tenant.json("PUT", "/am/json/alpha/realm-config/agents/OAuth2Client/shop",
              R"({"code":400,"reason":"Bad Request","message":"Invalid value s3cret-s3cret"})", 400);

  const auto result =
      call("createOidcApp",
           R"({"realm":"alpha","name":"Shop","clientId":"shop","owners":[{"_ref":"managed/alpha_user/u1"}],)"
           R"("oauth2Client":{"coreOAuth2ClientConfig":{"userpassword":"s3cret-s3cret"}}})");

  EXPECT_THAT(result.text, AllOf(HasSubstr("Invalid value [redacted]"), Not(HasSubstr("s3cret-s3cret"))));
}

}  // namespace
