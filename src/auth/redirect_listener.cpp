#include "auth/redirect_listener.h"

#include <optional>
#include <utility>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"

namespace auth {
namespace {

constexpr std::size_t longest_error_text = 500;
// Browsers send the cookies of every program that was ever served on localhost, whatever its port.
constexpr std::size_t longest_head = 128 * 1024;

http::ServerReply page_reply(int status, const ResultPage& page) {
  return {.status = status, .headers = {{"Content-Type", "text/html; charset=utf-8"}}, .body = render(page)};
}

http::ServerReply notice(int status, std::string title, std::string text) {
  return page_reply(status, {.title = std::move(title), .text = std::move(text)});
}

http::ServerReply bad_request() {
  return notice(400, "This is not the expected sign-in",
                "This URL does not belong to the current sign-in. Nothing has changed. Complete the sign-in in the tab "
                "that was opened for it.");
}

http::ServerReply foreign_user() {
  return notice(
      403, "This is not your sign-in",
      "The request came from another user of this machine. The sign-in continues for the user who started it.");
}

http::ServerReply broken_request(int status) {
  if (status != 431) return bad_request();
  return notice(status, "Your browser sends too many cookies",
                "It sends more than 128 kB of cookies for localhost, which other programs on this machine have set. "
                "Delete the cookies for localhost in this browser, or use a private window. Then open the URL of the "
                "sign-in again; your application and the server's log show it.");
}

bool names_loopback(std::string_view host) {
  const auto name = base::lower_case(host);
  for (const std::string_view known : {"localhost", "127.0.0.1", "[::1]"}) {
    if (!std::string_view(name).starts_with(known)) continue;
    const auto rest = std::string_view(name).substr(known.size());
    const bool is_port = rest.starts_with(':') && rest.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (rest.empty() || is_port) return true;
  }
  return false;
}

bool comes_to_loopback(const http::ServerRequest& request) {
  const auto host = http::host_of(request.headers);
  return host && names_loopback(*host);
}

// The value of a parameter that occurs exactly once; otherwise nothing, with `count` telling why.
struct Parameter {
  std::string* value = nullptr;
  int count = 0;
};

Parameter parameter(base::FormFields& fields, std::string_view name) {
  Parameter found;
  for (auto& [key, value] : fields) {
    if (key != name) continue;
    ++found.count;
    found.value = &value;
  }
  return found;
}

// The decision that a query brings, or nothing (R-PKC-04, -05).
std::optional<Redirect> read_query(std::string_view query, const std::string& expected_state) {
  auto fields = base::parse_form(query);
  const auto state = parameter(fields, "state");
  auto code = parameter(fields, "code");
  const auto error = parameter(fields, "error");
  if (state.count != 1 || !base::equal_in_constant_time(*state.value, expected_state)) return std::nullopt;
  if (code.count + error.count != 1) return std::nullopt;
  if (code.count == 1) {
    if (code.value->empty()) return std::nullopt;
    return Redirect{.code = base::Secret::take(*code.value)};
  }
  if (error.value->empty()) return std::nullopt;
  const auto description = parameter(fields, "error_description");
  return Redirect{
      .error = base::printable(*error.value, longest_error_text),
      .description = description.value ? base::printable(*description.value, longest_error_text) : std::string()};
}

}  // namespace

struct RedirectListener::State {
  State(const boost::asio::any_io_executor& executor, std::string a_state, OwnerOfPeer owner)
      : state(std::move(a_state)), owner_of_peer(std::move(owner)), decided(executor), concluded(executor) {}

  static net::Task<http::ServerReply> answer(std::shared_ptr<State> self, http::ServerRequest request);

  // The state stands in the opener's arguments, where every user of the machine can read it (R-PKC-23).
  bool comes_from_our_user(const http::ServerRequest& request) const;

  std::string state;
  OwnerOfPeer owner_of_peer;
  std::uint16_t port = 0;
  std::optional<Redirect> redirect;
  ResultPage page;
  net::Condition decided;
  net::Condition concluded;
};

bool RedirectListener::State::comes_from_our_user(const http::ServerRequest& request) const {
  switch (owner_of_peer(request.peer, port)) {
    case PeerOwner::ours:
      return true;
    case PeerOwner::unknown:
      base::log(base::LogLevel::debug, "the system does not show which user the browser at {} belongs to",
                request.peer);
      return true;
    case PeerOwner::other:
      break;
  }
  base::log(base::LogLevel::warn,
            "another user of this machine tried to complete this sign-in from {}; the request was refused",
            request.peer);
  return false;
}

net::Task<http::ServerReply> RedirectListener::State::answer(std::shared_ptr<State> self, http::ServerRequest request) {
  const std::string_view target = request.target;
  const auto path = target.substr(0, target.find('?'));
  const auto query = path.size() < target.size() ? target.substr(path.size() + 1) : std::string_view();
  if (!comes_to_loopback(request)) co_return bad_request();
  if (path != "/") co_return notice(404, "Nothing here", "This URL only receives the result of a sign-in.");
  if (request.method != "GET") {
    auto reply = notice(405, "Nothing here", "This URL only receives the result of a sign-in.");
    reply.headers.emplace_back("Allow", "GET");
    co_return reply;
  }
  if (self->decided.is_set()) {
    co_return notice(410, "This sign-in has already ended", "You can close this tab and return to your application.");
  }
  auto redirect = read_query(query, self->state);
  if (!redirect) co_return bad_request();
  if (!self->comes_from_our_user(request)) co_return foreign_user();
  base::log(base::LogLevel::debug, "the browser returned, Origin \"{}\", Referer \"{}\"",
            http::header(request.headers, "origin"), http::header(request.headers, "referer"));
  self->redirect = std::move(redirect);
  self->decided.set();
  base::wipe(request.target);
  co_await self->concluded.wait();
  co_return page_reply(self->page.tone == ResultPage::Tone::success ? 200 : 400, self->page);
}

RedirectListener::RedirectListener(net::Loop& loop, std::uint16_t port, std::string state, OwnerOfPeer owner_of_peer)
    : state_(std::make_shared<State>(loop.executor(), std::move(state), std::move(owner_of_peer))) {
  http::ServerOptions options;
  options.addresses = {"127.0.0.1", "::1"};
  options.port = port;
  options.http2 = false;
  options.keep_alive = false;
  options.max_connections = 32;
  options.max_header = longest_head;
  options.max_body = 64 * 1024;
  options.on_broken = broken_request;
  options.always = result_page_headers();
  server_ = http::start_server(loop, std::move(options), [state = state_](http::ServerRequest request) {
    return State::answer(state, std::move(request));
  });
  state_->port = server_->port();
}

RedirectListener::~RedirectListener() = default;

std::uint16_t RedirectListener::port() const {
  return server_->port();
}

net::Task<Redirect> RedirectListener::decision() {
  co_await state_->decided.wait();
  co_return std::move(*state_->redirect);  // NOLINT(bugprone-unchecked-optional-access): it is what was decided
}

net::Task<> RedirectListener::conclude(ResultPage page) {
  constexpr net::Duration moment{2'000};
  state_->page = std::move(page);
  state_->concluded.set();
  server_->stop_accepting();
  co_await server_->drain(moment);
}

}  // namespace auth
