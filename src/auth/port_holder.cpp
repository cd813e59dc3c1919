#include "auth/port_holder.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/core.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "auth/result_page.h"

namespace auth {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

// The head of the answer to "GET /", as far as it came.
net::Task<std::string> fetch_head(asio::any_io_executor executor, tcp::endpoint endpoint) {
  constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  constexpr std::size_t longest = 16 * 1024;
  std::string head;
  tcp::socket socket(executor);
  if (auto [error] = co_await socket.async_connect(endpoint, with_error); error) co_return head;
  if (auto [error, size] = co_await asio::async_write(socket, asio::buffer(request), with_error); error) co_return head;
  std::array<char, 4096> part{};
  while (head.size() < longest && head.find("\r\n\r\n") == std::string::npos) {
    auto [error, size] = co_await socket.async_read_some(asio::buffer(part), with_error);
    if (error) break;
    head.append(part.data(), size);
  }
  co_return head;
}

bool has_mark(std::string_view head) {
  return head.find(fmt::format("\r\n{}:", listener_mark)) != std::string_view::npos;
}

// proc_pid_net(5): address in hexadecimal, state 0A = listening, field 10 = inode.
void collect_inodes(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::ifstream file(table);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, skipped, inode;
    fields >> number >> local >> remote >> state;
    for (int field = 5; field < 10; ++field) fields >> skipped;
    fields >> inode;
    if (state == "0A" && local.ends_with(fmt::format(":{:04X}", port))) inodes.insert(inode);
  }
}

bool holds_socket(const fs::path& process, const std::set<std::string>& inodes) {
  std::error_code error;
  for (fs::directory_iterator each(process / "fd", error), end; !error && each != end; each.increment(error)) {
    std::error_code unreadable;
    const auto link = fs::read_symlink(each->path(), unreadable).string();
    if (!link.starts_with("socket:[")) continue;
    if (inodes.contains(link.substr(8, link.size() - 9))) return true;
  }
  return false;
}

}  // namespace

std::string listening_process(std::uint16_t port) {
  std::set<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) collect_inodes(table, port, inodes);
  if (inodes.empty()) return {};
  std::error_code error;
  for (fs::directory_iterator each("/proc", error), end; !error && each != end; each.increment(error)) {
    const auto pid = each->path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos || !holds_socket(each->path(), inodes)) continue;
    std::ifstream comm(each->path() / "comm");
    std::string name;
    std::getline(comm, name);
    return fmt::format("{} (pid {})", name, pid);
  }
  return {};
}

net::Task<PortHolder> ask_port_holder(net::Loop& loop, net::Clock& clock, std::uint16_t port) {
  constexpr net::Duration limit{1'000};
  PortHolder holder;
  const std::array<asio::ip::address, 2> addresses{asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
  for (const auto& address : addresses) {
    const auto head = co_await loop.within(clock, limit, fetch_head(loop.executor(), tcp::endpoint(address, port)));
    if (head && has_mark(*head)) holder.is_listener_of_ours = true;
  }
  if (!holder.is_listener_of_ours) holder.name = co_await loop.offload([port] { return listening_process(port); });
  co_return holder;
}

}  // namespace auth
