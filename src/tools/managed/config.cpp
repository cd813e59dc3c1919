#include "tools/managed/config.h"

#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/content.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/nearest.h"
#include "tools/kit/requests.h"
#include "tools/kit/tool.h"

namespace tools::managed {

namespace {
constexpr std::size_t suggestions = 3;
}

net::Task<Json> read_config(aic::Tenant& tenant) {
  auto reply = co_await tenant.get(aic::managed_config(), idm_request());
  // A tenant without any type may have no list.
  const bool has_list = reply.body.is_object() && reply.body.contains("objects");
  aic::need_content(aic::managed_config().path(), reply.body, has_list ? "objects" : "", has_list ? "name" : "");
  co_return std::move(reply.body);
}

std::vector<std::string> type_names(const Json& config) {
  std::vector<std::string> names;
  for (const Json& definition : base::member(config, "objects")) {
    auto name = base::text_member(definition, "name");
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::optional<std::size_t> index_of(const Json& config, std::string_view type) {
  const Json& definitions = base::member(config, "objects");
  if (!definitions.is_array()) return std::nullopt;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    if (base::is_text(base::member(definitions[i], "name"), type)) return i;
  }
  return std::nullopt;
}

const Json& definition_of(const Json& config, std::string_view type) {
  static const Json none;
  const auto index = index_of(config, type);
  return index ? base::member(config, "objects")[*index] : none;
}

base::Error unknown_type(std::string_view type, const Json& config) {
  if (auto problem = aic::missing_content(aic::managed_config().path(), config)) return std::move(*problem);
  const auto names = type_names(config);
  const auto near = base::nearest_names(type, names, suggestions);
  base::Error error(base::Errc::not_found, fmt::format("The tenant has no managed object type \"{}\"", type));
  for (std::size_t i = 0; i < near.size(); ++i) error.message += (i == 0 ? "; similar names: " : ", ") + near[i];
  error.detail = {{"types", names}};
  error.next = "Use one of the types in detail.types. Names are case-sensitive.";
  return error;
}

net::Task<bool> is_served(aic::Tenant& tenant, std::string type) {
  const aic::PageQuery one{.page_size = 1, .fields = "_id"};
  const auto page = co_await aic::attempt(tenant.get(aic::with_query(aic::managed(type), one), idm_request()));
  co_return !page.is_missing();
}

namespace {

base::Error not_served_yet(base::Error error, const std::string& type) {
  error.code = base::Errc::transient;
  error.message = fmt::format("The type {} is defined, but the tenant does not provide it yet", type);
  error.next = "Call again in a few seconds.";
  return error;
}

}  // namespace

net::Task<base::Error> explain_missing(aic::Tenant& tenant, base::Error error, std::string type, std::string message) {
  if (!message.empty() && co_await is_served(tenant, type)) {
    error.message = std::move(message);
    co_return error;
  }
  const auto config = co_await aic::attempt(tenant.get(aic::managed_config(), idm_request()));
  const Json types = config.failed() ? Json() : config.reply().body;
  const bool is_known = base::member(types, "objects").is_array();
  if (is_known && index_of(types, type)) {
    error = not_served_yet(std::move(error), type);
  } else if (is_known) {
    const auto unknown = unknown_type(type, types);
    error.message = unknown.message;
    error.detail = unknown.detail;
    error.next = unknown.next;
  }
  error.transaction_id = tenant.trace().ids();
  co_return error;
}

}  // namespace tools::managed
