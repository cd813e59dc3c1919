#include "base/encoding.h"

#include <string>

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Base64, AgreesWithTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                                         {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64(plain), encoded);
    EXPECT_EQ(base64_decode(encoded), plain);
  }
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Z===", "Zm9v\n", "Zm-v", "====", "Zm9=v"})
    EXPECT_FALSE(base64_decode(text)) << text;
}

TEST(Base64Url, HasNoPaddingAndItsOwnAlphabet) {
  EXPECT_EQ(base64url("\xFB\xFF\xFE"), "-__-");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url_decode("-__-"), "\xFB\xFF\xFE");
}

TEST(PercentEncode, EscapesEverythingButUnreserved) {
  EXPECT_EQ(percent_encode("a b/?#&%é'~"), "a%20b%2F%3F%23%26%25%C3%A9'~");
}

TEST(FormEncode, FollowsTheFormRules) {
  EXPECT_EQ(form_encode("fr:am:* a'~_"), "fr%3Aam%3A*+a%27%7E_");
}

TEST(PercentDecode, LeavesBrokenEscapesAlone) {
  EXPECT_EQ(percent_decode("%41%4%zz%"), "A%4%zz%");
}

TEST(ParseForm, KeepsRepeatedNames) {
  const FormFields fields = parse_form("a=1&a=2+3&b&&c=%26");
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields[1].second, "2 3");
  EXPECT_EQ(fields[2].second, "");
  EXPECT_EQ(fields[3].second, "&");
}

TEST(ValidUtf8, RefusesOverlongFormsAndSurrogates) {
  EXPECT_TRUE(is_valid_utf8("é€😀"));
  for (const char* text :
       {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x80\x80\x80", "\x80", "\xE2\x82"}) {
    EXPECT_FALSE(is_valid_utf8(text));
  }
}

TEST(Printable, TurnsControlCharactersIntoSpaces) {
  EXPECT_EQ(printable("a\x1b[31m\r\nb\x7f\xC2\x85z"), "a [31m  b  z");
  EXPECT_EQ(printable("éééé", 4), "éé…");
}

TEST(HtmlEntities, AreDecodedOnce) {
  EXPECT_EQ(decode_html_entities("&#39;a&#61;b&#x27; &amp;lt; &bogus; &#0; &"), "'a=b' &lt; &bogus; &#0; &");
}

TEST(EscapeHtml, LeavesNothingThatOpensATag) {
  EXPECT_EQ(escape_html("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

}  // namespace
}  // namespace base
