#include "app/approval/approvals.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/agreement.h"
#include "app/approval/approval_text.h"
#include "base/error.h"
#include "base/log.h"

namespace app {
namespace {

using base::Errc;
using base::Error;

constexpr net::Duration page_limit{300'000};    // a page is open so long, and an approval waits so long for its call
constexpr net::Duration repeat_limit{900'000};  // of "the same tool for 15 minutes"
constexpr std::ptrdiff_t most_open = 16;        // pages
constexpr net::Duration between_progress{10'000};

Error failure(Errc code, std::string message, std::string next) {
  Error error(code, std::move(message));
  error.next = std::move(next);
  return error;
}

Error declined(std::string message) {
  return failure(Errc::declined, std::move(message), "Do not repeat the call. Ask the person what they want instead.");
}

Error cannot_ask() {
  return failure(Errc::not_available,
                 "AIC_APPROVE requires the person's approval. Neither a browser here nor a form of this MCP client can "
                 "show the question, so nothing was sent",
                 "Do not repeat the call. The person can use an MCP client that supports form elicitation, or run this "
                 "server where it can open a browser.");
}

Error too_large() {
  return failure(
      Errc::invalid_request,
      "AIC_APPROVE requires the person's approval, and this change is too large to be shown in a form of the "
      "MCP client; nothing was sent",
      "Split it into several calls that each change less.");
}

Error still_open() {
  return failure(Errc::approval_required,
                 "The person has not decided yet. The question is open in their browser; nothing was sent",
                 "Ask the person to decide on the page in their browser. Then repeat this call unchanged, within five "
                 "minutes.");
}

Error too_many() {
  return failure(Errc::approval_required,
                 "The person has many open questions in their browser already; nothing was sent for this call",
                 "Ask the person to decide on the open pages first. Then repeat this call.");
}

Error not_approved(Ruling ruling) {
  switch (ruling) {
    case Ruling::declined:
      return declined("The person declined this change in the browser; nothing was sent");
    case Ruling::contested:
      return declined(
          "Two programs opened the page of the question, or what opens the browser was killed, so that nobody can tell "
          "whether the person decided; nothing was sent");
    default:
      return declined("The person did not answer the question in their browser within five minutes; nothing was sent");
  }
}

// A question on its page, which outlives the call that asked (R-APR-03).
struct Open {
  explicit Open(const boost::asio::any_io_executor& executor) : changed(executor) {}

  std::string fingerprint;
  std::shared_ptr<ApprovalPage> page;
  bool has_caller = true;   // some call waits for it
  bool is_used = false;     // its answer was taken
  bool was_opened = false;  // an opener was started and did not fail
  net::Running keeper;
  net::Condition changed;  // the opener is done, or the question is no longer open
};

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

// Names the question in the client, so that the answer to another one is never taken for it.
std::string key_of(const Question& question) {
  constexpr std::size_t enough = 32;
  return "approve-" + question.fingerprint.substr(0, enough);
}

net::Task<> ask_by_form(const Question& question, mcp::Client& client, net::Loop& loop) {
  if (!client.elicits_forms()) throw cannot_ask();
  auto text = approval_text(question);
  if (!text) throw too_large();
  mcp::Elicitation form;
  form.key = key_of(question);
  form.message = std::move(*text);
  form.schema = agreement_form("Run it", "Yes sends exactly these changes. No changes nothing.");
  const auto pending = std::make_shared<Pending>(loop);
  const Asked asked(client.elicit(std::move(form), [pending](const mcp::ElicitationAnswer& answer) {
    pending->agreement = agreement_in(answer);
    pending->answered.set();
  }));
  co_await pending->answered.wait();
  if (pending->agreement == Agreement::not_shown) throw cannot_ask();
  if (pending->agreement == Agreement::refused)
    throw declined("The person declined this change in the MCP client; nothing was sent");
}

}  // namespace

std::string_view to_string(Approvals::How how) {
  switch (how) {
    case Approvals::How::on_the_page:
      return "approved in the browser";
    case Approvals::How::through_the_client:
      return "approved through the client";
    case Approvals::How::earlier:
      break;
  }
  return "approved in the browser for 15 minutes";
}

struct Approvals::State {
  State(Edges an_edges, const Options& an_options) : edges(std::move(an_edges)), options(an_options) {}

  // Opens the page, and keeps it until it is answered and the answer is used or too old.
  static net::Task<> keep(std::shared_ptr<State> self, std::shared_ptr<Open> open) {
    auto& clock = self->edges.clock;
    bool was_killed = false;  // the opener, so that no form may take the page's place
    try {
      open->was_opened = co_await self->edges.browser.open(open->page->address());
    } catch (const Error& fault) {
      base::log(base::LogLevel::warn, "the page of an approval could not be opened: {}", fault.message);
      was_killed = true;
    }
    // Nobody but the opener knows the address. If it failed, whoever came to the page is not the person's browser.
    if (!open->was_opened)
      open->page->end(was_killed || open->page->was_visited() ? Ruling::contested : Ruling::withdrawn);
    open->page->opener_is_done();
    open->changed.pulse();
    if (!co_await self->edges.loop.within(clock, page_limit, open->page->decision())) open->page->end(Ruling::expired);
    open->changed.pulse();
    co_await clock.sleep(page_limit);
    std::erase(self->questions, open);
  }

  bool has_browser() const {
    return options.flow == auth::Flow::browser && options.place != auth::Place::ssh &&
           !(options.browser && options.browser->empty());
  }

  std::shared_ptr<Open> show(const Question& question) {
    // An answer counts once: a question that another call waits for is that call's.
    const auto left = std::ranges::find_if(questions, [&](const auto& open) {
      return open->fingerprint == question.fingerprint && !open->has_caller && !open->is_used &&
             (open->page->ruling() == Ruling::open || open->page->ruling() == Ruling::approved ||
              open->page->ruling() == Ruling::declined);
    });
    if (left != questions.end()) {
      (*left)->has_caller = true;
      return *left;
    }
    const auto is_open = [](const auto& open) { return open->page->ruling() == Ruling::open; };
    if (std::ranges::count_if(questions, is_open) >= most_open) throw too_many();
    if (!server) server = std::make_unique<ApprovalServer>(edges.loop, edges.clock, edges.random, edges.owner_of_peer);
    auto open = std::make_shared<Open>(edges.loop.executor());
    open->fingerprint = question.fingerprint;
    open->page = server->show(question);
    questions.push_back(open);
    return open;
  }

  bool is_allowed_by_earlier(const Question& question) {
    const auto found = repeats.find({question.tool, question.sign_in});
    return found != repeats.end() && !question.is_destructive && edges.clock.now() < found->second.until &&
           !found->second.page->is_doubtful();
  }

  Edges edges;
  const Options& options;
  std::unique_ptr<ApprovalServer> server;  // from the first question on
  std::vector<std::shared_ptr<Open>> questions;
  struct Repeats {
    net::Instant until;
    std::shared_ptr<ApprovalPage> page;
  };
  std::map<std::pair<std::string, std::uint64_t>, Repeats> repeats;  // by tool and sign-in
};

namespace {

// A call that waits for an open question, and leaves it open when it ends without an answer.
class Waiting {
 public:
  explicit Waiting(std::shared_ptr<Open> open) : open_(std::move(open)) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() { open_->has_caller = false; }

  bool is_settled() const { return open_->page->ruling() != Ruling::open; }
  net::Task<> change() const { co_await open_->changed.wait(); }

 private:
  std::shared_ptr<Open> open_;
};

}  // namespace

Approvals::Approvals(Edges edges, const Options& options)
    : state_(std::make_shared<State>(std::move(edges), options)) {}

Approvals::~Approvals() {
  for (const auto& open : state_->questions) {
    open->page->end(Ruling::withdrawn);
    open->keeper.cancel();
  }
  state_->server.reset();
}

bool Approvals::needs(const tools::Tool& tool) const {
  if (!tools::changes_tenant(tool)) return false;
  switch (state_->options.approve) {
    case Approve::off:
      return false;
    case Approve::destructive:
      return tool.hints.destructive;
    case Approve::writes:
      break;
  }
  return true;
}

net::Task<Approvals::How> Approvals::ask(Question question, mcp::Client& client) {
  const auto state = state_;
  auto& clock = state->edges.clock;
  if (state->is_allowed_by_earlier(question)) co_return How::earlier;
  if (!state->has_browser() || client.has_answer(key_of(question))) {
    co_await ask_by_form(question, client, state->edges.loop);
    co_return How::through_the_client;
  }
  const auto known = state->questions.size();
  const auto open = state->show(question);
  const Waiting waiting(open);
  if (state->questions.size() > known) open->keeper = state->edges.loop.spawn(State::keep(state, open), {});

  const auto limit = client.wants_progress() ? page_limit : state->options.login_wait;
  for (const auto began = clock.now(); !waiting.is_settled();) {
    const auto waited = std::chrono::duration_cast<net::Duration>(clock.now() - began);
    if (waited >= limit && !client.wants_progress()) throw still_open();
    client.progress("Waiting for the person's approval in the browser");
    co_await state->edges.loop.within(clock, std::min(between_progress, limit), waiting.change());
  }
  if (!open->was_opened && open->page->ruling() == Ruling::withdrawn) {
    co_await ask_by_form(question, client, state->edges.loop);
    co_return How::through_the_client;
  }
  // A "no" holds for as long as a "yes" would, however often the call is repeated.
  if (open->page->ruling() != Ruling::approved) throw not_approved(open->page->ruling());
  open->is_used = true;
  if (open->page->allows_repeats())
    state->repeats[{question.tool, question.sign_in}] = {clock.now() + repeat_limit, open->page};
  co_return How::on_the_page;
}

}  // namespace app
