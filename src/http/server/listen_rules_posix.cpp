#include "http/server/listen_rules.h"

namespace http {

void keep_address_alone(boost::asio::ip::tcp::acceptor& acceptor, boost::system::error_code& error) {
  acceptor.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true), error);  // only for TIME_WAIT
}

bool is_address_taken(const boost::system::error_code& error) {
  return error == boost::asio::error::address_in_use;
}

}  // namespace http
