#include "app/approval/approval_server.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/approval/page.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/text.h"
#include "http/server/server.h"

namespace app {
namespace {

constexpr std::size_t random_bytes = 16;  // 128 bits
// How long after the first visit an approval waits for a second one, which would show that the first was a stranger's.
constexpr net::Duration time_to_contest{5'000};
constexpr std::size_t most_remembered = 64;  // pages, for visitors who come too late
constexpr std::string_view page_cookie = "aic-approval", entrance_cookie = "aic-approval-entrance";

using http::ServerReply;
using http::ServerRequest;

ServerReply html(int status, std::string page) {
  return {.status = status, .headers = {{"Content-Type", "text/html; charset=utf-8"}}, .body = std::move(page)};
}

ServerReply notice(int status, const std::string& title, const std::string& text) {
  return html(status, notice_page(title, text, ""));
}

ServerReply nothing_here() {
  return notice(404, "Nothing here", "This address belongs to no open question.");
}

ServerReply not_from_the_page() {
  return notice(403, "This request is refused",
                "It did not come from the page of the question. Nothing was decided. Use the tab that was opened.");
}

ServerReply other_browser() {
  return notice(403, "This is not the browser that was asked",
                "The question was opened elsewhere. Nothing was decided here.");
}

std::string cookie_for(std::string_view name, const std::string& path, const std::string& value) {
  return fmt::format("{}={}; Path={}; HttpOnly; SameSite=Strict", name, value, path);
}

bool has_cookie(const ServerRequest& request, std::string_view name, std::string_view value) {
  bool found = false;
  for (const auto& header : request.headers) {
    if (!http::has_header({header}, "cookie")) continue;
    std::string_view rest = header.second;
    while (!rest.empty()) {
      auto pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      pair.remove_prefix(std::min(pair.size(), pair.find_first_not_of(' ')));
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (base::equal_in_constant_time(pair.substr(equals + 1), value)) found = true;
    }
  }
  return found;
}

// What a person's browser sends when it opens a page by itself; browsers that do not say so are let through.
bool is_navigation(const ServerRequest& request) {
  const auto mode = http::header(request.headers, "sec-fetch-mode");
  const auto site = http::header(request.headers, "sec-fetch-site");
  const bool is_early = http::has_header(request.headers, "sec-purpose");
  return (mode.empty() || mode == "navigate") && (site.empty() || site == "none" || site == "same-origin") && !is_early;
}

std::optional<std::string> only(const base::FormFields& fields, std::string_view name) {
  std::optional<std::string> found;
  for (const auto& [key, value] : fields) {
    if (key != name) continue;
    if (found) return std::nullopt;
    found = value;
  }
  return found;
}

class Page final : public ApprovalPage {
 public:
  Page(const boost::asio::any_io_executor& executor, Question a_question)
      : question(std::move(a_question)), ended(executor), opener_done(executor) {}

  std::string address() const override { return origin + entrance; }
  void opener_is_done() override { opener_done.set(); }
  Ruling ruling() const override { return ruling_; }
  bool allows_repeats() const override { return allows_repeats_; }
  net::Task<> decision() override { co_await ended.wait(); }
  void end(Ruling ruling) override {
    if (!is_open()) return;
    ruling_ = ruling;
    question = {.tenant = question.tenant};  // nothing of the change is kept
    ended.set();
  }

  bool is_doubtful() const override { return is_doubtful_; }
  bool was_visited() const override { return visited.has_value(); }

  bool is_open() const { return ruling_ == Ruling::open; }
  // Somebody else came after the decision: whoever decided may not have been the person.
  void doubt() {
    is_doubtful_ = true;
    allows_repeats_ = false;
  }
  void approve(bool with_repeats) {
    if (!is_open()) return;
    allows_repeats_ = with_repeats;
    end(Ruling::approved);
  }

  Question question;
  std::string origin;               // of the server
  std::string entrance;             // path, for one visit
  std::string path;                 // of the page itself
  std::string mark, entrance_mark;  // its cookies
  std::string token;                // of its form
  std::optional<net::Instant> visited;
  bool is_settling = false;  // an approval waits for what may contest it
  net::Condition ended, opener_done;

 private:
  Ruling ruling_ = Ruling::open;
  bool allows_repeats_ = false;
  bool is_doubtful_ = false;
};

}  // namespace

struct ApprovalServer::State : std::enable_shared_from_this<ApprovalServer::State> {
  State(net::Loop& a_loop, net::Clock& a_clock, base::Random& a_random, OwnerOfPeer owner)
      : loop(a_loop), clock(a_clock), random(a_random), owner_of_peer(std::move(owner)) {}

