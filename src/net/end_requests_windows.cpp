#include "net/end_requests.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <windows.h>

#include <mutex>
#include <utility>

namespace net {
namespace {

// Windows calls back on a thread of its own, without an argument of ours.
struct EndReceiver {
  std::mutex mutex;
  boost::asio::io_context* context = nullptr;
  std::function<void(std::string_view)> on_first;
};

EndReceiver& end_receiver() {
  static EndReceiver* const instance = new EndReceiver;  // the thread may outlive every static object
  return *instance;
}

std::string_view end_event_name(DWORD event) {
  switch (event) {
    case CTRL_C_EVENT:
      return "Ctrl-C";
    case CTRL_BREAK_EVENT:
      return "Ctrl-Break";
    case CTRL_CLOSE_EVENT:
      return "the console was closed";
    case CTRL_LOGOFF_EVENT:
      return "logoff";
    default:
      return "shutdown";
  }
}

BOOL WINAPI handle_end_event(DWORD event) {
  {
    auto& receiver = end_receiver();
    const std::lock_guard lock(receiver.mutex);
    if (receiver.context == nullptr) return FALSE;
    if (receiver.on_first) {
      boost::asio::post(*receiver.context, [on_first = std::exchange(receiver.on_first, nullptr),
                                            name = end_event_name(event)] { on_first(name); });
    }
  }
  // After these Windows ends the process as soon as this function returns, or when its patience is over (5 s).
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) Sleep(INFINITE);
  return TRUE;
}

}  // namespace

struct EndRequests::Impl {};

EndRequests::EndRequests(Loop& loop, std::function<void(std::string_view)> on_first) {
  auto& receiver = end_receiver();
  {
    const std::lock_guard lock(receiver.mutex);
    receiver.context = &loop.context();
    receiver.on_first = std::move(on_first);
  }
  SetConsoleCtrlHandler(&handle_end_event, TRUE);
}

EndRequests::~EndRequests() {
  SetConsoleCtrlHandler(&handle_end_event, FALSE);
  auto& receiver = end_receiver();
  const std::lock_guard lock(receiver.mutex);
  receiver.context = nullptr;
  receiver.on_first = nullptr;
}

}  // namespace net
