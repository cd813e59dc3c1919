#include "mcp/modern.h"

#include "base/encoding.h"
#include "mcp/completion.h"
#include "mcp/legacy.h"
#include "mcp/lists.h"
#include "mcp/logging.h"
#include "mcp/modern_client.h"
#include "mcp/rounds.h"
#include "mcp/subscriptions.h"

#include <fmt/format.h>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace mcp {
namespace {

constexpr std::string_view version_key = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view client_key = "io.modelcontextprotocol/clientInfo";
constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view log_level_key = "io.modelcontextprotocol/logLevel";
constexpr std::string_view server_info_key = "io.modelcontextprotocol/serverInfo";
constexpr std::string_view subscription_key = "io.modelcontextprotocol/subscriptionId";

// Lists, capabilities and instructions are the same for everybody; a client that wants to hear at once that one has
// changed subscribes to it (server/utilities/caching).
constexpr std::string_view cacheable = R"("ttlMs":300000,"cacheScope":"public")";

const Json& envelope(const Request& request, std::string_view key) {
  return base::member(base::member(request.params, "_meta"), key);
}

// basic/index, Per-request protocol fields.
void check_envelope(const Request& request) {
  const Json& version = envelope(request, version_key);
  if (!version.is_string()) {
    throw ProtocolError(rpc::invalid_params, fmt::format("\"{}\" in \"_meta\" is not a string", version_key));
  }
  if (!base::is_text(version, modern_revision)) throw unsupported_version_error(version.get<std::string>());
  if (!envelope(request, capabilities_key).is_object()) {
    throw ProtocolError(rpc::invalid_params, fmt::format("\"_meta\" lacks \"{}\"", capabilities_key));
  }
}

std::string with_meta(std::string_view id, std::string_view members, const Json& meta) {
  return print_result(id, fmt::format(R"({{"resultType":"complete",{},"_meta":{}}})", members, base::print_json(meta)));
}

net::Task<std::string> run_round(Work work, Round round, Id id, Json meta, Handling handling) {
  std::optional<InputRequired> required;
  Outcome outcome;
  try {
    outcome = co_await work.run(std::move(handling));
  } catch (const InputRequired& unwound) {
    required = unwound;
  }
  if (required) {
    co_return print_result(id, fmt::format(R"({{{},"_meta":{}}})", round.print_input_required(required->inquiries),
                                           base::print_json(meta)));
  }
  if (outcome.meta.is_object()) {
    outcome.meta.update(meta);
    meta = std::move(outcome.meta);
  }
  if (!outcome.caching.empty()) outcome.members.append(",").append(outcome.caching);
  co_return with_meta(id, outcome.members, meta);
}

net::Task<std::string> complete(Completer& completer, CompletionQuery query, Id id, Json meta) {
  const std::string members = co_await run_completion(completer, std::move(query));
  co_return with_meta(id, members, meta);
}

// Unlike the other lists it may hold what only this person sees.
net::Task<std::string> list_resources(Host& host, Json cursor, Id id, Json meta) {
  const std::string members = co_await resources_page(std::move(cursor), modern_revision, host);
  co_return with_meta(id, fmt::format("{},{}", members, caching_members(0, false)), meta);
}

struct Subscription {
  Json id;
  Interest interest;
  std::shared_ptr<Outlet> outlet;

  void tell(const Change& change) const {
    if (interest.covers(change)) outlet->send(print_change(change, {{subscription_key, id}}));
  }
};

// Ends when it is cancelled: by the client, then nobody sees the result, or because the server stops
// (SubscriptionsListenResult).
net::Task<std::string> listen(Edges& edges, Id id, Json meta, std::shared_ptr<const Subscription> subscription) {
  Changes::Listening listening;
  if (Changes* changes = edges.host.changes()) {
    listening = changes->listen([subscription](const Change& change) { subscription->tell(change); });
  }
  net::Condition never(edges.loop.executor());
  try {
    co_await never.wait();
  } catch (const boost::system::system_error&) {
    // The cancellation is the end that is waited for.
  }
  co_return print_result(id, fmt::format(R"({{"resultType":"complete","_meta":{}}})", base::print_json(meta)));
}

}  // namespace

