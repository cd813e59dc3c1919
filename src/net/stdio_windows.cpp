// Pipes, files and consoles of Windows can be waited for in one way only: by a thread that blocks in ReadFile or
// WriteFile. So there is one for each direction.
#include "net/stdio.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <windows.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/secret.h"
#include "base/wide.h"

namespace net {
namespace {

constexpr std::size_t pipe_read_size = 64 * 1024;
constexpr std::size_t pipe_write_size = 64 * 1024;

struct LoopSide;

// What the loop and the two threads share. The threads may outlive the channel and the loop: nothing ends a call that
// blocks in somebody else's pipe.
struct ThreadSide {
  std::mutex mutex;
  std::condition_variable changed;
  boost::asio::io_context* context = nullptr;  // null once the channel is gone
  std::weak_ptr<LoopSide> loop_side;
  bool is_input_wanted = false;
  bool is_output_closed = false;
  std::string output;  // not yet taken by the reader of our output

  // Under the lock.
  template <typename Step>
  void tell_loop(Step step) {
    if (context == nullptr) return;
    boost::asio::post(*context, [step = std::move(step), weak = loop_side]() mutable {
      if (const auto side = weak.lock()) step(*side);
    });
  }
};

// What only the loop's thread touches.
struct LoopSide {
  LoopSide(Loop& loop, std::size_t max_line) : framer(max_line), progress(loop.executor()) {}

  void take_input(std::string_view bytes) {
    framer.feed(bytes, [this](LineFramer::Line line) { lines.push_back(std::move(line)); });
    progress.pulse();
  }
  void end_input() {
    input_has_ended = true;
    if (auto rest = framer.finish()) lines.push_back(std::move(*rest));
    progress.pulse();
  }
  void close_output() {
    output_is_closed = true;
    progress.pulse();
  }

  LineFramer framer;
  std::deque<LineFramer::Line> lines;
  bool input_has_ended = false;
  bool output_is_closed = false;
  Condition progress;
};

// After a read that brought nothing: a pipe passes on an empty write of its writer, all else ends that way. So does a
// pipe of Wine's host.
bool is_at_end(HANDLE input) {
  return GetFileType(input) != FILE_TYPE_PIPE || PeekNamedPipe(input, nullptr, 0, nullptr, nullptr, nullptr) == 0;
}

// False at the end of the input.
bool read_some(HANDLE input, std::vector<char>& bytes) {
  bytes.resize(pipe_read_size);
  DWORD size = 0;
  while (ReadFile(input, bytes.data(), static_cast<DWORD>(bytes.size()), &size, nullptr) != 0) {
    if (size == 0 && !is_at_end(input)) continue;
    bytes.resize(size);
    return size > 0;
  }
  const DWORD code = GetLastError();
  if (code != ERROR_BROKEN_PIPE && code != ERROR_HANDLE_EOF) {
    base::log(base::LogLevel::error, "stdin cannot be read: {}", base::windows_error(code));
  }
  return false;
}

void read_when_wanted(const std::shared_ptr<ThreadSide>& shared, HANDLE input) {
  std::vector<char> bytes;
  while (true) {
    {
      std::unique_lock lock(shared->mutex);
      shared->changed.wait(lock, [&] { return shared->is_input_wanted || shared->context == nullptr; });
      if (shared->context == nullptr) return;
      shared->is_input_wanted = false;
    }
    const bool is_open = read_some(input, bytes);
    const std::lock_guard lock(shared->mutex);
    if (!is_open) {
      shared->tell_loop([](LoopSide& side) { side.end_input(); });
      return;
    }
    shared->tell_loop([taken = std::move(bytes)](LoopSide& side) { side.take_input({taken.data(), taken.size()}); });
    bytes = {};
  }
}

// 0 when nobody reads any more.
std::size_t write_some(HANDLE output, std::string_view bytes) {
  DWORD size = 0;
  if (WriteFile(output, bytes.data(), static_cast<DWORD>(bytes.size()), &size, nullptr) != 0) return size;
  const DWORD code = GetLastError();
  if (code != ERROR_BROKEN_PIPE && code != ERROR_NO_DATA) {
    base::log(base::LogLevel::error, "stdout cannot be written: {}", base::windows_error(code));
  }
  return 0;
}

void write_what_comes(const std::shared_ptr<ThreadSide>& shared, HANDLE output) {
  std::string part;
  std::unique_lock lock(shared->mutex);
  while (true) {
    shared->changed.wait(lock, [&] { return !shared->output.empty() || shared->context == nullptr; });
    if (shared->context == nullptr) return;
    part.assign(shared->output, 0, pipe_write_size);
    lock.unlock();
    const std::size_t taken = write_some(output, part);
    lock.lock();
    shared->output.erase(0, taken);
    if (taken == 0) {
      shared->is_output_closed = true;
      shared->tell_loop([](LoopSide& side) { side.close_output(); });
      return;
    }
    shared->tell_loop([](LoopSide& side) { side.progress.pulse(); });
  }
}

class StandardLines final : public LineChannel {
 public:
  StandardLines(Loop& loop, HANDLE input, HANDLE output, std::size_t max_line)
      : side_(std::make_shared<LoopSide>(loop, max_line)), shared_(std::make_shared<ThreadSide>()) {
    shared_->context = &loop.context();
    shared_->loop_side = side_;
    std::thread(read_when_wanted, shared_, input).detach();
    std::thread(write_what_comes, shared_, output).detach();
  }

