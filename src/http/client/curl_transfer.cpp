#include "http/client/curl_transfer.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/url.h"
#include "http/client/curl_failure.h"

namespace http {
namespace {

// Of each request under way, and kept for the next one: 64 of them are as good as nothing at this size.
constexpr long receive_buffer = 8 * 1024;

template <typename Value>
void set(void* easy, CURLoption option, Value value) {
  if (const auto code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw base::Error(base::Errc::internal,
                      fmt::format("libcurl refused option {}: {}", static_cast<int>(option), curl_easy_strerror(code)));
  }
}

constexpr std::uint16_t https_port = 443;

std::uint16_t port_of(const base::Url& url) {
  std::uint16_t port = https_port;
  std::from_chars(url.port.data(), url.port.data() + url.port.size(), port);
  return port;
}

// Built without a copy that nobody wipes; HeaderList::add wipes this one.
std::string authorization(const base::Secret& bearer) {
  constexpr std::string_view scheme = "Authorization: Bearer ";
  std::string line;
  line.reserve(scheme.size() + bearer.reveal().size());
  line.append(scheme).append(bearer.reveal());
  return line;
}

// "Name;" is libcurl's way to send a header without a value.
std::string header_line(const std::string& name, const std::string& value) {
  return name + (value.empty() ? ";" : ": " + value);
}

}  // namespace

// libcurl's list of header lines; its nodes come from the wiping allocator.
class Transfer::HeaderList {
 public:
  ~HeaderList() { curl_slist_free_all(list_); }

  void add(std::string line) {
    if (line.find_first_of("\r\n") != std::string::npos) {
      base::wipe(line);
      throw base::Error(base::Errc::internal, "a header value holds a line break");
    }
    auto* longer = curl_slist_append(list_, line.c_str());
    base::wipe(line);
    if (longer == nullptr) throw base::Error(base::Errc::internal, "no memory is left for a header");
    list_ = longer;
  }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

// What libcurl calls while it works on a transfer.
struct CurlCallbacks {
  static std::size_t on_header(const char* data, std::size_t size, std::size_t count, Transfer* transfer) {
    const std::string_view line(data, size * count);
    transfer->last_byte_ = std::chrono::steady_clock::now();
    Response& response = transfer->response_;
    if (line.starts_with("HTTP/")) {  // an interim answer (1xx) may have come before
      response.headers.clear();
      const auto code = line.substr(std::min(line.find(' ') + 1, line.size()), 3);
      std::from_chars(code.data(), code.data() + code.size(), response.status);
      return line.size();
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return line.size();
    response.headers.emplace_back(base::trim(line.substr(0, colon)), base::trim(line.substr(colon + 1)));
    return line.size();
  }

  static std::size_t on_body(const char* data, std::size_t size, std::size_t count, Transfer* transfer) {
    const std::string_view part(data, size * count);
    transfer->last_byte_ = std::chrono::steady_clock::now();
    if (transfer->body_.size() + part.size() > transfer->options_->max_body) {
      transfer->is_too_large_ = true;
      return CURL_WRITEFUNC_ERROR;
    }
    transfer->body_.append(part);
    return part.size();
  }

  // Called before each time the request is sent. libcurl sends again by itself where a reused connection turns out to
  // be dead without an answer; only for reads is that known to do no harm.
  static int on_send(Transfer* transfer, char*, char*, int, int) {
    const std::string& method = transfer->request_.method;
    const bool is_read = method == "GET" || method == "HEAD";
    if (transfer->attempts_ > 0 && !is_read) return CURL_PREREQFUNC_ABORT;
    const auto now = std::chrono::steady_clock::now();
    const auto& limit = transfer->request_.leaves_within;
    transfer->is_late_ = limit && now - transfer->begin_ > *limit;
    if (transfer->is_late_) return CURL_PREREQFUNC_ABORT;
    ++transfer->attempts_;
    transfer->is_refused_ = false;
    transfer->sent_ = now;
    return CURL_PREREQFUNC_OK;
  }

  static CURLcode on_tls(CURL*, void* ssl_ctx, Transfer* transfer) {
    transfer->has_begun_tls_ = true;
    transfer->trust_->install(ssl_ctx);
    transfer->certificate_.watch(ssl_ctx, transfer->options_->seen_certificate);
    return CURLE_OK;
  }
};

Transfer::Transfer(Request request) : request_(std::move(request)) {
  base::Url url;
  if (!base::parse_url(request_.url, url)) throw base::Error(base::Errc::internal, "not a URL to send a request to");
  host_ = url.host;
  if (host_.starts_with('[')) host_ = host_.substr(1, host_.size() - 2);
  port_ = port_of(url);
}

Transfer::~Transfer() = default;

std::string Transfer::authority() const {
  const auto name = host_.find(':') == std::string::npos ? host_ : fmt::format("[{}]", host_);
  return port_ == https_port ? name : fmt::format("{}:{}", name, port_);
}

void Transfer::prepare(void* easy, const CurlSetup& setup) {
  easy_ = easy;
  options_ = &setup.options;
  begin_ = std::chrono::steady_clock::now();
  trust_ = &setup.trust;
  set(easy_, CURLOPT_PRIVATE, this);
  set(easy_, CURLOPT_ERRORBUFFER, error_text_.data());
  set(easy_, CURLOPT_NOSIGNAL, 1L);
  set(easy_, CURLOPT_NOPROGRESS, 1L);
  set(easy_, CURLOPT_BUFFERSIZE, receive_buffer);
  set_connection(setup);
  set_proxy(setup);
  set_request();
  set_headers(setup.options.user_agent);

  set(easy_, CURLOPT_HEADERFUNCTION, &CurlCallbacks::on_header);
  set(easy_, CURLOPT_HEADERDATA, this);
  set(easy_, CURLOPT_WRITEFUNCTION, &CurlCallbacks::on_body);
  set(easy_, CURLOPT_WRITEDATA, this);
  set(easy_, CURLOPT_PREREQFUNCTION, &CurlCallbacks::on_send);
  set(easy_, CURLOPT_PREREQDATA, this);
}

void Transfer::set_connection(const CurlSetup& setup) {
  set(easy_, CURLOPT_PROTOCOLS_STR, "https");
  set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(setup.options.connect_limit.count()));
  set(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy_, CURLOPT_MAXAGE_CONN, static_cast<long>(setup.options.trusted_idle.count() / 1000));
  if (request_.on_own_connection) {
    set(easy_, CURLOPT_FRESH_CONNECT, 1L);
    set(easy_, CURLOPT_FORBID_REUSE, 1L);
  }
  set(easy_, CURLOPT_QUICK_EXIT, 1L);  // a name server that hangs must not hold the thread up