  static net::Task<ServerReply> answer(std::shared_ptr<State> self, ServerRequest request);

  std::string secret() { return base::hex(random.bytes(random_bytes)); }
  ServerReply enter(Page& page, const ServerRequest& request);
  ServerReply show(const Page& page) const;
  ServerReply download(const Page& page) const;
  net::Task<ServerReply> decide(std::shared_ptr<Page> page, const ServerRequest& request);
  static net::Task<> settle(std::shared_ptr<State> self, std::shared_ptr<Page> page, bool with_repeats);
  ServerReply refuse_method(std::string_view allowed) const;

  net::Loop& loop;
  net::Clock& clock;
  base::Random& random;
  OwnerOfPeer owner_of_peer;
  std::uint16_t port = 0;
  std::string authority;  // "127.0.0.1:41234"
  std::vector<std::shared_ptr<Page>> pages;
  std::unique_ptr<http::HttpServer> server;
};

namespace {

ServerReply how_it_ended(Ruling ruling, const std::string& tenant) {
  switch (ruling) {
    case Ruling::approved:
      return html(200,
                  notice_page("Approved", "The assistant may make this change now. You can close this tab.", tenant));
    case Ruling::declined:
      return html(200, notice_page("Declined", "Nothing was changed. You can close this tab.", tenant));
    case Ruling::expired:
      return html(410, notice_page("Too late", "The question was open for five minutes. Nothing was changed.", tenant));
    case Ruling::contested:
      return html(409, notice_page("Two programs opened this page",
                                   "Nobody can tell which of them was your browser, so the change was stopped and "
                                   "nothing was sent. If you opened the page once, another program on this machine "
                                   "tried to answer for you.",
                                   tenant));
    case Ruling::withdrawn:
    case Ruling::open:
      break;
  }
  return html(410, notice_page("No longer asked",
                               "The call has ended or the change is another one now. Nothing was changed by this page.",
                               tenant));
}

ServerReply somebody_else_approved(const std::string& tenant) {
  return html(409, notice_page("Another program has approved this",
                               "A program on this machine opened the page before your browser did, and approved the "
                               "change. It was sent. Have it undone if you do not want it, and look for that program.",
                               tenant));
}

}  // namespace

ServerReply ApprovalServer::State::refuse_method(std::string_view allowed) const {
  auto reply = nothing_here();
  reply.status = 405;
  reply.headers.emplace_back("Allow", allowed);
  return reply;
}

net::Task<ServerReply> ApprovalServer::State::answer(std::shared_ptr<State> self, ServerRequest request) {
  if (http::host_of(request.headers) != self->authority)
    co_return notice(400, "Nothing here", "This address belongs to no open question.");
  if (self->owner_of_peer(request.peer, self->port) == auth::PeerOwner::other) {
    base::log(base::LogLevel::warn, "another user of this machine asked for an approval page; refused");
    co_return notice(403, "This question is not yours", "It is for the user who runs the MCP server.");
  }
  const std::string_view target = request.target;
  const auto pages = self->pages;
  for (const auto& page : pages) {
    if (base::equal_in_constant_time(target, page->entrance)) {
      if (request.method != "GET") co_return self->refuse_method("GET");
      co_return self->enter(*page, request);
    }
    if (!base::equal_in_constant_time(target.substr(0, page->path.size()), page->path)) continue;
    if (!has_cookie(request, page_cookie, page->mark)) co_return other_browser();
    const auto rest = target.substr(page->path.size());
    if (rest == "answer") {
      if (request.method != "POST") co_return self->refuse_method("POST");
      co_return co_await self->decide(page, request);
    }
    if (!rest.empty() && rest != "changes.json") break;
    if (request.method != "GET") co_return self->refuse_method("GET");
    if (!is_navigation(request)) co_return not_from_the_page();
    co_return rest.empty() ? self->show(*page) : self->download(*page);
  }
  co_return nothing_here();
}

ServerReply ApprovalServer::State::enter(Page& page, const ServerRequest& request) {
  if (!is_navigation(request)) return not_from_the_page();
  const bool is_known = page.visited && has_cookie(request, entrance_cookie, page.entrance_mark);
  if (page.visited && !is_known) {
    base::log(base::LogLevel::warn, "a second program opened an approval page{}",
              page.is_open() ? "; the call is refused" : " after the decision: another program may have taken it");
    page.end(Ruling::contested);
    page.doubt();
    if (page.ruling() == Ruling::approved) return somebody_else_approved(page.question.tenant);
  }
  if (!page.is_open() && !is_known) return how_it_ended(page.ruling(), page.question.tenant);
  ServerReply reply{.status = 303, .headers = {{"Location", page.path}}};
  if (!page.visited) {
    page.visited = clock.now();
    reply.headers.emplace_back("Set-Cookie", cookie_for(page_cookie, page.path, page.mark));
    reply.headers.emplace_back("Set-Cookie", cookie_for(entrance_cookie, page.entrance, page.entrance_mark));
  }
  return reply;
}

ServerReply ApprovalServer::State::show(const Page& page) const {
  if (!page.is_open()) return how_it_ended(page.ruling(), page.question.tenant);
  return html(200, question_page(
                       page.question,
                       {.answer = page.path + "answer", .download = page.path + "changes.json", .token = page.token}));
}

ServerReply ApprovalServer::State::download(const Page& page) const {
  if (!page.is_open()) return how_it_ended(page.ruling(), page.question.tenant);
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"},
                      {"Content-Disposition", "attachment; filename=\"changes.json\""}},
          .body = base::print_json_lines(to_json(page.question))};
}

