// Finding an application by its name, exactly (R-OID-01).
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/paging.h"
#include "aic/paths.h"
#include "base/encoding.h"
#include "base/nearest.h"
#include "tools/oidc_apps/oidc_apps.h"

namespace tools {
namespace {

constexpr std::int64_t names_looked_at = 250;
constexpr std::size_t names_suggested = 3;

std::string filter_text_rule(std::string_view text) {
  if (text.empty()) return "must not be empty";
  return base::printable(text, text.size()) == text ? "" : "must not contain control characters";
}

}  // namespace

const Syntax syntax::filter_text{
    .pattern = {}, .most = 1000, .violation = filter_text_rule, .note = "No control characters."};

namespace oidc_apps {
namespace {

using base::Errc;
using base::Error;

net::Task<Error> not_found(Call& call, std::string realm, std::string name) {
  Error error(Errc::not_found, fmt::format("There is no application \"{}\" in {}", name, realm));
  error.next = "Find the name with listOidcApps. Names are case-sensitive.";
  const aic::PageQuery query{.page_size = names_looked_at, .fields = "name"};
  const auto all =
      co_await aic::attempt(call.tenant().get(aic::with_query(aic::managed(type_of(realm)), query), both()));
  if (all.failed()) co_return error;
  std::vector<std::string> names;
  for (const Json& app : base::member(all.reply().body, "result")) names.push_back(base::text_member(app, "name"));
  const auto near = base::nearest_names(name, names, names_suggested);
  for (std::size_t i = 0; i < near.size(); ++i)
    error.message += fmt::format("{} \"{}\"", i == 0 ? "; similar names:" : ",", near[i]);
  co_return error;
}

Error several(const std::string& realm, const std::string& name, const std::vector<Json>& found) {
  Error error(Errc::conflict, fmt::format("{} applications in {} have the name \"{}\"", found.size(), realm, name));
  error.detail = {{"ids", Json::array()}};
  for (const Json& app : found) error.detail["ids"].push_back(base::member(app, "_id"));
  error.next = fmt::format("Use the managed object tools with objectType {} and one of these ids.", type_of(realm));
  return error;
}

}  // namespace

const aic::RequestOptions& both() {
  static const aic::RequestOptions options{.scopes = {scope::am, scope::idm}};
  return options;
}

const aic::RequestOptions& both_at_am() {
  static const aic::RequestOptions options{.scopes = both().scopes, .headers = aic::am_headers()};
  return options;
}

std::string linked_client(const Json& application) {
  return base::text_member(base::member(application, "ssoEntities"), "oidcId");
}

net::Task<std::vector<Json>> find_all(Call& call, std::string realm, std::string name, std::string fields) {
  auto target = aic::managed(type_of(realm));
  target.query_component("_queryFilter", "name eq " + base::filter_literal(name)).query_component("_fields", fields);
  const auto page = [target](const std::string& cookie) {
    auto address = target;
    if (!cookie.empty()) address.query("_pagedResultsCookie", aic::plain_cookie(cookie));
    return address;
  };
  auto all = co_await aic::read_all(call.tenant(), page, both());
  std::vector<Json> found;
  for (Json& app : all.list) {
    if (base::is_text(base::member(app, "name"), name)) found.push_back(std::move(app));
  }
  co_return found;
}

net::Task<Application> find_one(Call& call, std::string realm, std::string name, std::string fields) {
  auto found = co_await find_all(call, realm, name, std::move(fields));
  if (found.empty()) throw co_await not_found(call, std::move(realm), std::move(name));
  if (found.size() > 1) throw several(realm, name, found);
  Application app{.object = std::move(found.front())};
  app.id = base::text_member(app.object, "_id");
  app.client_id = linked_client(app.object);
  co_return app;
}

}  // namespace oidc_apps
}  // namespace tools
