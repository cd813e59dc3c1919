#include "mcp/http/event_stream.h"

#include <fmt/format.h>

#include <charconv>

namespace mcp {
namespace {

bool read_event_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

EventStream::EventStream(net::Loop& loop, net::Clock& clock, std::uint64_t number, bool is_primed,
                         EventStreamLimits limits)
    : loop_(loop), clock_(clock), number_(number), limits_(limits), changed_(loop.executor()) {
  if (is_primed) keep(fmt::format("retry: {}\n", limits_.retry.count()), "");
}

void EventStream::add(std::string_view message) {
  if (!has_ended_) keep("", message);
}

void EventStream::keep(std::string_view fields, std::string_view data) {
  ++last_;
  events_.push_back({last_, fmt::format("id: {}-{}\n{}data: {}\n\n", number_, last_, fields, data)});
  unsent_ += events_.back().text.size();
  changed_.pulse();
}

void EventStream::end() {
  has_ended_ = true;
  changed_.pulse();
}

void EventStream::hang_up() {
  ++connections_;
  changed_.pulse();
}

bool EventStream::can_resume_after(std::uint64_t event) const {
  if (event > last_) return false;
  return event == last_ || (!events_.empty() && events_.front().number <= event + 1);
}

const EventStream::Event* EventStream::next(std::uint64_t after) const {
  if (events_.empty() || events_.back().number <= after) return nullptr;
  const auto first = events_.front().number;
  return &events_.at(after < first ? 0 : after - first + 1);
}

void EventStream::was_sent(std::uint64_t event) {
  for (; sent_ < event; ++sent_) {
    const auto size = events_.at(sent_ + 1 - events_.front().number).text.size();
    unsent_ -= size;
    kept_ += size;
  }
  while (kept_ > limits_.kept && events_.front().number <= sent_) {
    kept_ -= events_.front().text.size();
    events_.pop_front();
  }
}

net::Task<> EventStream::send(std::shared_ptr<EventStream> stream, std::uint64_t after, http::ServerReply::Sink& sink) {
  stream->hang_up();
  const auto connection = stream->connections_;
  while (connection == stream->connections_) {
    if (const auto* event = stream->next(after)) {
      after = event->number;
      co_await sink.send(event->text);
      stream->was_sent(after);
    } else if (stream->has_ended_) {
      co_return;
    } else if (!co_await stream->loop_.within(stream->clock_, stream->limits_.keep_alive, stream->changed_.wait())) {
      co_await sink.send(":\n\n");
    }
  }
}

bool read_event_id(std::string_view id, std::uint64_t& stream, std::uint64_t& event) {
  const auto dash = id.find('-');
  return dash != std::string_view::npos && read_event_number(id.substr(0, dash), stream) &&
         read_event_number(id.substr(dash + 1), event);
}

}  // namespace mcp