  set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy_, CURLOPT_SSL_CTX_FUNCTION, &CurlCallbacks::on_tls);
  set(easy_, CURLOPT_SSL_CTX_DATA, this);
  set(easy_, CURLOPT_CA_CACHE_TIMEOUT, -1L);  // libcurl's own store is replaced at once; it need not be made anew

  // A burst on a connection that is just being made waits for it instead of making one each.
  set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(easy_, CURLOPT_PIPEWAIT, 1L);
  set(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
  set(easy_, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(setup.options.max_body));
}

void Transfer::set_proxy(const CurlSetup& setup) {
  // Both are always set, or libcurl would look into the environment.
  set(easy_, CURLOPT_NOPROXY, "");
  if (!setup.proxy || bypasses_proxy(setup.options.no_proxy, host_, port_)) {
    set(easy_, CURLOPT_PROXY, "");
    return;
  }
  const Proxy& proxy = *setup.proxy;
  proxy_name_ = proxy.name;
  set(easy_, CURLOPT_PROXY, proxy.url.c_str());
  set(easy_, CURLOPT_HTTPPROXYTUNNEL, 1L);
  set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy_, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // the bearer is not the proxy's
  set(easy_, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (proxy.user.empty()) return;
  set(easy_, CURLOPT_PROXYUSERNAME, proxy.user.c_str());
  set(easy_, CURLOPT_PROXYPASSWORD, proxy.password.c_str());
}

void Transfer::set_request() {
  set(easy_, CURLOPT_URL, request_.url.c_str());
  const std::string_view body = request_.secret_body ? request_.secret_body->reveal() : std::string_view(request_.body);
  const bool has_body = !body.empty() || request_.method == "POST" || request_.method == "PUT";
  if (has_body) {
    set(easy_, CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
    set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  if (request_.method == "HEAD") set(easy_, CURLOPT_NOBODY, 1L);
  if (request_.method != "GET" || has_body) set(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_headers(const std::string& user_agent) {
  header_list_ = std::make_unique<HeaderList>();
  for (const auto& [name, value] : request_.headers) header_list_->add(header_line(name, value));
  if (request_.bearer) header_list_->add(authorization(*request_.bearer));
  if (!has_header(request_.headers, "Accept")) header_list_->add("Accept: application/json");
  // What libcurl would add by itself.
  header_list_->add("Expect:");
  if (!has_header(request_.headers, "Content-Type")) header_list_->add("Content-Type:");
  set(easy_, CURLOPT_HTTPHEADER, header_list_->get());
  set(easy_, CURLOPT_USERAGENT, user_agent.c_str());
}

net::Duration Transfer::first_byte_limit() const {
  constexpr net::Duration of_slow_requests{60'000};
  if (request_.total_limit > of_slow_requests) return request_.total_limit;
  return std::min(options_->first_byte_limit, request_.total_limit);
}

Transfer::Deadline Transfer::deadline() const {
  Deadline next{begin_ + request_.total_limit, Stop::total};
  const auto consider = [&next](TimePoint at, Stop reason) {
    if (at < next.at) next = {at, reason};
  };
  if (last_byte_) {
    consider(*last_byte_ + options_->idle_limit, Stop::idle);
  } else if (sent_) {
    consider(*sent_ + first_byte_limit(), Stop::first_byte);
  }
  return next;
}

void Transfer::stop_because(Stop reason) {
  stop_ = reason;
  const bool was_silent = reason == Stop::first_byte || reason == Stop::idle || (reason == Stop::total && !last_byte_);
  if (was_silent) set(easy_, CURLOPT_FORBID_REUSE, 1L);
}

// Of our own limits; that for connecting is libcurl's business.
std::optional<net::Duration> Transfer::limit_hit() const {
  if (stop_ == Stop::total) return request_.total_limit;
  if (stop_ == Stop::first_byte) return first_byte_limit();
  return std::nullopt;
}

void Transfer::finish(int code) {
  long version = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  is_http2_ = version >= CURL_HTTP_VERSION_2_0;
  if (code != CURLE_OK || stop_ != Stop::none) failure_ = failure_of(code);
  header_list_.reset();
  easy_ = nullptr;
}

std::exception_ptr Transfer::failure_of(int code) const {
  using Kind = TransportError::Kind;
  const auto failure = [&](Kind kind, std::string_view why, Phase phase = Phase::receive) {
    return std::make_exception_ptr(TransportError(
        kind, phase, authority(), fmt::format("{}, phase {}: {}", authority(), to_string(phase), why), was_sent()));
  };
  if (is_refused_) return failure(Kind::failed, "the server refused the request without looking at it", Phase::send);
  if (is_late_) {
    const auto within = request_.leaves_within.value_or(net::Duration(0));
    const auto seconds = static_cast<double>(within.count()) / 1000.0;
    return failure(Kind::failed, fmt::format("the connection took longer than {} s, so nothing was sent", seconds),
                   Phase::connect);
  }
  if (is_too_large_ || code == CURLE_FILESIZE_EXCEEDED) {
    const auto mebibytes = options_->max_body >> 20;
    return failure(Kind::too_large, fmt::format("the answer is larger than {} MiB", mebibytes));
  }
  if (stop_ == Stop::idle) {
    const auto seconds = static_cast<double>(options_->idle_limit.count()) / 1000.0;
    return failure(Kind::timed_out, fmt::format("no byte for {} s after the answer had begun", seconds));
  }
  const bool died_before_answer = code == CURLE_ABORTED_BY_CALLBACK;  // see on_send
  const auto body_size = request_.secret_body ? request_.secret_body->reveal().size() : request_.body.size();
  return std::make_exception_ptr(describe({.easy = easy_,
                                           .code = died_before_answer ? CURLE_GOT_NOTHING : code,
                                           .host = authority(),
                                           .proxy_name = proxy_name_,
                                           .curl_text = error_text_.data(),
                                           .certificate = certificate_,
                                           .has_begun_tls = has_begun_tls_,
                                           .was_sent = was_sent(),
                                           .answer_has_begun = was_answered(),
                                           .body_size = body_size,
                                           .connect_limit = options_->connect_limit,
                                           .ca_setting = options_->ca_setting,
                                           .limit_hit = limit_hit()}));
}

Response Transfer::take_response() {
  if (failure_) std::rethrow_exception(failure_);
  response_.body = body_.take();
  return std::move(response_);
}

}  // namespace http
