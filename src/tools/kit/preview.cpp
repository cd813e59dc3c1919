#include "tools/kit/preview.h"

#include <utility>

#include <fmt/format.h>

#include "aic/paths.h"
#include "aic/places.h"
#include "base/encoding.h"
#include "base/text.h"
#include "tools/kit/changes.h"
#include "tools/kit/secrets.h"

namespace tools {
namespace {

constexpr std::string_view further = "further steps depend on the tenant's answer";

Json without_secrets(Json value) {
  hide_secrets(value);
  return value;
}

// What people call the object, where its address does not say it: ` "Login script"`.
std::string name_in(const aic::WrittenRequest& request) {
  const auto* before = aic::known_document(request.before);
  const auto& document = before != nullptr ? *before : request.body;
  const auto id = aic::id_in(request.path);
  for (const char* member : {"name", "userName"}) {
    const auto name = base::text_member(document, member);
    if (!name.empty() && name != id) return fmt::format(" \"{}\"", base::printable(name, 100));
  }
  return {};
}

// Where the tenant stores text as Base64: the source of scripts, the value of variables.
void decode(std::optional<Json>& document, const char* member) {
  if (!document || !document->is_object() || !base::member(*document, member).is_string()) return;
  auto& stored = (*document)[member];
  auto text = base::base64_decode(stored.get_ref<const std::string&>());
  if (text && base::is_valid_utf8(*text)) stored = std::move(*text);
}

}  // namespace

aic::WrittenRequest decoded(aic::WrittenRequest request) {
  const bool is_script = request.path.starts_with("/am/json/") && request.path.contains("/scripts");
  const bool is_variable = request.path.starts_with("/environment/variables/");
  if (!is_script && !is_variable) return request;
  const char* member = is_script ? "script" : "valueBase64";
  std::optional<Json> body = std::move(request.body);
  for (auto* document : {&body, &request.before, &request.after}) decode(*document, member);
  request.body = std::move(*body);  // NOLINT(bugprone-unchecked-optional-access): it was given one
  return request;
}

net::Task<Preview> run_preview(const Tool& tool, const Json& arguments, aic::Tenant& tenant, aic::Rehearsal& rehearsal,
                               aic::OnProgress progress, Session* session, std::function<std::string()> person) {
  tenant.watch(&rehearsal);
  Preview preview{.tool = std::string(tool.name), .secrets = secret_texts(arguments)};
  try {
    auto ran = co_await run_tool(tool, arguments, tenant, {std::move(progress), session});
    preview.outcome = std::move(ran.result);
    preview.secrets = std::move(ran.context.secrets);
  } catch (const aic::Unforeseeable&) {
    preview.is_complete = false;
  }
  tenant.watch(nullptr);
  for (const auto& one : rehearsal.written()) {
    if (one.may_have_happened()) preview.requests.push_back(one);
  }
  preview.digests = rehearsal.digests();
  preview.fingerprint = rehearsal.fingerprint(
      {.tool = preview.tool, .arguments = arguments, .person = person(), .host = tenant.origin().authority()});
  co_return preview;
}

std::string in_words(const aic::WrittenRequest& request) {
  const bool is_new = request.creates || (request.before && request.before->is_null());
  const auto target = request.target.substr(0, request.target.find('?'));
  const auto place = aic::name_of_place(request.creates ? target : request.path);
  const auto name = name_in(request);
  if (request.is_deletion()) return fmt::format("Deletes {}{}.", place, name);
  if (request.is_action()) {
    const auto action = aic::action_in(request.target);
    return fmt::format("Runs the action {} on {}.", action.empty() ? "run" : action, place);
  }
  if (is_new) return fmt::format("Creates {}{}.", place, name);
  const bool is_change = request.method == "PATCH" || aic::known_document(request.before) != nullptr;
  return fmt::format("{} {}{}.", is_change ? "Changes" : "Replaces", place, name);
}

Json shown(const aic::WrittenRequest& written, std::vector<std::string>& notes) {
  const auto request = decoded(written);
  Json entry{{"method", request.method}, {"path", request.target}, {"what", in_words(request)}};
  const auto* before = aic::known_document(request.before);
  const auto* after = aic::known_document(request.after);
  if (request.is_deletion()) {
    if (before != nullptr) {
      entry["deleted"] = without_secrets(*before);
    } else {
      entry["note"] = "What would be gone could not be read.";
    }
  } else if (before != nullptr && after != nullptr) {
    auto changes = changes_between(*before, *after);
    if (auto note = changes.note(); !note.empty()) notes.push_back(fmt::format("{}: {}", request.target, note));
    entry["changes"] = std::move(changes.entries);
  } else if (!request.body.is_null()) {
    entry["body"] = without_secrets(request.body);
  }
  return entry;
}

Result told(Preview preview) {
  Json value{{"tool", preview.tool}, {"requests", Json::array()}};
  std::vector<std::string> notes;
  for (const auto& request : preview.requests) value["requests"].push_back(shown(request, notes));
  value["complete"] = preview.is_complete;
  if (!preview.is_complete) value["end"] = further;
  if (preview.outcome.error) {
    value["refused"] = error_json(*preview.outcome.error);
  } else if (preview.is_complete && preview.requests.empty()) {
    value["message"] = "This call would change nothing.";
  }
  if (!preview.outcome.notes.empty()) value["warnings"] = preview.outcome.notes;
  value["fingerprint"] = std::move(preview.fingerprint);
  auto result = done(std::move(value), std::move(notes));
  result.rest = "a larger AIC_MAX_RESULT_CHARS shows the rest";
  return result;
}

}  // namespace tools
