#include <gtest/gtest.h>

#include "tools/secrets.h"

namespace {

std::string hidden(std::string_view json) {
  auto value = base::parse_json(json);
  tools::hide_secrets(value);
  return base::print_json(value);
}

TEST(SecretNames, AreKnownInEverySpelling) {
  for (const char* name : {"password", "userPassword", "userpassword", "clientSecret", "client_secret", "client-secret",
                           "secret", "privateKey", "private_key", "bindPassword", "userpassword-encrypted",
                           "Authorization", "access_token", "sharedSecret", "passphrase"})
    EXPECT_TRUE(tools::is_secret_name(name)) << name;
}

TEST(SecretNames, AreNotThoseThatOnlySpeakOfSecrets) {
  for (const char* name : {"passwordAttribute", "passwordPolicy", "secretLabelIdentifier", "tokenEndpointAuthMethod",
                           "publicKey", "_id", "", "secrets", "keyvaluelist"})
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

TEST(HideSecrets, LeavesWhatIsNoTextAndWhatIsEmpty) {
  const char* json =
      R"({"password":null,"secret":"","properties":{"password":{"type":"string","title":"Password"}},"privateKey":{"$string":"&{esv.x}"}})";

  EXPECT_EQ(hidden(json), json);
}

TEST(HideSecrets, LeavesNamesThatPeopleMadeUp) {
  const char* json = R"({"connections":{"password":"n2"},"nodeIdMapping":{"secret":"uuid"}})";

  EXPECT_EQ(hidden(json), json);
}

TEST(StandIns, AreRecognised) {
  EXPECT_TRUE(tools::is_stand_in("[redacted]"));
  EXPECT_TRUE(tools::is_stand_in(tools::left_out_text(12)));
  for (const char* text : {"", "[ characters left out]", "[x characters left out]", "redacted", "a [redacted]"})
    EXPECT_FALSE(tools::is_stand_in(text)) << text;
}

}  // namespace
