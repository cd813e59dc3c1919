#include "auth/peer_endpoint.h"

#include <charconv>

namespace auth {

std::optional<boost::asio::ip::tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error || bad != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return boost::asio::ip::tcp::endpoint(address, port);
}

}  // namespace auth