// Of its own, so that an approval counts although the tab was closed.
net::Task<> ApprovalServer::State::settle(std::shared_ptr<State> self, std::shared_ptr<Page> page, bool with_repeats) {
  co_await page->opener_done.wait();
  const auto until = page->visited.value_or(self->clock.now()) + time_to_contest;
  if (const auto now = self->clock.now(); now < until)
    co_await self->clock.sleep(std::chrono::duration_cast<net::Duration>(until - now));
  page->approve(with_repeats);
}

net::Task<ServerReply> ApprovalServer::State::decide(std::shared_ptr<Page> page, const ServerRequest& request) {
  const auto site = http::header(request.headers, "sec-fetch-site");
  const bool is_from_page =
      http::header(request.headers, "origin") == page->origin && (site.empty() || site == "same-origin");
  const auto fields = base::parse_form(request.body);
  const auto token = only(fields, token_field), decision = only(fields, decision_field);
  if (!is_from_page || !token || !base::equal_in_constant_time(*token, page->token)) co_return not_from_the_page();
  if (!decision || (*decision != approve_value && *decision != decline_value)) co_return not_from_the_page();
  if (*decision == approve_value) {
    const bool repeats = only(fields, repeat_field) && !page->question.is_destructive;
    if (page->is_open() && !std::exchange(page->is_settling, true))
      loop.spawn(settle(shared_from_this(), page, repeats), {});
    co_await page->ended.wait();
  } else {
    page->end(Ruling::declined);
  }
  co_return ServerReply{.status = 303, .headers = {{"Location", page->path}}};
}

ApprovalServer::ApprovalServer(net::Loop& loop, net::Clock& clock, base::Random& random, OwnerOfPeer owner_of_peer)
    : state_(std::make_shared<State>(loop, clock, random, std::move(owner_of_peer))) {
  http::ServerOptions options;
  options.http2 = false;
  options.max_connections = 32;
  options.max_body = 64 * 1024;
  // Browsers send the cookies of every program that was ever served on this address, whatever its port.
  options.max_header = 128 * 1024;
  options.always = approval_headers();
  options.on_broken = [](int status) { return notice(status, "Nothing here", "This request cannot be read."); };
  state_->server = http::start_server(loop, std::move(options),
                                      [weak = std::weak_ptr(state_)](ServerRequest request) -> net::Task<ServerReply> {
                                        const auto state = weak.lock();
                                        if (!state) throw http::BrokenOff();
                                        co_return co_await State::answer(state, std::move(request));
                                      });
  state_->port = state_->server->port();
  state_->authority = fmt::format("127.0.0.1:{}", state_->port);
}

ApprovalServer::~ApprovalServer() {
  for (const auto& page : state_->pages) page->end(Ruling::withdrawn);
}

std::shared_ptr<ApprovalPage> ApprovalServer::show(Question question) {
  auto& pages = state_->pages;
  while (pages.size() >= most_remembered) {
    const auto over = std::ranges::find_if(pages, [](const auto& page) { return !page->is_open(); });
    if (over == pages.end()) break;
    pages.erase(over);
  }
  auto page = std::make_shared<Page>(state_->loop.executor(), std::move(question));
  page->origin = "http://" + state_->authority;
  page->entrance = "/" + state_->secret();
  page->path = "/" + state_->secret() + "/";
  page->mark = state_->secret();
  page->entrance_mark = state_->secret();
  page->token = state_->secret();
  pages.push_back(page);
  return page;
}

}  // namespace app
