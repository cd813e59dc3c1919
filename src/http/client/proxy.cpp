#include "http/client/proxy.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/error.h"
#include "base/text.h"
#include "base/url.h"

namespace http {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> parse_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  boost::system::error_code error;
  auto address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

bool range_contains(std::string_view range, const ip::address& address) {
  boost::system::error_code error;
  if (address.is_v4()) {
    const auto network = ip::make_network_v4(std::string(range), error);
    return !error && network.network() == ip::network_v4(address.to_v4(), network.prefix_length()).network();
  }
  const auto network = ip::make_network_v6(std::string(range), error);
  return !error && network.network() == ip::network_v6(address.to_v6(), network.prefix_length()).network();
}

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern == "*") return true;
  if (pattern.starts_with("*.")) pattern.remove_prefix(2);
  if (pattern.starts_with('.')) pattern.remove_prefix(1);
  if (pattern.ends_with('.')) pattern.remove_suffix(1);
  if (pattern.empty() || pattern.size() > host.size()) return false;
  const auto head = host.substr(0, host.size() - pattern.size());
  return base::same_ignoring_case(host.substr(head.size()), pattern) && (head.empty() || head.ends_with('.'));
}

bool entry_matches(std::string_view entry, std::string_view host, const std::optional<ip::address>& address) {
  if (!address) return host_matches(entry, host);
  if (entry == "*") return true;
  if (entry.contains('/')) return range_contains(entry, *address);
  return parse_address(entry) == address;
}

// Cuts ":port" off; what stands before the only colon or behind a bracket, so that a bare IPv6 address stays whole.
std::optional<std::uint16_t> take_port(std::string_view& entry) {
  const auto colon = entry.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const bool is_bare_address = entry.find(':') != colon && !entry.substr(0, colon).ends_with(']');
  if (is_bare_address) return std::nullopt;
  std::uint16_t port = 0;
  const auto digits = entry.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  entry = entry.substr(0, colon);
  return port;
}

std::string default_port(std::string_view scheme) {
  if (scheme == "http") return "80";
  return scheme == "https" ? "443" : "1080";
}

bool is_loopback(std::string_view host, const std::optional<ip::address>& address) {
  return address ? address->is_loopback() : host_matches("localhost", host);
}

}  // namespace

std::optional<Proxy> parse_proxy(std::string_view text) {
  if (text.empty()) return std::nullopt;
  constexpr std::string_view default_scheme = "http://";
  std::string full(text);
  if (!full.contains("://")) full.insert(0, default_scheme);

  base::Url url;
  const auto schemes = {"http", "https", "socks5", "socks5h"};
  const bool is_usable = base::parse_url(full, url) && !url.host.empty() && std::ranges::count(schemes, url.scheme) > 0;
  if (!is_usable) {
    throw base::Error(base::Errc::invalid_request,
                      "the proxy setting (HTTPS_PROXY, ALL_PROXY) is not usable; expected http://host:port");
  }
  const bool needs_brackets = url.host.contains(':') && !url.host.starts_with('[');
  const std::string host = needs_brackets ? "[" + url.host + "]" : url.host;
  Proxy proxy;
  proxy.name = host + ":" + (url.port.empty() ? default_port(url.scheme) : url.port);
  proxy.url = url.scheme + "://" + proxy.name;
  const auto colon = url.user_info.find(':');
  proxy.user = base::percent_decode(url.user_info.substr(0, colon));
  if (colon != std::string::npos) proxy.password = base::percent_decode(url.user_info.substr(colon + 1));
  return proxy;
}

bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto address = parse_address(host);
  if (is_loopback(host, address)) return true;

  constexpr std::string_view separators = ", \t;";
  while (true) {
    const auto begin = no_proxy.find_first_not_of(separators);
    if (begin == std::string_view::npos) return false;
    no_proxy.remove_prefix(begin);
    std::string_view entry = no_proxy.substr(0, no_proxy.find_first_of(separators));
    no_proxy.remove_prefix(entry.size());
    const auto only_port = take_port(entry);
    if ((!only_port || *only_port == port) && entry_matches(entry, host, address)) return true;
  }
}

}  // namespace http
