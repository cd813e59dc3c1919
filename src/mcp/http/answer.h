// Answers of the HTTP transport, and one request of 2026-07-28: JSON when its result is the first that there is to say,
// a stream of events when news come before. Internal to this library.
#pragma once

#include "http/server/server.h"
#include "mcp/era.h"

#include <cstddef>
#include <exception>
#include <memory>
#include <string>

namespace mcp {

http::ServerReply json_reply(int status, std::string body);
// A JSON-RPC error of that text. The id is empty where none could be read.
http::ServerReply refusal(int status, int code, std::string_view message, const Id& id = {});
// The head of an event stream; the caller says what it sends.
http::ServerReply event_reply();

// 404 for an unknown method, 400 for what the client did wrong, else 200 (basic/transports/streamable-http).
int status_of(const std::exception_ptr& failure);

struct ExchangeLimits {
  std::size_t unsent = std::size_t{1} << 20;  // above, news are dropped
  net::Duration keep_alive{15'000};
};

// Lets the era answer. The client's leaving cancels the work.
net::Task<http::ServerReply> exchange(std::shared_ptr<Edges> edges, Era& era, Request request, ExchangeLimits limits);

}  // namespace mcp
