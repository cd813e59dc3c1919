// The end of a connection as http::ServerRequest names it, read back for looking it up in a system's table.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

namespace auth {

// "127.0.0.1:41234" or "[::1]:41234"; nothing for other texts.
std::optional<boost::asio::ip::tcp::endpoint> parse_endpoint(std::string_view text);

}  // namespace auth
