#include "mcp/legacy.h"

#include "base/encoding.h"
#include "base/log.h"
#include "mcp/completion.h"
#include "mcp/lists.h"
#include "mcp/logging.h"
#include "mcp/modern.h"
#include "mcp/older.h"

#include <fmt/format.h>

#include <algorithm>

namespace mcp {
namespace {

constexpr std::string_view first_with_elicitation = "2025-06-18";
constexpr std::string_view first_with_modes = "2025-11-25";
constexpr int resource_not_found = -32002;  // 2026-07-28 has given it up

Askable askable_by(const Json& capabilities, std::string_view revision) {
  Abilities can = abilities(capabilities);
  if (revision < first_with_modes) can.forms = can.forms || can.urls;
  if (revision < first_with_elicitation) can.forms = false;
  if (revision < first_with_modes) can.urls = false;
  return {can, revision >= first_with_modes};
}

std::string_view agree_on(const std::string& wanted) {
  const auto* found = std::ranges::find(legacy_revisions, wanted);
  return found == legacy_revisions.end() ? legacy_revisions.front() : *found;
}

class LegacyClient final : public Client {
 public:
  LegacyClient(std::shared_ptr<Handshake> session, const Json& meta, std::shared_ptr<Outlet> outlet, bool logs)
      : session_(std::move(session)), outlet_(std::move(outlet)), progress_(meta, outlet_), logs_(logs) {}

  bool gets_structure() const override { return knows_structure(session_->revision); }
  std::string_view revision() const override { return session_->revision; }
  Json implementation() const override { return session_->client; }
  bool elicits_urls() const override { return askable().can.urls; }
  bool elicits_forms() const override { return askable().can.forms; }
  bool samples() const override { return askable().can.sampling; }
  bool lists_roots() const override { return askable().can.roots; }
  std::shared_ptr<OpenElicitation> elicit(Elicitation question,
                                          std::function<void(ElicitationAnswer)> on_answer) override {
    return session_->elicitations.ask(askable(), std::move(question), std::move(on_answer), outlet_);
  }
  net::Task<std::vector<Json>> ask(std::vector<Inquiry> inquiries) override {
    return session_->elicitations.ask(askable(), std::move(inquiries), outlet_);
  }
  void commit() override {}
  bool wants_progress() const override { return progress_.wanted(); }
  void progress(std::string message) override { progress_.report(message); }
  void progress(double value, double total, std::string message) override { progress_.report(value, total, message); }
  void log(LogLevel level, std::string logger, Json data) override {
    if (logs_ && level >= session_->log_level) outlet_->send(print_log(level, logger, data));
  }

 private:
  Askable askable() const { return session_->ready ? session_->askable : Askable{}; }

