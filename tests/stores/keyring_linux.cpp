// The store over libsecret against real keyrings, on a bus of its own: the outer tests run this program once more under
// dbus-run-session, with the contract of contract.cpp and what holds for this kind of store only.
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/store.h"
#include "auth/vault.h"
#include "base/error.h"
#include "net/worker_pool.h"
#include "support/kit/fake_clock.h"
#include "support/kit/run.h"

namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

bool is_installed(const char* program) {
  return std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0;
}

std::string own_path() {
  return fs::read_symlink("/proc/self/exe").string();
}

// A home without anything of the person's, gone with the test.
class EmptyHome {
 public:
  EmptyHome() {
    std::string name = (fs::temp_directory_path() / "aic-keyring-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~EmptyHome() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  EmptyHome(const EmptyHome&) = delete;
  EmptyHome& operator=(const EmptyHome&) = delete;
  std::string text() const { return path_.string(); }
  // Writes a file there and gives its path.
  std::string write(const std::string& name, const std::string& text) const {
    const auto path = (path_ / name).string();
    std::ofstream(path) << text;
    return path;
  }

 private:
  fs::path path_;
};

constexpr int keyring_died = 77;
constexpr const char* contract = "System/*:InnerKeyring.*";

// Runs the inner tests on a fresh bus, after shell commands there. What those start has to end with the bus, or is
// `$keyring`. 0 when all went well, `keyring_died` when it has ended by itself.
int run_inner(const EmptyHome& home, const std::string& filter, const std::string& first,
              const std::string& bus_options = "") {
  const auto script = home.write("script", fmt::format(R"(set -e
{}
export keyring
trap '[ -z "$keyring" ] || kill -9 $keyring || true' EXIT
code=0
timeout 40 {} --gtest_filter='{}' || code=$?
[ $code = 0 ] || [ -z "$keyring" ] || kill -0 $keyring || code={}
exit $code
)",
                                                       first, own_path(), filter, keyring_died));
  const auto command = fmt::format(
      "env -u DISPLAY -u WAYLAND_DISPLAY HOME={0} XDG_RUNTIME_DIR={0} XDG_DATA_HOME={0} AIC_TEST_SYSTEM_STORE=1 "
      "timeout 90 dbus-run-session {1} -- sh {2} >{0}/log 2>&1 || {{ code=$?; cat {0}/log; exit $code; }}",
      home.text(), bus_options, script);
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : status;
}

// A bus that starts no service by itself.
std::string write_bare_bus(const EmptyHome& home) {
  return "--config-file=" +
         home.write("bus.conf", fmt::format("<busconfig><type>session</type><listen>unix:tmpdir={}</listen><policy "
                                            "context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
                                            "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
                                            home.text()));
}

constexpr const char* unlocked_gnome_keyring =
    "mkfifo $HOME/password\n"
    "gnome-keyring-daemon --foreground --unlock --components=secrets <$HOME/password >/dev/null &\n"
    "keyring=$!\n"
    "printf pw >$HOME/password\n"
    "gdbus wait --session --timeout 20 org.freedesktop.secrets";

// Every collection that a password protects is locked; the one of the session has none.
constexpr const char* locked_login_collection =
    "\ngdbus call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets "
    "-m org.freedesktop.Secret.Service.Lock \"['/org/freedesktop/secrets/collection/login']\" >/dev/null";

bool has_gnome_keyring() {
  return is_installed("dbus-run-session") && is_installed("gnome-keyring-daemon") && is_installed("gdbus");
}

class GnomeKeyring : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_gnome_keyring()) GTEST_SKIP() << "dbus-run-session, gnome-keyring-daemon or gdbus is not installed";
  }
  const EmptyHome home;
};

TEST_F(GnomeKeyring, KeepsTheContractAndOnlyInMemory) {
  EXPECT_EQ(run_inner(home, std::string(contract) + ":InnerGnomeKeyring.*", unlocked_gnome_keyring), 0);
}

TEST_F(GnomeKeyring, KeepsTheContractWhereTheLoginCollectionIsLocked) {
  EXPECT_EQ(run_inner(home, contract, std::string(unlocked_gnome_keyring) + locked_login_collection), 0);
}

TEST_F(GnomeKeyring, ThatStopsAnsweringKeepsNobodyFromTheToken) {
  EXPECT_EQ(run_inner(home, "InnerStoppedKeyring.*", unlocked_gnome_keyring), 0);
}

