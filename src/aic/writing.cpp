#include "aic/writing.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "aic/attempt.h"
#include "aic/patch.h"
#include "aic/paths.h"
#include "aic/property.h"
#include "base/crypto.h"
#include "base/encoding.h"

namespace aic {
namespace {

constexpr std::string_view definitions_path = "/openidm/config/managed";
constexpr std::size_t shortest_made = 8;  // shorter revisions occur in other texts, too

// The bytes of an id that is already made, for making its text.
class SameBytes final : public base::Random {
 public:
  explicit SameBytes(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes(std::size_t) override { return bytes_; }

 private:
  std::string bytes_;
};

std::string_view query_of(const std::string& target) {
  const auto at = target.find('?');
  return at == std::string::npos ? std::string_view() : std::string_view(target).substr(at + 1);
}

// A document as it is, and neither some of its members nor a list of others.
bool is_whole(const Message& message, const Json& body) {
  return message.method == "GET" && !query_of(message.target.str()).contains("_fields") && body.is_object() &&
         !(body.contains("result") && body.contains("resultCount"));
}

// Nothing where a part cannot be in a path: no call asks for such a thing.
std::optional<std::string> place_in(const std::string& collection, const std::vector<std::string>& parts) {
  try {
    base::Target target(collection);
    for (const auto& part : parts) {
      if (part.empty()) return std::nullopt;
      target.segment(part);
    }
    return target.path();
  } catch (const std::exception&) {
    return std::nullopt;  // the tenant's word, not the caller's
  }
}

// A query of managed objects that shows each as a read of it would.
bool shows_objects(const Message& message, const Json& body) {
  const auto target = message.target.str();
  const auto query = query_of(target);
  const auto fields = query.find("_fields=");
  const bool shows_all = fields == std::string_view::npos || query.substr(fields) == "_fields=*";
  return message.method == "GET" && shows_all && target.starts_with("/openidm/managed/") &&
         base::member(body, "result").is_array();
}

// Some answers to writes show a part of the document only.
bool shows_whole(const WrittenRequest& request, const Json& answer) {
  const auto holds = [&](const Json& document) {
    return !document.is_object() || std::ranges::all_of(document.items(), [&](const auto& member) {
      return member.key() == "_rev" || member.value().is_null() || answer.contains(member.key());
    });
  };
  if (request.method == "PATCH") {
    if (!request.before || !request.before->is_object()) return true;
    auto wanted = patched(*request.before, request.body);
    if (!wanted) return true;
    // What is added need not show: passwords, relationships.
    Json known = Json::object();
    for (const auto& [name, value] : request.before->items()) {
      if (wanted->contains(name)) known[name] = value;
    }
    return holds(known);
  }
  return !request.before || request.before->is_null() || holds(*request.before) || holds(request.body);
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// `is_repeated`: its document was written by the same call before, and has a revision that the tenant made for it.
std::string text_of(const WrittenRequest& one, bool is_repeated) {
  Json body = one.body;
  if (is_repeated && body.is_object()) body.erase("_rev");
  auto text = fmt::format("{} {}\n{}\n{}\n", one.method, one.target, base::print_json(body), one.revision);
  for (const char* name : {"If-Match", "If-None-Match"}) {
    if (!is_repeated) text += fmt::format("{}: {}\n", name, http::header(one.headers, name));
  }
  return text;
}

// Of those that may have happened.
std::vector<std::string> texts_of(const std::vector<WrittenRequest>& written) {
  std::vector<std::string> texts, paths;
  for (const auto& one : written) {
    if (!one.may_have_happened()) continue;
    texts.push_back(text_of(one, std::ranges::find(paths, one.path) != paths.end()));
    paths.push_back(one.path);
  }
  return texts;
}

}  // namespace

bool is_creation(const Message& message) {
  if (message.method != "POST" || !message.is_write) return false;
  const auto action = action_in(message.target.str());
  return action.empty() || action == "create";
}

std::string path_in(const std::string& collection, std::string_view id) {
  return base::Target(collection).segment(id).path();
}

std::string id_in(const std::string& path) {
  return base::percent_decode(path.substr(path.find_last_of('/') + 1));
}

std::string revision_of(const Json& document) {
  return Reply{.body = document}.revision();
}

std::optional<Json> Writing::seen(const std::string& path) const {
  const auto found = seen_.find(path);
  if (found != seen_.end()) return found->second;
  const auto definitions = is_property(path) ? seen_.find(std::string(definitions_path)) : seen_.end();
  return definitions == seen_.end() ? std::nullopt : std::optional(property_in(definitions->second, path));
}

std::optional<Json> Writing::first(const std::string& path) const {
  const auto found = first_.find(path);
  return found == first_.end() ? seen(path) : found->second;
}

std::vector<std::string> Writing::paths() const {
  std::vector<std::string> paths;
  paths.reserve(seen_.size());
  for (const auto& [path, document] : seen_) paths.push_back(path);
  return paths;
}

void Writing::saw(const std::string& path, Json document) {
  if (!written_.empty()) first_.try_emplace(path, seen(path));
  seen_.insert_or_assign(path, std::move(document));
}

// The settings of all nodes of a realm.
void Writing::saw_list_of_nodes(const std::string& collection, const Json& list) {
  if (written_.empty()) listed_.insert(collection);
  for (const Json& node : list) {
    const Json& type = base::member(node, "_type");
    std::vector<std::string> parts{base::text_member(type, "_id")};
    if (auto version = base::text_member(type, "version"); !version.empty()) parts.push_back(std::move(version));
    parts.push_back(base::text_member(node, "_id"));
    if (const auto path = place_in(collection, parts)) saw(*path, node);
  }
}

void Writing::saw_objects(const std::string& collection, const Json& list) {
  for (const Json& one : list) {
    if (const auto path = place_in(collection, {base::text_member(one, "_id")})) saw(*path, one);
  }
}

// What the definitions show of properties that this call has written.
void Writing::saw_definitions(const Json& definitions) {
  for (auto& one : written_) {
    if (is_property(one.path)) one.after = property_in(definitions, one.path);
  }
}

bool Writing::has_written(const std::string& path) const {
  return std::ranges::any_of(written_, [&](const auto& one) { return one.path == path; });
}

void Writing::answered(const Message& message, Reply& reply) {
  if (message.is_write) return note(message, reply);
  const auto& path = message.target.path();
  const bool lists_nodes = message.method == "POST" && path.ends_with("/authenticationtrees/nodes") &&
                           action_in(message.target.str()) == "nextdescendents";
  if (lists_nodes && base::member(reply.body, "result").is_array())
    return saw_list_of_nodes(path, reply.body["result"]);
  if (shows_objects(message, reply.body)) return saw_objects(path, reply.body["result"]);
  if (!is_whole(message, reply.body)) return;
  saw(path, reply.body);
  if (path == definitions_path) saw_definitions(reply.body);
  // What is read after a write says best what it made.
  const auto latest = std::ranges::find(written_.rbegin(), written_.rend(), path, &WrittenRequest::path);
  if (latest != written_.rend()) latest->after = reply.body;
}

WrittenRequest Writing::as_sent(const Message& message) const {
  const auto& path = message.target.path();
  return {.method = message.method,
          .path = path,
          .target = message.target.str(),
          .body = message.body,
          .scopes = message.options.scopes,
          .headers = message.options.headers,
          .before = seen(path)};
}

void Writing::note(const Message& message, const Reply& reply) {
  const auto& path = message.target.path();
  auto one = as_sent(message);
  one.status = reply.status;
  one.transaction_id = reply.transaction_id;
  one.creates = is_creation(message);
  if (one.creates) {
    const auto id = made_id(reply);
    one.path = place_in(path, {id}).value_or(path);
    if (!id.empty()) {
      one.before = Json();
      if (base::text_member(message.body, "_id") != id) made_.push_back(id);
    }
  } else if (one.is_action()) {
    one.before.reset();
  }
  const bool is_document = reply.body.is_object() && !reply.body.empty();
  if (one.is_deletion()) {
    if (!one.before && is_document) one.before = reply.body;
    one.after = Json();
  } else if (is_document && !one.is_action() && shows_whole(one, reply.body)) {
    one.after = reply.body;
  }
  one.revision = revision_before(one.path, one.before);
  if (one.after) {
    saw(one.path, *one.after);
    if (auto revision = revision_of(*one.after); revision.size() >= shortest_made) made_.push_back(std::move(revision));
  }
  written_.push_back(std::move(one));
}

void Writing::failed(const Message& message, int status) noexcept {
  try {
    const auto& path = message.target.path();
    if (!message.is_write) {
      if (status != 404 || message.method != "GET") return;
      saw(path, nullptr);
      const auto latest = std::ranges::find(written_.rbegin(), written_.rend(), path, &WrittenRequest::path);
      if (latest != written_.rend()) latest->after = Json();
      return;
    }
    auto one = as_sent(message);
    one.status = status;
    written_.push_back(std::move(one));
  } catch (const std::exception&) {
    // Out of memory: this write is missing in the list, and the call goes on to tell what became of it.
  }
}

// The revision that a write of that document rests on: the one that the call has read before its first write there.
// AM's scripts have none; their content stands for it.
std::string Writing::revision_before(const std::string& path, const std::optional<Json>& before) const {
  if (!before || before->is_null() || has_written(path) || looked_ahead_.contains(path)) return {};
  auto revision = revision_of(*before);
  return revision.empty() ? "content " + base::hex(base::sha256(base::print_json(*before))) : revision;
}

std::string Writing::without_made(std::string text, const std::vector<std::string>& made) const {
  auto ids = made;
  ids.insert(ids.end(), made_.begin(), made_.end());
  std::vector<std::pair<std::size_t, std::string>> places;
  for (auto& id : ids) {
    if (const auto at = text.find(id); at != std::string::npos) places.emplace_back(at, std::move(id));
  }
  std::ranges::sort(places);
  for (std::size_t i = 0; i < places.size(); ++i) replace_all(text, places[i].second, fmt::format("made-{}", i + 1));
  return text;
}

std::string Writing::fingerprint(const Purpose& purpose, const std::vector<std::string>& made) const {
  std::string text =
      fmt::format("{}\n{}\n{}\n{}\n", purpose.tool, base::print_json(purpose.arguments), purpose.person, purpose.host);
  for (const auto& one : texts_of(written_)) text += one;
  return base::hex(base::sha256(without_made(std::move(text), made)));
}

std::vector<std::string> Writing::digests(const std::vector<std::string>& made) const {
  auto all = texts_of(written_);
  for (auto& text : all) text = base::hex(base::sha256(without_made(std::move(text), made)));
  return all;
}

WrittenRequest Writing::planned(const Message& message) const {
  auto one = as_sent(message);
  one.creates = is_creation(message);
  if (message.method == "POST")
    one.before.reset();
  else
    one.revision = revision_before(one.path, one.before);
  return one;
}

std::string Writing::digest(const Message& message, const std::vector<std::string>& made) const {
  return base::hex(base::sha256(without_made(text_of(planned(message), has_written(message.target.path())), made)));
}

std::string NotedRandom::bytes(std::size_t count) {
  auto made = random_.bytes(count);
  if (count == 16) ids_.push_back(SameBytes(made).uuid());
  return made;
}

}  // namespace aic
