#include "app/confirmation.h"

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "tools/check.h"
#include "tools/secrets.h"

namespace app {
namespace {

using base::Errc;
using base::Error;

std::string question(const tools::Tool& tool, base::Json arguments, const base::Origin& tenant) {
  tools::hide_secrets(arguments);
  std::string text = fmt::format("Let the assistant run {} ({}) on {}?\n", tool.name, tool.title, tenant.authority());
  for (const auto& [name, value] : arguments.items()) text += fmt::format("\n{}: {}", name, tools::short_form(value));
  return text;
}

Error declined() {
  Error error(Errc::unauthorized, "the person did not agree to this call; nothing was changed");
  error.next = "Ask the person what they want instead of repeating the call.";
  return error;
}

Error cannot_ask() {
  Error error(Errc::not_available,
              "AIC_CONFIRM_DESTRUCTIVE asks for the person's agreement, and this MCP client cannot show the question");
  error.next = "Use a client with form elicitation, or run the server without AIC_CONFIRM_DESTRUCTIVE.";
  return error;
}

// Takes the question off the screen when the call ends without an answer.
class Asked {
 public:
  explicit Asked(std::shared_ptr<mcp::OpenElicitation> open) : open_(std::move(open)) {}
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  ~Asked() {
    if (open_) open_->close(false);
  }

 private:
  std::shared_ptr<mcp::OpenElicitation> open_;
};

struct Pending {
  explicit Pending(net::Loop& loop) : answered(loop.executor()) {}
  net::Event answered;
  mcp::Action action = mcp::Action::undeliverable;
};

}  // namespace

net::Task<std::optional<Error>> ask_for_confirmation(net::Loop& loop, const tools::Tool& tool,
                                                     const base::Json& arguments, const base::Origin& tenant,
                                                     mcp::Client& client) {
  if (!client.elicits_forms()) co_return cannot_ask();
  mcp::Elicitation form;
  form.key = "confirm";
  form.message = question(tool, arguments, tenant);

  const auto pending = std::make_shared<Pending>(loop);
  const Asked asked(client.elicit(std::move(form), [pending](const mcp::ElicitationAnswer& answer) {
    pending->action = answer.action;
    pending->answered.set();
  }));
  co_await pending->answered.wait();
  switch (pending->action) {
    case mcp::Action::accept:
      co_return std::nullopt;
    case mcp::Action::undeliverable:
      co_return cannot_ask();
    default:
      co_return declined();
  }
}

}  // namespace app
