// What texts in settings and sources name.
#include "tools/references/texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/references/wanted.h"

namespace tools::references {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TextsOfSettings, NameAnEsvInAllItsForms) {
  for (const char* text : {"&{esv.mail.host}", "https://&{esv.mail.host|localhost}/x", "esv-mail-host",
                           "systemEnv.getProperty('esv.mail.host')", "Set esv.mail.host."})
    EXPECT_TRUE(names_esv(text, "esv-mail-host")) << text;
  for (const char* text :
       {"", "esv", "&{esv.mail.hosts}", "&{esv.mail}", "esv.mail.host.name", "my-esv-mail-host", "resv.mail.host"})
    EXPECT_FALSE(names_esv(text, "esv-mail-host")) << text;
  EXPECT_TRUE(names_esv("&{esv.my_host}", "esv-my_host"));
}

TEST(TextsOfSettings, HoldWholeNamesOnly) {
  EXPECT_TRUE(holds_word("openidm.read('managed/car/' + id)", "managed/car"));
  EXPECT_TRUE(holds_word("managed/cars managed/car", "managed/car"));
  EXPECT_FALSE(holds_word("managed/cars", "managed/car"));
  EXPECT_FALSE(holds_word("unmanaged/car", "managed/car"));
  EXPECT_FALSE(holds_word("managed/car", ""));
}

TEST(TextsOfSettings, HoldQuotedWords) {
  EXPECT_TRUE(holds_quoted("send({templateName: 'welcome'})", "welcome"));
  EXPECT_TRUE(holds_quoted("`welcome`", "welcome"));
  EXPECT_FALSE(holds_quoted("'welcome\"", "welcome"));
  EXPECT_FALSE(holds_quoted("welcome", "welcome"));
}

TEST(TextsOfSettings, RequireLibrariesByName) {
  for (const char* source : {"require('Address book')", "var b = require ( \"Address book\" );"})
    EXPECT_TRUE(requires_library(source, "Address book")) << source;
  for (const char* source :
       {"require('Address books')", "require(name)", "require", "require('Address book", "require("})
    EXPECT_FALSE(requires_library(source, "Address book")) << source;
}

TEST(PlacesOf, AreThoseWhoseMembersMeanTheKind) {
  const auto settings = base::parse_json(R"({"tree":"Login","name":"Login","treeMapping":{"registration":"Login"},
      "deep":[{"fallbackJourney":"Login"}],"orgConfig":"Login","script":"s1",
      "advancedOIDCConfig":{"loaMapping":{"gold":"Login"}},"authContextItems":[{"key":"Service","value":"Login"}]})");
  EXPECT_THAT(places_of({.kind = Kind::journey, .id = "Login"}, settings),
              ElementsAre("tree", "treeMapping/registration", "deep/0/fallbackJourney", "orgConfig",
                          "advancedOIDCConfig/loaMapping/gold", "authContextItems/0/value"));
  EXPECT_THAT(places_of({.kind = Kind::script, .id = "s1"}, settings), ElementsAre("script"));
  EXPECT_THAT(places_of({.kind = Kind::node_type, .id = "Login"}, settings), IsEmpty());
}

TEST(PlacesOf, FindThemesInStages) {
  const Wanted theme{.kind = Kind::theme, .id = "b2ecb009-c4bf-5c1c-960c-90d6162ea427", .name = "Night"};
  EXPECT_THAT(places_of(theme, base::parse_json(R"({"stage":"{\"themeId\":\"Night\"}"})")), ElementsAre("stage"));
  EXPECT_THAT(places_of(theme, base::parse_json(R"({"stage":"themeId=Night"})")), ElementsAre("stage"));
  EXPECT_THAT(places_of(theme, base::parse_json(R"({"script":"var id = 'b2ecb009-c4bf-5c1c-960c-90d6162ea427';"})")),
              ElementsAre("script"));
  EXPECT_THAT(places_of(theme, base::parse_json(R"({"stage":"themeId=Nightly","name":"Night"})")), IsEmpty());
}

TEST(PlacesOf, FindLinksThatStartAJourney) {
  const Wanted journey{.kind = Kind::journey, .id = "Step Up"};
  EXPECT_THAT(places_of(journey, base::parse_json(R"({
      "script":"var u = base + '?service=Step%20Up&realm=/alpha';",
      "body":"<a href=\"https://x/am/XUI/?realm=/alpha&amp;authIndexType=service&amp;authIndexValue=Step Up\">here</a>",
      "acr":"acr_values=Step Up", "hash":"New? <a href='#/service/Step Up'>Go</a>",
      "other":"?service=Step%20Upward", "longer":"?service=Step Up2", "words":"We ask you to Step Up."})")),
              ElementsAre("script", "body", "acr", "hash"));
}

TEST(PlacesOf, FindClientsTemplatesProvidersAndEntities) {
  EXPECT_THAT(
      places_of({.kind = Kind::oauth2_client, .id = "shop"},
                base::parse_json(R"({"ssoEntities":{"oidcId":"shop"},"name":"shop","adminOauthClient":"shop"})")),
      ElementsAre("ssoEntities/oidcId", "adminOauthClient"));
  EXPECT_THAT(places_of({.kind = Kind::email_template, .id = "welcome"},
                        base::parse_json(R"json({"emailTemplateName":"welcome","x":"welcome",
                            "source":"openidm.action('external/email','sendTemplate',{templateName:'welcome'})"
})json")),
              ElementsAre("emailTemplateName", "source"));
  EXPECT_THAT(places_of({.kind = Kind::social_provider, .id = "google"},
                        base::parse_json(R"({"filteredProviders":["google"],"image":"google"})")),
              ElementsAre("filteredProviders/0"));
  const Wanted entity{.kind = Kind::saml_entity, .id = "idp", .name = "", .aliases = {"/alpha/idp"}};
  EXPECT_THAT(places_of(entity, base::parse_json(R"({"trustedProviders":["idp|saml2"],"metaAlias":"/alpha/idp",
                            "idpEntityId":"idp","other":"idps"})")),
              ElementsAre("trustedProviders/0", "metaAlias", "idpEntityId"));
}

}  // namespace
}  // namespace tools::references
