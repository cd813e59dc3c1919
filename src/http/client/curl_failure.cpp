#include "http/client/curl_failure.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <system_error>

namespace http {
namespace {

long number(void* easy, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

curl_off_t large_number(void* easy, CURLINFO what) {
  curl_off_t value = 0;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

// How far the connection had come.
Phase connecting_phase(const CurlFailure& failure) {
  const bool has_proxy = !failure.proxy_name.empty();
  if (large_number(failure.easy, CURLINFO_NAMELOOKUP_TIME_T) == 0) return has_proxy ? Phase::proxy : Phase::resolve;
  if (!failure.has_begun_tls) return has_proxy ? Phase::proxy : Phase::connect;
  if (has_proxy && number(failure.easy, CURLINFO_HTTP_CONNECTCODE) / 100 != 2) return Phase::proxy;
  return Phase::tls;
}

Phase phase_of(const CurlFailure& failure) {
  if (failure.answer_has_begun) return Phase::receive;
  if (failure.code == CURLE_COULDNT_RESOLVE_HOST) return Phase::resolve;
  if (failure.code == CURLE_COULDNT_RESOLVE_PROXY || failure.code == CURLE_PROXY) return Phase::proxy;
  if (!failure.was_sent) return connecting_phase(failure);
  if (failure.code == CURLE_SEND_ERROR) return Phase::send;
  const auto uploaded = large_number(failure.easy, CURLINFO_SIZE_UPLOAD_T);
  return uploaded < static_cast<curl_off_t>(failure.body_size) ? Phase::send : Phase::receive;
}

std::string reason_of(const CurlFailure& failure) {
  const auto code = static_cast<CURLcode>(failure.code);
  const long os_error = number(failure.easy, CURLINFO_OS_ERRNO);
  const bool is_of_the_proxy = number(failure.easy, CURLINFO_HTTP_CONNECTCODE) > 299;  // its answer to CONNECT
  const bool is_of_the_os =
      !is_of_the_proxy && (code == CURLE_COULDNT_CONNECT || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR);
  if (is_of_the_os && os_error != 0) return std::generic_category().message(static_cast<int>(os_error));
  if (code == CURLE_GOT_NOTHING) return "the connection was closed without an answer";
  return failure.curl_text.empty() ? curl_easy_strerror(code) : failure.curl_text;
}

// R-HTT-13: the setting for CAs is named where a CA is the matter, and nowhere else.
std::string reason_of_tls(const CurlFailure& failure) {
  using Problem = PeerCertificate::Problem;
  const auto& certificate = failure.certificate;
  switch (certificate.problem()) {
    case Problem::expired:
      return "the certificate has expired: it is " + certificate.validity();
    case Problem::not_yet_valid:
      return "the certificate is not valid yet: it is " + certificate.validity();
    case Problem::unknown_ca:
      if (failure.ca_setting.empty()) return reason_of(failure);
      return fmt::format("{}; if a company CA signs this connection, set {} to its PEM file", reason_of(failure),
                         failure.ca_setting);
    case Problem::other:
      return reason_of(failure);
    case Problem::none:
      break;
  }
  // A good certificate, of somebody else.
  if (certificate.names().empty()) return reason_of(failure);
  return fmt::format("the certificate is not for this name but for {}", certificate.names());
}

std::string seconds(net::Duration limit) {
  return fmt::format("{} s", static_cast<double>(limit.count()) / 1000.0);
}

std::string timeout_text(const CurlFailure& failure, Phase phase) {
  if (!failure.limit_hit) return fmt::format("no connection within {}", seconds(failure.connect_limit));
  if (phase == Phase::receive && !failure.answer_has_begun) {
    return fmt::format("no answer within {}", seconds(*failure.limit_hit));
  }
  return fmt::format("not completed within {} in total", seconds(*failure.limit_hit));
}

}  // namespace

TransportError describe(const CurlFailure& failure) {
  const Phase phase = phase_of(failure);
  const bool is_timeout = failure.code == CURLE_OPERATION_TIMEDOUT;
  const bool is_refused_certificate = failure.code == CURLE_PEER_FAILED_VERIFICATION;
  const std::string reason = is_timeout               ? timeout_text(failure, phase)
                             : is_refused_certificate ? reason_of_tls(failure)
                                                      : reason_of(failure);
  const std::string via = failure.proxy_name.empty() ? "" : " through proxy " + failure.proxy_name;
  const auto kind = is_timeout ? TransportError::Kind::timed_out : TransportError::Kind::failed;
  return TransportError(kind, phase, failure.host,
                        fmt::format("{}{}, phase {}: {}", failure.host, via, to_string(phase), reason),
                        failure.was_sent);
}

}  // namespace http
