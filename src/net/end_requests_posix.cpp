#include "net/end_requests.h"

#include <fmt/core.h>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <utility>

namespace net {

struct EndRequests::Impl {
  explicit Impl(Loop& loop) : signals(loop.context(), SIGINT, SIGTERM, SIGHUP) {}
  boost::asio::signal_set signals;
};

EndRequests::EndRequests(Loop& loop, std::function<void(std::string_view)> on_first)
    : impl_(std::make_unique<Impl>(loop)) {
  impl_->signals.async_wait([on_first = std::move(on_first)](const boost::system::error_code& error, int number) {
    if (!error) on_first(fmt::format("signal {}", number));
  });
}

EndRequests::~EndRequests() = default;

}  // namespace net
