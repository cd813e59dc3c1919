// What the server keeps of a request that takes time, and the ways out to the client. Internal to this library.
#pragma once

#include "mcp/batch.h"
#include "mcp/era.h"
#include "net/loop.h"
#include "net/stdio.h"

#include <cstddef>
#include <exception>
#include <memory>
#include <string>

namespace mcp {

// The way out for what belongs to no request.
class SessionOutlet final : public Outlet {
 public:
  explicit SessionOutlet(net::LineChannel& channel) : channel_(channel) {}
  void send(std::string message) override { channel_.write(std::move(message)); }

 private:
  net::LineChannel& channel_;
};

// The way out for what belongs to one request: shut once the request has its answer or is withdrawn.
class RequestOutlet final : public Outlet {
 public:
  RequestOutlet(net::LineChannel& channel, std::size_t unsent_limit) : channel_(channel), limit_(unsent_limit) {}
  void send(std::string message) override;
  void shut() { is_open_ = false; }

 private:
  net::LineChannel& channel_;
  std::size_t limit_;
  bool is_open_ = true;
};

// A request that is being worked on.
struct RunningCall {
  Id id;
  BatchPtr batch;
  std::shared_ptr<RequestOutlet> outlet;
  net::Running running;
  std::string answer;
  bool has_begun = false;
  bool is_withdrawn = false;
};

// The work of a call; its answer is kept in the call.
net::Task<> keep_answer(net::Task<std::string> work, std::shared_ptr<RunningCall> call);

// The response to a request whose handling threw. What is not meant for the client goes to the log.
std::string failure_answer(const Id& id, const std::exception_ptr& failure);

}  // namespace mcp
