// The whole program between its edges, at its worst moments.
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/offer.h"
#include "app/program.h"
#include "base/random.h"
#include "support/auth/fake_store.h"
#include "support/kit/fake_browser.h"
#include "support/kit/fake_http.h"
#include "support/mcp/memory_lines.h"

namespace app {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// What the client does when the server has written so many lines.
class ActingLines final : public net::LineChannel {
 public:
  ActingLines(net::Loop& loop, std::function<void()> act) : lines_(loop), act_(std::move(act)) {
    lines_.say(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
               R"("capabilities":{"elicitation":{"form":{}}},"clientInfo":{"name":"test","version":"1"}}})");
    lines_.say(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    lines_.say(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"getManagedObject",)"
               R"("arguments":{"objectType":"alpha_user","objectId":"u1"},"_meta":{"progressToken":1}}})");
  }

  net::Task<std::optional<net::LineFramer::Line>> read() override {
    if (is_broken) throw std::runtime_error("the pipe broke");
    auto line = co_await lines_.read();
    if (is_broken) throw std::runtime_error("the pipe broke");
    co_return line;
  }
  void write(std::string line) override {
    if (line.find(R"("id":1,"result")") != std::string::npos) {
      answer = std::move(line);
      act_();
    }
  }
  std::size_t unsent() const override { return 0; }
  net::Task<> wait_until_sent(std::size_t) override { co_return; }
  bool output_closed() const override { return false; }
  void end_input() { lines_.end_input(); }

  std::string answer;
  bool is_broken = false;

 private:
  test::MemoryLines lines_;
  std::function<void()> act_;
};

// A person has signed in by device code, and the record is in the keychain, when the first call is answered.
class ProgramsEnd : public testing::Test {
 protected:
  ProgramsEnd() {
    http.answer("POST", "/am/oauth2/device/code", 200,
                R"({"device_code":"the-device-code","user_code":"ABCD","verification_uri":"https://t.example.com/d",)"
                R"("expires_in":300,"interval":1})");
    http.always("POST", "/am/oauth2/access_token", 200, R"({"access_token":"a-token","expires_in":3600})");
    http.always("GET", "/openidm/info/login", 404);
    http.always("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1"})");
  }

  // The program's exit code, with what happens once the first call is answered; `log` is its stderr.
  int run_and(std::function<void(ActingLines&)> act) {
    std::optional<ActingLines> lines;
    lines.emplace(loop, [&] {
      EXPECT_THAT(lines->answer, HasSubstr("u1"));
      loop.spawn(wait_for_record(), [&](const std::exception_ptr&) {
        EXPECT_THAT(store->records(), SizeIs(1));
        act(*lines);
      });
    });
    testing::internal::CaptureStderr();
    const int code =
        run({loop, clock, random, http, browser, store, keychain_thread, *lines}, options, offered_tools(options));
    log = testing::internal::GetCapturedStderr();
    return code;
  }

  // No call waits for the keychain.
  net::Task<> wait_for_record() {
    for (int tries = 0; tries < 1000 && store->records().empty(); ++tries)
      co_await clock.sleep(std::chrono::milliseconds(10));
  }

  net::Loop loop;
  net::SystemClock clock;
  base::SystemRandom random;
  test::FakeHttp http{"https://t.example.com"};
  test::FakeBrowser browser;
  std::shared_ptr<test::FakeStore> store = std::make_shared<test::FakeStore>();
  net::WorkerPool keychain_thread{1};
  Options options = read_options({{"AIC_BASE_URL", "https://t.example.com"}, {"AIC_LOGIN", "device"}});
  std::string log;
};

TEST_F(ProgramsEnd, LeavesNoRecordWhenTheClientGoes) {
  EXPECT_EQ(run_and([](ActingLines& lines) { lines.end_input(); }), 0);
  EXPECT_THAT(store->records(), SizeIs(0));
}

TEST_F(ProgramsEnd, LeavesNoRecordWhenReadingBreaks) {
  EXPECT_EQ(run_and([](ActingLines& lines) {
              lines.is_broken = true;
              lines.end_input();
            }),
            0);
  EXPECT_THAT(store->records(), SizeIs(0));
  EXPECT_THAT(log, HasSubstr("reading the input failed"));
}

// Nothing of it waits for the keychain's thread; main() ends the process without doing so either.
TEST_F(ProgramsEnd, ComesThoughTheKeychainHangs) {
  EXPECT_EQ(run_and([&](ActingLines& lines) {
              store->hangs = true;
              lines.end_input();
            }),
            0);
  store->release();
}

TEST_F(ProgramsEnd, LeavesNoRecordAfterAFatalError) {
  EXPECT_EQ(run_and([](ActingLines&) { throw std::runtime_error("something that cannot be"); }), fatal);
  EXPECT_THAT(store->records(), SizeIs(0));
  EXPECT_THAT(log, HasSubstr("fatal: something that cannot be"));
}

}  // namespace
}  // namespace app
