// The coroutine type of this program. A Task starts when it is awaited and is awaited exactly once.
#pragma once

#include <exception>

#include <boost/asio/awaitable.hpp>

namespace net {

template <typename T = void>
using Task = boost::asio::awaitable<T>;

// What ends a whole call and not only the task that throws it: tasks that run beside it are cancelled (`gather`).
class Unwinding : public std::exception {};

}  // namespace net
