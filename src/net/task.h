// The coroutine type of this program. A Task starts when it is awaited and is awaited exactly once.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace net {

template <typename T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace net
