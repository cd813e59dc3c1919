// HTTP/2 without input and output (RFC 9113): bytes in, requests out; replies in, bytes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/server.h"
#include "net/loop.h"

namespace http::http2 {

// One request and its answer.
struct Stream {
  Stream(std::int32_t an_id, const boost::asio::any_io_executor& executor) : id(an_id), taken(executor) {}

  std::size_t unsent() const { return body.size() - sent; }

  std::int32_t id;
  ServerRequest request;
  std::size_t header_size = 0;
  bool is_too_large = false;  // the request's body was; it is not kept
  net::Running answering;     // cancelled when the stream is closed before all of the answer was handed over
  bool is_answered = false;   // it was

  std::string body;  // of the answer, from `sent` on still to be sent
  std::size_t sent = 0;
  bool is_whole = true;  // nothing will be appended to `body`
  bool breaks_off = false;
  bool is_closed = false;
  net::Condition taken;  // pulses when all of `body` was sent, and at the end
};

using StreamPtr = std::shared_ptr<Stream>;

class Http2Session {
 public:
  // `prototype` has what all requests of the connection share.
  Http2Session(const ServerOptions& options, boost::asio::any_io_executor executor, ServerRequest prototype);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  // False when the client broke the protocol beyond repair.
  bool feed(std::string_view bytes);
  // Requests that have come whole since the last call.
  std::vector<StreamPtr> take_complete();

  // Of a reply with a stream only the head; its parts follow by `append`.
  void respond(Stream& stream, ServerReply& reply, bool head_only);
  void append(Stream& stream, std::string_view part, bool is_last);
  void reset(Stream& stream);
  // Tells the client that nothing further will be answered.
  void terminate();

  // What is to be sent now, about `limit` bytes at most.
  std::string collect(std::size_t limit);
  // True when neither side has anything more to say.
  bool is_over() const;
  // Ends all streams, as if the client had closed them.
  void close_all();

 private:
  struct Callbacks;
  struct Protocol;

  ServerRequest prototype_;
  boost::asio::any_io_executor executor_;
  std::size_t max_header_;
  std::size_t max_body_;
  std::map<std::int32_t, StreamPtr> streams_;
  std::vector<StreamPtr> complete_;
  std::unique_ptr<Protocol> protocol_;
};

}  // namespace http::http2