// KeePassXC has no collection for the session: its default one is a database, and may be locked.
class KeePassXC : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed("dbus-run-session") || !is_installed("keepassxc-cli") || !is_installed("gdbus")) {
      GTEST_SKIP() << "dbus-run-session, keepassxc or gdbus is not installed";
    }
  }
  // KeePassXC with a database that hands all its entries out; returns once that is as locked as it should be.
  static std::string started(const EmptyHome& home, const std::string& password, const std::string& locked) {
    home.write("keepassxc.ini",
               "[General]\nSingleInstance=false\n[FdoSecrets]\nEnabled=true\nShowNotification=false\nConfirmAccessItem="
               "false\nConfirmDeleteItem=false\n"
               "UnlockBeforeSearch=false\n[GUI]\nCheckForUpdates=false\n");
    home.write("database.xml", R"(<KeePassFile><Meta><RecycleBinEnabled>False</RecycleBinEnabled><CustomData>
<Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{11111111-2222-3333-4444-555555555555}</Value></Item></CustomData></Meta>
<Root><Group><UUID>ERERESIiMzNERFVVVVVVVQ==</UUID><Name>Root</Name></Group></Root></KeePassFile>)");
    return fmt::format(R"(export QT_QPA_PLATFORM=offscreen
chmod 700 $HOME
printf 'pw\npw\n' | keepassxc-cli import --set-password --decryption-time 100 $HOME/database.xml $HOME/database.kdbx
mkfifo $HOME/password
keepassxc --config $HOME/keepassxc.ini --localconfig $HOME/local.ini --pw-stdin $HOME/database.kdbx <$HOME/password &
keyring=$!
echo {} >$HOME/password
gdbus wait --session --timeout 20 org.freedesktop.secrets
for attempt in $(seq 100); do
  gdbus call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets/aliases/default \
    -m org.freedesktop.DBus.Properties.Get org.freedesktop.Secret.Collection Locked | grep {} && break
  sleep 0.1
done)",
                       password, locked);
  }
};

// All but two points: it keeps text only, which our records are, and asks its person before a program replaces
// another's record, which our processes, each with a name of its own, do not do.
TEST_F(KeePassXC, KeepsTheContractForOurRecords) {
  const auto filter = std::string(contract) + "-*.GivesBackEveryByte/*:*.ShowsWhatAnotherProcessReplaced/*";
  int outcome = keyring_died;  // as 2.7.4 does now and then while records come and go
  for (int attempts_left = 3; outcome == keyring_died && attempts_left > 0; --attempts_left) {
    const EmptyHome home;
    outcome = run_inner(home, filter, started(home, "pw", "false"), write_bare_bus(home));
  }
  EXPECT_EQ(outcome, 0);
}

TEST_F(KeePassXC, IsUnavailableWhileItsDatabaseIsLocked) {
  const EmptyHome home;
  EXPECT_EQ(run_inner(home, "InnerNoKeyring.*", started(home, "wrong", "true"), write_bare_bus(home)), 0);
}

TEST(Keyring, IsUnavailableOnABusWithoutOne) {
  if (!is_installed("dbus-run-session")) GTEST_SKIP() << "dbus-run-session is not installed";
  const EmptyHome home;
  EXPECT_EQ(run_inner(home, "InnerNoKeyring.*", "", write_bare_bus(home)), 0);
}

TEST(Keyring, IsUnavailableWithoutABus) {
  const EmptyHome home;
  const auto command = fmt::format(
      "env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR={0} HOME={0} AIC_TEST_SYSTEM_STORE=1 timeout 60 {1} "
      "--gtest_filter=InnerNoKeyring.* >{0}/log 2>&1 || {{ cat {0}/log; false; }}",
      home.text(), own_path());
  EXPECT_EQ(std::system(command.c_str()), 0);
}

// Clients that pass few variables on: the bus is where systemd puts it (R-CLI-07).
TEST_F(GnomeKeyring, IsFoundWithoutTheBusAddress) {
  const auto hidden = fmt::format(
      "{}\nln -sf \"$(printf %s \"${{DBUS_SESSION_BUS_ADDRESS#unix:path=}}\" | cut -d, -f1)\" "
      "\"$XDG_RUNTIME_DIR/bus\"\n"
      "unset DBUS_SESSION_BUS_ADDRESS",
      unlocked_gnome_keyring);
  EXPECT_EQ(run_inner(home, "System/StoreContract.IsAvailable*", hidden), 0);
}

class InnerKeyring : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("AIC_TEST_SYSTEM_STORE") == nullptr) GTEST_SKIP() << "runs only on a bus of its own";
  }
  std::shared_ptr<auth::TokenStore> store = auth::system_store();
};

TEST_F(InnerKeyring, HoldsItsRecordsWhereOtherToolsFindThem) {
  if (!is_installed("secret-tool")) GTEST_SKIP() << "secret-tool is not installed";
  store->save("t.example.com#c", base::Secret("value"));

  EXPECT_EQ(std::system("test \"$(secret-tool lookup service PingOneAIC_MCP_Server account t.example.com#c)\" = value"),
            0);
  store->erase("t.example.com#c");
}

