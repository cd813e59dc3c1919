// A browser's side of the redirect: bytes out, bytes in.
#pragma once

#include <cstdint>
#include <string>

#include "net/loop.h"

namespace test {

// Sends the bytes and gives everything that comes back until the server closes. Gives nothing where none listens.
net::Task<std::string> send_raw(net::Loop& loop, std::uint16_t port, std::string bytes);

// The same for "GET <target>" with a usable Host.
net::Task<std::string> get_page(net::Loop& loop, std::uint16_t port, std::string target);

}  // namespace test
