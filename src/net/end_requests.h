// The operating system's wish that this program end: SIGINT, SIGTERM and SIGHUP; on Windows Ctrl-C, Ctrl-Break, a
// closed console, logoff and shutdown. One source file per system.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "net/loop.h"

namespace net {

// Calls `on_first` once, on the loop, with a word for the log. One at a time in a process; the loop must outlive it.
class EndRequests {
 public:
  EndRequests(Loop& loop, std::function<void(std::string_view what)> on_first);
  ~EndRequests();
  EndRequests(const EndRequests&) = delete;
  EndRequests& operator=(const EndRequests&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace net
