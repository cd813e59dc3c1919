#include "aic/rehearsal.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/patch.h"
#include "base/text.h"

namespace aic {
namespace {

http::Response respond(int status, const Json& body) {
  return {.status = status, .headers = {{"content-type", "application/json"}}, .body = base::print_json(body)};
}

http::Response missing() {
  return respond(404, {{"code", 404}, {"reason", "Not Found"}, {"message", "Not Found"}});
}

http::Response other_revision() {
  return respond(412,
                 {{"code", 412}, {"reason", "Precondition Failed"}, {"message", "The resource has another revision"}});
}

// Writes that the tenant carries over into other documents: a property of a managed type into the definitions, and a
// journey with its nodes.
bool shows_elsewhere(const std::string& path) {
  return path.starts_with("/openidm/schema/") || path.contains("/authenticationtrees/trees/");
}

// What the tenant says of a document by itself stays, although a PUT does not send it.
Json with_kept(const Json& before, Json body) {
  constexpr std::array<std::string_view, 5> its_own = {"default", "loaded", "lastChangeDate", "lastChangedBy",
                                                       "creationDate"};
  if (!body.is_object()) return body;
  for (const auto& [name, value] : before.items()) {
    const bool is_its_own = name.starts_with('_') || std::ranges::find(its_own, name) != its_own.end();
    if (is_its_own && !body.contains(name)) body[name] = value;
  }
  return body;
}

// AM takes members of a realm's authentication settings without their sections, and keeps what a PUT leaves out.
Json put_over(const std::string& path, const std::optional<Json>& before, const Json& body) {
  if (!before || !before->is_object()) return body;
  if (!path.ends_with("/realm-config/authentication")) return with_kept(*before, body);
  Json merged = *before;
  for (const auto& [name, value] : body.items()) {
    Json* section = &merged;
    for (auto& part : merged) {
      if (!merged.contains(name) && part.is_object() && part.contains(name)) section = &part;
    }
    (*section)[name] = value;
  }
  return merged;
}

// What the condition in the headers comes to.
bool meets_condition(const Message& message, const std::optional<Json>& before) {
  if (!before) return true;
  const auto& headers = message.options.headers;
  const auto wanted = http::header(headers, "If-Match");
  if (http::header(headers, "If-None-Match") == "*" && !before->is_null()) return false;
  if (wanted.empty() || wanted == "*" || before->is_null()) return true;
  const auto revision = revision_of(*before);
  std::string bare(wanted);
  std::erase(bare, '"');
  return revision.empty() || revision == bare;
}

}  // namespace

net::Task<std::optional<http::Response>> Rehearsal::answer(Tenant& tenant, const Message& message) {
  const auto& path = message.target.path();
  if (!message.is_write) {
    if (message.method == "GET" && overlay_.contains(path)) co_return read(path);
    if (!written().empty() && !looking_.contains(path)) need_no_poll(message);
    co_return std::nullopt;
  }
  asked_since_.clear();
  if (is_creation(message)) co_return create(message);
  if (message.method == "POST") {
    Reply none{.status = 200};
    note(message, none);
    throw Unforeseeable();
  }
  co_return write(message, co_await former(tenant, message));
}

// A call that waits after a write waits for what the tenant makes of it.
net::Task<> Rehearsal::Clock::sleep(net::Duration duration) {
  if (duration > net::Duration{0} && !rehearsal_.written().empty()) throw Unforeseeable();
  co_await clock_.sleep(duration);
}

// Documents are read twice before they are written. Whoever asks more often than that waits for what a write does to
// the rest of the tenant, which no preview shows.
void Rehearsal::need_no_poll(const Message& message) {
  if (changed_elsewhere_) throw Unforeseeable();
  constexpr int most = 2;
  const auto asked = fmt::format("{} {} {}", message.method, message.target.str(), base::print_json(message.body));
  if (++asked_since_[asked] > most) throw Unforeseeable();
}

http::Response Rehearsal::read(const std::string& path) const {
  const auto& document = overlay_.at(path);
  return document ? respond(200, *document) : missing();
}

// What is there now: as the call has seen it, else read for this.
net::Task<std::optional<Json>> Rehearsal::former(Tenant& tenant, const Message& message) {
  const auto& path = message.target.path();
  if (const auto found = overlay_.find(path); found != overlay_.end()) co_return found->second.value_or(Json());
  if (auto known = seen(path)) co_return known;
  RequestOptions options{.scopes = message.options.scopes, .bearer = message.options.bearer};
  for (const auto& [name, value] : message.options.headers) {
    if (base::same_ignoring_case(name, "accept-api-version")) options.headers.emplace_back(name, value);
  }
  looking_.insert(path);
  look_ahead(path);
  co_await read_back(tenant.get(base::Target(path), std::move(options)));
  looking_.erase(path);
  co_return seen(path);
}

http::Response Rehearsal::write(const Message& message, const std::optional<Json>& before) {
  const auto& path = message.target.path();
  if (shows_elsewhere(path)) changed_elsewhere_ = true;
  if (!meets_condition(message, before)) return other_revision();
  const bool is_missing = before && before->is_null();
  if (message.method == "PUT") return store(path, put_over(path, before, message.body), is_missing ? 201 : 200);
  if (is_missing) return missing();
  if (message.method == "DELETE") {
    overlay_[path] = std::nullopt;
    return respond(200, before.value_or(Json{{"_id", id_in(path)}}));
  }
  auto after = before ? patched(*before, message.body) : std::nullopt;
  if (!after) {
    note(message, Reply{.status = 200});
    throw Unforeseeable();
  }
  return store(path, std::move(*after), 200);
}

http::Response Rehearsal::store(const std::string& path, Json document, int status) {
  if (!document.is_object()) document = Json::object();
  if (!document.contains("_id")) document["_id"] = id_in(path);
  document["_rev"] = fmt::format("preview-revision-{}", ++stored_);
  overlay_[path] = document;
  return respond(status, document);
}

http::Response Rehearsal::create(const Message& message) {
  const auto given = base::text_member(message.body, "_id");
  const auto id = given.empty() ? fmt::format("preview-{}", ++created_) : given;
  Json document{{"_id", id}};
  if (message.body.is_object()) document.update(message.body);
  return store(path_in(message.target.path(), id), std::move(document), 201);
}

// What was written shows in the lists of its collection.
void Rehearsal::amend(Json::array_t& list, const std::string& collection) const {
  for (const auto& [path, document] : overlay_) {
    if (path.substr(0, path.find_last_of('/')) != collection) continue;
    const auto id = id_in(path);
    const auto is_it = [&](const Json& one) { return base::text_member(one, "_id") == id; };
    const auto found = std::ranges::find_if(list, is_it);
    if (!document) {
      std::erase_if(list, is_it);
    } else if (found != list.end()) {
      *found = *document;
    }
  }
}

void Rehearsal::answered(const Message& message, Reply& reply) {
  if (message.method == "GET" && base::member(reply.body, "result").is_array())
    amend(reply.body["result"].get_ref<Json::array_t&>(), message.target.path());
  Writing::answered(message, reply);
}

}  // namespace aic
