#include "http/server/listen_rules.h"

namespace http {

// There SO_REUSEADDR would let any program take the port over; TIME_WAIT does not hold it.
void keep_address_alone(boost::asio::ip::tcp::acceptor& acceptor, boost::system::error_code& error) {
  using ExclusiveUse = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_EXCLUSIVEADDRUSE>;
  acceptor.set_option(ExclusiveUse(true), error);
}

// Access denied: the other one asked for exclusive use, or belongs to another user.
bool is_address_taken(const boost::system::error_code& error) {
  return error == boost::asio::error::address_in_use || error == boost::asio::error::access_denied;
}

}  // namespace http
