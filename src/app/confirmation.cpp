#include "app/confirmation.h"

#include <memory>
#include <string>
#include <utility>

#include "app/agreement.h"
#include "app/confirmation_text.h"
#include "app/subject.h"

namespace app {
namespace {

using base::Errc;
using base::Error;

Error declined() {
  Error error(Errc::conflict, "the person did not approve this call; nothing was changed");
  error.next = "Ask the person what they want instead of repeating the call.";
  return error;
}

Error cannot_ask() {
  Error error(Errc::conflict,
              "AIC_CONFIRM_DESTRUCTIVE requires the person's approval, and this MCP client cannot show the question; "
              "nothing was changed");
  error.next = "Use an MCP client that supports form elicitation, so that the person can approve the call.";
  return error;
}

Error too_large() {
  Error error(Errc::invalid_request,
              "AIC_CONFIRM_DESTRUCTIVE requires the person's approval, and this call is too large to be shown to a "
              "person; nothing was changed");
  error.next = "Split it into several calls that each change less.";
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
  net::Condition answered;
  Agreement agreement = Agreement::not_shown;
};

}  // namespace

net::Task<std::optional<Error>> ask_for_confirmation(const tools::Tool& tool, const base::Json& arguments,
                                                     aic::Tenant& tenant, mcp::Client& client) {
  if (!client.elicits_forms()) co_return cannot_ask();
  const auto subject = co_await find_subject(tool, arguments, tenant);
  if (subject.failure) co_return subject.failure;
  auto text = confirmation_text(tool, arguments, subject.words, tenant.origin());
  if (!text) co_return too_large();
  mcp::Elicitation form;
  form.key = "confirm";
  form.message = std::move(*text);
  form.schema = agreement_form("Run it", "Yes runs exactly this call. No changes nothing.");

  const auto pending = std::make_shared<Pending>(tenant.edges().loop);
  const Asked asked(client.elicit(std::move(form), [pending](const mcp::ElicitationAnswer& answer) {
    pending->agreement = agreement_in(answer);
    pending->answered.set();
  }));
  co_await pending->answered.wait();
  switch (pending->agreement) {
    case Agreement::agreed:
      co_return std::nullopt;
    case Agreement::not_shown:
      co_return cannot_ask();
    case Agreement::refused:
      break;
  }
  co_return declined();
}

}  // namespace app
