// The sessions of all clients over HTTP: found by their id, ended when nobody uses them. Internal to this library.
#pragma once

#include "mcp/http/session.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mcp {

class HttpSessions {
 public:
  HttpSessions(std::shared_ptr<Edges> edges, std::size_t most, net::Duration idle, HttpSessionLimits limits)
      : edges_(std::move(edges)), most_(most), idle_(idle), limits_(limits) {}

  // A session that `add` has not made known. Its id cannot be guessed.
  std::shared_ptr<HttpSession> make(std::string owner);
  // False when there are too many, and all of them at work.
  bool add(std::shared_ptr<HttpSession> session);
  // Null for an id that is none, or has idled too long, or is another person's.
  std::shared_ptr<HttpSession> find(std::string_view id, std::string_view owner) const;
  void remove(const std::shared_ptr<HttpSession>& session);
  void hang_up();
  void close();

 private:
  void end_idle();

  std::shared_ptr<Edges> edges_;
  std::size_t most_;
  net::Duration idle_;
  HttpSessionLimits limits_;
  std::unordered_map<std::string, std::shared_ptr<HttpSession>> sessions_;
};

}  // namespace mcp
