#include "mcp/http/transport.h"

#include "mcp/http/answer.h"
#include "mcp/http/sessions.h"
#include "mcp/modern.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mcp {
namespace {

constexpr std::string_view session_header = "MCP-Session-Id";
constexpr std::string_view version_header = "MCP-Protocol-Version";

bool is_legacy_revision(std::string_view version) {
  return std::ranges::find(legacy_revisions, version) != legacy_revisions.end();
}

// By the header, or by what the body says where the header is missing or wrong.
bool is_modern(const http::Headers& headers, const Line& line) {
  const auto version = http::header(headers, version_header);
  if (!version.empty() && !is_legacy_revision(version)) return true;
  const auto* request = line.is_batch ? nullptr : std::get_if<Request>(&line.messages.front());
  return request != nullptr && Modern::claims(*request);
}

// A version that is not spoken here is refused before the other headers, which may be of a kind that we do not know
// (basic/transports/streamable-http, Protocol Version Header). One that the body contradicts is refused for that.
std::optional<http::ServerReply> refuse_version(const http::Headers& headers, const Line& line) {
  const std::string version(http::header(headers, version_header));
  if (version.empty() || version == modern_revision || is_legacy_revision(version)) return std::nullopt;
  const auto* request = line.is_batch ? nullptr : std::get_if<Request>(&line.messages.front());
  if (request != nullptr && Modern::claims(*request) && !base::is_text(Modern::version_of(*request), version))
    return std::nullopt;
  const auto error = unsupported_version_error(version);
  return json_reply(400, print_error(request != nullptr ? request->id : Id(), error.code, error.message, error.data));
}

bool begins_session(const Line& line) {
  const auto* request = line.is_batch ? nullptr : std::get_if<Request>(&line.messages.front());
  return request != nullptr && request->method == "initialize";
}

http::ServerReply not_allowed(std::string allow) {
  return {.status = 405, .headers = {{"Allow", std::move(allow)}}};
}

}  // namespace

struct HttpTransport::Impl : std::enable_shared_from_this<HttpTransport::Impl> {
  explicit Impl(HttpParts parts);

  net::Task<http::ServerReply> answer(http::ServerRequest request);
  net::Task<http::ServerReply> post(http::ServerRequest request, std::string person);
  net::Task<http::ServerReply> post_modern(const http::ServerRequest& request, std::string person, Line line);
  http::ServerReply post_legacy(const http::ServerRequest& request, const std::string& person, Line line);
  http::ServerReply begin_session(const std::string& person, Line line);
  http::ServerReply listen(const http::ServerRequest& request, std::string_view person);
  http::ServerReply end_session(const http::ServerRequest& request, std::string_view person);
  std::optional<http::ServerReply> refuse_at_the_gate(const http::ServerRequest& request) const;

  std::shared_ptr<Edges> edges;
  HttpOptions options;
  Modern modern;
  HttpSessions sessions;
  bool is_closed = false;
};

namespace {

// The session that the request names, or why not.
struct Named {
  std::shared_ptr<HttpSession> session;
  std::optional<http::ServerReply> refusal;
};

Named named_session(const HttpSessions& sessions, const http::Headers& headers, std::string_view person) {
  const auto id = http::header(headers, session_header);
  if (http::header_count(headers, session_header) > 1) {
    return {nullptr, refusal(400, rpc::invalid_request, "MCP-Session-Id is given more than once")};
  }
  if (id.empty()) {
    return {nullptr, refusal(400, rpc::invalid_request, "MCP-Session-Id is missing; \"initialize\" starts a session")};
  }
  auto session = sessions.find(id, person);
  if (!session) return {nullptr, refusal(404, rpc::invalid_request, "the session does not exist or has ended")};
  // The header exists since 2025-06-18; who sends it must mean what was agreed on.
  const auto version = http::header(headers, version_header);
  if (!version.empty() && version != session->revision()) {
    return {nullptr, refusal(400, rpc::invalid_request,
                             fmt::format("this session uses MCP {}, as negotiated", session->revision()))};
  }
  return {std::move(session), std::nullopt};
}

}  // namespace

HttpTransport::Impl::Impl(HttpParts parts)
    : edges(std::make_shared<Edges>(Edges{parts.loop, parts.clock, parts.random, parts.host})),
      options(std::move(parts.options)),
      modern(*edges),
      sessions(edges, options.limits.sessions, options.limits.session_idle,
               {.calls = options.limits.calls,
                .ended_streams = options.limits.ended_streams,
                .stream = {.unsent = options.limits.unsent,
                           .kept = options.limits.kept,
                           .keep_alive = options.limits.keep_alive}}) {}

net::Task<http::ServerReply> HttpTransport::Impl::answer(http::ServerRequest request) {
  if (is_closed) co_return http::ServerReply{.status = 503};
  if (auto refused = refuse_at_the_gate(request)) co_return std::move(*refused);
  std::string person;
  if (options.authorize) {
    Admission admission = co_await options.authorize(request);
    if (admission.refusal) co_return std::move(*admission.refusal);
    person = std::move(admission.person);
  }
  if (request.method == "POST") co_return co_await post(std::move(request), std::move(person));
  if (http::header(request.headers, version_header) == modern_revision) co_return not_allowed("POST");
  if (request.method == "GET") co_return listen(request, person);
  if (request.method == "DELETE") co_return end_session(request, person);
  co_return not_allowed("GET, POST, DELETE");
}

