#include <charconv>

#include <fmt/core.h>

#include "base/error.h"
#include "sandbox/gateway.h"

namespace sandbox {
namespace {

ApiReply done() {
  return json_reply(200, {{"done", true}});
}

ApiReply bad(std::string_view why) {
  return json_reply(400, {{"error", why}});
}

ApiReply show_requests(Gateway& gateway, const ApiRequest& request) {
  std::size_t limit = 200;
  if (const auto text = request.parameter("limit")) std::from_chars(text->data(), text->data() + text->size(), limit);
  return json_reply(200, gateway.journal.to_json(request.parameter("path").value_or(""), limit));
}

// One fault or an array of them.
ApiReply order_faults(Gateway& gateway, const ApiRequest& request) {
  const auto body = request.json();
  if (!body) return bad("the body is not JSON");
  const auto list = body->is_array() ? *body : base::Json::array({*body});
  std::vector<Fault> faults;
  try {
    for (const auto& each : list) faults.push_back(parse_fault(each));
  } catch (const base::Error& error) {
    return bad(error.message);
  }
  for (auto& fault : faults) gateway.faults.add(std::move(fault));
  return done();
}

ApiReply revoke(Gateway& gateway, const ApiRequest& request) {
  const auto what = base::text_member(request.json().value_or(base::Json::object()), "tokens", "all");
  if (what != "login" && what != "scoped" && what != "all") return bad("\"tokens\" must be login, scoped or all");
  if (what != "scoped") gateway.oauth->revoke(Token::Kind::login);
  if (what != "login") gateway.oauth->revoke(Token::Kind::scoped);
  return done();
}

ApiReply show_secrets(const OAuth& oauth) {
  const auto& [login_tokens, scoped_tokens, of_sign_ins] = oauth.secrets;
  return json_reply(200, {{"loginTokens", login_tokens}, {"scopedTokens", scoped_tokens}, {"ofSignIns", of_sign_ins}});
}

ApiReply set_delay(Gateway& gateway, const ApiRequest& request) {
  const auto body = request.json().value_or(base::Json::object());
  const auto& milliseconds = base::member(body, "ms");
  if (!milliseconds.is_number_unsigned()) return bad("\"ms\" must be a number");
  gateway.options.delay = net::Duration(milliseconds.get<int>());
  return done();
}

}  // namespace

ApiReply control(Gateway& gateway, const ApiRequest& request) {
  const bool is_post = request.method == "POST";
  ApiReply reply;
  if (request.path == "/sandbox/requests" && request.method == "GET") {
    reply = show_requests(gateway, request);
  } else if (request.path == "/sandbox/requests" && request.method == "DELETE") {
    gateway.journal.clear();
    reply = done();
  } else if (request.path == "/sandbox/faults" && is_post) {
    reply = order_faults(gateway, request);
  } else if (request.path == "/sandbox/faults" && request.method == "DELETE") {
    gateway.faults.clear();
    reply = done();
  } else if (request.path == "/sandbox/revoke" && is_post) {
    reply = revoke(gateway, request);
  } else if (request.path == "/sandbox/secrets" && request.method == "GET") {
    reply = show_secrets(*gateway.oauth);
  } else if (request.path == "/sandbox/delay" && is_post) {
    reply = set_delay(gateway, request);
  } else if (request.path == "/sandbox/reset" && is_post) {
    gateway.reset();
    reply = done();
  } else {
    reply = json_reply(404, {{"error", "unknown control request; see aic-sandbox --help"}});
  }
  reply.headers.emplace_back("content-type", "application/json");
  reply.headers.emplace_back("cache-control", "no-store");
  return reply;
}

}  // namespace sandbox
