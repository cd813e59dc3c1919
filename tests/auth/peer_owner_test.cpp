// Whose the other end of a connection is, by the system's own table (R-PKC-23).
#include "auth/peer_owner.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "auth/peer_endpoint.h"

namespace {

using auth::PeerOwner;

// A descriptor, closed at the end.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() { close_now(); }
  int fd() const { return fd_; }
  void close_now() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

sockaddr_in6 loopback6(std::uint16_t port, const char* address) {
  sockaddr_in6 at{};
  at.sin6_family = AF_INET6;
  at.sin6_port = htons(port);
  inet_pton(AF_INET6, address, &at.sin6_addr);
  return at;
}

sockaddr_in loopback4(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

// A server's side that accepts connections one by one.
template <typename Address>
class Listening {
 public:
  explicit Listening(Address at) : socket_(::socket(reinterpret_cast<sockaddr&>(at).sa_family, SOCK_STREAM, 0)) {
    socklen_t size = sizeof at;
    if (bind(socket_.fd(), reinterpret_cast<sockaddr*>(&at), size) != 0) throw std::runtime_error("bind");
    listen(socket_.fd(), 8);
    getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(reinterpret_cast<sockaddr_in&>(at).sin_port);
  }
  std::uint16_t port() const { return port_; }
  // The accepted connection, and its other end as the HTTP server would name it.
  std::pair<Socket, std::string> accept_one() {
    Address peer{};
    socklen_t size = sizeof peer;
    Socket accepted(accept(socket_.fd(), reinterpret_cast<sockaddr*>(&peer), &size));
    const auto port = std::to_string(ntohs(reinterpret_cast<sockaddr_in&>(peer).sin_port));
    const bool is_v6 = reinterpret_cast<sockaddr&>(peer).sa_family == AF_INET6;
    return {std::move(accepted), (is_v6 ? "[::1]:" : "127.0.0.1:") + port};
  }

 private:
  Socket socket_;
  std::uint16_t port_ = 0;
};

template <typename Address>
Socket connected_to(Address at) {
  Socket client(::socket(reinterpret_cast<sockaddr&>(at).sa_family, SOCK_STREAM, 0));
  if (connect(client.fd(), reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) throw std::runtime_error("connect");
  return client;
}

TEST(PeerOwner, IsOursForOurOwnConnections) {
  Listening server(loopback4(0));
  const auto client = connected_to(loopback4(server.port()));
  const auto [accepted, peer] = server.accept_one();

  EXPECT_EQ(auth::peer_owner(peer, server.port()), PeerOwner::ours);
}

TEST(PeerOwner, IsFoundForASocketThatSpeaksBothFamilies) {
  Listening server(loopback4(0));
  const auto client = connected_to(loopback6(server.port(), "::ffff:127.0.0.1"));
  const auto [accepted, peer] = server.accept_one();

  EXPECT_EQ(auth::peer_owner(peer, server.port()), PeerOwner::ours);
}

TEST(PeerOwner, IsFoundOverIpv6) {
  try {
    Listening server(loopback6(0, "::1"));
    const auto client = connected_to(loopback6(server.port(), "::1"));
    const auto [accepted, peer] = server.accept_one();
    EXPECT_EQ(auth::peer_owner(peer, server.port()), PeerOwner::ours);
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "this machine has no IPv6";
  }
}

TEST(PeerOwner, IsNotOursOnceThePeerHasGone) {
  Listening server(loopback4(0));
  auto client = connected_to(loopback4(server.port()));
  const auto [accepted, peer] = server.accept_one();

  client.close_now();  // leaves a row without a process, which names root

  EXPECT_EQ(auth::peer_owner(peer, server.port()), PeerOwner::other);
}

TEST(PeerOwner, IsNotOursAfterAResetEither) {
  Listening server(loopback4(0));
  auto client = connected_to(loopback4(server.port()));
  const auto [accepted, peer] = server.accept_one();

  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(client.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  client.close_now();  // leaves no row at all

  EXPECT_EQ(auth::peer_owner(peer, server.port()), PeerOwner::other);
}

TEST(PeerOwner, IsUnknownWhereTheTableShowsNothingOfOurs) {
  Listening server(loopback4(0));
  const auto port = server.port();
  {
    const auto gone = std::move(server);
  }
  EXPECT_EQ(auth::peer_owner("127.0.0.1:1", port), PeerOwner::unknown);
  EXPECT_EQ(auth::peer_owner("elsewhere", port), PeerOwner::unknown);
}

// As a server that is itself no root: in a process of its own, as a process cannot change back.
PeerOwner owner_as_seen_by(uid_t user, const std::string& peer, std::uint16_t port) {
  const pid_t judge = fork();
  if (judge == 0) {
    if (setresuid(user, user, user) != 0) _exit(100);
    _exit(static_cast<int>(auth::peer_owner(peer, port)));
  }
  int status = 0;
  waitpid(judge, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_NE(WEXITSTATUS(status), 100) << "cannot become another user";
  return static_cast<PeerOwner>(WEXITSTATUS(status));
}

TEST(PeerOwner, IsAnotherForAProcessOfAnotherUser) {
  if (getuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  constexpr uid_t one_user = 65533, another_user = 65532;
  Listening server(loopback4(0));
  const pid_t client = fork();
  if (client == 0) {
    if (setresuid(another_user, another_user, another_user) != 0) _exit(1);
    const auto connection = connected_to(loopback4(server.port()));
    pause();
  }
  const auto [accepted, peer] = server.accept_one();
  const auto seen = owner_as_seen_by(one_user, peer, server.port());
  const auto seen_by_root = auth::peer_owner(peer, server.port());
  kill(client, SIGKILL);
  waitpid(client, nullptr, 0);

  EXPECT_EQ(seen, PeerOwner::other);
  EXPECT_EQ(seen_by_root, PeerOwner::other);
}

TEST(PeerOwner, IsOursForRoot) {
  if (getuid() != 0) GTEST_SKIP() << "needs root, to be asked by another user";
  constexpr uid_t one_user = 65533;
  Listening server(loopback4(0));
  const auto client = connected_to(loopback4(server.port()));
  const auto [accepted, peer] = server.accept_one();

  EXPECT_EQ(owner_as_seen_by(one_user, peer, server.port()), PeerOwner::ours);
}

TEST(Endpoint, IsReadAsTheServerWritesIt) {
  EXPECT_EQ(auth::parse_endpoint("127.0.0.1:41234")->port(), 41234);
  EXPECT_TRUE(auth::parse_endpoint("[::1]:80")->address().is_v6());
  for (const char* text :
       {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999", "[::1:80", "name:80"}) {
    EXPECT_FALSE(auth::parse_endpoint(text)) << text;
  }
}

}  // namespace
