// The two pipes of a line protocol without a process: what a client writes and what it reads, or does not read.
#pragma once

#include "net/stdio.h"
#include "support/kit/run.h"

#include <deque>
#include <string>
#include <utility>

namespace test {

class MemoryLines final : public net::LineChannel {
 public:
  explicit MemoryLines(net::Loop& loop) : arrived_(loop.executor()), read_(loop.executor()) {}

  // The client's side.
  void say(std::string line) { put({std::move(line), false}); }
  void say_too_long() { put({{}, true}); }
  void end_input() {
    ended_ = true;
    arrived_.pulse();
  }
  // For a further server after that.
  void begin_input() { ended_ = false; }
  void close_output() {
    output_closed_ = true;
    read_.pulse();
    end_input();
  }
  // The oldest line that it has not read yet, or an empty one.
  std::string hear() {
    if (unread_.empty()) return {};
    std::string line = std::move(unread_.front());
    unread_.pop_front();
    unread_bytes_ -= line.size() + 1;
    read_.pulse();
    return line;
  }
  std::size_t unread_lines() const { return unread_.size(); }
  std::size_t waiting_lines() const { return input_.size(); }  // not taken in by the server

  // A client that reads at once: nothing counts as unsent.
  bool reads_at_once = true;

  net::Task<std::optional<net::LineFramer::Line>> read() override {
    while (input_.empty() && !ended_) co_await arrived_.wait();
    if (input_.empty() || output_closed_) co_return std::optional<net::LineFramer::Line>();
    net::LineFramer::Line line = std::move(input_.front());
    input_.pop_front();
    co_return std::optional<net::LineFramer::Line>(std::move(line));
  }
  void write(std::string line) override {
    if (output_closed_) return;
    unread_bytes_ += line.size() + 1;
    unread_.push_back(std::move(line));
  }
  std::size_t unsent() const override { return reads_at_once ? 0 : unread_bytes_; }
  net::Task<> wait_until_sent(std::size_t bytes) override {
    while (unsent() > bytes && !output_closed_) co_await read_.wait();
  }
  bool output_closed() const override { return output_closed_; }

 private:
  void put(net::LineFramer::Line line) {
    input_.push_back(std::move(line));
    arrived_.pulse();
  }

  std::deque<net::LineFramer::Line> input_;
  std::deque<std::string> unread_;
  std::size_t unread_bytes_ = 0;
  bool ended_ = false;
  bool output_closed_ = false;
  net::Condition arrived_;
  net::Condition read_;
};

}  // namespace test
