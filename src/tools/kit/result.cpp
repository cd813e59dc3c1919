#include "tools/kit/result.h"

#include <fmt/format.h>

#include "base/secret.h"
#include "tools/kit/advice.h"
#include "tools/kit/secrets.h"

namespace tools {
namespace {

using base::Errc;

// What a client's protocol puts around the texts of an attachment, in characters.
constexpr std::size_t attachment_frame = 59;

// Shorter texts that equal a given secret are taken for values of their own in results.
constexpr std::size_t shortest_hidden_in_results = 8;

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

// The same in all of a document: texts, numbers and names.
void redact(Json& value) {
  if (value.is_string()) {
    base::redact(value.get_ref<std::string&>());
  } else if (base::is_number(value)) {
    auto shown = redacted(base::number_text(value));
    if (shown != base::number_text(value)) value = std::move(shown);
  } else if (value.is_array()) {
    for (Json& entry : value) redact(entry);
  } else if (value.is_object()) {
    Json shown = Json::object();
    for (auto& [name, member] : value.items()) {
      redact(member);
      base::append_member(shown, redacted(name), std::move(member));
    }
    value = std::move(shown);
  }
}

std::size_t size_of(const std::vector<Attachment>& attachments) {
  std::size_t size = attachments.empty() ? 0 : 1;  // brackets and commas
  for (const auto& [uri, media_type, text] : attachments) {
    size += attachment_frame + printed_size(uri) + printed_size(media_type) + printed_size(text) + 1;
  }
  return size;
}

// Notes come before the data: what a client cuts off is the end or the middle (docs/clients.md).
std::string lines_before(const std::vector<std::string>& notes) {
  std::string lines;
  for (const auto& note : notes) lines += note + "\n";
  return lines.empty() ? lines : lines + "\n";
}

std::string lines_after(const Context& context) {
  std::string lines;
  if (!context.tenant.empty()) lines += "\nTenant: " + context.tenant;
  if (!context.transaction_ids.empty()) lines += "\nTransaction ID: " + context.transaction_ids;
  return lines.empty() ? lines : "\n" + lines;
}

// Where no argument is to repeat what is shown, nothing remembers it.
template <typename Show>
bool show_unseen(const Context& context, const Show& show) {
  UnseenCharacters forgotten;
  return show(context.unseen ? *context.unseen : forgotten);
}

// A result on its way into the budget.
class Page {
 public:
  Page(Result& result, const Context& context) : result_(result), context_(context) {}

  // Applies the trims in their order until the result fits (R-RES-07, -08).
  void fit() {
    if (fits()) return;
    drop_attachments();
    if (fits()) return;
    if (result_.is_last_copy) {
      result_.notes.emplace_back(
          "This result is longer than AIC_MAX_RESULT_CHARS: no later call can show what was deleted. Keep it.");
      return;
    }
    for (const auto& trim : result_.trims) {
      if (const auto cut = trim(result_.value, room())) tell(*cut);
      if (fits()) return;
    }
    tell({result_.rest.empty() ? cut_anything(result_.value, room())
                               : cut_anything(result_.value, room(), result_.rest)});
  }

  // The whole as JSON. A declared output carries what is said about it, in front of the data.
  Json take() {
    if (!context_.declares_output) return std::move(result_.value);
    Json whole = head();
    add_members(whole, [](const Json& member) { return !member.is_structured(); });
    add_members(whole, [](const Json& member) { return member.is_structured(); });
    return whole;
  }

  std::vector<std::string> notes_beside() const {
    return context_.declares_output ? std::vector<std::string>() : result_.notes;
  }

 private:
  Json head() const {
    Json head = {{"notes", result_.notes}, {"truncated", is_cut_}};
    add_text(head, "tenant", context_.tenant);
    add_text(head, "transactionId", context_.transaction_ids);
    return head;
  }

  template <typename Predicate>
  void add_members(Json& whole, Predicate wanted) {
    if (!result_.value.is_object()) return;
    for (auto& [name, member] : result_.value.items()) {
      if (wanted(member) && !is_common(name)) base::append_member(whole, name, std::move(member));
    }
  }
  static bool is_common(std::string_view name) {
    static const Json common = common_output();
    return common.contains(name);
  }

  void tell(const Cut& cut) {
    size_.reset();
    is_cut_ = is_cut_ || cut.loses;
    result_.notes.push_back(note_of(cut));
  }

  // Pictures are the first to go (R-RES-08).
  void drop_attachments() {
    if (result_.attachments.empty()) return;
    tell({fmt::format("the attachment ({} characters); it needs a larger AIC_MAX_RESULT_CHARS",
                      size_of(result_.attachments))});
    result_.attachments.clear();
  }

