// Answers that end before their end.
#pragma once

#include <string>
#include <utility>

#include "http/server/server.h"

namespace test {

inline net::Task<> send_and_break_off(http::ServerReply::Sink& sink, std::string part) {
  co_await sink.send(std::move(part));
  throw http::BrokenOff();
}

// The first half of a reply, which tells the length of the whole.
inline http::ServerReply half_of(const http::ServerReply& whole) {
  http::ServerReply reply{.headers = whole.headers};
  reply.headers.emplace_back("Content-Length", std::to_string(whole.body.size()));
  reply.stream = [half = whole.body.substr(0, whole.body.size() / 2)](http::ServerReply::Sink& sink) {
    return send_and_break_off(sink, half);
  };
  return reply;
}

}  // namespace test
