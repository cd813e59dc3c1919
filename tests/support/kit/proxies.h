// Proxies of other kinds than ConnectProxy's plain HTTP. Whatever host they are asked for, they connect to that port on
// 127.0.0.1.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/server/server.h"
#include "net/loop.h"

namespace test {

// SOCKS 5 (RFC 1928), CONNECT only.
class SocksProxy {
 public:
  // With `login` ("user:password") it takes nobody else (RFC 1929).
  explicit SocksProxy(net::Loop& loop, std::string login = {});
  ~SocksProxy();

  std::uint16_t port() const;
  const std::vector<std::string>& targets() const;  // "tenant.example:8443"

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// TLS in front of a plain server on 127.0.0.1: an HTTPS proxy out of a ConnectProxy.
class TlsFront {
 public:
  TlsFront(net::Loop& loop, const http::TlsIdentity& identity, std::uint16_t behind);
  ~TlsFront();

  std::uint16_t port() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace test
