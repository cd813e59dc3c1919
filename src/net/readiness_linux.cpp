// Asio watches an epoll descriptor of ours, which watches the real one.
#include "net/readiness.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <poll.h>
#include <sys/epoll.h>

namespace net {

namespace asio = boost::asio;

struct Readiness::Impl {
  Impl(Loop& loop, int the_descriptor, bool for_reading)
      : descriptor(the_descriptor),
        poll_event(for_reading ? POLLIN : POLLOUT),
        epoll(loop.context(), ::epoll_create1(EPOLL_CLOEXEC)) {
    epoll_event event{.events = for_reading ? EPOLLIN : EPOLLOUT, .data = {}};
    can_wait = ::epoll_ctl(epoll.native_handle(), EPOLL_CTL_ADD, descriptor, &event) == 0;
  }

  int descriptor;
  short poll_event;
  asio::posix::stream_descriptor epoll;
  bool can_wait = false;
};

Readiness::Readiness(Loop& loop, int descriptor, For what)
    : impl_(std::make_unique<Impl>(loop, descriptor, what == For::reading)) {}

Readiness::~Readiness() = default;

bool Readiness::is_now() const {
  pollfd state{.fd = impl_->descriptor, .events = impl_->poll_event, .revents = 0};
  return ::poll(&state, 1, 0) == 1;
}

Task<> Readiness::wait() {
  if (impl_->can_wait) {
    co_await impl_->epoll.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable));
  } else {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);  // a file, or /dev/null
  }
}

void Readiness::close() {
  impl_->epoll.cancel();
}

}  // namespace net
