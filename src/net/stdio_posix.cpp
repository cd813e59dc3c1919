#include "net/stdio.h"

#include <fmt/core.h>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <deque>
#include <utility>

#include "base/log.h"
#include "base/secret.h"
#include "net/readiness.h"

namespace net {
namespace {

namespace asio = boost::asio;

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t write_turn = 256 * 1024;  // then others on the loop get their turn
constexpr std::size_t kept_capacity = 1024 * 1024;

// Writes what can be written without waiting, and without setting O_NONBLOCK, which others would see.
class Output {
 public:
  enum class Kind { socket, pipe, file, other };

  Output(Loop& loop, int descriptor)
      : descriptor_(descriptor), kind_(kind_of(descriptor)), readiness_(loop, descriptor, Readiness::For::writing) {}

  // The number of bytes taken; 0 when it has to wait; nothing when nobody reads any more.
  std::optional<std::size_t> write(std::string_view bytes) const {
    if (kind_ != Kind::socket && !readiness_.is_now()) return 0;
    ssize_t taken = 0;
    do {
      taken = kind_ == Kind::socket ? ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT)
                                    : ::write(descriptor_, bytes.data(), std::min(bytes.size(), largest_write()));
    } while (taken < 0 && errno == EINTR);
    if (taken >= 0) return static_cast<std::size_t>(taken);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
    if (errno != EPIPE && errno != ECONNRESET)
      base::log(base::LogLevel::error, "stdout cannot be written: {}", std::strerror(errno));
    return std::nullopt;
  }

  Task<> wait() { return readiness_.wait(); }
  void close() { readiness_.close(); }

 private:
  static Kind kind_of(int descriptor) {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) return Kind::other;
    if (S_ISSOCK(status.st_mode)) return Kind::socket;
    if (S_ISFIFO(status.st_mode)) return Kind::pipe;
    return S_ISREG(status.st_mode) ? Kind::file : Kind::other;
  }

  // How much a descriptor that polls as writable takes at least: POSIX promises that much for pipes; a terminal
  // has little room.
  std::size_t largest_write() const {
    constexpr std::size_t terminal_room = 256;
    switch (kind_) {
      case Kind::pipe:
        return PIPE_BUF;
      case Kind::other:
        return terminal_room;
      default:
        return write_turn;
    }
  }

  int descriptor_;
  Kind kind_;
  Readiness readiness_;
};

class DescriptorLines final : public LineChannel {
 public:
  DescriptorLines(Loop& loop, int in, int out, std::size_t max_line)
      : state_(std::make_shared<State>(loop, in, out, max_line)) {}
  ~DescriptorLines() override { state_->close(); }

  Task<std::optional<LineFramer::Line>> read() override { return read_from(state_); }
  void write(std::string line) override { state_->write(std::move(line)); }
  std::size_t unsent() const override { return state_->unsent(); }
  Task<> wait_until_sent(std::size_t bytes) override { return wait_for(state_, bytes); }
  bool output_closed() const override { return state_->output_is_closed; }

 private:
  // Shared with the coroutines and posted work that may outlive the channel.
  struct State : std::enable_shared_from_this<State> {
    State(Loop& the_loop, int in, int out, std::size_t max_line)
        : loop(the_loop),
          input(in),
          input_readiness(loop, in, Readiness::For::reading),
          output(loop, out),
          framer(max_line),
          progress(loop.executor()) {}

    void close() {
      output_is_closed = true;
      input_readiness.close();
      output.close();
      progress.pulse();
    }

    std::size_t unsent() const { return output_is_closed ? 0 : buffer.size() - sent; }

    void write(std::string line) {
      if (output_is_closed) return;
      base::redact(line);
      buffer.append(line).push_back('\n');
      if (std::exchange(is_flushing, true)) return;
      // In a turn of its own, so that the lines of this turn leave together.
      asio::post(loop.context(), [self = shared_from_this()] { self->flush(); });
    }

    void flush() {
      const std::size_t turn_end = std::min(buffer.size(), sent + write_turn);
      while (sent < turn_end && !output_is_closed) {
        const auto taken = output.write(std::string_view(buffer).substr(sent, turn_end - sent));
        if (!taken) {
          close();
        } else if (*taken == 0) {
          progress.pulse();
          // A reader that is always behind never lets the buffer run empty. At half, moving the rest costs less than
          // sending did.
          if (sent >= unsent()) forget_sent();
          loop.spawn(flush_when_writable(shared_from_this()), {});
          return;
        } else {
          sent += *taken;
        }
      }
      progress.pulse();
      forget_sent();
      is_flushing = !buffer.empty();
      if (is_flushing) asio::post(loop.context(), [self = shared_from_this()] { self->flush(); });
    }

    void forget_sent() {
      if (output_is_closed) sent = buffer.size();
      buffer.erase(0, std::exchange(sent, 0));
      if (buffer.empty() && buffer.capacity() > kept_capacity) std::string().swap(buffer);
    }

    Loop& loop;
    int input;
    Readiness input_readiness;
    Output output;
    std::array<char, read_size> bytes;
    LineFramer framer;
    std::deque<LineFramer::Line> lines;
    bool input_has_ended = false;
    bool output_is_closed = false;
    std::string buffer;
    std::size_t sent = 0;  // of the buffer
    bool is_flushing = false;
    Condition progress;
  };

  static Task<> flush_when_writable(std::shared_ptr<State> state) {
    co_await state->output.wait();
    if (!state->output_is_closed) state->flush();
  }

  static Task<> wait_for(std::shared_ptr<State> state, std::size_t bytes) {
    while (state->unsent() > bytes) co_await state->progress.wait();
  }

  static Task<std::optional<LineFramer::Line>> read_from(std::shared_ptr<State> state) {
    while (state->lines.empty() && !state->input_has_ended && !state->output_is_closed) {
      co_await state->input_readiness.wait();
      const auto cancellation = co_await asio::this_coro::cancellation_state;
      if (cancellation.cancelled() != asio::cancellation_type::none) throw_cancelled();
      if (!state->output_is_closed) take_input(*state);
    }
    if (state->output_is_closed || state->lines.empty()) co_return std::nullopt;
    auto line = std::move(state->lines.front());
    state->lines.pop_front();
    co_return line;
  }

  static void take_input(State& state) {
    if (!state.input_readiness.is_now()) return;  // reading would block the loop
    const auto add = [&](LineFramer::Line line) { state.lines.push_back(std::move(line)); };
    const ssize_t count = ::read(state.input, state.bytes.data(), state.bytes.size());
    if (count > 0) {
      state.framer.feed({state.bytes.data(), static_cast<std::size_t>(count)}, add);
      return;
    }
    if (count < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count < 0) base::log(base::LogLevel::error, "stdin cannot be read: {}", std::strerror(errno));
    state.input_has_ended = true;
    if (auto rest = state.framer.finish()) add(std::move(*rest));
  }

  std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<LineChannel> stdio_lines(Loop& loop, std::size_t max_line) {
  return descriptor_lines(loop, STDIN_FILENO, STDOUT_FILENO, max_line);
}

std::unique_ptr<LineChannel> descriptor_lines(Loop& loop, int in, int out, std::size_t max_line) {
  return std::make_unique<DescriptorLines>(loop, in, out, max_line);
}

}  // namespace net
