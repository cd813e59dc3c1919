// A thread that waits in select(2). Asio cannot watch a kqueue of ours as it does an epoll descriptor: it insists on
// FIONBIO, which kqueues refuse. And poll(2) does not know macOS' devices. Nothing here is macOS' own, so tests/net
// runs it on Linux; not yet run on macOS (docs/platforms.md).
#include "net/readiness.h"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <sys/select.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "base/error.h"

namespace net {
namespace {

// Both ends close with it; its bytes mean nothing but that they are there.
class WakePipe {
 public:
  WakePipe() {
    if (::pipe(ends_.data()) != 0) throw base::Error(base::Errc::internal, std::strerror(errno));
    for (const int end : ends_) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  }
  ~WakePipe() {
    close_writing();
    ::close(ends_[0]);
  }
  WakePipe(const WakePipe&) = delete;
  WakePipe& operator=(const WakePipe&) = delete;

  int reading_end() const { return ends_[0]; }
  void wake() const {
    if (ends_[1] >= 0) static_cast<void>(::write(ends_[1], "", 1));
  }
  void close_writing() {
    if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
  }
  // False once the writing end is closed and all is read.
  bool drain() const {
    std::array<char, 64> bytes{};
    return ::read(ends_[0], bytes.data(), bytes.size()) != 0;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

struct Selected {
  bool is_woken = false, is_ready = false;
};

// Waits for the pipe, and for the descriptor, too, where there is one. What cannot be watched is ready: using it tells
// why.
Selected select_either(int woken_by, int descriptor, bool for_reading, timeval* limit) {
  fd_set readable, writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  if (woken_by >= 0) FD_SET(woken_by, &readable);
  if (descriptor >= 0) FD_SET(descriptor, for_reading ? &readable : &writable);
  if (::select(std::max(woken_by, descriptor) + 1, &readable, &writable, nullptr, limit) < 0) {
    return {.is_woken = false, .is_ready = errno != EINTR};
  }
  return {.is_woken = woken_by >= 0 && FD_ISSET(woken_by, &readable),
          .is_ready = descriptor >= 0 && FD_ISSET(descriptor, for_reading ? &readable : &writable)};
}

}  // namespace

struct Readiness::Impl {
  Impl(Loop& the_loop, int the_descriptor, bool reading)
      : loop(the_loop), descriptor(the_descriptor), for_reading(reading) {
    if (std::max(descriptor, pipe.reading_end()) >= FD_SETSIZE) {
      throw base::Error(base::Errc::internal, "a descriptor is too high for select");
    }
    thread = std::thread([this] { watch(); });
  }
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void stop() {
    pipe.close_writing();
    if (thread.joinable()) thread.join();
  }

  void tell() const {
    boost::asio::post(loop.context(), [weak = std::weak_ptr(became_ready)] {
      if (const auto event = weak.lock()) event->pulse();
    });
  }

  // The thread's. Each wake asks for one answer, so that it rests while nobody wants to know.
  void watch() const {
    bool is_asked = false;
    while (true) {
      const auto found = select_either(pipe.reading_end(), is_asked ? descriptor : -1, for_reading, nullptr);
      if (found.is_woken) {
        if (!pipe.drain()) return;
        is_asked = true;
      } else if (is_asked && found.is_ready) {
        is_asked = false;
        tell();
      }
    }
  }

  Loop& loop;
  int descriptor;
  bool for_reading;
  WakePipe pipe;
  std::shared_ptr<Condition> became_ready = std::make_shared<Condition>(loop.executor());
  std::thread thread;
};

Readiness::Readiness(Loop& loop, int descriptor, For what)
    : impl_(std::make_unique<Impl>(loop, descriptor, what == For::reading)) {}

Readiness::~Readiness() = default;

bool Readiness::is_now() const {
  timeval none{};
  return select_either(-1, impl_->descriptor, impl_->for_reading, &none).is_ready;
}

Task<> Readiness::wait() {
  impl_->pipe.wake();
  co_await impl_->became_ready->wait();
}

void Readiness::close() {
  impl_->stop();
  impl_->became_ready->pulse();
}

}  // namespace net
