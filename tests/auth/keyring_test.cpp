// The store over libsecret against a real keyring, on a bus of its own: the test runs this program once more under
// dbus-run-session.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/store.h"
#include "base/error.h"

namespace {

using testing::Contains;
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

 private:
  fs::path path_;
};

// Runs the inner tests on a fresh bus, after a shell command there.
int run_inner(const EmptyHome& home, const std::string& filter, const std::string& bus_options,
              const std::string& first) {
  const auto command = fmt::format(
      "env -u DISPLAY -u WAYLAND_DISPLAY HOME={0} XDG_RUNTIME_DIR={0} XDG_DATA_HOME={0} AIC_TEST_KEYRING=1 "
      "timeout 60 dbus-run-session {1} -- sh -c '{2} && {3} --gtest_filter={4}' >{0}/log 2>&1 "
      "|| {{ cat {0}/log; false; }}",
      home.text(), bus_options, first, own_path(), filter);
  return std::system(command.c_str());
}

// A bus that starts no service by itself.
std::string write_bare_bus(const EmptyHome& home) {
  const auto path = home.text() + "/bus.conf";
  std::ofstream(path) << "<busconfig><type>session</type><listen>unix:tmpdir=" << home.text()
                      << "</listen><policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>"
                      << "<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>";
  return "--config-file=" + path;
}

// The daemon ends with its bus.
constexpr const char* unlocked_keyring = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

TEST(Keyring, KeepsRecordsThatOnlyTheirNameOpens) {
  if (!is_installed("dbus-run-session") || !is_installed("gnome-keyring-daemon")) {
    GTEST_SKIP() << "dbus-run-session or gnome-keyring-daemon is not installed";
  }
  const EmptyHome home;
  EXPECT_EQ(run_inner(home, "InnerKeyring.*", "", unlocked_keyring), 0);
}

TEST(Keyring, IsUnavailableOnABusWithoutOne) {
  if (!is_installed("dbus-run-session")) GTEST_SKIP() << "dbus-run-session is not installed";
  const EmptyHome home;
  EXPECT_EQ(run_inner(home, "InnerEmptyBus.*", write_bare_bus(home), "true"), 0);
}

TEST(Keyring, IsUnavailableWithoutABus) {
  const EmptyHome home;
  const auto command = fmt::format(
      "env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR={0} HOME={0} AIC_TEST_KEYRING=1 timeout 60 {1} "
      "--gtest_filter=InnerEmptyBus.* >{0}/log 2>&1 || {{ cat {0}/log; false; }}",
      home.text(), own_path());
  EXPECT_EQ(std::system(command.c_str()), 0);
}

class InnerKeyring : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("AIC_TEST_KEYRING") == nullptr) GTEST_SKIP() << "runs only on a bus of its own";
  }
  std::unique_ptr<auth::TokenStore> store = auth::system_store();
};

TEST_F(InnerKeyring, IsAvailable) {
  EXPECT_TRUE(store->available());
  EXPECT_EQ(store->name(), "Secret Service");
}

TEST_F(InnerKeyring, HasNothingUnderAnUnknownName) {
  EXPECT_EQ(store->load("nobody#1"), std::nullopt);
  store->erase("nobody#1");
  EXPECT_THAT(store->accounts(), Not(Contains("nobody#1")));
}

TEST_F(InnerKeyring, GivesBackWhatItWasGiven) {
  const std::string value = R"({"accessToken":")" + std::string(6000, 'x') + R"("})";
  store->save("t.example.com#a", base::Secret(value));
  store->save("t.example.com#b", base::Secret("other"));

  EXPECT_TRUE(store->load("t.example.com#a")->equals(value));
  EXPECT_THAT(store->accounts(), testing::UnorderedElementsAre("t.example.com#a", "t.example.com#b"));

  store->save("t.example.com#a", base::Secret("newer"));
  EXPECT_TRUE(store->load("t.example.com#a")->equals("newer"));
  EXPECT_EQ(store->accounts().size(), 2u);

  store->erase("t.example.com#a");
  EXPECT_EQ(store->load("t.example.com#a"), std::nullopt);
  EXPECT_TRUE(store->load("t.example.com#b")->equals("other"));
  store->erase("t.example.com#b");
  EXPECT_TRUE(store->accounts().empty());
}

TEST_F(InnerKeyring, WritesItsRecordsWhereOtherToolsFindThem) {
  if (!is_installed("secret-tool")) GTEST_SKIP() << "secret-tool is not installed";
  store->save("t.example.com#c", base::Secret("value"));

  EXPECT_EQ(std::system("test \"$(secret-tool lookup service PingOneAIC_MCP_Server account t.example.com#c)\" = value"),
            0);
  store->erase("t.example.com#c");
}

TEST_F(InnerKeyring, LeavesNothingOnDisk) {
  store->save("t.example.com#d", base::Secret("a-value-to-look-for"));

  // The session collection is gone with the session; the default one would write a keyring file.
  const std::string data = std::getenv("XDG_DATA_HOME");
  EXPECT_NE(std::system(fmt::format("grep -rlq PingOneAIC_MCP_Server {} 2>/dev/null", data).c_str()), 0);
  store->erase("t.example.com#d");
}

class InnerEmptyBus : public InnerKeyring {};

TEST_F(InnerEmptyBus, HasNoKeyring) {
  try {
    EXPECT_FALSE(store->available());
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code, base::Errc::transient);
  }
}

}  // namespace
