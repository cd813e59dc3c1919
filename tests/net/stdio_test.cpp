#include "net/stdio.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <thread>

#include "base/secret.h"
#include "support/kit/run.h"

namespace net {
namespace {

using testing::ElementsAre;

constexpr std::size_t max_line = 100'000;

std::vector<std::string> texts_of(LineFramer& framer, std::initializer_list<std::string_view> pieces) {
  std::vector<std::string> texts;
  for (const auto piece : pieces) {
    framer.feed(piece, [&](LineFramer::Line line) { texts.push_back(line.too_long ? "(too long)" : line.text); });
  }
  return texts;
}

TEST(LineFramer, SkipsALineAboveTheLimitToItsEnd) {
  LineFramer framer(4);

  EXPECT_THAT(texts_of(framer, {"12345", "678", "9\nnext\n"}), ElementsAre("(too long)", "next"));
}

TEST(LineFramer, KeepsNothingOfALineThatIsTooLong) {
  LineFramer framer(4);

  texts_of(framer, {"123", "456"});

  EXPECT_EQ(framer.buffered(), 0u);
}

TEST(LineFramer, JoinsPiecesAndDropsCarriageReturns) {
  LineFramer framer(10);

  EXPECT_THAT(texts_of(framer, {"a", "b\r", "\n\nc\n", "d"}), ElementsAre("ab", "", "c"));
}

TEST(LineFramer, DoesNotCountTheEndOfALine) {
  LineFramer framer(4);

  EXPECT_THAT(texts_of(framer, {"1234\r\n", "1234\r", "\n", "1234\r5\n", "1234", "\r", "\r\n", "123\r\r\n"}),
              ElementsAre("1234", "1234", "(too long)", "(too long)", "123\r"));
}

TEST(LineFramer, GivesTheRestAtTheEnd) {
  LineFramer framer(10);

  texts_of(framer, {"one\ntwo"});

  EXPECT_EQ(framer.finish().value().text, "two");
  EXPECT_FALSE(framer.finish());
}

// Two descriptors that behave as the two ends of a pipe.
struct Pipe {
  explicit Pipe(bool as_socket = false) {
    std::array<int, 2> ends{};
    const int result = as_socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) : ::pipe(ends.data());
    if (result != 0) throw std::runtime_error("no pipe");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_read_end();
    close_write_end();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void close_read_end() {
    if (read_end >= 0) ::close(std::exchange(read_end, -1));
  }
  void close_write_end() {
    if (write_end >= 0) ::close(std::exchange(write_end, -1));
  }
  void put(std::string_view bytes) const {
    ASSERT_EQ(::write(write_end, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }

  int read_end = -1, write_end = -1;
};

// What a client of ours would read until we close, read on a thread of its own.
std::string read_all(int descriptor) {
  std::string all;
  std::array<char, 8192> bytes{};
  for (ssize_t count = 0; (count = ::read(descriptor, bytes.data(), bytes.size())) > 0;) {
    all.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return all;
}

// "end" where there is no further line.
std::string next_line(Loop& loop, LineChannel& channel) {
  const auto line = test::run(loop, channel.read());
  if (!line) return "end";
  return line->too_long ? "(too long)" : line->text;
}

class LineChannelTest : public testing::TestWithParam<bool> {
 protected:
  Loop loop_;
  Pipe in_{GetParam()}, out_{GetParam()};
  std::unique_ptr<LineChannel> channel_ = descriptor_lines(loop_, in_.read_end, out_.write_end, max_line);
};

TEST_P(LineChannelTest, EndsReadingWhenNobodyReadsOurOutput) {
  auto reading = test::start(loop_, channel_->read());
  out_.close_read_end();

  channel_->write("into the void");

  EXPECT_FALSE(reading.get());
  EXPECT_TRUE(channel_->output_closed());
  EXPECT_EQ(channel_->unsent(), 0u);
  test::run(loop_, channel_->wait_until_sent(0));
}

TEST_P(LineChannelTest, LeavesTheFlagsOfItsDescriptorsAlone) {
  test::start(loop_, channel_->read()).cancel();
  channel_->write("line");
  test::settle(loop_);

  EXPECT_EQ(fcntl(in_.read_end, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(fcntl(out_.write_end, F_GETFL) & O_NONBLOCK, 0);
}

TEST_P(LineChannelTest, ReadsLinesUntilTheEnd) {
  in_.put("one\r\ntw");
  EXPECT_EQ(next_line(loop_, *channel_), "one");
  in_.put("o\nthree");
  EXPECT_EQ(next_line(loop_, *channel_), "two");
  in_.close_write_end();
  EXPECT_EQ(next_line(loop_, *channel_), "three");
  EXPECT_EQ(next_line(loop_, *channel_), "end");
  EXPECT_EQ(next_line(loop_, *channel_), "end");
}

TEST_P(LineChannelTest, LosesNothingWhenAReadIsCancelled) {
  auto reading = test::start(loop_, channel_->read());
  reading.cancel();
  test::settle(loop_);
  EXPECT_TRUE(reading.was_cancelled());

  in_.put("later\n");

  EXPECT_EQ(next_line(loop_, *channel_), "later");
}

TEST_P(LineChannelTest, WaitsForASlowReaderWithoutBlockingTheLoop) {
  const std::string line(300'000, 'x');
  for (int i = 0; i < 10; ++i) channel_->write(line);
  test::settle(loop_);
  const auto unsent = channel_->unsent();
  EXPECT_GT(unsent, 2'000'000u);

  std::string received;
  std::thread client([&] { received = read_all(out_.read_end); });
  test::run(loop_, channel_->wait_until_sent(0));
  out_.close_write_end();
  client.join();

  EXPECT_EQ(received.size(), 10 * (line.size() + 1));
}

TEST_P(LineChannelTest, HidesLivingSecrets) {
  const base::Secret secret("a-very-secret-token");

  channel_->write("Bearer a-very-secret-token!");
  test::run(loop_, channel_->wait_until_sent(0));
  out_.close_write_end();

  EXPECT_EQ(read_all(out_.read_end), "Bearer [redacted]!\n");
}

INSTANTIATE_TEST_SUITE_P(OverPipesAndSockets, LineChannelTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Socket" : "Pipe"; });

TEST(LineChannel, ReadsAndWritesFiles) {
  Loop loop;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::tmpfile(), &std::fclose);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::tmpfile(), &std::fclose);
  ASSERT_EQ(::pwrite(fileno(in.get()), "a\nb\n", 4, 0), 4);
  const auto channel = descriptor_lines(loop, fileno(in.get()), fileno(out.get()), max_line);

  EXPECT_EQ(next_line(loop, *channel), "a");
  EXPECT_EQ(next_line(loop, *channel), "b");
  EXPECT_EQ(next_line(loop, *channel), "end");
  channel->write("answer");
  test::run(loop, channel->wait_until_sent(0));

  std::array<char, 16> written{};
  EXPECT_EQ(::pread(fileno(out.get()), written.data(), written.size(), 0), 7);
  EXPECT_STREQ(written.data(), "answer\n");
}

TEST(LineChannel, TakesDevNullForAnEmptyInput) {
  Loop loop;
  const int null = ::open("/dev/null", O_RDWR);
  const int other = ::open("/dev/null", O_RDWR);
  {
    const auto channel = descriptor_lines(loop, null, other, max_line);
    channel->write("answer");
    EXPECT_EQ(next_line(loop, *channel), "end");
  }
  ::close(null);
  ::close(other);
}

}  // namespace
}  // namespace net