// A version that needs the handshake cannot be had this way, so a client that asked for one is not offered another.
ProtocolError unsupported_version_error(const std::string& requested) {
  Json supported = Json::array({modern_revision});
  if (std::ranges::find(legacy_revisions, requested) == legacy_revisions.end()) {
    for (const auto revision : legacy_revisions) supported.push_back(revision);
  }
  return {rpc::unsupported_version, "unsupported protocol version",
          Json{{"supported", std::move(supported)}, {"requested", requested}}};
}

Modern::Modern(Edges& edges)
    : edges_(edges),
      seals_(std::make_shared<Seals>(edges.clock, edges.random)),
      server_info_({{server_info_key, implementation(edges.host.identity())}}) {}

bool Modern::claims(const Request& request) {
  return base::member(request.params, "_meta").contains(version_key);
}

const Json& Modern::version_of(const Request& request) {
  return envelope(request, version_key);
}

Step Modern::take(Request request, std::shared_ptr<Outlet> outlet) {
  check_envelope(request);
  if (const auto page = list_page(request, modern_revision, edges_.host)) {
    return with_meta(request.id, fmt::format("{},{}", *page, cacheable), server_info_);
  }
  if (lists_resources(request, edges_.host)) {
    return list_resources(edges_.host, base::member(request.params, "cursor"), request.id, server_info_);
  }
  if (auto work = read_work(request, edges_.host)) return start(request, std::move(*work), std::move(outlet));
  if (request.method == "completion/complete" && edges_.host.completer() != nullptr) {
    return complete(*edges_.host.completer(), read_completion(request.params), request.id, server_info_);
  }
  if (request.method == "server/discover") return discover(request);
  if (request.method == "subscriptions/listen") return start_listening(request, std::move(outlet));
  throw ProtocolError(rpc::method_not_found, "unknown method: " + base::printable(request.method, 100));
}

std::string Modern::discover(const Request& request) const {
  Json versions = Json::array({modern_revision});
  for (const auto revision : legacy_revisions) versions.push_back(revision);
  std::string members = fmt::format(R"("supportedVersions":{},"capabilities":{},{})", base::print_json(versions),
                                    base::print_json(capabilities(edges_.host)), cacheable);
  if (const std::string& instructions = edges_.host.identity().instructions; !instructions.empty()) {
    members.append(R"(,"instructions":)").append(base::print_json(instructions));
  }
  return with_meta(request.id, members, server_info_);
}

net::Task<std::string> Modern::start(const Request& request, Work work, std::shared_ptr<Outlet> outlet) {
  Round round(seals_, request.params, request_digest(request.person, request.method, work.about, work.arguments));
  ModernClientParts parts{.can = abilities(envelope(request, capabilities_key)),
                          .meta = work.meta,
                          .implementation = envelope(request, client_key),
                          .log_level = {}};
  const Json& level = envelope(request, log_level_key);
  if (!level.is_null()) parts.log_level = read_log_level(level);
  if (!edges_.host.logs()) parts.log_level.reset();
  auto client = make_modern_client(std::move(parts), round, std::move(outlet));
  return run_round(std::move(work), std::move(round), request.id, server_info_,
                   Handling{++edges_.calls, std::move(client), modern_revision});
}

// basic/patterns/subscriptions: the acknowledgement says which part of the wish is granted.
net::Task<std::string> Modern::start_listening(const Request& request, std::shared_ptr<Outlet> outlet) const {
  const Json& wanted = base::member(request.params, "notifications");
  if (!wanted.is_object()) {
    throw ProtocolError(rpc::invalid_params, "\"subscriptions/listen\" needs \"notifications\"");
  }
  Json id = base::parse_json(request.id);
  auto subscription = std::make_shared<Subscription>(Subscription{id, honoured(wanted, edges_.host), outlet});
  const Json params = {{"_meta", {{subscription_key, id}}}, {"notifications", as_filter(subscription->interest)}};
  outlet->send(print_notification("notifications/subscriptions/acknowledged", base::print_json(params)));
  Json meta = server_info_;
  meta[subscription_key] = std::move(id);
  return listen(edges_, request.id, std::move(meta), std::move(subscription));
}

}  // namespace mcp
