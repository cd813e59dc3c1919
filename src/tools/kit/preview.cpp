#include "tools/kit/preview.h"

#include <utility>

#include <fmt/format.h>

#include "aic/places.h"
#include "tools/kit/changes.h"
#include "tools/kit/secrets.h"

namespace tools {
namespace {

constexpr std::string_view further = "further steps depend on the tenant's answer";

Json without_secrets(Json value) {
  hide_secrets(value);
  return value;
}

bool is_known(const std::optional<Json>& document) {
  return document && document->is_object();
}

}  // namespace

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
  preview.fingerprint = rehearsal.fingerprint(
      {.tool = preview.tool, .arguments = arguments, .person = person(), .host = tenant.origin().authority()});
  co_return preview;
}

std::string in_words(const aic::WrittenRequest& request) {
  const bool is_new = request.creates || (request.before && request.before->is_null());
  const auto place = aic::name_of_place(request.path);
  if (request.is_deletion()) return fmt::format("Deletes {}.", place);
  if (request.method == "POST" && !request.creates) {
    const auto at = request.target.find("_action=");
    const auto action = at == std::string::npos ? std::string("run") : request.target.substr(at + 8);
    return fmt::format("Runs the action {} on {}.", action.substr(0, action.find('&')), place);
  }
  if (is_new) return fmt::format("Creates {}.", place);
  return fmt::format("{} {}.", request.method == "PATCH" ? "Changes" : "Replaces", place);
}

Json shown(const aic::WrittenRequest& request, std::vector<std::string>& notes) {
  Json entry{{"method", request.method}, {"path", request.target}, {"what", in_words(request)}};
  if (request.is_deletion()) {
    if (is_known(request.before)) {
      entry["deleted"] = without_secrets(*request.before);
    } else {
      entry["note"] = "What would be gone could not be read.";
    }
  } else if (is_known(request.before) && is_known(request.after)) {
    auto changes = changes_between(*request.before, *request.after);
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