  std::size_t copies() const { return context_.declares_output && context_.budget.counts_structure ? 2 : 1; }
  std::size_t framing() const { return characters(lines_before(notes_beside()) + lines_after(context_)); }
  std::size_t head_size() const {
    constexpr std::size_t line_breaks = 8;  // between its members, in a whole that is long
    return context_.declares_output ? characters(base::print_json_lines(head())) + line_breaks : 0;
  }
  // The value as it is printed compactly, and what breaking it into lines adds to that.
  struct Size {
    std::size_t compact = 0, breaks = 0;
  };
  const Size& size() const {
    if (!size_) {
      const auto compact = printed_size(result_.value);
      size_ = {.compact = compact, .breaks = base::printed_lines_size(result_.value) - compact};
    }
    return *size_;
  }

  bool fits() const {
    const auto needed = copies() * (size().compact + head_size()) + framing() + size_of(result_.attachments);
    return needed + size().breaks <= context_.budget.max_chars;
  }
  // For the value as it is printed compactly, once, and the next note.
  std::size_t room() const {
    const auto shared = framing() + size().breaks;
    const auto each = context_.budget.max_chars > shared ? (context_.budget.max_chars - shared) / copies() : 0;
    const auto taken = head_size();
    return each > taken ? each - taken : 0;
  }

  Result& result_;
  const Context& context_;
  bool is_cut_ = false;
  mutable std::optional<Size> size_;  // until something is cut
};

Rendered render_error(const base::Error& error, const Context& context) {
  auto json = error_json(error);
  if (!json.contains("transactionId")) add_text(json, "transactionId", context.transaction_ids);
  if (context.change_number != 0) json["changeNumber"] = context.change_number;
  add_value(json, "notes", context.notes);
  hide_secrets(json);
  for (const auto& [name, member] : json.items()) {
    if (name != "category" && name != "transactionId") hide_texts(member, context.secrets);
  }
  if (show_unseen(context, [&](UnseenCharacters& unseen) { return unseen.show(json); }))
    json["notes"].push_back(unseen_note);
  const auto too_long = [&] { return printed_size(json) > context.budget.max_chars; };
  for (const char* member : {"detail", "message"}) {
    if (too_long() && json.contains(member)) json[member] = left_out_text(printed_size(json[member]));
  }
  if (too_long()) cut_anything(json, context.budget.max_chars);
  redact(json);
  Rendered rendered{.is_failure = true, .tenant = context.tenant, .transaction_ids = context.transaction_ids};
  rendered.json = redacted(base::print_json(json));
  rendered.value = std::move(json);
  rendered.text = rendered.json;
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
  return failed(refusal(std::move(findings), std::move(why), std::move(next)));
}

base::Error refusal(Json findings, std::string why, std::string next) {
  base::Error error(Errc::invalid_request, std::move(why));
  error.detail = std::move(findings);
  error.next = std::move(next);
  return error;
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
  add_text(json, "next", error.next.empty() ? advice::usual(error.code) : std::string_view(error.next));
  return json;
}

Json common_output() {
  return {{"notes", {{"type", "array"}, {"items", {{"type", "string"}}}}},
          {"truncated", {{"type", "boolean"}}},
          {"tenant", {{"type", "string"}}},
          {"transactionId", {{"type", "string"}}}};
}

Rendered render(Result result, const Context& context) {
  if (result.error) return render_error(*result.error, context);
  if (context.change_number != 0 && result.value.is_object()) result.value["changeNumber"] = context.change_number;
  hide_secrets(result.value);
  hide_texts(result.value, context.secrets, shortest_hidden_in_results);
  for (auto& note : result.notes) hide_texts(note, context.secrets, shortest_hidden_in_results);
  result.notes.insert(result.notes.begin(), context.notes.begin(), context.notes.end());
  const bool shows_unseen = show_unseen(context, [&](UnseenCharacters& unseen) {
    bool any = unseen.show(result.value);
    for (auto& note : result.notes) any = unseen.show(note) || any;
    for (auto& attachment : result.attachments) any = unseen.show(attachment.text) || any;
    return any;
  });
  if (shows_unseen) result.notes.emplace_back(unseen_note);
  Page page(result, context);
  page.fit();
  Rendered rendered{.is_declared = context.declares_output,
                    .notes = page.notes_beside(),
                    .tenant = context.tenant,
                    .transaction_ids = context.transaction_ids};
  for (auto& note : rendered.notes) note = redacted(std::move(note));
  rendered.value = page.take();
  redact(rendered.value);
  rendered.json = redacted(base::print_json_lines(rendered.value));
  rendered.text = lines_before(rendered.notes) + rendered.json + redacted(lines_after(context));
  rendered.attachments = std::move(result.attachments);
  return rendered;
}

}  // namespace tools
