#include "mcp/era.h"

#include <fmt/format.h>

#include <map>

namespace mcp {

Json implementation(const Identity& identity) {
  return {{"name", identity.name}, {"title", identity.title}, {"version", identity.version}};
}

Json capabilities(Host& host) {
  const Changes::Kinds changing = host.changes() == nullptr ? Changes::Kinds{} : host.changes()->kinds();
  const auto list = [](bool changes) { return changes ? Json{{"listChanged", true}} : Json::object(); };
  Json offered = {{"tools", list(changing.tools)}};
  if (host.prompts() != nullptr) offered["prompts"] = list(changing.prompts);
  if (const Resources* resources = host.resources()) {
    offered["resources"] = list(changing.resources);
    if (host.changes() != nullptr && resources->watches()) offered["resources"]["subscribe"] = true;
  }
  if (host.completer() != nullptr) offered["completions"] = Json::object();
  if (host.logs()) offered["logging"] = Json::object();
  return offered;
}

// `"elicitation": {}` means forms (2025-11-25 client/elicitation, Capabilities).
Abilities abilities(const Json& capabilities) {
  Abilities can{.sampling = base::member(capabilities, "sampling").is_object(),
                .roots = base::member(capabilities, "roots").is_object()};
  if (const Json& elicitation = base::member(capabilities, "elicitation"); elicitation.is_object()) {
    can.urls = elicitation.contains("url");
    can.forms = !can.urls || elicitation.contains("form");
  }
  return can;
}

std::string_view method_of(Inquiry::Kind kind) {
  switch (kind) {
    case Inquiry::Kind::elicitation:
      break;
    case Inquiry::Kind::sampling:
      return "sampling/createMessage";
    case Inquiry::Kind::roots:
      return "roots/list";
  }
  return "elicitation/create";
}

Json missing_abilities(const Abilities& can, const std::vector<Inquiry>& inquiries) {
  Json missing = Json::object();
  for (const Inquiry& inquiry : inquiries) {
    if (inquiry.kind == Inquiry::Kind::sampling && !can.sampling) missing["sampling"] = Json::object();
    if (inquiry.kind == Inquiry::Kind::roots && !can.roots) missing["roots"] = Json::object();
    if (inquiry.kind != Inquiry::Kind::elicitation) continue;
    const bool is_url = base::text_member(inquiry.params, "mode") == "url";
    if (!(is_url ? can.urls : can.forms)) missing["elicitation"][is_url ? "url" : "form"] = Json::object();
  }
  return missing;
}

std::optional<ElicitationAnswer> read_elicitation_answer(const Json& result) {
  static const std::map<std::string, Action, std::less<>> actions = {
      {"accept", Action::accept}, {"decline", Action::decline}, {"cancel", Action::cancel}};
  const auto found = actions.find(base::text_member(result, "action"));
  if (found == actions.end()) return std::nullopt;
  return ElicitationAnswer{found->second, base::member(result, "content")};
}

Json form_schema(const Json& wanted) {
  Json schema = {{"type", "object"}, {"properties", Json::object()}};
  schema.update(wanted);
  return schema;
}

Progress::Progress(const Json& meta, std::shared_ptr<Outlet> outlet)
    : token_(id_text(base::member(meta, "progressToken"))), outlet_(std::move(outlet)) {}

void Progress::report(std::string_view message) {
  value_ += 1;
  send(fmt::format(R"("progress":{})", value_), message);
}

void Progress::report(double value, double total, std::string_view message) {
  value_ = value;
  send(fmt::format(R"("progress":{},"total":{})", value, total), message);
}

void Progress::send(std::string_view numbers, std::string_view message) {
  if (!wanted()) return;
  const std::string params =
      fmt::format(R"({{"progressToken":{},{},"message":{}}})", token_, numbers, base::print_json(message));
  outlet_->send(print_notification("notifications/progress", params));
}

}  // namespace mcp