std::optional<http::ServerReply> HttpTransport::Impl::refuse_at_the_gate(const http::ServerRequest& request) const {
  if (!is_host_allowed(options.gate, request.headers)) {
    return refusal(403, rpc::invalid_request, "this server does not accept that Host");
  }
  if (!is_origin_allowed(options.gate, request.headers)) {
    return refusal(403, rpc::invalid_request, "pages of that Origin may not use this server");
  }
  if (request.target.substr(0, request.target.find('?')) != options.path) return http::ServerReply{.status = 404};
  return std::nullopt;
}

net::Task<http::ServerReply> HttpTransport::Impl::post(http::ServerRequest request, std::string person) {
  const auto accept = http::header(request.headers, "Accept");
  if (!lists_type(accept, "application/json") || !lists_type(accept, "text/event-stream")) {
    co_return refusal(406, rpc::invalid_request, "Accept must list application/json and text/event-stream");
  }
  if (!is_type(http::header(request.headers, "Content-Type"), "application/json")) {
    co_return refusal(415, rpc::invalid_request, "Content-Type must be application/json");
  }
  Line line = parse_line(request.body);
  if (const auto* malformed = std::get_if<Malformed>(&line.messages.front()); malformed && !line.is_batch) {
    co_return refusal(400, malformed->code, malformed->message, malformed->id);
  }
  if (auto refused = refuse_version(request.headers, line)) co_return std::move(*refused);
  if (is_modern(request.headers, line)) co_return co_await post_modern(request, std::move(person), std::move(line));
  co_return post_legacy(request, person, std::move(line));
}

net::Task<http::ServerReply> HttpTransport::Impl::post_modern(const http::ServerRequest& request, std::string person,
                                                              Line line) {
  if (line.is_batch) co_return refusal(400, rpc::invalid_request, "batches exist in MCP 2025-03-26 only");
  // No notification means anything here: closing the stream is what cancels.
  if (std::holds_alternative<Notification>(line.messages.front())) co_return http::ServerReply{.status = 202};
  auto* message = std::get_if<Request>(&line.messages.front());
  if (message == nullptr) co_return refusal(400, rpc::invalid_request, "this server sends no requests");
  try {
    check_headers(request.headers, *message, edges->host.tools());
  } catch (const ProtocolError& error) {
    co_return refusal(400, error.code, error.message, message->id);
  }
  message->person = std::move(person);
  co_return co_await exchange(edges, modern, std::move(*message),
                              {.unsent = options.limits.unsent, .keep_alive = options.limits.keep_alive});
}

http::ServerReply HttpTransport::Impl::post_legacy(const http::ServerRequest& request, const std::string& person,
                                                   Line line) {
  if (begins_session(line) && !http::has_header(request.headers, session_header)) {
    return begin_session(person, std::move(line));
  }
  auto named = named_session(sessions, request.headers, person);
  return named.refusal ? std::move(*named.refusal) : named.session->post(std::move(line));
}

http::ServerReply HttpTransport::Impl::begin_session(const std::string& person, Line line) {
  const auto session = sessions.make(person);
  http::ServerReply reply = session->post(std::move(line));
  if (session->revision().empty()) return reply;
  if (!sessions.add(session)) {
    http::ServerReply busy = refusal(503, rpc::internal_error, "too many sessions");
    busy.headers.emplace_back("Retry-After", "30");
    return busy;
  }
  reply.headers.emplace_back(session_header, session->id());
  return reply;
}

http::ServerReply HttpTransport::Impl::listen(const http::ServerRequest& request, std::string_view person) {
  if (!lists_type(http::header(request.headers, "Accept"), "text/event-stream")) {
    return refusal(406, rpc::invalid_request, "Accept must list text/event-stream");
  }
  auto named = named_session(sessions, request.headers, person);
  if (named.refusal) return std::move(*named.refusal);
  return named.session->listen(http::header(request.headers, "Last-Event-ID"));
}

http::ServerReply HttpTransport::Impl::end_session(const http::ServerRequest& request, std::string_view person) {
  auto named = named_session(sessions, request.headers, person);
  if (named.refusal) return std::move(*named.refusal);
  sessions.remove(named.session);
  return {.status = 204};
}

HttpTransport::HttpTransport(HttpParts parts) : impl_(std::make_shared<Impl>(std::move(parts))) {}

HttpTransport::~HttpTransport() {
  impl_->is_closed = true;
  impl_->sessions.close();
}

namespace {

// Keeps what answers alive until it has answered.
template <typename Answering>
net::Task<http::ServerReply> answer_with(std::shared_ptr<Answering> impl, http::ServerRequest request) {
  co_return co_await impl->answer(std::move(request));
}

}  // namespace

http::Handler HttpTransport::handler() {
  return [impl = impl_](http::ServerRequest request) { return answer_with(impl, std::move(request)); };
}

void HttpTransport::hang_up() {
  impl_->sessions.hang_up();
}

}  // namespace mcp
