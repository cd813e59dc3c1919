#include "mcp/legacy.h"

#include "base/encoding.h"
#include "base/log.h"

#include <fmt/format.h>

#include <algorithm>

namespace mcp {
namespace {

constexpr std::string_view first_with_elicitation = "2025-06-18";
constexpr std::string_view first_with_modes = "2025-11-25";

Askable askable_by(const Json& capabilities, std::string_view revision) {
  if (revision < first_with_elicitation) return {};
  Elicits modes = elicits(capabilities);
  if (revision < first_with_modes) modes = {.forms = modes.forms || modes.urls};
  return {modes, revision >= first_with_modes};
}

std::string_view agree_on(const std::string& wanted) {
  const auto* found = std::ranges::find(legacy_revisions, wanted);
  return found == legacy_revisions.end() ? legacy_revisions.front() : *found;
}

class LegacyClient final : public Client {
 public:
  LegacyClient(std::shared_ptr<Session> session, Progress progress)
      : session_(std::move(session)), progress_(std::move(progress)) {}

  bool elicits_urls() const override { return can().modes.urls; }
  bool elicits_forms() const override { return can().modes.forms; }
  std::shared_ptr<OpenElicitation> elicit(Elicitation question,
                                          std::function<void(ElicitationAnswer)> on_answer) override {
    return session_->elicitations.ask(can(), std::move(question), std::move(on_answer));
  }
  void commit() override {}
  bool wants_progress() const override { return progress_.wanted(); }
  void progress(std::string message) override { progress_.report(message); }

 private:
  Askable can() const { return session_->ready ? session_->askable : Askable{}; }

  std::shared_ptr<Session> session_;
  Progress progress_;
};

net::Task<std::string> run_call(Host& host, Id id, ToolCall call) {
  const ToolResult result = co_await host.call_tool(std::move(call));
  std::string text = "{" + print_tool_result(result);
  if (!result.meta.is_null()) text.append(R"(,"_meta":)").append(base::print_json(result.meta));
  co_return print_result(id, text.append("}"));
}

}  // namespace

Legacy::Legacy(World& world, Outlet& outlet) : world_(world), session_(std::make_shared<Session>(outlet, world)) {}

Step Legacy::take(Request request, std::shared_ptr<Outlet> outlet) {
  if (request.method == "ping") return print_result(request.id, "{}");
  if (request.method == "initialize") return initialize(request);
  if (session_->revision.empty()) {
    throw ProtocolError(rpc::invalid_params,
                        fmt::format("\"{}\" before \"initialize\", and without a protocol version in \"_meta\"",
                                    base::printable(request.method, 100)));
  }
  if (request.method == "tools/call") return start_call(request, std::move(outlet));
  if (request.method == "tools/list") {
    refuse_cursor(request.params);
    return print_result(request.id, tool_list());
  }
  throw ProtocolError(rpc::method_not_found, "unknown method: " + base::printable(request.method, 100));
}

void Legacy::take(const Notification& notification) {
  if (notification.method == "notifications/initialized") session_->ready = !session_->revision.empty();
}

void Legacy::take(const Response& response) {
  session_->elicitations.answered(response);
}

std::string Legacy::initialize(const Request& request) {
  if (!session_->revision.empty()) throw ProtocolError(rpc::invalid_request, "this session is already initialized");
  const Json& wanted = base::member(request.params, "protocolVersion");
  if (!wanted.is_string()) throw ProtocolError(rpc::invalid_params, "\"initialize\" needs a \"protocolVersion\"");
  session_->revision = agree_on(wanted.get<std::string>());
  session_->askable = askable_by(base::member(request.params, "capabilities"), session_->revision);

  const Json& client = base::member(request.params, "clientInfo");
  base::log(base::LogLevel::info, "client {} {} speaks MCP {}", base::printable(base::text_member(client, "name"), 100),
            base::printable(base::text_member(client, "version"), 100), session_->revision);

  const Identity& identity = world_.host.identity();
  Json result = {{"protocolVersion", session_->revision},
                 {"capabilities", {{"tools", Json::object()}}},
                 {"serverInfo", implementation(identity)}};
  if (!identity.instructions.empty()) result["instructions"] = identity.instructions;
  return print_result(request.id, base::print_json(result));
}

const std::string& Legacy::tool_list() {
  if (tool_list_.empty()) tool_list_ = R"({"tools":)" + base::print_json(world_.host.tools()) + "}";
  return tool_list_;
}

net::Task<std::string> Legacy::start_call(const Request& request, std::shared_ptr<Outlet> outlet) {
  ToolCall call = read_tool_call(request.params);
  call.number = ++world_.calls;
  call.client = std::make_shared<LegacyClient>(session_, Progress(call.meta, std::move(outlet)));
  return run_call(world_.host, request.id, std::move(call));
}

}  // namespace mcp
