#include "auth/oauth.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "auth/oauth_answer.h"
#include "base/encoding.h"
#include "http/repeat.h"

namespace auth {
namespace {

constexpr std::string_view token_path = "/am/oauth2/access_token";
constexpr std::string_view device_path = "/am/oauth2/device/code";
constexpr std::string_view revocation_path = "/am/oauth2/token/revoke";
constexpr std::string_view authorize_path = "/am/oauth2/authorize";
constexpr std::string_view access_token_type = "urn:ietf:params:oauth:token-type:access_token";

// A form body whose values may be secret: one buffer, large enough from the start, so that no copy is left behind.
class Form {
 public:
  explicit Form(std::size_t size_of_secrets) { body_.reserve(3 * size_of_secrets + 2048); }
  ~Form() { base::wipe(body_); }
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;

  Form& add(std::string_view name, std::string_view value) {
    if (!body_.empty()) body_ += '&';
    body_ += name;
    body_ += '=';
    for (const char c : value) body_ += base::form_encode({&c, 1});  // one byte at a time stays off the heap
    return *this;
  }
  base::Secret finish() { return base::Secret::take(body_); }

 private:
  std::string body_;
};

base::Error no_answer(const http::TransportError& lost, const Asked& asked) {
  base::Error error(asked.failure == base::Errc::internal ? base::Errc::transient : asked.failure,
                    fmt::format("No answer to {} from {}: {}", asked.what, asked.host, lost.text));
  error.about_token = true;
  error.request = fmt::format("POST {}", asked.path);
  error.transaction_id = asked.transaction_id;
  error.next = "Check the connection to the tenant, then call again.";
  return error;
}

}  // namespace

Scopes not_granted(const Scopes& asked, const TokenAnswer& answer) {
  Scopes missing;
  if (answer.granted) std::ranges::set_difference(asked, *answer.granted, std::inserter(missing, missing.end()));
  return missing;
}

std::string join(const Scopes& scopes) {
  std::string joined;
  for (const auto& scope : scopes) joined += (joined.empty() ? "" : " ") + scope;
  return joined;
}

OAuth::OAuth(const Edges& edges, const Settings& settings)
    : http_(edges.http),
      clock_(edges.clock),
      random_(edges.random),
      tenant_(settings.tenant),
      login_scopes_(settings.login_scope_order),
      prompt_login_(settings.prompt_login),
      request_limit_(settings.request_limit) {}

std::string OAuth::authorize_url(std::string_view redirect_uri, std::string_view challenge,
                                 std::string_view state) const {
  auto url = fmt::format(
      "{}{}?response_type=code&client_id={}&scope={}&redirect_uri={}&code_challenge={}&code_challenge_method=S256"
      "&state={}",
      tenant_.url(), authorize_path, login_client, base::form_encode(login_scopes_), base::form_encode(redirect_uri),
      challenge, state);
  if (prompt_login_) url += "&prompt=login";
  return url;
}

http::Request OAuth::request(std::string_view path, base::Secret form, const Caller& caller) const {
  http::Request request;
  request.method = "POST";
  request.url = tenant_.url() + std::string(path);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  if (!caller.transaction_id.empty()) request.headers.emplace_back("X-ForgeRock-TransactionId", caller.transaction_id);
  request.secret_body = std::make_shared<const base::Secret>(std::move(form));
  request.total_limit = request_limit_;
  request.call = caller.call;
  request.urgent = true;
  request.on_own_connection = true;
  return request;
}

net::Task<http::Response> OAuth::send_once(http::Request request) {
  constexpr int attempts = 3;
  net::Duration wait{500};
  for (int attempt = 1;; ++attempt, wait *= 2) {
    try {
      co_return co_await http_.send(request);
    } catch (const http::TransportError& lost) {
      if (lost.maybe_sent || attempt == attempts) throw;
    }
    co_await clock_.sleep(wait);
  }
}

net::Task<TokenAnswer> OAuth::redeem(const base::Secret& code, const base::Secret& verifier,
                                     const std::string& redirect_uri, Caller caller) {
  const Asked asked{.what = "the sign-in code",
                    .client = login_client,
                    .host = tenant_.authority(),
                    .path = std::string(token_path),
                    .failure = base::Errc::login_failed,
                    .transaction_id = caller.transaction_id};
  Form form(code.reveal().size() + verifier.reveal().size());
  form.add("grant_type", "authorization_code")
      .add("code", code.reveal())
      .add("redirect_uri", redirect_uri)
      .add("code_verifier", verifier.reveal())
      .add("client_id", login_client);
  try {
    auto response = co_await send_once(request(token_path, form.finish(), caller));
    co_return read_token(response, asked);
  } catch (const http::TransportError& lost) {
    throw no_answer(lost, asked);
  }
}

net::Task<DeviceCode> OAuth::authorize_device(const std::string& challenge, Caller caller) {
  const Asked asked{.what = "the request for a device code",
                    .client = login_client,
                    .host = tenant_.authority(),
                    .path = std::string(device_path),
                    .failure = base::Errc::login_failed,
                    .transaction_id = caller.transaction_id};
  Form form(0);
  form.add("client_id", login_client)
      .add("scope", login_scopes_)
      .add("code_challenge", challenge)
      .add("code_challenge_method", "S256");
  try {
    auto response = co_await http::send_with_repeats(http_, clock_, random_,
                                                     request(device_path, form.finish(), caller), http::Repeat::write);
    co_return read_device_code(response, asked);
  } catch (const http::TransportError& lost) {
    throw no_answer(lost, asked);
  }
}

net::Task<PollAnswer> OAuth::poll(const base::Secret& device_code, const base::Secret& verifier, Caller caller) {
  const Asked asked{.what = "the status request of the device sign-in",
                    .client = login_client,
                    .host = tenant_.authority(),
                    .path = std::string(token_path),
                    .failure = base::Errc::login_failed,
                    .transaction_id = caller.transaction_id};
  Form form(device_code.reveal().size() + verifier.reveal().size());
  form.add("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
      .add("device_code", device_code.reveal())
      .add("client_id", login_client)
      .add("code_verifier", verifier.reveal());
  try {
    auto response = co_await http_.send(request(token_path, form.finish(), caller));
    co_return read_poll(response, asked);
  } catch (const http::TransportError&) {
    co_return PollAnswer{NotYet::unclear};
  }
}

net::Task<TokenAnswer> OAuth::exchange(const base::Secret& login_token, const Scopes& scopes, Caller caller) {
  const Asked asked{.what = "the token exchange",
                    .client = exchange_client,
                    .host = tenant_.authority(),
                    .path = std::string(token_path),
                    .failure = base::Errc::internal,
                    .transaction_id = caller.transaction_id};
  Form form(login_token.reveal().size());
  form.add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
      .add("subject_token", login_token.reveal())
      .add("subject_token_type", access_token_type)
      .add("requested_token_type", access_token_type)
      .add("scope", join(scopes))
      .add("client_id", exchange_client);
  try {
    auto response = co_await http::send_with_repeats(http_, clock_, random_, request(token_path, form.finish(), caller),
                                                     http::Repeat::read);
    co_return read_token(response, asked);
  } catch (const http::TransportError& lost) {
    throw no_answer(lost, asked);
  }
}

net::Task<> OAuth::revoke(const base::Secret& token, std::string_view client, Caller caller) {
  const Asked asked{.what = "the revocation of a token",
                    .client = client,
                    .host = tenant_.authority(),
                    .path = std::string(revocation_path),
                    .failure = base::Errc::transient,
                    .transaction_id = caller.transaction_id};
  Form form(token.reveal().size());
  form.add("token", token.reveal()).add("client_id", client);
  try {
    const auto response = co_await http_.send(request(revocation_path, form.finish(), caller));
    if (response.status / 100 != 2)
      throw base::Error(base::Errc::transient,
                        fmt::format("{} answered {} to {}", asked.host, response.status, asked.what));
  } catch (const http::TransportError& lost) {
    throw no_answer(lost, asked);
  }
}

}  // namespace auth
