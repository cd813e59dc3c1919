#include "support/kit/fake_http.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

namespace test {

struct HeldAnswer::State {
  explicit State(const boost::asio::any_io_executor& executor) : answered(executor) {}

  net::Condition answered;
  bool waits = false;
  bool cancelled = false;
  std::variant<std::monostate, http::Response, http::TransportError> outcome;
};

namespace {
http::Response json_response(int status, std::string body, http::Headers headers) {
  if (!body.empty() && !http::has_header(headers, "content-type")) {
    headers.emplace_back("content-type", "application/json");
  }
  return http::Response{.status = status, .headers = std::move(headers), .body = std::move(body)};
}

}  // namespace

bool HeldAnswer::waits() const {
  return state_->waits;
}
bool HeldAnswer::was_cancelled() const {
  return state_->cancelled;
}

void HeldAnswer::reply(int status, std::string body, http::Headers headers) {
  state_->outcome = json_response(status, std::move(body), std::move(headers));
  state_->answered.set();
}

void HeldAnswer::fail(http::TransportError error) {
  state_->outcome = std::move(error);
  state_->answered.set();
}

FakeHttp::~FakeHttp() {
  for (const auto& stub : stubs_) {
    if (!stub.repeats) ADD_FAILURE() << "stub never used: " << stub.method << " " << stub.url;
  }
}

void FakeHttp::add(std::string method, std::string url, Action action, bool repeats) {
  if (!url.starts_with("http")) url = origin_ + url;
  if (repeats)
    std::erase_if(stubs_, [&](const Stub& stub) { return stub.repeats && stub.method == method && stub.url == url; });
  stubs_.push_back({std::move(method), std::move(url), std::move(action), repeats});
}

void FakeHttp::answer(std::string method, std::string url, int status, std::string body, http::Headers headers) {
  answer_with(
      std::move(method), std::move(url),
      [response = json_response(status, std::move(body), std::move(headers))](const Sent&) { return response; });
}

void FakeHttp::always(std::string method, std::string url, int status, std::string body, http::Headers headers) {
  Make make = [response = json_response(status, std::move(body), std::move(headers))](const Sent&) { return response; };
  add(std::move(method), std::move(url), std::move(make), true);
}

void FakeHttp::always_with(std::string method, std::string url, Make make) {
  add(std::move(method), std::move(url), std::move(make), true);
}

void FakeHttp::answer_with(std::string method, std::string url, Make make) {
  add(std::move(method), std::move(url), std::move(make));
}

void FakeHttp::fail(std::string method, std::string url, http::TransportError error) {
  add(std::move(method), std::move(url), std::move(error));
}

void FakeHttp::lose_connection(std::string method, std::string url, bool maybe_sent) {
  const auto phase = maybe_sent ? http::Phase::receive : http::Phase::connect;
  fail(std::move(method), std::move(url),
       http::TransportError(http::TransportError::Kind::failed, phase, "fake", "the connection was lost", maybe_sent));
}

HeldAnswer FakeHttp::hold(net::Loop& loop, std::string method, std::string url) {
  HeldAnswer held;
  held.state_ = std::make_shared<HeldAnswer::State>(loop.executor());
  add(std::move(method), std::move(url), held.state_);
  return held;
}

std::vector<std::string> FakeHttp::requests() const {
  std::vector<std::string> lines;
  for (const auto& sent : sent_) {
    const bool ours = !origin_.empty() && sent.url.starts_with(origin_);
    lines.push_back(sent.method + " " + (ours ? sent.url.substr(origin_.size()) : sent.url));
  }
  return lines;
}

std::optional<FakeHttp::Action> FakeHttp::take(const Sent& sent) {
  const auto matches = [&](bool repeats) {
    return [&sent, repeats](const Stub& stub) {
      return stub.repeats == repeats && stub.method == sent.method && stub.url == sent.url;
    };
  };
  if (const auto once = std::ranges::find_if(stubs_, matches(false)); once != stubs_.end()) {
    auto action = std::move(once->action);
    stubs_.erase(once);
    return action;
  }
  if (const auto always = std::ranges::find_if(stubs_, matches(true)); always != stubs_.end()) return always->action;
  return std::nullopt;
}

net::Task<http::Response> FakeHttp::send(http::Request request) {
  Sent sent{.method = request.method, .url = request.url, .headers = request.headers, .body = request.body};
  if (request.secret_body) sent.body = std::string(request.secret_body->reveal());
  if (request.bearer) sent.bearer = std::string(request.bearer->reveal());
  request.secret_body = nullptr;
  request.bearer = nullptr;
  sent.request = std::move(request);
  auto action = take(sent);
  sent_.push_back(sent);
  if (!action) {
    ADD_FAILURE() << "no stub for " << sent.line();
    throw NoStub(sent.line());
  }
  if (auto* error = std::get_if<http::TransportError>(&*action)) throw http::TransportError(*error);
  if (auto* make = std::get_if<Make>(&*action)) co_return (*make)(sent);

  const auto held = std::get<std::shared_ptr<HeldAnswer::State>>(*action);
  held->waits = true;
  struct Leave {
    HeldAnswer::State& state;
    ~Leave() {
      state.waits = false;
      state.cancelled = !state.answered.is_set();
    }
  } leave{*held};
  co_await held->answered.wait();
  if (auto* error = std::get_if<http::TransportError>(&held->outcome)) throw http::TransportError(*error);
  co_return std::get<http::Response>(held->outcome);
}

}  // namespace test
