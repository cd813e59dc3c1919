#include "mcp/call.h"

#include "base/encoding.h"
#include "base/log.h"

namespace mcp {

// To a client that does not read, the news would be old once it does.
void RequestOutlet::send(std::string message) {
  if (is_open_ && channel_.unsent() <= limit_) channel_.write(std::move(message));
}

net::Task<> keep_answer(net::Task<std::string> work, std::shared_ptr<RunningCall> call) {
  call->has_begun = true;
  call->answer = co_await std::move(work);
}

std::string failure_answer(const Id& id, const std::exception_ptr& failure) {
  std::string reason = "unknown exception";
  try {
    std::rethrow_exception(failure);
  } catch (const ProtocolError& error) {
    return print_error(id, error.code, error.message, error.data);
  } catch (const std::exception& error) {
    reason = base::printable(error.what());
  } catch (...) {
    // `reason` says all that is known.
  }
  base::log(base::LogLevel::error, "request {} failed: {}", id, reason);
  return print_error(id, rpc::internal_error, "internal error; see the server's log");
}

}  // namespace mcp
