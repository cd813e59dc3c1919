// Lines on stdin and stdout.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/loop.h"

namespace net {

// Cuts a stream of bytes into lines. A line above the limit is read to its end without being kept.
class LineFramer {
 public:
  explicit LineFramer(std::size_t max_line) : max_line_(max_line) {}

  struct Line {
    std::string text;       // without the line feed and a carriage return before it
    bool too_long = false;  // then `text` is empty
  };
  // Feeds bytes; calls `on_line` for each line that they complete.
  void feed(std::string_view bytes, const std::function<void(Line)>& on_line);
  // At the end of input: what came after the last line feed, if anything did.
  std::optional<Line> finish();
  std::size_t buffered() const { return partial_.size(); }

 private:
  void keep(std::string_view part);
  Line take();

  std::size_t max_line_;
  std::string partial_;
  bool skipping_ = false;
};

// The two pipes of an MCP server. Reading and writing never block the loop, and the descriptors' own flags, which are
// shared with whoever started us, stay as they are. Loop thread only.
class LineChannel {
 public:
  virtual ~LineChannel() = default;
  // The next line, or nothing at the end of input and once our output is closed. One reader at a time. Nothing is
  // taken from the pipe while nobody reads.
  virtual Task<std::optional<LineFramer::Line>> read() = 0;
  // Queues a line; a line feed is added. Living secrets in it are replaced (R-TOK-10).
  virtual void write(std::string line) = 0;
  // Bytes queued and not yet taken by the reader of our output.
  virtual std::size_t unsent() const = 0;
  // Returns when at most `bytes` are unsent, or nobody can read them any more.
  virtual Task<> wait_until_sent(std::size_t bytes) = 0;
  // True once nobody can read our output any more (EPIPE).
  virtual bool output_closed() const = 0;
};

std::unique_ptr<LineChannel> stdio_lines(Loop& loop, std::size_t max_line);
// For tests and for other descriptors: two different ones, which stay the caller's to close.
std::unique_ptr<LineChannel> descriptor_lines(Loop& loop, int in, int out, std::size_t max_line);

}  // namespace net
