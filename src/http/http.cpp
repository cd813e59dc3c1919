#include "http/http.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace http {

std::string_view header(const Headers& headers, std::string_view name) {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& each) { return base::same_ignoring_case(each.first, name); });
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

bool has_header(const Headers& headers, std::string_view name) {
  return std::ranges::any_of(headers, [&](const auto& each) { return base::same_ignoring_case(each.first, name); });
}

std::size_t header_count(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::ranges::count_if(headers, [&](const auto& each) { return base::same_ignoring_case(each.first, name); }));
}

std::optional<std::string_view> host_of(const Headers& headers) {
  return header_count(headers, "host") == 1 ? std::optional(header(headers, "host")) : std::nullopt;
}

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::queue:
      return "queue";
    case Phase::resolve:
      return "resolve";
    case Phase::connect:
      return "connect";
    case Phase::proxy:
      return "proxy";
    case Phase::tls:
      return "TLS";
    case Phase::send:
      return "send";
    case Phase::receive:
      return "receive";
  }
  return "unknown";
}

TransportError::TransportError(Kind kind, Phase phase, std::string host, std::string text, bool maybe_sent)
    : kind(kind), phase(phase), host(std::move(host)), text(std::move(text)), maybe_sent(maybe_sent) {}

}  // namespace http
