#include "mcp/modern.h"

#include "base/encoding.h"
#include "mcp/legacy.h"

#include <fmt/format.h>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace mcp {
namespace {

constexpr std::string_view version_key = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view server_info_key = "io.modelcontextprotocol/serverInfo";
constexpr std::string_view subscription_key = "io.modelcontextprotocol/subscriptionId";

// What never changes while this process lives: tools, capabilities, instructions. The same for everybody.
constexpr std::string_view cacheable = R"("ttlMs":300000,"cacheScope":"public")";

const Json& envelope(const Request& request, std::string_view key) {
  return base::member(base::member(request.params, "_meta"), key);
}

// A version that needs the handshake cannot be had this way, so a client that asked for one is not offered another.
void refuse_version(const std::string& requested) {
  Json supported = Json::array({modern_revision});
  if (std::ranges::find(legacy_revisions, requested) == legacy_revisions.end()) {
    for (const auto revision : legacy_revisions) supported.push_back(revision);
  }
  throw ProtocolError(rpc::unsupported_version, "unsupported protocol version",
                      {{"supported", std::move(supported)}, {"requested", requested}});
}

// basic/index, Per-request protocol fields.
void check_envelope(const Request& request) {
  const Json& version = envelope(request, version_key);
  if (!version.is_string()) {
    throw ProtocolError(rpc::invalid_params, fmt::format("\"{}\" in \"_meta\" is no string", version_key));
  }
  if (version != modern_revision) refuse_version(version.get<std::string>());
  if (!envelope(request, capabilities_key).is_object()) {
    throw ProtocolError(rpc::invalid_params, fmt::format("\"_meta\" lacks \"{}\"", capabilities_key));
  }
}

Json question_params(const Elicitation& question) {
  if (question.mode == Elicitation::Mode::url) {
    return {{"mode", "url"}, {"message", question.message}, {"url", question.url}};
  }
  return {{"mode", "form"}, {"message", question.message}, {"requestedSchema", form_schema(question.schema)}};
}

// An answered question is settled; there is nothing to take back.
class Settled final : public OpenElicitation {
 public:
  void close(bool) override {}
};

class ModernClient final : public Client {
 public:
  ModernClient(Elicits can, const Json& answers, Progress progress) : can_(can), progress_(std::move(progress)) {
    for (const auto& [key, result] : answers.items()) {
      if (auto answer = read_elicitation_answer(result)) answers_.emplace(key, std::move(*answer));
    }
  }

  bool elicits_urls() const override { return can_.urls; }
  bool elicits_forms() const override { return can_.forms; }
  std::shared_ptr<OpenElicitation> elicit(Elicitation question,
                                          std::function<void(ElicitationAnswer)> on_answer) override {
    if (const auto found = answers_.find(question.key); found != answers_.end()) {
      on_answer(found->second);
      return std::make_shared<Settled>();
    }
    if (is_committed_) throw CannotAsk();
    require_capability(question.mode);
    throw InputRequired(std::move(question));
  }
  void commit() override { is_committed_ = true; }
  bool wants_progress() const override { return progress_.wanted(); }
  void progress(std::string message) override { progress_.report(message); }

 private:
  void require_capability(Elicitation::Mode mode) const {
    const bool is_url = mode == Elicitation::Mode::url;
    if (is_url ? can_.urls : can_.forms) return;
    const Json required = {{"elicitation", {{is_url ? "url" : "form", Json::object()}}}};
    throw ProtocolError(rpc::missing_client_capability, "this call needs to ask the person",
                        {{"requiredCapabilities", required}});
  }

