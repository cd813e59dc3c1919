// An HTTP client that answers from stubs. A request without a stub and a stub without a request fail the test, and the
// first one ends the call, too.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "http/http.h"
#include "net/loop.h"

namespace test {

// What was sent, secrets readable.
struct Sent {
  std::string method;
  std::string url;
  http::Headers headers;
  std::string body;       // `secret_body` where that was used
  std::string bearer;     // empty for none
  http::Request request;  // without its secrets

  std::string line() const { return method + " " + url; }
  std::string header(std::string_view name) const { return std::string(http::header(headers, name)); }
};

// An answer that the test gives later. Copies are the same answer.
class HeldAnswer {
 public:
  // True while a request waits for it.
  bool waits() const;
  // True when the waiting request was cancelled.
  bool was_cancelled() const;
  void reply(int status, std::string body, http::Headers headers = {});
  void fail(http::TransportError error);

 private:
  friend class FakeHttp;
  struct State;
  std::shared_ptr<State> state_;
};

// Ends the whole call that sent a request without a stub. No failure of HTTP, which would be repeated and told.
struct NoStub final : net::Unwinding {
  explicit NoStub(const std::string& line) : text("no stub for " + line) {}
  const char* what() const noexcept override { return text.c_str(); }

  std::string text;
};

// Stubs of the same method and address are used in the order in which they were made, each once.
class FakeHttp final : public http::HttpClient {
 public:
  FakeHttp() = default;
  // Every address that does not begin with "http" gets this in front.
  explicit FakeHttp(std::string origin) : origin_(std::move(origin)) {}
  ~FakeHttp() override;

  // Answers once. Without a content-type among the headers the answer is application/json.
  void answer(std::string method, std::string url, int status, std::string body = {}, http::Headers headers = {});
  // Answers every request from now on that no other stub takes, in place of an earlier one of the kind; may stay
  // unused.
  void always(std::string method, std::string url, int status, std::string body = {}, http::Headers headers = {});
  // The same by a function of the request.
  void always_with(std::string method, std::string url, std::function<http::Response(const Sent&)> make);
  // Answers once by a function of the request.
  void answer_with(std::string method, std::string url, std::function<http::Response(const Sent&)> make);
  // Gives no answer, once.
  void fail(std::string method, std::string url, http::TransportError error);
  void lose_connection(std::string method, std::string url, bool maybe_sent = true);
  // Keeps one request waiting until the test answers.
  HeldAnswer hold(net::Loop& loop, std::string method, std::string url);

  const std::vector<Sent>& sent() const { return sent_; }
  // "GET https://…" of each request, without the origin where one was given.
  std::vector<std::string> requests() const;

  net::Task<http::Response> send(http::Request request) override;

 private:
  using Make = std::function<http::Response(const Sent&)>;
  using Action = std::variant<Make, http::TransportError, std::shared_ptr<HeldAnswer::State>>;
  struct Stub {
    std::string method, url;
    Action action;
    bool repeats = false;
  };

  void add(std::string method, std::string url, Action action, bool repeats = false);
  std::optional<Action> take(const Sent& sent);

  std::string origin_;
  std::deque<Stub> stubs_;
  std::vector<Sent> sent_;
};

}  // namespace test