class InnerGnomeKeyring : public InnerKeyring {};

TEST_F(InnerGnomeKeyring, LeavesNothingOnDisk) {
  store->save("t.example.com#d", base::Secret("a-value-to-look-for"));

  // The session collection is gone with the session; the default one would write a keyring file.
  const std::string data = std::getenv("XDG_DATA_HOME");
  EXPECT_NE(
      std::system(fmt::format("grep -rlq PingOneAIC_MCP_Server {}/keyrings {}/.local 2>/dev/null", data, data).c_str()),
      0);
  store->erase("t.example.com#d");
}

// Another program of the same user can put an item of our name beside ours.
TEST_F(InnerGnomeKeyring, ChoosesNoneOfSeveralItemsOfAName) {
  if (!is_installed("secret-tool")) GTEST_SKIP() << "secret-tool is not installed";
  store->save("t.example.com#e", base::Secret("ours"));
  ASSERT_EQ(std::system("printf planted | secret-tool store --label=planted --collection=session service "
                        "PingOneAIC_MCP_Server account t.example.com#e xdg:schema org.freedesktop.Secret.Generic "
                        "beside ours"),
            0);

  try {
    store->load("t.example.com#e");
    ADD_FAILURE() << "one of them was taken";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code, base::Errc::conflict);
  }
  store->save("t.example.com#e", base::Secret("new"));
  const auto loaded = store->load("t.example.com#e");
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->equals("new"));
  store->erase("t.example.com#e");
  EXPECT_FALSE(store->load("t.example.com#e"));
}

// The daemon is there and gives no answer.
class InnerStoppedKeyring : public InnerKeyring {
 protected:
  void SetUp() override {
    InnerKeyring::SetUp();
    if (!IsSkipped()) daemon_ = std::stoi(std::getenv("keyring"));
  }
  void TearDown() override {
    if (daemon_ != 0) kill(daemon_, SIGCONT);
  }
  void stop_daemon() const { ASSERT_EQ(kill(daemon_, SIGSTOP), 0); }

  net::Loop loop;
  test::FakeClock clock{loop};
  // A name for each test: what the daemon did not do while it was stopped, it does in the next one.
  const std::string account =
      fmt::format("t.example.com#{}", testing::UnitTest::GetInstance()->current_test_info()->name());
  net::WorkerPool keychain_thread{1};
  auth::Vault vault{loop, clock, store, keychain_thread, account, "t.example.com"};

 private:
  int daemon_ = 0;
};

TEST_F(InnerStoppedKeyring, FromTheStartLeavesTheTokenInMemory) {
  stop_daemon();
  testing::internal::CaptureStderr();

  vault.hold(base::Secret("login-token-1"), std::chrono::hours(1));
  auto storing = test::start(loop, vault.store());
  EXPECT_FALSE(storing.ended());
  clock.advance(std::chrono::seconds(10));
  storing.get();

  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("it did not answer in time"));
  const auto token = test::run(loop, vault.take());
  ASSERT_TRUE(token);
  EXPECT_TRUE(token->token.equals("login-token-1"));
  test::run(loop, vault.close(auth::Vault::Last::forget, std::chrono::seconds(0)));
}

TEST_F(InnerStoppedKeyring, LaterMeansSignedOutWithinTheLimit) {
  vault.hold(base::Secret("login-token-1"), std::chrono::hours(1));
  test::run(loop, vault.store());
  ASSERT_TRUE(test::run(loop, vault.take()));
  stop_daemon();
  testing::internal::CaptureStderr();

  auto taking = test::start(loop, vault.take());
  EXPECT_FALSE(taking.ended());
  clock.advance(std::chrono::seconds(10));

  EXPECT_FALSE(taking.get());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("it did not answer in time"));
}

class InnerNoKeyring : public InnerKeyring {};

TEST_F(InnerNoKeyring, IsNotTakenForOne) {
  try {
    EXPECT_FALSE(store->available());
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code, base::Errc::transient);
  }
}

TEST_F(InnerNoKeyring, LeavesTheTokenInMemory) {
  net::Loop loop;
  test::FakeClock clock(loop);
  net::WorkerPool keychain_thread(1);
  auth::Vault vault(loop, clock, store, keychain_thread, "t.example.com#1", "t.example.com");
  testing::internal::CaptureStderr();

  vault.hold(base::Secret("login-token-1"), std::chrono::hours(1));
  test::run(loop, vault.store());

  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("the keychain cannot be used"));
  const auto token = test::run(loop, vault.take());
  ASSERT_TRUE(token);
  EXPECT_TRUE(token->token.equals("login-token-1"));
}

}  // namespace
