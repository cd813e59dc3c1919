// The TCP sockets of this user's processes, as libproc tells them. Of other users' processes it tells nothing.
#pragma once

#include <libproc.h>
#include <sys/proc_info.h>

#include <vector>

namespace auth {

struct ProcessSocket {
  int pid = 0;
  tcp_sockinfo tcp{};  // ports in network byte order
};

std::vector<ProcessSocket> own_tcp_sockets();

}  // namespace auth
