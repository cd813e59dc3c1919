#include "base/secret.h"

#include <string>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/random.h"

namespace base {
namespace {

TEST(Secret, IsRedactedWhileItLives) {
  std::string line = "token=abcdefgh12345678!";
  {
    const Secret token("abcdefgh12345678");
    redact(line);
    EXPECT_EQ(line, "token=[redacted]!");
  }
  std::string later = "abcdefgh12345678";
  redact(later);
  EXPECT_EQ(later, "abcdefgh12345678");
}

TEST(Secret, IsRedactedWhereJsonEscapesIt) {
  const Secret token("ab\"cdef\\gh");
  std::string line = R"({"t":"ab\"cdef\\gh"})";
  redact(line);
  EXPECT_EQ(line, R"({"t":"[redacted]"})");
}

TEST(Secret, StaysRedactedAfterItMoved) {
  Secret first("abcdefgh12345678");
  const Secret second = std::move(first);
  EXPECT_TRUE(first.empty());
  std::string line = "abcdefgh12345678";
  redact(line);
  EXPECT_EQ(line, "[redacted]");
}

TEST(Secret, WipesTheStringItTakes) {
  std::string plain = "0123456789abcdef0123456789abcdef";
  const char* bytes = plain.data();
  const Secret secret = Secret::take(plain);
  EXPECT_EQ(secret.reveal(), "0123456789abcdef0123456789abcdef");
  EXPECT_TRUE(plain.empty());
  EXPECT_EQ(bytes[1], '\0');
}

TEST(Secret, ComparesByValue) {
  const Secret secret("state-value");
  EXPECT_TRUE(secret.equals("state-value"));
  EXPECT_FALSE(secret.equals("state-valuf"));
  EXPECT_FALSE(secret.equals("state"));
}

TEST(Seal, OpensOnlyWithItsKeyAndContext) {
  SystemRandom random;
  const Secret key(random.bytes(32));
  const Secret other(random.bytes(32));
  std::string sealed = seal(key, "plain", "context");
  EXPECT_EQ(open(key, sealed, "context"), "plain");
  EXPECT_FALSE(open(key, sealed, "another"));
  EXPECT_FALSE(open(other, sealed, "context"));
  sealed[14] = static_cast<char>(sealed[14] ^ 1);
  EXPECT_FALSE(open(key, sealed, "context"));
  EXPECT_FALSE(open(key, "short", "context"));
}

TEST(Sha256, GivesTheS256ChallengeOfRfc7636) {
  EXPECT_EQ(base64url(sha256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Uuid, HasItsVersion) {
  SystemRandom random;
  const std::string id = random.uuid();
  EXPECT_TRUE(is_uuid(id)) << id;
  EXPECT_EQ(id[14], '4');
  // The DNS example of RFC 4122's errata.
  EXPECT_EQ(uuid_from_name("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

}  // namespace
}  // namespace base
