// What the program's memory holds of what is over (R-TOK-01): the operator delete of this program overwrites, and a
// sign-in leaves nothing.
#include <new>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aic/journal.h"
#include "app/host_fixture.h"
#include "support/kit/memory.h"

namespace app {
namespace {

using test::Needle;

// Keeps the compiler from leaving out what nobody reads.
void keep(void* bytes) {
  asm volatile("" : : "r"(bytes) : "memory");
}

// Behind what the C library itself writes into what is free.
void* filled(const Needle& needle, void* block) {
  needle.write_to(static_cast<char*>(block) + 400);
  keep(block);
  EXPECT_EQ(needle.found(), 1U);
  return block;
}

// ThreadSanitizer brings operators of its own (cmake/layers.cmake).
#if __has_feature(thread_sanitizer)
constexpr bool has_own_delete = false;
#else
constexpr bool has_own_delete = true;
#endif

// AddressSanitizer keeps the frames of functions that have returned.
#if __has_feature(address_sanitizer)
constexpr bool keeps_frames = true;
#else
constexpr bool keeps_frames = false;
#endif

TEST(FreedMemory, IsOverwrittenByEveryFormOfDelete) {
  if (!has_own_delete) GTEST_SKIP() << "the sanitizer's delete overwrites nothing";
  const Needle needle("something that must not be left behind");
  constexpr std::size_t size = 920;  // of which the search itself needs none
  ::operator delete(filled(needle, ::operator new(size)));
  EXPECT_EQ(needle.found(), 0U) << "delete";
  ::operator delete(filled(needle, ::operator new(size)), size);
  EXPECT_EQ(needle.found(), 0U) << "sized delete";
  ::operator delete[](filled(needle, ::operator new[](size)));
  EXPECT_EQ(needle.found(), 0U) << "delete[]";
  ::operator delete[](filled(needle, ::operator new[](size)), size);
  EXPECT_EQ(needle.found(), 0U) << "sized delete[]";
  ::operator delete(filled(needle, ::operator new(size, std::nothrow)));
  EXPECT_EQ(needle.found(), 0U) << "delete of what was allocated without exceptions";
}

// What the list of changes has kept may hold secrets of the tenant's (R-UND-01).
TEST(FreedMemory, HoldsNothingThatTheListOfChangesHasDropped) {
  if (!has_own_delete) GTEST_SKIP() << "the sanitizer's delete overwrites nothing";
  const Needle needle("a setting that was changed long ago and must be gone by now");
  aic::Journal journal;
  {
    base::Json document = std::string(needle.size(), 'x');
    needle.write_to(document.get_ref<std::string&>().data());
    aic::Change change;
    change.documents.push_back({.path = "/x", .before = base::Json(), .after = std::move(document)});
    journal.add(std::move(change));
  }
  ASSERT_GT(needle.found(), 0U);
  for (std::size_t i = 0; i < aic::Journal::most_changes; ++i) journal.add({});

  EXPECT_EQ(needle.found(), 0U);
}

class SignInsRemains : public test::HostTest {
 protected:
  // The state of a sign-in that waits for the person; no copy of it is left with the test.
  Needle begin_sign_in() {
    http.always("POST", test::token_path, 200, R"({"access_token":"some-token-or-other"})");
    http.always("GET", "/openidm/managed/alpha_user/u1", 200, R"({"_id":"u1"})");
    serve();
    initialize("2025-11-25", "{}");
    call_tool(1, "getManagedObject", R"({"objectType":"alpha_user","objectId":"u1"})");
    auto state = parameter(authorize_url(), "state");
    EXPECT_GT(state.size(), 20U);
    Needle needle(state);
    base::wipe(state);
    return needle;
  }
  void forget_the_persons_copy() {
    for (auto& url : browser.opened) base::wipe(url);
    pages.clear();
  }
};

TEST_F(SignInsRemains, AreNone) {
  if (!has_own_delete || keeps_frames) GTEST_SKIP() << "the sanitizer keeps what is over";
  const auto state = begin_sign_in();
  ASSERT_GT(state.found(), 0U);
  sign_in();
  hear();
  forget_the_persons_copy();
  test::settle(loop);

  EXPECT_EQ(state.found(), 0U);
}

// The person's browser, which keeps no copy of what it asks for.
class PlainSocket {
 public:
  PlainSocket(std::uint16_t port, std::string target) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
    is_sent_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
               write(socket_, request.data(), request.size()) == static_cast<ssize_t>(request.size());
    base::wipe(request);
    base::wipe(target);
  }
  PlainSocket(const PlainSocket&) = delete;
  PlainSocket& operator=(const PlainSocket&) = delete;
  ~PlainSocket() { close(socket_); }
  bool is_sent() const { return is_sent_; }

 private:
  int socket_;
  bool is_sent_ = false;
};

TEST_F(SignInsRemains, AreFewWhileTheCodeIsRedeemed) {
  if (!has_own_delete || keeps_frames) GTEST_SKIP() << "the sanitizer keeps what is over";
  const auto redemption = http.hold(loop, "POST", test::token_path);
  const auto state = begin_sign_in();
  const auto port = port_of(browser.opened.front());
  const PlainSocket person(port, "/?code=the-code&state=" + parameter(browser.opened.front(), "state"));
  ASSERT_TRUE(person.is_sent());
  forget_the_persons_copy();

  wait_until([&] { return redemption.waits(); });

  EXPECT_EQ(state.found(), 2U) << "in the URL that calls show, and where the listener compares with it";
  auto answered = redemption;
  answered.reply(200, R"({"access_token":"some-token-or-other"})");
  hear();
}

}  // namespace
}  // namespace app
