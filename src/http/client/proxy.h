// Which proxy a request takes, by the rules that HTTPS_PROXY and NO_PROXY have grown (R-HTT-03). libcurl's own reading
// of NO_PROXY knows neither ports nor wildcards, so it is told the outcome only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace http {

struct Proxy {
  std::string url;   // without credentials
  std::string name;  // "host:port", for texts
  std::string user;
  std::string password;
};

// The value of HTTPS_PROXY: http, https, socks5 or socks5h; without a scheme http. Empty = none.
// Throws base::Error whose text never shows the value, as it may hold a password.
std::optional<Proxy> parse_proxy(std::string_view text);

// True when NO_PROXY exempts this host and port; `host` is lower case, IPv6 without brackets. Entries are hosts (with
// their subdomains), suffixes ".example.com" or "*.example.com", addresses, CIDR ranges and "*", each also with
// ":port". Loopback hosts are always exempt.
bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

}  // namespace http
