#include "tools/references/existence.h"

#include <algorithm>
#include <utility>

#include "aic/attempt.h"
#include "aic/paths.h"
#include "base/nearest.h"
#include "net/loop.h"
#include "tools/kit/requests.h"

namespace tools::references {
namespace {

constexpr std::size_t names_suggested = 3;

net::Task<Existence> look_for_node_type(Call& call, std::string realm, std::string type) {
  const auto all = co_await aic::attempt(
      call.tenant().post(aic::nodes(realm).query("_action", "getAllTypes"), Json::object(), am_question()));
  if (all.failed() || !base::member(all.reply().body, "result").is_array()) co_return Existence{};
  std::vector<std::string> names;
  for (const Json& one : all.reply().body["result"]) names.push_back(base::text_member(one, "_id"));
  const bool exists = std::ranges::find(names, type) != names.end();
  co_return Existence{.exists = exists, .like_it = exists ? std::vector<std::string>() : names_like(type, names)};
}

// As a variable or as a secret.
net::Task<Existence> look_for_esv(Call& call, std::string id) {
  std::vector<net::Task<aic::Attempt>> asks;
  for (auto& target : {aic::esv_variable(id), aic::esv_secret(id)})
    asks.push_back(
        aic::attempt(call.tenant().get(target, {.scopes = {scope::esv_read}, .headers = aic::esv_headers()})));
  bool is_missing = true;
  for (const auto& outcome : co_await net::gather(std::move(asks))) {
    if (outcome.error) std::rethrow_exception(outcome.error);
    const auto& answer = outcome.value;
    if (answer && !answer->failed()) co_return Existence{.exists = true};
    is_missing = is_missing && answer && answer->is_missing();
  }
  co_return is_missing ? Existence{.exists = false} : Existence{};
}

}  // namespace

net::Task<Existence> look_for(Call& call, Kind kind, std::string realm, std::string id) {
  try {
    if (kind == Kind::node_type) co_return co_await look_for_node_type(call, std::move(realm), std::move(id));
    if (kind == Kind::esv) co_return co_await look_for_esv(call, std::move(id));
  } catch (const base::Error& error) {
    if (error.code == base::Errc::internal) throw;
  }
  co_return Existence{};
}

std::vector<std::string> names_like(const std::string& id, const std::vector<std::string>& names) {
  return base::nearest_names(id, names, names_suggested);
}

}  // namespace tools::references
