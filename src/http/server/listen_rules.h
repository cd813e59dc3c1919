// How a listener keeps its address to itself (R-PKC-20). One source file per system.
#pragma once

#include <boost/asio/ip/tcp.hpp>

namespace http {

// Before the bind: no other program can share the port, and connections that have just ended do not keep it.
void keep_address_alone(boost::asio::ip::tcp::acceptor& acceptor, boost::system::error_code& error);

// True for a bind that failed because another program has the address.
bool is_address_taken(const boost::system::error_code& error);

}  // namespace http
