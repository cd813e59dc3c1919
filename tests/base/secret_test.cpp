#include "base/secret.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/random.h"
#include "support/kit/memory.h"

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

TEST(Secret, ClonesAndMovesIntoAnother) {
  const Secret first("abcdefgh12345678");
  Secret second = first.clone();
  Secret third("something-else-here");
  third = std::move(second);
  EXPECT_EQ(third.reveal(), first.reveal());
  std::string line = "something-else-here";
  redact(line);
  EXPECT_EQ(line, "something-else-here");
}

TEST(Secret, ShorterThanEightBytesIsNotSoughtInOutput) {
  const Secret code("abc");
  std::string line = "abcdef";
  redact(line);
  EXPECT_EQ(line, "abcdef");
}

TEST(WipingAllocator, KeepsTheBytesWhenABlockGrowsOrShrinks) {
  auto* block = static_cast<char*>(wiping_calloc(4, 4));
  EXPECT_EQ(block[15], 0);
  for (int i = 0; i < 16; ++i) block[i] = static_cast<char>('a' + i);
  block = static_cast<char*>(wiping_realloc(block, 4096));
  EXPECT_EQ(std::string_view(block, 16), "abcdefghijklmnop");
  block = static_cast<char*>(wiping_realloc(block, 8));
  EXPECT_EQ(std::string_view(block, 8), "abcdefgh");
  wiping_free(block);
  wiping_free(nullptr);
  wiping_free(wiping_realloc(nullptr, 8));
  wiping_free(wiping_malloc(8));
}

[[noreturn]] void harden_and_look() {
  harden_process();
  rlimit core = {};
  getrlimit(RLIMIT_CORE, &core);
  const bool is_off = core.rlim_cur == 0 && core.rlim_max == 0 && prctl(PR_GET_DUMPABLE) == 0;
  const Secret token("works-after-hardening");
  std::_Exit(is_off && token.size() == 21 ? 0 : 1);
}

// In a process of its own: it cannot be taken back.
TEST(HardenProcess, TurnsCoreDumpsAndDebuggersOff) {
  EXPECT_EXIT(harden_and_look(), ::testing::ExitedWithCode(0), "");
}

// Keeps the compiler from leaving out what nobody reads.
void keep(void* bytes) {
  asm volatile("" : : "r"(bytes) : "memory");
}

TEST(WipingAllocator, LeavesNothingInWhatItFreesOrMoves) {
  const test::Needle needle("what a library had in its memory");
  auto* block = static_cast<char*>(wiping_malloc(64));
  needle.write_to(block + 16);
  keep(block);
  ASSERT_EQ(needle.found(), 1U);
  block = static_cast<char*>(wiping_realloc(block, 100'000));
  EXPECT_EQ(needle.found(), 1U);
  wiping_free(block);
  EXPECT_EQ(needle.found(), 0U);
}

// What OpenSSL frees and moves is overwritten; in a process that has not used it yet.
[[noreturn]] void harden_and_free() {
  harden_process();
  const test::Needle needle("what OpenSSL had in its memory");
  auto* block = static_cast<char*>(OPENSSL_malloc(64));
  needle.write_to(block + 16);
  keep(block);
  const bool was_there = needle.found() == 1;
  block = static_cast<char*>(OPENSSL_realloc(block, 100'000));
  const bool is_moved = needle.found() == 1;
  OPENSSL_free(block);
  std::_Exit(was_there && is_moved && needle.found() == 0 ? 0 : 1);
}

// A configuration file of OpenSSL can load code and change what every program does.
[[noreturn]] void harden_and_hash(const std::string& configuration, bool hardens) {
  setenv("OPENSSL_CONF", configuration.c_str(), 1);
  if (hardens) harden_process();
  try {
    sha256("x");
  } catch (const std::exception&) {
    std::_Exit(3);
  }
  std::_Exit(0);
}

class FreshProcess : public testing::Test {
 protected:
  // Started again for each check, as OpenSSL keeps what it was first told.
  FreshProcess() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  ~FreshProcess() override { GTEST_FLAG_SET(death_test_style, "fast"); }
};

TEST_F(FreshProcess, LeavesNothingInWhatOpensslFreesOrMoves) {
  EXPECT_EXIT(harden_and_free(), ::testing::ExitedWithCode(0), "");
}

TEST_F(FreshProcess, ReadsNoConfigurationOfOpenssl) {
  const auto file = std::filesystem::temp_directory_path() / "secret_test_openssl.cnf";
  std::ofstream(file) << "openssl_conf = all\n[all]\nalg_section = algorithms\n[algorithms]\n"
                         "default_properties = provider=none\n";
  EXPECT_EXIT(harden_and_hash(file.string(), false), ::testing::ExitedWithCode(3), "") << "it would have an effect";
  EXPECT_EXIT(harden_and_hash(file.string(), true), ::testing::ExitedWithCode(0), "");
  std::filesystem::remove(file);
}

// Ends a child process by a fault, in a folder of its own, allowed to write as much of its memory as it likes. True
// when the kernel wrote it to a file there.
bool leaves_a_core_file(bool hardens) {
  std::string folder = (std::filesystem::temp_directory_path() / "secret_test_core_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no folder for a core file");
  const pid_t child = fork();
  if (child == 0) {
    const rlimit everything{RLIM_INFINITY, RLIM_INFINITY};
    rlimit core{};
    if (setrlimit(RLIMIT_CORE, &everything) != 0 && getrlimit(RLIMIT_CORE, &core) == 0) {
      core.rlim_cur = core.rlim_max;
      setrlimit(RLIMIT_CORE, &core);
    }
    prctl(PR_SET_DUMPABLE, 1);
    if (chdir(folder.c_str()) != 0) std::_Exit(1);
    if (hardens) harden_process();
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
  const bool is_there = !std::filesystem::is_empty(folder);
  std::filesystem::remove_all(folder);
  return is_there || WCOREDUMP(status);
}

TEST(HardenProcess, LeavesNoCoreFileBehind) {
  std::string pattern;
  std::getline(std::ifstream("/proc/sys/kernel/core_pattern"), pattern);
  if (pattern.starts_with("|")) GTEST_SKIP() << "core dumps go to a program here, not to files: " << pattern;
  if (!leaves_a_core_file(false)) GTEST_SKIP() << "no process leaves a core file here: its limit is 0";

  EXPECT_FALSE(leaves_a_core_file(true));
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