  std::shared_ptr<Handshake> session_;
  std::shared_ptr<Outlet> outlet_;
  Progress progress_;
  bool logs_;
};

net::Task<std::string> run_work(Work work, Id id, Handling handling) {
  try {
    const Outcome outcome = co_await work.run(std::move(handling));
    std::string text = "{" + outcome.members;
    if (!outcome.meta.is_null()) text.append(R"(,"_meta":)").append(base::print_json(outcome.meta));
    co_return print_result(id, text.append("}"));
  } catch (const NoSuchResource& error) {
    throw ProtocolError(resource_not_found, error.message, error.data);
  }
}

net::Task<std::string> complete(Completer& completer, CompletionQuery query, Id id) {
  const std::string members = co_await run_completion(completer, std::move(query));
  co_return print_result(id, "{" + members + "}");
}

net::Task<std::string> list_resources(Host& host, Json cursor, std::string_view revision, Id id) {
  const std::string members = co_await resources_page(std::move(cursor), revision, host);
  co_return print_result(id, "{" + members + "}");
}

}  // namespace

Legacy::Legacy(Edges& edges, Outlet& outlet)
    : edges_(edges), outlet_(outlet), session_(std::make_shared<Handshake>(outlet, edges)) {}

Step Legacy::take(Request request, std::shared_ptr<Outlet> outlet) {
  if (request.method == "ping") return print_result(request.id, "{}");
  if (request.method == "initialize") return initialize(request);
  if (session_->revision.empty()) {
    throw ProtocolError(rpc::invalid_params,
                        fmt::format("\"{}\" was sent before \"initialize\" and without a protocol version in \"_meta\"",
                                    base::printable(request.method, 100)));
  }
  if (const auto page = list_page(request, session_->revision, edges_.host))
    return print_result(request.id, "{" + *page + "}");
  if (lists_resources(request, edges_.host)) {
    return list_resources(edges_.host, base::member(request.params, "cursor"), session_->revision, request.id);
  }
  if (auto work = read_work(request, edges_.host)) return start(request, std::move(*work), std::move(outlet));
  if (request.method == "completion/complete" && edges_.host.completer() != nullptr) {
    return complete(*edges_.host.completer(), read_completion(request.params), request.id);
  }
  if (configure(request)) return print_result(request.id, "{}");
  throw ProtocolError(rpc::method_not_found, "unknown method: " + base::printable(request.method, 100));
}

void Legacy::take(const Notification& notification) {
  if (notification.method == "notifications/initialized" && !session_->revision.empty()) begin();
}

void Legacy::take(const Response& response) {
  session_->elicitations.answered(response);
}

bool Legacy::is_begun_anew_by(const Request& request) const {
  return request.method == "initialize" && !Modern::claims(request) && !session_->revision.empty();
}

void Legacy::forget_former() {
  session_->ready = false;
  session_->log_level = LogLevel::info;
  session_->interest = {};
  listening_ = {};
  session_->elicitations.give_up();
}

std::string Legacy::initialize(const Request& request) {
  const Json& wanted = base::member(request.params, "protocolVersion");
  if (!wanted.is_string()) throw ProtocolError(rpc::invalid_params, "\"initialize\" needs a \"protocolVersion\"");
  if (!session_->revision.empty()) forget_former();
  session_->revision = agree_on(wanted.get<std::string>());
  session_->askable = askable_by(base::member(request.params, "capabilities"), session_->revision);

  const Json& client = session_->client = base::member(request.params, "clientInfo");
  base::log(base::LogLevel::info, "client {} {} speaks MCP {}", base::printable(base::text_member(client, "name"), 100),
            base::printable(base::text_member(client, "version"), 100), session_->revision);

  const Identity& identity = edges_.host.identity();
  Json result = {{"protocolVersion", session_->revision},
                 {"capabilities", capabilities(edges_.host)},
                 {"serverInfo", implementation(identity)}};
  if (!identity.instructions.empty()) result["instructions"] = identity.instructions;
  return print_result(request.id, base::print_json(result));
}

// Before the client is ready it must not be sent anything (2025-11-25 basic/lifecycle, Initialization).
void Legacy::begin() {
  if (std::exchange(session_->ready, true) || edges_.host.changes() == nullptr) return;
  session_->interest = all_lists(edges_.host);
  listening_ = edges_.host.changes()->listen([this](const Change& change) {
    if (session_->interest.covers(change)) outlet_.send(print_change(change, nullptr));
  });
}

net::Task<std::string> Legacy::start(const Request& request, Work work, std::shared_ptr<Outlet> outlet) {
  auto client = std::make_shared<LegacyClient>(session_, work.meta, std::move(outlet), edges_.host.logs());
  return run_work(std::move(work), request.id, {++edges_.calls, std::move(client), session_->revision});
}

bool Legacy::configure(const Request& request) {
  if (request.method == "logging/setLevel" && edges_.host.logs()) {
    session_->log_level = read_log_level(base::member(request.params, "level"));
    return true;
  }
  const bool on = request.method == "resources/subscribe";
  if ((!on && request.method != "resources/unsubscribe") || !can_watch(edges_.host)) return false;
  watch(request.params, on);
  return true;
}

void Legacy::watch(const Json& params, bool on) {
  const std::string uri = required_text(params, "uri", on ? "resources/subscribe" : "resources/unsubscribe");
  auto& uris = session_->interest.uris;
  if (!on) {
    uris.erase(uri);
  } else if (uris.size() < most_watched || uris.contains(uri)) {
    uris.insert(uri);
  } else {
    throw ProtocolError(rpc::invalid_params, fmt::format("no more than {} resources can be watched", most_watched));
  }
}

}  // namespace mcp