  Elicits can_;
  std::map<std::string, ElicitationAnswer> answers_;
  Progress progress_;
  bool is_committed_ = false;
};

// One round of a call: what the earlier rounds brought, and what the next one must bring.
struct Round {
  std::shared_ptr<Seals> seals;
  std::string request;  // its digest
  Json answers = Json::object();
};

// Answers that were not asked for are ignored; a missing one is asked for again by the call itself (mrtr, Error
// Handling).
Round open_round(std::shared_ptr<Seals> seals, const Json& params, const ToolCall& call) {
  Round round{std::move(seals), request_digest("tools/call", call.name, call.arguments)};
  const Json& state = base::member(params, "requestState");
  if (state.is_null()) return round;
  const Json& responses = base::member(params, "inputResponses");
  if (!state.is_string() || !(responses.is_null() || responses.is_object())) {
    throw ProtocolError(rpc::invalid_params, "\"requestState\" is a string and \"inputResponses\" an object");
  }
  auto opened = round.seals->open(state.get<std::string>(), round.request);
  if (!opened) {
    throw ProtocolError(rpc::invalid_params,
                        "this \"requestState\" is not valid here: expired, used before, or of another request");
  }
  round.answers = std::move(opened->answers);
  const Json& answer = base::member(responses, opened->asked);
  if (answer.is_null()) return round;
  if (!read_elicitation_answer(answer)) {
    throw ProtocolError(rpc::invalid_params, "an input response is no ElicitResult");
  }
  round.answers[opened->asked] = answer;
  return round;
}

std::string print_input_required(const Elicitation& question, const Round& round) {
  const Json requests = {{question.key, {{"method", "elicitation/create"}, {"params", question_params(question)}}}};
  const std::string state = round.seals->seal({round.answers, question.key}, round.request);
  return fmt::format(R"("resultType":"input_required","inputRequests":{},"requestState":"{}")",
                     base::print_json(requests), state);
}

std::string with_meta(std::string_view id, std::string_view members, const Json& meta) {
  return print_result(id, fmt::format(R"({{{},"_meta":{}}})", members, base::print_json(meta)));
}

net::Task<std::string> run_round(Host& host, Round round, Id id, Json meta, ToolCall call) {
  ToolResult result;
  std::optional<Elicitation> question;
  try {
    result = co_await host.call_tool(std::move(call));
  } catch (const InputRequired& required) {
    question = required.question;
  }
  if (question) co_return with_meta(id, print_input_required(*question, round), meta);
  if (result.meta.is_object()) {
    result.meta.update(meta);
    meta = std::move(result.meta);
  }
  co_return with_meta(id, R"("resultType":"complete",)" + print_tool_result(result), meta);
}

// Ends when it is cancelled: by the client, then nobody sees the result, or because the server stops
// (SubscriptionsListenResult).
net::Task<std::string> listen(net::Loop& loop, Id id, Json meta) {
  net::Event never(loop.executor());
  try {
    co_await never.wait();
  } catch (const boost::system::system_error&) {
    // The cancellation is the end that is waited for.
  }
  co_return with_meta(id, R"("resultType":"complete")", meta);
}

}  // namespace

Modern::Modern(World& world)
    : world_(world),
      seals_(std::make_shared<Seals>(world.clock, world.random)),
      server_info_({{server_info_key, implementation(world.host.identity())}}) {}

bool Modern::claims(const Request& request) {
  return base::member(request.params, "_meta").contains(version_key);
}

Step Modern::take(Request request, std::shared_ptr<Outlet> outlet) {
  check_envelope(request);
  if (request.method == "tools/call") return start_call(request, std::move(outlet));
  if (request.method == "tools/list") {
    refuse_cursor(request.params);
    return print_result(request.id, tool_list());
  }
  if (request.method == "server/discover") return discover(request);
  if (request.method == "subscriptions/listen") return start_listening(request, *outlet);
  throw ProtocolError(rpc::method_not_found, "unknown method: " + base::printable(request.method, 100));
}

std::string Modern::discover(const Request& request) const {
  Json versions = Json::array({modern_revision});
  for (const auto revision : legacy_revisions) versions.push_back(revision);
  std::string members =
      fmt::format(R"("resultType":"complete","supportedVersions":{},"capabilities":{{"tools":{{}}}},{})",
                  base::print_json(versions), cacheable);
  if (const std::string& instructions = world_.host.identity().instructions; !instructions.empty()) {
    members.append(R"(,"instructions":)").append(base::print_json(instructions));
  }
  return with_meta(request.id, members, server_info_);
}

const std::string& Modern::tool_list() {
  if (tool_list_.empty()) {
    tool_list_ = fmt::format(R"({{"resultType":"complete","tools":{},{},"_meta":{}}})",
                             base::print_json(world_.host.tools()), cacheable, base::print_json(server_info_));
  }
  return tool_list_;
}

net::Task<std::string> Modern::start_call(const Request& request, std::shared_ptr<Outlet> outlet) {
  ToolCall call = read_tool_call(request.params);
  Round round = open_round(seals_, request.params, call);
  call.number = ++world_.calls;
  const Elicits can = elicits(envelope(request, capabilities_key));
  call.client = std::make_shared<ModernClient>(can, round.answers, Progress(call.meta, std::move(outlet)));
  return run_round(world_.host, std::move(round), request.id, server_info_, std::move(call));
}

// Nothing of this server ever changes, so every subscription is to nothing (basic/patterns/subscriptions).
net::Task<std::string> Modern::start_listening(const Request& request, Outlet& outlet) const {
  if (!base::member(request.params, "notifications").is_object()) {
    throw ProtocolError(rpc::invalid_params, "\"subscriptions/listen\" needs \"notifications\"");
  }
  const std::string id = fmt::format(R"("{}":{})", subscription_key, request.id);
  outlet.send(print_notification("notifications/subscriptions/acknowledged",
                                 fmt::format(R"({{"_meta":{{{}}},"notifications":{{}}}})", id)));
  Json meta = server_info_;
  meta[subscription_key] = base::parse_json(request.id);
  return listen(world_.loop, request.id, std::move(meta));
}

}  // namespace mcp