  ~StandardLines() override {
    const std::lock_guard lock(shared_->mutex);
    shared_->context = nullptr;
    shared_->changed.notify_all();
  }

  Task<std::optional<LineFramer::Line>> read() override { return read_from(side_, shared_); }

  void write(std::string line) override {
    base::redact(line);
    const std::lock_guard lock(shared_->mutex);
    if (shared_->is_output_closed) return;
    shared_->output.append(line).push_back('\n');
    shared_->changed.notify_all();
  }

  std::size_t unsent() const override { return unsent_of(*shared_); }
  Task<> wait_until_sent(std::size_t bytes) override { return wait_for(side_, shared_, bytes); }
  bool output_closed() const override { return side_->output_is_closed; }

 private:
  static std::size_t unsent_of(ThreadSide& shared) {
    const std::lock_guard lock(shared.mutex);
    return shared.is_output_closed ? 0 : shared.output.size();
  }

  static Task<> wait_for(std::shared_ptr<LoopSide> side, std::shared_ptr<ThreadSide> shared, std::size_t bytes) {
    while (unsent_of(*shared) > bytes) co_await side->progress.wait();
  }

  static void ask_for_input(ThreadSide& shared) {
    const std::lock_guard lock(shared.mutex);
    shared.is_input_wanted = true;
    shared.changed.notify_all();
  }

  static Task<std::optional<LineFramer::Line>> read_from(std::shared_ptr<LoopSide> side,
                                                         std::shared_ptr<ThreadSide> shared) {
    while (side->lines.empty() && !side->input_has_ended && !side->output_is_closed) {
      ask_for_input(*shared);
      co_await side->progress.wait();
    }
    if (side->output_is_closed || side->lines.empty()) co_return std::nullopt;
    auto line = std::move(side->lines.front());
    side->lines.pop_front();
    co_return line;
  }

  std::shared_ptr<LoopSide> side_;
  std::shared_ptr<ThreadSide> shared_;
};

}  // namespace

std::unique_ptr<LineChannel> stdio_lines(Loop& loop, std::size_t max_line) {
  return std::make_unique<StandardLines>(loop, GetStdHandle(STD_INPUT_HANDLE), GetStdHandle(STD_OUTPUT_HANDLE),
                                         max_line);
}

}  // namespace net
