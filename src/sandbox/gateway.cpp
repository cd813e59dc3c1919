#include "sandbox/gateway.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/encoding.h"
#include "http/date.h"
#include "sandbox/data.h"
#include "sandbox/headers.h"
#include "sandbox/html_pages.h"

namespace sandbox {
namespace {

constexpr std::string_view namespace_of_people = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";  // RFC 4122 appendix C: URL

ApiRequest to_api_request(Gateway& gateway, http::ServerRequest& request) {
  ApiRequest api{.method = std::move(request.method),
                 .headers = std::move(request.headers),
                 .body = std::move(request.body),
                 .now_ms = gateway.clock.unix_ms()};
  const std::string_view target = request.target;
  const auto question = std::min(target.find('?'), target.size());
  api.path = target.substr(0, question);
  if (question < target.size()) api.query = base::parse_form(target.substr(question + 1));
  std::string_view rest = api.path;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    if (end > 0) api.segments.push_back(base::percent_decode(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
  return api;
}

bool has_scope(const Scopes& scopes, std::string_view wanted) {
  return std::ranges::find(scopes, wanted) != scopes.end();
}

// What the token of the request must have; for the second kind of ESV requests either of two is enough.
bool is_permitted(Area area, const ApiRequest& request, const Scopes& scopes) {
  switch (area) {
    case Area::am:
      return has_scope(scopes, "fr:am:*");
    case Area::idm:
      return has_scope(scopes, "fr:idm:*");
    case Area::monitoring:
      return has_scope(scopes, "fr:idc:monitoring:*");
    case Area::esv:
      if (request.segments.size() > 1 && request.segments[1] == "aiagent")
        return has_scope(scopes, "fr:am:*") && has_scope(scopes, "fr:idm:*");
      if (request.parameter("_action") == "restart") return has_scope(scopes, "fr:idc:esv:restart");
      if (request.method == "GET") return has_scope(scopes, "fr:idc:esv:read");
      return has_scope(scopes, "fr:idc:esv:update");
    default:
      return true;
  }
}

std::optional<ApiReply> ask_area(Tenant& tenant, Area area, const ApiRequest& request) {
  switch (area) {
    case Area::am:
      return handle_am(tenant, request);
    case Area::idm:
      return handle_idm(tenant, request);
    case Area::esv:
      return handle_esv(tenant, request);
    case Area::monitoring:
      return handle_logs(tenant, request);
    default:
      return std::nullopt;
  }
}

ApiReply ask_api(Gateway& gateway, Area area, ApiRequest& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto authorization = request.header("authorization");
  const auto* token =
      authorization.starts_with(scheme) ? gateway.oauth->scoped_token(authorization.substr(scheme.size())) : nullptr;
  if (token == nullptr) return not_authenticated(area);
  request.scopes = token->scopes;
  request.subject = base::uuid_from_name(namespace_of_people, token->user);
  if (!is_permitted(area, request, token->scopes)) return not_permitted(area);
  auto reply = ask_area(*gateway.tenant, area, request).value_or(unknown_endpoint(area));
  log_access(*gateway.tenant, request, reply);
  return reply;
}

ApiReply ask_tenant(Gateway& gateway, Area area, ApiRequest& request) {
  if (area != Area::page && area != Area::oauth) return ask_api(gateway, area, request);
  if (auto reply = gateway.oauth->handle(request)) return std::move(*reply);
  if (area == Area::oauth) return unknown_endpoint(area);
  if (request.path == "/") return page(200, "It works", fill(data::home_html, {{"url", gateway.oauth->origin()}}));
  return message_page(404, "Not found", "This tenant has no such page.");
}

http::ServerReply to_reply(ApiReply reply) {
  return {.status = reply.status, .headers = std::move(reply.headers), .body = std::move(reply.body)};
}

}  // namespace

Gateway::Gateway(net::Clock& a_clock, base::Random& a_random, SandboxOptions some_options)
    : clock(a_clock), random(a_random), options(std::move(some_options)) {
  reset();
}

void Gateway::reset() {
  oauth.reset();
  tenant = std::make_unique<Tenant>(TenantOptions{
      .url = options.oauth.origin(),
      .seed = options.seed,
      .now_ms = clock.unix_ms(),
      .administrator_id = base::uuid_from_name(namespace_of_people, options.oauth.user),
      .administrator_name = options.oauth.user,
      .log_requests_per_minute = options.log_requests_per_minute,
      .theme_layout = options.theme_layout,
      .node_versions = options.node_versions,
      .example_data = options.example_data,
  });
  oauth = std::make_unique<OAuth>(options.oauth, clock, random, *tenant);
  faults.clear();
  for (const auto& fault : options.faults) faults.add(fault);
  journal.clear();
}

net::Task<http::ServerReply> serve(std::shared_ptr<Gateway> gateway, http::ServerRequest incoming) {
  ApiRequest request = to_api_request(*gateway, incoming);
  if (gateway->options.control && !request.segments.empty() && request.segments[0] == "sandbox")
    co_return to_reply(control(*gateway, request));

  const Area area = area_of(request.segments);
  request.transaction_id = transaction_id_for(area, request.headers, gateway->random.uuid(), request.now_ms);
  RequestRecord record = describe_request(request);
  record.connection = incoming.connection;
  record.http_version = incoming.version;

  const auto fault = gateway->faults.take(request);
  const bool is_late = fault && fault->action != Fault::Action::drip;
  const auto delay = gateway->options.delay + (is_late ? fault->delay : net::Duration(0));
  if (delay.count() > 0) co_await gateway->clock.sleep(delay);

  ApiReply reply = !fault || is_carried_out(*fault) ? ask_tenant(*gateway, area, request) : ApiReply{};
  if (fault) reply = faulty_reply(*fault, area, std::move(reply));
  const bool is_edge = fault && fault->action == Fault::Action::html;
  add_area_headers(is_edge ? Area::edge : area, request.transaction_id, reply);
  if (gateway->options.clock_offset.count() != 0) {
    const auto told = std::chrono::milliseconds(request.now_ms) + gateway->options.clock_offset;
    reply.headers.emplace_back("date", http::http_date(std::chrono::floor<std::chrono::seconds>(told).count()));
  }
  record.bytes = reply.body.size();
  http::ServerReply out = to_reply(std::move(reply));

  record.status = fault && is_unanswered(*fault) ? 0 : out.status;
  record.took_ms = gateway->clock.unix_ms() - request.now_ms;
  if (!request.scopes.empty()) record.scopes = request.scopes;
  if (fault) record.fault = to_string(fault->action);
  if (gateway->options.on_request) gateway->options.on_request(record);
  gateway->journal.add(std::move(record));
  if (fault) co_return co_await deliver(*fault, gateway->clock, std::move(out));
  co_return std::move(out);
}

}  // namespace sandbox
