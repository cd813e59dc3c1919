// Which requests a server provably did not take up (RFC 9113 §8.7): those whose stream it refused by REFUSED_STREAM, or
// that lie beyond the last one that its GOAWAY names. nghttp2 closes both kinds with the same code, but libcurl has no
// way to tell: it sends such a request again by itself, or gives up like after any other loss. So libcurl is built to
// hand its callback to us first (scripts/curl.sh); where it was not (docs/platforms.md), a refused write counts as one
// that may have arrived.
#include <curl/curl.h>
#include <nghttp2/nghttp2.h>

#include <atomic>

#include "http/client/curl_transfer.h"

namespace http {
namespace {

std::atomic<nghttp2_on_stream_close_callback> libcurl_on_stream_close;  // the same for all its sessions

void tell_refused(CURL* easy) {
  Transfer* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  if (transfer != nullptr) transfer->was_refused();
}

int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t error, void* user_data) {
  // libcurl keeps its handle there, and takes it away when the transfer is over.
  auto* const easy = static_cast<CURL*>(nghttp2_session_get_stream_user_data(session, id));
  if (error == NGHTTP2_REFUSED_STREAM && easy != nullptr) tell_refused(easy);
  return libcurl_on_stream_close.load()(session, id, error, user_data);
}

}  // namespace
}  // namespace http

// What libcurl calls in place of nghttp2_session_callbacks_set_on_stream_close_callback.
extern "C" void aic_set_on_stream_close_callback(nghttp2_session_callbacks* callbacks,
                                                 nghttp2_on_stream_close_callback callback);
extern "C" void aic_set_on_stream_close_callback(nghttp2_session_callbacks* callbacks,
                                                 nghttp2_on_stream_close_callback callback) {
  http::libcurl_on_stream_close = callback;
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, http::on_stream_close);
}
