#include "tools/result.h"

#include <fmt/format.h>

#include "base/secret.h"
#include "tools/secrets.h"

namespace tools {
namespace {

using base::Errc;

// What a note about something left out may need; notes are written after the room for the JSON was measured.
constexpr std::size_t note_reserve = 500;

// Shorter texts that equal a given secret are taken for values of their own in results.
constexpr std::size_t shortest_hidden_in_results = 8;

std::string_view usual_advice(Errc code) {
  switch (code) {
    case Errc::invalid_request:
      return "Change the arguments and call again.";
    case Errc::unauthorized:
      return "Ask an administrator of the tenant for a role that allows this.";
    case Errc::not_found:
      return "List what exists and use a name or id from there.";
    case Errc::conflict:
      return "Read it again and repeat the change on what is there now.";
    case Errc::rate_limited:
      return "Wait a little before calling again.";
    case Errc::transient:
      return "Call again later.";
    case Errc::not_available:
      return "The platform does not offer this operation; asking again will not help.";
    case Errc::blocked:
      return "Change what the request contains.";
    case Errc::login_required:
      return "Log in, then call again.";
    case Errc::login_declined:
    case Errc::login_failed:
      return "The next call starts a new login.";
    case Errc::outcome_unknown:
      return "Do not repeat this before checking what the tenant holds now.";
    case Errc::partial:
      return "Finish or undo what is left before anything else.";
    case Errc::cancelled:
    case Errc::internal:
      break;
  }
  return {};
}

void add_text(Json& object, const char* name, std::string_view text) {
  if (!text.empty()) object[name] = text;
}

void add_value(Json& object, const char* name, const Json& value) {
  if (!value.empty()) object[name] = value;  // null, [] and {} are empty
}

std::string redacted(std::string text) {
  base::redact(text);
  return text;
}

Json text_item(std::string text) {
  return Json{{"type", "text"}, {"text", std::move(text)}};
}

Json meta_of(const Context& context) {
  Json meta = Json::object();
  add_text(meta, "transactionId", context.transaction_ids);
  add_text(meta, "tenant", context.tenant);
  return meta.empty() ? Json(nullptr) : meta;
}

// What follows the JSON.
std::string tail_of(const std::vector<std::string>& notes, const Context& context) {
  std::string tail;
  for (const auto& note : notes) tail += "\n" + note;
  if (!context.tenant.empty()) tail += "\nTenant: " + context.tenant;
  if (!context.transaction_ids.empty()) tail += "\nTransaction ID: " + context.transaction_ids;
  return tail.empty() ? tail : "\n" + tail;
}

std::size_t room_beside(const std::vector<std::string>& notes, const Context& context, std::size_t reserve) {
  const auto taken = characters(tail_of(notes, context)) + reserve;
  return context.max_chars > taken ? context.max_chars - taken : 0;
}

// Pictures are the first to go (R-RES-08).
void drop_attachments(Result& result) {
  if (result.attachments.empty()) return;
  result.notes.push_back(
      fmt::format("Truncated: left out what is attached, {} characters: it needs a larger AIC_MAX_RESULT_CHARS.",
                  printed_size(result.attachments)));
  result.attachments = Json::array();
}

// Applies the trims in their order until the result fits (R-RES-07, -08), and prints its value.
std::string print_fitting(Result& result, const Context& context) {
  std::string json;
  const auto fits = [&] {
    json = base::print_json(result.value);
    const auto attached = result.attachments.empty() ? 0 : printed_size(result.attachments);
    return characters(json) + attached <= room_beside(result.notes, context, 0);
  };
  if (fits()) return json;
  drop_attachments(result);
  if (fits()) return json;
  for (const auto& trim : result.trims) {
    if (auto note = trim(result.value, room_beside(result.notes, context, note_reserve)))
      result.notes.push_back("Truncated: left out " + *note + ".");
    if (fits()) return json;
  }
  const auto note = cut_anything(result.value, room_beside(result.notes, context, note_reserve));
  result.notes.push_back("Truncated: left out " + note + ".");
  return base::print_json(result.value);
}

Rendered render_error(const base::Error& error, const Context& context) {
  auto json = error_json(error);
  if (!json.contains("transactionId")) add_text(json, "transactionId", context.transaction_ids);
  hide_secrets(json);
  for (const auto& [name, member] : json.items()) {
    if (name != "category" && name != "transactionId") hide_texts(member, context.secrets);
  }
  const auto too_long = [&] { return printed_size(json) > context.max_chars; };
  for (const char* member : {"detail", "message"}) {
    if (too_long() && json.contains(member)) json[member] = left_out_text(printed_size(json[member]));
  }
  if (too_long()) cut_anything(json, context.max_chars);
  Rendered rendered{.is_error = true, .meta = meta_of(context)};
  rendered.content.push_back(text_item(redacted(base::print_json(json))));
  return rendered;
}

}  // namespace

Result done(Json value, std::vector<std::string> notes) {
  return {.value = std::move(value), .notes = std::move(notes)};
}

Result refuse(std::string why, std::string next) {
  return refuse_with(nullptr, std::move(why), std::move(next));
}

Result refuse_with(Json findings, std::string why, std::string next) {
  base::Error error(Errc::invalid_request, std::move(why));
  error.detail = std::move(findings);
  error.next = std::move(next);
  return failed(std::move(error));
}

Result failed(base::Error error) {
  return {.error = std::move(error)};
}

Json error_json(const base::Error& error) {
  Json json = Json::object();
  json["error"] = error.message;
  json["category"] = base::to_string(error.code);
  if (error.status != 0) json["status"] = error.status;
  add_text(json, "reason", error.reason);
  add_text(json, "message", error.tenant_message);
  add_value(json, "detail", error.detail);
  add_text(json, "request", error.request);
  add_text(json, "transactionId", error.transaction_id);
  add_value(json, "done", error.done);
  add_value(json, "notDone", error.not_done);
  add_text(json, "next", error.next.empty() ? usual_advice(error.code) : std::string_view(error.next));
  return json;
}

Rendered render(Result result, const Context& context) {
  if (result.error) return render_error(*result.error, context);
  hide_secrets(result.value);
  hide_texts(result.value, context.secrets, shortest_hidden_in_results);
  for (auto& note : result.notes) hide_texts(note, context.secrets, shortest_hidden_in_results);
  const auto json = redacted(print_fitting(result, context));
  Rendered rendered{.meta = meta_of(context)};
  if (context.declares_output) rendered.structured = base::parse_json(json);
  rendered.content.push_back(text_item(json + redacted(tail_of(result.notes, context))));
  for (Json& attachment : result.attachments) rendered.content.push_back(std::move(attachment));
  return rendered;
}

}  // namespace tools
